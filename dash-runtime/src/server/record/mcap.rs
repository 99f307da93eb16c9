//! Writes a record as an MCAP file, which Foxglove, Rerun and other tools open.
//!
//! Each property is a channel: `/speed/value`, and `/lamps/7/on/on` in a row. A message is
//! `{"value": .., "bad": "why"}`, with a JSON schema, and has the time of the change. A value that is not known has only
//! `bad`. Each item of a stream is a message. `/dash/commands`, `/dash/clients` and `/dash/gaps` have what else the record
//! has.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs::{self, File},
    io::BufWriter,
    path::Path,
    sync::Arc,
};

use mcap::{
    McapError, WriteOptions, Writer,
    records::{MessageHeader, Metadata},
};
use schemars::SchemaGenerator;
use serde_json::json;

use super::{Header, Kind, Moment, Place, RecordError, Run, Touched, Walked};
use crate::{engine::plan::Plan, numbers::PropNo, protocol::server::quoted};

/// What a channel has that is not a property.
const OTHERS: [(Kind, &str); 3] =
    [(Kind::Audit, "/dash/commands"), (Kind::Client, "/dash/clients"), (Kind::Gap, "/dash/gaps")];

/// Writes the record `from` to the file `to`. The schemas are those of this dashboard. Returns what was written, for the
/// person at the terminal.
///
/// # Errors
/// If one of the files cannot be read or written, or `to` exists.
pub(crate) fn export(plan: &Plan, from: &Path, to: &Path) -> Result<String, RecordError> {
    let mut run = Run::open(from)?;
    let failed = |error: std::io::Error| RecordError::io(to, "the MCAP file cannot be written", error);
    // One that is there may be the only copy of something.
    let file = File::create_new(to).map_err(failed)?;
    let written = write(plan, &mut run, file, to);
    if written.is_err() {
        // The next try must not find a part of a file. The error says more than one of this.
        let _ = fs::remove_file(to);
    }
    written
}

fn write(plan: &Plan, run: &mut Run, file: File, to: &Path) -> Result<String, RecordError> {
    let failed = |error: std::io::Error| RecordError::io(to, "the MCAP file cannot be written", error);
    let wrong = |error: McapError| RecordError::new(to, format!("the MCAP file cannot be written: {error}"));
    let mut export = Export::new(plan, run.header(), BufWriter::new(file)).map_err(wrong)?;
    run.walk(|moment, walked| {
        match walked {
            Walked::State(touched) => export.state(moment, touched),
            Walked::Other(entry) => export.other(entry.kind, entry.at, &entry.body),
        }
        .map_err(wrong)
    })?;
    let Export { mut writer, messages, channels, left_out, .. } = export;
    writer.finish().map_err(wrong)?;
    let file = writer.into_inner().into_inner().map_err(|error| failed(error.into_error()))?;
    file.sync_all().map_err(failed)?;
    let lost = match run.lost() {
        0 => String::new(),
        lost => format!("; the last {lost} bytes of the record cannot be read"),
    };
    let left_out = match left_out.len() {
        0 => String::new(),
        some => format!("; {some} properties of rows are left out, because a file has room for {MOST} channels"),
    };
    Ok(format!("{}: {messages} messages in {} channels{lost}{left_out}", to.display(), channels.len()))
}

/// The most channels. Their numbers have two bytes, and 0 is none.
const MOST: usize = 65_000;

/// What was written last of a property: the value of one that is no stream, and why it is bad.
type Last = (Option<Arc<str>>, Option<Arc<str>>);

struct Export<'a> {
    plan: &'a Plan,
    header: Header,
    writer: Writer<BufWriter<File>>,
    /// By topic.
    channels: BTreeMap<String, u16>,
    /// By the name of the property. All rows share one: a list may have any number of rows in a run.
    schemas: BTreeMap<String, u16>,
    /// What was written last, to write only what is new.
    last: BTreeMap<Place, Last>,
    /// The topics for which there is no channel.
    left_out: BTreeSet<String>,
    messages: u32,
}

impl<'a> Export<'a> {
    fn new(plan: &'a Plan, header: &Header, file: BufWriter<File>) -> Result<Self, McapError> {
        let library = concat!("dash-devices ", env!("CARGO_PKG_VERSION"));
        let options = WriteOptions::new().compression(None).library(library);
        let mut writer = Writer::with_options(file, options)?;
        let Header { dashboard, device, schema, epoch, .. } = header;
        let said = [("dashboard", dashboard), ("device", device), ("schema", schema), ("epoch", epoch)];
        let metadata = said.into_iter().map(|(name, value)| (name.to_owned(), value.clone())).collect();
        writer.write_metadata(&Metadata { name: "dash-devices".to_owned(), metadata })?;
        Ok(Self {
            plan,
            header: header.clone(),
            writer,
            channels: BTreeMap::new(),
            schemas: BTreeMap::new(),
            last: BTreeMap::new(),
            left_out: BTreeSet::new(),
            messages: 0,
        })
    }

    fn state(&mut self, moment: &Moment, touched: &Touched) -> Result<(), McapError> {
        let places: Vec<&Place> =
            if touched.all { moment.values.keys().collect() } else { touched.places.keys().collect() };
        for place in places {
            let Some(held) = moment.values.get(place).filter(|held| !held.is_secret) else { continue };
            let why = held.quality.as_ref().map(|(why, _)| Arc::clone(why));
            let before = self.last.get(place);
            let was_bad = before.and_then(|(_, why)| why.clone());
            let bad = why.as_deref().map(|why| format!("\"bad\":{}", quoted(why)));
            let message = |value: &str| match &bad {
                Some(bad) => format!("{{\"value\":{value},{bad}}}"),
                None => format!("{{\"value\":{value}}}"),
            };
            let only_bad = || bad.iter().filter(|_| why != was_bad).map(|bad| format!("{{{bad}}}")).collect();
            let messages: Vec<String> = match (&held.value, &held.items) {
                (Some(value), _) if before.is_some_and(|last| last.0.as_ref() == Some(value) && last.1 == why) => {
                    Vec::new()
                }
                (Some(value), _) => vec![message(value)],
                (None, Some(items)) => {
                    // With the first state of the record come those from before it.
                    let new = if before.is_some() { touched.new_items.get(place).copied() } else { None };
                    let new = new.unwrap_or(if before.is_some() { 0 } else { items.len() }).min(items.len());
                    match new {
                        0 => only_bad(),
                        new => items.range(items.len() - new..).map(|(_, item)| message(item)).collect(),
                    }
                }
                (None, None) => only_bad(),
            };
            if !messages.is_empty()
                && let Some(channel) = self.channel_of(place)?
            {
                for message in messages {
                    self.write(channel, moment.at, message.as_bytes())?;
                }
            }
            self.last.insert(place.clone(), (held.value.clone(), why));
        }
        if touched.all {
            self.last.retain(|place, _| moment.values.contains_key(place));
        }
        Ok(())
    }

    fn other(&mut self, kind: Kind, at: u64, body: &[u8]) -> Result<(), McapError> {
        let Some((_, topic)) = OTHERS.iter().find(|(other, _)| *other == kind) else { return Ok(()) };
        let channel = match self.channels.get(*topic) {
            Some(channel) => *channel,
            None => {
                let schema = json!({ "type": "object" }).to_string();
                let schema = self.writer.add_schema(topic, "jsonschema", schema.as_bytes())?;
                self.add(topic, schema)?
            }
        };
        self.write(channel, at, body)
    }

    fn write(&mut self, channel_id: u16, at: u64, data: &[u8]) -> Result<(), McapError> {
        let began = u64::try_from(self.header.began).unwrap_or(0);
        let log_time = began.saturating_add(at).saturating_mul(1000);
        self.messages = self.messages.saturating_add(1);
        let header = MessageHeader { channel_id, sequence: self.messages, log_time, publish_time: log_time };
        self.writer.write_to_known_channel(&header, data)
    }

    /// The channel of a property. `None` if there is no room for one.
    fn channel_of(&mut self, place: &Place) -> Result<Option<u16>, McapError> {
        let name = self.header.props.get(place.number()).map_or("", |prop| prop.name.as_str());
        let topic = topic(name, place.key());
        if let Some(channel) = self.channels.get(&topic) {
            return Ok(Some(*channel));
        }
        if self.channels.len() >= MOST {
            self.left_out.insert(topic);
            return Ok(None);
        }
        let schema = match self.schemas.get(name) {
            Some(schema) => *schema,
            None => {
                let prop = self.plan.numbered().find(|(_, prop)| prop.name() == name).map(|(no, _)| no);
                let schema = schema(self.plan, prop).to_string();
                let schema = self.writer.add_schema(name, "jsonschema", schema.as_bytes())?;
                self.schemas.insert(name.to_owned(), schema);
                schema
            }
        };
        self.add(&topic, schema).map(Some)
    }

    fn add(&mut self, topic: &str, schema: u16) -> Result<u16, McapError> {
        let channel = self.writer.add_channel(schema, topic, "json", &BTreeMap::new())?;
        self.channels.insert(topic.to_owned(), channel);
        Ok(channel)
    }
}

/// `speed.value` is `/speed/value`, and `lamps[key].on.on` with the key 7 is `/lamps/7/on/on`.
fn topic(name: &str, key: Option<&str>) -> String {
    let path = |name: &str| name.replace('[', "/").replace(']', "").replace('.', "/");
    match (name.split_once("[key]"), key) {
        (Some((before, after)), Some(key)) => format!("/{}/{}{}", path(before), segment(key), path(after)),
        _ => format!("/{}", path(name)),
    }
}

/// The key of a row as one part of a topic. Different keys are different parts.
fn segment(key: &str) -> String {
    use std::fmt::Write as _;
    // A text is JSON with quotes.
    let text = serde_json::from_str::<String>(key).unwrap_or_else(|_| key.to_owned());
    let mut segment = String::with_capacity(text.len());
    for letter in text.chars() {
        if matches!(letter, '/' | '%') || letter.is_control() {
            // Writing to a string cannot fail. These letters have one byte, or two if they are controls.
            letter.encode_utf8(&mut [0; 4]).bytes().for_each(|byte| _ = write!(segment, "%{byte:02X}"));
        } else {
            segment.push(letter);
        }
    }
    segment
}

/// The schema of the messages of a property. Without one, a message may have anything.
fn schema(plan: &Plan, prop: Option<PropNo>) -> serde_json::Value {
    let mut generator = SchemaGenerator::default();
    let value = prop.map(|prop| (plan.prop(prop).info.ty.schema)(&mut generator));
    let value = value.map_or_else(|| json!({}), |schema| schema.to_value());
    let definitions = generator.take_definitions(true);
    json!({
        "type": "object",
        "properties": { "value": value, "bad": { "type": "string", "description": "Why the value is not good." } },
        "$defs": definitions,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_property_in_a_row_has_a_topic_of_its_own() {
        assert_eq!(topic("speed.value", None), "/speed/value");
        assert_eq!(topic("arm.lamps[key].on.on", Some("7")), "/arm/lamps/7/on/on");
        assert_eq!(topic("lamps[key].on.on", Some("\"left one\"")), "/lamps/left one/on/on");
        assert_eq!(topic("motors[2].speed.value", None), "/motors/2/speed/value");
    }

    #[test]
    fn fault_rows_with_different_keys_are_one_topic() {
        let topics: BTreeSet<String> = ["\"a.b\"", "\"a/b\"", "\"a[b\"", "\"a%2Fb\"", "\"a]b\"", "\"a\\nb\"", "\"ab\""]
            .iter()
            .map(|key| topic("lamps[key].on.on", Some(key)))
            .collect();
        assert_eq!(topics.len(), 7, "{topics:?}");
        assert!(topics.contains("/lamps/a%2Fb/on/on") && topics.contains("/lamps/a.b/on/on"), "{topics:?}");
    }
}
