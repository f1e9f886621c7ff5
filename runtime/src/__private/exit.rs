//! What becomes of the output of main, and of a test.
//!
//! An `Err` is told as its Display chain, where it has one; everything else is what std makes of it. Which
//! it is, the type decides: the traits in [`levels`] have methods of the same names, each for one reference
//! less, and a method call on `&&&&&Given` tries them in that order.

use std::cell::Cell;
use std::error::Error;
use std::fmt::{Display, Write};
use std::process::{ExitCode, Termination};

use crate::BoxError;

/// The output, until a level takes it.
#[allow(missing_debug_implementations)]
pub struct Given<T>(Cell<Option<T>>);

impl<T> Given<T> {
    pub fn new(output: T) -> Self {
        Given(Cell::new(Some(output)))
    }

    fn take(&self) -> T {
        match self.0.take() {
            Some(output) => output,
            None => unreachable!("each output is taken once"),
        }
    }
}

pub mod levels {
    use super::*;

    /// An error that converts into a `BoxError`: it has a chain of causes.
    pub trait Boxed {
        fn taipan_exit(&self) -> ExitCode;
        fn taipan_check(&self) -> Result<(), String>;
    }

    impl<T: Termination, E: Into<BoxError>> Boxed for &&&&Given<Result<T, E>> {
        fn taipan_exit(&self) -> ExitCode {
            exited(self.take().map_err(|error| error.into() as Box<dyn Error>))
        }

        fn taipan_check(&self) -> Result<(), String> {
            checked(self.take().map_err(|error| error.into() as Box<dyn Error>))
        }
    }

    /// The same, of an error that is not `Send`.
    pub trait Local {
        fn taipan_exit(&self) -> ExitCode;
        fn taipan_check(&self) -> Result<(), String>;
    }

    impl<T: Termination, E: Into<Box<dyn Error>>> Local for &&&Given<Result<T, E>> {
        fn taipan_exit(&self) -> ExitCode {
            exited(self.take().map_err(Into::into))
        }

        fn taipan_check(&self) -> Result<(), String> {
            checked(self.take().map_err(Into::into))
        }
    }

    /// An error that is none to std, and can be shown.
    pub trait Shown {
        fn taipan_exit(&self) -> ExitCode;
        fn taipan_check(&self) -> Result<(), String>;
    }

    impl<T: Termination, E: Display> Shown for &&Given<Result<T, E>> {
        fn taipan_exit(&self) -> ExitCode {
            exited(self.take().map_err(|error| error.to_string().into()))
        }

        fn taipan_check(&self) -> Result<(), String> {
            checked(self.take().map_err(|error| error.to_string().into()))
        }
    }

    /// Whatever else std can end a program with.
    pub trait Std {
        fn taipan_exit(&self) -> ExitCode;
        fn taipan_check(&self) -> Result<(), String>;
    }

    impl<T: Termination> Std for &Given<T> {
        fn taipan_exit(&self) -> ExitCode {
            self.take().report()
        }

        fn taipan_check(&self) -> Result<(), String> {
            succeeded(self.take())
        }
    }

    /// Nothing: an error of its own stands on the return type.
    pub trait Refused {
        fn taipan_exit(&self) -> ExitCode {
            ExitCode::FAILURE
        }

        fn taipan_check(&self) -> Result<(), String> {
            Err(String::new())
        }
    }

    impl<T> Refused for Given<T> {}
}

/// Refuses, on the return type, what no program can end with.
pub fn main_may_return<T: MainOutput>() {}

/// Refuses, on the return type, what no test can end with.
pub fn test_may_return<T: TestOutput>() {}

#[diagnostic::on_unimplemented(
    message = "`main` cannot return `{Self}`",
    label = "return `()`, an `ExitCode`, or a `Result` of them",
    note = "`taipan::Result` is a `Result` with any error, of `()` if nothing else is said"
)]
pub trait MainOutput {}

#[diagnostic::do_not_recommend]
impl<T: Termination> MainOutput for T {}

#[diagnostic::on_unimplemented(
    message = "a test cannot return `{Self}`",
    label = "return `()`, or a `Result` of it",
    note = "`taipan::Result` is a `Result` with any error, of `()` if nothing else is said"
)]
pub trait TestOutput {}

#[diagnostic::do_not_recommend]
impl<T: Termination> TestOutput for T {}

/// Fails the test if it gave an error.
#[track_caller]
pub fn assert_passed(result: Result<(), String>) {
    if let Err(message) = result {
        panic!("the test failed: {message}");
    }
}

fn exited<T: Termination>(result: Result<T, Box<dyn Error>>) -> ExitCode {
    match result {
        Ok(output) => output.report(),
        Err(error) => {
            eprintln!("Error: {}", chain(&*error));
            ExitCode::FAILURE
        }
    }
}

fn checked<T: Termination>(result: Result<T, Box<dyn Error>>) -> Result<(), String> {
    match result {
        Ok(output) => succeeded(output),
        Err(error) => Err(chain(&*error)),
    }
}

fn succeeded(output: impl Termination) -> Result<(), String> {
    let code = output.report();
    if code == ExitCode::SUCCESS { Ok(()) } else { Err(format!("it gave {code:?}")) }
}

/// The error's message, and each cause on a line of its own.
fn chain(error: &dyn Error) -> String {
    let mut message = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        // Writing to a `String` cannot fail.
        let _ = write!(message, "\n  caused by: {error}");
        cause = error.source();
    }
    message
}

#[cfg(test)]
#[allow(clippy::needless_borrow)] // as the macros write it
mod tests {
    use super::levels::*;
    use super::*;

    #[derive(Debug)]
    struct Outer(std::num::ParseIntError);

    impl Display for Outer {
        fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            f.write_str("no port")
        }
    }

    impl Error for Outer {
        fn source(&self) -> Option<&(dyn Error + 'static)> {
            Some(&self.0)
        }
    }

    #[test]
    fn an_error_is_told_with_its_causes() {
        let result: Result<(), Outer> = "x".parse::<u16>().map(drop).map_err(Outer);
        let told = (&&&&&Given::new(result)).taipan_check().unwrap_err();
        assert_eq!(told, "no port\n  caused by: invalid digit found in string");
    }

    #[test]
    fn any_error_will_do() {
        let boxed: crate::Result = Err("boxed".into());
        assert_eq!((&&&&&Given::new(boxed)).taipan_check().unwrap_err(), "boxed");
        let local: Result<(), Box<dyn Error>> = Err("local".into());
        assert_eq!((&&&&&Given::new(local)).taipan_check().unwrap_err(), "local");
        let text: Result<(), &str> = Err("text");
        assert_eq!((&&&&&Given::new(text)).taipan_check().unwrap_err(), "text");
        let number: Result<(), u8> = Err(3);
        assert_eq!((&&&&&Given::new(number)).taipan_check().unwrap_err(), "3");
    }

    #[test]
    fn what_std_accepts_is_accepted() {
        assert_eq!((&&&&&Given::new(())).taipan_check(), Ok(()));
        assert_eq!((&&&&&Given::new(Ok::<_, Outer>(()))).taipan_check(), Ok(()));
        assert!((&&&&&Given::new(ExitCode::from(3))).taipan_check().is_err());
        assert!((&&&&&Given::new(Err::<(), _>(()))).taipan_check().is_err()); // `Debug` only
        assert_eq!((&&&&&Given::new(ExitCode::from(3))).taipan_exit(), ExitCode::from(3));
    }
}
