//! Everything that is wrong is told at once.

#[taipan::main(threds = 2)]
unsafe fn main(name: String) {}
