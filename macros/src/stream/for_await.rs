//! `for await x in items { .. }`, which syn does not know.
//!
//! In the tokens it becomes `for __await @ x in items { .. }`, a pattern that nobody writes, and is found again
//! in what syn has understood.

use proc_macro2::{Group, Ident, Punct, Spacing, Span, TokenStream, TokenTree};
use syn::{ExprForLoop, Pat};

const MARK: &str = "__await";

/// Marks the loops in `tokens`, at any depth, but not in the input of macros: not all of them are ours.
pub(super) fn mark(tokens: TokenStream) -> TokenStream {
    marked(&tokens).unwrap_or(tokens)
}

/// `None`: there are no such loops. A group stays what it is then, with the place of its end.
fn marked(tokens: &TokenStream) -> Option<TokenStream> {
    let mut marked = Vec::new();
    let mut is_marked = false;
    // What stands before: `for`, or `name !`.
    let (mut is_for, mut is_name, mut is_call) = (false, false, false);
    for token in tokens.clone() {
        let (mut now_for, mut now_name, mut now_call) = (false, false, false);
        match token {
            TokenTree::Ident(word) if is_for && word == "await" => {
                let mut at = Punct::new('@', Spacing::Alone);
                at.set_span(word.span());
                let mark = Ident::new(MARK, Span::mixed_site().located_at(word.span()));
                marked.extend([TokenTree::Ident(mark), TokenTree::Punct(at)]);
                is_marked = true;
            }
            TokenTree::Group(group) if !is_call => {
                let inside = self::marked(&group.stream());
                is_marked |= inside.is_some();
                let inside = inside.map(|inside| {
                    let mut inside = Group::new(group.delimiter(), inside);
                    inside.set_span(group.span());
                    inside
                });
                marked.push(TokenTree::Group(inside.unwrap_or(group)));
            }
            token => {
                match &token {
                    TokenTree::Ident(word) => {
                        now_for = word == "for";
                        now_name = true;
                    }
                    TokenTree::Punct(punct) => now_call = is_name && punct.as_char() == '!',
                    TokenTree::Group(_) | TokenTree::Literal(_) => {}
                }
                marked.push(token);
            }
        }
        (is_for, is_name, is_call) = (now_for, now_name, now_call);
    }
    is_marked.then(|| marked.into_iter().collect())
}

/// Whether the loop is marked; the mark is taken away.
pub(super) fn take_mark(looped: &mut ExprForLoop) -> bool {
    let first = match &mut *looped.pat {
        Pat::Or(alternatives) => match alternatives.cases.first_mut() {
            Some(first) => first,
            None => return false,
        },
        pattern => pattern,
    };
    let Pat::Ident(mark) = first else { return false };
    if mark.ident != MARK {
        return false;
    }
    let Some((_, pattern)) = mark.subpat.take() else { return false };
    *first = *pattern;
    true
}

/// Whether `word`, behind `before`, makes a loop a `for await`, marked or not.
pub(super) fn is_await(before: Option<&Ident>, word: &Ident) -> bool {
    before.is_some_and(|before| before == "for") && (word == "await" || word == MARK)
}
