//! As much of HTTP/1.1 as a crawler and a small server need: one request a connection, `GET` only.
//!
//! Whatever the other side sends ends in a value or in an [`Error`]; nothing here panics, and nothing
//! grows beyond [`MAX_HEAD`] and [`MAX_BODY`].

use std::net::{SocketAddr, TcpStream};
use std::{fmt, io};

use async_io::Async;
use futures_lite::io::{
    AsyncBufRead, AsyncBufReadExt, AsyncRead, AsyncReadExt, AsyncWriteExt, BufReader,
};

/// The most that a request line or status line and its headers may take together.
pub(crate) const MAX_HEAD: u64 = 16 * 1024;
/// The most that a body may take.
pub(crate) const MAX_BODY: u64 = 8 * 1024 * 1024;

#[derive(Debug)]
pub(crate) enum Error {
    Io(io::Error),
    Malformed(&'static str),
    TooLong,
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Error::Io(error) => error.fmt(f),
            Error::Malformed(what) => write!(f, "not HTTP: {what}"),
            Error::TooLong => f.write_str("too long"),
        }
    }
}

impl std::error::Error for Error {}

impl From<io::Error> for Error {
    fn from(error: io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::UnexpectedEof => Error::Malformed("it ends too early"),
            _ => Error::Io(error),
        }
    }
}

#[derive(Debug, PartialEq)]
pub(crate) struct Response {
    pub(crate) status: u16,
    pub(crate) headers: Headers,
    pub(crate) body: Vec<u8>,
}

impl Response {
    /// Returns where this response leads on its own site, as paths, if it is the answer for `page`.
    pub(crate) fn links(&self, page: &str) -> Vec<String> {
        let kind = self.headers.get("content-type").unwrap_or_default();
        match (self.status, self.headers.get("location")) {
            (300..=399, Some(location)) => resolve(page, location).into_iter().collect(),
            (200, _) if kind.starts_with("text/html") => {
                links(page, &String::from_utf8_lossy(&self.body))
            }
            _ => Vec::new(),
        }
    }
}

/// Fetches `target` from the server at `address`.
pub(crate) async fn get(address: SocketAddr, target: &str) -> Result<Response, Error> {
    let mut stream = Async::<TcpStream>::connect(address).await?;
    let request = format!("GET {target} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n");
    stream.write_all(request.as_bytes()).await?;
    read_response(BufReader::new(stream)).await
}

async fn read_response(mut from: impl AsyncBufRead + Unpin) -> Result<Response, Error> {
    let (status, headers) = loop {
        let (line, headers) = read_head(&mut from).await?;
        match parse_status(&line)? {
            100..=199 => {} // an interim response: the real one follows
            status => break (status, headers),
        }
    };
    let body = match (status, headers.is_chunked()?, headers.length()?) {
        (204 | 304, ..) => Vec::new(),
        (_, true, _) => read_chunks(&mut from).await?,
        (_, false, Some(length)) => read_exactly(&mut from, length).await?,
        (_, false, None) => read_to_end(&mut from).await?,
    };
    Ok(Response { status, headers, body })
}

/// Reads a request and returns its method and its target.
pub(crate) async fn read_request(from: impl AsyncRead + Unpin) -> Result<(String, String), Error> {
    let (line, _) = read_head(&mut BufReader::new(from)).await?;
    let mut words = line.split(' ');
    match (words.next(), words.next(), words.next(), words.next()) {
        (Some(method), Some(target), Some("HTTP/1.1" | "HTTP/1.0"), None)
            if !method.is_empty() && target.starts_with('/') =>
        {
            Ok((method.to_owned(), target.to_owned()))
        }
        _ => Err(Error::Malformed("no request line")),
    }
}

/// The headers of one message; names in lower case.
#[derive(Debug, Default, PartialEq)]
pub(crate) struct Headers(Vec<(String, String)>);

impl Headers {
    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    fn is_chunked(&self) -> Result<bool, Error> {
        match self.get("transfer-encoding") {
            None => Ok(false),
            Some(coding) if coding.eq_ignore_ascii_case("chunked") => Ok(true),
            Some(_) => Err(Error::Malformed("an unknown transfer encoding")),
        }
    }

    fn length(&self) -> Result<Option<u64>, Error> {
        let mut values =
            self.0.iter().filter(|(name, _)| name == "content-length").map(|(_, value)| value);
        let Some(first) = values.next() else { return Ok(None) };
        if values.any(|other| other != first) {
            return Err(Error::Malformed("two lengths"));
        }
        parse_number(first, 10).map(Some)
    }
}

/// Reads a first line and headers, up to the empty line.
async fn read_head(from: &mut (impl AsyncBufRead + Unpin)) -> Result<(String, Headers), Error> {
    let mut from = from.take(MAX_HEAD);
    let first = read_line(&mut from).await?;
    let mut headers = Headers::default();
    loop {
        let line = read_line(&mut from).await?;
        if line.is_empty() {
            return Ok((first, headers));
        }
        let Some((name, value)) = line.split_once(':') else {
            return Err(Error::Malformed("a header without a colon"));
        };
        if name.is_empty() || name.contains([' ', '\t']) {
            return Err(Error::Malformed("a bad header name"));
        }
        headers.0.push((name.to_ascii_lowercase(), value.trim().to_owned()));
    }
}

/// Reads a line without its end. `from` is bounded: a line that is cut off there is too long.
async fn read_line(
    from: &mut futures_lite::io::Take<impl AsyncBufRead + Unpin>,
) -> Result<String, Error> {
    let mut line = Vec::new();
    from.read_until(b'\n', &mut line).await?;
    match line.pop() {
        Some(b'\n') => {}
        _ if from.limit() == 0 => return Err(Error::TooLong),
        _ => return Err(io::Error::from(io::ErrorKind::UnexpectedEof).into()),
    }
    line.pop_if(|last| *last == b'\r');
    String::from_utf8(line).map_err(|_| Error::Malformed("a head that is not text"))
}

fn parse_status(line: &str) -> Result<u16, Error> {
    let mut words = line.splitn(3, ' ');
    match (words.next(), words.next()) {
        (Some("HTTP/1.1" | "HTTP/1.0"), Some(status)) if status.len() == 3 => {
            let status = parse_number(status, 10)?;
            u16::try_from(status).map_err(|_| Error::Malformed("a bad status"))
        }
        _ => Err(Error::Malformed("no status line")),
    }
}

/// `from_str_radix` also takes a sign; HTTP does not.
fn parse_number(digits: &str, radix: u32) -> Result<u64, Error> {
    match u64::from_str_radix(digits, radix) {
        Ok(number) if !digits.starts_with('+') => Ok(number),
        _ => Err(Error::Malformed("a bad number")),
    }
}

async fn read_exactly(
    from: &mut (impl AsyncBufRead + Unpin),
    length: u64,
) -> Result<Vec<u8>, Error> {
    if length > MAX_BODY {
        return Err(Error::TooLong);
    }
    let mut body = Vec::new(); // grows with what comes, not with what was promised
    if from.take(length).read_to_end(&mut body).await? as u64 == length {
        Ok(body)
    } else {
        Err(io::Error::from(io::ErrorKind::UnexpectedEof).into())
    }
}

async fn read_to_end(from: &mut (impl AsyncBufRead + Unpin)) -> Result<Vec<u8>, Error> {
    let mut body = Vec::new();
    from.take(MAX_BODY + 1).read_to_end(&mut body).await?;
    if body.len() as u64 > MAX_BODY { Err(Error::TooLong) } else { Ok(body) }
}

async fn read_chunks(from: &mut (impl AsyncBufRead + Unpin)) -> Result<Vec<u8>, Error> {
    let mut body = Vec::new();
    loop {
        let line = read_line(&mut from.take(MAX_HEAD)).await?;
        let size = line.split(';').next().unwrap_or_default().trim(); // the rest is an extension
        let size = parse_number(size, 16)?;
        if size == 0 {
            return Ok(body); // trailers say nothing that a crawler wants
        }
        if size > MAX_BODY - body.len() as u64 {
            return Err(Error::TooLong);
        }
        body.extend(read_exactly(from, size).await?);
        if !read_line(&mut from.take(MAX_HEAD)).await?.is_empty() {
            return Err(Error::Malformed("a chunk longer than its size"));
        }
    }
}

/// Returns what `page` (a path) links to on its own site, as paths, in order.
fn links(page: &str, html: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut rest = html;
    while let Some(at) = rest.find('<') {
        rest = &rest[at + 1..];
        if let Some(comment) = rest.strip_prefix("!--") {
            rest = comment.split_once("-->").map_or("", |(_, after)| after);
            continue;
        }
        let name = rest.split(|c: char| !c.is_ascii_alphanumeric()).next().unwrap_or_default();
        if name.is_empty() {
            continue; // an end tag, or no tag at all
        }
        let tag = name.to_ascii_lowercase();
        rest = &rest[name.len()..];
        while let Some((attribute, value, after)) = next_attribute(rest) {
            rest = after;
            let wanted = match tag.as_str() {
                "a" | "link" => "href",
                "img" | "script" | "iframe" => "src",
                _ => continue,
            };
            if attribute.eq_ignore_ascii_case(wanted) {
                found.extend(resolve(page, &value.replace("&amp;", "&")));
            }
        }
        if matches!(tag.as_str(), "script" | "style") {
            let close = format!("</{tag}"); // what stands inside is not HTML
            let end = rest
                .as_bytes()
                .windows(close.len())
                .position(|part| part.eq_ignore_ascii_case(close.as_bytes()));
            rest = &rest[end.unwrap_or(rest.len())..];
        }
    }
    found
}

/// Splits the next `name="value"` off the inside of a tag; `None` at its end.
fn next_attribute(tag: &str) -> Option<(&str, &str, &str)> {
    let tag = tag.trim_start_matches(|c: char| c.is_ascii_whitespace() || c == '/');
    let end = tag
        .find(|c: char| c.is_ascii_whitespace() || matches!(c, '=' | '>' | '/'))
        .unwrap_or(tag.len());
    let (name, rest) = tag.split_at(end);
    let Some(value) = rest.trim_start().strip_prefix('=') else {
        return if name.is_empty() { None } else { Some((name, "", rest)) };
    };
    let value = value.trim_start();
    match value.chars().next()? {
        quote @ ('"' | '\'') => {
            let (value, rest) = value[1..].split_once(quote)?;
            Some((name, value, rest))
        }
        _ => {
            let end =
                value.find(|c: char| c.is_ascii_whitespace() || c == '>').unwrap_or(value.len());
            let (value, rest) = value.split_at(end);
            Some((name, value, rest))
        }
    }
}

/// Returns the path that `link` means on `page`; `None` if it leads to another site.
fn resolve(page: &str, link: &str) -> Option<String> {
    let link = link.trim().split('#').next()?;
    let scheme = link.find(':').is_some_and(|colon| !link[..colon].contains(['/', '?']));
    if link.is_empty() || scheme || link.starts_with("//") {
        return None;
    }
    let (path, query) = match link.split_once('?') {
        Some((path, query)) => (path, Some(query)),
        None => (link, None),
    };
    let page = page.split('?').next()?;
    let folder = if path.starts_with('/') { "" } else { &page[..page.rfind('/')? + 1] };
    let whole = if path.is_empty() { page.to_owned() } else { format!("{folder}{path}") };
    let mut steps = Vec::new();
    for step in whole.split('/').skip(1) {
        match step {
            "." => {}
            ".." => drop(steps.pop()),
            step => steps.push(step),
        }
    }
    if whole.ends_with("/.") || whole.ends_with("/..") {
        steps.push("");
    }
    let target = format!(
        "/{}{}{}",
        steps.join("/"),
        if query.is_some() { "?" } else { "" },
        query.unwrap_or_default()
    );
    Some(percent_encode(&target))
}

/// Encodes what may not stand in a request line; what is encoded already stays as it is.
pub(crate) fn percent_encode(target: &str) -> String {
    let mut encoded = String::with_capacity(target.len());
    for byte in target.bytes() {
        match byte {
            b'!'..=b'~' if !matches!(byte, b'"' | b'<' | b'>') => encoded.push(char::from(byte)),
            _ => encoded.push_str(&format!("%{byte:02X}")),
        }
    }
    encoded
}

/// Decodes `%41` to `A`; `None` if what follows a `%` is no number, or if the whole is not text.
pub(crate) fn percent_decode(path: &str) -> Option<String> {
    let mut decoded = Vec::with_capacity(path.len());
    let mut parts = path.split('%');
    decoded.extend_from_slice(parts.next()?.as_bytes());
    for part in parts {
        let digits =
            part.get(..2).filter(|digits| digits.bytes().all(|digit| digit.is_ascii_hexdigit()))?;
        decoded.push(u8::from_str_radix(digits, 16).ok()?);
        decoded.extend_from_slice(&part.as_bytes()[2..]);
    }
    String::from_utf8(decoded).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use async_io::block_on;

    fn response(bytes: &str) -> Result<Response, String> {
        block_on(read_response(bytes.as_bytes())).map_err(|error| error.to_string())
    }

    #[test]
    fn a_response_leads_to_its_links_or_to_its_location() {
        let links = |bytes| response(bytes).unwrap().links("/a/b.html");
        assert_eq!(
            links("HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n\r\n<a href=c>"),
            ["/a/c"]
        );
        assert_eq!(links("HTTP/1.1 301 Moved\r\nLocation: ../d\r\n\r\n<a href=c>"), ["/d"]);
        assert!(links("HTTP/1.1 301 Moved\r\nLocation: http://elsewhere/\r\n\r\n").is_empty());
        assert!(links("HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n\r\n<a href=c>").is_empty());
        assert!(links("HTTP/1.1 404 No\r\nContent-Type: text/html\r\n\r\n<a href=c>").is_empty());
    }

    fn body(bytes: &str) -> Result<String, String> {
        response(bytes).map(|response| String::from_utf8(response.body).unwrap())
    }

    #[test]
    fn a_body_ends_at_its_length_its_last_chunk_or_the_end() {
        assert_eq!(
            body("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello, and more"),
            Ok("hello".into())
        );
        assert_eq!(body("HTTP/1.0 200 OK\n\nto the end"), Ok("to the end".into()));
        let chunks = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nfoo\r\nA;x=y\r\n0123456789\r\n0\r\n\r\n";
        assert_eq!(body(chunks), Ok("foo0123456789".into()));
        assert_eq!(body("HTTP/1.1 204 No Content\r\nContent-Length: 5\r\n\r\n"), Ok(String::new()));
    }

    #[test]
    fn an_interim_response_is_passed_over() {
        assert_eq!(
            response("HTTP/1.1 103 Early Hints\r\n\r\nHTTP/1.1 404 No\r\n\r\n").unwrap().status,
            404
        );
    }

    #[test]
    fn a_malformed_response_is_an_error() {
        for (bytes, expected) in [
            ("", "not HTTP: it ends too early"),
            ("HTTP/1.1 200 OK\r\nHost: x", "not HTTP: it ends too early"),
            ("220 mail.example ESMTP\r\n\r\n", "not HTTP: no status line"),
            ("HTTP/1.1 2x0 OK\r\n\r\n", "not HTTP: a bad number"),
            ("HTTP/1.1 +20 OK\r\n\r\n", "not HTTP: a bad number"),
            ("HTTP/1.1 200 OK\r\nnonsense\r\n\r\n", "not HTTP: a header without a colon"),
            ("HTTP/1.1 200 OK\r\nA : b\r\n\r\n", "not HTTP: a bad header name"),
            ("HTTP/1.1 200 OK\r\nContent-Length: -5\r\n\r\n", "not HTTP: a bad number"),
            (
                "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\n",
                "not HTTP: two lengths",
            ),
            ("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nfour", "not HTTP: it ends too early"),
            ("HTTP/1.1 200 OK\r\nContent-Length: 99999999999999\r\n\r\n", "too long"),
            (
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip\r\n\r\n",
                "not HTTP: an unknown transfer encoding",
            ),
            (
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nffffffffffffffff\r\n",
                "too long",
            ),
            (
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n-1\r\n",
                "not HTTP: a bad number",
            ),
            (
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nabc\r\n",
                "not HTTP: a chunk longer than its size",
            ),
        ] {
            assert_eq!(response(bytes).unwrap_err(), expected, "{bytes:?}");
        }
        assert_eq!(response(&"x".repeat(MAX_HEAD as usize + 1)).unwrap_err(), "too long");
        assert_eq!(
            response(&format!("HTTP/1.1 200 OK\n\n{}", "x".repeat(MAX_BODY as usize + 1)))
                .unwrap_err(),
            "too long"
        );
        assert!(block_on(read_response(&b"HTTP/1.1 200 \xff\r\n\r\n"[..])).is_err());
    }

    #[test]
    fn a_request_is_three_words() {
        let request = |bytes: &'static str| block_on(read_request(bytes.as_bytes())).ok();
        assert_eq!(
            request("GET /a?b HTTP/1.1\r\nHost: x\r\n\r\n"),
            Some(("GET".into(), "/a?b".into()))
        );
        for bad in [
            "",
            "GET / HTTP/1.1\r\n",
            "GET /\r\n\r\n",
            "GET x HTTP/1.1\r\n\r\n",
            "GET / HTTP/2\r\n\r\n",
            " / HTTP/1.1\r\n\r\n",
        ] {
            assert_eq!(request(bad), None, "{bad:?}");
        }
    }

    #[test]
    fn links_are_found_where_html_has_them() {
        let html = r##"<!doctype html><LINK rel=stylesheet HREF=/style.css><a class="x" href='b.html#part'>b</a>
            <a href="../up/?q=1&amp;r=2">up</a> <img src = "i.png"/> <!-- <a href="no"> --> <p href="no">
            <script>"<a href='no'>"</script><a href="#here"><a name=no><a disabled href="https://elsewhere/">
            <a href="//elsewhere"><a href="mailto:me"><a href="two words.html"> 1 < 2 <a href="open"##;
        let expected =
            ["/style.css", "/a/b.html", "/up/?q=1&r=2", "/a/i.png", "/a/two%20words.html"];
        assert_eq!(links("/a/page.html", html), expected);
    }

    #[test]
    fn any_text_is_searched_to_its_end() {
        for html in [
            "<",
            "<a",
            "<a href",
            "<a href=",
            "<a href=\"",
            "<é href=é>",
            "<!--",
            "<script",
            "<a =x>",
            "<a href=ü>",
            "</a//>",
        ] {
            drop(links("/", html));
        }
        assert_eq!(links("/", "<a href=ü>"), ["/%C3%BC"]);
    }

    #[test]
    fn a_link_stays_below_the_root() {
        assert_eq!(resolve("/a/b", "../../../c").as_deref(), Some("/c"));
        assert_eq!(resolve("/a/b", "./").as_deref(), Some("/a/"));
        assert_eq!(resolve("/a/b", "..").as_deref(), Some("/"));
        assert_eq!(resolve("/a/b?q=/x/", "?r").as_deref(), Some("/a/b?r"));
        assert_eq!(resolve("/a/b", "c\r\nHost: evil").as_deref(), None, "that has a scheme");
        assert_eq!(resolve("/a/b", "/c\r\nHost: evil").as_deref(), Some("/c%0D%0AHost:%20evil"));
    }

    #[test]
    fn percent_signs_are_decoded_or_refused() {
        assert_eq!(percent_decode("/a%20b%C3%BC%2e").as_deref(), Some("/a bü."));
        for bad in ["%", "%2", "%zz", "%+1", "%ü0", "%ff"] {
            assert_eq!(percent_decode(bad), None, "{bad}");
        }
    }
}
