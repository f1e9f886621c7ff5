//! Time literals: `500ms`, `1.5s`, `1h30m`.
//!
//! To the lexer `1h30m` is one number with the suffix `h30m`, and rustc rejects a suffix only after
//! expansion. So [`literals`] may turn every such number in a macro's input into a call of
//! `Duration::new`, before rustc has seen it. All arithmetic is decimal, on the digits as written:
//! `0.1s` is 100 ms, and a time that is no whole number of nanoseconds is an error.
//!
//! What stays as it is: numbers without a unit, numbers with another suffix (`5u8`, `5x`: rustc judges
//! them), hexadecimal, octal and binary numbers (`0x1d` is 29), and the insides of attributes, which
//! belong to another macro (`#[taipan::test(timeout = 5s)]` on a function inside a function).

use std::time::Duration;

use proc_macro2::{Delimiter, Group, Literal, TokenStream, TokenTree};
use quote::quote_spanned;

/// Replaces the time literals in `tokens`, at any depth, by expressions of type
/// `::core::time::Duration` that carry the literal's span.
///
/// A literal that is meant as a time and is wrong becomes a `compile_error!` on its own span. The
/// path starts with `::`, so no module of the user's can stand in its way. Groups without a literal
/// keep the spans of their delimiters.
pub(crate) fn literals(tokens: TokenStream) -> TokenStream {
    rewrite(&tokens).unwrap_or(tokens)
}

/// The rewritten tokens, or `None` if there is nothing to rewrite.
fn rewrite(tokens: &TokenStream) -> Option<TokenStream> {
    let mut changed = false;
    let mut attribute = false; // the tokens before are `#` or `#!`
    let mut output = Vec::new();
    for token in tokens.clone() {
        let in_attribute = attribute;
        attribute = match &token {
            TokenTree::Punct(punct) => {
                punct.as_char() == '#' || (attribute && punct.as_char() == '!')
            }
            _ => false,
        };
        let replacement = match &token {
            TokenTree::Group(group) if in_attribute && group.delimiter() == Delimiter::Bracket => {
                None
            }
            TokenTree::Group(group) => rewrite(&group.stream()).map(|stream| {
                let mut rewritten = Group::new(group.delimiter(), stream);
                rewritten.set_span(group.span());
                TokenTree::Group(rewritten).into()
            }),
            TokenTree::Literal(literal) => expression(literal),
            TokenTree::Ident(_) | TokenTree::Punct(_) => None,
        };
        changed |= replacement.is_some();
        output.push(replacement.unwrap_or_else(|| token.into()));
    }
    changed.then(|| output.into_iter().collect())
}

/// The expression that a time literal stands for; `None` if it is none.
fn expression(literal: &Literal) -> Option<TokenStream> {
    let span = literal.span();
    Some(match parse(literal)? {
        Ok(duration) => {
            let (seconds, nanos) = (duration.as_secs(), duration.subsec_nanos());
            quote_spanned!(span=> ::core::time::Duration::new(#seconds, #nanos))
        }
        Err(message) => quote_spanned!(span=> ::core::compile_error!(#message)),
    })
}

/// Reads a time literal: `None` if it is none, the message if it is a wrong one.
pub(crate) fn parse(literal: &Literal) -> Option<Result<Duration, String>> {
    let text = literal.to_string();
    let parts = split(&text)?;
    Some(duration(&parts).map_err(|wrong| wrong.message(&text, &parts)))
}

/// The units, the larger ones first, each with its nanoseconds and with what people write for it.
const UNITS: [Unit; 7] = [
    Unit { name: "d", nanos: 86_400_000_000_000, also: &["day", "days"] },
    Unit { name: "h", nanos: 3_600_000_000_000, also: &["hr", "hrs", "hour", "hours"] },
    Unit { name: "m", nanos: 60_000_000_000, also: &["min", "mins", "minute", "minutes"] },
    Unit { name: "s", nanos: 1_000_000_000, also: &["sec", "secs", "second", "seconds"] },
    Unit {
        name: "ms",
        nanos: 1_000_000,
        also: &["msec", "msecs", "milli", "millis", "millisecond", "milliseconds"],
    },
    Unit {
        name: "us",
        nanos: 1_000,
        also: &["usec", "usecs", "micro", "micros", "microsecond", "microseconds"],
    },
    Unit {
        name: "ns",
        nanos: 1,
        also: &["nsec", "nsecs", "nano", "nanos", "nanosecond", "nanoseconds"],
    },
];

struct Unit {
    name: &'static str,
    nanos: u128,
    also: &'static [&'static str],
}

/// A number and the unit behind it: `1h30m` has two.
struct Part<'a> {
    number: &'a str,
    /// As written; empty behind the last number of `1m30`.
    written: &'a str,
    /// The index in [`UNITS`] of what was written or meant.
    unit: usize,
    /// Whether the unit is written as it should be.
    exact: bool,
}

/// What can be wrong with a number that has the units of a time.
enum Wrong {
    Unit,
    NoUnit,
    Order,
    TooFine,
    TooLong,
}

impl Wrong {
    fn message(&self, text: &str, parts: &[Part<'_>]) -> String {
        match self {
            Wrong::Unit | Wrong::NoUnit => {
                let proposal: String = parts
                    .iter()
                    .map(|part| format!("{}{}", part.number, UNITS[part.unit].name))
                    .collect();
                format!("`{text}` is not a time: write `{proposal}`")
            }
            Wrong::Order => {
                format!(
                    "`{text}` is not a time: write each unit once, the larger ones first, as in `1h30m`"
                )
            }
            Wrong::TooFine => format!("`{text}` is not a whole number of nanoseconds"),
            Wrong::TooLong => format!("`{text}` is longer than a `Duration` can be"),
        }
    }
}

/// Splits a literal into numbers with units; `None` if one of them is no unit of time.
fn split(text: &str) -> Option<Vec<Part<'_>>> {
    let based = ["0x", "0o", "0b"].iter().any(|base| text.starts_with(base));
    if based || !text.starts_with(|c: char| c.is_ascii_digit()) {
        return None;
    }
    let mut parts: Vec<Part<'_>> = Vec::new();
    let mut rest = text;
    while !rest.is_empty() {
        let (number, behind) = rest.split_at(number_len(rest));
        let end = behind.find(|c: char| c.is_ascii_digit() || c == '_').unwrap_or(behind.len());
        let (written, behind) = behind.split_at(end);
        let (unit, exact) = match parts.last() {
            // `1m30`: the next smaller unit is meant.
            Some(last) if written.is_empty() => ((last.unit + 1).min(UNITS.len() - 1), false),
            _ => find_unit(written)?,
        };
        parts.push(Part { number, written, unit, exact });
        rest = behind;
    }
    Some(parts)
}

/// The length of the number at the start: digits, a fraction, an exponent.
fn number_len(text: &str) -> usize {
    let digits =
        |text: &str| text.find(|c: char| !c.is_ascii_digit() && c != '_').unwrap_or(text.len());
    let mut len = digits(text);
    if text[len..].starts_with('.') {
        len += 1 + digits(&text[len + 1..]);
    }
    if text[len..].starts_with(['e', 'E']) {
        let sign = usize::from(text[len + 1..].starts_with(['+', '-']));
        let exponent = digits(&text[len + 1 + sign..]);
        if exponent > 0 {
            len += 1 + sign + exponent;
        }
    }
    len
}

/// The unit that is written, or that is meant, and whether it is written as it should be.
fn find_unit(written: &str) -> Option<(usize, bool)> {
    // The micro sign and the Greek letter look the same.
    let ascii = written.replace(['\u{b5}', '\u{3bc}'], "u");
    if let Some(unit) = UNITS.iter().position(|unit| unit.name == ascii) {
        return Some((unit, true));
    }
    let lower = ascii.to_lowercase();
    let unit = UNITS.iter().position(|unit| unit.name == lower || unit.also.contains(&&*lower))?;
    Some((unit, false))
}

fn duration(parts: &[Part<'_>]) -> Result<Duration, Wrong> {
    if parts.iter().any(|part| part.written.is_empty()) {
        return Err(Wrong::NoUnit);
    }
    if parts.iter().any(|part| !part.exact) {
        return Err(Wrong::Unit);
    }
    if parts.windows(2).any(|pair| pair[0].unit >= pair[1].unit) {
        return Err(Wrong::Order);
    }
    let mut total: u128 = 0;
    for part in parts {
        total =
            total.checked_add(nanos(part.number, UNITS[part.unit].nanos)?).ok_or(Wrong::TooLong)?;
    }
    let seconds = u64::try_from(total / 1_000_000_000).map_err(|_| Wrong::TooLong)?;
    let nanos = u32::try_from(total % 1_000_000_000).map_err(|_| Wrong::TooLong)?;
    Ok(Duration::new(seconds, nanos))
}

/// `number` times `unit`, exactly.
fn nanos(number: &str, unit: u128) -> Result<u128, Wrong> {
    let (mantissa, exponent) = match number.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, exponent.replace('_', "")),
        None => (number, "0".to_owned()),
    };
    let mantissa = mantissa.replace('_', "");
    let fraction = mantissa.split_once('.').map_or(0, |(_, fraction)| fraction.len());
    let all: String = mantissa.chars().filter(|&c| c != '.').collect();
    let digits = all.trim_start_matches('0').trim_end_matches('0');
    if digits.is_empty() {
        return Ok(0);
    }
    let zeros = all.len() - all.trim_end_matches('0').len();
    // An exponent that does not fit is absurd in the direction of its sign.
    let absurd = if exponent.starts_with('-') { Wrong::TooFine } else { Wrong::TooLong };
    let exponent: i32 = exponent.parse().map_err(|_| absurd)?;
    // The value is `digits` times ten to the `scale`, and the last digit is not 0.
    let scale = i64::from(exponent) - fraction as i64 + zeros as i64;

    if scale >= 0 {
        let power = u32::try_from(scale).ok().and_then(|scale| 10_u128.checked_pow(scale));
        let digits = digits.parse::<u128>().ok();
        return (|| digits?.checked_mul(power?)?.checked_mul(unit))().ok_or(Wrong::TooLong);
    }
    // No unit has more than sixteen factors of two or of five: further digits are below a nanosecond.
    let divisor = u32::try_from(-scale).ok().filter(|scale| *scale <= 16).ok_or(Wrong::TooFine)?;
    let divisor = 10_u128.pow(divisor);
    let common = greatest_common_divisor(unit, divisor);
    let (unit, divisor) = (unit / common, divisor / common);
    let digits: u128 = digits.parse().map_err(|_| Wrong::TooLong)?;
    if !digits.is_multiple_of(divisor) {
        return Err(Wrong::TooFine);
    }
    (digits / divisor).checked_mul(unit).ok_or(Wrong::TooLong)
}

fn greatest_common_divisor(mut a: u128, mut b: u128) -> u128 {
    while b != 0 {
        (a, b) = (b, a % b);
    }
    a
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Option<Result<Duration, String>> {
        parse(&text.parse().unwrap())
    }

    fn time(text: &str) -> Duration {
        read(text).unwrap_or_else(|| panic!("`{text}` is no time")).unwrap()
    }

    fn message(text: &str) -> String {
        read(text).unwrap_or_else(|| panic!("`{text}` is no time")).unwrap_err()
    }

    fn expanded(text: &str) -> String {
        literals(text.parse().unwrap()).to_string().replace(' ', "")
    }

    #[test]
    fn every_unit() {
        assert_eq!(time("1ns"), Duration::from_nanos(1));
        assert_eq!(time("100us"), Duration::from_micros(100));
        assert_eq!(time("5\u{b5}s"), Duration::from_micros(5), "the micro sign");
        assert_eq!(time("5\u{3bc}s"), Duration::from_micros(5), "the Greek letter");
        assert_eq!(time("500ms"), Duration::from_millis(500));
        assert_eq!(time("2s"), Duration::from_secs(2));
        assert_eq!(time("2m"), Duration::from_secs(120));
        assert_eq!(time("3h"), Duration::from_secs(3 * 3600));
        assert_eq!(time("1d"), Duration::from_secs(86_400));
    }

    #[test]
    fn fractions_exponents_and_underscores() {
        assert_eq!(time("1.5s"), Duration::from_millis(1500));
        assert_eq!(time("0.1s"), Duration::from_millis(100));
        assert_eq!(time("1_000ms"), Duration::from_secs(1));
        assert_eq!(time("1_s"), Duration::from_secs(1));
        assert_eq!(time("1e3ms"), Duration::from_secs(1));
        assert_eq!(time("1E+3ms"), Duration::from_secs(1));
        assert_eq!(time("1e-3s"), Duration::from_millis(1));
        assert_eq!(time("1.5e-3s"), Duration::from_micros(1500));
        assert_eq!(time("0.25d"), Duration::from_secs(6 * 3600));
        assert_eq!(time("0e99999s"), Duration::ZERO);
        assert_eq!(time("1.000000000000000000000000000000000000000000s"), Duration::from_secs(1));
        assert_eq!(time("18446744073709551615.999999999s"), Duration::MAX);
        // The finest that any unit allows: 2^-16 days.
        assert_eq!(time("0.0000152587890625d"), Duration::from_nanos(1_318_359_375));
    }

    #[test]
    fn several_units() {
        assert_eq!(time("1h30m"), Duration::from_secs(5400));
        assert_eq!(time("1.5h30m"), Duration::from_secs(7200));
        assert_eq!(time("1d2h3m4s5ms6us7ns"), Duration::new(93_784, 5_006_007));
        assert_eq!(time("1h_30m"), Duration::from_secs(5400));
    }

    #[test]
    fn what_is_no_time_is_left_to_rustc() {
        for text in [
            "5", "1.5", "1e5", "5u8", "5usize", "1.0f32", "5x", "0x1d", "0b1", "0o7", "\"5s\"",
            "'s'",
        ] {
            assert!(read(text).is_none(), "{text}");
            assert_eq!(expanded(text), text);
        }
    }

    #[test]
    fn a_unit_that_is_written_otherwise_is_named() {
        assert_eq!(message("5sec"), "`5sec` is not a time: write `5s`");
        assert_eq!(message("5S"), "`5S` is not a time: write `5s`");
        assert_eq!(message("5mins"), "`5mins` is not a time: write `5m`");
        assert_eq!(message("1.5hours"), "`1.5hours` is not a time: write `1.5h`");
        assert_eq!(message("2hrs5min"), "`2hrs5min` is not a time: write `2h5m`");
        assert_eq!(message("1m30"), "`1m30` is not a time: write `1m30s`");
        assert_eq!(
            message("30m1h"),
            "`30m1h` is not a time: write each unit once, the larger ones first, as in `1h30m`"
        );
        assert!(message("1h1h").contains("each unit once"));
    }

    #[test]
    fn limits() {
        assert_eq!(message("0.5ns"), "`0.5ns` is not a whole number of nanoseconds");
        assert_eq!(
            message("1e-99999999999s"),
            "`1e-99999999999s` is not a whole number of nanoseconds"
        );
        assert_eq!(message("1e-17d"), "`1e-17d` is not a whole number of nanoseconds");
        assert_eq!(
            message("18446744073709551616s"),
            "`18446744073709551616s` is longer than a `Duration` can be"
        );
        for text in
            ["1e40s", "1e99999999999s", "99999999999999999999999999999999999999999s", "1e30d"]
        {
            assert!(message(text).ends_with("is longer than a `Duration` can be"), "{text}");
        }
    }

    #[test]
    fn all_groups_are_searched() {
        assert_eq!(
            expanded("f(x, [{ 1.5s }])"),
            "f(x,[{::core::time::Duration::new(1u64,500000000u32)}])"
        );
        assert_eq!(expanded("0x1d + 1s"), "0x1d+::core::time::Duration::new(1u64,0u32)");
        let invisible = Group::new(Delimiter::None, "2ms".parse().unwrap());
        let tokens = TokenStream::from(TokenTree::Group(invisible));
        assert!(literals(tokens).to_string().contains("2000000u32"));
    }

    #[test]
    fn attributes_are_left_alone() {
        assert_eq!(
            expanded("#[test(timeout = 5s)] fn f() {}").replace("=5s", "= 5s"),
            "#[test(timeout= 5s)]fnf(){}"
        );
        assert_eq!(expanded("#![a(1s)]"), "#![a(1s)]");
        assert_eq!(expanded("# (1s)"), "#(::core::time::Duration::new(1u64,0u32))");
    }

    #[test]
    fn a_wrong_literal_is_an_error_in_its_place() {
        assert_eq!(
            expanded("sleep(5sec)"),
            "sleep(::core::compile_error!(\"`5sec`isnotatime:write`5s`\"))"
        );
    }

    /// Many durations, each written in several ways, read back.
    #[test]
    fn what_is_written_is_read() {
        let mut seed: u64 = 7;
        let mut random = |below: u64| {
            // Knuth's multiplier; the high bits are the good ones.
            seed = seed
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            (seed >> 33) % below
        };
        for round in 0..5_000 {
            let seconds =
                if round % 2 == 0 { random(200_000) } else { random(1 << 31) << random(30) };
            let nanos = u32::try_from(random(1_000_000_000)).unwrap();
            let expected = Duration::new(seconds, nanos);
            let (days, rest) = (seconds / 86_400, seconds % 86_400);
            let compound = format!(
                "{days}d{}h{}m{}s{}ms{}us{}ns",
                rest / 3600,
                rest / 60 % 60,
                rest % 60,
                nanos / 1_000_000,
                nanos / 1_000 % 1_000,
                nanos % 1_000
            );
            let total = expected.as_nanos();
            let shift = i32::try_from(random(9)).unwrap();
            let written = [
                format!("{seconds}.{nanos:09}s"),
                format!("{seconds}.{nanos:09}000s"),
                compound,
                format!("{total}ns"),
                format!("{}.{:03}us", total / 1_000, total % 1_000),
                format!("{}.{:06}ms", total / 1_000_000, total % 1_000_000),
                format!("{total}e-9s"),
                format!("{total}e-{}ms", 6),
                format!("{total}{}e-{shift}ns", "0".repeat(usize::try_from(shift).unwrap())),
            ];
            for text in written {
                assert_eq!(time(&text), expected, "{text}");
            }
        }
    }
}
