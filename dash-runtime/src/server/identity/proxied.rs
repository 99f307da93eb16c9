//! Users whom a trusted proxy has logged in, and names in a header.

use axum::http::{HeaderMap, HeaderName};

use crate::{
    rights::{User, check_name},
    server::kept::header_name,
    words::log,
};

/// Which headers of a trusted proxy name the user, and the user's groups.
#[derive(Debug)]
pub(crate) struct Proxied {
    name: HeaderName,
    /// What everybody may do whom the proxy names.
    role: User,
    groups: Option<(HeaderName, Vec<(String, User)>)>,
}

impl Proxied {
    /// Who is named in this header has at least this role.
    ///
    /// # Errors
    /// If this is not the name of a header.
    pub(crate) fn new(name: &str, role: User) -> Result<Self, String> {
        Ok(Self { name: header_name(name)?, role, groups: None })
    }

    /// Who is in one of these groups, which this header lists, has the role of that group.
    ///
    /// # Errors
    /// If this is not the name of a header.
    pub(crate) fn groups(&mut self, name: &str, roles: Vec<(String, User)>) -> Result<(), String> {
        self.groups = Some((header_name(name)?, roles));
        Ok(())
    }

    /// All roles that it gives.
    pub(crate) fn roles(&self) -> impl Iterator<Item = &User> {
        let groups = self.groups.iter().flat_map(|(_, roles)| roles.iter().map(|(_, role)| role));
        std::iter::once(&self.role).chain(groups)
    }

    /// The user of a request from a trusted proxy, if it names one.
    pub(super) fn user(&self, headers: &HeaderMap) -> Option<User> {
        let name = only(headers, &self.name).filter(|name| !name.is_empty())?;
        if let Err(why) = check_name(name) {
            let line = || format!("the proxy names the user {name:?}, who is not let in: {why}");
            if log::is_rare("proxy user", 1, line) {
                log::warn(&line());
            }
            return None;
        }
        let groups = self.groups.iter().flat_map(|(header, roles)| {
            let named = only(headers, header).unwrap_or_default();
            // Proxies separate groups by a comma or by a bar.
            let is_in = |group: &str| named.split([',', '|']).any(|one| one.trim() == group);
            roles.iter().filter(move |(group, _)| is_in(group)).map(|(_, role)| role)
        });
        let highest = groups.fold(&self.role, |best, role| if role.level() > best.level() { role } else { best });
        Some(highest.named(name))
    }
}

/// The text of a header. A proxy that adds its own instead of replacing that of the client sends two, and who the user is
/// is not known then.
fn only<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Option<&'a str> {
    let mut all = headers.get_all(name).iter();
    let (first, second) = (all.next()?, all.next());
    std::str::from_utf8(first.as_bytes()).ok().filter(|_| second.is_none()).map(str::trim)
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    #[derive(Debug, Clone, Copy, PartialEq, dash_macros::Role)]
    enum Lab {
        Guest,
        Operator,
        Chief,
    }

    fn proxied() -> Proxied {
        let mut proxied = Proxied::new("Remote-User", User::new("", Lab::Guest)).unwrap();
        let roles = [("drivers", Lab::Operator), ("chiefs", Lab::Chief)];
        let roles = roles.map(|(group, role)| (group.to_owned(), User::new("", role))).to_vec();
        proxied.groups("Remote-Groups", roles).unwrap();
        proxied
    }

    fn user(names: &[&[u8]], groups: &[&[u8]]) -> Option<(String, Lab)> {
        let mut headers = HeaderMap::new();
        for (header, values) in [("remote-user", names), ("remote-groups", groups)] {
            for value in values {
                headers.append(header, HeaderValue::from_bytes(value).unwrap());
            }
        }
        proxied().user(&headers).map(|user| (user.name().to_owned(), user.role().unwrap()))
    }

    #[test]
    fn a_proxy_names_one_user_or_none() {
        let is = |name: &str, role| Some((name.to_owned(), role));
        assert_eq!(user(&[b"ada"], &[]), is("ada", Lab::Guest));
        assert_eq!(user(&["größe".as_bytes()], &[b" drivers , others"]), is("größe", Lab::Operator));
        assert_eq!(user(&[b"Ada Lovelace"], &[b"chiefs|drivers"]), is("Ada Lovelace", Lab::Chief));
        // A client has added its own to that of the proxy, or the other way round.
        assert_eq!(user(&[b"ada", b"eve"], &[b"chiefs"]), None);
        assert_eq!(user(&[b"ada"], &[b"drivers", b"chiefs"]), is("ada", Lab::Guest));
        for nobody in [&b""[..], b"  ", b"\xff\xfe", b"a\xc3"] {
            assert_eq!(user(&[nobody], &[b"chiefs"]), None, "{nobody:?}");
        }
        assert_eq!(user(&[], &[b"chiefs"]), None);
        // Parts of names, other cases and other separators are no groups.
        for none in [&b"chief"[..], b"chiefs drivers", b"CHIEFS", b"chiefs;", b"\xffchiefs"] {
            assert_eq!(user(&[b"ada"], &[none]), is("ada", Lab::Guest), "{none:?}");
        }
    }

    #[test]
    fn fault_a_proxy_could_name_somebody_who_looks_like_another_user() {
        for name in ["guest", "LOCAL", "ada\u{202e}", "ada\u{200b}", "a\u{2028}b"] {
            assert_eq!(user(&[name.as_bytes()], &[b"chiefs"]), None, "{name:?}");
        }
    }
}
