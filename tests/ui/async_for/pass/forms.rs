#![forbid(unsafe_code)]
#![deny(warnings)]

use futures_lite::stream;
use taipan::AsyncIterator;

struct Countdown(u32);

impl AsyncIterator for Countdown {
    type Item = u32;

    async fn next(&mut self) -> Option<u32> {
        self.0 = self.0.checked_sub(1)?;
        Some(self.0)
    }
}

async fn forms() -> Result<u32, std::num::ParseIntError> {
    let mut sum = 0;
    taipan::async_for!(for n in Countdown(3) {
        sum += n;
    });
    taipan::async_for!(n in &mut Countdown(3) { sum += n; });
    taipan::async_for!('outer: for word in stream::iter(["1", "2"]) {
        taipan::async_for!(for _ in Countdown(1) {
            sum += word.parse::<u32>()?;
            continue 'outer;
        });
    });
    sum += taipan::async_for!(n in Countdown(3) {
        if n == 1 {
            break n;
        }
    } else {
        0
    });
    taipan::async_for!(for _ in Countdown(1) { sum += 1; } else { sum += 1; });
    taipan::async_for!(for Some(_) | None in stream::iter([None::<u32>]) {});
    Ok(sum)
}

fn main() {
    assert_eq!(taipan::run(forms()), Ok(3 + 3 + 3 + 1 + 2));
}
