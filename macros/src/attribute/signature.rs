//! Which functions an attribute accepts.
//!
//! What is wrong is reported and mended, so that the expansion has no second error.

use syn::punctuated::Punctuated;
use syn::spanned::Spanned;
use syn::{Attribute as Attr, ItemFn};

use super::Attribute;
use crate::errors::Errors;

pub(super) fn check(attribute: Attribute, function: &mut ItemFn, errors: &mut Errors) {
    let name = attribute.name();
    check_attributes(attribute, &mut function.attrs, errors);
    let signature = &mut function.sig;
    if signature.asyncness.is_none() {
        let ident = &signature.ident;
        let message = format!("`#[taipan::{name}]` needs an async fn: write `async fn {ident}`");
        errors.at(signature.fn_token.span(), &message);
        signature.asyncness = Some(syn::token::Async(signature.fn_token.span()));
    }
    if attribute == Attribute::Main && signature.ident != "main" {
        let message =
            "`#[taipan::main]` goes on the function `main`; run another one by `taipan::run(..)`";
        errors.at(signature.ident.span(), message);
    }
    if !signature.inputs.is_empty() {
        let message = match attribute {
            Attribute::Main => "`main` takes no arguments: read them from `std::env::args()`",
            Attribute::Test => "a test takes no arguments",
        };
        errors.at(signature.inputs.span(), message);
        signature.inputs = Punctuated::new();
    }
    if let Some(variadic) = signature.variadic.take() {
        errors.at(variadic.span(), "no variadic arguments here");
    }
    if !signature.generics.params.is_empty() {
        let message =
            format!("`{}` cannot be generic: nobody would choose the types", signature.ident);
        errors.at(signature.generics.params.span(), &message);
        signature.generics = syn::Generics::default();
    }
    if let Some(clause) = signature.generics.where_clause.take() {
        errors.at(clause.span(), "a `where` has nothing to bound here: remove it");
    }
    if let Some(constness) = signature.constness.take() {
        errors.at(constness.span(), "an async fn cannot be `const`: remove it");
    }
    if let syn::Safety::Unsafe(token) = &signature.safety {
        errors.at(token.span(), "the runtime calls this function: it cannot be `unsafe`");
        signature.safety = syn::Safety::Default;
    }
    if let Some(abi) = signature.abi.take() {
        errors.at(abi.span(), "the runtime calls this function: it cannot be `extern`");
    }
}

/// Refuses a second attribute that would start the function, and takes it off.
fn check_attributes(attribute: Attribute, attributes: &mut Vec<Attr>, errors: &mut Errors) {
    let name = attribute.name();
    attributes.retain(|attr| {
        let segments: Vec<String> =
            attr.path().segments.iter().map(|segment| segment.ident.to_string()).collect();
        let segments: Vec<&str> = segments.iter().map(String::as_str).collect();
        let message = match segments[..] {
            [.., "taipan", other @ ("main" | "test")] if other == name => {
                format!("`#[taipan::{name}]` is given twice")
            }
            [.., "taipan", "main" | "test"] => "a function is either `main` or a test".to_owned(),
            ["checked"] | [.., "taipan", "checked"] => {
                format!("`#[taipan::{name}]` checks as `#[taipan::checked]` does: remove it")
            }
            ["test"] if attribute == Attribute::Test => {
                "`#[taipan::test]` makes the test: remove `#[test]`".to_owned()
            }
            _ => return true,
        };
        errors.at(attr.span(), &message);
        false
    });
}
