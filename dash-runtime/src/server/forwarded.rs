//! The header `Forwarded` (RFC 7239): a list of elements, to which each proxy appends one.

use std::collections::BTreeMap;

use axum::http::{HeaderMap, header};

/// What one proxy says about the connection that it got.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Hop {
    /// Who made the connection: an address, `unknown`, or a name that the proxy has invented.
    pub(super) by_whom: Option<String>,
    pub(super) host: Option<String>,
    pub(super) proto: Option<String>,
}

/// The hops of a request, the nearest proxy last. Empty without the header.
///
/// # Errors
/// If a line is malformed. A client could have left a quotation mark open, so that what a proxy has appended to it is a
/// part of the client's text.
pub(super) fn hops(headers: &HeaderMap) -> Result<Vec<Hop>, String> {
    let mut hops = Vec::new();
    for line in headers.get_all(header::FORWARDED) {
        let line = line.to_str().ok().and_then(|line| Reader(line.trim()).hops());
        hops.extend(line.ok_or("the header Forwarded is malformed (RFC 7239)")?);
    }
    Ok(hops)
}

/// The rest of a line.
struct Reader<'a>(&'a str);

impl Reader<'_> {
    fn hops(mut self) -> Option<Vec<Hop>> {
        let (mut hops, mut pairs) = (Vec::new(), BTreeMap::new());
        loop {
            self.skip_spaces();
            if !self.0.is_empty() && !self.0.starts_with([',', ';']) {
                let name = self.word(is_token)?.to_ascii_lowercase();
                self.take('=').then_some(())?;
                let value = if self.take('"') { self.quoted()? } else { self.word(is_plain)?.to_owned() };
                // What is said twice is not known.
                pairs.insert(name, value).is_none().then_some(())?;
                self.skip_spaces();
            }
            if self.take(';') {
                continue;
            }
            // A list may have empty elements.
            if !pairs.is_empty() {
                let mut pairs = std::mem::take(&mut pairs);
                let [by_whom, host, proto] = ["for", "host", "proto"].map(|name| pairs.remove(name));
                hops.push(Hop { by_whom, host, proto });
            }
            if self.0.is_empty() {
                return Some(hops);
            }
            self.take(',').then_some(())?;
        }
    }

    fn skip_spaces(&mut self) {
        self.0 = self.0.trim_start_matches([' ', '\t']);
    }

    fn take(&mut self, letter: char) -> bool {
        let rest = self.0.strip_prefix(letter);
        self.0 = rest.unwrap_or(self.0);
        rest.is_some()
    }

    /// At least one of these letters.
    fn word(&mut self, is_in: fn(char) -> bool) -> Option<&str> {
        let end = self.0.find(|letter| !is_in(letter)).unwrap_or(self.0.len());
        let (word, rest) = self.0.split_at(end);
        self.0 = rest;
        Some(word).filter(|word| !word.is_empty())
    }

    /// The rest of a text in quotation marks.
    fn quoted(&mut self) -> Option<String> {
        let mut text = String::new();
        let mut letters = self.0.char_indices();
        loop {
            match letters.next()? {
                (at, '"') => {
                    self.0 = &self.0[at + 1..];
                    return Some(text);
                }
                (_, '\\') => text.push(letters.next()?.1),
                (_, letter) => text.push(letter),
            }
        }
    }
}

/// A letter of a token (RFC 9110, section 5.6.2).
const fn is_token(letter: char) -> bool {
    letter.is_ascii_alphanumeric()
        || matches!(letter, '!'..='\'' | '*' | '+' | '-' | '.' | '^'..='`' | '|' | '~') && letter != '"'
}

/// A letter of a value without quotation marks. Some proxies write ports and IPv6 addresses without them.
const fn is_plain(letter: char) -> bool {
    is_token(letter) || matches!(letter, ':' | '[' | ']')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(lines: &[&str]) -> Result<Vec<Hop>, String> {
        let mut headers = HeaderMap::new();
        lines.iter().for_each(|line| _ = headers.append(header::FORWARDED, line.parse().unwrap()));
        hops(&headers)
    }

    fn hop(by_whom: &str, host: &str, proto: &str) -> Hop {
        let said = |text: &str| (!text.is_empty()).then(|| text.to_owned());
        Hop { by_whom: said(by_whom), host: said(host), proto: said(proto) }
    }

    #[test]
    fn elements_of_all_lines_are_read_with_and_without_quotation_marks() {
        for (lines, hops) in [
            (&[][..], vec![]),
            (&["for=192.0.2.43"], vec![hop("192.0.2.43", "", "")]),
            (&["For=\"[2001:db8::17]:4711\";proto=https"], vec![hop("[2001:db8::17]:4711", "", "https")]),
            (&["for=a, for=b;by=c , ;HOST=\"d:1\";"], vec![hop("a", "", ""), hop("b", "", ""), hop("", "d:1", "")]),
            (&["for=a", "for=b;proto=http"], vec![hop("a", "", ""), hop("b", "", "http")]),
            (&["for=\"a\\\"b, c;d\""], vec![hop("a\"b, c;d", "", "")]),
            (&["for=[2001:db8::17]:47;host=lab:80"], vec![hop("[2001:db8::17]:47", "lab:80", "")]),
            (&["", " , ,"], vec![]),
        ] {
            assert_eq!(read(lines), Ok(hops), "{lines:?}");
        }
    }

    #[test]
    fn a_malformed_line_is_refused_as_a_whole() {
        for line in [
            "for",
            "for=",
            "for=\"a",
            "for=\"a, for=\"192.0.2.43\"",
            "for=\"a\\",
            "for=\"a\"b",
            "for=a b",
            "for = a",
            "for=a;for=b",
            "for=a/b",
            "=a",
            "for=a for=b",
        ] {
            assert!(read(&[line]).is_err(), "{line}");
        }
    }
}
