//! Permits for a limited number of users.

mod permit;

use std::fmt;
use std::sync::Arc;

use super::SemaphoreStatistics;
use super::permits::{Held, Permits, Permitted, State};
use crate::waits::Site;

pub use permit::{OwnedSemaphorePermit, SemaphorePermit};

/// Gives out a limited number of permits; who wants one while there is none waits.
///
/// A permit is given back when it is dropped. Who needs several at once asks for them at once
/// ([`acquire_many`](Self::acquire_many)). The number of permits can be changed at any time.
///
/// # Fairness
///
/// First come, first served, as all of [`sync`](super#fairness): a waiter that wants many permits is not
/// overtaken by one behind it that wants few.
///
/// # Examples
///
/// ```
/// use taipan::{gather, sync::Semaphore};
///
/// taipan::run(async {
///     let semaphore = Semaphore::new(2);
///     let fetch = async |page: u32| {
///         let _permit = semaphore.acquire().await; // no more than two at a time
///         taipan::yield_now().await;
///         page
///     };
///     assert_eq!(gather!(fetch(1), fetch(2), fetch(3)).await, (1, 2, 3));
///     assert_eq!(semaphore.available_permits(), 2);
/// });
/// ```
#[doc(alias = "BoundedSemaphore")]
pub struct Semaphore {
    permits: Permits,
    /// How many permits there may be in all.
    bound: Option<usize>,
}

impl Semaphore {
    /// Returns a semaphore with this many permits, which may get more.
    #[must_use]
    pub const fn new(permits: usize) -> Self {
        Semaphore { permits: Permits::new(permits), bound: None }
    }

    /// Returns a semaphore that never has more than this many permits: to add more is a bug, and panics.
    ///
    /// # Examples
    ///
    /// ```should_panic
    /// use taipan::sync::Semaphore;
    ///
    /// let semaphore = Semaphore::bounded(3);
    /// semaphore.try_acquire().unwrap().forget();
    /// semaphore.add_permits(1); // given back by hand
    /// semaphore.add_permits(1); // one too many
    /// ```
    #[must_use]
    pub const fn bounded(permits: usize) -> Self {
        Semaphore { permits: Permits::new(permits), bound: Some(permits) }
    }

    /// Waits for a permit.
    ///
    /// # Cancel safety
    ///
    /// Cancelled, it loses its place in line and nothing else: a permit that was meant for it goes to the next.
    ///
    /// # Fairness
    ///
    /// First come, first served.
    ///
    /// # Examples
    ///
    /// ```
    /// # taipan::run(async {
    /// let semaphore = taipan::sync::Semaphore::new(1);
    /// let permit = semaphore.acquire().await;
    /// assert!(semaphore.try_acquire().is_none());
    /// drop(permit);
    /// assert!(semaphore.try_acquire().is_some());
    /// # });
    /// ```
    #[cfg_attr(debug_assertions, track_caller)]
    pub fn acquire(&self) -> impl Future<Output = SemaphorePermit<'_>> {
        self.acquire_at(1, Site::here("Semaphore::acquire"))
    }

    /// Waits for `count` permits, which it gets all at once.
    ///
    /// If there are never so many, it waits for ever, and so does everybody behind it.
    ///
    /// # Cancel safety
    ///
    /// Cancelled, it loses its place in line and nothing else: permits that were meant for it go to the next.
    ///
    /// # Fairness
    ///
    /// First come, first served, whatever the count: somebody who wants many is not overtaken.
    ///
    /// # Examples
    ///
    /// ```
    /// # taipan::run(async {
    /// let memory = taipan::sync::Semaphore::new(64); // in megabytes
    /// let _large = memory.acquire_many(48).await;
    /// assert!(memory.try_acquire_many(32).is_none());
    /// # });
    /// ```
    #[cfg_attr(debug_assertions, track_caller)]
    pub fn acquire_many(&self, count: usize) -> impl Future<Output = SemaphorePermit<'_>> {
        self.acquire_at(count, Site::here("Semaphore::acquire_many"))
    }

    pub(super) async fn acquire_at(&self, count: usize, site: Site) -> SemaphorePermit<'_> {
        SemaphorePermit::new(Held::acquire(self, count, site).await)
    }

    /// As [`acquire`](Self::acquire); the permit shares the ownership of the semaphore, so that it can
    /// move to another task, or into a [`with`](crate::with()).
    ///
    /// # Cancel safety
    ///
    /// Cancelled, it loses its place in line and nothing else: a permit that was meant for it goes to the next.
    ///
    /// # Fairness
    ///
    /// First come, first served.
    ///
    /// # Examples
    ///
    /// ```
    /// use std::sync::Arc;
    /// use taipan::{sync::Semaphore, with};
    ///
    /// # taipan::run(async {
    /// let semaphore = Arc::new(Semaphore::new(3));
    /// with(semaphore.acquire_owned().await, async |_permit| {
    ///     // Held until every exit in here has run, also when this code is cancelled.
    ///     assert_eq!(semaphore.available_permits(), 2);
    /// })
    /// .await;
    /// assert_eq!(semaphore.available_permits(), 3);
    /// # });
    /// ```
    #[cfg_attr(debug_assertions, track_caller)]
    pub fn acquire_owned(
        self: &Arc<Self>,
    ) -> impl Future<Output = OwnedSemaphorePermit> + Send + Sync + use<> {
        Self::acquire_owned_at(Arc::clone(self), 1, Site::here("Semaphore::acquire_owned"))
    }

    /// As [`acquire_many`](Self::acquire_many); the permits share the ownership of the semaphore.
    ///
    /// # Cancel safety
    ///
    /// Cancelled, it loses its place in line and nothing else: permits that were meant for it go to the next.
    ///
    /// # Fairness
    ///
    /// First come, first served, whatever the count.
    #[cfg_attr(debug_assertions, track_caller)]
    pub fn acquire_many_owned(
        self: &Arc<Self>,
        count: usize,
    ) -> impl Future<Output = OwnedSemaphorePermit> + Send + Sync + use<> {
        Self::acquire_owned_at(Arc::clone(self), count, Site::here("Semaphore::acquire_many_owned"))
    }

    pub(crate) async fn acquire_owned_at(
        of: Arc<Self>,
        count: usize,
        site: Site,
    ) -> OwnedSemaphorePermit {
        OwnedSemaphorePermit::new(Held::acquire(of, count, site).await)
    }

    /// Takes a permit if nobody has to wait for it.
    ///
    /// # Fairness
    ///
    /// It overtakes nobody: while somebody waits, it gives `None`.
    #[must_use = "a permit that is not bound is given back at once"]
    #[cfg_attr(debug_assertions, track_caller)]
    pub fn try_acquire(&self) -> Option<SemaphorePermit<'_>> {
        let site = Site::here("Semaphore::try_acquire");
        Held::try_acquire(self, 1, site).map(SemaphorePermit::new)
    }

    /// Takes `count` permits if nobody has to wait for them.
    ///
    /// # Fairness
    ///
    /// It overtakes nobody: while somebody waits, it gives `None`.
    #[must_use = "permits that are not bound are given back at once"]
    #[cfg_attr(debug_assertions, track_caller)]
    pub fn try_acquire_many(&self, count: usize) -> Option<SemaphorePermit<'_>> {
        let site = Site::here("Semaphore::try_acquire_many");
        Held::try_acquire(self, count, site).map(SemaphorePermit::new)
    }

    /// As [`try_acquire`](Self::try_acquire); the permit shares the ownership of the semaphore.
    ///
    /// # Fairness
    ///
    /// It overtakes nobody: while somebody waits, it gives `None`.
    #[must_use = "a permit that is not bound is given back at once"]
    #[cfg_attr(debug_assertions, track_caller)]
    pub fn try_acquire_owned(self: &Arc<Self>) -> Option<OwnedSemaphorePermit> {
        let site = Site::here("Semaphore::try_acquire_owned");
        Held::try_acquire(Arc::clone(self), 1, site).map(OwnedSemaphorePermit::new)
    }

    /// As [`try_acquire_many`](Self::try_acquire_many); the permits share the ownership of the semaphore.
    ///
    /// # Fairness
    ///
    /// It overtakes nobody: while somebody waits, it gives `None`.
    #[must_use = "permits that are not bound are given back at once"]
    #[cfg_attr(debug_assertions, track_caller)]
    pub fn try_acquire_many_owned(self: &Arc<Self>, count: usize) -> Option<OwnedSemaphorePermit> {
        let site = Site::here("Semaphore::try_acquire_many_owned");
        Held::try_acquire(Arc::clone(self), count, site).map(OwnedSemaphorePermit::new)
    }

    /// Returns how many permits nobody holds.
    ///
    /// There may be some while somebody waits who wants more of them.
    #[must_use]
    pub fn available_permits(&self) -> usize {
        self.permits.read(State::free)
    }

    /// Returns whether somebody who comes now for one permit would have to wait.
    #[doc(alias = "locked")]
    #[must_use]
    pub fn is_locked(&self) -> bool {
        self.permits.read(|state| state.free() == 0 || state.waiting() > 0)
    }

    /// Adds permits.
    ///
    /// # Panics
    ///
    /// Panics if there would be more than [`bounded`](Self::bounded) allows, or than a `usize` can count;
    /// nothing is added then.
    ///
    /// # Fairness
    ///
    /// They go to those who wait, in the order in which they came.
    #[doc(alias = "release")]
    #[track_caller]
    pub fn add_permits(&self, count: usize) {
        let resized = self.permits.change(|state, after| {
            let size = state.size().checked_add(count).filter(|&size| self.allows(size));
            size.map(|size| state.resize(size, after)).is_some()
        });
        assert!(
            resized,
            "the semaphore has all its permits already: more were added than it may have"
        );
    }

    /// Sets how many permits there are in all.
    ///
    /// If more are held than that, nobody loses one: those that come back are not given out again until
    /// the number is right.
    ///
    /// # Panics
    ///
    /// Panics if there would be more than [`bounded`](Self::bounded) allows.
    ///
    /// # Fairness
    ///
    /// New permits go to those who wait, in the order in which they came.
    ///
    /// # Examples
    ///
    /// ```
    /// # use taipan::sync::Semaphore;
    /// let semaphore = Semaphore::new(2);
    /// let (a, _b) = (semaphore.try_acquire(), semaphore.try_acquire());
    /// semaphore.set_permits(1);
    /// drop(a);
    /// assert_eq!(semaphore.available_permits(), 0);
    /// semaphore.set_permits(5);
    /// assert_eq!(semaphore.available_permits(), 4);
    /// ```
    #[track_caller]
    pub fn set_permits(&self, permits: usize) {
        assert!(self.allows(permits), "the semaphore is bounded: it may not have so many permits");
        self.permits.change(|state, after| state.resize(permits, after));
    }

    fn allows(&self, permits: usize) -> bool {
        self.bound.is_none_or(|bound| permits <= bound)
    }

    /// Returns how many permits there are, how many are held, and how many wait.
    #[must_use]
    pub fn statistics(&self) -> SemaphoreStatistics {
        self.permits.read(|state| SemaphoreStatistics {
            permits: state.size(),
            held: state.held(),
            waiting: state.waiting(),
        })
    }
}

impl Permitted for Semaphore {
    fn permits(&self) -> &Permits {
        &self.permits
    }
}

impl fmt::Debug for Semaphore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let SemaphoreStatistics { permits, held, waiting } = self.statistics();
        f.debug_struct("Semaphore")
            .field("permits", &permits)
            .field("held", &held)
            .field("waiting", &waiting)
            .finish_non_exhaustive()
    }
}
