//! One WebSocket: frames in, frames out, at the pace of whoever is at the other end.
//!
//! There is no queue. When the socket can take a frame, the engine makes one with everything that is newer than the
//! last; a slow client gets fewer and larger ones, and costs no memory in between.

use std::{
    net::IpAddr,
    sync::Arc,
    time::{Duration, SystemTime},
};

use axum::{
    extract::ws::{CloseFrame, Message, Utf8Bytes, WebSocket, close_code},
    http::{HeaderMap, header},
};
use bytes::Bytes;
use tokio::{
    sync::{OwnedSemaphorePermit, watch},
    time::{Instant, sleep_until, timeout},
};
use tracing::Instrument;

use super::driver::{Driver, Notifier, Resume};
use crate::{
    client::{ClientId, Peer},
    engine::{
        Greeting,
        effects::{Close, Job},
        session::SocketNo,
    },
    protocol::{
        client::Refusal,
        close,
        limits::Limits,
        server::{RELOAD, disconnected},
    },
};

/// So many frames of a client are taken before it is told what became of them, however many more have come: outcomes
/// are kept for a limited number of commands, and whoever sends without a pause is to hear of all of them.
const FRAMES_BEFORE_NEWS: u32 = 64;

/// How long a goodbye may take.
pub(super) const GOODBYE: Duration = Duration::from_millis(200);

/// Serves a socket to its end. `permit` is given back then.
pub(crate) async fn serve(
    mut socket: WebSocket,
    driver: Driver,
    peer: Peer,
    shutdown: watch::Receiver<bool>,
    permit: OwnedSemaphorePermit,
) {
    let limits = driver.with_engine(|engine| engine.limits().clone());
    let (client, number) = match greet(&mut socket, &driver, peer, &limits).await {
        Ok(greeted) => greeted,
        Err(ending) => return say_goodbye(&mut socket, &ending).await,
    };
    let connection = Connection {
        notifier: driver.notifier(client, number),
        published: driver.published(),
        heard: Instant::now(),
        asked: false,
        untold_frames: 0,
        socket,
        driver,
        client,
        limits,
        shutdown,
        _permit: permit,
    };
    tracing::debug!(client = %connection.client, "joined");
    connection.live().await;
}

/// Waits for the hello and answers it.
async fn greet(
    socket: &mut WebSocket,
    driver: &Driver,
    peer: Peer,
    limits: &Limits,
) -> Result<(ClientId, SocketNo), Ending> {
    let (answer, ending) = match timeout(limits.hello_time, socket.recv()).await {
        Ok(Some(Ok(Message::Text(text)))) => match hello(driver, &text, peer) {
            Ok((client, number, welcome)) => {
                return match socket.send(Message::Text(welcome.into())).await {
                    Ok(()) => Ok((client, number)),
                    Err(_) => {
                        driver.gone(client, number);
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
    let _ = timeout(GOODBYE, socket.send(Message::Text(answer.into()))).await;
    Err(ending)
}

/// Gives the hello to the engine. What comes back is the welcome; or how the conversation ends, after this answer.
pub(super) fn hello(
    driver: &Driver,
    text: &str,
    peer: Peer,
) -> Result<(ClientId, SocketNo, String), (Option<String>, Ending)> {
    let token = token().ok_or((None, Ending::Gone))?;
    match driver.event(|engine, now, fx| engine.hello(now, text, peer, || token, fx)) {
        Greeting::Welcome { client, socket, frame } => Ok((client, socket, frame)),
        Greeting::Disconnected(why) => Err((Some(disconnected(&why)), Ending::Disconnected(why))),
        Greeting::Reload => Err((Some(RELOAD.to_owned()), Ending::OtherPage)),
        Greeting::Table(table) => Err((Some(table), Ending::OtherVersion)),
        Greeting::Refused(refusal) => {
            Err((Some(driver.with_engine(|engine| engine.refuse(&refusal))), Ending::WrongHello))
        }
    }
}

/// Closes the socket with the reason, if the other end may hear it.
async fn say_goodbye(socket: &mut WebSocket, ending: &Ending) {
    if let Some((code, reason)) = ending.close() {
        let frame = CloseFrame { code, reason: Utf8Bytes::from_static(reason) };
        let _ = timeout(GOODBYE, socket.send(Message::Close(Some(frame)))).await;
    }
}

/// 128 random bits: who has it is the client.
fn token() -> Option<String> {
    super::random_hex().inspect_err(|error| tracing::error!(%error, "no session token")).ok()
}

struct Connection {
    socket: WebSocket,
    driver: Driver,
    client: ClientId,
    notifier: Arc<Notifier>,
    limits: Limits,
    shutdown: watch::Receiver<bool>,
    published: watch::Receiver<u64>,
    /// When the last frame came.
    heard: Instant,
    /// Whether the other end was asked since then whether it is there.
    asked: bool,
    /// Frames that came since the client was told something.
    untold_frames: u32,
    _permit: OwnedSemaphorePermit,
}

impl Resume for Connection {
    fn resume(self) {
        let runtime = self.driver.runtime().clone();
        runtime.spawn(self.live());
    }
}

/// How a conversation ended.
#[derive(Debug)]
pub(super) enum Ending {
    Gone,
    NoHello,
    WrongHello,
    OtherPage,
    OtherVersion,
    TooLarge,
    Slow,
    Silent,
    TakenOver,
    Disconnected(Arc<str>),
    Shutdown,
}

impl From<Close> for Ending {
    fn from(close: Close) -> Self {
        match close {
            Close::TakenOver => Self::TakenOver,
            Close::Disconnected(why) => Self::Disconnected(why),
        }
    }
}

impl Ending {
    /// What is to be said before the end, in a frame of its own: a close frame has not much room for a reason.
    pub(super) fn last_words(&self) -> Option<String> {
        match self {
            Self::Disconnected(why) => Some(disconnected(why)),
            _ => None,
        }
    }

    /// The code and the reason, if the other end may hear them.
    pub(super) const fn close(&self) -> Option<(u16, &'static str)> {
        match self {
            Self::Gone | Self::Slow => None,
            Self::NoHello => Some((close::NO_HELLO, "no hello")),
            Self::WrongHello => Some((close_code::POLICY, "not a hello")),
            Self::OtherPage => Some((close_code::NORMAL, "load the page anew")),
            Self::OtherVersion => Some((close_code::NORMAL, "say hello with the new table, or load the page anew")),
            Self::TooLarge => Some((close::TOO_LARGE, "frame too large")),
            Self::Silent => Some((close::SILENT, "silent")),
            Self::TakenOver => Some((close::TAKEN_OVER, "taken over by another page")),
            Self::Disconnected(_) => Some((close::DISCONNECTED, "disconnected")),
            Self::Shutdown => Some((close_code::AWAY, "the server ends")),
        }
    }
}

impl Connection {
    /// Converses, says goodbye and leaves; or, if a callback that was run in place holds this task, ends without any of
    /// it, because another task goes on.
    async fn live(self) {
        let span = tracing::info_span!("client", id = %self.client);
        async {
            let Some((mut connection, ending)) = self.converse().await else { return };
            tracing::debug!(?ending, "left");
            if let Some(frame) = ending.last_words() {
                let _ = timeout(GOODBYE, connection.socket.send(Message::Text(frame.into()))).await;
            }
            say_goodbye(&mut connection.socket, &ending).await;
            connection.driver.gone(connection.client, connection.notifier.socket);
        }
        .instrument(span)
        .await;
    }

    async fn converse(mut self) -> Option<(Self, Ending)> {
        let notifier = Arc::clone(&self.notifier);
        let silence = self.limits.silence;
        loop {
            // By the time of the last frame, not of the last turn of this loop: what is sent proves nothing.
            let patience = self.heard + if self.asked { silence } else { silence / 2 };
            let done = tokio::select! {
                // What a person did comes before what there is to show.
                biased;
                () = super::ended(&mut self.shutdown) => Err(Ending::Shutdown),
                () = notifier.close.notified() => Err(Ending::from(notifier.why())),
                received = self.socket.recv() => {
                    (self.heard, self.asked) = (Instant::now(), false);
                    self.untold_frames += 1;
                    let (connection, received) = self.receive(received).await?;
                    self = connection;
                    match received {
                        Ok(()) if self.untold_frames < FRAMES_BEFORE_NEWS => continue,
                        received => received,
                    }
                },
                _ = self.published.changed() => Ok(()),
                () = notifier.news.notified() => Ok(()),
                () = sleep_until(patience) => match self.asked {
                    true => Err(Ending::Silent),
                    false => {
                        // A page in a hidden tab sends its own pings rarely; its browser answers this one at once.
                        self.asked = true;
                        self.send(Message::Ping(Bytes::new())).await
                    }
                },
            };
            self.untold_frames = 0;
            let sent = match done {
                Ok(()) => self.send_news().await,
                Err(ending) => Err(ending),
            };
            if let Err(ending) = sent {
                return Some((self, ending));
            }
        }
    }

    /// Gives nothing when another task goes on.
    async fn receive(mut self, received: Option<Result<Message, axum::Error>>) -> Option<(Self, Result<(), Ending>)> {
        let answer = match received {
            None | Some(Ok(Message::Close(_))) => return Some((self, Err(Ending::Gone))),
            Some(Err(error)) => {
                let ending = if is_too_large(&error) { Ending::TooLarge } else { Ending::Gone };
                return Some((self, Err(ending)));
            }
            Some(Ok(Message::Ping(_) | Message::Pong(_))) => None,
            Some(Ok(Message::Binary(_))) => Some(self.driver.with_engine(|engine| engine.refuse(&Refusal::Binary))),
            Some(Ok(Message::Text(text))) => {
                let (answer, quick) = self.frame(&text);
                if !quick.is_empty() {
                    self = self.driver.clone().run_in_place(quick, self)?;
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

    /// Gives what is to be answered, and the callbacks that are to be run in place.
    fn frame(&self, text: &str) -> (Option<String>, Vec<Job>) {
        let (client, socket) = (self.client, self.notifier.socket);
        self.driver.event_keeping_quick(|engine, now, fx| {
            if !engine.is_current(client, socket) {
                // Another socket has taken over, and a close is on its way: what comes late here is not done twice.
                return None;
            }
            let answer = engine.frame(now, client, text, fx);
            answer.or_else(|| fx.answer.take())
        })
    }

    async fn send_news(&mut self) -> Result<(), Ending> {
        let frame = self.driver.with_engine(|engine| engine.poll_frame(self.client, self.notifier.socket));
        match frame.map(to_text) {
            Some(text) => self.send(Message::Text(text)).await,
            None => Ok(()),
        }
    }

    async fn send(&mut self, message: Message) -> Result<(), Ending> {
        match timeout(self.limits.write_time, self.socket.send(message)).await {
            Ok(Ok(())) => Ok(()),
            Ok(Err(_)) => Err(Ending::Gone),
            Err(_) => {
                tracing::info!(
                    code = close::SLOW,
                    "a client that does not read is cut off; it can come back and resume"
                );
                Err(Ending::Slow)
            }
        }
    }
}

/// Frames are made of strings, so this does not fail; an empty one would be refused by the page and asked for again.
fn to_text(frame: Bytes) -> Utf8Bytes {
    Utf8Bytes::try_from(frame).unwrap_or_default()
}

fn is_too_large(error: &axum::Error) -> bool {
    let mut source: Option<&dyn std::error::Error> = Some(error);
    while let Some(error) = source {
        // axum hides the WebSocket library's type behind its own error, and its text is all there is to go by.
        if error.to_string().contains("too long") || error.to_string().contains("too large") {
            return true;
        }
        source = error.source();
    }
    false
}

/// Who opens the socket, now. `host` is what it was sent to.
pub(crate) fn peer(headers: &HeaderMap, host: &str, address: Option<IpAddr>) -> Peer {
    let short = |text: &str| text.chars().take(256).collect();
    let text = |name| headers.get(name).and_then(|value| value.to_str().ok()).map(short);
    Peer {
        connected_at: SystemTime::now(),
        address,
        host: Some(short(host)),
        origin: text(header::ORIGIN),
        user_agent: text(header::USER_AGENT),
    }
}
