//! Durations written as numbers, where no macro can read a time literal.

use std::time::Duration;

/// Makes a [`Duration`] of a number: `1.5.secs()`, `200.millis()`.
///
/// Inside the macros, and in functions under taipan's attributes, a time literal is shorter: `1.5s`.
/// The trait is in the [`prelude`](crate::prelude).
///
/// # Panics
///
/// Its methods panic if the number is negative, not a number, or too large for a `Duration`.
///
/// # Examples
///
/// ```
/// use std::time::Duration;
/// use taipan::prelude::*;
///
/// assert_eq!(1.5.secs(), Duration::from_millis(1500));
/// assert_eq!(200.millis(), Duration::from_millis(200));
/// assert_eq!(2.mins(), Duration::from_secs(120));
/// ```
pub trait Units: Sized {
    /// Returns the number as milliseconds.
    #[track_caller]
    fn millis(self) -> Duration;

    /// Returns the number as seconds.
    #[track_caller]
    fn secs(self) -> Duration;

    /// Returns the number as minutes.
    #[track_caller]
    fn mins(self) -> Duration;
}

/// `number` of a unit that has `nanos` nanoseconds.
#[track_caller]
fn integer(number: i128, nanos: u64) -> Duration {
    let Ok(number) = u128::try_from(number) else {
        panic!("a duration cannot be negative: {number}")
    };
    let nanos = number * u128::from(nanos); // both below 2^64
    match u64::try_from(nanos / 1_000_000_000) {
        Ok(secs) => Duration::new(secs, (nanos % 1_000_000_000) as u32),
        Err(_) => panic!("{number} is too large for a duration"),
    }
}

#[track_caller]
fn float(number: f64, secs: f64) -> Duration {
    match Duration::try_from_secs_f64(number * secs) {
        Ok(duration) => duration,
        Err(error) => panic!("{number} is no duration: {error}"),
    }
}

macro_rules! integers {
    ($($number:ty)*) => {$(
        impl Units for $number {
            fn millis(self) -> Duration {
                integer(i128::from(self), 1_000_000)
            }

            fn secs(self) -> Duration {
                integer(i128::from(self), 1_000_000_000)
            }

            fn mins(self) -> Duration {
                integer(i128::from(self), 60_000_000_000)
            }
        }
    )*};
}

integers!(i32 u32 i64 u64);

impl Units for f64 {
    fn millis(self) -> Duration {
        float(self, 0.001)
    }

    fn secs(self) -> Duration {
        float(self, 1.0)
    }

    fn mins(self) -> Duration {
        float(self, 60.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn integers_are_exact() {
        assert_eq!(3.secs(), Duration::from_secs(3));
        assert_eq!(u64::MAX.secs(), Duration::from_secs(u64::MAX));
        assert_eq!(1_500_u64.millis(), Duration::from_millis(1500));
        assert_eq!(0.mins(), Duration::ZERO);
    }

    #[test]
    fn floats_are_close() {
        assert_eq!(0.5.mins(), Duration::from_secs(30));
        assert_eq!(1.5.millis(), Duration::from_micros(1500));
    }

    #[test]
    #[should_panic(expected = "a duration cannot be negative: -1")]
    fn negative_numbers_panic() {
        let _ = (-1).secs();
    }

    #[test]
    #[should_panic(expected = "is too large for a duration")]
    fn too_large_numbers_panic() {
        let _ = u64::MAX.mins();
    }

    #[test]
    #[should_panic(expected = "NaN is no duration")]
    fn what_is_no_number_panics() {
        let _ = f64::NAN.secs();
    }
}
