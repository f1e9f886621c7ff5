use taipan::prelude::*;

async fn of_a_future(fetch: impl AsyncFn()->taipan::Result<u32>)->taipan::Result<u32>{
let n=timeout!( 500ms,fetch() ).await??;Ok( n+1 )}

async fn of_a_body(fetch: impl AsyncFn()->taipan::Result<u32>)->taipan::Result<u32>{
let sum=timeout!( 2s,{ let a=fetch().await?;
  let b   = fetch().await?; a+b })?;
Ok(sum) }

async fn that_moves(fetch: impl AsyncFn()->taipan::Result<u32>)->taipan::Result<u32>{
let mut sum=0;
timeout!( t=30s,{
while sum<9{ sum+=fetch().await?;t.reset( 30s ); }
})?;
Ok(sum)}
