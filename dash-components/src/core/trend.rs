use std::time::SystemTime;

use dash_macros::{Component, value};
use dash_runtime::{
    component::prelude::*,
    look::{Bound, Item, constant},
};

use super::{chart, indicator::Tone, limits::limits};
use crate::format::NO_VALUE;

/// The gestures and the buttons for the past, which only charts with a kept history load.
const TREND_PAST: Library = Library::new("dd-trend-past.js", || Ok(include_str!("trend_past.js")));

/// A line chart of the last seconds, for a series of measurements.
///
/// Its callback returns one [`Sample`] at a time, or several as a `Vec<Sample>`. The server keeps the last 2000
/// samples, and a client that connects later gets them at once. The right edge is the newest sample, so the chart
/// stands still when no samples arrive. The pointer and the arrow keys read values from the chart.
///
/// The values beyond `warn_above`, `bad_above`, `warn_below` and `bad_below` are tinted zones with a dashed line at the
/// limit. These limits are those of all series of the left axis, or of the only one. A limit of one series
/// ([`Series::warn_above`]) is a line in the colour of the series, on its axis and with its name. The legend says which
/// series is beyond a limit. If there are several series, a press on a name in it hides that line and its limits, and the
/// axes fit what is left. Nobody else sees that. A series may use a second axis at the right ([`Series::right`]). `markers` says what happened
/// when: [`EventMarker`].
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
/// # fn reactor(reactor: Trend) -> Trend {
/// // Each series has limits of its own.
/// reactor.series([
///     Series::new("Temperature").unit("°C").bad_above(40),
///     Series::new("pH").right().warn_below(6.8).warn_above(7.2),
/// ])
/// # }
/// // What a callback returns for `points`:
/// let sample = Sample::now([Some(12.5), None]);
/// # let _ = sample;
/// # use dash_components::{EventMarker, Tone};
/// // What a callback returns for `markers`:
/// let marker = EventMarker::now("Pump on").tone(Tone::Ok);
/// # let _ = marker;
/// ```
#[derive(Component)]
#[component(tag = "dd-trend", script = "trend.js", style = ["chart.css", "trend.css"], library = TREND_PAST, bundled)]
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
    /// The value at the lower end of the left axis. `None` (the default): follows from the visible values.
    #[prop(no_setter)]
    min: Option<f64>,
    /// The value at the upper end of the left axis. `None` (the default): follows from the visible values.
    #[prop(no_setter)]
    max: Option<f64>,
    /// The value at the lower end of the right axis. `None` (the default): follows from the visible values.
    #[prop(no_setter)]
    right_min: Option<f64>,
    /// The value at the upper end of the right axis. `None` (the default): follows from the visible values.
    #[prop(no_setter)]
    right_max: Option<f64>,
    /// A value above this limit, on the left axis, is a warning. `None` (the default): never. A limit that is not between
    /// the ends of the axis is not drawn.
    #[prop(no_setter)]
    warn_above: Option<f64>,
    /// A value above this limit, on the left axis, is an alarm. `None` (the default): never.
    #[prop(no_setter)]
    bad_above: Option<f64>,
    /// A value below this limit, on the left axis, is a warning. `None` (the default): never.
    #[prop(no_setter)]
    warn_below: Option<f64>,
    /// A value below this limit, on the left axis, is an alarm. `None` (the default): never.
    #[prop(no_setter)]
    bad_below: Option<f64>,
    /// What happened when: a line at a time, with a text. The server keeps the last 200.
    #[prop(stream, ring = 200)]
    markers: Stream<EventMarker>,
    /// The longest time between two samples that a line connects, in seconds. Where the time is longer, nothing was
    /// measured, so the line is interrupted. `None` (the default): five times the usual distance of the samples. If they
    /// have no usual distance, as when values are recorded only when they change, the line is never interrupted.
    #[prop(no_setter)]
    gap: Option<f64>,
    /// The visible name. Empty (the default): no visible name.
    label: String,
    /// Whether there are two buttons that save what is shown: as a picture (PNG), and as a table with the times in ISO 8601
    /// (CSV). Of a kept history, the table has the samples themselves, as long as they are at most 100 000. Default: false.
    export: bool,
}

/// The values of all series of a [`Trend`] at one time.
#[value]
#[derive(Debug, Clone, PartialEq)]
pub struct Sample {
    /// The time, in seconds since the Unix epoch. A sample that comes late finds its place by its time.
    pub t: f64,
    /// One value for each series, in their order. `None`: no value, and the line is interrupted.
    pub values: Vec<Option<f64>>,
}

impl Sample {
    /// Creates a sample with the current time of the server's clock: `Sample::now([20.5, 21.0])`. All values of an array have one
    /// type, so if one of them may be missing, each is an option: `Sample::now([Some(20.5), None])`.
    pub fn now(values: impl IntoIterator<Item = impl IntoValue<Option<f64>>>) -> Self {
        Self::at(SystemTime::now(), values)
    }

    /// Creates a sample with the time `time`.
    pub fn at(time: SystemTime, values: impl IntoIterator<Item = impl IntoValue<Option<f64>>>) -> Self {
        Self { t: chart::seconds(time), values: values.into_iter().map(IntoValue::into_value).collect() }
    }
}

impl HistoryItem for Sample {
    const NUMBERS: Option<Numbers<Self>> =
        Some(Numbers { read: |sample| &sample.values, make: |t, values| Self { t, values } });

    fn time(&self) -> f64 {
        self.t
    }
}

/// Something that happened at a time, on a [`Trend`].
#[value]
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct EventMarker {
    /// The time, in seconds since the Unix epoch.
    pub t: f64,
    /// What happened, in a few words.
    pub text: String,
    /// The meaning, which has a colour.
    pub tone: Tone,
}

impl EventMarker {
    /// Creates a marker with the current time of the server's clock, and without a meaning.
    pub fn now(text: impl IntoValue<String>) -> Self {
        Self::at(SystemTime::now(), text)
    }

    /// Creates a marker with the time `time`, and without a meaning.
    pub fn at(time: SystemTime, text: impl IntoValue<String>) -> Self {
        Self { t: chart::seconds(time), text: text.into_value(), tone: Tone::Neutral }
    }

    /// Sets the meaning.
    #[must_use]
    pub fn tone(mut self, tone: Tone) -> Self {
        self.tone = tone;
        self
    }
}

/// One line of a [`Trend`]. A string converts into a series with that name.
#[value]
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Series {
    /// The name in the legend.
    pub name: String,
    /// The unit of the values. Empty: no unit. An axis shows it if all its series have the same unit.
    pub unit: String,
    /// The number of decimals in the legend, at most 20. `None`: one more than on the axis.
    pub digits: Option<u8>,
    /// The colour: one of the theme's series colours 1 to 10. `None`: the colour follows from the position of the
    /// series.
    pub colour: Option<u8>,
    /// Whether the values are on the second axis, at the right.
    pub right: bool,
    /// Whether the values are what was asked for, as a set-point, and not what was measured. The line is dashed.
    pub wanted: bool,
    /// A value of this series above this limit is a warning. `None`: never.
    pub warn_above: Option<f64>,
    /// A value of this series above this limit is an alarm. `None`: never.
    pub bad_above: Option<f64>,
    /// A value of this series below this limit is a warning. `None`: never.
    pub warn_below: Option<f64>,
    /// A value of this series below this limit is an alarm. `None`: never.
    pub bad_below: Option<f64>,
}

impl Series {
    /// Creates a series with this name.
    pub fn new(name: impl IntoValue<String>) -> Self {
        Self {
            name: name.into_value(),
            unit: String::new(),
            digits: None,
            colour: None,
            right: false,
            wanted: false,
            warn_above: None,
            bad_above: None,
            warn_below: None,
            bad_below: None,
        }
    }

    /// Sets the unit of the values.
    #[must_use]
    pub fn unit(mut self, unit: impl IntoValue<String>) -> Self {
        self.unit = unit.into_value();
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

    /// Puts the values on the second axis, at the right.
    #[must_use]
    pub fn right(mut self) -> Self {
        self.right = true;
        self
    }

    /// Says that the values are what was asked for, as a set-point. Their line is dashed. It may have the
    /// [`colour`](Self::colour) of what is measured.
    #[must_use]
    pub fn wanted(mut self) -> Self {
        self.wanted = true;
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
    pub fn series(mut self, series: impl IntoIterator<Item = impl IntoValue<Series>>) -> Self {
        self.series = series.into_iter().map(IntoValue::into_value).collect();
        self
    }

    /// Sets the value at the lower end of the left axis.
    #[must_use]
    pub fn min(mut self, min: impl IntoValue<f64>) -> Self {
        self.min = Some(min.into_value());
        self
    }

    /// Sets the value at the upper end of the left axis.
    #[must_use]
    pub fn max(mut self, max: impl IntoValue<f64>) -> Self {
        self.max = Some(max.into_value());
        self
    }

    /// Sets the ends of the right axis.
    #[must_use]
    pub fn right_range(mut self, range: std::ops::RangeInclusive<f64>) -> Self {
        (self.right_min, self.right_max) = chart::ends(range);
        self
    }

    /// Sets the longest time between two samples that a line connects, in seconds.
    #[must_use]
    pub fn gap(mut self, seconds: impl IntoValue<f64>) -> Self {
        self.gap = Some(seconds.into_value());
        self
    }
}

limits!(Trend);
limits!(Series);

/// Whether one of these limits is there.
fn any_known(limits: [Bound<Option<f64>>; 4]) -> Bound<bool> {
    limits.into_iter().fold(constant(false), |some, limit| some.choose(true, limit.is_known()))
}

impl View for Trend {
    fn view(p: TrendBound, look: &mut Look) {
        // The script paints the lines. All parts that take space are here, so that the layout does not move.
        chart::caption(look, p.label);
        let limits = any_known([p.warn_above, p.bad_above, p.warn_below, p.bad_below]);
        let legend = look.tag("ul").attr("class", "dd-chart-legend dd-trend-legend").flag("data-limits", limits);
        // The only series is not switched off.
        let several = p.series.count().reaches(2);
        legend.inner(|look| {
            look.each(p.series, |series: Item<Series>, look| {
                let given = series.value.field("colour", |series| &series.colour);
                let entry = look.tag("li").attr("data-colour", chart::colour(series, given));
                let wanted = series.value.field("wanted", |series| &series.wanted);
                let limits = [
                    series.value.field("warn_above", |series| &series.warn_above),
                    series.value.field("bad_above", |series| &series.bad_above),
                    series.value.field("warn_below", |series| &series.warn_below),
                    series.value.field("bad_below", |series| &series.bad_below),
                ];
                entry.flag("data-wanted", wanted).flag("data-limits", any_known(limits)).inner(|look| {
                    let name = series.value.field("name", |series| &series.name);
                    look.when(several, |look| {
                        let switch = look.tag("button").attr("class", "dd-chart-name").attr("type", "button");
                        switch.attr("aria-pressed", "true").text(name);
                    });
                    look.when(several.not(), |look| look.tag("span").attr("class", "dd-chart-name").text(name));
                    look.when(series.value.field("right", |series| &series.right), |look| {
                        look.tag("span").attr("class", "dd-trend-side").text("right axis");
                    });
                    // The script writes the value of now, or the one that is read, and whether it is beyond a limit.
                    look.tag("span").attr("class", "dd-trend-reading").inner(|look| {
                        look.tag("span").attr("class", "dd-chart-value").text(NO_VALUE);
                        let unit = series.value.field("unit", |series| &series.unit);
                        look.tag("span").attr("class", "dd-unit").text(unit);
                    });
                    look.tag("span").attr("class", "dd-trend-zone").empty();
                });
            });
        });
        chart::plot(look, "dd-chart-plot", chart::spoken(p.label, ": chart. Arrow keys read values."));
        look.when(p.export, |look| {
            look.tag("div").attr("class", "dd-trend-export").inner(|look| {
                for (kind, words) in [("png", "Save picture"), ("csv", "Save values")] {
                    look.tag("button").attr("type", "button").attr("data-export", kind).text(words);
                }
            });
        });
        chart::status(look);
    }
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, UNIX_EPOCH};

    use super::*;
    use crate::core::testing::{assert_has, component, drawn};

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
                "dd-chart-label\">Load &lt;1&gt;</div>",
                "<li data-colour=\"1\"><button class=\"dd-chart-name\" type=\"button\" aria-pressed=\"true\">a &lt;b&gt;</button>",
                "<span class=\"dd-chart-value\">–</span><span class=\"dd-unit\">%</span></span><span class=\"dd-trend-zone\"></span></li>",
                "<li data-colour=\"7\">",
                "<li data-colour=\"10\">",
                "aria-label=\"Load &lt;1&gt;: chart. Arrow keys read values.\"><canvas",
            ],
        );
    }

    #[test]
    fn colours_repeat_after_ten() {
        let many = component::<Trend>().series((0..12).map(|index| format!("s{index}")));
        assert_has(&many, &["data-colour=\"10\"", "s9", "data-colour=\"1\"", "s10", "data-colour=\"2\"", "s11"]);
    }

    #[test]
    fn the_only_series_cannot_be_switched_off() {
        assert_has(
            &component::<Trend>().series(["a"]),
            &["<li data-colour=\"1\"><span class=\"dd-chart-name\">a</span>"],
        );
    }

    #[test]
    fn the_legend_says_which_series_is_on_the_second_axis() {
        let trend = component::<Trend>().series([Series::new("U").unit("V"), Series::new("I").unit("A").right()]);
        assert_has(
            &trend,
            &["U</button><span class=\"dd-trend-reading\"", "I</button><span class=\"dd-trend-side\">right axis<"],
        );
    }

    #[test]
    fn what_was_asked_for_has_a_dashed_line() {
        let trend = component::<Trend>().series([Series::new("is"), Series::new("set").colour(1).wanted()]);
        assert_has(
            &trend,
            &[
                "<li data-colour=\"1\"><button class=\"dd-chart-name\"",
                ">is</button>",
                "<li data-colour=\"1\" data-wanted>",
            ],
        );
    }

    #[test]
    fn a_legend_has_room_for_the_words_of_a_limit() {
        let trend = || component::<Trend>().series(["a"]);
        assert!(!drawn(&trend()).contains("data-limits"));
        assert_has(&trend().bad_below(0), &["dd-trend-legend\" data-limits>"]);
        let own = component::<Trend>().series([Series::new("a").bad_above(1), Series::new("b")]);
        assert_has(&own, &["dd-trend-legend\"><li data-colour=\"1\" data-limits>", "<li data-colour=\"2\"><"]);
    }

    #[test]
    fn what_saves_the_chart_is_there_if_asked_for() {
        let trend = || component::<Trend>().series(["a"]);
        assert!(!drawn(&trend()).contains("<button"));
        assert_has(&trend().export(true), &["data-export=\"png\">Save picture<", "data-export=\"csv\">Save values<"]);
    }

    #[test]
    fn a_marker_has_its_time_in_seconds() -> serde_json::Result<()> {
        let marker = EventMarker::at(UNIX_EPOCH + Duration::from_millis(2_500), "Pump on").tone(Tone::Ok);
        assert_eq!(serde_json::to_string(&marker)?, r#"{"t":2.5,"text":"Pump on","tone":"ok"}"#);
        Ok(())
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
    fn the_script_keeps_as_many_samples_and_markers_as_the_server() {
        let script = Trend::INFO.script.map_or("", |script| script.source);
        for (stream, name) in [("points", "TREND_RING"), ("markers", "TREND_MARKERS")] {
            let ring = Trend::INFO.props.iter().find(|prop| prop.name == stream).map_or(0, |prop| prop.ring);
            assert!(script.contains(&format!("const {name} = {ring};")), "{stream}");
        }
    }
}
