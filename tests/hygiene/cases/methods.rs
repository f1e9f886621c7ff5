//! Where a trait gives every type methods by value: those come before ours that take `&self`.

use crate::dsl;
use dsl::prelude::*;

/// A method for each name that an expansion calls.
macro_rules! methods {
    ($($name:ident)*) => {
        #[allow(unused, clippy::wrong_self_convention)]
        trait Everything: Sized {
            $(fn $name<A>(self, _: A) -> &'static str {
                unreachable!(concat!("the user's `", stringify!($name), "`"))
            })*
        }
        impl<T> Everything for T {}
    };
}

methods! {
    with done arm maybe limit push reset send next as_mut value absent ended jump put take outcome exit check is are join
    open failed has_returned into_items into_argument poll unwrap_or_default into_iter into_future
}

async fn one() -> u32 {
    yield_now().await;
    1
}

#[dsl::test(crate = crate::dsl)]
async fn no_method_of_theirs_is_called() -> dsl::Result {
    let closing = || dsl::closing((), |()| async { dsl::Result::<()>::Ok(()) });
    let broken = loop {
        with!(_ = closing(), _ = closing(), {
            if one().await == 1 {
                break "broken";
            }
        })?;
    };
    finally!({ Ok::<(), dsl::BoxError>(()) }, async |_| {})?;
    timeout!(_limit = 1h, { one().await })?;
    task_group!(_tg, { one().await })?;
    let (a, b) = gather!(one(), one()).await;
    let all = gather!(
        for _ in 0..2 {
            one()
        },
        limit = 1
    )
    .await;
    let first = race!(one(), one()).await;
    let selected = select! {
        n = one(), if a == 1 => n,
        Some(n) = async { None } => n,
        else => 0,
    };
    let mut sum = 0;
    async_for!(for n in stream!({
        yield one().await;
    }) {
        sum += n;
    });
    assert_eq!((broken, a, b, all, first, selected, sum), ("broken", 1, 1, vec![1, 1], 1, 1, 1));
    Ok(())
}

#[dsl::test(crate = crate::dsl)]
async fn returns_are_told_all_the_same() {
    async fn returns() -> Result<u32, dsl::BoxError> {
        with!(_ = dsl::closing((), |()| async {}), {
            return Ok(one().await);
        })
    }
    assert_eq!(returns().await.ok(), Some(1));
}
