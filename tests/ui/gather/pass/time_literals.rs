#![deny(warnings)]

use taipan::{gather, race, race_ok, sleep, timeout, try_gather};

fn main() {
    taipan::run(async {
        gather!(sleep(1ms), sleep(100us * 2)).await;
        gather!(for pause in [1ms, 0.5ms] { sleep(pause) }, limit = 1).await;
        gather!(sleep(pause) for pause in [1ms, 0.5ms] if pause < 1s).await;
        try_gather!(timeout(1h30m, async {}), timeout(2m, async {})).await.unwrap();
        race!(sleep(1h), sleep(1ms)).await;
        race_ok!(timeout(1ms, sleep(1h)), timeout(1h, sleep(2ms))).await.unwrap();
    });
}
