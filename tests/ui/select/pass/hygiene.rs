//! The user's names cannot meet those of the expansion.
#![deny(warnings, clippy::pedantic)]

use std::future::ready;
use std::pin::pin;

use taipan::prelude::*;

macro_rules! first {
    ($name:ident, $future:expr) => {
        taipan::select!(match ($name = $future, other = ready(2)) {
            $name(n) | other(n) => n,
        })
    };
}

async fn of_names() -> u32 {
    let (__arm, __output, __selected, selected) = (1, 2, 3, 4);
    let mut kept = pin!(async { __arm });
    let of_match = select!(match (biased, __0 = ready(__output), __arm = &mut kept) {
        __0(__selected) => __selected + selected,
        __arm(n) => n,
    });
    let of_list = select! {
        biased;
        __output = ready(__arm), if __selected == 3 => __output + __selected,
        selected = async { __output } => selected,
    };
    assert_eq!((of_match, of_list), (6, 4));
    assert!([1, 2].contains(&first!(__select, ready(1))));
    // An arm that is a call is asked about in a `match`, of which only rustc knows.
    async fn call(n: &str) -> usize {
        n.len()
    }
    let long = select!(match (n = call(&format!("{of_match}{of_list}")), never = call("")) {
        n(n) => n,
        never(_) => 2,
    });
    assert!(long == 2);
    selected
}

fn main() {
    assert_eq!(taipan::run(of_names()), 4);
}
