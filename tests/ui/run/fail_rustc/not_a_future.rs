//! `run` of what is no future.

fn main() {
    taipan::run(|| 1);
}
