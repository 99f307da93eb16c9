//! Who is logged in: one entry for each browser, in a file beside the users file, so that a restart logs nobody out.

use std::{
    collections::BTreeMap,
    fs, io,
    path::{Path, PathBuf},
    sync::Mutex,
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use serde::{Deserialize, Serialize};

use super::secret::{Digest, Secret};
use crate::server::{lock, replace::replace};

/// The number of digits that distinguish the cookies of a dashboard.
const SITE: usize = 8;

/// The longest time of a login. Clocks have no times that are much later.
const LONGEST: Duration = Duration::from_secs(100 * 365 * 24 * 3600);

/// The logins of one dashboard. A change returns what is to be written to the file: the disk may be slow, and whoever checks
/// a login must not wait for it.
#[derive(Debug)]
pub(super) struct Logins {
    /// Distinguishes the cookies of several dashboards on one host, because browsers do not tell ports apart.
    site: String,
    /// By the number of the secret's hash.
    open: BTreeMap<u64, (Digest, Login)>,
    /// The browsers in which somebody has logged in before, by the hash of their secret.
    devices: BTreeMap<Digest, Device>,
    /// Counts the changes.
    changes: u64,
}

/// The logins after a change, as they are to be written.
#[derive(Debug)]
pub(super) struct Change {
    number: u64,
    text: Vec<u8>,
}

/// The file with the logins.
#[derive(Debug)]
pub(super) struct LoginFile {
    path: PathBuf,
    /// The number of the newest change in it.
    pub(super) written: Mutex<u64>,
}

impl LoginFile {
    /// Writes a change, unless a later one was written, which has it.
    ///
    /// # Errors
    /// If the file cannot be written.
    pub(super) fn write(&self, change: &Change) -> Result<(), String> {
        let mut written = lock(&self.written);
        if *written < change.number {
            replace(&self.path, &change.text)
                .map_err(|error| format!("{}: cannot be written: {error}", self.path.display()))?;
            *written = change.number;
        }
        Ok(())
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Login {
    pub(super) name: String,
    /// Distinguishes the password from later ones: with another password, or as another person of that name, the user
    /// must log in again.
    pub(super) password: Digest,
    until: SystemTime,
}

/// A browser in which somebody has logged in before. Only this user is known there.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Device {
    name: String,
    /// The id of the user's entry in the users file.
    entry: u64,
    until: SystemTime,
}

/// How long a browser is known after its last login. Browsers keep no cookie for longer (RFC 6265bis).
pub(super) const DEVICE_TIME: Duration = Duration::from_secs(400 * 24 * 3600);

/// Browsers of one user.
const MOST: usize = 100;

/// The file.
#[derive(Serialize, Deserialize)]
struct Stored {
    site: String,
    logins: Vec<StoredLogin>,
    #[serde(default)]
    devices: Vec<StoredDevice>,
}

#[derive(Serialize, Deserialize)]
struct StoredDevice {
    token: String,
    name: String,
    /// 0 in a file of before there were ids: then the user counts as new in this browser.
    #[serde(default)]
    entry: u64,
    /// Seconds since 1970.
    until: u64,
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
    pub(super) fn beside(users: &Path) -> Result<(Self, LoginFile), String> {
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
        let Some(Stored { site, logins, devices }) = stored.filter(|stored| is_name(&stored.site)) else {
            let site = Secret::new().map_err(|error| format!("the system has no random numbers: {error}"))?;
            let site = site.as_str()[..SITE].to_owned();
            return Ok((
                Self { site, open: BTreeMap::new(), devices: BTreeMap::new(), changes: 0 },
                LoginFile { path, written: Mutex::default() },
            ));
        };
        let open = logins.into_iter().filter_map(|StoredLogin { token, name, password, until }| {
            let until = UNIX_EPOCH.checked_add(Duration::from_secs(until))?;
            let (digest, password) = (Digest::parse(&token)?, Digest::parse(&password)?);
            Some((digest.number(), (digest, Login { name, password, until })))
        });
        let devices = devices.into_iter().filter_map(|StoredDevice { token, name, entry, until }| {
            let until = UNIX_EPOCH.checked_add(Duration::from_secs(until))?;
            Some((Digest::parse(&token)?, Device { name, entry, until }))
        });
        let logins = Self { site, open: open.collect(), devices: devices.collect(), changes: 0 };
        Ok((logins, LoginFile { path, written: Mutex::default() }))
    }

    pub(super) fn site(&self) -> &str {
        &self.site
    }

    /// How many there are.
    #[cfg(test)]
    pub(super) fn count(&self) -> usize {
        self.open.len()
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

    /// Logs a user in, for this time. The oldest logins of the user end if there are too many. The secret must be told to
    /// nobody before the change is written.
    pub(super) fn begin(
        &mut self,
        secret: &Secret,
        (name, password): (&str, Digest),
        now: SystemTime,
        time: Duration,
    ) -> Change {
        self.open.retain(|_, (_, login)| login.until > now);
        while self.open.values().filter(|(_, login)| login.name == name).count() >= MOST {
            let own = self.open.iter().filter(|(_, (_, login))| login.name == name);
            let Some(oldest) = own.min_by_key(|(_, (_, login))| login.until).map(|(number, _)| *number) else { break };
            self.open.remove(&oldest);
        }
        let digest = secret.digest();
        let login = Login { name: name.to_owned(), password, until: now + time.min(LONGEST) };
        self.open.insert(digest.number(), (digest, login));
        self.change()
    }

    /// Whether this secret is that of a browser in which the user has logged in before.
    pub(super) fn is_device(&self, secret: &Secret, (name, entry): (&str, u64), now: SystemTime) -> bool {
        let is_it = |device: &Device| device.name == name && device.entry == entry && device.until > now;
        self.devices.get(&secret.digest()).is_some_and(is_it)
    }

    /// From now on, the browser with this secret is known for the user. It is written with the next change. The browsers
    /// of the user that were not used for longest are forgotten if there are too many.
    pub(super) fn know(&mut self, secret: &Secret, (name, entry): (&str, u64), now: SystemTime) {
        self.devices.retain(|_, device| device.until > now);
        self.devices.insert(secret.digest(), Device { name: name.to_owned(), entry, until: now + DEVICE_TIME });
        while self.devices.values().filter(|device| device.name == name).count() > MOST {
            let own = self.devices.iter().filter(|(_, device)| device.name == name);
            let Some(oldest) = own.min_by_key(|(_, device)| device.until).map(|(digest, _)| *digest) else { break };
            self.devices.remove(&oldest);
        }
    }

    /// Logs a user out. `None` if nobody has this secret.
    pub(super) fn end(&mut self, secret: &Secret) -> Option<Change> {
        self.open.remove(&secret.digest().number())?;
        Some(self.change())
    }

    fn change(&mut self) -> Change {
        self.changes += 1;
        let login = |(digest, login): &(Digest, Login)| StoredLogin {
            token: digest.to_string(),
            name: login.name.clone(),
            password: login.password.to_string(),
            until: login.until.duration_since(UNIX_EPOCH).unwrap_or_default().as_secs(),
        };
        let device = |(digest, device): (&Digest, &Device)| StoredDevice {
            token: digest.to_string(),
            name: device.name.clone(),
            entry: device.entry,
            until: device.until.duration_since(UNIX_EPOCH).unwrap_or_default().as_secs(),
        };
        let stored = Stored {
            site: self.site.clone(),
            logins: self.open.values().map(login).collect(),
            devices: self.devices.iter().map(device).collect(),
        };
        // Texts and numbers can always be written as JSON.
        let text = serde_json::to_vec_pretty(&stored).unwrap_or_default();
        Change { number: self.changes, text }
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
        let (mut logins, file) = Logins::beside(&users).unwrap();
        file.write(&logins.begin(&secret, ("ada", Digest::of("hash")), now, HOUR)).unwrap();
        let site = logins.site().to_owned();
        let (mut again, file) = Logins::beside(&users).unwrap();
        assert_eq!(again.site(), site);
        assert_eq!(again.find(&secret, now).map(|(_, login)| &*login.name), Some("ada"));
        assert!(again.find(&secret, now + HOUR).is_none());
        let stored = fs::read_to_string(folder.join("users.logins.json")).unwrap();
        assert!(!stored.contains(secret.as_str()), "who reads the file can log in: {stored}");
        file.write(&again.end(&secret).unwrap()).unwrap();
        assert!(Logins::beside(&users).unwrap().0.find(&secret, now).is_none());
        fs::write(folder.join("users.logins.json"), "{").unwrap();
        assert!(Logins::beside(&users).unwrap().0.find(&secret, now).is_none());
        fs::remove_dir_all(&folder).unwrap();
    }

    #[test]
    fn a_change_that_is_written_late_does_not_replace_a_later_one() {
        let folder = std::env::temp_dir().join(format!("dash-logins-late-{}", std::process::id()));
        fs::create_dir_all(&folder).unwrap();
        let (users, now) = (folder.join("users.toml"), SystemTime::now());
        let (one, two) = (Secret::new().unwrap(), Secret::new().unwrap());
        let (mut logins, file) = Logins::beside(&users).unwrap();
        let first = logins.begin(&one, ("ada", Digest::of("hash")), now, HOUR);
        let second = logins.begin(&two, ("bob", Digest::of("hash")), now, HOUR);
        file.write(&second).unwrap();
        file.write(&first).unwrap();
        let (again, _) = Logins::beside(&users).unwrap();
        assert!(again.find(&one, now).is_some() && again.find(&two, now).is_some());
        fs::remove_dir_all(&folder).unwrap();
    }

    #[test]
    fn a_browser_is_known_for_one_user_after_a_restart_until_its_time_is_over() {
        let folder = std::env::temp_dir().join(format!("dash-devices-{}", std::process::id()));
        fs::create_dir_all(&folder).unwrap();
        let (users, device, now) = (folder.join("users.toml"), Secret::new().unwrap(), SystemTime::now());
        let (mut logins, file) = Logins::beside(&users).unwrap();
        logins.know(&device, ("ada", 1), now);
        file.write(&logins.begin(&Secret::new().unwrap(), ("ada", Digest::of("hash")), now, HOUR)).unwrap();
        let (mut again, _) = Logins::beside(&users).unwrap();
        assert!(again.is_device(&device, ("ada", 1), now) && !again.is_device(&device, ("bob", 1), now));
        assert!(!again.is_device(&device, ("ada", 2), now), "she was removed and added again");
        assert!(!again.is_device(&Secret::new().unwrap(), ("ada", 1), now));
        assert!(!again.is_device(&device, ("ada", 1), now + DEVICE_TIME));
        for browser in 0..150 {
            again.know(&Secret::new().unwrap(), ("ada", 1), now + Duration::from_secs(1 + browser));
        }
        assert_eq!(again.devices.len(), MOST);
        assert!(!again.is_device(&device, ("ada", 1), now), "the oldest is forgotten");
        fs::remove_dir_all(&folder).unwrap();
    }
}
