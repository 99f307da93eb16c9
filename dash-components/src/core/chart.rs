//! What the views of all charts have in common.

use std::{
    ops::RangeInclusive,
    time::{SystemTime, UNIX_EPOCH},
};

use dash_runtime::{
    IntoValue,
    look::{Bound, Item, Look, LookTag, constant, words_of_id},
};

/// The colours of the theme for series.
const COLOURS: f64 = 10.0;

/// A time in seconds since the Unix epoch.
pub(super) fn seconds(time: SystemTime) -> f64 {
    match time.duration_since(UNIX_EPOCH) {
        Ok(since) => since.as_secs_f64(),
        Err(before) => -before.duration().as_secs_f64(),
    }
}

/// The ends of an axis, as they are kept where one may be missing.
pub(super) fn ends(range: RangeInclusive<f64>) -> (Option<f64>, Option<f64>) {
    let (low, high) = range.into_inner();
    (Some(low), Some(high))
}

/// Points of a plane, as they are kept where a number may be missing.
pub(super) fn pairs<X: IntoValue<Option<f64>>, Y: IntoValue<Option<f64>>>(
    points: impl IntoIterator<Item = (X, Y)>,
) -> Vec<[Option<f64>; 2]> {
    points.into_iter().map(|(x, y)| [x.into_value(), y.into_value()]).collect()
}

/// The name above the chart.
pub(super) fn caption(look: &mut Look, label: Bound<String>) {
    look.tag("div").attr("class", "dd-label dd-chart-label").text(label);
}

/// What a screen reader says for the chart: its name, and how to read it.
pub(super) fn spoken(label: Bound<String>, how: &'static str) -> Bound<String> {
    label.or(words_of_id()).then(how)
}

/// The place that the script draws on. `class` is for what differs from other charts.
pub(super) fn plot(look: &mut Look, class: &'static str, spoken: Bound<String>) {
    plot_with(look, class, spoken, |plot| plot);
}

/// The same with further attributes.
pub(super) fn plot_with(
    look: &mut Look,
    class: &'static str,
    spoken: Bound<String>,
    more: impl for<'look> FnOnce(LookTag<'look>) -> LookTag<'look>,
) {
    let plot = look.tag("div").attr("class", class).attr("role", "img").attr("tabindex", 0).attr("aria-label", spoken);
    more(plot).inner(|look| look.tag("canvas").attr("class", "dd-chart-canvas").empty());
}

/// The number of the colour of an entry of the legend: the given one, from 1 to 10, or its place. Colours repeat after
/// ten.
pub(super) fn colour<T>(entry: Item<T>, given: Bound<Option<u8>>) -> Bound<f64> {
    let tens = ((entry.place * -1.0) / COLOURS).ceil() * -COLOURS;
    let chosen = constant(1.0).at_least(given).at_most(COLOURS);
    given.is_known().choose(chosen, entry.place - tens + 1.0)
}

/// What the vertical axis has.
pub(super) fn side(look: &mut Look, label: Bound<String>) {
    look.tag("div").attr("class", "dd-chart-side").text(label);
}

/// What the horizontal axis has.
pub(super) fn side_across(look: &mut Look, label: Bound<String>) {
    look.tag("div").attr("class", "dd-chart-side dd-chart-across").text(label);
}

/// The colours of a scale. The script writes the numbers at its ends.
pub(super) fn scale(look: &mut Look) {
    look.tag("div").attr("class", "dd-chart-scale").attr("aria-hidden", "true").inner(|look| {
        look.tag("span").attr("class", "dd-chart-low").empty();
        look.tag("span").attr("class", "dd-chart-colours").empty();
        look.tag("span").attr("class", "dd-chart-high").empty();
    });
}

/// A line in which the script writes what the chart shows in short, or what the pointer or the keyboard reads.
pub(super) fn reading(look: &mut Look) {
    look.tag("div").attr("class", "dd-chart-reading").empty();
}

/// Where the script writes what the keyboard reads, for a screen reader.
pub(super) fn status(look: &mut Look) {
    look.tag("div").attr("class", "dd-spoken").attr("role", "status").empty();
}
