use taipan::generator;

generator! {
    async fn words() -> &'static str {
        let text = String::from("a");
        yield text.as_str();
    }
}

fn main() {}
