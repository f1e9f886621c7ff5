//! However often code is looked at, it is warned of once.

use proc_macro2::TokenStream;
use quote::{ToTokens, quote};
use syn::ItemFn;

use super::super::{REASON, function, is_marked};
use super::guarded;

fn marked(function: TokenStream) -> ItemFn {
    let mut function: ItemFn = syn::parse2(function).expect("a function");
    super::super::function(&quote!(::taipan), &mut function.attrs, &mut function.block);
    function
}

#[test]
fn a_function_that_has_the_mark_is_left_alone() {
    let mut once = marked(quote!(
        #[allow(unused)]
        async fn f() {
            thread::sleep(d);
            let _ = save();
        }
    ));
    assert!(is_marked(&once.attrs));
    let before = once.to_token_stream().to_string();
    function(&quote!(::taipan), &mut once.attrs, &mut once.block);
    assert_eq!(once.to_token_stream().to_string(), before);
}

#[test]
fn the_mark_stands_before_what_the_user_says() {
    let text = marked(quote!(
        #[allow(unused_must_use)]
        async fn f() {}
    ));
    let text = text.to_token_stream().to_string();
    let start = text.find(REASON).expect("the mark");
    assert!(text[start..].contains("# [allow (unused_must_use)] async fn"), "{text}");
}

#[test]
fn a_deny_of_the_users_is_no_mark() {
    let function: ItemFn = syn::parse2(quote!(
        #[deny(unused_must_use, reason = "ours")]
        async fn f() {}
    ))
    .expect("a function");
    assert!(!is_marked(&function.attrs));
}

#[test]
fn a_function_inside_is_marked_as_well() {
    let text = guarded(quote!(
        #[checked]
        async fn inner() {
            thread::sleep(d);
        }
    ));
    assert!(text.contains(REASON), "{text}");
    assert_eq!(text.matches("thread_sleep").count(), 1);
}

#[test]
fn our_own_macros_are_left_to_themselves() {
    for name in [
        "with",
        "finally",
        "timeout",
        "task_group",
        "select",
        "async_for",
        "stream",
        "generator",
        "gather",
    ] {
        let name = syn::Ident::new(name, proc_macro2::Span::call_site());
        let body = quote!(#name!(a = b, { thread::sleep(d); let _ = save(); }););
        assert!(!guarded(body).contains("__private"), "{name}");
    }
}

#[test]
fn every_macro_guards_its_own_body() {
    type Macro = fn(TokenStream) -> TokenStream;
    let krate = quote!([::taipan]);
    let sleep = quote!(thread::sleep(d););
    let cases: [(Macro, TokenStream); 16] = [
        (crate::block::with, quote!(a = b, { #sleep })),
        (crate::block::with, quote!(a = b, c = d, { with!(e = f, {}); #sleep })),
        (crate::block::with, quote!(a = thread::sleep(d), {})),
        (crate::block::finally, quote!({ #sleep }, |_| {})),
        (crate::block::finally, quote!({}, async |_| { #sleep })),
        (crate::block::timeout, quote!(a, { #sleep })),
        (crate::block::timeout, quote!(t = a, { #sleep })),
        (crate::block::task_group, quote!(tg, { #sleep })),
        (crate::select::expand, quote!(match (a = f()) { a(_) => { #sleep } })),
        (crate::select::expand, quote!(_ = f() => thread::sleep(d))),
        (crate::stream::async_for, quote!(for a in b { #sleep })),
        (crate::stream::async_for, quote!(for a in b {} else { #sleep })),
        (crate::stream::stream, quote!({ yield 1; #sleep })),
        (crate::stream::stream, quote!({ for await x in y { #sleep yield x; } })),
        (crate::stream::generator, quote!(async fn g() -> u32 { yield 1; #sleep })),
        (
            |input| crate::gather::expand(crate::gather::Macro::Gather, input),
            quote!(for a in b { #sleep f(a) }),
        ),
    ];
    for (expand, input) in cases {
        let text = expand(quote!(#krate #input)).to_string();
        assert_eq!(text.matches(". thread_sleep ()").count(), 1, "{input}: {text}");
    }
}
