//! What each macro becomes.

use proc_macro2::TokenStream;
use quote::quote;

use super::super::{async_for, generator, stream};
use super::{expression, items, text};

#[test]
fn a_loop_is_a_loop_of_the_function() {
    let plain = quote!(match ::taipan::__private::items(s) {
        __items => {
            let mut __items = ::core::pin::pin!(__items);
            'outer: while let ::core::option::Option::Some(__item) =
                ::core::pin::Pin::as_mut(&mut __items).next().await
            {
                let (a, b) = __item;
                #[allow(unused_braces)]
                {
                    continue 'outer;
                }
            }
        }
    });
    for input in [
        quote!([::taipan] 'outer: for (a, b) in s { continue 'outer; }),
        quote!([::taipan] 'outer: (a, b) in s { continue 'outer; }),
        quote!([::taipan] 'outer: for (a, b) in s { continue 'outer; },),
    ] {
        assert_eq!(expression(async_for(input)), text(plain.clone()));
    }
}

#[test]
fn the_block_after_else_stands_outside_of_the_loop() {
    let expansion =
        expression(async_for(quote!([::taipan] x in s { break x; } else { break 'l 5 })));
    let (looped, otherwise) =
        expansion.split_at(expansion.find("Some (__value) => __value").unwrap());
    assert!(looped.contains(&text(quote!(None => break '__left))), "{looped}");
    assert!(
        looped.contains(&text(quote!({
            break x;
        }))),
        "{looped}"
    );
    assert!(otherwise.contains(&text(quote!(None => { break 'l 5 }))), "{otherwise}");
}

#[test]
fn a_half_typed_body_keeps_its_tokens() {
    let expansion = text(async_for(quote!([::taipan] for x in s { let y = x.; })));
    assert!(expansion.contains(&text(quote!({ let y = x.; }))), "{expansion}");
    assert!(!expansion.contains("compile_error"), "{expansion}");
}

#[test]
fn a_yield_becomes_the_await_of_a_slot() {
    let sent = |item: TokenStream| {
        text(quote!({
            let __sent = (&__yielder).send(#item);
            __sent.await
        }))
    };
    let expansion = expression(stream(quote!([::taipan] { yield 1; if a { yield f(b) } yield; })));
    for item in [quote!(1), quote!(f(b)), quote!(())] {
        assert!(expansion.contains(&sent(item)), "{expansion}");
    }
    assert!(!expansion.contains("yield "), "{expansion}");
    assert_eq!(
        expression(stream(quote!([::taipan] yield 1; if a { yield f(b) } yield;))),
        expansion
    );
}

#[test]
fn a_yield_in_the_body_of_our_own_macros_is_found() {
    for input in [
        quote!(with!(a = b, {
            yield 1;
        })),
        quote!(
            timeout!(1s, {
                yield 1;
            })
            .unwrap()
        ),
        quote!(taipan::finally!(
            {
                yield 1;
            },
            async move |_| ()
        )),
        quote!(async_for!(x in s { yield 1; } else { yield 2; });),
        quote!(async_for!('l: for x in s { yield 1; });),
        quote!(select! { x = f() => { yield 1; } else => {} }),
        quote!(select! { x = f() => yield 1, else => {} }),
        quote!(with!(a = b, { timeout!(1s, { with!(mut c = d, { yield 1; }) }) })),
    ] {
        let expansion = expression(stream(quote!([::taipan] #input)));
        assert!(!expansion.contains("yield ") && expansion.contains("send (1)"), "{expansion}");
    }
}

#[test]
fn the_yield_of_a_generator_inside_is_its_own() {
    let inner = quote!(stream!({
        yield 1;
        for await x in s {
            yield x?;
        }
    }));
    let expansion =
        expression(stream(quote!([::taipan] { yield #inner; println!("{}", #inner); })));
    assert_eq!(expansion.matches(&text(inner)).count(), 2, "{expansion}");
    assert!(!expansion.contains("try_body"), "{expansion}");
}

#[test]
fn for_await_is_a_loop_with_awaits() {
    let looped = quote!([::taipan] {
        'l: for await (Ok(x) | Err(x)) in s {
            with!(a = b, { for await y in x { yield y; continue 'l; } });
        }
        async { for await z in t {} };
    });
    let expansion = expression(stream(looped));
    assert_eq!(expansion.matches("__private :: items").count(), 3, "{expansion}");
    assert!(expansion.contains(&text(quote!('l: while let))), "{expansion}");
    assert!(expansion.contains(&text(quote!(let (Ok(x) | Err(x)) = __item;))), "{expansion}");
    assert!(!expansion.contains("__await"), "{expansion}");
    // A plain loop stays one.
    let plain = expression(stream(quote!([::taipan] { for x in s { yield x; } })));
    assert!(plain.contains(&text(quote!(for x in s))), "{plain}");
}

#[test]
fn a_body_that_may_fail_ends_with_a_result() {
    let ends_with_result = |input: TokenStream| {
        expression(stream(quote!([::taipan] #input))).contains("__private :: try_body")
    };
    for input in [
        quote!(yield Ok(f()?)),
        quote!(return Err(e)),
        quote!(with!(a = b?, {})),
        quote!(for await x in s? {}),
        quote!(mine!(a?)),
    ] {
        assert!(ends_with_result(input.clone()), "{input}");
    }
    for input in [
        quote!(yield 1; return;),
        quote!(return ();),
        quote!(let f = || a?;),
        quote!(async { f()? };),
        quote!(
            fn f() -> Option<u8> {
                None?
            }
        ),
    ] {
        assert!(!ends_with_result(input.clone()), "{input}");
    }
    // Then a bare `return` is given a value, wherever it stands.
    let expansion = expression(stream(quote!([::taipan] f()?; return; with!(a = b, { return; });
        let c = || { return; };)));
    let given = text(quote!(return ::core::result::Result::Ok(());));
    assert_eq!(expansion.matches(&given).count(), 2, "{expansion}");
}

#[test]
fn a_generator_is_a_function_that_returns_a_stream() {
    let expansion = items(generator(quote!([::taipan]
        /// Words.
        pub(crate) async fn f<'a, T: A>(&'a self, mut a: &str, (b, c): (u8, u8), _: T) -> &'a str
        where T: B { yield a; }
        async fn g() -> Result<u8, E> {}
    )));
    let head = quote!(
        #[doc = r" Words."]
        pub(crate) fn f<'a, T: A>(
            &'a self, a: &str, __argument2: (u8, u8), __argument3: T
        ) -> impl ::taipan::__private::stream::Stream<Item = &'a str>
        where T: B
    );
    assert!(expansion.starts_with(&text(head)), "{expansion}");
    for part in [
        quote!(let _ = &self; let mut a = a; let __argument2 = __argument2; let (b, c) = __argument2;),
        quote!(stream::body::<&'a str, _>),
        quote!(__private::try_body::<Result<u8, E>, _, _>),
        quote!(return ::taipan::__private::stream::end(__error);),
    ] {
        let part = text(part);
        assert!(expansion.contains(&part), "{part} is not in {expansion}");
    }
}

#[test]
fn a_generator_that_is_wrong_keeps_its_signature() {
    for body in [
        quote!({ let n = text.; }),
        quote!({
            let _ = || yield 1;
        }),
    ] {
        let expansion = items(generator(
            quote!([::taipan] async fn f(text: &str) -> u32 #body async fn g() -> u8 {}),
        ));
        assert_eq!(expansion.matches("compile_error").count(), 1, "{expansion}");
        assert!(expansion.contains(&text(quote!(fn f(text: &str) -> impl))), "{expansion}");
        assert!(expansion.contains(&text(quote!(fn g() -> impl))), "{expansion}");
    }
}
