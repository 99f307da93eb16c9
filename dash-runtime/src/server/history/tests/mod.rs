//! Histories, compared with their samples in a map.

mod damage;
mod model;
mod records;
mod rules;
mod work;
#[cfg(feature = "store")]
pub(in crate::server) mod year;

use std::collections::BTreeMap;

use super::{
    Limits, Micros, Point, Samples, Values,
    cell::{Cell, Summary},
    query::Shown,
};

const KEY: &[u8] = b"key";

const SECOND: Micros = 1_000_000;

/// So small that a few hundred samples lead to many blocks.
const SMALL: Limits = Limits {
    head: 120,
    full_head: 1 << 20,
    age: 3600 * SECOND,
    samples: 16,
    values: 40,
    cells: 4,
    dense: 3,
    removed: 6,
};

/// A folder for one test, which is removed behind it.
#[cfg(feature = "store")]
pub(in crate::server) struct Folder(std::path::PathBuf);

#[cfg(feature = "store")]
impl Folder {
    pub(in crate::server) fn new() -> Self {
        use std::sync::atomic::{AtomicU32, Ordering};
        static NUMBER: AtomicU32 = AtomicU32::new(0);
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        let path = std::env::temp_dir().join(format!("dash-history-{}-{number}", std::process::id()));
        let _ = std::fs::remove_dir_all(&path);
        Self(path)
    }

    pub(in crate::server) fn open(&self) -> crate::server::store::DiskStore {
        crate::server::store::DiskStore::open(&self.0).unwrap()
    }
}

#[cfg(feature = "store")]
impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

fn point((time, values): (&Micros, &Values)) -> Point {
    Point { time: *time, values: values.clone() }
}

/// `Debug` tells -0 from 0.
fn assert_points(points: &[Point], wanted: &[Point]) {
    let text = |points: &[Point]| points.iter().map(|point| format!("{point:?}")).collect::<Vec<_>>();
    assert_eq!(text(points), text(wanted));
}

/// Checks what was read against all samples that are there.
fn assert_shows(shown: &Shown, all: &Samples, from: Micros, to: Micros, points: usize) {
    let wanted: Vec<Point> = if from < to { all.range(from..to).map(point).collect() } else { Vec::new() };
    match shown {
        Shown::Samples(samples) => {
            assert_points(samples, &wanted);
            assert!(samples.len() <= points.max(2), "{} samples of {points}", samples.len());
        }
        Shown::Cells { width, cells } => {
            assert!(wanted.len() > points.max(2) && cells.len() <= points.max(2), "{} cells of {points}", cells.len());
            let finest = (to - from) / (points.max(2) as i64 - 1) + 1;
            assert!(*width < 2 * finest, "cells of {width} us, where {finest} us are possible");
            let begin = from.div_euclid(*width) * width;
            let end = ((to - 1).div_euclid(*width) + 1) * width;
            let mut wanted: BTreeMap<i64, Vec<Point>> = BTreeMap::new();
            for sample in all.range(begin..end) {
                wanted.entry(sample.0.div_euclid(*width)).or_default().push(point(sample));
            }
            assert_eq!(cells.len(), wanted.len());
            cells.iter().zip(wanted.values()).for_each(|(cell, wanted)| assert_cell(cell, &self::cell(wanted)));
        }
    }
}

/// The aggregates of samples, as they are defined.
fn cell(points: &[Point]) -> Cell {
    let widest = points.iter().map(|point| point.values.len()).max().unwrap_or(0);
    let series = (0..widest).map(|series| {
        let values: Vec<f64> = points.iter().filter_map(|point| *point.values.get(series)?).collect();
        let mut sorted = values.clone();
        sorted.sort_by(f64::total_cmp);
        let (count, min, max) = (values.len() as f64, *sorted.first()?, *sorted.last()?);
        Some(Summary {
            min,
            max,
            mean: values.iter().map(|value| value / count).sum::<f64>().max(min).min(max),
            count: values.len() as u64,
            first: *values.first()?,
            last: *values.last()?,
        })
    });
    Cell {
        first: points[0].time,
        last: points[points.len() - 1].time,
        count: points.len() as u64,
        series: series.collect(),
    }
}

fn assert_cell(cell: &Cell, wanted: &Cell) {
    let mut cell = cell.clone();
    assert_eq!(cell.series.len(), wanted.series.len());
    for (summary, wanted) in cell.series.iter_mut().zip(&wanted.series) {
        if let (Some(summary), Some(wanted)) = (summary, wanted) {
            // The sum of numbers of both signs is as exact as the largest of them.
            let largest = wanted.min.abs().max(wanted.max.abs());
            let difference = summary.mean / 2.0 - wanted.mean / 2.0;
            assert!(difference.abs() <= largest * 1e-9, "the mean {} is not {}", summary.mean, wanted.mean);
            assert!(summary.mean.is_finite() && summary.min <= summary.mean && summary.mean <= summary.max);
            summary.mean = wanted.mean;
        }
    }
    assert_eq!(format!("{cell:?}"), format!("{wanted:?}"));
}
