//! Unsafe code stands in few, named files.

use std::collections::BTreeSet;

use super::source;

/// The files that hold unsafe code. A new one needs its reason in the commit that adds it here.
const NAMED: &[&str] = &[
    "runtime/src/combine/pinned.rs",
    "runtime/src/registry.rs",
    "runtime/src/sync/guard.rs",
    "runtime/src/sync/oneshot/cell.rs",
    "runtime/src/sync/permits/acquire.rs",
    "runtime/src/task/cell.rs",
    "runtime/src/task/claim.rs",
    "runtime/src/task/root.rs",
    "runtime/src/task/runnable.rs",
    "runtime/src/task/waker.rs",
    "runtime/src/wakeset/word.rs",
    // A global allocator that counts.
    "tests/tests/allocations.rs",
];

/// The crates that have none at all: the compiler sees to it.
const FORBIDDEN: &[&str] = &[
    "macros/src/lib.rs",
    "tests/src/lib.rs",
    "tests/hygiene/renamed/src/lib.rs",
    "tests/hygiene/through/src/lib.rs",
    "examples/src/lib.rs",
    "benches/src/main.rs",
    "benches/src/bin/combine_poll.rs",
    "benches/src/bin/scope_poll.rs",
    "benches/src/bin/task_cost.rs",
];

fn has_unsafe(code: &str) -> bool {
    code.split(|c: char| !c.is_alphanumeric() && c != '_').any(|word| word == "unsafe")
}

#[test]
fn unsafe_code_stands_in_the_named_files_only() {
    let mut found = BTreeSet::new();
    for folder in ["runtime", "macros", "tests", "examples", "benches"] {
        let path = source::workspace().join(folder);
        for file in source::rust_files(&path) {
            // Programs that do not compile, to see what the compiler says of them.
            if folder == "tests" && file.starts_with("ui") {
                continue;
            }
            if has_unsafe(&source::code_of(&path.join(&file))) {
                found.insert(format!("{folder}/{}", file.display()));
            }
        }
    }
    let named: BTreeSet<String> = NAMED.iter().map(|&name| name.to_owned()).collect();
    let (new, gone): (Vec<_>, Vec<_>) =
        (found.difference(&named).collect(), named.difference(&found).collect());
    assert!(new.is_empty(), "unsafe code that the list of this test does not name: {new:?}");
    assert!(gone.is_empty(), "no unsafe code any more, take them off the list: {gone:?}");
}

#[test]
fn the_other_crates_forbid_it() {
    for root in FORBIDDEN {
        let code = source::code_of(&source::workspace().join(root));
        assert!(code.contains("#![forbid(unsafe_code)]"), "{root} does not forbid unsafe code");
    }
}

#[test]
fn the_word_is_found_as_a_word() {
    assert!(has_unsafe("unsafe { f() }"));
    assert!(has_unsafe("pub(crate) unsafe fn f() {}"));
    assert!(!has_unsafe("#![forbid(unsafe_code)]"));
}
