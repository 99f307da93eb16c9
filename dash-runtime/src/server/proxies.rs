//! Proxies in front of the server, and what they say about the client: `X-Forwarded-For`, `X-Forwarded-Host` and
//! `X-Forwarded-Proto`. Any client can send these headers, so they count only from a proxy that was named.

use std::net::{IpAddr, SocketAddr};

use axum::http::{HeaderMap, HeaderName};
use ipnet::IpNet;

const FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");
const FORWARDED_HOST: HeaderName = HeaderName::from_static("x-forwarded-host");
const FORWARDED_PROTO: HeaderName = HeaderName::from_static("x-forwarded-proto");

/// The proxies that are trusted.
#[derive(Debug, Default)]
pub(super) struct Proxies(Vec<IpNet>);

/// What a trusted proxy says about a request.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Forwarded {
    /// The client.
    pub(super) client: Option<IpAddr>,
    /// The host that the client asked for.
    pub(super) host: Option<String>,
    /// Whether the client's connection is encrypted.
    pub(super) encrypted: Option<bool>,
}

impl Proxies {
    /// Trusts an address such as `192.168.1.2`, or a network such as `172.16.0.0/12`.
    ///
    /// # Errors
    /// Why it is neither.
    pub(super) fn trust(&mut self, text: &str) -> Result<(), String> {
        let plain = text.trim();
        let network = plain.parse::<IpNet>().ok().or_else(|| plain.parse::<IpAddr>().ok().map(IpNet::from));
        let Some(network) = network else {
            return Err(format!("`{plain}` is not the address of a proxy, such as `127.0.0.1` or `172.16.0.0/12`"));
        };
        if network.prefix_len() == 0 {
            return Err(format!("`{plain}` would trust every client: name the proxies"));
        }
        self.0.push(network);
        Ok(())
    }

    /// Whether there are any.
    pub(super) const fn any(&self) -> bool {
        !self.0.is_empty()
    }

    pub(super) fn trusts(&self, address: IpAddr) -> bool {
        let address = address.to_canonical();
        self.0.iter().any(|network| network.contains(&address))
    }

    /// What the peer of a connection says about a request, if it is trusted. Each proxy appends to the headers, so their
    /// last entries are from trusted proxies.
    pub(super) fn read(&self, peer: IpAddr, headers: &HeaderMap) -> Forwarded {
        if !self.trusts(peer) {
            return Forwarded::default();
        }
        let last = |name| entries(headers, &name).pop();
        let encrypted = last(FORWARDED_PROTO).and_then(|proto| match &*proto.to_ascii_lowercase() {
            "https" | "wss" => Some(true),
            "http" | "ws" => Some(false),
            _ => None,
        });
        Forwarded { client: Some(self.client(peer, headers)), host: last(FORWARDED_HOST), encrypted }
    }

    /// The last address that is not a trusted proxy's. What stands before it was written by that client.
    fn client(&self, peer: IpAddr, headers: &HeaderMap) -> IpAddr {
        let mut client = peer;
        for entry in entries(headers, &FORWARDED_FOR).iter().rev() {
            let Some(address) = address(entry) else { break };
            client = address;
            if !self.trusts(address) {
                break;
            }
        }
        client
    }
}

/// The entries of a header that is a list, of all its lines.
fn entries(headers: &HeaderMap, name: &HeaderName) -> Vec<String> {
    let lines = headers.get_all(name).iter().filter_map(|line| line.to_str().ok());
    let entries = lines.flat_map(|line| line.split(',')).map(str::trim).filter(|entry| !entry.is_empty());
    entries.map(str::to_owned).collect()
}

/// An address, which some proxies write with a port.
fn address(text: &str) -> Option<IpAddr> {
    let bracketed = text.strip_prefix('[').and_then(|rest| rest.strip_suffix(']'));
    let address = bracketed.unwrap_or(text).parse().ok();
    address.or_else(|| text.parse::<SocketAddr>().ok().map(|address| address.ip()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn proxies(all: &[&str]) -> Proxies {
        let mut proxies = Proxies::default();
        all.iter().for_each(|one| proxies.trust(one).unwrap());
        proxies
    }

    fn client(trusted: &[&str], peer: &str, forwarded_for: &[&str]) -> Option<String> {
        let mut headers = HeaderMap::new();
        for line in forwarded_for {
            headers.append(FORWARDED_FOR, line.parse().unwrap());
        }
        let forwarded = proxies(trusted).read(peer.parse().unwrap(), &headers);
        forwarded.client.map(|address| address.to_string())
    }

    #[test]
    fn a_client_cannot_choose_its_own_address() {
        assert_eq!(client(&["127.0.0.1"], "127.0.0.1", &["9.9.9.9, 192.168.1.7"]).as_deref(), Some("192.168.1.7"));
        assert_eq!(client(&["127.0.0.1"], "127.0.0.1", &["9.9.9.9", "192.168.1.7"]).as_deref(), Some("192.168.1.7"));
        assert_eq!(client(&["127.0.0.1"], "192.168.1.7", &["9.9.9.9"]), None, "not from a proxy");
        let chain = ["127.0.0.1", "10.0.0.0/8"];
        assert_eq!(client(&chain, "127.0.0.1", &["9.9.9.9, 192.168.1.7, 10.0.0.2"]).as_deref(), Some("192.168.1.7"));
        assert_eq!(client(&chain, "127.0.0.1", &["10.0.0.3, 10.0.0.2"]).as_deref(), Some("10.0.0.3"));
        assert_eq!(client(&chain, "127.0.0.1", &["9.9.9.9, unknown"]).as_deref(), Some("127.0.0.1"));
        assert_eq!(client(&chain, "127.0.0.1", &[]).as_deref(), Some("127.0.0.1"));
    }

    #[test]
    fn addresses_come_with_a_port_in_brackets_and_as_ipv6() {
        for (text, address) in [("192.168.1.7:4711", "192.168.1.7"), ("[2001:db8::7]:4711", "2001:db8::7")] {
            assert_eq!(client(&["::1"], "::1", &[text]).as_deref(), Some(address));
        }
        for text in ["2001:db8::7", "[2001:db8::7]"] {
            assert_eq!(client(&["127.0.0.1"], "::ffff:127.0.0.1", &[text]).as_deref(), Some("2001:db8::7"));
        }
    }

    #[test]
    fn the_nearest_proxy_names_the_host_and_the_scheme() {
        let mut headers = HeaderMap::new();
        headers.append(FORWARDED_HOST, "evil.com, lab.example.org".parse().unwrap());
        headers.append(FORWARDED_PROTO, "HTTPS".parse().unwrap());
        let forwarded = proxies(&["127.0.0.1"]).read("127.0.0.1".parse().unwrap(), &headers);
        assert_eq!((forwarded.host.as_deref(), forwarded.encrypted), (Some("lab.example.org"), Some(true)));
        assert_eq!(proxies(&[]).read("127.0.0.1".parse().unwrap(), &headers), Forwarded::default());
    }

    #[test]
    fn what_is_no_address_is_refused() {
        for bad in ["", "proxy.local", "127.0.0.1:80", "10.0.0.0/33", "*", "0.0.0.0/0", "::/0"] {
            assert!(Proxies::default().trust(bad).is_err(), "{bad}");
        }
    }
}
