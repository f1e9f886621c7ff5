//! What is found, and what becomes of it.

mod any;
mod blocking;
mod dropped;
mod held;
mod once;

use proc_macro2::TokenStream;
use quote::{ToTokens, quote};
use syn::Block;

/// The body, guarded, as text without the accidents of spacing.
fn guarded(body: TokenStream) -> String {
    let mut body: Block = syn::parse2(quote!({ #body })).expect("a block");
    super::block(&quote!(::taipan), &mut body);
    let text = body.to_token_stream().to_string();
    syn::parse_str::<Block>(&text).unwrap_or_else(|error| panic!("{error}: {text}"));
    text
}

/// How often each of the guards is in the body, as `name` or `name*2`.
fn found(body: TokenStream) -> Vec<String> {
    const GUARDS: &[&str] = &[
        "thread_sleep",
        "thread_park",
        "thread_scope",
        "thread_join",
        "file",
        "network",
        "stdin",
        "http_client",
        "block_on",
        "run",
        "command",
        "child_wait",
        "channel_recv",
        "condvar_wait",
        "barrier_wait",
        "future",
        "error_of_task",
        "permit",
        "results",
        "held_across_await",
    ];
    let text = guarded(body);
    let count = |name: &str| {
        text.matches(&format!("Call) . {name} ()")).count()
            + text.matches(&format!(")) . {name} ()")).count()
    };
    let found = GUARDS.iter().map(|name| (name, count(name))).filter(|(_, count)| *count > 0);
    found
        .map(
            |(name, count)| if count == 1 { (*name).to_owned() } else { format!("{name}*{count}") },
        )
        .collect()
}

/// Asserts that each body has exactly these guards.
fn assert_found(cases: &[(TokenStream, &[&str])]) {
    for (body, expected) in cases {
        assert_eq!(found(body.clone()), *expected, "in {body}");
    }
}

/// Asserts that a body stays as it is.
fn assert_unchanged(bodies: &[TokenStream]) {
    for body in bodies {
        let before: Block = syn::parse2(quote!({ #body })).expect("a block");
        assert_eq!(guarded(body.clone()), before.to_token_stream().to_string());
    }
}

/// Asserts that these tokens are in the text, however they are spaced.
fn assert_contains(text: &str, tokens: &TokenStream) {
    let squeeze = |text: &str| text.split_whitespace().collect::<String>();
    assert!(squeeze(text).contains(&squeeze(&tokens.to_string())), "{tokens} is not in {text}");
}
