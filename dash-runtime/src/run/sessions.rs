//! Whose the sessions of a dashboard are: each page's own, or each login's.

use std::{
    any::Any,
    fmt,
    marker::PhantomData,
    panic::{AssertUnwindSafe, catch_unwind},
};

use serde::{Serialize, de::DeserializeOwned};

use crate::{callback::lend::Part, dashboard::Dashboard, words::panic::text_of};

/// How long the session of a login is kept unless the dashboard says otherwise, in days.
const DAYS: u32 = 30;

/// A type that the session of a login may have: it can be written down and read again.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be the session of a login",
    label = "`SessionOf::login()` needs a session that can be written to the disk",
    note = "write `#[value]` above the type, so that it is there again after a restart; the types of its fields need it too"
)]
pub trait KeptSession: Serialize + DeserializeOwned + Any + Send {}
#[diagnostic::do_not_recommend]
impl<T> KeptSession for T where T: Serialize + DeserializeOwned + Any + Send {}

/// Whose a [session](Dashboard::Session) is: the value of [`Dashboard::SESSION_OF`].
pub struct SessionOf<D: ?Sized> {
    pub(crate) login: Option<LoginSessions>,
    dashboard: PhantomData<fn() -> D>,
}

/// How the sessions of logins are kept.
#[derive(Debug, Clone, Copy)]
pub(crate) struct LoginSessions {
    /// For so many days after the last page of the login was open.
    pub(crate) days: u32,
    /// The JSON of a session.
    pub(crate) encode: fn(&Part) -> Result<String, String>,
    /// The session with this JSON.
    pub(crate) decode: fn(&str) -> Result<Part, String>,
}

impl<D: Dashboard> SessionOf<D> {
    /// Each page has a session of its own, which ends with the page.
    pub const PAGE: Self = Self { login: None, dashboard: PhantomData };

    /// All pages of one login have one session, and it is there again after a restart. It is kept for 30 days after the
    /// last page of the login was open, unless [`days`](Self::days) says otherwise.
    ///
    /// The session is the login's, whatever its role is at present. Who has not logged in, such as a guest, has a session
    /// for each page. Callbacks that borrow the session run for one page of a login at a time.
    ///
    /// At the start it is an error if there is no store ([`App::store`](crate::server::App::store)), or if nobody can log in.
    pub const fn login() -> Self
    where
        D::Session: KeptSession,
    {
        let login = LoginSessions { days: DAYS, encode: encode::<D::Session>, decode: decode::<D::Session> };
        Self { login: Some(login), dashboard: PhantomData }
    }

    /// How many days the session of a login is kept after its last page was open. At least 1.
    #[must_use]
    pub const fn days(mut self, days: u32) -> Self {
        if let Some(login) = &mut self.login {
            login.days = days;
        }
        self
    }
}

impl<D: ?Sized> fmt::Debug for SessionOf<D> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.login {
            Some(login) => f.debug_struct("SessionOf::login").field("days", &login.days).finish(),
            None => f.write_str("SessionOf::PAGE"),
        }
    }
}

fn encode<T: KeptSession>(part: &Part) -> Result<String, String> {
    let Some(session) = part.downcast_ref::<T>() else { return Err("it is of another type".to_owned()) };
    caught(|| serde_json::to_string(session).map_err(|error| error.to_string()))
}

fn decode<T: KeptSession>(json: &str) -> Result<Part, String> {
    caught(|| {
        serde_json::from_str::<T>(json).map(|session| Box::new(session) as Part).map_err(|error| error.to_string())
    })
}

/// Catches a panic of the user's type, because one session must not end the program.
fn caught<T>(run: impl FnOnce() -> Result<T, String>) -> Result<T, String> {
    catch_unwind(AssertUnwindSafe(run)).unwrap_or_else(|panic| Err(format!("its type panicked: {}", text_of(&*panic))))
}
