//! The login page, and logout. They work without a script, so that password managers do too.

use std::{net::SocketAddr, sync::Arc, time::Duration};

use axum::{
    Extension, Router,
    body::Bytes,
    extract::{ConnectInfo, DefaultBodyLimit, OriginalUri, State},
    http::{HeaderMap, HeaderValue, StatusCode, Uri, header},
    response::{IntoResponse, Redirect, Response},
    routing::{get, post},
};

use super::{
    Identity,
    accounts::{Accounts, Tried},
    file,
};
use crate::{
    html::Html,
    server::{assets::FOLDER, hosts::Hosts, page, state::Host},
};

/// The largest form, in bytes: a name, a password and an address, percent-encoded.
const FORM: usize = 8 * 1024;

const STYLE: &str = concat!(include_str!("../../../client/base.css"), include_str!("../../../client/login.css"));

#[derive(Clone)]
struct Login {
    identity: Arc<Identity>,
    accounts: Arc<Accounts>,
    hosts: Arc<Hosts>,
}

/// The routes. They need no user.
pub(super) fn routes(identity: &Arc<Identity>, hosts: &Arc<Hosts>) -> Router {
    let Some(accounts) = &identity.accounts else { return Router::new() };
    let login = Login { identity: Arc::clone(identity), accounts: Arc::clone(accounts), hosts: Arc::clone(hosts) };
    Router::new()
        .route(&format!("/{FOLDER}/login"), get(form).post(log_in).layer(DefaultBodyLimit::max(FORM)))
        .route(&format!("/{FOLDER}/logout"), post(log_out))
        .route(&format!("/{FOLDER}/login.css"), get(style))
        .with_state(login)
}

/// The path that the dashboard is mounted at, with a slash at the end.
fn base(whole: &Uri) -> &str {
    let end = whole.path().rfind(&format!("/{FOLDER}/")).map_or(0, |at| at + 1);
    whole.path().get(..end).filter(|base| !base.is_empty()).unwrap_or("/")
}

/// Only an address of this server, so that a link to the login page cannot lead elsewhere.
fn next<'a>(wanted: &'a str, base: &'a str) -> &'a str {
    let is_own = wanted.starts_with(base) && !wanted.starts_with("//") && !wanted.contains(['\\', '\r', '\n']);
    if is_own { wanted } else { base }
}

async fn style() -> Response {
    ([(header::CONTENT_TYPE, "text/css; charset=utf-8"), (header::CACHE_CONTROL, "no-cache")], STYLE).into_response()
}

async fn form(
    State(login): State<Login>,
    OriginalUri(whole): OriginalUri,
    address: Option<Extension<ConnectInfo<SocketAddr>>>,
) -> Response {
    let query = form_urlencoded::parse(whole.query().unwrap_or_default().as_bytes());
    let next = query.filter(|(key, _)| key == "next").map(|(_, next)| next.into_owned()).last().unwrap_or_default();
    let why = if login.takes_passwords(address.as_ref()) { None } else { Some(PLAIN) };
    show(StatusCode::OK, &whole, "", &next, why)
}

/// Why a password is not taken.
const PLAIN: &str = "Passwords are not taken over plain HTTP from another machine, because anybody on the way can read \
                     them. Use HTTPS.";

impl Login {
    /// Whether passwords are taken from this address: from this machine, and from others if the program allows it.
    fn takes_passwords(&self, address: Option<&Extension<ConnectInfo<SocketAddr>>>) -> bool {
        let is_here = address.is_some_and(|Extension(ConnectInfo(address))| address.ip().to_canonical().is_loopback());
        self.identity.plain_login || is_here
    }
}

async fn log_in(
    State(login): State<Login>,
    Extension(Host(host)): Extension<Host>,
    OriginalUri(whole): OriginalUri,
    address: Option<Extension<ConnectInfo<SocketAddr>>>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    if let Err(refused) = login.hosts.check_origin(&headers, &host) {
        return refused.into_response();
    }
    let (mut name, mut password, mut wanted) = (String::new(), String::new(), String::new());
    for (key, value) in form_urlencoded::parse(&body) {
        match &*key {
            "name" => name = value.into_owned(),
            "password" => password = value.into_owned(),
            "next" => wanted = value.into_owned(),
            _ => {}
        }
    }
    if !login.takes_passwords(address.as_ref()) {
        return show(StatusCode::FORBIDDEN, &whole, &name, &wanted, Some(PLAIN));
    }
    if password.len() > file::LONGEST {
        return show(StatusCode::FORBIDDEN, &whole, &name, &wanted, Some(WRONG));
    }
    let address = address.map(|Extension(ConnectInfo(address))| address.ip());
    match login.accounts.log_in(&name, &password, address).await {
        Tried::LoggedIn(secret) => {
            // Nobody knows the new secret from before the login.
            login.accounts.log_out(&headers);
            let cookie = login.cookie(secret.as_str(), login.accounts.time());
            (cookie, Redirect::to(next(&wanted, base(&whole)))).into_response()
        }
        Tried::Wrong => show(StatusCode::FORBIDDEN, &whole, &name, &wanted, Some(WRONG)),
        Tried::Later(wait) => {
            let seconds = wait.as_secs() + 1;
            let why = format!("Too many tries. Try again in {seconds} s.");
            let mut response = show(StatusCode::TOO_MANY_REQUESTS, &whole, &name, &wanted, Some(&why));
            response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
            response
        }
        Tried::Broken => {
            let why = "The server cannot log anybody in now. Its log says why.";
            show(StatusCode::INTERNAL_SERVER_ERROR, &whole, &name, &wanted, Some(why))
        }
    }
}

const WRONG: &str = "The name or the password is wrong.";

async fn log_out(
    State(login): State<Login>,
    Extension(Host(host)): Extension<Host>,
    OriginalUri(whole): OriginalUri,
    headers: HeaderMap,
) -> Response {
    if let Err(refused) = login.hosts.check_origin(&headers, &host) {
        return refused.into_response();
    }
    login.accounts.log_out(&headers);
    (login.cookie("", Duration::ZERO), Redirect::to(base(&whole))).into_response()
}

impl Login {
    /// The header that sets the cookie.
    fn cookie(&self, secret: &str, time: Duration) -> [(header::HeaderName, String); 1] {
        let (name, seconds) = (self.accounts.cookie_name(), time.as_secs());
        [(header::SET_COOKIE, format!("{name}={secret}; Path=/; Max-Age={seconds}; HttpOnly; SameSite=Lax"))]
    }
}

/// The page with the form.
fn show(status: StatusCode, whole: &Uri, name: &str, wanted: &str, why: Option<&str>) -> Response {
    let base = base(whole);
    let mut html = Html::new();
    page::plain(&mut html, "Log in", &format!("{base}{FOLDER}/login.css"), |html| {
        html.tag("main").attr("class", "dd-login").inner(|html| {
            html.tag("h1").text("Log in");
            if let Some(why) = why {
                html.tag("p").attr("class", "dd-login-why").attr("role", "alert").text(why);
            }
            if why == Some(PLAIN) {
                return;
            }
            html.tag("form").attr("method", "post").attr("action", format!("{base}{FOLDER}/login")).inner(|html| {
                html.tag("input").attr("type", "hidden").attr("name", "next").attr("value", next(wanted, base)).void();
                html.tag("label").inner(|html| {
                    html.text("Name");
                    let input = html.tag("input").attr("name", "name").attr("autocomplete", "username");
                    input.attr("value", name).attr("autocapitalize", "none").flag("required", true).void();
                });
                html.tag("label").inner(|html| {
                    html.text("Password");
                    let input = html.tag("input").attr("name", "password").attr("type", "password");
                    input.attr("autocomplete", "current-password").flag("required", true).void();
                });
                html.tag("button").attr("class", "dd-login-go").text("Log in");
            });
        });
    });
    let headers = [(header::CONTENT_TYPE, "text/html; charset=utf-8"), (header::CACHE_CONTROL, "no-store")];
    (status, headers, html.into_string()).into_response()
}
