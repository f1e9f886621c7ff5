//! The storm of `taipan_tests::storm`, in short: cut off at every poll, in every way, nothing is lost.
//!
//! The long one is an example: `cargo run --release --example cancel_storm -- --cancellations 10000000`.
#![forbid(unsafe_code)]

use taipan_tests::bounded;
use taipan_tests::storm::{storm, storm_by_the_clock};

/// How many storms there are on each number of threads, and how often each cuts off: 100 000 times in all.
/// (The slow checks of `ci/` ask for fewer.)
const STORMS: u64 = 5;
const CUTS: u64 = 10_000;

fn weather(threads: usize) {
    let cuts = std::env::var("TAIPAN_STORM_CUTS").map_or(CUTS, |cuts| cuts.parse().unwrap());
    for number in 0..STORMS {
        // A seed serves for some 100 cuts, and most cuts find resources open.
        let figures = bounded(move || storm(threads, cuts, number * CUTS, |_| ()));
        println!("on {threads} threads:\n{figures}");
        assert!(figures.is_clean(), "on {threads} threads:\n{figures}");
        assert!(figures.cancellations >= cuts, "on {threads} threads:\n{figures}");
        assert!(figures.entered > figures.cancellations, "on {threads} threads:\n{figures}");
    }
}

#[test]
fn on_one_thread() {
    weather(1);
}

#[test]
fn on_four_threads() {
    weather(4);
}

#[taipan::test(virtual_time)]
async fn by_the_clock() {
    let figures = storm_by_the_clock(1_500, 1).await;
    println!("{figures}");
    assert!(figures.is_clean(), "{figures}");
    assert!(figures.entered > figures.cancellations, "{figures}");
}
