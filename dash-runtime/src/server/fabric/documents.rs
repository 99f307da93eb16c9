//! The document of a device, as it last was. A relay answers with it while the device cannot be reached, marked with its age:
//! the last known values say more than that there are none.
//!
//! **Whose.** Only what everybody gets who has not said who he is: each page of a router, and each of several devices. A document
//! is made before its page says hello, so nothing in it is of one person, unless layers of the program tell people apart.
//! The owner says so ([`Beat::documents`](super::words::Beat)). Of people who have logged in nothing is kept: the relay cannot know
//! whether a session has ended or a role was taken away, and it would show values of a role to whoever has the cookie.
//!
//! **With its files.** A browser may have its stylesheet and its scripts from before, and then it does not load them here. So the
//! relay loads those that it has not got a moment later.
//!
//! **How old.** It is kept whenever somebody loads it, and while somebody watches at this relay it is loaded again when its
//! values have changed, at most once in ten leases. Where pages share ([`shared`](super::shared)), the relay has newer frames,
//! and the script begins with them, as a page of a live device would. The script draws the values as old from the first moment, because the
//! state in the document says their age. When the device is back, the page goes on from its revision, as after any cut.

use std::{
    convert::Infallible,
    fmt::Write as _,
    sync::Arc,
    time::{Duration, Instant, SystemTime},
};

use axum::{
    body::Body,
    http::{HeaderMap, HeaderName, HeaderValue, Method, Request, Response, StatusCode, Uri, header},
};
use bytes::Bytes;
use flate2::Compression;
use serde::Deserialize;
use tokio::time::{MissedTickBehavior, interval, sleep};

use super::{
    cache::{self, Key, has_room, header_of},
    directory::length,
    forward::{forward, is_of_anybody},
    relaying::Relaying,
    shared::Board,
    words::Name,
};
use crate::{
    html::Html,
    server::{
        assets::{self, FOLDER, json_in_html},
        hosts::Asked,
        kept, lock,
        page::Theme,
        routes::respond,
    },
};

/// How often a document is loaded again while somebody watches: once in so many leases. With the default this is a minute.
const LEASES: u32 = 10;
/// A lease of zero would be no rate.
const SHORTEST: Duration = Duration::from_millis(50);
/// The longest document that is kept, without compression.
const LONGEST: u64 = 8 * 1024 * 1024;
/// Headers of the answer that are those of its body as it was sent.
const OF_THE_BODY: [HeaderName; 6] = [
    header::CONTENT_TYPE,
    header::CONTENT_LENGTH,
    header::CONTENT_ENCODING,
    header::VARY,
    header::DATE,
    header::TRANSFER_ENCODING,
];

/// What is in front of the state in a document.
const STATE: &str = "<script type=\"application/json\" id=\"dd-state\">";

/// The document that a request asks for.
#[derive(Debug, Clone)]
pub(super) struct Document {
    key: Key,
    /// Whether the device answers it as it answers everybody.
    is_of_anybody: bool,
}

impl Document {
    /// `path` is the path below the device. `None` if the request is not for the document of its dashboard.
    pub(super) fn asked(name: &Name, path: &Uri, request: &Request<Body>) -> Option<Self> {
        let headers = request.headers();
        let is_it = *request.method() == Method::GET && path.query().is_none() && !headers.contains_key(header::RANGE);
        let theme = kept::cookie(headers, Theme::COOKIE).and_then(Theme::named);
        let key = is_it.then(|| Key::of_document(name, path.path(), theme))??;
        Some(Self { key, is_of_anybody: is_of_anybody(headers, name) })
    }

    /// Keeps the answer of the device, if it is one for everybody. Returns whether it is.
    ///
    /// # Errors
    /// If the device is cut off before the answer is complete.
    pub(super) async fn keep(
        &self,
        relaying: &Relaying,
        response: Response<Body>,
    ) -> Result<(Response<Body>, bool), axum::Error> {
        if !self.is_of_anybody || !may_be_kept(&response) || schemas(relaying, self.key.device()).is_empty() {
            return Ok((response, false));
        }
        let (response, mut file) = cache::whole(response).await?;
        if !file.headers.contains_key(header::CONTENT_ENCODING) {
            file.body = assets::gzip(&file.body, Compression::fast());
        }
        OF_THE_BODY.iter().for_each(|name| _ = file.headers.remove(name));
        lock(&relaying.cache).replace(self.key.clone(), file);
        Ok((response, true))
    }

    /// The document as it last was, for a device that cannot be reached. `why` says why not.
    pub(super) fn last(&self, relaying: &Relaying, why: &str, request: &HeaderMap) -> Option<Response<Body>> {
        let schemas = schemas(relaying, self.key.device());
        let file = lock(&relaying.cache).file(&self.key)?;
        let html = assets::gunzip(&file.body, LONGEST)?;
        // Of the dashboard that the device had last: a program of before may have shown more to everybody.
        if !schemas.iter().any(|schema| html.contains(&format!("\"schema\":\"{schema}\""))) {
            return None;
        }
        let newer = revision_in(&html)
            .and_then(|Revision { epoch, rev }| relaying.boards.board(self.key.device())?.since(&epoch, rev));
        let mut response = respond(&aged(&html, why, elapsed(file.read), newer)?, request);
        *response.status_mut() = StatusCode::SERVICE_UNAVAILABLE;
        let headers = response.headers_mut();
        headers.extend(file.headers);
        headers.insert(header::RETRY_AFTER, HeaderValue::from_static("1"));
        Some(response)
    }
}

/// The time since then by both clocks: the one may have been set back, and the other one stands still while the machine sleeps.
pub(super) fn elapsed((instant, clock): (Instant, SystemTime)) -> Duration {
    instant.elapsed().max(clock.elapsed().unwrap_or_default())
}

/// The part of the state in a document that says which values it has.
#[derive(Deserialize)]
struct Revision {
    epoch: String,
    rev: u64,
}

fn revision_in(html: &str) -> Option<Revision> {
    let state = html.split_once(STATE)?.1;
    // The end of the element follows.
    serde_json::Deserializer::from_str(state).into_iter().next()?.ok()
}

/// Whether it is a whole document, in a form that can be read here.
fn may_be_kept(response: &Response<Body>) -> bool {
    has_room(response)
        && header_of(response, header::CONTENT_TYPE).is_some_and(|kind| kind.starts_with("text/html"))
        && matches!(header_of(response, header::CONTENT_ENCODING), None | Some("gzip"))
}

/// The schemas of the documents that everybody gets, if the device says that there are some.
fn schemas(relaying: &Relaying, name: &Name) -> Vec<String> {
    let directory = lock(&relaying.directory);
    directory.get(name).into_iter().flat_map(|device| device.beat.documents()).map(str::to_owned).collect()
}

/// Loads the files that the kept document needs, one lease after it was kept: mostly a browser has loaded them until then.
pub(super) async fn load_files(relaying: Arc<Relaying>, document: Document, asked: Asked) {
    let Document { key, .. } = document;
    let name = key.device();
    if !lock(&relaying.cache).begins(&key) {
        return;
    }
    sleep(relaying.limits.lease).await;
    let html = lock(&relaying.cache).file(&key).and_then(|file| assets::gunzip(&file.body, LONGEST));
    for path in files_in(html.as_deref().unwrap_or_default(), key.page()) {
        if let Err(why) = load_file(&relaying, name, &asked, &path).await {
            tracing::debug!(%name, why, "a file of its page is not loaded");
            break;
        }
    }
    lock(&relaying.cache).ends(&key);
}

/// The paths of the files that the head of a document names, which is at this path.
fn files_in(html: &str, page: &str) -> Vec<String> {
    let head = html.split_once("<body").map_or("", |(head, _)| head);
    // All its addresses are relative to this one.
    let base = head.split_once("<base href=\"").and_then(|(_, rest)| rest.split('"').next()).unwrap_or_default();
    let root = base.split("../").skip(1).fold(folder_of(page), |folder, _| folder_of(folder.trim_end_matches('/')));
    let is_file = |value: &&str| value.starts_with(&format!("./{FOLDER}/"));
    head.split('"').filter(is_file).map(|value| format!("{root}{}", &value[2..])).collect()
}

/// The path up to its last slash.
fn folder_of(path: &str) -> &str {
    path.rfind('/').map_or("/", |slash| &path[..=slash])
}

/// Loads a file that never changes, if it is not there.
async fn load_file(relaying: &Relaying, name: &Name, asked: &Asked, path: &str) -> Result<(), String> {
    let request = as_browser();
    let Some(key) = Key::of(name, path, &request).filter(|key| !lock(&relaying.cache).has(key)) else { return Ok(()) };
    let path = Uri::try_from(path).map_err(|error| error.to_string())?;
    let response = ask(relaying, name, asked, path, request).await?;
    let (_, file) = cache::read(response, &key, true).await.map_err(|error| error.to_string())?;
    file.into_iter().for_each(|file| lock(&relaying.cache).put(key.clone(), file));
    Ok(())
}

/// A request as browsers send it.
fn as_browser() -> Request<Body> {
    let mut request = Request::new(Body::empty());
    let headers = request.headers_mut();
    headers.insert(header::HOST, HeaderValue::from_static("relay"));
    headers.insert(header::ACCEPT_ENCODING, HeaderValue::from_static("gzip"));
    request
}

/// The answer of the device to a request of the relay itself.
async fn ask(
    relaying: &Relaying,
    name: &Name,
    asked: &Asked,
    path: Uri,
    request: Request<Body>,
) -> Result<Response<Body>, String> {
    let stream = relaying.open(name, asked).await.map_err(|unreachable| unreachable.why)?;
    forward(stream, name, path, request).await.map_err(|error| error.to_string())
}

/// Loads the documents again that are kept, while somebody watches.
pub(super) async fn refresh(relaying: &Relaying, name: &Name, asked: &Asked, board: &Board) -> Infallible {
    let mut each = interval(relaying.limits.lease.max(SHORTEST) * LEASES);
    each.set_missed_tick_behavior(MissedTickBehavior::Delay);
    each.reset();
    let mut shown = board.position();
    loop {
        each.tick().await;
        let now = board.position();
        if now == shown {
            continue;
        }
        shown = now;
        for theme in Theme::ALL.into_iter().map(Some).chain([None]) {
            if !Key::of_document(name, "/", theme).is_some_and(|key| lock(&relaying.cache).has(&key)) {
                continue;
            }
            if let Err(why) = load(relaying, name, asked, theme).await {
                tracing::debug!(%name, why, "its document is not loaded again");
                break;
            }
        }
    }
}

/// Loads a document as a browser with this theme does.
async fn load(relaying: &Relaying, name: &Name, asked: &Asked, theme: Option<Theme>) -> Result<(), String> {
    let mut request = as_browser();
    let headers = request.headers_mut();
    if let Some(theme) = theme {
        let cookie = format!("{}={}", Theme::COOKIE, theme.word());
        headers.insert(header::COOKIE, HeaderValue::try_from(cookie).map_err(|error| error.to_string())?);
    }
    let path = Uri::from_static("/");
    let document = Document::asked(name, &path, &request).ok_or("it is not asked for so")?;
    let response = ask(relaying, name, asked, path, request).await?;
    document.keep(relaying, response).await.map(drop).map_err(|error| error.to_string())
}

/// The document with its age, for the person and for the script, which also gets the newer frames and how old they are. `None`
/// if it is not as this version writes it.
fn aged(html: &str, why: &str, age: Duration, newer: Option<(Vec<Bytes>, Duration)>) -> Option<String> {
    const LINK: &str = " data-link=\"connecting\"";
    const WORDS: (&str, &str) = ("<span class=\"dd-not-live\">", "</span>");
    // Texts of a dashboard have no `<`, so the first one of each of these is that of the framework.
    let (before, rest) = html.split_once(LINK).filter(|(before, _)| before.ends_with("<html lang=\"en\""))?;
    let (head, rest) = rest.split_once(WORDS.0)?;
    let (_, rest) = rest.split_once(WORDS.1)?;
    let (layout, state) = rest.split_once(STATE)?;
    let state = state.strip_prefix('{')?;
    let (frames, age_of_state) = newer.unwrap_or_else(|| (Vec::new(), age));
    let frames: Option<Vec<&str>> = frames.iter().map(|frame| str::from_utf8(frame).ok()).collect();
    let frames = serde_json::to_string(&frames?).ok()?;
    let frames = json_in_html(&frames);
    let mut words = Html::new();
    words.text(format!("{why}. The values are {} old, and the controls do nothing.", length(age)));
    let mut out = String::with_capacity(html.len() + 256);
    // Writing to a string cannot fail.
    let _ = write!(
        out,
        "{before} data-link=\"lost\"{head}<span>{}{}{layout}{STATE}{{\"age\":{},\"after\":{frames},{state}",
        words.into_string(),
        WORDS.1,
        // Zero would be a device that is there.
        age_of_state.as_millis().max(1),
    );
    Some(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_document_says_its_age_to_the_person_and_to_the_script() {
        let html = "<!doctype html>\n<html lang=\"en\" data-link=\"connecting\" data-theme=\"dark\"><body><div \
                    id=\"dd-status\" role=\"status\"><span class=\"dd-not-live\">Not live</span></div><main>5 \
                    V</main><script type=\"application/json\" id=\"dd-state\">{\"protocol\":3}</script></body></html>";
        let age = Duration::from_secs(3 * 3600 + 5);
        let aged = |newer| super::aged(html, "lamp <is> cut off", age, newer).unwrap();
        let before = |age: u32, frames: &str| {
            format!(
                "<script type=\"application/json\" id=\"dd-state\">{{\"age\":{age},\"after\":{frames},\"protocol\":3}}"
            )
        };
        let frames = [r#"{"r":8,"p":[[0,"</script>"]]}"#, r#"{"r":9}"#].map(Bytes::from).to_vec();
        let newer = aged(Some((frames, Duration::from_secs(5))));
        let frames = r#"["{\"r\":8,\"p\":[[0,\"\u003c/script>\"]]}","{\"r\":9}"]"#;
        assert!(newer.contains(&before(5000, frames)), "{newer}");
        assert!(newer.contains("3 hours old"), "without a script there are the values of the document");
        let aged = aged(None);
        assert_eq!(
            aged,
            "<!doctype html>\n<html lang=\"en\" data-link=\"lost\" data-theme=\"dark\"><body><div id=\"dd-status\" \
             role=\"status\"><span>lamp &lt;is&gt; cut off. The values are 3 hours old, and the controls do \
             nothing.</span></div><main>5 V</main><script type=\"application/json\" \
             id=\"dd-state\">{\"age\":10805000,\"after\":[],\"protocol\":3}</script></body></html>"
        );
    }

    #[test]
    fn the_files_of_a_document_are_found_from_every_page() {
        let html = |base: &str| {
            format!(
                "<head><base href=\"{base}\"><link href=\"./_dash/a.css\"><a href=\"data:,\"></head><body>\"./_dash/b\""
            )
        };
        for (page, base, file) in [
            ("/", "./", "/_dash/a.css"),
            ("/door/", "./", "/door/_dash/a.css"),
            ("/lamp/3", "../", "/_dash/a.css"),
            ("/door/lamp/3", "../", "/door/_dash/a.css"),
            ("/a/b/c", "../../", "/_dash/a.css"),
            ("/a", "../../", "/_dash/a.css"),
        ] {
            assert_eq!(files_in(&html(base), page), [file], "{page}");
        }
    }

    /// What it cannot mark as old is not shown.
    #[test]
    fn a_document_of_another_version_is_not_shown() {
        for html in [
            "",
            "<html lang=\"en\" data-link=\"connecting\">",
            "<html data-link=\"live\"><span class=\"dd-not-live\"></span>",
        ] {
            assert_eq!(aged(html, "cut off", Duration::ZERO, None), None, "{html}");
        }
    }
}
