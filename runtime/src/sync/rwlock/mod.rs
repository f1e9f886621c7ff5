//! Many readers or one writer, across `.await`.

mod guard;

use std::fmt;
use std::sync::Arc;

use super::RwLockStatistics;
use super::guard::{Data, Many};
use super::permits::{Held, MOST, Permits, Permitted};
use crate::waits::Site;

pub use guard::{OwnedRwLockReadGuard, OwnedRwLockWriteGuard, RwLockReadGuard, RwLockWriteGuard};

/// As many permits as there can be: a writer takes them all, a reader one of them.
const ALL: usize = MOST;

/// Data that many tasks may read at once, or one may change, also across an `.await`.
///
/// A panic does not poison it. It is not reentrant: a reader that asks to read again comes behind the writer
/// that waits for it, and both wait for ever.
///
/// # Fairness
///
/// First come, first served, as all of [`sync`](super#fairness): readers that come after a writer wait behind
/// it, so that readers who take turns do not starve it.
///
/// # Examples
///
/// ```
/// use taipan::sync::RwLock;
///
/// taipan::run(async {
///     let config = RwLock::new(String::from("old"));
///     {
///         let (a, b) = (config.read().await, config.read().await);
///         assert_eq!(*a, *b);
///     }
///     *config.write().await = String::from("new");
///     assert_eq!(*config.read().await, "new");
/// });
/// ```
pub struct RwLock<T> {
    permits: Permits,
    data: Data<T, Many<T>>,
}

impl<T> RwLock<T> {
    /// Returns a lock that nobody holds.
    #[must_use]
    pub fn new(value: T) -> Self {
        let data = Data::new(value);
        RwLock { permits: Permits::new(ALL), data }
    }

    /// Waits until it may read.
    ///
    /// # Cancel safety
    ///
    /// Cancelled, it loses its place in line and nothing else: if its turn had come, the next one has it.
    ///
    /// # Fairness
    ///
    /// First come, first served; readers that stand in line one after the other come in together.
    ///
    /// # Examples
    ///
    /// ```
    /// # taipan::run(async {
    /// let lock = taipan::sync::RwLock::new(1);
    /// let guard = lock.read().await;
    /// assert!(lock.try_read().is_some());
    /// assert!(lock.try_write().is_none());
    /// assert_eq!(*guard, 1);
    /// # });
    /// ```
    #[cfg_attr(debug_assertions, track_caller)]
    pub fn read(&self) -> impl Future<Output = RwLockReadGuard<'_, T>> {
        let site = Site::here("RwLock::read");
        async move { RwLockReadGuard::new(Held::acquire(self, 1, site).await) }
    }

    /// Waits until it alone may read and change the data.
    ///
    /// # Cancel safety
    ///
    /// Cancelled, it loses its place in line and nothing else: readers behind it that waited only for it come
    /// in.
    ///
    /// # Fairness
    ///
    /// First come, first served: it waits for those that hold the lock or came before it, and for nobody else.
    ///
    /// # Examples
    ///
    /// ```
    /// # taipan::run(async {
    /// let lock = taipan::sync::RwLock::new(1);
    /// *lock.write().await += 1;
    /// assert_eq!(*lock.read().await, 2);
    /// # });
    /// ```
    #[cfg_attr(debug_assertions, track_caller)]
    pub fn write(&self) -> impl Future<Output = RwLockWriteGuard<'_, T>> {
        let site = Site::here("RwLock::write");
        async move { RwLockWriteGuard::new(Held::acquire(self, ALL, site).await) }
    }

    /// As [`read`](Self::read); the guard shares the ownership of the lock, so that it can move to another
    /// task, or into a [`with`](crate::with()).
    ///
    /// # Cancel safety
    ///
    /// Cancelled, it loses its place in line and nothing else: if its turn had come, the next one has it.
    ///
    /// # Fairness
    ///
    /// First come, first served; readers that stand in line one after the other come in together.
    #[cfg_attr(debug_assertions, track_caller)]
    pub fn read_owned(self: &Arc<Self>) -> impl Future<Output = OwnedRwLockReadGuard<T>> + use<T> {
        let (lock, site) = (Arc::clone(self), Site::here("RwLock::read_owned"));
        async move { OwnedRwLockReadGuard::new(Held::acquire(lock, 1, site).await) }
    }

    /// As [`write`](Self::write); the guard shares the ownership of the lock, so that it can move to another
    /// task, or into a [`with`](crate::with()).
    ///
    /// # Cancel safety
    ///
    /// Cancelled, it loses its place in line and nothing else: readers behind it that waited only for it come
    /// in.
    ///
    /// # Fairness
    ///
    /// First come, first served: it waits for those that hold the lock or came before it, and for nobody else.
    #[cfg_attr(debug_assertions, track_caller)]
    pub fn write_owned(
        self: &Arc<Self>,
    ) -> impl Future<Output = OwnedRwLockWriteGuard<T>> + use<T> {
        let (lock, site) = (Arc::clone(self), Site::here("RwLock::write_owned"));
        async move { OwnedRwLockWriteGuard::new(Held::acquire(lock, ALL, site).await) }
    }

    /// Returns the right to read, if nobody has to wait for it.
    ///
    /// # Fairness
    ///
    /// It overtakes nobody: while somebody waits, it gives `None`.
    #[must_use = "a guard that is not bound is dropped at once"]
    #[cfg_attr(debug_assertions, track_caller)]
    pub fn try_read(&self) -> Option<RwLockReadGuard<'_, T>> {
        Held::try_acquire(self, 1, Site::here("RwLock::try_read")).map(RwLockReadGuard::new)
    }

    /// Returns the right to change the data, if nobody has to wait for it.
    ///
    /// # Fairness
    ///
    /// It overtakes nobody: while somebody waits, it gives `None`.
    #[must_use = "a guard that is not bound is dropped at once"]
    #[cfg_attr(debug_assertions, track_caller)]
    pub fn try_write(&self) -> Option<RwLockWriteGuard<'_, T>> {
        Held::try_acquire(self, ALL, Site::here("RwLock::try_write")).map(RwLockWriteGuard::new)
    }

    /// As [`try_read`](Self::try_read); the guard shares the ownership of the lock.
    ///
    /// # Fairness
    ///
    /// It overtakes nobody: while somebody waits, it gives `None`.
    #[must_use = "a guard that is not bound is dropped at once"]
    #[cfg_attr(debug_assertions, track_caller)]
    pub fn try_read_owned(self: &Arc<Self>) -> Option<OwnedRwLockReadGuard<T>> {
        Held::try_acquire(Arc::clone(self), 1, Site::here("RwLock::try_read_owned"))
            .map(OwnedRwLockReadGuard::new)
    }

    /// As [`try_write`](Self::try_write); the guard shares the ownership of the lock.
    ///
    /// # Fairness
    ///
    /// It overtakes nobody: while somebody waits, it gives `None`.
    #[must_use = "a guard that is not bound is dropped at once"]
    #[cfg_attr(debug_assertions, track_caller)]
    pub fn try_write_owned(self: &Arc<Self>) -> Option<OwnedRwLockWriteGuard<T>> {
        Held::try_acquire(Arc::clone(self), ALL, Site::here("RwLock::try_write_owned"))
            .map(OwnedRwLockWriteGuard::new)
    }

    /// Returns the data, for which nobody can wait now.
    #[must_use]
    pub fn get_mut(&mut self) -> &mut T {
        self.data.get_mut()
    }

    /// Returns the data.
    #[must_use]
    pub fn into_inner(self) -> T {
        self.data.into_inner()
    }

    /// Returns who holds it, and how many wait.
    #[must_use]
    pub fn statistics(&self) -> RwLockStatistics {
        self.permits.read(|state| {
            let writing = state.held() == ALL;
            RwLockStatistics {
                readers: if writing { 0 } else { state.held() },
                writing,
                waiting: state.waiting(),
            }
        })
    }
}

impl<T> Permitted for RwLock<T> {
    fn permits(&self) -> &Permits {
        &self.permits
    }
}

impl<T: Default> Default for RwLock<T> {
    fn default() -> Self {
        RwLock::new(T::default())
    }
}

impl<T> From<T> for RwLock<T> {
    fn from(value: T) -> Self {
        RwLock::new(value)
    }
}

impl<T: fmt::Debug> fmt::Debug for RwLock<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut lock = f.debug_struct("RwLock");
        match self.try_read() {
            Some(data) => lock.field("data", &*data),
            None => lock.field("data", &format_args!("<locked>")),
        };
        lock.field("waiting", &self.statistics().waiting).finish_non_exhaustive()
    }
}
