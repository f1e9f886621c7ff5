//! `run`, from the first poll of main to the last worker.

use std::future::poll_fn;
use std::panic::{Location, resume_unwind};
use std::pin::{Pin, pin};
use std::rc::Rc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Condvar, Mutex, PoisonError, Weak};
use std::task::{Context, Poll, Wake, Waker};
use std::thread::JoinHandle;
use std::time::Duration;

use async_executor::LocalExecutor;

use super::builder::Config;
use super::shutdown::shutdown;
use super::worker::{First, Worker, block_on, contained, parker};
use crate::info::{Identity, TaskKind};
use crate::report::Report;
use crate::task::{
    CancelReason, Control, Core, Ended, Local, OwnQueue, Registration, Root, enter, expel,
    first_worker_is_awake, is_entered,
};
use crate::time::Stopwatch;

/// How long an idle worker has to end, even when the shutdown timeout is over.
const LAST_PATIENCE: Duration = Duration::from_millis(200);

/// How main ended; a panic is passed on.
pub(crate) enum End<T> {
    Value(T),
    Cancelled,
}

/// Runs `main` on `core`. Beside it, and only as long as main runs, `companion` is polled: it is
/// given main's control block, and may cancel it.
#[track_caller]
pub(crate) fn launch<F: Future, C: Future<Output = ()>>(
    config: &Config,
    core: Arc<Core>,
    location: &'static Location<'static>,
    main: F,
    companion: impl FnOnce(Arc<Control>) -> C,
) -> End<F::Output> {
    refuse_nested(location);
    let local = Rc::new(LocalExecutor::new());
    let entered = enter(&core, 0, Local::Executor(Rc::clone(&local)));
    core.timers.tell(&Waker::from(Arc::new(Rouse(Arc::downgrade(&core)))));
    let crew = Crew::start(config, &core);

    let parker = parker(&core);
    let mut worker = Worker::new(&core, 0, &local, parker.as_ref());
    let (ended, in_time, watch) = block_on(
        parker.as_ref(),
        local.run(async {
            let (control, over) = main_control(&core, location);
            let companion = companion(Arc::clone(&control));
            let ended = run_main(&core, control, main, companion, &mut worker).await;
            let watch = Stopwatch::start(config.shutdown_timeout);
            let in_time =
                beside(pin!(watch.bound(shutdown(&core, over))), &mut worker).await.is_some();
            (ended, in_time, watch)
        }),
    );

    core.close();
    core.timers.close();
    if !in_time {
        report_stragglers(&core, config.shutdown_timeout);
    }
    // In time there are none, but for what another thread has spawned since the last look: that is
    // not late, only never run.
    wake_all(&core);
    core.queue.close().into_iter().for_each(expel);
    drop(worker);
    crew.join(watch.remaining().max(LAST_PATIENCE));
    if let Some(poller) = &core.poller {
        poller.close();
    }
    end_local(&core, &local);
    drop(entered);
    End::of(ended)
}

impl<T> End<T> {
    pub(super) fn of(ended: Ended<T>) -> Self {
        match ended {
            Ended::Value(value) => End::Value(value),
            Ended::Cancelled | Ended::Settled => End::Cancelled,
            Ended::Panicked(panic) => resume_unwind(panic.read()),
        }
    }
}

/// Main's control block, and the reason for the end of the others when main has ended.
pub(super) fn main_control(
    core: &Arc<Core>,
    location: &'static Location<'static>,
) -> (Arc<Control>, CancelReason) {
    let identity = Identity::new(TaskKind::Main, None, None, location);
    let over = CancelReason::caused("main has ended", Some(&identity));
    (Arc::new(Control::new(Arc::clone(core), identity)), over)
}

#[track_caller]
pub(super) fn refuse_nested(location: &Location<'_>) {
    if is_entered() {
        panic!(
            "`run` was called at {location} inside a run of this thread: in async code write `.await`; \
             from sync code that async code calls, spawn the future, or move the call to `to_thread(..)`"
        );
    }
}

/// Polls main, its companion and the worker until main has ended.
async fn run_main<F: Future>(
    core: &Arc<Core>,
    control: Arc<Control>,
    main: F,
    companion: impl Future<Output = ()>,
    worker: &mut Worker,
) -> Ended<F::Output> {
    let registration = Registration::new(control);
    let mut root = pin!(Root::main(registration, main));
    let mut companion = pin!(companion);
    let mut companion_ended = false;
    let mut flag: Option<(Arc<Flag>, Waker)> = None;
    poll_fn(|cx| {
        let (flag, waker) = flag.get_or_insert_with(|| {
            let woken = AtomicBool::new(true);
            let parent = cx.waker().clone();
            let flag = Arc::new(Flag { core: Arc::clone(core), woken, parent });
            (Arc::clone(&flag), Waker::from(flag))
        });
        if !companion_ended {
            companion_ended = companion.as_mut().poll(cx).is_ready();
        }
        let main = |_: &mut Context<'_>, own: &OwnQueue| {
            if !flag.woken.load(Ordering::Relaxed) {
                return First::Rested;
            }
            flag.woken.swap(false, Ordering::AcqRel);
            own.begin();
            match root.as_mut().poll(&mut Context::from_waker(waker)) {
                Poll::Ready(ended) => First::Ended(ended),
                Poll::Pending => First::Ran,
            }
        };
        worker.poll(cx, main).map(until_closed)
    })
    .await
}

/// What the first worker was polled for: its queues are closed after that only.
fn until_closed<T>(result: Option<T>) -> T {
    match result {
        Some(result) => result,
        None => unreachable!("the queues are closed by the one who polls this worker"),
    }
}

/// Main's waker: main is polled only when it was woken itself, and not whenever a task was.
struct Flag {
    core: Arc<Core>,
    woken: AtomicBool,
    parent: Waker,
}

impl Wake for Flag {
    fn wake(self: Arc<Self>) {
        self.wake_by_ref();
    }

    fn wake_by_ref(self: &Arc<Self>) {
        if !self.woken.swap(true, Ordering::AcqRel) && !first_worker_is_awake(&self.core) {
            self.parent.wake_by_ref();
        }
    }
}

/// Wakes a worker that sleeps, for a timer that comes before the one it sleeps for.
struct Rouse(Weak<Core>);

impl Wake for Rouse {
    fn wake(self: Arc<Self>) {
        if let Some(core) = self.0.upgrade() {
            core.queue.rouse();
        }
    }
}

/// Polls `future` and the worker until the future has ended.
async fn beside<F: Future>(mut future: Pin<&mut F>, worker: &mut Worker) -> F::Output {
    poll_fn(|cx| {
        let first = |cx: &mut Context<'_>, _: &OwnQueue| match future.as_mut().poll(cx) {
            Poll::Ready(output) => First::Ended(output),
            Poll::Pending => First::Rested, // if it woke itself, it woke this waker
        };
        worker.poll(cx, first).map(until_closed)
    })
    .await
}

pub(super) fn report_stragglers(core: &Core, timeout: Duration) {
    use crate::current::Host;
    let mut stragglers = Vec::new();
    core.registry.for_each(|control| stragglers.push(control.identity.clone()));
    stragglers.sort_by_key(|straggler| straggler.id);
    for straggler in stragglers {
        core.report(&Report::straggler(straggler, timeout));
    }
}

/// Wakes every task, so that it is queued, found there after the close, and dropped.
pub(super) fn wake_all(core: &Core) {
    let mut wakers = Vec::new();
    core.registry.for_each(|control| {
        let (_, waker) = control.request(CancelReason::runtime("the runtime has ended"));
        wakers.extend(waker.or_else(|| control.waker()));
    });
    wakers.into_iter().for_each(Waker::wake);
}

/// Ends the tasks of this thread that are left, by their polls. Not by the drop of their executor: one that another thread
/// wakes just now would come to its queue too late, and stay there for ever.
fn end_local(core: &Core, local: &LocalExecutor<'_>) {
    while !local.is_empty() {
        wake_all(core);
        while contained(|| local.try_tick()).unwrap_or(true) {}
        if !local.is_empty() {
            std::thread::yield_now(); // it is on its way, or was spawned by a destructor
        }
    }
}

/// The threads of the workers other than the one that calls `run`.
struct Crew {
    threads: Vec<JoinHandle<()>>,
    /// How many of them still work.
    working: Arc<(Mutex<usize>, Condvar)>,
}

impl Crew {
    fn start(config: &Config, core: &Arc<Core>) -> Crew {
        let mut crew =
            Crew { threads: Vec::new(), working: Arc::new((Mutex::new(0), Condvar::new())) };
        for number in 1..config.workers() {
            let theirs = Arc::clone(core);
            let working = Working::new(&crew.working);
            let thread = std::thread::Builder::new()
                .name(format!("{}-{number}", config.thread_name))
                .spawn(move || {
                    let _working = working;
                    work(&theirs, number);
                });
            match thread {
                Ok(thread) => crew.threads.push(thread),
                Err(error) => {
                    core.close();
                    core.queue.close().into_iter().for_each(expel);
                    crew.join(config.shutdown_timeout);
                    panic!(
                        "cannot start worker thread {number} of {}: {error}",
                        config.workers() - 1
                    )
                }
            }
        }
        crew
    }

    /// Waits for the threads; the ones that a stuck poll holds are left behind when `patience` ends.
    fn join(mut self, patience: Duration) {
        let (count, changed) = &*self.working;
        let count = count.lock().unwrap_or_else(PoisonError::into_inner);
        let waited = changed.wait_timeout_while(count, patience, |count| *count > 0);
        let (count, _) = waited.unwrap_or_else(PoisonError::into_inner);
        if *count > 0 {
            self.threads.retain(JoinHandle::is_finished);
        }
        drop(count);
        for thread in self.threads.drain(..) {
            if let Err(payload) = thread.join() {
                resume_unwind(payload);
            }
        }
    }
}

/// Counts a thread as working for as long as it lives.
struct Working(Arc<(Mutex<usize>, Condvar)>);

impl Working {
    fn new(working: &Arc<(Mutex<usize>, Condvar)>) -> Self {
        *working.0.lock().unwrap_or_else(PoisonError::into_inner) += 1;
        Working(Arc::clone(working))
    }
}

impl Drop for Working {
    fn drop(&mut self) {
        *self.0.0.lock().unwrap_or_else(PoisonError::into_inner) -= 1;
        self.0.1.notify_all();
    }
}

/// The body of a worker's thread.
fn work(core: &Arc<Core>, number: usize) {
    let local = Rc::new(LocalExecutor::new());
    let _entered = enter(core, number, Local::Executor(Rc::clone(&local)));
    let parker = parker(core);
    let mut worker = Worker::new(core, number, &local, parker.as_ref());
    let nobody = |_: &mut Context<'_>, _: &OwnQueue| First::<()>::Rested;
    block_on(parker.as_ref(), local.run(poll_fn(|cx| worker.poll(cx, nobody).map(drop))));
    end_local(core, &local);
}
