//! Owned permits and guards in a `with`: held until the exits inside have run, also under cancellation.
#![forbid(unsafe_code)]

use std::future::pending;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use taipan::sync::{Mutex, Semaphore};
use taipan::with::{Outcome, Resource, with};
use taipan::{Runtime, spawn, timeout, yield_now};
use taipan_tests::{Log, bounded};

/// How many connections are open, and how many were at most.
#[derive(Default)]
struct Server {
    open: AtomicUsize,
    peak: AtomicUsize,
    opened: AtomicUsize,
}

/// A connection that is closed slowly.
struct Connection(Arc<Server>);

impl Connection {
    async fn open(server: &Arc<Server>) -> Self {
        let open = server.open.fetch_add(1, Ordering::SeqCst) + 1;
        server.peak.fetch_max(open, Ordering::SeqCst);
        server.opened.fetch_add(1, Ordering::SeqCst);
        Connection(Arc::clone(server))
    }
}

impl Resource for Connection {
    type Exit = ();

    async fn exit(self, _: Outcome) {
        for _ in 0..5 {
            yield_now().await;
        }
        self.0.open.fetch_sub(1, Ordering::SeqCst);
    }
}

/// Uses a connection for as long as it has a permit.
async fn client(semaphore: Arc<Semaphore>, server: Arc<Server>) {
    with(semaphore.acquire_owned().await, async |_| {
        with(Connection::open(&server).await, async |_| {
            for _ in 0..4 {
                yield_now().await;
            }
        })
        .await;
    })
    .await;
}

#[test]
fn three_permits_never_have_more_than_three_connections_wherever_the_clients_are_cancelled() {
    let mut peak = 0;
    for threads in [1, 4] {
        for point in 0..40 {
            let (seen, opened) = bounded(move || {
                Runtime::builder().threads(threads).build().run(async move {
                    let semaphore = Arc::new(Semaphore::new(3));
                    let server = Arc::new(Server::default());
                    let start = || spawn(client(Arc::clone(&semaphore), Arc::clone(&server)));
                    let clients: Vec<_> = (0..8).map(|_| start()).collect();
                    for _ in 0..point {
                        yield_now().await;
                    }
                    for client in clients.iter().step_by(2) {
                        client.cancel();
                    }
                    // They press on at once, while the exits of the cancelled run.
                    let more: Vec<_> = (0..4).map(|_| start()).collect();
                    for client in clients.into_iter().chain(more) {
                        let _ = client.await; // ended or cancelled
                    }
                    assert_eq!(server.open.load(Ordering::SeqCst), 0);
                    assert_eq!(semaphore.available_permits(), 3);
                    (server.peak.load(Ordering::SeqCst), server.opened.load(Ordering::SeqCst))
                })
            });
            assert!(seen <= 3, "{seen} open at once, cancelled after {point} turns");
            assert!(opened >= 8, "only {opened} connections were opened");
            peak = peak.max(seen);
        }
    }
    assert_eq!(peak, 3);
}

/// Logs, when it exits, how many permits are free.
struct Watcher(Log, Arc<Semaphore>);

impl Resource for Watcher {
    type Exit = ();

    async fn exit(self, _: Outcome) {
        self.0.add(format!("exit:{}", self.1.available_permits()));
        yield_now().await;
        self.0.add(format!("end:{}", self.1.available_permits()));
    }
}

fn watched() -> (Log, Arc<Semaphore>, Watcher) {
    let (log, semaphore) = (Log::new(), Arc::new(Semaphore::new(1)));
    (log.clone(), Arc::clone(&semaphore), Watcher(log, semaphore))
}

#[taipan::test]
async fn a_permit_in_a_with_is_held_until_the_inner_exit_has_ended() {
    let (log, semaphore, watcher) = watched();
    let holds = with(semaphore.acquire_owned().await, async |_| {
        with(watcher, async |_| pending::<()>().await).await;
    });
    assert!(timeout(Duration::ZERO, holds).await.is_err());
    assert_eq!(log.get(), "exit:0 end:0");
    assert_eq!(semaphore.available_permits(), 1);
}

#[taipan::test]
async fn a_permit_in_a_plain_local_is_given_back_before_the_exits() {
    let (log, semaphore, watcher) = watched();
    let holds = async {
        let _permit = semaphore.acquire_owned().await;
        with(watcher, async |_| pending::<()>().await).await;
    };
    assert!(timeout(Duration::ZERO, holds).await.is_err());
    assert_eq!(log.get(), "exit:1 end:1");
}

// Only cancellation makes the difference: code that goes on to its end drops its locals last.
#[taipan::test]
async fn a_permit_in_a_plain_local_outlives_the_exits_of_code_that_ends() {
    let (log, semaphore, watcher) = watched();
    let _permit = semaphore.acquire_owned().await;
    with(watcher, async |_| yield_now().await).await;
    assert_eq!(log.get(), "exit:0 end:0");
}

#[taipan::test]
async fn a_mutex_is_locked_until_the_inner_exit_has_ended() {
    /// Logs, when it exits, whether the mutex is locked.
    struct Watcher(Log, Arc<Mutex<u32>>);

    impl Resource for Watcher {
        type Exit = ();

        async fn exit(self, _: Outcome) {
            yield_now().await;
            self.0.add(format!("{:?}", self.1.is_locked()));
        }
    }

    let (log, mutex) = (Log::new(), Arc::new(Mutex::new(0)));
    let watcher = Watcher(log.clone(), Arc::clone(&mutex));
    let holds = with(mutex.lock_owned().await, async |guard| {
        **guard += 1;
        with(watcher, async |_| pending::<()>().await).await;
    });
    assert!(timeout(Duration::ZERO, holds).await.is_err());
    assert_eq!(log.get(), "true");
    assert_eq!(mutex.try_lock().as_deref(), Some(&1));
}
