//! The side of the owner: it keeps the lease on its name, and serves the streams of relays with the routes of the
//! dashboard.
//!
//! Two tasks. One keeps the lease, and says whether it is held. The other one answers relays while it is.

use std::{
    collections::HashMap,
    sync::Arc,
    time::{Duration, SystemTime},
};

use async_nats::{Message, Subject};
use axum::http::Extensions;
use bytes::Bytes;
use futures_util::StreamExt as _;
use serde_json::json;
use tokio::{
    sync::{mpsc, watch},
    time::{Instant, MissedTickBehavior, interval, sleep_until, timeout},
};

use super::{
    Relayed,
    announce::Announcing,
    broker::{Broker, Link, Untaken},
    lease::{Lease, Step},
    relaying::HERE_EACH,
    stream::Streams,
    words::{Beat, HERE, Name, Open, Opened, VERSION, Way, here_in, number_in},
};
use crate::{
    engine::fleet::Announced,
    server::{
        accept::{self, Door},
        driver::Driver,
        ended,
    },
    words::{log, network::Network},
};

/// How many beats an owner sends during its lease. So two may be lost.
const BEATS_PER_LEASE: u32 = 3;
/// The shortest and the longest lease.
const LEASES: (Duration, Duration) = (Duration::from_millis(100), Duration::from_secs(3_600));
/// For how many leases a relay may be silent, and for how many of its messages at least.
const SILENT: u32 = 3;
/// How many answers to relays wait to be sent. A relay that gets none asks no more after its own time.
const ANSWERS: usize = 64;
/// How long the last beat of a program that ends may take.
const GOODBYE: Duration = Duration::from_millis(300);

/// What the owner says about its relays.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Tenure {
    /// Relays can reach it until then, unless the lease is renewed.
    Held { link: Arc<str>, until: Instant },
    /// Relays cannot reach it, since then.
    CutOff { since: SystemTime, why: Arc<str> },
    /// Another program has the name.
    Refused { since: SystemTime, why: Arc<str> },
}

impl Tenure {
    /// For `/health`.
    pub(crate) fn report(&self) -> serde_json::Value {
        let (status, since, why) = match self {
            Self::Held { .. } => return json!({ "status": "ok" }),
            Self::CutOff { since, why } => ("relays cut off", since, why),
            Self::Refused { since, why } => ("refused", since, why),
        };
        let seconds = since.elapsed().unwrap_or_default().as_secs();
        json!({ "status": status, "for_s": seconds, "why": &**why })
    }
}

/// What relays must know of the page.
#[derive(Debug, Clone)]
pub(in crate::server) struct OfPage {
    pub(in crate::server) title: String,
    /// Its schema for people who have not said who they are, if relays can answer those that only watch.
    pub(in crate::server) watch: Option<String>,
    /// The schemas of the documents that such people get.
    pub(in crate::server) documents: Vec<String>,
}

/// The owner of a device.
pub(super) struct Owner {
    pub(super) broker: Broker,
    pub(super) name: Name,
    pub(super) page: OfPage,
    /// The run of the program.
    pub(super) run: String,
    pub(super) tenure: watch::Sender<Tenure>,
    pub(super) drivers: Vec<Driver>,
    /// Its values in the lists of relays.
    pub(super) announcing: Announcing,
    pub(super) door: Arc<Door>,
}

impl Owner {
    /// Runs both tasks. They end with the server.
    pub(super) async fn run(self) {
        let (run, page, lease, values) = (self.run.clone(), self.page.clone(), self.lease(), self.announcing.clone());
        let beat_of = move |link: &str| beat(&run, &page, lease, link, values.values());
        let (broker, name) = (self.broker.clone(), self.name.clone());
        let served = tokio::spawn(serve(
            broker.clone(),
            name.clone(),
            beat_of.clone(),
            self.tenure.subscribe(),
            Arc::clone(&self.door),
        ));
        let announce = async move |link: &str| broker.tell(&name, &beat_of(link)).await;
        let announced = tokio::spawn(self.announcing.clone().run(self.tenure.subscribe(), announce));
        let mut shutdown = self.door.shutdown.clone();
        tokio::select! {
            () = self.keep_lease() => {}
            () = ended(&mut shutdown) => {}
        }
        served.abort();
        announced.abort();
        self.say_goodbye().await;
    }

    fn beat(&self, link: &str) -> Beat {
        beat(&self.run, &self.page, self.lease(), link, self.announcing.values())
    }

    fn lease(&self) -> Duration {
        self.door.limits.lease.clamp(LEASES.0, LEASES.1)
    }

    /// Relays know at once that the program has ended, and so does the next owner.
    async fn say_goodbye(&self) {
        let Tenure::Held { link, .. } = self.tenure.borrow().clone() else { return };
        let goodbye = async {
            if let Ok(Some(last)) = self.broker.last(&self.name).await
                && last.beat.run == self.run
            {
                let last_beat = Beat { gone: true, ..self.beat(&link) };
                let _ = self.broker.publish(&self.name, &last_beat, last.sequence).await;
            }
        };
        let _ = timeout(GOODBYE, goodbye).await;
    }

    async fn keep_lease(&self) {
        let start = Instant::now();
        let mut lease = Lease::new(self.run.clone(), self.lease());
        let mut broker_link = self.broker.link.clone();
        let mut tick = interval(self.lease() / BEATS_PER_LEASE);
        // Beats that could not be sent are not made up for.
        tick.set_missed_tick_behavior(MissedTickBehavior::Delay);
        tick.reset();
        let mut cut = Cut::No;
        loop {
            let up = match *broker_link.borrow_and_update() {
                Link::Up(number) => Some(number),
                Link::Down => None,
            };
            match up {
                Some(number) => {
                    let link: Arc<str> = format!("{}-{number}", self.run).into();
                    tokio::select! {
                        biased;
                        // The beat may have been taken. Then the next one finds it.
                        changed = broker_link.changed() => {
                            if changed.is_err() {
                                return;
                            }
                            continue;
                        }
                        () = self.renew(&mut lease, start, &link) => {}
                    }
                }
                None => self.cut_off(&format!("there is no connection to the broker{}", self.broker.why())),
            }
            let has_ended = lease.held_until(start.elapsed()).is_none();
            if has_ended && matches!(*self.tenure.borrow(), Tenure::Held { .. }) {
                self.cut_off("the broker does not answer");
            }
            self.tell(&mut cut);
            tokio::select! {
                changed = broker_link.changed() => if changed.is_err() { return },
                _ = tick.tick() => {}
            }
        }
    }

    /// Publishes the next beat, if this program may.
    async fn renew(&self, lease: &mut Lease, start: Instant, link: &Arc<str>) {
        let beat = self.beat(link);
        let mut expected = lease.own();
        // At most: the own sequence number is not the last, nothing is kept, and then the beat is taken.
        for _ in 0..3 {
            let next = match expected.take() {
                Some(own) => own,
                None => match self.broker.last(&self.name).await {
                    Ok(last) => match lease.look(start.elapsed(), last.as_ref()) {
                        Step::Publish(expected) => expected,
                        Step::Wait => return self.refused(),
                    },
                    Err(why) => {
                        let why =
                            format!("the broker does not tell who the owner is (JetStream, `nats-server -js`): {why}");
                        return self.failed(lease, start, &why);
                    }
                },
            };
            let sent = start.elapsed();
            match self.broker.publish(&self.name, &beat, next).await {
                Ok(sequence) => {
                    lease.published(sent, sequence);
                    let until = start + sent + self.lease();
                    let before = self.tenure.send_replace(Tenure::Held { link: Arc::clone(link), until });
                    if !matches!(before, Tenure::Held { .. }) {
                        tracing::info!("relays can reach this program as {}", self.name);
                    }
                    return;
                }
                Err(Untaken::NotLast) => {}
                Err(Untaken::NoStream) => {
                    if let Err(why) = self.broker.prepare().await {
                        return self.failed(lease, start, &why);
                    }
                }
                Err(Untaken::Failed(why)) => {
                    let why = format!("the broker has not taken what the owner says: {why}");
                    return self.failed(lease, start, &why);
                }
            }
        }
    }

    /// A beat was not taken. As long as the lease is held, the next one may be.
    fn failed(&self, lease: &Lease, start: Instant, why: &str) {
        if lease.held_until(start.elapsed()).is_none() {
            self.cut_off(why);
        } else {
            tracing::debug!(why, "a beat was not taken");
        }
    }

    fn cut_off(&self, why: &str) {
        self.tenure.send_if_modified(|tenure| {
            if matches!(tenure, Tenure::CutOff { why: before, .. } if **before == *why) {
                return false;
            }
            let since = match tenure {
                Tenure::CutOff { since, .. } => *since,
                _ => SystemTime::now(),
            };
            *tenure = Tenure::CutOff { since, why: why.into() };
            true
        });
    }

    fn refused(&self) {
        self.tenure.send_if_modified(|tenure| {
            if matches!(tenure, Tenure::Refused { .. }) {
                return false;
            }
            let why = format!(
                "another program is the owner of {name}: give each device its own name. This program takes the name when the \
                 other one has ended, or was silent for its lease",
                name = self.name
            );
            *tenure = Tenure::Refused { since: SystemTime::now(), why: why.into() };
            true
        });
    }

    /// Tells the log, and the people at the pages of this server, once per cut. A short cut is not told. The pages of relays
    /// have no connection then.
    fn tell(&self, cut: &mut Cut) {
        let why = match &*self.tenure.borrow() {
            Tenure::Held { .. } => return *cut = Cut::No,
            Tenure::CutOff { why, .. } | Tenure::Refused { why, .. } => Arc::clone(why),
        };
        match *cut {
            Cut::No => *cut = Cut::Since(Instant::now()),
            Cut::Since(since) if since.elapsed() >= self.lease() => {
                *cut = Cut::Told;
                log::warn(&format_args!(
                    "relays cannot reach this program as {}: {why}. Everything else goes on",
                    self.name
                ));
                for driver in &self.drivers {
                    let text = "Relays are cut off: pages that are not at this address show no new values.";
                    driver.event(|engine, _, fx| engine.message_to_all(text, fx));
                }
            }
            Cut::Since(_) | Cut::Told => {}
        }
    }
}

/// Since when relays cannot reach the program, and whether that was told.
enum Cut {
    No,
    Since(Instant),
    Told,
}

fn beat(run: &str, page: &OfPage, lease: Duration, link: &str, values: Vec<Announced>) -> Beat {
    let lease_ms = u64::try_from(lease.as_millis()).unwrap_or(u64::MAX);
    let ([run, link], OfPage { title, watch, documents }) = ([run, link].map(str::to_owned), page.clone());
    Beat { run, link, title, protocol: VERSION, lease_ms, gone: false, watch, documents, values }
}

/// Serves the streams of relays, while the lease is held.
async fn serve(
    broker: Broker,
    name: Name,
    beat_of: impl Fn(&str) -> Beat,
    mut tenure: watch::Receiver<Tenure>,
    door: Arc<Door>,
) {
    let (streams, outgoing) = Streams::new();
    broker.send(outgoing);
    let answers = answers(&broker);
    loop {
        let held = tenure.borrow_and_update().clone();
        let Tenure::Held { link, mut until } = held else {
            if tenure.changed().await.is_err() {
                return;
            }
            continue;
        };
        let Broker { data, control, .. } = &broker;
        let Ok(mut packets) = data.subscribe(Way::Up.all(&link)).await else { return };
        // The broker knows it before a relay can ask, over the other connection.
        if data.flush().await.is_err() {
            return;
        }
        let subscribed = tokio::try_join!(control.subscribe(name.open()), control.subscribe(HERE));
        let Ok((mut openings, mut heres)) = subscribed else { return };
        // When the relays that have streams have said something.
        let mut relays: HashMap<String, Instant> = HashMap::new();
        let lease = beat_of(&link).lease();
        let longest = lease.max(HERE_EACH).saturating_mul(SILENT);
        let mut look = interval(lease / BEATS_PER_LEASE);
        // Until the lease is lost, or held over another connection.
        loop {
            tokio::select! {
                biased;
                changed = tenure.changed() => {
                    if changed.is_err() {
                        return;
                    }
                    match &*tenure.borrow_and_update() {
                        Tenure::Held { link: same, until: later } if *same == link => until = *later,
                        _ => break,
                    }
                }
                // The process may have stood still, so that nobody has looked after the lease.
                () = sleep_until(until) => break,
                packet = packets.next() => match packet {
                    Some(packet) => {
                        if let Some(number) = number_in(&packet.subject) {
                            streams.receive(number, &packet.payload);
                        }
                    }
                    None => break,
                },
                opening = openings.next() => match opening {
                    Some(opening) => {
                        if let Some(relay) = answer(&answers, &streams, &beat_of(&link), &name, &door, &opening) {
                            relays.insert(relay, Instant::now());
                        }
                    }
                    None => break,
                },
                here = heres.next() => match here {
                    Some(here) => {
                        if let Some(heard) = here_in(&here.subject).and_then(|relay| relays.get_mut(relay)) {
                            *heard = Instant::now();
                        }
                    }
                    None => break,
                },
                _ = look.tick() => {
                    for (relay, _) in relays.extract_if(|_, heard| heard.elapsed() >= longest) {
                        streams.cut(Some(&relay), "the relay is silent");
                    }
                },
            }
        }
        streams.cut(None, "relays are cut off");
        let is_the_same = *tenure.borrow() == Tenure::Held { link, until };
        if is_the_same && tenure.changed().await.is_err() {
            return;
        }
    }
}

/// Sends answers to relays. Who has an answer does not wait for the broker.
fn answers(broker: &Broker) -> mpsc::Sender<(Subject, Bytes)> {
    let (answers, mut waiting) = mpsc::channel::<(Subject, Bytes)>(ANSWERS);
    let control = broker.control.clone();
    tokio::spawn(async move {
        while let Some((reply, answer)) = waiting.recv().await {
            if let Err(error) = control.publish(reply, answer).await {
                tracing::debug!(%error, "a relay was not answered");
            }
        }
    });
    answers
}

/// Answers a relay that asks for a stream. Returns the link of a relay that has got one.
fn answer(
    answers: &mpsc::Sender<(Subject, Bytes)>,
    streams: &Arc<Streams>,
    beat: &Beat,
    name: &Name,
    door: &Arc<Door>,
    message: &Message,
) -> Option<String> {
    let reply = message.reply.clone()?;
    let place = answers.try_reserve().ok()?;
    let mut relay = None;
    let answer = match serde_json::from_slice::<Open>(&message.payload) {
        Ok(open) if open.protocol == VERSION => match Way::Down.parse(&open.down) {
            Some((link, _)) => {
                let opening = streams.begin();
                let subject = Way::Up.one(&beat.link, opening.number);
                let stream = opening.open(link, open.down.as_str())?;
                let first = stream.begins_with(open.first());
                relay = Some(link.to_owned());
                tokio::spawn(speak(stream, open.asked(name), Arc::clone(door)));
                Opened::Up { subject, beat: beat.clone(), first }
            }
            None => Opened::Refused(format!("`{}` is not the subject of a stream to a relay", open.down)),
        },
        Ok(open) => Opened::Refused(format!(
            "the relay speaks version {} of the protocol between relays and owners, and this device version {VERSION}: \
             update the older of them",
            open.protocol
        )),
        Err(error) => Opened::Refused(format!("the relay has asked in an unknown way: {error}")),
    };
    // It is made of texts, so it can always be encoded.
    let answer = serde_json::to_vec(&answer).unwrap_or_default();
    place.send((reply, answer.into()));
    relay
}

/// Serves one stream like a connection from the client that the relay names.
async fn speak(stream: super::stream::Stream, asked: super::Asked, door: Arc<Door>) {
    let network = asked.client.map(Network::from);
    // The relay gives up after the same time at the latest.
    let connection = match timeout(door.limits.header_time, door.connections.take(network)).await {
        Ok(Ok(connection)) => connection,
        Err(_) => return,
        Ok(Err(full)) => return door.meter.told_full(full, asked.client, "connections"),
    };
    let relayed = Relayed(asked);
    let mark = move |extensions: &mut Extensions| _ = extensions.insert(relayed.clone());
    accept::speak(door.limited(stream), door.router.clone(), &connection, &door, mark).await;
}
