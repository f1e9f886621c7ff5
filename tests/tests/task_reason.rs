//! Why a task is cancelled: who asked, why and where, as its error and its own exits are told.
#![forbid(unsafe_code)]

use std::future::{pending, ready};
use std::panic::Location;
use std::sync::mpsc;
use std::time::Duration;

use taipan::task::{CancelReason, TaskState};
use taipan::{
    ReportKind, Runtime, Task, TaskGroup, current, finally, race, task_group, tasks, timeout,
    yield_now,
};
use taipan_tests::{Gate, bounded};

/// A reason taken apart: who, why, on which line of this file.
type Told = (Option<String>, Option<String>, Option<u32>);

fn told(reason: &CancelReason) -> Told {
    let line = |location: &Location<'_>| {
        assert!(location.file().ends_with("task_reason.rs"), "{location}");
        location.line()
    };
    let message = reason.message().map(str::to_owned);
    (reason.by().map(str::to_owned), message, reason.location().map(line))
}

fn told_as(by: &str, message: &str, line: u32) -> Told {
    (Some(by.to_owned()), Some(message.to_owned()), Some(line))
}

/// Runs `case` on 1 and on 4 threads.
fn check<F: Future<Output = ()> + 'static>(case: fn() -> F) {
    for threads in [1, 4] {
        bounded(move || Runtime::builder().threads(threads).build().run(case()));
    }
}

/// Waits until it is cancelled; its exit asks why, and tells.
async fn hold(begun: Gate, tell: mpsc::Sender<CancelReason>) {
    let body = async {
        begun.open();
        pending::<()>().await;
    };
    finally(body, move |_| async move {
        yield_now().await;
        let task = current();
        assert_eq!(task.state(), TaskState::Cancelling);
        let reason = task.reason().unwrap();
        let listed = tasks().into_iter().find(|listed| listed.id() == task.id()).unwrap();
        assert_eq!(told(listed.reason().unwrap()), told(reason));
        tell.send(reason.clone()).unwrap();
    })
    .await;
}

/// Spawns a task that holds, and waits until it does.
async fn spawn_holder() -> (Task<()>, mpsc::Receiver<CancelReason>) {
    let (begun, (tell, reason)) = (Gate::new(), mpsc::channel());
    let task = Task::builder().name("holder").spawn(hold(begun.clone(), tell));
    begun.pass().await;
    (task, reason)
}

#[test]
fn the_error_and_the_exits_are_told_the_same() {
    check(|| async {
        let (task, reason) = spawn_holder().await;
        assert!(task.info().reason().is_none());
        let line = line!() + 1;
        task.cancel_with("no longer needed");
        let expected = told_as("main", "no longer needed", line);
        assert_eq!(told(task.info().reason().unwrap()), expected);
        let error = task.await.unwrap_err();
        assert_eq!(told(error.reason().unwrap()), expected);
        assert_eq!(told(&reason.recv().unwrap()), expected);

        let (task, reason) = spawn_holder().await;
        let line = line!() + 1;
        task.cancel();
        let expected = (Some("main".to_owned()), None, Some(line));
        assert_eq!(told(task.await.unwrap_err().reason().unwrap()), expected);
        assert_eq!(told(&reason.recv().unwrap()), expected);

        let (task, reason) = spawn_holder().await;
        let line = line!() + 1;
        assert_eq!(task.stop().await, None);
        assert_eq!(told(&reason.recv().unwrap()), (Some("main".to_owned()), None, Some(line)));
    });
}

#[test]
fn an_owned_task_is_told_of_the_one_that_awaited_it() {
    const WHY: &str = "the code that awaited it was cancelled";
    check(|| async {
        // By a lost race, a timeout, a cancelled owner.
        let owner = async {
            let (task, raced) = spawn_holder().await;
            race!(async { drop(task.await) }, ready(())).await;
            let (task, late) = spawn_holder().await;
            timeout(Duration::ZERO, task).await.unwrap_err();
            (raced.recv().unwrap(), late.recv().unwrap())
        };
        let line = line!() + 1;
        let owner = Task::builder().name("owner").spawn(owner);
        let (raced, late) = owner.await.unwrap();
        assert_eq!(told(&raced), told_as("owner", WHY, line));
        assert_eq!(told(&late), told_as("owner", WHY, line));
        let said = format!("{WHY} (`owner`, spawned at {}:{line}:", file!());
        assert!(raced.to_string().starts_with(&said), "{raced}");

        let (task, reason) = spawn_holder().await;
        let begun = Gate::new();
        let awaiting = begun.clone();
        let owner = async move {
            race!(async { drop(task.await) }, async {
                awaiting.open();
                pending::<()>().await;
            })
            .await;
        };
        let line = line!() + 1;
        let owner = Task::builder().name("owner").spawn(owner);
        begun.pass().await;
        owner.cancel();
        owner.await.unwrap_err();
        assert_eq!(told(&reason.recv().unwrap()), told_as("owner", WHY, line));
    });
}

#[test]
fn the_siblings_of_a_task_that_fails_are_told_which_it_was() {
    check(|| async {
        let (begun, (tell, reason)) = (Gate::new(), mpsc::channel());
        let mut line = 0;
        let failed = task_group(async |tg: &TaskGroup| {
            tg.spawn(hold(begun.clone(), tell));
            begun.pass().await;
            line = line!() + 1;
            Task::builder().name("fetch").spawn_in(tg, async { Err::<(), _>("no route") });
            pending::<()>().await;
        });
        assert_eq!(failed.await.unwrap_err().first().unwrap().to_string(), "no route");
        let reason = reason.recv().unwrap();
        assert_eq!(told(&reason), told_as("fetch", "a task of its group failed", line));
    });
}

#[test]
fn the_children_of_a_group_are_told_who_cancelled_it() {
    check(|| async {
        let (begun, (tell, reason)) = (Gate::new(), mpsc::channel());
        let line = line!() + 4;
        let group = task_group(async |tg: &TaskGroup| {
            tg.spawn(hold(begun.clone(), tell.clone()));
            begun.pass().await;
            tg.cancel("found it");
        });
        group.await.unwrap();
        assert_eq!(told(&reason.recv().unwrap()), told_as("main", "found it", line));

        // By the end of its owner.
        let begun = Gate::new();
        let group = task_group(async |tg: &TaskGroup| {
            tg.spawn(hold(begun.clone(), tell.clone()));
            pending::<()>().await;
        });
        race!(async { group.await.unwrap() }, begun.pass()).await;
        let reason = reason.recv().unwrap();
        assert_eq!(
            (reason.by(), reason.message()),
            (Some("main"), Some("its group was cancelled"))
        );
    });
}

#[test]
fn at_the_end_of_main_its_tasks_are_told() {
    for threads in [1, 4] {
        bounded(move || {
            let (tell, reason) = mpsc::channel();
            let runtime = Runtime::builder().threads(threads).build();
            let line = line!() + 1;
            let task = runtime.run(async {
                let begun = Gate::new();
                let task = taipan::spawn(hold(begun.clone(), tell));
                begun.pass().await;
                (task,)
            });
            let reason = reason.recv().unwrap();
            assert_eq!(told(&reason), told_as("main", "main has ended", line));
            let said = format!("main has ended (`main`, run at {}:{line}:", file!());
            assert!(reason.to_string().starts_with(&said), "{reason}");
            let error = taipan::run(async { task.0.await.unwrap_err() });
            assert_eq!(told(error.reason().unwrap()), told_as("main", "main has ended", line));
        });
    }
}

#[test]
fn a_task_that_the_shutdown_timeout_abandons_was_told_that_main_had_ended() {
    bounded(|| {
        let reports = std::sync::Arc::new(std::sync::Mutex::new(Vec::new()));
        let kinds = std::sync::Arc::clone(&reports);
        let runtime = Runtime::builder()
            .threads(1)
            .shutdown_timeout(Duration::from_millis(10))
            .error_hook(move |report| kinds.lock().unwrap().push(report.kind()));
        let line = line!() + 1;
        let task = runtime.build().run(async {
            let begun = Gate::new();
            let opening = begun.clone();
            let hangs = finally(async move { opening.open() }, |_| pending::<()>());
            let task = taipan::spawn(hangs);
            begun.pass().await;
            (task,)
        });
        let error = taipan::run(async { task.0.await.unwrap_err() });
        assert_eq!(told(error.reason().unwrap()), told_as("main", "main has ended", line));
        assert_eq!(*reports.lock().unwrap(), [ReportKind::Straggler, ReportKind::LostCleanup]);
    });
}
