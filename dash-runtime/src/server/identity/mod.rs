//! Who sends a request.
//!
//! Each request gets a [`User`]. The first of these that knows the user decides:
//!
//! 1. A layer of the program, which has inserted one.
//! 2. The headers of a trusted proxy that has people log in ([`proxied`]).
//! 3. The users file: the cookie of a login, or the token of a program ([`accounts`]).
//! 4. The guest of the dashboard.
//! 5. Without any of these, everybody is the local user, who may do everything.
//!
//! Who is nobody gets the login page, or the status 401. The program may give the user another role ([`granted`]).

#[cfg(feature = "users")]
pub(crate) mod accounts;
#[cfg(feature = "users")]
pub(crate) mod command;
#[cfg(feature = "users")]
mod file;
pub(crate) mod granted;
#[cfg(feature = "users")]
mod login;
#[cfg(feature = "users")]
mod logins;
#[cfg(feature = "users")]
mod names;
pub(crate) mod proxied;
#[cfg(feature = "users")]
mod secret;
#[cfg(feature = "users")]
mod tries;

use std::{convert::Infallible, future::pending, sync::Arc, time::Duration};

#[cfg(feature = "users")]
use accounts::{Accounts, Shown};
use axum::{
    Router,
    extract::{FromRequestParts, OriginalUri, Request, State},
    http::{Extensions, StatusCode, header, request::Parts},
    middleware::{self, Next},
    response::{IntoResponse, Redirect, Response},
};
use serde_json::json;
use tokio::time::sleep;

use self::{
    granted::{Granted, Granting},
    proxied::Proxied,
};
use super::{
    assets::FOLDER,
    hosts::{Asked, Hosts},
    kept::Kept,
    page::Account,
    routes::root,
    socket::peer,
};
use crate::{client::Peer, rights::User};

/// How the users of requests are found.
#[derive(Default)]
pub(crate) struct Identity {
    /// Who has not logged in.
    pub(crate) guest: Option<User>,
    pub(crate) proxied: Option<Proxied>,
    /// What the program says about the roles of users.
    pub(crate) granting: Option<Arc<Granting>>,
    /// How long somebody whom a proxy or the program names stays connected.
    pub(crate) recheck: Option<Duration>,
    /// The headers and cookies that the program reads.
    pub(crate) kept: Arc<Kept>,
    #[cfg(feature = "users")]
    pub(crate) accounts: Option<Arc<Accounts>>,
    /// Whether passwords are taken over plain HTTP from other machines.
    #[cfg(feature = "users")]
    pub(crate) plain_login: bool,
}

impl Identity {
    /// Whether people can log in.
    pub(super) const fn has_login(&self) -> bool {
        #[cfg(feature = "users")]
        return self.accounts.is_some();
        #[cfg(not(feature = "users"))]
        false
    }

    /// Lets another server use the users file, because this one has ended.
    pub(super) fn release(&self) {
        #[cfg(feature = "users")]
        if let Some(accounts) = &self.accounts {
            accounts.release();
        }
    }

    /// The user of every request that says nothing about who sends it, if there is one.
    #[cfg(feature = "nats")]
    pub(super) fn of_anybody(&self) -> Option<User> {
        match &self.guest {
            // The program looks at each client.
            _ if self.granting.is_some() => None,
            Some(guest) => Some(guest.clone()),
            None => (!self.has_login() && self.proxied.is_none()).then(User::local),
        }
    }

    /// What the page says about the user, if people can log in.
    pub(super) fn account<'a>(&self, user: &'a User) -> Option<Account<'a>> {
        self.has_login().then(|| Account { user, is_guest: self.guest.as_ref() == Some(&user.admitted()) })
    }

    /// The user of a request that no layer has identified.
    fn user(&self, request: &Request) -> Result<User, Box<Response>> {
        if let Some(user) = self.proxied_user(request) {
            return Ok(user);
        }
        #[cfg(feature = "users")]
        if let Some(accounts) = &self.accounts {
            let encrypted = request.extensions().get::<Asked>().is_some_and(Asked::is_encrypted);
            match accounts.shown(request.headers(), encrypted) {
                Shown::User(user) => return Ok(user),
                Shown::WrongToken => return Err(Box::new(unauthorized("no program has this token"))),
                Shown::TwoTokens => {
                    let why = "one Authorization header in plain text is needed";
                    let body = axum::Json(json!({ "kind": "malformed", "why": why }));
                    return Err(Box::new((StatusCode::BAD_REQUEST, body).into_response()));
                }
                Shown::Nobody => {}
            }
        }
        match &self.guest {
            Some(guest) => Ok(guest.clone()),
            None if self.has_login() => Err(Box::new(self.nobody(request))),
            None if self.proxied.is_some() => Err(Box::new(unauthorized("the proxy has not named the user"))),
            None => Ok(User::local()),
        }
    }

    /// For somebody who must log in: the login page for a person, and a status for a program.
    fn nobody(&self, request: &Request) -> Response {
        let accept = request.headers().get(header::ACCEPT).and_then(|accept| accept.to_str().ok());
        if !request.method().is_safe() || !accept.is_some_and(|accept| accept.contains("text/html")) {
            return unauthorized("log in first");
        }
        let (inner, whole) = (request.uri(), request.extensions().get::<OriginalUri>());
        let whole = whole.map_or(inner, |OriginalUri(whole)| whole);
        let own = Some(inner.path()).filter(|path| *path != "/");
        // The login page goes back there. It is relative to the dashboard.
        let next: String = form_urlencoded::byte_serialize(inner.path().trim_start_matches('/').as_bytes()).collect();
        // A person whose page was put out reads why on the login page.
        let ended = if self.has_ended(request) { "&ended" } else { "" };
        Redirect::to(&format!("{}{FOLDER}/login?next={next}{ended}", root(whole, own))).into_response()
    }

    /// Whether the request of nobody shows a login that was one.
    fn has_ended(&self, request: &Request) -> bool {
        #[cfg(feature = "users")]
        {
            let encrypted = request.extensions().get::<Asked>().is_some_and(Asked::is_encrypted);
            self.accounts.as_ref().is_some_and(|accounts| accounts.cookie(request.headers(), encrypted).is_some())
        }
        #[cfg(not(feature = "users"))]
        {
            let _ = request;
            false
        }
    }

    /// The user whom a trusted proxy names.
    fn proxied_user(&self, request: &Request) -> Option<User> {
        let proxied = self.proxied.as_ref()?;
        let from_proxy = request.extensions().get::<Asked>().is_some_and(|asked| asked.from_proxy);
        if from_proxy { proxied.user(request.headers()) } else { None }
    }

    /// Whether the sender of a request, whose body took so long to arrive, is still who it was when its head came: the login
    /// has not ended, and the role is the same. `granted` is what the program was asked about it.
    pub(super) async fn is_still(&self, user: &User, granted: Option<&Peer>, took: Duration) -> bool {
        #[cfg(feature = "users")]
        if self.accounts.as_ref().is_some_and(|accounts| !accounts.is_valid(user)) {
            return false;
        }
        #[cfg(not(feature = "users"))]
        let _ = user;
        match (&self.granting, granted) {
            // Asked again as often as for an open page.
            (Some(granting), Some(peer)) if took >= granted::TICK / 2 => {
                granting.ask(peer, ()).await.is_ok_and(|user| user == peer.user)
            }
            _ => true,
        }
    }

    /// After which time a connection of this user ends, so that its next one shows who it is.
    pub(super) fn recheck_of(&self, user: &User) -> Option<Duration> {
        self.recheck.filter(|_| user.is_named_elsewhere())
    }

    /// Waits until the user of this peer has logged out, has another role, is not known any more, or must show again who
    /// it is.
    pub(super) async fn left(&self, peer: &Peer) {
        let recheck = async {
            match self.recheck_of(&peer.user) {
                Some(recheck) => sleep(recheck).await,
                None => pending().await,
            }
        };
        tokio::select! {
            () = self.logged_out(&peer.user) => {}
            () = self.regranted(peer) => {}
            () = recheck => {}
        }
    }

    /// Waits until the user has logged out.
    async fn logged_out(&self, user: &User) {
        #[cfg(feature = "users")]
        if let Some(accounts) = &self.accounts {
            let mut changes = accounts.changes();
            while accounts.is_valid(user) {
                if changes.changed().await.is_err() {
                    break;
                }
            }
            return;
        }
        let _ = user;
        pending::<()>().await;
    }

    /// Waits until the program gives the user another role.
    async fn regranted(&self, peer: &Peer) {
        match &self.granting {
            Some(granting) => {
                while granting.call(peer, ()).await.is_none_or(|user| user == peer.user) {
                    sleep(granted::TICK).await;
                }
            }
            None => pending::<()>().await,
        }
    }
}

/// The routes with the check of their users, and the login with the title of the dashboard and the stylesheet of its brand.
/// Its form must arrive within this time.
pub(super) fn guard(
    routes: Router,
    identity: &Arc<Identity>,
    (hosts, title, brand): (&Arc<Hosts>, String, &str),
    body_time: Duration,
) -> Router {
    let routes = routes.layer(middleware::from_fn_with_state(Arc::clone(identity), identify));
    #[cfg(feature = "users")]
    if identity.accounts.is_some() {
        return routes.merge(login::routes(identity, (hosts, title, brand), body_time));
    }
    let _ = (hosts, title, brand, body_time);
    routes
}

async fn identify(State(identity): State<Arc<Identity>>, mut request: Request, next: Next) -> Response {
    if request.extensions().get::<User>().is_none() {
        match identity.user(&request) {
            Ok(user) => _ = request.extensions_mut().insert(user),
            Err(response) => return *response,
        }
    }
    if let Some(granting) = &identity.granting {
        let extensions = request.extensions();
        // Without a host, a request is refused before.
        let peer =
            extensions.get::<Asked>().map(|asked| peer(request.headers(), asked, user_of(extensions), &identity.kept));
        let user = match &peer {
            Some(peer) => match granting.ask(peer, ()).await {
                Ok(user) => user,
                Err(silent) => return silent.into_response(),
            },
            None => User::nobody(),
        };
        if let Some(peer) = peer {
            request.extensions_mut().insert(Granted(Arc::new(Peer { user: user.clone(), ..peer })));
        }
        request.extensions_mut().insert(user);
    }
    next.run(request).await
}

fn unauthorized(why: &str) -> Response {
    let body = axum::Json(json!({ "kind": "login", "why": why }));
    (StatusCode::UNAUTHORIZED, [(header::WWW_AUTHENTICATE, "Bearer")], body).into_response()
}

/// The user in the extensions of a request. A request that has none gets the lowest role.
pub(super) fn user_of(extensions: &Extensions) -> User {
    extensions.get().cloned().unwrap_or_else(User::nobody)
}

/// The user who sends a request.
pub(super) struct Visitor(pub(super) User);

impl<S: Sync> FromRequestParts<S> for Visitor {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        Ok(Self(user_of(&parts.extensions)))
    }
}
