//! What a request gets of a history of records, such as the lines of a log.
//!
//! The newest records of the span come first, at most `points`. If there are older ones, the answer says how to ask for
//! them: `next`, and a header `Link` (RFC 8288), so that programs that want a table find them too.

use std::{
    collections::BTreeSet,
    fmt::{Display, Write as _},
    ops::Range,
};

use axum::{
    http::{HeaderValue, header},
    response::{IntoResponse, Response},
};
use schemars::{Schema, SchemaGenerator};
use serde_json::{Map, Value};

use super::history::{Asked, CSV, JSON, comma, field, micros, seconds};
use crate::{
    date::iso_of_micros,
    server::history::{Micros, Page},
};

/// The span. Without `from` and `to` it has no bounds.
pub(super) fn span(asked: &Asked) -> Result<Range<Micros>, String> {
    let (from, to) = (asked.from.map_or(Micros::MIN, micros), asked.to.map_or(Micros::MAX, micros));
    if from < to { Ok(from..to) } else { Err("`from` must be before `to`".to_owned()) }
}

/// `columns` are those of a table.
pub(super) fn answer(asked: &Asked, page: &Page, columns: BTreeSet<String>) -> Response {
    let text = if asked.csv { csv(page, columns) } else { json(page) };
    let Asked { from, to, points, csv, .. } = *asked;
    paged(text, page.next, &Older { from, to, points, csv })
}

/// What the request for older records has of the one before.
pub(super) struct Older {
    /// In seconds since the Unix epoch.
    pub(super) from: Option<f64>,
    pub(super) to: Option<f64>,
    pub(super) points: usize,
    pub(super) csv: bool,
}

impl Older {
    /// The same request, for the records before `next`.
    fn query(&self, next: impl Display) -> String {
        let mut query = format!("?before={next}&points={}", self.points);
        // Writing to a string cannot fail.
        for (name, time) in [("from", self.from), ("to", self.to)] {
            let _ = time.map(|time| write!(query, "&{name}={time}"));
        }
        query + if self.csv { "&format=csv" } else { "&format=json" }
    }
}

/// The answer with these records, and with a header that says how to ask for those before `next`, if there are any.
pub(super) fn paged(text: String, next: Option<impl Display>, older: &Older) -> Response {
    let kind = if older.csv { CSV } else { JSON };
    let mut answer = ([(header::CONTENT_TYPE, kind), (header::CACHE_CONTROL, "no-store")], text).into_response();
    let link = next.map(|next| format!("<{}>; rel=\"next\"", older.query(next)));
    // Digits and ASCII words are always a header.
    if let Some(link) = link.and_then(|link| HeaderValue::from_str(&link).ok()) {
        answer.headers_mut().insert(header::LINK, link);
    }
    answer
}

/// `{records: [[t, record], ..], next}`. Times are in seconds. The place is a text, because it has more digits than a number
/// of JavaScript.
fn json(page: &Page) -> String {
    let mut out = String::from("{\"records\":[");
    for (at, (time, record)) in page.records.iter().enumerate() {
        // Writing to a string cannot fail. The store has only JSON.
        let _ = write!(out, "{}[{},{record}]", comma(at), seconds(*time));
    }
    let _ = match page.next {
        Some(next) => write!(out, "],\"next\":\"{next}\"}}"),
        None => write!(out, "],\"next\":null}}"),
    };
    out
}

/// The fields that a record of this type can have, without the time. Empty if the type does not say.
pub(super) fn columns(schema: fn(&mut SchemaGenerator) -> Schema) -> BTreeSet<String> {
    let mut generator = SchemaGenerator::default();
    let schema = schema(&mut generator).to_value();
    let definitions = generator.take_definitions(true);
    let (mut fields, mut left, mut seen) = (BTreeSet::new(), vec![&schema], BTreeSet::new());
    while let Some(schema) = left.pop() {
        if let Some(Value::Object(properties)) = schema.get("properties") {
            fields.extend(properties.keys().cloned());
        }
        if let Some(name) = schema.get("$ref").and_then(Value::as_str).and_then(|path| path.rsplit('/').next())
            && seen.insert(name)
        {
            left.extend(definitions.get(name));
        }
        for several in ["oneOf", "anyOf", "allOf"] {
            left.extend(schema.get(several).and_then(Value::as_array).into_iter().flatten());
        }
    }
    fields.remove("time");
    fields
}

/// One line for each record, as RFC 4180 has it, with these columns, or, without any, with one for each field that there is.
fn csv(page: &Page, columns: BTreeSet<String>) -> String {
    let objects: Vec<(Micros, Map<String, Value>)> = page
        .records
        .iter()
        .map(|(time, record)| match serde_json::from_str(record) {
            Ok(Value::Object(fields)) => (*time, fields),
            Ok(other) => (*time, Map::from_iter([("record".to_owned(), other)])),
            Err(_) => (*time, Map::new()),
        })
        .collect();
    // The time is the first column already.
    let there_are = || objects.iter().flat_map(|(_, fields)| fields.keys()).filter(|name| *name != "time");
    let names = if columns.is_empty() { there_are().cloned().collect() } else { columns };
    let mut out = String::from("time,time_utc");
    names.iter().for_each(|name| _ = write!(out, ",{}", field(&harmless(name))));
    out.push_str("\r\n");
    for (time, fields) in &objects {
        let _ = write!(out, "{},{}", seconds(*time), iso_of_micros(*time));
        for name in &names {
            let text = match fields.get(name) {
                None | Some(Value::Null) => String::new(),
                Some(Value::String(text)) => field(&harmless(text)),
                Some(number @ Value::Number(_)) => number.to_string(),
                Some(other) => field(&other.to_string()),
            };
            let _ = write!(out, ",{text}");
        }
        out.push_str("\r\n");
    }
    out
}

/// A spreadsheet takes a text that begins like this for a formula, and a device may write what others have sent to it.
pub(super) fn harmless(text: &str) -> String {
    match text.chars().next() {
        Some('=' | '+' | '-' | '@' | '\t' | '\r') => format!("'{text}"),
        _ => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::{super::history::Aggregate, *};

    fn page() -> Page {
        let first = r#"{"time":1.5,"level":"warn","text":"a \"b\", c"}"#.to_owned();
        let second = r#"{"time":2,"level":"info","text":"=1+1","code":7}"#.to_owned();
        Page { records: vec![(1_500_000, first), (2_000_000, second)], next: Some(1_536_000_000), told: Vec::new() }
    }

    const ASKED: Asked =
        Asked { from: Some(1.0), to: None, points: 2, aggregate: Aggregate::None, before: None, csv: true };

    #[test]
    fn records_are_json_with_a_way_to_older_ones() {
        let read: Value = serde_json::from_str(&json(&page())).unwrap();
        assert_eq!(read["next"], "1536000000");
        assert_eq!(read["records"][0][0], 1.5);
        assert_eq!(read["records"][0][1]["text"], "a \"b\", c");
        let end: Value = serde_json::from_str(&json(&Page::default())).unwrap();
        assert_eq!(end, serde_json::json!({ "records": [], "next": null }));
    }

    #[test]
    fn records_are_a_table_that_runs_no_formula() {
        let table = "time,time_utc,\"code\",\"level\",\"text\"\r\n1.5,1970-01-01T00:00:01.5Z,,\"warn\",\"a \"\"b\"\", c\"\r\n2,1970-01-01T00:00:02Z,7,\"info\",\"'=1+1\"\r\n";
        assert_eq!(csv(&page(), BTreeSet::new()), table);
    }

    #[test]
    fn fault_the_name_of_a_field_was_a_formula_in_a_table() {
        let record = r#"{"=cmd|' /C calc'!A0":1}"#.to_owned();
        let table = csv(&Page { records: vec![(0, record)], next: None, told: Vec::new() }, BTreeSet::new());
        assert!(table.starts_with("time,time_utc,\"'=cmd"), "{table}");
    }

    #[test]
    fn a_table_says_where_older_records_are() {
        let link = answer(&ASKED, &page(), BTreeSet::new()).headers()[header::LINK].to_str().unwrap().to_owned();
        assert_eq!(link, "<?before=1536000000&points=2&from=1&format=csv>; rel=\"next\"");
        let end = answer(&ASKED, &Page::default(), BTreeSet::new());
        assert!(!end.headers().contains_key(header::LINK));
    }

    #[test]
    fn without_bounds_a_span_has_everything() {
        assert_eq!(span(&ASKED), Ok(1_000_000..Micros::MAX));
        assert!(span(&Asked { to: Some(1.0), ..ASKED }).is_err());
    }
}
