//! The way of one dashboard to the thread of the store.

use std::{
    ops::Range,
    sync::Arc,
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use super::{Waiting, Writer};
use crate::{
    component::PropInfo,
    engine::{
        Engine,
        kept::{HistoryPlan, KeptChange, KeptValue, Measured},
        plan::Plan,
    },
    history::Items,
    server::{
        history::{Micros, Page, Place, Read},
        lock,
        store::{
            Entry, Record, Store, StoreError, Table,
            histories::{Kind, Last, Samples},
        },
    },
    value::Value,
    words::log,
};

/// The way of one dashboard to the writer.
#[derive(Debug, Clone)]
pub(crate) struct Keeper {
    pub(super) writer: Arc<Writer>,
    /// What its keys begin with.
    prefix: Vec<u8>,
    pub(super) epoch: u128,
}

impl Keeper {
    /// The way of the dashboard with this key, in this run of the program. An app with one device has an empty key.
    pub(crate) fn new(writer: Arc<Writer>, device: &str, epoch: &str) -> Self {
        // An epoch is 128 bits in hexadecimal digits.
        let epoch = u128::from_str_radix(epoch, 16).unwrap_or_default();
        Self { writer, prefix: prefix(device), epoch }
    }

    pub(crate) fn writer(&self) -> &Arc<Writer> {
        &self.writer
    }

    /// Takes over what has changed since the last call. Never waits for a disk, so the engine may be locked.
    pub(crate) fn take_from(&self, engine: &mut Engine) {
        let events = engine.take_events();
        let events = self.samples(engine.plan(), events).collect();
        self.put(engine.take_kept(), events, engine.take_outcomes(), engine.take_told());
        let measured = engine.take_measured();
        self.put_samples(engine.plan(), measured);
    }

    /// Takes changes over, with the events that are written together with them. If somebody will be told of them, they are
    /// written at once. What is `quiet` is written with them or later, and nobody waits for it. Never waits for a disk, so
    /// the engine may be locked.
    pub(super) fn put(&self, changes: Vec<KeptChange>, events: Vec<Samples>, quiet: Vec<KeptChange>, is_told: bool) {
        let epoch = self.epoch;
        let of = |KeptChange { key, value, rev }| {
            let key = self.key(&key);
            is_short(&key).then_some((key, Waiting { value, epoch, rev }))
        };
        let values: Vec<_> = changes.into_iter().filter_map(of).collect();
        let quiet: Vec<_> = quiet.into_iter().filter_map(of).collect();
        if !values.is_empty() || !quiet.is_empty() {
            self.writer.shared.put(values, events, quiet, is_told);
        }
    }

    /// The dashboard has these streams. From now on what is too old of their histories is removed, also of those in rows
    /// that are not there any more.
    pub(crate) fn know_histories(&self, plan: &Plan) {
        let kept = plan.numbered().filter_map(|(_, prop)| prop.history.as_ref());
        let kinds: Vec<_> = kept.map(|plan| (self.key(&plan.key), Kind::new(plan, self.epoch))).collect();
        if !kinds.is_empty() {
            self.writer.shared.histories.know(kinds);
            // The thread looks for what is too old, also if nothing new comes.
            self.writer.shared.news(|news| news.is_measured = true);
        }
    }

    /// Opens the history of a stream, and returns its last items, as many as a page gets. Records that do not have the type
    /// of the stream any more are left out, and the log says so.
    ///
    /// # Errors
    /// If it cannot be read.
    pub(crate) fn open_history(
        &self,
        key: &[u8],
        plan: &HistoryPlan,
        info: &PropInfo,
    ) -> Result<Vec<Value>, StoreError> {
        let Some(store) = lock(&self.writer.shared.store).clone() else { return Ok(Vec::new()) };
        let key = self.key(key);
        let last = self.writer.shared.histories.last(&*store, &key, &Kind::new(plan, self.epoch), info.ring)?;
        let records = match (last, plan.ty.0) {
            (Last::Points(points), Items::Numbers { make, .. }) => {
                return Ok(points.into_iter().filter_map(make).collect());
            }
            (Last::Records(records), _) => records,
            (Last::Points(_), Items::Records { .. }) => Vec::new(),
        };
        let decoded: Vec<_> = records.iter().filter_map(|json| (info.ty.decode)(json).ok()).collect();
        let strange = records.len() - decoded.len();
        if strange > 0 {
            let name = name_of(&key);
            let line =
                format!("`{name}` does not show {strange} items from before the restart: they have another type");
            log::warn(&line);
        }
        Ok(decoded)
    }

    /// Takes new samples over. Never waits for a disk.
    pub(crate) fn put_samples(&self, plan: &Plan, measured: Vec<Measured>) {
        if measured.is_empty() {
            return;
        }
        self.writer.shared.put_samples(self.samples(plan, measured));
    }

    fn samples<'a>(&'a self, plan: &'a Plan, measured: Vec<Measured>) -> impl Iterator<Item = Samples> + 'a {
        measured.into_iter().filter_map(|Measured { prop, key, items }| {
            let history = plan.prop(prop).history.as_ref()?;
            Some(Samples { key: self.key(&key), kind: Kind::new(history, self.epoch), items })
        })
    }

    /// What a chart shows of a history, with all samples that were put before. `None`: the program ends. Waits for the disk,
    /// so it is for a thread that may.
    pub(crate) fn read_history(
        &self,
        key: &[u8],
        plan: &HistoryPlan,
        span: Range<Micros>,
        points: usize,
    ) -> Option<Result<Read, StoreError>> {
        let store = lock(&self.writer.shared.store).clone()?;
        let kind = Kind::new(plan, self.epoch);
        Some(self.writer.shared.histories.read(&*store, &self.key(key), &kind, span, points))
    }

    /// The newest records of a span, as [`read_history`](Self::read_history).
    pub(crate) fn read_records(
        &self,
        key: &[u8],
        plan: &HistoryPlan,
        span: Range<Micros>,
        before: Option<Place>,
        count: usize,
    ) -> Option<Result<Page, StoreError>> {
        let store = lock(&self.writer.shared.store).clone()?;
        let kind = Kind::new(plan, self.epoch);
        Some(self.writer.shared.histories.records(&*store, &self.key(key), &kind, span, before, count))
    }

    pub(super) fn key(&self, key: &[u8]) -> Vec<u8> {
        [&*self.prefix, key].concat()
    }
}

fn is_short(key: &[u8]) -> bool {
    let is_short = key.len() <= Entry::LONGEST_KEY;
    let name = || String::from_utf8_lossy(key).chars().take(60).collect::<String>();
    if !is_short && log::is_rare("kept", 1, name) {
        log::warn(&format_args!("`{}…` is not kept: the key of its row is too long", name()));
    }
    is_short
}

/// The name of a property in a key, for messages.
pub(in crate::server::store) fn name_of(key: &[u8]) -> String {
    let own = key.iter().position(|byte| *byte == 1).map_or(key, |at| &key[at + 1..]);
    String::from_utf8_lossy(own).replace('\0', " ")
}

fn prefix(device: &str) -> Vec<u8> {
    // The key of a device has no control characters.
    [device.as_bytes(), b"\x01"].concat()
}

/// Everything that was kept for the device with this key, and what has to be told about values that cannot be read.
///
/// # Errors
/// If the store cannot be read.
pub(crate) fn load(store: &dyn Store, device: &str) -> Result<(Vec<KeptValue>, Vec<String>), StoreError> {
    let prefix = prefix(device);
    let (mut values, mut told) = (Vec::new(), Vec::new());
    for (key, bytes) in store.load(Table::States, &prefix)? {
        let own = key.get(prefix.len()..).unwrap_or_default().to_vec();
        let record = Record::read(&key, &bytes).map_err(|why| why.to_string());
        let read = record.and_then(|record| {
            let json = std::str::from_utf8(record.body).map_err(|_| "it is damaged: it is not a text".to_owned())?;
            Ok(KeptValue { key: own.clone(), json: json.to_owned(), age: Some(age(record.time)) })
        });
        match read {
            Ok(value) => values.push(value),
            Err(why) => {
                let name = name_of(&own);
                told.push(format!("the value of `{name}` from before the restart is lost: {why}"));
            }
        }
    }
    Ok((values, told))
}

/// How long ago this time was, in milliseconds since the Unix epoch. A clock that was set back makes it zero.
fn age(millis: u64) -> Duration {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    now.saturating_sub(Duration::from_millis(millis))
}
