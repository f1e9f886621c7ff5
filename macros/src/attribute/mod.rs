//! `#[taipan::main]` and `#[taipan::test]`.
//!
//! The user's function stays whole, as an `async fn` of the same name inside the one that replaces it:
//! so rustc's own messages and coercions are those of the function that the user wrote. Whatever is wrong
//! is told at once, and the function is expanded all the same, so that nothing else seems to be missing.
//!
//! 1. `options`: what stands in the parentheses.
//! 2. `signature`: which functions are accepted.
//! 3. `expand`: what they become.
//! 4. `half_typed`: a body that does not parse.

mod expand;
mod half_typed;
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
    let tokens = literals(item.clone());
    let parsed = syn::parse2(tokens.clone());
    let mut function: ItemFn =
        match parsed.or_else(|error| half_typed::parse(tokens).or(Err(error))) {
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

#[cfg(test)]
mod tests {
    use super::*;

    /// The expansion, as text without the accidents of spacing.
    fn expansion(attribute: Attribute, options: TokenStream, item: TokenStream) -> String {
        let expansion = expand(attribute, options, item);
        syn::parse2::<syn::File>(expansion.clone()).expect("items");
        expansion.to_string()
    }

    fn text(tokens: TokenStream) -> String {
        tokens.to_string()
    }

    #[test]
    fn the_function_stays_whole_inside() {
        let item = quote!(
            async fn main() -> Result<(), Error> {
                work().await?;
                Ok(())
            }
        );
        let expansion = expansion(Attribute::Main, quote!(), item.clone());
        assert!(expansion.contains(&text(item)), "{expansion}");
        assert!(expansion.contains(&text(quote!(fn main() -> ::std::process::ExitCode))));
    }

    #[test]
    fn a_forgotten_future_is_denied_in_both() {
        for attribute in [Attribute::Main, Attribute::Test] {
            let expansion = expansion(
                attribute,
                quote!(),
                quote!(
                    async fn main() {}
                ),
            );
            assert!(expansion.contains("deny (unused_must_use , reason ="), "{expansion}");
        }
    }

    #[test]
    fn a_return_type_is_checked_in_both() {
        let item = quote!(
            async fn main() -> u32 {
                3
            }
        );
        let main = expansion(Attribute::Main, quote!(), item.clone());
        assert!(main.contains(&text(quote!(main_may_return::<u32>()))), "{main}");
        let test = expansion(Attribute::Test, quote!(), item);
        assert!(test.contains(&text(quote!(test_may_return::<u32>()))), "{test}");
    }

    #[test]
    fn options_become_fields_and_time_literals_durations() {
        let options = quote!(threads = 2, shutdown_timeout = 1500ms, ctrl_c = false);
        let main = expansion(
            Attribute::Main,
            options,
            quote!(
                async fn main() {}
            ),
        );
        for field in [
            quote!(ctrl_c: false,),
            quote!(::core::time::Duration::new(1u64, 500000000u32)),
            quote!(..::core::default::Default::default()),
        ] {
            assert!(main.contains(&text(field.clone())), "{field} is not in {main}");
        }
    }

    #[test]
    fn both_may_bound_the_exits() {
        for attribute in [Attribute::Main, Attribute::Test] {
            let item = quote!(
                async fn main() {}
            );
            let bounded = expansion(attribute, quote!(grace = 5s), item.clone());
            let value = text(quote!(::core::time::Duration::new(5u64, 0u32)));
            assert!(bounded.contains("grace : :: core :: option :: Option :: Some ("), "{bounded}");
            assert!(bounded.contains(&value), "{bounded}");
            for wrong in [quote!(grace), quote!(grace = 5), quote!(grace = "5s")] {
                let refused = expansion(attribute, wrong, item.clone());
                assert!(refused.contains("`grace` takes a duration"), "{refused}");
                assert!(!refused.contains("grace : "), "{refused}");
            }
        }
    }

    #[test]
    fn seeds_want_virtual_time_and_one_of_the_two() {
        let refused = |options: TokenStream| {
            let item = quote!(
                async fn works() {}
            );
            expansion(Attribute::Test, options, item).matches("compile_error").count()
        };
        for (options, errors) in [
            (quote!(virtual_time, seed = 0), 0),
            (quote!(seeds = 100, virtual_time), 0),
            (quote!(virtual_time, seeds = COUNT), 0),
            (quote!(seed = 7), 1),
            (quote!(seeds = 100), 1),
            (quote!(virtual_time, seed = 7, seeds = 100), 1),
            (quote!(virtual_time, seeds = 0), 1),
            (quote!(virtual_time, seed = -1), 1),
            (quote!(virtual_time, seed), 1),
            (quote!(virtual_time, seeds = "100"), 1),
            (quote!(virtual_time, seeds = 2, threads = 2), 1),
        ] {
            let text = options.to_string();
            assert_eq!(refused(options), errors, "{text}");
        }
    }

    #[test]
    fn the_crate_may_stand_elsewhere() {
        let main = expansion(
            Attribute::Main,
            quote!(crate = crate::inner),
            quote!(
                async fn main() {}
            ),
        );
        assert!(main.contains(&text(quote!(crate::inner::__private::main))), "{main}");
        assert!(!main.contains(&text(quote!(::taipan))), "{main}");
    }

    #[test]
    fn attributes_and_visibility_stay_outside() {
        let item = quote!(
            /// Works.
            #[should_panic = "boom"]
            pub async fn works() {}
        );
        let test = expansion(Attribute::Test, quote!(), item);
        let outside = text(quote!(
            #[doc = r" Works."]
            #[should_panic = "boom"]
            #[::core::prelude::v1::test]
            pub fn works()
        ));
        assert!(test.starts_with(&outside), "{test}");
    }

    #[test]
    fn what_is_wrong_is_told_and_the_function_is_there_all_the_same() {
        let main = expansion(
            Attribute::Main,
            quote!(threds = 2),
            quote!(
                fn main(x: u8) {}
            ),
        );
        assert_eq!(main.matches("compile_error").count(), 3, "{main}");
        assert!(
            main.contains(&text(quote!(
                async fn main() {}
            ))),
            "{main}"
        );
    }

    #[test]
    fn half_typed_bodies_are_left_to_rustc() {
        let item = quote!(async fn main() { let page = fetch().; });
        let expansion = expand(Attribute::Main, quote!(), item.clone()).to_string();
        assert!(!expansion.contains("compile_error") && expansion.contains(&text(item)));
        assert!(expansion.contains(&text(quote!(fn main() -> ::std::process::ExitCode))));
    }

    #[test]
    fn half_typed_signatures_keep_their_tokens() {
        let item = quote!(async fn main() -> { fetch(); });
        let expansion = expand(Attribute::Main, quote!(), item.clone()).to_string();
        assert!(expansion.contains("compile_error") && expansion.contains(&text(item)));
    }
}
