//! On functions, methods, `impl` blocks, traits and modules; sync code in them may do what it likes.

#![deny(warnings)]
#![forbid(unsafe_code)]

use std::time::Duration;

#[taipan::checked]
pub(crate) async fn double<'a, T: Copy + std::ops::Add<Output = T>>(value: &'a T) -> T
where
    T: Send,
{
    taipan::sleep(1ms).await;
    *value + *value
}

struct Cache(u32);

#[taipan::checked]
impl Cache {
    const PATIENCE: Duration = Duration::from_secs(1);

    fn sync(&self) {
        std::thread::sleep(Duration::ZERO);
    }

    async fn load(&mut self) -> u32 {
        taipan::timeout!(Self::PATIENCE, double(&self.0)).await.unwrap_or(0)
    }
}

impl Cache {
    #[taipan::checked]
    async fn by_value(self) -> u32 {
        self.sync();
        self.0
    }
}

#[taipan::checked]
trait Store {
    async fn get(&self) -> u32;

    async fn twice(&self) -> u32 {
        taipan::sleep(1ms).await;
        self.get().await * 2
    }
}

#[taipan::checked]
impl Store for Cache {
    async fn get(&self) -> u32 {
        self.0
    }
}

#[taipan::checked]
mod outer {
    pub mod inner {
        pub struct Late;

        impl Late {
            pub async fn wait(self) -> u32 {
                taipan::sleep(1ms).await;
                7
            }
        }
    }
}

#[taipan::checked]
#[taipan::main]
async fn main() {
    let mut cache = Cache(2);
    assert_eq!(cache.load().await, 4);
    assert_eq!(cache.twice().await, 4);
    assert_eq!(cache.by_value().await, 2);
    assert_eq!(outer::inner::Late.wait().await, 7);
}
