//! A function whose body does not parse.
//!
//! rustc has read the body before, and has told what is wrong with it. So nothing is added here: the function is
//! expanded with its body as it is, and nothing else seems to be missing, neither to rustc nor to an editor.

use proc_macro2::{Delimiter, Group, TokenStream, TokenTree};
use syn::{Expr, ItemFn, Result, Stmt};

/// The function, with a body that nobody looks into.
pub(super) fn parse(item: TokenStream) -> Result<ItemFn> {
    let mut tokens: Vec<TokenTree> = item.into_iter().collect();
    let mut body = TokenStream::new();
    if let Some(TokenTree::Group(last)) = tokens.last_mut()
        && last.delimiter() == Delimiter::Brace
    {
        body = last.stream();
        let mut empty = Group::new(Delimiter::Brace, TokenStream::new());
        empty.set_span(last.span());
        *last = empty;
    }
    let mut function: ItemFn = syn::parse2(tokens.into_iter().collect())?;
    function.block.stmts.push(Stmt::Expr(Expr::Verbatim(body), None));
    Ok(function)
}
