//! `select!(match (a = f(), b = when(ok, || g())) { a(pattern) => .., b(pattern) => .. })`
//!
//! The futures have names, and a name with a pattern is what the `match` asks for: each becomes a variant of the
//! outputs' type. So rustc says which case was forgotten.

use proc_macro2::{Span, TokenStream};
use quote::{format_ident, quote};
use syn::parse::discouraged::Speculative;
use syn::parse::{Parse, ParseStream};
use syn::punctuated::Punctuated;
use syn::spanned::Spanned;
use syn::{
    Arm as MatchArm, Attribute, Error, Expr, ExprCall, ExprClosure, Ident, Pat, Path, Result,
    Token, braced, parenthesized, parse_quote, token,
};

use super::expand::{name, unit};
use super::listed::{biased, body, timeout};
use super::pattern::is_variable;
use super::{After, Arm, Body, Select, WANTED};
use crate::errors::Errors;
use crate::half_typed::{self, at_comma, is_told, missing, missing_unless};
use crate::suggest::nearest;

pub(super) fn parse(krate: TokenStream, input: ParseStream<'_>) -> Result<Select> {
    let keyword = input.parse::<Token![match]>()?.span;
    if !input.peek(token::Paren) {
        return Err(if input.is_empty() {
            Error::new(keyword, WANTED)
        } else {
            input.error(WANTED)
        });
    }
    let futures;
    let parens = parenthesized!(futures in input);
    let biased = biased(&futures)?;
    if futures.is_empty() {
        return Err(Error::new(parens.span.join(), WANTED));
    }
    let named = Punctuated::<Arm, Token![,]>::parse_terminated_with(&futures, arm)?;
    let mut errors = Errors::default();
    let mut arms: Vec<Arm> = Vec::new();
    for mut arm in named {
        if arms.iter().any(|before| before.variant == arm.variant) {
            errors.at(arm.variant.span(), &format!("two futures are called `{}`", arm.variant));
            arm.variant = format_ident!("__{}", arms.len(), span = Span::mixed_site());
        }
        arms.push(arm);
    }
    let mut select = Select {
        krate,
        biased,
        arms,
        bodies: Vec::new(),
        timeout: None,
        has_default: false,
        has_disabled: false,
        matches: TokenStream::new(),
        mistakes: None,
    };
    if input.is_empty() {
        let is_told = select.arms.iter().any(|arm| is_told(&arm.future));
        let error = missing_unless(is_told, &Error::new(parens.span.close(), WANTED));
        select.matches = quote!(_ => #error,);
        return Ok(select);
    }
    if !input.peek(token::Brace) {
        return Err(input.error(WANTED));
    }
    let arms;
    braced!(arms in input);
    input.parse::<Option<Token![,]>>()?;
    if !input.is_empty() {
        return Err(input.error("nothing can follow the `match` of a `select!`"));
    }
    while !arms.is_empty() {
        if let Some(limit) = timeout(&arms)? {
            let (name, unit, body) = (name(), unit("timeout"), body(&arms)?);
            select.timeout = Some(limit);
            select.matches.extend(quote!(#name::#unit => #body,));
            select.bodies.push(Body { after: After::Other, tokens: body });
            continue;
        }
        let attributes = arms.call(Attribute::parse_outer)?;
        let (mut pattern, rest) = match_arm(&arms)?;
        select.bodies.push(Body { after: after(&pattern), tokens: quote!(#pattern #rest) }); // with its guard
        names(&mut select, &mut pattern, &mut errors);
        select.matches.extend(quote!(#(#attributes)* #pattern #rest,));
    }
    let can_end = select.arms.iter().all(|arm| arm.condition.is_some());
    if can_end && !select.has_disabled && select.timeout.is_none() {
        errors.at(
            keyword,
            "every future of this `select!` can be disabled by `when`: say what happens then, by `disabled => ..`",
        );
    }
    select.mistakes = errors.into_compile_error();
    Ok(select)
}

/// `pattern if guard => body`, of which only the pattern matters; it may hold the guard itself.
fn match_arm(input: ParseStream<'_>) -> Result<(Pat, TokenStream)> {
    let ahead = input.fork();
    if let Ok(MatchArm { pat, fat_arrow_token, body, .. }) = ahead.parse() {
        input.advance_to(&ahead);
        return Ok((pat, quote!(#fat_arrow_token #body)));
    }
    let pattern = Pat::parse_multi_with_leading_vert(input)?;
    let guard = half_typed::up_to(input, |input| at_comma(input) || input.peek(Token![=>]));
    let body = body(input)?;
    Ok((pattern, quote!(#guard => #body)))
}

/// `name = future`, or `name = when(condition, || future)`
fn arm(input: ParseStream<'_>) -> Result<Arm> {
    const NAMED: &str = "a future of a `select!` has a name, as in `line = read()`";
    let is_named = input.peek2(Token![=]) && !input.peek2(Token![==]);
    if !input.peek(Ident) || !is_named && !is_alone(input) {
        return Err(input.error(NAMED));
    }
    let variant: Ident = input.parse()?;
    let before = if is_named { input.parse::<Token![=]>()?.span() } else { variant.span() };
    if ["disabled", "default", "timeout"].iter().any(|word| variant == word) {
        let message = format!("`{variant}` is an arm of its own: give the future another name");
        return Err(Error::new(variant.span(), message));
    }
    let future = half_typed::expr(input, Expr::parse, at_comma);
    let future = future.unwrap_or_else(|| missing(&Error::new(before, NAMED)));
    let (condition, future) = when(future)?;
    Ok(Arm { variant, future, condition, wanted: None })
}

/// Whether nothing stands behind the name yet.
fn is_alone(input: ParseStream<'_>) -> bool {
    let ahead = input.fork();
    ahead.parse::<Ident>().is_ok() && at_comma(&ahead)
}

/// The parts of `when(condition, || future)`.
fn when(future: Expr) -> Result<(Option<Expr>, Expr)> {
    let Expr::Call(ExprCall { func, args, .. }) = &future else { return Ok((None, future)) };
    if !matches!(&**func, Expr::Path(path) if path.path.is_ident("when")) {
        return Ok((None, future));
    }
    match args.iter().collect::<Vec<_>>()[..] {
        [condition, Expr::Closure(ExprClosure { inputs, body, .. })] if inputs.is_empty() => {
            Ok((Some(condition.clone()), (**body).clone()))
        }
        _ => {
            let message = "`when` takes a condition and a closure that makes the future, as in `when(ready, || read())`";
            let error = missing(&Error::new(func.span(), message));
            let future = Expr::Verbatim(quote!({ let _ = (#args); #error }));
            Ok((Some(parse_quote!(true)), future))
        }
    }
}

/// What leads to the body behind the pattern.
fn after(pattern: &Pat) -> After {
    match pattern {
        Pat::Guard(guarded) => after(&guarded.pat),
        Pat::Paren(inner) => after(&inner.pat),
        Pat::TupleStruct(variant) => {
            variant.path.get_ident().cloned().map_or(After::Other, After::Arm)
        }
        Pat::Ident(name) if name.ident == "disabled" => After::Disabled,
        Pat::Ident(name) if name.subpat.is_none() && name.ident != "default" => {
            After::Arm(name.ident.clone())
        }
        Pat::Or(cases) => {
            let mut cases = cases.cases.iter().map(after);
            match cases.next() {
                Some(After::Arm(first))
                    if cases.all(|case| matches!(case, After::Arm(name) if name == first)) =>
                {
                    After::Arm(first)
                }
                _ => After::Other,
            }
        }
        _ => After::Other,
    }
}

/// Makes the names in a pattern those of the variants.
fn names(select: &mut Select, pattern: &mut Pat, errors: &mut Errors) {
    let known = |name: &Ident| select.arms.iter().any(|arm| arm.variant == *name);
    match pattern {
        Pat::Guard(guarded) => names(select, &mut guarded.pat, errors),
        Pat::Paren(inner) => names(select, &mut inner.pat, errors),
        Pat::Or(cases) => cases.cases.iter_mut().for_each(|case| names(select, case, errors)),
        Pat::TupleStruct(variant) => match variant.path.get_ident() {
            Some(name) if known(name) => {
                let name = name.clone();
                variant.path = Path::from(self::name());
                variant.path.segments.push(parse_quote!(#name));
            }
            Some(name) if !name.to_string().starts_with(char::is_uppercase) => {
                errors.at(name.span(), &unknown(select, name));
                let inside = &variant.elems;
                *pattern = parse_quote!((#inside));
            }
            _ => {}
        },
        Pat::Ident(ident) if ident.subpat.is_none() && is_variable(ident) => {
            let this = name();
            let name = ident.ident.clone();
            if known(&name) {
                *pattern = parse_quote!(#this::#name(_));
            } else if name == "disabled" {
                let unit = unit("disabled");
                check_disabled(select, &name, errors);
                select.has_disabled = true;
                *pattern = parse_quote!(#this::#unit);
            } else if name == "default" {
                let unit = unit("default");
                select.has_default = true;
                *pattern = parse_quote!(#this::#unit);
            } else {
                let message =
                    format!("this name would match every arm: {}", unknown(select, &name));
                errors.at(name.span(), &message);
            }
        }
        _ => {}
    }
}

/// `disabled =>` can only happen if every future can be disabled.
fn check_disabled(select: &Select, word: &Ident, errors: &mut Errors) {
    if let Some(always) = select.arms.iter().find(|arm| arm.condition.is_none()) {
        let message = format!("this never happens: `{}` is never disabled", always.variant);
        errors.at(word.span(), &message);
    }
}

fn unknown(select: &Select, name: &Ident) -> String {
    let names: Vec<String> = select.arms.iter().map(|arm| arm.variant.to_string()).collect();
    let known: Vec<&str> = names.iter().map(String::as_str).collect();
    match nearest(&name.to_string(), &known) {
        Some(meant) => format!("no future is called `{name}`; did you mean `{meant}`?"),
        None => format!("no future is called `{name}`: there is {}", quoted(&known)),
    }
}

fn quoted(names: &[&str]) -> String {
    names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
}
