//! What the macros have in common: names, and a body at the end.

use proc_macro2::{Span, TokenStream};
use syn::parse::ParseStream;
use syn::{Error, Expr, Pat, Result, Token, token};

use crate::front::{block, end};

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
    if input.is_empty() || input.peek(Token![,]) {
        return Err(Error::new(equals, wanted));
    }
    Ok(Named { name, value: input.parse()? })
}

/// The comma between two parts; the error stands at the next token or, at the end, at what stands before.
pub(super) fn comma(input: ParseStream<'_>, before: Span, wanted: &str) -> Result<()> {
    if input.is_empty() {
        return Err(Error::new(before, wanted));
    }
    if !input.peek(Token![,]) {
        return Err(input.error(wanted));
    }
    let comma = input.parse::<Token![,]>()?.span;
    if input.is_empty() {
        return Err(Error::new(comma, wanted));
    }
    Ok(())
}

/// Refuses an async block and a closure where the body should be.
pub(super) fn no_future(input: ParseStream<'_>) -> Result<()> {
    let is_code = input.peek(Token![async]) || input.peek(Token![move]) || input.peek(Token![|]);
    if is_code { Err(input.error(BLOCK)) } else { Ok(()) }
}

/// The body, at the end.
pub(super) fn body(input: ParseStream<'_>, wanted: &str) -> Result<TokenStream> {
    no_future(input)?;
    if !at_body(input) {
        return Err(input.error(wanted));
    }
    let body = block(input)?;
    end(input, wanted)?;
    Ok(body.into())
}
