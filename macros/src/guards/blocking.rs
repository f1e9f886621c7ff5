//! Calls that block the thread.
//!
//! By the path, where it is std's in so many words. A shorter path may lead to an async function of the same name,
//! and a method's name says little: there the type of the result or of the receiver is asked about. What is awaited is
//! none of them.

use proc_macro2::TokenStream;
use syn::{Expr, ExprField, Path};

use super::probe::{self, Guard};

/// The words without which there is no such call.
pub(super) const WORDS: &[&str] = &[
    "thread",
    "fs",
    "File",
    "TcpStream",
    "TcpListener",
    "UdpSocket",
    "UnixStream",
    "UnixListener",
    "UnixDatagram",
    "reqwest",
    "ureq",
    "block_on",
    "run",
    "join",
    "recv",
    "recv_timeout",
    "wait",
    "wait_while",
    "wait_timeout",
    "wait_timeout_while",
    "output",
    "status",
    "wait_with_output",
    "read_line",
    "read_to_string",
    "read_to_end",
    "lines",
];

/// What a path says about its call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Found {
    /// It blocks.
    Known(&'static str),
    /// It does if its result is one of std's.
    ByResult(&'static str),
}

/// Puts a warning into `expr` if it is a call that blocks, or asks rustc whether it does.
pub(super) fn guard(krate: &TokenStream, expr: &mut Expr) {
    match expr {
        Expr::Call(call) => {
            let Expr::Path(callee) = &*call.func else { return };
            let Some(last) = callee.path.segments.last() else { return };
            let guard = |name| Guard::new("blocking", &[name], last.ident.span());
            match of_path(&callee.path) {
                Some(Found::Known(name)) => probe::known(krate, &guard(name), expr),
                Some(Found::ByResult(name)) => probe::of_value(krate, &guard(name), expr),
                None => {}
            }
        }
        Expr::MethodCall(call) => {
            let names = of_method(&call.method.to_string(), call.args.len());
            if names.is_empty() {
                return;
            }
            let guard = Guard::new("blocking", names, call.method.span());
            if call.method == "block_on" {
                // A name that says enough; the receiver is a runtime of some kind.
                probe::known(krate, &guard, expr);
            } else if is_place(&call.receiver) {
                let place = (*call.receiver).clone();
                probe::of_place(krate, &guard, &place, expr);
            } else if is_value(&call.receiver) {
                probe::of_value(krate, &guard, &mut call.receiver);
            }
        }
        _ => {}
    }
}

/// What calling `path` means.
pub(super) fn of_path(path: &Path) -> Option<Found> {
    use Found::{ByResult, Known};
    let segments: Vec<String> =
        path.segments.iter().map(|segment| segment.ident.to_string()).collect();
    let segments: Vec<&str> = segments.iter().map(String::as_str).collect();
    // `thread` is hardly ever another's, and what is called so there is not awaited.
    Some(match segments[..] {
        ["std", "thread", "sleep"] | ["thread", "sleep"] => Known("thread_sleep"),
        ["std", "thread", "park" | "park_timeout"] | ["thread", "park" | "park_timeout"] => {
            Known("thread_park")
        }
        ["std", "thread", "scope"] | ["thread", "scope"] => Known("thread_scope"),
        ["std", "fs", _] | ["std", "fs", "File", "open" | "create" | "create_new"] => Known("file"),
        ["fs", name] if FILES.contains(&name) => ByResult("file"),
        ["File", "open" | "create" | "create_new"]
        | ["fs", "File", "open" | "create" | "create_new"] => ByResult("file"),
        ["std", "net", socket, function] | ["std", "os", "unix", "net", socket, function]
            if connects(socket, function) =>
        {
            Known("network")
        }
        [socket, function] | ["net", socket, function] if connects(socket, function) => {
            ByResult("network")
        }
        ["reqwest", "blocking", ..] | ["ureq", _] => Known("http_client"),
        [.., "block_on"] => Known("block_on"),
        ["taipan", "run"] => Known("run"),
        _ => return None,
    })
}

/// The functions of `std::fs`.
const FILES: &[&str] = &[
    "canonicalize",
    "copy",
    "create_dir",
    "create_dir_all",
    "exists",
    "hard_link",
    "metadata",
    "read",
    "read_dir",
    "read_link",
    "read_to_string",
    "remove_dir",
    "remove_dir_all",
    "remove_file",
    "rename",
    "set_permissions",
    "symlink_metadata",
    "write",
];

fn connects(socket: &str, function: &str) -> bool {
    let sockets =
        ["TcpStream", "TcpListener", "UdpSocket", "UnixStream", "UnixListener", "UnixDatagram"];
    sockets.contains(&socket) && ["connect", "connect_timeout", "bind"].contains(&function)
}

/// What a method of this name, with so many arguments, may be.
pub(super) fn of_method(name: &str, arguments: usize) -> &'static [&'static str] {
    match (name, arguments) {
        ("join", 0) => &["thread_join"],
        ("recv", 0) | ("recv_timeout", 1) => &["channel_recv"],
        ("wait", 0) => &["child_wait", "barrier_wait"],
        ("wait_with_output", 0) => &["child_wait"],
        ("wait", 1) | ("wait_while" | "wait_timeout", 2) | ("wait_timeout_while", 3) => {
            &["condvar_wait"]
        }
        ("output" | "status", 0) => &["command"],
        ("read_line" | "read_to_string" | "read_to_end", 1) | ("lines", 0) => &["stdin"],
        ("block_on", 1) => &["block_on"],
        _ => &[],
    }
}

/// A variable, or a field of one: to look at it does nothing.
fn is_place(expr: &Expr) -> bool {
    match expr {
        Expr::Path(_) => true,
        Expr::Field(ExprField { base, .. }) => is_place(base),
        _ => false,
    }
}

/// What gives a value, which may be handed on.
fn is_value(expr: &Expr) -> bool {
    matches!(
        expr,
        Expr::Call(_) | Expr::MethodCall(_) | Expr::Macro(_) | Expr::Await(_) | Expr::Try(_)
    )
}
