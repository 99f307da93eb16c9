//! The list of a relay while it is open: what has changed since the last message, as server-sent events.
//!
//! There is no queue for a viewer. A message is made when the connection can take it, from the revision that the viewer
//! has. So a slow viewer gets the newest values, and costs nothing until then.

use std::{
    collections::HashMap,
    convert::Infallible,
    sync::Arc,
    time::{Duration, SystemTime},
};

use axum::{
    body::Body,
    extract::{RawQuery, State},
    http::HeaderMap,
    response::Response,
};
use bytes::Bytes;
use futures_util::stream::unfold;
use serde::Serialize;
use tokio::{
    sync::watch,
    time::{Instant, sleep, sleep_until},
};

use super::{announce, list, relaying::Relaying, words::Name};
use crate::{
    html::Tree,
    server::{api::event_stream, ended, lock},
};

/// How often times such as "for 3 minutes" are looked at.
const LOOK: Duration = Duration::from_secs(1);
/// The longest time without a message. The script takes a longer silence for a lost connection.
const LONGEST: Duration = Duration::from_secs(5);

/// `GET`: the list from the revision on that the viewer has, in `since` or, after a break, in `Last-Event-ID`.
pub(super) async fn stream(
    State(relaying): State<Arc<Relaying>>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Response {
    let last = headers.get("last-event-id").and_then(|last| last.to_str().ok());
    let since = query.as_deref().and_then(|query| query.strip_prefix("since="));
    let rev = last.or(since).and_then(|id| rev_in(id, &relaying.run)).unwrap_or(0);
    let viewer = Viewer {
        changes: relaying.changes.subscribe(),
        ending: relaying.ending.clone(),
        relaying,
        rev,
        states: HashMap::new(),
        said: None,
    };
    let events = unfold(viewer, |mut viewer| async {
        let event = viewer.next().await?;
        Some((Ok::<_, Infallible>(event), viewer))
    });
    event_stream(Body::from_stream(events))
}

/// The revision in an id of a message. `None` if another run of a relay has sent it.
fn rev_in(id: &str, run: &str) -> Option<u64> {
    id.strip_prefix(run)?.strip_prefix('-')?.parse().ok()
}

/// The id of a message.
pub(super) fn id_of(relaying: &Relaying, rev: u64) -> String {
    format!("{}-{rev}", relaying.run)
}

/// Somebody who has the list open.
struct Viewer {
    relaying: Arc<Relaying>,
    changes: watch::Receiver<u64>,
    ending: watch::Receiver<bool>,
    /// The revision that the viewer has.
    rev: u64,
    /// What the viewer has read about each device that is cut off.
    states: HashMap<Name, String>,
    /// When the last message was sent.
    said: Option<Instant>,
}

/// One message.
#[derive(Debug, Default, Serialize)]
struct News {
    /// How many devices there are.
    count: String,
    /// Why the list may be old.
    broker: Option<String>,
    /// Whether `rows` has all devices. The viewer may have some of another run of a relay, which this one does not know.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    whole: bool,
    /// Devices of which more than the values has changed, as elements, each with the one after it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    rows: Vec<(String, Vec<Tree>, Option<String>)>,
    /// The values of the others that have changed.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    values: Vec<(String, Vec<String>)>,
    /// Since when devices are cut off.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    states: Vec<(String, String)>,
}

impl News {
    const fn is_empty(&self) -> bool {
        self.rows.is_empty() && self.values.is_empty() && self.states.is_empty()
    }
}

impl Viewer {
    /// The next message. `None` when the relay ends.
    async fn next(&mut self) -> Option<Bytes> {
        loop {
            if let Some(said) = self.said {
                tokio::select! {
                    () = sleep_until(said + announce::EACH) => {}
                    () = ended(&mut self.ending) => return None,
                }
                tokio::select! {
                    changed = self.changes.changed() => changed.ok()?,
                    () = sleep(LOOK) => {}
                    () = ended(&mut self.ending) => return None,
                }
            }
            self.changes.borrow_and_update();
            let before = self.rev;
            let news = self.news();
            let is_due = self.said.is_none_or(|said| said.elapsed() >= LONGEST);
            if !is_due && news.is_empty() && self.rev == before {
                continue;
            }
            self.said = Some(Instant::now());
            // It is made of texts, so it can always be encoded.
            let json = serde_json::to_string(&news).unwrap_or_default();
            return Some(format!("id: {}\ndata: {json}\n\n", id_of(&self.relaying, self.rev)).into());
        }
    }

    /// What the viewer does not have yet.
    fn news(&mut self) -> News {
        let now = SystemTime::now();
        let directory = lock(&self.relaying.directory);
        let mut news =
            News { count: list::count(&directory), broker: list::without_broker(&directory, now), ..News::default() };
        news.whole = self.rev == 0;
        for (name, device) in directory.since(self.rev) {
            if device.is_shaped_after(self.rev) {
                let next = directory.next(name).map(|next| next.as_str().to_owned());
                news.rows.push((name.as_str().to_owned(), list::row_as_tree(name, device, now), next));
                self.states.remove(name);
            } else {
                let texts = device.beat.values.iter().map(|value| value.text.clone()).collect();
                news.values.push((name.as_str().to_owned(), texts));
            }
        }
        for (name, device) in directory.iter().filter(|(_, device)| !device.is_there()) {
            let state = list::state(device, now);
            if self.states.get(name) != Some(&state) {
                news.states.push((name.as_str().to_owned(), state.clone()));
                self.states.insert(name.clone(), state);
            }
        }
        self.rev = directory.rev();
        news
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_revision_of_another_relay_is_none() {
        assert_eq!(rev_in("a1-7", "a1"), Some(7));
        for bad in ["a1-", "a1", "b1-7", "a17", "", "a1-x"] {
            assert_eq!(rev_in(bad, "a1"), None, "{bad}");
        }
    }
}
