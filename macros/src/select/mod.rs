//! `select!`: the first of several futures, and what follows from it.
//!
//! The body of an arm is a part of the function: it stands in a `match` over the outputs, outside of every
//! future. In between, each output is a variant of a type that the macro declares, one variant an arm.
//!
//! 1. `matched`: the form that is a `match`, which rustfmt formats and rustc checks to be exhaustive.
//! 2. `listed`: the form `pattern = future => body`, as tokio has it.
//! 3. `pattern`: what a pattern can refuse.
//! 4. `expand`: what both become.
//! 5. `warn`: which futures are asked whether they may be dropped, or left alone.
//! 6. `awaits`: whether a body awaits meanwhile.

mod awaits;
mod expand;
mod listed;
mod matched;
mod pattern;
#[cfg(test)]
mod tests;
mod warn;

use proc_macro2::{Span, TokenStream};
use syn::parse::{ParseStream, Parser};
use syn::{Error, Expr, Result, Token};

use crate::front::krate;
use crate::literal::literals;

const WANTED: &str = "`select!` takes futures and what follows from each, as in \
                      `select!(match (line = read(), tick = sleep!(2s)) { line(l) => .., tick(()) => .. })`";

/// One future of a `select!`.
struct Arm {
    /// The variant of its output.
    variant: proc_macro2::Ident,
    future: Expr,
    /// Without it, the arm is disabled.
    condition: Option<Expr>,
    /// An output that it does not match disables the arm.
    wanted: Option<syn::Pat>,
}

/// What follows from an arm.
struct Body {
    /// When it runs.
    after: After,
    tokens: TokenStream,
}

/// What leads to a body.
enum After {
    /// This arm alone.
    Arm(proc_macro2::Ident),
    /// The end of all arms.
    Disabled,
    /// Any of several arms, or the end of the wait.
    Other,
}

impl Body {
    /// Whether it may run while the future of `arm` is still there.
    fn is_reached_without(&self, arm: &Arm) -> bool {
        match &self.after {
            After::Arm(variant) => *variant != arm.variant,
            After::Disabled => arm.condition.is_some(), // else it has ended
            After::Other => true,
        }
    }
}

/// What a `select!` comes to, in either form.
struct Select {
    krate: TokenStream,
    biased: bool,
    arms: Vec<Arm>,
    bodies: Vec<Body>,
    /// The limit of `timeout(2s) => ..`.
    timeout: Option<TokenStream>,
    has_default: bool,
    has_disabled: bool,
    /// The arms of the `match` over the outputs; `__Select` is the type.
    matches: TokenStream,
    /// What is wrong with it; all the rest is expanded, so that the names in it are known.
    mistakes: Option<TokenStream>,
}

/// Expands the input of the front: `[$crate]`, then one of the two forms.
pub(crate) fn expand(input: TokenStream) -> TokenStream {
    let parse = |input: ParseStream<'_>| -> Result<TokenStream> {
        let krate = krate(input)?;
        if input.is_empty() {
            return Err(Error::new(Span::call_site(), WANTED));
        }
        let select = if input.peek(Token![match]) {
            matched::parse(krate, input)?
        } else {
            listed::parse(krate, input)?
        };
        Ok(expand::expand(&select))
    };
    parse.parse2(literals(input)).unwrap_or_else(|error| error.to_compile_error())
}
