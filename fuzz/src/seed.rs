//! What the fuzzer starts from: the input of every macro call in the tests and the examples.

use std::path::{Path, PathBuf};
use std::{fs, io};

use proc_macro2::{Delimiter, Group, TokenStream, TokenTree};

use crate::fuzzed::{TARGETS, vocabulary};

/// Inputs, each with the name of its target.
type Seeds = Vec<(String, Vec<u8>)>;

/// Where the calls are.
const SOURCES: &[&str] = &["tests/ui", "tests/fmt", "examples", "macros/src/literal.rs"];

/// The input of each call.
pub(crate) fn all() -> io::Result<Seeds> {
    let workspace = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let mut seeds = Vec::new();
    for source in SOURCES {
        for file in rust_files(&workspace.join(source))? {
            // Some are there because no compiler understands them.
            if let Ok(tokens) = fs::read_to_string(&file)?.parse() {
                search(tokens, &mut seeds);
            }
        }
    }
    Ok(seeds)
}

fn rust_files(path: &Path) -> io::Result<Vec<PathBuf>> {
    if !path.is_dir() {
        return Ok(vec![path.to_path_buf()]);
    }
    let mut files = Vec::new();
    for entry in fs::read_dir(path)? {
        let entry = entry?.path();
        if entry.is_dir() || entry.extension().is_some_and(|extension| extension == "rs") {
            files.extend(rust_files(&entry)?);
        }
    }
    Ok(files)
}

/// `name!(..)`, `#[taipan::name(..)] item`, and numbers.
fn search(tokens: TokenStream, seeds: &mut Seeds) {
    let mut name = None;
    let mut is_call = false;
    let mut tokens = tokens.into_iter().peekable();
    while let Some(token) = tokens.next() {
        let was_call = std::mem::take(&mut is_call);
        match token {
            TokenTree::Ident(word) => name = Some(word.to_string()),
            TokenTree::Punct(punct) if punct.as_char() == '!' && name.is_some() => is_call = true,
            TokenTree::Group(group) => {
                if was_call {
                    seed(seeds, &name.take().unwrap_or_default(), group.stream());
                } else if let Some((attribute, options)) = attribute(&group) {
                    let rest: Vec<_> = tokens.clone().collect();
                    // Up to the body.
                    let end = rest.iter().position(is_body).map_or(rest.len(), |body| body + 1);
                    let item = rest[..end].iter().cloned();
                    let options = Group::new(Delimiter::Parenthesis, options);
                    let tokens = std::iter::once(TokenTree::Group(options)).chain(item).collect();
                    seed(seeds, &attribute, tokens);
                }
                search(group.stream(), seeds);
                name = None;
            }
            TokenTree::Literal(literal) => {
                let text = literal.to_string();
                if text.starts_with(|c: char| c.is_ascii_digit()) && text.len() < 30 {
                    seeds.push(("literal".to_owned(), text.into_bytes()));
                } else if let Ok(text) = syn::parse_str::<syn::LitStr>(&text)
                    && text.value().starts_with(|c: char| c.is_ascii_digit())
                {
                    // One of the tests of literals.
                    seeds.push(("literal".to_owned(), text.value().into_bytes()));
                }
            }
            TokenTree::Punct(_) => name = None,
        }
    }
}

fn is_body(token: &TokenTree) -> bool {
    matches!(token, TokenTree::Group(group) if group.delimiter() == Delimiter::Brace)
}

/// The name and the options, if the group is what stands behind the `#` of one of our attributes.
fn attribute(group: &Group) -> Option<(String, TokenStream)> {
    let meta: syn::Meta = syn::parse2(group.stream()).ok()?;
    if meta.path().segments.first()?.ident != "taipan" {
        return None;
    }
    let name = meta.path().segments.last()?.ident.to_string();
    Some((name, meta.require_list().map(|list| list.tokens.clone()).unwrap_or_default()))
}

fn seed(seeds: &mut Seeds, name: &str, input: TokenStream) {
    let target = match name {
        "main" | "test" => "attribute",
        "try_gather" | "race" | "race_ok" => "gather",
        other => other,
    };
    if TARGETS.iter().any(|known| known.name == target) {
        seeds.push((target.to_owned(), vocabulary::bytes(input)));
    }
}
