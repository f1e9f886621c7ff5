//! the attribute stands on a struct
//@ fix: expected `fn`

#[tokio::main]
/*<*/ struct Main /*>*/;
