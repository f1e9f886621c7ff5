//! What each macro becomes, and what is wrong with its input.

use proc_macro2::TokenStream;
use quote::quote;

mod expansion;
mod mistakes;

fn text(tokens: TokenStream) -> String {
    tokens.to_string()
}

/// The expansion, which is an expression.
fn expression(expansion: TokenStream) -> String {
    let expression: syn::Expr = syn::parse2(expansion).expect("an expression");
    text(quote!(#expression))
}

/// The expansion, which is items.
fn items(expansion: TokenStream) -> String {
    let items: syn::File = syn::parse2(expansion).expect("items");
    text(quote!(#items))
}
