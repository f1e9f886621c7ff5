//! What is seen in the expansions.
//!
//! 1. `jumps`: which jumps are replaced. 2. `tail`: which bodies have a value. 3. `parse`: what is said
//!    about what cannot be parsed. 4. `any`: no input brings a macro down.

mod any;
mod jumps;
mod parse;
mod tail;

use proc_macro2::{TokenStream, TokenTree};
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

/// The message of the error that the macro gives, if it gives one.
fn message(expansion: TokenStream) -> Option<String> {
    let mut before = None;
    for token in expansion {
        match token {
            TokenTree::Group(group)
                if before.take().is_some_and(|word| word == "compile_error") =>
            {
                return syn::parse2::<syn::LitStr>(group.stream()).ok().map(|text| text.value());
            }
            TokenTree::Group(group) => {
                if let Some(inside) = message(group.stream()) {
                    return Some(inside);
                }
            }
            TokenTree::Ident(word) => before = Some(word),
            TokenTree::Punct(mark) if mark.as_char() == '!' => {}
            TokenTree::Punct(_) | TokenTree::Literal(_) => before = None,
        }
    }
    None
}
