//! The macros of `taipan`, which re-exports them and documents them.
//!
//! 1. `gather`: `gather!`, `try_gather!`, `race!` and `race_ok!`.
//! 2. `literal`: time literals in the input of all of them.
#![forbid(unsafe_code)]

mod gather;
mod literal;

use proc_macro::TokenStream;

/// Behind the front `taipan::gather!`.
#[proc_macro]
pub fn gather(input: TokenStream) -> TokenStream {
    gather::expand(gather::Macro::Gather, input.into()).into()
}

/// Behind the front `taipan::try_gather!`.
#[proc_macro]
pub fn try_gather(input: TokenStream) -> TokenStream {
    gather::expand(gather::Macro::TryGather, input.into()).into()
}

/// Behind the front `taipan::race!`.
#[proc_macro]
pub fn race(input: TokenStream) -> TokenStream {
    gather::expand(gather::Macro::Race, input.into()).into()
}

/// Behind the front `taipan::race_ok!`.
#[proc_macro]
pub fn race_ok(input: TokenStream) -> TokenStream {
    gather::expand(gather::Macro::RaceOk, input.into()).into()
}
