use dash_macros::Component;
use dash_runtime::component::prelude::*;

use super::{known, share, words};
use crate::format::{fixed, number};

/// A round gauge for one measured value.
///
/// The zones above `warn_above` and `bad_above` are drawn on the rim of the dial. While the value is in a zone, the arc
/// has the zone's colour, and a screen reader reads "warning" or "alarm" after the number.
///
/// ```
/// # use dash_components::Gauge;
/// # fn of(temperature: Gauge) -> Gauge {
/// temperature.range(0.0..=110.0).unit("°C").digits(1).label("CPU").warn_above(80).bad_above(95)
/// # }
/// ```
#[derive(Component)]
#[component(tag = "dd-gauge", script = "gauge.js", style = "gauge.css", bundled)]
pub struct Gauge {
    id: ComponentId,
    /// The measured value, in `unit`. `None` (the default): no value. Outside `min` to `max` the number is still
    /// correct, and the arc ends at the end of the scale.
    value: Option<f64>,
    /// The value at the left end of the scale, in `unit`. Default: 0.
    min: f64,
    /// The value at the right end of the scale, in `unit`. Default: 100.
    #[prop(default = 100.0)]
    max: f64,
    /// The visible name. Empty (the default): no visible name.
    label: String,
    /// The unit of all values, for example `%`, `°C` or `V`. Empty (the default): no unit.
    unit: String,
    /// The number of decimals, at most 20. `None` (the default): three significant digits for the range, so none for 0
    /// to 100 and one for 0 to 10.
    #[prop(no_setter)]
    digits: Option<u8>,
    /// A value above this limit, in `unit`, is a warning. `None` (the default): never.
    #[prop(no_setter)]
    warn_above: Option<f64>,
    /// A value above this limit, in `unit`, is an alarm. `None` (the default): never.
    #[prop(no_setter)]
    bad_above: Option<f64>,
}

impl Gauge {
    /// Sets the values at both ends of the scale.
    #[must_use]
    pub fn range(mut self, range: std::ops::RangeInclusive<f64>) -> Self {
        (self.min, self.max) = range.into_inner();
        self
    }

    /// Sets the number of decimals, at most 20.
    #[must_use]
    pub fn digits(mut self, digits: u8) -> Self {
        self.digits = Some(digits);
        self
    }

    /// Sets the limit above which a value is a warning.
    #[must_use]
    pub fn warn_above(mut self, limit: impl Into<f64>) -> Self {
        self.warn_above = Some(limit.into());
        self
    }

    /// Sets the limit above which a value is an alarm.
    #[must_use]
    pub fn bad_above(mut self, limit: impl Into<f64>) -> Self {
        self.bad_above = Some(limit.into());
        self
    }

    fn drawing(&self) -> Drawing {
        let (min, max) = (self.min, self.max);
        let at = |value| share(value, min, max);
        let value = known(self.value);
        let above = |limit: Option<f64>| matches!((value, limit), (Some(value), Some(limit)) if value > limit);
        let bad_from = self.bad_above.map_or(1.0, at);
        let text = number(value, Some(self.digits.unwrap_or_else(|| digits(max - min))));
        Drawing {
            hand: arc(0.0, value.map_or(0.0, at), HAND),
            warn: self.warn_above.map_or_else(String::new, |limit| arc(at(limit), bad_from, RIM)),
            bad: arc(bad_from, 1.0, RIM),
            ticks: ticks(min, max),
            zone: if above(self.bad_above) {
                "bad"
            } else if above(self.warn_above) {
                "warn"
            } else {
                "ok"
            },
            size: match text.chars().count() {
                0..=5 => "large",
                6..=7 => "medium",
                _ => "small",
            },
            text,
        }
    }
}

// The dial goes from the lower left over the top to the lower right. gauge.js has the same numbers.
const CENTRE: (f64, f64) = (100.0, 98.0);
const START: f64 = 150.0;
const SWEEP: f64 = 240.0;
const HAND: f64 = 78.0;
const RIM: f64 = 89.0;
const TICK: (f64, f64) = (62.0, 67.0);

/// What depends on the values: path data, text, and names for the stylesheet. gauge.js computes the same.
#[cfg_attr(test, derive(Serialize))]
struct Drawing {
    hand: String,
    warn: String,
    bad: String,
    ticks: String,
    zone: &'static str,
    size: &'static str,
    text: String,
}

/// The point at a position on the scale (0 to 1) and a distance from the centre, as path data.
fn point(share: f64, radius: f64) -> String {
    let angle = (START + SWEEP * share).to_radians();
    let (x, y) = (CENTRE.0 + radius * angle.cos(), CENTRE.1 + radius * angle.sin());
    format!("{} {}", fixed(x, 2), fixed(y, 2))
}

/// Path data of an arc between two positions on the scale (0 to 1). Empty if the arc is too short to be visible.
fn arc(from: f64, to: f64, radius: f64) -> String {
    if to - from < 0.001 {
        return String::new();
    }
    let large = u8::from((to - from) * SWEEP > 180.0);
    format!("M{} A{radius} {radius} 0 {large} 1 {}", point(from, radius), point(to, radius))
}

/// Path data of the tick marks, one per round value.
fn ticks(min: f64, max: f64) -> String {
    let step = tick_step(max - min, 10.0);
    let first = (min / step - 1e-9).ceil();
    let last = (max / step + 1e-9).floor();
    // At most ten parts. A scale without extent gives no finite count.
    let count = if (0.0..=20.0).contains(&(last - first)) { (last - first) as i32 } else { return String::new() };
    let mark = |index| {
        let share = share((first + f64::from(index)) * step, min, max);
        format!("M{}L{}", point(share, TICK.0), point(share, TICK.1))
    };
    (0..=count).map(mark).collect()
}

/// Same as `tickStep` in dash-runtime/client/format.js: 1, 2 or 5 times a power of ten. It divides `span` into at most
/// `count` parts.
fn tick_step(span: f64, count: f64) -> f64 {
    if span.is_nan() || span <= 0.0 {
        return 1.0;
    }
    let least = span / count;
    let power = 10f64.powf(least.log10().floor());
    let factor = [1.0, 2.0, 5.0].into_iter().find(|factor| factor * power >= least * (1.0 - 1e-9)).unwrap_or(10.0);
    factor * power
}

/// The number of decimals with which the range has three significant digits.
fn digits(range: f64) -> u8 {
    [100.0, 10.0, 1.0, 0.1].into_iter().zip(0..).find(|(least, _)| range >= *least).map_or(4, |(_, digits)| digits)
}

impl Render for Gauge {
    fn render(&self, html: &mut Html) {
        let Drawing { hand, warn, bad, ticks, zone, size, text } = self.drawing();
        let spoken = match zone {
            _ if known(self.value).is_none() => "no value".to_owned(),
            "bad" => format!("{text} {}, alarm", self.unit),
            "warn" => format!("{text} {}, warning", self.unit),
            _ => format!("{text} {}", self.unit),
        };
        let name = if self.label.is_empty() { words(self.id) } else { self.label.clone() };
        html.tag("svg")
            .attr("class", "dd-gauge")
            .attr("viewBox", "0 0 200 160")
            .attr("role", "meter")
            .attr("aria-label", name)
            .attr("aria-valuemin", self.min)
            .attr("aria-valuemax", self.max)
            .opt("aria-valuenow", known(self.value))
            .attr("aria-valuetext", spoken)
            .attr("data-zone", zone)
            .attr("data-size", size)
            .inner(|html| {
                let path =
                    |html: &mut Html, class, data: &str| html.tag("path").attr("class", class).attr("d", data).empty();
                path(html, "dd-gauge-dial", &arc(0.0, 1.0, HAND));
                path(html, "dd-gauge-warn", &warn);
                path(html, "dd-gauge-bad", &bad);
                path(html, "dd-gauge-ticks", &ticks);
                path(html, "dd-gauge-hand", &hand);
                let words = |html: &mut Html, class, x, y, text: &str| {
                    html.tag("text").attr("class", class).attr("x", x).attr("y", y).text(text);
                };
                words(html, "dd-gauge-value", 100, 106, &text);
                words(html, "dd-gauge-unit", 100, 130, &self.unit);
                words(html, "dd-gauge-end dd-gauge-min", 32, 157, &number(Some(self.min), None));
                words(html, "dd-gauge-end dd-gauge-max", 168, 157, &number(Some(self.max), None));
            });
        html.tag("div").attr("class", "dd-label dd-gauge-label").attr("aria-hidden", "true").text(&self.label);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::core::testing::{assert_has, component, drawn};

    #[derive(Deserialize)]
    struct Props {
        value: Option<f64>,
        min: f64,
        max: f64,
        digits: Option<u8>,
        warn_above: Option<f64>,
        bad_above: Option<f64>,
    }

    #[derive(Deserialize)]
    struct Case {
        props: Props,
        drawing: serde_json::Value,
    }

    #[test]
    fn it_is_drawn_as_the_script_draws_it() -> serde_json::Result<()> {
        let cases: Vec<Case> = serde_json::from_str(include_str!("../../../tests/client/components/gauge-cases.json"))?;
        assert!(cases.len() > 10);
        for Case { props, drawing } in cases {
            let mut gauge = component::<Gauge>().value(props.value).range(props.min..=props.max);
            (gauge.digits, gauge.warn_above, gauge.bad_above) = (props.digits, props.warn_above, props.bad_above);
            assert_eq!(serde_json::to_value(gauge.drawing())?, drawing);
        }
        Ok(())
    }

    #[test]
    fn it_is_a_meter_with_its_zone_in_words() {
        let gauge = component::<Gauge>().unit("°C").label("CPU <0>").digits(1).warn_above(70).bad_above(90);
        let told = |value| format!("aria-valuetext=\"{value}\"");
        assert_has(&gauge, &["role=\"meter\" aria-label=\"CPU &lt;0&gt;\"", &told("no value")]);
        assert!(!drawn(&gauge).contains("aria-valuenow"));
        let gauge = gauge.value(70.0);
        assert_has(&gauge, &["aria-valuenow=\"70\"", &told("70.0 °C"), "data-zone=\"ok\""]);
        assert_has(&gauge.value(70.1), &[&told("70.1 °C, warning"), "data-zone=\"warn\""]);
    }

    #[test]
    fn nan_is_shown_as_no_value() {
        let gauge = component::<Gauge>().value(f64::NAN);
        assert_has(&gauge, &["aria-valuetext=\"no value\"", ">–</text>"]);
        assert!(!drawn(&gauge).contains("aria-valuenow") && !drawn(&gauge).contains("NaN"));
    }
}
