//! The code that asks rustc whether there is something to say.
//!
//! It stands in place of the expression that is asked about, and means the same: a value stays a value, a place is
//! not moved, and temporaries live as long as they did. The reference that it makes is gone before the next `.await`, so
//! that the future stays `Send`.

use proc_macro2::{Delimiter, Group, Ident, Span, TokenStream};
use quote::{ToTokens, quote, quote_spanned};
use syn::{Attribute, Expr, Token};

use crate::front::local;

/// Methods of the runtime's guards.
pub(super) struct Guard {
    /// The module that has them.
    module: &'static str,
    names: Vec<Ident>,
}

impl Guard {
    /// `at`: where the warning is to stand.
    pub(super) fn new(module: &'static str, names: &[&str], at: Span) -> Guard {
        Guard { module, names: names.iter().map(|name| Ident::new(name, at)).collect() }
    }

    fn ask(&self, krate: &TokenStream, place: &TokenStream) -> TokenStream {
        let Guard { module, names } = self;
        let module = local(module);
        quote!(#((&&#krate::__private::guards::#module::Value::new(&#place)).#names();)*)
    }
}

/// A call that is known by its path or name: `({ warn }, f(..)).1`.
pub(super) fn known(krate: &TokenStream, guard: &Guard, expr: &mut Expr) {
    let Guard { module, names } = guard;
    let module = local(module);
    let warned = quote!(#((&&#krate::__private::guards::#module::Call).#names();)*);
    before(&warned, expr);
}

/// A value, asked about on its way: `match value { v => { warn; v } }`.
pub(super) fn of_value(krate: &TokenStream, guard: &Guard, value: &mut Expr) {
    let attributes = take_attributes(value);
    let seen = local("__seen");
    let asked = guard.ask(krate, &seen.to_token_stream());
    let (first, last) = ends(value);
    let keyword = Token![match](first);
    let arms = grouped(
        Delimiter::Brace,
        last,
        quote! {
            #[allow(unreachable_code)]
            #seen => {
                #asked
                #seen
            }
        },
    );
    *value = parsed(quote!(#(#attributes)* #keyword #value #arms));
}

/// A place, asked about before `expr` uses it: `({ warn }, expr).1`.
pub(super) fn of_place(krate: &TokenStream, guard: &Guard, place: &Expr, expr: &mut Expr) {
    before(&guard.ask(krate, &place.to_token_stream()), expr);
}

/// A tuple, since `expr` in a block would lose its temporaries, and a callee in a block what it says of its arguments.
fn before(asked: &TokenStream, expr: &mut Expr) {
    let attributes = take_attributes(expr);
    let (first, last) = ends(expr);
    let pair = grouped(Delimiter::Parenthesis, first, quote!({ #asked }, #expr));
    let field = quote_spanned!(last=> .1);
    *expr = parsed(quote!(#(#attributes)* #pair #field));
}

/// Where `expr` begins and ends: what it becomes does, too, so that rustc tells of it where the user wrote it.
fn ends(expr: &Expr) -> (Span, Span) {
    let mut spans = expr.to_token_stream().into_iter().map(|token| token.span());
    let first = spans.next().unwrap_or_else(Span::call_site);
    (first, spans.last().unwrap_or(first))
}

fn grouped(delimiter: Delimiter, at: Span, tokens: TokenStream) -> Group {
    let mut group = Group::new(delimiter, tokens);
    group.set_span(at);
    group
}

/// The expression; of what was understood before, so that it is again.
fn parsed(tokens: TokenStream) -> Expr {
    syn::parse2(tokens.clone()).unwrap_or(Expr::Verbatim(tokens))
}

/// The attributes of an expression that can be asked about: they belong before what it becomes.
fn take_attributes(expr: &mut Expr) -> Vec<Attribute> {
    match expr {
        Expr::Async(expr) => std::mem::take(&mut expr.attrs),
        Expr::Await(expr) => std::mem::take(&mut expr.attrs),
        Expr::Call(expr) => std::mem::take(&mut expr.attrs),
        Expr::Macro(expr) => std::mem::take(&mut expr.attrs),
        Expr::MethodCall(expr) => std::mem::take(&mut expr.attrs),
        Expr::Try(expr) => std::mem::take(&mut expr.attrs),
        _ => Vec::new(),
    }
}
