//! The users of a dashboard and their logins: who a cookie or a token stands for, and since when it does not any more.

use std::{
    fs,
    net::IpAddr,
    path::{Path, PathBuf},
    sync::{Arc, Mutex, PoisonError, RwLock},
    time::{Duration, Instant, SystemTime},
};

use axum::http::{HeaderMap, header};
use tokio::{
    sync::{Semaphore, watch},
    task::spawn_blocking,
    time::sleep,
};

use super::{file::Users, logins::Logins, secret::Secret, tries::Tries};
use crate::{
    rights::{Roles, User},
    server::{driver::WeakDriver, kept, lock},
    words::log,
};

/// How often the users file is looked at, and how soon a login that is not valid any more ends.
pub(super) const TICK: Duration = Duration::from_millis(500);

/// So many passwords are checked at once. Each takes 19 MiB and some hundredths of a second.
const CHECKS: usize = 2;

/// Users from a file.
pub(crate) struct Accounts {
    path: PathBuf,
    roles: Roles,
    users: RwLock<Users>,
    /// What the file was like when it was read.
    read: Mutex<Option<Stamp>>,
    logins: Mutex<Logins>,
    tries: Mutex<Tries>,
    checks: Semaphore,
    started: Instant,
    /// How long a login is valid.
    time: Duration,
    /// Changes when logins may have ended.
    changed: watch::Sender<()>,
}

/// Tells whether a file has changed: its time and its size.
type Stamp = (SystemTime, u64);

/// Whom the headers of a request stand for.
pub(super) enum Shown {
    User(User),
    /// A token that nobody has. Such a program must learn it, instead of being a guest.
    WrongToken,
    Nobody,
}

/// The result of a try to log in.
pub(super) enum Tried {
    /// The secret for the cookie.
    LoggedIn(Secret),
    Wrong,
    /// Too often. It may be tried again after this time.
    Later(Duration),
    /// The server has a fault, which is in the log.
    Broken,
}

impl Accounts {
    /// Reads the users and their logins.
    ///
    /// # Errors
    /// What is wrong with the file. There is never a start without rights.
    pub(crate) fn open(path: &Path, roles: Roles, time: Duration) -> Result<Self, String> {
        let read = stamp(path);
        let users = Users::read(path, &roles)?;
        if users.is_empty() {
            let why = "there is no user: add one with the command `user add <name> --role <role>` of this program";
            return Err(format!("{}: {why}", path.display()));
        }
        Ok(Self {
            path: path.to_owned(),
            roles,
            users: RwLock::new(users),
            read: Mutex::new(read),
            logins: Mutex::new(Logins::beside(path)?),
            tries: Mutex::default(),
            checks: Semaphore::new(CHECKS),
            started: Instant::now(),
            time,
            changed: watch::Sender::new(()),
        })
    }

    fn users(&self) -> impl std::ops::Deref<Target = Users> + '_ {
        self.users.read().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whom the headers stand for. `encrypted`: whether the client's connection is known to be.
    pub(super) fn shown(&self, headers: &HeaderMap, encrypted: bool) -> Shown {
        if let Some(token) = headers.get(header::AUTHORIZATION) {
            let token = token.to_str().ok().and_then(|text| {
                let (scheme, token) = text.split_once(' ')?;
                scheme.eq_ignore_ascii_case("bearer").then(|| Secret::shown(token.trim())).flatten()
            });
            let users = self.users();
            let program = token.as_ref().and_then(|token| Some((users.program(token)?, token.digest().number())));
            return match program {
                Some((program, number)) => Shown::User(self.roles.user(&program.name, program.level, Some(number))),
                None => Shown::WrongToken,
            };
        }
        let Some(secret) = self.cookie(headers, encrypted) else { return Shown::Nobody };
        // The users come first, as in `is_valid`. Otherwise two threads and a change of the users could wait for each
        // other for ever.
        let users = self.users();
        let logins = lock(&self.logins);
        let Some((number, login)) = logins.find(&secret, SystemTime::now()) else { return Shown::Nobody };
        match users.person(&login.name) {
            Some((level, password)) if password == login.password => {
                Shown::User(self.roles.user(&login.name, level, Some(number)))
            }
            _ => Shown::Nobody,
        }
    }

    /// The name of the cookie. Over an encrypted connection only this host can have set it: with the prefix, browsers take
    /// it from no other host of the domain, and not over plain HTTP.
    pub(super) fn cookie_name(&self, encrypted: bool) -> String {
        let prefix = if encrypted { "__Host-" } else { "" };
        format!("{prefix}dash-login-{}", lock(&self.logins).site())
    }

    /// The secret in the cookie of a request.
    pub(super) fn cookie(&self, headers: &HeaderMap, encrypted: bool) -> Option<Secret> {
        kept::cookie(headers, &self.cookie_name(encrypted)).and_then(Secret::shown)
    }

    /// For how long a cookie is valid.
    pub(super) const fn time(&self) -> Duration {
        self.time
    }

    /// Checks a password. If it is right, the user is logged in.
    pub(super) async fn log_in(self: &Arc<Self>, name: &str, password: &str, address: Option<IpAddr>) -> Tried {
        let now = self.started.elapsed();
        if let Err(wait) = lock(&self.tries).begin(now, address, name) {
            return Tried::Later(wait);
        }
        // Nothing closes the semaphore.
        let Ok(_permit) = self.checks.acquire().await else { return Tried::Broken };
        let (accounts, name, password) = (Arc::clone(self), name.to_owned(), password.to_owned());
        spawn_blocking(move || accounts.check(&name, &password, address)).await.unwrap_or(Tried::Broken)
    }

    fn check(&self, name: &str, password: &str, address: Option<IpAddr>) -> Tried {
        let users = self.users().clone();
        let from = address.map_or_else(String::new, |address| format!(" from {address}"));
        // Checked also if there is no such user, because that takes the same time.
        let is_right = users.is_password(name, password);
        let person = users.person(name).filter(|_| is_right);
        let Some((_, hash)) = person else {
            if log::is_rare("login", 1, || name.to_owned()) {
                log::warn(&format_args!("a login as {name:?}{from} failed"));
            }
            return Tried::Wrong;
        };
        lock(&self.tries).succeeded(address, name);
        let done = Secret::new().map_err(|error| error.to_string()).and_then(|secret| {
            lock(&self.logins).begin(&secret, (name, hash), SystemTime::now(), self.time)?;
            Ok(secret)
        });
        match done {
            Ok(secret) => {
                tracing::info!("{name:?} has logged in{from}");
                Tried::LoggedIn(secret)
            }
            Err(error) => {
                tracing::error!("nobody can log in: {error}");
                Tried::Broken
            }
        }
    }

    /// Ends the login of this cookie.
    pub(super) fn log_out(&self, headers: &HeaderMap, encrypted: bool) {
        let Some(secret) = self.cookie(headers, encrypted) else { return };
        if let Err(error) = lock(&self.logins).end(&secret) {
            tracing::error!("a login would be valid again after a restart: {error}");
        }
        self.changed.send_replace(());
    }

    /// Whether a user is still who she was when she was admitted.
    pub(crate) fn is_valid(&self, user: &User) -> bool {
        // Who has not logged in here cannot be logged out here.
        let Some(login) = user.login() else { return true };
        let users = self.users();
        let level = self.roles.level_of(user);
        let person = users.person(user.name()).filter(|(known, _)| *known == level);
        let is_logged_in = |password| lock(&self.logins).has(login, (user.name(), password), SystemTime::now());
        person.is_some_and(|(_, password)| is_logged_in(password)) || users.has_program(login, user.name(), level)
    }

    /// Waits until logins may have ended.
    pub(super) fn changes(&self) -> watch::Receiver<()> {
        self.changed.subscribe()
    }

    /// Reads the file again if it has changed. A file with a fault changes nothing.
    pub(super) fn look(&self) {
        let now = stamp(&self.path);
        let mut read = lock(&self.read);
        if *read != now {
            *read = now;
            match Users::read(&self.path, &self.roles) {
                Ok(users) if users.is_empty() => {
                    log::warn(&format_args!(
                        "{}: there is no user in it: the users stay as they were",
                        self.path.display()
                    ));
                }
                Ok(users) => *self.users.write().unwrap_or_else(PoisonError::into_inner) = users,
                Err(why) => log::warn(&format_args!("{why}: the users stay as they were")),
            }
        }
        self.changed.send_replace(());
    }
}

fn stamp(path: &Path) -> Option<Stamp> {
    let about = fs::metadata(path).ok()?;
    Some((about.modified().ok()?, about.len()))
}

/// Looks at the users file until the server ends, and ends the clients of users who have left.
pub(crate) async fn watch(accounts: Arc<Accounts>, drivers: Vec<WeakDriver>, mut ending: watch::Receiver<bool>) {
    let mut changes = accounts.changes();
    loop {
        tokio::select! {
            () = crate::server::ended(&mut ending) => return,
            _ = changes.changed() => {}
            () = sleep(TICK) => {
                let accounts = Arc::clone(&accounts);
                let _ = spawn_blocking(move || accounts.look()).await;
                changes.borrow_and_update();
            }
        }
        let mut any = false;
        for driver in drivers.iter().filter_map(WeakDriver::upgrade) {
            any = true;
            driver.event(|engine, now, fx| engine.log_out(now, |user| accounts.is_valid(user), fx));
        }
        if !any {
            return;
        }
    }
}

#[cfg(test)]
mod tests {
    use std::{sync::mpsc, thread};

    use argon2::{Algorithm, Argon2, Params, Version, password_hash::PasswordHasher as _};

    use super::*;

    struct Folder(PathBuf);

    impl Drop for Folder {
        fn drop(&mut self) {
            let _ = fs::remove_dir_all(&self.0);
        }
    }

    impl Folder {
        fn new(name: &str) -> Self {
            let path = std::env::temp_dir().join(format!("dash-accounts-{name}-{}", std::process::id()));
            let _ = fs::remove_dir_all(&path);
            fs::create_dir_all(&path).unwrap();
            Self(path)
        }

        /// Writes a file with these users. Each password has a hash with small parameters, so that tests are quick.
        fn write(&self, users: &[(&str, &str)]) {
            let small = Argon2::new(Algorithm::Argon2id, Version::V0x13, Params::new(64, 1, 1, None).unwrap());
            let entry = |(name, password): &(&str, &str)| {
                let hash = small.hash_password(password.as_bytes()).unwrap();
                format!("[users.{name}]\nrole = \"user\"\npassword = \"{hash}\"\n")
            };
            fs::write(self.file(), users.iter().map(entry).collect::<String>()).unwrap();
        }

        fn file(&self) -> PathBuf {
            self.0.join("users.toml")
        }

        fn open(&self) -> Arc<Accounts> {
            self.open_for(Duration::from_secs(3600))
        }

        fn open_for(&self, time: Duration) -> Arc<Accounts> {
            Arc::new(Accounts::open(&self.file(), Roles::of::<()>(), time).unwrap())
        }
    }

    /// Logs somebody in. Returns the headers of the browser's requests.
    fn log_in(accounts: &Accounts, name: &str, password: &str) -> HeaderMap {
        let Tried::LoggedIn(secret) = accounts.check(name, password, None) else { panic!("not logged in") };
        let cookie = format!("{}={}", accounts.cookie_name(false), secret.as_str());
        [(header::COOKIE, cookie.parse().unwrap())].into_iter().collect()
    }

    fn who(accounts: &Accounts, headers: &HeaderMap) -> Option<User> {
        if let Shown::User(user) = accounts.shown(headers, false) { Some(user) } else { None }
    }

    #[test]
    fn fault_two_requests_and_a_change_of_the_file_waited_for_each_other_for_ever() {
        let folder = Folder::new("waiting");
        folder.write(&[("ada", "correct horse")]);
        let accounts = folder.open();
        let headers = log_in(&accounts, "ada", "correct horse");
        let writing = accounts.users.write().unwrap();
        let (begins, begun) = mpsc::channel();
        let request = {
            let accounts = Arc::clone(&accounts);
            thread::spawn(move || {
                begins.send(()).unwrap();
                who(&accounts, &headers).is_some()
            })
        };
        begun.recv().unwrap();
        // It waits for the users now. Who has the users and waits for the logins must get them.
        thread::sleep(Duration::from_millis(200));
        let until = Instant::now() + Duration::from_secs(5);
        while accounts.logins.try_lock().is_err() {
            assert!(Instant::now() < until, "a request that waits for the users keeps the logins");
            thread::yield_now();
        }
        drop(writing);
        assert!(request.join().unwrap());
    }

    #[test]
    fn fault_a_login_stayed_valid_when_the_password_was_changed() {
        let folder = Folder::new("password");
        folder.write(&[("ada", "correct horse")]);
        let accounts = folder.open();
        let headers = log_in(&accounts, "ada", "correct horse");
        let user = who(&accounts, &headers).unwrap();
        folder.write(&[("ada", "another horse"), ("bob", "correct horse")]);
        accounts.look();
        assert!(who(&accounts, &headers).is_none() && !accounts.is_valid(&user));
        assert!(who(&folder.open(), &headers).is_none(), "valid again after a restart");
    }

    #[test]
    fn fault_the_login_of_a_removed_user_was_valid_again_for_a_new_user_with_that_name() {
        let folder = Folder::new("again");
        folder.write(&[("ada", "correct horse"), ("bob", "correct horse")]);
        let accounts = folder.open();
        let headers = log_in(&accounts, "ada", "correct horse");
        folder.write(&[("bob", "correct horse")]);
        accounts.look();
        assert!(who(&accounts, &headers).is_none());
        // Another person, even with the same password.
        folder.write(&[("bob", "correct horse"), ("ada", "correct horse")]);
        accounts.look();
        assert!(who(&accounts, &headers).is_none());
    }

    #[test]
    fn fault_a_time_that_no_clock_shows_stopped_the_server() {
        let folder = Folder::new("time");
        folder.write(&[("ada", "correct horse")]);
        let accounts = folder.open_for(Duration::MAX);
        let headers = log_in(&accounts, "ada", "correct horse");
        assert!(who(&accounts, &headers).is_some());
        let logins = folder.0.join("users.logins.json");
        let text = fs::read_to_string(&logins).unwrap();
        let (before, rest) = text.split_once("\"until\": ").unwrap();
        let rest = rest.trim_start_matches(|digit: char| digit.is_ascii_digit());
        fs::write(&logins, format!("{before}\"until\": {}{rest}", u64::MAX)).unwrap();
        assert!(who(&folder.open(), &headers).is_none());
    }

    #[test]
    fn fault_a_damaged_name_of_the_cookie_let_nobody_log_in() {
        let folder = Folder::new("site");
        folder.write(&[("ada", "correct horse")]);
        fs::write(folder.0.join("users.logins.json"), r#"{"site": "a b;\r\n", "logins": []}"#).unwrap();
        let accounts = folder.open();
        let name = accounts.cookie_name(false);
        assert!(name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-'), "{name:?}");
        let headers = log_in(&accounts, "ada", "correct horse");
        assert!(who(&accounts, &headers).is_some());
    }
}
