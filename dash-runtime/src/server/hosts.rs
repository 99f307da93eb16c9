//! Checks which requests are answered: `Host` and `Origin` must be in exact lists. Behind a trusted proxy, `Host` is what
//! the proxy says that the client asked for ([`proxies`](super::proxies)).
//!
//! Any website can make a browser send requests to a device in the local network. Two checks prevent that. `Host` must
//! be an address, or a name that is known to be this server's, because DNS rebinding can give a foreign name the
//! device's address. The `Origin` of a WebSocket or of a request to the HTTP service must be the same host (cross-site
//! hijacking). Both checks compare whole names, because an attacker can choose the beginning or the end of a name.

use std::{
    collections::BTreeSet,
    net::{IpAddr, Ipv6Addr},
    sync::{Arc, Mutex, PoisonError},
};

use axum::http::{HeaderMap, HeaderName, StatusCode, Uri, header, uri::Authority};

use super::proxies::{Forwarded, Proxies};
use crate::words::log;

/// The largest number of refused names that get a line in the log. More would let an attacker fill it.
const REPORTED: usize = 32;

/// The names of this server, besides IP addresses and `localhost`.
#[derive(Debug, Default)]
pub(crate) struct Hosts {
    names: Vec<Name>,
    origins: Vec<String>,
    /// The origins of pages that may show this server's pages in a frame.
    frames: Vec<String>,
    proxies: Proxies,
    /// Settings that are no names, each with the reason. The server does not start with one.
    faults: Vec<String>,
    /// The refused names that the log has already.
    reported: Mutex<BTreeSet<String>>,
}

/// A host name that is allowed.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Name {
    /// `robot.local`
    Exact(String),
    /// `*.local`: each name below this one. It begins with a dot.
    Below(String),
}

impl Name {
    /// Reads what people write for a host: a name, also with a scheme, a port or a slash at the end, and `*.local`.
    ///
    /// # Errors
    /// Why it is not a name.
    fn parse(text: &str) -> Result<Self, String> {
        let plain = text.trim().to_ascii_lowercase();
        let plain = without_scheme(&plain).unwrap_or(&plain);
        let plain = plain.trim_end_matches('/');
        // Any port: a proxy may change it.
        let named = match plain.rsplit_once(':') {
            Some((name, port)) if !port.is_empty() && port.bytes().all(|digit| digit.is_ascii_digit()) => name,
            _ => plain,
        };
        let (name, is_below) = match named.strip_prefix("*.") {
            Some(name) => (name, true),
            None => (named, false),
        };
        let is_label = |label: &str| {
            !label.is_empty() && label.bytes().all(|letter| letter.is_ascii_alphanumeric() || b"-_".contains(&letter))
        };
        if named == "*" {
            return Err("`*` would allow every name, also those of foreign pages: name the hosts".to_owned());
        }
        if is_address(named) {
            return Ok(Self::Exact(named.to_owned()));
        }
        if !name.split('.').all(is_label) {
            return Err(format!("`{}` is not a host name such as `robot.local` or `*.local`", text.trim()));
        }
        Ok(if is_below { Self::Below(format!(".{name}")) } else { Self::Exact(name.to_owned()) })
    }

    fn allows(&self, host: &str) -> bool {
        match self {
            Self::Exact(name) => name == host,
            Self::Below(end) => host.strip_suffix(end.as_str()).is_some_and(|first| !first.is_empty()),
        }
    }
}

impl Hosts {
    /// Adds a host name.
    pub(crate) fn allow_host(&mut self, name: &str) {
        match Name::parse(name) {
            Ok(name) => self.names.push(name),
            Err(why) => self.faults.push(why),
        }
    }

    /// Adds an origin, such as `https://lab.example.org`, whose pages may use the socket and the HTTP service.
    pub(crate) fn allow_origin(&mut self, origin: &str) {
        match parse_origin(origin) {
            Ok(origin) => self.origins.push(origin),
            Err(why) => self.faults.push(why),
        }
    }

    /// Adds an origin whose pages may show this server's pages in a frame.
    pub(crate) fn allow_frame(&mut self, origin: &str) {
        match parse_origin(origin) {
            Ok(origin) => self.frames.push(origin),
            Err(why) => self.faults.push(why),
        }
    }

    /// Trusts a proxy, by its address or network.
    pub(crate) fn trust_proxy(&mut self, address: &str) {
        if let Err(why) = self.proxies.trust(address) {
            self.faults.push(why);
        }
    }

    /// Whether connections from this address are those of a trusted proxy.
    pub(crate) fn is_proxy(&self, address: IpAddr) -> bool {
        self.proxies.trusts(address)
    }

    /// Whether any proxy is trusted.
    pub(crate) const fn has_proxies(&self) -> bool {
        self.proxies.any()
    }

    /// Which pages may show this server's pages in a frame, as the content security policy says it.
    pub(crate) fn frame_ancestors(&self) -> String {
        if self.frames.is_empty() { "'none'".to_owned() } else { self.frames.join(" ") }
    }

    /// Notes a setting that cannot be used.
    pub(crate) fn fault(&mut self, why: String) {
        self.faults.push(why);
    }

    /// The settings that are not names or origins, each with the reason.
    pub(crate) fn faults(&self) -> &[String] {
        &self.faults
    }

    /// Writes one line to the log for each refused name, because the person at the page may not see the reason.
    fn report(&self, name: &str, why: &str) {
        let mut reported = self.reported.lock().unwrap_or_else(PoisonError::into_inner);
        if reported.len() < REPORTED && reported.insert(name.to_owned()) {
            log::warn(&format_args!("refused a request: {why}"));
        }
    }

    /// What a request asked for, and the client that did. The host must be one of this server's names. `peer` is the
    /// other end of the connection, if it is known, and `encrypted` whether this server has encrypted the connection.
    pub(crate) fn check_host(
        &self,
        peer: Option<IpAddr>,
        encrypted: bool,
        headers: &HeaderMap,
        uri: &Uri,
    ) -> Result<Asked, (StatusCode, String)> {
        let said = peer.map(|peer| self.proxies.read(peer, headers)).transpose();
        let Forwarded { client, host, encrypted: said } = said
            .inspect_err(|why| {
                if log::is_rare("forwarded", 1, || why.clone()) {
                    log::warn(&format_args!("refused a request: {why}"));
                }
            })
            .map_err(|why| (StatusCode::BAD_REQUEST, why))?
            .unwrap_or_default();
        // Also if the proxy says another one: a page can set that header, which some proxies pass on, but not its own host.
        let asked = self.known(&named(headers, uri)?)?;
        let host = host.map_or(Ok(asked), |host| self.known(&host))?;
        let from_proxy = peer.is_some_and(|peer| self.is_proxy(peer));
        // The connection of a proxy says nothing about that of the client.
        let encrypted = if from_proxy { said } else { encrypted.then_some(true) };
        // A client of which its proxy says no address is not where the proxy is.
        let client = if from_proxy { client } else { peer };
        Ok(Asked { host, encrypted, client, from_proxy, relayed: None })
    }

    /// The host, if it is one of this server's names.
    fn known(&self, named: &str) -> Result<String, (StatusCode, String)> {
        let malformed = || (StatusCode::BAD_REQUEST, "the Host header is not a host".to_owned());
        let authority: Authority = named.parse().map_err(|_| malformed())?;
        let host = authority.host().to_ascii_lowercase();
        if authority.as_str().rsplit_once(&*host).is_some_and(|(_, port)| !port.is_empty())
            && authority.port_u16().is_none()
        {
            return Err(malformed());
        }
        let is_known = is_address(&host) || host == "localhost" || self.names.iter().any(|name| name.allows(&host));
        if named.contains('@') || !is_known {
            let why = format!("{host:?} is not a name of this server: allow it with DASH_HOSTS or App::allow_host");
            self.report(&host, &why);
            return Err((StatusCode::FORBIDDEN, why));
        }
        Ok(authority.as_str().to_ascii_lowercase())
    }

    /// Checks that a request comes from a page of this server. Every browser sends `Origin`. A request without it comes
    /// from another program, and no foreign page is involved.
    pub(crate) fn check_origin(&self, headers: &HeaderMap, asked: &Asked) -> Result<(), (StatusCode, String)> {
        let Some(origin) = only(headers, &header::ORIGIN)? else { return Ok(()) };
        let origin = origin.to_ascii_lowercase();
        if asked.is_origin(&origin) || self.origins.contains(&origin) {
            return Ok(());
        }
        let host = &asked.host;
        let why = format!(
            "pages of {origin:?} may not use this server, which was asked as {host:?}: allow them with DASH_ORIGINS or \
             App::allow_origin, or let the proxy pass on the Host header"
        );
        self.report(&origin, &why);
        Err((StatusCode::FORBIDDEN, why))
    }
}

/// An extension of a request: whether this server has encrypted its connection.
#[derive(Debug, Clone, Copy)]
pub(super) struct Encrypted(pub(super) bool);

/// What a request asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Asked {
    /// The host, with the port if there is one.
    pub(crate) host: String,
    /// Whether the client's connection is encrypted, if that is known: this server encrypts it, or a trusted proxy says it.
    pub(super) encrypted: Option<bool>,
    /// The address of the client.
    pub(crate) client: Option<IpAddr>,
    /// Whether the other end of the connection is a trusted proxy.
    pub(super) from_proxy: bool,
    /// The name of this device at the relay, if it has come over one. Then a loopback address of the client is one of the
    /// relay's machine.
    pub(super) relayed: Option<Arc<str>>,
}

impl Asked {
    /// Whether the client's connection is known to be encrypted.
    #[cfg(feature = "users")]
    pub(super) fn is_encrypted(&self) -> bool {
        self.encrypted == Some(true)
    }

    /// Whether this is the origin of the pages that were asked for.
    pub(super) fn is_origin(&self, origin: &str) -> bool {
        let is_of = |scheme: &str, port: &str, encrypted: bool| {
            // A browser leaves the usual port out, and some proxies write it.
            let host = self.host.strip_suffix(port).unwrap_or(&self.host);
            let named = origin.strip_prefix(scheme);
            self.encrypted.is_none_or(|known| known == encrypted) && (named == Some(&self.host) || named == Some(host))
        };
        is_of("http://", ":80", false) || is_of("https://", ":443", true)
    }
}

/// The host that the request itself names.
fn named(headers: &HeaderMap, uri: &Uri) -> Result<String, (StatusCode, String)> {
    match (only(headers, &header::HOST)?, uri.authority()) {
        (Some(host), None) => Ok(host.to_owned()),
        (Some(host), Some(authority)) if host.eq_ignore_ascii_case(authority.as_str()) => Ok(host.to_owned()),
        (None, Some(authority)) => Ok(authority.as_str().to_owned()),
        _ => Err((StatusCode::BAD_REQUEST, "one Host header is needed".to_owned())),
    }
}

/// Reads an origin: a scheme and a host.
///
/// # Errors
/// Why it is not one.
fn parse_origin(text: &str) -> Result<String, String> {
    let plain = text.trim().trim_end_matches('/').to_ascii_lowercase();
    match without_scheme(&plain).map(str::parse::<Authority>) {
        // The characters that end a directive of the content security policy are not in a host.
        Some(Ok(host)) if !host.as_str().contains(['@', '*', ';', ',', '\'']) => Ok(plain),
        _ => Err(format!("`{text}` is not an origin such as `https://lab.example.org`")),
    }
}

/// The value of a header that may occur only once.
pub(super) fn only<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Result<Option<&'a str>, (StatusCode, String)> {
    let mut values = headers.get_all(name).iter();
    let refused = || (StatusCode::BAD_REQUEST, format!("one {name} header in plain text is needed"));
    let value = values.next().map(|value| value.to_str().map_err(|_| refused())).transpose()?;
    if values.next().is_some() { Err(refused()) } else { Ok(value) }
}

/// What follows the scheme of a web address. `None` if it has another scheme or none.
fn without_scheme(address: &str) -> Option<&str> {
    address.strip_prefix("http://").or_else(|| address.strip_prefix("https://"))
}

fn is_address(host: &str) -> bool {
    let bracketed = host.strip_prefix('[').and_then(|rest| rest.strip_suffix(']'));
    match bracketed {
        Some(inner) => inner.parse::<Ipv6Addr>().is_ok(),
        None => matches!(host.parse::<IpAddr>(), Ok(IpAddr::V4(_))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn host(value: &str) -> Result<String, StatusCode> {
        let mut hosts = Hosts::default();
        hosts.allow_host("Robot.local");
        let mut headers = HeaderMap::new();
        headers.insert(header::HOST, value.parse().unwrap());
        hosts
            .check_host(None, false, &headers, &Uri::from_static("/"))
            .map(|asked| asked.host)
            .map_err(|(status, _)| status)
    }

    #[test]
    fn s02_host_is_an_address_or_a_known_name() {
        for good in [
            "127.0.0.1",
            "127.0.0.1:8050",
            "192.168.1.7:80",
            "[::1]:8050",
            "[::1]",
            "localhost",
            "LOCALHOST:1",
            "robot.local:8050",
        ] {
            assert_eq!(host(good), Ok(good.to_ascii_lowercase()), "{good}");
        }
        for bad in [
            "evil.com",
            "localhost.evil.com",
            "127.0.0.1.evil.com",
            "127.0.0.1.nip.io",
            "xlocalhost",
            "localhost.",
            "robot.local.evil.com",
            "evilrobot.local",
            "user@127.0.0.1",
            "127.1",
            "0x7f.0.0.1",
            "2130706433",
        ] {
            assert_eq!(host(bad), Err(StatusCode::FORBIDDEN), "{bad}");
        }
        for bad in ["", "a b", "127.0.0.1:x", "[::1", "/"] {
            assert!(host(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn a_host_with_a_port_or_a_scheme_is_the_name_in_it_and_what_is_no_name_is_refused_at_the_start() {
        for good in ["robot.local:8050", "http://robot.local", "https://Robot.local:8443/", " robot.local ", "*.local"]
        {
            let mut hosts = Hosts::default();
            hosts.allow_host(good);
            assert_eq!(hosts.faults(), [""; 0], "{good}");
            let mut headers = HeaderMap::new();
            headers.insert(header::HOST, "robot.local:8050".parse().unwrap());
            assert!(hosts.check_host(None, false, &headers, &Uri::from_static("/")).is_ok(), "{good}");
        }
        for bad in ["*", "robot local", "", "ftp://robot.local", "robot..local", "*robot", "robot.local/page", "a@b"] {
            let mut hosts = Hosts::default();
            hosts.allow_host(bad);
            assert_eq!(hosts.faults().len(), 1, "{bad}");
        }
        let below = Name::parse("*.local").unwrap();
        for foreign in [".local", "local", "robot.local.evil.com", "evillocal"] {
            assert!(!below.allows(foreign), "{foreign}");
        }
        for bad in ["lab.example.org", "https://", "*", "https://*.example.org", "https://a@b"] {
            let mut hosts = Hosts::default();
            hosts.allow_origin(bad);
            assert_eq!(hosts.faults().len(), 1, "{bad}");
        }
    }

    #[test]
    fn s02_host_missing_or_twice_is_refused() {
        let hosts = Hosts::default();
        assert!(hosts.check_host(None, false, &HeaderMap::new(), &Uri::from_static("/")).is_err());
        let mut headers = HeaderMap::new();
        headers.append(header::HOST, "127.0.0.1".parse().unwrap());
        headers.append(header::HOST, "127.0.0.1".parse().unwrap());
        assert!(hosts.check_host(None, false, &headers, &Uri::from_static("/")).is_err());
    }

    #[test]
    fn s03_origin_is_exactly_this_host() {
        let mut hosts = Hosts::default();
        hosts.allow_origin("https://lab.example.org/");
        let origin = |value: &str| {
            let mut headers = HeaderMap::new();
            headers.insert(header::ORIGIN, value.parse().unwrap());
            hosts.check_origin(&headers, &asked("127.0.0.1:8050", None)).is_ok()
        };
        for good in
            ["http://127.0.0.1:8050", "https://127.0.0.1:8050", "HTTP://127.0.0.1:8050", "https://lab.example.org"]
        {
            assert!(origin(good), "{good}");
        }
        for bad in [
            "null",
            "http://127.0.0.1",
            "http://127.0.0.1:80501",
            "http://127.0.0.1:8050.evil.com",
            "http://evil.com",
            "http://evil.com@127.0.0.1:8050",
            "http://127.0.0.1:8050@evil.com",
            "http://127.0.0.1:8050/",
            "ftp://127.0.0.1:8050",
            "https://lab.example.org.evil.com",
            "https://xlab.example.org",
            "",
        ] {
            assert!(!origin(bad), "{bad}");
        }
        assert!(hosts.check_origin(&HeaderMap::new(), &asked("127.0.0.1:8050", None)).is_ok(), "not a browser");
    }

    fn asked(host: &str, encrypted: Option<bool>) -> Asked {
        Asked { host: host.to_owned(), encrypted, client: None, from_proxy: false, relayed: None }
    }

    #[test]
    fn the_scheme_of_an_origin_is_the_one_that_a_proxy_names_and_the_usual_port_may_be_written() {
        for (host, encrypted, origin, good) in [
            ("lab.example.org", Some(true), "https://lab.example.org", true),
            ("lab.example.org", Some(true), "http://lab.example.org", false),
            ("lab.example.org", Some(false), "https://lab.example.org", false),
            ("lab.example.org:443", Some(true), "https://lab.example.org", true),
            ("lab.example.org:443", None, "http://lab.example.org", false),
            ("lab.example.org:80", None, "http://lab.example.org", true),
            ("lab.example.org:8443", Some(true), "https://lab.example.org:8443", true),
            ("lab.example.org:8443", Some(true), "https://lab.example.org", false),
        ] {
            assert_eq!(asked(host, encrypted).is_origin(origin), good, "{origin} as {host}, {encrypted:?}");
        }
    }

    #[test]
    fn a_frame_is_allowed_for_origins_and_nothing_can_be_added_to_the_policy() {
        let mut hosts = Hosts::default();
        assert_eq!(hosts.frame_ancestors(), "'none'");
        hosts.allow_frame("http://homeassistant.local:8123/");
        hosts.allow_frame("https://home.example.org");
        assert_eq!(hosts.frame_ancestors(), "http://homeassistant.local:8123 https://home.example.org");
        for bad in
            ["homeassistant.local", "https://a; script-src *", "https://a,b", "https://*.example.org", "https://a'b"]
        {
            let mut hosts = Hosts::default();
            hosts.allow_frame(bad);
            assert_eq!(hosts.faults().len(), 1, "{bad}");
        }
    }
}
