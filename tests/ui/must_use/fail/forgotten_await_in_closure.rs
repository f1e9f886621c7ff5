//! A forgotten `.await` in a closure.

async fn save() {}

#[taipan::main]
async fn main() {
    let each = || {
        save();
    };
    each();
}
