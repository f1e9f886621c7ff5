//! An unused future or result may be allowed where it stands.

async fn save() {}

#[taipan::main]
async fn main() {
    #[allow(unused_must_use)]
    save();
    let _ = taipan::timeout!(1s, save()).await;
}
