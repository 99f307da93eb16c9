use std::time::{SystemTime, UNIX_EPOCH};

use dash_macros::{Component, value};
use dash_runtime::component::prelude::*;

use super::words;
use crate::format::NO_VALUE;

/// A line chart of the last seconds, for measurements as they come in.
///
/// Its callback returns one [`Sample`] at a time, or several as a `Vec<Sample>`. The last 2000 are kept: who opens the
/// page later sees them at once. The right edge is the newest sample, so a source that has fallen silent stands still.
/// Pointing at the chart, or the arrow keys, read values off.
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
    #[prop(stream, ring = 2000)]
    points: Stream<Sample>,
    /// What the values of a sample are, in their order. Has to be given in `layout`.
    #[prop(required, no_setter)]
    series: Vec<Series>,
    /// How much time is in view, in seconds. At more than 2000 samples in it the oldest are missing.
    #[prop(default = 60.0)]
    window: f64,
    /// The value at the axis' lower end. None: from the values in view.
    #[prop(no_setter)]
    min: Option<f64>,
    /// The value at the axis' upper end. None: from the values in view.
    #[prop(no_setter)]
    max: Option<f64>,
    /// What is shown. Empty: no visible name.
    label: String,
}

/// One moment in a [`Trend`].
#[value]
#[derive(Debug, Clone, PartialEq)]
pub struct Sample {
    /// When, in seconds since the Unix epoch. Not before the sample before it.
    pub t: f64,
    /// A value for each series, in their order. None: there is none, and the line is interrupted.
    pub values: Vec<Option<f64>>,
}

impl Sample {
    /// Measured now, by this machine's clock.
    pub fn now<V: Into<Option<f64>>>(values: impl IntoIterator<Item = V>) -> Self {
        Self::at(SystemTime::now(), values)
    }

    /// Measured at `time`.
    pub fn at<V: Into<Option<f64>>>(time: SystemTime, values: impl IntoIterator<Item = V>) -> Self {
        let t = match time.duration_since(UNIX_EPOCH) {
            Ok(since) => since.as_secs_f64(),
            Err(before) => -before.duration().as_secs_f64(),
        };
        Self { t, values: values.into_iter().map(Into::into).collect() }
    }
}

/// One line of a [`Trend`]. A text becomes one of that name.
#[value]
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Series {
    /// What the legend calls it.
    pub name: String,
    /// The unit of its values. It stands at the axis if all series have the same.
    pub unit: String,
    /// How many decimals the legend shows, at most 20. None: one more than the axis.
    pub digits: Option<u8>,
    /// Its colour, one of the theme's series colours 1 to 10. None: by its place.
    pub colour: Option<u8>,
}

impl Series {
    /// Called `name`.
    pub fn new(name: impl Into<String>) -> Self {
        Self { name: name.into(), unit: String::new(), digits: None, colour: None }
    }

    /// The unit of its values.
    #[must_use]
    pub fn unit(mut self, unit: impl Into<String>) -> Self {
        self.unit = unit.into();
        self
    }

    /// How many decimals the legend shows.
    #[must_use]
    pub fn digits(mut self, digits: u8) -> Self {
        self.digits = Some(digits);
        self
    }

    /// Its colour, one of the theme's series colours 1 to 10.
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
    /// What the values of a sample are, in their order: names, or [`Series`].
    #[must_use]
    pub fn series<S: Into<Series>>(mut self, series: impl IntoIterator<Item = S>) -> Self {
        self.series = series.into_iter().map(Into::into).collect();
        self
    }

    /// The value at the axis' lower end, whatever the values are.
    #[must_use]
    pub fn min(mut self, min: impl Into<f64>) -> Self {
        self.min = Some(min.into());
        self
    }

    /// The value at the axis' upper end, whatever the values are.
    #[must_use]
    pub fn max(mut self, max: impl Into<f64>) -> Self {
        self.max = Some(max.into());
        self
    }
}

impl Render for Trend {
    fn render(&self, html: &mut Html) {
        // The curves are painted by the script; everything that takes room is here, so that nothing moves then.
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
    fn everything_that_takes_room_is_there_before_the_script() {
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
    fn colours_begin_anew_after_ten() {
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
        assert!(Trend::INFO.script.source.contains(&format!("const TREND_RING = {ring};")));
    }
}
