//! The macros inside macros by rules: what comes as a fragment is what it was.

use crate::dsl;
use dsl::prelude::*;

async fn one() -> u32 {
    yield_now().await;
    1
}

macro_rules! run {
    (tokens $($body:tt)*) => { timeout!(1h, { $($body)* }) };
    (block $body:block) => { timeout!(1h, $body) };
    (limit $limit:expr, $body:expr) => { timeout!($limit, $body) };
    (literal $limit:literal, $body:block) => { timeout!($limit, $body) };
}

#[dsl::test(crate = crate::dsl)]
async fn a_body_may_be_tokens_or_a_block() -> dsl::Result {
    assert_eq!(run!(tokens let a = one().await; a + 1)?, 2);
    assert_eq!(run!(block { one().await })?, 1);
    assert_eq!(run!(limit std::time::Duration::MAX, { one().await })?, 1);
    assert_eq!(in_a_plain_function().await?, 1);
    Ok(())
}

/// Under an attribute a time literal is replaced before any macro sees it; here it is a literal.
async fn in_a_plain_function() -> Result<u32, dsl::Elapsed> {
    run!(literal 5s, { one().await })
}

macro_rules! held {
    (finally $body:block $cleanup:expr) => {
        finally!($body, $cleanup)
    };
    (group $name:ident $body:block) => {
        task_group!($name, $body)
    };
    ($name:pat = $resource:expr => $body:block) => {
        with!($name = $resource, $body)
    };
}

/// The jumps and the `?` of a fragment act on the function.
#[dsl::test(crate = crate::dsl)]
async fn what_leaves_a_fragment_leaves_the_function() -> dsl::Result {
    let closing = |n: u32| dsl::closing(n, |_| async {});
    let mut left = 0;
    let found = 'search: loop {
        left += 1;
        held!(n = closing(left) => {
            if **n == 1 {
                continue 'search;
            }
            if **n == 3 {
                break 'search left;
            }
        });
        held!(finally { if left > 5 { break 0 } } async |_| {});
    };
    held!(group tg { tg.spawn(async { one().await; }); })?;
    let question: dsl::Result = async {
        held!(_ = closing(0) => { Err::<(), _>("gone")? });
        Ok(())
    }
    .await;
    assert!(question.is_err());
    assert_eq!(found, 3);
    Ok(())
}

macro_rules! each {
    (if $condition:expr; $item:pat in $items:expr => $future:expr) => { gather!($future for $item in $items if $condition) };
    (all $($future:expr),*) => { gather!($($future),*) };
    (splat $items:expr) => { gather!(..$items, limit = 2) };
    (first $($name:ident = $future:expr => $body:expr),*) => {
        select!(match ($($name = $future),*) { $($name(_) => $body,)* })
    };
    (listed $($pattern:pat = $future:expr => $body:expr),*) => { select! { $($pattern = $future => $body),* } };
    (loop $label:lifetime $item:pat in $items:expr => $body:block) => { async_for!($label: for $item in $items $body) };
    (loop $item:pat in $items:expr => $body:block else $otherwise:block) => { async_for!($item in $items $body else $otherwise) };
    (stream $body:tt) => { stream!($body) };
    ($item:pat in $items:expr => $future:expr) => { gather!(for $item in $items { $future }) };
}

macro_rules! generators {
    ($($name:ident($($argument:ident: $ty:ty),*) -> $item:ty: $body:tt)*) => {
        generator! { $(async fn $name($($argument: $ty),*) -> $item $body)* }
    };
}

generators! {
    up(n: u32) -> u32: { for n in 0..n { yield n; } }
    down(n: u32) -> u32: { for n in (0..n).rev() { yield n; } }
}

/// A name that the macro by rules declares is not the user's, also inside of ours.
macro_rules! hygienic {
    ($user:expr) => {
        with!(n = dsl::closing(10, |_| async {}), { **n + $user })
    };
}

#[dsl::test(crate = crate::dsl)]
async fn every_fragment_is_what_it_was() {
    assert_eq!(each!(n in [1, 2] => async move { n + 1 }).await, [2, 3]);
    assert_eq!(each!(if true; _ in [1, 2] => one()).await, [1, 1]);
    assert_eq!(each!(all one(), one()).await, (1, 1));
    assert_eq!(each!(splat [one(), one()]).await, [1, 1]);
    assert_eq!(each!(first a = one() => 5, b = std::future::pending::<()>() => 6), 5);
    assert_eq!(each!(listed n = one() => n + 1), 2);
    let mut seen = Vec::new();
    each!(loop 'a n in up(9) => {
        if n == 2 {
            break 'a;
        }
        seen.push(n);
    });
    each!(loop n in down(1) => { seen.push(n); } else { seen.push(99); });
    async_for!(for n in each!(stream { yield 7; }) {
        seen.push(n);
    });
    assert_eq!(seen, [0, 1, 0, 99, 7]);
    let n = 1;
    assert_eq!(hygienic!(n), 11);
}

macro_rules! tests {
    ($($name:ident $body:block)*) => {
        $(#[dsl::test(crate = crate::dsl)] async fn $name() $body)*
    };
}

tests! {
    an_attribute_may_come_from_one { assert_eq!(one().await, 1); }
}
