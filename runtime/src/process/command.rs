//! What to start, and how.

use std::ffi::OsStr;
use std::fmt;
use std::io;
use std::path::Path;

use super::{Child, ExitStatus, Output, Stdio};
use crate::with::try_with;

/// A program, its arguments and surroundings: as [`std::process::Command`].
///
/// # Examples
///
/// ```
/// use taipan::process::Command;
///
/// # #[cfg(unix)]
/// fn main() -> std::io::Result<()> {
///     taipan::run(async {
///         let output = Command::new("echo").arg("hello").output().await?;
///         assert!(output.status.success());
///         assert_eq!(output.stdout, b"hello\n");
///         Ok(())
///     })
/// }
/// # #[cfg(not(unix))]
/// # fn main() {}
/// ```
#[doc(alias = "create_subprocess_exec")]
#[doc(alias = "create_subprocess_shell")]
#[doc(alias = "subprocess")]
#[must_use = "a command does nothing until `.spawn()`, `.output()` or `.status()`"]
pub struct Command {
    inner: async_process::Command,
    /// Which streams the user has said something of.
    stdin: bool,
    stdout: bool,
    stderr: bool,
}

impl Command {
    /// Creates a command that starts `program` without arguments, in this process's surroundings.
    pub fn new(program: impl AsRef<OsStr>) -> Self {
        std::process::Command::new(program).into()
    }

    /// Adds an argument.
    pub fn arg(&mut self, argument: impl AsRef<OsStr>) -> &mut Self {
        self.inner.arg(argument);
        self
    }

    /// Adds several arguments.
    pub fn args(&mut self, arguments: impl IntoIterator<Item: AsRef<OsStr>>) -> &mut Self {
        self.inner.args(arguments);
        self
    }

    /// Sets an environment variable.
    pub fn env(&mut self, key: impl AsRef<OsStr>, value: impl AsRef<OsStr>) -> &mut Self {
        self.inner.env(key, value);
        self
    }

    /// Removes an environment variable.
    pub fn env_remove(&mut self, key: impl AsRef<OsStr>) -> &mut Self {
        self.inner.env_remove(key);
        self
    }

    /// Removes all environment variables.
    pub fn env_clear(&mut self) -> &mut Self {
        self.inner.env_clear();
        self
    }

    /// Sets the directory that the program works in.
    #[doc(alias = "cwd")]
    pub fn current_dir(&mut self, directory: impl AsRef<Path>) -> &mut Self {
        self.inner.current_dir(directory);
        self
    }

    /// Sets where the program reads from. Default: where this process does; for [`output`](Self::output)
    /// nowhere.
    pub fn stdin(&mut self, stdin: impl Into<Stdio>) -> &mut Self {
        self.stdin = true;
        self.inner.stdin(stdin);
        self
    }

    /// Sets where the program writes to. Default: where this process does; for [`output`](Self::output) a
    /// pipe.
    pub fn stdout(&mut self, stdout: impl Into<Stdio>) -> &mut Self {
        self.stdout = true;
        self.inner.stdout(stdout);
        self
    }

    /// Sets where the program writes errors to. Default: where this process does; for
    /// [`output`](Self::output) a pipe.
    pub fn stderr(&mut self, stderr: impl Into<Stdio>) -> &mut Self {
        self.stderr = true;
        self.inner.stderr(stderr);
        self
    }

    /// Starts the program, and returns at once.
    ///
    /// # Errors
    ///
    /// The system's, if the program cannot be started.
    ///
    /// # Examples
    ///
    /// ```
    /// use taipan::process::{Command, Stdio};
    /// use taipan::with::with;
    ///
    /// # #[cfg(unix)]
    /// fn main() -> std::io::Result<()> {
    ///     taipan::run(async {
    ///         let server = Command::new("cat").stdin(Stdio::piped()).spawn()?;
    ///         let id = with(server, async |server| server.id()).await?; // killed and reaped here
    ///         assert!(id > 0);
    ///         Ok(())
    ///     })
    /// }
    /// # #[cfg(not(unix))]
    /// # fn main() {}
    /// ```
    #[doc(alias = "Popen")]
    pub fn spawn(&mut self) -> io::Result<Child> {
        self.start(Stdio::inherit, Stdio::inherit)
    }

    /// Starts the program at the call; the future waits for its end and collects what it writes.
    ///
    /// # Errors
    ///
    /// The system's, if the program cannot be started, or its output not be read. How the program ended is no
    /// error: look at [`Output::status`].
    ///
    /// # Cancel safety
    ///
    /// Dropped, it kills the program, and the enclosing scope waits until it is reaped; what it had written
    /// is lost. Dropped before its first poll, it kills it as well, but nobody waits.
    ///
    /// # Examples
    ///
    /// ```
    /// use std::time::Duration;
    /// use taipan::process::Command;
    /// use taipan::timeout;
    ///
    /// # #[cfg(unix)]
    /// taipan::run(async {
    ///     let sleeps = timeout(Duration::from_millis(5), Command::new("sleep").arg("60").output());
    ///     assert!(sleeps.await.is_err()); // nothing of it is left
    /// });
    /// ```
    #[doc(alias = "communicate")]
    #[doc(alias = "check_output")]
    pub fn output(&mut self) -> impl Future<Output = io::Result<Output>> + Send + use<> {
        let child = self.start(Stdio::null, Stdio::piped);
        async move { child?.wait_with_output().await }
    }

    /// Starts the program at the call; the future waits for its end.
    ///
    /// # Errors
    ///
    /// The system's, if the program cannot be started.
    ///
    /// # Cancel safety
    ///
    /// As that of [`output`](Self::output).
    ///
    /// # Examples
    ///
    /// ```
    /// use taipan::process::Command;
    ///
    /// # #[cfg(unix)]
    /// taipan::run(async {
    ///     let status = Command::new("sh").args(["-c", "exit 3"]).status().await.unwrap();
    ///     assert_eq!(status.code(), Some(3));
    /// });
    /// ```
    #[doc(alias = "call")]
    pub fn status(&mut self) -> impl Future<Output = io::Result<ExitStatus>> + Send + use<> {
        let child = self.spawn();
        async move { try_with(child?, async |child| child.wait().await).await }
    }

    /// Starts the program; the streams of which nothing was said are as given, the last two for both outputs.
    fn start(&mut self, input: fn() -> Stdio, output: fn() -> Stdio) -> io::Result<Child> {
        // Each time: a command may be started again, in another way.
        if !self.stdin {
            self.inner.stdin(input());
        }
        if !self.stdout {
            self.inner.stdout(output());
        }
        if !self.stderr {
            self.inner.stderr(output());
        }
        self.inner.spawn().map(Child::new)
    }
}

/// The streams that were set there are taken for not set: their defaults hold.
impl From<std::process::Command> for Command {
    fn from(command: std::process::Command) -> Self {
        Command { inner: command.into(), stdin: false, stdout: false, stderr: false }
    }
}

impl fmt::Debug for Command {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.inner, f)
    }
}
