//! The form of a block: samples or cells, as columns.
//!
//! ```text
//! samples: form · count · times · numbers of values · for each series: which samples have it · its values
//! cells:   form · count · times · last - first · numbers of samples · numbers of series ·
//!          for each series: numbers of values · min · max · mean · first · last
//! ```

use super::{
    Point,
    cell::{Cell, Summary},
    codec::{Bytes, put_floats, put_small, put_times, put_varint},
};

/// The version of the form.
const FORM: u8 = 1;

/// More is not in a block, so bytes that are not a block do not ask for much memory.
const MOST: usize = 1 << 20;

pub(super) fn put_points<'a>(points: impl ExactSizeIterator<Item = (i64, &'a [Option<f64>])> + Clone) -> Vec<u8> {
    let mut bytes = head(points.len());
    put_times(&mut bytes, points.clone().map(|(time, _)| time));
    let values = points.map(|(_, values)| values);
    let widest = put_lens(&mut bytes, values.clone().map(<[_]>::len));
    for series in 0..widest {
        let column = || values.clone().map(|values| values.get(series).copied().flatten());
        let all = column().all(|value| value.is_some());
        bytes.push(u8::from(all));
        if !all {
            let (mut byte, mut bit) = (0, 0);
            for value in column() {
                byte |= u8::from(value.is_some()) << bit;
                bit += 1;
                if bit == 8 {
                    bytes.push(byte);
                    (byte, bit) = (0, 0);
                }
            }
            if bit > 0 {
                bytes.push(byte);
            }
        }
        put_floats(&mut bytes, &column().flatten().collect::<Vec<_>>());
    }
    bytes
}

#[cfg(test)]
thread_local! {
    /// How many samples and cells this thread has read from blocks.
    pub(super) static DECODED: std::cell::Cell<usize> = const { std::cell::Cell::new(0) };
}

/// `None` if the bytes are no block of samples.
pub(super) fn points(bytes: &[u8]) -> Option<Vec<Point>> {
    let mut bytes = Bytes(bytes);
    let count = count(&mut bytes)?;
    #[cfg(test)]
    DECODED.set(DECODED.get() + count);
    let times = bytes.times(count)?;
    if !times.is_sorted_by(|one, next| one < next) {
        return None;
    }
    let lens = lens(&mut bytes, count)?;
    let widest = lens.iter().copied().max().unwrap_or(0);
    let empty = lens.into_iter().map(|len| vec![None; len]);
    let mut points: Vec<Point> = times.into_iter().zip(empty).map(|(time, values)| Point { time, values }).collect();
    for series in 0..widest {
        let which = if bytes.byte()? == 1 { None } else { Some(bytes.take(count.div_ceil(8))?) };
        let has = |at: usize| which.is_none_or(|which| which[at / 8] >> (at % 8) & 1 == 1);
        let present = (0..count).filter(|at| has(*at)).count();
        let values = bytes.floats(present)?;
        for (at, value) in (0..count).filter(|at| has(*at)).zip(values) {
            *points.get_mut(at)?.values.get_mut(series)? = Some(value);
        }
    }
    bytes.0.is_empty().then_some(points)
}

pub(super) fn put_cells(cells: &[Cell]) -> Vec<u8> {
    let mut bytes = head(cells.len());
    put_times(&mut bytes, cells.iter().map(|cell| cell.first));
    put_times(&mut bytes, cells.iter().map(|cell| cell.last - cell.first));
    put_times(&mut bytes, cells.iter().map(|cell| cell.count as i64));
    let widest = put_lens(&mut bytes, cells.iter().map(|cell| cell.series.len()));
    for series in 0..widest {
        let column = || cells.iter().map(|cell| cell.series.get(series).copied().flatten());
        put_times(&mut bytes, column().map(|summary| summary.map_or(0, |summary| summary.count as i64)));
        let mut put = |value: fn(Summary) -> f64| {
            put_floats(&mut bytes, &column().flatten().map(value).collect::<Vec<_>>());
        };
        put(|summary| summary.min);
        put(|summary| summary.max);
        put(|summary| summary.mean);
        put(|summary| summary.first);
        put(|summary| summary.last);
    }
    bytes
}

/// `None` if the bytes are no block of cells.
pub(super) fn cells(bytes: &[u8]) -> Option<Vec<Cell>> {
    let mut bytes = Bytes(bytes);
    let count = count(&mut bytes)?;
    #[cfg(test)]
    DECODED.set(DECODED.get() + count);
    let (firsts, spans, counts) = (bytes.times(count)?, bytes.times(count)?, bytes.times(count)?);
    let lens = lens(&mut bytes, count)?;
    let widest = lens.iter().copied().max().unwrap_or(0);
    let mut cells = Vec::with_capacity(count);
    for (((first, span), count), len) in firsts.into_iter().zip(spans).zip(counts).zip(lens) {
        let (last, count) = (first.checked_add(span)?, u64::try_from(count).ok()?);
        cells.push(Cell { first, last, count, series: vec![None; len] });
    }
    for series in 0..widest {
        let counts = bytes.times(count)?;
        let present = counts.iter().filter(|count| **count != 0).count();
        let mut column = || bytes.floats(present).map(Vec::into_iter);
        let (mut min, mut max, mut mean, mut first, mut last) = (column()?, column()?, column()?, column()?, column()?);
        for (cell, count) in cells.iter_mut().zip(counts).filter(|(_, count)| *count != 0) {
            *cell.series.get_mut(series)? = Some(Summary {
                min: min.next()?,
                max: max.next()?,
                mean: mean.next()?,
                count: u64::try_from(count).ok()?,
                first: first.next()?,
                last: last.next()?,
            });
        }
    }
    bytes.0.is_empty().then_some(cells)
}

fn head(count: usize) -> Vec<u8> {
    let mut bytes = vec![FORM];
    put_varint(&mut bytes, count as u64);
    bytes
}

fn count(bytes: &mut Bytes<'_>) -> Option<usize> {
    let form = bytes.byte()?;
    let count = usize::try_from(bytes.varint()?).ok()?;
    (form == FORM && count <= MOST).then_some(count)
}

/// Returns the largest.
fn put_lens(bytes: &mut Vec<u8>, lens: impl Iterator<Item = usize> + Clone) -> usize {
    let mut before = 0;
    put_small(bytes, lens.clone().map(|len| len as i64 - std::mem::replace(&mut before, len as i64)));
    lens.max().unwrap_or(0)
}

fn lens(bytes: &mut Bytes<'_>, count: usize) -> Option<Vec<usize>> {
    let (mut len, mut sum, mut lens) = (0_i64, 0, Vec::with_capacity(count));
    for change in bytes.small(count)? {
        len = len.checked_add(change)?;
        let len = usize::try_from(len).ok().filter(|len| *len <= MOST)?;
        sum += len;
        if sum > MOST {
            return None;
        }
        lens.push(len);
    }
    Some(lens)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{
        super::{Values, cell::Grouped},
        *,
    };

    fn any_points() -> impl Strategy<Value = Vec<Point>> {
        let value =
            prop::option::of(prop_oneof![any::<i16>().prop_map(|value| f64::from(value) / 100.0), any::<f64>()]);
        let values = prop::collection::vec(value, 0..4);
        prop::collection::btree_map(any::<i64>().prop_map(|time| time >> 8), values, 0..60).prop_map(|points| {
            let finite = |value: Option<f64>| value.filter(|value| value.is_finite());
            let point =
                |(time, values): (i64, Values)| Point { time, values: values.into_iter().map(finite).collect() };
            points.into_iter().map(point).collect()
        })
    }

    proptest! {
        #[test]
        fn samples_are_read_as_they_were(points in any_points()) {
            let bytes = put_points(points.iter().map(|point| (point.time, &*point.values)));
            let read = super::points(&bytes).unwrap();
            prop_assert_eq!(format!("{read:?}"), format!("{points:?}"));
        }

        #[test]
        fn cells_are_read_as_they_were(points in any_points(), shift in 0..62_u32) {
            let mut grouped = Grouped::new(1 << shift);
            points.iter().for_each(|point| grouped.add(point.time, &point.values));
            let read = cells(&put_cells(&grouped.cells)).unwrap();
            prop_assert_eq!(format!("{read:?}"), format!("{:?}", grouped.cells));
        }

        #[test]
        fn other_bytes_are_refused_or_read_without_a_panic(bytes: Vec<u8>, points in any_points(), at: prop::sample::Index, by in 1..=255_u8) {
            let _ = (super::points(&bytes), cells(&bytes));
            let mut changed = put_points(points.iter().map(|point| (point.time, &*point.values)));
            let at = at.index(changed.len());
            changed[at] ^= by;
            let _ = (super::points(&changed), cells(&changed));
        }
    }
}
