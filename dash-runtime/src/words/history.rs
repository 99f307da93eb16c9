//! Measurements: items of a stream that have a time and numbers, so that a history of them can be kept.

use std::time::Duration;

use crate::{prop::PropValue, value::Value};

/// An item of a stream of measurements. A component declares such a stream with `history`:
/// `#[prop(stream, ring = 2000, history)] points: Stream<Sample>`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a measurement, so there is no history of it",
    label = "not a measurement",
    note = "implement `HistoryItem` for `{Self}`, which has a time and numbers, or leave `history` out"
)]
pub trait HistoryItem: PropValue {
    /// The time of the measurement, in seconds since the Unix epoch.
    fn time(&self) -> f64;

    /// One number for each series, always in the same order. `None`: no value.
    fn numbers(&self) -> &[Option<f64>];

    /// The measurement with this time and these numbers.
    fn of(time: f64, numbers: Vec<Option<f64>>) -> Self;
}

/// One measurement: its time, in microseconds since the Unix epoch, and one number for each series.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Point {
    pub(crate) time: i64,
    pub(crate) values: Vec<Option<f64>>,
}

/// For expansions: how an item of a stream is read and made, for code that is not generic over its type.
#[derive(Debug, Clone, Copy)]
pub struct HistoryType {
    pub(crate) read: fn(&Value) -> Option<Point>,
    pub(crate) make: fn(Point) -> Option<Value>,
}

impl HistoryType {
    /// For items of type `T`.
    pub const fn of<T: HistoryItem>() -> Self {
        Self { read: read::<T>, make: make::<T> }
    }
}

/// Microseconds in a second. A finer time has no digits left in an `f64` of today.
const MICROS: f64 = 1e6;

fn read<T: HistoryItem>(value: &Value) -> Option<Point> {
    let item = value.get::<T>()?;
    let time = (item.time() * MICROS).round();
    // Outside of this there is no date, and the conversion would change the time.
    let is_date = time.abs() < 2_f64.powi(62);
    let finite = |number: &Option<f64>| number.filter(|number| number.is_finite());
    is_date.then(|| Point { time: time as i64, values: item.numbers().iter().map(finite).collect() })
}

fn make<T: HistoryItem>(Point { time, values }: Point) -> Option<Value> {
    Value::new(T::of(time as f64 / MICROS, values)).ok()
}

/// How much of a history is kept. The newest measurements stay.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Retention {
    /// Measurements that are older than this are removed. Zero: no bound. To write less, they stay for up to 1/32 of it
    /// longer.
    pub(crate) span: Duration,
    /// The bytes of all blocks with their keys, before compression. Zero: no bound.
    pub(crate) size: u64,
}
