//! The side of the relay: it finds the owner of a device, and opens streams to it.

use std::{
    sync::{Arc, Mutex},
    time::{Duration, Instant, SystemTime},
};

use async_nats::client::RequestErrorKind;
use axum::{
    Json,
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use bytes::Bytes;
use futures_util::StreamExt as _;
use serde_json::json;
use tokio::{
    io::AsyncWriteExt as _,
    sync::watch,
    time::{interval, sleep},
};

use super::{
    broker::{Broker, Link},
    cache::Cache,
    directory::Directory,
    shared::Boards,
    stream::{Stream, Streams},
    words::{Beat, Name, Open, Opened, THERE, Way, here, number_in},
};
use crate::{
    protocol::limits::Limits,
    server::{assets::Asset, hosts::Asked, lock, meter::Meter},
    words::log,
};

/// How often a relay looks for owners that are silent.
const LOOK: Duration = Duration::from_millis(200);
/// How often a relay says that it is there.
pub(super) const HERE_EACH: Duration = Duration::from_secs(1);

/// A running relay.
pub(super) struct Relaying {
    pub(super) broker: Broker,
    pub(super) streams: Arc<Streams>,
    /// The name of the connection to the broker, while there is one.
    pub(super) link: Mutex<Option<Arc<str>>>,
    pub(super) directory: Mutex<Directory>,
    /// Scripts and stylesheets.
    pub(super) cache: Mutex<Cache>,
    /// What pages that only watch share.
    pub(super) boards: Boards,
    pub(super) limits: Limits,
    pub(super) meter: Arc<Meter>,
    pub(super) style: Asset,
    /// The script of the list.
    pub(super) script: Asset,
    /// The run of this relay. Revisions of the list count within it.
    pub(super) run: String,
    /// The revision of the list.
    pub(super) changes: watch::Sender<u64>,
    /// Whether the relay ends.
    pub(super) ending: watch::Receiver<bool>,
}

/// Why a device has not answered a request.
pub(super) struct Unreachable {
    pub(super) status: StatusCode,
    pub(super) why: String,
    /// Whether the device has nothing of the request, so that it can be sent again.
    is_refused: bool,
}

impl Unreachable {
    /// There is no stream, so the device has nothing of the request.
    const fn refused(status: StatusCode, why: String) -> Self {
        Self { status, why, is_refused: true }
    }

    /// The stream was lost before the answer came. The device may have carried the request out.
    pub(super) fn unknown(name: &Name) -> Self {
        let why =
            format!("the connection to {name} was lost before it answered: it may have done what was asked, or not");
        Self { status: StatusCode::BAD_GATEWAY, why, is_refused: false }
    }
}

impl IntoResponse for Unreachable {
    fn into_response(self) -> Response {
        // A page that is open shows this reason, and tries again.
        let kind = if self.is_refused { "cut_off" } else { "unknown" };
        let mut response = (self.status, Json(json!({ "kind": kind, "why": self.why }))).into_response();
        if self.is_refused {
            response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from_static("1"));
        }
        response
    }
}

impl Relaying {
    /// Notes something in the directory, and tells the lists that are open.
    fn note<R>(&self, note: impl FnOnce(&mut Directory) -> R) -> R {
        let mut directory = lock(&self.directory);
        let result = note(&mut directory);
        let rev = directory.rev();
        drop(directory);
        self.changes.send_if_modified(|known| std::mem::replace(known, rev) != rev);
        result
    }

    /// Keeps the directory, and the streams of each connection to the broker.
    pub(super) async fn keep(self: Arc<Self>) {
        let mut broker_link = self.broker.link.clone();
        loop {
            let number = loop {
                match *broker_link.borrow_and_update() {
                    Link::Up(number) => break number,
                    Link::Down => self.note(|directory| directory.lose_broker(SystemTime::now())),
                }
                if broker_link.changed().await.is_err() {
                    return;
                }
            };
            let link: Arc<str> = format!("{}-{number}", self.run).into();
            tokio::select! {
                // It has lost its subscriptions, and makes new ones.
                () = self.listen(&link) => sleep(LOOK).await,
                // Down, or down and up again.
                changed = broker_link.changed() => if changed.is_err() { return },
            }
            *lock(&self.link) = None;
            self.streams.cut(None, "the relay has lost its broker");
        }
    }

    /// Hears beats and packets, as long as there is this connection.
    async fn listen(&self, link: &Arc<str>) {
        let Broker { data, control, .. } = &self.broker;
        let subscribed = tokio::try_join!(data.subscribe(Way::Down.all(link)), control.subscribe(THERE));
        let Ok((mut packets, mut beats)) = subscribed else { return };
        // The broker knows it before an owner is asked, over the other connection, to send packets.
        if data.flush().await.is_err() {
            return;
        }
        *lock(&self.link) = Some(Arc::clone(link));
        self.note(Directory::find_broker);
        let hear = async {
            let mut look = interval(LOOK);
            loop {
                tokio::select! {
                    packet = packets.next() => {
                        let Some(packet) = packet else { return };
                        if let Some(number) = number_in(&packet.subject) {
                            self.streams.receive(number, &packet.payload);
                        }
                    }
                    beat = beats.next() => {
                        let Some(beat) = beat else { return };
                        self.hear(&beat.subject, &beat.payload);
                    }
                    _ = look.tick() => {
                        let silent = self.note(|directory| directory.tick(Instant::now(), SystemTime::now()));
                        for (name, link) in silent {
                            self.streams.cut(Some(&peer(&name, &link)), "the device is silent");
                        }
                    }
                }
            }
        };
        let remember = async {
            match self.broker.all_last().await {
                Ok(all) => {
                    self.note(|directory| {
                        all.into_iter().for_each(|(name, beat, time)| directory.kept(time, name, beat.bounded()));
                    });
                }
                // Devices that are there are heard in any case.
                Err(why) => tracing::debug!(why, "the broker does not tell which devices there were"),
            }
            std::future::pending::<()>().await;
        };
        let be_here = async {
            let mut each = interval(HERE_EACH);
            loop {
                each.tick().await;
                if let Err(error) = control.publish(here(link), Bytes::new()).await {
                    tracing::debug!(%error, "not sent");
                }
            }
        };
        tokio::select! {
            () = hear => {}
            () = remember => {}
            () = be_here => {}
        }
    }

    fn hear(&self, subject: &str, message: &[u8]) {
        let Some(name) = Name::of_beat(subject) else { return };
        match serde_json::from_slice::<Beat>(message) {
            Ok(beat) => self.heard(&name, beat),
            Err(error) => {
                let why = || format!("what {subject} has is not from an owner: {error}");
                if log::is_rare("beat", 1, why) {
                    log::warn(&why());
                }
            }
        }
    }

    fn heard(&self, name: &Name, beat: Beat) {
        let heard = (Instant::now(), SystemTime::now());
        let lost = self.note(|directory| directory.heard(heard.0, heard.1, name.clone(), beat.bounded()));
        if let Some(link) = lost {
            self.streams.cut(Some(&peer(name, &link)), "the device has connected again");
        }
    }

    /// Opens a stream to a device. A device that cannot be reached is told at once: nothing waits for it.
    pub(super) async fn open(&self, name: &Name, asked: &Asked) -> std::result::Result<Stream, Unreachable> {
        self.open_with(name, asked, &[]).await
    }

    /// Opens a stream that begins with these bytes. They are sent together with the request for the stream, so the answer to
    /// them comes after one way there and back. An error does not tell whether the device has got them.
    pub(super) async fn open_with(
        &self,
        name: &Name,
        asked: &Asked,
        first: &[u8],
    ) -> std::result::Result<Stream, Unreachable> {
        let now = SystemTime::now();
        if let Some(why) = lock(&self.directory).why_not(name, now) {
            return Err(Unreachable::refused(StatusCode::SERVICE_UNAVAILABLE, why));
        }
        let silent = || {
            let directory = lock(&self.directory);
            let status =
                if directory.get(name).is_some() { StatusCode::SERVICE_UNAVAILABLE } else { StatusCode::NOT_FOUND };
            Unreachable::refused(status, directory.why_silent(name, now))
        };
        let Some(link) = lock(&self.link).clone() else { return Err(silent()) };
        let opening = self.streams.begin();
        let open = Open::of(Way::Down.one(&link, opening.number), asked, first);
        // It is made of texts and numbers, so it can always be encoded.
        let open = serde_json::to_vec(&open).unwrap_or_default();
        let answer = match self.broker.control.request(name.open(), open.into()).await {
            Ok(answer) => answer,
            Err(error) => {
                if error.kind() != RequestErrorKind::NoResponders {
                    tracing::debug!(%error, "a device does not answer");
                }
                return Err(silent());
            }
        };
        match serde_json::from_slice(&answer.payload) {
            Ok(Opened::Up { subject, beat, first: taken }) => {
                if Way::Up.parse(&subject).is_none_or(|(link, _)| link != beat.link) {
                    let why = format!("{name} wants its packets at `{subject}`, which is not of its own connection");
                    return Err(Unreachable::refused(StatusCode::BAD_GATEWAY, why));
                }
                let (owner, of_owner) = (peer(name, &beat.link), beat.link.clone());
                self.heard(name, beat);
                let mut stream = opening.open(&owner, subject).ok_or_else(silent)?;
                // While the answer was on its way, one of both may have got another connection to the broker. All its streams
                // were cut then, and this one was not known yet: nothing would ever come, and nobody would tell.
                let is_same = lock(&self.link).as_ref() == Some(&link)
                    && lock(&self.directory).get(name).is_some_and(|device| device.beat.link == of_owner);
                if !is_same {
                    return Err(silent());
                }
                if taken == first.len() {
                    stream.has_begun_with(taken);
                } else {
                    stream.write_all(first).await.map_err(|_| silent())?;
                }
                Ok(stream)
            }
            Ok(Opened::Refused(why)) => Err(Unreachable::refused(StatusCode::BAD_GATEWAY, why)),
            Err(error) => {
                let why = format!("{name} answers in an unknown way: {error}");
                Err(Unreachable::refused(StatusCode::BAD_GATEWAY, why))
            }
        }
    }
}

/// The owner of a device, as the other end of streams. With the name: another owner may claim to have the same link.
fn peer(name: &Name, link: &str) -> String {
    format!("{name} {link}")
}
