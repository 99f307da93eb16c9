//! Users whom a trusted proxy has logged in, and names in a header.

use axum::http::{HeaderMap, HeaderName};

use crate::{rights::User, server::kept::header_name};

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
