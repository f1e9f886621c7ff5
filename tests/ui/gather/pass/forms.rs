#![forbid(unsafe_code)]
#![deny(warnings)]

async fn length(word: &str) -> usize {
    word.len()
}

async fn forms(words: &[&str], text: &str) -> Result<usize, std::num::ParseIntError> {
    let () = taipan::gather!().await;
    let (one,) = taipan::gather!(length(text)).await;
    let (a, b) = taipan::gather!(length(&format!("{text}!")), length("b"),).await;
    let splat: Vec<usize> = taipan::gather!(..words.iter().map(|word| length(word))).await;
    let limited = taipan::gather!(..words.iter().map(|word| length(word)), limit = one.max(1)).await;
    let looped = taipan::gather!(for word in words { length(word) }, limit = 8).await;
    let parsed = taipan::gather!(for word in words.to_vec().iter() {
        if word.is_empty() {
            continue;
        }
        let n: usize = word.parse()?;
        async move { n }
    })
    .await;
    let comprehension = taipan::gather!(length(word) for word in words if !word.is_empty()).await;
    let several =
        taipan::gather!(async move { x + y } for x in 0..3 if x > 0 for y in [x, 2 * x], limit = 2).await;
    let matched = taipan::gather!(length(word) for word in [Some("a"), None] if let Some(word) = word).await;
    Ok(a + b + splat.len() + limited.len() + looped.len() + parsed.len() + comprehension.len() + several.len() + matched.len())
}

fn send<T: Send>(value: T) -> T {
    value
}

fn main() {
    drop(send(forms(&["1", "22"], "text")));
    drop(send(taipan::gather!(async {}, async { 1 })));
}
