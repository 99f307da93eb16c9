//! The connection to the broker: NATS with JetStream. It connects again by itself, for ever.

use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, SystemTime},
};

use async_nats::{
    Client, ConnectOptions, Event, HeaderMap, HeaderValue, ServerAddr,
    header::NATS_EXPECTED_LAST_SUBJECT_SEQUENCE,
    jetstream::{
        self, Context,
        context::PublishErrorKind,
        stream::{Config, LastRawMessageErrorKind},
    },
};
use bytes::Bytes;
use futures_util::TryStreamExt as _;
use tokio::sync::{mpsc, watch};

use super::{
    lease::Last,
    stream::Outgoing,
    words::{Beat, KEPT, Name, OWNERS},
};
use crate::words::log;

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

/// The broker, connected or not.
#[derive(Debug, Clone)]
pub(super) struct Broker {
    pub(super) client: Client,
    context: Context,
    pub(super) link: watch::Receiver<Link>,
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

/// Reads the addresses of one or several servers, with commas between them.
///
/// # Errors
/// Why they are none.
pub(super) fn servers(text: &str) -> Result<Vec<ServerAddr>, String> {
    let server = |address: &str| {
        let read: Result<ServerAddr, _> = address.trim().parse();
        // Without the address, which may have a password.
        let server = read.map_err(|_| "it is no address".to_owned())?;
        if server.is_websocket() {
            return Err("it begins with `ws`, and WebSockets to the broker are not supported".to_owned());
        }
        if server.host().is_empty() { Err("it has no host".to_owned()) } else { Ok(server) }
    };
    text.split(',').map(server).collect::<Result<Vec<_>, _>>().map_err(|why| {
        format!("the address of the broker cannot be used, because {why}. Write `nats://host:4222`, or `tls://user:password@host`")
    })
}

/// Reads the name of a JetStream domain.
///
/// # Errors
/// Why it is none.
pub(super) fn domain(text: &str) -> Result<&str, String> {
    let is_letter = |letter: u8| letter.is_ascii_alphanumeric() || b"-_".contains(&letter);
    match !text.is_empty() && text.bytes().all(is_letter) {
        true => Ok(text),
        false => Err(format!("`{text}` is not a JetStream domain: it has letters from a to z, digits, `-` and `_`")),
    }
}

impl Broker {
    /// Begins to connect. `domain` is the JetStream domain of the broker, if it has one. `name` is shown by the broker's
    /// tools.
    ///
    /// # Errors
    /// If the settings cannot be used. A broker that is not there is no error.
    pub(super) async fn connect(servers: Vec<ServerAddr>, domain: Option<&str>, name: &str) -> Result<Self, String> {
        let (state, link) = watch::channel(Link::Down);
        let (state, count) = (Arc::new(state), AtomicU64::new(0));
        let on_event = move |event: Event| {
            match event {
                Event::Connected => _ = state.send_replace(Link::Up(count.fetch_add(1, Ordering::Relaxed) + 1)),
                Event::Disconnected | Event::Closed => _ = state.send_replace(Link::Down),
                // A message was dropped: its stream finds the gap.
                Event::SlowConsumer(_) => log::warn(&"messages from the broker come faster than they are read"),
                Event::ServerError(error) => log::warn(&format_args!("the broker reports an error: {error}")),
                Event::ClientError(error) => tracing::debug!(%error, "connection to the broker"),
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
        let client = options.connect(servers).await.map_err(|error| format!("the broker cannot be used: {error}"))?;
        let mut context = match domain {
            Some(domain) => jetstream::with_domain(client.clone(), domain),
            None => jetstream::new(client.clone()),
        };
        context.set_timeout(ANSWER);
        Ok(Self { client, context, link })
    }

    /// Sends what the streams have to send.
    pub(super) fn send(&self, mut outgoing: mpsc::UnboundedReceiver<Outgoing>) {
        let (client, link) = (self.client.clone(), self.link.clone());
        tokio::spawn(async move {
            while let Some((subject, bytes)) = outgoing.recv().await {
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
        self.client.publish(name.there(), payload).await.map_err(|error| failed(&error))?;
        Ok(ack.sequence)
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_address_of_a_broker_is_read_and_a_wrong_one_is_named_without_its_password() {
        for good in ["nats://127.0.0.1:4222", "broker.local", "tls://me:secret@hub", "nats://a, nats://b"] {
            assert!(servers(good).is_ok(), "{good}");
        }
        for bad in ["", "http://me:secret@hub", "nats://", "ws://hub", "nats://a:x"] {
            let why = servers(bad).unwrap_err();
            assert!(why.contains("nats://host:4222") && !why.contains("secret"), "{bad}: {why}");
        }
    }
}
