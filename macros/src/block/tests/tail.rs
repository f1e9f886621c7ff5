use quote::quote;

use super::block;
use crate::block::tail::has_value;

#[test]
fn bodies_that_have_a_value() {
    for body in [
        quote!({ 1 }),
        quote!({ f()? }),
        quote!({ { g() } }),
        quote!({ if a { return 1 } else { 2 } }),
        quote!({
            if a {
                b()
            }
        }),
        quote!({
            match a {
                1 => return 2,
                _ => 3,
            }
        }),
        quote!({ match a {} }),
        quote!({
            loop {
                break 1;
            }
        }),
        quote!({ 'a: { break 'a 1 } }),
        quote!({ format!("{a}") }),
        quote!({ async { 1 } }),
    ] {
        assert!(has_value(&block(body.clone())), "{body}");
    }
}

#[test]
fn bodies_that_have_none() {
    for body in [
        quote!({}),
        quote!({
            f();
        }),
        quote!({
            let a = 1;
        }),
        quote!({ return 1 }),
        quote!({ break 'a 1 }),
        quote!({ if a { return 1 } else { continue } }),
        quote!({
            if a {
                return 1;
            } else if b {
                break;
            } else {
                panic!("no")
            }
        }),
        quote!({
            match a {
                1 => return 2,
                _ => {
                    return 3;
                }
            }
        }),
        quote!({
            loop {
                f().await
            }
        }),
        quote!({ { (return 1) } }),
        quote!({ unreachable!() }),
        quote!({ std::todo!() }),
        quote!({
            println!("a");
        }),
    ] {
        assert!(!has_value(&block(body.clone())), "{body}");
    }
}
