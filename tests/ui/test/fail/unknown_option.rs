//! An option is misspelt.

#[taipan::test(virtual_tim)]
async fn works() {}

fn main() {}
