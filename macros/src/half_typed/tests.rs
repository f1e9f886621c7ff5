//! What the macros become while somebody types: every name survives, and one error is told.

use std::collections::BTreeSet;

use proc_macro2::{TokenStream, TokenTree};
use quote::quote;

use crate::random::Random;

type Expand = fn(TokenStream) -> TokenStream;

const MACROS: &[(&str, Expand)] = &[
    ("select", crate::select::expand),
    ("gather", |input| crate::gather::expand(crate::gather::Macro::Gather, input)),
    ("try_gather", |input| crate::gather::expand(crate::gather::Macro::TryGather, input)),
    ("race", |input| crate::gather::expand(crate::gather::Macro::Race, input)),
    ("race_ok", |input| crate::gather::expand(crate::gather::Macro::RaceOk, input)),
    ("with", crate::block::with),
    ("finally", crate::block::finally),
    ("timeout", crate::block::timeout),
    ("task_group", crate::block::task_group),
    ("async_for", crate::stream::async_for),
    ("stream", crate::stream::stream),
    ("generator", crate::stream::generator),
    ("sleep", crate::time::sleep),
];

fn expand(name: &str, input: &TokenStream) -> TokenStream {
    let (_, expand) = MACROS.iter().find(|(known, _)| *known == name).expect("a macro of ours");
    expand(quote!([::taipan] #input))
}

/// The names in the tokens: all words but those of the language, and of the grammar of our macros.
fn names(tokens: TokenStream) -> BTreeSet<String> {
    const WORDS: &[&str] = &[
        "match", "if", "for", "in", "biased", "when", "timeout", "default", "disabled", "else",
        "await", "mut", "let", "async", "move", "fn", "yield", "limit", "return", "while", "loop",
        "break", "_",
    ];
    let mut found = BTreeSet::new();
    for token in tokens {
        match token {
            TokenTree::Ident(word) => {
                found.insert(word.to_string());
            }
            TokenTree::Group(group) => found.extend(names(group.stream())),
            TokenTree::Punct(_) | TokenTree::Literal(_) => {}
        }
    }
    found.into_iter().filter(|word| !WORDS.contains(&&**word)).collect()
}

/// Who tells of the mistake.
#[derive(Clone, Copy, Debug, PartialEq)]
enum By {
    Us,
    Rustc,
}

#[test]
fn names_survive_and_one_error_is_told() {
    let cases = [
        // Something is missing.
        ("select", By::Us, quote!(match (a = ))),
        ("select", By::Us, quote!(match (a))),
        ("select", By::Us, quote!(match (a = f(x), b = y))),
        ("select", By::Us, quote!(match (a = , b = f(x)) { a(y) => g(y), b => h() })),
        (
            "select",
            By::Us,
            quote!(match (a = f(x), b) {
                a(y) => g(y),
                b(z) => h(z),
            }),
        ),
        ("select", By::Us, quote!(match (a = f(x), b = g()) { a(y), b => h() })),
        ("select", By::Us, quote!(match (a = f(x), b = g()) { a(y) if y > x, b => h() })),
        ("select", By::Us, quote!(match (a = f(x), b = g()) { a(y) =>, b => h() })),
        ("select", By::Us, quote!(match (a = f(x), b = g()) { a => h(), b(y) => })),
        (
            "select",
            By::Us,
            quote!(match (a = when(x), b = g()) {
                a => h(),
                b(y) => y,
            }),
        ),
        ("select", By::Us, quote!(a = f(x) => g(a), b)),
        ("select", By::Us, quote!(a = f(x) => g(a), b = )),
        ("select", By::Us, quote!(a = f(x) => g(a), b = h(y))),
        ("select", By::Us, quote!(a = f(x), b = h(y) => g(b))),
        ("select", By::Us, quote!(a = f(x), if => g(a), b = h(y) => g(b))),
        ("select", By::Us, quote!(a = f(x) =>, b = h(y) => g(b))),
        ("gather", By::Us, quote!(for x in )),
        ("gather", By::Us, quote!(for x)),
        ("gather", By::Us, quote!(for x { f(x) })),
        ("gather", By::Us, quote!(for x in { f(x) })),
        ("gather", By::Us, quote!(for x in xs)),
        ("try_gather", By::Us, quote!(for x in xs, limit = 8)),
        ("race", By::Us, quote!(f(x), , g(y))),
        ("race_ok", By::Us, quote!(..)),
        ("gather", By::Us, quote!(f(x) for x in)),
        ("gather", By::Us, quote!(f(x) for x in xs if)),
        ("gather", By::Us, quote!(f(x) for x in xs, limit = )),
        ("with", By::Us, quote!(a = , { a.f(x) })),
        ("with", By::Us, quote!(a = f(x))),
        ("with", By::Us, quote!(a = f(x),)),
        ("with", By::Us, quote!(a = f(x), b =)),
        ("finally", By::Us, quote!({ f(x) })),
        ("finally", By::Us, quote!({ f(x) },)),
        ("timeout", By::Us, quote!(x,)),
        ("timeout", By::Us, quote!(x)),
        ("timeout", By::Us, quote!(, f(x))),
        ("timeout", By::Us, quote!(t = x)),
        ("task_group", By::Us, quote!(tg)),
        ("task_group", By::Us, quote!(tg,)),
        ("task_group", By::Us, quote!(tg = , { tg.spawn(x) })),
        ("async_for", By::Us, quote!(for x in )),
        ("async_for", By::Us, quote!(for x)),
        ("async_for", By::Us, quote!(for x { f(x) })),
        ("async_for", By::Us, quote!(for x in { f(x) })),
        ("async_for", By::Us, quote!(for x in xs)),
        ("async_for", By::Us, quote!(for x in xs { f(x) } else)),
        ("generator", By::Us, quote!(async fn f(x: u32) -> u32)),
        // Something is no expression yet.
        ("select", By::Us, quote!(match (a = x., b = f()) { a(y) => y, b => g() })),
        ("select", By::Us, quote!(match (a = f(), b = x) { a(y) => y., b => g() })),
        ("select", By::Rustc, quote!(match (a = f(), b = x) { a(y) => { y.; } b => g() })),
        ("select", By::Rustc, quote!(match (a = f(), b = x) { a(y) if y. => g(), b => h() })),
        ("select", By::Us, quote!(a = x. => f(a), b = g(y) => h(b))),
        ("select", By::Us, quote!(a = x => f(a)., b = g(y) => h(b))),
        ("select", By::Rustc, quote!(a = x => { a. } b = g(y) => h(b))),
        ("gather", By::Us, quote!(x., f(y))),
        ("gather", By::Us, quote!(..x.)),
        ("gather", By::Us, quote!(for x in y. { f(x) })),
        ("gather", By::Rustc, quote!(for x in xs { x. })),
        ("with", By::Us, quote!(a = x., { a.f(y) })),
        ("with", By::Rustc, quote!(a = x, { a. })),
        ("finally", By::Rustc, quote!({ x. }, async move |_| f())),
        ("finally", By::Us, quote!({ f(x) }, async move |_| y.)),
        ("timeout", By::Us, quote!(x., f(y))),
        ("timeout", By::Us, quote!(x, y.)),
        ("timeout", By::Rustc, quote!(x, { y. })),
        ("task_group", By::Rustc, quote!(tg, { tg. })),
        ("task_group", By::Us, quote!(tg = x., { tg.spawn(y) })),
        ("async_for", By::Us, quote!(for x in xs. { f(x) })),
        ("async_for", By::Rustc, quote!(for x in xs { x. })),
        ("sleep", By::Us, quote!(x.)),
    ];
    for (name, by, input) in cases {
        let expansion = expand(name, &input);
        let lost: Vec<String> =
            names(input.clone()).difference(&names(expansion.clone())).cloned().collect();
        assert!(lost.is_empty(), "{name}!({input}) has lost {lost:?}: {expansion}");
        let told = expansion.to_string().matches("compile_error").count();
        assert_eq!(told, usize::from(by == By::Us), "{name}!({input}): {expansion}");
        // What we give out is well-formed but for what is not, and for that rustc has a word.
        if name != "generator" {
            let is_whole = syn::parse2::<syn::Expr>(expansion.clone()).is_ok();
            assert_eq!(is_whole, by == By::Us, "{name}!({input}): {expansion}");
        }
    }
}

// Such a body is understood before it is handed on, to find its `yield`s.
#[test]
fn names_in_the_body_of_a_generator_survive() {
    let bodies = [
        // A statement breaks off.
        quote!({ yield f(x); y. }),
        quote!({ y.; yield f(x); }),
        quote!({ yield f(y).; g(x); }),
        quote!({ let y = ; yield y; f(x) }),
        quote!({ let y: T = f(x).; yield y }),
        quote!({ let y: = f(x); yield y }),
        quote!({ let y = f(x). let z = y; yield z }),
        quote!({ let y yield y; f(x); }),
        quote!({ yield x; let y = }),
        quote!({ let = f(x); yield y }),
        quote!({ f(x) yield y; g(z) }),
        quote!({ y = ; yield x + ; return z. }),
        quote!({ let Some(y) = f(x). else { return }; yield y; }),
        // Something in it does.
        quote!({ let y = f(x, g(z).); yield y; }),
        quote!({ let y = f(x, , z); yield y; }),
        quote!({ let y = f(x z).g(); yield y; }),
        quote!({ let f = f(a).f(y z); yield y; }),
        quote!({ let y = a[x.]; yield y; }),
        quote!({ let y = S { a: x., b: f(y), c }; yield y; }),
        quote!({ let f = |a| { let b = a.; g(b) }; yield f(x); }),
        quote!({ async { f(x).await. }; yield y; }),
        quote!({ fn g(x: u32) -> u32 { x. } yield g(y); }),
        // A block does.
        quote!({ if x { while y { loop { yield f(z).; g(z); } } } else { yield b } yield c; }),
        quote!({ let y = if x { let z = f(a) + } else { b }; yield y; }),
        quote!({ for y in f(x) { yield y.; } }),
        quote!({ for await y in f(x) { y.; yield y; } yield z }),
        quote!({ match f(x) { Some(y) => y., Some(z) if z. => { yield z } None => g(b), } yield c }),
        quote!({ match f(x) { Some(y) yield z, None => { yield y. } } }),
        // The head of one does.
        quote!({ if x. { yield y; } yield z }),
        quote!({ if let Some(y) = f(x). { yield y; } yield z }),
        quote!({ while x + { yield y; } yield z }),
        quote!({ for y in f(x). { yield y; } yield z }),
        quote!({ for await y in f(x). { yield y; } yield z }),
        quote!({ for y { yield y; } yield z }),
        quote!({ match x. { y => { yield y; } z => yield z } }),
        quote!({ yield x; match f(y) }),
        quote!({ yield x; if f(y) }),
        quote!({ yield x; for y in f(z) }),
        // A body in one of our macros does.
        quote!({
            with!(a = f(x), { yield a.; });
            yield y;
        }),
        quote!({
            timeout!(x, { let y = ; yield y; });
            yield z;
        }),
        quote!({
            async_for!(x in f(y) { yield x.; } else { yield z.; });
            yield a;
        }),
        quote!({
            select!(match (a = f(x), b = g()) { a(y) => { yield y.; } b => yield z });
        }),
        quote!({
            select! { y = f(x) => { yield y.; } z = g() => { yield z } }
        }),
    ];
    for body in bodies {
        let wanted = names(body.clone());
        for expansion in [
            expand("stream", &body),
            expand("stream", &quote!(#body,)),
            expand("generator", &quote!(async fn numbers() -> u32 #body)),
        ] {
            let found = names(expansion.clone());
            let lost: Vec<&String> = wanted.difference(&found).collect();
            assert!(lost.is_empty(), "{body} has lost {lost:?}: {expansion}");
            let told = expansion.to_string().matches("compile_error").count();
            assert_eq!(told, 1, "{body}: {expansion}");
            let yielded = body.to_string().matches("yield").count();
            let sent = expansion.to_string().matches("send (").count();
            assert_eq!(sent, yielded, "{body}: {expansion}");
            syn::parse2::<syn::File>(quote!(fn f() { #expansion }))
                .unwrap_or_else(|error| panic!("{error}: {body}: {expansion}"));
        }
    }
}

// What is mended once is not mended again by everything around it: else the time doubles with each block.
#[test]
fn mistakes_in_blocks_in_blocks_are_mended_in_time() {
    let mut body = quote!({ x. });
    for _ in 0..12 {
        body = quote!({ f(x. #body, g(y z)) if x. #body else { y } let z = });
        if body.to_string().len() > 2_000 {
            break;
        }
    }
    for _ in 0..12 {
        body = quote!({ x.; if y { match x { z => #body, w. } } });
    }
    let expansion = expand("stream", &body).to_string();
    assert_eq!(expansion.matches("compile_error").count(), 1);
}

// `Type::` is no value: rustc would complain of it.
#[test]
fn the_beginning_of_a_path_is_not_kept() {
    let expansion = |body| expand("stream", &body).to_string();
    for body in [
        quote!({ let x = Type::; yield f(x); }),
        quote!({ yield 1; Type:: }),
        quote!({ f(x).method::<; yield 1; }),
        quote!({ yield f(Type::); }),
    ] {
        let expansion = expansion(body);
        assert!(!expansion.contains("Type") && !expansion.contains("method"), "{expansion}");
    }
    assert!(!expand("gather", &quote!(Type::, f())).to_string().contains("Type"));
}

// What is wrong in another way takes nothing with it, either.
#[test]
fn a_body_with_a_misplaced_yield_is_there() {
    for body in [
        quote!({
            let a = || {
                yield f(x);
                g(y)
            };
            yield z;
        }),
        quote!({
            task_group!(tg, {
                yield f(x);
                g(y)
            });
            yield z;
        }),
    ] {
        let expansion = expand("stream", &body);
        let lost: Vec<String> =
            names(body).difference(&names(expansion.clone())).cloned().collect();
        assert!(lost.is_empty(), "{lost:?}: {expansion}");
        let (told, expansion) = ("compile_error", expansion.to_string());
        assert_eq!(expansion.matches(told).count(), 1, "{expansion}");
    }
}

#[test]
fn a_select_with_a_wrong_name_or_end_is_there() {
    for select in [
        quote!(match (a = f(x), b = g(y)) {
            a(z) => h(z),
            c(w) if w > x => k(w),
        }),
        quote!(match (a = f(x), b = g(y)) {
            a(z) => h(z),
            c => k(x),
        }),
        quote!(match (a = f(x), a = g(y)) {
            a(z) => h(z),
        }),
        quote!(match (a = f(x)) {
            a(z) => h(z),
            disabled => g(y),
        }),
        quote!(match (a = when(x, || f(y))) {
            a(z) => h(z),
        }),
        quote!(Some(z) = f(x) => h(z)),
        quote!(z = f(x) => h(z), else => g(x), else => g(y)),
    ] {
        let expansion = expand("select", &select);
        let mut wanted = names(select.clone());
        wanted.remove("c"); // the wrong name
        let lost: Vec<String> = wanted.difference(&names(expansion.clone())).cloned().collect();
        assert!(lost.is_empty(), "{select} has lost {lost:?}: {expansion}");
        assert!(syn::parse2::<syn::Expr>(expansion.clone()).is_ok(), "{expansion}");
        let told = expansion.to_string().matches("compile_error").count();
        assert_eq!(told, 1, "{select}: {expansion}");
    }
}

// A broken function takes nothing with it.
#[test]
fn functions_around_a_broken_one_are_there() {
    for broken in [
        quote!(async fn g(x: ) -> u8 { yield x; }),
        quote!(
            async fn g() -> u8;
        ),
    ] {
        let expansion = expand(
            "generator",
            &quote!(async fn f() -> u32 {} #broken pub async fn h(y: u8) -> u8 {}),
        );
        let expansion = expansion.to_string();
        for name in ["fn f", "fn g", "fn h"] {
            assert!(expansion.contains(name), "{expansion}");
        }
        assert_eq!(expansion.matches("compile_error").count(), 1, "{expansion}");
    }
}

#[test]
fn no_input_brings_a_macro_down() {
    let forms = [
        quote!(match (biased, a = f(x), b = when(y, || g()), c = &mut z) {
            a(Some(n)) | b(n) if n > 3 => break 'a n,
            c => {
                h().await;
            }
            timeout(1s) => {}
            disabled => 5,
        }),
        quote!(biased; Some(n) = f(x), if y => g(n), _ = z.as_mut() => { h().await } default => {} else => ()),
        quote!(f(x) for x in xs if y for z in x, limit = 3),
        quote!(
            for x in xs {
                f(x)
            },
            limit = 3
        ),
        quote!(a = f(x).await?, mut b = y, { a.g(b).await?; break 'a 5 }),
        quote!(t = 30s, {
            t.reset(1s);
        }),
        quote!({ f(x) }, async move |outcome| g(outcome)),
        quote!('a: for Some(x) | x in xs { break 'a; } else { 5 }),
        quote!(
            pub async fn f<'a, T>(a: &'a T) -> Result<T, E>
            where
                T: A,
            {
                yield Ok(a?);
            }
        ),
    ];
    let mut random = Random(11);
    let (mut whole, mut broken) = (0, 0);
    for round in 0..3_000 {
        let mut input =
            if round % 5 == 0 { random.tokens(3) } else { forms[round % forms.len()].clone() };
        for _ in 0..random.below(4) {
            input = random.spoil(input);
        }
        for (name, _) in MACROS {
            let expansion = expand(name, &input);
            assert!(!expansion.is_empty(), "nothing became of {name}!({input})");
            let is_told = expansion.to_string().contains("compile_error");
            *(if is_told { &mut broken } else { &mut whole }) += 1;
        }
    }
    assert!(whole > 1_000 && broken > 1_000, "{whole} whole, {broken} broken");
}
