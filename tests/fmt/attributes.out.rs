#[taipan::main(threads = 1, ctrl_c = false)]
async fn main() -> taipan::Result {
    let wait: std::time::Duration = 500ms;
    taipan::sleep(wait + 1.5s).await;
    Ok(())
}

#[taipan::test(virtual_time, threads = 1)]
async fn waits() {
    let start = taipan::time::Instant::now();
    taipan::sleep(1h30m).await;
    assert_eq!(start.elapsed(), 90m);
}
