//! What every queue does, said once: the kinds differ in the order, and in how an item is put.

macro_rules! queue {
    (
        $(#[$docs:meta])*
        $name:ident<$($param:ident $(: $bound:ident)?),*> {
            items: $store:ty = $new:expr,
            item: $item:ty,
            next: $next:literal,
        }
    ) => {
        $(#[$docs])*
        pub struct $name<$($param $(: $bound)?),*> {
            core: Core<$store>,
        }

        impl<$($param $(: $bound)?),*> $name<$($param),*> {
            /// Returns an empty queue with room for `capacity` items.
            ///
            /// # Panics
            ///
            /// Panics if `capacity` is zero: Python's queue has no limit then, and this one is
            /// [`unbounded`](Self::unbounded) only by name.
            #[must_use]
            #[track_caller]
            pub fn new(capacity: usize) -> Self {
                Self { core: Core::bounded($new, capacity) }
            }

            /// Returns an empty queue with room for whatever comes.
            ///
            /// If items come faster than they are got, it grows until memory ends.
            #[must_use]
            pub fn unbounded() -> Self {
                Self { core: Core::new($new, usize::MAX) }
            }

            /// Waits for
            #[doc = $next]
            /// and takes it out.
            ///
            /// `None`: the queue was shut down and is empty, for good.
            ///
            /// Who uses [`join`](Self::join) calls [`task_done`](Self::task_done) for each item, or takes them
            /// with [`take`](Self::take), which does that by itself.
            ///
            /// # Cancel safety
            ///
            /// Cancelled, it has taken nothing: an item that was meant for it goes to the next who waits, or stays
            /// in its place in the queue.
            ///
            /// # Fairness
            ///
            /// First come, first served.
            #[cfg_attr(debug_assertions, track_caller)]
            pub fn get(&self) -> impl Future<Output = Option<$item>> {
                self.core.get(Site::here(concat!(stringify!($name), "::get")))
            }

            /// Takes
            #[doc = $next]
            /// out, if nobody has to wait for it.
            ///
            /// # Errors
            ///
            /// Gives [`TryRecvError::Empty`] if there is none now, and [`TryRecvError::Closed`] if the queue was
            /// shut down and is empty.
            ///
            /// # Fairness
            ///
            /// It overtakes nobody: an item that is meant for somebody who waits is not there for it.
            #[doc(alias = "get_nowait")]
            pub fn try_get(&self) -> Result<$item, TryRecvError> {
                self.core.try_get()
            }

            /// As [`get`](Self::get); the item counts as done when it is dropped.
            ///
            /// # Cancel safety
            ///
            /// Cancelled, it has taken nothing: an item that was meant for it goes to the next who waits, or stays
            /// in its place in the queue.
            ///
            /// # Fairness
            ///
            /// First come, first served.
            #[cfg_attr(debug_assertions, track_caller)]
            pub fn take(&self) -> impl Future<Output = Option<Taken<$item>>> {
                self.core.take(Site::here(concat!(stringify!($name), "::take")))
            }

            /// Returns a stream of the items, which ends when the queue was shut down and is empty. Each counts as
            /// done when it is dropped.
            ///
            /// # Cancel safety
            ///
            /// Who stops to poll the stream while it waits, and keeps it, keeps its place in line: an item that
            /// comes then is kept for it. Dropped, the stream has taken nothing that it has not given.
            ///
            /// # Fairness
            ///
            /// First come, first served, item by item: after each the stream queues up anew.
            #[cfg_attr(debug_assertions, track_caller)]
            pub fn stream(&self) -> impl Stream<Item = Taken<$item>> + Unpin + use<$($param),*> {
                self.core.stream(Site::here(concat!(stringify!($name), "::stream")))
            }

            /// Counts one more item as done that was got with [`get`](Self::get).
            ///
            /// # Panics
            ///
            /// Panics if every item that was put counts as done already.
            #[track_caller]
            pub fn task_done(&self) {
                self.core.task_done();
            }

            /// Waits until every item that was put counts as done. If none is left, that is at once.
            ///
            /// # Cancel safety
            ///
            /// Cancelled, it leaves no trace.
            ///
            /// # Fairness
            ///
            /// All who wait are woken, in the order in which they came.
            #[cfg_attr(debug_assertions, track_caller)]
            pub fn join(&self) -> impl Future<Output = ()> {
                self.core.join(Site::here(concat!(stringify!($name), "::join")))
            }

            /// Lets nothing in any more: who puts, or waits to, gets its item back. What is in the queue can
            /// still be got; after that, `get` gives `None`. Called twice is called once.
            ///
            /// [`join`](Self::join) still waits for the items that are left.
            pub fn shutdown(&self) {
                self.core.shutdown();
            }

            /// Lets nothing in any more, and drops what is in the queue, which counts as done then.
            ///
            /// [`join`](Self::join) still waits for the items that were got before.
            #[doc(alias = "immediate")]
            pub fn shutdown_now(&self) {
                self.core.shutdown_now();
            }

            /// Returns whether it was shut down.
            #[must_use]
            pub fn is_shut_down(&self) -> bool {
                self.core.is_shut_down()
            }

            /// Returns how many items are in it.
            #[doc(alias = "qsize")]
            #[must_use]
            pub fn len(&self) -> usize {
                self.core.len()
            }

            /// Returns whether nothing is in it.
            #[doc(alias = "empty")]
            #[must_use]
            pub fn is_empty(&self) -> bool {
                self.len() == 0
            }

            /// Returns whether somebody who comes now to put an item would have to wait.
            #[doc(alias = "full")]
            #[must_use]
            pub fn is_full(&self) -> bool {
                self.core.is_full()
            }

            /// Returns for how many items it has room; `None` if it has no limit.
            #[doc(alias = "maxsize")]
            #[must_use]
            pub fn capacity(&self) -> Option<usize> {
                self.core.capacity()
            }

            /// Returns how full it is, what is not done, and how many wait.
            #[must_use]
            pub fn statistics(&self) -> QueueStatistics {
                self.core.statistics()
            }
        }

        /// Gives another handle of the same queue.
        impl<$($param $(: $bound)?),*> Clone for $name<$($param),*> {
            fn clone(&self) -> Self {
                Self { core: self.core.clone() }
            }
        }

        impl<$($param $(: $bound)?),*> fmt::Debug for $name<$($param),*> {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                let QueueStatistics { len, capacity, unfinished, putting, getting, .. } =
                    self.statistics();
                f.debug_struct(stringify!($name))
                    .field("len", &len)
                    .field("capacity", &capacity)
                    .field("unfinished", &unfinished)
                    .field("putting", &putting)
                    .field("getting", &getting)
                    .finish_non_exhaustive()
            }
        }
    };
}

/// The putting of a queue whose items come without a priority.
macro_rules! put {
    ($name:ident) => {
        impl<T> $name<T> {
            /// Puts an item into the queue; waits until there is room.
            ///
            /// # Errors
            ///
            /// Gives [`Closed`] with the item if the queue was shut down, before or while it waits.
            ///
            /// # Cancel safety
            ///
            /// Cancelled, it has not put the item, which is dropped with it; room that was meant for it goes to the
            /// next. Who must not lose the item calls [`try_put`](Self::try_put), or keeps a copy.
            ///
            /// # Fairness
            ///
            /// First come, first served.
            #[cfg_attr(debug_assertions, track_caller)]
            pub fn put(&self, item: T) -> impl Future<Output = Result<(), Closed<T>>> {
                self.core.put(item, Site::here(concat!(stringify!($name), "::put")))
            }

            /// Puts an item into the queue, if nobody has to wait for the room.
            ///
            /// # Errors
            ///
            /// Gives [`TrySendError`] with the item if the queue is full or was shut down.
            ///
            /// # Fairness
            ///
            /// It overtakes nobody: room that is meant for somebody who waits is not there for it.
            #[doc(alias = "put_nowait")]
            pub fn try_put(&self, item: T) -> Result<(), TrySendError<T>> {
                self.core.try_put(item)
            }
        }
    };
}

pub(super) use {put, queue};
