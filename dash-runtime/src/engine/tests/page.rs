//! A page: applies frames as the client script does, numbers its commands, comes back after a cut.

use std::collections::BTreeMap;

use serde_json::{Value as Json, json};

use crate::{
    client::ClientId,
    engine::{plan::PropNo, session::SocketNo},
    prop::Kind,
};

/// What became of a command, as it was told: the code, then what follows it.
pub(super) type Told = Vec<Json>;

#[derive(Debug, Clone)]
pub(super) struct Page {
    pub(super) id: ClientId,
    /// `None` while cut off.
    pub(super) socket: Option<SocketNo>,
    pub(super) session: String,
    pub(super) epoch: String,
    pub(super) rev: u64,
    pub(super) kinds: Vec<Kind>,
    pub(super) values: Vec<Json>,
    pub(super) items: Vec<Vec<Json>>,
    pub(super) bad: Vec<Option<String>>,
    /// Everything that was told of each command, in the order in which it was told.
    pub(super) told: BTreeMap<u64, Vec<Told>>,
    /// The commands that were sent, as text, by number.
    pub(super) sent: BTreeMap<u64, String>,
    /// Whether the driver would ask for a frame now.
    pub(super) woken: bool,
    /// How many frames came.
    pub(super) frames: u64,
}

impl Page {
    pub(super) fn hello(&self, schema: &str, session: Option<&str>) -> String {
        json!({ "t": "hello", "protocol": crate::protocol::VERSION, "schema": schema, "epoch": self.epoch, "rev": self.rev, "session": session })
            .to_string()
    }

    /// The next command's number and text.
    pub(super) fn command(&mut self, prop: PropNo, value: &Json) -> (u64, String) {
        let number = self.sent.keys().next_back().map_or(1, |last| last + 1);
        let text = json!({ "n": number, "p": prop, "v": value }).to_string();
        self.sent.insert(number, text.clone());
        (number, text)
    }

    /// Applies a frame as one change.
    pub(super) fn apply(&mut self, frame: &str) {
        let frame: Json = serde_json::from_str(frame).unwrap();
        let list = |key: &str| frame[key].as_array().cloned().unwrap_or_default();
        let rev = frame["r"].as_u64().unwrap();
        assert!(rev >= self.rev, "revisions go up: {} after {}", rev, self.rev);
        self.rev = rev;
        self.frames += 1;
        for part in list("p") {
            let prop = number(&part[0]);
            assert_eq!(self.kinds[prop], Kind::State);
            self.values[prop] = part[1].clone();
        }
        for part in list("d") {
            let prop = number(&part[0]);
            assert_eq!(self.kinds[prop], Kind::State);
            part[1].as_array().unwrap().iter().for_each(|op| crate::edit::tests::apply(&mut self.values[prop], op));
        }
        for part in list("s") {
            let prop = number(&part[0]);
            assert_eq!(self.kinds[prop], Kind::Stream);
            if part[2] == 1 {
                self.items[prop].clear();
            }
            self.items[prop].extend(part[1].as_array().unwrap().iter().cloned());
        }
        for part in list("q") {
            self.bad[number(&part[0])] = part[1].as_str().map(str::to_owned);
        }
        for part in list("a") {
            let part = part.as_array().unwrap();
            let told = self.told.entry(part[0].as_u64().unwrap()).or_default();
            let (new, is_final) = (&part[1..], part[1] != 1);
            // Told again after a cut, or because it was asked for again: then it says the same.
            if let Some(last) = told.last().filter(|last| last[0] != 1) {
                assert!(!is_final || last == new, "two final outcomes of one command: {told:?}, then {new:?}");
            }
            if told.last().is_none_or(|last| last != new) {
                told.push(new.to_vec());
            }
        }
    }

    /// The code of a command's final outcome.
    pub(super) fn outcome(&self, number: u64) -> Option<u64> {
        self.told.get(&number)?.last()?[0].as_u64().filter(|code| *code != 1)
    }

    /// For a refused command: the kind of refusal.
    pub(super) fn refusal(&self, number: u64) -> Option<&str> {
        self.told.get(&number)?.last().filter(|told| told[0] == 4)?[1].as_str()
    }

    /// Whether the command is known to be in effect, or more.
    pub(super) fn is_answered(&self, number: u64) -> bool {
        self.told.contains_key(&number)
    }
}

fn number(json: &Json) -> usize {
    usize::try_from(json.as_u64().unwrap()).unwrap()
}
