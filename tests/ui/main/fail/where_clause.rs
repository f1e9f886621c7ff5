//! `main` has bounds.

#[taipan::main]
async fn main()
where
    u8: Copy,
{
}
