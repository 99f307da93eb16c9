//! A page: it applies frames like the client script, numbers its commands, and reconnects.

use std::{collections::BTreeMap, time::Duration};

use serde_json::{Value as Json, json};

use crate::{client::ClientId, engine::session::SocketNo, prop::Kind, rights::User};

/// A property's number, as it is on the wire.
type PropNo = usize;

/// A reported outcome of a command: the code, then its details.
pub(super) type Told = Vec<Json>;

#[derive(Debug, Clone)]
pub(super) struct Page {
    pub(super) id: ClientId,
    pub(super) user: User,
    /// `None` while the page is cut off.
    /// Where its browser is, for a dashboard with a router.
    pub(super) path: Option<String>,
    pub(super) socket: Option<SocketNo>,
    pub(super) session: String,
    pub(super) epoch: String,
    pub(super) rev: u64,
    pub(super) kinds: Vec<Kind>,
    pub(super) values: Vec<Json>,
    pub(super) items: Vec<Vec<Json>>,
    pub(super) bad: Vec<Option<String>>,
    /// For each list, by the property with its keys, the numbers of its rows.
    pub(super) rows: BTreeMap<PropNo, Vec<usize>>,
    /// The cells of the rows, by number.
    pub(super) cells: BTreeMap<PropNo, Cell>,
    /// The notes that it has shown.
    pub(super) notes: Vec<String>,
    /// The outcomes that were reported of each command, in their order.
    pub(super) told: BTreeMap<u64, Vec<Told>>,
    /// The commands that were sent, as text, by number.
    pub(super) sent: BTreeMap<u64, String>,
    /// Whether the driver would ask for a frame now.
    pub(super) woken: bool,
    /// The server's clock, as of the last welcome.
    pub(super) clock: Duration,
    /// The number of frames that came.
    pub(super) frames: u64,
    /// Their texts, for a page that does not get everything.
    pub(super) texts: String,
}

/// A property in a row.
#[derive(Debug, Clone, Default)]
pub(super) struct Cell {
    pub(super) value: Json,
    pub(super) items: Vec<Json>,
    pub(super) bad: Option<String>,
}

impl Page {
    /// Applies the rows of a list from a frame: the order of all rows, and the content of the new ones.
    fn arrange(&mut self, part: &Json) {
        let numbers = |json: &Json| -> Vec<usize> { json.as_array().unwrap().iter().map(number).collect() };
        let (list, order) = (number(&part[0]), numbers(&part[1]));
        let before = self.rows.insert(list, order.clone()).unwrap_or_default();
        let made: Vec<usize> = part[2].as_array().unwrap().iter().map(|row| number(&row[0])).collect();
        for row in &order {
            assert!(before.contains(row) || made.contains(row), "the frame has no content for the new row {row}");
        }
        let size = self.kinds.len();
        self.cells.retain(|cell, _| !before.contains(&(cell / size)) || order.contains(&(cell / size)));
    }

    /// The kind of a property, and what the page has stored of it.
    fn of(&mut self, prop: PropNo) -> (Kind, &mut Json, &mut Vec<Json>, &mut Option<String>) {
        let size = self.kinds.len();
        if prop < size {
            return (self.kinds[prop], &mut self.values[prop], &mut self.items[prop], &mut self.bad[prop]);
        }
        assert!(self.rows.values().any(|rows| rows.contains(&(prop / size))), "{prop} is in a row that does not exist");
        let Cell { value, items, bad } = self.cells.entry(prop).or_default();
        (self.kinds[prop % size], value, items, bad)
    }

    pub(super) fn hello(&self, schema: &str, session: Option<&str>) -> String {
        json!({ "t": "hello", "protocol": crate::protocol::VERSION, "schema": schema, "epoch": self.epoch, "rev": self.rev, "session": session, "path": self.path })
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
        self.texts += frame;
        let frame: Json = serde_json::from_str(frame).unwrap();
        let list = |key: &str| frame[key].as_array().cloned().unwrap_or_default();
        let rev = frame["r"].as_u64().unwrap();
        assert!(rev >= self.rev, "the revision went down: {} after {}", rev, self.rev);
        self.rev = rev;
        self.frames += 1;
        list("w").iter().for_each(|part| self.arrange(part));
        for part in list("p") {
            let (kind, value, ..) = self.of(number(&part[0]));
            assert_eq!(kind, Kind::State);
            *value = part[1].clone();
        }
        for part in list("d") {
            let (kind, value, ..) = self.of(number(&part[0]));
            assert_eq!(kind, Kind::State);
            part[1].as_array().unwrap().iter().for_each(|op| crate::edit::tests::apply(value, op));
        }
        for part in list("s") {
            let (kind, _, items, _) = self.of(number(&part[0]));
            assert_eq!(kind, Kind::Stream);
            if part[2] == 1 {
                items.clear();
            }
            items.extend(part[1].as_array().unwrap().iter().cloned());
        }
        for part in list("q") {
            *self.of(number(&part[0])).3 = part[1].as_str().map(str::to_owned);
        }
        self.notes.extend(list("m").iter().map(|note| note.as_str().unwrap().to_owned()));
        for part in list("a") {
            let part = part.as_array().unwrap();
            let told = self.told.entry(part[0].as_u64().unwrap()).or_default();
            let (new, is_final) = (&part[1..], part[1] != 1);
            // It may be reported again, after a reconnect or a repeated command. Then it must be the same.
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

    /// Why the command was refused, if it was.
    pub(super) fn reason(&self, number: u64) -> Option<&str> {
        self.told.get(&number)?.last().filter(|told| told[0] == 4)?[2].as_str()
    }

    /// Whether an acknowledgement or an outcome of the command was reported.
    pub(super) fn is_answered(&self, number: u64) -> bool {
        self.told.contains_key(&number)
    }
}

fn number(json: &Json) -> usize {
    usize::try_from(json.as_u64().unwrap()).unwrap()
}
