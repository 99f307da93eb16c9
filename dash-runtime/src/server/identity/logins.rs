//! Who is logged in: one entry for each browser, in a file beside the users file, so that a restart logs nobody out.

use std::{
    collections::BTreeMap,
    fs, io,
    path::{Path, PathBuf},
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use serde::{Deserialize, Serialize};

use super::secret::{Digest, Secret};
use crate::server::replace::replace;

/// The number of digits that distinguish the cookies of a dashboard.
const SITE: usize = 8;

/// The longest time of a login. Clocks have no times that are much later.
const LONGEST: Duration = Duration::from_secs(100 * 365 * 24 * 3600);

/// The logins of one dashboard.
#[derive(Debug)]
pub(super) struct Logins {
    path: PathBuf,
    /// Distinguishes the cookies of several dashboards on one host, because browsers do not tell ports apart.
    site: String,
    /// By the number of the secret's hash.
    open: BTreeMap<u64, (Digest, Login)>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Login {
    pub(super) name: String,
    /// Distinguishes the password from later ones: with another password, or as another person of that name, the user
    /// must log in again.
    pub(super) password: Digest,
    until: SystemTime,
}

/// The file.
#[derive(Serialize, Deserialize)]
struct Stored {
    site: String,
    logins: Vec<StoredLogin>,
}

#[derive(Serialize, Deserialize)]
struct StoredLogin {
    token: String,
    name: String,
    password: String,
    /// Seconds since 1970.
    until: u64,
}

impl Logins {
    /// Reads the logins beside the users file.
    ///
    /// # Errors
    /// If the file cannot be read, or the system has no random numbers. A file that is damaged is replaced: then
    /// everybody must log in again.
    pub(super) fn beside(users: &Path) -> Result<Self, String> {
        let path = users.with_extension("logins.json");
        let read = match fs::read(&path) {
            Ok(text) => serde_json::from_slice::<Stored>(&text).map_err(|error| error.to_string()).map(Some),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => return Err(format!("{}: cannot be read: {error}", path.display())),
        };
        let stored = read.unwrap_or_else(|error| {
            tracing::warn!("{}: {error}: everybody must log in again", path.display());
            None
        });
        // The site is a part of the cookie's name.
        let is_name = |site: &str| site.len() == SITE && site.bytes().all(|byte| byte.is_ascii_hexdigit());
        let Some(Stored { site, logins }) = stored.filter(|stored| is_name(&stored.site)) else {
            let site = Secret::new().map_err(|error| format!("the system has no random numbers: {error}"))?;
            return Ok(Self { path, site: site.as_str()[..SITE].to_owned(), open: BTreeMap::new() });
        };
        let open = logins.into_iter().filter_map(|StoredLogin { token, name, password, until }| {
            let until = UNIX_EPOCH.checked_add(Duration::from_secs(until))?;
            let (digest, password) = (Digest::parse(&token)?, Digest::parse(&password)?);
            Some((digest.number(), (digest, Login { name, password, until })))
        });
        Ok(Self { path, site, open: open.collect() })
    }

    pub(super) fn site(&self) -> &str {
        &self.site
    }

    /// The login with this secret, if it is valid now.
    pub(super) fn find(&self, secret: &Secret, now: SystemTime) -> Option<(u64, &Login)> {
        let digest = secret.digest();
        let (known, login) = self.open.get(&digest.number())?;
        (*known == digest && login.until > now).then_some((digest.number(), login))
    }

    /// Whether a login with this number is valid now for the user with this name and password.
    pub(super) fn has(&self, number: u64, (name, password): (&str, Digest), now: SystemTime) -> bool {
        let is_it = |login: &Login| login.name == name && login.password == password && login.until > now;
        self.open.get(&number).is_some_and(|(_, login)| is_it(login))
    }

    /// Logs a user in, for this time. The oldest logins of the user end if there are too many.
    ///
    /// # Errors
    /// If the file cannot be written. Then nobody is logged in.
    pub(super) fn begin(
        &mut self,
        secret: &Secret,
        (name, password): (&str, Digest),
        now: SystemTime,
        time: Duration,
    ) -> Result<(), String> {
        /// Browsers of one user.
        const MOST: usize = 100;
        let before = self.open.clone();
        self.open.retain(|_, (_, login)| login.until > now);
        while self.open.values().filter(|(_, login)| login.name == name).count() >= MOST {
            let own = self.open.iter().filter(|(_, (_, login))| login.name == name);
            let Some(oldest) = own.min_by_key(|(_, (_, login))| login.until).map(|(number, _)| *number) else { break };
            self.open.remove(&oldest);
        }
        let digest = secret.digest();
        let login = Login { name: name.to_owned(), password, until: now + time.min(LONGEST) };
        self.open.insert(digest.number(), (digest, login));
        self.save().inspect_err(|_| self.open = before)
    }

    /// Logs a user out.
    ///
    /// # Errors
    /// If the file cannot be written. The login has ended, but would be valid again after a restart.
    pub(super) fn end(&mut self, secret: &Secret) -> Result<(), String> {
        if self.open.remove(&secret.digest().number()).is_none() {
            return Ok(());
        }
        self.save()
    }

    fn save(&self) -> Result<(), String> {
        let login = |(digest, login): &(Digest, Login)| StoredLogin {
            token: digest.to_string(),
            name: login.name.clone(),
            password: login.password.to_string(),
            until: login.until.duration_since(UNIX_EPOCH).unwrap_or_default().as_secs(),
        };
        let stored = Stored { site: self.site.clone(), logins: self.open.values().map(login).collect() };
        // Texts and numbers can always be written as JSON.
        let text = serde_json::to_vec_pretty(&stored).unwrap_or_default();
        replace(&self.path, &text).map_err(|error| format!("{}: cannot be written: {error}", self.path.display()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOUR: Duration = Duration::from_secs(3600);

    #[test]
    fn a_login_survives_a_restart_and_ends_at_its_time() {
        let folder = std::env::temp_dir().join(format!("dash-logins-{}", std::process::id()));
        fs::create_dir_all(&folder).unwrap();
        let (users, secret, now) = (folder.join("users.toml"), Secret::new().unwrap(), SystemTime::now());
        let mut logins = Logins::beside(&users).unwrap();
        logins.begin(&secret, ("ada", Digest::of("hash")), now, HOUR).unwrap();
        let site = logins.site().to_owned();
        let mut again = Logins::beside(&users).unwrap();
        assert_eq!(again.site(), site);
        assert_eq!(again.find(&secret, now).map(|(_, login)| &*login.name), Some("ada"));
        assert!(again.find(&secret, now + HOUR).is_none());
        let stored = fs::read_to_string(folder.join("users.logins.json")).unwrap();
        assert!(!stored.contains(secret.as_str()), "who reads the file can log in: {stored}");
        again.end(&secret).unwrap();
        assert!(Logins::beside(&users).unwrap().find(&secret, now).is_none());
        fs::write(folder.join("users.logins.json"), "{").unwrap();
        assert!(Logins::beside(&users).unwrap().find(&secret, now).is_none());
        fs::remove_dir_all(&folder).unwrap();
    }
}
