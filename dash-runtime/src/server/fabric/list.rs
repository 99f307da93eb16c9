//! The pages of a relay itself: all devices, and why one cannot be reached. They have no script, and the browser loads them
//! again by itself.

use std::{sync::Arc, time::SystemTime};

use axum::{
    extract::{OriginalUri, State},
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};

use super::{directory::ago, relay::Relaying, words::Name};
use crate::{
    html::{HERE, Html},
    server::{
        assets::FOLDER,
        lock, page,
        routes::{respond, root},
    },
};

/// How often the browser loads the list again, in seconds.
const LIST_EACH: &str = "5";
/// How often it tries a device that cannot be reached, in seconds.
const DEVICE_EACH: &str = "2";

/// The page with all devices.
pub(super) async fn list(
    State(relaying): State<Arc<Relaying>>,
    OriginalUri(uri): OriginalUri,
    headers: HeaderMap,
) -> Response {
    let (now, mut html) = (SystemTime::now(), Html::new());
    let style = format!("{HERE}{FOLDER}/{}", relaying.style.name);
    page::plain(&mut html, "Devices", &root(&uri, None), &style, |html| {
        let directory = lock(&relaying.directory);
        html.tag("main").attr("class", "dd-page").inner(|html| {
            html.tag("h1").attr("class", "dd-title").text("Devices");
            if let Some(since) = directory.without_broker() {
                let text = format!("This relay has had no connection to its broker {}.", ago(since, now));
                html.tag("p").attr("class", "dd-device-state").flag("data-bad", true).text(&text);
            } else if directory.iter().next().is_none() {
                html.tag("p").attr("class", "dd-device-state").text("No device has said that it is there.");
            }
            html.tag("ul").attr("class", "dd-device-list").inner(|html| {
                for (name, device) in directory.iter() {
                    html.tag("li").inner(|html| {
                        html.tag("a").attr("href", format!("{HERE}d/{name}/")).inner(|html| {
                            html.tag("span").attr("class", "dd-device-key").text(name.as_str());
                            html.tag("span").attr("class", "dd-device-state").text(&device.beat.title);
                            if let Some(since) = device.cut_since() {
                                let text = format!("cut off {}", ago(since, now));
                                html.tag("span").attr("class", "dd-device-state").flag("data-bad", true).text(&text);
                            }
                        });
                    });
                }
            });
        });
    });
    again(respond(&html.into_string(), &headers), LIST_EACH)
}

/// The page of a device that cannot be reached.
pub(super) fn unreachable(relaying: &Relaying, path: &str, name: &Name, status: StatusCode, why: &str) -> Response {
    let mut html = Html::new();
    let above = "../".repeat(path.matches('/').count().saturating_sub(1));
    let style = format!("{HERE}{FOLDER}/{}", relaying.style.name);
    page::plain(&mut html, name.as_str(), &above, &style, |html| {
        html.tag("main").attr("class", "dd-page").inner(|html| {
            html.tag("h1").attr("class", "dd-title").text(name.as_str());
            html.tag("p").attr("class", "dd-device-state").flag("data-bad", true).text(format!("{why}."));
            html.tag("p").inner(|html| {
                html.tag("a").attr("href", HERE).text("All devices");
            });
        });
    });
    let response = (status, respond(&html.into_string(), &HeaderMap::new())).into_response();
    again(response, DEVICE_EACH)
}

/// Lets the browser load the page again after so many seconds.
fn again(mut response: Response, seconds: &'static str) -> Response {
    response.headers_mut().insert(header::REFRESH, HeaderValue::from_static(seconds));
    response
}
