//! The macros of `taipan`, which re-exports them and documents them.
//!
//! 1. `attribute`: `#[main]` and `#[test]`.
//! 2. `gather`: `gather!`, `try_gather!`, `race!` and `race_ok!`.
//! 3. `time`: `timeout!` and `sleep!`.
//! 4. `literal`: time literals in the input of all of them.
//! 5. `errors`, `suggest`: what is wrong, and what was meant.
#![forbid(unsafe_code)]

mod attribute;
mod errors;
mod gather;
mod literal;
mod suggest;
mod time;

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

/// Behind the front `taipan::timeout!`.
#[proc_macro]
pub fn timeout(input: TokenStream) -> TokenStream {
    time::timeout(input.into()).into()
}

/// Behind the front `taipan::sleep!`.
#[proc_macro]
pub fn sleep(input: TokenStream) -> TokenStream {
    time::sleep(input.into()).into()
}

#[doc = include_str!("docs/main.md")]
#[proc_macro_attribute]
pub fn main(options: TokenStream, item: TokenStream) -> TokenStream {
    attribute::expand(attribute::Attribute::Main, options.into(), item.into()).into()
}

#[doc = include_str!("docs/test.md")]
#[proc_macro_attribute]
pub fn test(options: TokenStream, item: TokenStream) -> TokenStream {
    attribute::expand(attribute::Attribute::Test, options.into(), item.into()).into()
}
