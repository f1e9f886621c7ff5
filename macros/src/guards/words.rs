//! Whether there may be anything to find.

use proc_macro2::{TokenStream, TokenTree};

use super::{blocking, dropped, held};

/// Whether a guard could have something to say about `tokens`: else they need not be understood.
pub(super) fn mention(tokens: &TokenStream) -> bool {
    let mut is_let = false; // what stands before
    tokens.clone().into_iter().any(|token| {
        let was_let = std::mem::take(&mut is_let);
        match token {
            TokenTree::Ident(word) => {
                is_let = word == "let";
                (was_let && word == "_") || {
                    let word = word.to_string();
                    [blocking::WORDS, dropped::WORDS, held::WORDS]
                        .iter()
                        .any(|words| words.contains(&&*word))
                }
            }
            TokenTree::Group(group) => mention(&group.stream()),
            TokenTree::Punct(_) | TokenTree::Literal(_) => false,
        }
    })
}
