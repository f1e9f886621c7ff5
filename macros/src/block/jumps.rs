//! The jumps that leave a body.
//!
//! A body runs in an async block, which `break` and `continue` cannot leave. So each of them that would
//! becomes a `break` to a label *inside* the async block, and what stands behind that label hands the jump
//! to the macro, which makes it outside. Since the new jump means the same as the old one, it may
//! stand in the body of another macro: that one finds a label that it does not know, and does the same.

use proc_macro2::{Ident, Span, TokenStream, TokenTree};
use quote::{ToTokens, format_ident, quote, quote_spanned};
use syn::visit_mut::{VisitMut, visit_expr_mut};
use syn::{
    Block, Expr, ExprReturn, Item, Label, Lifetime, Macro, parse_quote, parse_quote_spanned,
};

use crate::transparent;

/// Finds the jumps out of a body, and replaces them.
pub(super) struct Jumps {
    /// Which of the bodies of one macro: each has labels of its own.
    level: usize,
    krate: TokenStream,
    jumps: Vec<Jump>,
    /// How many loops of the body's own are around.
    loops: usize,
    /// The labels of the body's own that are around.
    labels: Vec<Ident>,
    /// Whether the body returns from the function in so many words.
    returns: bool,
}

/// A jump out of the body.
pub(super) struct Jump {
    /// What it became a `break` to.
    label: Lifetime,
    /// What it was: `break 'outer`, `continue`.
    exit: TokenStream,
    /// The value of a `break`, on its way out.
    value: Option<Ident>,
}

/// Whether there may be something to find in `tokens`: else they need not be understood.
pub(super) fn mentions_jump(tokens: &TokenStream) -> bool {
    tokens.clone().into_iter().any(|token| match token {
        TokenTree::Ident(word) => word == "break" || word == "continue" || word == "return",
        TokenTree::Group(group) => mentions_jump(&group.stream()),
        TokenTree::Punct(_) | TokenTree::Literal(_) => false,
    })
}

impl Jumps {
    pub(super) fn new(krate: &TokenStream, level: usize) -> Jumps {
        Jumps {
            level,
            krate: krate.clone(),
            jumps: Vec::new(),
            loops: 0,
            labels: Vec::new(),
            returns: false,
        }
    }

    /// Whether a `break` in the body of a loop leads out of the loop, which has this label.
    pub(super) fn end_loop(body: &Block, label: Option<&Lifetime>) -> bool {
        let mut jumps = Jumps::new(&TokenStream::new(), 0);
        jumps.visit_block_mut(&mut body.clone());
        let label = label.map(ToString::to_string);
        jumps.jumps.iter().any(|jump| {
            let mut words = jump.exit.clone().into_iter().map(|token| token.to_string());
            let is_break = words.next().as_deref() == Some("break");
            let target: String = words.collect();
            is_break && (target.is_empty() || Some(target) == label)
        })
    }

    /// Whether the body returns in so many words.
    pub(super) fn returns(&self) -> bool {
        self.returns
    }

    /// The body, with the labels that its jumps lead to: behind each, the jump is handed to `slot`.
    pub(super) fn land(&self, slot: &Ident, body: TokenStream) -> TokenStream {
        let mut landed = body;
        for (number, jump) in (0_u32..).zip(&self.jumps) {
            let Jump { label, value, .. } = jump;
            landed = match value {
                None => quote!(#label: { #landed } match (&#slot).jump(#number).await {}),
                Some(cell) => {
                    quote!((&#cell).put(#label: { #landed }); match (&#slot).jump(#number).await {})
                }
            };
        }
        landed
    }

    /// The cells for the values of jumps, to be declared outside the body.
    pub(super) fn cells(&self) -> TokenStream {
        let krate = &self.krate;
        let cells = self.jumps.iter().filter_map(|jump| jump.value.as_ref());
        quote!(#(let #cells = #krate::__private::block::Carried::new();)*)
    }

    /// The arms that make the jumps, outside the body.
    pub(super) fn arms(&self) -> TokenStream {
        let krate = &self.krate;
        let numbers = 0_u32..;
        let exits = self.jumps.iter().map(|Jump { exit, value, .. }| match value {
            None => exit.clone(),
            Some(cell) => quote!(#exit (&#cell).take()),
        });
        quote!(#(#krate::__private::block::Flow::Jump(#numbers) => #exits,)*)
    }

    fn leaves(&self, label: Option<&Lifetime>) -> bool {
        match label {
            Some(label) => !self.labels.contains(&label.ident),
            None => self.loops == 0,
        }
    }

    /// The jump that `exit` has become.
    fn replace(&mut self, exit: TokenStream, value: Option<Expr>) -> Expr {
        let known = self.jumps.iter().find(|jump| {
            jump.value.is_none() && value.is_none() && jump.exit.to_string() == exit.to_string()
        });
        let label = match known {
            Some(jump) => jump.label.clone(),
            None => {
                let (level, number) = (self.level, self.jumps.len());
                let label = format!("'__leave{level}_{number}");
                let label = Lifetime::new(&label, Span::mixed_site());
                let value = value
                    .is_some()
                    .then(|| format_ident!("__carried{level}_{number}", span = Span::mixed_site()));
                self.jumps.push(Jump { label: label.clone(), exit, value });
                label
            }
        };
        parse_quote!(break #label #value)
    }

    fn inside(&mut self, label: Option<&Label>, is_loop: bool, body: &mut Block) {
        self.labels.extend(label.map(|label| label.name.ident.clone()));
        self.loops += usize::from(is_loop);
        self.visit_block_mut(body);
        self.loops -= usize::from(is_loop);
        if label.is_some() {
            self.labels.pop();
        }
    }
}

impl VisitMut for Jumps {
    fn visit_expr_mut(&mut self, expr: &mut Expr) {
        match expr {
            Expr::Break(jump) => {
                if let Some(value) = &mut jump.expr {
                    self.visit_expr_mut(value);
                }
                if self.leaves(jump.label.as_ref()) {
                    let label = &jump.label;
                    let exit = quote_spanned!(jump.break_token.span=> break #label);
                    let value = jump.expr.take().map(|value| *value);
                    *expr = self.replace(exit, value);
                }
            }
            Expr::Continue(jump) if self.leaves(jump.label.as_ref()) => {
                let exit = jump.to_token_stream();
                *expr = self.replace(exit, None);
            }
            Expr::Return(ExprReturn { expr: value, return_token, .. }) => {
                self.returns = true;
                if let Some(value) = value {
                    self.visit_expr_mut(value);
                }
                // Marked, since a `return` that was not asked for in so many words comes from `?`.
                let krate = &self.krate;
                let slot = slot(self.level);
                let given =
                    value.take().map_or(parse_quote_spanned!(return_token.span=> ()), |v| *v);
                let ty = ty(self.level);
                *value =
                    Some(parse_quote!(#krate::__private::block::returned(#ty, &#slot, #given)));
            }
            Expr::Loop(looped) => self.inside(looped.label.as_ref(), true, &mut looped.body),
            Expr::While(looped) => {
                self.visit_expr_mut(&mut looped.cond);
                self.inside(looped.label.as_ref(), true, &mut looped.body);
            }
            Expr::ForLoop(looped) => {
                self.visit_expr_mut(&mut looped.expr);
                self.inside(looped.label.as_ref(), true, &mut looped.body);
            }
            Expr::Block(block) => self.inside(block.label.as_ref(), false, &mut block.block),
            // Code of its own: a jump in it stays in it.
            Expr::Closure(_) | Expr::Async(_) | Expr::Const(_) => {}
            _ => visit_expr_mut(self, expr),
        }
    }

    fn visit_macro_mut(&mut self, call: &mut Macro) {
        transparent::visit(call, mentions_jump, self);
    }

    fn visit_item_mut(&mut self, _: &mut Item) {}
}

/// Where the body of a level leaves its end.
pub(super) fn slot(level: usize) -> Ident {
    format_ident!("__slot{level}", span = Span::mixed_site())
}

/// The type that the function returns, as a value.
pub(super) fn ty(level: usize) -> Ident {
    format_ident!("__ty{level}", span = Span::mixed_site())
}
