//! The values that a piece of code finds, and those that the thread's code finds now.
//!
//! They are immutable once they are shared: who inherits them has the same list for the price of one count, and who
//! changes a shared list changes a copy. Where no local has a value there is no list.

use std::any::Any;
use std::cell::Cell;
use std::mem;
use std::sync::Arc;

/// Names a local: the address of its static.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Key(pub(super) usize);

pub(super) type Value = Arc<dyn Any + Send + Sync>;

/// The locals that have a value, by their keys.
#[derive(Clone, Default)]
pub(crate) struct Locals(Option<Arc<Vec<(Key, Value)>>>);

thread_local! {
    /// What the code that runs on this thread finds. (A thread that is ending finds nothing.)
    static CURRENT: Cell<Locals> = const { Cell::new(Locals(None)) };
    /// Whether those are any. (A plain cell: reading it is all a poll costs where nobody uses locals.)
    static ANY: Cell<bool> = const { Cell::new(false) };
}

impl Locals {
    /// What the code that runs now finds, for whatever it starts.
    pub(crate) fn inherited() -> Locals {
        if ANY.get() { Locals::change(|current| current.clone()) } else { Locals(None) }
    }

    /// Looks at what the code that runs now finds, or changes it. `f` runs nobody else's code: not a value's
    /// destructor, which may ask for a local itself.
    pub(super) fn change<R>(f: impl FnOnce(&mut Locals) -> R) -> R {
        let mut current = Locals::default().install();
        let result = f(&mut current);
        current.install();
        result
    }

    /// Makes these the thread's; gives the ones before.
    pub(super) fn install(self) -> Locals {
        let any = self.0.is_some();
        let before = CURRENT.try_with(|current| current.replace(self));
        ANY.set(any && before.is_ok());
        before.unwrap_or_default()
    }

    /// Whether the others are these same ones, not only equal ones.
    pub(super) fn is(&self, others: &Locals) -> bool {
        match (&self.0, &others.0) {
            (Some(these), Some(others)) => Arc::ptr_eq(these, others),
            (these, others) => these.is_none() && others.is_none(),
        }
    }

    fn find(&self, key: Key) -> Result<usize, usize> {
        self.0.as_ref().map_or(Err(0), |list| list.binary_search_by_key(&key, |entry| entry.0))
    }

    pub(super) fn get(&self, key: Key) -> Option<&Value> {
        let list = self.0.as_ref()?;
        self.find(key).ok().map(|index| &list[index].1)
    }

    /// The list, to be changed: a copy, if it is shared.
    fn list(&mut self) -> &mut Vec<(Key, Value)> {
        Arc::make_mut(self.0.get_or_insert_default())
    }

    /// Gives a local another value, or none; returns the one before.
    pub(super) fn replace(&mut self, key: Key, value: Option<Value>) -> Option<Value> {
        match (self.find(key), value) {
            (Ok(index), Some(value)) => Some(mem::replace(&mut self.list()[index].1, value)),
            (Ok(index), None) => {
                let (_, before) = self.list().remove(index);
                if self.list().is_empty() {
                    self.0 = None;
                }
                Some(before)
            }
            (Err(index), Some(value)) => {
                self.list().insert(index, (key, value));
                None
            }
            (Err(_), None) => None,
        }
    }

    /// These, but for one local that has another value, or none.
    pub(super) fn with(&self, key: Key, value: Option<&Value>) -> Locals {
        let mut others = self.clone();
        others.replace(key, value.cloned());
        others
    }

    /// Makes these the thread's until the guard is dropped; then those before are again, and these are what
    /// became of them.
    #[inline]
    #[must_use = "the locals are this thread's only as long as the guard lives"]
    pub(crate) fn enter(&mut self) -> Entered<'_> {
        self.swap();
        Entered(self)
    }

    /// Calls `f`, which finds these, and drops what became of them.
    pub(crate) fn run<R>(mut self, f: impl FnOnce() -> R) -> R {
        let _inside = self.enter();
        f()
    }

    #[inline]
    fn swap(&mut self) {
        if self.0.is_some() || ANY.get() {
            self.swap_some();
        }
    }

    #[cold]
    fn swap_some(&mut self) {
        *self = mem::take(self).install();
    }
}

/// Holds the locals outside as long as those inside are the thread's.
pub(crate) struct Entered<'a>(&'a mut Locals);

impl Drop for Entered<'_> {
    #[inline]
    fn drop(&mut self) {
        self.0.swap();
    }
}
