//! A server that sends back what it reads, and clients that talk to it, all in one process: `net` in a nutshell.
//!
//! The server goes on until it is cancelled; a connection that fails ends only its own task.

use futures_lite::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use taipan::net::{TcpListener, TcpStream};
use taipan::prelude::*;

/// Sends back each line, in capitals, until the client has no more.
async fn talk(stream: TcpStream) -> std::io::Result<()> {
    let mut lines = BufReader::new(&stream).lines();
    while let Some(line) = futures_lite::StreamExt::next(&mut lines).await {
        let answer = line?.to_uppercase() + "\n";
        (&stream).write_all(answer.as_bytes()).await?; // a shared reference: the reader has one as well
    }
    Ok(())
}

async fn serve(listener: TcpListener) -> taipan::Result {
    task_group!(connections, {
        loop {
            let (stream, peer) = listener.accept().await?;
            connections.spawn(async move {
                if let Err(error) = talk(stream).await {
                    println!("{peer}: {error}");
                }
            });
        }
    })?
}

async fn ask(address: std::net::SocketAddr, question: &str) -> taipan::Result<String> {
    let mut stream = TcpStream::connect(address).await?;
    stream.write_all(question.as_bytes()).await?;
    stream.write_all(b"\n").await?;
    let mut answer = String::new();
    BufReader::new(stream).read_line(&mut answer).await?;
    Ok(answer.trim_end().to_owned())
}

#[taipan::main]
async fn main() -> taipan::Result {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let address = listener.local_addr()?;
    let server = spawn(serve(listener));

    let questions = ["one", "two", "three"];
    let asked = try_gather!(for question in questions {
        ask(address, question)
    });
    let answers = timeout!(5s, asked).await??;
    println!("{questions:?} -> {answers:?}");
    assert_eq!(answers, ["ONE", "TWO", "THREE"]);

    server.stop().await; // and with it whoever is still connected
    println!("ended well");
    Ok(())
}
