//! The poller: an edge-triggered epoll instance.

use std::io;
use std::mem::MaybeUninit;
use std::os::fd::OwnedFd;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError, TryLockError};
use std::task::{Context, Poll, Waker};

use async_io::Async;
use rustix::event::Timespec;
use rustix::event::epoll::{self, CreateFlags, Event, EventData, EventFlags};
use slab::Slab;

use super::portable::Portable;
use super::readiness::{Orphaned, Readiness};
use super::socket::{Direction, Socket};

/// How many events are taken at once.
const EVENTS: usize = 256;

/// Nobody watches.
const NOBODY: usize = usize::MAX;

/// The poller of one runtime.
pub(crate) struct Poller {
    epoll: Async<OwnedFd>,
    /// How many sockets are registered.
    registered: AtomicUsize,
    sources: Mutex<Sources>,
    /// Held by whoever takes events: the wakers of those whom they concern.
    woken: Mutex<Vec<Waker>>,
    /// The number of the worker that watches.
    watcher: AtomicUsize,
}

#[derive(Default)]
struct Sources {
    list: Slab<(u32, Arc<Source>)>,
    /// The number of the last registration.
    last: u32,
    /// The run has ended.
    closed: bool,
}

/// The two directions of a socket.
struct Source {
    read: Readiness,
    write: Readiness,
}

/// Names a registration, in its events.
#[derive(Clone, Copy)]
pub(super) struct Key {
    place: u32,
    number: u32,
}

impl Key {
    fn data(self) -> EventData {
        EventData::new_u64(u64::from(self.number) << 32 | u64::from(self.place))
    }

    fn of(event: &Event) -> Key {
        let data = event.data.u64();
        Key { place: data as u32, number: (data >> 32) as u32 }
    }

    #[cfg(all(test, not(taipan_loom)))]
    pub(super) fn place(self) -> u32 {
        self.place
    }
}

impl Sources {
    fn insert(&mut self, source: &Arc<Source>) -> Key {
        self.last = self.last.wrapping_add(1);
        let place = self.list.insert((self.last, Arc::clone(source)));
        let place =
            place.try_into().unwrap_or_else(|_| unreachable!("there are fewer descriptors"));
        Key { place, number: self.last }
    }

    /// The source of that registration, if it stands.
    fn get(&self, key: Key) -> Option<&Source> {
        let (number, source) = self.list.get(key.place as usize)?;
        (*number == key.number).then_some(source)
    }
}

impl Source {
    fn orphan(&self, woken: &mut Vec<Waker>) {
        self.read.orphan(woken);
        self.write.orphan(woken);
    }

    fn set(&self, flags: EventFlags, woken: &mut Vec<Waker>) {
        let over = flags.intersects(EventFlags::HUP | EventFlags::ERR);
        // Urgent data cuts reads short.
        let cut = over || flags.intersects(EventFlags::RDHUP | EventFlags::PRI);
        if cut || flags.contains(EventFlags::IN) {
            self.read.set(cut, woken);
        }
        if over || flags.contains(EventFlags::OUT) {
            self.write.set(over, woken);
        }
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Wakes all, also if a waker panics: the others are not to blame.
fn wake(woken: impl IntoIterator<Item = Waker>) {
    for waker in woken {
        let _ = catch_unwind(AssertUnwindSafe(|| waker.wake()));
    }
}

impl Poller {
    /// `None`: the system refuses one; then sockets wait through `async-io`.
    pub(crate) fn new() -> Option<Arc<Poller>> {
        let epoll = epoll::create(CreateFlags::CLOEXEC).ok()?;
        Some(Arc::new(Poller {
            epoll: Async::new_nonblocking(epoll).ok()?,
            registered: AtomicUsize::new(0),
            sources: Mutex::default(),
            woken: Mutex::default(),
            watcher: AtomicUsize::new(NOBODY),
        }))
    }

    /// Takes the events that have come and wakes those who wait for them; gives how many. 0 as well if another thread is
    /// at it.
    pub(crate) fn turn(&self) -> usize {
        if self.registered.load(Ordering::Relaxed) == 0 {
            return 0;
        }
        let mut woken = match self.woken.try_lock() {
            Ok(woken) => woken,
            Err(TryLockError::Poisoned(poisoned)) => poisoned.into_inner(),
            Err(TryLockError::WouldBlock) => return 0,
        };
        let mut room = [const { MaybeUninit::uninit() }; EVENTS];
        let now = Timespec { tv_sec: 0, tv_nsec: 0 };
        // It can only have been interrupted: then there is a next time.
        let Ok((events, _)) = epoll::wait(self.epoll.get_ref(), &mut room[..], Some(&now)) else {
            return 0;
        };
        if !events.is_empty() {
            let sources = lock(&self.sources);
            for event in events.iter() {
                if let Some(source) = sources.get(Key::of(event)) {
                    source.set(event.flags, &mut woken);
                }
            }
        }
        wake(woken.drain(..));
        events.len()
    }

    /// The worker of that number has nothing to do: it is woken by the next event, unless another one watches already.
    pub(crate) fn watch(&self, worker: usize, cx: &mut Context<'_>) {
        let claim =
            self.watcher.compare_exchange(NOBODY, worker, Ordering::AcqRel, Ordering::Relaxed);
        if claim.is_ok() || claim == Err(worker) {
            // It may be ready because of what is past. Pending, it is woken if there are events, new or not.
            while let Poll::Ready(Ok(())) = self.epoll.poll_readable(cx) {}
        }
    }

    /// That worker has something to do: if it was the one that watches, another may.
    pub(crate) fn leave(&self, worker: usize) {
        if self.watcher.load(Ordering::Relaxed) == worker {
            self.watcher.store(NOBODY, Ordering::Release);
        }
    }

    /// Whether an event of that name reaches somebody.
    #[cfg(all(test, not(taipan_loom)))]
    pub(super) fn knows(&self, key: Key) -> bool {
        lock(&self.sources).get(key).is_some()
    }

    /// The run has ended.
    pub(crate) fn close(&self) {
        let mut woken = Vec::new();
        let mut sources = lock(&self.sources);
        sources.closed = true;
        sources.list.iter().for_each(|(_, (_, source))| source.orphan(&mut woken));
        drop(sources);
        wake(woken);
    }
}

/// A socket that is registered with a poller.
pub(super) struct Native<T: Socket> {
    io: T,
    poller: Arc<Poller>,
    source: Arc<Source>,
    key: Key,
    /// Who waits for it once the run of the poller has ended.
    after: OnceLock<Portable<OwnedFd>>,
}

impl<T: Socket> Native<T> {
    pub(super) fn new(io: T, poller: &Arc<Poller>) -> io::Result<Native<T>> {
        let source = Arc::new(Source { read: Readiness::new(), write: Readiness::new() });
        let key = {
            let mut sources = lock(&poller.sources);
            if sources.closed {
                source.orphan(&mut Vec::new());
            }
            sources.insert(&source)
        };
        poller.registered.fetch_add(1, Ordering::Relaxed);
        let native = Native { io, poller: Arc::clone(poller), source, key, after: OnceLock::new() };
        let wanted =
            EventFlags::IN | EventFlags::PRI | EventFlags::RDHUP | EventFlags::OUT | EventFlags::ET;
        epoll::add(poller.epoll.get_ref(), native.io.as_fd(), key.data(), wanted)?;
        Ok(native)
    }

    pub(super) fn get_ref(&self) -> &T {
        &self.io
    }

    #[cfg(all(test, not(taipan_loom)))]
    pub(super) fn key(&self) -> Key {
        self.key
    }

    pub(super) fn poll<R>(
        &self,
        direction: Direction,
        cx: &mut Context<'_>,
        mut attempt: impl FnMut(&T) -> io::Result<R>,
        drained: impl FnOnce(&R) -> bool,
    ) -> Poll<io::Result<R>> {
        let readiness = match direction {
            Direction::Read => &self.source.read,
            Direction::Write => &self.source.write,
        };
        match readiness.poll(cx, || attempt(&self.io), drained) {
            Ok(polled) => polled,
            Err(Orphaned) => self.after()?.poll(direction, cx, || attempt(&self.io)),
        }
    }

    /// It has a descriptor of its own for the same socket.
    fn after(&self) -> io::Result<&Portable<OwnedFd>> {
        if let Some(after) = self.after.get() {
            return Ok(after);
        }
        let new = Portable::new(self.io.as_fd().try_clone_to_owned()?)?;
        Ok(self.after.get_or_init(|| new))
    }
}

impl<T: Socket> Drop for Native<T> {
    fn drop(&mut self) {
        // Refused if it was never added: then it is gone as well.
        let _ = epoll::delete(self.poller.epoll.get_ref(), self.io.as_fd());
        let source = lock(&self.poller.sources).list.try_remove(self.key.place as usize);
        self.poller.registered.fetch_sub(1, Ordering::Relaxed);
        drop(source); // outside the lock: it may hold the last reference to a task
    }
}
