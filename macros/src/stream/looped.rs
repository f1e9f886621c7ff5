//! `async_for!`: a loop whose items are awaited.

use proc_macro2::{Delimiter, Group, Span, TokenStream, TokenTree};
use quote::{ToTokens, quote};
use syn::parse::{ParseBuffer, ParseStream, Parser};
use syn::spanned::Spanned;
use syn::{Error, Expr, Label, Lifetime, Pat, Result, Token, token};

use crate::front::{block, call, end, krate, local};
use crate::guards;
use crate::half_typed::{self, is_told, missing};
use crate::literal::literals;

const WANTED: &str = "`async_for!` takes a loop, as in `async_for!(for x in items { .. })`";

/// `'label: for pattern in items { .. } else { .. }`; the label, `for` and `else` may be missing.
pub(crate) struct Loop {
    pub(crate) label: Option<Label>,
    pub(crate) pattern: Pat,
    pub(crate) items: Expr,
    /// Raw, as is `otherwise`: rustc says what is wrong with it, half-typed or not.
    pub(crate) body: TokenTree,
    pub(crate) otherwise: Option<TokenTree>,
}

impl Loop {
    pub(crate) fn parse(input: ParseStream<'_>) -> Result<Loop> {
        let mut before = Span::call_site();
        let label = if input.peek(Lifetime) {
            before = input.span();
            Some(input.parse::<Label>()?)
        } else {
            None
        };
        if input.peek(Token![for]) {
            before = input.parse::<Token![for]>()?.span;
        }
        if input.peek(Token![await]) {
            return Err(input.error("`async_for!` awaits by itself: remove the `await`"));
        }
        if input.is_empty() {
            return Err(Error::new(before, WANTED));
        }
        let pattern = half_typed::pattern(input)?;
        let items = if input.peek(Token![in]) {
            before = input.parse::<Token![in]>()?.span;
            let items = half_typed::expr(input, Expr::parse_without_eager_brace, at_body);
            items.unwrap_or_else(|| missing(&expected(input, before, "the items")))
        } else if at_body(input) {
            missing(&expected(input, pattern.span(), "`in ..`"))
        } else {
            return Err(expected(input, pattern.span(), "`in ..`"));
        };
        let is_told = is_told(&items);
        let body = braces(input, items.span(), is_told, "the body in `{ .. }`")?;
        let otherwise = if input.peek(Token![else]) {
            before = input.parse::<Token![else]>()?.span;
            Some(braces(input, before, is_told, "a block after `else`")?)
        } else {
            None
        };
        end(input, "a loop ends with its body, or with its `else { .. }`")?;
        Ok(Loop { label, pattern, items, body, otherwise })
    }
}

/// Where the items end.
fn at_body(input: &ParseBuffer<'_>) -> bool {
    input.is_empty() || input.peek(token::Brace)
}

/// A block; at the end, one with the error in it, if the user is not told already.
fn braces(input: ParseStream<'_>, before: Span, is_told: bool, what: &str) -> Result<TokenTree> {
    if input.peek(token::Brace) {
        return block(input);
    }
    let error = expected(input, before, what);
    if !input.is_empty() {
        return Err(error);
    }
    let error = if is_told { TokenStream::new() } else { missing(&error).into_token_stream() };
    Ok(Group::new(Delimiter::Brace, error).into())
}

/// An error at the next token or, at the end, at what stands before.
fn expected(input: ParseStream<'_>, before: Span, what: &str) -> Error {
    let span = if input.is_empty() { before } else { input.span() };
    Error::new(span, format!("expected {what}, as in `async_for!(for x in items {{ .. }})`"))
}

/// Expands the input of the front: `[$crate]`, then a loop.
pub(crate) fn expand(input: TokenStream) -> TokenStream {
    let parse = |input: ParseStream<'_>| -> Result<TokenStream> {
        let krate = krate(input)?;
        let mut looped = Loop::parse(input)?;
        guards::expression(&krate, &mut looped.items);
        looped.body = guarded(&krate, looped.body);
        looped.otherwise = looped.otherwise.map(|block| guarded(&krate, block));
        Ok(of_loop(&krate, looped))
    };
    parse.parse2(literals(input)).unwrap_or_else(|error| error.to_compile_error())
}

fn guarded(krate: &TokenStream, block: TokenTree) -> TokenTree {
    let mut tokens = guards::tokens(krate, block.clone().into()).into_iter();
    tokens.next().unwrap_or(block) // it stays a block
}

/// The loop itself. In a `match`, so that the temporaries of the items live as long as it does; the items are
/// dropped when it is left, and before the `else` block runs, which stands outside, so that a `break` in it means
/// the loop around.
pub(super) fn of_loop(krate: &TokenStream, looped: Loop) -> TokenStream {
    let Loop { label, pattern, items, body, otherwise } = looped;
    let made = call(krate, "items", items.to_token_stream());
    let (items, item, value) = (local("__items"), local("__item"), local("__value"));
    let pin = quote!(let mut #items = ::core::pin::pin!(#items););
    let next = quote!(::core::pin::Pin::as_mut(&mut #items).next().await);
    let pattern = match pattern {
        Pat::Or(_) => quote!((#pattern)),
        pattern => pattern.into_token_stream(),
    };
    // By `let`, so that rustc asks for a pattern that cannot fail, as in any `for`.
    let run = quote!({
        let #pattern = #item;
        #[allow(unused_braces)]
        #body
    });
    let Some(otherwise) = otherwise else {
        return quote!(match #made {
            #items => {
                #pin
                #label while let ::core::option::Option::Some(#item) = #next #run
            }
        });
    };
    let left = Lifetime::new("'__left", Span::mixed_site());
    quote!(match #made {
        #items => match #left: {
            #pin
            let #value = #label loop {
                match #next {
                    ::core::option::Option::Some(#item) => #run
                    ::core::option::Option::None => break #left ::core::option::Option::None,
                }
            };
            #[allow(unreachable_code)]
            ::core::option::Option::Some(#value)
        } {
            ::core::option::Option::Some(#value) => #value,
            ::core::option::Option::None => #otherwise
        },
    })
}
