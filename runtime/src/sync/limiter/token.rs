//! What a borrowed token is.
//!
//! A borrower is written down before it waits, and struck out when it gives up or its token is dropped. So it
//! stands in the list at most once.

use std::fmt;
use std::hash::Hash;
use std::ops::Deref;
use std::sync::Arc;

use super::{AlreadyBorrowed, Limiter};
use crate::sync::permits::Held;
use crate::waits::Site;

/// The entry of a borrower: struck out when it is dropped.
pub(super) struct Claim<P: Deref<Target = Limiter<B>>, B: Eq + Hash> {
    limiter: P,
    borrower: B,
}

impl<P: Deref<Target = Limiter<B>>, B: Eq + Hash + Clone> Claim<P, B> {
    fn new(limiter: P, borrower: B) -> Result<Self, AlreadyBorrowed> {
        let entry = borrower.clone();
        let new = limiter.borrowers.with(|borrowers| {
            let new = !borrowers.contains_key(&entry);
            if new {
                borrowers.insert(entry, false);
            }
            new
        });
        if new { Ok(Claim { limiter, borrower }) } else { Err(AlreadyBorrowed(())) }
    }

    /// Writes down that the borrower has its token.
    fn confirm(&self) {
        self.limiter.borrowers.with(|borrowers| {
            if let Some(has) = borrowers.get_mut(&self.borrower) {
                *has = true;
            }
        });
    }
}

impl<P: Deref<Target = Limiter<B>>, B: Eq + Hash> Drop for Claim<P, B> {
    fn drop(&mut self) {
        // What it gives is dropped outside the lock.
        let _entry =
            self.limiter.borrowers.with(|borrowers| borrowers.remove_entry(&self.borrower));
    }
}

/// A token, of a limiter that is borrowed or shared.
pub(super) struct Loan<P: Deref<Target = Limiter<B>>, B: Eq + Hash> {
    /// Dropped first: the borrower may come again before its token goes to another.
    claim: Claim<P, B>,
    _held: Held<P>,
}

impl<P: Deref<Target = Limiter<B>> + Clone, B: Eq + Hash + Clone> Loan<P, B> {
    pub(super) async fn acquire(
        limiter: P,
        borrower: B,
        site: Site,
    ) -> Result<Self, AlreadyBorrowed> {
        let claim = Claim::new(limiter.clone(), borrower)?;
        let _held = Held::acquire(limiter, 1, site).await;
        claim.confirm();
        Ok(Loan { claim, _held })
    }

    pub(super) fn try_acquire(
        limiter: P,
        borrower: B,
        site: Site,
    ) -> Result<Option<Self>, AlreadyBorrowed> {
        let claim = Claim::new(limiter.clone(), borrower)?;
        let Some(_held) = Held::try_acquire(limiter, 1, site) else { return Ok(None) };
        claim.confirm();
        Ok(Some(Loan { claim, _held }))
    }
}

macro_rules! token {
    ($(#[$docs:meta])* $name:ident<$($life:lifetime,)? B>, $of:ty) => {
        $(#[$docs])*
        #[must_use = "the token is given back as soon as it is dropped: bind it, as in `let _token = ..`"]
        pub struct $name<$($life,)? B: Eq + Hash>(pub(super) Loan<$of, B>);

        impl<$($life,)? B: Eq + Hash> $name<$($life,)? B> {
            /// Returns who has borrowed it.
            #[must_use]
            pub fn borrower(&self) -> &B {
                &self.0.claim.borrower
            }
        }

        impl<$($life,)? B: Eq + Hash + fmt::Debug> fmt::Debug for $name<$($life,)? B> {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.debug_struct(stringify!($name))
                    .field("borrower", self.borrower())
                    .finish_non_exhaustive()
            }
        }
    };
}

token! {
    /// A token of a [`Limiter`], given back when it is dropped.
    LimiterToken<'a, B>, &'a Limiter<B>
}

token! {
    /// A token that shares the ownership of its [`Limiter`], given back when it is dropped.
    ///
    /// It is a [`Resource`](crate::Resource): a [`with`](crate::with()) holds it until the exits inside have
    /// run, also when the code is cancelled. In a plain local it is given back before them.
    OwnedLimiterToken<B>, Arc<Limiter<B>>
}
