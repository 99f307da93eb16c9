//! Items of a stream that have a time, so that a history of them can be kept: measurements, which are numbers, and records,
//! such as the lines of a log.

use std::time::Duration;

use crate::{prop::PropValue, value::Value};

/// An item of a stream whose history can be kept. A component declares such a stream with `history`:
/// `#[prop(stream, ring = 2000, history)] points: Stream<Sample>`.
///
/// Unless [`NUMBERS`](Self::NUMBERS) is set, it is a record, which is kept as it is.
#[diagnostic::on_unimplemented(
    message = "`{Self}` has no time, so there is no history of it",
    label = "there is no history of it",
    note = "implement `HistoryItem` for `{Self}`, which says its time, or leave `history` out"
)]
pub trait HistoryItem: PropValue {
    /// For measurements: how the item is read and made as numbers, so that a history of years can be drawn. `None` (the
    /// default): it is a record.
    const NUMBERS: Option<Numbers<Self>> = None;

    /// Its time, in seconds since the Unix epoch. Of a record, from the year 1685 to 2255.
    fn time(&self) -> f64;
}

/// How a measurement is read and made as numbers.
#[derive(Debug)]
pub struct Numbers<T> {
    /// One number for each series, always in the same order. `None`: no value.
    pub read: fn(&T) -> &[Option<f64>],
    /// The measurement with this time, in seconds since the Unix epoch, and these numbers.
    pub make: fn(f64, Vec<Option<f64>>) -> T,
}

/// One measurement: its time, in microseconds since the Unix epoch, and one number for each series.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Point {
    pub(crate) time: i64,
    pub(crate) values: Vec<Option<f64>>,
}

/// For expansions: how an item of a stream is read and made, for code that is not generic over its type.
#[derive(Debug, Clone, Copy)]
pub struct HistoryType(pub(crate) Items);

/// What the items of a stream are.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Items {
    Numbers {
        read: fn(&Value) -> Option<Point>,
        make: fn(Point) -> Option<Value>,
    },
    /// `time` is in microseconds since the Unix epoch.
    Records {
        time: fn(&Value) -> Option<i64>,
    },
}

impl HistoryType {
    /// For items of type `T`.
    pub const fn of<T: HistoryItem>() -> Self {
        Self(match T::NUMBERS {
            Some(_) => Items::Numbers { read: read::<T>, make: make::<T> },
            None => Items::Records { time: time::<T> },
        })
    }
}

/// Microseconds in a second. A finer time has no digits left in an `f64` of today.
const MICROS: f64 = 1e6;

fn time<T: HistoryItem>(value: &Value) -> Option<i64> {
    let time = (value.get::<T>()?.time() * MICROS).round();
    // Outside of this there is no date, and the conversion would change the time.
    (time.abs() < 2_f64.powi(62)).then_some(time as i64)
}

fn read<T: HistoryItem>(value: &Value) -> Option<Point> {
    let numbers = (T::NUMBERS?.read)(value.get::<T>()?);
    let finite = |number: &Option<f64>| number.filter(|number| number.is_finite());
    Some(Point { time: time::<T>(value)?, values: numbers.iter().map(finite).collect() })
}

fn make<T: HistoryItem>(Point { time, values }: Point) -> Option<Value> {
    Value::new((T::NUMBERS?.make)(time as f64 / MICROS, values)).ok()
}

/// How much of a history is kept. The newest items stay.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Retention {
    /// Items that are older than this are removed. Zero: no bound. To write less, they stay for up to 1/32 of it
    /// longer.
    pub(crate) span: Duration,
    /// The bytes of all blocks with their keys, before compression. Zero: no bound.
    pub(crate) size: u64,
}
