//! a task of which nobody takes the result
//@ fix: `.await` it, or `.detach()` it

#[taipan::main]
async fn main() {
    /*<*/ taipan::spawn(async { 1 }); /*>*/
}
