//! Values that are thrown away: `let _ = fetch();`, `drop(fetch());`, `gather!(..urls).await;`.
//!
//! A variable is left alone: `drop(request)` may well be how a request is cancelled.

use proc_macro2::{Ident, Span, TokenStream, TokenTree};
use syn::{Expr, ExprMethodCall, Local, Macro, Pat, Path, Stmt};

use super::probe::{self, Guard};
use crate::transparent;

/// The words without which there is no such call. (A `let _` is found by itself.)
pub(super) const WORDS: &[&str] = &["drop", "gather"];

/// Functions and methods whose value may be of any type, one that rustc learns only later.
const OF_ANY_TYPE: &[&str] = &[
    "clone",
    "cloned",
    "collect",
    "copied",
    "default",
    "expect",
    "expect_err",
    "fold",
    "from",
    "get_or_insert",
    "get_or_insert_with",
    "identity",
    "insert",
    "into",
    "into_inner",
    "max",
    "min",
    "parse",
    "product",
    "read_volatile",
    "reduce",
    "remove",
    "replace",
    "sum",
    "swap_remove",
    "take",
    "to_owned",
    "transmute",
    "try_from",
    "try_into",
    "unwrap",
    "unwrap_err",
    "unwrap_or",
    "unwrap_or_default",
    "unwrap_or_else",
];

/// Methods that give what is held as long as it has a name.
const PERMITS: &[&str] = &[
    "acquire",
    "acquire_many",
    "acquire_many_owned",
    "acquire_owned",
    "lock",
    "lock_owned",
    "read",
    "read_owned",
    "write",
    "write_owned",
];

/// Our macros that make a future.
const FUTURES: &[&str] = &["gather", "try_gather", "race", "race_ok", "sleep"];

fn guard(name: &str, at: Span) -> Guard {
    Guard::new("dropped", &[name], at)
}

/// `let _ = value`
pub(super) fn by_let(krate: &TokenStream, local: &mut Local) {
    if !matches!(local.pat, Pat::Wild(_)) {
        return;
    }
    let Some(init) = &mut local.init else { return };
    if let Some(at) = permit(&init.expr) {
        probe::of_value(krate, &guard("permit", at), &mut init.expr);
    } else {
        of_unused(krate, &mut init.expr);
    }
}

/// `drop(value)`
pub(super) fn by_call(krate: &TokenStream, expr: &mut Expr) {
    let Expr::Call(call) = expr else { return };
    let Expr::Path(callee) = &*call.func else { return };
    if !is_drop(&callee.path) || call.args.len() != 1 {
        return;
    }
    if let Some(value) = call.args.first_mut() {
        of_unused(krate, value);
    }
}

/// `gather!(..iter).await;`, whose `Vec` of results is nothing that rustc would miss.
pub(super) fn by_statement(krate: &TokenStream, stmt: &mut Stmt) {
    let Stmt::Expr(expr, Some(_)) = stmt else { return };
    let Expr::Await(awaited) = &*expr else { return };
    let at = match &*awaited.base {
        Expr::Macro(call) if is_gather_of_many(&call.mac) => macro_span(&call.mac),
        Expr::Call(call) => match &*call.func {
            Expr::Path(callee) => {
                callee.path.segments.last().map(|last| &last.ident).filter(|last| *last == "gather")
            }
            .map(Ident::span),
            _ => None,
        },
        _ => None,
    };
    if let Some(at) = at {
        probe::of_value(krate, &guard("results", at), expr);
    }
}

fn is_drop(path: &Path) -> bool {
    let segments: Vec<String> =
        path.segments.iter().map(|segment| segment.ident.to_string()).collect();
    let segments: Vec<&str> = segments.iter().map(String::as_str).collect();
    matches!(segments[..], ["drop"] | ["mem", "drop"] | ["std" | "core", "mem", "drop"])
}

/// A form of `gather!` that gives a `Vec`.
fn is_gather_of_many(call: &Macro) -> bool {
    let mut tokens = call.tokens.clone().into_iter();
    let first = tokens.next();
    let is_splat = matches!(&first, Some(TokenTree::Punct(dot)) if dot.as_char() == '.');
    transparent::name(call) == "gather"
        && (is_splat
            || first
                .into_iter()
                .chain(tokens)
                .any(|token| matches!(&token, TokenTree::Ident(word) if word == "for")))
}

fn macro_span(call: &Macro) -> Option<Span> {
    call.path.segments.last().map(|name| name.ident.span())
}

/// Asks about a value that is used no further.
fn of_unused(krate: &TokenStream, value: &mut Expr) {
    let at = match &*value {
        Expr::Call(call) => match &*call.func {
            Expr::Path(callee) => callee.path.segments.last().map(|last| last.ident.clone()),
            _ => None,
        },
        Expr::MethodCall(call) => Some(call.method.clone()),
        Expr::Macro(call) if FUTURES.contains(&&*transparent::name(&call.mac)) => {
            call.mac.path.segments.last().map(|last| last.ident.clone())
        }
        Expr::Async(block) => Some(Ident::new("async", block.async_token.span)),
        _ => None,
    };
    let Some(name) = at else { return };
    let (text, at) = (name.to_string(), name.span());
    if OF_ANY_TYPE.contains(&&*text) {
        return;
    }
    // A handle may be a future; and what it stands for runs on without it.
    let lost = match text.starts_with("spawn") {
        true if arguments(value).any(may_never_end) => return,
        true => "error_of_task",
        false => "future",
    };
    probe::of_value(krate, &guard(lost, at), value);
}

fn arguments(call: &Expr) -> impl Iterator<Item = &Expr> {
    match call {
        Expr::Call(call) => Some(&call.args),
        Expr::MethodCall(call) => Some(&call.args),
        _ => None,
    }
    .into_iter()
    .flatten()
}

/// Whether this is an `async` block that has no value of its own: if it loops for ever, its type is one that rustc
/// learns only later.
fn may_never_end(argument: &Expr) -> bool {
    let Expr::Async(block) = argument else { return false };
    !matches!(
        block.block.stmts.last(),
        Some(Stmt::Expr(Expr::Await(_) | Expr::Call(_) | Expr::MethodCall(_), None))
    )
}

/// Where a permit is taken: `semaphore.acquire().await`, perhaps with a `?` behind it.
fn permit(expr: &Expr) -> Option<Span> {
    match expr {
        Expr::Try(tried) => permit(&tried.expr),
        Expr::MethodCall(ExprMethodCall { receiver, method, .. })
            if method == "unwrap" || method == "expect" =>
        {
            permit(receiver)
        }
        Expr::Await(awaited) => match &*awaited.base {
            Expr::MethodCall(call) if PERMITS.contains(&&*call.method.to_string()) => {
                Some(call.method.span())
            }
            _ => None,
        },
        _ => None,
    }
}
