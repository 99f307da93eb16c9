//! The headers and cookies of a client that the program wants to read.

use axum::http::{HeaderMap, HeaderName, header};

use crate::client::Sent;

/// Their names.
#[derive(Debug, Default)]
pub(crate) struct Kept {
    headers: Vec<HeaderName>,
    cookies: Vec<String>,
}

impl Kept {
    /// # Errors
    /// Why it is not the name of a header.
    pub(super) fn header(&mut self, name: &str) -> Result<(), String> {
        self.headers.push(header_name(name)?);
        Ok(())
    }

    /// # Errors
    /// Why it is not the name of a cookie.
    pub(super) fn cookie(&mut self, name: &str) -> Result<(), String> {
        // A cookie has a token as its name, as a header has, but with both cases (RFC 6265).
        if name.parse::<HeaderName>().is_err() {
            return Err(format!("`{name}` is not the name of a cookie"));
        }
        self.cookies.push(name.to_owned());
        Ok(())
    }

    /// What a request has of them. Values that are not ASCII are left out.
    pub(super) fn of(&self, headers: &HeaderMap) -> Sent {
        let header = |name: &HeaderName| {
            let value = headers.get(name)?.to_str().ok()?;
            Some((name.as_str().to_owned(), value.to_owned()))
        };
        let cookie = |name: &String| Some((name.clone(), cookie(headers, name)?.to_owned()));
        Sent::new(self.headers.iter().filter_map(header).collect(), self.cookies.iter().filter_map(cookie).collect())
    }
}

/// The cookie with this name in the headers of a request: the first one, if there are several.
pub(super) fn cookie<'a>(headers: &'a HeaderMap, wanted: &str) -> Option<&'a str> {
    // A cookie of another program on this host may have any bytes.
    let pairs = headers.get_all(header::COOKIE).iter().flat_map(|line| line.as_bytes().split(|byte| *byte == b';'));
    let mut pairs = pairs.filter_map(|pair| str::from_utf8(pair).ok()?.split_once('='));
    pairs.find(|(name, _)| name.trim() == wanted).map(|(_, value)| value.trim()).filter(|value| value.is_ascii())
}

/// Reads the name of a header.
///
/// # Errors
/// Why it is not one.
pub(super) fn header_name(name: &str) -> Result<HeaderName, String> {
    name.trim().parse().map_err(|_| format!("`{name}` is not the name of a header"))
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use axum::http::HeaderValue;

    use super::*;
    use crate::client::{Client, ClientId, Peer};

    #[test]
    fn fault_a_cookie_of_another_program_logged_people_out() {
        let mut headers = HeaderMap::new();
        for line in [&b"name=J\xfcrgen; sid=1; other=\xc3\xbc"[..], b"last=2"] {
            headers.append(header::COOKIE, HeaderValue::from_bytes(line).unwrap());
        }
        assert_eq!(
            ["sid", "last", "name", "other"].map(|name| cookie(&headers, name)),
            [Some("1"), Some("2"), None, None]
        );
    }

    #[test]
    fn only_what_was_named_is_kept_and_no_secret_is_in_the_debug_text() {
        let mut kept = Kept::default();
        kept.header("X-Forwarded-User").unwrap();
        ["sid", "SID", "gone"].iter().for_each(|name| kept.cookie(name).unwrap());
        let mut headers = HeaderMap::new();
        for (name, value) in [
            ("x-forwarded-user", "ann"),
            ("authorization", "Basic secret"),
            ("cookie", "theme=dark; sid=a=b; SID=upper"),
            ("cookie", "sid=second"),
        ] {
            headers.append(name, value.parse().unwrap());
        }
        let sent = kept.of(&headers);
        let text = format!("{sent:?}");
        assert!(text.contains("sid") && !text.contains("a=b") && !text.contains("ann"), "{text}");
        let client = Client { id: ClientId(1), peer: Arc::new(Peer { sent, ..Peer::default() }) };
        assert_eq!((client.header("X-Forwarded-User"), client.header("authorization")), (Some("ann"), None));
        assert_eq!(
            ["sid", "SID", "gone", "theme"].map(|name| client.cookie(name)),
            [Some("a=b"), Some("upper"), None, None]
        );
        for bad in ["", "a b", "a:b", "a\nb"] {
            assert!(kept.header(bad).is_err() && kept.cookie(bad).is_err(), "{bad:?}");
        }
    }
}
