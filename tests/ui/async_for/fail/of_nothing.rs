use taipan::async_for;

async fn f() {
    async_for!();
}

fn main() {}
