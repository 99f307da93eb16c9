//! The record of who wanted what, and what became of it: one entry for each property of each command, also of those that
//! were refused, and one for each control that was released.

use std::{collections::HashMap, net::IpAddr, time::Duration};

use super::{
    Engine,
    entry::{Action, Entry, Sender},
    item::Ticket,
    requests::Asking,
};
use crate::{
    callback::call::Write,
    client::ClientId,
    protocol::{
        client::{Command, Refusal},
        server::Outcome,
    },
};

/// The longest recorded value or reason, in bytes. A longer one is cut.
const LONGEST: usize = 1024;

/// What somebody wanted, and what became of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Record {
    /// Counts the records in the order in which the commands arrived.
    pub(crate) number: u64,
    /// When it arrived, by the engine's clock.
    pub(crate) at: Duration,
    /// The revision before it.
    pub(crate) rev: u64,
    pub(crate) user: String,
    /// `None` for a request of a program.
    pub(crate) client: Option<ClientId>,
    pub(crate) address: Option<IpAddr>,
    pub(crate) prop: String,
    /// As JSON. `None` for an event, and for a value that is secret.
    pub(crate) old: Option<String>,
    pub(crate) new: Option<String>,
    pub(crate) outcome: &'static str,
    /// Why it was refused or has failed. `None` if the value is secret, since a reason may quote it.
    pub(crate) why: Option<String>,
    pub(crate) is_secret: bool,
    /// The control under which it was sent, and the number of its grant: `drive#3`.
    pub(crate) control: Option<String>,
}

/// The record, if the program keeps one.
#[derive(Default)]
pub(super) struct Audit {
    on: bool,
    last: u64,
    /// Commands without an outcome.
    open: HashMap<Ticket, Vec<Record>>,
    done: Vec<Record>,
    /// Who sends the request that is being handled, if it is one.
    asking: Option<(String, Option<IpAddr>)>,
}

fn cut(text: &str) -> String {
    if text.len() > LONGEST { format!("{}…", &text[..text.floor_char_boundary(LONGEST)]) } else { text.to_owned() }
}

fn outcome_name(outcome: &Outcome) -> (&'static str, Option<String>) {
    match outcome {
        Outcome::Applied { .. } => ("applied", None),
        Outcome::Accepted { .. } => ("accepted", None),
        Outcome::Merged { .. } => ("merged", None),
        Outcome::Failed(why) => ("failed", Some(why.clone())),
        Outcome::Refused(refusal) => refusal_name(refusal),
        Outcome::Unknown => ("unknown", None),
    }
}

fn refusal_name(refusal: &Refusal) -> (&'static str, Option<String>) {
    let name = if matches!(refusal, Refusal::Expired { .. }) { "expired" } else { "refused" };
    (name, Some(refusal.to_string()))
}

impl Engine {
    /// Keeps a record from now on.
    pub(crate) const fn keep_record(&mut self) {
        self.audit.on = true;
    }

    /// Takes the records that are complete.
    pub(crate) fn take_records(&mut self) -> Vec<Record> {
        std::mem::take(&mut self.audit.done)
    }

    /// A request is handled from now on, or, with `None`, no more.
    pub(super) fn record_asking(&mut self, asking: Option<&Asking<'_>>) {
        if self.audit.on {
            self.audit.asking = asking.map(|asking| {
                let user = asking.user.map_or_else(|| "local".to_owned(), |user| user.name().to_owned());
                (user, asking.address)
            });
        }
    }

    fn new_record(&mut self, now: Duration, client: ClientId, prop: String) -> Record {
        self.audit.last += 1;
        let session = self.roster.get(client);
        let (user, address) = self.audit.asking.clone().unwrap_or_else(|| {
            let client = session.map(|session| &session.client);
            let user = client.map_or_else(String::new, |client| client.user().name().to_owned());
            (user, client.and_then(crate::client::Client::address))
        });
        Record {
            number: self.audit.last,
            at: now,
            rev: self.truth.store.rev(),
            user,
            client: session.map(|_| client),
            address,
            prop,
            old: None,
            new: None,
            outcome: "",
            why: None,
            is_secret: false,
            control: None,
        }
    }

    /// An entry comes in. The records of its changes wait for the outcome.
    pub(super) fn record_entry(&mut self, now: Duration, entry: &Entry) {
        let Sender::Client(client) = entry.sender else { return };
        if !self.audit.on {
            return;
        }
        let mut records = Vec::with_capacity(entry.changes.len());
        for (prop, wanted) in &entry.changes {
            let mut record = self.new_record(now, client, self.name_of(*prop));
            record.is_secret = self.plan.prop(*prop).secret;
            record.control = self.grant_of(client, *prop);
            if !record.is_secret {
                record.old = self.seen_by(client, *prop).value().map(|value| cut(value.json()));
                record.new = match wanted {
                    Action::Write(Write::Set(value)) | Action::Event(value) => Some(cut(value.json())),
                    Action::Write(_) => None,
                };
            }
            records.push(record);
        }
        match entry.ticket {
            Some(ticket) => _ = self.audit.open.insert(ticket, records),
            // Only a control that is released has no sender who waits.
            None => self.finish_records(records, "released", None),
        }
    }

    /// The command has its final outcome.
    pub(super) fn record_outcome(&mut self, ticket: Ticket, outcome: &Outcome) {
        if self.audit.on
            && let Some(records) = self.audit.open.remove(&ticket)
        {
            let (name, why) = outcome_name(outcome);
            self.finish_records(records, name, why.as_deref());
        }
    }

    /// A command was refused before it came in.
    pub(super) fn record_refused(&mut self, now: Duration, client: ClientId, prop: String, value: &str, why: &Refusal) {
        if self.audit.on {
            let mut record = self.new_record(now, client, prop);
            // A value for a property that the sender cannot name may be anything, and one that is secret may be here by
            // mistake.
            let named = self.find_named(&record.prop);
            record.is_secret = named.is_some_and(|prop| self.plan.prop(prop).secret);
            record.new = named.filter(|_| !record.is_secret).map(|_| cut(value));
            let (name, why) = refusal_name(why);
            self.finish_records(vec![record], name, why.as_deref());
        }
    }

    /// The command of a page was refused.
    pub(super) fn record_command(&mut self, now: Duration, client: ClientId, command: &Command<'_>, why: &Refusal) {
        if self.audit.on {
            let known = self.plan.read_number(command.prop).filter(|prop| self.has(*prop));
            let name = known.map_or_else(|| format!("property {}", command.prop), |prop| self.name_of(prop));
            self.record_refused(now, client, name, command.value, why);
        }
    }

    /// The client is forgotten. Nobody learns what becomes of its commands.
    pub(super) fn record_forgotten(&mut self, client: ClientId) {
        let open = self.audit.open.extract_if(|ticket, _| ticket.client == client);
        let mut left: Vec<Record> = open.flat_map(|(_, records)| records).collect();
        left.sort_by_key(|record| record.number);
        self.finish_records(left, "unknown", None);
    }

    fn finish_records(&mut self, records: Vec<Record>, outcome: &'static str, why: Option<&str>) {
        self.audit.done.extend(records.into_iter().map(|record| {
            let why = why.filter(|_| !record.is_secret).map(cut);
            Record { outcome, why, ..record }
        }));
    }
}
