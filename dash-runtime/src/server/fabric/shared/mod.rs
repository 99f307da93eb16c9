//! Pages that only watch, answered by the relay: the owner makes and sends each frame once for all of them, however many
//! there are.
//!
//! ```text
//!                                    one stream, one session            a session each
//! page --+                                    |                               |
//! page --+--> relay: the log of frames <------+------ owner         page ---> relay ---> owner, for each page that acts
//! page --+
//! ```
//!
//! **Which.** The owner says in its beat that its dashboard can be shared, with the schema of the pages of people who have not
//! said who they are (`engine/watchers.rs`). Only these pages share: whoever has a login, or any other cookie or header that
//! the device reads, has a stream of his own, and the owner looks after his rights as before. So one log is enough, it has
//! only what everybody may see, and no login can be revoked that a relay would have to know of.
//!
//! **What the relay answers.** The hello, pings, and whether the page is hidden. The relay has a session of its own at the owner,
//! which is visible as long as one of its pages is. Frames come from the log ([`log`]).
//!
//! **Everything else** a page sends means that it acts. Then the relay opens a stream for it and says hello there, with
//! the session and the revision of the page. What the page has sent follows, byte for byte, and all of it goes together with the
//! request for the stream, so the first command takes one way there and back ([`opening`](super::opening)). From then on the
//! relay only passes bytes on, as for all other pages. So outcomes, values of its own, held controls and files are never made by a relay.
//! A page that cannot keep up gets a stream as well, because the owner can make fewer and larger frames for it.
//!
//! **A page that comes back** may have acted over another relay, so the relay asks the owner whether it knows the session. It
//! costs the owner a stream for a moment, and no state.
//!
//! **What goes wrong** ends the sockets of the pages. They come back by themselves, as after any cut, and nothing is lost or
//! done twice, because they name their session, revision and commands. A stream that is lost or silent ends them all, so that
//! no page shows old values as live.
//!
//! Different from the first plan (`docs/scale.md` had it): a relay has no store of values, and makes no frame. It keeps the
//! engine's frames, and asks for all values when it needs them. So order, edits and rows are the engine's, and a relay knows
//! nothing about them. And tokens of sessions are not made by the owner in advance, because they would be lost with each
//! relay that is killed.

mod board;
mod frames;
mod log;
mod viewer;
mod watch;

use std::sync::Arc;

use axum::{
    body::Body,
    extract::Request,
    http::{HeaderMap, HeaderValue, StatusCode, Uri, Version, header},
    response::Response,
};
use hyper_util::rt::TokioIo;
use tokio_tungstenite::tungstenite::handshake::derive_accept_key;

pub(super) use self::board::{Board, Boards};
use self::{board::Seat, viewer::Head};
use super::{
    forward::{is_of_anybody, is_socket},
    relaying::Relaying,
    words::Name,
};
use crate::{
    engine::Engine,
    protocol::FOLDER,
    server::{hosts::Asked, lock, socket::Greet},
};

/// What a hello means over a socket that a relay has opened, if it is not simply that of a page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Meaning {
    /// It is that of the relay itself.
    Watch,
    /// Whether the owner knows the session of the page.
    Ask,
}

impl Meaning {
    pub(super) const ALL: [Self; 2] = [Self::Watch, Self::Ask];

    /// In the header that only relays send.
    pub(super) const fn word(self) -> &'static str {
        match self {
            Self::Watch => "watch",
            Self::Ask => "ask",
        }
    }

    pub(super) const fn greet(self) -> Greet {
        match self {
            Self::Watch => Engine::hello_watching,
            Self::Ask => Engine::hello_asking,
        }
    }
}

/// Opens the socket of a page here, if the page may share. `path` is the path below the device. Otherwise returns the request,
/// which is forwarded.
pub(super) async fn open(
    relaying: &Arc<Relaying>,
    name: &Name,
    path: &Uri,
    asked: &Asked,
    mut request: Request,
) -> Result<Response, Request> {
    let Some(accept) = accepts(request.version(), request.headers()) else { return Err(request) };
    let is_here = path.path().strip_prefix('/').and_then(|path| path.strip_prefix(FOLDER)) == Some("/socket");
    if !is_here || !is_of_anybody(request.headers(), name) || !is_of_own_page(request.headers(), asked) {
        return Err(request);
    }
    let Some(seat) = seat(relaying, name, asked).await else { return Err(request) };
    let upgrade = hyper::upgrade::on(&mut request);
    let head = Head {
        relaying: Arc::clone(relaying),
        name: name.clone(),
        path: path.clone(),
        asked: asked.clone(),
        headers: request.headers().clone(),
    };
    tokio::spawn(async move {
        // An error means that the page has gone before.
        if let Ok(page) = upgrade.await {
            viewer::serve(TokioIo::new(page), head, seat).await;
        }
    });
    let mut response = Response::new(Body::empty());
    *response.status_mut() = StatusCode::SWITCHING_PROTOCOLS;
    let headers = response.headers_mut();
    headers.insert(header::CONNECTION, HeaderValue::from_static("upgrade"));
    headers.insert(header::UPGRADE, HeaderValue::from_static("websocket"));
    headers.insert(header::SEC_WEBSOCKET_ACCEPT, accept);
    Ok(response)
}

/// A seat at the log of the device. `None` if its pages do not share, or not now.
async fn seat(relaying: &Arc<Relaying>, name: &Name, asked: &Asked) -> Option<Seat> {
    let schema = lock(&relaying.directory).get(name).filter(|device| device.is_there())?.beat.watch.clone()?;
    relaying.boards.seat(relaying, name, &schema, asked).await
}

/// The answer to the key of a request that opens a WebSocket in the usual way. What is unusual is left to the owner.
fn accepts(version: Version, headers: &HeaderMap) -> Option<HeaderValue> {
    let one = |name| {
        let mut all = headers.get_all(name).iter();
        all.next().filter(|_| all.next().is_none())
    };
    // A body would be in front of the hello that the relay sends.
    let has_body = headers.contains_key(header::CONTENT_LENGTH) || headers.contains_key(header::TRANSFER_ENCODING);
    let is_usual = version == Version::HTTP_11
        && !has_body
        && is_socket(headers)
        && one(header::SEC_WEBSOCKET_VERSION).is_some_and(|version| version == "13")
        && headers.get(header::CONNECTION).and_then(|connection| connection.to_str().ok()).is_some_and(|connection| {
            connection.split(',').any(|option| option.trim().eq_ignore_ascii_case("upgrade"))
        });
    let key = one(header::SEC_WEBSOCKET_KEY).filter(|_| is_usual)?;
    HeaderValue::try_from(derive_accept_key(key.as_bytes())).ok()
}

/// Whether no page of another origin opens the socket. Only the owner knows which of them it allows.
fn is_of_own_page(headers: &HeaderMap, asked: &Asked) -> bool {
    headers
        .get_all(header::ORIGIN)
        .iter()
        .all(|origin| origin.to_str().is_ok_and(|origin| asked.is_origin(&origin.to_ascii_lowercase())))
}
