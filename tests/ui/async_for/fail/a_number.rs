use taipan::async_for;

async fn f() {
    async_for!(for x in 5 {
        let _ = x;
    });
}

fn main() {}
