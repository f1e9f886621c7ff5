//! `stream!`: a stream of what a block yields.

use proc_macro2::{Delimiter, Group, Span, TokenStream, TokenTree};
use syn::parse::discouraged::Speculative;
use syn::parse::{ParseStream, Parser};
use syn::{Error, Result, Token, token};

use super::body;
use crate::front::{self, end, krate};
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
        let (stream, _) = body::expand(&krate, None, &TokenStream::new(), block(input)?, None);
        Ok(stream)
    };
    parse.parse2(literals(input)).unwrap_or_else(|error| error.to_compile_error())
}

fn block(input: ParseStream<'_>) -> Result<TokenTree> {
    let ahead = input.fork();
    if ahead.peek(token::Brace)
        && let Ok(block) = front::block(&ahead)
        && end(&ahead, WANTED).is_ok()
    {
        input.advance_to(&ahead);
        return Ok(block);
    }
    let span = input.span();
    let mut block = Group::new(Delimiter::Brace, input.parse()?);
    block.set_span(span);
    Ok(block.into())
}
