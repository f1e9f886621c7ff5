use taipan::async_for;

async fn f() {
    async_for!('outer:);
}

fn main() {}
