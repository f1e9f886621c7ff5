//! lint: unused_must_use
async fn planted() {
    spawn(async { 1 });
}
