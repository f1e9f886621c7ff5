//! `stream!` and `generator!`: what they give, and what becomes of one that is left half-way.
#![forbid(unsafe_code)]

use std::num::ParseIntError;
use std::pin::{Pin, pin};
use std::task::Poll;

use futures_lite::{StreamExt, stream as streams};
use taipan::prelude::*;
use taipan::stream::Stream;
use taipan_tests::{Gate, Log, WakeCounter, on_drop, poll_once, poll_with};

generator! {
    /// Counts down.
    #[must_use]
    pub async fn countdown(n: u32) -> u32 {
        for n in (0..n).rev() {
            yield n;
            yield_now().await;
        }
    }
}

#[taipan::test]
async fn items_come_in_order() {
    assert_eq!(countdown(3).collect::<Vec<_>>().await, [2, 1, 0]);
    let numbers = stream!({
        yield 1;
        if let Some(n) = Some(2) {
            yield n;
        }
        for await n in countdown(3) {
            match n {
                0 => yield 30,
                n => {
                    yield n;
                    for m in [10] {
                        yield m;
                    }
                }
            }
        }
    });
    assert_eq!(numbers.collect::<Vec<_>>().await, [1, 2, 2, 10, 1, 10, 30]);
    let braces = stream! { yield "a"; yield "b" };
    assert_eq!(braces.collect::<Vec<_>>().await, ["a", "b"]);
}

#[taipan::test]
async fn nothing_runs_before_it_is_asked_for() {
    let log = Log::new();
    let steps = log.clone();
    let mut items = pin!(stream!({
        steps.add("first");
        yield 1;
        steps.add("second");
        yield 2;
        steps.add("end");
    }));
    assert_eq!(log.get(), "");
    assert_eq!(items.next().await, Some(1));
    assert_eq!(log.get(), "first");
    assert_eq!(items.next().await, Some(2));
    assert_eq!(items.next().await, None);
    assert_eq!(log.get(), "first second end");
    // Polled after its end.
    assert_eq!(items.next().await, None);
}

#[test]
fn each_poll_goes_to_the_next_item_and_no_further() {
    let gate = Gate::new();
    let passed = gate.clone();
    let mut items = pin!(stream!({
        yield 1;
        passed.pass().await;
        yield 2;
    }));
    let (wakes, waker) = WakeCounter::new();
    assert_eq!(poll_with(pin!(items.next()), &waker), Poll::Ready(Some(1)));
    assert_eq!(poll_with(pin!(items.next()), &waker), Poll::Pending);
    assert_eq!(poll_with(pin!(items.next()), &waker), Poll::Pending);
    assert_eq!(wakes.get(), 0);
    gate.open();
    assert_ne!(wakes.get(), 0);
    assert_eq!(poll_with(pin!(items.next()), &waker), Poll::Ready(Some(2)));
    assert_eq!(poll_with(pin!(items.next()), &waker), Poll::Ready(None));
}

#[test]
fn what_it_holds_is_dropped_at_its_end() {
    let log = Log::new();
    let dropped = log.clone();
    let alive = on_drop(move || dropped.add("dropped"));
    let mut items = Box::pin(stream!({
        let _ = &alive;
        yield 1;
    }));
    assert_eq!(poll_once(pin!(items.next())), Poll::Ready(Some(1)));
    assert_eq!(log.get(), "");
    assert_eq!(poll_once(pin!(items.next())), Poll::Ready(None));
    assert_eq!(log.get(), "dropped");
}

// Failures.

generator! {
    async fn parsed(words: &[&str]) -> Result<u32, ParseIntError> {
        for word in words {
            yield Ok(word.parse()?);
        }
    }

    async fn boxed(words: &[&str]) -> taipan::Result<u32> {
        for word in words {
            if word.is_empty() {
                return;
            }
            if *word == "stop" {
                return Err("stopped".into());
            }
            let n: u32 = vec![word.parse::<u32>()?][0];
            yield Ok(n);
        }
    }
}

#[taipan::test]
async fn an_error_is_the_last_item() {
    let items: Vec<_> = parsed(&["1", "x", "3"]).map(Result::ok).collect().await;
    assert_eq!(items, [Some(1), None]);
    let told = async |words: &[&str]| {
        let items = boxed(words).map(|item| item.map_or_else(|e| e.to_string(), |n| n.to_string()));
        items.collect::<Vec<_>>().await.join(", ")
    };
    assert_eq!(told(&["1", "stop", "2"]).await, "1, stopped");
    assert_eq!(told(&["1", "", "2"]).await, "1");
    assert_eq!(told(&["1", "x", "2"]).await, "1, invalid digit found in string");
}

fn lines(text: &'static str) -> impl Stream<Item = Result<u32, ParseIntError>> + Send {
    stream!({
        for await line in streams::iter(text.lines()) {
            if line == "." {
                return;
            }
            yield Ok(line.parse()?);
        }
    })
}

#[taipan::test]
async fn a_stream_of_results_learns_its_error_from_the_function() {
    let sum = async |text| -> Result<u32, ParseIntError> {
        let mut sum = 0;
        async_for!(for n in lines(text) {
            sum += n?;
        });
        Ok(sum)
    };
    assert_eq!(sum("1\n2\n.\nx").await, Ok(3));
    assert!(sum("1\nx\n2").await.is_err());
}

macro_rules! bail {
    ($word:expr) => {
        return Err($word.into())
    };
}

generator! {
    async fn hidden() -> taipan::Result<u32> {
        yield Ok(1);
        bail!("hidden");
    }
}

#[taipan::test]
async fn a_return_that_a_macro_hides_is_the_generators() {
    let items: Vec<_> = hidden().map(|item| item.map_err(|e| e.to_string())).collect().await;
    assert_eq!(items, [Ok(1), Err("hidden".to_owned())]);
}

// What functions can have.

struct Shelf<T>(Vec<T>);

impl<T: Clone + Send + Sync> Shelf<T> {
    generator! {
        async fn books(&self) -> T {
            for book in &self.0 {
                yield book.clone();
            }
        }

        pub(crate) async fn borrowed<'a>(&'a self, skip: usize) -> &'a T {
            for book in self.0.iter().skip(skip) {
                yield book;
            }
        }

        async fn taken(mut self) -> T {
            while let Some(book) = self.0.pop() {
                yield book;
            }
        }

        async fn drained(&mut self) -> T {
            while let Some(book) = self.0.pop() {
                yield book;
            }
        }
    }
}

generator! {
    async fn generic<const N: usize, T, F>(items: [T; N], mut f: F, (a, b): (T, T)) -> T
    where
        F: FnMut(T) -> T,
    {
        for item in items {
            yield f(item);
        }
        yield a;
        yield b;
    }

    async fn words(text: &str) -> &str {
        for word in text.split(' ') {
            yield word;
        }
    }

    async fn opaque(text: &str) -> impl Fn() -> String + use<'_> {
        yield move || text.to_owned();
    }

    async fn of_any(items: impl Stream<Item = u32> + Send) -> u32 {
        for await item in items {
            yield item + 1;
        }
    }
}

#[taipan::test]
async fn methods_generics_and_lifetimes() {
    let mut shelf = Shelf(vec![1_u32, 2, 3]);
    assert_eq!(shelf.books().collect::<Vec<_>>().await, [1, 2, 3]);
    assert_eq!(shelf.borrowed(1).collect::<Vec<&u32>>().await, [&2, &3]);
    assert_eq!(shelf.drained().take(1).collect::<Vec<_>>().await, [3]);
    assert_eq!(shelf.taken().collect::<Vec<_>>().await, [2, 1]);
    let items: Vec<u32> = generic([1, 2], |n| n * 10, (7, 8)).collect().await;
    assert_eq!(items, [10, 20, 7, 8]);
    let text = String::from("a b");
    assert_eq!(words(&text).collect::<Vec<_>>().await, ["a", "b"]);
    let made = pin!(opaque(&text)).next().await.unwrap();
    assert_eq!(made(), "a b");
    assert_eq!(of_any(countdown(2)).collect::<Vec<_>>().await, [2, 1]);
}

generator! {
    async fn holds<D>(_used: D, _: D) -> u32 {
        yield 1;
    }
}

#[taipan::test]
async fn arguments_live_as_long_as_the_generator_used_or_not() {
    let log = Log::new();
    let noted = |name: &'static str| {
        let log = log.clone();
        on_drop(move || log.add(name))
    };
    let mut items = Box::pin(holds(noted("named"), noted("nameless")));
    assert_eq!(items.next().await, Some(1));
    assert_eq!(log.get(), "");
    drop(items);
    assert_eq!(log.get().split(' ').count(), 2);
}

generator! {
    async fn tree(depth: u32) -> u32 {
        yield depth;
        if depth > 0 {
            for await below in branches(depth - 1) {
                yield below;
            }
        }
    }
}

/// Named, so that the type of `tree` does not contain itself.
fn branches(depth: u32) -> Pin<Box<dyn Stream<Item = u32> + Send>> {
    Box::pin(tree(depth))
}

#[taipan::test]
async fn a_generator_may_use_itself_boxed() {
    assert_eq!(tree(3).collect::<Vec<_>>().await, [3, 2, 1, 0]);
}

#[taipan::test]
async fn generators_stand_in_generators() {
    let nested = stream!({
        for round in 0..2 {
            let inner = stream!({
                yield round * 10;
                for await n in countdown(2) {
                    yield round * 10 + n;
                }
            });
            generator! {
                async fn own(n: u32) -> u32 {
                    yield n + 100;
                }
            }
            yield 1000;
            for await n in inner {
                yield n;
            }
            let mut own = pin!(own(round));
            yield own.next().await.unwrap();
        }
    });
    let items: Vec<u32> = nested.collect().await;
    assert_eq!(items, [1000, 0, 1, 0, 100, 1000, 10, 11, 10, 101]);
}

#[taipan::test]
async fn two_generators_do_not_disturb_each_other() {
    let (mut a, mut b) = (pin!(countdown(3)), pin!(countdown(5)));
    let mut seen = Vec::new();
    while let Some(n) = a.next().await {
        seen.push((n, b.next().await.unwrap()));
    }
    assert_eq!(seen, [(2, 4), (1, 3), (0, 2)]);
    async_for!(for n in b {
        seen.push((n, n));
    });
    assert_eq!(seen[3..], [(1, 1), (0, 0)]);
}

mod shadowed {
    #![allow(dead_code)]
    struct Option;
    struct Result;
    struct Ok;
    struct Some;
    mod core {}
    mod std {}
    mod taipan {}

    ::taipan::generator! {
        pub(super) async fn twice(__yielder: u32, __sent: u32) -> u32 {
            yield __yielder;
            for await __item in super::countdown(1) {
                yield __item + __sent;
            }
        }
    }
}

#[taipan::test]
async fn names_of_the_user_are_the_users() {
    assert_eq!(shadowed::twice(1, 5).collect::<Vec<_>>().await, [1, 5]);
}

macro_rules! repeated {
    ($item:expr, $times:expr) => {
        stream!({
            for _ in 0..$times {
                yield $item;
            }
        })
    };
}

#[taipan::test]
async fn a_macro_of_the_user_may_make_one() {
    assert_eq!(repeated!(7, 2).collect::<Vec<_>>().await, [7, 7]);
}
