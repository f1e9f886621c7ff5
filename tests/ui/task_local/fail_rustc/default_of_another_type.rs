taipan::task_local! {
    static USER: String = "nobody";
}

fn main() {
    assert_eq!(USER.get(), "nobody");
}
