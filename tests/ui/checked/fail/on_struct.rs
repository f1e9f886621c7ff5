//! A struct has no body.

#[taipan::checked]
struct Cache;

fn main() {
    let _ = Cache;
}
