//! Tokens for borrowers, each of whom has at most one.

mod token;

use std::collections::HashMap;
use std::error::Error;
use std::fmt;
use std::hash::Hash;
use std::sync::Arc;

use super::LimiterStatistics;
use super::lock::Lock;
use super::permits::{Permits, Permitted};
use crate::waits::Site;
use token::Loan;

pub use token::{LimiterToken, OwnedLimiterToken};

/// Lends a limited number of tokens to borrowers, each of whom has at most one at a time.
///
/// A borrower is any value that can be compared: the name of a worker, a user's number, an address. A
/// [`Semaphore`](super::Semaphore) does not ask who wants a permit; a limiter does, so that nobody takes two
/// shares, or waits for itself, and it tells who has one.
///
/// The number of tokens can be changed at any time. With 0 all wait; with [`usize::MAX`] nobody does.
///
/// # Fairness
///
/// First come, first served, as all of [`sync`](super#fairness).
///
/// # Examples
///
/// ```
/// use taipan::sync::Limiter;
///
/// taipan::run(async {
///     let limiter = Limiter::new(2);
///     let token = limiter.acquire("alice").await.unwrap();
///     assert!(limiter.acquire("alice").await.is_err()); // she has one
///     assert_eq!(limiter.borrowers(), ["alice"]);
///     drop(token);
///     assert!(limiter.acquire("alice").await.is_ok());
/// });
/// ```
#[doc(alias = "CapacityLimiter")]
pub struct Limiter<B> {
    permits: Permits,
    /// Who has a token (`true`), or waits for one.
    borrowers: Lock<HashMap<B, bool>>,
}

impl<B: Eq + Hash + Clone> Limiter<B> {
    /// Returns a limiter with so many tokens.
    #[must_use]
    pub fn new(tokens: usize) -> Self {
        Limiter { permits: Permits::new(tokens), borrowers: Lock::new(HashMap::new()) }
    }

    /// Waits for a token for `borrower`.
    ///
    /// # Errors
    ///
    /// Gives [`AlreadyBorrowed`], at once, if the borrower has a token or waits for one.
    ///
    /// # Cancel safety
    ///
    /// Cancelled, it loses its place in line and nothing else: a token that was meant for it goes to the next.
    ///
    /// # Fairness
    ///
    /// First come, first served.
    #[doc(alias = "acquire_on_behalf_of")]
    #[cfg_attr(debug_assertions, track_caller)]
    pub fn acquire(
        &self,
        borrower: B,
    ) -> impl Future<Output = Result<LimiterToken<'_, B>, AlreadyBorrowed>> {
        let site = Site::here("Limiter::acquire");
        async move { Loan::acquire(self, borrower, site).await.map(LimiterToken) }
    }

    /// As [`acquire`](Self::acquire); the token shares the ownership of the limiter, so that it can move to
    /// another task, or into a [`with`](crate::with()).
    ///
    /// # Errors
    ///
    /// Gives [`AlreadyBorrowed`], at once, if the borrower has a token or waits for one.
    ///
    /// # Cancel safety
    ///
    /// Cancelled, it loses its place in line and nothing else: a token that was meant for it goes to the next.
    ///
    /// # Fairness
    ///
    /// First come, first served.
    #[cfg_attr(debug_assertions, track_caller)]
    pub fn acquire_owned(
        self: &Arc<Self>,
        borrower: B,
    ) -> impl Future<Output = Result<OwnedLimiterToken<B>, AlreadyBorrowed>> + use<B> {
        let (limiter, site) = (Arc::clone(self), Site::here("Limiter::acquire_owned"));
        async move { Loan::acquire(limiter, borrower, site).await.map(OwnedLimiterToken) }
    }

    /// Returns a token for `borrower`, if nobody has to wait for it.
    ///
    /// # Errors
    ///
    /// Gives [`AlreadyBorrowed`] if the borrower has a token or waits for one.
    ///
    /// # Fairness
    ///
    /// It overtakes nobody: while somebody waits, it gives `None`.
    #[cfg_attr(debug_assertions, track_caller)]
    pub fn try_acquire(&self, borrower: B) -> Result<Option<LimiterToken<'_, B>>, AlreadyBorrowed> {
        Ok(Loan::try_acquire(self, borrower, Site::here("Limiter::try_acquire"))?.map(LimiterToken))
    }

    /// As [`try_acquire`](Self::try_acquire); the token shares the ownership of the limiter.
    ///
    /// # Errors
    ///
    /// Gives [`AlreadyBorrowed`] if the borrower has a token or waits for one.
    ///
    /// # Fairness
    ///
    /// It overtakes nobody: while somebody waits, it gives `None`.
    #[cfg_attr(debug_assertions, track_caller)]
    pub fn try_acquire_owned(
        self: &Arc<Self>,
        borrower: B,
    ) -> Result<Option<OwnedLimiterToken<B>>, AlreadyBorrowed> {
        let site = Site::here("Limiter::try_acquire_owned");
        Ok(Loan::try_acquire(Arc::clone(self), borrower, site)?.map(OwnedLimiterToken))
    }

    /// Sets how many tokens there are.
    ///
    /// If more are lent than that, nobody loses one: those that come back are not lent again until the number is
    /// right.
    ///
    /// # Fairness
    ///
    /// New tokens go to those who wait, in the order in which they came.
    #[doc(alias = "total_tokens")]
    pub fn set_tokens(&self, tokens: usize) {
        self.permits.change(|state, after| state.resize(tokens, after));
    }

    /// Returns who has a token, in no order.
    #[must_use]
    pub fn borrowers(&self) -> Vec<B> {
        self.borrowers.with(|borrowers| {
            let have = borrowers.iter().filter(|&(_, &has)| has);
            have.map(|(borrower, _)| borrower.clone()).collect()
        })
    }
}

impl<B> Limiter<B> {
    /// Returns how many tokens there are, how many are lent, and how many wait.
    #[must_use]
    pub fn statistics(&self) -> LimiterStatistics {
        self.permits.read(|state| LimiterStatistics {
            tokens: state.size(),
            borrowed: state.held(),
            waiting: state.waiting(),
        })
    }
}

impl<B> Permitted for Limiter<B> {
    fn permits(&self) -> &Permits {
        &self.permits
    }
}

impl<B> fmt::Debug for Limiter<B> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let LimiterStatistics { tokens, borrowed, waiting } = self.statistics();
        f.debug_struct("Limiter")
            .field("tokens", &tokens)
            .field("borrowed", &borrowed)
            .field("waiting", &waiting)
            .finish_non_exhaustive()
    }
}

/// The error of a borrower that asks a [`Limiter`] for a second token.
///
/// # Examples
///
/// ```
/// # taipan::run(async {
/// let limiter = taipan::sync::Limiter::new(2);
/// let _token = limiter.acquire(7).await.unwrap();
/// let error = limiter.acquire(7).await.unwrap_err();
/// assert_eq!(error.to_string(), "the borrower has a token already, or waits for one");
/// # });
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AlreadyBorrowed(());

impl fmt::Display for AlreadyBorrowed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the borrower has a token already, or waits for one")
    }
}

impl Error for AlreadyBorrowed {}
