//! `select! { pattern = future, if condition => body, .. }`

use proc_macro2::{Span, TokenStream, TokenTree};
use quote::{ToTokens, format_ident, quote};
use syn::parse::{Parse, ParseBuffer, ParseStream};
use syn::spanned::Spanned;
use syn::{Error, Expr, Ident, Pat, Result, Token, parenthesized, token};

use super::expand::{name, unit};
use super::pattern::is_irrefutable;
use super::{After, Arm, Body, Select};
use crate::errors::Errors;
use crate::half_typed::{self, at_comma, is_told, missing};

const ARM: &str =
    "expected `pattern = future => body`, or `else =>`, `default =>`, `timeout(2s) =>`";

pub(super) fn parse(krate: TokenStream, input: ParseStream<'_>) -> Result<Select> {
    let mut select = Select {
        krate,
        biased: biased(input)?,
        arms: Vec::new(),
        bodies: Vec::new(),
        timeout: None,
        has_default: false,
        has_disabled: false,
        matches: TokenStream::new(),
        mistakes: None,
    };
    let mut errors = Errors::default();
    let (select_name, mut can_refuse) = (name(), false);
    while !input.is_empty() {
        let start = input.span();
        let twice = |given: bool, word: &str| {
            if given { Err(Error::new(start, format!("`{word}` is given twice"))) } else { Ok(()) }
        };
        if input.peek(Token![else]) {
            input.parse::<Token![else]>()?;
            let (unit, body) = (unit("disabled"), body(input)?);
            errors.check(twice(select.has_disabled, "else"));
            select.has_disabled = true;
            select.matches.extend(quote!(#select_name::#unit => #body,));
            select.bodies.push(Body { after: After::Disabled, tokens: body });
        } else if input.peek(Token![default]) && input.peek2(Token![=>]) {
            input.parse::<Token![default]>()?;
            let (unit, body) = (unit("default"), body(input)?);
            errors.check(twice(select.has_default, "default"));
            select.has_default = true;
            select.matches.extend(quote!(#select_name::#unit => #body,));
            select.bodies.push(Body { after: After::Other, tokens: body });
        } else if let Some(limit) = timeout(input)? {
            let (unit, body) = (unit("timeout"), body(input)?);
            errors.check(twice(select.timeout.is_some(), "timeout"));
            select.timeout = Some(limit);
            select.matches.extend(quote!(#select_name::#unit => #body,));
            select.bodies.push(Body { after: After::Other, tokens: body });
        } else {
            let pattern = Pat::parse_multi_with_leading_vert(input)
                .map_err(|error| Error::new(error.span(), ARM))?;
            let future = if input.peek(Token![=]) && !input.peek(Token![=>]) {
                let equals = input.parse::<Token![=]>()?.span;
                let future = half_typed::expr(input, Expr::parse, at_end_of_future);
                future.unwrap_or_else(|| missing(&Error::new(equals, ARM)))
            } else if at_end_of_future(input) {
                let at = if input.is_empty() { pattern.span() } else { input.span() };
                missing(&Error::new(at, ARM))
            } else {
                return Err(input.error(ARM));
            };
            let condition = condition(input)?;
            let body = match (is_told(&future), input.peek(Token![=>])) {
                (true, false) => unfinished(input)?,
                _ => body(input)?,
            };
            let variant = format_ident!("__{}", select.arms.len(), span = Span::mixed_site());
            let wanted = (!is_irrefutable(&pattern)).then(|| pattern.clone());
            can_refuse |= wanted.is_some();
            select.matches.extend(quote!(#select_name::#variant(#pattern) => #body,));
            select.bodies.push(Body { after: After::Arm(variant.clone()), tokens: body });
            select.arms.push(Arm { variant, future, condition, wanted });
        }
    }
    let can_end = select.arms.iter().all(|arm| arm.condition.is_some() || arm.wanted.is_some());
    if can_end && !select.has_disabled && select.timeout.is_none() {
        errors.at(
            Span::call_site(),
            "every arm of this `select!` can be disabled, by its condition or by its pattern: say what happens \
             then, by `else => ..`",
        );
    }
    if can_refuse {
        select.matches.extend(quote!(#[allow(unreachable_patterns)] _ => ::core::unreachable!(),));
    }
    select.mistakes = errors.into_compile_error();
    Ok(select)
}

/// `biased;`
pub(super) fn biased(input: ParseStream<'_>) -> Result<bool> {
    let ahead = input.fork();
    let is_biased = ahead.parse::<Ident>().is_ok_and(|word| word == "biased")
        && (ahead.peek(Token![;]) || ahead.peek(Token![,]));
    if is_biased {
        input.parse::<Ident>()?;
        if input.parse::<Option<Token![;]>>()?.is_none() {
            input.parse::<Token![,]>()?;
        }
    }
    Ok(is_biased)
}

/// `timeout(2s)`, if an arrow follows.
pub(super) fn timeout(input: ParseStream<'_>) -> Result<Option<TokenStream>> {
    let ahead = input.fork();
    let is_timeout = ahead.parse::<Ident>().is_ok_and(|word| word == "timeout")
        && ahead.peek(token::Paren)
        && ahead.parse::<TokenTree>().is_ok()
        && ahead.peek(Token![=>]);
    if !is_timeout {
        return Ok(None);
    }
    let word: Ident = input.parse()?;
    let limit;
    parenthesized!(limit in input);
    if limit.is_empty() {
        return Err(Error::new(word.span(), "`timeout` takes a limit, as in `timeout(2s) => ..`"));
    }
    Ok(Some(crate::time::limit(&limit, "timeout")?.to_token_stream()))
}

/// `, if condition`
fn condition(input: ParseStream<'_>) -> Result<Option<Expr>> {
    if !input.peek(Token![,]) || !input.peek2(Token![if]) {
        return Ok(None);
    }
    input.parse::<Token![,]>()?;
    let word = input.parse::<Token![if]>()?.span;
    let condition = half_typed::expr(input, Expr::parse, at_end_of_future);
    let error = || Error::new(word, "expected a condition, as in `line = read(), if ready => ..`");
    Ok(Some(condition.unwrap_or_else(|| missing(&error()))))
}

/// Where a future, or its condition, ends.
fn at_end_of_future(input: &ParseBuffer<'_>) -> bool {
    at_comma(input) || input.peek(Token![=>])
}

/// `=> body`, and the comma behind it. Raw where it is half-typed.
pub(super) fn body(input: ParseStream<'_>) -> Result<TokenStream> {
    if !input.peek(Token![=>]) {
        let error = input.error("expected `=> body`");
        if !at_comma(input) {
            return Err(error);
        }
        unfinished(input)?;
        return Ok(missing(&error).into_token_stream());
    }
    let arrow = input.parse::<Token![=>]>()?;
    if input.peek(token::Brace)
        && input.fork().call(Expr::parse_with_earlier_boundary_rule).is_err()
    {
        let block: TokenTree = input.parse()?;
        input.parse::<Option<Token![,]>>()?;
        return Ok(block.into());
    }
    let body = half_typed::expr(input, Expr::parse_with_earlier_boundary_rule, at_comma);
    let body =
        body.unwrap_or_else(|| missing(&Error::new(arrow.span(), "expected a body behind `=>`")));
    if !matches!(body, Expr::Block(_)) && !at_comma(input) {
        return Err(input.error("expected `,` between two arms"));
    }
    input.parse::<Option<Token![,]>>()?;
    Ok(body.into_token_stream())
}

/// The body of an arm that ends before it, of which the user is told.
fn unfinished(input: ParseStream<'_>) -> Result<TokenStream> {
    input.parse::<Option<Token![,]>>()?;
    Ok(quote!(::core::unreachable!()))
}
