use taipan::prelude::*;

async fn one(connect: impl AsyncFn() -> taipan::Result<Closed>) -> taipan::Result<u32> {
    let n = with!(conn = connect().await?, {
        let n = conn.0;
        if n == 0 {
            return Ok(1);
        }
        n + 1
    });
    Ok(n)
}

async fn two(connect: impl AsyncFn() -> taipan::Result<Closed>) -> taipan::Result {
    with!(_ = connect().await?, conn = connect().await?, {
        conn.0 += 1;
    });
    Ok(())
}

struct Closed(u32);

impl Resource for Closed {
    type Exit = ();
    async fn exit(self, _: Outcome) {
        sleep!(1ms).await;
    }
}
