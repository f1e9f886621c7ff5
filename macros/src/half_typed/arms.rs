//! The arms of a `match`, one of which is half-typed.

use proc_macro2::{TokenStream, TokenTree};
use quote::{ToTokens, quote};
use syn::parse::ParseStream;
use syn::parse::discouraged::Speculative;
use syn::{Arm, Pat, Result, Token, token};

use super::body::{expression, is_word, mended, mistake};
use super::{at_comma, up_to};

pub(super) fn arms(input: ParseStream<'_>) -> Result<TokenStream> {
    let mut known = TokenStream::new();
    while !input.is_empty() {
        let ahead = input.fork();
        if let Ok(arm) = ahead.parse::<Arm>() {
            input.advance_to(&ahead);
            arm.to_tokens(&mut known);
        } else {
            known.extend(arm(input)?);
        }
    }
    Ok(known)
}

/// `pattern if guard => body`; nothing, where there is no pattern.
fn arm(input: ParseStream<'_>) -> Result<TokenStream> {
    let ahead = input.fork();
    let pattern = Pat::parse_multi_with_leading_vert(&ahead);
    if pattern.is_ok() {
        input.advance_to(&ahead);
    }
    let between = up_to(input, |input| at_comma(input) || input.peek(Token![=>]));
    let mut between: Vec<TokenTree> = between.into_iter().collect();
    let has_guard = between.first().is_some_and(|word| is_word(word, "if"));
    let word = between.drain(..usize::from(has_guard)).next();
    let (between, _) = expression(between);
    // Without an arrow, it may be the body that stands there.
    let (guard, mut body) = match word {
        Some(word) => (quote!(#word #between), mistake().into_token_stream()),
        None => (TokenStream::new(), between),
    };
    if input.parse::<Option<Token![=>]>>()?.is_some() {
        body = if input.peek(token::Brace) {
            let block: TokenTree = input.parse()?;
            mended(block.into(), false).into_iter().collect()
        } else {
            expression(up_to(input, at_comma).into_iter().collect()).0
        };
    }
    input.parse::<Option<Token![,]>>()?;
    Ok(pattern.map_or_else(|_| TokenStream::new(), |pattern| quote!(#pattern #guard => #body,)))
}
