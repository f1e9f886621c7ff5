//! What `#[taipan::main]` calls: main with its options, and Ctrl-C.
//!
//! # The protocol of Ctrl-C
//!
//! The first one cancels main: its exits run, the other tasks are cancelled and their exits awaited, and
//! the program ends with status 130. The second one ends the process at once, with the same status.
//! That happens in the signal handler itself, so that it works even when a task never returns from a
//! poll: a flag that the first signal sets arms it.

use std::panic::Location;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use crate::runtime::{Config, End, launch};
use crate::task::Control;

/// The options of `#[taipan::main]`.
#[derive(Debug)]
pub struct MainOptions {
    /// How many threads run tasks; `None`: as many as there are cores.
    pub threads: Option<usize>,
    /// Whether everything runs on the main thread.
    pub local: bool,
    /// How long the end may take; `None`: 10 s.
    pub shutdown_timeout: Option<Duration>,
    /// How long an exit of cancelled code may take; `None`: as long as it wants.
    pub grace: Option<Duration>,
    /// Whether Ctrl-C cancels main.
    pub ctrl_c: bool,
}

impl Default for MainOptions {
    fn default() -> Self {
        MainOptions {
            threads: None,
            local: false,
            shutdown_timeout: None,
            grace: None,
            ctrl_c: true,
        }
    }
}

/// The status of a program that Ctrl-C has ended: 128 and the signal's number.
const INTERRUPTED: u8 = 130;

/// Runs `main`; `Err`: Ctrl-C has ended it.
#[track_caller]
pub fn main<T>(options: MainOptions, main: impl Future<Output = T>) -> Result<T, ExitCode> {
    assert!(options.threads != Some(0), "`threads` must be at least 1");
    let mut config = Config {
        threads: if options.local { Some(1) } else { options.threads },
        grace: options.grace,
        ..Config::default()
    };
    if let Some(timeout) = options.shutdown_timeout {
        config.shutdown_timeout = timeout;
    }
    let ctrl_c = if options.ctrl_c { ctrl_c::Watch::start() } else { None };
    let cancel_main = |main: Arc<Control>| async move {
        match ctrl_c {
            Some(watch) => watch.cancel(&main).await,
            None => std::future::pending().await,
        }
    };
    match launch(&config, config.core(), Location::caller(), main, cancel_main) {
        End::Value(value) => Ok(value),
        End::Cancelled => Err(ExitCode::from(INTERRUPTED)),
    }
}

#[cfg(unix)]
mod ctrl_c {
    use std::io;
    use std::os::unix::net::UnixStream;
    use std::sync::Arc;
    use std::sync::atomic::AtomicBool;

    use async_io::Async;
    use signal_hook::consts::SIGINT;
    use signal_hook::{flag, low_level};

    use super::INTERRUPTED;
    use crate::task::{CancelReason, Control};

    /// Ctrl-C as something to wait for.
    pub(super) struct Watch {
        /// Readable once the signal has come.
        pipe: Async<UnixStream>,
    }

    impl Watch {
        /// `None`: the system refused; then Ctrl-C ends the process, as it does without us.
        pub(super) fn start() -> Option<Watch> {
            Self::register().map_err(|error| eprintln!("Ctrl-C is not watched: {error}")).ok()
        }

        // The handlers stay until the process ends: `main` is called once, and while the exits run a second
        // Ctrl-C must find them.
        fn register() -> io::Result<Watch> {
            let (pipe, signalled) = UnixStream::pair()?;
            let pipe = Async::new(pipe)?;
            let armed = Arc::new(AtomicBool::new(false));
            // In this order: the first signal finds the flag unset, and sets it.
            flag::register_conditional_shutdown(SIGINT, INTERRUPTED.into(), Arc::clone(&armed))?;
            flag::register(SIGINT, armed)?;
            low_level::pipe::register(SIGINT, signalled)?;
            Ok(Watch { pipe })
        }

        /// Waits for the signal, and cancels main.
        pub(super) async fn cancel(self, main: &Control) {
            match self.pipe.readable().await {
                Ok(()) => drop(main.cancel(CancelReason::runtime("interrupted by Ctrl-C"))),
                Err(error) => eprintln!("Ctrl-C is not watched any more: {error}"),
            }
        }
    }
}

#[cfg(not(unix))]
mod ctrl_c {
    use crate::task::Control;

    /// Without Unix signals Ctrl-C ends the process at once, as the system has it.
    pub(super) enum Watch {}

    impl Watch {
        pub(super) fn start() -> Option<Watch> {
            None
        }

        pub(super) async fn cancel(self, _: &Control) {
            match self {}
        }
    }
}
