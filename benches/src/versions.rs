//! Which versions of the rivals were built in, by the lock file.

use std::fs;
use std::path::Path;

/// The crates that a reader of the table asks about.
const CRATES: [&str; 6] =
    ["taipan", "tokio", "async-executor", "async-io", "async-std", "futures-util"];

/// `tokio 1.45.0`, and so on.
pub(crate) fn of_crates() -> Vec<String> {
    let lock = Path::new(env!("CARGO_MANIFEST_DIR")).join("../Cargo.lock");
    let lock = fs::read_to_string(lock).unwrap_or_default();
    CRATES.iter().map(|name| version_in(&lock, name)).collect()
}

fn version_in(lock: &str, name: &str) -> String {
    let package = format!("name = \"{name}\"\nversion = \"");
    let version = lock.split_once(&package).and_then(|(_, rest)| rest.split('"').next());
    format!("{name} {}", version.unwrap_or("unknown"))
}

#[cfg(test)]
mod tests {
    use super::{CRATES, of_crates, version_in};

    #[test]
    fn the_lock_file_knows_every_crate() {
        let versions = of_crates();
        assert_eq!(versions.len(), CRATES.len());
        assert!(versions.iter().all(|version| !version.ends_with("unknown")), "{versions:?}");
    }

    #[test]
    fn a_crate_is_found_by_its_whole_name() {
        let lock =
            "name = \"tokio-macros\"\nversion = \"2\"\n\nname = \"tokio\"\nversion = \"1\"\n";
        assert_eq!(version_in(lock, "tokio"), "tokio 1");
        assert_eq!(version_in(lock, "smol"), "smol unknown");
    }
}
