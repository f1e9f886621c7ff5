use proc_macro2::TokenStream;
use quote::{ToTokens, quote};
use syn::visit_mut::VisitMut;

use super::block;
use crate::block::jumps::{Jumps, mentions_jump};

/// The body with its jumps replaced, and the arms that make them outside.
fn replaced(body: TokenStream) -> (String, String) {
    let mut body = block(body);
    let mut jumps = Jumps::new(&quote!(taipan), 0);
    jumps.visit_block_mut(&mut body);
    (body.to_token_stream().to_string(), jumps.arms().to_string())
}

/// The arm that makes a jump.
fn arm(number: u32, exit: &str) -> String {
    format!("taipan :: __private :: block :: Flow :: Jump ({number}u32) => {exit} ,")
}

fn unchanged(body: TokenStream) {
    let before = block(body.clone()).to_token_stream().to_string();
    assert_eq!(replaced(body), (before, String::new()));
}

#[test]
fn a_jump_out_of_the_body_becomes_a_break_to_a_label() {
    let (body, arms) = replaced(quote!({
        if done {
            break;
        }
        continue;
    }));
    assert_eq!(body, "{ if done { break '__leave0_0 ; } break '__leave0_1 ; }");
    assert_eq!(arms, format!("{} {}", arm(0, "break"), arm(1, "continue")));
}

#[test]
fn equal_jumps_share_a_label_and_those_with_values_do_not() {
    let (body, arms) = replaced(quote!({
        break 'a;
        break 'a;
        break 'b 1;
        break 'b 2;
        continue 'a;
    }));
    assert_eq!(
        body,
        "{ break '__leave0_0 ; break '__leave0_0 ; break '__leave0_1 1 ; break '__leave0_2 2 ; \
         break '__leave0_3 ; }",
    );
    assert_eq!(
        arms,
        [
            arm(0, "break 'a"),
            arm(1, "break 'b (& __carried0_1) . take ()"),
            arm(2, "break 'b (& __carried0_2) . take ()"),
            arm(3, "continue 'a"),
        ]
        .join(" "),
    );
}

#[test]
fn the_value_of_a_jump_may_hold_another() {
    let (body, _) = replaced(quote!({ break 'a (if done { break } else { 1 }) }));
    assert_eq!(body, "{ break '__leave0_1 (if done { break '__leave0_0 } else { 1 }) }");
}

#[test]
fn the_bodys_own_loops_and_labels_are_left_alone() {
    unchanged(quote!({
        for n in numbers {
            if n == 1 {
                continue;
            }
            break;
        }
    }));
    unchanged(quote!({
        'a: loop {
            while more() {
                break 'a;
            }
        }
    }));
    unchanged(quote!({ 'block: { break 'block 1 } }));
}

#[test]
fn a_block_with_a_label_is_no_loop() {
    let (body, arms) = replaced(quote!({ 'block: { break } }));
    assert_eq!(body, "{ 'block : { break '__leave0_0 } }");
    assert_eq!(arms, arm(0, "break"));
}

#[test]
fn the_head_of_a_loop_is_not_inside_it() {
    let (body, arms) = replaced(quote!({
        while if done { break } else { true } {}
        for _ in match list {
            None => continue,
            Some(list) => list,
        } {}
        'a: while if done { break 'a } else { true } {}
    }));
    assert!(body.contains("if done { break '__leave0_0 }"), "{body}");
    assert!(body.contains("None => break '__leave0_1"), "{body}");
    assert!(arms.starts_with(&format!("{} {}", arm(0, "break"), arm(1, "continue"))), "{arms}");
}

#[test]
fn code_of_its_own_keeps_its_jumps() {
    unchanged(quote!({
        let f = |n| loop {
            if n { break } else { return 1 }
        };
        let g = async { return 2 };
        let h = async move || loop {
            break;
        };
        const {
            loop {
                break;
            }
        };
        fn i() -> u32 {
            loop {
                return 3;
            }
        }
    }));
}

#[test]
fn jumps_in_the_arguments_of_known_macros_are_found() {
    for known in ["println", "std::assert_eq", "vec", "taipan::with", "select"] {
        let path: syn::Path = syn::parse_str(known).expect("a path");
        let (body, _) = replaced(quote!({ #path!("{}", if done { break } else { 1 }) }));
        assert!(body.contains("if done { break '__leave0_0 }"), "{known}: {body}");
    }
    let (body, _) = replaced(quote!({ with!(a = b(), { continue 'a }) }));
    assert!(body.contains("{ break '__leave0_0 }"), "{body}");
    let (body, _) = replaced(quote!({
        select! { x = a() => { break } y = b(), if c => continue, else => g(break 'a), }
    }));
    assert!(body.contains("=> { break '__leave0_0 } y"), "{body}");
    assert!(body.contains("=> break '__leave0_1 ,"), "{body}");
    assert!(body.contains("=> g (break '__leave0_2) ,"), "{body}");
}

#[test]
fn jumps_in_other_macros_are_left_alone() {
    unchanged(quote!({ repeat!({ break }) }));
    unchanged(quote!({ query!(select break from continue) }));
}

#[test]
fn a_return_is_marked() {
    let (body, arms) = replaced(quote!({
        if done {
            return;
        }
        return f()?;
    }));
    let marked = "return taipan :: __private :: block :: returned (__ty0 , & __slot0 ,";
    assert_eq!(body, format!("{{ if done {{ {marked} ()) ; }} {marked} f () ?) ; }}"));
    assert_eq!(arms, "");
}

#[test]
fn words_that_may_be_jumps() {
    assert!(mentions_jump(&quote!(a(b, [c { return }]))));
    assert!(mentions_jump(&quote!(continue)));
    assert!(!mentions_jump(&quote!(a("break", 'b', breaks, r#loop))));
}

#[test]
fn loops_that_end() {
    let ends = |body: TokenStream| {
        let looped: syn::ExprLoop = syn::parse2(body).expect("a loop");
        Jumps::end_loop(&looped.body, looped.label.as_ref().map(|label| &label.name))
    };
    assert!(ends(quote!(loop {
        break;
    })));
    assert!(ends(quote!(loop {
        if done {
            break 7;
        }
    })));
    assert!(ends(quote!('a: loop {
        loop {
            break 'a;
        }
    })));
    assert!(!ends(quote!(loop {})));
    assert!(!ends(quote!(loop {
        continue;
    })));
    assert!(!ends(quote!(loop {
        loop {
            break;
        }
    })));
    assert!(!ends(quote!('a: loop {
        break 'b;
    })));
    assert!(!ends(quote!(loop {
        return;
    })));
}
