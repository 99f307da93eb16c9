//! The stream of a relay to an owner, for all pages of the device that only watch. The relay is a client like a page: it says
//! hello with the revision that it has, and takes every frame.

use std::{
    collections::VecDeque,
    ops::RangeInclusive,
    sync::atomic::Ordering,
    time::{Duration, Instant, SystemTime},
};

use axum::http::{HeaderMap, HeaderValue, Uri, header};
use bytes::{Bytes, BytesMut};
use serde::Deserialize;
use serde_json::json;
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _, ReadHalf, split},
    time::{MissedTickBehavior, interval, sleep_until, timeout},
};

use super::{
    Meaning,
    board::{Board, Phase},
    frames::{self, From, Front},
    log::{Clock, Unusable},
};
use crate::{
    protocol::{FOLDER, VERSION},
    server::{
        fabric::{
            opening::{Ask, Unopened},
            relaying::Relaying,
            words::Name,
        },
        hosts::Asked,
        lock,
    },
};

/// How long the stream may take to open.
const OPENING: Duration = Duration::from_secs(4);
/// A word of the owner is late after its lease, as a beat is, and after a time between these: streams shall not end because a
/// machine is busy for a moment, and nobody shall look at much older values because the lease is long.
const LATE: RangeInclusive<Duration> = Duration::from_secs(2)..=Duration::from_secs(4);
/// How often the owner is asked for its time while an answer is not late yet.
const ASKS: u32 = 4;
/// How often at most all values are asked for.
const WHOLE: Duration = Duration::from_millis(100);
/// What has more bytes than this is a large frame.
const LARGE: usize = 4096;
/// The longest message of an owner. It has all values, and what is new.
const MOST: usize = 16 * 1024 * 1024;

/// Why there is no stream any more.
#[derive(Debug)]
pub(super) enum Lost {
    /// It does not open, has ended, or is silent.
    Gone,
    /// The owner does not take the relay, or there is too much for a log.
    Refused,
    /// The program has disconnected the relay, with this frame.
    Disconnected(String),
    /// Nobody watches.
    Left,
}

/// A frame of an owner that is not an update.
#[derive(Deserialize)]
struct Said<'f> {
    #[serde(borrow)]
    t: std::borrow::Cow<'f, str>,
    epoch: Option<String>,
    now: Option<u64>,
}

/// Feeds the log of the board until the stream ends.
pub(super) async fn watch(relaying: &Relaying, name: &Name, schema: &str, asked: &Asked, board: &Board) -> Lost {
    let mut seen = board.is_seen();
    let hello = {
        let state = lock(&board.state);
        let (epoch, rev) = state.log.position();
        json!({ "t": "hello", "protocol": VERSION, "schema": schema, "epoch": epoch, "rev": rev, "session": null,
                "hidden": !seen, "parts": true })
    };
    let path = Uri::try_from(format!("/{FOLDER}/socket")).unwrap_or_default();
    let ask = Ask { name, path: &path, asked, headers: head(), meaning: Some(Meaning::Watch.word()) };
    let hello = frames::text(From::Client, &hello.to_string());
    let (socket, buffer) = match timeout(OPENING, ask.open(relaying, &hello)).await {
        Ok(Ok(socket)) => socket,
        Ok(Err(Unopened::Refused)) => return Lost::Refused,
        Ok(Err(Unopened::Gone)) | Err(_) => return Lost::Gone,
    };
    let (reader, mut writer) = split(socket);
    let now = Instant::now();
    let mut reader = Reader { reader, buffer, parts: BytesMut::new(), heard: now, fed: now };
    let late = lease(relaying, name).clamp(*LATE.start(), *LATE.end());
    let mut ask = interval(late / ASKS);
    ask.set_missed_tick_behavior(MissedTickBehavior::Delay);
    ask.reset();
    let (mut is_welcome, mut asked_whole) = (false, Instant::now());
    // When the owner was asked for its time, without an answer yet.
    let mut unanswered = VecDeque::new();
    loop {
        // An answer comes behind the last part of a large frame. On a link that takes less than the owner sends, words come all
        // the time, and each is older than the one before it.
        let unanswered_since = unanswered.front().map_or(reader.heard, |asked| reader.fed.max(*asked));
        let silent = (reader.heard.min(unanswered_since) + late).into();
        let say = tokio::select! {
            biased;
            heard = reader.next() => match heard {
                Ok(Some(Heard::Text(text))) => match hear(board, &text, &mut is_welcome) {
                    Ok(is_answer) => {
                        if is_answer {
                            unanswered.pop_front();
                        }
                        continue;
                    }
                    Err(lost) => return lost,
                },
                Ok(Some(Heard::Ping(payload))) => frames::pong(From::Client, &payload),
                Ok(None) => continue,
                Err(lost) => return lost,
            },
            () = sleep_until(silent) => return Lost::Gone,
            () = board.wanted.notified(), if is_welcome => {
                let now_seen = board.is_seen();
                if std::mem::replace(&mut seen, now_seen) == now_seen {
                    continue;
                }
                frames::text(From::Client, &json!({ "t": "view", "hidden": !now_seen }).to_string())
            }
            () = sleep_until((asked_whole + WHOLE).into()), if is_welcome && board.may_ask_whole() => {
                asked_whole = Instant::now();
                board.asks_whole.store(true, Ordering::SeqCst);
                frames::text(From::Client, r#"{"t":"whole"}"#)
            }
            _ = ask.tick() => {
                unanswered.push_back(Instant::now());
                frames::text(From::Client, r#"{"t":"ping"}"#)
            }
        };
        if writer.write_all(&say).await.is_err() || writer.flush().await.is_err() {
            return Lost::Gone;
        }
    }
}

/// The lease of the owner, as its last beat has it.
fn lease(relaying: &Relaying, name: &Name) -> Duration {
    lock(&relaying.directory).get(name).map_or(*LATE.end(), |device| device.beat.lease())
}

/// The headers of the request that opens the socket of a relay.
fn head() -> HeaderMap {
    let mut headers = HeaderMap::new();
    for (name, value) in [
        (header::HOST, "relay"),
        (header::USER_AGENT, "dash-relay"),
        (header::SEC_WEBSOCKET_VERSION, "13"),
        // It proves only that a server speaks the protocol, and an owner does.
        (header::SEC_WEBSOCKET_KEY, "ZGFzaC1yZWxheS13YXRjaA=="),
    ] {
        headers.insert(name, HeaderValue::from_static(value));
    }
    headers
}

/// A text has come from the owner. Returns whether it is the answer to a question.
fn hear(board: &Board, text: &Bytes, is_welcome: &mut bool) -> Result<bool, Lost> {
    let now = Instant::now();
    // An update has no kind, and it is what comes most often.
    if !text.starts_with(br#"{"t":"#) {
        if !*is_welcome {
            return Err(Lost::Refused);
        }
        return board.change(|state| {
            state.log.hear(text).map_err(|unusable| match unusable {
                Unusable::Faulty | Unusable::TooLarge => Lost::Refused,
            })?;
            state.phase = Phase::Live;
            state.heard = Some((now, SystemTime::now()));
            if text.contains(&b'\n') {
                board.has_whole();
            }
            if state.log.is_old() {
                board.want_whole();
            }
            Ok(false)
        });
    }
    let said: Said<'_> = serde_json::from_slice(text).map_err(|_| Lost::Refused)?;
    match (&*said.t, said.epoch) {
        ("welcome", Some(epoch)) => {
            *is_welcome = true;
            board.change(|state| state.log.welcome(&epoch));
        }
        ("pong", _) => {}
        ("disconnected", _) => return Err(Lost::Disconnected(String::from_utf8_lossy(text).into_owned())),
        // The table of another version, or a refusal: each page hears it itself.
        _ => return Err(Lost::Refused),
    }
    if let Some(shown) = said.now {
        let mut state = lock(&board.state);
        state.heard = Some((now, SystemTime::now()));
        Clock::learn(&mut state.clock, now, Duration::from_millis(shown));
    }
    Ok(said.t == "pong")
}

/// What has come from the owner.
enum Heard {
    Text(Bytes),
    Ping(Bytes),
}

/// Reads the frames of the owner.
struct Reader<S> {
    reader: ReadHalf<S>,
    buffer: BytesMut,
    /// The parts of a large frame that have come.
    parts: BytesMut,
    /// When anything has come, and when something of a large frame has.
    heard: Instant,
    fed: Instant,
}

impl<S: tokio::io::AsyncRead> Reader<S> {
    /// The next frame, or nothing if it is not there as a whole yet. May be cancelled.
    async fn next(&mut self) -> Result<Option<Heard>, Lost> {
        match frames::take(&mut self.buffer, From::Server, MOST) {
            Front::Text(text) => Ok(self.join(text)?.map(Heard::Text)),
            Front::Ping(payload) => Ok(Some(Heard::Ping(payload))),
            Front::Pong => Ok(None),
            Front::Close(_) => Err(Lost::Gone),
            Front::Other => Err(Lost::Refused),
            Front::Part => match self.reader.read_buf(&mut self.buffer).await {
                Ok(0) | Err(_) => Err(Lost::Gone),
                Ok(_) => {
                    self.heard = Instant::now();
                    if self.buffer.len() > LARGE || !self.parts.is_empty() {
                        self.fed = self.heard;
                    }
                    Ok(None)
                }
            },
        }
    }

    /// Joins the parts of a large frame, as a page does.
    fn join(&mut self, text: Bytes) -> Result<Option<Bytes>, Lost> {
        let Some(mark @ (b'+' | b'=')) = text.first() else { return Ok(Some(text)) };
        if self.parts.len() + text.len() > MOST {
            return Err(Lost::Refused);
        }
        self.parts.extend_from_slice(&text[1..]);
        Ok((*mark == b'=').then(|| self.parts.split().freeze()))
    }
}
