//! Writes the matrix of `tests/with_matrix.rs`: every macro with a body inside every other, in every kind of
//! function, with every kind of return type. Each function is left in every way, as its argument says.
//!
//! That is some 800 functions, and rustc needs minutes for them. So only every sixth is written, such that
//! each macro still meets each other one, and each place and type; `TAIPAN_MATRIX=full` writes all.

use std::fmt::Write;
use std::path::PathBuf;

/// Where the code stands.
const PLACES: &[&str] = &["main", "spawned", "method", "generic", "closure", "generator"];

/// What the function returns: the name, the type, a success of `n`, and an expression that fails by `?`.
const RETURNS: &[(&str, &str, &str, Option<&str>)] = &[
    ("own", "Result<u32, Own>", "Ok(n)", Some("Err::<u32, Cause>(Cause)?")),
    ("boxed", "Result<u32, taipan::BoxError>", "Ok(n)", Some("Err::<u32, Cause>(Cause)?")),
    ("option", "Option<u32>", "Some(n)", Some("None::<u32>?")),
    ("unit", "()", "{ note(n); }", None),
];

/// The macros: the name, what stands before the body, what stands behind it, and whether it notes its exit.
const MACROS: &[(&str, &str, &str, bool)] = &[
    ("with", "with!(_noted = Noted(log.clone(), LEVEL), {", "})", true),
    ("timeout", "timeout!(1h, {", "}).unwrap()", false),
    ("movable", "timeout!(limit = 1h, { limit.reset(2h);", "}).unwrap()", false),
    (
        "finally",
        "finally!({",
        "}, { let log = log.clone(); move |how| note_exit(log, LEVEL, how) })",
        true,
    ),
    ("group", "task_group!(tg, { tg.spawn(yield_now());", "}).unwrap()", false),
    (
        "gather",
        "gather!(for _ in 0..1 { let child = {",
        "}; async move { child } }, limit = 2).await[0]",
        false,
    ),
];

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-env-changed=TAIPAN_MATRIX");
    let full = std::env::var_os("TAIPAN_MATRIX").is_some_and(|matrix| matrix == "full");
    let mut code = String::new();
    let mut rows = String::new();
    for (p, place) in PLACES.iter().enumerate() {
        for (r, returns) in RETURNS.iter().enumerate() {
            if *place == "main" && returns.0 == "option" {
                continue; // no program can end with one
            }
            if *place == "generator" && returns.0 == "option" {
                continue; // its items are `Result`s, or they cannot fail
            }
            for (o, outer) in MACROS.iter().enumerate() {
                for (i, inner) in MACROS.iter().enumerate() {
                    if !full && (p + r + o + i) % MACROS.len() != 0 {
                        continue;
                    }
                    cell(&mut code, &mut rows, place, returns, outer, inner);
                }
            }
        }
    }
    write!(code, "const MATRIX: &[Cell] = &[{rows}];").expect("a string takes it");
    let out = std::env::var_os("OUT_DIR").expect("cargo sets it");
    std::fs::write(PathBuf::from(out).join("matrix.rs"), code).expect("OUT_DIR can be written to");
}

fn cell(
    code: &mut String,
    rows: &mut String,
    place: &str,
    &(kind, ty, success, question): &(&str, &str, &str, Option<&str>),
    outer: &(&str, &str, &str, bool),
    inner: &(&str, &str, &str, bool),
) {
    let name = format!("{place}_{kind}_{}_{}", outer.0, inner.0);
    let leave = "match how {
            How::Question => { QUESTION; }
            How::Return => { let n = 1; return SUCCESS; }
            How::Break => break 'label 2,
            How::Continue if rounds == 1 => continue 'label,
            How::End | How::Continue => {}
        }";
    let question = question.unwrap_or("unreachable!()");
    // A generator returns nothing: it notes the number. It yields wherever it may.
    let (give, success, yields) = match (place, kind) {
        ("generator", "unit") => {
            ("{ give(&given, n); return }", "give(&given, n);", "yield rounds;")
        }
        ("generator", _) => {
            ("{ give(&given, n); return }", "give(&given, n);", "yield Ok(rounds);")
        }
        _ => ("return SUCCESS", success, ""),
    };
    let in_group = outer.0 == "group" || inner.0 == "group";
    let yields_inside = if in_group { "" } else { yields };
    let leave = leave
        .replace("QUESTION", question)
        .replace("return SUCCESS", give)
        .replace("SUCCESS", success);
    let end = if place == "generic" { "three.into()" } else { "3" };
    let body = format!(
        "let _ = &log;
        let mut rounds = 0;
        let n: u32 = 'label: loop {{
            rounds += 1;
            let value: u32 = {} {} {yields_inside} yield_now().await; {leave} {end} {} {};
            {yields} yield_now().await;
            break value;
        }};
        let n = n + 10 * rounds;
        {success}",
        outer.1.replace("LEVEL", "\"outer\""),
        inner.1.replace("LEVEL", "\"inner\""),
        inner.2.replace("LEVEL", "\"inner\""),
        outer.2.replace("LEVEL", "\"outer\""),
    );
    let run = match place {
        "main" => format!(
            "#[taipan::main(local, ctrl_c = false)] async fn main() -> {} {{
                let (how, log) = start();
                {body}
            }}
            pub(super) fn run(how: How, log: &Log) -> String {{ started(how, log, main) }}",
            // A program ends with no number.
            ty.replace("u32", "Number"),
        )
        .replace("Ok(n)", "Ok(number(n))"),
        "spawned" => format!(
            "async fn leave(how: How, log: Log) -> {ty} {{ {body} }}
            pub(super) fn run(how: How, log: &Log) -> String {{
                let log = log.clone();
                taipan::run(async {{ told(spawn(leave(how, log)).await.unwrap()) }})
            }}",
        ),
        "method" => format!(
            "trait Leaves {{ async fn leave(&self, how: How) -> {ty}; }}
            impl Leaves for Log {{ async fn leave(&self, how: How) -> {ty} {{ let log = self; {body} }} }}
            pub(super) fn run(how: How, log: &Log) -> String {{
                taipan::run(async {{ told(log.leave(how).await) }})
            }}",
        ),
        "generic" => format!(
            "async fn leave<T: Copy + Into<u32>>(how: How, log: Log, three: T) -> {ty} {{ {body} }}
            pub(super) fn run(how: How, log: &Log) -> String {{
                let log = log.clone();
                taipan::run(async {{ told(spawn(leave(how, log, 3_u8)).await.unwrap()) }})
            }}",
        ),
        "closure" => format!(
            "pub(super) fn run(how: How, log: &Log) -> String {{
                let leave = async |how: How| -> {ty} {{ {body} }};
                taipan::run(async {{ told(leave(how).await) }})
            }}",
        ),
        "generator" => {
            let item = if kind == "unit" { "u32" } else { ty };
            format!(
                "generator! {{ async fn leave(how: How, log: Log, given: Log) -> {item} {{ {body} }} }}
                pub(super) fn run(how: How, log: &Log) -> String {{
                    let (log, given) = (log.clone(), Log::new());
                    taipan::run(async {{
                        spawn(async move {{ told_all(leave(how, log, given.clone()), &given).await }})
                            .await
                            .unwrap()
                    }})
                }}",
            )
        }
        _ => unreachable!("a place of the table"),
    };
    writeln!(code, "mod {name} {{ use super::*; {run} }}").expect("a string takes it");
    let exits = [(inner.3, "inner"), (outer.3, "outer")];
    let exits: Vec<_> = exits.iter().filter(|(notes, _)| *notes).map(|(_, level)| level).collect();
    writeln!(
        rows,
        "Cell {{ name: \"{name}\", kind: \"{kind}\", exits: &{exits:?}, run: {name}::run }},"
    )
    .expect("a string takes it");
}
