use taipan::prelude::*;

async fn naps(){
sleep!( 1.5s ).await;sleep!(  1h30m+100us*3 ).await;
}
