//! Exits that hang at the end of a run: by which names the error hook is told of them.
#![forbid(unsafe_code)]

use std::future::pending;
use std::sync::{Arc, Mutex, mpsc};
use std::time::Duration;

use taipan::with::{Outcome, Resource, with};
use taipan::{ReportKind, Runtime, Task, TaskId, ThreadPool, to_thread};
use taipan_tests::{Counter, Gate, bounded, poll_once};

/// A limit that is over before anything that the tests hold back.
const SHORT: Duration = Duration::from_millis(30);

/// A resource whose exit says that it has begun, and hangs.
struct Hung(Counter);

impl Resource for Hung {
    type Exit = ();

    async fn exit(self, _: Outcome) {
        self.0.add();
        pending::<()>().await;
    }
}

struct Outer(Counter);

impl Resource for Outer {
    type Exit = ();

    async fn exit(self, _: Outcome) {
        self.0.add();
    }
}

#[derive(Debug, PartialEq)]
struct Told {
    kind: ReportKind,
    task: Option<TaskId>,
    text: String,
}

/// Runs `main` with a short shutdown timeout and gives its value to `after`; gives what the hook was told.
fn run<T>(
    threads: usize,
    main: impl Future<Output = T> + Send + 'static,
    after: impl FnOnce(T) + Send + 'static,
) -> Vec<Told> {
    bounded(move || {
        let told = Arc::new(Mutex::new(Vec::new()));
        let reports = Arc::clone(&told);
        let builder = Runtime::builder().threads(threads).shutdown_timeout(SHORT);
        let runtime = builder.error_hook(move |report| {
            reports.lock().unwrap().push(Told {
                kind: report.kind(),
                task: report.task_id(),
                text: report.to_string(),
            });
        });
        after(runtime.build().run(main));
        std::mem::take(&mut *told.lock().unwrap())
    })
}

#[test]
fn a_hung_exit_is_named_with_its_task_and_so_is_the_one_that_never_began() {
    for threads in [1, 2] {
        let (hung, outer) = (Counter::new(), Counter::new());
        let (begun, never) = (hung.clone(), outer.clone());
        let (tell, holder) = mpsc::channel();
        let main = async move {
            let held = Gate::new();
            let holds_now = held.clone();
            let holds = async move {
                with(Outer(never), async move |_| {
                    with(Hung(begun), async move |_| {
                        holds_now.open();
                        pending::<()>().await;
                    })
                    .await;
                })
                .await;
            };
            let line = line!() + 1;
            let task = Task::builder().name("holder").spawn(holds);
            held.pass().await;
            (task.id(), line)
        };
        let told = run(threads, main, move |found| tell.send(found).unwrap());
        let (id, line) = holder.recv().unwrap();
        assert_eq!((hung.get(), outer.get()), (1, 0));
        let place = format!("task `holder` (spawned at {}:{line}:", file!());
        for told in &told {
            assert!(told.text.starts_with(&place), "{told:?}");
            assert_eq!(told.task, Some(id));
        }
        let ends: Vec<_> = told
            .iter()
            .map(|told| (told.kind, told.text.split_once(')').map_or("", |(_, end)| end)))
            .collect();
        let late = " did not end within the shutdown timeout of 30ms and was abandoned";
        let lost = |name| {
            format!(
                ": the exit of `run_stragglers::{name}` was dropped: no runtime is left to run it"
            )
        };
        let expected = [
            (ReportKind::Straggler, late),
            (ReportKind::LostCleanup, &lost("Outer")),
            (ReportKind::LostCleanup, &lost("Hung")),
        ];
        assert_eq!(ends, expected);
    }
}

#[test]
fn an_exit_that_began_on_the_good_path_is_named_as_well() {
    let hung = Counter::new();
    let begun = hung.clone();
    let main = async move {
        let task = taipan::spawn(async move {
            with(Hung(begun), async |_| ()).await;
        });
        taipan::yield_now().await;
        drop(task);
    };
    let told = run(1, main, drop);
    assert_eq!(hung.get(), 1);
    let kinds: Vec<_> = told.iter().map(|told| told.kind).collect();
    assert_eq!(kinds, [ReportKind::Straggler, ReportKind::LostCleanup], "{told:?}");
    assert!(told[1].text.contains(": the exit of `run_stragglers::Hung` was dropped"), "{told:?}");
}

#[test]
fn a_hung_exit_that_no_task_waits_for_is_a_straggler_by_its_own_name() {
    let hung = Counter::new();
    let begun = hung.clone();
    let main = async move {
        let mut held = Box::pin(with(Hung(begun), async |_| pending::<()>().await));
        assert!(poll_once(held.as_mut()).is_pending());
        // No scope is on that thread's stack.
        std::thread::spawn(move || drop(held)).join().unwrap();
    };
    let told = run(1, main, drop);
    assert_eq!(hung.get(), 1);
    assert_eq!(told.len(), 1, "{told:?}");
    assert_eq!(told[0].kind, ReportKind::Straggler);
    let text = &told[0].text;
    assert!(text.starts_with("cleanup `run_stragglers::Hung` (spawned at "), "{text}");
    assert!(text.ends_with(") did not end within the shutdown timeout of 30ms and was abandoned"));
}

#[test]
fn a_resource_that_outlives_its_run_is_named() {
    let hung = Counter::new();
    let begun = hung.clone();
    // In a tuple: it is not to be awaited.
    let main = async move {
        let mut held = Box::pin(with(Hung(begun), async |_| pending::<()>().await));
        assert!(poll_once(held.as_mut()).is_pending());
        (held,)
    };
    let told = run(1, main, drop); // dropped when the run is over
    assert_eq!(hung.get(), 0);
    let text = "the exit of `run_stragglers::Hung` was dropped: no runtime is left to run it";
    let expected = Told { kind: ReportKind::LostCleanup, task: None, text: text.to_owned() };
    assert_eq!(told, [expected]);
}

// A call is named as well, with the line that asked for it: a thread cannot be stopped, and goes on.
#[test]
fn a_call_that_blocks_is_named_with_its_pool() {
    let pool = ThreadPool::builder(1).name("db").build();
    let closing = pool.clone();
    let ((release_one, held_one), (release_two, held_two)) =
        (mpsc::channel::<()>(), mpsc::channel::<()>());
    let (tell, told) = mpsc::channel();
    let main = async move {
        let begun = [Gate::new(), Gate::new()];
        let [one, two] = begun.clone();
        let line = line!() + 1;
        let call = to_thread(move || {
            one.open();
            let _ = held_one.recv();
        });
        let pooled = pool.run(move || {
            two.open();
            let _ = held_two.recv();
        });
        drop(Task::builder().name("one").spawn(call));
        begun[0].pass().await;
        drop(Task::builder().name("two").spawn(pooled));
        begun[1].pass().await;
        line
    };
    let reports = run(1, main, move |line| tell.send(line).unwrap());
    let line = told.recv().unwrap();
    let stragglers = reports.into_iter().filter(|told| told.kind == ReportKind::Straggler);
    // With the tasks that wait for them.
    let (tasks, calls): (Vec<_>, Vec<_>) =
        stragglers.map(|told| told.text).partition(|text| text.starts_with("task "));
    assert_eq!((tasks.len(), calls.len()), (2, 2), "{tasks:?} {calls:?}");
    let late = ") did not end within the shutdown timeout of 30ms and was abandoned";
    for (text, (name, line)) in calls.iter().zip([("thread-", line), ("db`", line + 4)]) {
        assert!(text.starts_with(&format!("thread call `{name}")), "{text}");
        assert!(text.contains(&format!("(spawned at {}:{line}:", file!())), "{text}");
        assert!(text.ends_with(late), "{text}");
    }
    // It goes on, and its pool is in order.
    drop((release_one, release_two));
    bounded(move || taipan::run(async move { closing.close().await }));
}
