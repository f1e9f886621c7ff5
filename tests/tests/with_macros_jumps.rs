//! `break` and `continue` in the bodies of `with!` and its like: where they lead, and what they leave alone.
#![forbid(unsafe_code)]
#![allow(clippy::never_loop, clippy::needless_return, clippy::while_immutable_condition)] // jumps everywhere

use std::future::pending;

use taipan::prelude::*;
use taipan_tests::Log;

#[path = "support/noted.rs"]
mod support;
use support::{fallible, noted, observe};

#[test]
fn break_and_continue_act_on_the_loop_around() {
    let (rounds, log, _) = observe(async |log| {
        let mut rounds = 0;
        loop {
            rounds += 1;
            with!(_ = noted(&log, "a"), {
                yield_now().await;
                if rounds < 3 {
                    continue;
                }
                break;
            });
            log.add("unreachable");
        }
        rounds
    });
    assert_eq!((rounds, &*log), (3, "a:Returned a:Returned a:Returned"));
}

#[test]
fn a_break_carries_its_value() {
    let (value, log, _) = observe(async |log| {
        loop {
            let text = String::from("carried");
            with!(_ = noted(&log, "a"), {
                break text;
            });
        }
    });
    assert_eq!((&*value, &*log), ("carried", "a:Returned"));
}

#[test]
fn one_body_jumps_to_several_places() {
    async fn walk(n: u32, log: &Log) -> (u32, &'static str) {
        let mut rounds = 0;
        let word = 'word: {
            'outer: loop {
                rounds += 1;
                for _ in 0..1 {
                    with!(_ = noted(log, "a"), {
                        match n {
                            _ if rounds > 1 => break 'outer,
                            0 => break 'word "word",
                            1 => break 'outer,
                            2 => continue 'outer,
                            3 => break,
                            4 => continue,
                            5 => break 'word "other",
                            6 => {}
                            _ => return (rounds, "return"),
                        }
                    });
                    break 'word "end";
                }
                if rounds == 1 {
                    break 'word "for";
                }
            }
            "outer"
        };
        (rounds, word)
    }
    for (n, expected) in [
        (0, (1, "word")),
        (1, (1, "outer")),
        (2, (2, "outer")),
        (3, (1, "for")),
        (4, (1, "for")),
        (5, (1, "other")),
        (6, (1, "end")),
        (7, (1, "return")),
    ] {
        let (given, log, _) = observe(async |log| walk(n, &log).await);
        assert_eq!(given, expected, "{n}");
        assert_eq!(log, vec!["a:Returned"; expected.0 as usize].join(" "), "{n}");
    }
}

#[test]
fn a_jump_passes_through_nested_macros() {
    async fn walk(log: &Log) -> (u32, u32) {
        let mut rounds = 0;
        let value = 'outer: loop {
            rounds += 1;
            'inner: loop {
                with!(_ = noted(log, "a"), {
                    timeout!(1h, {
                        finally!(
                            {
                                match rounds {
                                    1 => continue 'outer,
                                    2 => break 'inner,
                                    3 => break 'outer 7,
                                    _ => break,
                                }
                            },
                            {
                                let log = log.clone();
                                async move |outcome| log.add(format!("b:{outcome:?}"))
                            }
                        );
                    })
                    .unwrap();
                });
            }
        };
        (rounds, value)
    }
    let (given, log, _) = observe(async |log| walk(&log).await);
    assert_eq!(given, (3, 7));
    assert_eq!(log, ["b:Returned a:Returned"; 3].join(" "));
}

#[test]
fn a_jump_passes_through_the_resources_of_one_macro() {
    let (value, log, _) = observe(async |log| {
        let mut n = 0;
        loop {
            n += 1;
            let end = with!(_ = noted(&log, "a"), _ = fallible(&log, "b"), _ = noted(&log, "c"), {
                if n == 1 {
                    continue;
                }
                if n == 3 {
                    break n;
                }
                "end"
            });
            assert_eq!((n, end), (2, Ok("end")));
        }
    });
    let round = "c:Returned b:Returned a:Returned";
    assert_eq!((value, log), (3, [round; 3].join(" ")));
}

#[test]
fn jumps_between_two_bodies_stop_where_they_are_meant_to() {
    let (value, log, _) = observe(async |log| {
        with!(_ = noted(&log, "a"), {
            let mut n = 0;
            let value = loop {
                n += 1;
                with!(_ = noted(&log, "b"), {
                    if n == 1 {
                        continue;
                    }
                    break n;
                });
            };
            log.add("between");
            value
        })
    });
    assert_eq!((value, &*log), (2, "b:Returned b:Returned between a:Returned"));
}

#[test]
fn loops_and_blocks_of_the_body_keep_their_jumps() {
    let (value, log, _) = observe(async |log| {
        with!(_ = noted(&log, "a"), {
            let mut found = Vec::new();
            for n in 0..5 {
                if n == 1 {
                    continue;
                }
                if n == 3 {
                    break;
                }
                found.push(n);
            }
            while found.len() < 10 {
                break;
            }
            let block = 'block: {
                if found.is_empty() {
                    break 'block 0;
                }
                100
            };
            let looped = 'own: loop {
                loop {
                    break 'own 20;
                }
            };
            found.iter().sum::<i32>() + block + looped
        })
    });
    assert_eq!((value, &*log), (122, "a:Returned"));
}

#[test]
fn a_label_inside_is_not_the_label_of_the_same_name_outside() {
    let (value, log, _) = observe(async |log| {
        let mut seen = Vec::new();
        'same: for n in 0..3 {
            with!(_ = noted(&log, "a"), {
                #[allow(clippy::redundant_locals)]
                'same: for m in 0..3 {
                    if m == 1 {
                        continue 'same;
                    }
                    seen.push((n, m));
                    if m == 2 {
                        break 'same;
                    }
                }
                if n == 1 {
                    break 'same;
                }
            });
        }
        seen
    });
    assert_eq!(value, [(0, 0), (0, 2), (1, 0), (1, 2)]);
    assert_eq!(log, "a:Returned a:Returned");
}

#[test]
fn the_condition_of_a_loop_in_the_body_jumps_to_the_loop_around() {
    let (rounds, log, _) = observe(async |log| {
        let mut rounds = 0;
        'outer: loop {
            rounds += 1;
            with!(_ = noted(&log, "a"), {
                while if rounds < 3 { continue 'outer } else { true } {
                    break;
                }
                for _ in match rounds {
                    3 => continue 'outer,
                    _ => 0..1,
                } {
                    break 'outer;
                }
            });
        }
        rounds
    });
    assert_eq!((rounds, log), (4, ["a:Returned"; 4].join(" ")));
}

#[test]
fn jumps_stand_in_expressions() {
    async fn walk(items: &[Option<&str>], log: &Log) -> Result<Vec<u32>, String> {
        let mut found = Vec::new();
        for item in items {
            with!(_ = noted(log, "a"), {
                let Some(item) = item else { continue };
                let number = match item.parse::<u32>() {
                    Ok(number) => number,
                    Err(_) if item.is_empty() => break,
                    Err(error) => return Err(error.to_string()),
                };
                println!("{} {}", number, if number > 100 { continue } else { number });
                assert_ne!(number, if number == 50 { break } else { 0 }, "{number}");
                found.extend(vec![if number == 7 { continue } else { number }]);
            });
        }
        Ok(found)
    }
    let items = [None, Some("1"), Some("101"), Some("7"), Some("2"), Some(""), Some("3")];
    let (found, log, _) = observe(async |log| walk(&items, &log).await);
    assert_eq!((found, log), (Ok(vec![1, 2]), ["a:Returned"; 6].join(" ")));
    let (found, ..) = observe(async |log| walk(&[Some("1"), Some("50"), Some("2")], &log).await);
    assert_eq!(found, Ok(vec![1]));
    let (found, log, _) = observe(async |log| walk(&[Some("x")], &log).await);
    assert_eq!((found.is_err(), &*log), (true, "a:Failed"));
}

#[test]
fn jumps_stand_in_the_arms_of_a_select() {
    async fn walk(n: u32, log: &Log) -> (u32, u32) {
        let mut rounds = 0;
        loop {
            rounds += 1;
            with!(_ = noted(log, "a"), {
                select! {
                    n = async { n * rounds } => if n == 1 { continue } else if n == 3 { break (n, rounds) },
                    () = pending() => break (0, 0),
                }
                select!(match (n = async { n * rounds }, never = pending::<()>()) {
                    n(2) => return (2, rounds),
                    n(_) if rounds == 2 => break (100, rounds),
                    n(_) => continue,
                    never => {}
                });
            });
        }
    }
    for (n, given) in [(1, (2, 2)), (3, (3, 1)), (4, (100, 2))] {
        let (found, log, _) = observe(async |log| walk(n, &log).await);
        assert_eq!(found, given);
        assert_eq!(log, vec!["a:Returned"; given.1 as usize].join(" "));
    }
}

#[test]
fn a_closure_and_an_async_block_keep_their_jumps() {
    async fn walk(log: &Log) -> Result<u32, String> {
        let value = with!(_ = noted(log, "a"), {
            let first = |list: &[u32]| {
                for n in list {
                    if *n > 1 {
                        return Some(*n);
                    }
                }
                None
            };
            let parse = async |text: &str| -> Result<u32, String> {
                let n = text.parse::<u32>().map_err(|error| error.to_string())?;
                if n > 5 {
                    return Err("too many".to_owned());
                }
                Ok(n)
            };
            let block = async {
                loop {
                    if log.get().is_empty() {
                        break;
                    }
                }
                return 100;
            };
            fn own() -> u32 {
                for n in 0.. {
                    if n == 1000 {
                        return n;
                    }
                }
                0
            }
            let failed = parse("6").await.is_err() && parse("x").await.is_err();
            u32::from(failed) + parse("2").await? + first(&[1, 3]).unwrap() + block.await + own()
        });
        Ok(value)
    }
    let (value, log, _) = observe(async |log| walk(&log).await);
    assert_eq!((value, &*log), (Ok(1 + 2 + 3 + 100 + 1000), "a:Returned"));
}

// The jump stands in the user's macro, and so does the loop.
macro_rules! with_log {
    ($log:expr, $body:block) => {
        with!(_ = noted($log, "m"), $body)
    };
}
macro_rules! first_over {
    ($log:expr, $limit:expr) => {
        'found: {
            for n in 0.. {
                with!(_ = noted($log, "m"), {
                    if n > $limit {
                        break 'found n;
                    }
                });
            }
            unreachable!()
        }
    };
}

#[test]
fn macros_of_the_user_make_bodies_and_jumps() {
    let (value, log, _) = observe(async |log| {
        let mut rounds = 0;
        loop {
            rounds += 1;
            with_log!(&log, {
                if rounds == 2 {
                    break;
                }
            });
        }
        rounds + first_over!(&log, 1)
    });
    assert_eq!((value, log), (4, ["m:Returned"; 5].join(" ")));
}

#[test]
fn a_body_that_never_gives_a_value() {
    async fn serve(log: &Log) -> u32 {
        let mut served = 0;
        with!(_ = noted(log, "a"), {
            loop {
                served += 1;
                if served == 3 {
                    return served;
                }
                yield_now().await;
            }
        })
    }
    async fn panics(log: &Log) -> u32 {
        with!(_ = noted(log, "b"), { panic!("never a value") })
    }
    let (value, log, _) = observe(async |log| {
        let panicked = spawn({
            let log = log.clone();
            async move { panics(&log).await }
        });
        assert!(panicked.await.is_err());
        serve(&log).await
    });
    assert_eq!((value, &*log), (3, "b:Panicked a:Returned"));
}
