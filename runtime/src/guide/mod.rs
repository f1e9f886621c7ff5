//! The guide: pages to read, without code of their own.
//!
//! 1. [`cancellation`]: what happens when code is cancelled, rule by rule.
//! 2. [`structured`]: running several things at once, and which way to choose.
//! 3. [`coming_from`]: what to write here for what you know from asyncio, trio and anyio.
//! 4. [`when_the_compiler_complains`]: what its messages mean, and what to write instead.
//!
//! Every example is a test.

#[doc = include_str!("../docs/guide/cancellation.md")]
pub mod cancellation {}

#[doc = include_str!("../docs/guide/structured.md")]
pub mod structured {}

#[doc = include_str!("../docs/guide/coming_from.md")]
pub mod coming_from {}

#[doc = include_str!("../docs/guide/when_the_compiler_complains/about_tasks.md")]
#[doc = include_str!("../docs/guide/when_the_compiler_complains/about_functions.md")]
#[doc = include_str!("../docs/guide/when_the_compiler_complains/messages.md")]
#[doc = include_str!("../docs/guide/when_the_compiler_complains/guards.md")]
#[doc = include_str!("../docs/guide/when_the_compiler_complains/beside_tokio.md")]
pub mod when_the_compiler_complains {}
