//! The connection to the broker: NATS with JetStream. It connects again by itself, for ever.

use std::{
    sync::{Arc, Mutex},
    time::{Duration, SystemTime},
};

use async_nats::{
    Client, ConnectOptions, Event, HeaderMap, HeaderValue,
    header::NATS_EXPECTED_LAST_SUBJECT_SEQUENCE,
    jetstream::{
        self, Context,
        context::PublishErrorKind,
        stream::{Config, LastRawMessageErrorKind},
    },
};
use bytes::Bytes;
use futures_util::TryStreamExt as _;
use tokio::sync::watch;

use super::{
    access::Access,
    lease::Last,
    stream::Outbox,
    words::{Beat, KEPT, Name, OWNERS},
};
use crate::{server::lock, words::log};

/// The longest pause before the next attempt to connect.
const LONGEST_PAUSE: Duration = Duration::from_secs(1);
/// How often the client asks whether the broker is there. Two without an answer end the connection.
const PING: Duration = Duration::from_secs(3);
/// How long the broker may take to answer.
const ANSWER: Duration = Duration::from_secs(2);
/// How long the broker keeps the last beat of a device that does not come back.
const REMEMBERED: Duration = Duration::from_secs(30 * 24 * 3600);

/// Whether there is a connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Link {
    /// The number of connections so far, this one included.
    Up(u64),
    Down,
}

/// How many messages with data wait in the client of the broker, beside those in the queue of the streams.
const CAPACITY: usize = 16;

/// The broker, connected or not. There are two connections to it, so that beats and openings do not wait behind data.
#[derive(Debug, Clone)]
pub(super) struct Broker {
    /// For packets of streams.
    pub(super) data: Client,
    /// For everything else.
    pub(super) control: Client,
    context: Context,
    pub(super) link: watch::Receiver<Link>,
    both: Arc<Mutex<Both>>,
}

/// Both connections. There is a link while both are there.
#[derive(Debug)]
struct Both {
    state: watch::Sender<Link>,
    up: [bool; 2],
    count: u64,
    /// Why the last attempt to connect has failed.
    why: Option<String>,
}

impl Both {
    fn is(&mut self, which: usize, up: bool) {
        if let Some(one) = self.up.get_mut(which) {
            *one = up;
        }
        if up {
            self.why = None;
        }
        if self.up != [true; 2] {
            self.state.send_replace(Link::Down);
        } else if up {
            self.count += 1;
            self.state.send_replace(Link::Up(self.count));
        }
    }
}

impl Both {
    /// An attempt to connect has failed. Returns the reason if it is new and the person can do something about it.
    fn failed(&mut self, which: usize, why: Reason) -> Option<String> {
        if self.up.get(which) == Some(&true) {
            return None;
        }
        let Reason { text, is_a_setting } = why;
        let is_new = self.why.replace(text.clone()).is_none_or(|before| before != text);
        (is_new && is_a_setting).then_some(text)
    }
}

/// Why there is no connection.
struct Reason {
    text: String,
    /// Whether it stays so until somebody changes a setting.
    is_a_setting: bool,
}

/// What the client says about a failed connection, in words that say what to do. Of a handshake that has failed, it says no
/// more than of a broker that is not there.
fn reason(said: &str, is_encrypted: bool) -> Reason {
    let lower = said.to_lowercase();
    if lower.contains("authorization") || lower.contains("authentication") || lower.contains("nonce") {
        let text = format!("it refuses the user and the password, or the credentials ({said})");
        return Reason { text, is_a_setting: true };
    }
    if is_encrypted && (lower.contains("tls") || lower.contains("io error")) {
        let text = format!(
            "it does not answer, or it is not trusted ({said}): its certificate must be valid now, be for the host in its \
             address, and be from an authority that this machine or DASH_FABRIC_CA names"
        );
        return Reason { text, is_a_setting: true };
    }
    Reason { text: said.to_owned(), is_a_setting: false }
}

/// Why a beat was not taken.
#[derive(Debug)]
pub(super) enum Untaken {
    /// Another beat is the last one.
    NotLast,
    /// The broker does not keep beats yet, or has lost its data.
    NoStream,
    /// It did not answer, or with this error.
    Failed(String),
}

impl Broker {
    /// Begins to connect. `name` is shown by the broker's tools.
    ///
    /// # Errors
    /// If the settings cannot be used. A broker that is not there is no error.
    pub(super) async fn connect(access: &Access, name: &str) -> Result<Self, String> {
        let (state, link) = watch::channel(Link::Down);
        let both = Arc::new(Mutex::new(Both { state, up: [false; 2], count: 0, why: None }));
        let control = Self::client(access, name, &both, 0).await?;
        let data = Self::client(access, name, &both, 1).await?;
        let mut context = match &access.domain {
            Some(domain) => jetstream::with_domain(control.clone(), domain),
            None => jetstream::new(control.clone()),
        };
        context.set_timeout(ANSWER);
        Ok(Self { data, control, context, link, both })
    }

    /// One of both connections.
    async fn client(access: &Access, name: &str, both: &Arc<Mutex<Both>>, which: usize) -> Result<Client, String> {
        let (both, is_encrypted) = (Arc::clone(both), access.is_encrypted());
        let on_event = move |event: Event| {
            match event {
                Event::Connected => lock(&both).is(which, true),
                Event::Disconnected | Event::Closed => lock(&both).is(which, false),
                // A message was dropped: its stream finds the gap.
                Event::SlowConsumer(_) => log::warn(&"messages from the broker come faster than they are read"),
                Event::ServerError(error) => log::warn(&format_args!("the broker reports an error: {error}")),
                Event::ClientError(error) => {
                    let why = reason(&error.to_string(), is_encrypted);
                    if let Some(why) = lock(&both).failed(which, why) {
                        log::warn(&format_args!("the broker cannot be used: {why}"));
                    }
                }
                Event::LameDuckMode | Event::Draining => {}
            }
            std::future::ready(())
        };
        let options = ConnectOptions::new()
            .name(name)
            .retry_on_initial_connect()
            .ping_interval(PING)
            .request_timeout(Some(ANSWER))
            .reconnect_delay_callback(|attempts| {
                let attempts = u32::try_from(attempts).unwrap_or(u32::MAX);
                Duration::from_millis(50).saturating_mul(attempts).min(LONGEST_PAUSE)
            })
            .event_callback(on_event);
        let options = if which == 1 { options.client_capacity(CAPACITY) } else { options };
        let options = access.add_to(options)?;
        options.connect(&access.servers).await.map_err(|error| format!("the broker cannot be used: {error}"))
    }

    /// Sends what the streams have to send.
    pub(super) fn send(&self, mut outgoing: Outbox) {
        let (client, link) = (self.data.clone(), self.link.clone());
        tokio::spawn(async move {
            while let Some((subject, bytes)) = outgoing.next().await {
                // The client would send it after the cut, when nobody expects it any more.
                if *link.borrow() == Link::Down {
                    continue;
                }
                if let Err(error) = client.publish(subject.to_string(), bytes).await {
                    tracing::debug!(%error, "not sent");
                }
            }
        });
    }

    /// Makes the stream that keeps the last beats, if there is none.
    pub(super) async fn prepare(&self) -> Result<(), String> {
        let config = Config {
            name: OWNERS.to_owned(),
            subjects: vec![KEPT.to_owned()],
            max_messages_per_subject: 1,
            max_age: REMEMBERED,
            ..Config::default()
        };
        match self.context.get_or_create_stream(config).await {
            Ok(_) => Ok(()),
            Err(error) => {
                Err(format!("the broker cannot keep what owners say (JetStream, `nats-server -js`): {error}"))
            }
        }
    }

    /// Publishes a beat on the condition that this is the sequence number of the last one. If the broker has taken it, all
    /// relays get it.
    pub(super) async fn publish(&self, name: &Name, beat: &Beat, expected: u64) -> Result<u64, Untaken> {
        let failed = |error: &dyn std::fmt::Display| Untaken::Failed(error.to_string());
        let payload = serde_json::to_vec(beat).map_err(|error| failed(&error))?;
        let mut headers = HeaderMap::new();
        headers.insert(NATS_EXPECTED_LAST_SUBJECT_SEQUENCE, HeaderValue::from(expected));
        let payload = Bytes::from(payload);
        let sent = self.context.publish_with_headers(name.kept(), headers, payload.clone()).await;
        let ack = match sent {
            Ok(ack) => ack.await,
            Err(error) => Err(error),
        };
        let ack = ack.map_err(|error| match error.kind() {
            PublishErrorKind::WrongLastSequence => Untaken::NotLast,
            PublishErrorKind::StreamNotFound => Untaken::NoStream,
            _ => failed(&error),
        })?;
        self.control.publish(name.there(), payload).await.map_err(|error| failed(&error))?;
        Ok(ack.sequence)
    }

    /// Why there is no connection, as far as that is known, for the end of a sentence.
    pub(super) fn why(&self) -> String {
        lock(&self.both).why.as_ref().map(|why| format!(": {why}")).unwrap_or_default()
    }

    /// Tells all relays what the owner says, between two beats that the broker keeps. It is not sent while there is no
    /// connection: the client would send it after the cut.
    pub(super) async fn tell(&self, name: &Name, beat: &Beat) {
        if *self.link.borrow() == Link::Down {
            return;
        }
        // A beat is made of texts and numbers, so it can always be encoded.
        let payload = serde_json::to_vec(beat).unwrap_or_default();
        if let Err(error) = self.control.publish(name.there(), payload.into()).await {
            tracing::debug!(%error, "values were not announced");
        }
    }

    /// The last beat of a name.
    pub(super) async fn last(&self, name: &Name) -> Result<Option<Last>, String> {
        match self.kept(&name.kept()).await? {
            Some((beat, sequence, _)) => Ok(Some(Last { beat, sequence })),
            None => Ok(None),
        }
    }

    /// The last beats of all names, each with its time by the broker's clock.
    pub(super) async fn all_last(&self) -> Result<Vec<(Name, Beat, SystemTime)>, String> {
        let stream = self.context.get_stream(OWNERS).await.map_err(|error| error.to_string())?;
        let mut subjects = stream.info_with_subjects(KEPT).await.map_err(|error| error.to_string())?;
        let mut all = Vec::new();
        while let Some((subject, _)) = subjects.try_next().await.map_err(|error| error.to_string())? {
            let Some(name) = Name::of_beat(&subject) else { continue };
            if let Some((beat, _, time)) = self.kept(&subject).await? {
                all.push((name, beat, time));
            }
        }
        Ok(all)
    }

    async fn kept(&self, subject: &str) -> Result<Option<(Beat, u64, SystemTime)>, String> {
        let stream = self.context.get_stream_no_info(OWNERS).await.map_err(|error| error.to_string())?;
        match stream.get_last_raw_message_by_subject(subject).await {
            Ok(message) => {
                let beat = serde_json::from_slice(&message.payload);
                let beat = beat.map_err(|error| format!("what {subject} has is not from an owner: {error}"))?;
                Ok(Some((beat, message.sequence, message.time.into())))
            }
            Err(error) => match error.kind() {
                LastRawMessageErrorKind::NoMessageFound => Ok(None),
                // Somebody has removed the stream.
                LastRawMessageErrorKind::JetStream(error) if error.code() == 404 => Ok(None),
                _ => Err(error.to_string()),
            },
        }
    }
}
