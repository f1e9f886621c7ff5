//! `timeout!` and `sleep!`.

use proc_macro2::{Span, TokenStream};
use quote::{ToTokens, quote, quote_spanned};
use syn::parse::{ParseStream, Parser};
use syn::spanned::Spanned;
use syn::{Error, Expr, ExprLit, Lit, Result, Token, bracketed};

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

/// Expands the input of the front `timeout!`: `[$crate]`, then a limit and a future.
pub(crate) fn timeout(input: TokenStream) -> TokenStream {
    let parse = |input: ParseStream<'_>| -> Result<TokenStream> {
        let krate = krate(input)?;
        let both = "`timeout!` takes a limit and a future, as in `timeout!(2s, fetch(url))`";
        if input.is_empty() {
            return Err(Error::new(Span::call_site(), both));
        }
        let limit = limit(input, "timeout")?;
        if input.is_empty() {
            return Err(Error::new(limit.span(), both));
        }
        if !input.peek(Token![,]) {
            return Err(input.error(both));
        }
        input.parse::<Token![,]>()?;
        if input.is_empty() {
            return Err(Error::new(limit.span(), both));
        }
        let future: Expr = input.parse()?;
        end(input, both)?;
        let function = match &future {
            Expr::Block(block) => {
                let message = "a block runs at once, before its limit is set: write `async { .. }`";
                return Err(Error::new(block.block.brace_token.span.open(), message));
            }
            Expr::Await(_) => quote_spanned!(future.span()=> not_awaited),
            _ => quote_spanned!(future.span()=> argument),
        };
        let future = quote_spanned!(future.span()=> #krate::__private::#function(#future));
        Ok(quote!(#krate::timeout(#limit, #future)))
    };
    parse.parse2(literals(input)).unwrap_or_else(|error| error.to_compile_error())
}

/// The path of the crate, from the front.
fn krate(input: ParseStream<'_>) -> Result<TokenStream> {
    let krate;
    bracketed!(krate in input);
    krate.parse()
}

/// A limit: any expression, but no bare number.
fn limit(input: ParseStream<'_>, name: &str) -> Result<Expr> {
    let limit: Expr = input.parse()?;
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
    if let Expr::Assign(assign) = &limit {
        let message = "a deadline to be moved is made by `taipan::timeout::timeout_with`";
        return Err(Error::new(assign.left.span(), message));
    }
    Ok(limit)
}

/// A comma may stand at the end, and nothing else.
fn end(input: ParseStream<'_>, wanted: &str) -> Result<()> {
    input.parse::<Option<Token![,]>>()?;
    if input.is_empty() { Ok(()) } else { Err(input.error(wanted)) }
}
