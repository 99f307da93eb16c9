//! Changes as they come: server-sent events.
//!
//! There is no queue here either. When the connection can take an event, it is made of everything that is newer than the
//! last one; who is slow gets fewer, and each value once.

use std::{
    collections::{BTreeMap, BTreeSet},
    convert::Infallible,
    sync::Arc,
};

use axum::{
    body::Body,
    extract::State,
    http::{HeaderMap, HeaderName, HeaderValue, Uri, header},
    response::{IntoResponse, Response},
};
use bytes::Bytes;
use futures_util::stream;
use serde::Serialize;
use serde_json::value::RawValue;
use tokio::{
    sync::{OwnedSemaphorePermit, mpsc, watch},
    time::{sleep, timeout},
};

use super::{answer::Denied, raw};
use crate::{
    engine::Engine,
    numbers::PropNo,
    prop::Kind,
    protocol::client::Refusal,
    server::{driver::Driver, ended, guard::only, routes::Running},
};
/// Where somebody was who comes back. `EventSource` sends it by itself.
const LAST_EVENT_ID: HeaderName = HeaderName::from_static("last-event-id");

/// `GET /api/subscribe?prop=level.value&prop=readout.text`.
pub(super) async fn subscribe(
    State(running): State<Arc<Running>>,
    uri: Uri,
    headers: HeaderMap,
) -> Result<Response, Denied> {
    let props = named(&running, &uri)?;
    let last = only(&headers, &LAST_EVENT_ID).map_err(|(_, why)| Denied::malformed(why))?;
    let from = running.driver.with_engine(|engine| last.and_then(|id| place(engine, id)).unwrap_or(0));
    let permit = Arc::clone(&running.sockets).try_acquire_owned().map_err(|_| Denied::sockets())?;
    let (events, body) = mpsc::channel(1);
    let subscription = Subscription {
        published: running.driver.published(),
        driver: running.driver.clone(),
        ending: running.ending.subscribe(),
        props,
        from,
        events,
        _look: Look::begin(running.driver.clone()),
        _permit: permit,
    };
    running.driver.runtime().spawn(subscription.live());
    let body = stream::unfold(body, |mut body| async {
        let event = body.recv().await?;
        Some((Ok::<_, Infallible>(event), body))
    });
    let mut response = Body::from_stream(body).into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("text/event-stream"));
    // A proxy that collects answers before it passes them on would pass on nothing, ever.
    headers.insert("x-accel-buffering", HeaderValue::from_static("no"));
    Ok(response)
}

/// The properties that the query names.
fn named(running: &Running, uri: &Uri) -> Result<BTreeSet<PropNo>, Denied> {
    let mut props = BTreeSet::new();
    for (key, name) in form_urlencoded::parse(uri.query().unwrap_or_default().as_bytes()) {
        if key != "prop" {
            return Err(Denied::malformed(format!("there is no parameter {key:?}, only `prop`")));
        }
        let no = running.driver.with_engine(|engine| engine.find_named(&name)).ok_or_else(|| Denied::unknown(&name))?;
        let prop = &running.plan.prop(no);
        if running.plan.is_own(no) {
            return Err(Denied::from(Refusal::Private(prop.name())));
        }
        running.driver.with_engine(|engine| engine.slot_for(None, no).map(|_| ()))?;
        if prop.info.kind == Kind::Event {
            return Err(Denied::malformed(format!("{name} is an event: it has no value that changes")));
        }
        props.insert(no);
    }
    if props.is_empty() {
        return Err(Denied::malformed("name properties: ?prop=level.value&prop=readout.text"));
    }
    Ok(props)
}

/// The revision that an event's id stands for, if it is of this run of the program.
fn place(engine: &Engine, id: &str) -> Option<u64> {
    let (epoch, rev) = id.rsplit_once('-')?;
    rev.parse().ok().filter(|rev| epoch == engine.epoch() && *rev <= engine.rev())
}

/// Somebody who listens.
struct Subscription {
    driver: Driver,
    published: watch::Receiver<u64>,
    ending: watch::Receiver<bool>,
    props: BTreeSet<PropNo>,
    /// Everything up to here was sent.
    from: u64,
    events: mpsc::Sender<Bytes>,
    _look: Look,
    _permit: OwnedSemaphorePermit,
}

/// Somebody looks as long as this is there: sources with `when = watched` run.
struct Look(Driver);

impl Look {
    fn begin(driver: Driver) -> Self {
        driver.event(|engine, now, fx| engine.begins_to_look(now, fx));
        Self(driver)
    }
}

impl Drop for Look {
    fn drop(&mut self) {
        self.0.event(|engine, _, _| engine.ends_to_look());
    }
}

/// What changed, by the names of properties.
#[derive(Serialize)]
struct Event {
    rev: u64,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    values: BTreeMap<String, Box<RawValue>>,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    streams: BTreeMap<String, Items>,
    /// Why a value is bad; `null` when it is good again.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    quality: BTreeMap<String, Option<String>>,
}

/// New items of a stream.
#[derive(Serialize)]
struct Items {
    items: Box<RawValue>,
    /// Whether they replace those before, because some in between are gone.
    replace: bool,
}

impl Subscription {
    async fn live(mut self) {
        let limits = self.driver.with_engine(|engine| engine.limits().clone());
        loop {
            // Who takes nothing for so long is cut off, as a socket is.
            let Ok(Ok(place)) = timeout(limits.write_time, self.events.clone().reserve_owned()).await else { return };
            // Seen before it is looked at, so that what is published meanwhile is looked at again.
            self.published.borrow_and_update();
            if let Some(event) = self.news() {
                place.send(event);
                continue;
            }
            tokio::select! {
                () = ended(&mut self.ending) => return,
                () = self.events.closed() => return,
                changed = self.published.changed() => if changed.is_err() { return },
                // A comment: keeps proxies from taking the connection for dead, and finds out if it is.
                () = sleep(limits.silence / 2) => { place.send(Bytes::from_static(b":\n\n")); }
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
                if let Some(value) = slot.value().filter(|_| slot.rev() > from) {
                    event.values.insert(name(), raw(value.json().to_owned()));
                }
                if let Some((items, replace)) = slot.items_since(from) {
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
        // JSON has no line breaks but in its strings, where they are escaped: one line is enough.
        let data = serde_json::to_string(&event).ok()?;
        Some(Bytes::from(format!("id: {id}\ndata: {data}\n\n")))
    }
}
