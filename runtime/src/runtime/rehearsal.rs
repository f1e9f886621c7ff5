//! The run of a test, from the first poll of main to the end of the last task.
//!
//! It differs from an ordinary one in who polls: one thread, on which main and the thread's own tasks are tasks
//! among the others, in an order that a seed may decide (see `steps`). And it sees when nothing can go on.

use std::cell::Cell;
use std::panic::Location;
use std::pin::pin;
use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;

use super::builder::Config;
use super::launch::{End, main_control, refuse_nested, report_stragglers, wake_all};
use super::shutdown::shutdown;
use super::steps::{Steps, Stuck};
use crate::task::{Core, Lane, Local, Registration, Root, enter, expel};
use crate::time::{Stopwatch, TestClock};
use crate::waits::forget_outside;

/// What a test's run needs besides the settings of every run.
pub(crate) struct Rehearsal {
    pub(crate) clock: Arc<TestClock>,
    /// Whether the thread's generator decides which ready task is polled next; if not, they take turns.
    pub(crate) shuffled: bool,
    /// Tells, once, how it stands when nothing can go on.
    pub(crate) stuck: fn(&Core) -> String,
}

/// How a test's run went.
pub(crate) struct Rehearsed<T> {
    /// `Err`: nothing could go on; what was told of that.
    pub(crate) end: Result<End<T>, String>,
    /// For how long everybody waited, in real time, for a timer.
    pub(crate) slept: Duration,
}

impl Rehearsal {
    /// Runs `main` on `core`, whose clock is this one's.
    #[track_caller]
    pub(crate) fn run<F>(
        self,
        config: &Config,
        core: &Arc<Core>,
        location: &'static Location<'static>,
        main: F,
    ) -> Rehearsed<F::Output>
    where
        F: Future<Output: 'static> + 'static,
    {
        refuse_nested(location);
        forget_outside();
        let lane = Lane::new(Arc::clone(core));
        let entered = enter(core, 0, Local::Lane(Arc::clone(&lane)));
        let (control, over) = main_control(core, location);
        let root = Root::main(Registration::new(control), main);
        let main_has_ended = Rc::new(Cell::new(false));
        let ending = Rc::clone(&main_has_ended);
        let mut main = lane.spawn(async move {
            let ended = root.await;
            ending.set(true);
            ended
        });
        let Rehearsal { clock, shuffled, stuck } = self;
        let mut steps =
            Steps::new(Arc::clone(core), Arc::clone(&lane), clock, shuffled, main_has_ended);

        let (end, in_time) = async_io::block_on(async {
            let end = steps.run(pin!(&mut main)).await.map_err(|Stuck| stuck(core));
            let watch = Stopwatch::start(config.shutdown_timeout);
            let mut closing = pin!(watch.bound(shutdown(core, over)));
            let in_time = loop {
                match steps.run(closing.as_mut()).await {
                    Ok(in_time) => break in_time.is_some(),
                    // Who is stuck now was named as stuck, or is held up by those.
                    Err(Stuck) if end.is_err() => break true,
                    Err(Stuck) => {} // they have their time, as in every run
                }
            };
            (end, in_time)
        });

        core.close();
        if !in_time {
            report_stragglers(core, config.shutdown_timeout);
        }
        wake_all(core);
        core.queue.close().into_iter().for_each(expel);
        lane.expel();
        main.detach();
        drop(entered);
        Rehearsed { end: end.map(End::of), slept: steps.slept() }
    }
}
