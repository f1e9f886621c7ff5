//! `task_group!`: a body with a group of tasks, which ends when all of them have.

use proc_macro2::{Span, TokenStream};
use quote::{ToTokens, quote};
use syn::parse::{ParseStream, Parser};
use syn::spanned::Spanned;
use syn::{Error, Pat, Result, Token};

use super::expand::{Body, Expansion};
use super::parse::{Named, Next, at_name, body, comma, named, no_future};
use crate::front::{call, krate, local};
use crate::half_typed::is_told;
use crate::literal::literals;

const WANTED: &str = "`task_group!` takes a name and a body, as in `task_group!(tg, { tg.spawn(f()); })`, or \
                      `task_group!(tg = TaskGroup::new().limit(8), { .. })`";

/// Expands the input of the front: `[$crate]`, a name, perhaps with a group, and the body.
pub(crate) fn expand(input: TokenStream) -> TokenStream {
    let parse = |input: ParseStream<'_>| -> Result<TokenStream> {
        let krate = krate(input)?;
        if input.is_empty() {
            return Err(Error::new(Span::call_site(), WANTED));
        }
        no_future(input)?;
        let (name, group, before, is_told) = if at_name(input) {
            let Named { name, value } = named(input, WANTED)?;
            let span = value.span();
            (name, Some(value.to_token_stream()), span, is_told(&value))
        } else if input.peek(syn::Ident) || input.peek(Token![_]) {
            let name = Pat::parse_single(input)?;
            let span = name.span();
            (name, None, span, false)
        } else {
            return Err(input.error(WANTED));
        };
        let body = match comma(input, before, is_told, WANTED)? {
            Next::Part => body(&krate, input, WANTED)?,
            Next::Missing(error) => Body::missing(&error),
        };
        Ok(of_body(&krate, &name, group, body))
    };
    parse.parse2(literals(input)).unwrap_or_else(|error| error.to_compile_error())
}

fn of_body(
    krate: &TokenStream,
    name: &Pat,
    group: Option<TokenStream>,
    mut body: Body,
) -> TokenStream {
    let mut expansion = Expansion::new(krate, 0);
    body.take_jumps(&mut expansion.jumps);
    let (made, owner, ended) = (local("__group"), local("__owner"), local("__ended"));
    let (flow, outcome) = (local("__flow"), local("__outcome"));
    let slot = expansion.slot();
    let group = match group {
        Some(group) => call(krate, "group", group),
        None => quote!(#krate::TaskGroup::new()),
    };
    let run = expansion.run(&quote!(let #name = &#made;), &body);
    let told = expansion.outcome(&flow, &body);
    let ended_flow = quote!({
        let mut #owner = #krate::__private::block::own(&#made);
        let #ended = #krate::__private::block::grouped(&mut #owner, #run).await;
        let #outcome = match #krate::__private::block::flow_of(&#ended) {
            ::core::option::Option::Some(#flow) => #told,
            ::core::option::Option::None => #krate::Outcome::Cancelled,
        };
        #krate::__private::block::leave_group(#owner, #ended, #outcome).await
    });
    let expected = quote!(#krate::__private::block::expect_of_group(&#slot));
    expansion.finish(&quote!(let #made = #group;), &expected, &ended_flow)
}
