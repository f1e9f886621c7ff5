use taipan::prelude::*;

async fn several(fetch: impl AsyncFn(u32)->u32)->(u32,u32,u32){
let (a,b)=gather!( fetch(1),fetch( 2 ) ).await;
let(long,_,_)=gather!(fetch(a+b+1000000000),fetch(a+b+2000000000),async{ let c=fetch(3).await;c+1 }).await;
(a,b,long)}

async fn iterated(fetch: impl AsyncFn(u32)->u32)->Vec<u32>{
gather!( ..[1,2,3].iter().map(|n|fetch( *n )) ,limit=8 ).await }

async fn looped(fetch: impl AsyncFn(u32)->u32)->Vec<u32>{
gather!(for n in [1,2,3]{ if n==2 { continue; } fetch( n ) },limit = 2).await}
