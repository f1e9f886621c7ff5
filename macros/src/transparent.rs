//! The macros whose input is code that runs where the macro stands.

use proc_macro2::{Delimiter, TokenStream, TokenTree};
use quote::{ToTokens, quote};
use syn::parse::Parser;
use syn::punctuated::Punctuated;
use syn::visit_mut::VisitMut;
use syn::{Block, Expr, Macro, Token};

use crate::stream::Loop;

/// Ours, and [those of std](STD). In any other macro a `break` may be meant for a loop that
/// the macro makes: it is left alone, and rustc refuses it if it was meant for a loop outside.
const OURS: &[&str] = &[
    "with",
    "finally",
    "timeout",
    "task_group",
    "select",
    "async_for",
    "gather",
    "try_gather",
    "race",
    "race_ok",
    "sleep",
];

/// Those of std that people jump out of.
const STD: &[&str] = &[
    "print",
    "println",
    "eprint",
    "eprintln",
    "format",
    "write",
    "writeln",
    "assert",
    "assert_eq",
    "assert_ne",
    "debug_assert",
    "debug_assert_eq",
    "debug_assert_ne",
    "panic",
    "vec",
    "dbg",
];

/// The last name in the macro's path.
pub(crate) fn name(call: &Macro) -> String {
    call.path.segments.last().map(|segment| segment.ident.to_string()).unwrap_or_default()
}

/// Whether `call` is one of them.
pub(crate) fn is(call: &Macro) -> bool {
    OURS.contains(&&*name(call)) || is_std(call)
}

/// Whether `call` is one of std's.
pub(crate) fn is_std(call: &Macro) -> bool {
    STD.contains(&&*name(call))
}

/// Visits the input of `call`, if it is code; but only what `mentions` finds worth it need be understood.
pub(crate) fn visit<V: VisitMut>(
    call: &mut Macro,
    mentions: impl Fn(&TokenStream) -> bool,
    visitor: &mut V,
) {
    if !is(call) || !mentions(&call.tokens) {
        return;
    }
    let input = std::mem::take(&mut call.tokens);
    call.tokens = if name(call) == "async_for" {
        visit_loop(input, visitor)
    } else {
        visit_parts(input, mentions, visitor)
    };
}

/// A loop: `break` in its body is its own, and in what comes after `else` it is not.
fn visit_loop(input: TokenStream, visitor: &mut impl VisitMut) -> TokenStream {
    let Ok(Loop { label, pattern, items, body, otherwise }) = Loop::parse.parse2(input.clone())
    else {
        return input;
    };
    let looped = quote!(#label for #pattern in #items #body);
    let otherwise = otherwise.map(|block| syn::parse2::<Block>(block.into())).transpose();
    let (Ok(mut looped), Ok(mut otherwise)) = (syn::parse2::<Expr>(looped), otherwise) else {
        return input;
    };
    visitor.visit_expr_mut(&mut looped);
    let mut visited = looped.into_token_stream();
    if let Some(block) = &mut otherwise {
        visitor.visit_block_mut(block);
        visited.extend(quote!(else #block));
    }
    visited
}

/// Expressions, or arms, behind something that is none.
fn visit_parts(
    input: TokenStream,
    mentions: impl Fn(&TokenStream) -> bool,
    visitor: &mut impl VisitMut,
) -> TokenStream {
    let parse = Punctuated::<Expr, Token![,]>::parse_terminated;
    if let Ok(mut parts) = parse.parse2(input.clone()) {
        parts.iter_mut().for_each(|part| visitor.visit_expr_mut(part));
        return parts.into_token_stream();
    }
    let mut visit_part = |part: TokenStream| {
        let parsed = if mentions(&part) { syn::parse2::<Expr>(part.clone()).ok() } else { None };
        parsed.map_or(part, |mut expr| {
            visitor.visit_expr_mut(&mut expr);
            expr.into_token_stream()
        })
    };
    let mut visited = TokenStream::new();
    let mut tokens = input.into_iter().peekable();
    let mut equals = false; // what stands before
    while let Some(token) = tokens.next() {
        let is_arrow = equals && is_mark(&token, '>');
        equals = is_mark(&token, '=');
        let part = TokenStream::from(token.clone());
        visited.extend(if is_block(&token) { visit_part(part) } else { part });
        if is_arrow && !tokens.peek().is_some_and(is_block) {
            let mut arm = TokenStream::new();
            while let Some(token) = tokens.next_if(|token| !is_mark(token, ',')) {
                arm.extend([token]);
            }
            visited.extend(visit_part(arm));
        }
    }
    visited
}

fn is_mark(token: &TokenTree, mark: char) -> bool {
    matches!(token, TokenTree::Punct(punct) if punct.as_char() == mark)
}

fn is_block(token: &TokenTree) -> bool {
    matches!(token, TokenTree::Group(group) if group.delimiter() == Delimiter::Brace)
}
