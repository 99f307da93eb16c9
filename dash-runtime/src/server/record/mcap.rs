//! Writes a record as an MCAP file, which Foxglove, Rerun and other tools open.
//!
//! Each property is a channel: `/speed/value`, and `/lamps/7/on/on` in a row. A message is
//! `{"value": .., "bad": "why"}`, with a JSON schema, and has the time of the change. Each item of a stream is a message.
//! `/dash/commands`, `/dash/clients` and `/dash/gaps` have what else the record has.

use std::{
    collections::{BTreeMap, VecDeque},
    fs::File,
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

use super::{Header, Held, Kind, Moment, Place, RecordError, Run, Touched, Walked};
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
    let wrong = |error: McapError| RecordError::new(to, format!("the MCAP file cannot be written: {error}"));
    let mut export = Export::new(plan, run.header(), BufWriter::new(file)).map_err(wrong)?;
    run.walk(|moment, walked| {
        match walked {
            Walked::State(touched) => export.state(moment, touched),
            Walked::Other(entry) => export.other(entry.kind, entry.at, &entry.body),
        }
        .map_err(wrong)
    })?;
    let Export { mut writer, messages, channels, .. } = export;
    writer.finish().map_err(wrong)?;
    let file = writer.into_inner().into_inner().map_err(|error| failed(error.into_error()))?;
    file.sync_all().map_err(failed)?;
    let lost = match run.lost() {
        0 => String::new(),
        lost => format!("; the last {lost} bytes of the record cannot be read"),
    };
    Ok(format!("{}: {messages} messages in {} channels{lost}", to.display(), channels.len()))
}

struct Export<'a> {
    plan: &'a Plan,
    header: Header,
    writer: Writer<BufWriter<File>>,
    /// By topic.
    channels: BTreeMap<String, u16>,
    /// What was written last, to write only what is new.
    last: BTreeMap<Place, Held>,
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
        Ok(Self { plan, header: header.clone(), writer, channels: BTreeMap::new(), last: BTreeMap::new(), messages: 0 })
    }

    fn state(&mut self, moment: &Moment, touched: &Touched) -> Result<(), McapError> {
        let places: Vec<&Place> =
            if touched.all { moment.values.keys().collect() } else { touched.places.keys().collect() };
        for place in places {
            let Some(held) = moment.values.get(place).filter(|held| !held.is_secret) else { continue };
            let before = self.last.get(place);
            if before == Some(held) {
                continue;
            }
            let bad = match &held.quality {
                Some((why, _)) => format!(",\"bad\":{}", quoted(why)),
                None => String::new(),
            };
            let message = |value: &str| format!("{{\"value\":{value}{bad}}}");
            let messages: Vec<String> = match (&held.value, &held.items) {
                (Some(value), _) => vec![message(value)],
                (None, Some(items)) => {
                    let known = before.and_then(|before| before.items.as_ref());
                    new_items(known, items).map(message).collect()
                }
                (None, None) => Vec::new(),
            };
            if !messages.is_empty() {
                let channel = self.channel_of(place)?;
                for message in messages {
                    self.write(channel, moment.at, message.as_bytes())?;
                }
            }
            self.last.insert(place.clone(), held.clone());
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
            None => self.add(topic, &json!({ "type": "object" }))?,
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

    fn channel_of(&mut self, place: &Place) -> Result<u16, McapError> {
        let name = self.header.props.get(place.number()).map_or("", |prop| prop.name.as_str());
        let topic = topic(name, place.key());
        if let Some(channel) = self.channels.get(&topic) {
            return Ok(*channel);
        }
        let prop = self.plan.numbered().find(|(_, prop)| prop.name() == name).map(|(no, _)| no);
        let schema = schema(self.plan, prop);
        self.add(&topic, &schema)
    }

    fn add(&mut self, topic: &str, schema: &serde_json::Value) -> Result<u16, McapError> {
        let schema = self.writer.add_schema(topic, "jsonschema", schema.to_string().as_bytes())?;
        let channel = self.writer.add_channel(schema, topic, "json", &BTreeMap::new())?;
        self.channels.insert(topic.to_owned(), channel);
        Ok(channel)
    }
}

/// `speed.value` is `/speed/value`, and `lamps[key].on.on` with the key 7 is `/lamps/7/on/on`.
fn topic(name: &str, key: Option<&str>) -> String {
    let name = match key {
        Some(key) => name.replacen("[key]", &format!("/{}", key.trim_matches('"')), 1),
        None => name.to_owned(),
    };
    format!("/{}", name.replace('[', "/").replace(']', "").replace('.', "/"))
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
        "required": ["value"],
        "$defs": definitions,
    })
}

/// The items that come behind those that are known.
fn new_items<'a>(
    known: Option<&VecDeque<(u8, Arc<str>)>>,
    items: &'a VecDeque<(u8, Arc<str>)>,
) -> impl Iterator<Item = &'a str> {
    // The first items of a stream are the last ones of those that are known.
    let same = known.map_or(0, |known| {
        let begins = |from: &usize| known.range(*from..).eq(items.range(..(known.len() - from).min(items.len())));
        let from = (known.len().saturating_sub(items.len())..known.len()).find(begins);
        from.map_or(0, |from| known.len() - from)
    });
    items.range(same..).map(|(_, item)| &**item)
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
    fn only_new_items_of_a_stream_are_written() {
        let items = |text: &str| -> VecDeque<(u8, Arc<str>)> {
            text.chars().map(|item| (0, item.to_string().into())).collect()
        };
        let new = |known: &str, now: &str| new_items(Some(&items(known)), &items(now)).collect::<String>();
        assert_eq!(new("", "abc"), "abc");
        assert_eq!(new("abc", "abc"), "");
        assert_eq!(new("abc", "abcd"), "d");
        assert_eq!(new("abcd", "cdef"), "ef");
        assert_eq!(new("aaaa", "aaaa"), "");
        assert_eq!(new("abc", "xyz"), "xyz");
        assert_eq!(new("abc", ""), "");
    }
}
