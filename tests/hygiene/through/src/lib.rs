//! The macros in edition 2024, from a crate that re-exports taipan, which is no dependency of this one.
#![forbid(unsafe_code)]
#![deny(warnings, clippy::all, clippy::pedantic)]
#![cfg(test)]

use taipan_hygiene_renamed::reexported as dsl;

#[path = "../../cases/mod.rs"]
mod cases;

/// A macro of the other crate, which uses those of taipan.
#[dsl::test(crate = crate::dsl)]
async fn a_macro_of_another_crate_uses_them() -> dsl::Result {
    let sum = taipan_hygiene_renamed::both!(one(), async { Ok(one().await? + 1) }, within 1h)??;
    assert_eq!(sum, (1, 2));
    Ok(())
}

async fn one() -> dsl::Result<u32> {
    dsl::yield_now().await;
    Ok(1)
}
