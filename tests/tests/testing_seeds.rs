//! Seeds: which interleavings they give, that each can be repeated, and how a failure is told.
#![forbid(unsafe_code)]

use std::collections::{BTreeMap, BTreeSet};
use std::process::Command;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use taipan::__private::{TestOptions, try_test};
use taipan::sync::Event;
use taipan::{select, sleep, spawn, spawn_local, yield_now};
use taipan_tests::{Counter, Log};

fn seeds(seeds: u64) -> TestOptions {
    TestOptions { virtual_time: true, seeds: Some(seeds), ..TestOptions::default() }
}

fn seed(seed: u64) -> TestOptions {
    TestOptions { virtual_time: true, seed: Some(seed), ..TestOptions::default() }
}

/// The log of one run of `body`, with that seed.
fn log_of<F>(options: TestOptions, body: fn(Log) -> F) -> String
where
    F: Future<Output = ()> + 'static,
{
    let log = Log::new();
    let theirs = log.clone();
    let outcome = try_test(options, move || body(theirs.clone()));
    assert_eq!(outcome.failure(), None);
    log.get()
}

/// Main, tasks and a task of this thread, which all yield, sleep and select.
async fn busy(log: Log) {
    let event = Arc::new(Event::new());
    let tasks: Vec<_> = ["a", "b", "c"]
        .map(|name| {
            let (log, event) = (log.clone(), Arc::clone(&event));
            spawn(async move {
                for step in 0..3 {
                    log.add(format!("{name}{step}"));
                    yield_now().await;
                }
                sleep(Duration::from_secs(1)).await;
                log.add(format!("{name}!"));
                event.wait().await;
                select!(match (left = async {}, right = async {}) {
                    left => log.add(format!("{name}<")),
                    right => log.add(format!("{name}>")),
                });
            })
        })
        .into();
    let local = spawn_local({
        let log = log.clone();
        async move {
            for step in 0..3 {
                log.add(format!("l{step}"));
                yield_now().await;
            }
        }
    });
    for step in 0..3 {
        log.add(format!("m{step}"));
        yield_now().await;
    }
    sleep(Duration::from_secs(1)).await;
    log.add("m!");
    event.set();
    for task in tasks {
        task.await.unwrap();
    }
    local.await.unwrap();
}

#[test]
fn the_same_seed_gives_the_same_interleaving() {
    for number in 0..100 {
        assert_eq!(log_of(seed(number), busy), log_of(seed(number), busy), "seed {number}");
    }
}

#[test]
fn different_seeds_give_different_interleavings() {
    let logs: BTreeSet<String> = (0..100).map(|number| log_of(seed(number), busy)).collect();
    assert_eq!(logs.len(), 100);
}

#[test]
fn without_a_seed_the_tasks_take_turns() {
    let options = || TestOptions { virtual_time: true, ..TestOptions::default() };
    let log = log_of(options(), busy);
    assert!(log.starts_with("m0 a0 b0 c0 l0 m1 a1 b1 c1 l1 m2 a2 b2 c2 l2 "), "{log}");
    assert_eq!(log_of(options(), busy), log);
}

// Whoever can be first is, sooner or later: main, a task, a task of this thread, whose timers are due at the same time.
#[test]
fn nobody_is_always_first_or_last() {
    async fn race(log: Log) {
        let moment = || sleep(Duration::from_secs(1));
        let (first, second) = (log.clone(), log.clone());
        let task = spawn(async move {
            moment().await;
            first.add("task");
        });
        let local = spawn_local(async move {
            moment().await;
            second.add("local");
        });
        moment().await;
        log.add("main");
        task.await.unwrap();
        local.await.unwrap();
    }
    let mut orders = BTreeMap::new();
    for number in 0..200 {
        *orders.entry(log_of(seed(number), race)).or_insert(0) += 1;
    }
    // All six orders, none of them rare.
    assert_eq!(orders.len(), 6, "{orders:?}");
    assert!(orders.values().all(|count| *count >= 10), "{orders:?}");
}

#[test]
fn a_seed_decides_which_branch_of_a_select_is_looked_at_first() {
    async fn pick(log: Log) {
        select!(match (left = async {}, right = async {}) {
            left => log.add("left"),
            right => log.add("right"),
        });
    }
    let picked: BTreeSet<String> = (0..20).map(|number| log_of(seed(number), pick)).collect();
    assert_eq!(picked.into_iter().collect::<Vec<_>>(), ["left", "right"]);
}

#[test]
fn each_seed_has_a_runtime_of_its_own_and_all_have_one_thread() {
    let seen = Arc::new(Mutex::new(Vec::new()));
    let runs = Arc::clone(&seen);
    let outcome = try_test(seeds(3), move || {
        let runs = Arc::clone(&runs);
        async move {
            spawn(std::future::pending::<()>()).detach();
            let tasks = taipan::tasks().len();
            runs.lock().unwrap().push((std::thread::current().id(), tasks));
        }
    });
    assert_eq!(outcome.failure(), None);
    let seen = seen.lock().unwrap();
    assert_eq!(seen.len(), 3);
    assert!(seen.iter().all(|run| *run == (seen[0].0, 2)), "{seen:?}");
}

#[test]
fn the_first_seed_that_fails_ends_the_test_and_is_named() {
    let runs = Counter::new();
    let counting = runs.clone();
    let outcome = try_test(seeds(1000), move || {
        let runs = counting.clone();
        async move {
            runs.add();
            assert!(runs.get() < 7, "the seventh");
        }
    });
    assert_eq!(outcome.failure(), Some("the seventh"));
    assert_eq!(outcome.repeat(), Some("seed 7 of 1000 failed; repeat it by TAIPAN_SEED=7"));
    assert_eq!(runs.get(), 7);
}

#[test]
fn the_seed_that_is_named_fails_again_at_the_same_place() {
    async fn unlucky(log: Log) {
        let task = spawn({
            let log = log.clone();
            async move { log.add("task") }
        });
        for _ in 0..4 {
            yield_now().await;
        }
        assert!(log.get() == "task", "the task has not run in four turns");
        task.await.unwrap();
    }
    let run = |options| try_test(options, || unlucky(Log::new()));
    let found = run(seeds(1000));
    assert_eq!(found.failure(), Some("the task has not run in four turns"));
    let line = found.repeat().unwrap();
    let number: u64 = line.rsplit('=').next().unwrap().parse().unwrap();
    assert!(number > 1, "the first seed proves little: {line}");
    for _ in 0..10 {
        let again = run(seed(number));
        assert_eq!(again.failure(), found.failure());
        assert_eq!(
            again.repeat(),
            Some(&*format!("seed {number} failed; repeat it by TAIPAN_SEED={number}"))
        );
    }
    assert_eq!(run(seeds(number - 1)).failure(), None);
}

#[test]
fn the_limit_of_time_is_for_all_seeds_and_tells_which_hung() {
    let (release, blocked) = std::sync::mpsc::channel::<()>();
    let blocked = Arc::new(Mutex::new(blocked));
    let runs = Counter::new();
    let counting = runs.clone();
    let options = TestOptions { timeout: Some(Duration::from_secs(1)), ..seeds(1000) };
    let outcome = try_test(options, move || {
        let (runs, blocked) = (counting.clone(), Arc::clone(&blocked));
        async move {
            runs.add();
            if runs.get() == 3 {
                let stuck = async move {
                    let _ = blocked.lock().unwrap().recv();
                };
                taipan::Task::builder().name("stuck").spawn(stuck).await.unwrap();
            }
        }
    });
    let failure = outcome.failure().unwrap();
    assert!(failure.starts_with("the test did not end within 1s; alive:\n"), "{failure}");
    assert!(failure.contains("\n  task `stuck` (spawned at "), "{failure}");
    let repeat = "seed 3 of 1000 failed; repeat it by TAIPAN_SEED=3";
    assert_eq!(outcome.repeat(), Some(repeat));
    drop(release);
}

#[test]
fn combinations_that_exclude_each_other_are_refused() {
    let real = TestOptions::default;
    for (options, words) in [
        (TestOptions { seed: Some(7), ..real() }, "seeds want `virtual_time`"),
        (TestOptions { seeds: Some(7), ..real() }, "seeds want `virtual_time`"),
        (TestOptions { seed: Some(7), ..seeds(7) }, "`seed` is one of many"),
        (seeds(0), "`seeds` must be at least 1"),
        (TestOptions { threads: 2, ..seeds(7) }, "virtual time is single-threaded"),
    ] {
        let refused = std::panic::catch_unwind(|| try_test(options, || async {}));
        let payload = refused.unwrap_err();
        let text = payload.downcast_ref::<String>().map(String::as_str);
        let text = text.or_else(|| payload.downcast_ref::<&str>().copied()).unwrap();
        assert!(text.starts_with(words), "{text}");
    }
}

// The attribute, with its environment, in a process of its own: these run as its tests when they are asked for.

#[taipan::test(virtual_time, seeds = 20)]
#[ignore = "fails on purpose: `what_is_printed` runs it"]
async fn planted() {
    let runs = spawn(async {});
    yield_now().await;
    assert!(runs.is_finished(), "the task was not first");
}

#[taipan::test(virtual_time)]
#[ignore = "`what_is_printed` runs it"]
async fn unseeded() -> taipan::Result {
    let task = spawn(async {});
    yield_now().await;
    if task.is_finished() { Ok(()) } else { Err("the task was not first".into()) }
}

#[taipan::test(virtual_time, seed = 3)]
#[ignore = "`what_is_printed` runs it"]
async fn one_seed() {
    println!("once");
}

#[taipan::test]
#[ignore = "`what_is_printed` runs it"]
async fn sleeper() {
    sleep(Duration::from_millis(1050)).await;
}

/// What this test program prints for that test, and whether it passed.
fn printed(test: &str, environment: &[(&str, &str)]) -> (String, bool) {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.args([test, "--exact", "--ignored", "--test-threads=1", "--show-output"]);
    command.env_remove("TAIPAN_SEED").env_remove("TAIPAN_SEEDS").env("RUST_BACKTRACE", "0");
    let output = command.envs(environment.iter().copied()).output().unwrap();
    let text = String::from_utf8_lossy(&output.stdout) + String::from_utf8_lossy(&output.stderr);
    (text.into_owned(), output.status.success())
}

/// The lines that say how to repeat a failure.
fn repeats(text: &str) -> Vec<&str> {
    text.lines().filter(|line| line.contains("TAIPAN_SEED=")).collect()
}

#[test]
fn what_is_printed() {
    let (text, passed) = printed("planted", &[]);
    assert!(!passed && text.contains("the task was not first"), "{text}");
    let lines = repeats(&text);
    let [line] = lines[..] else { panic!("{text}") };
    let number = line.rsplit('=').next().unwrap();
    assert_eq!(line, format!("seed {number} of 20 failed; repeat it by TAIPAN_SEED={number}"));

    let (text, passed) = printed("planted", &[("TAIPAN_SEED", number)]);
    assert!(!passed, "{text}");
    let line = format!("seed {number} failed; repeat it by TAIPAN_SEED={number}");
    assert_eq!(repeats(&text), [line]);
}

#[test]
fn a_test_that_sleeps_for_long_is_told_so_although_it_passes() {
    let (text, passed) = printed("sleeper", &[]);
    let hint = |line: &&str| {
        line.contains("sleeper slept 1.") && line.contains("(virtual_time)]` makes that nothing")
    };
    assert!(passed && text.lines().filter(hint).count() == 1, "{text}");
}

#[test]
fn the_environment_seeds_every_test_in_virtual_time() {
    let (text, passed) = printed("unseeded", &[]);
    assert!(passed && repeats(&text).is_empty(), "{text}");
    // An `Err` ends the seeds as a panic does.
    let (text, passed) = printed("unseeded", &[("TAIPAN_SEEDS", "20")]);
    assert!(!passed && text.contains("the test failed: the task was not first"), "{text}");
    assert!(repeats(&text)[0].contains(" of 20 failed"), "{text}");
    // But one that asks for a seed of its own runs once.
    let (text, passed) = printed("one_seed", &[("TAIPAN_SEEDS", "20")]);
    assert!(passed && text.matches("once").count() == 1, "{text}");
    for (variable, value) in [("TAIPAN_SEED", "x"), ("TAIPAN_SEEDS", "-1")] {
        let (text, passed) = printed("one_seed", &[(variable, value)]);
        let words = format!("{variable}={value}: a whole number is expected");
        assert!(!passed && text.contains(&words), "{text}");
    }
}
