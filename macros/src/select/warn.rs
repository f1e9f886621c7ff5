//! Which arms are asked whether their future may be dropped, or left alone.
//!
//! What is asked is the type, by a method of the runtime's `arm`; whether to ask is seen here. Only what
//! has a type of its own is asked, since rustc would take the question for the answer where a type is not known yet:
//! a call that makes a future, but not one that takes it out of something; and a variable, by reference.

use proc_macro2::{Delimiter, Group, Ident, Span, TokenStream};
use quote::{ToTokens, quote, quote_spanned};
use syn::{Expr, ExprCall, ExprMethodCall, ExprReference, Member};

use super::awaits::awaits_without;
use super::{Arm, Select};
use crate::front::local;

/// What take a value out of something, or make one of another type: rustc may learn the type later.
const TAKES: &[&str] = &[
    "unwrap",
    "unwrap_or",
    "unwrap_or_else",
    "unwrap_or_default",
    "unwrap_unchecked",
    "expect",
    "take",
    "replace",
    "pop",
    "pop_front",
    "pop_back",
    "remove",
    "swap_remove",
    "next",
    "default",
    "into",
    "from",
    "clone",
    "into_inner",
    "insert",
    "get_or_insert_with",
];

/// The future of the arm, and the question, if there is one to ask.
pub(super) fn asked(select: &Select, arm: &Arm) -> TokenStream {
    let question = if let Some(kept) = kept(&arm.future) {
        let waits = select
            .bodies
            .iter()
            .any(|body| body.is_reached_without(arm) && awaits_without(body.tokens.clone(), &kept));
        waits.then(|| ("Kept", "rests", kept.span()))
    } else {
        maker(&arm.future).map(|maker| ("Owned", "loses_data", maker.span()))
    };
    let future = arm.future.to_token_stream();
    match question {
        Some((probe, method, at)) => ask(&select.krate, future, probe, method, at),
        None => future,
    }
}

/// In a `match`, so that temporaries live on; and where the future stands, so that an error about it does, too.
fn ask(
    krate: &TokenStream,
    future: TokenStream,
    probe: &str,
    method: &str,
    at: Span,
) -> TokenStream {
    let mut spans = future.clone().into_iter().map(|token| token.span());
    let first = spans.next().unwrap_or_else(Span::call_site);
    let last = spans.last().unwrap_or(first);
    let arm = local("__arm");
    let (probe, method) = (Ident::new(probe, Span::call_site()), Ident::new(method, at));
    let asked = quote!(#arm => {
        #krate::__private::arm::#probe::new(&#arm).#method();
        #arm
    });
    let mut asked = Group::new(Delimiter::Brace, asked);
    asked.set_span(last);
    quote_spanned!(first=> match #future #asked)
}

/// The variable of `&mut future` or `future.as_mut()`.
fn kept(future: &Expr) -> Option<Ident> {
    match future {
        Expr::Reference(ExprReference { mutability: Some(_), expr, .. }) => variable(expr),
        Expr::MethodCall(ExprMethodCall { receiver, method, args, .. })
            if method == "as_mut" && args.is_empty() =>
        {
            variable(receiver)
        }
        Expr::Paren(inner) => kept(&inner.expr),
        _ => None,
    }
}

/// The name of `future` or `self.future`.
fn variable(expr: &Expr) -> Option<Ident> {
    match expr {
        Expr::Path(path) => path.path.get_ident().cloned(),
        Expr::Field(field) => match &field.member {
            Member::Named(name) => Some(name.clone()),
            Member::Unnamed(_) => None,
        },
        Expr::Paren(inner) => variable(&inner.expr),
        _ => None,
    }
}

/// The name of the function that makes the future.
fn maker(future: &Expr) -> Option<Ident> {
    let name = match future {
        Expr::MethodCall(ExprMethodCall { method, .. }) => method.clone(),
        Expr::Call(ExprCall { func, .. }) => match &**func {
            Expr::Path(path) => path.path.segments.last()?.ident.clone(),
            _ => return None,
        },
        _ => return None,
    };
    (!TAKES.iter().any(|takes| name == takes)).then_some(name)
}
