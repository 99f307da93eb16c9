//! Reading the record of who wanted what: `GET /api/audit?from=..&to=..&points=..`.
//!
//! The newest records of the span come first, at most `points`, as in the history of a log. A program gets the records of the
//! properties that its user sees, as on a page, and may read the record at all if its user sees an `AuditLog`.

use std::{fmt::Write as _, sync::Arc};

use axum::{
    extract::{RawQuery, State},
    http::{HeaderMap, StatusCode},
    response::Response,
};
use serde_json::{Value, json};

use super::{
    extract::Sender,
    history::{NO_PLACE, accepts_csv, field, is_csv, micros, number_of_points, seconds, time},
    records::{Older, harmless, paged},
    response::Denied,
};
use crate::{
    date::iso_of_micros,
    engine::Engine,
    record::AuditRecord,
    server::{
        audit::{Hole, Place, Search},
        state::Running,
    },
};

/// The most records in an answer.
const MOST: usize = 10_000;

/// How many there are without `points`.
const USUAL: usize = 1_000;

/// What a request asks for.
#[derive(Debug, PartialEq)]
struct Asked {
    /// In seconds since the Unix epoch.
    from: Option<f64>,
    to: Option<f64>,
    points: usize,
    before: Option<Place>,
    csv: bool,
}

impl Asked {
    fn read(query: &str, accepts_csv: bool) -> Result<Self, String> {
        let mut asked = Self { from: None, to: None, points: USUAL, before: None, csv: accepts_csv };
        for (name, value) in form_urlencoded::parse(query.as_bytes()) {
            match &*name {
                "from" => asked.from = Some(time(&name, &value, 0.0)?),
                "to" => asked.to = Some(time(&name, &value, 0.0)?),
                "points" => asked.points = number_of_points(&value, 1..=MOST)?,
                "before" => {
                    let place = value.split_once('-').and_then(|(time, n)| Some((time.parse().ok()?, n.parse().ok()?)));
                    asked.before = Some(place.ok_or(NO_PLACE)?);
                }
                "format" => asked.csv = is_csv(&value)?,
                other => {
                    return Err(format!(
                        "there is no `{other}`: the record has `from`, `to`, `points`, `before` and `format`"
                    ));
                }
            }
        }
        if asked.from.zip(asked.to).is_some_and(|(from, to)| from >= to) {
            return Err("`from` must be before `to`".to_owned());
        }
        Ok(asked)
    }

    /// The span in milliseconds.
    fn span(&self) -> std::ops::Range<u64> {
        // A time is that of an answer, which has whole milliseconds.
        let millis = |seconds: f64| (seconds * 1e3).round() as u64;
        self.from.map_or(0, millis)..self.to.map_or(u64::MAX, millis)
    }
}

pub(super) async fn audit(
    State(running): State<Arc<Running>>,
    sender: Sender,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Result<Response, Denied> {
    let asked = Asked::read(&query.unwrap_or_default(), accepts_csv(&headers)).map_err(Denied::malformed)?;
    let user = sender.user();
    if !running.driver.with_engine(|engine| engine.may_read_record(user)) {
        let why = "the record is for those who see an `AuditLog`, or have the highest role if no page has one";
        return Err(Denied::new(StatusCode::FORBIDDEN, "role", why));
    }
    let (mut records, goes_on): (Vec<Line>, _) = match running.driver.audit_of_device() {
        Some((log, device)) => {
            let (driver, of) = (running.driver.clone(), user.clone());
            let search = Search {
                device: device.to_owned(),
                times: asked.span(),
                before: asked.before,
                // One more tells whether there are older ones.
                most: asked.points + 1,
                wants: Box::new(move |prop| driver.with_engine(|engine| engine.may_read_record_of(&of, prop))),
            };
            let found = log.search(search).await.ok_or_else(Denied::ending)?;
            let records = found.records.into_iter();
            let read = |engine: &mut Engine| records.map(|one| engine.read_record(user, one).into()).collect();
            let mut lines: Vec<Line> = running.driver.with_engine(read);
            lines.extend(found.lost.iter().map(|(place, hole)| Line::lost(*place, hole)));
            lines.sort_by_key(|line| line.place);
            (lines, found.next)
        }
        None => {
            let shown = running.driver.with_engine(|engine| engine.shown_records(user));
            let none = || Denied::new(StatusCode::NOT_FOUND, "no_record", "no record is kept: see `App::audit`");
            let mut shown = shown.ok_or_else(none)?;
            let span = asked.span();
            shown.retain(|one| span.contains(&place(one).0) && asked.before.is_none_or(|before| place(one) < before));
            shown.sort_by_key(place);
            // As in files, and as in `next`.
            shown.iter_mut().for_each(|one| one.time = place(one).0 as f64 / 1e3);
            (shown.into_iter().map(Line::from).collect(), None)
        }
    };
    let older = records.len().saturating_sub(asked.points);
    records.drain(..older);
    let next = if older > 0 { records.first().map(|line| line.place) } else { goes_on };
    let text = if asked.csv { csv(&records) } else { as_json(&records, next) };
    let Asked { from, to, points, csv, .. } = asked;
    Ok(paged(text, next.map(text_of), &Older { from, to, points, csv }))
}

/// A line of an answer.
struct Line {
    place: Place,
    record: AuditRecord,
    /// When the first of the records was wanted that are missing, in seconds since the Unix epoch, or earlier.
    since: Option<f64>,
}

impl From<AuditRecord> for Line {
    fn from(record: AuditRecord) -> Self {
        Self { place: place(&record), record, since: None }
    }
}

impl Line {
    /// Records that are missing. Who may read the record may know that, since nobody knows whose they are.
    fn lost(place: Place, hole: &Hole) -> Self {
        let mut record = AuditRecord::new(0, hole.until as f64 / 1e3, "lost".to_owned());
        let since = hole.since.map(|since| since as f64 / 1e3);
        let least = if hole.is_damaged { "at least " } else { "" };
        let records = if hole.records == 1 { "record" } else { "records" };
        let time = |seconds: f64| iso_of_micros(micros(seconds));
        let when = match since {
            Some(since) => format!("between {} and {}", time(since), time(record.time)),
            None => format!("before {}", time(record.time)),
        };
        let cause = if hole.is_damaged { "a part of the file cannot be read" } else { "the file did not take them" };
        record.why = Some(format!("{least}{} {records} lost {when}: {cause}", hole.records));
        record.times = hole.records;
        Self { place, record, since }
    }
}

fn place(record: &AuditRecord) -> Place {
    ((record.time * 1e3).round() as u64, record.n)
}

/// A place in an address.
fn text_of((time, n): Place) -> String {
    format!("{time}-{n}")
}

/// `{records: [{n, time, user, property, old, new, hidden, outcome, why, times, since}, ..], next}`. `old` and `new` are JSON,
/// or a text if they were cut.
fn as_json(lines: &[Line], next: Option<Place>) -> String {
    let value = |text: &Option<String>| match text {
        Some(text) => serde_json::from_str(text).unwrap_or_else(|_| Value::String(text.clone())),
        None => Value::Null,
    };
    let records: Vec<Value> = lines
        .iter()
        .map(|Line { record: one, since, .. }| {
            let mut record = serde_json::to_value(one).unwrap_or_default();
            (record["old"], record["new"]) = (value(&one.old), value(&one.new));
            record["since"] = json!(since);
            record
        })
        .collect();
    json!({ "records": records, "next": next.map(text_of) }).to_string()
}

/// One line for each record, as RFC 4180 has it. The columns are always the same.
fn csv(lines: &[Line]) -> String {
    let mut out = String::from("time,time_utc,n,user,property,old,new,outcome,why,times,since\r\n");
    let text = |text: &str| field(&harmless(text));
    let maybe = |value: &Option<String>| value.as_deref().map_or_else(String::new, text);
    // A number is no formula, also a negative one.
    let json = |value: &Option<String>| match value {
        Some(json) if serde_json::from_str::<serde_json::Number>(json).is_ok() => json.clone(),
        value => maybe(value),
    };
    for Line { record: one, since, .. } in lines {
        let time = micros(one.time);
        // Writing to a string cannot fail.
        let _ = write!(
            out,
            "{},{},{},{},{},{},{},{},{},{},{}\r\n",
            seconds(time),
            iso_of_micros(time),
            one.n,
            text(&one.user),
            text(&one.property),
            json(&one.old),
            json(&one.new),
            one.outcome,
            maybe(&one.why),
            one.times,
            since.map(|since| seconds(micros(since)).to_string()).unwrap_or_default()
        );
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_request_says_its_span_and_its_faults() {
        let asked = Asked::read("from=1.5&to=2&points=7&before=1500-3&format=csv", false).unwrap();
        assert_eq!((asked.span(), asked.points, asked.before, asked.csv), (1500..2000, 7, Some((1500, 3)), true));
        assert_eq!(Asked::read("", true).unwrap().span(), 0..u64::MAX);
        for (query, why) in [
            ("from=yesterday", "`from` is a time"),
            ("from=-1", "`from` is a time"),
            ("from=5&to=5", "`from` must be before `to`"),
            ("points=0", "`points` is a whole number from 1 to 10000"),
            ("before=7", "`before` is the `next`"),
            ("format=xml", "`format` is `json` or `csv`"),
            ("user=ada", "there is no `user`"),
        ] {
            let told = Asked::read(query, false).unwrap_err();
            assert!(told.starts_with(why), "{query}: {told}");
        }
    }

    #[test]
    fn fault_negative_numbers_were_texts_in_the_table_of_the_record() {
        let mut one = AuditRecord::new(3, 1.0, "applied".to_owned());
        (one.old, one.new) = (Some("-5.5".to_owned()), Some("-1e-7".to_owned()));
        let line = |one: &AuditRecord| csv(&[one.clone().into()]).lines().nth(1).unwrap().to_owned();
        assert!(line(&one).ends_with(",-5.5,-1e-7,applied,,1,"), "{}", line(&one));
        // A text that was cut, or that only begins like a number, still runs as no formula.
        (one.old, one.new) = (Some("-2+3".to_owned()), Some("=1".to_owned()));
        assert!(line(&one).ends_with(",\"'-2+3\",\"'=1\",applied,,1,"), "{}", line(&one));
    }

    #[test]
    fn a_table_has_the_same_columns_and_runs_no_formula() {
        let mut one = AuditRecord::new(3, 1.5, "failed".to_owned());
        one.user = "=ada".to_owned();
        one.old = Some("1.0".to_owned());
        assert_eq!(
            csv(&[one.clone().into()]).lines().collect::<Vec<_>>(),
            [
                "time,time_utc,n,user,property,old,new,outcome,why,times,since",
                "1.5,1970-01-01T00:00:01.5Z,3,\"'=ada\",\"\",1.0,,failed,,1,"
            ]
        );
        assert_eq!(csv(&[]).lines().count(), 1);
        let read: Value = serde_json::from_str(&as_json(&[one.into()], Some((1500, 3)))).unwrap();
        assert_eq!((&read["records"][0]["old"], &read["next"]), (&json!(1.0), &json!("1500-3")));
    }

    #[test]
    fn fault_records_that_are_missing_were_not_told() {
        let taken = Hole { since: Some(1_000), until: 2_500, records: 57, is_damaged: false };
        let damaged = Hole { since: None, until: 3_000, records: 1, is_damaged: true };
        let lines = [Line::lost((2_500, 0), &taken), Line::lost((3_000, 0), &damaged)];
        let why = "57 records lost between 1970-01-01T00:00:01Z and 1970-01-01T00:00:02.5Z: the file did not take them";
        assert_eq!(
            csv(&lines).lines().skip(1).collect::<Vec<_>>(),
            [
                &*format!("2.5,1970-01-01T00:00:02.5Z,0,\"\",\"\",,,lost,\"{why}\",57,1"),
                "3,1970-01-01T00:00:03Z,0,\"\",\"\",,,lost,\"at least 1 record lost before 1970-01-01T00:00:03Z: a part of the file \
                 cannot be read\",1,",
            ]
        );
        let read: Value = serde_json::from_str(&as_json(&lines, None)).unwrap();
        let [first, second] = [0, 1].map(|at| read["records"][at].clone());
        assert_eq!((&first["outcome"], &first["times"], &first["since"]), (&json!("lost"), &json!(57), &json!(1.0)));
        assert_eq!((&first["time"], &first["why"], &second["since"]), (&json!(2.5), &json!(why), &Value::Null));
    }
}
