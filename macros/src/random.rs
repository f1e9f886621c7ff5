//! Input that looks random: no parser may panic at any.

use proc_macro2::{Delimiter, Group, Ident, Literal, Punct, Spacing, Span, TokenStream, TokenTree};

/// Numbers that look random, and are the same in every run.
pub(crate) struct Random(pub(crate) u64);

impl Random {
    pub(crate) fn below(&mut self, limit: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        usize::try_from(self.0 >> 33).expect("31 bits") % limit
    }

    /// Tokens in groups, so deep at most.
    pub(crate) fn tokens(&mut self, depth: usize) -> TokenStream {
        const WORDS: &[&str] = &[
            "for",
            "await",
            "in",
            "x",
            "yield",
            "async",
            "move",
            "fn",
            "else",
            "break",
            "return",
            "with",
            "stream",
            "task_group",
            "println",
            "async_for",
            "pub",
            "if",
            "loop",
            "Some",
            "self",
            "let",
            "mut",
            "impl",
            "match",
            "__await",
        ];
        const SIGNS: &[char] =
            &['!', '?', '.', ',', ';', ':', '=', '>', '-', '|', '&', '@', '\'', '<', '#'];
        let mut tokens: Vec<TokenTree> = Vec::new();
        for _ in 0..self.below(9) {
            match self.below(8) {
                0..=2 => tokens
                    .push(Ident::new(WORDS[self.below(WORDS.len())], Span::call_site()).into()),
                3..=4 => match SIGNS[self.below(SIGNS.len())] {
                    '\'' => {
                        tokens.push(Punct::new('\'', Spacing::Joint).into());
                        tokens.push(Ident::new("a", Span::call_site()).into());
                    }
                    sign => {
                        let spacing = [Spacing::Alone, Spacing::Joint][self.below(2)];
                        tokens.push(Punct::new(sign, spacing).into());
                    }
                },
                5 => tokens.push(Literal::u32_suffixed(1).into()),
                _ if depth > 0 => {
                    let delimiters = [Delimiter::Brace, Delimiter::Parenthesis, Delimiter::Bracket];
                    let group = Group::new(delimiters[self.below(3)], self.tokens(depth - 1));
                    tokens.push(group.into());
                }
                _ => tokens.push(Literal::string("text").into()),
            }
        }
        tokens.into_iter().collect()
    }

    /// `tokens`, with one of them left out, put twice, or replaced, somewhere.
    pub(crate) fn spoil(&mut self, tokens: TokenStream) -> TokenStream {
        let mut tokens: Vec<TokenTree> = tokens.into_iter().collect();
        if tokens.is_empty() {
            return self.tokens(1);
        }
        let at = self.below(tokens.len());
        if let TokenTree::Group(group) = &tokens[at]
            && self.below(4) > 0
        {
            let spoiled = Group::new(group.delimiter(), self.spoil(group.stream()));
            tokens[at] = spoiled.into();
            return tokens.into_iter().collect();
        }
        match self.below(3) {
            0 => drop(tokens.remove(at)),
            1 => tokens.insert(at, tokens[at].clone()),
            _ => drop(tokens.splice(at..=at, self.tokens(1))),
        }
        tokens.into_iter().collect()
    }
}
