//! The record of who wanted what, and what became of it: one entry for each property of each command, also of those that
//! were refused, and one for each control that was released.

mod outcome;
mod past;
mod program;
mod record;

use std::{
    borrow::Cow,
    collections::{HashMap, VecDeque},
    net::IpAddr,
    time::Duration,
};

use self::record::{LONGEST, LONGEST_SHOWN, cut, cut_at, shown, shown_up_to};
pub(crate) use self::{
    outcome::RecordOutcome,
    past::PastRecord,
    record::{Audience, Record},
};
use super::{
    Engine,
    effects::Effects,
    entry::{Action, Entry, Sender},
    gathering::{self, Gathering, Owner, Rates},
    item::Ticket,
    plan::{Plan, PropPlan},
    requests::Asking,
    session::Session,
    store::{Change, NewRecord},
};
use crate::{
    callback::call::Write,
    client::ClientId,
    numbers::PropNo,
    prop::Kind,
    protocol::{
        client::{Command, Refusal},
        server::Outcome,
    },
    record::AuditRecord,
    value::Value,
};

/// What every page says while records are in no file.
const NOT_RECORDED: &str = "Who does what is not recorded at present: the file of the record does not take it.";

/// How long the files must take everything before pages say so.
const SURE: Duration = Duration::from_secs(10);

/// The shortest time between two updates of the pages that show the record.
const GAP: Duration = Duration::from_millis(100);

/// The record, if the program keeps one or a page shows it.
#[derive(Default)]
pub(super) struct Audit {
    on: bool,
    /// Whether the program takes the records, to keep them.
    is_taken: bool,
    /// When records were last in no file, while pages say so.
    lost_since: Option<Duration>,
    /// The streams in which pages show the record.
    streams: Vec<PropNo>,
    /// Records that these streams do not have yet.
    news: VecDeque<(Owner, Record)>,
    /// When the streams were last updated.
    shown: Duration,
    last: u64,
    /// Commands without an outcome.
    open: HashMap<Ticket, Vec<Record>>,
    done: Vec<Record>,
    refusals: Gathering,
    /// What had an effect, of senders who are beyond their rate.
    effects: Gathering,
    rates: Rates,
    /// The callback that pushes the values that come in, if one does.
    pushing: Option<&'static str>,
    /// Why commands were cancelled that have no outcome yet.
    cancelled: HashMap<Ticket, String>,
    /// Who sends the request that is being handled, if it is one.
    asking: Option<(String, Option<&'static str>, Option<IpAddr>)>,
}

impl Audit {
    pub(super) fn new(plan: &Plan) -> Self {
        let is_record = |prop: &PropPlan| prop.info.kind == Kind::Stream && prop.info.ty.is::<AuditRecord>();
        let streams: Vec<_> = plan.numbered().filter(|(_, prop)| is_record(prop)).map(|(no, _)| no).collect();
        // A replay shows what people did in the run, and not what its viewers do.
        Self { on: !streams.is_empty() && !plan.replays, streams, ..Self::default() }
    }

    /// When the streams must be updated, or what was counted must be recorded.
    pub(super) fn next_timeout(&self) -> Option<Duration> {
        let gathered = [self.refusals.next_timeout(), self.effects.next_timeout()];
        self.next_update().into_iter().chain(gathered.into_iter().flatten()).min()
    }

    /// When the streams must be updated.
    fn next_update(&self) -> Option<Duration> {
        (!self.news.is_empty()).then(|| self.shown + GAP)
    }
}

/// How a command has ended.
struct Ended<'a> {
    outcome: RecordOutcome,
    why: Option<Cow<'a, str>>,
    /// The kind of the refusal, if it had no effect.
    refused: Option<&'static str>,
}

impl Ended<'_> {
    const fn with_effect(outcome: RecordOutcome) -> Self {
        Self { outcome, why: None, refused: None }
    }
}

impl<'a> From<&'a Outcome> for Ended<'a> {
    fn from(outcome: &'a Outcome) -> Self {
        match outcome {
            Outcome::Applied { .. } => Self::with_effect(RecordOutcome::Applied),
            Outcome::Merged { .. } => Self::with_effect(RecordOutcome::Merged),
            Outcome::Failed(why) => Self { why: Some(why.into()), ..Self::with_effect(RecordOutcome::Failed) },
            Outcome::Refused(refusal) => refusal.into(),
            // One follows on what is only accepted.
            Outcome::Accepted { .. } | Outcome::Unknown => Self::with_effect(RecordOutcome::Unknown),
        }
    }
}

impl From<&Refusal> for Ended<'_> {
    fn from(refusal: &Refusal) -> Self {
        let outcome =
            if matches!(refusal, Refusal::Expired { .. }) { RecordOutcome::Expired } else { RecordOutcome::Refused };
        Self { outcome, why: Some(refusal.to_string().into()), refused: Some(refusal.kind()) }
    }
}

impl Engine {
    /// Whether the files of the record take what it has. If they do not, every page says so at once. That they do again is
    /// told later, so that files that are behind now and then do not fill the pages with messages.
    pub(crate) fn record_says(&mut self, now: Duration, is_written: bool, fx: &mut Effects) {
        match self.audit.lost_since {
            None if !is_written => {
                self.audit.lost_since = Some(now);
                self.tell_all(NOT_RECORDED, fx);
            }
            Some(since) if is_written && now >= since + SURE => {
                self.audit.lost_since = None;
                self.tell_all("Commands are recorded again.", fx);
            }
            Some(since) if !is_written => self.audit.lost_since = Some(since.max(now)),
            _ => {}
        }
    }

    /// What a page that opens must be told about the record.
    pub(super) fn fault_of_record(&self) -> Option<&'static str> {
        self.audit.lost_since.map(|_| NOT_RECORDED)
    }

    /// Keeps a record from now on, until [`take_records`](Self::take_records) takes it.
    pub(crate) const fn keep_record(&mut self) {
        (self.audit.on, self.audit.is_taken) = (true, true);
    }

    /// Whether pages show the record.
    pub(crate) const fn shows_record(&self) -> bool {
        !self.audit.streams.is_empty()
    }

    /// Sets how many records the pages' streams keep.
    pub(super) fn size_record(&mut self) {
        for prop in &self.audit.streams {
            self.truth.store.keep_items(*prop, self.limits.audit_records);
        }
    }

    /// Gives the pages the records that are new, if it is time.
    pub(super) fn show_records(&mut self, now: Duration, fx: &mut Effects) {
        for gathered in [self.audit.effects.take_due(now), self.audit.refusals.take_due(now)] {
            self.keep_records(gathered);
        }
        if self.audit.next_update().is_none_or(|due| now < due) {
            return;
        }
        self.audit.shown = now;
        let news = std::mem::take(&mut self.audit.news);
        let began = self.began;
        self.commit_records(&news.iter().map(|(owner, record)| (*owner, record, record.time(began))));
        fx.wake_all();
    }

    /// Gives all streams these records, oldest first, each with its owner and the time of its arrival since the Unix epoch.
    fn commit_records<'r>(&mut self, records: &(impl Iterator<Item = (Owner, &'r Record, Duration)> + Clone)) {
        let stream = |prop: &PropNo| {
            let least = self.plan.prop(*prop).levels.sees;
            let items = records.clone().map(|(owner, record, time)| {
                let sees = record.audience.sees.max(least);
                NewRecord { sees, owner, value: Value::lazy(shown(record, sees, time)) }
            });
            (*prop, Change::Records(items.collect()))
        };
        let changes: Vec<_> = self.audit.streams.iter().map(stream).collect();
        self.truth.store.commit(changes);
    }

    fn audience_of(&self, prop: PropNo) -> Audience {
        let plan = self.plan.prop(prop);
        Audience { sees: plan.levels.sees, needs: plan.levels.needs, private: plan.private }
    }

    /// The number of the last record.
    #[cfg(feature = "testing")]
    pub(crate) const fn last_record(&self) -> u64 {
        self.audit.last
    }

    /// Takes the records that are complete.
    pub(crate) fn take_records(&mut self) -> Vec<Record> {
        std::mem::take(&mut self.audit.done)
    }

    /// A request is handled from now on, or, with `None`, no more.
    pub(super) fn record_asking(&mut self, asking: Option<&Asking<'_>>) {
        if self.audit.on {
            self.audit.asking = asking.map(|asking| {
                let name = asking.user.map_or_else(|| "local".to_owned(), |user| user.name().to_owned());
                let role = asking.user.and_then(|user| self.plan.rights.roles.recorded(user));
                (name, role, asking.address)
            });
        }
    }

    fn new_record(&mut self, now: Duration, client: ClientId, prop: String) -> Record {
        self.audit.last += 1;
        let session = self.roster.get(client);
        let (user, role, address) = self.audit.asking.clone().unwrap_or_else(|| {
            let roles = self.plan.rights.roles;
            let Some(Session { client, .. }) = session else { return (String::new(), Some(roles.name(0)), None) };
            (client.user().name().to_owned(), roles.recorded(client.user()), client.address())
        });
        let client = session.map(|_| client);
        Record { user, role, client, address, ..Record::new(self.audit.last, now, self.truth.store.rev(), prop) }
    }

    /// An entry comes in. The records of its changes wait for the outcome.
    pub(super) fn record_entry(&mut self, now: Duration, entry: &Entry) {
        let Sender::Client(client) = entry.sender else { return };
        if !self.audit.on || !entry.is_wanted {
            return;
        }
        let mut records = Vec::with_capacity(entry.changes.len());
        for (prop, wanted) in &entry.changes {
            let mut record = self.new_record(now, client, self.name_of(*prop));
            record.is_secret = self.plan.prop(*prop).secret;
            record.control = self.grant_of(client, *prop);
            record.audience = self.audience_of(*prop);
            record.is_safety = self.is_for_safety(*prop);
            record.moves = self.moves(client, *prop, wanted);
            if !record.is_secret {
                record.old = self.seen_by(client, *prop).value().map(|value| cut(value.json()));
                record.new = match wanted {
                    Action::Write(Write::Set(value)) => Some(cut(value.json())),
                    // An event without a payload has no value.
                    Action::Event(value) => Some(cut(value.json())).filter(|json| json != "null"),
                    Action::Write(_) => None,
                };
            }
            records.push(record);
        }
        match entry.ticket {
            Some(ticket) => _ = self.audit.open.insert(ticket, records),
            // Nobody waits for a control that is released, and a stop that is pressed acts before its command is taken.
            None => {
                let releases = entry.changes.iter().all(|(prop, _)| self.plan.prop(*prop).hold.is_some());
                self.finish_records(
                    records,
                    &Ended::with_effect(if releases { RecordOutcome::Released } else { RecordOutcome::Applied }),
                );
            }
        }
    }

    /// Whether it stops, arms, gives control or moves what is held.
    fn is_for_safety(&self, prop: PropNo) -> bool {
        let wiring = self.plan.prop(prop);
        wiring.acts.is_some() || wiring.hold.is_some()
    }

    /// Whether this only moves a control that is not at its safe value, and does not let it go.
    fn moves(&self, client: ClientId, prop: PropNo, wanted: &Action) -> bool {
        let Some(hold) = &self.plan.prop(prop).hold else { return false };
        let moves = |value: &Value| !hold.is_safe(value);
        let new = if let Action::Write(Write::Set(value)) = wanted { Some(value) } else { None };
        new.is_some_and(moves) && self.seen_by(client, prop).value().is_some_and(moves)
    }

    /// The command has its final outcome.
    pub(super) fn record_outcome(&mut self, ticket: Ticket, outcome: &Outcome) {
        let cancelled = self.audit.cancelled.remove(&ticket);
        if self.audit.on
            && let Some(records) = self.audit.open.remove(&ticket)
        {
            let ended = match cancelled {
                Some(why) => Ended { why: Some(why.into()), ..Ended::with_effect(RecordOutcome::Cancelled) },
                None => outcome.into(),
            };
            self.finish_records(records, &ended);
        }
    }

    /// A run that the command has started was cancelled. The outcome of the command follows.
    pub(super) fn record_cancelled(&mut self, ticket: Ticket, why: String) {
        if self.audit.on {
            self.audit.cancelled.entry(ticket).or_insert(why);
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
            record.is_safety = named.is_some_and(|prop| self.is_for_safety(prop));
            record.audience = named.map_or(Audience::HIGHEST, |prop| self.audience_of(prop));
            record.new = named.filter(|_| !record.is_secret).map(|_| cut(value));
            if named.is_none() {
                // The sender has invented it.
                record.prop = cut_at(&record.prop, LONGEST_SHOWN);
            }
            self.finish_records(vec![record], &why.into());
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
        self.audit.cancelled.retain(|ticket, _| ticket.client != client);
        left.sort_by_key(|record| record.number);
        self.finish_records(left, &Ended::with_effect(RecordOutcome::Unknown));
    }

    /// The program ends. Records what was counted.
    pub(super) fn end_records(&mut self) {
        for gathered in [self.audit.effects.take_all(), self.audit.refusals.take_all()] {
            self.keep_records(gathered);
        }
    }

    fn finish_records(&mut self, records: Vec<Record>, ended: &Ended<'_>) {
        let mut kept = Vec::with_capacity(records.len());
        for record in records {
            let why = ended.why.as_deref().filter(|_| !record.is_secret).map(cut);
            let record = Record { outcome: ended.outcome, why, ..record };
            kept.extend(match ended.refused {
                Some(reason) => {
                    let known = self.find_named(&record.prop).is_some();
                    self.audit.refusals.take(record.at, record, reason, known)
                }
                // A control loop may change a set-point many times a second, and must not push out what people did.
                None if record.is_of_program() => {
                    self.audit.effects.take(record.at, record, ended.outcome.name(), true)
                }
                None if self.audit.rates.allow(record.at, &record, self.limits.audit_rate) => Some(record),
                None => self.audit.effects.take(record.at, record, ended.outcome.name(), true),
            });
        }
        self.keep_records(kept);
    }

    /// Keeps records for the pages and for the program.
    fn keep_records(&mut self, records: Vec<Record>) {
        for record in records {
            if !self.audit.streams.is_empty() && !record.is_move() {
                self.audit.news.push_back((Owner::of(&record), record.clone()));
                gathering::bound(&mut self.audit.news, self.limits.audit_records.max(1), |(owner, _)| *owner, drop);
            }
            if self.audit.is_taken {
                self.audit.done.push(record);
            }
        }
    }
}
