//! What the fuzzer runs: the parsers of the macros, as `macros/src/fuzzed` has them.
#![forbid(unsafe_code)]
// The rest of the macros is here as well.
#![allow(dead_code, unused_imports)]

include!(concat!(env!("OUT_DIR"), "/modules.rs"));

mod seed;

use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::Path;
use std::{fs, io};

use fuzzed::corpus;

/// Fails if the parser called `target` does with `bytes` what it must not.
pub fn check(target: &str, bytes: &[u8]) {
    fuzzed::check(target, bytes);
}

/// Writes what is kept for each of `targets`, and what its fuzzer starts from, to files in `folder`.
///
/// # Errors
///
/// If a file cannot be read or written.
pub fn unpack(folder: &Path, targets: &[String]) -> io::Result<()> {
    let mut inputs = seed::all()?;
    for target in targets {
        // A new target has none yet.
        let kept = corpus::read(target).unwrap_or_default();
        inputs.extend(kept.into_iter().map(|bytes| (target.clone(), bytes)));
    }
    for (target, bytes) in inputs.into_iter().filter(|(target, _)| targets.contains(target)) {
        let mut hasher = DefaultHasher::new();
        bytes.hash(&mut hasher);
        let folder = folder.join(target);
        fs::create_dir_all(&folder)?;
        fs::write(folder.join(format!("{:016x}", hasher.finish())), bytes)?;
    }
    Ok(())
}

/// Keeps, for each of `targets`, what stands in its files in `folder`.
///
/// # Errors
///
/// If a file cannot be read or written.
pub fn pack(folder: &Path, targets: &[String]) -> io::Result<()> {
    for target in targets {
        let files = fs::read_dir(folder.join(target))?;
        let inputs: io::Result<Vec<_>> = files.map(|file| fs::read(file?.path())).collect();
        let mut inputs = inputs?;
        // The short ones first: what is read of it is read from above.
        inputs.sort_by(|a, b| a.len().cmp(&b.len()).then_with(|| a.cmp(b)));
        inputs.dedup();
        let mut text = String::new();
        for input in inputs {
            input.iter().for_each(|byte| text.push_str(&format!("{byte:02x}")));
            text.push('\n');
        }
        fs::write(corpus::file(target), text)?;
    }
    Ok(())
}
