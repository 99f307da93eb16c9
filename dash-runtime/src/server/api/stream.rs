//! A page that gets no WebSocket, because something on the way lets none through: frames to it as server-sent events,
//! frames from it by request. It is a socket in two halves.
//!
//! | request | answer |
//! | --- | --- |
//! | `POST /_dash/stream` with a hello | `text/event-stream`: the welcome, then everything that a socket would be sent, a frame for each event. `Dash-Stream` names it. |
//! | `PUT /_dash/stream` with a list of frames, `Dash-Session` and `Dash-Stream` | 204: they have been read. What there is to say to them comes as events. |
//!
//! What is said, and what becomes of a page that comes back, is the same as over a socket, because it is the same in the
//! engine: a session has one of either kind, and a later one takes over. A page sends its next frames when those before
//! have been read, so they keep their order; those of an older stream are refused, however late they come.

use std::{convert::Infallible, net::SocketAddr, sync::Arc};

use axum::{
    Extension,
    body::Body,
    extract::{ConnectInfo, State},
    http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use bytes::Bytes;
use futures_util::stream;
use serde_json::{json, value::RawValue};
use tokio::{
    sync::{OwnedSemaphorePermit, mpsc, watch},
    time::{sleep, timeout},
};
use tracing::Instrument;

use super::{
    answer::Denied,
    asking::{JsonText, Sender},
};
use crate::{
    client::ClientId,
    engine::session::SocketNo,
    protocol::{client::Refusal, limits::Limits},
    server::{
        driver::{Driver, Notifier},
        ended,
        guard::only,
        routes::{Host, Running},
        socket::{self, Ending},
    },
};

/// Names a stream to the requests that belong to it.
const STREAM: HeaderName = HeaderName::from_static("dash-stream");

/// A page may be silent for so many times [`Limits::silence`]: unlike a socket, it is asked by nobody but its own script, and
/// in a hidden tab browsers let scripts run only once in a minute. A page that is there comes back at once if it is cut off.
const PATIENCE: u32 = 10;

/// `POST`: opens a stream.
pub(super) async fn open(
    State(running): State<Arc<Running>>,
    Extension(Host(host)): Extension<Host>,
    address: Option<Extension<ConnectInfo<SocketAddr>>>,
    headers: HeaderMap,
    JsonText(hello): JsonText,
) -> Result<Response, Denied> {
    let permit = Arc::clone(&running.sockets).try_acquire_owned().map_err(|_| Denied::sockets())?;
    let peer = socket::peer(&headers, &host, address.map(|Extension(ConnectInfo(address))| address.ip()));
    let (events, body) = mpsc::channel(1);
    let (first, number) = match socket::hello(&running.driver, &hello, peer) {
        Ok((client, number, welcome)) => {
            let stream = Stream {
                notifier: running.driver.notifier(client, number),
                published: running.driver.published(),
                limits: running.driver.with_engine(|engine| engine.limits().clone()),
                driver: running.driver.clone(),
                ending: running.ending.subscribe(),
                client,
                events,
                _permit: permit,
            };
            running.driver.runtime().spawn(stream.live());
            (event(&welcome), Some(number))
        }
        Err((answer, ending)) => {
            let answer = answer.map(|answer| event(&answer)).unwrap_or_default();
            (Bytes::from([answer, close(&ending).unwrap_or_default()].concat()), None)
        }
    };
    let body = stream::unfold((Some(first), body), |(first, mut body)| async {
        let event = match first {
            Some(first) => first,
            None => body.recv().await?,
        };
        Some((Ok::<_, Infallible>(event), (None, body)))
    });
    let mut response = Body::from_stream(body).into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("text/event-stream"));
    // A proxy that collects answers before it passes them on would pass on nothing, ever.
    headers.insert("x-accel-buffering", HeaderValue::from_static("no"));
    if let Some(SocketNo(number)) = number {
        headers.insert(STREAM, HeaderValue::from(number));
    }
    Ok(response)
}

/// `PUT`: frames of the page.
pub(super) async fn frames(
    State(running): State<Arc<Running>>,
    headers: HeaderMap,
    sender: Sender,
    JsonText(text): JsonText,
) -> Result<StatusCode, Denied> {
    let session = sender.session().ok_or(Refusal::NoSession)?;
    let stream = only(&headers, &STREAM).map_err(|(_, why)| Denied::malformed(why))?;
    let stream = stream.and_then(|number| number.parse().ok()).map(SocketNo);
    let frames: Vec<&RawValue> = serde_json::from_str(&text)
        .map_err(|error| Denied::malformed(format!("the body is a list of frames: {error}")))?;
    let client = running.driver.with_engine(|engine| engine.client_of(session)).ok_or(Refusal::NoSession)?;
    let notifier = stream.and_then(|stream| running.driver.notifier_of(client, stream)).ok_or_else(other_stream)?;
    if !notifier.has_replied() {
        // The stream stands still: nothing more is taken from who does not read.
        return Err(Denied::from(Refusal::Outstanding(1)));
    }
    let answers = running.driver.event(|engine, now, fx| {
        if !engine.is_current(client, notifier.socket) {
            return None;
        }
        let mut answers = Vec::new();
        for frame in frames {
            answers.extend(engine.frame(now, client, frame.get(), fx));
            answers.extend(fx.answer.take());
        }
        Some(answers)
    });
    notifier.reply(answers.ok_or_else(other_stream)?);
    Ok(StatusCode::NO_CONTENT)
}

fn other_stream() -> Denied {
    Denied::new(StatusCode::GONE, "stream", "this stream has ended, or the page has another one or a socket")
}

/// A frame for the page. Frames have no line breaks: those in texts are escaped.
fn event(frame: &str) -> Bytes {
    Bytes::from(format!("data: {frame}\n\n"))
}

/// The end, with the code that a socket would be closed with.
fn close(ending: &Ending) -> Option<Bytes> {
    let (code, reason) = ending.close()?;
    Some(Bytes::from(format!("event: close\ndata: {}\n\n", json!({ "code": code, "reason": reason }))))
}

/// The half of it that goes to the page.
struct Stream {
    driver: Driver,
    client: ClientId,
    notifier: Arc<Notifier>,
    published: watch::Receiver<u64>,
    ending: watch::Receiver<bool>,
    limits: Limits,
    events: mpsc::Sender<Bytes>,
    _permit: OwnedSemaphorePermit,
}

impl Stream {
    async fn live(mut self) {
        let span = tracing::info_span!("client", id = %self.client);
        async {
            tracing::debug!("joined, without a socket");
            let ending = self.converse().await;
            tracing::debug!(?ending, "left");
            if let Some(frame) = ending.last_words() {
                let _ = timeout(socket::GOODBYE, self.events.send(event(&frame))).await;
            }
            if let Some(close) = close(&ending) {
                let _ = timeout(socket::GOODBYE, self.events.send(close)).await;
            }
            self.driver.gone(self.client, self.notifier.socket);
        }
        .instrument(span)
        .await;
    }

    async fn converse(&mut self) -> Ending {
        let notifier = Arc::clone(&self.notifier);
        loop {
            // There is no queue here either: what is sent is made when the connection can take it.
            let room = timeout(self.limits.write_time, self.events.clone().reserve_owned());
            let place = tokio::select! {
                biased;
                () = ended(&mut self.ending) => return Ending::Shutdown,
                () = notifier.close.notified() => return notifier.why().into(),
                place = room => match place {
                    Ok(Ok(place)) => place,
                    Ok(Err(_)) => return Ending::Gone,
                    Err(_) => return Ending::Slow,
                },
            };
            // Seen before it is looked at, so that what is published meanwhile is looked at again.
            self.published.borrow_and_update();
            if let Some(frame) = self.next() {
                place.send(frame);
                continue;
            }
            tokio::select! {
                biased;
                () = ended(&mut self.ending) => return Ending::Shutdown,
                () = notifier.close.notified() => return notifier.why().into(),
                () = self.events.closed() => return Ending::Gone,
                changed = self.published.changed() => if changed.is_err() { return Ending::Gone },
                () = notifier.news.notified() => {}
                () = sleep(self.limits.silence / 2) => {
                    if notifier.silent_for() >= self.limits.silence.saturating_mul(PATIENCE) {
                        return Ending::Silent;
                    }
                    // A comment: keeps proxies from taking the connection for dead, and finds out if it is.
                    place.send(Bytes::from_static(b":\n\n"));
                }
            }
        }
    }

    /// What is to be sent now.
    fn next(&self) -> Option<Bytes> {
        if let Some(answer) = self.notifier.next_reply() {
            return Some(event(&answer));
        }
        let frame = self.driver.with_engine(|engine| engine.poll_frame(self.client, self.notifier.socket))?;
        Some(Bytes::from([b"data: ", &*frame, b"\n\n"].concat()))
    }
}
