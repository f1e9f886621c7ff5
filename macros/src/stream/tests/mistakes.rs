//! Each mistake is named, and no input makes a parser panic.

use proc_macro2::TokenStream;
use quote::quote;

use super::super::{async_for, generator, stream};
use super::{expression, text};
use crate::random::Random;

#[test]
fn each_mistake_is_named() {
    type Expand = fn(TokenStream) -> TokenStream;
    let cases: &[(Expand, TokenStream, &str)] = &[
        (async_for, quote!(), "takes a loop"),
        (async_for, quote!(for), "takes a loop"),
        (async_for, quote!(for x), "expected `in ..`"),
        (async_for, quote!(for x of s {}), "expected `in ..`"),
        (async_for, quote!(for x in), "expected the items"),
        (async_for, quote!(for x in {}), "expected the items"),
        (async_for, quote!(for x in s), "expected the body"),
        (async_for, quote!(for x in s {} else), "expected a block after `else`"),
        (async_for, quote!(for x in s {} 5), "a loop ends with its body"),
        (async_for, quote!(for await x in s {}), "remove the `await`"),
        (stream, quote!(), "takes a block that yields"),
        (stream, quote!(move { yield 1; }), "leave it out"),
        (
            stream,
            quote!(async move {
                yield 1;
            }),
            "leave it out",
        ),
        (
            stream,
            quote!({
                || yield 1;
            }),
            "does not belong to this generator",
        ),
        (
            stream,
            quote!({
                async { yield 1 };
            }),
            "does not belong to this generator",
        ),
        (
            stream,
            quote!({
                gather!(async { yield 1 });
            }),
            "does not belong to this generator",
        ),
        (
            stream,
            quote!({
                task_group!(tg, {
                    yield 1;
                });
            }),
            "`yield` inside `task_group!`",
        ),
        (
            stream,
            quote!({
                task_group!(tg, {
                    with!(a = b, {
                        yield 1;
                    })
                });
            }),
            "inside `task_group!`",
        ),
        (
            stream,
            quote!({
                vec![yield 1; 2];
            }),
            "`yield` cannot be seen",
        ),
        (
            stream,
            quote!({
                mine!(yield 1);
            }),
            "`yield` cannot be seen",
        ),
        (
            stream,
            quote!({
                mine!(for await x in s {});
            }),
            "`for await` cannot be seen",
        ),
        (stream, quote!({ let x = 5.;. }), "compile_error"),
        (generator, quote!(), "takes functions"),
        (generator, quote!(pub), "takes functions"),
        (
            generator,
            quote!(
                struct A;
            ),
            "compile_error",
        ),
        (
            generator,
            quote!(
                fn f() -> u8 {}
            ),
            "add `async` before `fn`",
        ),
        (
            generator,
            quote!(
                async fn f() {}
            ),
            "the type of its items",
        ),
        (
            generator,
            quote!(
                async fn f() -> impl Stream<Item = u8> {}
            ),
            "`-> u32`, for a stream",
        ),
        (
            generator,
            quote!(
                async fn f() -> u8;
            ),
            "has a body",
        ),
    ];
    for (expand, input, words) in cases {
        let expansion = text(expand(quote!([::taipan] #input)));
        assert!(expansion.contains("compile_error"), "{input}: {expansion}");
        assert!(expansion.contains(words), "{input}: {expansion}");
    }
}

#[test]
fn all_mistakes_are_told_at_once() {
    let expansion =
        stream(quote!([::taipan] { || yield 1; mine!(yield 2); task_group!(tg, { yield 3; }); }));
    assert_eq!(expression(expansion).matches("compile_error").count(), 3);
}

/// What is made of half-typed input need not be input.
#[test]
fn a_mistake_in_a_half_typed_body_is_told() {
    let half = quote!({ for () default await a in a::a { { allow Stream yield {
        let Stream (loop { mut Stream { checked::task_group! { yield 1 & use use extern }
            && t blocking -= virtual_time let match match loop yield } })
    } } } });
    assert!(stream(quote!([::taipan] #half)).to_string().contains("compile_error"));
}

#[test]
fn no_input_makes_a_parser_panic() {
    let forms = [
        quote!('a: for Some(x) | x in s.iter() { break 'a; } else { 5 }),
        quote!({
            'a: for await x in s? {
                with!(_ = b, {
                    yield x;
                    return;
                });
            }
            async_for!(x in s { yield 1; } else { mine!(a?) });
            select! { x = f() => yield 1, }
        }),
        quote!(
            #[a]
            pub async fn f<'a, T>(mut a: &'a T, (b, _): B) -> Result<T, E>
            where
                T: A,
            {
                println!("{}", yield a);
                task_group!(tg, {
                    || b?;
                });
            }
        ),
    ];
    let mut random = Random(7);
    for round in 0..6_000 {
        let mut input = if round % 4 == 0 { random.tokens(3) } else { forms[round % 3].clone() };
        for _ in 0..random.below(4) {
            input = random.spoil(input);
        }
        for expand in [async_for, stream, generator] {
            let expansion = expand(quote!([::taipan] #input));
            assert!(!expansion.is_empty(), "nothing became of {input}");
        }
    }
}
