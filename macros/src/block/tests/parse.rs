use quote::quote;

use super::{MACROS, message};

#[test]
fn what_cannot_be_parsed_is_told_in_our_words() {
    const BLOCK: &str = "the body is a block";
    for (name, input, words) in [
        ("with", quote!(), "`with!` takes resources and a body"),
        ("with", quote!({}), "`with!` takes resources and a body"),
        ("with", quote!(a = b), "`with!` takes resources and a body"),
        ("with", quote!(a = b,), "`with!` takes resources and a body"),
        ("with", quote!(a = b {}), "`with!` takes resources and a body"),
        ("with", quote!(a = b, {}, c), "`with!` takes resources and a body"),
        ("with", quote!(b, {}), "a resource has a name"),
        ("with", quote!(a =, {}), "a resource has a name"),
        ("with", quote!(a == b, {}), "a resource has a name"),
        ("with", quote!(a = b, c, {}), "a resource has a name"),
        ("with", quote!(a = b, async {}), BLOCK),
        ("with", quote!(a = b, || {}), BLOCK),
        ("finally", quote!(), "`finally!` takes a body and a cleanup"),
        ("finally", quote!({}), "`finally!` takes a body and a cleanup"),
        ("finally", quote!(async |_| {}, {}), "`finally!` takes a body and a cleanup"),
        ("finally", quote!({}, f, g), "`finally!` takes a body and a cleanup"),
        (
            "finally",
            quote!({}, {
                f();
            }),
            "the cleanup is a closure",
        ),
        ("timeout", quote!(), "`timeout!` takes a limit and a future"),
        ("timeout", quote!(limit), "`timeout!` takes a limit and a future"),
        ("timeout", quote!(limit, {}, 1), "`timeout!` takes a limit and a future"),
        ("timeout", quote!(5, {}), "a time needs its unit"),
        ("timeout", quote!(t = limit, f()), "only a body can move its deadline"),
        ("task_group", quote!(), "`task_group!` takes a name and a body"),
        ("task_group", quote!({}), "`task_group!` takes a name and a body"),
        ("task_group", quote!(tg), "`task_group!` takes a name and a body"),
        ("task_group", quote!(tg =, {}), "`task_group!` takes a name and a body"),
        ("task_group", quote!(tg, {}, 1), "`task_group!` takes a name and a body"),
        ("task_group", quote!(tg, async move {}), BLOCK),
        ("task_group", quote!(|tg| {}), BLOCK),
    ] {
        let (_, expand) = MACROS.into_iter().find(|(known, _)| *known == name).expect("known");
        let message = message(expand(quote!([::taipan] #input)));
        let told = message.as_ref().is_some_and(|message| message.starts_with(words));
        assert!(told, "{name}!({input}) says {message:?}");
    }
}

// The body goes to rustc as it is, which says what is wrong with it, and an editor completes it.
#[test]
fn a_half_typed_body_is_handed_on() {
    for (name, before, after) in [
        ("with", quote!(a = b,), quote!()),
        ("finally", quote!(), quote!(, f)),
        ("timeout", quote!(limit,), quote!()),
        ("task_group", quote!(tg,), quote!()),
    ] {
        let (_, expand) = MACROS.into_iter().find(|(known, _)| *known == name).expect("known");
        let expansion = expand(quote!([::taipan] #before { conn. } #after)).to_string();
        assert!(expansion.contains("else { conn . }"), "{name}: {expansion}");
    }
}
