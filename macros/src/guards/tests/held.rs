use quote::quote;

use super::{assert_found, assert_unchanged};

#[test]
fn a_guard_before_an_await_is_asked_about() {
    assert_found(&[
        (quote!(let g = m.lock().unwrap(); f().await;), &["held_across_await"]),
        (quote!(let mut g = m.write()?; f().await;), &["held_across_await"]),
        (quote!(let g: Guard = m.lock().expect("!"); f().await;), &["held_across_await"]),
        (quote!(let g = c.borrow_mut(); if a { f().await; }), &["held_across_await"]),
        (quote!(let Ok(g) = m.try_lock() else { return }; f().await;), &["held_across_await"]),
        (
            quote!(loop {
                let g = c.borrow();
                f().await;
            }),
            &["held_across_await"],
        ),
        (quote!(let g = m.lock().unwrap(); f().await; drop(g);), &["held_across_await"]),
        (
            quote!(let g = m.lock().unwrap(); let h = m.lock().unwrap(); f().await;),
            &["held_across_await*2"],
        ),
    ]);
}

#[test]
fn whatever_waits_counts() {
    assert_found(&[
        (quote!(let g = m.lock().unwrap(); with!(a = b, {});), &["held_across_await"]),
        (quote!(let g = m.lock().unwrap(); select!(match (a = b) {});), &["held_across_await"]),
        (quote!(let g = m.lock().unwrap(); async_for!(for a in b {});), &["held_across_await"]),
        (quote!(let g = m.lock().unwrap(); timeout!(1, { f() });), &["held_across_await"]),
        (quote!(let g = m.lock().unwrap(); yield 1;), &["held_across_await"]),
        (quote!(let g = m.lock().unwrap(); println!("{}", f().await);), &["held_across_await"]),
    ]);
    assert_unchanged(&[
        quote!(let g = m.lock().unwrap(); let later = timeout!(1, f());),
        quote!(let g = m.lock().unwrap(); let later = async { f().await };),
        quote!(let g = m.lock().unwrap(); println!("{g}");),
    ]);
}

#[test]
fn a_guard_that_is_gone_is_left_alone() {
    assert_unchanged(&[
        quote!(let g = m.lock().unwrap(); drop(g); f().await;),
        quote!(let g = m.lock().unwrap(); std::mem::drop(g); f().await;),
        quote!(let g = m.lock().unwrap(); if a { drop(g); } f().await;),
        quote!(let g = m.lock().unwrap(); keep(1, g); f().await;),
        quote!({ let g = m.lock().unwrap(); } f().await;),
        quote!(let n = *m.lock().unwrap(); f().await;),
        quote!(let n = m.lock().unwrap().len(); f().await;),
        quote!(let g = m.lock().await; f().await;),
    ]);
    // Only looked at.
    assert_found(&[
        (quote!(let g = m.lock().unwrap(); look(&g); f().await;), &["held_across_await"]),
        (quote!(let g = m.lock().unwrap(); println!("{}", g); f().await;), &["held_across_await"]),
    ]);
}
