//! Time literals.

use proc_macro2::TokenStream;

pub(crate) fn literals(tokens: TokenStream) -> TokenStream {
    tokens
}
