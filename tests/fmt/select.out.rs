use taipan::prelude::*;

async fn messages(get: impl AsyncFn() -> Option<u32>, more: bool) -> taipan::Result<u32> {
    let mut sum = 0;
    loop {
        select!(
            match (biased, message = get(), other = when(more, || get()), quiet = sleep!(1s)) {
                message(Some(n)) if n > 3 => sum += n,
                message(Some(_)) => {
                    sum += 1;
                    continue;
                }
                message(None) => break,
                other(n) => {
                    sum += n.unwrap_or(0);
                }
                quiet => return Err("nothing for a second".into()),
            }
        );
    }
    Ok(sum)
}

async fn that_may_be_disabled(get: impl AsyncFn() -> u32, ready: bool) -> u32 {
    select!(match (a = when(ready, || get())) {
        a(n) => n,
        disabled => 0,
    })
}
