//! Checks which requests are answered: `Host` and `Origin` must be in exact lists.
//!
//! Any website can make a browser send requests to a device in the local network. Two checks prevent that. `Host` must
//! be an address, or a name that is known to be this server's, because DNS rebinding can give a foreign name the
//! device's address. The `Origin` of a WebSocket or of a request to the HTTP service must be the same host (cross-site
//! hijacking). Both checks compare whole names, because an attacker can choose the beginning or the end of a name.

use std::net::{IpAddr, Ipv6Addr};

use axum::http::{HeaderMap, HeaderName, StatusCode, Uri, header, uri::Authority};

/// The names of this server, besides IP addresses and `localhost`.
#[derive(Debug, Clone, Default)]
pub(crate) struct Hosts {
    names: Vec<String>,
    origins: Vec<String>,
}

impl Hosts {
    /// Adds a host name, without a port.
    pub(crate) fn allow_host(&mut self, name: &str) {
        self.names.push(name.trim().to_ascii_lowercase());
    }

    /// Adds an origin, such as `https://lab.example.org`, whose pages may use the socket and the HTTP service.
    pub(crate) fn allow_origin(&mut self, origin: &str) {
        self.origins.push(origin.trim().trim_end_matches('/').to_ascii_lowercase());
    }

    /// The host of a request, if it is one of this server's names.
    pub(crate) fn check_host(&self, headers: &HeaderMap, uri: &Uri) -> Result<String, (StatusCode, String)> {
        let named = match (only(headers, &header::HOST)?, uri.authority()) {
            (Some(host), None) => host.to_owned(),
            (Some(host), Some(authority)) if host.eq_ignore_ascii_case(authority.as_str()) => host.to_owned(),
            (None, Some(authority)) => authority.as_str().to_owned(),
            _ => return Err((StatusCode::BAD_REQUEST, "one Host header is needed".to_owned())),
        };
        let malformed = || (StatusCode::BAD_REQUEST, "the Host header is not a host".to_owned());
        let authority: Authority = named.parse().map_err(|_| malformed())?;
        let host = authority.host().to_ascii_lowercase();
        if authority.as_str().rsplit_once(&*host).is_some_and(|(_, port)| !port.is_empty())
            && authority.port_u16().is_none()
        {
            return Err(malformed());
        }
        if named.contains('@') || !(is_address(&host) || host == "localhost" || self.names.contains(&host)) {
            return Err((
                StatusCode::FORBIDDEN,
                format!("{host:?} is not a name of this server: allow it with DASH_HOSTS or App::allow_host"),
            ));
        }
        Ok(authority.as_str().to_ascii_lowercase())
    }

    /// Checks that a request comes from a page of this server. Every browser sends `Origin`. A request without it comes
    /// from another program, and no foreign page is involved.
    pub(crate) fn check_origin(&self, headers: &HeaderMap, host: &str) -> Result<(), (StatusCode, String)> {
        let Some(origin) = only(headers, &header::ORIGIN)? else { return Ok(()) };
        let origin = origin.to_ascii_lowercase();
        let own = |scheme: &str| origin.strip_prefix(scheme).is_some_and(|rest| rest == host);
        if own("http://") || own("https://") || self.origins.contains(&origin) {
            return Ok(());
        }
        let why = format!("pages of {origin:?} may not use this server: allow them with App::allow_origin");
        Err((StatusCode::FORBIDDEN, why))
    }
}

/// The value of a header that may occur only once.
pub(super) fn only<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Result<Option<&'a str>, (StatusCode, String)> {
    let mut values = headers.get_all(name).iter();
    let refused = || (StatusCode::BAD_REQUEST, format!("one {name} header in plain text is needed"));
    let value = values.next().map(|value| value.to_str().map_err(|_| refused())).transpose()?;
    if values.next().is_some() { Err(refused()) } else { Ok(value) }
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
        hosts.check_host(&headers, &Uri::from_static("/")).map_err(|(status, _)| status)
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
    fn s02_host_missing_or_twice_is_refused() {
        let hosts = Hosts::default();
        assert!(hosts.check_host(&HeaderMap::new(), &Uri::from_static("/")).is_err());
        let mut headers = HeaderMap::new();
        headers.append(header::HOST, "127.0.0.1".parse().unwrap());
        headers.append(header::HOST, "127.0.0.1".parse().unwrap());
        assert!(hosts.check_host(&headers, &Uri::from_static("/")).is_err());
    }

    #[test]
    fn s03_origin_is_exactly_this_host() {
        let mut hosts = Hosts::default();
        hosts.allow_origin("https://lab.example.org/");
        let origin = |value: &str| {
            let mut headers = HeaderMap::new();
            headers.insert(header::ORIGIN, value.parse().unwrap());
            hosts.check_origin(&headers, "127.0.0.1:8050").is_ok()
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
        assert!(hosts.check_origin(&HeaderMap::new(), "127.0.0.1:8050").is_ok(), "not a browser");
    }
}
