//! Which of the types and futures of `sync` may move to another thread, be shared, and be moved while pinned.
#![forbid(unsafe_code)]

use std::cell::Cell;
use std::future::Ready;
use std::marker::PhantomData;
use std::rc::Rc;
use std::sync::Arc;

use taipan::sync::{
    AlreadyBorrowed, Barrier, BarrierStatistics, BarrierWaitResult, BroadcastStatistics,
    BrokenBarrier, ChannelStatistics, Closed, Condvar, CondvarStatistics, Event, EventStatistics,
    LifoQueue, Limiter, LimiterStatistics, LimiterToken, Mutex, MutexGuard, MutexStatistics,
    OnceCell, OwnedLimiterToken, OwnedMutexGuard, OwnedRwLockReadGuard, OwnedRwLockWriteGuard,
    OwnedSemaphorePermit, PriorityQueue, Queue, QueueStatistics, Receiver, RecvError, RwLock,
    RwLockReadGuard, RwLockStatistics, RwLockWriteGuard, Semaphore, SemaphorePermit,
    SemaphoreStatistics, Sender, Shared, Taken, TryRecvError, TrySendError, WatchStatistics,
    broadcast, channel, oneshot, watch,
};

/// Asks about the traits of a `T`: the answer is that of the method by the trait, which stands behind the
/// inherent one, unless the inherent one applies.
struct Of<T>(PhantomData<T>);

fn of<T>(_: &T) -> Of<T> {
    Of(PhantomData)
}

macro_rules! ask {
    ($($method:ident $otherwise:ident $auto:ident,)*) => {$(
        impl<T: $auto> Of<T> {
            fn $method(&self) -> bool {
                true
            }
        }

        trait $otherwise {
            fn $method(&self) -> bool {
                false
            }
        }

        impl<T> $otherwise for Of<T> {}
    )*};
}

ask! {
    is_send NotSend Send,
    is_sync NotSync Sync,
    is_unpin NotUnpin Unpin,
}

macro_rules! answer {
    (yes) => {
        true
    };
    (no) => {
        false
    };
}

macro_rules! check {
    ($of:expr, $name:expr, $send:ident $sync:ident $unpin:ident) => {
        let asked = $of;
        let found = (asked.is_send(), asked.is_sync(), asked.is_unpin());
        let expected = (answer!($send), answer!($sync), answer!($unpin));
        assert_eq!(found, expected, "(Send, Sync, Unpin) of {}", $name);
    };
}

macro_rules! types {
    ($($type:ty : $send:ident $sync:ident $unpin:ident,)*) => {$(
        check!(Of::<$type>(PhantomData), stringify!($type), $send $sync $unpin);
    )*};
}

macro_rules! futures {
    ($($future:expr => $send:ident $sync:ident $unpin:ident,)*) => {$(
        check!(of(&$future), stringify!($future), $send $sync $unpin);
    )*};
}

/// `Send` and not `Sync`.
type Unshared = Cell<u8>;
/// Neither.
type Local = Rc<u8>;

#[test]
fn types() {
    types! {
        //                                     Send Sync Unpin
        Semaphore:                             yes  yes  yes,
        SemaphorePermit<'static>:              yes  yes  yes,
        OwnedSemaphorePermit:                  yes  yes  yes,
        SemaphoreStatistics:                   yes  yes  yes,

        Mutex<u8>:                             yes  yes  yes,
        Mutex<Unshared>:                       yes  yes  yes,
        Mutex<Local>:                          no   no   yes,
        MutexGuard<'static, u8>:               yes  yes  yes,
        MutexGuard<'static, Unshared>:         yes  no   yes,
        MutexGuard<'static, Local>:            no   no   yes,
        OwnedMutexGuard<u8>:                   yes  yes  yes,
        OwnedMutexGuard<Unshared>:             yes  no   yes,
        OwnedMutexGuard<Local>:                no   no   yes,
        MutexStatistics:                       yes  yes  yes,

        RwLock<u8>:                            yes  yes  yes,
        RwLock<Unshared>:                      no   no   yes,
        RwLock<Local>:                         no   no   yes,
        RwLockReadGuard<'static, u8>:          yes  yes  yes,
        RwLockReadGuard<'static, Unshared>:    no   no   yes,
        RwLockReadGuard<'static, Local>:       no   no   yes,
        RwLockWriteGuard<'static, u8>:         yes  yes  yes,
        RwLockWriteGuard<'static, Unshared>:   no   no   yes,
        RwLockWriteGuard<'static, Local>:      no   no   yes,
        OwnedRwLockReadGuard<u8>:              yes  yes  yes,
        OwnedRwLockReadGuard<Unshared>:        no   no   yes,
        OwnedRwLockReadGuard<Local>:           no   no   yes,
        OwnedRwLockWriteGuard<u8>:             yes  yes  yes,
        OwnedRwLockWriteGuard<Unshared>:       no   no   yes,
        OwnedRwLockWriteGuard<Local>:          no   no   yes,
        RwLockStatistics:                      yes  yes  yes,

        Event:                                 yes  yes  yes,
        EventStatistics:                       yes  yes  yes,
        Condvar:                               yes  yes  yes,
        CondvarStatistics:                     yes  yes  yes,
        Barrier:                               yes  yes  yes,
        BarrierStatistics:                     yes  yes  yes,
        BarrierWaitResult:                     yes  yes  yes,
        BrokenBarrier:                         yes  yes  yes,

        OnceCell<u8>:                          yes  yes  yes,
        OnceCell<Unshared>:                    yes  no   yes,
        OnceCell<Local>:                       no   no   yes,

        Limiter<u8>:                           yes  yes  yes,
        Limiter<Local>:                        no   no   yes,
        LimiterToken<'static, u8>:             yes  yes  yes,
        LimiterToken<'static, Local>:          no   no   yes,
        OwnedLimiterToken<u8>:                 yes  yes  yes,
        OwnedLimiterToken<Local>:              no   no   yes,
        LimiterStatistics:                     yes  yes  yes,
        AlreadyBorrowed:                       yes  yes  yes,

        Queue<u8>:                             yes  yes  yes,
        Queue<Unshared>:                       yes  yes  yes,
        Queue<Local>:                          no   no   yes,
        LifoQueue<Unshared>:                   yes  yes  yes,
        LifoQueue<Local>:                      no   no   yes,
        PriorityQueue<u8, Unshared>:           yes  yes  yes,
        PriorityQueue<u8, Local>:              no   no   yes,
        Taken<u8>:                             yes  yes  yes,
        Taken<Unshared>:                       yes  no   yes,
        Taken<Local>:                          no   no   yes,
        QueueStatistics:                       yes  yes  yes,
        Sender<u8>:                            yes  yes  yes,
        Sender<Unshared>:                      yes  yes  yes,
        Sender<Local>:                         no   no   yes,
        Receiver<u8>:                          yes  yes  yes,
        Receiver<Unshared>:                    yes  yes  yes,
        Receiver<Local>:                       no   no   yes,
        ChannelStatistics:                     yes  yes  yes,
        oneshot::Sender<Unshared>:             yes  yes  yes,
        oneshot::Sender<Local>:                no   no   yes,
        oneshot::Receiver<Unshared>:           yes  yes  yes,
        oneshot::Receiver<Local>:              no   no   yes,
        watch::Sender<u8>:                     yes  yes  yes,
        watch::Sender<Unshared>:               no   no   yes,
        watch::Receiver<u8>:                   yes  yes  yes,
        watch::Receiver<Unshared>:             no   no   yes,
        WatchStatistics:                       yes  yes  yes,
        broadcast::Sender<u8>:                 yes  yes  yes,
        broadcast::Sender<Unshared>:           no   no   yes,
        broadcast::Receiver<u8>:               yes  yes  yes,
        broadcast::Receiver<Unshared>:         no   no   yes,
        broadcast::RecvError:                  yes  yes  yes,
        BroadcastStatistics:                   yes  yes  yes,
        Shared<Ready<u8>>:                     yes  yes  yes,
        Shared<Ready<Unshared>>:               no   no   yes,
        RecvError:                             yes  yes  yes,
        Closed<Unshared>:                      yes  yes  yes,
        TrySendError<Unshared>:                yes  yes  yes,
        TryRecvError:                          yes  yes  yes,
    }
}

// They run on any thread, unless the data may not.
#[test]
fn futures() {
    let semaphore = Arc::new(Semaphore::new(1));
    let mutex = Arc::new(Mutex::new(Cell::new(0_u8)));
    let local = Mutex::new(Rc::new(0_u8));
    let rwlock = Arc::new(RwLock::new(0_u8));
    let unshared = RwLock::new(Cell::new(0_u8));
    let (event, condvar, barrier) = (Event::new(), Condvar::new(), Barrier::new(1));
    let cell = OnceCell::new();
    let limiter = Arc::new(Limiter::new(1));
    let queue = Queue::new(1);
    let jobs = Queue::<Cell<u8>>::new(1);
    let (tx, rx) = channel::<Cell<u8>>(1);
    let mut watched = watch::channel(0_u8).1;
    let mut broadcasts = broadcast::channel::<u8>(1).1;
    let shared = Shared::new(std::future::ready(0_u8));
    futures! {
        //                                               Send Sync Unpin
        semaphore.acquire()                           => yes  yes  no,
        semaphore.acquire_many(1)                     => yes  yes  no,
        semaphore.acquire_owned()                     => yes  yes  no,
        semaphore.acquire_many_owned(1)               => yes  yes  no,
        mutex.lock()                                  => yes  yes  no,
        mutex.lock_owned()                            => yes  yes  no,
        local.lock()                                  => no   no   no,
        rwlock.read()                                 => yes  yes  no,
        rwlock.write()                                => yes  yes  no,
        rwlock.read_owned()                           => yes  yes  no,
        rwlock.write_owned()                          => yes  yes  no,
        unshared.read()                               => no   no   no,
        event.wait()                                  => yes  yes  no,
        condvar.wait(mutex.try_lock().unwrap())       => yes  no   no,
        barrier.wait()                                => yes  yes  no,
        cell.get_or_init(async || 0_u8)               => yes  yes  no,
        limiter.acquire(0_u8)                         => yes  yes  no,
        limiter.acquire_owned(0_u8)                   => yes  yes  no,
        queue.put(Rc::new(0_u8))                      => no   no   no,
        jobs.put(Cell::new(0_u8))                     => yes  no   no,
        jobs.get()                                    => yes  yes  no,
        jobs.take()                                   => yes  yes  no,
        jobs.stream()                                 => yes  yes  yes,
        jobs.join()                                   => yes  yes  no,
        tx.send(Cell::new(0_u8))                      => yes  no   no,
        rx.recv()                                     => yes  yes  no,
        shared.get()                                  => yes  yes  no,
        watched.changed()                             => yes  yes  no,
        broadcasts.recv()                             => yes  yes  no,
    }
}
