//! What both crates compile and run, each with its own edition, and with its own way to taipan as `crate::dsl`.
//!
//! 1. `forms`: every form of every macro, under every lint.
//! 2. `names`: what the user's code calls its own things, and what it cannot see of ours.
//! 3. `shadowed`: where the names of std are somebody else's.
//! 4. `methods`: where every type has methods with the names of ours.
//! 5. `rules`: inside macros by rules.
//! 6. `checked`: all of that for `#[checked]`.

mod checked;
mod forms;
mod methods;
mod names;
mod rules;
mod shadowed;
