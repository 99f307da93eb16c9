use std::ops::RangeInclusive;

use dash_macros::{Component, value};
use dash_runtime::component::prelude::*;

use super::chart;

/// How often values fall into ranges.
///
/// A callback returns [`Bins`]: counted anew each time, or kept in the device and filled further. The height of a bar is
/// the number of values in its bin, also if bins have different widths. The pointer and the arrow keys read bins.
///
/// ```
/// # use dash_components::{Bins, Histogram};
/// # fn of(jitter: Histogram) -> Histogram {
/// jitter.label("Jitter").unit("ms")
/// # }
/// // What a callback returns for `bins`: 20 bins of equal width from 0 to 10.
/// let bins = Bins::of([0.3, 4.2, 4.4, 9.9], 20, 0.0..=10.0);
/// # let _ = bins;
/// ```
#[derive(Component)]
#[component(tag = "dd-histogram", script = "histogram.js", style = "chart.css", bundled)]
pub struct Histogram {
    id: ComponentId,
    /// The bins with their counts. Default: none, shown as "no values yet".
    bins: Bins,
    /// The visible name. Empty (the default): no visible name.
    label: String,
    /// The unit of the values. Empty (the default): no unit.
    unit: String,
}

/// The bins of a [`Histogram`]: neighbouring ranges, and how many values are in each.
#[value]
#[derive(Debug, Clone, Default, PartialEq)]
#[non_exhaustive]
pub struct Bins {
    /// The ends of the bins, from low to high: one more than there are bins. A bin has the values from its lower end on,
    /// and the last one also has its upper end.
    pub edges: Vec<f64>,
    /// How many values are in each bin.
    pub counts: Vec<u32>,
    /// How many values are below the first bin.
    pub below: u32,
    /// How many values are above the last bin.
    pub above: u32,
    /// How many values are not numbers (`NaN`).
    pub missing: u32,
}

impl Bins {
    /// Empty bins of equal width over a range. No bins if `count` is 0, or if `range` is empty or without an end.
    pub fn new(count: u32, range: RangeInclusive<f64>) -> Self {
        let (from, to) = range.into_inner();
        let width = to - from;
        if count == 0 || !width.is_finite() || width <= 0.0 {
            return Self::default();
        }
        let edge = |index: u32| from + width * f64::from(index) / f64::from(count);
        // The last end is exact.
        Self::with_edges((0..count).map(edge).chain([to]))
    }

    /// Empty bins with these ends, which are sorted. Ends that are not finite, and equal ones, are left out.
    pub fn with_edges(edges: impl IntoIterator<Item = f64>) -> Self {
        let mut edges: Vec<f64> = edges.into_iter().filter(|edge| edge.is_finite()).collect();
        edges.sort_by(f64::total_cmp);
        edges.dedup();
        let counts = vec![0; edges.len().saturating_sub(1)];
        Self { edges, counts, ..Self::default() }
    }

    /// Bins of equal width over a range, with these values.
    pub fn of(values: impl IntoIterator<Item = f64>, count: u32, range: RangeInclusive<f64>) -> Self {
        let mut bins = Self::new(count, range);
        bins.extend(values);
        bins
    }

    /// Counts a value.
    pub fn add(&mut self, value: f64) {
        let (Some(first), Some(last)) = (self.edges.first(), self.edges.last()) else {
            return;
        };
        let slot = if value.is_nan() {
            &mut self.missing
        } else if value < *first {
            &mut self.below
        } else if value > *last {
            &mut self.above
        } else {
            // The value at the upper end belongs to the last bin.
            let bin = self.edges.partition_point(|edge| *edge <= value).min(self.counts.len()).saturating_sub(1);
            let Some(count) = self.counts.get_mut(bin) else { return };
            count
        };
        *slot = slot.saturating_add(1);
    }
}

impl Extend<f64> for Bins {
    fn extend<I: IntoIterator<Item = f64>>(&mut self, values: I) {
        for value in values {
            self.add(value);
        }
    }
}

impl View for Histogram {
    fn view(p: HistogramBound, look: &mut Look) {
        chart::caption(look, p.label);
        chart::plot(look, "dd-chart-plot", chart::spoken(p.label, ": histogram. Arrow keys read bins."));
        // The script writes the number of values, or the bin that is read.
        chart::reading(look);
        chart::status(look);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::core::testing::{assert_has, component};

    #[test]
    fn a_value_is_in_the_bin_that_begins_at_or_below_it() {
        let bins = Bins::of([0.0, 0.9, 1.0, 2.5, 3.0, -0.1, 3.1, f64::NAN, f64::INFINITY], 3, 0.0..=3.0);
        assert_eq!(bins.edges, [0.0, 1.0, 2.0, 3.0]);
        // The last bin has its upper end.
        assert_eq!(bins.counts, [2, 1, 2]);
        assert_eq!((bins.below, bins.above, bins.missing), (1, 2, 1));
    }

    #[test]
    fn bins_of_different_widths_have_the_given_ends() {
        let mut bins = Bins::with_edges([10.0, 0.0, 1.0, 1.0, f64::NAN]);
        assert_eq!((bins.edges.clone(), bins.counts.len()), (vec![0.0, 1.0, 10.0], 2));
        bins.extend([0.5, 1.0, 9.0, 10.0]);
        assert_eq!(bins.counts, [1, 3]);
    }

    #[test]
    fn a_range_without_width_has_no_bins_and_counts_nothing() {
        for bins in [Bins::new(0, 0.0..=1.0), Bins::new(4, 1.0..=1.0), Bins::new(4, f64::NAN..=1.0)] {
            let mut bins = bins;
            bins.add(1.0);
            assert_eq!(bins, Bins::default());
        }
        assert_eq!(Bins::new(4, 0.0..=f64::INFINITY), Bins::default());
        let mut one = Bins::with_edges([1.0]);
        one.add(1.0);
        assert!(one.counts.is_empty());
    }

    #[test]
    fn the_name_tells_a_screen_reader_what_it_is() {
        let parts = [">Jitter &lt;1&gt;<", "aria-label=\"Jitter &lt;1&gt;: histogram. Arrow keys read bins.\"><canvas"];
        assert_has(&component::<Histogram>().label("Jitter <1>"), &parts);
    }
}
