//! Guards of std that are held across an `.await`.
//!
//! Found by syntax: a variable bound to what `lock()` and its like give, and behind it in the same block an `.await`, before
//! the variable is given away. Whether it is a guard of std's, the type decides.

use proc_macro2::{Delimiter, Ident, TokenStream, TokenTree};
use quote::ToTokens;
use syn::visit_mut::{VisitMut, visit_expr_mut};
use syn::{Block, Expr, ExprMethodCall, Item, Local, Macro, Pat, Stmt};

use super::probe::{self, Guard};
use crate::transparent;

/// The methods that lock.
pub(super) const WORDS: &[&str] = &[
    "lock",
    "read",
    "write",
    "borrow",
    "borrow_mut",
    "try_lock",
    "try_read",
    "try_write",
    "try_borrow",
    "try_borrow_mut",
];

/// Our macros that await by themselves.
const AWAITING: &[&str] = &["with", "finally", "task_group", "select", "async_for"];

pub(super) fn guard(krate: &TokenStream, block: &mut Block) {
    for index in 0..block.stmts.len() {
        let (before, behind) = block.stmts.split_at_mut(index + 1);
        let Some(Stmt::Local(local)) = before.last_mut() else { continue };
        let Some(name) = guard_of(local) else { continue };
        let still_there =
            behind.iter().take_while(|stmt| !gives_away(&name, stmt.to_token_stream()));
        if still_there.into_iter().any(awaits)
            && let Some(init) = &mut local.init
        {
            let guard = Guard::new("held", &["held_across_await"], name.span());
            probe::of_value(krate, &guard, &mut init.expr);
        }
    }
}

/// The variable that may be a guard.
fn guard_of(local: &Local) -> Option<Ident> {
    let init = local.init.as_ref()?;
    if locks(&init.expr) { bound(&local.pat) } else { None }
}

fn bound(pattern: &Pat) -> Option<Ident> {
    match pattern {
        Pat::Ident(name) => Some(name.ident.clone()),
        Pat::Type(typed) => bound(&typed.pat),
        // `let Ok(guard) = .. else`
        Pat::TupleStruct(variant) if variant.elems.len() == 1 => bound(variant.elems.first()?),
        _ => None,
    }
}

/// Whether the value may be a guard, perhaps after `unwrap()`.
fn locks(expr: &Expr) -> bool {
    match expr {
        Expr::Try(tried) => locks(&tried.expr),
        Expr::MethodCall(ExprMethodCall { receiver, method, args, .. }) => {
            let method = method.to_string();
            match &*method {
                "unwrap" | "expect" | "unwrap_or_else" | "ok" => locks(receiver),
                method => args.is_empty() && WORDS.contains(&method),
            }
        }
        _ => false,
    }
}

/// Whether `name` stands alone as an argument: dropped, or moved elsewhere.
fn gives_away(name: &Ident, tokens: TokenStream) -> bool {
    let mut before = None;
    tokens.into_iter().any(|token| {
        // The arguments of a macro like `println!` are only looked at.
        let is_call = !matches!(&before, Some(TokenTree::Punct(mark)) if mark.as_char() == '!');
        let found = match &token {
            TokenTree::Group(group) => {
                let is_list = is_call && group.delimiter() == Delimiter::Parenthesis;
                (is_list && is_argument(name, group.stream())) || gives_away(name, group.stream())
            }
            _ => false,
        };
        before = Some(token);
        found
    })
}

fn is_argument(name: &Ident, arguments: TokenStream) -> bool {
    let tokens: Vec<TokenTree> = arguments.into_iter().collect();
    let is_comma =
        |token: &TokenTree| matches!(token, TokenTree::Punct(mark) if mark.as_char() == ',');
    tokens
        .split(is_comma)
        .any(|argument| matches!(argument, [TokenTree::Ident(word)] if word == name))
}

/// Whether the task may wait in the statement.
fn awaits(stmt: &Stmt) -> bool {
    struct Awaits(bool);

    impl VisitMut for Awaits {
        fn visit_expr_mut(&mut self, expr: &mut Expr) {
            match expr {
                Expr::Await(_) | Expr::Yield(_) => self.0 = true,
                // Code that runs when it is called, or awaited.
                Expr::Closure(_) | Expr::Async(_) | Expr::Const(_) => {}
                _ => visit_expr_mut(self, expr),
            }
        }

        fn visit_macro_mut(&mut self, call: &mut Macro) {
            let name = transparent::name(call);
            self.0 |= AWAITING.contains(&&*name)
                || (name == "timeout" && has_block(&call.tokens))
                || (transparent::is_std(call) && has_await(&call.tokens));
        }

        fn visit_item_mut(&mut self, _: &mut Item) {}
    }

    let mut awaits = Awaits(false);
    awaits.visit_stmt_mut(&mut stmt.clone());
    awaits.0
}

/// Whether the last argument is a block: this `timeout!` awaits.
fn has_block(tokens: &TokenStream) -> bool {
    let last = tokens
        .clone()
        .into_iter()
        .filter(|token| !matches!(token, TokenTree::Punct(mark) if mark.as_char() == ','));
    matches!(last.last(), Some(TokenTree::Group(group)) if group.delimiter() == Delimiter::Brace)
}

fn has_await(tokens: &TokenStream) -> bool {
    tokens.clone().into_iter().any(|token| match token {
        TokenTree::Ident(word) => word == "await",
        TokenTree::Group(group) => has_await(&group.stream()),
        TokenTree::Punct(_) | TokenTree::Literal(_) => false,
    })
}
