//! The attribute is given twice.

#[taipan::test]
#[taipan::test]
async fn works() {}

fn main() {}
