//! a misspelt option
//@ fix: did you mean `threads`?

#[taipan::main(/*<*/ threds /*>*/ = 4)]
async fn main() {}
