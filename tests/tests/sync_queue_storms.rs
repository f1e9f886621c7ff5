//! Storms on the queues: whoever puts or gets may be cancelled at any moment, and no item is lost or doubled.
//!
//! The queue is compared with a model at every step. An item is in it from the moment in which its `put` gives
//! `Ok`, and no sooner; it is out of it from the moment in which a `get` gives it, and no sooner. The waiters are
//! polled by hand and *only when they were woken*: so a wake that is lost fails the storm.
#![forbid(unsafe_code)]

use std::sync::{Arc, Mutex};
use std::time::Duration;

use taipan::{Runtime, Task, spawn, timeout, yield_now};
use taipan_tests::bounded;

#[path = "support/crowd.rs"]
mod crowd;
#[path = "support/kinds.rs"]
mod kinds;
use crowd::Crowd;
use kinds::{Kind, of_each_kind};

of_each_kind! {
    it_does_what_its_model_does,
    no_item_is_lost_on_four_threads,
}

const WAITERS: usize = 10_000;
const SEEDS: [u64; 3] = [1, 0x9e37_79b9_7f4a_7c15, 0xdead_beef_cafe_f00d];

/// What became of somebody in the crowd.
enum End {
    /// The item is in.
    Put(usize),
    /// It was shut down: the item came back.
    Back(usize),
    Got(usize),
    /// It was shut down and drained.
    Over,
}

/// What must be in the queue, in the order in which it came.
#[derive(Default)]
struct Model {
    items: Vec<usize>,
    put: usize,
    got: usize,
}

impl Model {
    fn follow<K: Kind>(&mut self, ends: impl IntoIterator<Item = End>) {
        for end in ends {
            match end {
                End::Put(item) => {
                    self.items.push(item);
                    self.put += 1;
                }
                End::Got(item) => {
                    assert_eq!(K::order(self.items.clone()).first(), Some(&item));
                    self.items.retain(|&other| other != item);
                    self.got += 1;
                }
                End::Back(_) | End::Over => panic!("it is not shut down"),
            }
        }
    }
}

fn it_does_what_its_model_does<K: Kind>() {
    for (seed, capacity) in SEEDS.into_iter().zip([1, 3, 16]) {
        let queue = K::bounded(capacity);
        let mut crowd = Crowd::new(seed);
        let mut model = Model::default();
        for number in 0..WAITERS {
            // Now those who put are more, now those who get.
            let puts = crowd.random.below(1000) < 200 + 600 * (number / 1000 % 2);
            let queue = &queue;
            let end = match puts {
                true => {
                    // No number comes twice, and they come in no order.
                    let item = number * 7919 % WAITERS;
                    let put = async move {
                        queue.put(item).await.map_or_else(End::Back, |()| End::Put(item))
                    };
                    crowd.come(put)
                }
                false => crowd.come(async move { queue.get().await.map_or(End::Over, End::Got) }),
            };
            model.follow::<K>(end);
            match crowd.random.below(6) {
                0 => crowd.cancel_any(),
                1 => model.follow::<K>(crowd.poll_any()),
                2 | 3 => model.follow::<K>(crowd.serve(3)),
                4 => model.follow::<K>(queue.try_get().ok().map(End::Got)),
                _ => {
                    let item = WAITERS + number;
                    model.follow::<K>(queue.try_put(item).ok().map(|()| End::Put(item)));
                }
            }
            if number % 100 == 0 {
                while !crowd.woken().is_empty() {
                    model.follow::<K>(crowd.serve(4));
                }
                let statistics = queue.statistics();
                assert_eq!(statistics.putting + statistics.getting, crowd.left);
                assert!(statistics.getting == 0 || statistics.len == 0, "{statistics:?}");
                assert!(statistics.putting == 0 || statistics.len == capacity, "{statistics:?}");
            }
            let statistics = queue.statistics();
            assert_eq!((statistics.len, statistics.unfinished), (model.items.len(), model.put));
            assert!(statistics.peak <= capacity);
        }
        assert!(model.got > 1000, "only {} were got", model.got);

        queue.shutdown();
        let mut rest = model.items;
        while crowd.left > 0 {
            crowd.assert_somebody_was_woken();
            for end in crowd.serve(5) {
                match end {
                    End::Got(item) => rest.retain(|&other| other != item),
                    End::Put(_) => panic!("it was shut down"),
                    End::Back(item) => assert!(!rest.contains(&item)),
                    End::Over => {}
                }
            }
        }
        while let Ok(item) = queue.try_get() {
            rest.retain(|&other| other != item);
        }
        assert_eq!(rest, []);
        (0..model.put).for_each(|_| queue.task_done());
        let statistics = queue.statistics();
        assert_eq!((statistics.putting, statistics.getting, statistics.unfinished), (0, 0, 0));
    }
}

// Half of them put, half of them get, and most of them give up after a time that is about as long as their wait, or
// are cancelled. What was put was got once, or is still there.
fn no_item_is_lost_on_four_threads<K: Kind>() {
    bounded(|| {
        Runtime::builder().threads(4).build().run(async {
            let queue = K::bounded(3);
            let (put, got) = (Arc::new(Mutex::new(Vec::new())), Arc::new(Mutex::new(Vec::new())));
            let tasks: Vec<_> = (0..WAITERS)
                .map(|number| {
                    let (queue, put, got) = (queue.clone(), Arc::clone(&put), Arc::clone(&got));
                    let limit = (number % 3 > 0).then(|| Duration::from_micros(number as u64));
                    spawn(async move {
                        if number % 2 == 0 {
                            if let Ok(Ok(())) = timeout(limit, queue.put(number)).await {
                                put.lock().unwrap().push(number);
                            }
                        } else if let Ok(Some(item)) = timeout(limit, queue.get()).await {
                            got.lock().unwrap().push(item);
                        }
                    })
                })
                .collect();
            for task in tasks.iter().step_by(7) {
                task.cancel();
            }
            // Those who are patient and have nobody on the other side are helped.
            for extra in WAITERS.. {
                if tasks.iter().all(Task::is_finished) {
                    break;
                }
                put.lock().unwrap().extend(queue.try_put(extra).ok().map(|()| extra));
                got.lock().unwrap().extend(queue.try_get());
                yield_now().await;
            }
            let (mut put, mut got) = (put.lock().unwrap().clone(), got.lock().unwrap().clone());
            let waiting = queue.statistics().putting + queue.statistics().getting;
            assert_eq!(waiting, 0);
            assert!(put.len() + got.len() >= PATIENT, "{} and {}", put.len(), got.len());
            while let Ok(item) = queue.try_get() {
                got.push(item);
            }
            put.sort_unstable();
            got.sort_unstable();
            assert_eq!(put, got);
            put.iter().for_each(|_| queue.task_done());
            queue.join().await;
            queue.shutdown_now();
            assert_eq!(queue.get().await, None);
        });
    });
}

/// Those who neither gave up nor were cancelled: they must all have had their turn.
const PATIENT: usize = WAITERS / 3 - WAITERS / 21;
