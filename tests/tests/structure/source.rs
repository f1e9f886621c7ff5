//! Rust files as a check reads them: code only, without comments and the text of literals.

use std::fs;
use std::path::{Path, PathBuf};

/// The folder of the workspace.
pub(crate) fn workspace() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the crate lies in the workspace").into()
}

/// The Rust files below `folder`, sorted, their paths relative to it.
pub(crate) fn rust_files(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    let mut folders = vec![folder.to_path_buf()];
    while let Some(next) = folders.pop() {
        for entry in fs::read_dir(&next).unwrap_or_else(|e| panic!("{}: {e}", next.display())) {
            let path = entry.expect("a folder can be read to its end").path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                files.push(path.strip_prefix(folder).expect("found below it").to_path_buf());
            }
        }
    }
    files.sort();
    files
}

/// The file's code.
pub(crate) fn code_of(file: &Path) -> String {
    code(&fs::read_to_string(file).unwrap_or_else(|e| panic!("{}: {e}", file.display())))
}

/// `text` without its comments, and with every string and character literal emptied.
pub(crate) fn code(text: &str) -> String {
    let mut code = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let word_before = code.ends_with(|c: char| c.is_alphanumeric() || c == '_');
        let skipped = if rest.starts_with("//") {
            rest.find('\n').unwrap_or(rest.len())
        } else if rest.starts_with("/*") {
            block_comment(rest)
        } else if let Some(length) = (!word_before).then(|| raw_string(rest)).flatten() {
            code.push_str("\"\"");
            length
        } else if first == '"' {
            code.push_str("\"\"");
            quoted(rest, '"')
        } else if first == '\'' && is_char(rest) {
            code.push_str("' '");
            quoted(rest, '\'')
        } else {
            code.push(first);
            first.len_utf8()
        };
        rest = &rest[skipped..];
    }
    code
}

/// The length of the block comment at the start of `text`; they nest.
fn block_comment(text: &str) -> usize {
    let (mut depth, mut at) = (0, 0);
    while at < text.len() {
        if text[at..].starts_with("/*") {
            depth += 1;
            at += 2;
        } else if text[at..].starts_with("*/") {
            depth -= 1;
            at += 2;
            if depth == 0 {
                return at;
            }
        } else {
            at += text[at..].chars().next().map_or(1, char::len_utf8);
        }
    }
    at
}

/// The length of the raw string at the start of `text`, if there is one.
fn raw_string(text: &str) -> Option<usize> {
    let prefix = ["br", "cr", "r"].into_iter().find(|prefix| text.starts_with(prefix))?;
    let hashes = text[prefix.len()..].chars().take_while(|&c| c == '#').count();
    let open = prefix.len() + hashes;
    if !text[open..].starts_with('"') {
        return None;
    }
    let end = format!("\"{}", "#".repeat(hashes));
    let body = open + 1;
    Some(text[body..].find(&end).map_or(text.len(), |at| body + at + end.len()))
}

/// The length of the literal at the start of `text`, from `quote` to `quote`.
fn quoted(text: &str, quote: char) -> usize {
    let mut escaped = false;
    for (at, c) in text.char_indices().skip(1) {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            c if c == quote => return at + c.len_utf8(),
            _ => {}
        }
    }
    text.len()
}

/// Whether the `'` at the start of `text` opens a character, not a lifetime or a label.
fn is_char(text: &str) -> bool {
    let mut chars = text.chars().skip(1);
    match chars.next() {
        Some('\\') => true,
        Some(_) => chars.next() == Some('\''),
        None => false,
    }
}

#[test]
fn comments_and_literals_are_no_code() {
    let text = r##"
        fn f<'a>(x: &'a str) { // unsafe
            /* unsafe /* nested */ unsafe */
            let _ = ("unsafe \" unsafe", r#"unsafe " "#, 'u', '\'', b"unsafe", br"unsafe");
            'outer: loop { break 'outer } /// unsafe
        }"##;
    let code = code(text);
    assert!(!code.contains("unsafe"), "{code}");
    assert!(code.contains("fn f<'a>(x: &'a str) {"), "{code}");
    assert!(code.contains("'outer: loop { break 'outer }"), "{code}");
}
