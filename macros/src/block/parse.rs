//! What the macros have in common: names, and a body at the end.

use proc_macro2::{Span, TokenStream};
use syn::parse::{Parse, ParseStream};
use syn::{Error, Expr, Pat, Result, Token, token};

use super::expand::Body;
use crate::front::{block, end};
use crate::half_typed::{self, missing, missing_unless};

const BLOCK: &str =
    "the body is a block, `{ .. }`, neither async nor a closure: the macro awaits by itself";

/// `name = value`
pub(super) struct Named {
    pub(super) name: Pat,
    pub(super) value: Expr,
}

/// Whether the body comes next.
pub(super) fn at_body(input: ParseStream<'_>) -> bool {
    input.peek(token::Brace)
}

/// Whether `name =` comes next, and no `==`.
pub(super) fn at_name(input: ParseStream<'_>) -> bool {
    let ahead = input.fork();
    Pat::parse_single(&ahead).is_ok() && ahead.peek(Token![=]) && !ahead.peek(Token![==])
}

/// `name = value`; `wanted` says what is wrong with anything else.
pub(super) fn named(input: ParseStream<'_>, wanted: &str) -> Result<Named> {
    let start = input.span();
    if !at_name(input) {
        return Err(Error::new(start, wanted));
    }
    let name = Pat::parse_single(input)?;
    let equals = input.parse::<Token![=]>()?.span;
    let value = half_typed::expr(input, Expr::parse, half_typed::at_comma);
    let value = value.unwrap_or_else(|| missing(&Error::new(equals, wanted)));
    Ok(Named { name, value })
}

/// What comes behind the part that ends at `before`.
pub(super) enum Next {
    /// A comma, and something behind it.
    Part,
    /// Nothing yet: the error stands for it.
    Missing(Expr),
}

/// The comma between two parts; the error stands at the next token or, at the end, at what stands before, unless
/// the user is told already what is wrong there.
pub(super) fn comma(
    input: ParseStream<'_>,
    before: Span,
    is_told: bool,
    wanted: &str,
) -> Result<Next> {
    let missing = |at: Span| Next::Missing(missing_unless(is_told, &Error::new(at, wanted)));
    if input.is_empty() {
        return Ok(missing(before));
    }
    if !input.peek(Token![,]) {
        return Err(input.error(wanted));
    }
    let comma = input.parse::<Token![,]>()?.span;
    Ok(if input.is_empty() { missing(comma) } else { Next::Part })
}

/// Refuses an async block and a closure where the body should be.
pub(super) fn no_future(input: ParseStream<'_>) -> Result<()> {
    let is_code = input.peek(Token![async]) || input.peek(Token![move]) || input.peek(Token![|]);
    if is_code { Err(input.error(BLOCK)) } else { Ok(()) }
}

/// The body, at the end.
pub(super) fn body(krate: &TokenStream, input: ParseStream<'_>, wanted: &str) -> Result<Body> {
    no_future(input)?;
    if !at_body(input) {
        return Err(input.error(wanted));
    }
    let body = block(input)?;
    end(input, wanted)?;
    Ok(Body::new(krate, body.into()))
}
