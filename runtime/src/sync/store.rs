//! In which order items leave.

use std::cmp::{Ordering, Reverse};
use std::collections::{BinaryHeap, VecDeque};

/// Items, with the order in which they leave.
pub(super) trait Store {
    type Item;

    fn len(&self) -> usize;

    fn push(&mut self, item: Self::Item);

    fn pop(&mut self) -> Option<Self::Item>;
}

/// First in, first out.
impl<T> Store for VecDeque<T> {
    type Item = T;

    fn len(&self) -> usize {
        self.len()
    }

    fn push(&mut self, item: T) {
        self.push_back(item);
    }

    fn pop(&mut self) -> Option<T> {
        self.pop_front()
    }
}

/// Last in, first out.
impl<T> Store for Vec<T> {
    type Item = T;

    fn len(&self) -> usize {
        self.len()
    }

    fn push(&mut self, item: T) {
        self.push(item);
    }

    fn pop(&mut self) -> Option<T> {
        self.pop()
    }
}

/// Lowest priority first; first in, first out among equals.
pub(super) struct Ranked<P, T> {
    heap: BinaryHeap<Entry<P, T>>,
    /// How many came so far.
    came: u64,
}

struct Entry<P, T> {
    /// The greatest entry leaves first.
    rank: Reverse<(P, u64)>,
    item: T,
}

impl<P: Ord, T> Ranked<P, T> {
    pub(super) fn new() -> Self {
        Ranked { heap: BinaryHeap::new(), came: 0 }
    }
}

impl<P: Ord, T> Store for Ranked<P, T> {
    type Item = (P, T);

    fn len(&self) -> usize {
        self.heap.len()
    }

    fn push(&mut self, (priority, item): (P, T)) {
        self.heap.push(Entry { rank: Reverse((priority, self.came)), item });
        self.came += 1;
    }

    fn pop(&mut self) -> Option<(P, T)> {
        self.heap.pop().map(|Entry { rank: Reverse((priority, _)), item }| (priority, item))
    }
}

impl<P: Ord, T> Ord for Entry<P, T> {
    fn cmp(&self, other: &Self) -> Ordering {
        self.rank.cmp(&other.rank)
    }
}

impl<P: Ord, T> PartialOrd for Entry<P, T> {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl<P: Ord, T> PartialEq for Entry<P, T> {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other).is_eq()
    }
}

impl<P: Ord, T> Eq for Entry<P, T> {}
