//! The web server that is crawled: a small guide with every fault that a web site can have, or the
//! files of a directory.
//!
//! Each connection is a task. When the program is interrupted, the runtime cancels them all, and the
//! last owner of the [`Server`] that goes says what that closed.

use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering::Relaxed};
use std::time::Duration;
use std::{fs, io};

use async_io::Async;
use futures_lite::io::AsyncWriteExt;
use taipan::prelude::*;
use taipan::{Task, to_thread};

use crate::http;

/// A running server.
pub(crate) struct Site {
    pub(crate) address: SocketAddr,
    listener: Task<()>,
    server: Arc<Server>,
}

/// What the listener and the connections share.
struct Server {
    address: SocketAddr,
    root: Option<PathBuf>,
    news_asked: AtomicUsize,
    cut_off: AtomicUsize,
    stopped: AtomicBool,
}

impl Site {
    /// Serves the files of `directory`, or the guide if there is none, at a free port of this machine.
    pub(crate) fn open(directory: Option<PathBuf>) -> taipan::Result<Site> {
        let root = match directory {
            None => None,
            Some(given) => match given.canonicalize() {
                Ok(root) if root.is_dir() => Some(root),
                Ok(_) => return Err(format!("{} is not a directory", given.display()).into()),
                Err(error) => {
                    return Err(format!("cannot serve {}: {error}", given.display()).into());
                }
            },
        };
        let listener = Async::<TcpListener>::bind(([127, 0, 0, 1], 0))?;
        let address = listener.get_ref().local_addr()?;
        let server = Arc::new(Server {
            address,
            root,
            news_asked: AtomicUsize::new(0),
            cut_off: AtomicUsize::new(0),
            stopped: AtomicBool::new(false),
        });
        let listener =
            Task::builder().name("listener").spawn(accept(listener, Arc::clone(&server)));
        Ok(Site { address, listener, server })
    }

    /// Stops listening.
    pub(crate) async fn close(self) {
        self.server.stopped.store(true, Relaxed);
        self.listener.stop().await;
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        if !self.stopped.load(Relaxed) {
            let open = self.cut_off.get_mut();
            println!("the site at {} has closed, open connections: {open}", self.address);
        }
    }
}

async fn accept(listener: Async<TcpListener>, server: Arc<Server>) {
    loop {
        match listener.accept().await {
            Ok((stream, _)) => {
                let connection = Connection { stream, server: Arc::clone(&server), done: false };
                Task::builder().name("connection").spawn(connection.serve()).detach();
            }
            Err(_) => sleep!(50ms).await, // too many open files, most likely: some will be closed soon
        }
    }
}

struct Connection {
    stream: Async<TcpStream>,
    server: Arc<Server>,
    done: bool,
}

impl Drop for Connection {
    fn drop(&mut self) {
        if !self.done {
            self.server.cut_off.fetch_add(1, Relaxed);
        }
    }
}

impl Connection {
    async fn serve(mut self) {
        if let Ok(Ok(request)) = timeout!(5s, http::read_request(&mut self.stream)).await {
            // An error means that the client has gone, which it may.
            drop(self.answer(request).await);
        }
        self.done = true;
    }

    async fn answer(&mut self, (method, target): (String, String)) -> io::Result<()> {
        let path = target.split('?').next().and_then(http::percent_decode);
        let reply = match (path, self.server.root.clone()) {
            _ if method != "GET" => Reply::error(405),
            (None, _) => Reply::error(400),
            (Some(path), None) => return self.answer_from_guide(&path).await,
            (Some(path), Some(root)) => to_thread(move || read(&root, &path)).await,
        };
        self.send(reply).await
    }

    async fn answer_from_guide(&mut self, path: &str) -> io::Result<()> {
        let reply = match path {
            "/sightings.html" => std::future::pending().await,
            "/news.html" if self.server.news_asked.fetch_add(1, Relaxed) < 2 => Reply::error(503),
            "/maps/atlas.html" => return self.send_atlas().await,
            "/counter" => return self.stream.write_all(b"250 visitors since 1998\r\n\r\n").await,
            "/print/edition.html" => {
                let half = b"HTTP/1.1 200 OK\r\nContent-Length: 5000\r\n\r\n<h1>The printed edi";
                return self.stream.write_all(half).await;
            }
            "/home" => Reply::moved("/".to_owned()),
            _ => match GUIDE.iter().find(|(name, ..)| *name == path) {
                Some((name, delay, body)) => {
                    sleep(Duration::from_millis(*delay)).await;
                    let name = if name.ends_with('/') { "index.html" } else { name };
                    Reply {
                        status: 200,
                        kind: content_type(name),
                        location: None,
                        body: body.to_vec(),
                    }
                }
                None => Reply::error(404),
            },
        };
        self.send(reply).await
    }

    async fn send(&mut self, Reply { status, kind, location, body }: Reply) -> io::Result<()> {
        let location = location.map(|path| format!("Location: {path}\r\n")).unwrap_or_default();
        let length = body.len();
        let head =
            format!("HTTP/1.1 {status} {}\r\n{location}Content-Type: {kind}\r\n", reason(status));
        self.stream.write_all(head.as_bytes()).await?;
        self.stream
            .write_all(format!("Content-Length: {length}\r\nConnection: close\r\n\r\n").as_bytes())
            .await?;
        self.stream.write_all(&body).await
    }

    /// Sends a large page while it is made, sheet by sheet.
    async fn send_atlas(&mut self) -> io::Result<()> {
        let head =
            "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nTransfer-Encoding: chunked\r\n\r\n";
        self.stream.write_all(head.as_bytes()).await?;
        for sheet in 1..=12 {
            let mut html = format!("<h2>Sheet {sheet}</h2><table>\n");
            for field in 1..=400 {
                html +=
                    &format!("<tr><td>{sheet}/{field}</td><td>no snake was seen here</td></tr>\n");
            }
            html += "</table><a href=\"/guide.html\">Guide</a>\n";
            self.stream.write_all(format!("{:x}\r\n{html}\r\n", html.len()).as_bytes()).await?;
            sleep!(40ms).await;
        }
        self.stream.write_all(b"0\r\n\r\n").await
    }
}

#[derive(Debug, PartialEq)]
struct Reply {
    status: u16,
    kind: &'static str,
    location: Option<String>,
    body: Vec<u8>,
}

impl Reply {
    fn html(body: String) -> Reply {
        Reply { status: 200, kind: "text/html", location: None, body: body.into_bytes() }
    }

    fn moved(to: String) -> Reply {
        Reply { location: Some(to), ..Reply::error(301) }
    }

    fn error(status: u16) -> Reply {
        let body = format!("{status} {}\n", reason(status)).into_bytes();
        Reply { status, kind: "text/plain", location: None, body }
    }
}

fn reason(status: u16) -> &'static str {
    match status {
        200 => "OK",
        301 => "Moved Permanently",
        400 => "Bad Request",
        403 => "Forbidden",
        404 => "Not Found",
        405 => "Method Not Allowed",
        503 => "Service Unavailable",
        _ => "Internal Server Error",
    }
}

/// Reads what `path`, already decoded, names below `root`, and nothing that lies elsewhere.
fn read(root: &Path, path: &str) -> Reply {
    let mut file = root.to_owned();
    for step in path.split('/').filter(|step| !step.is_empty() && *step != ".") {
        if step == ".." || step.contains(['\\', ':', '\0']) {
            return Reply::error(403);
        }
        file.push(step);
    }
    // Links are followed, but not out of the directory.
    match file.canonicalize() {
        Ok(real) if real.starts_with(root) => read_file(real, path),
        Ok(_) => Ok(Reply::error(403)),
        Err(error) => Err(error),
    }
    .unwrap_or_else(|error| match error.kind() {
        io::ErrorKind::NotFound | io::ErrorKind::NotADirectory => Reply::error(404),
        io::ErrorKind::PermissionDenied => Reply::error(403),
        _ => Reply::error(500),
    })
}

fn read_file(mut file: PathBuf, path: &str) -> io::Result<Reply> {
    if file.is_dir() {
        if !path.ends_with('/') {
            return Ok(Reply::moved(http::percent_encode(&format!("{path}/"))));
        }
        if !file.join("index.html").is_file() {
            return list(&file, path);
        }
        file.push("index.html");
    } else if path.ends_with('/') {
        return Ok(Reply::error(404));
    }
    let about = file.metadata()?;
    if !about.is_file() || about.len() > http::MAX_BODY {
        return Ok(Reply::error(403)); // a pipe never ends, and the crawler would not take more
    }
    let kind = content_type(&file.to_string_lossy());
    Ok(Reply { status: 200, kind, location: None, body: fs::read(file)? })
}

/// Makes a page of links to what is in `folder`, without hidden files.
fn list(folder: &Path, path: &str) -> io::Result<Reply> {
    let mut names = Vec::new();
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let slash = if entry.path().is_dir() { "/" } else { "" };
        names.push(format!("{}{slash}", entry.file_name().to_string_lossy()));
    }
    names.retain(|name| !name.starts_with('.'));
    names.sort_unstable();
    let escape =
        |text: &str| text.replace('&', "&amp;").replace('<', "&lt;").replace('"', "&quot;");
    let mut html = format!("<!doctype html><meta charset=\"utf-8\"><h1>{}</h1>\n", escape(path));
    for name in &names {
        let link =
            http::percent_encode(&name.replace('%', "%25").replace('?', "%3F").replace('#', "%23"));
        html += &format!("<a href=\"./{}\">{}</a><br>\n", escape(&link), escape(name));
    }
    Ok(Reply::html(html))
}

fn content_type(name: &str) -> &'static str {
    match name.rsplit('.').next().unwrap_or_default().to_ascii_lowercase().as_str() {
        "html" | "htm" => "text/html",
        "css" => "text/css",
        "js" => "text/javascript",
        "txt" | "md" | "rs" | "toml" => "text/plain",
        "json" => "application/json",
        "xml" => "application/xml",
        "pdf" => "application/pdf",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "jpg" | "jpeg" => "image/jpeg",
        "gif" => "image/gif",
        "ico" => "image/x-icon",
        "wasm" => "application/wasm",
        "woff2" => "font/woff2",
        _ => "application/octet-stream",
    }
}

/// The pages of the guide that behave: path, milliseconds to make it, content.
const GUIDE: &[(&str, u64, &[u8])] = &[
    ("/", 20, include_bytes!("site/index.html")),
    ("/about.html", 90, include_bytes!("site/about.html")),
    ("/archive/2007.html", 240, include_bytes!("site/archive/2007.html")),
    ("/archive/2010.html", 260, include_bytes!("site/archive/2010.html")),
    ("/faq.html", 150, include_bytes!("site/faq.html")),
    ("/first-aid.html", 10, include_bytes!("site/first-aid.html")),
    ("/glossary.html", 180, include_bytes!("site/glossary.html")),
    ("/guide.html", 120, include_bytes!("site/guide.html")),
    ("/img/coastal.svg", 70, include_bytes!("site/img/coastal.svg")),
    ("/img/inland.svg", 60, include_bytes!("site/img/inland.svg")),
    ("/img/taipan.svg", 50, include_bytes!("site/img/taipan.svg")),
    ("/imprint.html", 30, include_bytes!("site/imprint.html")),
    ("/news.html", 80, include_bytes!("site/news.html")),
    ("/species/", 140, include_bytes!("site/species/index.html")),
    ("/species/central-ranges.html", 320, include_bytes!("site/species/central-ranges.html")),
    ("/species/coastal.html", 210, include_bytes!("site/species/coastal.html")),
    ("/species/inland.html", 270, include_bytes!("site/species/inland.html")),
    ("/style.css", 5, include_bytes!("site/style.css")),
];

#[cfg(test)]
mod tests {
    use super::*;

    fn status(path: &str) -> u16 {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("crawl").canonicalize().unwrap();
        read(&root, path).status
    }

    #[test]
    fn files_come_with_their_type() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("crawl/site").canonicalize().unwrap();
        let reply = read(&root, "/style.css");
        assert_eq!((reply.status, reply.kind), (200, "text/css"));
        assert_eq!(reply.body, include_bytes!("site/style.css"));
        assert_eq!(read(&root, "/").body, include_bytes!("site/index.html"));
        assert_eq!(read(&root, "/species").location.as_deref(), Some("/species/"));
        assert_eq!(read(&root, "/species/").kind, "text/html");
    }

    #[test]
    fn a_folder_without_an_index_is_listed() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("crawl").canonicalize().unwrap();
        let reply = String::from_utf8(read(&root, "/").body).unwrap();
        for link in ["./http.rs", "./main.rs", "./site.rs", "./site/"] {
            assert!(reply.contains(&format!("<a href=\"{link}\">")), "{reply}");
        }
    }

    #[test]
    fn nothing_outside_the_directory_is_read() {
        assert_eq!(status("/site/style.css"), 200);
        assert_eq!(status("/../Cargo.toml"), 403);
        assert_eq!(status("/site/../../Cargo.toml"), 403);
        assert_eq!(status("/..\\Cargo.toml"), 403);
        assert_eq!(status("/\0"), 403);
        assert_eq!(status("//etc/passwd"), 404);
        assert_eq!(status("/none.html"), 404);
        assert_eq!(status("/site/style.css/"), 404);
    }

    #[cfg(unix)]
    #[test]
    fn a_symbolic_link_does_not_lead_out() {
        let folder = std::env::temp_dir().join(format!("taipan-crawl-{}", std::process::id()));
        fs::create_dir_all(folder.join("in")).unwrap();
        fs::write(folder.join("in/a.txt"), "a").unwrap();
        fs::write(folder.join("secret.txt"), "s").unwrap();
        std::os::unix::fs::symlink(folder.join("secret.txt"), folder.join("in/out.txt")).unwrap();
        std::os::unix::fs::symlink(folder.join("in/a.txt"), folder.join("in/b.txt")).unwrap();
        let root = folder.join("in").canonicalize().unwrap();
        let statuses = ["/a.txt", "/b.txt", "/out.txt"].map(|path| read(&root, path).status);
        fs::remove_dir_all(folder).unwrap();
        assert_eq!(statuses, [200, 200, 403]);
    }
}
