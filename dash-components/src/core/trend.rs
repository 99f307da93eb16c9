use std::time::{SystemTime, UNIX_EPOCH};

use dash_macros::{Component, value};
use dash_runtime::component::prelude::*;

use super::words;
use crate::format::NO_VALUE;

/// A line chart of the last seconds, for a series of measurements.
///
/// Its callback returns one [`Sample`] at a time, or several as a `Vec<Sample>`. The server keeps the last 2000
/// samples, and a client that connects later gets them at once. The right edge is the newest sample, so the chart
/// stands still when no samples arrive. The pointer and the arrow keys read values from the chart.
///
/// ```
/// # use dash_components::{Sample, Series, Trend};
/// # fn of(load: Trend) -> Trend {
/// load.label("Load")
///     .series([Series::new("CPU").unit("%"), Series::new("Memory").unit("%")])
///     .window(120)
///     .min(0)
///     .max(100)
/// # }
/// // What a callback returns for `points`:
/// let sample = Sample::now([Some(12.5), None]);
/// # let _ = sample;
/// ```
#[derive(Component)]
#[component(tag = "dd-trend", script = "trend.js", style = "trend.css", bundled)]
pub struct Trend {
    id: ComponentId,
    /// The samples, oldest first.
    #[prop(stream, ring = 2000, history)]
    points: Stream<Sample>,
    /// The series, in the order of the values in a sample. Required: `layout` must set them.
    #[prop(required, no_setter)]
    series: Vec<Series>,
    /// The visible time span, in seconds. Default: 60. If it contains more than 2000 samples, the oldest are missing.
    #[prop(default = 60.0)]
    window: f64,
    /// The value at the lower end of the axis. `None` (the default): follows from the visible values.
    #[prop(no_setter)]
    min: Option<f64>,
    /// The value at the upper end of the axis. `None` (the default): follows from the visible values.
    #[prop(no_setter)]
    max: Option<f64>,
    /// The longest time between two samples that a line connects, in seconds. Where the time is longer, nothing was
    /// measured, so the line is interrupted. `None` (the default): five times the usual distance of the samples. If they
    /// have no usual distance, as when values are recorded only when they change, the line is never interrupted.
    #[prop(no_setter)]
    gap: Option<f64>,
    /// The visible name. Empty (the default): no visible name.
    label: String,
}

/// The values of all series of a [`Trend`] at one time.
#[value]
#[derive(Debug, Clone, PartialEq)]
pub struct Sample {
    /// The time, in seconds since the Unix epoch. It must not be before the time of the previous sample.
    pub t: f64,
    /// One value for each series, in their order. `None`: no value, and the line is interrupted.
    pub values: Vec<Option<f64>>,
}

impl Sample {
    /// Creates a sample with the current time of the server's clock.
    pub fn now<V: Into<Option<f64>>>(values: impl IntoIterator<Item = V>) -> Self {
        Self::at(SystemTime::now(), values)
    }

    /// Creates a sample with the time `time`.
    pub fn at<V: Into<Option<f64>>>(time: SystemTime, values: impl IntoIterator<Item = V>) -> Self {
        let t = match time.duration_since(UNIX_EPOCH) {
            Ok(since) => since.as_secs_f64(),
            Err(before) => -before.duration().as_secs_f64(),
        };
        Self { t, values: values.into_iter().map(Into::into).collect() }
    }
}

impl HistoryItem for Sample {
    fn time(&self) -> f64 {
        self.t
    }

    fn numbers(&self) -> &[Option<f64>] {
        &self.values
    }

    fn of(t: f64, values: Vec<Option<f64>>) -> Self {
        Self { t, values }
    }
}

/// One line of a [`Trend`]. A string converts into a series with that name.
#[value]
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Series {
    /// The name in the legend.
    pub name: String,
    /// The unit of the values. Empty: no unit. The axis shows it if all series have the same unit.
    pub unit: String,
    /// The number of decimals in the legend, at most 20. `None`: one more than on the axis.
    pub digits: Option<u8>,
    /// The colour: one of the theme's series colours 1 to 10. `None`: the colour follows from the position of the
    /// series.
    pub colour: Option<u8>,
}

impl Series {
    /// Creates a series with this name.
    pub fn new(name: impl Into<String>) -> Self {
        Self { name: name.into(), unit: String::new(), digits: None, colour: None }
    }

    /// Sets the unit of the values.
    #[must_use]
    pub fn unit(mut self, unit: impl Into<String>) -> Self {
        self.unit = unit.into();
        self
    }

    /// Sets the number of decimals in the legend, at most 20.
    #[must_use]
    pub fn digits(mut self, digits: u8) -> Self {
        self.digits = Some(digits);
        self
    }

    /// Sets the colour: one of the theme's series colours 1 to 10.
    #[must_use]
    pub fn colour(mut self, colour: u8) -> Self {
        self.colour = Some(colour);
        self
    }
}

impl From<&str> for Series {
    fn from(name: &str) -> Self {
        Self::new(name)
    }
}

impl From<String> for Series {
    fn from(name: String) -> Self {
        Self::new(name)
    }
}

impl Trend {
    /// Sets the series, in the order of the values in a sample: names or [`Series`].
    #[must_use]
    pub fn series<S: Into<Series>>(mut self, series: impl IntoIterator<Item = S>) -> Self {
        self.series = series.into_iter().map(Into::into).collect();
        self
    }

    /// Sets the value at the lower end of the axis.
    #[must_use]
    pub fn min(mut self, min: impl Into<f64>) -> Self {
        self.min = Some(min.into());
        self
    }

    /// Sets the value at the upper end of the axis.
    #[must_use]
    pub fn max(mut self, max: impl Into<f64>) -> Self {
        self.max = Some(max.into());
        self
    }
}

impl Trend {
    /// Sets the longest time between two samples that a line connects, in seconds.
    #[must_use]
    pub fn gap(mut self, seconds: impl Into<f64>) -> Self {
        self.gap = Some(seconds.into());
        self
    }
}

impl Render for Trend {
    fn render(&self, html: &mut Html) {
        // The script paints the curves. All parts that take space are rendered here, so that the layout does not move.
        html.tag("div").attr("class", "dd-label dd-trend-label").text(&self.label);
        let name = if self.label.is_empty() { words(self.id) } else { self.label.clone() };
        html.tag("div")
            .attr("class", "dd-trend-plot")
            .attr("role", "img")
            .attr("tabindex", 0)
            .attr("aria-label", format!("{name}: chart. Arrow keys read values."))
            .inner(|html| html.tag("canvas").attr("class", "dd-trend-canvas").empty());
        html.tag("ul").attr("class", "dd-trend-legend").inner(|html| {
            for (index, series) in self.series.iter().enumerate() {
                let colour = series.colour.map_or(index % 10, |colour| usize::from(colour.clamp(1, 10) - 1)) + 1;
                html.tag("li").attr("data-colour", colour).inner(|html| {
                    html.tag("span").attr("class", "dd-trend-name").text(&series.name);
                    html.tag("span").attr("class", "dd-trend-value").text(NO_VALUE);
                    html.tag("span").attr("class", "dd-unit").text(&series.unit);
                });
            }
        });
        html.tag("div").attr("class", "dd-spoken").attr("role", "status").empty();
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::core::testing::{assert_has, component};

    #[test]
    fn all_parts_that_take_space_are_rendered_before_the_script() {
        let trend = component::<Trend>().label("Load <1>").series([
            Series::new("a <b>").unit("%"),
            Series::new("b").colour(7),
            Series::new("c").colour(200),
        ]);
        assert_has(
            &trend,
            &[
                "dd-trend-label\">Load &lt;1&gt;</div>",
                "aria-label=\"Load &lt;1&gt;: chart. Arrow keys read values.\"><canvas",
                "<li data-colour=\"1\"><span class=\"dd-trend-name\">a &lt;b&gt;</span>",
                "<span class=\"dd-trend-value\">–</span><span class=\"dd-unit\">%</span></li>",
                "<li data-colour=\"7\">",
                "<li data-colour=\"10\">",
            ],
        );
    }

    #[test]
    fn colours_repeat_after_ten() {
        let many = component::<Trend>().series((0..12).map(|index| format!("s{index}")));
        assert_has(&many, &["data-colour=\"10\"", "s9", "data-colour=\"1\"", "s10", "data-colour=\"2\"", "s11"]);
    }

    #[test]
    fn it_has_to_have_series() {
        assert_eq!(component::<Trend>().missing(), ["series"]);
        assert!(component::<Trend>().series(["a"]).missing().is_empty());
    }

    #[test]
    fn a_sample_has_its_time_in_seconds() -> serde_json::Result<()> {
        let at = UNIX_EPOCH + Duration::from_millis(1_500);
        let sample = Sample::at(at, [Some(1.0), None, Some(f64::NAN)]);
        assert_eq!(serde_json::to_string(&sample)?, r#"{"t":1.5,"values":[1.0,null,null]}"#);
        assert_eq!(Sample::at(UNIX_EPOCH - Duration::from_secs(2), [0.0]).t, -2.0);
        Ok(())
    }

    #[test]
    fn the_script_keeps_as_many_samples_as_the_server() {
        let points = Trend::INFO.props.iter().find(|prop| prop.name == "points");
        let ring = points.map_or(0, |points| points.ring);
        let script = Trend::INFO.script.map_or("", |script| script.source);
        assert!(script.contains(&format!("const TREND_RING = {ring};")));
    }
}
