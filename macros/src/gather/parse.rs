//! The forms and their options.

use proc_macro2::{Ident, Span, TokenStream};
use quote::ToTokens;
use syn::parse::{Parse, ParseBuffer, ParseStream};
use syn::spanned::Spanned;
use syn::{Error, Expr, ExprAssign, ExprRange, Lit, Pat, Result, Token, token};

use super::Macro;
use crate::errors::Errors;
use crate::front::{block, krate, local};
use crate::half_typed::{self, missing};
use crate::suggest::distance;

/// What the user wrote, and the path of the crate from the front.
pub(super) struct Input {
    pub(super) krate: TokenStream,
    pub(super) form: Form,
    pub(super) limit: Option<Expr>,
}

pub(super) enum Form {
    /// `a(), b()`
    Arguments(Vec<Expr>),
    /// `..iter`
    Splat(Expr),
    /// `for u in us { f(u) }`, or `f(u) for u in us if ok for v in u`
    Each { clauses: Vec<Clause>, child: TokenStream },
}

/// `for pattern in items if .. if ..`
pub(super) struct Clause {
    pub(super) pattern: Pat,
    pub(super) items: Expr,
    pub(super) conditions: Vec<Expr>,
}

pub(super) fn parse(kind: Macro, input: ParseStream<'_>) -> Result<Input> {
    let krate = krate(input)?;
    if input.peek(Token![..]) {
        let dots = input.parse::<Token![..]>()?;
        let futures = half_typed::expr(input, Expr::parse, half_typed::at_comma);
        let form = Form::Splat(futures.unwrap_or_else(|| {
            let name = kind.name();
            let message =
                format!("expected the futures, as in `{name}!(..urls.iter().map(fetch))`");
            missing(&Error::new(dots.span(), message))
        }));
        return Ok(Input { krate, form, limit: options(kind, input)? });
    }
    if input.peek(Token![for]) {
        let form = for_form(kind, input)?;
        return Ok(Input { krate, form, limit: options(kind, input)? });
    }
    let mut arguments = Vec::new();
    while !input.is_empty() {
        let argument = half_typed::expr(input, Expr::parse, half_typed::at_comma);
        let argument = argument.unwrap_or_else(|| missing(&input.error("a future is missing")));
        if input.peek(Token![for]) {
            let comprehension = input.span();
            let form = comprehension_form(kind, argument, input)?;
            if !arguments.is_empty() {
                let name = kind.name();
                return Err(Error::new(
                    comprehension,
                    format!(
                        "a comprehension stands alone: nest it, as in `{name}!(a(), {name}!(f(u) for u in us))`"
                    ),
                ));
            }
            return Ok(Input { krate, form, limit: options(kind, input)? });
        }
        arguments.push(argument);
        if !input.is_empty() {
            input.parse::<Token![,]>()?;
        }
    }
    check_arguments(kind, &arguments)?;
    Ok(Input { krate, form: Form::Arguments(arguments), limit: None })
}

/// Refuses what parses as an expression and is meant as something else.
fn check_arguments(kind: Macro, arguments: &[Expr]) -> Result<()> {
    if kind.is_race() && arguments.is_empty() {
        let name = kind.name();
        let message =
            format!("`{name}!` of nothing: no value could ever come; write `{name}!(a(), b())`");
        return Err(Error::new(Span::call_site(), message));
    }
    let mut errors = Errors::default();
    for argument in arguments {
        match argument {
            Expr::Range(ExprRange { start: None, .. }) => {
                let name = kind.name();
                errors.add(Error::new(
                    argument.span(),
                    format!(
                        "`..iter` stands alone: nest it, as in `{name}!(a(), {name}!(..iter))`"
                    ),
                ));
            }
            Expr::Assign(ExprAssign { left, .. }) => {
                let name = left.to_token_stream().to_string();
                errors.add(if name == "limit" && !kind.is_race() {
                    Error::new(
                        left.span(),
                        "`limit` is for `..iter` and `for` forms: these arguments all run at once",
                    )
                } else {
                    unknown_option(kind, &name, left.span())
                });
            }
            _ => {}
        }
    }
    errors.into_result()
}

/// `for pattern in items { child }`
fn for_form(kind: Macro, input: ParseStream<'_>) -> Result<Form> {
    let (pattern, items) = for_head(kind, input)?;
    let child = if input.peek(token::Brace) {
        block(input)?.into() // raw: rustc parses it, half-typed or not
    } else if !half_typed::at_comma(input) {
        return Err(expected(input, items.span(), "a block that gives a future", kind));
    } else if half_typed::is_told(&items) {
        local("__items").into_token_stream() // of any type, as they are
    } else {
        let before =
            items.to_token_stream().into_iter().last().map_or(items.span(), |token| token.span());
        missing(&expected(input, before, "a block that gives a future", kind)).into_token_stream()
    };
    let clause = Clause { pattern, items, conditions: Vec::new() };
    Ok(Form::Each { clauses: vec![clause], child })
}

/// `child for pattern in items if condition ..`
fn comprehension_form(kind: Macro, child: Expr, input: ParseStream<'_>) -> Result<Form> {
    let mut clauses = Vec::new();
    while input.peek(Token![for]) {
        let (pattern, items) = for_head(kind, input)?;
        let mut conditions = Vec::new();
        while input.peek(Token![if]) {
            input.parse::<Token![if]>()?;
            let condition = half_typed::expr(input, Expr::parse_without_eager_brace, at_clause);
            let missing =
                || missing(&expected(input, pattern.span(), "a condition after `if`", kind));
            conditions.push(condition.unwrap_or_else(missing));
        }
        clauses.push(Clause { pattern, items, conditions });
    }
    Ok(Form::Each { clauses, child: child.into_token_stream() })
}

/// `for pattern in items`
fn for_head(kind: Macro, input: ParseStream<'_>) -> Result<(Pat, Expr)> {
    let span = input.parse::<Token![for]>()?.span;
    if input.is_empty() {
        return Err(expected(input, span, "a pattern", kind));
    }
    let pattern = half_typed::pattern(input)?;
    if !input.peek(Token![in]) {
        let error = expected(input, pattern.span(), "`in ..`", kind);
        let is_unfinished = at_clause(input);
        return if is_unfinished { Ok((pattern, missing(&error))) } else { Err(error) };
    }
    let span = input.parse::<Token![in]>()?.span;
    let items = half_typed::expr(input, Expr::parse_without_eager_brace, at_clause);
    Ok((pattern, items.unwrap_or_else(|| missing(&expected(input, span, "the items", kind)))))
}

/// Where the items, or a condition, end.
fn at_clause(input: &ParseBuffer<'_>) -> bool {
    half_typed::at_comma(input)
        || input.peek(token::Brace)
        || input.peek(Token![for])
        || input.peek(Token![if])
}

/// An error at the next token or, at the end, at what stands before.
fn expected(input: ParseStream<'_>, before: Span, what: &str, kind: Macro) -> Error {
    let span = if input.is_empty() { before } else { input.span() };
    let name = kind.name();
    Error::new(span, format!("expected {what}, as in `{name}!(for url in urls {{ fetch(url) }})`"))
}

/// `, limit = 8`
fn options(kind: Macro, input: ParseStream<'_>) -> Result<Option<Expr>> {
    let mut limit = None;
    let mut errors = Errors::default();
    while !input.is_empty() {
        input.parse::<Token![,]>()?;
        if input.is_empty() {
            break;
        }
        if input.peek(Token![..]) {
            return Err(
                input.error("one `..iter` stands alone: join two of them with `.chain(..)`")
            );
        }
        if !input.peek(syn::Ident) {
            return Err(input.error("only an option can follow, as in `limit = 8`"));
        }
        let name: Ident = input.parse()?;
        if !input.peek(Token![=]) {
            let message = format!(
                "expected `= ..` after `{name}`: only an option can follow, as in `limit = 8`"
            );
            return Err(Error::new(name.span(), message));
        }
        input.parse::<Token![=]>()?;
        let value = half_typed::expr(input, Expr::parse, half_typed::at_comma);
        let value = value.unwrap_or_else(|| {
            missing(&Error::new(name.span(), "`limit` takes a number, as in `limit = 8`"))
        });
        if name != "limit" || kind.is_race() {
            errors.add(unknown_option(kind, &name.to_string(), name.span()));
        } else if limit.is_some() {
            errors.add(Error::new(name.span(), "option `limit` given twice"));
        } else {
            errors.check(check_limit(&value));
            limit = Some(value);
        }
    }
    errors.into_result().map(|()| limit)
}

/// A literal can be judged here; everything else by its type.
fn check_limit(value: &Expr) -> Result<()> {
    let Expr::Lit(literal) = value else { return Ok(()) };
    match &literal.lit {
        Lit::Int(number) if number.base10_digits() == "0" => {
            Err(Error::new(value.span(), "`limit` must be at least 1"))
        }
        Lit::Int(_) => Ok(()),
        _ => Err(Error::new(value.span(), "`limit` takes a number, as in `limit = 8`")),
    }
}

fn unknown_option(kind: Macro, name: &str, span: Span) -> Error {
    Error::new(
        span,
        if kind.is_race() {
            format!("unknown option `{name}`: `{}!` has no options", kind.name())
        } else if distance(name, "limit") <= 2 {
            format!("unknown option `{name}`; did you mean `limit`?")
        } else {
            format!("unknown option `{name}`: the only option is `limit`, as in `limit = 8`")
        },
    )
}
