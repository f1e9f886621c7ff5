//! Which threads a run does not start.
//!
//! One test alone in its process, so that nobody else's threads are seen.
#![forbid(unsafe_code)]
#![cfg(target_os = "linux")]

use std::time::Duration;

use futures_lite::io::{AsyncReadExt, AsyncWriteExt};
use taipan::net::{TcpListener, TcpStream};
use taipan::{Runtime, finally, sleep, spawn, to_thread};

const SHORT: Duration = Duration::from_millis(1);

/// Whether `async-io` has started its thread, which lives as long as the process.
fn async_io_is_there() -> bool {
    let threads = std::fs::read_dir("/proc/self/task").unwrap();
    let mut names = threads.filter_map(|thread| {
        std::fs::read_to_string(thread.ok()?.path().join("comm")).ok() // it may have ended
    });
    names.any(|name| name.trim() == "async-io")
}

#[test]
fn tasks_timers_sockets_and_calls_need_no_thread_of_another_crate() {
    Runtime::builder().threads(2).build().run(async {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let read = spawn(async move {
            let (mut stream, _) = listener.accept().await.unwrap();
            let mut said = String::new();
            stream.read_to_string(&mut said).await.unwrap();
            said
        });
        sleep(SHORT).await;
        let mut stream = TcpStream::connect(address).await.unwrap();
        stream.write_all(to_thread(|| b"snake").await).await.unwrap();
        stream.close().await.unwrap();
        assert_eq!(read.await.unwrap(), "snake");
        // Its end takes a while, so that the run's end is waited for.
        drop(spawn(finally(std::future::pending::<()>(), |_| sleep(SHORT))));
    });
    assert!(!async_io_is_there());
    // Or what is not there could not be seen.
    async_io::block_on(async_io::Timer::after(SHORT));
    while !async_io_is_there() {
        std::thread::yield_now(); // it takes its name when it runs
    }
}
