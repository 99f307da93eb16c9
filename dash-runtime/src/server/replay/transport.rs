//! The bar of a replay on each page, and the connection through which it says where the replay is and what viewers want.
//!
//! Only a replay has the script and the stylesheet of the bar. A page of a dashboard that runs does not grow by a byte.
//! The connection is a WebSocket, because a browser keeps few other connections to one server open for all its tabs.

use std::sync::Arc;

use axum::{
    Extension, Router,
    body::Bytes,
    extract::{
        State as Routed, WebSocketUpgrade,
        ws::{Message, Utf8Bytes, WebSocket, rejection::WebSocketUpgradeRejection},
    },
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
    routing::get,
};
use serde_json::json;
use tokio::time::{Duration, Instant, sleep_until, timeout};

use super::{
    Player,
    player::{FASTEST, SLOWEST, Wish},
};
use crate::{
    client::Peer,
    element::Element,
    html::HERE,
    server::{assets::FOLDER, ended, hosts::Asked, identity::Visitor, quota::Place, socket::peer, state::Running},
};

const SCRIPT: &str = include_str!("../../../client/replay/transport.js");
const STYLE: &str = include_str!("../../../client/replay/transport.css");

/// The longest message of a page.
const LONGEST: usize = 1024;

/// The shortest time between two messages to a page. Between them the page moves the slider by itself.
const GAP: Duration = Duration::from_millis(100);

/// A page that takes no message for so long is gone.
const PATIENCE: Duration = Duration::from_secs(10);

/// The speeds that the bar offers.
const SPEEDS: [f64; 9] = [SLOWEST, 0.5, 1.0, 2.0, 4.0, 8.0, 16.0, 32.0, FASTEST];

/// What a page of a replay has more than others.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Transport;

impl Transport {
    /// The addresses of the stylesheet and of the script.
    pub(crate) fn files() -> [String; 2] {
        ["transport.css", "transport.js"].map(|name| format!("{HERE}{FOLDER}/replay/{name}"))
    }

    /// The bar. Its script fills in the times, and without the script it cannot be used.
    pub(crate) fn bar() -> Element {
        let icon = |path: &'static str| {
            let svg = Element::new("svg").attr("viewBox", "0 0 24 24").attr("aria-hidden", "true");
            svg.children(Element::new("path").attr("d", path))
        };
        let button = |what: &'static str, label: &'static str, path: &'static str| {
            let button = Element::new("button").attr("type", "button").attr("data-do", what).attr("disabled", "");
            button.attr("aria-label", label).attr("title", label).children(icon(path))
        };
        let speed = |speed: f64| {
            let option = Element::new("option").attr("value", speed.to_string());
            let option = if speed == 1.0 { option.attr("selected", "") } else { option };
            option.children(format!("{speed}×"))
        };
        let slider = Element::new("input").attr("type", "range").attr("aria-label", "Time in the run");
        let slider = slider.attr("min", "0").attr("max", "0").attr("step", "any").attr("disabled", "");
        let speeds = Element::new("select").attr("aria-label", "Speed").attr("disabled", "");
        Element::new("dash-replay").attr("role", "region").attr("aria-label", "Replay, read-only").children((
            Element::new("span")
                .attr("class", "dash-replay-name")
                .children(("Replay", Element::new("small").children("read-only"))),
            Element::new("span").attr("class", "dash-replay-buttons").children((
                button("back", "One change back", "M17 5.5v13L7.5 12Zm-10.5 0v13"),
                button("play", "Play", "M7.5 5v14l11-7Z"),
                button("forward", "One change forward", "M7 5.5v13l9.5-6.5Zm10.5 0v13"),
            )),
            slider,
            Element::new("span").attr("class", "dash-replay-times").children((
                Element::new("span").attr("class", "dash-replay-at").children("–"),
                Element::new("span").attr("class", "dash-replay-date"),
            )),
            speeds.children(SPEEDS.map(speed)),
            Element::new("span").attr("class", "dash-replay-said").attr("role", "status"),
        ))
    }
}

/// The routes of a replay.
pub(crate) fn routes() -> Router<Arc<Running>> {
    let file = |mime: &'static str, text: &'static str| {
        get(async move || ([(header::CONTENT_TYPE, mime)], Bytes::from_static(text.as_bytes())))
    };
    Router::new()
        .route(&format!("/{FOLDER}/replay/socket"), get(open))
        .route(&format!("/{FOLDER}/replay/transport.js"), file("text/javascript; charset=utf-8", SCRIPT))
        .route(&format!("/{FOLDER}/replay/transport.css"), file("text/css; charset=utf-8", STYLE))
}

async fn open(
    Routed(running): Routed<Arc<Running>>,
    Extension(asked): Extension<Asked>,
    Visitor(user): Visitor,
    headers: HeaderMap,
    upgrade: Result<WebSocketUpgrade, WebSocketUpgradeRejection>,
) -> Response {
    if let Err(refused) = running.hosts.check_origin(&headers, &asked) {
        return refused.into_response();
    }
    let upgrade = match upgrade {
        Ok(upgrade) => upgrade,
        Err(refused) => return refused.into_response(),
    };
    let (Some(player), Ok(place)) = (running.player.clone(), running.seat(asked.client)) else {
        return (StatusCode::SERVICE_UNAVAILABLE, "too many sockets are open").into_response();
    };
    let peer = peer(&headers, &asked, user, &running.kept);
    let silence = running.driver.with_engine(|engine| engine.limits().silence);
    upgrade
        .max_message_size(LONGEST)
        .on_upgrade(move |socket| async move { serve(socket, &player, &running, &peer, silence, place).await })
}

/// Tells the page where the replay is, and takes what its viewer wants. Ends when the viewer has logged out, and when
/// nothing comes from the page for `silence`.
async fn serve(
    mut socket: WebSocket,
    player: &Player,
    running: &Running,
    peer: &Peer,
    silence: Duration,
    _place: Place,
) {
    let mut state = player.state();
    let mut ending = running.ending.subscribe();
    let left = running.identity.left(peer);
    tokio::pin!(left);
    let (mut heard, mut pinged) = (Instant::now(), false);
    state.mark_changed();
    loop {
        // Nothing says that a laptop sleeps, or that a phone has lost its network. A browser answers each ping.
        let patience = heard + if pinged { silence } else { silence / 2 };
        tokio::select! {
            () = ended(&mut ending) => break,
            () = &mut left => break,
            () = sleep_until(patience) => {
                if pinged || timeout(PATIENCE, socket.send(Message::Ping(Bytes::new()))).await.is_err() {
                    return;
                }
                pinged = true;
            }
            changed = state.changed() => {
                if changed.is_err() {
                    break;
                }
                // A state can always be encoded as JSON.
                let text = serde_json::to_string(&*state.borrow_and_update()).unwrap_or_default();
                if !sent(&mut socket, text).await {
                    return;
                }
                // Changes in between are in the next message.
                tokio::time::sleep(GAP).await;
            }
            message = socket.recv() => {
                (heard, pinged) = (Instant::now(), false);
                let wish = match message {
                    Some(Ok(Message::Text(text))) => serde_json::from_str::<Wish>(&text).map_err(|error| error.to_string()),
                    Some(Ok(Message::Ping(_) | Message::Pong(_))) => continue,
                    Some(Ok(Message::Binary(_) | Message::Close(_)) | Err(_)) | None => return,
                };
                if let Err(why) = wish.and_then(|wish| player.wish(wish))
                    && !sent(&mut socket, json!({ "refused": why }).to_string()).await
                {
                    return;
                }
            }
        }
    }
    let _ = timeout(PATIENCE, socket.send(Message::Close(None))).await;
}

/// Whether the page has taken it.
async fn sent(socket: &mut WebSocket, text: String) -> bool {
    let sending = socket.send(Message::Text(Utf8Bytes::from(text)));
    timeout(PATIENCE, sending).await.is_ok_and(|sent| sent.is_ok())
}
