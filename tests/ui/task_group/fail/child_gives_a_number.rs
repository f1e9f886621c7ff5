use taipan::TaskGroup;

fn f(tg: &TaskGroup) {
    tg.spawn(async { 42 });
}

fn main() {}
