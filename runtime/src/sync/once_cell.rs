//! A value that is made once.
//!
//! async-lock's cell makes it, and whoever fails leaves it to others. That cell lets anybody go first: the order of those
//! who come is a semaphore's.

use std::convert::Infallible;
use std::fmt;

use super::Semaphore;
use crate::waits::Site;

/// A value that is made when it is first needed, by an `async` function, and once.
///
/// # Fairness
///
/// Who comes while the value is made waits for it. If it comes to nothing, because whoever makes it fails or is
/// cancelled, the next in line makes it.
///
/// # Examples
///
/// ```
/// use taipan::{gather, sync::OnceCell};
///
/// static CONFIG: OnceCell<String> = OnceCell::new();
///
/// async fn config() -> &'static str {
///     CONFIG.get_or_init(async || String::from("read once")).await
/// }
///
/// taipan::run(async {
///     let (a, b) = gather!(config(), config()).await;
///     assert!(std::ptr::eq(a, b));
/// });
/// ```
pub struct OnceCell<T> {
    value: async_lock::OnceCell<T>,
    /// Who has the permit makes the value; once it is made, there are permits for all.
    turn: Semaphore,
}

impl<T> OnceCell<T> {
    /// Returns an empty cell.
    #[must_use]
    pub const fn new() -> Self {
        OnceCell { value: async_lock::OnceCell::new(), turn: Semaphore::new(1) }
    }

    /// Returns the value, if it is made.
    #[must_use]
    pub fn get(&self) -> Option<&T> {
        self.value.get()
    }

    /// Returns the value, if it is made.
    #[must_use]
    pub fn get_mut(&mut self) -> Option<&mut T> {
        self.value.get_mut()
    }

    /// Sets the value.
    ///
    /// # Errors
    ///
    /// Gives `value` back if there is one already, or one is being made.
    pub fn set(&self, value: T) -> Result<(), T> {
        match self.turn.try_acquire() {
            Some(_turn) => self.value.try_set(value).map(|()| self.open()),
            None => Err(value),
        }
    }

    /// Returns the value; makes it with `init` if there is none.
    ///
    /// `init` must not ask for the value itself: it would wait for itself, for ever.
    ///
    /// # Cancel safety
    ///
    /// Cancelled while it waits, it leaves no trace. Cancelled while it makes the value, the next in line begins
    /// from the start, with its own `init`.
    ///
    /// # Fairness
    ///
    /// First come, first served: the first makes the value, and then all have it at once.
    #[cfg_attr(debug_assertions, track_caller)]
    pub fn get_or_init<F>(&self, init: impl FnOnce() -> F) -> impl Future<Output = &T>
    where
        F: Future<Output = T>,
    {
        self.get_or_init_at(init, Site::here("OnceCell::get_or_init"))
    }

    pub(super) async fn get_or_init_at<F>(&self, init: impl FnOnce() -> F, site: Site) -> &T
    where
        F: Future<Output = T>,
    {
        let init = || async { Ok::<T, Infallible>(init().await) };
        let Ok(value) = self.get_or_try_init_at(init, site).await;
        value
    }

    /// Returns the value; tries to make it with `init` if there is none.
    ///
    /// `init` must not ask for the value itself: it would wait for itself, for ever.
    ///
    /// # Errors
    ///
    /// Gives the error of `init`. The next in line then tries with its own.
    ///
    /// # Cancel safety
    ///
    /// Cancelled while it waits, it leaves no trace. Cancelled while it makes the value, the next in line begins
    /// from the start, with its own `init`.
    ///
    /// # Fairness
    ///
    /// First come, first served: they try one after the other, and once there is a value all have it at once.
    ///
    /// # Examples
    ///
    /// ```
    /// # taipan::run(async {
    /// let cell = taipan::sync::OnceCell::new();
    /// assert_eq!(cell.get_or_try_init(async || Err::<u32, _>("offline")).await, Err("offline"));
    /// assert_eq!(cell.get_or_try_init(async || Ok::<_, &str>(1)).await, Ok(&1));
    /// assert_eq!(cell.get_or_try_init(async || Ok::<_, &str>(2)).await, Ok(&1));
    /// # });
    /// ```
    #[cfg_attr(debug_assertions, track_caller)]
    pub fn get_or_try_init<E, F>(
        &self,
        init: impl FnOnce() -> F,
    ) -> impl Future<Output = Result<&T, E>>
    where
        F: Future<Output = Result<T, E>>,
    {
        self.get_or_try_init_at(init, Site::here("OnceCell::get_or_try_init"))
    }

    async fn get_or_try_init_at<E, F>(&self, init: impl FnOnce() -> F, site: Site) -> Result<&T, E>
    where
        F: Future<Output = Result<T, E>>,
    {
        if let Some(value) = self.get() {
            return Ok(value);
        }
        let _turn = self.turn.acquire_at(1, site).await;
        let value = self.value.get_or_try_init(init).await?;
        self.open();
        Ok(value)
    }

    /// Lets all in: there is a value.
    fn open(&self) {
        self.turn.set_permits(usize::MAX);
    }

    /// Returns the value, if it is made.
    #[must_use]
    pub fn into_inner(self) -> Option<T> {
        self.value.into_inner()
    }

    /// Takes the value out, if it is made: the cell is empty after that.
    pub fn take(&mut self) -> Option<T> {
        std::mem::take(self).into_inner()
    }
}

impl<T> Default for OnceCell<T> {
    fn default() -> Self {
        OnceCell::new()
    }
}

impl<T> From<T> for OnceCell<T> {
    fn from(value: T) -> Self {
        let cell = OnceCell { value: value.into(), turn: Semaphore::new(1) };
        cell.open();
        cell
    }
}

impl<T: fmt::Debug> fmt::Debug for OnceCell<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut cell = f.debug_tuple("OnceCell");
        match self.get() {
            Some(value) => cell.field(value),
            None => cell.field(&format_args!("<none>")),
        };
        cell.finish()
    }
}
