//! An `.await` in a function that is not async.

fn main() {
    taipan::sleep!(1s).await;
}
