//! The language on one page: `cargo run --example tour`.
#![forbid(unsafe_code)]

use std::time::Duration;
use taipan::prelude::*;

#[taipan::main]
async fn main() -> taipan::Result {
    let (a, b) = gather!(worker("A", 200ms), worker("B", 100ms)).await;
    println!("{a} and {b}");

    let urls = ["/a", "/bb", "/ccc", "/dddd"];
    let pages = try_gather!(..urls.iter().map(|url| fetch(url)), limit = 2).await?;
    println!("{pages:?}");

    let page = timeout!(500ms, fetch("/eeeee")).await??;
    println!("{page}");

    match timeout!(50ms, fetch("/slow")).await {
        Ok(page) => println!("{}", page?),
        Err(late) => println!("{late}"),
    }

    with!(conn = connect().await?, {
        let row = conn.query("select 1").await?; // `?` leaves main, after the exit
        println!("{row}");
    })?; // the exit's own error

    task_group!(tg, {
        for name in ["X", "Y"] {
            tg.spawn(async move { println!("{} is a child", worker(name, 10ms).await) });
        }
    })?; // both have ended

    let answer = timeout!(1s, {
        loop {
            if worker("guess", 10ms).await.len() == 5 {
                break 42;
            }
        }
    })?;
    println!("{answer}");

    let first = race!(worker("hare", 20ms), worker("tortoise", 80ms)).await;
    println!("{first} wins");

    let task = spawn(background());
    sleep!(35ms).await;
    task.cancel();
    match task.await {
        Err(e) if e.is_cancelled() => println!("cancelled: {e}"),
        other => println!("{other:?}"),
    }
    Ok(())
}

struct Connection;

async fn connect() -> taipan::Result<Connection> {
    sleep!(10ms).await;
    Ok(Connection)
}

impl Connection {
    async fn query(&mut self, sql: &str) -> taipan::Result<String> {
        sleep!(10ms).await;
        Ok(format!("the row of {sql}"))
    }
}

impl Resource for Connection {
    type Exit = taipan::Result;

    async fn exit(self, outcome: Outcome) -> taipan::Result {
        sleep!(10ms).await; // says goodbye
        println!("closed: {outcome:?}");
        Ok(())
    }
}

async fn worker(name: &str, work: Duration) -> &str {
    sleep(work).await;
    println!("{name} is done after {work:?}");
    name
}

async fn fetch(url: &str) -> taipan::Result<String> {
    let delay = if url == "/slow" { 10.secs() } else { 20.millis() };
    sleep(delay).await;
    Ok(format!("the page {url}"))
}

async fn background() {
    loop {
        sleep!(10ms).await;
        println!("tick");
    }
}
