//! A module of the runtime uses only modules that stand below it, or beside it without a circle.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use super::source;

/// The floors of `runtime/src`, the lowest first; a module is a file or a folder there.
const FLOORS: &[(u8, &[&str])] = &[
    (1, &["budget", "current", "error", "info", "local", "registry", "report", "waits", "wakeset"]),
    (2, &["scope", "time", "sync"]),
    (3, &["timeout", "with", "combine", "stream", "sched", "poller"]),
    (4, &["task"]),
    (5, &["runtime"]),
    (6, &["group", "threads"]),
    (7, &["net", "io", "fs", "process", "signal", "tls", "inspect"]),
    (8, &["lib", "prelude", "__private", "macros", "entry", "testing", "guide"]),
];

fn floor(module: &str) -> Option<u8> {
    FLOORS.iter().find(|(_, modules)| modules.contains(&module)).map(|&(floor, _)| floor)
}

/// The module that `file`, a path inside `src`, belongs to.
fn module_of(file: &Path) -> String {
    let first = file.iter().next().expect("a path has a first part");
    Path::new(first).with_extension("").to_string_lossy().into_owned()
}

/// How many `super` lead from the items of `file` to the root of the crate.
fn depth(file: &Path) -> usize {
    let name = file.file_name().expect("a file has a name");
    let own = usize::from(name != "mod.rs" && name != "lib.rs");
    file.iter().count() - 1 + own
}

/// The modules of the crate that `code`, `depth` modules deep, names by a path.
///
/// It knows `crate::a`, `crate::{a::.., b}` and `super::super::a` if that leads to the root.
fn uses(code: &str, depth: usize) -> BTreeSet<String> {
    let up = "super::".repeat(depth);
    let mut found = BTreeSet::new();
    for root in ["crate::", &up] {
        if root.is_empty() {
            continue;
        }
        for (at, _) in code.match_indices(root) {
            // `$crate::` is the user's name of it, `super::super::` may lead less far up than it seems.
            let before = code[..at].chars().next_back();
            if before.is_some_and(|c| c.is_alphanumeric() || "_$:".contains(c)) {
                continue;
            }
            let path = &code[at + root.len()..];
            if path.starts_with("super::") {
                continue;
            }
            found.extend(first_segments(path));
        }
    }
    found
}

/// The first segment of a path, or of each path in a group.
fn first_segments(path: &str) -> Vec<String> {
    let Some(group) = path.strip_prefix('{') else { return vec![identifier(path)] };
    let (mut segments, mut depth, mut start) = (Vec::new(), 0, true);
    for (at, c) in group.char_indices() {
        match c {
            '{' => depth += 1,
            '}' if depth == 0 => break,
            '}' => depth -= 1,
            ',' if depth == 0 => start = true,
            c if start && !c.is_whitespace() => {
                segments.push(identifier(&group[at..]));
                start = false;
            }
            _ => {}
        }
    }
    segments
}

fn identifier(text: &str) -> String {
    text.chars().take_while(|&c| c.is_alphanumeric() || c == '_').collect()
}

/// `code` up to its first module for tests, `#[cfg(test)]` or `#[cfg(all(test, ..))]`.
fn before_tests(code: &str) -> &str {
    let tests =
        ["#[cfg(test)]\nmod ", "#[cfg(all(test"].iter().filter_map(|start| code.find(start));
    &code[..tests.min().unwrap_or(code.len())]
}

/// Who uses whom, by module, and the file that shows it.
fn graph() -> BTreeMap<(String, String), String> {
    let sources = source::workspace().join("runtime/src");
    let mut graph = BTreeMap::new();
    for file in source::rust_files(&sources) {
        let user = module_of(&file);
        assert!(
            floor(&user).is_some(),
            "runtime/src/{} belongs to no floor: find its place in the list of this test",
            file.display(),
        );
        // A module's own tests may look up: they are in files of their own, or at the end of its file.
        if file.iter().any(|part| part == "tests" || part == "tests.rs" || part == "testing.rs") {
            continue;
        }
        let code = source::code_of(&sources.join(&file));
        let code = before_tests(&code);
        for used in uses(code, depth(&file)) {
            if used != user {
                graph.insert((user.clone(), used), file.display().to_string());
            }
        }
    }
    graph
}

#[test]
fn modules_use_what_stands_below_or_beside_them() {
    for ((user, used), file) in graph() {
        let own = floor(&user).expect("the graph has known modules only");
        if own == 8 {
            continue; // the front door sees everything
        }
        let below = floor(&used).unwrap_or_else(|| {
            panic!("runtime/src/{file} uses `crate::{used}`: name the module that it comes from")
        });
        assert!(
            below <= own,
            "runtime/src/{file}: `{user}` (floor {own}) uses `{used}` (floor {below}), which stands above it",
        );
    }
}

#[test]
fn neighbours_do_not_go_in_circles() {
    let mut beside: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for ((user, used), _) in graph() {
        if floor(&user) != Some(8) && floor(&user) == floor(&used) {
            beside.entry(user).or_default().insert(used);
        }
    }
    // Whoever uses no neighbour that is left is in no circle.
    loop {
        let left: BTreeSet<String> = beside.keys().cloned().collect();
        let before = left.len();
        beside.retain(|_, used| used.iter().any(|used| left.contains(used)));
        if beside.len() == before {
            break;
        }
    }
    assert!(beside.is_empty(), "these modules of one floor use each other in a circle: {beside:?}");
}

#[test]
fn paths_are_found() {
    let code = "use crate::{a::{x, y}, b, c::Z};\nuse super::super::d::D; fn f() -> crate::e::E {}
        use super::own; $crate::not::this(); super::super::super::higher();";
    assert_eq!(uses(code, 2).into_iter().collect::<Vec<_>>(), ["a", "b", "c", "d", "e"]);
}

#[test]
fn the_runtime_is_what_was_read() {
    let sources = source::workspace().join("runtime/src");
    let modules: BTreeSet<String> =
        source::rust_files(&sources).iter().map(|file| module_of(file)).collect();
    assert!(modules.contains("lib") && modules.len() > 5, "the wrong folder was read: {modules:?}");
}
