use quote::quote;

use super::{assert_found, assert_unchanged};

#[test]
fn a_value_that_is_thrown_away_is_asked_whether_it_is_a_future() {
    assert_found(&[
        (quote!(let _ = save();), &["future"]),
        (quote!(let _ = file.save();), &["future"]),
        (quote!(let _ = Box::pin(save());), &["future"]),
        (quote!(let _ = async {};), &["future"]),
        (quote!(let _ = gather!(a(), b());), &["future"]),
        (quote!(drop(save());), &["future"]),
        (quote!(mem::drop(save());), &["future"]),
        (quote!(std::mem::drop(file.save());), &["future"]),
    ]);
}

#[test]
fn a_handle_is_asked_whether_its_task_can_fail() {
    assert_found(&[
        (quote!(let _ = spawn(save());), &["error_of_task"]),
        (quote!(drop(taipan::spawn_local(save()));), &["error_of_task"]),
        (quote!(let _ = Task::builder().spawn(save());), &["error_of_task"]),
        (quote!(let _ = spawn(async move { save().await });), &["error_of_task"]),
        (quote!(let _ = spawn(async { Ok(()) });), &["error_of_task"]),
        // Of these, rustc may learn only later what they give.
        (quote!(drop(spawn(async { loop {} }));), &[]),
        (quote!(drop(spawn(async { save().await; }));), &[]),
    ]);
}

#[test]
fn a_permit_needs_a_name() {
    assert_found(&[
        (quote!(let _ = semaphore.acquire().await;), &["permit"]),
        (quote!(let _ = limiter.acquire("me").await?;), &["permit"]),
        (quote!(let _ = mutex.lock().await;), &["permit"]),
        (quote!(let _ = semaphore.acquire_owned().await.unwrap();), &["permit"]),
    ]);
    assert_unchanged(&[
        quote!(let _permit = semaphore.acquire().await;),
        quote!(drop(mutex.lock().await);), // waits until it is free
        quote!(let _ = save().await;),
        quote!(let _ = rx.next().await.unwrap();),
    ]);
}

#[test]
fn many_results_are_looked_at() {
    assert_found(&[
        (quote!(gather!(for u in us { f(u) }).await;), &["results"]),
        (quote!(gather!(f(u) for u in us, limit = 8).await;), &["results"]),
        (quote!(gather!(..us).await;), &["results"]),
        (quote!(taipan::gather(us).await;), &["results"]),
    ]);
    assert_unchanged(&[
        quote!(gather!(a(), b()).await;), // rustc sees these by itself
        quote!(let _ = gather!(..us).await;),
        quote!(let all = gather!(..us).await;),
        quote!(try_gather!(..us).await?;),
        quote!(gather!(..us).await),
    ]);
}

#[test]
fn a_type_that_may_be_unknown_is_never_asked() {
    assert_unchanged(&[
        quote!(let _ = std::mem::take(&mut v);),
        quote!(drop(mem::replace(&mut v, w));),
        quote!(let _ = v.pop().unwrap();),
        quote!(let _ = Default::default();),
        quote!(let _ = items.collect();),
    ]);
}

#[test]
fn what_is_no_call_is_left_alone() {
    assert_unchanged(&[
        quote!(let _ = request;),
        quote!(drop(request);),
        quote!(let _ = &save();),
        quote!(let _ = 5;),
        quote!(let _saved = save();),
        quote!(let _: Saving = save();),
        quote!(let _ = format!("{x}");),
        quote!(drop(save(), other());),
        quote!(own::drop(save());),
    ]);
}
