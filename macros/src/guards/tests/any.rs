//! No input brings a guard down.

use proc_macro2::TokenStream;
use quote::{ToTokens, quote};
use syn::Block;

use super::super::{block, tokens};
use crate::random::Random;

#[test]
fn any_body_gives_a_body() {
    let bodies = [
        quote!({
            let _ = save();
            drop(save());
            thread::sleep(d);
            rx.recv().ok()
        }),
        quote!({
            let g = m.lock().unwrap();
            drop(g);
            f().await;
            gather!(..us).await;
            fs::read(p)?
        }),
        quote!({
            let Ok(g) = m.read() else { return };
            println!("{}", c.join());
            yield x;
        }),
        quote!({
            let _ = s.acquire().await?;
            let _ = async { File::open(p) };
            spawn(f).join();
        }),
    ];
    let mut random = Random(7);
    let (mut changed, mut broken) = (0, 0);
    for round in 0..4_000 {
        let mut body = bodies[round % bodies.len()].clone();
        for _ in 0..random.below(3) {
            body = random.spoil(body);
        }
        match syn::parse2::<Block>(body.clone()) {
            Ok(mut parsed) => {
                let before = parsed.to_token_stream().to_string();
                block(&quote!(::taipan), &mut parsed);
                let after = parsed.to_token_stream();
                changed += usize::from(after.to_string() != before);
                syn::parse2::<Block>(after).unwrap_or_else(|error| panic!("{error}: {body}"));
            }
            // Half-typed: it stays as it is.
            Err(_) if syn::parse2::<syn::Expr>(body.clone()).is_err() => {
                broken += 1;
                let after: TokenStream = tokens(&quote!(::taipan), body.clone());
                assert_eq!(after.to_string(), body.to_string());
            }
            Err(_) => {}
        }
    }
    assert!(changed > 1_000 && broken > 100, "{changed} changed, {broken} broken");
}
