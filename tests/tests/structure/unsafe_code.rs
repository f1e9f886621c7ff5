//! Unsafe code stands in few, named files; everything else cannot have any.

use std::path::Path;

use super::source;

/// The files of `runtime/src` that may hold unsafe code. A new one needs its reason in the commit
/// that adds it here.
const ALLOWED: &[&str] = &["registry.rs", "task/root.rs", "task/spawn.rs"];

/// The folders of the crates that forbid it altogether: every root of a target says so.
const FORBIDDEN: &[&str] = &["macros", "tests", "examples", "benches"];

/// The one test that may not: an allocator that counts is an unsafe trait.
const COUNTS_ALLOCATIONS: &str = "tests/combine_alloc.rs";

fn has_unsafe(code: &str) -> bool {
    code.split(|c: char| !c.is_alphanumeric() && c != '_').any(|word| word == "unsafe")
}

#[test]
fn unsafe_code_stands_in_the_named_files_only() {
    let sources = source::workspace().join("runtime/src");
    let found: Vec<_> = source::rust_files(&sources)
        .into_iter()
        .filter(|file| has_unsafe(&source::code_of(&sources.join(file))))
        .collect();
    for file in &found {
        assert!(
            ALLOWED.iter().any(|allowed| Path::new(allowed) == file),
            "runtime/src/{} holds unsafe code and is not in the list of this test",
            file.display(),
        );
    }
    for allowed in ALLOWED {
        assert!(
            found.iter().any(|file| file == Path::new(allowed)),
            "runtime/src/{allowed} holds no unsafe code any more: take it off the list of this test",
        );
    }
}

#[test]
fn the_other_crates_forbid_it() {
    for folder in FORBIDDEN {
        let folder = source::workspace().join(folder);
        let mut roots = 0;
        for file in source::rust_files(&folder).into_iter().filter(|file| is_root(file)) {
            roots += 1;
            if file == Path::new(COUNTS_ALLOCATIONS) {
                continue;
            }
            assert!(
                source::code_of(&folder.join(&file)).contains("#![forbid(unsafe_code)]"),
                "{} does not say `#![forbid(unsafe_code)]`",
                folder.join(&file).display(),
            );
        }
        assert!(roots > 0, "{} has no target", folder.display());
    }
}

/// Whether cargo compiles `file`, a path inside its crate, as the root of a target of its own.
fn is_root(file: &Path) -> bool {
    let parts: Vec<_> = file.iter().map(|part| part.to_string_lossy()).collect();
    let parts: Vec<&str> = parts.iter().map(|part| &**part).collect();
    match parts[..] {
        ["src", "lib.rs" | "main.rs"] | ["src", "bin", _] | ["tests", _] => true,
        ["tests", "ui", ..] => false,
        ["tests", _, "main.rs"] => true,
        // The examples lie beside their manifest.
        [file] => file != "build.rs",
        [_, "main.rs"] => true,
        _ => false,
    }
}

#[test]
fn the_word_is_found_as_a_word() {
    assert!(has_unsafe("unsafe { f() }"));
    assert!(has_unsafe("pub(crate) unsafe fn f() {}"));
    assert!(!has_unsafe("#![forbid(unsafe_code)]"));
}
