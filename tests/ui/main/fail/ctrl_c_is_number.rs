//! `ctrl_c` is neither true nor false.

#[taipan::main(ctrl_c = 1)]
async fn main() {}
