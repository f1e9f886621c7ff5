//! Tasks have names, owners and ends: `cargo run --example tasks`.
#![forbid(unsafe_code)]

use taipan::Task;
use taipan::prelude::*;

/// Says when it goes, however that comes about.
struct Door(&'static str);

impl Drop for Door {
    fn drop(&mut self) {
        println!("the door of the {} falls shut", self.0);
    }
}

#[taipan::main]
async fn main() -> taipan::Result {
    let bakery = Task::builder().name("bakery").spawn(bake(3));
    let library = Task::builder().name("library").spawn(async {
        let _door = Door("library");
        std::future::pending::<()>().await;
    });

    sleep!(30ms).await; // both are under way by now
    for task in taipan::tasks() {
        println!("live: {}", task.name());
    }

    // Its value, once it has one.
    println!("loaves: {}", bakery.await?);

    // A request; the error says who asked, why and where.
    library.cancel_with("closing time");
    if let Err(error) = library.await {
        println!("{error}");
    }

    // A panic ends its task and nobody else.
    if let Err(error) = Task::builder().name("oven").spawn(burn()).await {
        println!("{error}");
    }

    // An error that nobody awaits goes to standard error, with the line that spawned the task.
    Task::builder().name("mill").spawn(async { Err::<(), _>("no wind") }).detach();
    sleep!(20ms).await;

    // What still runs when main ends is cancelled, and its end awaited.
    Task::builder()
        .name("cellar")
        .spawn(async {
            let _door = Door("cellar");
            std::future::pending::<()>().await;
        })
        .detach();
    sleep!(20ms).await;
    println!("main ends");
    Ok(())
}

async fn bake(loaves: u32) -> u32 {
    for _ in 0..loaves {
        sleep!(30ms).await;
    }
    loaves
}

async fn burn() {
    panic!("too hot");
}
