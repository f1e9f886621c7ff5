//! The compile-time guards: what is looked for in async code, and warned of.
//!
//! A warning is a call of a deprecated method of the runtime's `__private::guards`, put into the user's code where
//! the mistake stands: so `#[allow(deprecated)]` on the statement silences it. Where syntax does not tell what a call
//! is, rustc finds by the type whether the method is the deprecated one. To ask about a type that rustc does not know yet
//! would be to decide it: so what may be of any type is not asked (`dropped` lists it), and nothing is said of it.
//!
//! # Once
//!
//! Every macro and every attribute looks into the code of its own input, and into no macro inside, except for those of
//! std (`println!`): one of ours does so itself when it is expanded, and what another makes of its input is its own affair.
//! An attribute on a function inside a function, an `impl` or a `mod` with an attribute finds the [mark](mark) of the outer one,
//! and leaves the function as it is. Closures are skipped, since most of them run elsewhere, and so are items that are no
//! `async fn`.
//!
//! # The parts
//!
//! 1. `words`: whether there may be anything to find; else the code is not even parsed.
//! 2. `visit`: which code is looked at.
//! 3. `blocking`: calls that block the thread.
//! 4. `dropped`: futures, tasks, permits and results that are thrown away.
//! 5. `held`: guards of std that are held across an `.await`.
//! 6. `probe`: the code that asks rustc.

mod blocking;
mod dropped;
mod held;
mod probe;
#[cfg(test)]
mod tests;
mod visit;
mod words;

use proc_macro2::TokenStream;
use quote::{ToTokens, quote};
use syn::visit_mut::VisitMut;
use syn::{Attribute, Block, Expr, parse_quote};

use visit::Visitor;

/// Why an unused future is an error in a function under an attribute: rustc prints it under its own words.
const REASON: &str = "a future runs only when it is awaited: add `.await`, or start it in the background by \
                      `spawn(..)`; and an error must be handled, by `?` or by `match`";

/// The attribute that makes a forgotten future an error.
pub(crate) fn mark() -> Attribute {
    let reason = REASON;
    parse_quote!(#[deny(unused_must_use, reason = #reason)])
}

/// Whether the function has been looked at.
pub(crate) fn is_marked(attributes: &[Attribute]) -> bool {
    let mut lints = attributes.iter().filter(|attribute| attribute.path().is_ident("deny"));
    lints.any(|lint| lint.to_token_stream().to_string().contains(REASON))
}

/// Guards the body of an `async fn` that is no other's yet, and marks it.
pub(crate) fn function(krate: &TokenStream, attributes: &mut Vec<Attribute>, body: &mut Block) {
    if !is_marked(attributes) {
        // In front, so that what the user says of lints comes last.
        attributes.insert(0, mark());
        block(krate, body);
    }
}

/// Guards a body.
pub(crate) fn block(krate: &TokenStream, body: &mut Block) {
    if words::mention(&body.to_token_stream()) {
        Visitor::new(krate).visit_block_mut(body);
    }
}

/// Guards an expression.
pub(crate) fn expression(krate: &TokenStream, expr: &mut Expr) {
    if words::mention(&expr.to_token_stream()) {
        Visitor::new(krate).visit_expr_mut(expr);
    }
}

/// Guards an expression that is not understood yet, a block for instance. Half-typed, it stays as it is.
pub(crate) fn tokens(krate: &TokenStream, tokens: TokenStream) -> TokenStream {
    guarded(tokens, Visitor::new(krate))
}

/// The same, of a future that the macro awaits.
pub(crate) fn future(krate: &TokenStream, tokens: TokenStream) -> TokenStream {
    guarded(tokens, Visitor::of_awaited(krate))
}

fn guarded(tokens: TokenStream, mut visitor: Visitor<'_>) -> TokenStream {
    if !words::mention(&tokens) {
        return tokens;
    }
    match syn::parse2::<Expr>(tokens.clone()) {
        Ok(mut expr) => {
            visitor.visit_expr_mut(&mut expr);
            expr.into_token_stream()
        }
        Err(_) => tokens,
    }
}

/// Allows blocking calls in a body, and in the macros in it.
pub(crate) fn allow_blocking(krate: &TokenStream, body: &mut Block) {
    let import = quote!(#[allow(unused_imports)] use #krate::__private::guards::Allowed as _;);
    body.stmts.insert(0, parse_quote!(#import));
}
