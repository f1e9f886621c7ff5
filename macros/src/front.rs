//! Between the fronts, which are `macro_rules`, and the macros here.
//!
//! A front passes `[$crate]` before what the user wrote, so that an expansion finds the crate
//! under whatever name it has there.

use proc_macro2::{Delimiter, Group, Ident, Span, TokenStream, TokenTree};
use quote::quote_spanned;
use syn::parse::ParseStream;
use syn::{Error, Result, Token, bracketed};

/// The path of the crate.
pub(crate) fn krate(input: ParseStream<'_>) -> Result<TokenStream> {
    let krate;
    bracketed!(krate in input);
    krate.parse()
}

/// A comma may stand at the end, and nothing else.
pub(crate) fn end(input: ParseStream<'_>, wanted: &str) -> Result<()> {
    input.parse::<Option<Token![,]>>()?;
    if input.is_empty() { Ok(()) } else { Err(input.error(wanted)) }
}

/// The block that comes next, as it is. (What a `macro_rules` calls `$body:block` comes in a group without
/// delimiters, and syn sees the brace in it.)
pub(crate) fn block(input: ParseStream<'_>) -> Result<TokenTree> {
    let mut token: TokenTree = input.parse()?;
    while let TokenTree::Group(group) = &token
        && group.delimiter() == Delimiter::None
    {
        let mut inside = group.stream().into_iter();
        token = match (inside.next(), inside.next()) {
            (Some(only), None) => only,
            _ => return Err(Error::new(group.span(), "expected a block, and nothing behind it")),
        };
    }
    Ok(token)
}

/// Calls a function of `__private`. All of the call stands where the user's argument stands, so that
/// an error about it does, too.
pub(crate) fn call(krate: &TokenStream, function: &str, argument: TokenStream) -> TokenStream {
    let mut spans = argument.clone().into_iter().map(|token| token.span());
    let first = spans.next().unwrap_or_else(Span::call_site);
    let last = spans.last().unwrap_or(first);
    let function = private(krate, &Ident::new(function, first));
    let mut argument = Group::new(Delimiter::Parenthesis, argument);
    argument.set_span(last);
    quote_spanned!(first=> #function #argument)
}

/// The path of something in `__private`; all of it stands where its name stands.
pub(crate) fn private(krate: &TokenStream, name: &Ident) -> TokenStream {
    let span = name.span();
    let krate: TokenStream = krate
        .clone()
        .into_iter()
        .map(|mut token| {
            token.set_span(token.span().located_at(span)); // `$crate` keeps what it means
            token
        })
        .collect();
    quote_spanned!(span=> #krate::__private::#name)
}

/// A name that the user's tokens cannot see.
pub(crate) fn local(name: &str) -> Ident {
    Ident::new(name, Span::mixed_site())
}

#[cfg(test)]
mod tests {
    use quote::quote;
    use syn::parse::Parser;

    use super::*;

    fn undelimited(inside: TokenStream) -> TokenTree {
        TokenTree::Group(Group::new(Delimiter::None, inside))
    }

    #[test]
    fn a_block_of_a_macro_by_rules_is_a_block() {
        let fragment = undelimited(quote!({ a }));
        let nested = undelimited(fragment.clone().into());
        for input in [fragment, nested] {
            let found = block.parse2(input.into()).expect("a block");
            assert_eq!(found.to_string(), "{ a }");
        }
    }

    // Found by the fuzzer: `{ a } + 1` begins with a brace, and is no block.
    #[test]
    fn an_expression_of_a_macro_by_rules_is_no_block() {
        let error = block.parse2(undelimited(quote!({ a } + 1)).into()).expect_err("no block");
        assert_eq!(error.to_string(), "expected a block, and nothing behind it");
    }
}
