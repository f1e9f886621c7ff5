//! What is seen in the expansions.
//!
//! 1. `jumps`: which jumps are replaced. 2. `tail`: which bodies have a value. 3. `parse`: what is said
//!    about what cannot be parsed. 4. `any`: no input brings a macro down.

mod any;
mod jumps;
mod parse;
mod tail;

use proc_macro2::TokenStream;
use syn::Block;

type Macro = fn(TokenStream) -> TokenStream;

const MACROS: [(&str, Macro); 4] = [
    ("with", super::with),
    ("finally", super::finally),
    ("timeout", super::timeout),
    ("task_group", super::task_group),
];

fn block(tokens: TokenStream) -> Block {
    syn::parse2(tokens).expect("a block")
}

/// The message of the error that the macro gives, if it gives one and nothing else.
fn message(expansion: TokenStream) -> Option<String> {
    let call: syn::Macro = syn::parse2(expansion).ok()?;
    let is_error = call.path.segments.last().is_some_and(|name| name.ident == "compile_error");
    let text: syn::LitStr = syn::parse2(call.tokens).ok()?;
    is_error.then(|| text.value())
}
