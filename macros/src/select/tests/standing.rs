//! Which futures are asked whether they may be dropped, or left alone.

use proc_macro2::{Ident, Span, TokenStream};
use quote::quote;

use super::super::awaits::awaits_without;
use super::expansion;

fn awaits(body: TokenStream) -> bool {
    awaits_without(body, &Ident::new("kept", Span::call_site()))
}

#[test]
fn an_await_in_the_body_is_seen() {
    for body in [
        quote!(f().await),
        quote!({
            if x {
                break g(f().await?);
            }
        }),
        quote!(return f(kept.len()).then(g()).other().await.unwrap() + h().await),
        quote!(vec![f().await]),
        quote!(async { f().await }.await),
        quote!(spawn(async move { f().await }).await),
        quote!(with!(_ = permit, {})),
        quote!(taipan::select!(match (a = f()) {
            a => {}
        })),
        quote!(async_for!(for x in xs {})),
        quote!(timeout!(1s, {
            f();
        })),
        quote!(for await x in xs {
            x.await;
        }),
    ] {
        assert!(awaits(body.clone()), "{body}");
    }
}

#[test]
fn code_of_its_own_is_passed_over() {
    for body in [
        quote!({}),
        quote!(break),
        quote!(tasks.push(async move { f().await })),
        quote!(spawn(async { f().await })),
        quote!(f(async |a, b| { g(a, b).await }, async move || f().await, 1)),
        quote!(let await_ = awaited;),
        quote!(drop(timeout!(1s, f()))),
        quote!(drop(sleep!(1s))),
    ] {
        assert!(!awaits(body.clone()), "{body}");
    }
}

#[test]
fn a_body_that_awaits_the_future_itself_keeps_it_going() {
    for body in [
        quote!(break kept.await),
        quote!((&mut kept).await),
        quote!(let x = kept.as_mut().await?;),
        quote!(timeout!(1s, &mut kept).await),
        quote!(return self.kept.await),
        quote!(select!(match (a = f(), b = &mut kept) {
            a => {}
            b => {}
        })),
    ] {
        assert!(!awaits(body.clone()), "{body}");
    }
    // It does not, while something else is awaited.
    assert!(awaits(quote!({
        f().await;
        kept.await
    })));
    assert!(awaits(quote!(g(kept, f().await))));
}

/// How often the expansion asks this.
fn asks(question: &str, input: TokenStream) -> usize {
    expansion(input).matches(question).count()
}

#[test]
fn the_maker_of_a_future_is_asked_whether_it_loses_data() {
    let asks = |input| asks("loses_data", input);
    assert_eq!(
        asks(quote!(match (a = r.read_exact(&mut b), c = io::copy(x)) {
            a => {}
            c => {}
        })),
        2
    );
    assert_eq!(
        asks(quote!(match (a = when(b, || f())) {
            a => {}
            disabled => {}
        })),
        1
    );
    assert_eq!(asks(quote!(a = f(), if b => {}, _ = g() => {})), 2);
    assert_eq!(asks(quote!(a = f().await => {})), 0);
    // The type of these may be known only later.
    for future in [
        quote!(next.take().unwrap()),
        quote!(futures.swap_remove(0)),
        quote!(Default::default()),
        quote!(future),
        quote!((self.make)()),
        quote!(async {}),
    ] {
        assert_eq!(asks(quote!(match (a = #future) { a => {} })), 0, "{future}");
    }
}

#[test]
fn a_kept_future_is_asked_whether_it_may_rest_if_another_body_awaits() {
    let asks = |input| asks("rests", input);
    for kept in [quote!(&mut kept), quote!(kept.as_mut()), quote!((&mut self.kept))] {
        for other in [
            quote!(f().await),
            quote!({
                f().await;
                break;
            }),
        ] {
            assert_eq!(asks(quote!(match (a = #kept, b = g()) { a => {} b => #other })), 1);
            assert_eq!(asks(quote!(a = #kept => {}, _ = g() => #other)), 1);
            assert_eq!(asks(quote!(a = #kept => {}, timeout(1s) => #other)), 1);
            assert_eq!(asks(quote!(match (a = #kept) { a => {} default => #other })), 1);
            // Its own body, or one that is reached only when it has ended.
            assert_eq!(
                asks(
                    quote!(match (a = #kept, b = g()) { a(Some(_)) => #other a => #other b => {} })
                ),
                0
            );
            assert_eq!(asks(quote!(Some(a) = #kept => {}, else => #other)), 0);
            // Disabled, it has not ended.
            assert_eq!(asks(quote!(a = #kept, if x => {}, else => #other)), 1);
        }
        assert_eq!(
            asks(quote!(match (a = #kept, b = g()) { a => {} b => spawn(async { f().await }) })),
            0
        );
        // One body for several arms: another may have led to it.
        assert_eq!(asks(quote!(match (a = #kept, b = g()) { a(_) | b(_) => f().await })), 1);
        // Two kept ones, and the body of one of them awaits.
        assert_eq!(asks(quote!(match (a = #kept, b = &mut other) { a => {} b => f().await })), 1);
    }
}
