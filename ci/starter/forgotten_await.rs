//! lint: unused_must_use
async fn planted() {
    sleep!(1s);
}
