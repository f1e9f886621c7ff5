//! The group owns its children: who has no use for a handle says nothing.
#![deny(warnings)]

use taipan::prelude::*;

async fn work() {}

async fn fallible() -> taipan::Result<u32> {
    Ok(1)
}

#[taipan::main]
async fn main() -> taipan::Result {
    task_group(async |tg: &TaskGroup| {
        tg.spawn(work());
        tg.spawn(fallible());
        tg.background(work());
        taipan::Task::builder().name("named").spawn_in(tg, work());
        tg.spawn(fallible())
    })
    .await?
    .await?;
    try_task_group(async |tg: &TaskGroup| {
        tg.spawn_when_free(work()).await?;
        tg.try_spawn(fallible())?;
        taipan::ok(())
    })
    .await?;
    Ok(())
}
