//! The page "When the compiler complains" and the compile-time cases tell of the same messages.
//!
//! On the page, a message stands in double backticks, and a wrong program in a block that must not compile,
//! followed by a block with the first line of what rustc says.
#![forbid(unsafe_code)]

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

const PAGE: &str = "runtime/src/docs/guide/when_the_compiler_complains";

/// How messages begin that are not ours, and explain themselves.
const OF_OTHERS: &[&str] = &["unexpected token", "unexpected end of input", "unused import"];

fn read(path: impl AsRef<Path>) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(path);
    std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// The files of one kind of case, by name, without what differs between the name and its contents.
fn cases(kind: &str, extension: &str) -> BTreeMap<String, String> {
    let mut cases = BTreeMap::new();
    let entries = |path: &Path| {
        let entries = std::fs::read_dir(path).into_iter().flatten();
        entries.map(|entry| entry.expect("it can be listed").path()).collect::<Vec<_>>()
    };
    for folder in entries(&Path::new(env!("CARGO_MANIFEST_DIR")).join("ui")) {
        for file in entries(&folder.join(kind)) {
            if file.extension().is_some_and(|end| end == extension) {
                cases.insert(file.display().to_string(), read(&file));
            }
        }
    }
    assert!(!cases.is_empty(), "no case of {kind}");
    cases
}

/// What stands in double backticks.
fn messages() -> Vec<String> {
    let page = ["messages", "guards"].map(|part| read(format!("{PAGE}/{part}.md"))).concat();
    page.split("``").skip(1).step_by(2).map(|message| message.trim().to_owned()).collect()
}

/// A message without the names in it.
fn class(message: &str) -> String {
    let parts = message.split('`').enumerate();
    parts.map(|(index, part)| if index % 2 == 0 { part } else { "`_`" }).collect()
}

/// The message of the first line of an error or a warning. Our warnings come as those of things that are
/// deprecated, with our words behind the name.
fn headline(line: &str) -> Option<&str> {
    let (kind, message) = line.split_once(": ")?;
    let ours =
        message.starts_with("use of deprecated").then(|| message.split_once("`: ")).flatten();
    let is_headline = kind == "error" || kind == "warning" || kind.starts_with("error[");
    is_headline.then_some(ours.map_or(message, |(_, words)| words))
}

/// One error, or one warning: its headline, and its notes.
fn complaints(stderr: &str) -> Vec<Vec<&str>> {
    let mut complaints: Vec<Vec<&str>> = Vec::new();
    for line in stderr.lines() {
        if let Some(message) = headline(line) {
            complaints.push(vec![message]);
        } else if let Some(note) = line.trim().strip_prefix("= note: ") {
            complaints.last_mut().expect("a note follows its error").push(note);
        }
    }
    complaints
}

/// The blocks with rustc's own errors: what stands behind the three backticks, and the text.
fn blocks() -> Vec<(String, String)> {
    let page =
        ["about_tasks", "about_functions"].map(|part| read(format!("{PAGE}/{part}.md"))).concat();
    let blocks = page.split("```").skip(1).step_by(2);
    let parts = blocks.map(|block| block.split_once('\n').expect("a block has lines"));
    parts.map(|(kind, text)| (kind.to_owned(), text.to_owned())).collect()
}

#[test]
fn every_message_on_the_page_is_one_that_is_given() {
    let mut given = cases("fail", "stderr");
    given.extend(cases("fail_rustc", "stderr"));
    let messages = messages();
    assert!(messages.len() > 100, "only {} messages", messages.len());
    let never: Vec<_> = messages
        .iter()
        .filter(|message| !given.values().any(|stderr| stderr.contains(message.as_str())))
        .collect();
    assert!(never.is_empty(), "on the page, and in no case of tests/ui: {never:#?}");
}

#[test]
fn every_message_in_the_docs_of_a_macro_is_one_that_is_given() {
    let mut given = cases("fail", "stderr");
    given.extend(cases("fail_rustc", "stderr"));
    let docs = Path::new(env!("CARGO_MANIFEST_DIR")).join("../runtime/src/docs");
    for file in std::fs::read_dir(docs).expect("it can be listed") {
        let file = file.expect("it can be listed").path();
        if !file.is_file() {
            continue;
        }
        let text = read(&file);
        for wrong in text.split("```compile_fail\n").skip(1) {
            let (wrong, _) = wrong.split_once("```").expect("a block ends");
            let (_, message) =
                wrong.split_once("// error: ").unwrap_or_else(|| panic!("{file:?}: {wrong}"));
            let message = message.lines().next().expect("it says something");
            let is_given = given.values().any(|stderr| stderr.contains(message));
            assert!(is_given, "in {file:?}, and in no case of tests/ui: {message}");
        }
    }
}

#[test]
fn every_message_that_is_given_is_on_the_page() {
    let on_the_page: BTreeSet<_> = messages().iter().map(|message| class(message)).collect();
    let mut missing = BTreeMap::new();
    for (case, stderr) in cases("fail", "stderr") {
        let told = complaints(&stderr);
        let unknown = told.into_iter().find(|complaint| {
            !complaint.iter().any(|message| on_the_page.contains(&class(message)))
                && !OF_OTHERS.iter().any(|words| complaint[0].starts_with(words))
        });
        if let Some(unknown) = unknown {
            missing.insert(case, unknown.join("\n"));
        }
    }
    assert!(
        missing.is_empty(),
        "given, and missing in {PAGE}/messages.md or guards.md: {missing:#?}"
    );
}

#[test]
fn every_wrong_program_on_the_page_is_a_case() {
    let cases = cases("fail_rustc", "rs");
    let blocks = blocks();
    let mut programs = 0;
    for (index, (kind, program)) in blocks.iter().enumerate() {
        if !kind.starts_with("compile_fail") {
            continue;
        }
        programs += 1;
        let same = |source: &&String| {
            let code = source.lines().skip_while(|line| line.starts_with("//!") || line.is_empty());
            code.eq(program.lines())
        };
        let case = cases.iter().find(|(_, source)| same(source));
        let (case, _) = case.unwrap_or_else(|| panic!("in no case of tests/ui:\n{program}"));
        let stderr = read(case.replace(".rs", ".stderr"));
        let (text, line) = &blocks[index + 1];
        assert_eq!(text, "text", "what does rustc say to this?\n{program}");
        assert_eq!(line.trim_end(), stderr.lines().next().expect("it says something"), "{case}");
        let code = kind.strip_prefix("compile_fail,").map(|code| format!("error[{code}]"));
        assert!(code.is_none_or(|code| line.starts_with(&code)), "{case}: {kind}, {line}");
    }
    assert!(programs >= 15, "only {programs} programs");
}

#[test]
fn every_wrong_program_has_a_right_one() {
    let blocks = blocks();
    let after_wrong = blocks.iter().zip(&blocks[1..]);
    let after_text = after_wrong.filter(|((kind, _), _)| kind == "text").map(|(_, next)| next);
    for (kind, program) in after_text {
        // Another wrong program of the same section, or the right one, which runs as a test.
        assert!(kind.is_empty() || kind.starts_with("compile_fail"), "{kind}: {program}");
    }
    assert_eq!(blocks.last().map(|(kind, _)| kind.as_str()), Some(""));
}
