use taipan::gather;

async fn f() {
    let task = taipan::spawn(async { 1 });
    let _ = gather!(task, task).await;
}

fn main() {}
