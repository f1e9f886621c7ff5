//! `with!`: a body with resources, whose exits run when it ends.
//!
//! A resource behind the first is entered, and its body run, inside the body of the one before: so the exit
//! of the first runs, and is told of the failure, if the second cannot be had.

use std::collections::VecDeque;

use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, format_ident, quote, quote_spanned};
use syn::parse::{ParseStream, Parser};
use syn::spanned::Spanned;
use syn::{Error, Expr, Pat, PatWild, Result, Token};

use super::expand::{Body, Expansion, take_jumps};
use super::jumps;
use super::parse::{Named, Next, at_body, body, comma, named, no_future};
use crate::front::{call, krate, local};
use crate::guards;
use crate::half_typed::is_told;
use crate::literal::literals;

const WANTED: &str =
    "`with!` takes resources and a body, as in `with!(conn = connect().await?, { .. })`";
const NAME: &str = "a resource has a name, as in `conn = connect().await?`, or `_ = permit`";

/// Expands the input of the front: `[$crate]`, resources, and the body.
pub(crate) fn expand(input: TokenStream) -> TokenStream {
    let parse = |input: ParseStream<'_>| -> Result<TokenStream> {
        let krate = krate(input)?;
        if input.is_empty() {
            return Err(Error::new(Span::call_site(), WANTED));
        }
        let mut resources = VecDeque::new();
        if at_body(input) {
            return Err(input.error(WANTED));
        }
        let body = loop {
            if at_body(input) {
                break body(&krate, input, WANTED)?;
            }
            no_future(input)?;
            let mut resource = named(input, NAME)?;
            guards::expression(&krate, &mut resource.value);
            let (before, is_told) = (resource.value.span(), is_told(&resource.value));
            resources.push_back(resource);
            if let Next::Missing(error) = comma(input, before, is_told, WANTED)? {
                break Body::missing(&error);
            }
        };
        Ok(nest(&krate, 0, resources, body))
    };
    parse.parse2(literals(input)).unwrap_or_else(|error| error.to_compile_error())
}

/// One resource, however it is made, around the body.
pub(super) fn around(krate: &TokenStream, resource: TokenStream, body: Body) -> TokenStream {
    let name =
        Pat::Wild(PatWild { attrs: Vec::new(), underscore_token: Token![_](Span::mixed_site()) });
    let resource = Named { name, value: Expr::Verbatim(resource) };
    nest(krate, 0, VecDeque::from([resource]), body)
}

/// The first of `resources` around the others, and those around the body.
fn nest(
    krate: &TokenStream,
    level: usize,
    mut resources: VecDeque<Named>,
    mut body: Body,
) -> TokenStream {
    let Some(Named { name, value: resource }) = resources.pop_front() else {
        unreachable!("`with!` has at least one resource")
    };
    let mut expansion = Expansion::new(krate, level);
    for inner in &mut resources {
        take_jumps(&mut inner.value, &mut expansion.jumps);
    }
    body.take_jumps(&mut expansion.jumps);
    let innermost = resources.is_empty();
    if !innermost {
        body = Body::Inner(nest(krate, level + 1, resources, body));
    }

    let (guard, inner, used) = (local("__guard"), local("__inner"), local("__resource"));
    let (ended, flow, outcome) = (local("__ended"), local("__flow"), local("__outcome"));
    let slot = expansion.slot();
    let block = quote!(#krate::__private::block);
    let enter = call(krate, "enter", resource.to_token_stream());
    let run = expansion.run(&quote!(let #name = #used;), &body);
    let told = expansion.outcome(&flow, &body);
    let access = local("__access");
    let mut before = quote!(let (mut #guard, #access) = #enter;);
    let (expected, leave, join) = if innermost {
        (quote!(#block::expect_value), quote!(#block::leave), None)
    } else {
        let (own, join) = (inside(level), local("__join"));
        // Of errors that do not fit, rustc tells at the resource outside.
        let at = resource.span();
        let outer = located(&guard, at);
        let outer = quote_spanned!(at=> &#outer);
        before.extend(quote! {
            let #own = #block::Inside::new();
            let #join = (&#own).join(#outer);
        });
        (quote!(#block::expect_outer), quote!(#block::leave_outer), Some(join))
    };
    // The level around is told of a failure, and of the type of the exits in it.
    let outside = match level.checked_sub(1) {
        None => quote!(::core::option::Option::None),
        Some(outer) => {
            let (slot, around) = (jumps::slot(outer), inside(outer));
            before.extend(match &join {
                None => quote!((&#around).is(&#guard);),
                Some(join) => quote!((&#around).are(&#join);),
            });
            quote!(::core::option::Option::Some((&#slot).failed()))
        }
    };
    // Of what keeps the resource borrowed, rustc tells where it has its name.
    let named = located(&guard, name.span());
    let opened = quote_spanned!(name.span()=> &mut #named);
    let flow = quote!({
        let #ended = {
            #[allow(unused_variables)]
            let (#used, #inner) = #access.open(#opened);
            #block::used(#run, #inner).await
        };
        let #outcome = match &#ended {
            ::core::result::Result::Ok(#flow) => #told,
            ::core::result::Result::Err(_) => #krate::Outcome::Panicked,
        };
        #leave(#named, #ended, #outcome, #outside, #join).await
    });
    expansion.finish(&before, &quote!(#expected(&#guard, &#slot)), &flow)
}

/// The same name, standing elsewhere.
fn located(name: &Ident, at: Span) -> Ident {
    Ident::new(&name.to_string(), name.span().located_at(at))
}

/// What the exits inside a level give together.
fn inside(level: usize) -> Ident {
    format_ident!("__inside{level}", span = Span::mixed_site())
}
