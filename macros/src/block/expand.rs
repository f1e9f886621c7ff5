//! The body, and the code around it.
//!
//! A method that takes `&self` is called on a reference: else one of the same name that the user's traits give to every
//! type, by value, would come first.

use proc_macro2::{Ident, TokenStream};
use quote::{ToTokens, quote};
use syn::visit_mut::VisitMut;
use syn::{Block, Expr};

use super::jumps::{Jumps, mentions_jump, slot, ty};
use super::tail::has_value;
use crate::front::local;
use crate::guards;

/// What a macro runs, as the user wrote it.
pub(super) enum Body {
    /// Understood.
    Block(Block),
    /// Half-typed, perhaps: rustc says what is wrong with it, and completes what it can.
    Tokens(TokenStream),
    /// The macro itself again, for the resources behind the first: its value says how it ended.
    Inner(TokenStream),
}

impl Body {
    /// The body in `{ .. }`.
    pub(super) fn new(krate: &TokenStream, tokens: TokenStream) -> Body {
        match syn::parse2(tokens.clone()) {
            Ok(mut block) => {
                guards::block(krate, &mut block);
                Body::Block(block)
            }
            Err(_) => Body::Tokens(tokens),
        }
    }

    /// One that is not there yet: the error stands for its value.
    pub(super) fn missing(error: &Expr) -> Body {
        Body::Tokens(quote!({ #error }))
    }

    /// Replaces the jumps that leave the body.
    pub(super) fn take_jumps(&mut self, jumps: &mut Jumps) {
        if let Body::Block(block) = self
            && mentions_jump(&block.to_token_stream())
        {
            jumps.visit_block_mut(block);
        }
    }
}

impl ToTokens for Body {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        match self {
            Body::Block(block) => block.to_tokens(tokens),
            Body::Tokens(body) | Body::Inner(body) => body.to_tokens(tokens),
        }
    }
}

/// One body on its way to become code.
pub(super) struct Expansion<'a> {
    krate: &'a TokenStream,
    /// Which of the bodies of one macro: the outermost is 0.
    level: usize,
    pub(super) jumps: Jumps,
}

impl<'a> Expansion<'a> {
    pub(super) fn new(krate: &'a TokenStream, level: usize) -> Self {
        Expansion { krate, level, jumps: Jumps::new(krate, level) }
    }

    /// Where the body leaves its end.
    pub(super) fn slot(&self) -> Ident {
        slot(self.level)
    }

    /// A future that runs the body, after the statements `inside`, and gives its flow.
    pub(super) fn run(&self, inside: &TokenStream, body: &Body) -> TokenStream {
        let krate = self.krate;
        let (slot, ty) = (self.slot(), ty(self.level));
        let value = local("__value");
        let run = quote!({
            #inside
            #[allow(clippy::diverging_sub_expression)]
            let #value = (&#slot).value(if false { (&#slot).absent() } else #body);
            match (&#slot).ended(#value).await {}
        });
        let landed = self.jumps.land(&slot, run);
        quote! {
            #krate::__private::block::Block::new(
                async {
                    if false {
                        return #ty.absent();
                    }
                    #landed
                },
                &#slot,
            )
        }
    }

    /// How the body ended, by `flow`, a reference to its flow: an `Outcome`.
    pub(super) fn outcome(&self, flow: &Ident, body: &Body) -> TokenStream {
        let krate = self.krate;
        let slot = self.slot();
        let value = local("__value").to_token_stream();
        let returned = quote!(#krate::Outcome::Returned);
        let failed = quote!(#krate::Outcome::Failed);
        let given = quote!((&&#krate::__private::block::Given::new(#value)).taipan_outcome());
        let ignored = quote!(_);
        let (the_value, of_value) = match body {
            Body::Inner(_) => (&ignored, quote!((&#slot).outcome())),
            Body::Block(block) if has_value(block) => (&value, given.clone()),
            Body::Block(_) | Body::Tokens(_) => (&ignored, returned.clone()),
        };
        // A `return` that stands nowhere comes from `?`.
        let (the_result, of_return) = if self.jumps.returns() {
            (&value, quote!(if (&#slot).has_returned() { #given } else { #failed }))
        } else {
            (&ignored, failed)
        };
        quote!({
            #[allow(unused_imports)]
            use #krate::__private::block::levels::*;
            match #flow {
                #krate::__private::block::Flow::Value(#the_value) => #of_value,
                #krate::__private::block::Flow::Return(#the_result) => #of_return,
                #krate::__private::block::Flow::Jump(_) => #returned,
            }
        })
    }

    /// All of it: the statements `before`, and what becomes of `flow`, which awaits the body and what comes
    /// after it. `expected` is of the type of the macro's value, and is never run.
    pub(super) fn finish(
        &self,
        before: &TokenStream,
        expected: &TokenStream,
        flow: &TokenStream,
    ) -> TokenStream {
        let krate = self.krate;
        let (slot, ty) = (self.slot(), ty(self.level));
        let (result, value) = (local("__result"), local("__value"));
        let (cells, jumps) = (self.jumps.cells(), self.jumps.arms());
        let end = quote! {
            match #flow {
                #krate::__private::block::Flow::Value(#value) => #value,
                #[allow(unreachable_code)]
                #krate::__private::block::Flow::Return(#result) => return #result,
                #jumps
                #krate::__private::block::Flow::Jump(_) => ::core::unreachable!(),
            }
        };
        quote!({
            #before
            let #ty = #krate::__private::block::Ty::new();
            if false {
                return #ty.absent();
            }
            if false {
                #[allow(unreachable_code, clippy::diverging_sub_expression)]
                #ty.is(::core::unreachable!());
            }
            let #slot = #krate::__private::block::Slot::new();
            #cells
            // No `if`, whose blocks would each be told what is wrong with the type.
            match false {
                true => #expected,
                false => (#end,).0,
            }
        })
    }
}

/// Replaces the jumps in a resource behind the first, which stands inside the body of the one before.
pub(super) fn take_jumps(expr: &mut Expr, jumps: &mut Jumps) {
    if mentions_jump(&expr.to_token_stream()) {
        jumps.visit_expr_mut(expr);
    }
}
