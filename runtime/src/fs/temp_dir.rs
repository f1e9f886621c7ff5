//! A directory that is removed at its exit.

use std::ffi::OsStr;
use std::fmt;
use std::io;
use std::path::Path;

use crate::threads::to_thread;
use crate::with::{Outcome, Resource};

/// A new, empty directory that is removed with all that is in it.
///
/// It is a [`Resource`]: its exit removes the directory on a thread of its own, however the body ended, and
/// gives the error if that fails. Nested in it, whatever works inside the directory is closed first.
///
/// A `TempDir` that is dropped without an exit is removed at once, on the thread that drops it, and an
/// error is lost.
///
/// # Examples
///
/// ```
/// use taipan::fs::TempDir;
/// use taipan::with::with;
///
/// fn main() -> std::io::Result<()> {
///     taipan::run(async {
///         let path = with(TempDir::new().await?, async |dir| {
///             assert!(dir.path().is_dir());
///             dir.path().to_owned()
///         });
///         let path = path.await?;
///         assert!(!path.exists());
///         Ok(())
///     })
/// }
/// ```
#[doc(alias = "TemporaryDirectory")]
#[doc(alias = "mkdtemp")]
#[must_use = "the directory is removed when it is dropped: give it to `with`"]
pub struct TempDir {
    dir: tempfile::TempDir,
    kept: bool,
}

impl TempDir {
    /// Creates a directory with a name of its own in the system's directory for temporary files.
    ///
    /// # Errors
    ///
    /// The system's, if the directory cannot be created.
    ///
    /// # Panics
    ///
    /// Panics outside a runtime.
    ///
    /// # Cancel safety
    ///
    /// Dropped while it works, it removes what it had created.
    pub async fn new() -> io::Result<TempDir> {
        TempDir::create(tempfile::TempDir::new).await
    }

    /// As [`new`](Self::new), with a name that begins with `prefix`.
    ///
    /// # Errors
    ///
    /// The system's, if the directory cannot be created.
    ///
    /// # Panics
    ///
    /// Panics outside a runtime.
    ///
    /// # Cancel safety
    ///
    /// As that of [`new`](Self::new).
    ///
    /// # Examples
    ///
    /// ```
    /// use taipan::fs::TempDir;
    ///
    /// taipan::run(async {
    ///     let dir = TempDir::with_prefix("crawl-").await.unwrap();
    ///     let name = dir.path().file_name().unwrap().to_str().unwrap();
    ///     assert!(name.starts_with("crawl-"));
    /// });
    /// ```
    pub async fn with_prefix(prefix: impl AsRef<OsStr>) -> io::Result<TempDir> {
        let prefix = prefix.as_ref().to_owned();
        TempDir::create(move || tempfile::TempDir::with_prefix(prefix)).await
    }

    async fn create<F>(create: F) -> io::Result<TempDir>
    where
        F: FnOnce() -> io::Result<tempfile::TempDir> + Send + 'static,
    {
        let dir = to_thread(create).await?;
        Ok(TempDir { dir, kept: false })
    }

    /// Returns the directory's path.
    #[must_use]
    pub fn path(&self) -> &Path {
        self.dir.path()
    }

    /// Lets the directory stay: neither the exit nor a drop removes it.
    ///
    /// # Examples
    ///
    /// ```
    /// use taipan::fs::TempDir;
    /// use taipan::with::with;
    ///
    /// taipan::run(async {
    ///     let kept = with(TempDir::new().await.unwrap(), async |dir| dir.keep().to_owned());
    ///     let path = kept.await.unwrap();
    ///     std::fs::remove_dir(path).unwrap(); // it was still there
    /// });
    /// ```
    #[doc(alias = "delete")]
    pub fn keep(&mut self) -> &Path {
        self.kept = true;
        self.dir.disable_cleanup(true);
        self.path()
    }
}

impl Resource for TempDir {
    type Exit = io::Result<()>;

    /// Removes the directory, whatever the outcome; one that has gone already is no error.
    async fn exit(self, _: Outcome) -> io::Result<()> {
        if self.kept {
            return Ok(());
        }
        match to_thread(move || self.dir.close()).await {
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
            removed => removed,
        }
    }
}

impl AsRef<Path> for TempDir {
    fn as_ref(&self) -> &Path {
        self.path()
    }
}

impl fmt::Debug for TempDir {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TempDir").field("path", &self.path()).field("kept", &self.kept).finish()
    }
}
