//! The error that stands for any error.

/// Any error, as the examples and `main` use it: `Send + Sync`, so that tasks may give it.
pub type BoxError = Box<dyn std::error::Error + Send + Sync + 'static>;

/// A result with any error; `()` if nothing else is said.
pub type Result<T = (), E = BoxError> = std::result::Result<T, E>;

/// Returns `Ok(value)`, a result with any error.
///
/// It stands at the end of an async block whose `?`s convert into a [`BoxError`]: there a bare `Ok(value)` leaves the
/// error's type open, and rustc asks for annotations.
///
/// # Examples
///
/// ```
/// use taipan::try_task_group;
///
/// taipan::run(async {
///     let sum = try_task_group(async |tg| {
///         let (a, b) = ("1".parse::<u32>()?, "2".parse::<u32>()?);
///         tg.spawn(async move {
///             assert_eq!("3".parse::<u32>()?, a + b);
///             taipan::ok(())
///         });
///         taipan::ok(a + b)
///     });
///     assert_eq!(sum.await.unwrap(), 3);
/// });
/// ```
pub fn ok<T>(value: T) -> Result<T> {
    Ok(value)
}
