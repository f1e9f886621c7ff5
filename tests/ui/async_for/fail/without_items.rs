use taipan::async_for;

async fn f() {
    async_for!(for x in {});
}

fn main() {}
