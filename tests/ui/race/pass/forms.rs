#![forbid(unsafe_code)]
#![deny(warnings)]

async fn number(text: &str) -> Result<u32, String> {
    text.parse().map_err(|_| text.to_owned())
}

async fn forms(texts: &[String]) -> Result<u32, String> {
    let fixed = taipan::race!(number("1"), async { Ok(2) }).await?;
    let splat = taipan::race!(..texts.iter().map(|text| number(text))).await?;
    let looped = taipan::race!(for text in texts { number(text) }).await?;
    let ok = taipan::race_ok!(number("1"), number("2")).await.map_err(|failed| failed.to_string())?;
    let any = taipan::race_ok!(number(text) for text in texts if text.len() < 3).await;
    let [one] = taipan::race_ok!(number("one")).await.unwrap_err().into_inner();
    Ok(fixed + splat + looped + ok + any.unwrap_or(0) + one.len() as u32)
}

fn send<T: Send>(value: T) -> T {
    value
}

fn main() {
    drop(send(forms(&[])));
}
