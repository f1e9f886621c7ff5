//! Lists the modules of the macros, as `macros/src/lib.rs` has them: a crate of proc macros exports none of its functions,
//! so its modules are compiled into this crate.

use std::fmt::Write;
use std::path::{Path, PathBuf};

fn main() {
    let sources = Path::new(env!("CARGO_MANIFEST_DIR")).join("../macros/src");
    let root = sources.join("lib.rs");
    println!("cargo::rerun-if-changed={}", root.display());
    let root = std::fs::read_to_string(root).expect("the macros lie beside this crate");
    let mut modules = String::new();
    let mut before = "";
    for line in root.lines() {
        if let Some(name) = line.strip_prefix("mod ").and_then(|rest| rest.strip_suffix(';'))
            // Of what is there for tests only, this one is what the fuzzer runs.
            && (before != "#[cfg(test)]" || name == "fuzzed")
        {
            let file = [format!("{name}.rs"), format!("{name}/mod.rs")];
            let file = file.iter().map(|file| sources.join(file)).find(|file| file.exists());
            let file = file.expect("a module has a file");
            writeln!(modules, "#[path = {file:?}] mod {name};").expect("a string takes it");
        }
        before = line;
    }
    let out = std::env::var_os("OUT_DIR").expect("cargo sets it");
    std::fs::write(PathBuf::from(out).join("modules.rs"), modules)
        .expect("OUT_DIR can be written to");
}
