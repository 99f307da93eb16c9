//! Numbers as few bytes.
//!
//! Whole numbers are small or repeat, so each has as many bytes as it needs, and repeated zeros are counted. Measured
//! numbers mostly have few decimal places: then they are whole numbers, of which the differences are stored. All other
//! numbers are stored as the bytes in which they differ from the one before. Each number is read bit by bit as it was.

/// Decimal places that are tried.
const PLACES: [f64; 10] = [1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9];

/// Whole numbers up to here have no gaps.
const EXACT: f64 = 9_007_199_254_740_992.0;

/// The form of numbers without few decimal places. Other forms are the number of places.
const BITS: u8 = 0xFF;

/// A number that is the same as the one before, in the form [`BITS`].
const SAME: u8 = 0x80;

pub(super) fn put_varint(bytes: &mut Vec<u8>, mut value: u64) {
    while value >= 0x80 {
        bytes.push(value as u8 | 0x80);
        value >>= 7;
    }
    bytes.push(value as u8);
}

/// Small numbers of either sign become small numbers.
const fn zigzag(value: i64) -> u64 {
    (value << 1 ^ value >> 63) as u64
}

const fn unzigzag(value: u64) -> i64 {
    (value >> 1) as i64 ^ -((value & 1) as i64)
}

/// Numbers that are near zero, and often zero.
pub(super) fn put_small(bytes: &mut Vec<u8>, values: impl IntoIterator<Item = i64>) {
    let mut zeros = 0_u64;
    for value in values {
        if value == 0 {
            zeros += 1;
            continue;
        }
        end_zeros(bytes, &mut zeros);
        put_varint(bytes, zigzag(value));
    }
    end_zeros(bytes, &mut zeros);
}

fn end_zeros(bytes: &mut Vec<u8>, zeros: &mut u64) {
    if *zeros > 0 {
        bytes.push(0);
        put_varint(bytes, *zeros - 1);
        *zeros = 0;
    }
}

/// Times: the changes of their distances.
pub(super) fn put_times(bytes: &mut Vec<u8>, times: impl IntoIterator<Item = i64>) {
    let (mut before, mut step) = (0_i64, 0_i64);
    let changes = times.into_iter().enumerate().map(|(at, time)| {
        let next = time.wrapping_sub(before);
        before = time;
        // The first time itself is no distance.
        let change = next.wrapping_sub(step);
        step = if at == 0 { 0 } else { next };
        change
    });
    put_small(bytes, changes);
}

pub(super) fn put_floats(bytes: &mut Vec<u8>, values: &[f64]) {
    if let Some((places, whole)) = decimal(values) {
        bytes.push(places);
        let mut before = 0;
        return put_small(bytes, whole.into_iter().map(|value| value - std::mem::replace(&mut before, value)));
    }
    bytes.push(BITS);
    let (mut before, mut same) = (0_u64, 0_u64);
    for value in values {
        let change = value.to_bits() ^ std::mem::replace(&mut before, value.to_bits());
        if change == 0 {
            same += 1;
            continue;
        }
        end_same(bytes, &mut same);
        let (leading, trailing) = (change.leading_zeros() / 8, change.trailing_zeros() / 8);
        bytes.push((leading << 4 | trailing) as u8);
        bytes.extend(&change.to_be_bytes()[leading as usize..8 - trailing as usize]);
    }
    end_same(bytes, &mut same);
}

fn end_same(bytes: &mut Vec<u8>, same: &mut u64) {
    if *same > 0 {
        bytes.push(SAME);
        put_varint(bytes, *same - 1);
        *same = 0;
    }
}

/// The fewest decimal places with which all these numbers are exact, and the whole numbers that they are then.
fn decimal(values: &[f64]) -> Option<(u8, Vec<i64>)> {
    let mut places = 0;
    for value in values {
        while whole(*value, places).is_none() {
            places += 1;
            if places == PLACES.len() {
                return None;
            }
        }
    }
    let whole = values.iter().map(|value| whole(*value, places)).collect::<Option<_>>()?;
    Some((places as u8, whole))
}

fn whole(value: f64, places: usize) -> Option<i64> {
    let whole = (value * PLACES[places]).round();
    (whole.abs() <= EXACT && (whole as i64 as f64 / PLACES[places]).to_bits() == value.to_bits())
        .then_some(whole as i64)
}

/// Reads what was put. Each function returns `None` if the bytes are not what was put.
pub(super) struct Bytes<'a>(pub(super) &'a [u8]);

impl<'a> Bytes<'a> {
    pub(super) fn byte(&mut self) -> Option<u8> {
        let (byte, rest) = self.0.split_first()?;
        self.0 = rest;
        Some(*byte)
    }

    pub(super) fn take(&mut self, len: usize) -> Option<&'a [u8]> {
        let (taken, rest) = self.0.split_at_checked(len)?;
        self.0 = rest;
        Some(taken)
    }

    pub(super) fn varint(&mut self) -> Option<u64> {
        let mut value = 0;
        for shift in (0..64).step_by(7) {
            let byte = self.byte()?;
            value |= u64::from(byte & 0x7F) << shift;
            if byte < 0x80 {
                return Some(value);
            }
        }
        None
    }

    /// Exactly `count` numbers.
    pub(super) fn small(&mut self, count: usize) -> Option<Vec<i64>> {
        let mut values = Vec::with_capacity(count);
        while values.len() < count {
            match self.varint()? {
                0 => {
                    let end = u64::try_from(values.len() + 1).ok()?.checked_add(self.varint()?)?;
                    let end = usize::try_from(end).ok().filter(|end| *end <= count)?;
                    values.resize(end, 0);
                }
                value => values.push(unzigzag(value)),
            }
        }
        Some(values)
    }

    pub(super) fn times(&mut self, count: usize) -> Option<Vec<i64>> {
        let mut values = self.small(count)?;
        let (mut time, mut step) = (0_i64, 0_i64);
        for (at, value) in values.iter_mut().enumerate() {
            let next = step.wrapping_add(*value);
            time = time.wrapping_add(next);
            step = if at == 0 { 0 } else { next };
            *value = time;
        }
        Some(values)
    }

    pub(super) fn floats(&mut self, count: usize) -> Option<Vec<f64>> {
        let form = self.byte()?;
        if form != BITS {
            let divisor = PLACES.get(usize::from(form))?;
            let mut whole = 0_i64;
            let value = |change| {
                whole = whole.wrapping_add(change);
                whole as f64 / divisor
            };
            return Some(self.small(count)?.into_iter().map(value).collect());
        }
        let mut values = Vec::with_capacity(count);
        let mut bits = 0_u64;
        while values.len() < count {
            let head = self.byte()?;
            if head == SAME {
                let end = u64::try_from(values.len() + 1).ok()?.checked_add(self.varint()?)?;
                let end = usize::try_from(end).ok().filter(|end| *end <= count)?;
                values.resize(end, f64::from_bits(bits));
                continue;
            }
            let (leading, trailing) = (usize::from(head >> 4), usize::from(head & 0xF));
            let len = 8_usize.checked_sub(leading + trailing)?;
            let change = self.take(len)?.iter().fold(0, |change, byte| change << 8 | u64::from(*byte));
            bits ^= change.checked_shl(8 * u32::try_from(trailing).ok()?).unwrap_or(0);
            values.push(f64::from_bits(bits));
        }
        Some(values)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn any_float() -> impl Strategy<Value = f64> {
        prop_oneof![
            any::<u64>().prop_map(f64::from_bits).prop_filter("is a number", |value| value.is_finite()),
            any::<f32>().prop_map(f64::from).prop_filter("is a number", |value| value.is_finite()),
            (any::<i32>(), 0..12_i32).prop_map(|(whole, places)| f64::from(whole) / 10_f64.powi(places)),
            prop::sample::select(vec![
                0.0,
                -0.0,
                f64::MAX,
                f64::MIN,
                f64::MIN_POSITIVE,
                5e-324,
                -5e-324,
                0.1 + 0.2,
                EXACT
            ]),
        ]
    }

    fn assert_exact(values: &[f64]) -> usize {
        let mut bytes = Vec::new();
        put_floats(&mut bytes, values);
        let mut rest = Bytes(&bytes);
        let read = rest.floats(values.len()).unwrap();
        assert!(rest.0.is_empty(), "{} bytes are left", rest.0.len());
        let bits = |values: &[f64]| values.iter().map(|value| value.to_bits()).collect::<Vec<_>>();
        assert_eq!(bits(&read), bits(values), "{values:?} is read as {read:?}");
        bytes.len()
    }

    proptest! {
        #[test]
        fn floats_are_read_bit_by_bit(values in prop::collection::vec(any_float(), 0..40)) {
            assert_exact(&values);
            values.iter().for_each(|value| _ = assert_exact(&[*value, *value]));
        }

        #[test]
        fn measured_floats_are_read_bit_by_bit(whole in prop::collection::vec(-5000..5000_i32, 0..40), places in 0..10_i32) {
            assert_exact(&whole.iter().map(|value| f64::from(*value) / 10_f64.powi(places)).collect::<Vec<_>>());
        }

        #[test]
        fn times_are_read_as_they_were(times: Vec<i64>) {
            let mut bytes = Vec::new();
            put_times(&mut bytes, times.iter().copied());
            let mut rest = Bytes(&bytes);
            prop_assert_eq!(rest.times(times.len()), Some(times));
            prop_assert!(rest.0.is_empty());
        }

        #[test]
        fn other_bytes_are_refused_or_read_without_a_panic(bytes: Vec<u8>, count in 0..1000_usize) {
            let right = |len: Option<usize>| len.is_none_or(|len| len == count);
            prop_assert!(right(Bytes(&bytes).times(count).map(|values| values.len())));
            prop_assert!(right(Bytes(&bytes).floats(count).map(|values| values.len())));
        }
    }

    #[test]
    fn measured_values_and_regular_times_are_small() {
        let values: Vec<f64> = (0..1000).map(|at| f64::from(2000 + at * 7 % 40) / 100.0).collect();
        assert!(assert_exact(&values) < 1010, "{} bytes", assert_exact(&values));
        assert!(assert_exact(&[21.5; 1000]) < 10);
        assert!(assert_exact(&[1.0 / 3.0; 1000]) < 15);
        let mut bytes = Vec::new();
        put_times(&mut bytes, (0..1000).map(|at| 1_764_000_000_000_000 + at * 1_000_000));
        assert!(bytes.len() < 20, "{} bytes", bytes.len());
    }
}
