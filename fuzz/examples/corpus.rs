//! usage: corpus unpack FOLDER [TARGET..] | pack FOLDER [TARGET..]
//!
//! The fuzzer wants a file for each input, and git few files. `unpack` writes what is kept, and the seeds, to
//! FOLDER/TARGET; `pack` keeps what stands there.
#![forbid(unsafe_code)]

use std::io::Result;
use std::path::Path;

fn main() -> Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [command, folder, targets @ ..] = &arguments[..] else {
        panic!("unpack or pack, and a folder")
    };
    match &**command {
        "unpack" => taipan_fuzz::unpack(Path::new(folder), targets),
        "pack" => taipan_fuzz::pack(Path::new(folder), targets),
        other => panic!("unpack or pack, and not {other}"),
    }
}
