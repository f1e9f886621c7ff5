//! one `return` of another type

#[tokio::main]
async fn main() -> () {
    if std::env::args().count() > 1 {
        return /*<*/ 1; /*>*/
    }
    return ();
}
