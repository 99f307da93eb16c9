//! The socket of one page that watches. The relay answers it from the log, until the page acts.
//!
//! ```text
//! hello --nobody knows it--> watches --acts, or cannot keep up--> a stream of its own: bytes are passed on
//!   +----the owner knows it, or another page than those of the log------^
//! ```

use std::{
    borrow::Cow,
    collections::VecDeque,
    sync::Arc,
    time::{Duration, Instant},
};

use axum::http::{HeaderMap, Uri};
use bytes::{Buf as _, Bytes, BytesMut};
use hyper::upgrade::Upgraded;
use hyper_util::rt::TokioIo;
use serde::Deserialize;
use serde_json::{Value, json};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _, ReadHalf, WriteHalf, split},
    time::{sleep_until, timeout},
};

use super::{
    Meaning,
    board::{Phase, Seat},
    frames::{self, From, Front},
    log::Next,
};
use crate::{
    engine::watchers::token_at,
    protocol::{
        VERSION,
        client::{Hello, Incoming, parse},
        close, server,
    },
    server::{
        ended,
        fabric::{
            forward::{Way, pass_on},
            opening::{Ask, Socket},
            relaying::Relaying,
            stream::Stream,
            words::Name,
        },
        hosts::Asked,
        lock, random_hex,
    },
};

/// The longest text that a page sends as long as it only watches. A hello is the longest.
const MOST: usize = 4096;
/// A page that has not had everything for this long cannot keep up. Its values are at most as old.
const LATE: Duration = Duration::from_secs(2);
/// The same for a page that has just come, may have missed much, and is not live before it has it.
const CATCH_UP: Duration = Duration::from_secs(10);

/// The codes of close frames that only a server knows.
const NORMAL: u16 = 1000;
const AWAY: u16 = 1001;

type Page = TokioIo<Upgraded>;

/// What the page has asked for, to ask the owner for the same.
pub(super) struct Head {
    pub(super) relaying: Arc<Relaying>,
    pub(super) name: Name,
    pub(super) path: Uri,
    pub(super) asked: Asked,
    pub(super) headers: HeaderMap,
}

impl Head {
    /// A socket of the page at the owner, on which the page has said this.
    async fn socket(&self, meaning: Option<Meaning>, say: &[u8]) -> Option<Socket> {
        let Self { relaying, name, path, asked, headers } = self;
        let ask = Ask { name, path, asked, headers: headers.clone(), meaning: meaning.map(Meaning::word) };
        timeout(relaying.limits.hello_time, ask.open(relaying, say)).await.ok()?.ok()
    }
}

/// What comes after the hello.
enum Begin {
    /// The page shares, with this session.
    Watch(String),
    /// The page has a stream of its own. The owner has read its hello.
    Own(Socket),
}

/// Serves the socket until it ends.
pub(super) async fn serve(page: Page, head: Head, seat: Seat) {
    let (reader, writer) = split(page);
    let mut viewer = Viewer {
        reader,
        writer,
        buffer: BytesMut::new(),
        out: VecDeque::new(),
        is_writing: false,
        head,
        hello: Value::Null,
        takes_parts: false,
        rev: 0,
        token: String::new(),
        heard: Instant::now(),
        behind: Some((Instant::now(), CATCH_UP)),
    };
    match viewer.begin(&seat).await {
        Some(Begin::Own((owner, after))) => {
            drop(seat);
            viewer.pass_on(owner, after.freeze()).await;
        }
        Some(Begin::Watch(token)) => {
            viewer.token = token;
            viewer.watch(seat).await;
        }
        None => {}
    }
}

struct Viewer {
    reader: ReadHalf<Page>,
    writer: WriteHalf<Page>,
    /// What the page has sent and nobody has read.
    buffer: BytesMut,
    /// What is being written to the page.
    out: VecDeque<Bytes>,
    head: Head,
    /// Its hello, for the owner.
    hello: Value,
    takes_parts: bool,
    /// Whether something is written, or not flushed yet.
    is_writing: bool,
    /// The revision that it has when `out` is written.
    rev: u64,
    token: String,
    /// When it was last heard.
    heard: Instant,
    /// Since when it has not had everything, and how long that may take.
    behind: Option<(Instant, Duration)>,
}

/// Why a page does not only watch any more.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum End {
    /// It acts, or cannot keep up.
    Acts,
    Gone,
    /// The socket is closed with this code.
    Close(u16, &'static str),
}

/// A word of an owner that was asked for a session.
#[derive(Deserialize)]
struct Answer<'a> {
    #[serde(borrow)]
    t: Cow<'a, str>,
    unused: Option<bool>,
    #[serde(borrow)]
    session: Option<Cow<'a, str>>,
    #[serde(borrow)]
    epoch: Option<Cow<'a, str>>,
}

impl Viewer {
    /// Reads the hello, and finds out what the page may do. `None` if it ends.
    async fn begin(&mut self, seat: &Seat) -> Option<Begin> {
        let limits = self.head.relaying.limits.hello_time;
        let hello = timeout(limits, async {
            loop {
                match frames::front(&self.buffer, From::Client, MOST) {
                    (Front::Part, _) => match self.reader.read_buf(&mut self.buffer).await {
                        Ok(0) | Err(_) => return None,
                        Ok(_) => {}
                    },
                    (Front::Text(text), length) => return Some((Some(text), length)),
                    _ => return Some((None, 0)),
                }
            }
        });
        let (text, length) = match hello.await {
            Ok(hello) => hello?,
            Err(_) => {
                self.close(close::NO_HELLO, "no hello").await;
                return None;
            }
        };
        let text = text.unwrap_or_default();
        let Some(hello) = hello_in(&text).filter(|hello| may_share(hello, &seat.schema)) else {
            // The owner answers it.
            let owner = self.head.socket(None, &self.buffer).await?;
            self.buffer.clear();
            return Some(Begin::Own(owner));
        };
        self.takes_parts = hello.parts;
        self.rev = hello.rev;
        let token = match &hello.session {
            None => new_token(seat)?,
            Some(token) => {
                // Everything that the page has sent, so that the owner can go on with it.
                let (mut owner, mut answer) = self.head.socket(Some(Meaning::Ask), &self.buffer[..length]).await?;
                let first = first_text(&mut owner, &mut answer).await?;
                match serde_json::from_slice::<Answer<'_>>(&first).ok()? {
                    Answer { t, unused: Some(unused), .. } if t == "nobody" => match unused {
                        true => token.clone().into_owned(),
                        false => new_token(seat)?,
                    },
                    _ => {
                        self.buffer.advance(length);
                        self.out.push_back(frames::text(From::Server, str::from_utf8(&first).ok()?));
                        return Some(Begin::Own((owner, answer)));
                    }
                }
            }
        };
        self.hello = serde_json::from_slice(&text).ok()?;
        if !self.welcome(seat, &hello, &token) {
            return None;
        }
        self.buffer.advance(length);
        Some(Begin::Watch(token))
    }

    /// Answers the hello from the log. Returns whether that is possible.
    fn welcome(&mut self, seat: &Seat, hello: &Hello<'_>, token: &str) -> bool {
        let state = lock(&seat.board.state);
        let Some(clock) = state.clock.filter(|_| state.phase == Phase::Live) else { return false };
        if hello.epoch != state.log.epoch() {
            self.rev = 0;
        }
        // The document may be newer than the log. Then the log will reach it.
        let rev = state.log.rev().max(self.rev);
        let welcome =
            server::welcome(state.log.epoch(), token, 0, clock.now(Instant::now()), hello.parts.then_some(rev), "");
        self.out.push_back(frames::text(From::Server, &welcome));
        if hello.parts && self.rev == state.log.rev() {
            self.out.push_back(frames::text(From::Server, &format!("{{\"r\":{rev}}}")));
        }
        true
    }

    async fn watch(mut self, mut seat: Seat) {
        let mut ending = self.head.relaying.ending.clone();
        let turn = lock(&seat.board.state).turn;
        seat.show(!self.hello["hidden"].as_bool().unwrap_or(false));
        let end = tokio::select! {
            () = ended(&mut ending) => End::Close(AWAY, "the server is shutting down"),
            end = self.exchange(&mut seat, turn) => end,
        };
        match end {
            End::Gone => {}
            End::Close(code, reason) => self.close(code, reason).await,
            End::Acts => self.act(seat, turn).await,
        }
    }

    /// Writes frames and reads pings, until something else is needed.
    async fn exchange(&mut self, seat: &mut Seat, turn: u64) -> End {
        let mut changes = seat.board.changes();
        let silence = self.head.relaying.limits.silence;
        let mut pinged = false;
        loop {
            match self.read(seat) {
                Ok(true) => pinged = false,
                Ok(false) => {}
                Err(end) => return end,
            }
            if self.out.is_empty() {
                changes.borrow_and_update();
                if let Err(end) = self.next(seat, turn) {
                    return end;
                }
            }
            let patience = self.heard + if pinged { silence } else { silence / 2 };
            let writing = self.out.front().cloned();
            self.is_writing |= writing.is_some();
            tokio::select! {
                biased;
                read = self.reader.read_buf(&mut self.buffer) => match read {
                    Ok(0) | Err(_) => return End::Gone,
                    Ok(_) => {
                        // Nobody knows how old it is. The page comes back, and sends it again with its age.
                        if self.heard.elapsed() > silence {
                            return End::Close(close::SILENT, "silent");
                        }
                        self.heard = Instant::now();
                    }
                },
                written = write(&mut self.writer, writing), if self.is_writing => match written {
                    Ok(Some(count)) => self.written(count),
                    Ok(None) => self.is_writing = false,
                    Err(()) => return End::Gone,
                },
                changed = changes.changed(), if self.out.is_empty() => if changed.is_err() { return End::Gone },
                () = sleep_until(patience.into()) => match pinged {
                    true => return End::Close(close::SILENT, "silent"),
                    false => {
                        pinged = true;
                        self.out.push_back(frames::ping());
                    }
                },
            }
        }
    }

    fn written(&mut self, count: usize) {
        if let Some(front) = self.out.front_mut() {
            front.advance(count);
            if front.is_empty() {
                self.out.pop_front();
            }
        }
    }

    /// Reads what the page has sent. Returns whether anything was read.
    fn read(&mut self, seat: &mut Seat) -> Result<bool, End> {
        let mut has_read = false;
        loop {
            let (front, length) = frames::front(&self.buffer, From::Client, MOST);
            match front {
                Front::Part => return Ok(has_read),
                Front::Other => return Err(End::Acts),
                Front::Pong => {}
                Front::Ping(payload) => self.out.push_back(frames::pong(From::Server, &payload)),
                Front::Close(payload) => {
                    self.out.push_back(frames::close(&payload));
                    return Err(End::Close(NORMAL, ""));
                }
                Front::Text(text) => match str::from_utf8(&text).ok().and_then(|text| parse(text).ok()) {
                    Some(Incoming::Ping) => {
                        let clock = lock(&seat.board.state).clock.ok_or(End::Gone)?;
                        let pong = server::pong(clock.now(Instant::now()));
                        self.out.push_back(frames::text(From::Server, &pong));
                    }
                    Some(Incoming::View { hidden }) => {
                        self.hello["hidden"] = json!(hidden);
                        seat.show(!hidden);
                    }
                    Some(Incoming::Bye) => return Err(End::Gone),
                    _ => return Err(End::Acts),
                },
            }
            self.buffer.advance(length);
            has_read = true;
        }
    }

    /// Takes the next frame from the log, if there is one.
    fn next(&mut self, seat: &Seat, turn: u64) -> Result<(), End> {
        let state = lock(&seat.board.state);
        match &state.phase {
            Phase::Live if state.turn == turn => {}
            Phase::Disconnected(frame) => {
                self.out.push_back(frames::text(From::Server, frame));
                return Err(End::Close(close::DISCONNECTED, "disconnected"));
            }
            // What it shows may be old. It comes back, and learns why.
            _ => return Err(End::Gone),
        }
        match state.log.next(self.rev) {
            Next::Nothing => self.behind = None,
            Next::Wait => seat.board.want_whole(),
            Next::Frame { to, frame } | Next::Whole { to, frame } => {
                // From the first frame that it has not got. So a relay that stood still does not take its pages for slow ones.
                let (since, most) = *self.behind.get_or_insert((Instant::now(), LATE));
                if since.elapsed() > most {
                    return Err(End::Acts);
                }
                self.rev = to;
                self.out.push_back(frame.bytes(self.takes_parts));
            }
        }
        Ok(())
    }

    /// The page acts: from now on it has a stream of its own. What is being written to it is written first.
    ///
    /// Meanwhile it gets no values. So it ends when the stream of the relay does: the owner may need longer for an answer than
    /// its values may be drawn as live.
    async fn act(mut self, seat: Seat, turn: u64) {
        self.hello["session"] = json!(self.token);
        self.hello["epoch"] = json!(lock(&seat.board.state).log.epoch());
        self.hello["rev"] = json!(self.rev);
        let mut changes = seat.board.changes();
        let lost = async {
            let is_live = || {
                let state = lock(&seat.board.state);
                state.phase == Phase::Live && state.turn == turn
            };
            while is_live() && changes.changed().await.is_ok() {}
        };
        let owner = async {
            // Together: the owner reads it in this order.
            let say = [&frames::text(From::Client, &self.hello.to_string())[..], &self.buffer].concat();
            let (mut owner, mut after) = self.head.socket(None, &say).await?;
            let welcome = first_text(&mut owner, &mut after).await?;
            let Answer { t, session, epoch, .. } = serde_json::from_slice(&welcome).ok()?;
            // Anything else is for the page to find out: it comes back.
            let is_same = self.hello["epoch"] == *epoch? && session.as_deref() == Some(&*self.token);
            (t == "welcome" && is_same).then_some((owner, after.freeze()))
        };
        let opened = tokio::select! {
            opened = owner => opened,
            () = lost => None,
        };
        drop(seat);
        let Some((owner, after)) = opened else { return };
        self.buffer.clear();
        self.pass_on(owner, after).await;
    }

    /// Passes bytes on in both directions, until one of them ends. `after` has come from the owner already.
    async fn pass_on(self, owner: Stream, after: Bytes) {
        let Self { reader, writer, buffer, out, .. } = self;
        let (from_owner, to_owner) = split(owner);
        let (mut up, mut down) = (Way::new(reader, to_owner), Way::new(from_owner, writer));
        up.before.push(buffer.freeze());
        down.before.extend(out.into_iter().chain([after]));
        pass_on(up, down).await;
    }

    /// Writes what is left, and the close frame. An answer to one is in what is left.
    async fn close(&mut self, code: u16, reason: &str) {
        if code != NORMAL {
            self.out.push_back(frames::close_with(code, reason));
        }
        let write = async {
            for bytes in self.out.drain(..) {
                self.writer.write_all(&bytes).await?;
            }
            self.writer.shutdown().await
        };
        let _ = timeout(crate::server::socket::CLOSE_TIME, write).await;
    }
}

/// Writes some of it, or flushes. May be cancelled.
async fn write(writer: &mut WriteHalf<Page>, bytes: Option<Bytes>) -> Result<Option<usize>, ()> {
    let Some(bytes) = bytes else { return writer.flush().await.map(|()| None).map_err(|_| ()) };
    match writer.write(&bytes).await {
        Ok(0) | Err(_) => Err(()),
        Ok(count) => Ok(Some(count)),
    }
}

fn hello_in(text: &[u8]) -> Option<Hello<'_>> {
    match parse(str::from_utf8(text).ok()?) {
        Ok(Incoming::Hello(hello)) => Some(hello),
        _ => None,
    }
}

/// Whether the page is one of those that the log is for. All others are answered by the owner.
fn may_share(hello: &Hello<'_>, schema: &str) -> bool {
    hello.protocol == VERSION && hello.schema == schema && hello.path.is_none()
}

/// A token for a page that comes for the first time, or that the owner does not know any more.
fn new_token(seat: &Seat) -> Option<String> {
    let now = lock(&seat.board.state).clock?.now(Instant::now());
    Some(token_at(now, &random_hex().ok()?))
}

/// The first text that the owner says. What comes after it stays in the buffer.
async fn first_text(owner: &mut Stream, buffer: &mut BytesMut) -> Option<Bytes> {
    loop {
        match frames::take(buffer, From::Server, MOST) {
            Front::Text(text) => return Some(text),
            Front::Ping(_) | Front::Pong => {}
            Front::Close(_) | Front::Other => return None,
            Front::Part => _ = owner.read_buf(buffer).await.ok().filter(|count| *count > 0)?,
        }
    }
}
