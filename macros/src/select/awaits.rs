//! Whether a body awaits something while a future beside it stands still.
//!
//! A scan of tokens, so that half-typed code can be judged as well. Code of its own (`async` blocks and closures)
//! does not run in the body and is passed over; our macros that await by themselves count as an `.await`. Where the
//! future itself is awaited, alone or with others, it does not stand still.

use proc_macro2::{Delimiter, Ident, TokenStream, TokenTree};

/// The macros with a body, or arms, that await by themselves.
const AWAITING: &[&str] = &["with", "finally", "task_group", "select", "async_for", "timeout"];

/// Whether `body` awaits without polling `kept`.
pub(super) fn awaits_without(body: TokenStream, kept: &Ident) -> bool {
    let tokens: Vec<TokenTree> = body.into_iter().collect();
    let mut at = 0;
    while at < tokens.len() {
        if is_word(&tokens[at], "async") {
            at = behind_async(&tokens, at);
            continue;
        }
        let awaits = match &tokens[at] {
            TokenTree::Ident(word) if word == "await" => {
                is_mark(at.checked_sub(1).and_then(|at| tokens.get(at)), '.')
                    && !mentions(operand(&tokens[..at - 1]), kept)
            }
            TokenTree::Group(group) => match call(&tokens[..at]) {
                // A loop or a block of its own kind polls `kept` if it mentions it.
                Some(name) if is_awaiting(name, &group.stream()) => {
                    !mentions_in(group.stream(), kept)
                }
                _ => awaits_without(group.stream(), kept),
            },
            _ => false,
        };
        if awaits {
            return true;
        }
        at += 1;
    }
    false
}

/// Whether the macro awaits; `timeout!(2s, future)` is a future.
fn is_awaiting(name: &Ident, input: &TokenStream) -> bool {
    AWAITING.iter().any(|awaiting| name == awaiting)
        && (name != "timeout"
            || matches!(
                input.clone().into_iter().last(),
                Some(TokenTree::Group(body)) if body.delimiter() == Delimiter::Brace
            ))
}

/// The name of the macro that is called, if the tokens end in `name !`.
fn call(before: &[TokenTree]) -> Option<&Ident> {
    match before {
        [.., TokenTree::Ident(name), mark] if is_mark(Some(mark), '!') => Some(name),
        _ => None,
    }
}

/// What is awaited, at the end of these tokens: names, calls and fields, as far as they hang together.
fn operand(before: &[TokenTree]) -> &[TokenTree] {
    const KEYWORDS: &[&str] =
        &["return", "break", "in", "match", "if", "while", "else", "move", "let"];
    let begins = before.iter().rposition(|token| match token {
        TokenTree::Ident(word) => KEYWORDS.iter().any(|keyword| word == keyword),
        TokenTree::Group(group) => group.delimiter() == Delimiter::Brace,
        TokenTree::Punct(mark) => !['.', ':', '!', '?'].contains(&mark.as_char()),
        TokenTree::Literal(_) => false,
    });
    &before[begins.map_or(0, |at| at + 1)..]
}

fn mentions(tokens: &[TokenTree], name: &Ident) -> bool {
    tokens.iter().any(|token| match token {
        TokenTree::Ident(word) => word == name,
        TokenTree::Group(group) => mentions_in(group.stream(), name),
        TokenTree::Punct(_) | TokenTree::Literal(_) => false,
    })
}

fn mentions_in(tokens: TokenStream, name: &Ident) -> bool {
    mentions(&tokens.into_iter().collect::<Vec<_>>(), name)
}

/// The end of `async move { .. }`, or of an async closure: behind its block, or the comma after it.
fn behind_async(tokens: &[TokenTree], at: usize) -> usize {
    let mut rest = tokens.iter().enumerate().skip(at + 1).peekable();
    rest.next_if(|(_, token)| is_word(token, "move"));
    if rest.next_if(|(_, token)| is_mark(Some(token), '|')).is_some() {
        let _ = rest.find(|(_, token)| is_mark(Some(token), '|'));
    }
    let end = rest.find(|(_, token)| {
        is_mark(Some(token), ',')
            || is_mark(Some(token), ';')
            || matches!(token, TokenTree::Group(body) if body.delimiter() == Delimiter::Brace)
    });
    end.map_or(tokens.len(), |(at, _)| at + 1)
}

fn is_word(token: &TokenTree, name: &str) -> bool {
    matches!(token, TokenTree::Ident(word) if word == name)
}

fn is_mark(token: Option<&TokenTree>, mark: char) -> bool {
    matches!(token, Some(TokenTree::Punct(punct)) if punct.as_char() == mark)
}
