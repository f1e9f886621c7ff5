//! What a body with `yield` becomes.

use proc_macro2::{Ident, Span, TokenStream, TokenTree};
use quote::{ToTokens, quote, quote_spanned};
use syn::token::Brace;
use syn::visit_mut::{VisitMut, visit_expr_mut, visit_stmt_mut};
use syn::{
    Block, Error, Expr, ExprBlock, ExprForLoop, Item, Macro, Stmt, Token, Type, parse_quote,
    parse_quote_spanned,
};

use super::for_await;
use super::looped::{Loop, of_loop};
use crate::errors::Errors;
use crate::front::{local, private};
use crate::guards;
use crate::half_typed::body as half_typed;
use crate::transparent;

const NESTED: &str =
    "`yield` inside a closure or a nested `async` block does not belong to this generator";
const GROUP: &str = "`yield` inside `task_group!`: a generator may be left half-way, and the group's tasks would \
                     run on meanwhile; put the `yield` behind the group, or the generator's items into a channel";
const UNSEEN: &str = "`yield` cannot be seen inside this macro call";
const UNSEEN_LOOP: &str = "`for await` cannot be seen inside this macro call";

/// The macros with a `yield` of their own.
const GENERATORS: &[&str] = &["stream", "try_stream", "generator"];

/// The call that makes a stream of what stands in the braces `body`, after the statements `before`; and what is wrong
/// with the body, which the call tells.
///
/// `item`: the type of the items, where it is known. `may_fail`: the place that says that they are a `Result`.
pub(super) fn expand(
    krate: &TokenStream,
    item: Option<&Type>,
    before: &TokenStream,
    body: TokenTree,
    may_fail: Option<Span>,
) -> (TokenStream, Option<Error>) {
    let mut errors = Errors::default();
    let (mut body, mistake) = half_typed::block(for_await::mark(body.into()));
    match mistake {
        Some(mistake) => errors.add(mistake),
        None => guards::block(krate, &mut body),
    }
    let mut yields = Yields { krate, nested: 0, groups: 0, fails: may_fail, ends: false, errors };
    yields.visit_block_mut(&mut body);
    let error = std::mem::take(&mut yields.errors).into_result().err();
    if yields.fails.is_some() {
        // Now that this is known, a `return` needs a value.
        yields.ends = true;
        yields.visit_block_mut(&mut body);
    }
    if let Some(errors) = error.as_ref().map(Error::to_compile_error) {
        let mistake = half_typed::mistake();
        // Nothing is worth telling but the error.
        let attrs = vec![parse_quote!(#[allow(unused)])];
        // Not parsed again: of what is half typed not all is read as it is written.
        let known = Expr::Block(ExprBlock { attrs, label: None, block: body });
        let stmts = vec![parse_quote!(let #mistake = { #errors };), Stmt::Expr(known, None)];
        body = Block { brace_token: Brace::default(), stmts };
    }
    (call(krate, item, before, &body, yields.fails), error)
}

/// The call, once the body is as it has to be. `fails`: the place that says that it may end with an error.
fn call(
    krate: &TokenStream,
    item: Option<&Type>,
    before: &TokenStream,
    body: &Block,
    fails: Option<Span>,
) -> TokenStream {
    let yielder = yielder();
    // Of a `yield x` at the end, clippy would make `yield; x`.
    let allow = quote!(#[allow(unused_braces, clippy::semicolon_if_nothing_returned)]);
    let stream = quote!(#krate::__private::stream);
    let Some(fails) = fails else {
        let types = item.map(|item| quote!(::<#item, _>));
        return quote! {
            #stream::generator(#stream::body #types (move |#yielder| async move {
                // Even if the body never ends.
                if false {
                    return;
                }
                #before
                #allow
                let _: () = #body;
            }))
        };
    };
    let error = local("__error");
    let types = item.map(|item| quote!(::<#item, _, _>));
    let function = private(krate, &Ident::new("try_body", fails));
    quote! {
        #stream::generator(#function #types (move |#yielder, #error| async move {
            // Before rustc sees a `?`.
            if false {
                return #stream::end(#error);
            }
            #before
            #allow
            let _: () = #body;
            #[allow(unreachable_code)]
            ::core::result::Result::Ok(())
        }))
    }
}

fn yielder() -> Ident {
    local("__yielder")
}

/// Finds what belongs to the generator, and replaces it.
struct Yields<'a> {
    krate: &'a TokenStream,
    /// How many closures and async blocks are around.
    nested: usize,
    /// How many task groups are around.
    groups: usize,
    /// Where it is said that the body may end with an error.
    fails: Option<Span>,
    /// Whether a `return` without a value is given one.
    ends: bool,
    errors: Errors,
}

impl Yields<'_> {
    fn may_fail(&mut self, span: Span) {
        if self.nested == 0 {
            self.fails.get_or_insert(span);
        }
    }

    /// What must not stay as it is.
    fn unseen(tokens: &TokenStream) -> Option<Error> {
        let word = |is: fn(Option<&Ident>, &Ident) -> bool| {
            find(
                tokens,
                &|before, token| matches!(token, TokenTree::Ident(word) if is(before, word)),
            )
        };
        let yielded = word(|_, word| word == "yield").map(|span| Error::new(span, UNSEEN));
        yielded.or_else(|| word(for_await::is_await).map(|span| Error::new(span, UNSEEN_LOOP)))
    }
}

impl VisitMut for Yields<'_> {
    fn visit_expr_mut(&mut self, expr: &mut Expr) {
        match expr {
            Expr::Yield(yielded) => {
                let span = yielded.yield_token.span;
                let item = match &mut yielded.expr {
                    Some(item) => {
                        self.visit_expr_mut(item);
                        item.to_token_stream()
                    }
                    None => quote_spanned!(span=> ()),
                };
                let misplaced = match (self.nested, self.groups) {
                    (0, 0) => None,
                    (0, _) => Some(GROUP),
                    _ => Some(NESTED),
                };
                if let Some(message) = misplaced {
                    self.errors.at(span, message);
                    let mistake = half_typed::mistake();
                    *expr = parsed(quote!({ let _ = #item; #mistake }));
                    return;
                }
                // Two statements, so that the temporaries of the item are gone while nobody asks for the next.
                let (yielder, sent) = (yielder(), local("__sent"));
                *expr = parsed(quote_spanned!(span=> {
                    let #sent = (&#yielder).send(#item);
                    #sent.await
                }));
            }
            Expr::ForLoop(looped) => {
                let is_await = for_await::take_mark(looped);
                visit_expr_mut(self, expr);
                if is_await && let Expr::ForLoop(looped) = expr {
                    *expr = parsed(of_for_await(self.krate, looped));
                }
            }
            Expr::Try(tried) => {
                self.may_fail(tried.question_token.span);
                visit_expr_mut(self, expr);
            }
            Expr::Return(returned) if self.nested == 0 => match &mut returned.expr {
                Some(value) => {
                    if !matches!(&**value, Expr::Tuple(unit) if unit.elems.is_empty()) {
                        self.may_fail(returned.return_token.span);
                    }
                    self.visit_expr_mut(value);
                }
                value @ None if self.ends => {
                    let span = returned.return_token.span;
                    *value = Some(parse_quote_spanned!(span=> ::core::result::Result::Ok(())));
                }
                None => {}
            },
            Expr::Closure(_) | Expr::Async(_) | Expr::Const(_) => {
                self.nested += 1;
                visit_expr_mut(self, expr);
                self.nested -= 1;
            }
            _ => visit_expr_mut(self, expr),
        }
    }

    fn visit_stmt_mut(&mut self, stmt: &mut Stmt) {
        let was_loop = matches!(stmt, Stmt::Expr(Expr::ForLoop(_), _));
        visit_stmt_mut(self, stmt);
        // At the end of a block, what the loop has become would look like the block's value.
        if was_loop
            && let Stmt::Expr(expr, semi @ None) = stmt
            && !matches!(expr, Expr::ForLoop(_))
        {
            *semi = Some(Token![;](Span::mixed_site()));
        }
    }

    fn visit_macro_mut(&mut self, call: &mut Macro) {
        let name = transparent::name(call);
        if GENERATORS.contains(&&*name) || !mentions(&call.tokens) {
            return;
        }
        let is_group = name == "task_group";
        self.groups += usize::from(is_group);
        if transparent::is(call) {
            let marked = for_await::mark(std::mem::take(&mut call.tokens));
            let mistake;
            (call.tokens, mistake) = half_typed::blocks(marked);
            self.errors.check(mistake.map_or(Ok(()), Err));
            transparent::visit(call, mentions, self);
        } else if let Some(question) = find(&call.tokens, &|_, token| is_question(token)) {
            self.may_fail(question); // most likely
        }
        self.groups -= usize::from(is_group);
        if let Some(error) = Self::unseen(&call.tokens) {
            self.errors.add(error);
            *call = parse_quote!(::core::unreachable!());
        }
    }

    fn visit_item_mut(&mut self, _: &mut Item) {}
}

/// The expression, of what has been understood before; so that what stands in it can be visited again.
fn parsed(tokens: TokenStream) -> Expr {
    syn::parse2(tokens.clone()).unwrap_or(Expr::Verbatim(tokens))
}

/// `for await`, without its mark.
fn of_for_await(krate: &TokenStream, looped: &ExprForLoop) -> TokenStream {
    let ExprForLoop { attrs, label, pat, expr, body, .. } = looped;
    let mut block = proc_macro2::Group::new(
        proc_macro2::Delimiter::Brace,
        body.stmts.iter().map(ToTokens::to_token_stream).collect(),
    );
    block.set_span(body.brace_token.span.join());
    let expansion = of_loop(
        krate,
        Loop {
            label: label.clone(),
            pattern: (**pat).clone(),
            items: (**expr).clone(),
            body: TokenTree::Group(block),
            otherwise: None,
        },
    );
    quote!(#(#attrs)* #expansion)
}

/// Whether there may be something to find: else it need not be understood.
fn mentions(tokens: &TokenStream) -> bool {
    let ours = |before: Option<&Ident>, token: &TokenTree| match token {
        TokenTree::Ident(word) => {
            word == "yield" || word == "return" || for_await::is_await(before, word)
        }
        token => is_question(token),
    };
    find(tokens, &ours).is_some()
}

fn is_question(token: &TokenTree) -> bool {
    matches!(token, TokenTree::Punct(punct) if punct.as_char() == '?')
}

/// The first token, with the word right before it, that is `wanted` and is not in the input of another generator.
fn find(
    tokens: &TokenStream,
    wanted: &impl Fn(Option<&Ident>, &TokenTree) -> bool,
) -> Option<Span> {
    let (mut before, mut is_generator, mut is_call) = (None, false, false);
    for token in tokens.clone() {
        if wanted(before.as_ref(), &token) {
            return Some(token.span());
        }
        let was_call = std::mem::take(&mut is_call);
        match token {
            TokenTree::Group(group) => {
                if !was_call && let Some(found) = find(&group.stream(), wanted) {
                    return Some(found);
                }
                before = None;
            }
            TokenTree::Ident(word) => {
                is_generator = GENERATORS.iter().any(|name| word == name);
                before = Some(word);
            }
            TokenTree::Punct(punct) => {
                is_call = is_generator && before.is_some() && punct.as_char() == '!';
                before = None;
            }
            TokenTree::Literal(_) => before = None,
        }
    }
    None
}
