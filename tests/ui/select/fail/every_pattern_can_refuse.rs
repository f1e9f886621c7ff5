//! Nothing says what happens when no pattern matches.

async fn f() {
    taipan::select! {
        Some(n) = async { None::<u32> } => drop(n),
        Ok(n) = async { "1".parse::<u32>() } => drop(n),
    }
}

fn main() {}
