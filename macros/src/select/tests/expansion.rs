//! What both forms become.

use quote::{ToTokens, quote};

use super::{assert_has, expansion, text};

#[test]
fn an_arm_is_a_variant_and_a_future_of_the_list() {
    let expected = quote!({
        #[allow(non_camel_case_types, clippy::enum_variant_names, clippy::large_enum_variant)]
        enum __Select<a, b> {
            a(a),
            b(b),
        }
        #[allow(clippy::match_single_binding)]
        let __selected = ::taipan::__private::list::select()
            .arm(::taipan::__private::argument(x), |__output| {
                ::core::option::Option::Some(__Select::a(__output))
            })
            .arm(::taipan::__private::argument(y), |__output| {
                ::core::option::Option::Some(__Select::b(__output))
            })
            .done(::taipan::__private::list::Order { biased: false, default: false })
            .await;
        let __selected = match __selected {
            ::taipan::__private::list::Selected::Arm(__output) => __output,
            ::taipan::__private::list::Selected::Default => ::core::unreachable!(),
            ::taipan::__private::list::Selected::Disabled => ::core::unreachable!(),
        };
        match __selected {
            __Select::a(Some(n)) if n > 3 => return n?,
            __Select::a(_) | __Select::b(_) => continue 'outer,
        }
    });
    let expansion = expansion(quote!(match (a = x, b = y) {
        a(Some(n)) if n > 3 => return n?,
        a(_) | b => continue 'outer,
    }));
    // rustc and quote differ in the body of a closure of one expression.
    let plain = |text: String| text.replace(['{', '}'], "").split_whitespace().collect::<String>();
    assert_eq!(plain(expansion), plain(text(expected)));
}

#[test]
fn biased_and_default_are_the_order_of_the_list() {
    let order =
        |biased: bool, default: bool| quote!(list::Order { biased: #biased, default: #default });
    for (input, biased, default) in [
        (
            quote!(match (a = x) {
                a => {}
            }),
            false,
            false,
        ),
        (
            quote!(match (biased, a = x) {
                a => {}
            }),
            true,
            false,
        ),
        (quote!(match (biased; a = x) { a => {} default => {} }), true, true),
        (quote!(_ = x => {}), false, false),
        (quote!(biased; _ = x => {}), true, false),
        (quote!(biased, _ = x => {} default => {}), true, true),
        // A variable of that name.
        (quote!(biased = x => {}), false, false),
        (
            quote!(match (biased = x) {
                biased => {}
            }),
            false,
            false,
        ),
    ] {
        assert_has(&expansion(input), order(biased, default));
    }
}

#[test]
fn a_condition_decides_whether_the_future_is_made() {
    let made = quote!(if n > 0 {
        ::core::option::Option::Some(::taipan::__private::argument(x))
    } else {
        ::core::option::Option::None
    });
    for input in [
        quote!(match (a = when(n > 0, || x)) {
            a => {}
            disabled => end(),
        }),
        quote!(_ = x, if n > 0 => {} else => end()),
    ] {
        let expansion = expansion(input);
        assert_has(&expansion, quote!(.maybe));
        assert_has(&expansion, made.clone());
        assert_has(&expansion, quote!(list::Selected::Disabled => __Select::__disabled,));
        assert_has(&expansion, quote!(__Select::__disabled => end()));
    }
}

#[test]
fn a_pattern_that_can_refuse_is_tried_first() {
    let expansion = expansion(quote!(Some(mut n) = x => f(n), (a, _) = y => g(a)));
    // On a reference, which binds nothing.
    assert_has(
        &expansion,
        quote!(Some(n) => ::core::option::Option::Some(__Select::__0(__output)),),
    );
    assert_has(&expansion, quote!(_ => ::core::option::Option::None,));
    assert_has(&expansion, quote!(__Select::__0(Some(mut n)) => f(n),));
    assert_has(&expansion, quote!(__Select::__1((a, _)) => g(a),));
    // The second takes all.
    assert_eq!(expansion.matches("match & __output").count(), 1, "{expansion}");
}

#[test]
fn a_timeout_is_one_more_arm() {
    for input in [
        quote!(match (a = x) {
            a => {}
            timeout(limit) => late(),
        }),
        quote!(_ = x => {} timeout(limit) => late()),
    ] {
        let expansion = expansion(input);
        assert_has(
            &expansion,
            quote!(__private::argument(::taipan::__private::block::at(
                ::taipan::__private::limit(limit)
            ))),
        );
        assert_has(&expansion, quote!(__Select::__timeout => late()));
    }
}

#[test]
fn what_happens_when_no_arm_is_left_is_demanded_where_it_can_be() {
    for (input, is_demanded) in [
        (
            quote!(match (a = when(c, || x)) {
                a => {}
            }),
            true,
        ),
        (
            quote!(match (a = when(c, || x), b = y) {
                a => {}
                b => {}
            }),
            false,
        ),
        (
            quote!(match (a = when(c, || x)) {
                a => {}
                disabled => {}
            }),
            false,
        ),
        (
            quote!(match (a = when(c, || x)) {
                a => {}
                timeout(d) => {}
            }),
            false,
        ),
        (quote!(Some(_) = x => {}), true),
        (quote!(_ = x, if c => {}), true),
        (quote!(Some(_) = x => {} _ = y => {}), false),
        (quote!(Some(_) = x => {} else => {}), false),
        (quote!(Some(_) = x => {} timeout(d) => {}), false),
    ] {
        let expansion = expansion(input.clone());
        assert_eq!(
            expansion.contains("say what happens then"),
            is_demanded,
            "{input}: {expansion}"
        );
    }
}

// What jumps stands in a `match` of the function, in no closure and no async block.
#[test]
fn bodies_stay_in_the_function() {
    struct Jumps(usize);

    impl syn::visit_mut::VisitMut for Jumps {
        fn visit_expr_mut(&mut self, expr: &mut syn::Expr) {
            match expr {
                syn::Expr::Closure(_) | syn::Expr::Async(_) => {}
                syn::Expr::Return(_) | syn::Expr::Break(_) | syn::Expr::Try(_) => {
                    self.0 += 1;
                    syn::visit_mut::visit_expr_mut(self, expr);
                }
                _ => syn::visit_mut::visit_expr_mut(self, expr),
            }
        }
    }

    for input in [
        quote!(match (a = x, b = y) {
            a => return,
            b(_) => {
                break 'l f()?;
            }
        }),
        quote!(_ = x => return, _ = y => { break 'l f()? }),
    ] {
        let mut expression: syn::Expr =
            syn::parse2(super::super::expand(quote!([::taipan] #input))).expect("an expression");
        let mut jumps = Jumps(0);
        syn::visit_mut::VisitMut::visit_expr_mut(&mut jumps, &mut expression);
        assert_eq!(jumps.0, 3, "{}", expression.into_token_stream());
    }
}
