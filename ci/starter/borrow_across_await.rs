//! lint: clippy::await_holding_refcell_ref
async fn planted(count: &std::cell::RefCell<u32>) {
    let mut count = count.borrow_mut();
    sleep!(1s).await;
    *count += 1;
}
