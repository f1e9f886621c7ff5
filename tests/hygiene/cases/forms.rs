//! Every form of every macro. That there is no warning is half of the test.

use crate::dsl;
use dsl::prelude::*;
use dsl::{Elapsed, closing, ok};

async fn twice(n: u32) -> u32 {
    yield_now().await;
    2 * n
}

async fn checked(n: u32) -> dsl::Result<u32> {
    sleep!(1ms).await;
    if n > 9 {
        return Err("too much".into());
    }
    Ok(n)
}

#[dsl::test(crate = crate::dsl)]
async fn gather_in_all_forms() -> dsl::Result {
    let numbers = [1, 2, 3];
    assert_eq!(gather!(twice(1), async { "b" }).await, (2, "b"));
    assert_eq!(gather!(..numbers.iter().map(|n| twice(*n)), limit = 2).await, [2, 4, 6]);
    assert_eq!(
        gather!(
            for n in numbers {
                twice(n)
            },
            limit = 2
        )
        .await,
        [2, 4, 6]
    );
    assert_eq!(gather!(twice(n) for n in numbers if n != 2).await, [2, 6]);
    assert_eq!(try_gather!(checked(1), checked(2)).await?, (1, 2));
    assert_eq!(try_gather!(..numbers.into_iter().map(checked)).await?, numbers);
    assert!(
        try_gather!(for n in [1, 10] {
            checked(n)
        })
        .await
        .is_err()
    );
    Ok(())
}

#[dsl::test(crate = crate::dsl)]
async fn races_in_all_forms() -> dsl::Result {
    assert_eq!(race!(twice(1), std::future::pending()).await, 2);
    assert_eq!(race!(..[twice(2)]).await, 4);
    assert_eq!(
        race!(for n in [3] {
            twice(n)
        })
        .await,
        6
    );
    assert_eq!(race_ok!(checked(10), checked(3)).await.ok(), Some(3));
    assert!(race_ok!(..[checked(10)]).await.is_err());
    Ok(())
}

#[dsl::test(crate = crate::dsl, virtual_time)]
async fn timeouts_in_all_forms() -> dsl::Result {
    let late: Result<(), Elapsed> = timeout!(10ms, sleep!(1h)).await;
    assert!(late.is_err());
    let two = timeout!(1s, {
        let one = checked(1).await?;
        one + 1
    })?;
    assert_eq!(two, 2);
    let moved = timeout!(limit = 1s, {
        limit.reset(2h);
        sleep!(1h).await;
        let mut rounds = 0;
        loop {
            rounds += 1;
            if rounds == 2 {
                break "in time";
            }
        }
    })?;
    assert_eq!(moved, "in time");
    Ok(())
}

#[dsl::test(crate = crate::dsl)]
async fn bodies_with_an_exit() -> dsl::Result {
    let mut left = Vec::new();
    for n in 0..4 {
        let seen = with!(
            a = closing(n, |_| async {}),
            _ = closing((), |()| async { dsl::Result::<()>::Ok(()) }),
            {
                if **a == 1 {
                    continue;
                }
                if **a == 3 {
                    break;
                }
                checked(**a).await?
            }
        )?;
        left.push(seen);
    }
    assert_eq!(left, [0, 2]);
    let value =
        finally!({ twice(2).await }, async |outcome: Outcome| assert!(outcome.is_returned()));
    assert_eq!(value, 4);
    Ok(())
}

#[dsl::test(crate = crate::dsl)]
async fn task_groups_in_both_forms() -> dsl::Result {
    task_group!(tg, {
        tg.spawn(checked(1));
        tg.spawn(async {
            assert_eq!(twice(1).await, 2);
            ok(())
        });
    })?;
    let value = task_group!(tg = TaskGroup::new().limit(1), {
        tg.spawn(async {});
        7
    })?;
    assert_eq!(value, 7);
    Ok(())
}

#[dsl::test(crate = crate::dsl, virtual_time)]
async fn select_in_both_forms() -> dsl::Result {
    let mut sum = 0;
    for round in 0..3 {
        select!(match (
            biased,
            small = checked(round),
            big = when(round == 1, || twice(40)),
            late = sleep!(1h)
        ) {
            small(Ok(n)) if n > 1 => sum += n,
            small(Ok(_)) => sum += 0,
            small(Err(error)) => return Err(error),
            big(n) => {
                sum += n;
            }
            late => break,
        });
    }
    assert_eq!(sum, 82);
    let text = select! {
        biased;
        Some(n) = async { None::<u32> } => n.to_string(),
        n = twice(1), if sum == 0 => (n + 1).to_string(),
        timeout(2s) => "late".to_owned(),
        else => "none".to_owned(),
    };
    assert_eq!(text, "late");
    Ok(())
}

generator! {
    /// Counts from one up to `n`.
    pub(super) async fn count(n: u32) -> u32 {
        for n in 1..=n {
            yield n;
        }
    }

    /// Borrows what it goes over.
    async fn lengths(words: &[&str], least: usize) -> Result<usize, dsl::BoxError> {
        for word in words {
            if word.len() < least {
                Err("too short")?;
            }
            yield Ok(word.len());
        }
    }
}

#[dsl::test(crate = crate::dsl)]
async fn loops_and_generators() {
    let mut seen = Vec::new();
    async_for!(for n in count(3) {
        seen.push(n);
    });
    let found = async_for!('search: n in count(5) {
        if n == 4 {
            break 'search Some(n);
        }
    } else {
        None
    });
    assert_eq!((found, seen), (Some(4), vec![1, 2, 3]));
    let doubled = stream!({
        for await n in count(2) {
            yield twice(n).await;
        }
        yield 0
    });
    let mut sum = 0;
    async_for!(for n in doubled {
        sum += n;
    });
    assert_eq!(sum, 6);
    let words = ["one".to_owned(), "two".to_owned(), "x".to_owned()];
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let mut results = Vec::new();
    async_for!(for length in lengths(&words, 2) {
        results.push(length.ok());
    });
    assert_eq!(results, [Some(3), Some(3), None]);
}

mod program {
    use super::dsl;

    #[dsl::main(crate = crate::dsl, threads = 1, ctrl_c = false)]
    async fn main() -> dsl::Result {
        super::checked(1).await?;
        Ok(())
    }

    #[test]
    fn a_program_ends_well() {
        assert_eq!(format!("{:?}", main()), format!("{:?}", std::process::ExitCode::SUCCESS));
    }
}
