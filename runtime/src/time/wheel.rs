//! A timer wheel: of many deadlines it knows the next one, and setting one, moving it and removing it take the same
//! few steps however many there are.
//!
//! # The algorithm
//!
//! Hierarchical timing wheels (Varghese and Lauck, "Hashed and Hierarchical Timing Wheels", 1987, their scheme 7).
//!
//! 1. Time is a number of nanoseconds; it is looked at in ticks of 2^16 of them, some 66 µs. A timer is due in the first
//!    tick that begins at its deadline or later: so it is never early, and less than a tick late.
//! 2. There are eight levels of 64 slots. A slot of level 0 is one tick; one of each further level is as long as the
//!    whole level below it. All eight together hold every tick of a 64-bit time, so nothing ever wraps around.
//! 3. A timer stands on the level of the highest digit (to base 64) in which its tick differs from the present one, in
//!    the slot of its digit there. So what is in a lower level, or in an earlier slot, is due sooner, and a bit for
//!    each slot that is not empty finds the first one at once.
//! 4. When the time reaches a slot of level 0, all that is in it is due; a slot of a higher level is emptied into the
//!    levels below it. A timer moves down seven times at most.
//! 5. A slot is a list in both directions through the nodes of one vector. A key is the node's place and the stamp of
//!    the insertion, of which no two are alike: what has fired, or was removed, is never taken for its successor.
//!
//! It has no clock: whoever calls [`advance`](Wheel::advance) says what time it is.

/// 2^16 ns are a tick.
const TICK_BITS: u32 = 16;
/// A level has 2^6 slots.
const SLOT_BITS: u32 = 6;
const SLOTS: usize = 1 << SLOT_BITS;
const LEVELS: usize = ((u64::BITS - TICK_BITS) / SLOT_BITS) as usize;
const LAST_TICK: u64 = (1 << (u64::BITS - TICK_BITS)) - 1;

/// No node.
const NONE: u32 = u32::MAX;

/// What stands for the node before the first one of a slot: this and the slot, counted through all levels. No node has
/// such a place.
const FIRST: u32 = NONE - (LEVELS * SLOTS) as u32;

/// How many timers of a slot are looked at to find the first of them.
const LOOK: usize = 16;

/// For how many timers an empty wheel keeps the memory.
const KEPT: usize = 1024;

/// What was set, each with its deadline.
pub(super) struct Wheel<T> {
    /// The tick up to which all has been handed out.
    now: u64,
    /// For each level a bit: whether it holds anything.
    levels: u32,
    /// For each slot of each level a bit.
    occupied: [u64; LEVELS],
    /// The first node of each slot.
    heads: [u32; LEVELS * SLOTS],
    nodes: Vec<Node<T>>,
    /// The first node that is free; the others follow by `next`.
    free: u32,
    len: usize,
    /// The stamp of the latest insertion.
    stamp: u64,
}

struct Node<T> {
    deadline: u64,
    /// 0: it is free.
    stamp: u64,
    /// Of the first node of a slot: see [`FIRST`].
    previous: u32,
    next: u32,
    what: Option<T>,
}

/// Names one timer of a wheel.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Key {
    node: u32,
    stamp: u64,
}

impl Key {
    /// Whether the timer was set when so many had been: see [`Wheel::stamp`].
    pub(super) fn is_among(self, stamp: u64) -> bool {
        self.stamp <= stamp
    }
}

/// What is due, with what it is sorted by.
pub(super) struct Due<T> {
    deadline: u64,
    stamp: u64,
    pub(super) what: T,
}

/// The first tick that begins at `time` or later; the last one stands for all that is beyond.
fn tick_from(time: u64) -> u64 {
    time.div_ceil(1 << TICK_BITS).min(LAST_TICK)
}

impl<T> Wheel<T> {
    pub(super) fn new() -> Self {
        Wheel {
            now: 0,
            levels: 0,
            occupied: [0; LEVELS],
            heads: [NONE; LEVELS * SLOTS],
            nodes: Vec::new(),
            free: NONE,
            len: 0,
            stamp: 0,
        }
    }

    /// How many timers are set.
    pub(super) fn len(&self) -> usize {
        self.len
    }

    /// How many have ever been set.
    pub(super) fn stamp(&self) -> u64 {
        self.stamp
    }

    /// When a timer with that deadline fires.
    pub(super) fn fires_at(deadline: u64) -> u64 {
        tick_from(deadline) << TICK_BITS
    }

    pub(super) fn insert(&mut self, deadline: u64, what: T) -> Key {
        self.stamp += 1;
        let stamp = self.stamp;
        let fresh = Node { deadline, stamp, previous: NONE, next: NONE, what: Some(what) };
        let node = match self.nodes.get_mut(self.free as usize) {
            Some(free) => {
                let next_free = free.next;
                *free = fresh;
                std::mem::replace(&mut self.free, next_free)
            }
            None => {
                let node = u32::try_from(self.nodes.len()).ok().filter(|&node| node < FIRST);
                self.nodes.push(fresh);
                node.expect("four thousand million timers are more than memory holds")
            }
        };
        self.len += 1;
        self.link(node);
        Key { node, stamp }
    }

    /// What was set under that key, if it has not fired.
    pub(super) fn get_mut(&mut self, key: Key) -> Option<&mut T> {
        self.nodes.get_mut(key.node as usize).filter(|node| node.stamp == key.stamp)?.what.as_mut()
    }

    /// Gives the timer another deadline, and with it another key; among equal ones it is the last then.
    pub(super) fn reset(&mut self, key: Key, deadline: u64) -> Option<Key> {
        self.get_mut(key)?;
        self.unlink(key.node);
        self.stamp += 1;
        let node = &mut self.nodes[key.node as usize];
        (node.deadline, node.stamp) = (deadline, self.stamp);
        self.link(key.node);
        Some(Key { stamp: self.stamp, ..key })
    }

    pub(super) fn remove(&mut self, key: Key) -> Option<T> {
        self.get_mut(key)?;
        self.unlink(key.node);
        let removed = self.release(key.node).what;
        self.let_go();
        Some(removed)
    }

    /// The time from which [`advance`](Self::advance) has something to do, which is when the first timer fires;
    /// earlier, if it shares a long slot with many others.
    pub(super) fn next(&self) -> Option<u64> {
        let (level, slot, start) = self.first()?;
        let mut first = start;
        if level > 0 {
            let mut at = self.heads[level * SLOTS + slot];
            let mut earliest = LAST_TICK;
            for _ in 0..LOOK {
                let Some(node) = self.nodes.get(at as usize) else { break };
                earliest = earliest.min(tick_from(node.deadline));
                at = node.next;
            }
            if at == NONE {
                first = earliest;
            }
        }
        Some(first << TICK_BITS)
    }

    /// Moves on to `now`: appends all that is due, in the order of deadlines, and of insertion among equal ones.
    pub(super) fn advance(&mut self, now: u64, due: &mut Vec<Due<T>>) {
        let now = now >> TICK_BITS;
        while let Some((level, slot, start)) = self.first()
            && start <= now
        {
            self.now = start;
            let (sorted, mut at) = (due.len(), self.empty(level, slot));
            while at != NONE {
                let next = self.nodes[at as usize].next;
                if level == 0 {
                    due.push(self.release(at));
                } else {
                    self.link(at);
                }
                at = next;
            }
            due[sorted..].sort_unstable_by_key(|due| (due.deadline, due.stamp));
        }
        self.now = self.now.max(now);
        self.let_go();
    }

    /// Takes out all that is set, in no order.
    pub(super) fn clear(&mut self) -> Vec<T> {
        let nodes = std::mem::take(&mut self.nodes);
        *self = Wheel { now: self.now, stamp: self.stamp, ..Wheel::new() };
        nodes.into_iter().filter_map(|node| node.what).collect()
    }

    /// The first slot that is not empty, and the tick at which it begins.
    fn first(&self) -> Option<(usize, usize, u64)> {
        if self.levels == 0 {
            return None;
        }
        let level = self.levels.trailing_zeros();
        let slot = u64::from(self.occupied[level as usize].trailing_zeros());
        let shift = level * SLOT_BITS;
        // All digits above the level's are those of the present.
        let above = self.now >> shift >> SLOT_BITS << SLOT_BITS;
        Some((level as usize, slot as usize, (above | slot) << shift))
    }

    /// Puts a node into the slot of its deadline.
    fn link(&mut self, at: u32) {
        // What is late is due in this very tick.
        let tick = tick_from(self.nodes[at as usize].deadline).max(self.now);
        let differs = (tick ^ self.now) | (SLOTS as u64 - 1);
        let level = (u64::BITS - 1 - differs.leading_zeros()) / SLOT_BITS;
        let slot = (tick >> (level * SLOT_BITS)) % SLOTS as u64;
        let index = level as usize * SLOTS + slot as usize;
        let next = std::mem::replace(&mut self.heads[index], at);
        self.levels |= 1 << level;
        self.occupied[level as usize] |= 1 << slot;
        let node = &mut self.nodes[at as usize];
        (node.previous, node.next) = (FIRST + index as u32, next);
        if let Some(next) = self.nodes.get_mut(next as usize) {
            next.previous = at;
        }
    }

    /// Takes a node out of its slot.
    fn unlink(&mut self, at: u32) {
        let Node { previous, next, .. } = self.nodes[at as usize];
        if let Some(next) = self.nodes.get_mut(next as usize) {
            next.previous = previous;
        }
        match previous.checked_sub(FIRST).map(|slot| slot as usize) {
            None => self.nodes[previous as usize].next = next,
            Some(slot) if next == NONE => _ = self.empty(slot / SLOTS, slot % SLOTS),
            Some(slot) => self.heads[slot] = next,
        }
    }

    /// Empties a slot; gives the first of its nodes, which are still linked.
    fn empty(&mut self, level: usize, slot: usize) -> u32 {
        self.occupied[level] &= !(1 << slot);
        if self.occupied[level] == 0 {
            self.levels &= !(1 << level);
        }
        std::mem::replace(&mut self.heads[level * SLOTS + slot], NONE)
    }

    /// Makes a node that stands in no slot free.
    fn release(&mut self, at: u32) -> Due<T> {
        let next = std::mem::replace(&mut self.free, at);
        let node = &mut self.nodes[at as usize];
        let due = (node.deadline, node.stamp, node.what.take());
        (node.stamp, node.next) = (0, next);
        self.len -= 1;
        let (deadline, stamp, Some(what)) = due else { unreachable!("a node in a slot is set") };
        Due { deadline, stamp, what }
    }

    /// Gives the memory back that an empty wheel does not need.
    fn let_go(&mut self) {
        if self.len == 0 && self.nodes.capacity() > KEPT {
            (self.nodes, self.free) = (Vec::new(), NONE);
        }
    }
}

#[cfg(test)]
mod tests;
