//! `main` may return an `ExitCode`.

use std::process::ExitCode;

#[taipan::main]
async fn main() -> ExitCode {
    ExitCode::SUCCESS
}
