//! `stream!`: a stream of what a block yields.

use proc_macro2::{Delimiter, Span, TokenStream, TokenTree};
use quote::{quote, quote_spanned};
use syn::parse::{ParseStream, Parser};
use syn::{Block, Error, Result, Token, token};

use super::{body, for_await};
use crate::front::{end, krate};
use crate::literal::literals;

const WANTED: &str = "`stream!` takes a block that yields, as in `stream!({ yield 1; yield 2; })`";
const MOVES: &str = "a stream owns what its block uses, as if `move` stood there: leave it out";

/// Expands the input of the front: `[$crate]`, then a block, or what stands in it.
pub(crate) fn expand(input: TokenStream) -> TokenStream {
    let parse = |input: ParseStream<'_>| -> Result<TokenStream> {
        let krate = krate(input)?;
        if input.is_empty() {
            return Err(Error::new(Span::call_site(), WANTED));
        }
        if input.peek(Token![move]) || (input.peek(Token![async]) && input.peek2(Token![move])) {
            return Err(input.error(MOVES));
        }
        body::expand(&krate, None, &TokenStream::new(), block(input)?, None)
    };
    parse.parse2(literals(input)).unwrap_or_else(|error| {
        let errors = error.to_compile_error();
        quote!({ #errors }) // there may be several
    })
}

fn block(input: ParseStream<'_>) -> Result<Block> {
    let ahead = input.fork();
    let is_block = ahead.peek(token::Brace) && {
        ahead.parse::<TokenTree>()?;
        end(&ahead, WANTED).is_ok()
    };
    let tokens: TokenStream = input.parse()?;
    let tokens = if is_block {
        tokens.into_iter().take(1).collect()
    } else {
        let span =
            tokens.clone().into_iter().next().map_or(Span::call_site(), |token| token.span());
        let mut block = proc_macro2::Group::new(Delimiter::Brace, tokens);
        block.set_span(span);
        quote_spanned!(span=> #block)
    };
    syn::parse2(for_await::mark(tokens))
}
