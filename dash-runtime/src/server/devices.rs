//! Several devices behind one address: their keys, the page that lists them, and the links between their pages.
//!
//! Each device has its own driver and engine. They share only the address and the limits.

use std::sync::Arc;

use axum::{
    Json, Router,
    extract::{OriginalUri, State},
    http::HeaderMap,
    response::{IntoResponse, Response},
    routing::get,
};

use super::{
    assets::FOLDER,
    identity::Visitor,
    page,
    routes::{respond, root},
    state::Running,
};
use crate::{
    html::{HERE, Html},
    rights::User,
};

/// The longest key. Keys are parts of addresses and of titles.
const LONGEST: usize = 64;

/// Reserved names: other paths at the root, also for later versions.
const TAKEN: [&str; 3] = ["api", "health", "schema.json"];

/// The checked name of a device in addresses.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Key(Arc<str>);

impl Key {
    /// Checks all keys. Returns all faults.
    pub(super) fn all(keys: Vec<String>) -> Result<Vec<Self>, Vec<String>> {
        let mut faults = Vec::new();
        if keys.is_empty() {
            faults.push("there is no device: give at least one, as `(\"door\", camera)`".to_owned());
        }
        for (at, key) in keys.iter().enumerate() {
            if let Some(fault) = fault_of(key) {
                faults.push(format!("the key {key:?} {fault}"));
            }
            // Keys that differ only in case are duplicates, because a person who types an address may not notice the
            // case.
            if keys[..at].iter().any(|other| other.eq_ignore_ascii_case(key)) {
                faults.push(format!("the key {key:?} is used twice: each device needs its own"));
            }
        }
        if faults.is_empty() { Ok(keys.into_iter().map(|key| Self(key.into())).collect()) } else { Err(faults) }
    }

    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }
}

fn fault_of(key: &str) -> Option<String> {
    let allowed = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
    if key.is_empty() {
        return Some("is empty: it is a part of the page's address, such as \"door\"".to_owned());
    }
    if let Some(c) = key.chars().find(|c| !allowed(*c)) {
        return Some(format!("has a {c:?}: a key has letters from a to z, digits, `-`, `_` and `.`"));
    }
    if !key.starts_with(|c: char| c.is_ascii_alphanumeric()) {
        return Some("does not begin with a letter or a digit".to_owned());
    }
    if key.len() > LONGEST {
        return Some(format!("has {} characters: at most {LONGEST} are allowed", key.len()));
    }
    TAKEN.contains(&key.to_ascii_lowercase().as_str()).then(|| "is a reserved name".to_owned())
}

/// One of several devices.
pub(crate) struct DeviceEntry {
    keys: Arc<[Key]>,
    at: usize,
}

impl DeviceEntry {
    pub(super) fn new(keys: &Arc<[Key]>, at: usize) -> Self {
        Self { keys: Arc::clone(keys), at }
    }

    pub(crate) fn key(&self) -> &str {
        self.keys[self.at].as_str()
    }

    /// Writes the links to the list and to every device.
    pub(crate) fn links(&self, html: &mut Html) {
        // The address of this device is one folder below the list.
        let root = "../";
        html.tag("nav").attr("class", "dd-devices").attr("aria-label", "Devices").inner(|html| {
            html.tag("a").attr("href", root).text("All");
            for (at, key) in self.keys.iter().enumerate() {
                html.tag("a")
                    .attr("href", format!("{root}{}/", key.as_str()))
                    .opt("aria-current", (at == self.at).then_some("page"))
                    .text(key.as_str());
            }
        });
    }
}

/// The routes of all devices: those of each device below its key, and the list.
pub(super) fn routes(dashboards: Vec<Running>) -> Router {
    let dashboards: Vec<Arc<Running>> = dashboards.into_iter().map(Arc::new).collect();
    let mut router = Router::new();
    for running in &dashboards {
        router = router.nest_service(&format!("/{}", running.key()), Arc::clone(running).routes());
    }
    router.merge(Router::new().route("/", get(list)).route("/health", get(health)).with_state(dashboards.into()))
}

type All = State<Arc<[Arc<Running>]>>;

/// Reports that the program runs, with the counters of every dashboard.
async fn health(State(dashboards): All, Visitor(user): Visitor) -> Response {
    let devices: serde_json::Map<_, _> =
        dashboards.iter().map(|running| (running.key().to_owned(), running.health(&user))).collect();
    // The first that is not ok.
    let status = devices.values().map(|device| &device["status"]).find(|status| **status != "ok");
    let status = status.cloned().unwrap_or_else(|| "ok".into());
    let server = dashboards.first().map(|running| running.meter.report());
    Json(serde_json::json!({ "status": status, "server": server, "devices": devices })).into_response()
}

/// The page that lists all devices, with a link to each and its state.
async fn list(
    State(dashboards): All,
    Visitor(user): Visitor,
    OriginalUri(uri): OriginalUri,
    headers: HeaderMap,
) -> Response {
    let root = root(&uri, None);
    let mut html = Html::new();
    let Some(first) = dashboards.first() else { return respond("", &headers) };
    let title = page::title(&first.layout);
    let style = match &first.device {
        Some(device) => format!("{HERE}{}/{FOLDER}/{}", device.key(), first.assets.style.name),
        None => String::new(),
    };
    page::plain(&mut html, &page::Plain { title, root: &root, style: &style, ..Default::default() }, |html| {
        html.tag("main").attr("class", "dd-page").inner(|html| {
            html.tag("h1").attr("class", "dd-title").text(title);
            html.tag("ul").attr("class", "dd-device-list").inner(|html| {
                for running in dashboards.iter() {
                    entry(running, &user, html);
                }
            });
        });
    });
    respond(&html.into_string(), &headers)
}

fn entry(running: &Running, user: &User, html: &mut Html) {
    let key = running.key();
    let (clients, bad) = running.driver.with_engine(|engine| {
        let (view, plan) = (engine.view_for(user), engine.plan());
        let mut seen = plan.numbering.table().filter(|prop| !plan.hides(view, *prop));
        let bad = seen.find_map(|prop| engine.slot(prop).bad().map(str::to_owned));
        (engine.clients(), bad)
    });
    html.tag("li").inner(|html| {
        html.tag("a").attr("href", format!("{HERE}{key}/")).inner(|html| {
            html.tag("span").attr("class", "dd-device-key").text(key);
            let state = html.tag("span").attr("class", "dd-device-state");
            match bad {
                Some(why) => state.flag("data-bad", true).text(why),
                None => state.text(match clients {
                    0 => "no page open".to_owned(),
                    1 => "1 page open".to_owned(),
                    _ => format!("{clients} pages open"),
                }),
            }
        });
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    fn faults(keys: &[&str]) -> String {
        Key::all(keys.iter().map(|key| (*key).to_owned()).collect()).expect_err("good keys").join("\n")
    }

    #[test]
    fn a_key_is_a_name_that_fits_into_an_address() {
        let good = ["door", "2", "left-arm_2.b", &"x".repeat(64)];
        assert!(Key::all(good.iter().map(|key| (*key).to_owned()).collect()).is_ok());
        for (bad, why) in [
            ("", "is empty"),
            ("a b", "has a ' '"),
            ("a/b", "has a '/'"),
            ("{key}", "has a '{'"),
            ("tür", "has a 'ü'"),
            ("..", "does not begin with a letter"),
            ("_dash", "does not begin with a letter"),
            ("health", "reserved"),
            ("API", "reserved"),
            (&"x".repeat(65), "65 characters"),
        ] {
            assert!(faults(&[bad]).contains(why), "{bad}: {}", faults(&[bad]));
        }
    }

    #[test]
    fn all_faults_are_reported_at_once() {
        assert!(faults(&[]).contains("at least one"));
        let all = faults(&["door", "a b", "Door", ""]);
        assert_eq!(all.lines().count(), 3, "{all}");
    }
}
