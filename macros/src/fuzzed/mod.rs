//! Every parser of the macros, for input that a fuzzer makes.
//!
//! The input is bytes, and each byte is a token (`vocabulary`), so that a fuzzer which changes bytes changes code.
//! Whatever they say, there is an expansion or an error, and never a panic; and an expansion that holds no
//! error of ours is one that rustc can parse.
//!
//! `fuzz/` runs this under a fuzzer, and keeps what it has found worth keeping (`corpus`). The test here replays all
//! of that.

pub(crate) mod corpus;
pub(crate) mod vocabulary;

use proc_macro2::{Delimiter, Spacing, TokenStream, TokenTree};
use quote::quote;
use syn::Block;

use crate::attribute::Attribute;
use crate::gather::Macro;
use crate::literal::literals;
use crate::{attribute, block, gather, select, stream, time};

/// One parser.
pub(crate) struct Target {
    /// Also that of the file in the corpus.
    pub(crate) name: &'static str,
    check: fn(TokenStream),
}

pub(crate) const TARGETS: &[Target] = &[
    Target { name: "attribute", check: attributes },
    Target {
        name: "gather",
        check: |input| {
            for kind in [Macro::Gather, Macro::TryGather, Macro::Race, Macro::RaceOk] {
                expression(|input| gather::expand(kind, input), input.clone());
            }
        },
    },
    Target { name: "select", check: |input| expression(select::expand, input) },
    Target { name: "with", check: |input| expression(block::with, input) },
    Target { name: "finally", check: |input| expression(block::finally, input) },
    Target { name: "timeout", check: |input| expression(block::timeout, input) },
    Target { name: "task_group", check: |input| expression(block::task_group, input) },
    Target { name: "async_for", check: |input| expression(stream::async_for, input) },
    Target { name: "stream", check: |input| expression(stream::stream, input) },
    Target { name: "generator", check: functions },
    Target { name: "sleep", check: |input| expression(time::sleep, input) },
    Target { name: "literal", check: times },
];

/// Fails if the parser called `target` does with `bytes` what it must not.
pub(crate) fn check(target: &str, bytes: &[u8]) {
    let target = TARGETS.iter().find(|known| known.name == target).expect("the name of a target");
    let input = input(target, bytes);
    // syn's time for `.. .. ..` doubles with each of them.
    if longest_chain(&input) <= 8 {
        (target.check)(input);
    }
}

/// What the bytes say.
pub(crate) fn input(target: &Target, bytes: &[u8]) -> TokenStream {
    if target.name != "literal" {
        return vocabulary::tokens(bytes);
    }
    // Of a number, the letters matter: here each byte is one. What is no token at all never comes to a macro.
    std::str::from_utf8(bytes).ok().and_then(|text| text.parse().ok()).unwrap_or_default()
}

/// A macro that stands for an expression; some of what it takes stays as it is, however it is written.
fn expression(expand: impl Fn(TokenStream) -> TokenStream, input: TokenStream) {
    let expansion = expand(quote!([::taipan] #input));
    // Of jumps and ranges in each other, syn takes more than it can print.
    if has_error(&expansion) || has_raw_block(&input) || longest_chain(&input) > 1 {
        return;
    }
    if let Err(error) = syn::parse2::<syn::Expr>(expansion.clone()) {
        panic!("no expression, {error}: `{expansion}`, of `{input}`");
    }
}

fn functions(input: TokenStream) {
    items(&stream::generator(quote!([::taipan] #input)), &input);
}

/// The options stand first, in a group.
fn attributes(input: TokenStream) {
    let mut item = input.clone().into_iter();
    let Some(TokenTree::Group(options)) = item.next() else { return };
    let item: TokenStream = item.collect();
    for attribute in [Attribute::Main, Attribute::Test] {
        let expansion = attribute::expand(attribute, options.stream(), item.clone());
        // A half-typed body stays as it is.
        if !has_raw_block(&item) {
            items(&expansion, &input);
        }
    }
    let expansion = attribute::checked(options.stream(), item.clone());
    // As whatever does not parse.
    if syn::parse2::<syn::Item>(literals(item.clone())).is_ok() {
        items(&expansion, &input);
    }
}

fn items(expansion: &TokenStream, input: &TokenStream) {
    if !has_error(expansion)
        && !has_raw_block(input)
        && longest_chain(input) <= 1
        && let Err(error) = syn::parse2::<syn::File>(expansion.clone())
    {
        panic!("no items, {error}: `{expansion}`, of `{input}`");
    }
}

/// Where there is nothing left to replace, nothing is replaced.
fn times(input: TokenStream) {
    let replaced = literals(input);
    assert_eq!(literals(replaced.clone()).to_string(), replaced.to_string());
}

fn has_error(tokens: &TokenStream) -> bool {
    tokens.clone().into_iter().any(|token| match token {
        TokenTree::Ident(word) => word == "compile_error",
        TokenTree::Group(group) => has_error(&group.stream()),
        TokenTree::Punct(_) | TokenTree::Literal(_) => false,
    })
}

/// How many jumps and ranges there are at most in one expression.
fn longest_chain(tokens: &TokenStream) -> usize {
    let (mut longest, mut chain, mut dot) = (0, 0, false);
    for token in tokens.clone() {
        let was_dot = std::mem::take(&mut dot);
        match token {
            TokenTree::Ident(word) => {
                chain += usize::from(["break", "return", "yield"].iter().any(|jump| word == jump));
            }
            TokenTree::Punct(punct) => match punct.as_char() {
                ',' | ';' => chain = 0,
                '.' if was_dot => chain += 1,
                '.' => dot = punct.spacing() == Spacing::Joint,
                _ => {}
            },
            TokenTree::Group(group) => {
                let inside = longest_chain(&group.stream());
                // The block of a jump is a part of what comes behind it; and what a group without delimiters holds
                // together, as `{ yield a }(b)` would, no code says without parentheses.
                let is_seen = group.delimiter() != Delimiter::None;
                chain += usize::from(inside > 0) + usize::from(inside > 0 && !is_seen);
                longest = longest.max(inside);
            }
            TokenTree::Literal(_) => {}
        }
        longest = longest.max(chain);
    }
    longest
}

/// Whether there is a body that is no block: it is handed on as it is, since rustc says it best what is wrong.
fn has_raw_block(input: &TokenStream) -> bool {
    literals(input.clone()).into_iter().any(|token| match token {
        TokenTree::Group(group) if group.delimiter() == Delimiter::Brace => {
            let body = TokenStream::from(TokenTree::Group(group));
            syn::parse2::<Block>(body).is_err()
        }
        TokenTree::Group(group) => {
            group.delimiter() == Delimiter::None && has_raw_block(&group.stream())
        }
        _ => false,
    })
}

#[cfg(test)]
mod tests {
    use std::panic::{AssertUnwindSafe, catch_unwind};

    use super::*;

    /// What the fuzzer has kept, and what once brought a parser down.
    #[test]
    fn the_corpus_gives_expansions_or_errors() {
        // As much stack as rustc has: unoptimised, syn takes more of it than a test is given.
        let start = |target| {
            let thread = std::thread::Builder::new().stack_size(64 << 20);
            thread.spawn(move || replay(target)).expect("a thread starts")
        };
        let replays: Vec<_> = TARGETS.iter().map(start).collect();
        for replay in replays {
            replay.join().expect("what failed has said it");
        }
    }

    fn replay(target: &Target) {
        let kept = corpus::read(target.name).expect("the corpus can be read");
        assert!(kept.len() > 50, "{} has lost its corpus", target.name);
        for bytes in kept {
            one(target, &bytes, "the corpus");
        }
        for (path, bytes) in corpus::crashes(target.name).expect("crashes can be read") {
            one(target, &bytes, &path.display().to_string());
        }
    }

    fn one(target: &Target, bytes: &[u8], place: &str) {
        let checked = catch_unwind(AssertUnwindSafe(|| check(target.name, bytes)));
        assert!(checked.is_ok(), "{}, of {place}: `{}`", target.name, input(target, bytes));
    }

    #[test]
    fn chains_are_counted_within_an_expression() {
        for (code, chain) in [
            (quote!(a.b(c), d), 0),
            (quote!(break, 1..2, 3..=4; return), 1),
            (quote!(break break 1..), 3),
            (quote!(f(|| return, [.. ..])), 2),
        ] {
            assert_eq!(longest_chain(&code), chain, "{code}");
        }
    }

    #[test]
    fn what_rustc_could_not_parse_is_found() {
        let spoil = |input| quote!(+ #input);
        assert!(catch_unwind(|| expression(spoil, quote!(a))).is_err());
        expression(|_| quote!(::core::compile_error! { "wrong" }), quote!(a));
        expression(|input| input, quote!({ a. })); // rustc says it
    }
}
