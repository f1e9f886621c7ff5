//! `.await` in a plain function
//@ fix: this is not `async`

fn pause() {
    tokio::time::sleep(std::time::Duration::from_secs(1))./*<*/await/*>*/;
}

fn main() {
    pause();
}
