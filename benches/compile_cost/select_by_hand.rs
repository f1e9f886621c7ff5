pub async fn copy() -> u32 {
    enum Output {
        A(u32),
        B(Option<u64>),
        C(String),
    }
    let output = {
        let (mut a, mut b, mut c) = (std::pin::pin!(a()), std::pin::pin!(b()), std::pin::pin!(c()));
        std::future::poll_fn(|cx| {
            let start = random(3);
            for turn in 0..3 {
                match (start + turn) % 3 {
                    0 => {
                        if let std::task::Poll::Ready(n) = a.as_mut().poll(cx) {
                            return std::task::Poll::Ready(Output::A(n));
                        }
                    }
                    1 => {
                        if let std::task::Poll::Ready(n) = b.as_mut().poll(cx) {
                            return std::task::Poll::Ready(Output::B(n));
                        }
                    }
                    _ => {
                        if let std::task::Poll::Ready(text) = c.as_mut().poll(cx) {
                            return std::task::Poll::Ready(Output::C(text));
                        }
                    }
                }
            }
            std::task::Poll::Pending
        })
        .await
    };
    match output {
        Output::A(n) => n,
        Output::B(Some(n)) => n as u32,
        Output::B(None) => 0,
        Output::C(text) => text.len() as u32,
    }
}
