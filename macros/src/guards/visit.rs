//! Which code is looked at: what runs where it stands, in async code.

use proc_macro2::TokenStream;
use syn::visit_mut::{VisitMut, visit_block_mut, visit_expr_mut, visit_local_mut, visit_stmt_mut};
use syn::{Block, Expr, Item, Local, Macro, Stmt};

use super::{blocking, dropped, function, held, words};
use crate::transparent;

pub(super) struct Visitor<'a> {
    krate: &'a TokenStream,
    /// Whether the expression that comes next is awaited: then it is no call of std's.
    awaited: bool,
}

impl<'a> Visitor<'a> {
    pub(super) fn new(krate: &'a TokenStream) -> Self {
        Visitor { krate, awaited: false }
    }

    /// For an expression that a macro awaits.
    pub(super) fn of_awaited(krate: &'a TokenStream) -> Self {
        Visitor { krate, awaited: true }
    }
}

impl VisitMut for Visitor<'_> {
    fn visit_expr_mut(&mut self, expr: &mut Expr) {
        let awaited = std::mem::take(&mut self.awaited);
        match expr {
            // Most closures run elsewhere, as that of `to_thread`.
            Expr::Closure(closure) if closure.asyncness.is_none() => return,
            Expr::Const(_) => return,
            Expr::Await(of) => {
                self.awaited = true;
                return self.visit_expr_mut(&mut of.base);
            }
            Expr::Group(group) => {
                self.awaited = awaited;
                return self.visit_expr_mut(&mut group.expr);
            }
            _ => visit_expr_mut(self, expr),
        }
        if !awaited {
            blocking::guard(self.krate, expr);
        }
        dropped::by_call(self.krate, expr);
    }

    fn visit_local_mut(&mut self, local: &mut Local) {
        visit_local_mut(self, local);
        dropped::by_let(self.krate, local);
    }

    fn visit_stmt_mut(&mut self, stmt: &mut Stmt) {
        visit_stmt_mut(self, stmt);
        dropped::by_statement(self.krate, stmt);
    }

    fn visit_block_mut(&mut self, block: &mut Block) {
        visit_block_mut(self, block);
        held::guard(self.krate, block);
    }

    fn visit_macro_mut(&mut self, call: &mut Macro) {
        if transparent::is_std(call) {
            transparent::visit(call, words::mention, self);
        }
    }

    fn visit_item_mut(&mut self, item: &mut Item) {
        if let Item::Fn(inner) = item
            && inner.sig.asyncness.is_some()
        {
            function(self.krate, &mut inner.attrs, &mut inner.block);
        }
    }
}
