//! Whatever a warning names exists, compiles and works.

#![deny(warnings)]

use std::sync::Arc;

use taipan::prelude::*;

#[taipan::main]
async fn main() -> taipan::Result {
    // `std::thread::sleep`
    taipan::sleep(1ms).await;

    // `std::thread::park`
    let event = Arc::new(taipan::sync::Event::new());
    let set = Arc::clone(&event);
    spawn(async move { set.set() }).await?;
    event.wait().await;

    // `std::thread::scope`, and a thread that is joined
    let sum =
        taipan::to_thread(|| std::thread::scope(|scope| scope.spawn(|| 1).join().unwrap_or(0)))
            .await;
    assert_eq!(sum, 1);
    taipan::task_group!(tg, {
        tg.spawn(async {});
    })?;
    let started = spawn(taipan::to_thread(|| 2));
    assert_eq!(started.await?, 2);

    // `std::fs`, `std::net`, a blocking HTTP client
    let size = taipan::to_thread(|| std::fs::read("no such file").map(|text| text.len())).await;
    assert!(size.is_err());
    let socket = taipan::to_thread(|| std::net::TcpListener::bind("127.0.0.1:0")).await?;
    assert_ne!(socket.local_addr()?.port(), 0);

    // standard input
    let lines = async { taipan::to_thread(|| std::io::stdin().lines().next()).await };
    let _lines = lines; // nobody types here

    // `block_on`, `taipan::run`
    let future = async { 3 };
    assert_eq!(future.await, 3);
    assert_eq!(spawn(async { 4 }).await?, 4);

    // `std::process`
    let mut command = taipan::process::Command::new("rustc");
    let output = command.arg("--version").output().await?;
    assert!(output.status.success());
    assert!(command.stdout(taipan::process::Stdio::null()).status().await?.success());
    let mut child = command.spawn()?;
    assert!(child.wait().await?.success());

    // `std::sync`
    let (sender, receiver) = taipan::sync::channel(1);
    sender.send(5).await?;
    assert_eq!(receiver.recv().await, Some(5));
    let (mutex, condvar) = (taipan::sync::Mutex::new(true), taipan::sync::Condvar::new());
    let mut guard = mutex.lock().await;
    while !*guard {
        guard = condvar.wait(guard).await;
    }
    let barrier = taipan::sync::Barrier::new(1);
    barrier.wait().await?;

    // What is thrown away
    spawn(async {}).await?;
    spawn(async { Ok::<(), std::fmt::Error>(()) }).detach();
    let semaphore = taipan::sync::Semaphore::new(1);
    let _permit = semaphore.acquire().await;
    try_gather!(for n in 0..2 {
        async move { Ok::<_, std::fmt::Error>(n) }
    })
    .await?;

    // A guard that is held
    taipan::sleep(1ms).await;
    drop(guard);
    let lock = taipan::sync::RwLock::new(6);
    let read = lock.read().await;
    taipan::sleep(1ms).await;
    assert_eq!(*read, 6);
    Ok(())
}
