//! The macros of `taipan`, which re-exports them and documents them.
//!
//! 1. `attribute`: `#[main]` and `#[test]`.
//! 2. `gather`: `gather!`, `try_gather!`, `race!` and `race_ok!`.
//! 3. `block`: `with!`, `finally!`, `timeout!` and `task_group!`.
//! 4. `select`: `select!`.
//! 5. `time`: `sleep!`.
//! 6. `literal`: time literals in the input of all of them.
//! 7. `front`: what the fronts pass, and calls that stand where the user's argument stands.
//! 8. `errors`, `suggest`: what is wrong, and what was meant.
#![forbid(unsafe_code)]

mod attribute;
mod block;
mod errors;
mod front;
mod gather;
mod literal;
mod select;
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
    block::timeout(input.into()).into()
}

/// Behind the front `taipan::with!`.
#[proc_macro]
pub fn with(input: TokenStream) -> TokenStream {
    block::with(input.into()).into()
}

/// Behind the front `taipan::finally!`.
#[proc_macro]
pub fn finally(input: TokenStream) -> TokenStream {
    block::finally(input.into()).into()
}

/// Behind the front `taipan::task_group!`.
#[proc_macro]
pub fn task_group(input: TokenStream) -> TokenStream {
    block::task_group(input.into()).into()
}

/// Behind the front `taipan::select!`.
#[proc_macro]
pub fn select(input: TokenStream) -> TokenStream {
    select::expand(input.into()).into()
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
