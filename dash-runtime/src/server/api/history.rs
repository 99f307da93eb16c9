//! Reading the history of a stream: `GET /api/history/<component>/<property>?from=..&to=..&points=..`.
//!
//! The answer has all samples of the span, or, if they are more than `points`, cells with the smallest, largest and mean
//! value of each series. So a chart of a year has as few numbers as one of a minute. A table has the same columns however many
//! samples there are: those of samples, or, if the request names `points` or `aggregate=cells`, those of cells. Of records, [`records`](super::records)
//! makes the answer: the newest of the span, page by page.

use std::{
    collections::BTreeSet,
    fmt::Write as _,
    ops::RangeInclusive,
    sync::Arc,
    time::{SystemTime, UNIX_EPOCH},
};

use axum::{
    extract::{RawQuery, State},
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
};

use super::{extract::Target, records, response::Denied};
use crate::{
    date::iso_of_micros,
    engine::Engine,
    history::Items,
    numbers::PropNo,
    server::{
        history::{Cell, Micros, Place, Point, Shown, Summary},
        state::Running,
        store::StoreError,
    },
};

/// The most samples or cells in an answer.
const MOST: usize = 100_000;

/// How many there are without `points`.
const USUAL: usize = 1_000;

/// The span without `from`, in seconds.
const HOUR: f64 = 3_600.0;

/// Whether samples become cells.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Aggregate {
    /// If there are too many of them.
    Auto,
    /// Never. Too many are refused.
    None,
    /// Always.
    Cells,
}

/// What a request asks for. Times are in seconds since the Unix epoch.
#[derive(Debug, PartialEq)]
pub(super) struct Asked {
    pub(super) from: Option<f64>,
    pub(super) to: Option<f64>,
    pub(super) points: usize,
    pub(super) aggregate: Aggregate,
    /// Only of records: those before this one.
    pub(super) before: Option<Place>,
    pub(super) csv: bool,
}

impl Asked {
    fn read(query: &str, accepts_csv: bool, has_records: bool) -> Result<Self, String> {
        let (mut from, mut to, mut points, mut before, mut csv) = (None, None, None, None, accepts_csv);
        let mut aggregate = None;
        // One cell could not have both ends of a span.
        let least = if has_records { 1 } else { 2 };
        for (name, value) in form_urlencoded::parse(query.as_bytes()) {
            match &*name {
                "from" => from = Some(time(&name, &value, f64::MIN)?),
                "to" => to = Some(time(&name, &value, f64::MIN)?),
                "points" => points = Some(number_of_points(&value, least..=MOST)?),
                "aggregate" if !has_records => {
                    aggregate = Some(match &*value {
                        "auto" => Aggregate::Auto,
                        "none" => Aggregate::None,
                        "cells" => Aggregate::Cells,
                        _ => return Err("`aggregate` is `auto`, `none` or `cells`".to_owned()),
                    });
                }
                "before" if has_records => before = Some(value.parse().map_err(|_| NO_PLACE.to_owned())?),
                "format" => csv = is_csv(&value)?,
                other => {
                    let more = if has_records { "`before`" } else { "`aggregate`" };
                    return Err(format!(
                        "there is no `{other}`: a history has `from`, `to`, `points`, {more} and `format`"
                    ));
                }
            }
        }
        let usual = match (csv, points) {
            (false, _) => Aggregate::Auto,
            (true, None) => Aggregate::None,
            (true, Some(_)) => Aggregate::Cells,
        };
        let aggregate = aggregate.unwrap_or(usual);
        let most = if aggregate == Aggregate::None { MOST } else { USUAL };
        Ok(Self { from, to, points: points.unwrap_or(most), aggregate, before, csv })
    }

    /// The span. Without `to` it ends `now`. Without `from` it is an hour.
    fn span(&self, now: f64) -> Result<(f64, f64), String> {
        let to = self.to.unwrap_or(now);
        let from = self.from.unwrap_or(to - HOUR);
        if from < to { Ok((from, to)) } else { Err("`from` must be before `to`".to_owned()) }
    }
}

/// What is said of a `before` that is no place.
pub(super) const NO_PLACE: &str = "`before` is the `next` of an answer before";

/// The value of `from` or `to`.
pub(super) fn time(name: &str, value: &str, earliest: f64) -> Result<f64, String> {
    let time = value.parse::<f64>().ok().filter(|time| time.is_finite() && *time >= earliest);
    time.ok_or_else(|| format!("`{name}` is a time in seconds since the Unix epoch, and not {value:?}"))
}

/// The value of `points`.
pub(super) fn number_of_points(value: &str, range: RangeInclusive<usize>) -> Result<usize, String> {
    let number = value.parse().ok().filter(|points| range.contains(points));
    number.ok_or_else(|| format!("`points` is a whole number from {} to {}", range.start(), range.end()))
}

/// The value of `format`.
pub(super) fn is_csv(value: &str) -> Result<bool, String> {
    match value {
        "csv" => Ok(true),
        "json" => Ok(false),
        _ => Err("`format` is `json` or `csv`".to_owned()),
    }
}

/// Whether a request without `format` wants a table.
pub(super) fn accepts_csv(headers: &HeaderMap) -> bool {
    let accept = headers.get_all(header::ACCEPT).iter().filter_map(|accept| accept.to_str().ok());
    let ranges = accept.flat_map(|accept| accept.split(',')).map(|range| {
        let mut parts = range.split(';').map(|part| part.trim().to_ascii_lowercase());
        let kind = parts.next().unwrap_or_default();
        let weight = parts.find_map(|part| part.strip_prefix("q=").map(|weight| weight.parse().unwrap_or(0.0)));
        (kind, weight.unwrap_or(1.0_f64))
    });
    let ranges: Vec<(String, f64)> = ranges.collect();
    let Some(table) = ranges.iter().position(|(kind, _)| kind == "text/csv") else { return false };
    let weight = ranges[table].1;
    // Of two that are as welcome, the one that is named is better than any, and the first one better than the second.
    let is_less = |(at, (kind, other)): (usize, &(String, f64))| match &**kind {
        JSON => *other < weight || (*other <= weight && table < at),
        "application/*" | "*/*" => *other <= weight,
        _ => true,
    };
    weight > 0.0 && ranges.iter().enumerate().all(is_less)
}

pub(super) async fn history(
    State(running): State<Arc<Running>>,
    Target(no): Target,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Result<Response, Denied> {
    let none = || {
        let name = running.driver.with_engine(|engine| engine.name_of(no));
        Denied::new(StatusCode::NOT_FOUND, "no_history", format!("no history of `{name}` is kept"))
    };
    let plan = running.driver.with_engine(|engine| Arc::clone(engine.plan()));
    let has_records =
        plan.prop(no).history.as_ref().is_some_and(|history| matches!(history.ty.0, Items::Records { .. }));
    let asked =
        Asked::read(&query.unwrap_or_default(), accepts_csv(&headers), has_records).map_err(Denied::malformed)?;
    let (key, keeper) = running
        .driver
        .with_engine(|engine: &mut Engine| engine.history_key(no))
        .zip(running.driver.keeper().cloned())
        .ok_or_else(none)?;
    if has_records {
        let schema = plan.prop(no).info.ty.schema;
        let (span, points, before) = (records::span(&asked).map_err(Denied::malformed)?, asked.points, asked.before);
        let read = from_disk(move || keeper.read_records(&key, plan.prop(no).history.as_ref()?, span, before, points));
        let columns = if asked.csv { records::columns(schema) } else { BTreeSet::new() };
        return Ok(records::answer(&asked, &read.await?, columns));
    }
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_secs_f64();
    let (from, to) = asked.span(now).map_err(Denied::malformed)?;
    let (span, points) = (micros(from)..micros(to), asked.points);
    let read = from_disk(move || keeper.read_history(&key, plan.prop(no).history.as_ref()?, span, points)).await?;
    let shown = match (asked.aggregate, read.shown) {
        (Aggregate::None, Shown::Cells { .. }) => {
            let why = format!(
                "there are more than {points} samples: ask for a shorter time with `from` and `to`, or for `aggregate=cells`"
            );
            return Err(Denied::new(StatusCode::UNPROCESSABLE_ENTITY, "too_many", why));
        }
        (Aggregate::Cells, shown) => as_cells(shown),
        (_, shown) => shown,
    };
    let (kind, text) =
        if asked.csv { (CSV, csv(&shown, &names(&running, no))) } else { (JSON, json((from, to), &shown)) };
    Ok(([(header::CONTENT_TYPE, kind), (header::CACHE_CONTROL, "no-store")], text).into_response())
}

pub(super) const CSV: &str = "text/csv; charset=utf-8";
pub(super) const JSON: &str = "application/json";

pub(super) fn micros(seconds: f64) -> Micros {
    (seconds * 1e6).round() as Micros
}

/// Reads what is `None` if the program ends. The disk may be slow.
async fn from_disk<T: Send + 'static>(
    read: impl FnOnce() -> Option<Result<T, StoreError>> + Send + 'static,
) -> Result<T, Denied> {
    // An error means that the runtime ends.
    let read = tokio::task::spawn_blocking(read).await.map_err(|_| Denied::ending())?.ok_or_else(Denied::ending)?;
    read.map_err(|error| {
        Denied::new(StatusCode::INTERNAL_SERVER_ERROR, "store", format!("the history cannot be read: {error}"))
    })
}

/// Each sample as a cell of its own, so that an answer has cells however few samples there are.
fn as_cells(shown: Shown) -> Shown {
    let Shown::Samples(samples) = shown else { return shown };
    let cell = |Point { time, values }: Point| {
        let one = |value: f64| Summary { min: value, max: value, mean: value, count: 1, first: value, last: value };
        Cell { first: time, last: time, count: 1, series: values.into_iter().map(|value| value.map(one)).collect() }
    };
    Shown::Cells { width: 0, cells: samples.into_iter().map(cell).collect() }
}

/// The names of the series with their units, if the component has a property `series` with objects that have a `name`.
fn names(running: &Running, no: PropNo) -> Vec<String> {
    running.driver.with_engine(|engine| {
        let plan = Arc::clone(engine.plan());
        let component = plan.of_component(plan.prop(no).component_no);
        let mut siblings = crate::numbers::each(component);
        let series = siblings.find(|sibling| plan.prop(*sibling).info.name == "series");
        // Each row has a chart of its own.
        let series = series.map(|cell| plan.in_row(cell, plan.row_of(no)));
        let json = series.and_then(|series| Some(engine.slot(series).value()?.json().to_owned()));
        let series: Vec<serde_json::Value> = json.and_then(|json| serde_json::from_str(&json).ok()).unwrap_or_default();
        // A device may name them.
        let named = |(at, one): (usize, &serde_json::Value)| {
            let text = |key: &str| one[key].as_str().unwrap_or_default();
            let name = if text("name").is_empty() { (at + 1).to_string() } else { text("name").to_owned() };
            let unit = if text("unit").is_empty() { String::new() } else { format!(" [{}]", text("unit")) };
            records::harmless(&format!("{name}{unit}"))
        };
        series.iter().enumerate().map(named).collect()
    })
}

pub(super) fn seconds(time: Micros) -> f64 {
    time as f64 / 1e6
}

pub(super) fn comma(at: usize) -> &'static str {
    if at == 0 { "" } else { "," }
}

/// `{from, to, cell: 0, samples: [[t, [value, ..]], ..]}` or
/// `{from, to, cell: width, cells: [[first, last, count, [[min, max, mean, first, last], ..]], ..]}`. Times are in seconds.
fn json((from, to): (f64, f64), shown: &Shown) -> String {
    let mut out = String::new();
    // Writing to a string cannot fail. A finite number as Rust writes it is a number of JSON.
    let _ = write!(out, "{{\"from\":{from},\"to\":{to},");
    match shown {
        Shown::Samples(samples) => {
            out.push_str("\"cell\":0,\"samples\":[");
            for (at, Point { time, values }) in samples.iter().enumerate() {
                let _ = write!(out, "{}[{},[", comma(at), seconds(*time));
                for (at, value) in values.iter().enumerate() {
                    let _ = match value {
                        Some(value) => write!(out, "{}{value}", comma(at)),
                        None => write!(out, "{}null", comma(at)),
                    };
                }
                out.push_str("]]");
            }
        }
        Shown::Cells { width, cells } => {
            let _ = write!(out, "\"cell\":{},\"cells\":[", seconds(*width));
            for (at, Cell { first, last, count, series }) in cells.iter().enumerate() {
                let _ = write!(out, "{}[{},{},{count},[", comma(at), seconds(*first), seconds(*last));
                for (at, summary) in series.iter().enumerate() {
                    let _ = match summary {
                        Some(one) => {
                            let (min, max, mean, first, last) = (one.min, one.max, one.mean, one.first, one.last);
                            write!(out, "{}[{min},{max},{mean},{first},{last}]", comma(at))
                        }
                        None => write!(out, "{}null", comma(at)),
                    };
                }
                out.push_str("]]");
            }
        }
    }
    out.push_str("]}");
    out
}

/// A field of a table with this text.
pub(super) fn field(text: &str) -> String {
    format!("\"{}\"", text.replace('"', "\"\""))
}

/// One line for each sample or cell, as RFC 4180 has it. What has a name has a column, whatever the samples have. Without
/// names, as many columns have numbers as a sample has values.
fn csv(shown: &Shown, names: &[String]) -> String {
    let series = match shown {
        Shown::Samples(samples) => samples.iter().map(|point| point.values.len()).max(),
        Shown::Cells { cells, .. } => cells.iter().map(|cell| cell.series.len()).max(),
    };
    let names = match names {
        [] => (1..=series.unwrap_or(0)).map(|at| at.to_string()).collect(),
        names => names.to_vec(),
    };
    let number = |value: Option<f64>| value.map_or_else(String::new, |value| value.to_string());
    let mut out = String::from("time,time_utc");
    match shown {
        Shown::Samples(samples) => {
            names.iter().for_each(|name| _ = write!(out, ",{}", field(name)));
            out.push_str("\r\n");
            for Point { time, values } in samples {
                let _ = write!(out, "{},{}", seconds(*time), iso_of_micros(*time));
                (0..names.len()).for_each(|at| _ = write!(out, ",{}", number(values.get(at).copied().flatten())));
                out.push_str("\r\n");
            }
        }
        Shown::Cells { cells, .. } => {
            out.push_str(",until,until_utc,count");
            for name in &names {
                for part in ["min", "max", "mean"] {
                    let _ = write!(out, ",{}", field(&format!("{name} {part}")));
                }
            }
            out.push_str("\r\n");
            for Cell { first, last, count, series } in cells {
                let [from, until] = [*first, *last].map(|time| (seconds(time), iso_of_micros(time)));
                let _ = write!(out, "{},{},{},{},{count}", from.0, from.1, until.0, until.1);
                for at in 0..names.len() {
                    let one = series.get(at).and_then(Option::as_ref);
                    for part in [one.map(|one| one.min), one.map(|one| one.max), one.map(|one| one.mean)] {
                        let _ = write!(out, ",{}", number(part));
                    }
                }
                out.push_str("\r\n");
            }
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        history::Retention,
        server::{
            history::{History, Summary},
            store::{Level, MemoryStore, Store as _},
        },
    };

    #[test]
    fn a_request_without_anything_is_for_the_last_hour() {
        let asked = Asked::read("", false, false).unwrap();
        assert_eq!((asked.span(10_000.0), asked.points, asked.csv), (Ok((6_400.0, 10_000.0)), USUAL, false));
        let asked = Asked::read("to=5&from=-1.5&points=10&format=csv", false, false).unwrap();
        assert_eq!((asked.span(10_000.0), asked.points, asked.csv), (Ok((-1.5, 5.0)), 10, true));
        assert_eq!(Asked::read("before=-7", false, true).unwrap().before, Some(-7));
        for (query, why) in [
            ("from=yesterday", "`from` is a time in seconds since the Unix epoch, and not \"yesterday\""),
            ("from=nan", "`from` is a time"),
            ("from=5&to=5", "`from` must be before `to`"),
            ("points=1", "`points` is a whole number from 2 to 100000"),
            ("points=9999999999", "`points` is a whole number"),
            ("format=xml", "`format` is `json` or `csv`"),
            ("until=5", "there is no `until`"),
            ("aggregate=mean", "`aggregate` is `auto`, `none` or `cells`"),
            ("before=7", "there is no `before`"),
        ] {
            let told = Asked::read(query, false, false).and_then(|asked| asked.span(10_000.0)).unwrap_err();
            assert!(told.starts_with(why), "{query}: {told}");
        }
    }

    /// Times are instants: only the browser knows time zones. So a day in which the clocks go back has 25 hours of samples, and
    /// nothing is doubled, missing or shifted. In Berlin the days begin at 22:00 and 23:00 UTC.
    #[test]
    fn a_day_in_which_the_clocks_change_has_all_of_its_samples_at_their_instants() {
        for (day, hours) in [("autumn", 25), ("spring", 23)] {
            // 2026-10-24T22:00Z, and 2026-03-28T23:00Z.
            let begin: Micros = if day == "autumn" { 1_792_879_200_000_000 } else { 1_774_738_800_000_000 };
            let end = begin + hours * 3_600_000_000;
            let store = MemoryStore::new();
            let (mut history, _) = History::open(&store, b"x".to_vec(), Retention::default(), 1).unwrap();
            let instants: Vec<Micros> = (begin - 3_600_000_000..end + 3_600_000_000).step_by(60_000_000).collect();
            history.append(instants.iter().map(|time| Point { time: *time, values: vec![Some(seconds(*time))] }));
            let entries = history.entries(&store, end).unwrap();
            store.append(&entries, Level::Crash).unwrap();
            history.written();
            let query = format!("from={}&to={}", seconds(begin), seconds(end));
            let asked = Asked::read(&query, false, false).unwrap();
            let (from, to) = asked.span(0.0).unwrap();
            let read = |points| history.read(&store, micros(from), micros(to), points).unwrap().shown;
            let answer: serde_json::Value = serde_json::from_str(&json((from, to), &read(10_000))).unwrap();
            let times: Vec<f64> =
                answer["samples"].as_array().unwrap().iter().map(|sample| sample[0].as_f64().unwrap()).collect();
            let inside = |time: &&Micros| (begin..end).contains(*time);
            let wanted: Vec<f64> = instants.iter().filter(inside).map(|time| seconds(*time)).collect();
            assert_eq!((times.len() as i64, &times), (hours * 60, &wanted), "{day}");
            let Shown::Cells { cells, .. } = read(100) else { panic!("{day}: these are samples") };
            assert_eq!(cells.iter().map(|cell| cell.count as i64).sum::<i64>(), hours * 60, "{day}");
            assert!(cells.is_sorted_by(|a, b| a.last < b.first), "{day}");
            // Each value says at which instant it was measured.
            let is_right = |cell: &Cell| cell.series[0].as_ref().is_some_and(|one| one.first == seconds(cell.first));
            assert!(cells.iter().all(is_right), "{day}");
        }
    }

    #[test]
    fn fault_a_table_had_other_columns_if_there_were_more_than_1000_samples() {
        let asked = |query: &str| {
            let Asked { points, aggregate, .. } = Asked::read(query, false, false).unwrap();
            (aggregate, points)
        };
        assert_eq!(asked("format=csv"), (Aggregate::None, MOST));
        assert_eq!(asked("points=10&format=csv"), (Aggregate::Cells, 10));
        assert_eq!(asked("aggregate=cells&format=csv"), (Aggregate::Cells, USUAL));
        assert_eq!(asked("aggregate=none&points=10&format=csv"), (Aggregate::None, 10));
        assert_eq!((asked(""), asked("points=10")), ((Aggregate::Auto, USUAL), (Aggregate::Auto, 10)), "as pages ask");
    }

    #[test]
    fn fault_a_client_that_takes_no_table_got_one() {
        let accepts = |accept: &str| accepts_csv(&HeaderMap::from_iter([(header::ACCEPT, accept.parse().unwrap())]));
        for table in ["text/csv", "text/csv; charset=utf-8", "text/csv;q=0.9, */*;q=0.1", "text/html, Text/CSV"] {
            assert!(accepts(table), "{table}");
        }
        let other = [
            "text/csv;q=0",
            "text/csv; q=0.000, application/json",
            "application/json, text/csv;q=0.5",
            "*/*",
            "text/csvx",
            "text/csv;q=0.1, application/json;q=0.2",
        ];
        for json in other {
            assert!(!accepts(json), "{json}");
        }
    }

    #[test]
    fn samples_and_cells_are_json_and_csv() {
        let samples = Shown::Samples(vec![
            Point { time: 1_500_000, values: vec![Some(1.0), None] },
            Point { time: 2_000_000, values: vec![Some(1e21)] },
        ]);
        let read: serde_json::Value = serde_json::from_str(&json((0.0, 3.0), &samples)).unwrap();
        assert_eq!(
            read,
            serde_json::json!({ "from": 0, "to": 3, "cell": 0, "samples": [[1.5, [1, null]], [2, [1e21]]] })
        );
        let names = ["a \"b\"".to_owned(), "c".to_owned()];
        let table = [
            "time,time_utc,\"a \"\"b\"\"\",\"c\"",
            "1.5,1970-01-01T00:00:01.5Z,1,",
            "2,1970-01-01T00:00:02Z,1000000000000000000000,",
        ];
        assert_eq!(csv(&samples, &names).lines().collect::<Vec<_>>(), table);
        let few = csv(&as_cells(samples), &names);
        let one = Summary { min: 1.0, max: 3.0, mean: 2.5, count: 4, first: 1.5, last: 2.0 };
        let cell = Cell { first: 1_000_000, last: 9_000_000, count: 4, series: vec![Some(one), None] };
        let cells = Shown::Cells { width: 10_000_000, cells: vec![cell] };
        let read: serde_json::Value = serde_json::from_str(&json((0.0, 3.0), &cells)).unwrap();
        assert_eq!(read["cells"], serde_json::json!([[1, 9, 4, [[1, 3, 2.5, 1.5, 2], null]]]));
        assert_eq!(
            csv(&cells, &[]),
            "time,time_utc,until,until_utc,count,\"1 min\",\"1 max\",\"1 mean\",\"2 min\",\"2 max\",\"2 mean\"\r\n1,1970-01-01T00:00:01Z,9,1970-01-01T00:00:09Z,4,1,3,2.5,,,\r\n"
        );
        let many = csv(&cells, &names);
        assert_eq!(few.lines().next(), many.lines().next(), "the same columns, however few samples there are");
        assert_eq!(few.lines().nth(1), Some("1.5,1970-01-01T00:00:01.5Z,1.5,1970-01-01T00:00:01.5Z,1,1,1,1,,,"));
    }
}
