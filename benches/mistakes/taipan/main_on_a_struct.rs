//! the attribute stands on a struct
//@ fix: goes on `async fn main() { .. }`

#[taipan::main]
/*<*/ struct Main /*>*/;
