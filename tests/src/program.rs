//! A program of its own, which a test starts, listens to and interrupts.

use std::io::{BufRead, BufReader, Read, Write};
use std::process::{Child, ChildStdout, Command, ExitStatus, Stdio};

/// A child process; killed when the test is over, however it ends.
///
/// Its standard error goes to the test's own.
#[derive(Debug)]
pub struct Program {
    child: Child,
    says: BufReader<ChildStdout>,
}

impl Program {
    /// Starts the program at `path`.
    ///
    /// # Panics
    ///
    /// Panics if it cannot be started.
    #[must_use]
    #[track_caller]
    pub fn start(path: &str, arguments: &[&str]) -> Program {
        let mut child = Command::new(path)
            .args(arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let says = BufReader::new(child.stdout.take().unwrap());
        Program { child, says }
    }

    /// Waits for the next line of its output, and compares it.
    ///
    /// # Panics
    ///
    /// Panics if it says something else, or nothing more.
    #[track_caller]
    pub fn expect(&mut self, line: &str) {
        let mut said = String::new();
        self.says.read_line(&mut said).unwrap();
        assert_eq!(said.trim_end(), line);
    }

    /// Interrupts it, as Ctrl-C does.
    ///
    /// # Panics
    ///
    /// Panics if it is gone.
    #[track_caller]
    pub fn ctrl_c(&self) {
        let kill = Command::new("kill").args(["-INT", &self.child.id().to_string()]).status();
        assert!(kill.unwrap().success());
    }

    /// Lets it read a line.
    ///
    /// # Panics
    ///
    /// Panics if it is gone.
    #[track_caller]
    pub fn answer(&mut self) {
        self.child.stdin.as_mut().unwrap().write_all(b"\n").unwrap();
    }

    /// Waits for its end; gives the rest of its output, as lines.
    ///
    /// # Panics
    ///
    /// Panics if its output is no text.
    #[must_use]
    pub fn end(mut self) -> (ExitStatus, Vec<String>) {
        let mut rest = String::new();
        self.says.read_to_string(&mut rest).unwrap();
        (self.child.wait().unwrap(), rest.lines().map(str::to_owned).collect())
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        // Refused if it has ended, as it should.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Returns whether this process, and with it every program that it starts, ignores Ctrl-C: a shell
/// without job control starts what it runs in the background so.
///
/// Where the system does not tell, it is taken for `false`.
#[must_use]
pub fn ignores_ctrl_c() -> bool {
    const SIGINT: u32 = 2;
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let ignored = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    let mask = ignored.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok());
    mask.is_some_and(|mask| mask & (1 << (SIGINT - 1)) != 0)
}
