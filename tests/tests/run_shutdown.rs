//! The end of a run: the rounds of cancellation, the limit of time, and what comes after the end.
#![forbid(unsafe_code)]

use std::future::{pending, poll_fn};
use std::sync::{Arc, Mutex, mpsc};
use std::task::{Poll, Waker};
use std::time::{Duration, Instant};

use futures_lite::future::block_on;
use taipan::runtime::Builder;
use taipan::{ReportKind, Runtime, Task, spawn};
use taipan_tests::{Counter, Gate, Log, bounded, counted, on_drop, with_exit};

/// A limit that is over before anything that the test holds back.
const SHORT: Duration = Duration::from_millis(30);

/// What the error hook was told.
#[derive(Clone, Debug, PartialEq)]
struct Told {
    kind: ReportKind,
    task: Option<String>,
    line: Option<u32>,
    text: String,
}

#[derive(Clone, Default)]
struct Reports(Arc<Mutex<Vec<Told>>>);

impl Reports {
    fn hook(&self, builder: Builder) -> Builder {
        let reports = Arc::clone(&self.0);
        builder.error_hook(move |report| {
            reports.lock().unwrap().push(Told {
                kind: report.kind(),
                task: report.task_name(),
                line: report.location().map(std::panic::Location::line),
                text: report.to_string(),
            });
        })
    }

    fn take(&self) -> Vec<Told> {
        std::mem::take(&mut self.0.lock().unwrap())
    }
}

/// Spawns a task that is parked for ever, and calls `ended` when it is dropped.
fn parked(ended: impl FnOnce() + Send + 'static) {
    let guard = on_drop(ended);
    drop(spawn(async move {
        let _guard = guard;
        pending::<()>().await;
    }));
}

#[test]
fn what_exits_spawn_is_cancelled_in_the_next_round() {
    for threads in [1, 2] {
        bounded(move || {
            let reports = Reports::default();
            let log = Log::new();
            let (first, second, third) = (log.clone(), log.clone(), log.clone());
            reports.hook(Runtime::builder().threads(threads)).build().run(async {
                parked(move || {
                    first.add("first");
                    parked(move || {
                        second.add("second");
                        parked(move || third.add("third"));
                    });
                });
            });
            assert_eq!(log.get(), "first second third");
            assert_eq!(reports.take(), []);
        });
    }
}

// A task whose exit takes its time keeps the next round waiting, but not the tasks of that round.
#[test]
fn a_task_spawned_in_the_shutdown_runs_until_its_round_comes() {
    bounded(|| {
        let log = Log::new();
        let words = log.clone();
        Runtime::builder().threads(1).build().run(async move {
            let ready = Gate::new();
            let (begun, handle) = (ready.clone(), taipan::Handle::current());
            let exit = move || {
                let (done, ended) = mpsc::channel();
                let late = words.clone();
                let spawned = handle.spawn(async move {
                    late.add("late task");
                    done.send(()).unwrap();
                });
                // The exit needs what the task does.
                ended.recv().unwrap();
                drop(spawned);
                words.add("exit");
            };
            drop(spawn(with_exit(move || begun.open(), exit)));
            ready.pass().await;
        });
        assert_eq!(log.get(), "late task exit");
    });
}

#[test]
fn exits_of_one_round_run_side_by_side() {
    bounded(|| {
        // Each exit waits for the other one.
        let meet = Arc::new(std::sync::Barrier::new(2));
        let exits = Counter::new();
        taipan::run(async {
            for _ in 0..2 {
                let ready = Gate::new();
                let (begun, meet, exits) = (ready.clone(), Arc::clone(&meet), exits.clone());
                let exit = move || {
                    meet.wait();
                    exits.add();
                };
                drop(spawn(with_exit(move || begun.open(), exit)));
                ready.pass().await;
            }
        });
        assert_eq!(exits.get(), 2);
    });
}

/// Spawns a task, named `stuck`, that blocks the poll on another worker until `release` is dropped; gives
/// the line of the spawn. When its future is dropped, `dropped` hangs up.
fn stick(release: mpsc::Receiver<()>, dropped: mpsc::Sender<()>) -> u32 {
    let (begin, begun) = mpsc::channel();
    let line = line!() + 1;
    let stuck = Task::builder().name("stuck").spawn(async move {
        let _dropped = dropped;
        begin.send(()).unwrap();
        let _ = release.recv();
        pending::<()>().await;
    });
    drop(stuck);
    // Blocks this worker until the other one has taken the task.
    begun.recv().unwrap();
    line
}

#[test]
fn a_task_stuck_in_a_poll_is_named_and_does_not_hold_up_run() {
    bounded(|| {
        let reports = Reports::default();
        let (release, blocked) = mpsc::channel();
        let (dropped, freed) = mpsc::channel();
        let runtime = reports.hook(Runtime::builder().threads(2).shutdown_timeout(SHORT)).build();
        let start = Instant::now();
        let line = runtime.run(async { stick(blocked, dropped) });
        assert!(start.elapsed() >= SHORT, "it has that long to come back");
        let told = reports.take();
        assert_eq!(told.len(), 1, "{told:?}");
        assert_eq!(told[0].kind, ReportKind::Straggler);
        assert_eq!(told[0].task.as_deref(), Some("stuck"));
        assert_eq!(told[0].line, Some(line));
        let text = &told[0].text;
        assert!(
            text.starts_with(&format!("task `stuck` (spawned at {}:{line}:", file!())),
            "{text}"
        );
        let end = ") did not end within the shutdown timeout of 30ms and was abandoned";
        assert!(text.ends_with(end), "{text}");
        // It comes back in the end: its future is dropped then, and nothing else happens.
        assert!(matches!(freed.try_recv(), Err(mpsc::TryRecvError::Empty)));
        drop(release);
        freed.recv().unwrap_err();
        assert_eq!(reports.take(), []);
    });
}

#[test]
fn a_stuck_task_does_not_keep_the_others_from_their_exits() {
    bounded(|| {
        let reports = Reports::default();
        let log = Log::new();
        let (release, blocked) = mpsc::channel();
        let (dropped, freed) = mpsc::channel();
        let runtime = reports.hook(Runtime::builder().threads(2).shutdown_timeout(SHORT)).build();
        // The limit counts from main's end; the exit needs less than nothing of it.
        let exits = log.clone();
        runtime.run(async {
            parked(move || exits.add("exit"));
            stick(blocked, dropped);
        });
        assert_eq!(log.get(), "exit");
        assert_eq!(reports.take().len(), 1);
        drop(release);
        freed.recv().unwrap_err();
    });
}

// A19
#[test]
fn a_blocking_call_that_does_not_return_is_named_with_its_line() {
    bounded(|| {
        let reports = Reports::default();
        let (release, blocked) = mpsc::channel::<()>();
        let (returned, hung_up) = mpsc::channel::<()>();
        let runtime = reports.hook(Runtime::builder().threads(1).shutdown_timeout(SHORT)).build();
        let line = runtime.run(async {
            let ready = Gate::new();
            let begun = ready.clone();
            let line = line!() + 2;
            let caller = async move {
                let call = taipan::to_thread(move || {
                    let _returned = returned;
                    begun.open();
                    let _ = blocked.recv();
                });
                call.await;
            };
            drop(Task::builder().name("caller").spawn(caller));
            ready.pass().await;
            line
        });
        let told = reports.take();
        let kinds: Vec<_> = told.iter().map(|told| told.kind).collect();
        // The last one: nobody waits any more for the call to end.
        let expected = [ReportKind::Straggler, ReportKind::Straggler, ReportKind::LostCleanup];
        assert_eq!(kinds, expected, "{told:?}");
        // Who waits for the call, and the call itself: in the order in which they began.
        assert_eq!(told[0].task.as_deref(), Some("caller"));
        assert!(told[1].text.starts_with("thread call `thread-"), "{told:?}");
        assert_eq!(told[1].line, Some(line));
        // It may return when it likes.
        drop(release);
        hung_up.recv().unwrap_err();
    });
}

#[test]
fn without_any_time_every_task_is_dropped_all_the_same() {
    for threads in [1, 2] {
        bounded(move || {
            let (polls, drops) = (Counter::new(), Counter::new());
            let builder = Runtime::builder().threads(threads).shutdown_timeout(Duration::ZERO);
            Reports::default().hook(builder).build().run(async {
                for _ in 0..10 {
                    drop(spawn(counted(pending::<()>(), &polls, &drops)));
                    drop(taipan::spawn_local(counted(pending::<()>(), &polls, &drops)));
                }
                taipan::yield_now().await;
            });
            assert_eq!(drops.get(), 20);
        });
    }
}

// A handle that outlives the run is answered, by however the task was ended.
#[test]
fn the_handle_of_an_abandoned_task_says_that_it_was_cancelled() {
    bounded(|| {
        let (give, take) = mpsc::channel();
        let (release, blocked) = mpsc::channel::<()>();
        let runtime =
            Reports::default().hook(Runtime::builder().threads(2).shutdown_timeout(SHORT)).build();
        runtime.run(async {
            let (begin, begun) = mpsc::channel();
            let task = spawn(async move {
                begin.send(()).unwrap();
                let _ = blocked.recv();
                pending::<()>().await;
            });
            begun.recv().unwrap();
            give.send(task).unwrap();
        });
        let task = take.recv().unwrap();
        assert!(!task.is_finished());
        drop(release);
        let error = block_on(task.into_future()).unwrap_err();
        assert!(error.is_cancelled(), "{error}");
    });
}

/// Gives its waker away, and waits for ever.
async fn leave_waker(with: Arc<Mutex<Vec<Waker>>>) {
    poll_fn(|cx| {
        with.lock().unwrap().push(cx.waker().clone());
        Poll::<()>::Pending
    })
    .await;
}

#[test]
fn a_waker_that_outlives_its_run_wakes_nobody() {
    for threads in [1, 2] {
        bounded(move || {
            let wakers = Arc::new(Mutex::new(Vec::new()));
            let (polls, drops) = (Counter::new(), Counter::new());
            Runtime::builder().threads(threads).build().run(async {
                let leave = || counted(leave_waker(Arc::clone(&wakers)), &polls, &drops);
                drop(spawn(leave()));
                drop(taipan::spawn_local(leave()));
                let both = poll_fn(|cx| {
                    wakers.lock().unwrap().push(cx.waker().clone());
                    if polls.get() == 2 {
                        return Poll::Ready(());
                    }
                    cx.waker().wake_by_ref();
                    Poll::Pending
                });
                both.await;
            });
            assert_eq!((polls.get(), drops.get()), (2, 2));
            let wakers = std::mem::take(&mut *wakers.lock().unwrap());
            assert!(wakers.len() >= 3);
            for waker in &wakers {
                waker.wake_by_ref();
            }
            // From a thread that never saw the run; then the last of them go.
            let other = std::thread::spawn(move || wakers.into_iter().for_each(Waker::wake));
            other.join().unwrap();
            assert_eq!((polls.get(), drops.get()), (2, 2));
        });
    }
}

// The wakers of a run that has ended do not reach into the next one.
#[test]
fn a_waker_of_one_run_is_harmless_in_the_next() {
    bounded(|| {
        let wakers = Arc::new(Mutex::new(Vec::new()));
        let runtime = Runtime::builder().threads(1).build();
        let (polls, drops) = (Counter::new(), Counter::new());
        runtime.run(async {
            drop(spawn(counted(leave_waker(Arc::clone(&wakers)), &polls, &drops)));
            taipan::yield_now().await;
        });
        runtime.run(async {
            for waker in wakers.lock().unwrap().drain(..) {
                waker.wake();
            }
            taipan::yield_now().await;
            assert_eq!(taipan::tasks().len(), 1);
        });
        assert_eq!((polls.get(), drops.get()), (1, 1));
    });
}
