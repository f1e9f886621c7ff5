use proc_macro2::{Delimiter, Group, TokenStream, TokenTree};
use quote::quote;

use super::{MACROS, message};

/// Xorshift: the same numbers in every run.
struct Random(u64);

impl Random {
    fn below(&mut self, limit: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % limit
    }

    fn pick<'a>(&mut self, words: &[&'a str]) -> &'a str {
        let index = self.below(words.len() as u64);
        words[usize::try_from(index).expect("a small number")]
    }

    fn tokens(&mut self, depth: u32) -> TokenStream {
        (0..self.below(7)).flat_map(|_| self.token(depth)).collect()
    }

    fn token(&mut self, depth: u32) -> TokenStream {
        const WORDS: &[&str] = &[
            "a", "tg", "_", "break", "continue", "return", "loop", "while", "for", "in", "if",
            "else", "match", "async", "move", "await", "let", "fn", "println", "with", "self",
        ];
        const MARKS: &[&str] = &[
            "=", "=", ",", ",", ";", "?", ".", "|", "!", "#", ":", "&", "+", "==", "=>", "::",
            "..", "->", "'a", "5s", "1", "\"text\"",
        ];
        if depth == 0 || self.below(3) > 0 {
            let word = if self.below(2) == 0 { self.pick(WORDS) } else { self.pick(MARKS) };
            return word.parse().expect("tokens");
        }
        let delimiter = match self.below(4) {
            0 => Delimiter::Parenthesis,
            1 => Delimiter::Bracket,
            2 => Delimiter::None,
            _ => Delimiter::Brace,
        };
        TokenTree::Group(Group::new(delimiter, self.tokens(depth - 1))).into()
    }
}

#[test]
fn any_input_gives_an_expansion_or_an_error() {
    let mut random = Random(0x9E37_79B9_7F4A_7C15);
    let (mut expansions, mut errors) = (0, 0);
    for round in 0..2_000 {
        let tokens = random.tokens(3);
        // Of every form, so that not all of it ends at the first token.
        let input = match round % 8 {
            0 => tokens,
            1 => quote!(a = b, { #tokens }),
            2 => quote!(_ = b, _ = #tokens, {}),
            3 => quote!({ #tokens }, |_| {}),
            4 => quote!({}, #tokens),
            5 => quote!(5s, { #tokens }),
            6 => quote!(tg, { loop { #tokens } }),
            _ => quote!(a = #tokens, { a; }),
        };
        for (_, expand) in MACROS {
            let expansion = expand(quote!([::taipan] #input));
            if message(expansion).is_some() {
                errors += 1;
            } else {
                expansions += 1;
            }
        }
    }
    assert!(expansions > 500 && errors > 500, "{expansions} expansions, {errors} errors");
}
