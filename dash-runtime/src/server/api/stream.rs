//! A connection for pages that get no WebSocket, because something between page and server blocks it. Frames to the
//! page are server-sent events, and frames from the page are HTTP requests.
//!
//! | request | answer |
//! | --- | --- |
//! | `POST /_dash/stream` with a hello | `text/event-stream`: the welcome, then all frames that a socket would send, one per event. The header `Dash-Stream` has the number of the stream. |
//! | `PUT /_dash/stream` with a list of frames, `Dash-Session` and `Dash-Stream` | 204: the frames have been read. The answers come as events. |
//!
//! For the engine, a stream is the same as a socket. A session has one socket or one stream, and a newer one takes
//! over. So frames and reconnects work in the same way. A page sends its next frames after the previous ones have been
//! read, so they keep their order. Frames for an older stream are refused.

use std::{convert::Infallible, sync::Arc};

use axum::{
    Extension,
    body::Body,
    extract::State,
    http::{HeaderMap, HeaderName, HeaderValue, StatusCode},
    response::Response,
};
use bytes::Bytes;
use futures_util::stream;
use serde_json::{json, value::RawValue};
use tokio::{
    sync::{mpsc, watch},
    time::{Instant, sleep, sleep_until, timeout},
};
use tracing::Instrument;

use super::{
    event_stream,
    extract::{JsonText, Sender},
    response::Denied,
};
use crate::{
    client::ClientId,
    engine::{judging::Judged, session::SocketNo},
    protocol::{
        client::{Refusal, parse},
        limits::Limits,
        parts::Parts,
    },
    server::{
        driver::{Driver, Notifier, Rounds},
        ended,
        hosts::{Asked, only},
        identity::Visitor,
        quota::Place,
        socket::{self, Ending, Greeted},
        state::Running,
    },
};

/// Has the number of a stream, in the requests that belong to it.
const STREAM: HeaderName = HeaderName::from_static("dash-stream");

/// A stream ends when its page was silent for this many times [`Limits::silence`]. The server cannot ping a stream, so only
/// the page's script can show that it is there, and in a hidden tab browsers run scripts only once per minute. What the page
/// holds and controls ends as over a socket, after [`Limits::silence`].
const PATIENCE: u32 = 10;

/// `POST`: opens a stream.
pub(super) async fn open(
    State(running): State<Arc<Running>>,
    Extension(asked): Extension<Asked>,
    Visitor(user): Visitor,
    headers: HeaderMap,
    JsonText(hello): JsonText,
) -> Result<Response, Denied> {
    let place = running.seat(asked.client).map_err(|_| Denied::sockets())?;
    let recheck = running.identity.recheck_of(&user).map(|recheck| Instant::now() + recheck);
    let peer = socket::peer(&headers, &asked, user, &running.kept);
    let (events, body) = mpsc::channel(1);
    let (first, number) = match socket::hello(&running.driver, &hello, peer, socket::PAGE, place.is_for_anybody()) {
        Ok((Greeted { client, number, parts }, welcome)) => {
            let stream = Stream {
                notifier: running.driver.notifier(client, number),
                published: running.driver.published(),
                limits: running.driver.with_engine(|engine| engine.limits().clone()),
                driver: running.driver.clone(),
                ending: running.ending.subscribe(),
                client,
                recheck,
                takes_parts: parts,
                unsent: Parts::default(),
                events,
                _place: place,
            };
            running.driver.runtime().spawn(stream.run());
            (event(&welcome), Some(number))
        }
        Err((_, Ending::Full)) => {
            place.refuse();
            return Err(Denied::sockets());
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
    let mut response = event_stream(Body::from_stream(body));
    if let Some(SocketNo(number)) = number {
        response.headers_mut().insert(STREAM, HeaderValue::from(number));
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
    let client = running.driver.with_engine(|engine| engine.client_of_user(session, Some(sender.user())));
    let client = client.ok_or(Refusal::NoSession)?;
    let notifier = stream.and_then(|stream| running.driver.notifier_of(client, stream)).ok_or_else(other_stream)?;
    if !notifier.has_replied() {
        // The page does not read its stream, so no more frames are accepted from it.
        return Err(Denied::from(Refusal::Outstanding(1)));
    }
    // Under the engine's lock, so that the engine hears of silence and of its end in their order.
    running.driver.event(|engine, now, fx| {
        if notifier.hears() {
            engine.heard_again(now, client, notifier.socket, fx);
        }
    });
    let frames: Vec<_> = frames.into_iter().map(|frame| parse(frame.get())).collect();
    if running.driver.has_checks() {
        // A stop does not wait for the checks of the frames before it.
        running.driver.event(|engine, now, fx| {
            if engine.is_current(client, notifier.socket) {
                frames.iter().flatten().for_each(|frame| engine.press_early(now, client, frame, fx));
            }
        });
    }
    let mut answers = Vec::new();
    for frame in frames {
        let mut rounds = Rounds::new();
        let mut frame = Some(frame);
        // Once, and again as long as the checks have seen values that are not in effect any more.
        while let Some(waiting) = frame.take() {
            let judged = match &waiting {
                Ok(frame) => running.driver.judge_frame(client, frame, &mut rounds).await,
                Err(_) => Judged::default(),
            };
            frame = running.driver.event(|engine, now, fx| {
                if !engine.is_current(client, notifier.socket) {
                    return Err(other_stream());
                }
                if engine.is_stale(&judged) {
                    return Ok(Some(waiting));
                }
                answers.extend(engine.judged(judged, |engine| engine.incoming(now, client, waiting, fx)));
                answers.extend(fx.answer.take());
                Ok(None)
            })?;
        }
    }
    notifier.reply(answers);
    Ok(StatusCode::NO_CONTENT)
}

fn other_stream() -> Denied {
    Denied::new(StatusCode::GONE, "stream", "this stream has ended, or the page has a newer stream or socket")
}

/// A frame for the page. Frames have no line breaks, because line breaks in strings are escaped.
fn event(frame: &str) -> Bytes {
    Bytes::from(format!("data: {frame}\n\n"))
}

/// The end of the stream, with the code that a socket would be closed with.
fn close(ending: &Ending) -> Option<Bytes> {
    let (code, reason) = ending.close()?;
    Some(Bytes::from(format!("event: close\ndata: {}\n\n", json!({ "code": code, "reason": reason }))))
}

/// The sending half of the connection.
struct Stream {
    driver: Driver,
    client: ClientId,
    notifier: Arc<Notifier>,
    published: watch::Receiver<u64>,
    ending: watch::Receiver<bool>,
    limits: Limits,
    events: mpsc::Sender<Bytes>,
    /// When the page must connect again, so that it shows who uses it.
    recheck: Option<Instant>,
    takes_parts: bool,
    /// The frame that is being sent.
    unsent: Parts,
    _place: Place,
}

impl Stream {
    async fn run(mut self) {
        let span = tracing::info_span!("client", id = %self.client);
        async {
            tracing::debug!("joined, without a socket");
            let ending = self.exchange().await;
            tracing::debug!(?ending, "left");
            ending.count(&self.driver);
            for frame in ending.final_frames() {
                let _ = timeout(socket::CLOSE_TIME, self.events.send(event(&frame))).await;
            }
            if let Some(close) = close(&ending) {
                let _ = timeout(socket::CLOSE_TIME, self.events.send(close)).await;
            }
            self.driver.gone(self.client, self.notifier.socket);
        }
        .instrument(span)
        .await;
    }

    async fn exchange(&mut self) -> Ending {
        let notifier = Arc::clone(&self.notifier);
        let silence = self.limits.silence;
        loop {
            // In each round: a page that gets new values all the time may be silent too.
            let silent_for = notifier.silent_for();
            if silent_for >= silence.saturating_mul(PATIENCE) {
                return Ending::Silent;
            }
            if silent_for >= silence {
                self.driver.event(|engine, now, fx| {
                    if notifier.falls_silent(silence) {
                        engine.fell_silent(now, self.client, notifier.socket, fx);
                    }
                });
            }
            if self.recheck.is_some_and(|due| due <= Instant::now())
                && !self.driver.with_engine(|engine| engine.drives(self.client))
            {
                return Ending::Recheck;
            }
            // There is no queue here either: the frame is made when the connection can take it.
            let room = timeout(self.limits.write_time, self.events.clone().reserve_owned());
            let permit = tokio::select! {
                biased;
                () = ended(&mut self.ending) => return Ending::Shutdown,
                () = notifier.close.notified() => return notifier.why().into(),
                room = room => match room {
                    Ok(Ok(permit)) => permit,
                    Ok(Err(_)) => return Ending::Gone,
                    Err(_) => return Ending::Slow,
                },
            };
            // Marked as seen before the engine is read, so that a value that is published in between is not missed.
            self.published.borrow_and_update();
            if let Some(frame) = self.next().await {
                permit.send(frame);
                continue;
            }
            let recheck = self.next_recheck();
            tokio::select! {
                biased;
                () = ended(&mut self.ending) => return Ending::Shutdown,
                () = notifier.close.notified() => return notifier.why().into(),
                () = self.events.closed() => return Ending::Gone,
                changed = self.published.changed() => if changed.is_err() { return Ending::Gone },
                () = notifier.news.notified() => {}
                () = sleep_until(recheck), if self.recheck.is_some() => {}
                // Looks again when the page may have become silent.
                () = sleep(silence.checked_sub(silent_for).unwrap_or(silence).min(silence / 2)) => {
                    // A comment. It keeps proxies from closing an idle connection, and fails if the connection is
                    // broken.
                    permit.send(Bytes::from_static(b":\n\n"));
                }
            }
        }
    }

    /// When to look whether the page must connect again.
    fn next_recheck(&self) -> Instant {
        let soon = Instant::now() + socket::RECHECK_AGAIN;
        self.recheck.map_or(soon, |due| if due <= Instant::now() { soon } else { due })
    }

    /// The next event to send.
    async fn next(&mut self) -> Option<Bytes> {
        if let Some(answer) = self.notifier.next_reply() {
            return Some(event(&answer));
        }
        if self.unsent.is_sent() {
            let frame = self.driver.next_frame(self.client, self.notifier.socket).await?;
            self.unsent = Parts::of(frame, self.takes_parts);
        }
        Some(Bytes::from([b"data: ", &*self.unsent.next()?, b"\n\n"].concat()))
    }
}
