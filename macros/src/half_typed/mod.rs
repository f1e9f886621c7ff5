//! Code that somebody is still typing.
//!
//! An editor expands a macro at every key; so does the compiler, when something is forgotten. If nothing came of it but
//! an error, all names inside would be unknown and all types around lost, and rustc would complain of these, too.
//! So where the form can still be told, the macro expands all the same:
//!
//! 1. What is missing is replaced by its own error, as an expression. rustc takes that for a value of any type,
//!    and does not complain of what follows from it.
//! 2. Of what is no expression yet, as `conn.`, the part that is one is kept for its names, and its value is an error,
//!    too.
//! 3. A body goes to rustc as it is: it says what is wrong, and goes on behind it.
//! 4. A body that has to be changed, as that of a generator, has to be understood: [`body`] makes it one that can be.

mod arms;
pub(crate) mod body;
mod heads;
#[cfg(test)]
mod tests;

use proc_macro2::{TokenStream, TokenTree};
use quote::quote;
use syn::parse::discouraged::Speculative;
use syn::parse::{ParseBuffer, ParseStream};
use syn::{Error, Expr, Pat, PatIdent, Result, Token, parse_quote, token};

/// The error as an expression.
pub(crate) fn missing(error: &Error) -> Expr {
    Expr::Verbatim(error.to_compile_error())
}

/// The same, if the user is not told already what is wrong with something before: one error is enough.
pub(crate) fn missing_unless(is_told: bool, error: &Error) -> Expr {
    if is_told { parse_quote!(::core::unreachable!()) } else { missing(error) }
}

/// Whether the user is told already what is wrong with `expr`.
pub(crate) fn is_told(expr: &Expr) -> bool {
    matches!(expr, Expr::Verbatim(_))
}

/// What stands here, up to where `ends` holds: parsed, if that can be done. `None`: nothing.
pub(crate) fn expr(
    input: ParseStream<'_>,
    parse: fn(ParseStream<'_>) -> Result<Expr>,
    ends: fn(&ParseBuffer<'_>) -> bool,
) -> Option<Expr> {
    if ends(input) {
        return None;
    }
    let ahead = input.fork();
    let error = match parse(&ahead) {
        Ok(expr) => {
            input.advance_to(&ahead);
            return Some(expr);
        }
        Err(error) => missing(&error),
    };
    let tokens: Vec<TokenTree> = up_to(input, ends).into_iter().collect();
    Some(match longest(&tokens) {
        Some((known, _)) => Expr::Verbatim(quote!(match #known { _ => #error })),
        None => error,
    })
}

/// As many tokens as are an expression, from the first one on; and how many they are.
fn longest(tokens: &[TokenTree]) -> Option<(Expr, usize)> {
    (1..=tokens.len()).rev().find_map(|length| {
        let behind = |at: usize, mark| {
            matches!(tokens.get(length + at), Some(TokenTree::Punct(punct)) if punct.as_char() == mark)
        };
        let known: Expr = syn::parse2(tokens[..length].iter().cloned().collect()).ok()?;
        // `Type::` is no value, nor is `value.method::`, nor a pattern.
        let is_value = !matches!(known, Expr::Path(_) | Expr::Field(_)) || !behind(0, ':') && !behind(0, '@');
        let is_pattern = behind(0, '=') && behind(1, '>');
        (is_value && !is_pattern && !is_let(&known)).then_some((known, length))
    })
}

/// Whether the expression is a condition with a `let` in it, which stands only in an `if` or a `while`.
fn is_let(expr: &Expr) -> bool {
    match expr {
        Expr::Let(_) => true,
        Expr::Binary(both) => is_let(&both.left) || is_let(&both.right),
        _ => false,
    }
}

/// The pattern of a `for`; where `in` is missing, a body behind a name looks like the fields of a struct.
pub(crate) fn pattern(input: ParseStream<'_>) -> Result<Pat> {
    let ahead = input.fork();
    let parsed = Pat::parse_multi_with_leading_vert(&ahead);
    if input.peek(syn::Ident) && input.peek2(token::Brace) && !ahead.peek(Token![in]) {
        let ident = input.parse()?;
        let (attrs, by_ref, mutability, subpat) = (Vec::new(), None, None, None);
        return Ok(Pat::Ident(PatIdent { attrs, by_ref, mutability, ident, subpat }));
    }
    input.advance_to(&ahead);
    parsed
}

/// The tokens up to where `ends` holds.
pub(crate) fn up_to(input: ParseStream<'_>, ends: fn(&ParseBuffer<'_>) -> bool) -> TokenStream {
    let mut tokens = TokenStream::new();
    while !ends(input) {
        match input.parse::<TokenTree>() {
            Ok(token) => tokens.extend([token]),
            Err(_) => break,
        }
    }
    tokens
}

/// Where an argument ends.
pub(crate) fn at_comma(input: &ParseBuffer<'_>) -> bool {
    input.is_empty() || input.peek(Token![,])
}
