//! What a program says about who may use its dashboard.

use std::{
    env,
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

#[cfg(feature = "users")]
use super::identity::{accounts::Accounts, command};
use super::{
    App,
    audit::AuditLog,
    identity::{Identity, granted::Granting, proxied::Proxied},
    kept::Kept,
};
use crate::{
    client::Client,
    rights::{GUEST, Role, Roles, User},
};

/// How long a login is valid.
#[cfg(feature = "users")]
const LOGIN: Duration = Duration::from_secs(30 * 24 * 3600);

/// How long a page is connected before it must show again who uses it, if somebody else knows that.
const RECHECK: Duration = Duration::from_secs(600);

const SHORTEST_RECHECK: Duration = Duration::from_secs(1);

/// Who may use a dashboard.
#[derive(Debug)]
pub(super) struct Access {
    roles: Roles,
    guest: Option<User>,
    /// Whom a trusted proxy names, or what is wrong with the names of the headers.
    proxied: Option<Result<Proxied, String>>,
    /// What the program says about the roles of users.
    granting: Option<Granting>,
    /// How long a socket is open before its page must show again who uses it.
    recheck: Duration,
    /// The file for the record of commands.
    audit: Option<PathBuf>,
    #[cfg(feature = "users")]
    users: Option<PathBuf>,
    #[cfg(feature = "users")]
    plain_login: bool,
    #[cfg(feature = "users")]
    login: Duration,
}

impl Access {
    /// Everybody may use it.
    pub(super) const fn open(roles: Roles) -> Self {
        Self {
            roles,
            guest: None,
            proxied: None,
            granting: None,
            recheck: RECHECK,
            audit: None,
            #[cfg(feature = "users")]
            users: None,
            #[cfg(feature = "users")]
            plain_login: false,
            #[cfg(feature = "users")]
            login: LOGIN,
        }
    }

    /// Whether everybody may do everything.
    pub(super) const fn is_open(&self) -> bool {
        #[cfg(feature = "users")]
        if self.users.is_some() {
            return false;
        }
        self.guest.is_none() && self.proxied.is_none() && self.granting.is_none()
    }

    /// Whether somebody can log in, here or at a proxy.
    pub(super) const fn has_users(&self) -> bool {
        #[cfg(feature = "users")]
        if self.users.is_some() {
            return true;
        }
        self.proxied.is_some()
    }

    /// Reads the users. `has_proxies`: whether a proxy is trusted.
    ///
    /// # Errors
    /// What is wrong with the users file or the headers of a proxy, or a role of another dashboard.
    pub(super) fn identity(self, has_proxies: bool, kept: Arc<Kept>) -> Result<Identity, String> {
        if let Some(guest) = self.guest.as_ref().filter(|guest| !self.roles.has(guest)) {
            let (role, roles) = (guest.role_name(), self.roles.names());
            return Err(match roles {
                [] => format!(
                    "`App::guest` gives the role `{role}`, but this dashboard has no roles: write `#[components(role = ..)]` with the enum of that role"
                ),
                roles => format!(
                    "`App::guest` gives the role `{role}` of another enum: give one of the roles of this dashboard, which are {}",
                    roles.join(", ")
                ),
            });
        }
        let proxied = self.proxied.transpose()?;
        if let Some(proxied) = &proxied {
            if !has_proxies {
                return Err(
                    "no proxy is trusted to name users: give its address with App::trust_proxy or DASH_PROXIES"
                        .to_owned(),
                );
            }
            if let Some(role) = proxied.roles().find(|role| !self.roles.has(role)) {
                return Err(format!("a role for the proxy's users, {role:?}, is not one of {:?}", self.roles));
            }
        }
        if self.granting.as_ref().is_some_and(|granting| granting.roles() != self.roles) {
            return Err(format!(
                "App::rights gives roles of another dashboard: its function returns one of {:?}",
                self.roles
            ));
        }
        #[cfg(feature = "users")]
        let accounts = match &self.users {
            Some(path) => Some(Arc::new(Accounts::open(path, self.roles, self.login)?)),
            None => None,
        };
        Ok(Identity {
            guest: self.guest,
            proxied,
            granting: self.granting.map(Arc::new),
            recheck: Some(self.recheck.max(SHORTEST_RECHECK)),
            kept,
            #[cfg(feature = "users")]
            accounts,
            #[cfg(feature = "users")]
            plain_login: self.plain_login,
        })
    }

    /// Opens the file for the record. Pages keep `shown` records.
    ///
    /// # Errors
    /// If it cannot be written.
    pub(super) fn audit(&self, shown: usize) -> Result<Option<AuditLog>, String> {
        self.audit.as_deref().map(|path| AuditLog::open(path, shown)).transpose()
    }

    /// A replay writes no record of commands: nobody can command anything.
    pub(super) fn forget_audit(&mut self) {
        self.audit = None;
    }

    /// The users file.
    #[cfg(feature = "tls")]
    pub(super) fn users_file(&self) -> Option<&Path> {
        #[cfg(feature = "users")]
        return self.users.as_deref();
        #[cfg(not(feature = "users"))]
        None
    }

    /// Takes the files that the environment names.
    pub(super) fn read_environment(&mut self) {
        if let Some(path) = env::var_os("DASH_AUDIT").filter(|path| !path.is_empty()) {
            self.audit = Some(path.into());
        }
        #[cfg(feature = "users")]
        if let Some(path) = env::var_os("DASH_USERS").filter(|path| !path.is_empty()) {
            self.users = Some(path.into());
        }
    }

    /// Carries out a command for the users file, if the program was started with one. Returns whether it was.
    ///
    /// # Errors
    /// What is wrong with the command or the file.
    #[cfg(feature = "users")]
    pub(super) fn command(&self) -> Result<bool, String> {
        match &self.users {
            Some(path) => command_of(&self.roles, path),
            None => Ok(false),
        }
    }
}

#[cfg(feature = "users")]
#[allow(clippy::print_stdout, reason = "a command answers the person at the terminal")]
fn command_of(roles: &Roles, path: &Path) -> Result<bool, String> {
    // An argument that is no UTF-8 is none of this command.
    let args: Vec<String> = env::args_os().skip(1).map(|arg| arg.to_string_lossy().into_owned()).collect();
    let Some(done) = command::run(&args, path, roles, command::ask) else { return Ok(false) };
    println!("{}", done?);
    Ok(true)
}

/// Carries out a command such as `user add ada --role operator`, if the program was started with one: see
/// [`App::users`]. Returns whether it was. Call it first in `main`, and end the program then, if the device cannot be
/// opened while the dashboard runs. [`Serve::serve`](super::Serve::serve) does the same, but after the device was opened.
///
/// ```text
/// if dash_devices::users_command::<Ui>("users.toml")? {
///     return Ok(());
/// }
/// ```
///
/// # Errors
/// What is wrong with the command or the file.
#[cfg(feature = "users")]
pub fn users_command<D: crate::dashboard::Dashboard>(path: impl AsRef<Path>) -> super::error::Result<bool> {
    let mut access = Access::open(Roles::of::<D::Role>());
    access.users = Some(path.as_ref().to_owned());
    access.read_environment();
    access.command().map_err(super::error::Error::users)
}

impl App {
    /// Lets people who have not logged in use the dashboard, with this role. Without a users file everybody has it: with
    /// the lowest role, the page is a display that nobody can operate.
    #[must_use]
    pub fn guest<R: Role>(mut self, role: R) -> Self {
        self.access.guest = Some(User::new(GUEST, role));
        self
    }

    /// Lets the users in whom a [trusted proxy](Self::trust_proxy) names in this header, such as `Remote-User`, with at
    /// least this role. The proxy has them log in, and must replace what the client sends in this header. A request from
    /// elsewhere is not believed: without a users file and a [`guest`](Self::guest) it gets the status 401.
    ///
    /// Programs on the computer of the proxy can name any user, if they can reach the server.
    ///
    /// A role that the proxy changes, and the end of a session there, reach an open page when it connects again, which it
    /// does every 10 minutes at least ([`recheck_users`](Self::recheck_users)).
    ///
    /// It is an [`Error`](super::error::Error) at the start if no proxy is trusted.
    #[must_use]
    pub fn proxy_users<R: Role>(mut self, header: &str, role: R) -> Self {
        self.access.proxied = Some(Proxied::new(header, User::new("", role)));
        self
    }

    /// How long a page of a user whom a [proxy](Self::proxy_users) or a layer of the program names stays connected before
    /// it must connect again, because this server does not learn when the session there ends. Default: 10 minutes. At
    /// least 1 second: less counts as that.
    ///
    /// The page connects again by itself, as after a lost connection: it is the same client with the same session, and
    /// each command is carried out once. A proxy that does not let it in again leaves it without a connection. Nobody is
    /// interrupted while driving: a page that holds a control or is in control is asked when it has let go. A
    /// subscription of a program ends after this time too.
    #[must_use]
    pub fn recheck_users(mut self, every: Duration) -> Self {
        self.access.recheck = every;
        self
    }

    /// Gives the users of a [proxy](Self::proxy_users) the highest role of their groups, which the proxy lists in this
    /// header, such as `Remote-Groups`, with commas or bars between them. The proxy must replace this header too, also for
    /// users without groups.
    ///
    /// ```text
    /// app.trust_proxy("127.0.0.1")
    ///     .proxy_users("Remote-User", Role::Guest)
    ///     .proxy_groups("Remote-Groups", [("lab", Role::Operator), ("admins", Role::Admin)])
    /// ```
    ///
    /// Without [`proxy_users`](Self::proxy_users) before it, it is an [`Error`](super::error::Error) at the start.
    #[must_use]
    pub fn proxy_groups<R: Role>(mut self, header: &str, roles: impl IntoIterator<Item = (&'static str, R)>) -> Self {
        let roles = roles.into_iter().map(|(group, role)| (group.to_owned(), User::new("", role))).collect();
        let before =
            self.access.proxied.take().unwrap_or_else(|| Err("proxy_groups needs proxy_users before it".into()));
        let with_groups = before.and_then(|mut proxied| proxied.groups(header, roles).map(|()| proxied));
        self.access.proxied = Some(with_groups);
        self
    }

    /// Gives each user the role that this function says, for what roles cannot say: where a client is, the time of day,
    /// or whether the lab is locked. It gets the user, with the role of the login, of the proxy or of the guest, and the
    /// client: its address, and the headers and cookies that the app [keeps](Self::keep_header). The client has no number
    /// and no origin yet. A request of a program is asked about too.
    ///
    /// The function is asked for each request, and once a second for each open page. A page whose role changes loads
    /// again. So it must be quick, and must not wait. A login stays valid, whatever the function says.
    ///
    /// It runs on threads of its own, at most 64, of which a user has at most 16. If it does not answer within 2 s, the request gets the status 503, an open
    /// page keeps its role, and the log says so.
    ///
    /// A function that panics gives the lowest role, and the log says so. Roles of another dashboard are an
    /// [`Error`](super::error::Error) at the start.
    ///
    /// ```text
    /// app.rights(|user: &User, client: &Client| match client.address() {
    ///     Some(address) if is_in_the_lab(address) => user.role().unwrap_or(Role::Guest),
    ///     _ => Role::Guest,
    /// })
    /// ```
    #[must_use]
    pub fn rights<R: Role>(mut self, role: impl Fn(&User, &Client) -> R + Send + Sync + 'static) -> Self {
        self.access.granting = Some(Granting::new(role));
        self
    }

    /// Writes a record of who wanted what to this file: one JSON object per line, for each property of each command, also
    /// of those that were refused, and for each held control that was released. `DASH_AUDIT` overrides the path.
    ///
    /// | key | meaning |
    /// | --- | --- |
    /// | `n` | counts the commands in the order of their arrival, and goes on after a restart |
    /// | `time` | of the arrival, in milliseconds since 1970 |
    /// | `rev` | the revision before it |
    /// | `user`, `client`, `address` | who sent it; `client` is `null` for a request of a program |
    /// | `device` | its key, if there are several |
    /// | `property`, `old`, `new` | what was to be changed; both values are `null` for `#[secret]` |
    /// | `outcome` | `applied`, `merged`, `failed`, `refused`, `expired`, `unknown` or `released` |
    /// | `why` | the reason, if it was not taken |
    /// | `control` | the control under which it was sent, with the number of its grant: `drive#3` |
    /// | `times` | how many commands the line stands for, if several |
    ///
    /// A line with the outcome `lost` has only `time`, `times` and `why`: so many records are missing before it, because
    /// the file did not take them, or not in time.
    ///
    /// A line is written when the outcome is known. A file of more than 16 MiB is renamed, and four older ones are kept.
    /// The file is readable only by its owner. If it cannot be written at the start, that is an
    /// [`Error`](super::error::Error).
    #[must_use]
    pub fn audit(mut self, path: impl AsRef<Path>) -> Self {
        self.access.audit = Some(path.as_ref().to_owned());
        self
    }

    /// Lets only the users in this file use the dashboard, and a [`guest`](Self::guest) if there is one. `DASH_USERS`
    /// overrides the path. People log in on a page, and programs send a token: `Authorization: Bearer …`.
    ///
    /// The program itself changes the file, also while the dashboard runs:
    ///
    /// | command | effect |
    /// | --- | --- |
    /// | `user add ada --role operator` | adds a user; the password is asked for, and stored as an argon2id hash |
    /// | `user role ada admin`, `user password ada`, `user remove ada`, `user list` | changes or lists users |
    /// | `token add logger --role guest` | adds a program, and prints its token once |
    ///
    /// [`users_command`] carries them out before the device is opened. A change of the file, a logout and the end of a
    /// login reach open pages within a second. With another password, a user must log in again. Logins are kept in a
    /// second file beside it, so that a restart logs nobody out. Both files are readable only by their owner.
    ///
    /// A file with a fault is an [`Error`](super::error::Error) at the start. If it gets one while the dashboard runs,
    /// the users stay as they were, and the log says so.
    ///
    /// Needs the feature `users`.
    #[cfg(feature = "users")]
    #[must_use]
    pub fn users(mut self, path: impl AsRef<Path>) -> Self {
        self.access.users = Some(path.as_ref().to_owned());
        self
    }

    /// How long a login is valid. The default is 30 days. Needs the feature `users`.
    #[cfg(feature = "users")]
    #[must_use]
    pub const fn login_time(mut self, time: Duration) -> Self {
        self.access.login = time;
        self
    }

    /// Takes passwords also over plain HTTP from other machines. Everybody on the way can read them, so this is only for
    /// a network that you trust, or behind a proxy that adds TLS. Needs the feature `users`.
    #[cfg(feature = "users")]
    #[must_use]
    pub const fn plain_login(mut self) -> Self {
        self.access.plain_login = true;
        self
    }
}
