//! `timeout!`: a limit for a future, or for a body.

use proc_macro2::{Span, TokenStream};
use quote::{ToTokens, quote, quote_spanned};
use syn::parse::{Parse, ParseStream, Parser};
use syn::spanned::Spanned;
use syn::{Error, Expr, Pat, Result, Token};

use super::expand::{Body, Expansion};
use super::parse::{Next, at_body, at_name, body, comma};
use crate::front::{call, end, krate, local};
use crate::guards;
use crate::half_typed::{self, is_told, missing};
use crate::literal::literals;
use crate::time::limit;

const WANTED: &str = "`timeout!` takes a limit and a future, as in `timeout!(2s, fetch(url))`, or a body, as in \
                      `timeout!(2s, { .. })`";
const BODY: &str = "only a body can move its deadline, as in `timeout!(t = 30s, { .. })`";

/// Expands the input of the front: `[$crate]`, a limit, and a future or a body.
pub(crate) fn expand(input: TokenStream) -> TokenStream {
    let parse = |input: ParseStream<'_>| -> Result<TokenStream> {
        let krate = krate(input)?;
        if input.is_empty() {
            return Err(Error::new(Span::call_site(), WANTED));
        }
        let mut name = None;
        if at_name(input) {
            name = Some(Pat::parse_single(input)?);
            input.parse::<Token![=]>()?;
        }
        let limit = limit(input, "timeout")?;
        let of_body = |body| of_body(&krate, name.as_ref(), &limit, body);
        let future = match comma(input, limit.span(), is_told(&limit), WANTED)? {
            Next::Part if at_body(input) => return Ok(of_body(body(&krate, input, WANTED)?)),
            Next::Part if name.is_some() => return Err(input.error(BODY)),
            Next::Part => half_typed::expr(input, Expr::parse, half_typed::at_comma)
                .unwrap_or_else(|| missing(&input.error(WANTED))),
            Next::Missing(error) if name.is_some() => {
                return Ok(of_body(Body::missing(&error)));
            }
            // What stands alone may be the future.
            Next::Missing(error) => return Ok(quote!(match #limit { _ => #error })),
        };
        end(input, WANTED)?;
        Ok(of_future(&krate, &limit, &future))
    };
    parse.parse2(literals(input)).unwrap_or_else(|error| error.to_compile_error())
}

fn of_future(krate: &TokenStream, limit: &Expr, future: &Expr) -> TokenStream {
    let function = if matches!(future, Expr::Await(_)) { "not_awaited" } else { "argument" };
    let future = guards::future(krate, future.to_token_stream());
    let future = call(krate, function, future);
    quote!(#krate::timeout(#limit, #future))
}

fn of_body(krate: &TokenStream, name: Option<&Pat>, limit: &Expr, mut body: Body) -> TokenStream {
    let mut expansion = Expansion::new(krate, 0);
    body.take_jumps(&mut expansion.jumps);
    let (deadline, movable) = (local("__limit"), local("__movable"));
    let slot = expansion.slot();
    let limit = call(krate, "limit", limit.to_token_stream());
    let mut before = quote!(let #deadline = #limit;);
    let mut inside = TokenStream::new();
    if let Some(name) = name {
        before.extend(quote!(let #movable = #krate::__private::block::movable(#deadline);));
        inside = quote_spanned!(name.span()=> let #name = &#movable;);
    }
    let run = expansion.run(&inside, &body);
    let flow = match name {
        Some(_) => quote!(#krate::__private::block::limited_movably(&#movable, #run).await),
        None => quote!(#krate::__private::block::limited(#deadline, #run).await),
    };
    let expected = quote!(#krate::__private::block::expect_in_time(&#slot));
    expansion.finish(&before, &expected, &flow)
}
