//! Producers and workers over a priority queue: `cargo run --example workers`, and press Ctrl-C half-way.
//!
//! Ctrl-C cancels `main`, and with it the producers. The workers are tasks of their own, so they go on: the exit of the
//! studio shuts the queue down, and waits until all that lies in it is done. Only then `main` has ended. (A second
//! Ctrl-C would end the program at once.)
#![forbid(unsafe_code)]

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use taipan::prelude::*;
use taipan::sync::{Limiter, PriorityQueue};
use taipan::with::closing_with;
use taipan::{Task, compute, interval};

const WORKERS: usize = 4;
const DOWNLOADS: usize = 2;

/// A picture that somebody wants small.
struct Picture {
    client: &'static str,
    number: u64,
}

/// What producers and workers share.
#[derive(Clone)]
struct Studio {
    /// The lowest number first.
    orders: PriorityQueue<u8, Picture>,
    /// The archive allows only so many downloads at a time; each worker borrows one of them.
    archive: Arc<Limiter<usize>>,
    taken: Arc<AtomicU32>,
    done: Arc<AtomicU32>,
}

#[taipan::main]
async fn main() -> taipan::Result {
    let studio = Studio {
        orders: PriorityQueue::new(30),
        archive: Arc::new(Limiter::new(DOWNLOADS)),
        taken: Arc::default(),
        done: Arc::default(),
    };
    spawn(studio.clone().tell()).detach();
    let workers: Vec<_> = (1..=WORKERS)
        .map(|number| {
            let builder = Task::builder().name(format!("worker {number}"));
            builder.spawn(studio.clone().work(number))
        })
        .collect();

    with!(studio = closing_with(studio, Studio::close), {
        try_gather!(
            studio.order(2, "the archive", 40, 5.millis()), // more than the queue holds: it waits for room
            studio.order(1, "a reader", 20, 50.millis()),
            studio.order(0, "the front page", 8, 100.millis()),
        )
        .await?;
    });

    for worker in workers {
        let name = worker.name();
        println!("{name} made {} of them", worker.await?);
    }
    Ok(())
}

impl Studio {
    /// Puts `count` orders into the queue; one that does not fit waits, and one that is cancelled meanwhile is not taken.
    async fn order(
        &self,
        priority: u8,
        client: &'static str,
        count: u64,
        pause: Duration,
    ) -> taipan::Result {
        for number in 1..=count {
            self.orders.put(priority, Picture { client, number }).await?;
            self.taken.fetch_add(1, Ordering::Relaxed);
            sleep(pause).await;
        }
        println!("{client} has ordered all");
        Ok(())
    }

    /// Makes pictures until the queue is shut down and empty; gives how many.
    async fn work(self, worker: usize) -> u32 {
        let mut made = 0;
        while let Some(order) = self.orders.take().await {
            let (_, picture) = &*order;
            let pixels = match self.archive.acquire(worker).await {
                Ok(_token) => download(picture).await,
                Err(error) => unreachable!("a worker downloads one at a time: {error}"),
            };
            // On a thread of its own: the others go on meanwhile.
            let sum =
                compute(move || pixels.iter().map(|&pixel| u64::from(pixel)).sum::<u64>()).await;
            println!("worker {worker}: picture {} for {}, {sum:x}", picture.number, picture.client);
            made += 1;
            self.done.fetch_add(1, Ordering::Relaxed);
        } // here the order counts as done
        made
    }

    /// Prints how far the work has come, now and then.
    async fn tell(self) {
        let mut ticks = interval(200.millis());
        loop {
            ticks.tick().await;
            println!("-- {self}");
        }
    }

    /// Takes no more orders, and waits until all that were taken are done.
    async fn close(self, outcome: Outcome) {
        if outcome == Outcome::Cancelled {
            println!("-- interrupted: no more orders; {} are in the queue", self.orders.len());
        }
        self.orders.shutdown();
        self.orders.join().await;
        println!("-- {self}: closed");
    }
}

impl std::fmt::Display for Studio {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let (taken, done) = (self.taken.load(Ordering::Relaxed), self.done.load(Ordering::Relaxed));
        let (queued, downloads) = (self.orders.len(), self.archive.statistics().borrowed);
        write!(f, "{done} of {taken} done, {queued} in the queue, {downloads} downloads")
    }
}

async fn download(picture: &Picture) -> Vec<u8> {
    sleep!(30ms).await;
    picture.number.to_be_bytes().repeat(50_000)
}
