//! Addresses, and the names that stand for some.

use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, SocketAddrV4, SocketAddrV6};

use sealed::ToTarget;

use crate::threads::to_thread;

/// Addresses, or a name with a port that stands for some: what can be connected to.
///
/// - a [`SocketAddr`], or an IP address and a port: `(Ipv4Addr::LOCALHOST, 8080)`;
/// - a name and a port: `("example.org", 80)`, `"example.org:80"`, `"[::1]:80"`;
/// - a slice or an array of addresses, and a reference to any of them.
///
/// It is implemented here only. Unlike the trait of the same name in `std`, it does not block: names are looked up by
/// [`resolve`].
pub trait ToSocketAddrs: ToTarget {}

impl<T: ToTarget + ?Sized> ToSocketAddrs for T {}

mod sealed {
    use super::Target;

    pub trait ToTarget {
        #[doc(hidden)]
        fn to_target(&self) -> Target;
    }
}

/// What there is to connect to.
#[derive(Clone, Debug, PartialEq)]
pub enum Target {
    Addresses(Vec<SocketAddr>),
    Name(String, u16),
    Malformed(&'static str),
}

impl From<SocketAddr> for Target {
    fn from(address: SocketAddr) -> Target {
        Target::Addresses(vec![address])
    }
}

macro_rules! to_target {
    ($($kind:ty, $target:ident => $value:expr;)*) => {$(
        impl ToTarget for $kind {
            fn to_target(&self) -> Target {
                let $target = self;
                $value.into()
            }
        }
    )*};
}

to_target! {
    SocketAddr, address => *address;
    SocketAddrV4, address => SocketAddr::from(*address);
    SocketAddrV6, address => SocketAddr::from(*address);
    (IpAddr, u16), address => SocketAddr::from(*address);
    (Ipv4Addr, u16), address => SocketAddr::from(*address);
    (Ipv6Addr, u16), address => SocketAddr::from(*address);
    [SocketAddr], addresses => Target::Addresses(addresses.to_vec());
    Vec<SocketAddr>, addresses => Target::Addresses(addresses.clone());
    (&str, u16), named => name(named.0, named.1);
    (String, u16), named => name(&named.0, named.1);
    str, text => parse(text);
    String, text => parse(text);
}

impl<const N: usize> ToTarget for [SocketAddr; N] {
    fn to_target(&self) -> Target {
        self[..].to_target()
    }
}

impl<T: ToTarget + ?Sized> ToTarget for &T {
    fn to_target(&self) -> Target {
        (**self).to_target()
    }
}

fn name(host: &str, port: u16) -> Target {
    match host.parse::<IpAddr>() {
        Ok(ip) => SocketAddr::from((ip, port)).into(),
        Err(_) => Target::Name(host.to_owned(), port),
    }
}

fn parse(text: &str) -> Target {
    if let Ok(address) = text.parse::<SocketAddr>() {
        return address.into();
    }
    let Some((host, port)) = text.rsplit_once(':') else {
        return Target::Malformed("an address needs a port: `host:port`");
    };
    match port.parse() {
        Ok(_) if host.contains(':') => {
            Target::Malformed("an IPv6 address with a port needs brackets: `[::1]:80`")
        }
        Ok(port) => name(host, port),
        Err(_) => Target::Malformed("the port of an address is no number from 0 to 65535"),
    }
}

/// Returns the addresses that a name stands for; of an address, itself.
///
/// The system looks names up, on another thread ([`to_thread`](crate::to_thread)).
///
/// # Errors
///
/// The system's, if the name is not known; `InvalidInput` if a text is no `host:port`.
///
/// # Panics
///
/// Panics outside a runtime if there is a name to look up.
///
/// # Cancel safety
///
/// Cancel safe. The thread goes on until the system has answered, and nobody waits for it.
///
/// # Examples
///
/// ```
/// # fn main() -> std::io::Result<()> {
/// taipan::run(async {
///     let addresses = taipan::net::resolve("localhost:80").await?;
///     assert!(addresses.iter().all(|address| address.ip().is_loopback() && address.port() == 80));
///
///     let error = taipan::net::resolve("localhost").await.unwrap_err();
///     assert_eq!(error.to_string(), "an address needs a port: `host:port`");
///     Ok(())
/// })
/// # }
/// ```
#[doc(alias = "getaddrinfo")]
#[doc(alias = "lookup_host")]
pub fn resolve(
    address: impl ToSocketAddrs,
) -> impl Future<Output = io::Result<Vec<SocketAddr>>> + Send {
    look_up(address.to_target())
}

pub(super) async fn look_up(target: Target) -> io::Result<Vec<SocketAddr>> {
    match target {
        Target::Addresses(addresses) => Ok(addresses),
        Target::Malformed(what) => Err(io::Error::new(io::ErrorKind::InvalidInput, what)),
        Target::Name(host, port) => {
            let look = move || std::net::ToSocketAddrs::to_socket_addrs(&(&*host, port));
            to_thread(look).abandon_on_cancel().await.map(Iterator::collect)
        }
    }
}

/// The error where there is not a single address.
pub(super) fn no_address() -> io::Error {
    io::Error::new(io::ErrorKind::InvalidInput, "there is no address for the name")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn addresses(texts: &[&str]) -> Target {
        Target::Addresses(texts.iter().map(|text| text.parse().unwrap()).collect())
    }

    #[test]
    fn addresses_are_not_looked_up() {
        let one: SocketAddr = "127.0.0.1:80".parse().unwrap();
        let same = addresses(&["127.0.0.1:80"]);
        assert_eq!(one.to_target(), same);
        assert_eq!(ToTarget::to_target(&&one), same);
        assert_eq!((Ipv4Addr::LOCALHOST, 80).to_target(), same);
        assert_eq!(("127.0.0.1", 80).to_target(), same);
        assert_eq!("127.0.0.1:80".to_target(), same);
        assert_eq!(String::from("127.0.0.1:80").to_target(), same);
        assert_eq!((String::from("127.0.0.1"), 80).to_target(), same);
        assert_eq!([one].to_target(), same);
        assert_eq!(vec![one].to_target(), same);
        assert_eq!([one][..].to_target(), same);
        let six = addresses(&["[::1]:80"]);
        assert_eq!("[::1]:80".to_target(), six);
        assert_eq!(("::1", 80).to_target(), six);
        assert_eq!((IpAddr::from(Ipv6Addr::LOCALHOST), 80).to_target(), six);
    }

    #[test]
    fn names_are() {
        let name = Target::Name("localhost".to_owned(), 80);
        assert_eq!("localhost:80".to_target(), name);
        assert_eq!(("localhost", 80).to_target(), name);
    }

    #[test]
    fn what_is_neither_is_malformed() {
        for text in ["", "localhost", "::1", "[::1]", "localhost:", "localhost:65536", "a:b"] {
            assert!(matches!(text.to_target(), Target::Malformed(_)), "{text}");
        }
    }
}
