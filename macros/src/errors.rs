//! All that is wrong, told at once.

use proc_macro2::{Span, TokenStream};
use syn::{Error, Result};

#[derive(Default)]
pub(crate) struct Errors(Option<Error>);

impl Errors {
    pub(crate) fn add(&mut self, error: Error) {
        match &mut self.0 {
            Some(first) => first.combine(error),
            None => self.0 = Some(error),
        }
    }

    pub(crate) fn at(&mut self, span: Span, message: &str) {
        self.add(Error::new(span, message));
    }

    pub(crate) fn check(&mut self, result: Result<()>) {
        if let Err(error) = result {
            self.add(error);
        }
    }

    pub(crate) fn into_result(self) -> Result<()> {
        self.0.map_or(Ok(()), Err)
    }

    /// The errors as items that rustc reports; nothing, if there are none.
    pub(crate) fn into_compile_error(self) -> Option<TokenStream> {
        self.0.as_ref().map(Error::to_compile_error)
    }
}
