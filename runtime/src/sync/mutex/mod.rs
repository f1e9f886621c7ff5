//! Mutual exclusion across `.await`.

mod guard;

use std::fmt;
use std::sync::Arc;

use super::MutexStatistics;
use super::guard::{Data, One};
use super::permits::{Held, Permits, Permitted};
use crate::waits::Site;

pub use guard::{MutexGuard, OwnedMutexGuard};

/// Data that one task at a time may use, also across an `.await`.
///
/// If no guard is held across an `.await`, [`std::sync::Mutex`] is faster. A panic does not poison it: the lock
/// is released, and the data is as the panic left it.
///
/// It is not reentrant: who locks it while it holds it waits for itself, for ever.
///
/// # Fairness
///
/// First come, first served, as all of [`sync`](super#fairness): who unlocks and locks again at once comes
/// behind those who wait.
///
/// # Examples
///
/// ```
/// use taipan::{gather, sync::Mutex, yield_now};
///
/// taipan::run(async {
///     let total = Mutex::new(0);
///     let add = async |n: i32| {
///         let mut total = total.lock().await;
///         let before = *total;
///         yield_now().await; // nobody else gets at it meanwhile
///         *total = before + n;
///     };
///     gather!(add(1), add(2), add(3)).await;
///     assert_eq!(total.into_inner(), 6);
/// });
/// ```
#[doc(alias = "Lock")]
pub struct Mutex<T> {
    permits: Permits,
    data: Data<T, One<T>>,
}

impl<T> Mutex<T> {
    /// Returns a mutex that is not locked.
    #[must_use]
    pub fn new(value: T) -> Self {
        Mutex { permits: Permits::new(1), data: Data::new(value) }
    }

    /// Waits for the lock.
    ///
    /// # Cancel safety
    ///
    /// Cancelled, it loses its place in line and nothing else: if its turn had come, the next one has it.
    ///
    /// # Fairness
    ///
    /// First come, first served.
    ///
    /// # Examples
    ///
    /// ```
    /// # taipan::run(async {
    /// let names = taipan::sync::Mutex::new(vec!["a"]);
    /// names.lock().await.push("b");
    /// assert_eq!(*names.lock().await, ["a", "b"]);
    /// # });
    /// ```
    #[cfg_attr(debug_assertions, track_caller)]
    pub fn lock(&self) -> impl Future<Output = MutexGuard<'_, T>> {
        self.lock_at(Site::here("Mutex::lock"))
    }

    pub(super) async fn lock_at(&self, site: Site) -> MutexGuard<'_, T> {
        MutexGuard::new(Held::acquire(self, 1, site).await)
    }

    /// As [`lock`](Self::lock); the guard shares the ownership of the mutex, so that it can move to another
    /// task, or into a [`with`](crate::with()).
    ///
    /// # Cancel safety
    ///
    /// Cancelled, it loses its place in line and nothing else: if its turn had come, the next one has it.
    ///
    /// # Fairness
    ///
    /// First come, first served.
    ///
    /// # Examples
    ///
    /// ```
    /// use std::sync::Arc;
    /// use taipan::{spawn, sync::Mutex};
    ///
    /// # taipan::run(async {
    /// let mutex = Arc::new(Mutex::new(1));
    /// let mut guard = mutex.lock_owned().await;
    /// spawn(async move { *guard += 1 }).await.unwrap();
    /// assert_eq!(*mutex.lock().await, 2);
    /// # });
    /// ```
    #[cfg_attr(debug_assertions, track_caller)]
    pub fn lock_owned(self: &Arc<Self>) -> impl Future<Output = OwnedMutexGuard<T>> + use<T> {
        let (mutex, site) = (Arc::clone(self), Site::here("Mutex::lock_owned"));
        async move { OwnedMutexGuard::new(Held::acquire(mutex, 1, site).await) }
    }

    /// Takes the lock if nobody has to wait for it.
    ///
    /// # Fairness
    ///
    /// It overtakes nobody: while somebody waits, it gives `None`.
    #[must_use = "a guard that is not bound is dropped at once"]
    #[cfg_attr(debug_assertions, track_caller)]
    pub fn try_lock(&self) -> Option<MutexGuard<'_, T>> {
        Held::try_acquire(self, 1, Site::here("Mutex::try_lock")).map(MutexGuard::new)
    }

    /// As [`try_lock`](Self::try_lock); the guard shares the ownership of the mutex.
    ///
    /// # Fairness
    ///
    /// It overtakes nobody: while somebody waits, it gives `None`.
    #[must_use = "a guard that is not bound is dropped at once"]
    #[cfg_attr(debug_assertions, track_caller)]
    pub fn try_lock_owned(self: &Arc<Self>) -> Option<OwnedMutexGuard<T>> {
        let site = Site::here("Mutex::try_lock_owned");
        Held::try_acquire(Arc::clone(self), 1, site).map(OwnedMutexGuard::new)
    }

    /// Returns whether somebody who comes now would have to wait.
    #[doc(alias = "locked")]
    #[must_use]
    pub fn is_locked(&self) -> bool {
        self.permits.read(|state| state.free() == 0)
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

    /// Returns whether it is locked, and how many wait.
    #[must_use]
    pub fn statistics(&self) -> MutexStatistics {
        self.permits
            .read(|state| MutexStatistics { locked: state.free() == 0, waiting: state.waiting() })
    }
}

impl<T> Permitted for Mutex<T> {
    fn permits(&self) -> &Permits {
        &self.permits
    }
}

impl<T: Default> Default for Mutex<T> {
    fn default() -> Self {
        Mutex::new(T::default())
    }
}

impl<T> From<T> for Mutex<T> {
    fn from(value: T) -> Self {
        Mutex::new(value)
    }
}

impl<T: fmt::Debug> fmt::Debug for Mutex<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut mutex = f.debug_struct("Mutex");
        match self.try_lock() {
            Some(data) => mutex.field("data", &*data),
            None => mutex.field("data", &format_args!("<locked>")),
        };
        mutex.field("waiting", &self.statistics().waiting).finish_non_exhaustive()
    }
}
