//! A forgotten `.await`, in a function that others call.

async fn save() {}

#[taipan::checked]
async fn close() {
    save();
}

fn main() {
    taipan::run(close());
}
