//! What stands between the word of a loop, or of a condition, and its block.

use proc_macro2::{Delimiter, Group, Ident, Span, TokenStream, TokenTree};
use quote::quote;
use syn::parse::Parser;
use syn::{Expr, Pat};

use super::body::{is_mark, is_word, mistake, part};
use super::longest;

/// The tokens, with what can be understood of the heads in them. Where the block is missing, there is one.
pub(super) fn mended(tokens: Vec<TokenTree>) -> Vec<TokenTree> {
    let mut mended = Vec::new();
    let mut rest = tokens.into_iter().peekable();
    while let Some(token) = rest.next() {
        let word = match &token {
            TokenTree::Ident(word) => word.to_string(),
            _ => String::new(),
        };
        mended.push(token);
        if !["if", "while", "match", "for"].contains(&&*word) {
            continue;
        }
        let mut head = Vec::new();
        while let Some(token) = rest.next_if(|token| !is_braces(token) && !is_mark(token, ';')) {
            head.push(token);
        }
        let has_block = rest.peek().is_some_and(is_braces);
        let at = binding(&word, &head);
        let value = head.split_off(at);
        if word == "for" && !head.last().is_some_and(|last| is_word(last, "in")) {
            if Pat::parse_multi_with_leading_vert.parse2(head.iter().cloned().collect()).is_err() {
                head = quote!(_).into_iter().collect();
            }
            head.push(Ident::new("in", Span::mixed_site()).into());
        }
        mended.append(&mut head);
        let parses = Expr::parse_without_eager_brace.parse2(value.iter().cloned().collect());
        match parses {
            Ok(_) if has_block => mended.extend(value),
            Ok(known) => mended.push(part(Some(known))),
            Err(_) => mended.push(part(longest(&value).map(|(known, _)| known))),
        }
        if !has_block {
            let mistake = mistake();
            let inside = if word == "match" { quote!(_ => #mistake) } else { TokenStream::new() };
            mended.push(Group::new(Delimiter::Brace, inside).into());
        }
    }
    mended
}

/// Where the value begins: behind `in`, and behind the `=` of a `let`.
fn binding(word: &str, head: &[TokenTree]) -> usize {
    if word == "for" {
        return head.iter().position(|token| is_word(token, "in")).map_or(head.len(), |at| at + 1);
    }
    if head.first().is_some_and(|first| is_word(first, "let")) {
        return head.iter().position(|token| is_mark(token, '=')).map_or(0, |at| at + 1);
    }
    0
}

fn is_braces(token: &TokenTree) -> bool {
    matches!(token, TokenTree::Group(group) if group.delimiter() == Delimiter::Brace)
}
