//! Sorting and searching in constants, which have no heap and cannot call [`slice::sort`].

/// An entry that is found by its rank.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Entry {
    /// The sort key.
    pub(crate) rank: u128,
    /// The index of what the entry stands for.
    pub(crate) at: usize,
}

impl Entry {
    /// The initial value of array elements.
    pub(crate) const EMPTY: Self = Self { rank: 0, at: 0 };
}

/// Sorts by rank. The sort is stable. `scratch` has the same length as `entries`.
pub(crate) const fn sort(entries: &mut [Entry], scratch: &mut [Entry]) {
    let len = entries.len();
    let mut width = 1;
    while width < len {
        let mut begin = 0;
        while begin < len {
            let middle = least(begin + width, len);
            let end = least(begin + 2 * width, len);
            let (mut left, mut right, mut to) = (begin, middle, begin);
            while to < end {
                if left < middle && (right >= end || entries[left].rank <= entries[right].rank) {
                    scratch[to] = entries[left];
                    left += 1;
                } else {
                    scratch[to] = entries[right];
                    right += 1;
                }
                to += 1;
            }
            begin = end;
        }
        entries.copy_from_slice(scratch);
        width *= 2;
    }
}

const fn least(a: usize, b: usize) -> usize {
    if a < b { a } else { b }
}

/// The index of the first entry whose rank is at least `rank`. `entries` must be sorted.
pub(crate) const fn find(entries: &[Entry], rank: u128) -> usize {
    let (mut from, mut to) = (0, entries.len());
    while from < to {
        let middle = from + (to - from) / 2;
        if entries[middle].rank < rank {
            from = middle + 1;
        } else {
            to = middle;
        }
    }
    from
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn it_sorts_as_the_standard_library_does(ranks in prop::collection::vec(0_u128..40, 0..100), wanted in 0_u128..41) {
            let mut entries: Vec<_> = ranks.iter().zip(0..).map(|(&rank, at)| Entry { rank, at }).collect();
            sort(&mut entries, &mut vec![Entry::EMPTY; ranks.len()]);
            let mut expected: Vec<_> = ranks.iter().copied().zip(0..).collect();
            expected.sort_by_key(|(rank, _)| *rank);
            let sorted: Vec<_> = entries.iter().map(|entry| (entry.rank, entry.at)).collect();
            prop_assert_eq!(&sorted, &expected);
            prop_assert_eq!(find(&entries, wanted), expected.partition_point(|(rank, _)| *rank < wanted));
        }
    }
}
