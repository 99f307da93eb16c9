//! Subscriptions to changes, as server-sent events.
//!
//! There is no queue here either. When the connection can take an event, it is made from everything that is newer than
//! the last event. A slow client gets fewer events, with only the newest values.

use std::{
    collections::{BTreeMap, BTreeSet},
    convert::Infallible,
    sync::Arc,
};

use axum::{
    Extension,
    body::Body,
    extract::State,
    http::{HeaderMap, HeaderName, Uri},
    response::Response,
};
use bytes::Bytes;
use futures_util::stream;
use serde::Serialize;
use serde_json::value::RawValue;
use tokio::{
    sync::{mpsc, watch},
    time::{sleep, timeout},
};

use super::{event_stream, raw, response::Denied};
use crate::{
    client::Peer,
    engine::{Engine, requests::Asking, rights::View},
    numbers::PropNo,
    prop::Kind,
    protocol::client::Refusal,
    rights::User,
    server::{
        driver::Driver,
        ended,
        hosts::{Asked, only},
        identity::{Identity, Visitor},
        quota::Place,
        socket,
        state::Running,
    },
};

/// The last event that a reconnecting client got. `EventSource` sends it by itself.
const LAST_EVENT_ID: HeaderName = HeaderName::from_static("last-event-id");

/// `GET /api/subscribe?prop=level.value&prop=readout.text`.
pub(super) async fn subscribe(
    State(running): State<Arc<Running>>,
    Visitor(user): Visitor,
    Extension(asked): Extension<Asked>,
    uri: Uri,
    headers: HeaderMap,
) -> Result<Response, Denied> {
    let props = named(&running, &user, &uri)?;
    let last = only(&headers, &LAST_EVENT_ID).map_err(|(_, why)| Denied::malformed(why))?;
    let from = running.driver.with_engine(|engine| last.and_then(|id| revision_of(engine, id)).unwrap_or(0));
    let place = running.seat(asked.client).map_err(|_| Denied::sockets())?;
    if !place.is_for_anybody() {
        place.refuse();
        return Err(Denied::sockets());
    }
    let (events, body) = mpsc::channel(1);
    let subscription = Subscription {
        published: running.driver.published(),
        driver: running.driver.clone(),
        ending: running.ending.subscribe(),
        view: running.driver.with_engine(|engine| engine.view_for(&user)),
        peer: socket::peer(&headers, &asked, user, &running.kept),
        identity: Arc::clone(&running.identity),
        props,
        from,
        events,
        _watching: Watching::begin(running.driver.clone()),
        _place: place,
    };
    running.driver.runtime().spawn(subscription.run());
    let body = stream::unfold(body, |mut body| async {
        let event = body.recv().await?;
        Some((Ok::<_, Infallible>(event), body))
    });
    Ok(event_stream(Body::from_stream(body)))
}

/// The properties that the query names.
fn named(running: &Running, user: &User, uri: &Uri) -> Result<BTreeSet<PropNo>, Denied> {
    let mut props = BTreeSet::new();
    for (key, name) in form_urlencoded::parse(uri.query().unwrap_or_default().as_bytes()) {
        if key != "prop" {
            return Err(Denied::malformed(format!("there is no parameter {key:?}, only `prop`")));
        }
        let no = running.driver.with_engine(|engine| engine.find_for(Some(user), &name));
        let no = no.ok_or_else(|| Denied::unknown(&name))?;
        let prop = &running.plan.prop(no);
        if running.plan.is_own(no) {
            return Err(Denied::from(Refusal::Private(prop.name())));
        }
        running.driver.with_engine(|engine| engine.slot_for(&Asking::default(), no).map(|_| ()))?;
        if prop.info.kind == Kind::Event {
            return Err(Denied::malformed(format!("{name} is an event: it has no value to subscribe to")));
        }
        props.insert(no);
    }
    if props.is_empty() {
        return Err(Denied::malformed("name properties: ?prop=level.value&prop=readout.text"));
    }
    Ok(props)
}

/// The revision in an event's id, if it belongs to this run of the program.
fn revision_of(engine: &Engine, id: &str) -> Option<u64> {
    let (epoch, rev) = id.rsplit_once('-')?;
    rev.parse().ok().filter(|rev| epoch == engine.epoch() && *rev <= engine.rev())
}

/// One subscription.
struct Subscription {
    driver: Driver,
    published: watch::Receiver<u64>,
    ending: watch::Receiver<bool>,
    props: BTreeSet<PropNo>,
    /// What the sender sees of them.
    view: View,
    peer: Peer,
    identity: Arc<Identity>,
    /// Everything up to this revision was sent.
    from: u64,
    events: mpsc::Sender<Bytes>,
    _watching: Watching,
    _place: Place,
}

/// While this exists, the dashboard counts as watched, so callbacks with `when = watched` run.
struct Watching(Driver);

impl Watching {
    fn begin(driver: Driver) -> Self {
        driver.event(|engine, now, fx| engine.add_viewer(now, fx));
        Self(driver)
    }
}

impl Drop for Watching {
    fn drop(&mut self) {
        self.0.event(|engine, _, _| engine.remove_viewer());
    }
}

/// The changes, by the names of the properties.
#[derive(Serialize)]
struct Event {
    rev: u64,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    values: BTreeMap<String, Box<RawValue>>,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    streams: BTreeMap<String, Items>,
    /// The reason why a value is bad, or `null` when it is good again.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    quality: BTreeMap<String, Option<String>>,
}

/// New items of a stream.
#[derive(Serialize)]
struct Items {
    items: Box<RawValue>,
    /// Whether the items replace the previous ones, because some in between are no longer available.
    replace: bool,
}

impl Subscription {
    async fn run(self) {
        let (identity, peer) = (Arc::clone(&self.identity), self.peer.clone());
        tokio::select! {
            () = self.send() => {}
            () = identity.left(&peer) => {}
        }
    }

    async fn send(mut self) {
        let limits = self.driver.with_engine(|engine| engine.limits().clone());
        loop {
            // A client that takes no event for this time is disconnected, as over a socket.
            let Ok(Ok(permit)) = timeout(limits.write_time, self.events.clone().reserve_owned()).await else { return };
            // Marked as seen before the engine is read, so that a value that is published in between is not missed.
            self.published.borrow_and_update();
            if let Some(event) = self.news() {
                permit.send(event);
                continue;
            }
            tokio::select! {
                () = ended(&mut self.ending) => return,
                () = self.events.closed() => return,
                changed = self.published.changed() => if changed.is_err() { return },
                // A comment. It keeps proxies from closing an idle connection, and fails if the connection is broken.
                () = sleep(limits.silence / 2) => { permit.send(Bytes::from_static(b":\n\n")); }
            }
        }
    }

    /// Everything that is new, as one event.
    fn news(&mut self) -> Option<Bytes> {
        let from = self.from;
        let mut event = Event { rev: 0, values: BTreeMap::new(), streams: BTreeMap::new(), quality: BTreeMap::new() };
        let id = self.driver.with_engine(|engine| {
            for &no in &self.props {
                let (slot, name) = (engine.shown_or_start(None, no), || engine.name_of(no));
                if slot.value().is_some()
                    && slot.rev() > from
                    && let Some(json) = engine.plan().value_json(self.view, no, &slot)
                {
                    event.values.insert(name(), raw(json));
                }
                if let Some((items, replace)) = slot.items_since(from, self.view) {
                    event.streams.insert(name(), Items { items: raw(items), replace });
                }
                if let Some(bad) = slot.quality_since(from) {
                    event.quality.insert(name(), bad.map(str::to_owned));
                }
            }
            event.rev = engine.rev();
            format!("{}-{}", engine.epoch(), event.rev)
        });
        self.from = event.rev;
        if event.values.is_empty() && event.streams.is_empty() && event.quality.is_empty() {
            return None;
        }
        // JSON has line breaks only in strings, where they are escaped, so one `data` line is enough.
        let data = serde_json::to_string(&event).ok()?;
        Some(Bytes::from(format!("id: {id}\ndata: {data}\n\n")))
    }
}
