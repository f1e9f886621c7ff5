//! `#[taipan::checked]`: the guards, on functions that others call.
//!
//! The item stays what it is; only the bodies of its async functions are looked at.

use proc_macro2::{Span, TokenStream};
use quote::quote;
use syn::{Attribute, Block, ImplItem, Item, Signature, TraitItem};

use super::options::{self, Options};
use super::start;
use crate::errors::Errors;
use crate::guards;
use crate::literal::literals;

const WANTED: &str =
    "`#[taipan::checked]` goes on an `async fn`, an `impl` block, a trait or an inline `mod`";

/// Expands `#[taipan::checked(options)] item`.
pub(crate) fn expand(options: TokenStream, item: TokenStream) -> TokenStream {
    let mut errors = Errors::default();
    let options = options::parse(None, literals(options), &mut errors);
    let tokens = literals(item.clone());
    let Ok(mut parsed) = syn::parse2::<Item>(tokens.clone()) else {
        // Half-typed: rustc has read it before, and has told what is wrong with it.
        let errors = errors.into_compile_error();
        return quote!(#errors #tokens);
    };
    if let Err((at, message)) = check(&options, &mut parsed) {
        errors.at(at.unwrap_or_else(|| start(&item)), message);
    }
    let errors = errors.into_compile_error();
    quote!(#errors #parsed)
}

type Refused = (Option<Span>, &'static str);

/// Guards the item that has the attribute, or says why not.
fn check(options: &Options, item: &mut Item) -> Result<(), Refused> {
    match item {
        Item::Fn(function) if function.sig.asyncness.is_none() => Err((
            Some(function.sig.fn_token.span),
            "`#[taipan::checked]` needs an async fn: a sync one may block, and awaits nothing",
        )),
        Item::Mod(module) if module.content.is_none() => Err((
            Some(module.mod_token.span),
            "`#[taipan::checked]` cannot see into another file: put it on the functions and `impl` blocks there",
        )),
        Item::Fn(_) | Item::Impl(_) | Item::Trait(_) | Item::Mod(_) => {
            inside(options, item);
            Ok(())
        }
        _ => Err((None, WANTED)),
    }
}

/// Guards every async function in the item.
fn inside(options: &Options, item: &mut Item) {
    match item {
        Item::Fn(item) => function(options, &mut item.attrs, &item.sig, &mut item.block),
        Item::Impl(item) => {
            for item in &mut item.items {
                if let ImplItem::Fn(item) = item {
                    function(options, &mut item.attrs, &item.sig, &mut item.block);
                }
            }
        }
        Item::Trait(item) => {
            for item in &mut item.items {
                if let TraitItem::Fn(item) = item
                    && let Some(body) = &mut item.default
                {
                    function(options, &mut item.attrs, &item.sig, body);
                }
            }
        }
        Item::Mod(item) => {
            let items = item.content.iter_mut().flat_map(|(_, items)| items);
            items.for_each(|item| inside(options, item));
        }
        _ => {}
    }
}

fn function(
    options: &Options,
    attributes: &mut Vec<Attribute>,
    signature: &Signature,
    body: &mut Block,
) {
    if signature.asyncness.is_none() {
        return;
    }
    guards::function(&options.krate, attributes, body);
    if options.blocking {
        guards::allow_blocking(&options.krate, body);
    }
}
