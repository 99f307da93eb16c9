//! The connection to the broker: NATS with JetStream. It connects again by itself, for ever.

use std::{
    net::IpAddr,
    sync::{Arc, Mutex},
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
use tokio::sync::watch;

use super::{
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
}

/// Both connections. There is a link while both are there.
#[derive(Debug)]
struct Both {
    state: watch::Sender<Link>,
    up: [bool; 2],
    count: u64,
}

impl Both {
    fn is(&mut self, which: usize, up: bool) {
        if let Some(one) = self.up.get_mut(which) {
            *one = up;
        }
        if self.up != [true; 2] {
            self.state.send_replace(Link::Down);
        } else if up {
            self.count += 1;
            self.state.send_replace(Link::Up(self.count));
        }
    }
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

/// The user and the password in the addresses, or a token: the first ones, since all are servers of one broker.
fn credentials(servers: &[ServerAddr]) -> Option<(String, Option<String>)> {
    let (user, password) = servers.iter().find_map(|server| Some((server.username()?, server.password())))?;
    Some((decoded(user), password.map(decoded)))
}

/// A part of an address without its percent-encoding. A plus sign is one.
fn decoded(part: &str) -> String {
    let value = format!("={}", part.replace('+', "%2B").replace('&', "%26"));
    form_urlencoded::parse(value.as_bytes()).map(|(_, part)| part.into_owned()).collect()
}

/// Warns of brokers on other machines that anybody on the way can use, because the address has no TLS or no user. Whoever can
/// use the broker can move the devices.
pub(super) fn warn_of(servers: &[ServerAddr]) {
    for server in servers {
        if let Some(why) = unguarded(server) {
            log::warn(&why);
        }
    }
}

fn unguarded(server: &ServerAddr) -> Option<String> {
    let host = server.host();
    let is_here = host == "localhost" || host.trim_matches(['[', ']']).parse().is_ok_and(|ip: IpAddr| ip.is_loopback());
    let (what, danger) = match (is_here, server.tls_required(), server.has_user_pass()) {
        (true, _, _) | (_, true, true) => return None,
        (_, true, false) => ("no user", "anybody who reaches it can use every device"),
        (_, false, true) => ("no TLS", "anybody on the way can read and change everything, also the password"),
        (_, false, false) => ("no TLS and no user", "anybody on the way or who reaches it can use every device"),
    };
    Some(format!(
        "the address of the broker at {host} has {what}: {danger}. Write `tls://user:password@host`, or use it only in a network \
         that you trust"
    ))
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
        let both = Arc::new(Mutex::new(Both { state, up: [false; 2], count: 0 }));
        let control = Self::client(servers.clone(), name, &both, 0).await?;
        let data = Self::client(servers, name, &both, 1).await?;
        let mut context = match domain {
            Some(domain) => jetstream::with_domain(control.clone(), domain),
            None => jetstream::new(control.clone()),
        };
        context.set_timeout(ANSWER);
        Ok(Self { data, control, context, link })
    }

    /// One of both connections.
    async fn client(
        servers: Vec<ServerAddr>,
        name: &str,
        both: &Arc<Mutex<Both>>,
        which: usize,
    ) -> Result<Client, String> {
        let both = Arc::clone(both);
        let on_event = move |event: Event| {
            match event {
                Event::Connected => lock(&both).is(which, true),
                Event::Disconnected | Event::Closed => lock(&both).is(which, false),
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
        let options = if which == 1 { options.client_capacity(CAPACITY) } else { options };
        // The client does not read them from the address.
        let options = match credentials(&servers) {
            Some((user, Some(password))) => options.user_and_password(user, password),
            Some((token, None)) => options.token(token),
            None => options,
        };
        options.connect(servers).await.map_err(|error| format!("the broker cannot be used: {error}"))
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

    /// Fault: the client of the broker leaves the user in the address out, so no broker with users could be used.
    #[test]
    fn fault_the_user_and_the_password_in_an_address_were_not_used() {
        for (address, user, password) in [
            ("tls://me:secret@hub", "me", Some("secret")),
            ("nats://a, nats://me:a%40b+c&d=e%20f@b", "me", Some("a@b+c&d=e f")),
            ("nats://s3cret@hub", "s3cret", None),
        ] {
            let read = credentials(&servers(address).unwrap());
            assert_eq!(read, Some((user.to_owned(), password.map(str::to_owned))), "{address}");
        }
        assert_eq!(credentials(&servers("nats://hub").unwrap()), None);
    }

    /// Fault: the broker of the guide was open to the network, and nobody said so.
    #[test]
    fn a_broker_on_another_machine_without_tls_or_a_user_is_warned_of() {
        let why = |address: &str| unguarded(&servers(address).unwrap()[0]);
        for good in ["nats://127.0.0.1", "localhost", "nats://[::1]:4222", "nats://127.1.2.3", "tls://me:secret@hub"] {
            assert_eq!(why(good), None, "{good}");
        }
        for (bad, what) in [
            ("nats://hub", "no TLS and no user"),
            ("hub", "no TLS and no user"),
            ("nats://me:secret@hub", "no TLS"),
            ("tls://192.168.1.7", "no user"),
            ("nats://localhost.example.org", "no TLS and no user"),
        ] {
            let why = why(bad).unwrap();
            assert!(why.contains(&format!("has {what}: ")) && !why.contains("secret"), "{bad}: {why}");
        }
    }
}
