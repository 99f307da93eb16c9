//! The users of a dashboard and their logins: who a cookie or a token stands for, and since when it does not any more.

use std::{
    fs::{self, File, TryLockError},
    io,
    net::IpAddr,
    path::{Path, PathBuf},
    sync::{Arc, Mutex, PoisonError, RwLock, Weak},
    thread,
    time::{Duration, Instant, SystemTime},
};

use axum::http::{HeaderMap, header};
use tokio::{
    sync::{Semaphore, watch},
    task::JoinHandle,
    time::{MissedTickBehavior, interval},
};

use super::{
    file::Users,
    logins::{LoginFile, Logins},
    secret::Secret,
    tries::{Tries, Who},
};
use crate::{
    rights::{Login, Roles, User},
    server::{detached::detached, driver::WeakDriver, hosts::only, kept, lock},
    words::log,
};

/// How often the users file is looked at, and how soon a login that is not valid any more ends.
pub(super) const TICK: Duration = Duration::from_millis(500);

/// How long a file that has become empty is left alone before that counts.
const SETTLES: Duration = Duration::from_millis(100);

/// So many passwords are checked at once. Each takes 19 MiB and some hundredths of a second.
const CHECKS: usize = 2;

/// Users from a file.
pub(crate) struct Accounts {
    path: PathBuf,
    roles: Roles,
    users: RwLock<Users>,
    /// What the file was like when it was read, and when it was last found to be unusable.
    read: Mutex<(Option<Stamp>, Option<Stamp>)>,
    logins: Mutex<Logins>,
    file: LoginFile,
    /// While this is there, no other server uses the files.
    only: Mutex<Option<File>>,
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
    /// More than one token, or one that is no text. What is before this server might take another one than this server.
    TwoTokens,
    Nobody,
}

/// The result of a try to log in.
pub(super) enum Tried {
    /// The secret for the cookie, and that of the browser, which is known from now on.
    LoggedIn(Secret, Secret),
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
        let only = only_server(path)?;
        let (logins, file) = Logins::beside(path)?;
        Ok(Self {
            path: path.to_owned(),
            roles,
            users: RwLock::new(users),
            read: Mutex::new((read, read)),
            logins: Mutex::new(logins),
            file,
            only: Mutex::new(only),
            tries: Mutex::default(),
            checks: Semaphore::new(CHECKS),
            started: Instant::now(),
            time,
            changed: watch::Sender::new(()),
        })
    }

    /// Lets another server use the files, because this one has ended.
    pub(crate) fn release(&self) {
        lock(&self.only).take();
    }

    fn users(&self) -> impl std::ops::Deref<Target = Users> + '_ {
        self.users.read().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whom the headers stand for. `encrypted`: whether the client's connection is known to be.
    pub(super) fn shown(&self, headers: &HeaderMap, encrypted: bool) -> Shown {
        if headers.contains_key(header::AUTHORIZATION) {
            let Ok(text) = only(headers, &header::AUTHORIZATION) else { return Shown::TwoTokens };
            let token = text.and_then(|text| {
                let (scheme, token) = text.split_once(' ')?;
                scheme.eq_ignore_ascii_case("bearer").then(|| Secret::shown(token.trim())).flatten()
            });
            let users = self.users();
            let Some((program, token)) = token.and_then(|token| Some((users.program(&token)?, token))) else {
                return Shown::WrongToken;
            };
            let login = Login { number: token.digest().number(), entry: program.id };
            return Shown::User(self.roles.user(&program.name, program.level, Some(login)));
        }
        let Some(secret) = self.cookie(headers, encrypted) else { return Shown::Nobody };
        // The users come first, as in `is_valid`. Otherwise two threads and a change of the users could wait for each
        // other for ever.
        let users = self.users();
        let logins = lock(&self.logins);
        let Some((number, login)) = logins.find(&secret, SystemTime::now()) else { return Shown::Nobody };
        match users.person(&login.name) {
            Some(person) if person.digest == login.password => {
                Shown::User(self.roles.user(&login.name, person.level, Some(Login { number, entry: person.id })))
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

    /// The name of the cookie that tells that somebody has logged in in this browser before.
    pub(super) fn device_cookie(&self, encrypted: bool) -> String {
        self.cookie_name(encrypted).replace("dash-login-", "dash-device-")
    }

    /// The secret of the browser that sends a request, if this user has logged in there before.
    fn device(&self, name: &str, headers: &HeaderMap, encrypted: bool) -> Option<Secret> {
        let shown = kept::cookie(headers, &self.device_cookie(encrypted)).and_then(Secret::shown)?;
        let entry = self.users().person(name)?.id;
        lock(&self.logins).is_device(&shown, (name, entry), SystemTime::now()).then_some(shown)
    }

    /// For how long a cookie is valid.
    pub(super) const fn time(&self) -> Duration {
        self.time
    }

    /// Checks a password. If it is right, the user is logged in.
    pub(super) async fn log_in(
        self: &Arc<Self>,
        (name, password): (&str, &str),
        address: Option<IpAddr>,
        headers: &HeaderMap,
        encrypted: bool,
    ) -> Tried {
        let now = self.started.elapsed();
        let device = self.device(name, headers, encrypted);
        let who = Who { address, name, device: device.as_ref().map(Secret::digest) };
        if let Err(wait) = lock(&self.tries).begin(now, who) {
            return Tried::Later(wait);
        }
        // Nothing closes the semaphore.
        let Ok(_permit) = self.checks.acquire().await else { return Tried::Broken };
        let (accounts, name, password) = (Arc::clone(self), name.to_owned(), password.to_owned());
        let check = move || accounts.check(&name, &password, address, device);
        detached("dash-login", check).await.unwrap_or(Tried::Broken)
    }

    /// `device` is the secret of the browser, if this user has logged in there before.
    fn check(&self, name: &str, password: &str, address: Option<IpAddr>, device: Option<Secret>) -> Tried {
        let users = self.users().clone();
        let from = address.map_or_else(String::new, |address| format!(" from {address}"));
        // Checked also if there is no such user, because that takes the same time.
        let is_right = users.is_password(name, password);
        let person = users.person(name).filter(|_| is_right);
        let Some(person) = person else {
            // Strangers can invent names, but not users, and must not hide that somebody tries the password of one. And a
            // name that no user has may be a password that a user has typed into the wrong field.
            let of = if users.person(name).is_some() { name } else { "" };
            let who = if of.is_empty() { "with a name that no user has".to_owned() } else { format!("as {of:?}") };
            let line = || format!("a login {who}{from} failed");
            if log::is_rare_for("login", of, 1, line) {
                log::warn(&line());
            }
            return Tried::Wrong;
        };
        lock(&self.tries).succeeded(Who { address, name, device: device.as_ref().map(Secret::digest) });
        let random = || Secret::new().map_err(|error| error.to_string());
        let done = random().and_then(|secret| {
            // One that the browser brings must not become known for another user.
            let device = device.map_or_else(random, Ok)?;
            // The lock is free again before the file is written.
            let begun = {
                let (mut logins, now) = (lock(&self.logins), SystemTime::now());
                logins.know(&device, (name, person.id), now);
                logins.begin(&secret, (name, person.digest), now, self.time)
            };
            self.file.write(&begun).inspect_err(|_| _ = lock(&self.logins).end(&secret))?;
            Ok((secret, device))
        });
        match done {
            Ok((secret, device)) => {
                tracing::info!("{name:?} has logged in{from}");
                Tried::LoggedIn(secret, device)
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
        let ended = lock(&self.logins).end(&secret);
        self.changed.send_replace(());
        if let Some(Err(error)) = ended.map(|ended| self.file.write(&ended)) {
            tracing::error!("a login would be valid again after a restart: {error}");
        }
    }

    /// Whether a user is still who she was when she was admitted.
    pub(crate) fn is_valid(&self, user: &User) -> bool {
        // The role that the program has given says nothing about the login.
        let user = &user.admitted();
        // Who has not logged in here cannot be logged out here.
        let Some(login) = user.login() else { return true };
        let users = self.users();
        let is_her = |level, entry| level == self.roles.level_of(user) && entry == login.entry;
        let person = users.person(user.name()).filter(|person| is_her(person.level, person.id));
        let is_logged_in = |password| lock(&self.logins).has(login.number, (user.name(), password), SystemTime::now());
        let program = users.program_of(login.number, user.name());
        person.is_some_and(|person| is_logged_in(person.digest))
            || program.is_some_and(|program| is_her(program.level, program.id))
    }

    /// Whether the users file has this entry.
    fn has(&self, name: &str, entry: u64) -> bool {
        self.users().has(name, entry)
    }

    /// Waits until logins may have ended.
    pub(super) fn changes(&self) -> watch::Receiver<()> {
        self.changed.subscribe()
    }

    /// Reads the file again if it has changed. A file with a fault changes nothing.
    pub(super) fn look(&self) {
        self.look_again(|| thread::sleep(SETTLES));
    }

    /// The same. `settle` waits until an editor has filled a file that it has emptied.
    fn look_again(&self, settle: impl FnOnce()) {
        let now = stamp(&self.path);
        let mut read = lock(&self.read);
        if read.0 != now {
            match self.read_again(settle) {
                Ok(users) => {
                    *read = (now, now);
                    if users.is_empty() {
                        let why = "there is no user any more, so nobody can log in";
                        log::warn(&format_args!("{}: {why}", self.path.display()));
                    }
                    *self.users.write().unwrap_or_else(PoisonError::into_inner) = users;
                }
                // It is tried again: the fault may be that of a moment, or of the file's mode.
                Err(why) => {
                    if read.1 != now {
                        log::warn(&format_args!("{why}: the users stay as they were"));
                    }
                    read.1 = now;
                }
            }
        }
        self.changed.send_replace(());
    }

    /// The users that are in the file now.
    fn read_again(&self, settle: impl FnOnce()) -> Result<Users, String> {
        let read = || match self.path.try_exists() {
            Ok(false) => Err(format!("{}: the file is gone", self.path.display())),
            _ => Users::read(&self.path, &self.roles),
        };
        let users = read()?;
        if !users.is_empty() {
            return Ok(users);
        }
        // An editor may have emptied the file a moment ago, and fill it in a moment.
        settle();
        read()
    }
}

/// A lock that only one server has. Its file is beside the users file. The system frees it when the process ends.
fn only_server(users: &Path) -> Result<Option<File>, String> {
    let path = users.with_extension("lock");
    let file = match File::options().create(true).append(true).open(&path) {
        Ok(file) => file,
        // Nobody who cannot write here can overwrite the logins of another server.
        Err(error) if matches!(error.kind(), io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem) => {
            return Ok(None);
        }
        Err(error) => return Err(format!("{}: cannot be written: {error}", path.display())),
    };
    match file.try_lock() {
        Ok(()) => Ok(Some(file)),
        Err(TryLockError::WouldBlock) => Err(format!(
            "{}: another server uses this users file, and each would overwrite the logins of the other: end that server, \
             or give this one a users file of its own",
            users.display()
        )),
        // Some network file systems have no locks.
        Err(TryLockError::Error(error)) => {
            let name = path.display();
            log::warn(&format_args!(
                "{name}: cannot be locked ({error}): make sure that only one server uses the users file"
            ));
            Ok(None)
        }
    }
}

fn stamp(path: &Path) -> Option<Stamp> {
    let about = fs::metadata(path).ok()?;
    Some((about.modified().ok()?, about.len()))
}

/// Looks at the users file until the server ends, and ends the clients of users who have left.
pub(crate) async fn watch(accounts: Weak<Accounts>, drivers: Vec<WeakDriver>, mut ending: watch::Receiver<bool>) {
    let Some(mut changes) = accounts.upgrade().map(|accounts| accounts.changes()) else { return };
    let mut looking = None;
    let mut ticks = interval(TICK);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            () = crate::server::ended(&mut ending) => return,
            changed = changes.changed() => if changed.is_err() { return },
            _ = ticks.tick() => {
                // A look that hangs holds up no logout. It says by itself what has changed.
                if looking.as_ref().is_none_or(JoinHandle::is_finished) {
                    let Some(accounts) = accounts.upgrade() else { return };
                    let look = async move { detached("dash-users", move || accounts.look()).await };
                    looking = Some(tokio::spawn(look));
                }
            }
        }
        let Some(accounts) = accounts.upgrade() else { return };
        let mut any = false;
        for driver in drivers.iter().filter_map(WeakDriver::upgrade) {
            any = true;
            driver.event(|engine, now, fx| {
                engine.log_out(now, |client| accounts.is_valid(client.user()), fx);
                engine.log_out_callers(now, |user| accounts.is_valid(user), fx);
                engine.forget_logins(now, |name, entry| accounts.has(name, entry), fx);
            });
        }
        if !any {
            return;
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc;

    use argon2::{Algorithm, Argon2, Params, Version, password_hash::PasswordHasher as _};

    use super::*;
    use crate::server::identity::command;

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
        let Tried::LoggedIn(secret, _) = accounts.check(name, password, None, None) else { panic!("not logged in") };
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
        drop(accounts);
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

    /// Carries out a command of the program, such as `user password ada`. Passwords that it asks for are `another horse`.
    fn command(folder: &Folder, args: &str) {
        let args: Vec<String> = args.split(' ').map(str::to_owned).collect();
        let said = command::run(&args, &folder.file(), &Roles::of::<()>(), || Ok("another horse".to_owned()));
        said.unwrap().unwrap();
    }

    #[test]
    fn fault_a_user_who_was_removed_and_added_again_got_the_session_of_the_former_one() {
        let folder = Folder::new("former");
        folder.write(&[("ada", "correct horse"), ("bob", "correct horse")]);
        let name = |password| {
            let accounts = folder.open();
            let user = who(&accounts, &log_in(&accounts, "ada", password)).unwrap();
            user.login_name().unwrap()
        };
        let by_hand = name("correct horse");
        // Nobody looks at the file between the two: the server does not run.
        folder.write(&[("ada", "correct horse"), ("bob", "correct horse")]);
        let again = name("correct horse");
        assert_ne!(again, by_hand, "another person has her session, outcomes and keys");
        command(&folder, "user remove ada");
        command(&folder, "user add ada --role user");
        assert!(![by_hand, again].contains(&name("another horse")));
    }

    #[test]
    fn a_user_keeps_the_session_when_the_password_or_the_role_changes() {
        let folder = Folder::new("keeps");
        let name = |password| {
            let accounts = folder.open();
            let user = who(&accounts, &log_in(&accounts, "ada", password)).unwrap();
            user.login_name().unwrap()
        };
        // An entry that somebody has written has no id.
        folder.write(&[("ada", "correct horse")]);
        let before = name("correct horse");
        command(&folder, "user password ada");
        assert_eq!(name("another horse"), before);
        command(&folder, "user add bob --role user");
        command(&folder, "user role ada user");
        command(&folder, "user password ada");
        assert_eq!(name("another horse"), before);
    }

    #[test]
    fn fault_a_person_and_a_program_with_one_name_shared_a_session() {
        let folder = Folder::new("both");
        folder.write(&[("ada", "correct horse")]);
        let token = Secret::new().unwrap();
        let entry = format!("[tokens.ada]\nrole = \"user\"\ntoken = \"{}\"\n", token.digest());
        fs::write(folder.file(), fs::read_to_string(folder.file()).unwrap() + &entry).unwrap();
        let accounts = folder.open();
        let person = who(&accounts, &log_in(&accounts, "ada", "correct horse")).unwrap();
        let bearer = format!("Bearer {}", token.as_str()).parse().unwrap();
        let program = who(&accounts, &[(header::AUTHORIZATION, bearer)].into_iter().collect()).unwrap();
        assert_ne!(person.login_name(), program.login_name());
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
        drop(accounts);
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

    #[test]
    fn fault_the_check_of_open_pages_waited_for_the_disk() {
        let folder = Folder::new("disk");
        folder.write(&[("ada", "correct horse")]);
        let accounts = folder.open();
        let user = who(&accounts, &log_in(&accounts, "ada", "correct horse")).unwrap();
        // As long as this is held, the disk takes no login.
        let disk = lock(&accounts.file.written);
        let logging_in = {
            let accounts = Arc::clone(&accounts);
            thread::spawn(move || matches!(accounts.check("ada", "correct horse", None, None), Tried::LoggedIn(..)))
        };
        let logins = || lock(&accounts.logins).count();
        let until = Instant::now() + Duration::from_secs(5);
        while logins() < 2 {
            assert!(Instant::now() < until, "the login has not begun");
            thread::yield_now();
        }
        assert!(accounts.is_valid(&user), "it is checked while the other login is written");
        assert!(!logging_in.is_finished());
        drop(disk);
        assert!(logging_in.join().unwrap());
    }

    #[test]
    fn fault_two_servers_overwrote_the_logins_of_each_other() {
        let folder = Folder::new("two");
        folder.write(&[("ada", "correct horse")]);
        let first = folder.open();
        let open = || Accounts::open(&folder.file(), Roles::of::<()>(), Duration::from_secs(3600));
        let why = open().map(drop).unwrap_err();
        assert!(why.contains("users.toml: another server uses this users file"), "{why}");
        // A command works while a server runs.
        let args = ["token", "add", "logger", "--role", "user"].map(str::to_owned);
        let said = command::run(&args, &folder.file(), &Roles::of::<()>(), || unreachable!()).unwrap();
        assert!(said.is_ok(), "{said:?}");
        first.release();
        assert!(open().is_ok());
    }

    #[test]
    fn fault_the_last_user_who_was_removed_stayed() {
        let folder = Folder::new("last");
        folder.write(&[("ada", "correct horse")]);
        let accounts = folder.open();
        let headers = log_in(&accounts, "ada", "correct horse");
        let user = who(&accounts, &headers).unwrap();
        // A file that is gone, or has a fault, says nothing about the users.
        fs::remove_file(folder.file()).unwrap();
        accounts.look();
        assert!(accounts.is_valid(&user));
        folder.write(&[("ada", "correct horse")]);
        accounts.look();
        let headers = log_in(&accounts, "ada", "correct horse");
        let user = who(&accounts, &headers).unwrap();
        let args = ["user", "remove", "ada"].map(str::to_owned);
        command::run(&args, &folder.file(), &Roles::of::<()>(), || unreachable!()).unwrap().unwrap();
        accounts.look();
        assert!(!accounts.is_valid(&user) && who(&accounts, &headers).is_none());
        // The server goes on: whoever is added later can log in.
        folder.write(&[("bob", "correct horse")]);
        accounts.look();
        assert!(who(&accounts, &log_in(&accounts, "bob", "correct horse")).is_some());
    }

    #[test]
    fn fault_a_read_that_failed_once_kept_a_removed_user() {
        let folder = Folder::new("once");
        folder.write(&[("ada", "correct horse"), ("bob", "correct horse")]);
        let accounts = folder.open();
        let user = who(&accounts, &log_in(&accounts, "ada", "correct horse")).unwrap();
        folder.write(&[("bob", "correct horse")]);
        let text = fs::read_to_string(folder.file()).unwrap();
        // The file cannot be read for a moment, and is the same file afterwards.
        let moment = SystemTime::now();
        for (text, is_valid) in [("?".repeat(text.len()), true), (text, false)] {
            fs::write(folder.file(), text).unwrap();
            File::options().write(true).open(folder.file()).unwrap().set_modified(moment).unwrap();
            accounts.look();
            assert_eq!(accounts.is_valid(&user), is_valid);
        }
    }

    #[test]
    fn a_file_that_an_editor_empties_for_a_moment_puts_nobody_out() {
        let folder = Folder::new("editor");
        folder.write(&[("ada", "correct horse")]);
        let accounts = folder.open();
        let user = who(&accounts, &log_in(&accounts, "ada", "correct horse")).unwrap();
        let text = fs::read(folder.file()).unwrap();
        fs::write(folder.file(), "").unwrap();
        accounts.look_again(|| fs::write(folder.file(), text).unwrap());
        assert!(accounts.is_valid(&user));
    }
}
