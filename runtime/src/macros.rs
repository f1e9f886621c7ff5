//! The function-like macros: fronts that tell the proc macros behind them where this crate is. `task_local!` alone
//! needs none.
//!
//! Each stands here twice: rustdoc sees its grammar, everybody else hands on the tokens. Long texts
//! are in `docs/`.

#[cfg(doc)]
#[doc = include_str!("docs/gather.md")]
#[macro_export]
macro_rules! gather {
    ($($future:expr),* $(,)?) => {};
    (..$futures:expr $(, limit = $limit:expr)?) => {};
    (for $item:pat in $items:tt { $($future:tt)* } $(, limit = $limit:expr)?) => {};
    ($future:tt $(for $item:pat in $items:tt $(if $condition:tt)*)+ $(, limit = $limit:expr)?) => {};
}

#[cfg(not(doc))]
#[doc = include_str!("docs/gather.md")]
#[macro_export]
macro_rules! gather {
    ($($input:tt)*) => { $crate::__private::macros::gather!([$crate] $($input)*) };
}

#[cfg(doc)]
#[doc = include_str!("docs/try_gather.md")]
#[macro_export]
macro_rules! try_gather {
    ($($future:expr),* $(,)?) => {};
    (..$futures:expr $(, limit = $limit:expr)?) => {};
    (for $item:pat in $items:tt { $($future:tt)* } $(, limit = $limit:expr)?) => {};
    ($future:tt $(for $item:pat in $items:tt $(if $condition:tt)*)+ $(, limit = $limit:expr)?) => {};
}

#[cfg(not(doc))]
#[doc = include_str!("docs/try_gather.md")]
#[macro_export]
macro_rules! try_gather {
    ($($input:tt)*) => { $crate::__private::macros::try_gather!([$crate] $($input)*) };
}

#[cfg(doc)]
#[doc = include_str!("docs/race.md")]
#[macro_export]
macro_rules! race {
    ($($future:expr),+ $(,)?) => {};
    (..$futures:expr) => {};
    (for $item:pat in $items:tt { $($future:tt)* }) => {};
    ($future:tt $(for $item:pat in $items:tt $(if $condition:tt)*)+) => {};
}

#[cfg(not(doc))]
#[doc = include_str!("docs/race.md")]
#[macro_export]
macro_rules! race {
    ($($input:tt)*) => { $crate::__private::macros::race!([$crate] $($input)*) };
}

#[cfg(doc)]
#[doc = include_str!("docs/race_ok.md")]
#[macro_export]
macro_rules! race_ok {
    ($($future:expr),+ $(,)?) => {};
    (..$futures:expr) => {};
    (for $item:pat in $items:tt { $($future:tt)* }) => {};
    ($future:tt $(for $item:pat in $items:tt $(if $condition:tt)*)+) => {};
}

#[cfg(not(doc))]
#[doc = include_str!("docs/race_ok.md")]
#[macro_export]
macro_rules! race_ok {
    ($($input:tt)*) => { $crate::__private::macros::race_ok!([$crate] $($input)*) };
}

#[cfg(doc)]
#[doc = include_str!("docs/timeout.md")]
#[macro_export]
macro_rules! timeout {
    ($limit:expr, $future:expr $(,)?) => {};
    ($limit:expr, { $($body:tt)* } $(,)?) => {};
    ($deadline:pat = $limit:expr, { $($body:tt)* } $(,)?) => {};
}

#[cfg(not(doc))]
#[doc = include_str!("docs/timeout.md")]
#[macro_export]
macro_rules! timeout {
    ($($input:tt)*) => { $crate::__private::macros::timeout!([$crate] $($input)*) };
}

#[cfg(doc)]
#[doc = include_str!("docs/sleep.md")]
#[macro_export]
macro_rules! sleep {
    ($duration:expr $(,)?) => {};
}

#[cfg(not(doc))]
#[doc = include_str!("docs/sleep.md")]
#[macro_export]
macro_rules! sleep {
    ($($input:tt)*) => { $crate::__private::macros::sleep!([$crate] $($input)*) };
}

#[cfg(doc)]
#[doc = include_str!("docs/with.md")]
#[macro_export]
macro_rules! with {
    ($($name:pat = $resource:expr,)+ { $($body:tt)* } $(,)?) => {};
}

#[cfg(not(doc))]
#[doc = include_str!("docs/with.md")]
#[macro_export]
macro_rules! with {
    ($($input:tt)*) => { $crate::__private::macros::with!([$crate] $($input)*) };
}

#[cfg(doc)]
#[doc = include_str!("docs/finally.md")]
#[macro_export]
macro_rules! finally {
    ({ $($body:tt)* }, $cleanup:expr $(,)?) => {};
}

#[cfg(not(doc))]
#[doc = include_str!("docs/finally.md")]
#[macro_export]
macro_rules! finally {
    ($($input:tt)*) => { $crate::__private::macros::finally!([$crate] $($input)*) };
}

#[cfg(doc)]
#[doc = include_str!("docs/task_group.md")]
#[macro_export]
macro_rules! task_group {
    ($group:pat, { $($body:tt)* } $(,)?) => {};
    ($group:pat = $made:expr, { $($body:tt)* } $(,)?) => {};
}

#[cfg(not(doc))]
#[doc = include_str!("docs/task_group.md")]
#[macro_export]
macro_rules! task_group {
    ($($input:tt)*) => { $crate::__private::macros::task_group!([$crate] $($input)*) };
}

#[cfg(doc)]
#[doc = include_str!("docs/select.md")]
#[macro_export]
macro_rules! select {
    (match ($(biased,)? $($name:ident = $future:expr),+ $(,)?) { $($pattern:pat => $body:expr,)* }) => {};
    ($(biased;)? $($pattern:pat = $future:expr $(, if $condition:expr)? => $body:expr),* $(, else => $otherwise:expr)?) => {};
}

#[cfg(not(doc))]
#[doc = include_str!("docs/select.md")]
#[macro_export]
macro_rules! select {
    ($($input:tt)*) => { $crate::__private::macros::select!([$crate] $($input)*) };
}

#[cfg(doc)]
#[doc = include_str!("docs/async_for.md")]
#[macro_export]
macro_rules! async_for {
    ($($label:lifetime:)? $(for)? $item:pat in $items:tt { $($body:tt)* } $(else { $($otherwise:tt)* })?) => {};
}

#[cfg(not(doc))]
#[doc = include_str!("docs/async_for.md")]
#[macro_export]
macro_rules! async_for {
    ($($input:tt)*) => { $crate::__private::macros::async_for!([$crate] $($input)*) };
}

#[cfg(doc)]
#[doc = include_str!("docs/stream.md")]
#[macro_export]
macro_rules! stream {
    ({ $($body:tt)* }) => {};
    ($($body:tt)*) => {};
}

#[cfg(not(doc))]
#[doc = include_str!("docs/stream.md")]
#[macro_export]
macro_rules! stream {
    ($($input:tt)*) => { $crate::__private::macros::stream!([$crate] $($input)*) };
}

#[cfg(doc)]
#[doc = include_str!("docs/generator.md")]
#[macro_export]
macro_rules! generator {
    ($(#[$attribute:meta])* $visibility:vis async fn $name:ident($($arguments:tt)*) -> $item:ty { $($body:tt)* }) => {};
}

#[cfg(not(doc))]
#[doc = include_str!("docs/generator.md")]
#[macro_export]
macro_rules! generator {
    ($($input:tt)*) => { $crate::__private::macros::generator! { [$crate] $($input)* } };
}

#[cfg(doc)]
#[doc = include_str!("docs/task_local.md")]
#[macro_export]
macro_rules! task_local {
    ($($(#[$attribute:meta])* $visibility:vis static $name:ident: $type:ty $(= $default:expr)?;)*) => {};
}

#[cfg(not(doc))]
#[doc = include_str!("docs/task_local.md")]
#[macro_export]
macro_rules! task_local {
    () => {};
    ($(#[$attribute:meta])* $visibility:vis static $name:ident: $type:ty; $($rest:tt)*) => {
        $(#[$attribute])*
        $visibility static $name: $crate::local::LocalKey<$type> =
            $crate::local::LocalKey::new(::core::stringify!($name), ::core::option::Option::None);
        $crate::task_local!($($rest)*);
    };
    ($(#[$attribute:meta])* $visibility:vis static $name:ident: $type:ty = $default:expr; $($rest:tt)*) => {
        $(#[$attribute])*
        $visibility static $name: $crate::local::LocalKey<$type> = $crate::local::LocalKey::new(
            ::core::stringify!($name),
            ::core::option::Option::Some(|| $default),
        );
        $crate::task_local!($($rest)*);
    };
    // The last one may do without its semicolon.
    ($(#[$attribute:meta])* $visibility:vis static $name:ident: $type:ty $(= $default:expr)?) => {
        $crate::task_local!($(#[$attribute])* $visibility static $name: $type $(= $default)?;);
    };
}
