//! A forgotten `.await` in a module inside the module.

#[taipan::checked]
mod outer {
    pub mod inner {
        async fn save() {}

        pub async fn close() {
            save();
        }
    }
}

fn main() {
    taipan::run(outer::inner::close());
}
