//! One WebSocket: receives and sends frames, at the speed of the client.
//!
//! There is no queue of frames. When the socket can take a frame, the engine makes one with everything that is newer
//! than the last frame. A slow client gets fewer and larger frames, and needs no memory in between. Pictures are sent when
//! there is nothing else to send, and other frames go out between the parts of a picture.

use std::{
    collections::VecDeque,
    future::poll_fn,
    mem,
    pin::{Pin, pin},
    sync::Arc,
    task::{Poll, ready},
    time::{Duration, SystemTime},
};

use axum::{
    extract::ws::{CloseFrame, Message, Utf8Bytes, WebSocket, close_code},
    http::{HeaderMap, header},
};
use bytes::Bytes;
use futures_util::{Sink as _, StreamExt as _};
use tokio::{
    sync::watch,
    time::{Instant, sleep_until, timeout},
};
use tracing::Instrument;

use super::{
    driver::{Driver, News, Notifier, Resume, Rounds},
    hosts::Asked,
    kept::Kept,
    quota::Place,
    store::Here,
};
#[cfg(feature = "nats")]
use crate::protocol::server::nobody;
use crate::{
    client::{ClientId, Peer},
    engine::{
        Engine, Greeting,
        effects::{Close, Effects, Job},
        judging::Judged,
        pictures::Due,
        session::SocketNo,
    },
    protocol::{
        client::{Incoming, Refusal, parse},
        close,
        limits::Limits,
        parts::Parts,
        server::{RELOAD, disconnected},
    },
    rights::User,
};

/// After this many frames from a client, the task sends the outcomes to it, even if more frames have arrived. The
/// engine keeps a limited number of outcomes per client, and a client that sends without a pause must get all of them.
const MAX_UNANSWERED_FRAMES: u32 = 64;

/// So many frames are read while the one before them is checked.
const MAX_EARLY: usize = 256;

/// How long sending a close frame may take.
pub(super) const CLOSE_TIME: Duration = Duration::from_millis(200);

/// What the engine does with a hello. The text is a token for a new session.
pub(super) type Greet = fn(&mut Engine, Duration, &str, Peer, String, &mut Effects) -> Greeting;

/// The hello of a page.
pub(super) const PAGE: Greet = |engine, now, text, peer, token, fx| engine.hello(now, text, peer, || token, fx);

/// How soon a page that drives is looked at again.
pub(super) const RECHECK_AGAIN: Duration = Duration::from_secs(1);

/// Serves a socket until it ends, and then returns the `place`. After `recheck` it ends, unless its page drives.
pub(super) async fn serve(
    mut socket: WebSocket,
    driver: Driver,
    peer: Peer,
    ask: Greet,
    shutdown: watch::Receiver<bool>,
    (place, recheck): (Place, Option<Duration>),
) {
    let limits = driver.with_engine(|engine| engine.limits().clone());
    let greeted = greet(&mut socket, &driver, peer, ask, place.is_for_anybody(), &limits).await;
    let Greeted { client, number, parts } = match greeted {
        Ok(greeted) => greeted,
        Err(ending) => {
            send_close(&mut socket, &ending).await;
            if matches!(ending, Ending::Full) {
                place.refuse();
            }
            return;
        }
    };
    let connection = Connection {
        notifier: driver.notifier(client, number),
        published: driver.published(),
        last_received: Instant::now(),
        recheck: recheck.map(|recheck| Instant::now() + recheck),
        pinged: false,
        unanswered_frames: 0,
        early: VecDeque::new(),
        takes_parts: parts,
        outgoing: Outgoing::default(),
        socket,
        driver,
        client,
        limits,
        shutdown,
        _place: place,
    };
    tracing::debug!(client = %connection.client, "joined");
    connection.run().await;
}

/// Waits for the hello and answers it.
async fn greet(
    socket: &mut WebSocket,
    driver: &Driver,
    peer: Peer,
    ask: Greet,
    may_join: bool,
    limits: &Limits,
) -> Result<Greeted, Ending> {
    let (answer, ending) = match timeout(limits.hello_time, socket.recv()).await {
        Ok(Some(Ok(Message::Text(text)))) => match hello(driver, &text, peer, ask, may_join) {
            Ok((greeted, welcome)) => {
                return match socket.send(Message::Text(welcome.into())).await {
                    Ok(()) => Ok(greeted),
                    Err(_) => {
                        driver.gone(greeted.client, greeted.number);
                        Err(Ending::Gone)
                    }
                };
            }
            Err((None, ending)) => return Err(ending),
            Err((Some(answer), ending)) => (answer, ending),
        },
        Ok(Some(Ok(Message::Binary(_)))) => {
            (driver.with_engine(|engine| engine.refuse(&Refusal::Binary)), Ending::WrongHello)
        }
        Ok(Some(Err(error))) if is_too_large(&error) => return Err(Ending::TooLarge),
        Ok(_) => return Err(Ending::Gone),
        Err(_) => return Err(Ending::NoHello),
    };
    let _ = timeout(CLOSE_TIME, socket.send(Message::Text(answer.into()))).await;
    Err(ending)
}

/// A client that was welcomed on a connection.
pub(super) struct Greeted {
    pub(super) client: ClientId,
    pub(super) number: SocketNo,
    /// Whether it takes large frames in parts.
    pub(super) parts: bool,
}

/// Passes the hello to the engine. Returns the welcome, or the final answer and the reason why the connection ends.
/// Unless it `may_join`, the client must be known.
pub(super) fn hello(
    driver: &Driver,
    text: &str,
    peer: Peer,
    ask: Greet,
    may_join: bool,
) -> Result<(Greeted, String), (Option<String>, Ending)> {
    if !may_join && !driver.with_engine(|engine| engine.resumes(text, &peer.user)) {
        return Err((None, Ending::Full));
    }
    let token = token().ok_or((None, Ending::Gone))?;
    match driver.event(|engine, now, fx| ask(engine, now, text, peer, token, fx)) {
        Greeting::Welcome { client, socket, frame, parts } => Ok((Greeted { client, number: socket, parts }, frame)),
        Greeting::GivenUp => Err((None, Ending::TakenOver)),
        Greeting::Disconnected(why) => Err((Some(disconnected(&why)), Ending::Disconnected(why))),
        Greeting::Reload => Err((Some(RELOAD.to_owned()), Ending::OtherPage)),
        Greeting::Table(table) => Err((Some(table), Ending::OtherVersion)),
        #[cfg(feature = "nats")]
        Greeting::Nobody { unused } => Err((Some(nobody(unused)), Ending::Nobody)),
        Greeting::Refused(refusal) => {
            Err((Some(driver.with_engine(|engine| engine.refuse(&refusal))), Ending::WrongHello))
        }
    }
}

/// Closes the socket with the reason, if the client can still receive it.
async fn send_close(socket: &mut WebSocket, ending: &Ending) {
    if let Some((code, reason)) = ending.close() {
        let frame = CloseFrame { code, reason: Utf8Bytes::from_static(reason) };
        let _ = timeout(CLOSE_TIME, socket.send(Message::Close(Some(frame)))).await;
    }
}

/// 128 random bits. The client with this token is the owner of the session.
fn token() -> Option<String> {
    super::random_hex().inspect_err(|error| tracing::error!(%error, "no session token")).ok()
}

/// A frame of a client, or why it is none.
type Parsed<'t> = Result<Incoming<'t>, Refusal>;

struct Connection {
    socket: WebSocket,
    driver: Driver,
    client: ClientId,
    notifier: Arc<Notifier>,
    limits: Limits,
    shutdown: watch::Receiver<bool>,
    published: watch::Receiver<u64>,
    /// When the last frame arrived.
    last_received: Instant,
    /// When the page must connect again, so that it shows who uses it.
    recheck: Option<Instant>,
    /// Whether a ping was sent since then.
    pinged: bool,
    /// The number of frames that arrived since the last frame was sent.
    unanswered_frames: u32,
    /// Frames that arrived while the one before them was checked.
    early: VecDeque<Received>,
    /// Whether the client takes large frames in parts.
    takes_parts: bool,
    outgoing: Outgoing,
    _place: Place,
}

/// What is being sent in parts.
#[derive(Default)]
struct Outgoing {
    /// The frame that is being sent. The next one is made when all of it has been sent.
    frame: Parts,
    /// The picture that is being sent. Frames go out between its parts.
    picture: Parts,
    /// Since when the socket has been taking a part of one of them.
    feeding: Option<Instant>,
}

impl Outgoing {
    /// Whether the next frame must wait.
    const fn is_busy(&self) -> bool {
        !self.frame.is_sent() || self.feeding.is_some()
    }

    /// The next part, first of the frame.
    fn next(&mut self) -> Option<Message> {
        let part = self.frame.next().map(|part| Message::Text(to_text(part)));
        part.or_else(|| self.picture.next().map(Message::Binary))
    }
}

impl Resume for Connection {
    fn resume(self) {
        let runtime = self.driver.runtime().clone();
        runtime.spawn(self.run());
    }
}

/// Why a connection ended.
#[derive(Debug)]
pub(super) enum Ending {
    Gone,
    NoHello,
    WrongHello,
    OtherPage,
    /// With a frame that has the last outcomes of the client's commands.
    OtherUser(Option<Arc<str>>),
    OtherVersion,
    /// A relay has asked for a session that there is not.
    #[cfg(feature = "nats")]
    Nobody,
    TooLarge,
    Slow,
    Silent,
    TakenOver,
    Disconnected(Arc<str>),
    /// The last places are for clients that come back.
    Full,
    Shutdown,
    /// The next connection shows who uses the page.
    Recheck,
}

impl From<Close> for Ending {
    fn from(close: Close) -> Self {
        match close {
            Close::TakenOver => Self::TakenOver,
            Close::Disconnected(why) => Self::Disconnected(why),
            Close::OtherUser(told) => Self::OtherUser(told),
        }
    }
}

impl Ending {
    /// Counts it, if the server ends the connection because of a limit.
    pub(super) fn count(&self, driver: &Driver) {
        match self {
            Self::Slow => driver.with_engine(Engine::count_slow),
            Self::Silent => driver.with_engine(Engine::count_silent),
            _ => {}
        }
    }

    /// The frames to send before the close frame, which has little room for a reason.
    pub(super) fn final_frames(&self) -> Vec<String> {
        match self {
            Self::Disconnected(why) => vec![disconnected(why)],
            Self::OtherUser(told) => told.iter().map(|told| told.to_string()).chain([RELOAD.to_owned()]).collect(),
            _ => Vec::new(),
        }
    }

    /// The close code and the reason, if the client can still receive them.
    pub(super) const fn close(&self) -> Option<(u16, &'static str)> {
        match self {
            Self::Gone | Self::Slow => None,
            Self::NoHello => Some((close::NO_HELLO, "no hello")),
            Self::WrongHello => Some((close_code::POLICY, "not a hello")),
            Self::OtherPage | Self::OtherUser(_) => Some((close_code::NORMAL, "reload the page")),
            Self::OtherVersion => Some((close_code::NORMAL, "send a hello with the new table, or reload the page")),
            #[cfg(feature = "nats")]
            Self::Nobody => Some((close_code::NORMAL, "no such session")),
            Self::TooLarge => Some((close::TOO_LARGE, "frame too large")),
            Self::Silent => Some((close::SILENT, "silent")),
            Self::TakenOver => Some((close::TAKEN_OVER, "taken over by another page")),
            Self::Disconnected(_) => Some((close::DISCONNECTED, "disconnected")),
            Self::Full => Some((close_code::AGAIN, "too many sockets are open")),
            Self::Recheck => Some((close_code::AGAIN, "connect again, to show who you are")),
            Self::Shutdown => Some((close_code::AWAY, "the server is shutting down")),
        }
    }
}

impl Connection {
    /// Runs the connection, closes it and reports its end. If a callback that runs in place blocks this thread, another
    /// task takes the connection over, and this returns at once.
    async fn run(self) {
        let span = tracing::info_span!("client", id = %self.client);
        async {
            let Some((mut connection, ending)) = self.exchange().await else { return };
            tracing::debug!(?ending, "left");
            ending.count(&connection.driver);
            for frame in ending.final_frames() {
                let _ = timeout(CLOSE_TIME, connection.socket.send(Message::Text(frame.into()))).await;
            }
            send_close(&mut connection.socket, &ending).await;
            connection.driver.gone(connection.client, connection.notifier.socket);
        }
        .instrument(span)
        .await;
    }

    async fn exchange(mut self) -> Option<(Self, Ending)> {
        let notifier = Arc::clone(&self.notifier);
        let silence = self.limits.silence;
        loop {
            // Counted from the last received frame, because a sent frame does not prove that the client is there.
            let patience = self.last_received + if self.pinged { silence } else { silence / 2 };
            let busy = self.outgoing.is_busy();
            let slow = self.outgoing.feeding.map(|since| since + self.limits.write_time);
            let done = tokio::select! {
                // Commands of the person come before new values.
                biased;
                () = super::ended(&mut self.shutdown) => Err(Ending::Shutdown),
                () = notifier.close.notified() => Err(Ending::from(notifier.why())),
                moved = next_move(&mut self.socket, &mut self.early, &mut self.outgoing) => match moved {
                    Move::Out(Ok(())) if self.outgoing.is_busy() => continue,
                    Move::Out(sent) => sent,
                    Move::In(_) if self.was_silent_for() > silence => Err(Ending::Silent),
                    Move::In(received) => {
                        let (connection, received) = self.receive(received).await?;
                        self = connection;
                        match received {
                            Ok(()) if self.unanswered_frames < MAX_UNANSWERED_FRAMES => continue,
                            received => received,
                        }
                    }
                },
                _ = self.published.changed(), if !busy => Ok(()),
                () = notifier.news.notified(), if !busy => Ok(()),
                () = sleep_until(slow.unwrap_or(patience)), if slow.is_some() => Err(too_slow()),
                () = sleep_until(self.recheck.unwrap_or(patience)), if self.recheck.is_some() => {
                    if self.driver.with_engine(|engine| engine.drives(self.client)) {
                        self.recheck = Some(Instant::now() + RECHECK_AGAIN);
                        continue;
                    }
                    Err(Ending::Recheck)
                }
                () = sleep_until(patience) => match self.pinged {
                    true => Err(Ending::Silent),
                    false => {
                        // A page in a hidden tab rarely sends its own pings. Its browser answers this ping at once.
                        self.pinged = true;
                        self.send(Message::Ping(Bytes::new())).await
                    }
                },
            };
            self.unanswered_frames = 0;
            let sent = match done {
                // The next frame is made when the last one has been sent.
                Ok(()) if !self.outgoing.is_busy() => self.send_news().await,
                done => done,
            };
            if let Err(ending) = sent {
                return Some((self, ending));
            }
        }
    }

    /// A frame has arrived. Returns the time since the last one.
    ///
    /// A page that is there is never silent for longer than [`Limits::silence`]. If it was, the process or the wire stood
    /// still, and nobody knows how old the frame is. It is not read. The page comes back and sends it again with its age.
    fn was_silent_for(&mut self) -> Duration {
        self.pinged = false;
        self.unanswered_frames += 1;
        mem::replace(&mut self.last_received, Instant::now()).elapsed()
    }

    /// Returns `None` if another task has taken over the connection.
    async fn receive(mut self, received: Received) -> Option<(Self, Result<(), Ending>)> {
        let answer = match received {
            None | Some(Ok(Message::Close(_))) => return Some((self, Err(Ending::Gone))),
            Some(Err(error)) => {
                let ending = if is_too_large(&error) { Ending::TooLarge } else { Ending::Gone };
                return Some((self, Err(ending)));
            }
            Some(Ok(Message::Ping(_) | Message::Pong(_))) => None,
            Some(Ok(Message::Binary(_))) => Some(self.driver.with_engine(|engine| engine.refuse(&Refusal::Binary))),
            Some(Ok(Message::Text(text))) => {
                let mut frame = parse(&text);
                let mut rounds = Rounds::new();
                // Once, and again as long as the checks have seen values that are not in effect any more.
                let (answer, quick, here) = loop {
                    let judged = match &frame {
                        Ok(frame) if self.driver.has_checks() => self.judge(frame, &mut rounds).await,
                        _ => Judged::default(),
                    };
                    let here = self.driver.keeps_here();
                    match self.frame(frame, judged) {
                        (Ok(answer), quick) => break (answer, quick, here),
                        (Err(stale), _) => frame = stale,
                    }
                };
                if !quick.is_empty() || here.as_ref().is_some_and(Here::has_values) {
                    self = self.driver.clone().run_in_place(quick, here, self)?;
                }
                answer
            }
        };
        let sent = match answer {
            Some(answer) => self.send(Message::Text(answer.into())).await,
            None => Ok(()),
        };
        Some((self, sent))
    }

    /// Runs the checks of a frame.
    async fn judge(&mut self, frame: &Incoming<'_>, rounds: &mut Rounds) -> Judged {
        let (driver, client) = (self.driver.clone(), self.client);
        self.reading(driver.judge_frame(client, frame, rounds)).await
    }

    /// Waits for a check, or for the disk. The frames that arrive meanwhile wait too, except a press of a stop.
    async fn reading<T>(&mut self, wait: impl Future<Output = T>) -> T {
        let mut wait = pin!(wait);
        let mut reads = true;
        loop {
            tokio::select! {
                biased;
                done = &mut wait => return done,
                received = self.socket.recv(), if reads && self.has_room() => {
                    if let Some(Ok(Message::Text(text))) = &received
                        && let Ok(frame) = parse(text)
                    {
                        self.press_early(&frame);
                    }
                    reads = matches!(received, Some(Ok(_)));
                    self.early.push_back(received);
                }
            }
        }
    }

    /// Whether one more frame may be read before its turn.
    fn has_room(&self) -> bool {
        let length = |received: &Received| match received {
            Some(Ok(Message::Text(text))) => text.len(),
            _ => 0,
        };
        self.early.len() < MAX_EARLY && self.early.iter().map(length).sum::<usize>() < self.limits.message_size
    }

    fn press_early(&self, frame: &Incoming<'_>) {
        let (client, socket) = (self.client, self.notifier.socket);
        self.driver.event(|engine, now, fx| {
            if engine.is_current(client, socket) {
                engine.press_early(now, client, frame, fx);
            }
        });
    }

    /// Returns the answer, and the callbacks to run in place. Returns the frame if its checks must run again. Then nothing
    /// has happened.
    fn frame<'t>(&self, frame: Parsed<'t>, judged: Judged) -> (Result<Option<String>, Parsed<'t>>, Vec<Job>) {
        let (client, socket) = (self.client, self.notifier.socket);
        self.driver.event_keeping_quick(|engine, now, fx| {
            if !engine.is_current(client, socket) {
                // Another socket has taken over the session, and this one is about to be closed. Late frames must not
                // act twice.
                return Ok(None);
            }
            if engine.is_stale(&judged) {
                return Err(frame);
            }
            let answer = engine.judged(judged, |engine| engine.incoming(now, client, frame, fx));
            Ok(answer.or_else(|| fx.answer.take()))
        })
    }

    /// Sends what is new. The next picture is taken when the last one has been sent.
    async fn send_news(&mut self) -> Result<(), Ending> {
        let takes_picture = self.outgoing.picture.is_sent();
        let News { frame, picture, is_awaited } = self.driver.news(self.client, self.notifier.socket, takes_picture);
        if let Some(due) = picture {
            self.outgoing.picture = self.picture_frame(&due);
        }
        let Some(frame) = frame else { return Ok(()) };
        if is_awaited {
            let driver = self.driver.clone();
            self.reading(driver.kept()).await;
        }
        let mut parts = Parts::of(frame, self.takes_parts);
        if parts.is_large() {
            // The loop sends it, so that commands are read in between.
            self.outgoing.frame = parts;
            return Ok(());
        }
        match parts.next() {
            Some(whole) => self.send(Message::Text(to_text(whole))).await,
            None => Ok(()),
        }
    }

    /// A line of JSON, and the file (`wire/protocol/mod.rs`).
    fn picture_frame(&self, Due { prop, picture }: &Due) -> Parts {
        let made = self.driver.time_of(picture.made()).as_millis();
        let (id, kind) = (picture.name(), picture.format().media_type());
        let head = format!("{{\"p\":{prop},\"id\":\"{id}\",\"type\":\"{kind}\",\"made\":{made}}}\n");
        Parts::binary(head.into_bytes(), picture.bytes().clone())
    }

    async fn send(&mut self, message: Message) -> Result<(), Ending> {
        match timeout(self.limits.write_time, self.socket.send(message)).await {
            Ok(Ok(())) => Ok(()),
            Ok(Err(_)) => Err(Ending::Gone),
            Err(_) => Err(too_slow()),
        }
    }
}

/// The client has not accepted a frame, or a part of it, in time.
fn too_slow() -> Ending {
    tracing::info!(code = close::SLOW, "a client that does not read was disconnected; it can reconnect and resume");
    Ending::Slow
}

/// What a socket receives: a message, or its end.
type Received = Option<Result<Message, axum::Error>>;

/// What happens next on a socket.
enum Move {
    In(Received),
    /// The socket has taken a part of the frame that is being sent.
    Out(Result<(), Ending>),
}

/// Waits until a frame arrives, or the socket has taken the next part of what is being sent. May be cancelled: what it has
/// begun is in `feeding`.
async fn next_move(socket: &mut WebSocket, early: &mut VecDeque<Received>, outgoing: &mut Outgoing) -> Move {
    poll_fn(|cx| {
        if let Some(received) = early.pop_front() {
            return Poll::Ready(Move::In(received));
        }
        if let Poll::Ready(received) = socket.poll_next_unpin(cx) {
            return Poll::Ready(Move::In(received));
        }
        let mut socket = Pin::new(&mut *socket);
        if outgoing.feeding.is_none() {
            let Some(part) = outgoing.next() else { return Poll::Pending };
            // The library keeps the part until it is flushed. There is never more than one.
            if socket.as_mut().start_send(part).is_err() {
                return Poll::Ready(Move::Out(Err(Ending::Gone)));
            }
            outgoing.feeding = Some(Instant::now());
        }
        let flushed = ready!(socket.poll_flush(cx));
        outgoing.feeding = None;
        Poll::Ready(Move::Out(flushed.map_err(|_| Ending::Gone)))
    })
    .await
}

/// Frames are made of strings, so this does not fail. The page would refuse an empty frame and request the values
/// again.
fn to_text(frame: Bytes) -> Utf8Bytes {
    Utf8Bytes::try_from(frame).unwrap_or_default()
}

fn is_too_large(error: &axum::Error) -> bool {
    let mut source: Option<&dyn std::error::Error> = Some(error);
    while let Some(error) = source {
        // axum hides the error type of the WebSocket library, so only the text of the error can be checked.
        if error.to_string().contains("too long") || error.to_string().contains("too large") {
            return true;
        }
        source = error.source();
    }
    false
}

/// The peer of a new socket.
pub(super) fn peer(headers: &HeaderMap, asked: &Asked, user: User, kept: &Kept) -> Peer {
    let short = |text: &str| text.chars().take(256).collect();
    let text = |name| headers.get(name).and_then(|value| value.to_str().ok()).map(short);
    Peer {
        connected_at: SystemTime::now(),
        address: asked.client,
        host: Some(short(&asked.host)),
        origin: text(header::ORIGIN),
        user_agent: text(header::USER_AGENT),
        user,
        sent: kept.of(headers),
    }
}
