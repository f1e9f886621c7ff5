//! What `select!` becomes, and what is seen in it.

use proc_macro2::TokenStream;
use quote::quote;

mod expansion;
mod standing;

fn text(tokens: TokenStream) -> String {
    tokens.to_string()
}

/// The expansion of what the user wrote, which is an expression.
fn expansion(input: TokenStream) -> String {
    let expression: syn::Expr =
        syn::parse2(super::expand(quote!([::taipan] #input))).expect("an expression");
    text(quote!(#expression))
}

/// Whether `part` stands in the expansion.
#[track_caller]
fn assert_has(expansion: &str, part: TokenStream) {
    let part = text(part);
    assert!(expansion.contains(&part), "{part} is not in {expansion}");
}
