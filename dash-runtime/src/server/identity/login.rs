//! The login page, and logout. They work without a script, so that password managers do too.

use std::{sync::Arc, time::Duration};

use axum::{
    Extension, Router,
    body::Bytes,
    extract::{RawQuery, State},
    http::{HeaderMap, HeaderValue, StatusCode, header},
    middleware,
    response::{AppendHeaders, IntoResponse, Redirect, Response},
    routing::{get, post},
};

use super::{
    Identity,
    accounts::{Accounts, Tried},
    file,
    logins::DEVICE_TIME,
};
use crate::{
    bar,
    html::{HERE, Html},
    server::{
        assets::FOLDER,
        body,
        hosts::{Asked, Hosts},
        kept,
        page::{self, Theme},
    },
};

/// The largest form, in bytes: a name, a password and an address, percent-encoded.
const FORM: usize = 8 * 1024;

const STYLE: &str = concat!(
    include_str!("../../../client/base.css"),
    include_str!("../../../client/bar.css"),
    include_str!("../../../client/login.css"),
);

#[derive(Clone)]
struct Login {
    identity: Arc<Identity>,
    accounts: Arc<Accounts>,
    hosts: Arc<Hosts>,
    /// Of the dashboard, so that a person sees what the password is for.
    title: Arc<str>,
    /// The stylesheet, with the colour of the dashboard's brand.
    style: Arc<str>,
}

/// The routes. They need no user.
pub(super) fn routes(
    identity: &Arc<Identity>,
    (hosts, title, brand): (&Arc<Hosts>, String, &str),
    body_time: Duration,
) -> Router {
    let Some(accounts) = &identity.accounts else { return Router::new() };
    let login = Login {
        identity: Arc::clone(identity),
        accounts: Arc::clone(accounts),
        hosts: Arc::clone(hosts),
        title: title.into(),
        style: format!("{STYLE}{brand}").into(),
    };
    let forms = middleware::from_fn_with_state((body_time, FORM), body::bounded);
    Router::new()
        .route(&format!("/{FOLDER}/login"), get(form).post(log_in).layer(forms))
        .route(&format!("/{FOLDER}/logout"), post(log_out))
        .route(&format!("/{FOLDER}/login.css"), get(style))
        .with_state(login)
}

/// The address of the dashboard relative to the login page. Addresses are relative, because a proxy may serve the
/// dashboard below a path that the server does not know.
const ROOT: &str = "../";

/// The address to go to, relative to the login page. Only a path of this dashboard, so that a link to the login page
/// cannot lead elsewhere.
fn next(wanted: &str) -> String {
    let is_own = |path: &str| {
        path.split('/').all(|part| part != "..") && !path.starts_with('/') && !path.contains([':', '\\', '?', '#', '%'])
    };
    let is_plain = wanted.bytes().all(|byte| byte.is_ascii_graphic());
    if is_own(wanted) && is_plain { format!("{ROOT}{wanted}") } else { ROOT.to_owned() }
}

async fn style(State(login): State<Login>) -> Response {
    let headers = [(header::CONTENT_TYPE, "text/css; charset=utf-8"), (header::CACHE_CONTROL, "no-cache")];
    (headers, login.style.to_string()).into_response()
}

async fn form(
    State(login): State<Login>,
    RawQuery(query): RawQuery,
    Extension(asked): Extension<Asked>,
    headers: HeaderMap,
) -> Response {
    let (mut next, mut why) = (String::new(), None);
    for (key, value) in form_urlencoded::parse(query.unwrap_or_default().as_bytes()) {
        match &*key {
            "next" => next = value.into_owned(),
            "ended" => why = Some(ENDED),
            _ => {}
        }
    }
    let why = if login.takes_passwords(&asked) { why } else { Some(PLAIN) };
    login.show(&headers, StatusCode::OK, ("", &next), why)
}

/// For a person whose page was put out. It could not tell what became of a command that was under way.
const ENDED: &str =
    "Your login has ended. If you have just set or pressed something, log in and look whether it was carried out.";

/// Why a password is not taken.
const PLAIN: &str = "Passwords are not taken over plain HTTP from another machine, because anybody on the way can read \
                     them. Use HTTPS.";

impl Login {
    /// Whether passwords are taken from this client: over an encrypted connection, from this machine, or if the program
    /// allows it. Over a relay, no client is on this machine.
    fn takes_passwords(&self, asked: &Asked) -> bool {
        let is_here =
            || asked.relayed.is_none() && asked.client.is_some_and(|client| client.to_canonical().is_loopback());
        self.identity.plain_login || asked.encrypted.unwrap_or_else(is_here)
    }
}

async fn log_in(
    State(login): State<Login>,
    Extension(asked): Extension<Asked>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    if let Err(refused) = login.hosts.check_origin(&headers, &asked) {
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
    let show = |status, why| login.show(&headers, status, (&name, &wanted), why);
    if !login.takes_passwords(&asked) {
        return show(StatusCode::FORBIDDEN, Some(PLAIN));
    }
    // No user has such a name or password. They are neither checked nor remembered.
    if password.len() > file::LONGEST || name.chars().count() > file::NAME {
        return show(StatusCode::FORBIDDEN, Some(WRONG));
    }
    match login.accounts.log_in((&name, &password), asked.client, &headers, asked.is_encrypted()).await {
        Tried::LoggedIn(secret, device) => {
            // Nobody knows the new secret from before the login.
            login.accounts.log_out(&headers, asked.is_encrypted());
            let cookie = login.cookie(&asked, secret.as_str(), login.accounts.time());
            let known =
                set_cookie(&asked, &login.accounts.device_cookie(asked.is_encrypted()), device.as_str(), DEVICE_TIME);
            (AppendHeaders([cookie, known]), Redirect::to(&next(&wanted))).into_response()
        }
        Tried::Wrong => show(StatusCode::FORBIDDEN, Some(WRONG)),
        Tried::Later(wait) => {
            let seconds = wait.as_secs() + 1;
            let why = format!("Too many tries. Try again in {seconds} s.");
            let mut response = show(StatusCode::TOO_MANY_REQUESTS, Some(&why));
            response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
            response
        }
        Tried::Broken => {
            let why = "The server cannot log anybody in now. Its log says why.";
            show(StatusCode::INTERNAL_SERVER_ERROR, Some(why))
        }
    }
}

const WRONG: &str = "The name or the password is wrong.";

async fn log_out(State(login): State<Login>, Extension(asked): Extension<Asked>, headers: HeaderMap) -> Response {
    if let Err(refused) = login.hosts.check_origin(&headers, &asked) {
        return refused.into_response();
    }
    login.accounts.log_out(&headers, asked.is_encrypted());
    // That of the browser stays: who has logged out wants to log in again some day.
    ([login.cookie(&asked, "", Duration::ZERO)], Redirect::to(ROOT)).into_response()
}

impl Login {
    /// The header that sets the cookie.
    fn cookie(&self, asked: &Asked, secret: &str, time: Duration) -> (header::HeaderName, String) {
        set_cookie(asked, &self.accounts.cookie_name(asked.is_encrypted()), secret, time)
    }

    /// The page with the form, in the theme that the browser has chosen.
    fn show(
        &self,
        headers: &HeaderMap,
        status: StatusCode,
        (name, wanted): (&str, &str),
        why: Option<&str>,
    ) -> Response {
        let mut html = Html::new();
        let style = format!("{HERE}{FOLDER}/login.css");
        let title = format!("Log in · {}", self.title);
        let theme = kept::cookie(headers, Theme::COOKIE).and_then(Theme::named);
        let plain = page::Plain { title: &title, root: ROOT, style: &style, theme, ..page::Plain::default() };
        page::plain(&mut html, &plain, |html| {
            html.tag("main").attr("class", "dd-login").inner(|html| {
                html.tag("h1").inner(|html| {
                    bar::mark().render(html);
                    html.tag("span").text(&*self.title);
                });
                if let Some(why) = why {
                    html.tag("p").attr("class", "dd-login-why").attr("role", "alert").text(why);
                }
                if why != Some(PLAIN) {
                    fields(html, name, wanted);
                }
            });
        });
        let headers = [(header::CONTENT_TYPE, "text/html; charset=utf-8"), (header::CACHE_CONTROL, "no-store")];
        (status, headers, html.into_string()).into_response()
    }
}

/// The form.
fn fields(html: &mut Html, name: &str, wanted: &str) {
    html.tag("form").attr("method", "post").attr("action", format!("{HERE}{FOLDER}/login")).inner(|html| {
        html.tag("input").attr("type", "hidden").attr("name", "next").attr("value", wanted).void();
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
}

/// The header that sets a cookie that no script can read.
fn set_cookie(asked: &Asked, name: &str, value: &str, time: Duration) -> (header::HeaderName, String) {
    let secure = if asked.is_encrypted() { "; Secure" } else { "" };
    let seconds = time.as_secs();
    (header::SET_COOKIE, format!("{name}={value}; Path=/; Max-Age={seconds}; HttpOnly; SameSite=Lax{secure}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_login_leads_only_to_pages_of_the_dashboard() {
        for (wanted, to) in [("", "../"), ("lamp/7", "../lamp/7"), ("lab", "../lab")] {
            assert_eq!(next(wanted), to);
        }
        for foreign in [
            "//evil.com",
            "/evil",
            "https://evil.com",
            "javascript:alert(1)",
            "..",
            "../..//evil.com",
            "a/../../b",
            "\\\\evil.com",
            "a\r\nSet-Cookie: x",
            "%2e%2e/b",
            "a b",
        ] {
            assert_eq!(next(foreign), ROOT, "{foreign}");
        }
    }
}
