//! The pages of a relay itself: all devices, and why one cannot be reached.
//!
//! The list is whole without a script: the browser loads it again by itself, and the search is a form. With the script it
//! is live ([`live`](super::live)). What a row looks like is written here once, for both.

use std::{sync::Arc, time::SystemTime};

use axum::{
    extract::{OriginalUri, RawQuery, State},
    http::{HeaderMap, HeaderValue, StatusCode, header::REFRESH},
    response::{IntoResponse, Response},
};

use super::{
    directory::{Device, Directory, ago},
    live::id_of,
    relaying::Relaying,
    words::Name,
};
use crate::{
    bar,
    element::Element,
    engine::fleet::Announced,
    format,
    html::{HERE, Html, Tree},
    server::{
        assets::FOLDER,
        kept, lock,
        page::{self, Plain, Theme},
        routes::{respond, root},
    },
};

/// The name of the stream with what changes in the list, below the folder of the assets.
pub(super) const LIVE: &str = "devices";
/// How often the browser loads the list again without a script, in seconds.
const LIST_EACH: u32 = 5;
/// How often it tries a device that cannot be reached, in seconds.
const DEVICE_EACH: &str = "2";
/// The longest search.
const LONGEST: usize = 200;

/// The page with all devices.
pub(super) async fn list(
    State(relaying): State<Arc<Relaying>>,
    OriginalUri(uri): OriginalUri,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Response {
    let (now, wanted) = (SystemTime::now(), wanted(query.as_deref()));
    let asset = |name: &str| format!("{HERE}{FOLDER}/{name}");
    let plain = Plain {
        title: "Devices",
        root: &root(&uri, None),
        style: &asset(&relaying.style.name),
        script: Some(&asset(&relaying.script.name)),
        refresh: Some(LIST_EACH),
        theme: kept::cookie(&headers, Theme::COOKIE).and_then(Theme::named),
    };
    let mut html = Html::new();
    page::plain(&mut html, &plain, |html| {
        let directory = lock(&relaying.directory);
        html.tag("div").attr("id", "dd-status").attr("role", "status").empty();
        head(&directory, &wanted, html);
        html.tag("main").attr("class", "dd-page").inner(|html| {
            let why = without_broker(&directory, now);
            let tag = html.tag("p").attr("class", "dd-device-state dd-fleet-broker").flag("data-bad", true);
            tag.flag("hidden", why.is_none()).text(why.unwrap_or_default());
            let mut shown = 0;
            let since = id_of(&relaying, directory.rev());
            let tag = html.tag("ul").attr("class", "dd-fleet").attr("data-since", since);
            tag.attr("data-live", asset(LIVE)).inner(|html| {
                for (name, device) in directory.iter() {
                    let is_shown = matches(&find(name, device), &wanted);
                    shown += usize::from(is_shown);
                    row(name, device, now, is_shown, html);
                }
            });
            let none = match directory.iter().next() {
                None => "No device has said that it is there.",
                Some(_) => "No device has these words in its name or title.",
            };
            html.tag("p").attr("class", "dd-fleet-none").flag("hidden", shown > 0).text(none);
        });
    });
    respond(&html.into_string(), &headers)
}

/// The bar at the top of a page of the relay.
fn header(title: &str, mark: &Element, html: &mut Html, more: impl FnOnce(&mut Html)) {
    html.tag("header").attr("class", "dd-header").inner(|html| {
        mark.render(html);
        html.tag("h1").attr("class", "dd-title").text(title);
        more(html);
    });
}

/// The title, how many devices there are, and the search.
fn head(directory: &Directory, wanted: &str, html: &mut Html) {
    header("Devices", &bar::mark(), html, |html| {
        html.tag("p").attr("class", "dd-fleet-count").text(count(directory));
        let form = html.tag("form").attr("class", "dd-fleet-search").attr("role", "search").attr("action", HERE);
        form.inner(|html| {
            let field = html.tag("input").attr("type", "search").attr("name", "q").attr("value", wanted);
            let field = field.attr("aria-label", "Search for a name or a title").attr("placeholder", "Name or title");
            field.attr("maxlength", LONGEST).attr("autocomplete", "off").void();
            html.tag("button").text("Search");
        });
    });
}

/// How many devices there are, and how many of them are cut off.
pub(super) fn count(directory: &Directory) -> String {
    let all = directory.iter().count();
    let cut = directory.iter().filter(|(_, device)| !device.is_there()).count();
    let devices = if all == 1 { "device" } else { "devices" };
    match cut {
        0 => format!("{all} {devices}"),
        _ => format!("{all} {devices}, {cut} cut off"),
    }
}

/// Why the list may be old.
pub(super) fn without_broker(directory: &Directory, now: SystemTime) -> Option<String> {
    let since = directory.without_broker()?;
    Some(format!("This relay has had no connection to its broker {}.", ago(since, now)))
}

/// Whether a device is there, or since when not.
pub(super) fn state(device: &Device, now: SystemTime) -> String {
    let Some(since) = device.cut_since() else { return "live".to_owned() };
    let values = if device.beat.values.is_empty() { "" } else { ", values from then" };
    format!("cut off {}{values}", ago(since, now))
}

/// The row of a device, for a list that is open.
pub(super) fn row_as_tree(name: &Name, device: &Device, now: SystemTime) -> Vec<Tree> {
    Html::tree(None, |html| row(name, device, now, true, html))
}

fn row(name: &Name, device: &Device, now: SystemTime, is_shown: bool, html: &mut Html) {
    let tag = html.tag("li").attr("data-name", name.as_str()).attr("data-find", find(name, device));
    tag.flag("data-old", !device.is_there()).flag("hidden", !is_shown).inner(|html| {
        html.tag("div").attr("class", "dd-fleet-name").inner(|html| {
            html.tag("a").attr("href", format!("{HERE}d/{name}/")).text(name.as_str());
            html.tag("span").attr("class", "dd-fleet-what").text(&device.beat.title);
        });
        html.tag("span").attr("class", "dd-fleet-state").text(state(device, now));
        html.tag("dl").attr("class", "dd-fleet-values").inner(|html| {
            device.beat.values.iter().for_each(|value| one(value, html));
        });
    });
}

fn one(value: &Announced, html: &mut Html) {
    let is_number = value.value.is_number() || value.value.is_null();
    html.tag("div").flag("data-suspect", value.bad.is_some()).inner(|html| {
        html.tag("dt").text(&value.label);
        html.tag("dd").flag("data-words", !is_number).inner(|html| {
            html.tag("span").attr("class", "dd-fleet-text").text(&value.text);
            html.tag("span").attr("class", "dd-unit").text(format::suffix(&value.unit));
        });
        if let Some(why) = &value.bad {
            html.tag("dd").attr("class", "dd-fleet-why").text(why);
        }
    });
}

/// The words by which a device is found.
fn find(name: &Name, device: &Device) -> String {
    format!("{name} {}", device.beat.title).to_lowercase()
}

/// The words that are searched for, in the query of an address.
fn wanted(query: Option<&str>) -> String {
    let mut pairs = form_urlencoded::parse(query.unwrap_or_default().as_bytes());
    let wanted = pairs.find(|(key, _)| key == "q").map(|(_, wanted)| wanted.into_owned()).unwrap_or_default();
    wanted.chars().take(LONGEST).collect()
}

/// Whether all words are in the text, each somewhere.
fn matches(text: &str, wanted: &str) -> bool {
    wanted.to_lowercase().split_whitespace().all(|word| text.contains(word))
}

/// The page of a device that cannot be reached.
pub(super) fn unreachable(relaying: &Relaying, path: &str, name: &Name, status: StatusCode, why: &str) -> Response {
    let mut html = Html::new();
    let above = "../".repeat(path.matches('/').count().saturating_sub(1));
    let style = format!("{HERE}{FOLDER}/{}", relaying.style.name);
    page::plain(&mut html, &Plain { title: name.as_str(), root: &above, style: &style, ..Plain::default() }, |html| {
        header(name.as_str(), &bar::home(HERE).children(bar::mark()), html, |_| {});
        html.tag("main").attr("class", "dd-page").inner(|html| {
            html.tag("p").attr("class", "dd-device-state").flag("data-bad", true).text(format!("{why}."));
            html.tag("p").inner(|html| {
                html.tag("a").attr("href", HERE).text("All devices");
            });
        });
    });
    let mut response = (status, respond(&html.into_string(), &HeaderMap::new())).into_response();
    response.headers_mut().insert(REFRESH, HeaderValue::from_static(DEVICE_EACH));
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_word_of_a_search_is_somewhere_in_the_name_or_the_title() {
        let text = "lab.rover-7 räumer im keller";
        for found in ["", "  ", "ROVER", "7 keller", "im lab", "RÄUMER"] {
            assert!(matches(text, found), "{found}");
        }
        assert!(!matches(text, "rover 8"));
        assert_eq!(wanted(Some("a=1&q=lab+7%20x&q=no")), "lab 7 x");
        assert_eq!((wanted(None), wanted(Some("q"))), (String::new(), String::new()));
        assert_eq!(wanted(Some(&format!("q={}", "ä".repeat(1_000)))).chars().count(), LONGEST);
    }
}
