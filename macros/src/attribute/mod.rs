//! `#[taipan::main]` and `#[taipan::test]`.
//!
//! The user's function stays whole, as an `async fn` of the same name inside the one that replaces it:
//! so rustc's own messages and coercions are those of the function that the user wrote. Whatever is wrong
//! is told at once, and the function is expanded all the same, so that nothing else seems to be missing.
//!
//! 1. `options`: what stands in the parentheses.
//! 2. `signature`: which functions are accepted.
//! 3. `expand`: what they become.

mod expand;
mod options;
mod signature;

use proc_macro2::TokenStream;
use quote::quote;
use syn::ItemFn;

use crate::errors::Errors;
use crate::literal::literals;

/// Which of the two.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Attribute {
    Main,
    Test,
}

impl Attribute {
    fn name(self) -> &'static str {
        match self {
            Attribute::Main => "main",
            Attribute::Test => "test",
        }
    }
}

/// Expands `#[taipan::main(options)] item`, or `test`.
pub(crate) fn expand(attribute: Attribute, options: TokenStream, item: TokenStream) -> TokenStream {
    let mut errors = Errors::default();
    let options = options::parse(attribute, literals(options), &mut errors);
    let mut function: ItemFn = match syn::parse2(literals(item.clone())) {
        Ok(function) => function,
        Err(error) => return refuse(attribute, &item, error),
    };
    signature::check(attribute, &mut function, &mut errors);
    let errors = errors.into_compile_error();
    let function = expand::function(attribute, &options, function);
    quote!(#errors #function)
}

/// The item is no function, or is not written to its end.
fn refuse(attribute: Attribute, item: &TokenStream, error: syn::Error) -> TokenStream {
    let is_function = item.clone().into_iter().any(|token| token.to_string() == "fn");
    if is_function {
        // Half-typed: the tokens stay, so that an editor knows the names in them.
        let error = error.to_compile_error();
        return quote!(#error #item);
    }
    let name = attribute.name();
    let goes_on = match attribute {
        Attribute::Main => "`async fn main() { .. }`",
        Attribute::Test => "an `async fn`",
    };
    let message = format!("`#[taipan::{name}]` goes on {goes_on}");
    let span = item
        .clone()
        .into_iter()
        .next()
        .map_or_else(proc_macro2::Span::call_site, |token| token.span());
    let error = syn::Error::new(span, message).to_compile_error();
    // Without a `main` rustc would complain of that as well.
    let main = (attribute == Attribute::Main).then(|| {
        quote!(
            fn main() {}
        )
    });
    quote!(#error #item #main)
}
