//! Time literals in macros and under attributes.

use std::time::Duration;

macro_rules! pause {
    ($time:literal) => {
        taipan::sleep!($time)
    };
}

#[taipan::main]
async fn main() {
    assert_eq!(1h30m, Duration::from_secs(5400));
    assert_eq!(1.5s, Duration::from_millis(1500));
    assert_eq!(100us * 3, Duration::from_micros(300));
    assert_eq!(0x1d, 29);
    let times = [1ms, 2ms, 1_000ns];
    assert_eq!(times.iter().sum::<Duration>(), Duration::from_micros(3001));
    plain().await;
    taipan::sleep!(2ms / 2).await;
}

/// Not under an attribute: macros hand the literal on as it is.
async fn plain() {
    pause!(1ms).await;
    taipan::sleep!(1.5us).await;
}
