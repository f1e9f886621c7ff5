//! A running child process; its exit.

use std::fmt;
use std::io;

use futures_lite::future::try_zip;
use futures_lite::io::{AsyncRead, AsyncReadExt};

use super::{ChildStderr, ChildStdin, ChildStdout, ExitStatus, Output};
use crate::with::{Outcome, Resource, try_with};

/// A child process: what [`Command::spawn`](super::Command::spawn) returns.
///
/// It is a [`Resource`]: its exit kills the process, if it still runs, and reaps it, however the body ended.
/// Only the process itself is killed, not those that it has started.
///
/// A `Child` that is dropped without an exit is killed at once; nobody waits until it is reaped.
///
/// # Examples
///
/// ```
/// use futures_lite::io::{AsyncReadExt, AsyncWriteExt};
/// use taipan::process::{Command, Stdio};
/// use taipan::with::try_with;
///
/// # #[cfg(unix)]
/// fn main() -> std::io::Result<()> {
///     taipan::run(async {
///         let cat = Command::new("cat").stdin(Stdio::piped()).stdout(Stdio::piped()).spawn()?;
///         let echo = try_with(cat, async |cat| {
///             cat.stdin.take().unwrap().write_all(b"hello").await?; // closed when it is dropped
///             let mut echo = String::new();
///             cat.stdout.take().unwrap().read_to_string(&mut echo).await?;
///             Ok::<_, std::io::Error>(echo)
///         });
///         assert_eq!(echo.await?, "hello");
///         Ok(())
///     })
/// }
/// # #[cfg(not(unix))]
/// # fn main() {}
/// ```
#[doc(alias = "Process")]
#[must_use = "the process is killed when it is dropped: give it to `with`, wait for it, or `.detach()` it"]
pub struct Child {
    /// Writes to the process, if [`stdin`](super::Command::stdin) is a pipe.
    pub stdin: Option<ChildStdin>,
    /// Reads what the process writes, if [`stdout`](super::Command::stdout) is a pipe.
    pub stdout: Option<ChildStdout>,
    /// Reads the errors that the process writes, if [`stderr`](super::Command::stderr) is a pipe.
    pub stderr: Option<ChildStderr>,
    inner: async_process::Child,
    detached: bool,
}

impl Child {
    pub(super) fn new(mut inner: async_process::Child) -> Self {
        let (stdin, stdout, stderr) =
            (inner.stdin.take(), inner.stdout.take(), inner.stderr.take());
        Child { stdin, stdout, stderr, inner, detached: false }
    }

    /// Returns the number that the system gave the process.
    #[doc(alias = "pid")]
    #[must_use]
    pub fn id(&self) -> u32 {
        self.inner.id()
    }

    /// Waits for the end of the process, and reaps it. Its [`stdin`](Self::stdin) is closed first, so that a
    /// process that reads it comes to its end.
    ///
    /// # Errors
    ///
    /// The system's.
    ///
    /// # Cancel safety
    ///
    /// Cancel safe: called again, it goes on waiting, and gives the same status ever after.
    ///
    /// # Examples
    ///
    /// ```
    /// use taipan::process::Command;
    ///
    /// # #[cfg(unix)]
    /// taipan::run(async {
    ///     let mut child = Command::new("true").spawn().unwrap();
    ///     assert!(child.wait().await.unwrap().success());
    ///     assert!(child.try_wait().unwrap().is_some());
    /// });
    /// ```
    pub async fn wait(&mut self) -> io::Result<ExitStatus> {
        self.stdin = None;
        self.inner.status().await
    }

    /// Returns how the process ended, if it has.
    ///
    /// # Errors
    ///
    /// The system's.
    #[doc(alias = "poll")]
    #[doc(alias = "returncode")]
    pub fn try_wait(&mut self) -> io::Result<Option<ExitStatus>> {
        self.inner.try_status()
    }

    /// Tells the system to end the process, by `SIGKILL` on Unix, and returns at once; [`wait`](Self::wait)
    /// for its end. One that has ended already is left alone.
    ///
    /// # Errors
    ///
    /// The system's, if this process may not do that.
    pub fn kill(&mut self) -> io::Result<()> {
        self.inner.kill()
    }

    /// Waits for the end of the process, and collects what it writes to the pipes that are still here. Its
    /// [`stdin`](Self::stdin) is closed first.
    ///
    /// # Errors
    ///
    /// The system's.
    ///
    /// # Cancel safety
    ///
    /// Dropped, it kills the process, and the enclosing scope waits until it is reaped.
    #[doc(alias = "communicate")]
    pub async fn wait_with_output(self) -> io::Result<Output> {
        try_with(self, async |child| {
            child.stdin = None;
            let (stdout, stderr) = (child.stdout.take(), child.stderr.take());
            // Both at once: a process that fills one pipe must not wait for the reader of the other.
            let (stdout, stderr) = try_zip(read(stdout), read(stderr)).await?;
            let status = child.wait().await?;
            Ok(Output { status, stdout, stderr })
        })
        .await
    }

    /// Lets the process go on by itself: nobody kills it. When it ends, it is reaped, if this process
    /// still runs then.
    ///
    /// # Examples
    ///
    /// ```
    /// use taipan::process::Command;
    ///
    /// # #[cfg(unix)]
    /// taipan::run(async {
    ///     Command::new("true").spawn().unwrap().detach();
    /// });
    /// ```
    pub fn detach(mut self) {
        self.detached = true;
    }
}

/// Reads to the end.
async fn read(stream: Option<impl AsyncRead + Unpin>) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    if let Some(mut stream) = stream {
        stream.read_to_end(&mut bytes).await?;
    }
    Ok(bytes)
}

impl Resource for Child {
    type Exit = io::Result<()>;

    /// Kills the process and waits until it is reaped, whatever the outcome.
    async fn exit(mut self, _: Outcome) -> io::Result<()> {
        self.kill()?;
        self.wait().await.map(drop)
    }
}

impl Drop for Child {
    fn drop(&mut self) {
        if !self.detached {
            // The system may refuse: nobody is left to be told. `async-process` reaps it.
            let _ = self.kill();
        }
    }
}

impl fmt::Debug for Child {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Child").field("id", &self.id()).finish_non_exhaustive()
    }
}
