//! A server that sends back what it reads, and a client that is the same for all.
//!
//! The client is a process of its own, this program with `--client`: what it costs is not the server's. It opens all
//! connections and waits for the server's word; then each connection sends a message, waits until it is back, and sends the
//! next. The time of the system is what most of it takes: the CPU time of the server tells more than how long it takes.

use std::io::{self, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::time::{Duration, Instant};

use rustix::buffer::spare_capacity;
use rustix::event::epoll::{self, CreateFlags, EventData, EventFlags};
use rustix::time::{ClockId, clock_gettime};

use super::{Figure, Probe, sized};
use crate::measure::Failure;
use crate::net::Net;
use crate::rival::Rival;

/// How many connections may wait to be accepted: with the usual 128, many would come late.
const BACKLOG: i32 = 1024;
const MESSAGE: usize = 64;

/// So many connections at once.
pub(crate) struct Tcp<const CONNECTIONS: usize>;

impl<const CONNECTIONS: usize> Tcp<CONNECTIONS> {
    /// How many messages each connection sends.
    const MESSAGES: u64 =
        sized(if CONNECTIONS == 1 { 20_000 } else { 60_000 / CONNECTIONS as u64 });
}

impl<const CONNECTIONS: usize> Probe for Tcp<CONNECTIONS> {
    const NAME: &'static str = match CONNECTIONS {
        1 => "tcp1",
        64 => "tcp64",
        512 => "tcp512",
        _ => panic!("it has no name"),
    };
    const ABOUT: &'static str = match CONNECTIONS {
        1 => "sends back 64 bytes on a connection; a message, and the server's CPU time for it",
        64 => "sends back 64 bytes on each of 64 connections; the same",
        _ => "sends back 64 bytes on each of 512 connections; the same",
    };
    const FIGURES: &'static [Figure] =
        &[Figure { label: "wall", unit: "ns" }, Figure { label: "cpu", unit: "ns" }];

    fn measure<R: Rival>() -> Result<Vec<f64>, Failure> {
        let broken = |error: io::Error| Failure::Broken(error.to_string());
        let (listener, mut client, go) = start(CONNECTIONS, Self::MESSAGES).map_err(broken)?;
        let served = R::run(async move { serve::<R>(listener, CONNECTIONS, go).await });
        let ended = client.wait().map_err(broken)?;
        let (wall, cpu) = served.map_err(broken)?;
        if !ended.success() {
            return Err(Failure::Wrong("a message came back as another".to_owned()));
        }
        let messages = (CONNECTIONS as u64 * Self::MESSAGES) as f64;
        Ok(vec![wall.as_nanos() as f64 / messages, cpu.as_nanos() as f64 / messages])
    }
}

/// Listens, and starts the client; it goes when the last of these is dropped.
fn start(connections: usize, messages: u64) -> io::Result<(TcpListener, Child, ChildStdin)> {
    let listener = TcpListener::bind("127.0.0.1:0")?;
    rustix::net::listen(&listener, BACKLOG)?;
    listener.set_nonblocking(true)?;
    let mut client = Command::new(std::env::current_exe()?)
        .arg("--client")
        .arg(format!("{} {connections} {messages}", listener.local_addr()?))
        .stdin(Stdio::piped())
        .spawn()?;
    let go = client.stdin.take().ok_or(io::ErrorKind::BrokenPipe)?;
    Ok((listener, client, go))
}

/// Serves so many connections to their ends; how long it takes, and the CPU time of it.
async fn serve<R: Rival>(
    listener: TcpListener,
    connections: usize,
    go: ChildStdin,
) -> io::Result<(Duration, Duration)> {
    let listener = R::Net::listener(listener)?;
    let mut tasks = Vec::new();
    for _ in 0..connections {
        let stream = R::Net::accept(&listener).await?;
        tasks.push(R::spawn(echo::<R::Net>(stream)));
    }
    let (began, cpu) = (Instant::now(), cpu());
    drop(go);
    for task in tasks {
        R::join(task).await?;
    }
    Ok((began.elapsed(), self::cpu() - cpu))
}

async fn echo<N: Net>(mut stream: N::Stream) -> io::Result<()> {
    // More than a message, so that a read can see that it has all.
    let mut bytes = [0; 1024];
    loop {
        match N::read(&mut stream, &mut bytes).await? {
            0 => return Ok(()),
            count => N::write_all(&mut stream, &bytes[..count]).await?,
        }
    }
}

/// What this process has used, all threads together.
fn cpu() -> Duration {
    let time = clock_gettime(ClockId::ProcessCPUTime);
    Duration::new(time.tv_sec.cast_unsigned(), time.tv_nsec as u32)
}

/// The client: `order` is the address, how many connections, and how many messages on each.
pub(crate) fn client(order: &str) -> io::Result<()> {
    let mut words = order.split(' ');
    let mut word = || words.next().ok_or_else(|| io::Error::from(io::ErrorKind::InvalidInput));
    let (address, connections, messages) = (word()?, word()?, word()?);
    let number = |word: &str| word.parse::<u64>().map_err(io::Error::other);
    let (connections, messages) = (number(connections)?, number(messages)?);

    let epoll = epoll::create(CreateFlags::CLOEXEC)?;
    let mut talks = Vec::new();
    for number in 0..connections {
        let stream = TcpStream::connect(address)?;
        stream.set_nodelay(true)?;
        stream.set_nonblocking(true)?;
        epoll::add(&epoll, &stream, EventData::new_u64(number), EventFlags::IN)?;
        talks.push(Talk { stream, number, sent: 0, heard: Vec::new() });
    }
    io::stdin().read_to_end(&mut Vec::new())?;
    talks.iter_mut().try_for_each(Talk::say)?;
    let mut going = talks.len();
    let mut events = Vec::with_capacity(1024);
    while going > 0 {
        events.clear();
        epoll::wait(&epoll, spare_capacity(&mut events), None)?;
        for event in &events {
            let talk = &mut talks[event.data.u64() as usize];
            if !talk.hear()? {
                continue;
            }
            if talk.sent < messages {
                talk.say()?;
            } else {
                going -= 1;
            }
        }
    }
    Ok(())
}

/// One connection of the client.
struct Talk {
    stream: TcpStream,
    number: u64,
    sent: u64,
    heard: Vec<u8>,
}

impl Talk {
    /// The last message that was sent: it differs from all others.
    fn message(&self) -> [u8; MESSAGE] {
        let mut message = [b'.'; MESSAGE];
        message[..8].copy_from_slice(&self.number.to_le_bytes());
        message[8..16].copy_from_slice(&self.sent.to_le_bytes());
        message
    }

    fn say(&mut self) -> io::Result<()> {
        self.sent += 1;
        // There is room for it: the one before has come back.
        self.stream.write_all(&self.message())
    }

    /// Reads; whether the message is back.
    fn hear(&mut self) -> io::Result<bool> {
        let mut bytes = [0; 1024];
        let count = match self.stream.read(&mut bytes)? {
            0 => return Err(io::ErrorKind::UnexpectedEof.into()),
            count => count,
        };
        self.heard.extend(&bytes[..count]);
        if self.heard.len() < MESSAGE {
            return Ok(false);
        }
        if self.heard != self.message() {
            return Err(io::Error::other("a message came back as another"));
        }
        self.heard.clear();
        Ok(true)
    }
}
