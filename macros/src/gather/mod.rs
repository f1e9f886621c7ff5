//! `gather!`, `try_gather!`, `race!`, `race_ok!`: one grammar, four meanings.
//!
//! 1. `parse`: the forms and their options.
//! 2. `expand`: what each form becomes.

mod expand;
mod parse;

use proc_macro2::TokenStream;
use syn::parse::Parser;

use crate::literal::literals;

/// Which of the four.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Macro {
    Gather,
    TryGather,
    Race,
    RaceOk,
}

impl Macro {
    /// The name, of the macro and of the function beside it.
    fn name(self) -> &'static str {
        match self {
            Macro::Gather => "gather",
            Macro::TryGather => "try_gather",
            Macro::Race => "race",
            Macro::RaceOk => "race_ok",
        }
    }

    /// Its children give a `Result`.
    fn is_fallible(self) -> bool {
        matches!(self, Macro::TryGather | Macro::RaceOk)
    }

    /// It ends with one child, so that it needs one, and all of them at once.
    fn is_race(self) -> bool {
        matches!(self, Macro::Race | Macro::RaceOk)
    }
}

/// Expands the input of the front: `[$crate]`, then what the user wrote.
pub(crate) fn expand(kind: Macro, input: TokenStream) -> TokenStream {
    match (|input: syn::parse::ParseStream<'_>| parse::parse(kind, input)).parse2(literals(input)) {
        Ok(input) => expand::expand(kind, input),
        Err(error) => error.to_compile_error(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use quote::quote;

    fn expansion(kind: Macro, input: TokenStream) -> String {
        let expansion: syn::Expr = syn::parse2(expand(kind, input)).expect("an expression");
        quote!(#expansion).to_string()
    }

    #[test]
    fn arguments_become_a_list_and_a_flat_tuple() {
        assert_eq!(
            expansion(Macro::Gather, quote!([::taipan] a(), b())),
            quote!(
                ::taipan::__private::list::gather()
                    .with(::taipan::__private::argument(a()))
                    .with(::taipan::__private::argument(b()))
                    .done(|(((), __value0), __value1)| (__value0, __value1,))
            )
            .to_string()
        );
    }

    #[test]
    fn nothing_becomes_the_empty_tuple() {
        let expected = quote!(::taipan::__private::list::try_gather().done(|()| ())).to_string();
        assert_eq!(expansion(Macro::TryGather, quote!([::taipan])), expected);
    }

    #[test]
    fn a_race_flattens_its_errors_only() {
        assert_eq!(
            expansion(Macro::Race, quote!([::taipan] a(),)),
            quote!(
                ::taipan::__private::list::race().with(::taipan::__private::argument(a())).done()
            )
            .to_string()
        );
        assert_eq!(
            expansion(Macro::RaceOk, quote!([::taipan] a())),
            quote!(
                ::taipan::__private::list::race_ok()
                    .with(::taipan::__private::try_argument(a()))
                    .done(|((), __value0)| [__value0,])
            )
            .to_string()
        );
    }

    #[test]
    fn an_awaited_argument_is_asked_whether_it_is_a_future() {
        let expansion = expansion(Macro::TryGather, quote!([::taipan] a().await));
        assert!(expansion.contains("__private :: not_awaited (a () . await)"), "{expansion}");
    }

    #[test]
    fn a_splat_is_handed_to_the_function() {
        assert_eq!(
            expansion(Macro::TryGather, quote!([::taipan]..urls.iter().map(fetch), limit = 8)),
            quote!(
                ::taipan::try_gather(::taipan::__private::try_arguments(urls.iter().map(fetch)))
                    .limit(8)
            )
            .to_string()
        );
    }

    #[test]
    fn a_for_form_and_a_comprehension_are_the_same_loop() {
        let expected = quote!(match us {
            __items => {
                let mut __children = ::taipan::__private::Vec::new();
                for u in __items {
                    #[allow(unused_braces)]
                    (&mut __children).push(::taipan::__private::argument({ f(u) }));
                }
                ::taipan::race(__children)
            }
        });
        assert_eq!(
            expansion(Macro::Race, quote!([::taipan] for u in us { f(u) })),
            expected.to_string()
        );
        assert_eq!(
            expansion(Macro::Race, quote!([::taipan] f(u) for u in us)),
            expected.to_string().replace("{ f (u) }", "f (u)")
        );
    }

    #[test]
    fn clauses_of_a_comprehension_nest_in_order() {
        let expansion = expansion(
            Macro::Gather,
            quote!([::taipan] f(u, v) for u in us if u.ok if let Some(w) = u.w for v in w, limit = n),
        );
        assert!(
            expansion
                .contains("for u in __items { if u . ok { if let Some (w) = u . w { for v in w {"),
            "{expansion}"
        );
        assert!(expansion.contains(":: taipan :: gather (__children) . limit (n)"), "{expansion}");
    }

    #[test]
    fn each_mistake_is_named() {
        let cases = [
            (Macro::Gather, quote!(a(), limit = 3), "`limit` is for `..iter` and `for`"),
            (Macro::Gather, quote!(..a, limt = 3), "did you mean `limit`"),
            (Macro::Gather, quote!(..a, colour = 3), "the only option is `limit`"),
            (Macro::Gather, quote!(..a, limit = 3, limit = 3), "given twice"),
            (Macro::Gather, quote!(..a, limit = "3"), "takes a number"),
            (Macro::Gather, quote!(..a, limit = 0), "at least 1"),
            (Macro::Gather, quote!(..a, limit), "expected `= ..`"),
            (Macro::Gather, quote!(..a, ..b), ".chain("),
            (Macro::Gather, quote!(a(), ..b), "stands alone"),
            (Macro::Gather, quote!(a(), f(u) for u in us), "stands alone"),
            (Macro::Gather, quote!(for u), "expected `in ..`"),
            (Macro::Gather, quote!(for u in us), "expected a block"),
            (Macro::Gather, quote!(for u in us { f(u) } b()), "expected `,`"),
            (Macro::Race, quote!(), "no value could ever come"),
            (Macro::Race, quote!(..a, limit = 3), "`race!` has no options"),
        ];
        for (kind, input, words) in cases {
            let expansion = expand(kind, quote!([::taipan] #input)).to_string();
            assert!(expansion.contains("compile_error"), "{input}: {expansion}");
            assert!(expansion.contains(words), "{input}: {expansion}");
        }
    }
}
