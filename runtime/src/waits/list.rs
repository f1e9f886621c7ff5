//! The waits of a task, and the mark of one.

use std::cell::{Cell, RefCell};
use std::future::poll_fn;
use std::panic::Location;
use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll};
use std::time::Instant;

use slab::Slab;

use super::holders::Held;
use super::relay;
use crate::info::{Identity, Waiting};

/// What is done on a line of the user's.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Site {
    pub(super) operation: &'static str,
    pub(super) location: &'static Location<'static>,
}

impl Site {
    /// That operation, on the line of the caller.
    #[track_caller]
    pub(crate) fn here(operation: &'static str) -> Site {
        let caller = Location::caller();
        let location = LINE.get().filter(|_| !is_users(caller)).unwrap_or(caller);
        Site { operation, location }
    }
}

thread_local! {
    /// The user's line for what the crate itself calls.
    static LINE: Cell<Option<&'static Location<'static>>> = const { Cell::new(None) };
}

/// Calls `f`, in which the crate begins waits of its own for the line of the caller: a closure has no caller.
#[track_caller]
pub(crate) fn for_caller<R>(f: impl FnOnce() -> R) -> R {
    struct Restore(Option<&'static Location<'static>>);
    impl Drop for Restore {
        fn drop(&mut self) {
            LINE.set(self.0);
        }
    }
    let _restore = Restore(LINE.replace(Some(Location::caller())));
    f()
}

/// Whether the line is one of the user's own code: of no library, and not of this crate.
fn is_users(location: &Location<'_>) -> bool {
    let root = &file!()[..file!().len() - "waits/list.rs".len()];
    let ours = location.file().starts_with(root);
    // A workspace's own files have relative paths.
    !ours && Path::new(location.file()).is_relative()
}

/// What is told of a wait besides its site.
#[derive(Clone)]
pub(crate) struct About(What);

#[derive(Clone)]
enum What {
    Nothing,
    Held { by: Held, wanted: usize },
    Tasks(Arc<[Identity]>),
    Until(Instant),
}

impl About {
    pub(crate) const NOTHING: About = About(What::Nothing);

    /// So many permits, which those hold.
    pub(super) fn held(by: Held, wanted: usize) -> About {
        About(What::Held { by, wanted })
    }

    fn is_held_outside(&self, home: usize) -> bool {
        matches!(&self.0, What::Held { by, .. } if by.is_outside(home))
    }

    /// The ends of these tasks, or the first of them.
    pub(crate) fn tasks<'a>(tasks: impl IntoIterator<Item = &'a Identity>) -> About {
        About(What::Tasks(tasks.into_iter().cloned().collect()))
    }

    /// A point in time; `None`: it never comes.
    pub(crate) fn until(deadline: Option<Instant>) -> About {
        deadline.map_or(About::NOTHING, |deadline| About(What::Until(deadline)))
    }
}

/// The list of a task: in its control block.
pub(crate) struct Waits(Arc<List>);

pub(super) struct List {
    pub(super) task: Identity,
    /// Tells the runtimes apart.
    pub(super) home: usize,
    /// There only where foreign wakers are counted.
    pub(super) relay: Option<relay::Place>,
    entries: Mutex<Slab<Entry>>,
}

struct Entry {
    site: Site,
    about: About,
    granted: bool,
}

impl List {
    fn entries(&self) -> MutexGuard<'_, Slab<Entry>> {
        self.entries.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

thread_local! {
    /// The list of the task that is being polled on this thread.
    static HERE: RefCell<Option<Arc<List>>> = const { RefCell::new(None) };
}

pub(super) fn here() -> Option<Arc<List>> {
    HERE.try_with(|here| here.borrow().clone()).ok().flatten()
}

/// The task is being polled on this thread: restores the one before.
pub(crate) struct Entered<'a> {
    list: &'a List,
    before: Option<Arc<List>>,
}

impl Entered<'_> {
    /// Polls the body of the task.
    pub(crate) fn poll<R>(
        &self,
        cx: &mut Context<'_>,
        poll: impl FnOnce(&mut Context<'_>) -> R,
    ) -> R {
        match &self.list.relay {
            Some(relay) => relay.poll(cx.waker(), poll),
            None => poll(cx),
        }
    }
}

impl Drop for Entered<'_> {
    fn drop(&mut self) {
        HERE.set(self.before.take());
    }
}

impl Waits {
    /// The empty list of `task`, in the runtime of that number. `counted`: foreign wakers are counted.
    pub(crate) fn new(task: &Identity, home: usize, counted: bool) -> Waits {
        Waits(Arc::new(List {
            task: task.clone(),
            home,
            relay: counted.then(relay::Place::default),
            entries: Mutex::new(Slab::new()),
        }))
    }

    /// The task is polled on this thread, until the guard is dropped.
    pub(crate) fn enter(&self) -> Entered<'_> {
        Entered { list: &self.0, before: HERE.replace(Some(Arc::clone(&self.0))) }
    }

    /// The task has ended. What was made to poll it keeps its memory, in which these lie: so it goes now.
    pub(crate) fn end(&self) {
        if let Some(relay) = &self.0.relay {
            relay.end();
        }
    }

    /// What the task waits for, in the order in which it began to.
    pub(crate) fn tell(&self, now: Instant) -> Vec<Waiting> {
        let entries = self.0.entries();
        entries.iter().map(|(_, entry)| entry.tell(now)).collect()
    }

    /// How many foreign things may wake the task, while it is not polled: those that keep its waker, and locks and
    /// permits that are held outside its runtime. `None`: they are not counted.
    pub(crate) fn foreign(&self) -> Option<usize> {
        let wakers = self.0.relay.as_ref()?.clones();
        let entries = self.0.entries();
        let held = entries.iter().filter(|(_, entry)| entry.about.is_held_outside(self.0.home));
        Some(wakers + held.count())
    }
}

impl Entry {
    fn tell(&self, now: Instant) -> Waiting {
        let Site { operation, location } = self.site;
        let mut waiting = Waiting::new(operation, location, self.granted);
        match &self.about.0 {
            What::Nothing => {}
            What::Held { by, wanted } => by.tell(&mut waiting, *wanted),
            What::Tasks(tasks) => {
                waiting.tasks = tasks.iter().map(|task| (task.id, task.name())).collect();
            }
            What::Until(deadline) => waiting.left = Some(deadline.saturating_duration_since(now)),
        }
        waiting
    }
}

/// The wait of one future: it stands in a list while the future is pending.
pub(crate) struct Mark {
    site: Site,
    /// There while the future is pending.
    about: Option<About>,
    /// Where it stands, if a task polled the future last.
    place: Option<Place>,
}

#[derive(Clone)]
struct Place {
    list: Arc<List>,
    key: usize,
}

impl Mark {
    pub(crate) fn new(site: Site) -> Mark {
        Mark { site, about: None, place: None }
    }

    pub(crate) fn site(&self) -> Site {
        self.site
    }

    /// The future is polled on the line of the caller: that one counts if it is one of the user's own code. What a
    /// library polls, this one or another, was given to it elsewhere.
    #[track_caller]
    pub(crate) fn locate(&mut self) {
        let caller = Location::caller();
        if is_users(caller) {
            self.site.location = caller;
        }
    }

    /// The future is pending: writes the wait down in the list of the task that polls it. Tells whether it stood elsewhere
    /// before, so that there is a new [`Grantee`].
    pub(crate) fn wait(&mut self, about: impl FnOnce() -> About) -> bool {
        self.about.get_or_insert_with(about);
        self.follow()
    }

    /// The future is pending still: the wait moves to the list of the task that polls it now. Tells whether it has moved.
    pub(crate) fn follow(&mut self) -> bool {
        let here = here();
        let there = self.place.as_ref().map(|place| Arc::as_ptr(&place.list));
        if here.as_ref().map(Arc::as_ptr) == there {
            return false;
        }
        self.strike_off();
        self.place = here.zip(self.about.clone()).map(|(list, about)| {
            let entry = Entry { site: self.site, about, granted: false };
            let key = list.entries().insert(entry);
            Place { list, key }
        });
        true
    }

    /// The future was polled: writes down whether it waits.
    pub(crate) fn note<T>(&mut self, polled: &Poll<T>, about: impl FnOnce() -> About) {
        match polled {
            Poll::Ready(_) => self.clear(),
            Poll::Pending => {
                self.wait(about);
            }
        }
    }

    /// The future waits no longer.
    pub(crate) fn clear(&mut self) {
        self.about = None;
        self.strike_off();
    }

    fn strike_off(&mut self) {
        if let Some(Place { list, key }) = self.place.take() {
            let entry = list.entries().try_remove(key);
            drop(entry);
        }
    }

    /// What lies with a turn, so that whoever grants it can say so.
    pub(crate) fn grantee(&self) -> Grantee {
        Grantee(self.place.clone())
    }
}

impl Drop for Mark {
    fn drop(&mut self) {
        self.clear();
    }
}

/// Whose turn is granted.
pub(crate) struct Grantee(Option<Place>);

impl Grantee {
    /// Its turn has come.
    pub(crate) fn granted(&self) {
        if let Some(Place { list, key }) = &self.0
            && let Some(entry) = list.entries().get_mut(*key)
        {
            entry.granted = true;
        }
    }
}

/// Polls until it is ready, and is written down while it is not.
pub(crate) fn waiting<T>(
    site: Site,
    about: impl Fn() -> About,
    mut poll: impl FnMut(&mut Context<'_>) -> Poll<T>,
) -> impl Future<Output = T> {
    let mut mark = Mark::new(site);
    poll_fn(move |cx| {
        let polled = super::with_own(cx, &mut poll);
        mark.note(&polled, &about);
        polled
    })
}
