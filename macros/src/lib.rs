//! The macros of `taipan`, which re-exports them and documents them.
//!
//! 1. `attribute`: `#[main]`, `#[test]` and `#[checked]`.
//! 2. `gather`: `gather!`, `try_gather!`, `race!` and `race_ok!`.
//! 3. `block`: `with!`, `finally!`, `timeout!` and `task_group!`.
//! 4. `select`: `select!`.
//! 5. `stream`: `async_for!`, `stream!` and `generator!`.
//! 6. `time`: `sleep!`.
//! 7. `literal`: time literals in the input of all of them.
//! 8. `transparent`: the macros in whose input code is looked for.
//! 9. `guards`: what is warned of in the code of all of them.
//! 10. `front`: what the fronts pass, and calls that stand where the user's argument stands.
//! 11. `errors`, `suggest`: what is wrong, and what was meant.
//! 12. `half_typed`: what is not there yet.
//! 13. `fuzzed`: every parser, for input that a fuzzer makes.
#![forbid(unsafe_code)]

mod attribute;
mod block;
mod errors;
mod front;
#[cfg(test)]
mod fuzzed;
mod gather;
mod guards;
mod half_typed;
mod literal;
#[cfg(test)]
mod random;
mod select;
mod stream;
mod suggest;
mod time;
mod transparent;

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

/// Behind the front `taipan::async_for!`.
#[proc_macro]
pub fn async_for(input: TokenStream) -> TokenStream {
    stream::async_for(input.into()).into()
}

/// Behind the front `taipan::stream!`.
#[proc_macro]
pub fn stream(input: TokenStream) -> TokenStream {
    stream::stream(input.into()).into()
}

/// Behind the front `taipan::generator!`.
#[proc_macro]
pub fn generator(input: TokenStream) -> TokenStream {
    stream::generator(input.into()).into()
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

#[doc = include_str!("docs/checked.md")]
#[proc_macro_attribute]
pub fn checked(options: TokenStream, item: TokenStream) -> TokenStream {
    attribute::checked(options.into(), item.into()).into()
}
