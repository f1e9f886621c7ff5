//! What the fuzzer has found worth keeping: a file for each target, an input on each line, in hexadecimal.

use std::path::{Path, PathBuf};
use std::{fs, io};

/// Where the inputs for `target` are.
pub(crate) fn file(target: &str) -> PathBuf {
    folder().join("corpus").join(target).with_extension("hex")
}

/// The folder of the fuzzer.
fn folder() -> PathBuf {
    // The macros are compiled into the fuzzer as well: both lie in the workspace.
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../fuzz")
}

/// The inputs that are kept for `target`.
pub(crate) fn read(target: &str) -> io::Result<Vec<Vec<u8>>> {
    let text = fs::read_to_string(file(target))?;
    text.lines().map(|line| of_hex(line).ok_or(io::ErrorKind::InvalidData.into())).collect()
}

/// What has brought `target` down here, and has not been looked into: each with its file.
pub(crate) fn crashes(target: &str) -> io::Result<Vec<(PathBuf, Vec<u8>)>> {
    let folder = folder().join("artifacts").join(target);
    if !folder.exists() {
        return Ok(Vec::new());
    }
    let files = folder.read_dir()?.map(|entry| entry.map(|entry| entry.path()));
    files.map(|path| path.and_then(|path| Ok((path.clone(), fs::read(path)?)))).collect()
}

fn of_hex(line: &str) -> Option<Vec<u8>> {
    let digits = line.as_bytes().chunks(2);
    digits.map(|digits| u8::from_str_radix(str::from_utf8(digits).ok()?, 16).ok()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_bytes() {
        assert_eq!(of_hex("00ff1a"), Some(vec![0, 255, 26]));
        assert_eq!(of_hex(""), Some(Vec::new()));
        assert_eq!(of_hex("0g"), None);
    }
}
