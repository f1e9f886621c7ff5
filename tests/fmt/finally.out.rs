use taipan::prelude::*;

async fn cleaned(work: impl AsyncFn() -> taipan::Result<u32>) -> taipan::Result<u32> {
    let n = finally!(
        {
            let n = work().await?;
            n + 1
        },
        async move |outcome| {
            println!("{outcome:?}");
            sleep!(1ms).await;
        }
    );
    Ok(n)
}
