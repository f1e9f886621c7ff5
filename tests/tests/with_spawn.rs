//! Blocks in spawned functions: that their futures are `Send` is checked with the lifetimes in their types told apart.
#![forbid(unsafe_code)]

use taipan::prelude::*;
use taipan::with::closing_with;
use taipan_tests::Log;

async fn of_a_reference(name: &'static str, log: Log) {
    with!(name = closing(name, |name| async move { log.add(format!("-{name}")) }), {
        yield_now().await;
        assert_eq!(name.len(), 1);
    });
}

async fn of_a_trait_object(log: Box<dyn Fn(&str) + Send>) {
    let log = closing_with(log, |log, outcome| async move { log(&format!("-{outcome:?}")) });
    with!(log = log, {
        yield_now().await;
        log("+");
    });
}

#[test]
fn closing_makes_resources_of_values_with_lifetimes_in_spawned_functions() {
    let log = Log::new();
    taipan::run(async {
        spawn(of_a_reference("a", log.clone())).await.unwrap();
        let theirs = log.clone();
        spawn(of_a_trait_object(Box::new(move |text| theirs.add(text)))).await.unwrap();
    });
    assert_eq!(log.get(), "-a + -Returned");
}
