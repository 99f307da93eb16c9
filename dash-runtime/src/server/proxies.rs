//! Proxies in front of the server, and what they say about the client: `X-Forwarded-For`, `X-Forwarded-Host` and
//! `X-Forwarded-Proto`, or `Forwarded`. Any client can send these headers, so they count only from a proxy that was named.
//!
//! A proxy sets one kind of them, and may pass on the other kind as the client has sent it. Which kind the proxy sets is
//! not known here. So a request with both is refused, unless both say the same.

use std::net::{IpAddr, SocketAddr};

use axum::http::{HeaderMap, HeaderName};
use ipnet::IpNet;

use super::forwarded::{self, Hop};

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
    ///
    /// # Errors
    /// If the header `Forwarded` is malformed, or says something else than the other headers.
    pub(super) fn read(&self, peer: IpAddr, headers: &HeaderMap) -> Result<Forwarded, String> {
        if !self.trusts(peer) {
            return Ok(Forwarded::default());
        }
        let hops = forwarded::hops(headers)?;
        let usual = self.usual(peer, headers);
        if hops.is_empty() {
            return Ok(usual);
        }
        let said = self.standard(peer, &hops);
        let has_usual = [FORWARDED_FOR, FORWARDED_HOST, FORWARDED_PROTO].iter().any(|name| headers.contains_key(name));
        if has_usual && usual != said {
            return Err(
                "the headers Forwarded and X-Forwarded-For, -Host and -Proto do not say the same: let the proxy \
                        remove the kind that it does not set itself"
                    .to_owned(),
            );
        }
        Ok(said)
    }

    /// What the headers `X-Forwarded-…` say.
    fn usual(&self, peer: IpAddr, headers: &HeaderMap) -> Forwarded {
        let last = |name| entries(headers, &name).pop();
        let encrypted = last(FORWARDED_PROTO).and_then(|proto| is_encrypted(&proto));
        Forwarded { client: self.client(peer, headers), host: last(FORWARDED_HOST), encrypted }
    }

    /// What the header `Forwarded` says. The element of the proxy that the client is connected to counts: the last one
    /// that names somebody else than a trusted proxy. What stands before it was written by that client.
    fn standard(&self, peer: IpAddr, hops: &[Hop]) -> Forwarded {
        let mut said = Forwarded { client: Some(peer), ..Forwarded::default() };
        for Hop { by_whom, host, proto } in hops.iter().rev() {
            said.host = host.clone();
            said.encrypted = proto.as_deref().and_then(is_encrypted);
            said.client = by_whom.as_deref().and_then(address);
            if !said.client.is_some_and(|address| self.trusts(address)) {
                break;
            }
        }
        said
    }

    /// The last address that is not a trusted proxy's. What stands before it was written by that client. `None` if the proxy
    /// does not say an address: nobody knows where the client is, and it is not where the proxy is.
    fn client(&self, peer: IpAddr, headers: &HeaderMap) -> Option<IpAddr> {
        let mut client = Some(peer);
        for entry in entries(headers, &FORWARDED_FOR).iter().rev() {
            client = address(entry);
            if !client.is_some_and(|address| self.trusts(address)) {
                break;
            }
        }
        client
    }
}

/// Whether connections with this scheme are encrypted.
fn is_encrypted(scheme: &str) -> Option<bool> {
    match &*scheme.to_ascii_lowercase() {
        "https" | "wss" => Some(true),
        "http" | "ws" => Some(false),
        _ => None,
    }
}

/// The entries of a header that is a list, of all its lines. What a client has written may have any bytes. The proxy's own
/// entry stands in the same line.
fn entries(headers: &HeaderMap, name: &HeaderName) -> Vec<String> {
    let lines = headers.get_all(name).iter();
    let entries = lines.flat_map(|line| line.as_bytes().split(|byte| *byte == b',')).map(String::from_utf8_lossy);
    entries.map(|entry| entry.trim().to_owned()).filter(|entry| !entry.is_empty()).collect()
}

/// An address, which some proxies write with a port.
fn address(text: &str) -> Option<IpAddr> {
    let bracketed = text.strip_prefix('[').and_then(|rest| rest.strip_suffix(']'));
    let address = bracketed.unwrap_or(text).parse().ok();
    address.or_else(|| text.parse::<SocketAddr>().ok().map(|address| address.ip()))
}

#[cfg(test)]
mod tests {
    use axum::http::{HeaderValue, header::FORWARDED};

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
        let forwarded = proxies(trusted).read(peer.parse().unwrap(), &headers).unwrap();
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
        assert_eq!(client(&chain, "127.0.0.1", &["9.9.9.9, unknown"]), None);
        assert_eq!(client(&chain, "127.0.0.1", &[]).as_deref(), Some("127.0.0.1"));
    }

    #[test]
    fn fault_a_byte_made_the_client_of_a_proxy_local() {
        let of = |line: &[u8]| {
            let mut headers = HeaderMap::new();
            headers.append(FORWARDED_FOR, HeaderValue::from_bytes(line).unwrap());
            proxies(&["127.0.0.1"]).read("127.0.0.1".parse().unwrap(), &headers).unwrap().client
        };
        // nginx appends the address to what the client has sent.
        assert_eq!(of(b"\xff, 192.168.1.7"), Some([192, 168, 1, 7].into()));
        assert_eq!(of(b"8.8.8.8\xff"), None);
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
        let forwarded = proxies(&["127.0.0.1"]).read("127.0.0.1".parse().unwrap(), &headers).unwrap();
        assert_eq!((forwarded.host.as_deref(), forwarded.encrypted), (Some("lab.example.org"), Some(true)));
        assert_eq!(proxies(&[]).read("127.0.0.1".parse().unwrap(), &headers), Ok(Forwarded::default()));
    }

    /// What a proxy at 127.0.0.1 says with these headers: the client, the host, and whether it is encrypted.
    fn said(lines: &[(HeaderName, &str)]) -> Result<(String, Option<String>, Option<bool>), String> {
        let mut headers = HeaderMap::new();
        lines.iter().for_each(|(name, line)| _ = headers.append(name, line.parse().unwrap()));
        let said = proxies(&["127.0.0.1", "10.0.0.0/8"]).read("127.0.0.1".parse().unwrap(), &headers)?;
        let client = said.client.map_or_else(|| "unknown".to_owned(), |client| client.to_string());
        Ok((client, said.host, said.encrypted))
    }

    #[test]
    fn the_standard_header_is_read_from_its_end() {
        let forwarded = |line| said(&[(FORWARDED, line)]).unwrap();
        let lab = |client: &str, host: Option<&str>, encrypted| (client.to_owned(), host.map(str::to_owned), encrypted);
        for (line, expected) in [
            (
                "for=192.168.1.7;proto=https;host=lab.example.org",
                lab("192.168.1.7", Some("lab.example.org"), Some(true)),
            ),
            ("for=\"[2001:db8::7]:4711\";proto=HTTP", lab("2001:db8::7", None, Some(false))),
            // The client has sent the first element.
            ("for=9.9.9.9;proto=https;host=evil.com, for=192.168.1.7", lab("192.168.1.7", None, None)),
            // The element of the outer proxy says how the client is connected.
            (
                "for=192.168.1.7;proto=https;host=lab.example.org, for=10.0.0.2;proto=http;host=inner",
                lab("192.168.1.7", Some("lab.example.org"), Some(true)),
            ),
            ("for=unknown;proto=https", lab("unknown", None, Some(true))),
            ("for=9.9.9.9, for=_hidden, for=10.0.0.2", lab("unknown", None, None)),
            ("proto=https", lab("unknown", None, Some(true))),
        ] {
            assert_eq!(forwarded(line), expected, "{line}");
        }
        assert!(said(&[(FORWARDED, "for=\"9.9.9.9, for=192.168.1.7")]).is_err());
        let headers: HeaderMap = [(FORWARDED, "for=9.9.9.9".parse().unwrap())].into_iter().collect();
        assert_eq!(proxies(&[]).read("127.0.0.1".parse().unwrap(), &headers), Ok(Forwarded::default()), "no proxy");
    }

    #[test]
    fn a_client_cannot_add_the_kind_of_header_that_its_proxy_does_not_set() {
        let (client, proto) = ((FORWARDED_FOR, "192.168.1.7"), (FORWARDED_PROTO, "http"));
        for forged in
            ["for=9.9.9.9", "for=192.168.1.7;proto=https", "for=192.168.1.7;proto=http;host=lab.example.org", "a=b"]
        {
            assert!(said(&[client.clone(), proto.clone(), (FORWARDED, forged)]).is_err(), "{forged}");
        }
        let standard = (FORWARDED, "for=192.168.1.7;proto=http");
        for forged in [(FORWARDED_FOR, "9.9.9.9"), (FORWARDED_HOST, "lab.example.org"), (FORWARDED_PROTO, "https")] {
            assert!(said(&[standard.clone(), forged.clone()]).is_err(), "{forged:?}");
        }
        assert_eq!(said(&[client, proto, standard]), Ok(("192.168.1.7".to_owned(), None, Some(false))));
    }

    #[test]
    fn what_is_no_address_is_refused() {
        for bad in ["", "proxy.local", "127.0.0.1:80", "10.0.0.0/33", "*", "0.0.0.0/0", "::/0"] {
            assert!(Proxies::default().trust(bad).is_err(), "{bad}");
        }
    }
}
