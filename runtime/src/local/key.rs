//! `LocalKey`: one task local.

use std::any::Any;
use std::error::Error;
use std::fmt;
use std::ptr;
use std::sync::{Arc, LazyLock};

use super::Locals;
use super::locals::{Key, Value};
use super::overlay::Overlay;
use super::scoped::Scoped;

/// A task local: what [`task_local!`](crate::task_local!) declares. See [the module](crate::local).
///
/// # Examples
///
/// ```
/// taipan::task_local! {
///     static USER: String = "nobody".into();
/// }
///
/// async fn greet() -> String {
///     USER.with(|user| format!("Hello, {user}!"))
/// }
///
/// taipan::run(async {
///     assert_eq!(greet().await, "Hello, nobody!");
///     assert_eq!(USER.scope("Ada".into(), greet()).await, "Hello, Ada!");
///     assert_eq!(greet().await, "Hello, nobody!");
/// });
/// ```
#[doc(alias = "ContextVar")]
pub struct LocalKey<T: 'static> {
    name: &'static str,
    /// Made once. `None`: only a value that was given.
    default: Option<LazyLock<T>>,
}

impl<T: 'static> LocalKey<T> {
    /// For `task_local!`.
    #[doc(hidden)]
    #[must_use]
    pub const fn new(name: &'static str, default: Option<fn() -> T>) -> Self {
        let default = match default {
            Some(make) => Some(LazyLock::new(make)),
            None => None,
        };
        LocalKey { name, default }
    }

    /// The name of the static.
    fn key(&'static self) -> Key {
        Key(ptr::from_ref(self).addr())
    }
}

/// A value has the type of its key.
fn typed<T: 'static>(value: &(dyn Any + Send + Sync)) -> &T {
    match value.downcast_ref() {
        Some(value) => value,
        None => unreachable!("a key gives values of its own type only"),
    }
}

impl<T: Send + Sync + 'static> LocalKey<T> {
    /// Runs `future` with another value of the local, which it and all that it calls and spawns find.
    ///
    /// It is no task of its own: what it [sets](Self::set) of *other* locals, the task finds afterwards as well.
    /// What it sets of this one ends with the scope. Outside, before, after and between its polls, the local has
    /// the value that it had there; so the branches of a `gather!` each find their own. If the future is dropped,
    /// its destructors and exits still find the scope's value.
    ///
    /// # Cancel safety
    ///
    /// As safe as `future`.
    ///
    /// # Examples
    ///
    /// ```
    /// use taipan::{gather, spawn, yield_now};
    ///
    /// taipan::task_local! {
    ///     static REQUEST: u64;
    /// }
    ///
    /// async fn handle() -> u64 {
    ///     yield_now().await;
    ///     spawn(async { REQUEST.get() }).await.unwrap()
    /// }
    ///
    /// taipan::run(async {
    ///     let both = gather!(REQUEST.scope(1, handle()), REQUEST.scope(2, handle())).await;
    ///     assert_eq!(both, (1, 2));
    ///     assert!(REQUEST.try_get().is_err());
    /// });
    /// ```
    pub fn scope<F: Future>(&'static self, value: T, future: F) -> Scoped<F> {
        Scoped::new(Overlay::new(self.key(), Arc::new(value)), future)
    }

    /// As [`scope`](Self::scope), for a function.
    ///
    /// # Examples
    ///
    /// ```
    /// taipan::task_local! {
    ///     static PRECISION: usize = 3;
    /// }
    ///
    /// fn show(number: f64) -> String {
    ///     format!("{number:.*}", PRECISION.get())
    /// }
    ///
    /// assert_eq!(PRECISION.sync_scope(1, || show(2.0 / 3.0)), "0.7");
    /// assert_eq!(show(2.0 / 3.0), "0.667");
    /// ```
    pub fn sync_scope<R>(&'static self, value: T, f: impl FnOnce() -> R) -> R {
        let mut overlay = Overlay::new(self.key(), Arc::new(value));
        let _inside = overlay.enter();
        f()
    }

    /// Calls `f` with the value.
    ///
    /// `f` may use locals itself, this one as well: it looks at the value that was there at the call.
    ///
    /// # Panics
    ///
    /// Panics if the local has no value here and no default: see [`try_with`](Self::try_with).
    #[track_caller]
    pub fn with<R>(&'static self, f: impl FnOnce(&T) -> R) -> R {
        match self.try_with(f) {
            Ok(result) => result,
            Err(error) => panic!("{error}: run this in `{}.scope(..)`", self.name),
        }
    }

    /// Calls `f` with the value, if there is one.
    ///
    /// # Errors
    ///
    /// An [`AccessError`] if the local has no value here and no default.
    ///
    /// # Examples
    ///
    /// ```
    /// taipan::task_local! {
    ///     static NAMES: Vec<&'static str>;
    /// }
    ///
    /// taipan::run(async {
    ///     let error = NAMES.try_with(Vec::len).unwrap_err();
    ///     assert_eq!(error.to_string(), "the task local `NAMES` has no value here");
    ///     NAMES.set(vec!["Ada", "Grace"]);
    ///     assert_eq!(NAMES.try_with(Vec::len), Ok(2));
    /// });
    /// ```
    pub fn try_with<R>(&'static self, f: impl FnOnce(&T) -> R) -> Result<R, AccessError> {
        let value = Locals::change(|locals| locals.get(self.key()).cloned());
        match (&value, &self.default) {
            (Some(value), _) => Ok(f(typed(&**value))),
            (None, Some(default)) => Ok(f(default)),
            (None, None) => Err(AccessError { name: self.name }),
        }
    }

    /// Returns a clone of the value.
    ///
    /// # Panics
    ///
    /// Panics if the local has no value here and no default: see [`try_get`](Self::try_get).
    #[must_use]
    #[track_caller]
    pub fn get(&'static self) -> T
    where
        T: Clone,
    {
        self.with(T::clone)
    }

    /// Returns a clone of the value, if there is one.
    ///
    /// # Errors
    ///
    /// As [`try_with`](Self::try_with).
    pub fn try_get(&'static self) -> Result<T, AccessError>
    where
        T: Clone,
    {
        self.try_with(T::clone)
    }

    /// Gives the local another value, for the rest of the task, or of the innermost [`scope`](Self::scope) of this
    /// local.
    ///
    /// What is spawned from now on inherits it; what runs already does not see it. The [`Token`] leads back to the
    /// value before; it may be dropped, and then nothing leads back.
    ///
    /// # Examples
    ///
    /// ```
    /// taipan::task_local! {
    ///     static DEPTH: u32 = 0;
    /// }
    ///
    /// taipan::run(async {
    ///     let token = DEPTH.set(1);
    ///     assert_eq!(DEPTH.get(), 1);
    ///     token.reset();
    ///     assert_eq!(DEPTH.get(), 0);
    /// });
    /// ```
    pub fn set(&'static self, value: T) -> Token<T> {
        Token { local: self, before: self.replace(Some(Arc::new(value))) }
    }

    fn replace(&'static self, value: Option<Value>) -> Option<Value> {
        Locals::change(|locals| locals.replace(self.key(), value))
    }
}

impl<T> fmt::Debug for LocalKey<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LocalKey").field("name", &self.name).finish_non_exhaustive()
    }
}

/// The way back from a [`LocalKey::set`].
///
/// It owns the value before, so there is nothing to get wrong: it fits its own local only, and is used once.
#[doc(alias = "ContextVar.reset")]
pub struct Token<T: 'static> {
    local: &'static LocalKey<T>,
    before: Option<Value>,
}

impl<T: Send + Sync + 'static> Token<T> {
    /// Returns the value before; `None`: there was none, or the default.
    ///
    /// # Examples
    ///
    /// ```
    /// taipan::task_local! {
    ///     static DEPTH: u32 = 0;
    /// }
    ///
    /// taipan::run(async {
    ///     assert_eq!(DEPTH.set(1).old_value(), None);
    ///     assert_eq!(DEPTH.set(2).old_value(), Some(&1));
    /// });
    /// ```
    #[must_use]
    pub fn old_value(&self) -> Option<&T> {
        self.before.as_deref().map(typed)
    }

    /// Gives the local the value before, or none if it had none; for the task that calls this.
    pub fn reset(self) {
        let value = self.local.replace(self.before);
        drop(value); // it may be the last one
    }
}

impl<T: fmt::Debug + Send + Sync + 'static> fmt::Debug for Token<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Token")
            .field("local", &self.local.name)
            .field("old_value", &self.old_value())
            .finish()
    }
}

/// A task local had no value: it has no default, and nobody around gave it one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AccessError {
    name: &'static str,
}

impl fmt::Display for AccessError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the task local `{}` has no value here", self.name)
    }
}

impl Error for AccessError {}
