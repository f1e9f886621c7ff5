use taipan::prelude::*;

async fn pages(fetch: impl AsyncFn(&str)->taipan::Result<String>)->taipan::Result<usize>{
let (a,b)=try_gather!( fetch("/a"),fetch( "/b" ) ).await?;
let more=try_gather!( ..["/c","/d"].iter().map(|url|fetch(url)),limit=8 ).await?;
let rest=try_gather!(for url in ["/e"]{ fetch( url ) }).await?;
Ok(a.len()+b.len()+more.len()+rest.len()) }
