//! What each form becomes.
//!
//! An expression, without a `let` around the user's arguments: their temporaries live as long as the
//! statement, so that `gather!(send(&format!("{n}")))` compiles. The forms with `for` are a real
//! loop, so that `?`, `continue` and `.await` in them are the function's own.

use proc_macro2::{Ident, Span, TokenStream, TokenTree};
use quote::{ToTokens, quote};

use super::Macro;
use super::parse::{Clause, Form, Input};
use crate::front::{call, local};
use crate::guards;

pub(super) fn expand(kind: Macro, Input { krate, form, limit }: Input) -> TokenStream {
    let name = Ident::new(kind.name(), Span::mixed_site());
    let limit = limit.map(|limit| quote!(.limit(#limit)));
    match form {
        Form::Arguments(arguments) => {
            let list = arguments.iter().map(|argument| {
                let argument = child(kind, &krate, argument.to_token_stream());
                quote!(.with(#argument))
            });
            let flatten = flatten(kind, arguments.len());
            quote!(#krate::__private::list::#name()#(#list)*.done(#flatten))
        }
        Form::Splat(iter) => {
            let function = if kind.is_fallible() { "try_arguments" } else { "arguments" };
            let arguments = call(&krate, function, iter.to_token_stream());
            quote!(#krate::#name(#arguments)#limit)
        }
        Form::Each { clauses, child: each } => {
            let each = child(kind, &krate, each);
            let (items, children) = (local("__items"), local("__children"));
            let first = clauses[0].items.to_token_stream();
            // On a reference, as in `block::expand`.
            let push = quote!(#[allow(unused_braces)] (&mut #children).push(#each););
            let looped = nest(&items, clauses, push);
            // A `match`, so that the temporaries of the items live as long as the statement.
            quote!(match #first {
                #items => {
                    let mut #children = #krate::__private::Vec::new();
                    #looped
                    #krate::#name(#children)#limit
                }
            })
        }
    }
}

/// The loops and conditions of `clauses`, the first over `items`, around `inner`.
fn nest(items: &Ident, clauses: Vec<Clause>, mut inner: TokenStream) -> TokenStream {
    for (index, Clause { pattern, items: iter, conditions }) in clauses.iter().enumerate().rev() {
        for condition in conditions.iter().rev() {
            inner = quote!(if #condition { #inner });
        }
        let iter = if index == 0 { items.to_token_stream() } else { iter.to_token_stream() };
        inner = quote!(for #pattern in #iter { #inner });
    }
    inner
}

/// One child, checked in our words.
fn child(kind: Macro, krate: &TokenStream, argument: TokenStream) -> TokenStream {
    let function = if ends_in_await(&argument) {
        "not_awaited"
    } else if kind.is_fallible() {
        "try_argument"
    } else {
        "argument"
    };
    call(krate, function, guards::future(krate, argument))
}

fn ends_in_await(tokens: &TokenStream) -> bool {
    let mut last = [None, None];
    for token in tokens.clone() {
        last = [last[1].take(), Some(token)];
    }
    match last {
        [None, Some(TokenTree::Group(block))] => ends_in_await(&block.stream()),
        [Some(TokenTree::Punct(dot)), Some(TokenTree::Ident(word))] => {
            dot.as_char() == '.' && word == "await"
        }
        _ => false,
    }
}

/// The closure that makes a tuple, or an array of errors, of `((((), a), b), c)`.
fn flatten(kind: Macro, len: usize) -> Option<TokenStream> {
    let names: Vec<_> = (0..len).map(|index| local(&format!("__value{index}"))).collect();
    let nested = names.iter().fold(quote!(()), |before, name| quote!((#before, #name)));
    match kind {
        Macro::Gather | Macro::TryGather if len == 0 => Some(quote!(|#nested| ())),
        Macro::Gather | Macro::TryGather => Some(quote!(|#nested| (#(#names,)*))),
        Macro::RaceOk => Some(quote!(|#nested| [#(#names,)*])),
        Macro::Race => None,
    }
}
