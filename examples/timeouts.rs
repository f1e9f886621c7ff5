//! Three ways to bound a wait: `cargo run --example timeouts`.
#![forbid(unsafe_code)]

use std::time::Duration;
use taipan::prelude::*;
use taipan::time::Instant;

#[taipan::main]
async fn main() -> taipan::Result {
    // The first `?` is for the time, the second for the call.
    let answer = timeout!(1s, ask("quick", 10ms)).await??;
    println!("{answer}");

    // Out of time is an error like any other.
    if let Err(late) = timeout!(100ms, ask("slow", 1h)).await {
        println!("slow: {late}");
    }

    // One deadline for several steps.
    let deadline = Instant::now() + 150ms;
    for step in 1.. {
        match timeout!(deadline, ask("step", 60ms)).await {
            Ok(answer) => println!("{step}: {}", answer?),
            Err(_) => {
                println!("{step}: the deadline has come");
                break;
            }
        }
    }

    // No limit at all, if the settings say so.
    let limit: Option<Duration> = None;
    println!("{}", timeout!(limit, ask("patient", 20ms)).await??);
    Ok(())
}

async fn ask(name: &str, delay: Duration) -> taipan::Result<String> {
    sleep(delay).await;
    Ok(format!("{name} answers after {delay:?}"))
}
