use taipan::stream;

fn f() {
    let _ = stream!({
        taipan::task_group!(tg, {
            tg.spawn(async {});
            yield 1;
        })
        .unwrap();
    });
}

fn main() {}
