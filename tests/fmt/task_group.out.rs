use taipan::prelude::*;

async fn plain(jobs: Vec<u32>) -> taipan::Result {
    task_group!(tg, {
        for job in jobs {
            tg.spawn(async move { println!("{job}") });
        }
    })?;
    Ok(())
}

async fn limited(jobs: Vec<u32>) -> taipan::Result<usize> {
    let count = task_group!(tg = TaskGroup::new().limit(8), {
        for job in &jobs {
            let job = *job;
            tg.spawn(async move { println!("{job}") });
        }
        jobs.len()
    })?;
    Ok(count)
}
