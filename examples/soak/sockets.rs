//! Connections to a server that sends back what it reads: opened, used, closed, and half of them cancelled in the middle.

use std::io;
use std::net::SocketAddr;

use futures_lite::io::{AsyncReadExt, AsyncWriteExt};
use taipan::net::{TcpListener, TcpStream};
use taipan::prelude::*;

use crate::books::{Account, wrong};
use crate::shift::Shift;

pub(crate) static CLIENTS: Account = Account::new("connections, clients");
pub(crate) static SERVED: Account = Account::new("connections, served");
pub(crate) static ECHOES: Account = Account::new("echoes");

pub(crate) async fn load(mut dice: Shift) {
    while !dice.is_over() {
        if let Err(error) = with_server(&mut dice).await {
            wrong(format!("a server failed: {error}"));
            return;
        }
    }
}

/// A server for some clients, one after the other. With them it goes, and its connections with it.
async fn with_server(dice: &mut Shift) -> taipan::Result {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let address = listener.local_addr()?;
    task_group!(group, {
        group.background(accept(listener, group.clone()));
        for _ in 0..50 {
            if dice.is_over() {
                break;
            }
            talk(dice, address).await;
            // So the system keeps up with the ports of those that are gone.
            sleep(dice.moment(2000)).await;
        }
    })?;
    Ok(())
}

async fn accept(listener: TcpListener, connections: TaskGroup) -> io::Result<()> {
    loop {
        let (stream, _) = listener.accept().await?;
        let _ = stream.set_nodelay(true); // refused, if the client has gone already
        connections.background(serve(stream));
    }
}

/// Sends back what it reads. A client that is cut off is no fault of the server's.
async fn serve(mut stream: TcpStream) {
    let entry = SERVED.begin();
    let mut bytes = [0; 4096];
    while let Ok(read @ 1..) = stream.read(&mut bytes).await {
        if stream.write_all(&bytes[..read]).await.is_err() {
            break;
        }
    }
    entry.done();
}

async fn talk(dice: &mut Shift, address: SocketAddr) {
    let (cut, limit) = (dice.one_in(2), dice.moment(1000));
    let (echoes, size) = (1 + dice.below(20), 1 + dice.below(8000));
    let client = client(address, echoes, size);
    let ended = if cut { timeout(limit, client).await.unwrap_or(Ok(())) } else { client.await };
    if let Err(error) = ended {
        wrong(format!("a client failed: {error}"));
    }
}

async fn client(address: SocketAddr, echoes: usize, size: usize) -> io::Result<()> {
    let connection = CLIENTS.begin();
    let stream = TcpStream::connect(address).await?;
    stream.set_nodelay(true)?;
    let sent: Vec<u8> = (0..size).map(|n| n as u8).collect();
    let mut back = vec![0; size];
    for _ in 0..echoes {
        let entry = ECHOES.begin();
        // Both at once: neither side holds more than the system does.
        let (mut reader, mut writer) = (&stream, &stream);
        try_gather!(writer.write_all(&sent), reader.read_exact(&mut back)).await?;
        if back != sent {
            wrong("an echo came back changed");
        }
        entry.done();
    }
    connection.done();
    Ok(())
}
