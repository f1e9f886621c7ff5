//! Bytes as tokens, and tokens as bytes.
//!
//! A byte below [`FIRST`] opens or closes a group; every other one is a word of [`WORDS`]. The corpus is written in
//! these numbers, so a new word goes to the end.

use proc_macro2::{Delimiter, Group, Ident, Literal, Punct, Spacing, Span, TokenStream, TokenTree};

/// Closes the group that is open, if one is.
const CLOSE: u8 = 0;
/// The bytes from 1 on open a group of this kind.
const GROUPS: [Delimiter; 4] =
    [Delimiter::Brace, Delimiter::Parenthesis, Delimiter::Bracket, Delimiter::None];
/// The first byte that is a word.
const FIRST: u8 = 5;
/// How deep groups go: rustc has a limit of its own.
const DEPTH: usize = 12;

#[rustfmt::skip]
const WORDS: &[&str] = &[
    // names
    "a", "b", "c", "x", "tg", "t", "_", "T", "Some", "None", "Ok", "Err", "Result", "Stream", "Item",
    "u32", "str", "main", "r#match", "f", "g", "s", "v", "__await", "std",
    // words of the macros
    "limit", "biased", "when", "default", "disabled", "timeout", "threads", "local", "virtual_time",
    "shutdown_timeout", "grace", "ctrl_c", "seed", "seeds", "limt", "allow", "derive",
    // macros
    "with", "finally", "task_group", "select", "async_for", "gather", "try_gather", "race", "race_ok",
    "sleep", "stream", "generator", "println", "vec", "panic", "taipan", "checked", "blocking",
    // keywords
    "as", "async", "await", "break", "const", "continue", "crate", "dyn", "else", "enum", "extern",
    "false", "fn", "for", "if", "impl", "in", "let", "loop", "match", "mod", "move", "mut", "pub",
    "ref", "return", "self", "Self", "static", "struct", "super", "trait", "true", "type", "union",
    "unsafe", "use", "where", "while", "yield", "gen", "try", "macro_rules", "raw", "auto", "box",
    // marks
    "!", "#", "$", "%", "&", "*", "+", ",", "-", ".", "/", ":", ";", "<", "=", ">", "?", "@", "^", "|",
    "~", "=>", "..", "..=", "...", "::", "->", "==", "!=", "<=", ">=", "&&", "||", "+=", "-=", "<<",
    ">>", "<-",
    // labels and lifetimes
    "'a", "'b", "'_", "'static",
    // numbers
    "0", "1", "8", "1u8", "0x1d", "1.5", "2s", "500ms", "1.5s", "1h30m", "5sec", "1m30", "0s", "5x",
    "1e9s", "0.1ns", "1e40s", "1_000ms",
    // texts
    "\"text\"", "'c'", "b'c'", "b\"text\"", "c\"text\"",
];

/// What the bytes say.
pub(crate) fn tokens(bytes: &[u8]) -> TokenStream {
    let mut open: Vec<(Delimiter, TokenStream)> = Vec::new();
    let mut tokens = TokenStream::new();
    for &byte in bytes {
        if byte == CLOSE {
            if let Some((delimiter, before)) = open.pop() {
                let inside = std::mem::replace(&mut tokens, before);
                tokens.extend([TokenTree::Group(Group::new(delimiter, inside))]);
            }
        } else if byte < FIRST {
            if open.len() < DEPTH {
                let delimiter = GROUPS[usize::from(byte) - 1];
                open.push((delimiter, std::mem::take(&mut tokens)));
            }
        } else {
            word(WORDS[usize::from(byte - FIRST) % WORDS.len()], &mut tokens);
        }
    }
    while let Some((delimiter, before)) = open.pop() {
        let inside = std::mem::replace(&mut tokens, before);
        tokens.extend([TokenTree::Group(Group::new(delimiter, inside))]);
    }
    tokens
}

fn word(word: &str, tokens: &mut TokenStream) {
    let here = Span::call_site();
    let first = word.chars().next().expect("no word is empty");
    if let Some(lifetime) = word.strip_prefix('\'')
        && !lifetime.ends_with('\'')
    {
        let quote = Punct::new('\'', Spacing::Joint);
        tokens.extend([TokenTree::from(quote), Ident::new(lifetime, here).into()]);
    } else if first.is_ascii_punctuation() && !"_'\"".contains(first) {
        let last = word.len() - 1;
        tokens.extend(word.chars().enumerate().map(|(index, mark)| {
            let spacing = if index < last { Spacing::Joint } else { Spacing::Alone };
            TokenTree::from(Punct::new(mark, spacing))
        }));
    } else if let Some(raw) = word.strip_prefix("r#") {
        tokens.extend([TokenTree::from(Ident::new_raw(raw, here))]);
    } else if first.is_ascii_digit() || word.contains(['\'', '"']) {
        let literal: Literal = word.parse().expect("a literal of the list");
        tokens.extend([TokenTree::from(literal)]);
    } else {
        tokens.extend([TokenTree::from(Ident::new(word, here))]);
    }
}

/// The bytes that say `tokens`, as nearly as they can.
pub(crate) fn bytes(tokens: TokenStream) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut tokens = tokens.into_iter().peekable();
    while let Some(token) = tokens.next() {
        match token {
            TokenTree::Group(group) => {
                let kind = GROUPS.iter().position(|&kind| kind == group.delimiter());
                bytes
                    .push(u8::try_from(kind.expect("there are four")).expect("a small number") + 1);
                bytes.extend(self::bytes(group.stream()));
                bytes.push(CLOSE);
            }
            TokenTree::Ident(name) => bytes.push(number(&name.to_string()).unwrap_or(FIRST)),
            TokenTree::Literal(literal) => {
                let text = literal.to_string();
                let like =
                    if text.starts_with(|c: char| c.is_ascii_digit()) { "1" } else { "\"text\"" };
                bytes.extend(number(&text).or_else(|| number(like)));
            }
            TokenTree::Punct(punct) if punct.as_char() == '\'' => {
                let name = tokens.next().map(|name| format!("'{name}"));
                bytes.extend(name.and_then(|name| number(&name)).or_else(|| number("'a")));
            }
            TokenTree::Punct(punct) => {
                let mut mark = punct.as_char().to_string();
                let mut joint = punct.spacing() == Spacing::Joint;
                while joint && let Some(TokenTree::Punct(next)) = tokens.peek() {
                    let longer = format!("{mark}{}", next.as_char());
                    if number(&longer).is_none() {
                        break;
                    }
                    (mark, joint) = (longer, next.spacing() == Spacing::Joint);
                    tokens.next();
                }
                bytes.extend(number(&mark));
            }
        }
    }
    bytes
}

/// The byte that says `word`.
fn number(word: &str) -> Option<u8> {
    let index = WORDS.iter().position(|&known| known == word)?;
    u8::try_from(index).ok()?.checked_add(FIRST)
}

#[cfg(test)]
mod tests {
    use quote::quote;

    use super::*;

    #[test]
    fn every_word_has_a_byte_of_its_own_and_comes_back() {
        assert!(WORDS.len() <= 256 - usize::from(FIRST), "{} words", WORDS.len());
        for word in WORDS {
            let byte = number(word).expect("in the list");
            assert_eq!(tokens(&[byte]).to_string().replace(' ', ""), *word);
            assert_eq!(bytes(tokens(&[byte])), [byte], "{word}");
        }
    }

    #[test]
    fn code_of_known_words_comes_back_as_it_was() {
        let code = quote! {
            'a: for Some(x) in f(1.5s)? { with!(_ = [b, c], { break 'a; }) }
            match x { 0..=8 => { || -> u32 { "text" } } }
        };
        assert_eq!(tokens(&bytes(code.clone())).to_string(), code.to_string());
    }

    #[test]
    fn bytes_that_open_or_close_too_much_are_tokens_all_the_same() {
        assert_eq!(tokens(&[CLOSE, 1, 2, CLOSE]).to_string(), "{ () }");
        assert!(!tokens(&[3; 100]).is_empty());
    }
}
