use taipan::AsyncIterator;

struct Endless(u32);

impl AsyncIterator for Endless {
    type Item = u32;

    async fn next(&mut self) -> u32 {
        self.0
    }
}

fn main() {}
