#![forbid(unsafe_code)]
#![deny(warnings)]

use taipan::BoxError;

async fn number(text: &str) -> Result<u32, BoxError> {
    Ok(text.parse()?)
}

async fn forms(texts: &[String]) -> Result<usize, BoxError> {
    let nothing: Result<(), BoxError> = taipan::try_gather!().await;
    nothing?;
    let (a, b) = taipan::try_gather!(number("1"), async { Ok("two") }).await?;
    let splat = taipan::try_gather!(..texts.iter().map(|text| number(text)), limit = 2).await?;
    let looped = taipan::try_gather!(for text in texts {
        let text = text.strip_prefix('-').ok_or("no dash")?;
        number(text)
    })
    .await?;
    let comprehension = taipan::try_gather!(number(text) for text in texts if text.len() < 3, limit = 4).await?;
    Ok(a as usize + b.len() + splat.len() + looped.len() + comprehension.len())
}

fn send<T: Send>(value: T) -> T {
    value
}

fn main() {
    drop(send(forms(&[])));
}
