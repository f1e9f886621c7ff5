//! Crawls a web site in waves, eight pages at a time: `cargo run --example crawl [DIR]`.
//!
//! Nothing is spawned here: the visits of a wave borrow what they need. When Ctrl-C cancels `main`,
//! those under way are dropped with it, and the report tells which they were.
#![forbid(unsafe_code)]

mod http;
mod report;
mod site;

use std::collections::HashSet;
use std::net::SocketAddr;
use std::time::Duration;

use report::{Report, Visit};
use site::Site;
use taipan::prelude::*;

/// A page, and the page that links to it.
struct Link {
    to: String,
    from: String,
}

#[taipan::main]
async fn main() -> taipan::Result {
    let site = Site::open(std::env::args_os().nth(1).map(Into::into))?;
    let report = Report::new();
    let mut known = HashSet::from(["/".to_owned()]);
    let mut wave = vec![Link { to: "/".to_owned(), from: "nowhere".to_owned() }];
    while !wave.is_empty() {
        let found = gather!(
            for link in &wave {
                visit(site.address, link, &report)
            },
            limit = 8
        )
        .await;
        wave = found.into_iter().flatten().collect();
        wave.retain(|link| known.insert(link.to.clone()));
    }
    site.close().await;
    Ok(())
}

/// Fetches a page, and returns the links that stand there.
async fn visit(site: SocketAddr, link: &Link, report: &Report) -> Vec<Link> {
    let visit = report.begin(&link.to, &link.from);
    let answer = fetch(site, &link.to, &visit).await;
    let links = answer.as_ref().map(|answer| answer.links(&link.to)).unwrap_or_default();
    visit.end(answer);
    links.into_iter().map(|to| Link { to, from: link.to.clone() }).collect()
}

/// Waits a second for each answer; tries again where the server fails, after a pause that grows.
async fn fetch(site: SocketAddr, page: &str, visit: &Visit<'_>) -> taipan::Result<http::Response> {
    let mut pauses = [100, 200].map(Duration::from_millis).into_iter();
    loop {
        let answer = timeout!(1s, http::get(site, page)).await??;
        match pauses.next() {
            Some(pause) if answer.status >= 500 => {
                visit.fails(answer.status, pause);
                sleep(pause).await;
            }
            _ => return Ok(answer),
        }
    }
}
