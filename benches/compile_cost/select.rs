pub async fn copy() -> u32 {
    taipan::select!(match (a = a(), b = b(), c = c()) {
        a(n) => n,
        b(Some(n)) => n as u32,
        b(None) => 0,
        c(text) => text.len() as u32,
    })
}
