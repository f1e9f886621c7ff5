//! `sleep!`, and what is a limit of time.

use proc_macro2::{Span, TokenStream};
use quote::{ToTokens, quote};
use syn::parse::{Parse, ParseStream, Parser};
use syn::spanned::Spanned;
use syn::{Error, Expr, ExprLit, Lit, Result};

use crate::front::{end, krate};
use crate::half_typed::{self, missing};
use crate::literal::literals;

/// Expands the input of the front `sleep!`: `[$crate]`, then a duration.
pub(crate) fn sleep(input: TokenStream) -> TokenStream {
    let parse = |input: ParseStream<'_>| -> Result<TokenStream> {
        let krate = krate(input)?;
        if input.is_empty() {
            let message = "`sleep!` takes a duration, as in `sleep!(1.5s)`";
            return Err(Error::new(Span::call_site(), message));
        }
        let duration = limit(input, "sleep")?;
        end(input, "`sleep!` takes one duration, as in `sleep!(1.5s)`")?;
        Ok(quote!(#krate::sleep(#duration)))
    };
    parse.parse2(literals(input)).unwrap_or_else(|error| error.to_compile_error())
}

/// A limit: any expression, but no bare number.
pub(crate) fn limit(input: ParseStream<'_>, name: &str) -> Result<Expr> {
    let limit = half_typed::expr(input, Expr::parse, half_typed::at_comma);
    let limit = limit.unwrap_or_else(|| {
        missing(&input.error(format!("a time is missing: `{name}!` takes one, as in `2s`")))
    });
    let unit = match &limit {
        Expr::Lit(ExprLit { lit: Lit::Int(number), .. }) => Some(number.suffix()),
        Expr::Lit(ExprLit { lit: Lit::Float(number), .. }) => Some(number.suffix()),
        _ => None,
    };
    if unit == Some("") {
        let number = limit.to_token_stream();
        let message =
            format!("a time needs its unit: `{name}!` takes `{number}s`, or `{number}ms`");
        return Err(Error::new(limit.span(), message));
    }
    Ok(limit)
}
