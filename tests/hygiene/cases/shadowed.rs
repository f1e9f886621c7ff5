//! A module where the names that std gives to everybody are somebody else's.
#![allow(non_camel_case_types, dead_code, clippy::items_after_statements)]

use crate::dsl;

mod other {
    pub(super) struct Option;
    pub(super) struct Result;
    pub(super) struct Some;
    pub(super) struct None;
    pub(super) struct Ok;
    pub(super) struct Err;
    pub(super) struct Box;
    pub(super) struct Vec;
    pub(super) struct String;
    pub(super) struct u32;
    pub(super) struct u64;
    pub(super) struct bool;
    pub(super) struct usize;
    pub(super) trait Future {}
    pub(super) trait IntoFuture {}
    pub(super) trait Iterator {}
    pub(super) trait IntoIterator {}
    pub(super) trait Default {}
    pub(super) trait From {}
    pub(super) trait Into {}
    pub(super) trait Clone {}
    pub(super) trait Copy {}
    pub(super) trait Send {}
    pub(super) trait Sync {}
    pub(super) trait Drop {}
    pub(super) trait Fn {}
    pub(super) trait FnOnce {}
    pub(super) trait Termination {}
    pub(super) mod std {}
    pub(super) mod core {}
    pub(super) mod alloc {}
    pub(super) mod taipan {}
    pub(super) fn drop() {}
    pub(super) fn spawn() {}
    pub(super) fn sleep() {}
}

#[allow(unused_imports)]
use other::{
    Box, Clone, Copy, Default, Drop, Err, Fn, FnOnce, From, Future, Into, IntoFuture, IntoIterator,
    Iterator, None, Ok, Option, Result, Send, Some, String, Sync, Termination, Vec, alloc, bool,
    core, drop, sleep, spawn, std, taipan, u32, u64, usize,
};

async fn one() -> ::core::primitive::u32 {
    dsl::yield_now().await;
    1
}

async fn fine() -> dsl::Result<::core::primitive::u32> {
    ::core::result::Result::Ok(one().await)
}

#[dsl::test(crate = crate::dsl, virtual_time, timeout = 1h)]
async fn lists_do_not_ask_for_them() -> dsl::Result {
    assert_eq!(dsl::gather!(one(), one()).await, (1, 1));
    assert_eq!(dsl::gather!(..[one()], limit = 1).await, [1]);
    assert_eq!(
        dsl::gather!(for _ in [0] {
            one()
        })
        .await,
        [1]
    );
    assert_eq!(dsl::try_gather!(fine(), fine()).await?, (1, 1));
    assert_eq!(dsl::race!(one()).await, 1);
    assert!(dsl::race_ok!(fine()).await.is_ok());
    dsl::sleep!(1h).await;
    ::core::result::Result::Ok(())
}

#[dsl::test(crate = crate::dsl)]
async fn bodies_do_not_ask_for_them() -> dsl::Result {
    let closing = || dsl::closing((), |()| async { dsl::Result::<()>::Ok(()) });
    for n in 0..2 {
        dsl::with!(_ = closing(), _ = closing(), {
            if n == 0 {
                continue;
            }
            fine().await?;
        })?;
    }
    let value = dsl::finally!({ fine().await? }, async |_| {});
    let limited = dsl::timeout!(1h, { fine().await? })?;
    let moved = dsl::timeout!(limit = 1h, {
        limit.reset(2h);
        one().await
    })?;
    let grouped = dsl::task_group!(tg, {
        tg.spawn(async {});
        one().await
    })?;
    assert_eq!([value, limited, moved, grouped], [1; 4]);
    assert_eq!(dsl::timeout!(1h, one()).await?, 1);
    ::core::result::Result::Ok(())
}

dsl::generator! {
    async fn count(n: ::core::primitive::u32) -> ::core::primitive::u32 {
        for n in 0..n {
            yield n;
        }
    }

    async fn count_or_fail((n, ()): (::core::primitive::u32, ())) -> ::core::result::Result<::core::primitive::u32, dsl::BoxError> {
        fine().await?;
        if n == 0 {
            return;
        }
        yield ::core::result::Result::Ok(n);
    }
}

#[dsl::test(crate = crate::dsl)]
async fn choices_and_loops_do_not_ask_for_them() {
    let chosen = dsl::select!(match (a = one(), b = when(true, || one())) {
        a(n) => n,
        b(n) => n,
    });
    let listed = dsl::select! {
        biased;
        ::core::option::Option::Some(n) = async { ::core::option::Option::Some(1) } => n,
        n = one(), if chosen == 2 => n,
        timeout(1h) => 0,
        else => 0,
    };
    assert_eq!((chosen, listed), (1, 1));
    let mut sum = 0;
    dsl::async_for!(for n in count(3) {
        sum += n;
    });
    dsl::async_for!(n in count_or_fail((4, ())) {
        sum += n.unwrap();
    } else {
        sum += 10;
    });
    let more = dsl::stream!({
        for await n in count(2) {
            yield n;
        }
    });
    dsl::async_for!(for n in more {
        sum += n;
    });
    assert_eq!(sum, 3 + 4 + 10 + 1);
}

mod program {
    use super::*;

    #[dsl::main(crate = crate::dsl, ctrl_c = false, threads = 1, shutdown_timeout = 1s)]
    async fn main() {
        super::one().await;
    }

    #[test]
    fn a_program_does_not_ask_for_them() {
        main();
    }
}
