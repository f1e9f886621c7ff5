use taipan::prelude::*;

async fn first(ask: impl AsyncFn(&str)->std::io::Result<String>)->taipan::Result<String>{
let quick=race!( ask("near"),ask( "far" ) ).await?;
let any=race!( ..["a","b"].iter().map(|name|ask(name)) ).await?;
let good=race_ok!(  ask("a"),ask("b")).await?;
let last=race_ok!(for name in ["a","b"]{ ask( name ) }).await?;
Ok(quick+&any+&good+&last)}
