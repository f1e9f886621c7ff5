//! In a closure, in a sync function, and where the name only looks like it, nothing is said.

#![deny(warnings)]
#![forbid(unsafe_code)]

use std::sync::mpsc;

/// An async module of the same name.
mod fs {
    pub async fn read(_: &str) -> Vec<u8> {
        Vec::new()
    }

    pub fn write(_: &str, _: &str) -> usize {
        1
    }
}

struct TcpStream;

impl TcpStream {
    async fn connect(_: &str) -> TcpStream {
        TcpStream
    }
}

struct Words(Vec<&'static str>);

impl Words {
    fn join(&self) -> String {
        self.0.join(" ")
    }

    fn wait(self) -> usize {
        self.0.len()
    }

    fn lines(&mut self) -> &mut Vec<&'static str> {
        &mut self.0
    }

    fn output(&self) -> impl Iterator<Item = &&'static str> {
        self.0.iter()
    }
}

fn sync() {
    std::thread::sleep(std::time::Duration::ZERO);
}

#[taipan::checked]
async fn generic<R: Recv>(receiver: R) -> u8 {
    receiver.recv()
}

trait Recv {
    fn recv(&self) -> u8;
}

impl Recv for u8 {
    fn recv(&self) -> u8 {
        *self
    }
}

#[taipan::main]
async fn main() {
    sync();
    taipan::to_thread(|| std::thread::sleep(std::time::Duration::ZERO)).await;
    let read = || std::fs::read("no such file");
    assert!(read().is_err());
    assert!(fs::read("x").await.is_empty());
    let reading = fs::read("x");
    assert!(reading.await.is_empty());
    assert_eq!(fs::write("x", "y"), 1);
    let (TcpStream, TcpStream) =
        taipan::gather!(TcpStream::connect("a"), TcpStream::connect("b")).await;
    let mut words = Words(vec!["a", "b"]);
    assert_eq!(words.join(), "a b");
    words.lines().push("c");
    assert_eq!(words.output().count(), 3);
    for line in String::from("x\ny").lines() {
        assert_eq!(line.len(), 1); // of a temporary
    }
    assert_eq!(words.wait(), 3);
    let (sender, receiver) = mpsc::channel();
    taipan::to_thread(move || sender.send(1)).await.unwrap();
    assert_eq!(taipan::to_thread(move || receiver.recv()).await, Ok(1));
    assert_eq!(generic(7).await, 7);
}
