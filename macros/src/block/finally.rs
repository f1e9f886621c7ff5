//! `finally!`: a body, and a cleanup that runs when it ends.

use proc_macro2::{Span, TokenStream};
use quote::ToTokens;
use syn::parse::{Parse, ParseStream, Parser};
use syn::spanned::Spanned;
use syn::{Error, Expr, Result, Stmt};

use super::expand::Body;
use super::parse::{Next, at_body, comma};
use super::with::around;
use crate::front::{block, call, end, krate};
use crate::guards;
use crate::half_typed;
use crate::literal::literals;

const WANTED: &str =
    "`finally!` takes a body and a cleanup, as in `finally!({ .. }, async move |outcome| { .. })`";

/// Expands the input of the front: `[$crate]`, the body, and a closure.
pub(crate) fn expand(input: TokenStream) -> TokenStream {
    let parse = |input: ParseStream<'_>| -> Result<TokenStream> {
        let krate = krate(input)?;
        if input.is_empty() {
            return Err(Error::new(Span::call_site(), WANTED));
        }
        if !at_body(input) {
            return Err(input.error(WANTED));
        }
        let body = block(input)?;
        let mut cleanup = match comma(input, body.span(), false, WANTED)? {
            Next::Part => half_typed::expr(input, Expr::parse, half_typed::at_comma)
                .unwrap_or_else(|| half_typed::missing(&input.error(WANTED))),
            Next::Missing(error) => error,
        };
        guards::expression(&krate, &mut cleanup);
        end(input, WANTED)?;
        // A block may make the closure; one without a value is the cleanup itself.
        if let Expr::Block(made) = &cleanup
            && !matches!(made.block.stmts.last(), Some(Stmt::Expr(_, None)))
        {
            let message = "the cleanup is a closure, as in `async move |outcome| { .. }`: what it needs, it owns";
            return Err(Error::new(made.span(), message));
        }
        let resource = call(&krate, "cleanup", cleanup.to_token_stream());
        Ok(around(&krate, resource, Body::new(&krate, body.into())))
    };
    parse.parse2(literals(input)).unwrap_or_else(|error| error.to_compile_error())
}
