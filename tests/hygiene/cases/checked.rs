//! `#[checked]` on everything that it goes on, with something for each guard to ask about.
#![allow(clippy::let_underscore_future, clippy::await_holding_lock)] // the mistakes are meant

use crate::dsl;

#[allow(dead_code)]
mod other {
    pub(super) mod core {}
    pub(super) mod taipan {}
    pub(super) struct Option;
    pub(super) struct Result;
    pub(super) struct Some;
    pub(super) struct Ok;
    pub(super) struct Value;
    pub(super) struct Call;
    pub(super) struct Nothing;
    pub(super) trait Allowed {}
    pub(super) trait Future {}
    pub(super) trait Deref {}
    pub(super) fn drop<T>(_: T) {}
}

/// What the guards ask in code where the names are somebody else's.
mod shadowed {
    use super::dsl;
    #[allow(unused_imports)]
    use super::other::{
        Allowed, Call, Deref, Future, Nothing, Ok, Option, Result, Some, Value, core, drop, taipan,
    };

    pub(super) async fn one() -> ::core::primitive::u32 {
        dsl::yield_now().await;
        1
    }

    async fn fine() -> dsl::Result<::core::primitive::u32> {
        ::core::result::Result::Ok(one().await)
    }

    /// Each statement is one that the guards look at, and it says that it is meant.
    #[dsl::checked(crate = crate::dsl)]
    #[allow(deprecated)]
    pub(super) async fn every_guard_asks() -> dsl::Result<::core::primitive::u32> {
        let _ = one();
        drop(one());
        let _ = dsl::spawn(fine());
        let _ = dsl::sync::Semaphore::new(1).acquire().await;
        dsl::gather!(..[fine()]).await;
        let lock = ::std::sync::Mutex::new(1);
        let held = lock.lock().unwrap();
        let sum = one().await + *held;
        ::std::thread::sleep(1us);
        let waits = ::std::sync::mpsc::channel::<()>().1;
        assert!(waits.recv().is_err());
        ::core::result::Result::Ok(sum)
    }

    /// Where there is nothing to say, nothing is said.
    #[dsl::checked(crate = crate::dsl)]
    pub(super) async fn no_guard_finds_anything() -> dsl::Result<::core::primitive::u32> {
        drop(1);
        let _ = "text".len();
        let _ = fine().await?;
        let lock = dsl::sync::Mutex::new(1);
        let held = lock.lock().await;
        dsl::sleep(1us).await;
        ::core::result::Result::Ok(one().await + *held)
    }

    #[dsl::checked(crate = crate::dsl, blocking = allow)]
    pub(super) async fn blocks(pause: ::std::time::Duration) -> ::core::primitive::u32 {
        ::std::thread::sleep(pause);
        dsl::timeout!(1h, {
            ::std::thread::sleep(1us);
            one().await
        })
        .unwrap()
    }
}

use shadowed::{blocks, every_guard_asks, no_guard_finds_anything, one};

#[dsl::test(crate = crate::dsl)]
async fn guards_do_not_ask_for_the_names_of_std() -> dsl::Result {
    assert_eq!(every_guard_asks().await?, 2);
    assert_eq!(no_guard_finds_anything().await?, 2);
    assert_eq!(blocks(std::time::Duration::ZERO).await, 1);
    Ok(())
}

#[derive(Clone, Copy)]
struct Counter(u32);

#[dsl::checked(crate = crate::dsl)]
impl Counter {
    const STEP: u32 = 2;

    async fn next(&mut self) -> u32 {
        dsl::sleep(1us).await;
        self.0 += Self::STEP * one().await;
        self.0
    }
}

#[dsl::checked(crate = crate::dsl)]
trait Count {
    async fn count(&self) -> u32;

    async fn twice(&self) -> u32 {
        dsl::sleep(1us).await;
        2 * self.count().await
    }
}

#[dsl::checked(crate = crate::dsl)]
impl Count for Counter {
    async fn count(&self) -> u32 {
        let mut counter = *self;
        counter.next().await
    }
}

#[dsl::checked(crate = crate::dsl)]
mod module {
    use super::{Count, Counter, dsl};

    pub(super) async fn counted(from: u32) -> u32 {
        dsl::sleep(1us).await;
        Counter(from).twice().await
    }
}

#[dsl::test(crate = crate::dsl)]
async fn items_stay_what_they_are() {
    assert_eq!(Counter(1).next().await, 3);
    assert_eq!(module::counted(1).await, 6);
}

/// What the guards call their own things, as the user's.
#[dsl::checked(crate = crate::dsl)]
#[allow(deprecated)]
async fn names_of_the_guards(__seen: u32) -> u32 {
    let dropped = __seen;
    let (held, blocking) = (dropped, __seen);
    let _ = async { __seen };
    drop(async { __seen + dropped });
    let lock = std::sync::Mutex::new(__seen);
    let guard = lock.lock().unwrap();
    one().await + *guard + held + blocking
}

macro_rules! functions {
    ($($name:ident($argument:ident) $body:block)*) => {
        $(
            #[dsl::checked(crate = crate::dsl)]
            #[allow(deprecated)]
            async fn $name($argument: u32) -> u32 $body
        )*
    };
}

functions! {
    from_a_block(n) {
        let _ = one();
        drop(one());
        n + one().await
    }
}

macro_rules! function {
    ($name:ident, $future:expr) => {
        #[dsl::checked(crate = crate::dsl)]
        #[allow(deprecated)]
        async fn $name() -> u32 {
            let _ = $future;
            drop($future);
            dsl::sleep(1us).await;
            $future.await
        }
    };
}

function!(from_an_expression, one());

#[dsl::test(crate = crate::dsl)]
async fn names_and_fragments_are_the_users() {
    assert_eq!(names_of_the_guards(2).await, 7);
    assert_eq!(from_a_block(1).await, 2);
    assert_eq!(from_an_expression().await, 1);
}
