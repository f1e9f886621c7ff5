#![forbid(unsafe_code)]
#![deny(warnings, missing_docs)]
//! Generators, in all the places where they may stand.

use futures_lite::StreamExt;

taipan::generator! {
    /// Has attributes.
    #[must_use]
    pub async fn countdown(mut n: u32) -> u32 {
        while n > 0 {
            n -= 1;
            yield n;
        }
    }

    pub(crate) async fn never(_n: u32) -> taipan::Result<u32> {}

    async fn panics(n: u32) -> u32 {
        panic!("{n}");
    }
}

struct Shelf(Vec<u32>);

impl Shelf {
    taipan::generator! {
        async fn books(&self) -> &u32 {
            for book in &self.0 {
                yield book;
            }
        }
    }
}

async fn forms() {
    taipan::generator! {
        async fn local<T>(item: T, (): ()) -> T where T: Clone {
            yield item.clone();
            yield item;
        }
    }
    assert_eq!(countdown(2).collect::<Vec<_>>().await, [1, 0]);
    assert_eq!(never(1).count().await, 0);
    assert_eq!(Shelf(vec![1]).books().count().await, 1);
    assert_eq!(local("a", ()).collect::<Vec<_>>().await, ["a", "a"]);
    drop(panics(1));
}

fn main() {
    taipan::run(forms());
}
