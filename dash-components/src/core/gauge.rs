use dash_macros::Component;
use dash_runtime::{component::prelude::*, look::Bound};

use super::limits::{Zone, readout, scale, told};

/// A round gauge for one measured value.
///
/// The zones beyond `warn_above`, `bad_above`, `warn_below` and `bad_below` are drawn on the rim of the dial. While the
/// value is in a zone, the arc has the zone's colour, and a screen reader reads "warning" or "alarm" after the number.
///
/// ```
/// # use dash_components::Gauge;
/// # fn of(temperature: Gauge) -> Gauge {
/// temperature.range(0.0..=110.0).unit("°C").digits(1).label("CPU").warn_above(80).bad_above(95)
/// # }
/// ```
#[derive(Component)]
#[component(tag = "dd-gauge", style = "gauge.css")]
pub struct Gauge {
    id: ComponentId,
    /// The measured value, in `unit`. `None` (the default): no value. The arc starts at zero if zero is on the scale.
    /// Outside `min` to `max` the number is still correct, and the arc ends at the end of the scale.
    value: Option<f64>,
    /// The value at the left end of the scale, in `unit`. Default: 0.
    min: f64,
    /// The value at the right end of the scale, in `unit`. Default: 100.
    #[prop(default = 100.0)]
    max: f64,
    /// The value that was asked for, in `unit`: a ring on the arc. `None` (the default): no ring.
    wanted: Option<f64>,
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
    /// A value below this limit, in `unit`, is a warning. `None` (the default): never.
    #[prop(no_setter)]
    warn_below: Option<f64>,
    /// A value below this limit, in `unit`, is an alarm. `None` (the default): never.
    #[prop(no_setter)]
    bad_below: Option<f64>,
}

readout!(Gauge);
scale!(Gauge);

/// The length of every arc of the dial in its own units. So lengths on it are percentages of the scale.
const WHOLE: i32 = 100;
/// The width of a tick. The arc of the ticks is longer than the scale by this length, because the first and the last
/// tick are in the middle of the ends of the scale.
const TICK: f64 = 0.37;
/// Longer than any arc: what follows a dash is not drawn.
const REST: &str = " 999";

/// The arc from the lower left over the top to the lower right, 240 degrees around (100, 98).
const HAND: &str = "M32.45 137 A78 78 0 1 1 167.55 137";
const RIM: &str = "M22.92 142.5 A89 89 0 1 1 177.08 142.5";
/// Half a tick longer at both ends.
const TICKS: &str = "M44.39 130.68 A64.5 64.5 0 1 1 155.61 130.68";

/// The dashes of an arc that is drawn between two positions from 0 to 1.
fn dashes(from: Bound<f64>, to: Bound<f64>) -> Bound<String> {
    let length = ((to - from) * WHOLE).at_least(0).number(2);
    constant("0 ").then((from * WHOLE).number(2)).then(" ").then(length).then(REST)
}

impl View for Gauge {
    fn view(p: GaugeBound, look: &mut Look) {
        let (span, at) = (p.max - p.min, |value: Bound<Option<f64>>| value.share(p.min, p.max));
        // Three significant digits for the range.
        let places = [(100.0, 0), (10.0, 1), (1.0, 2), (0.1, 3)];
        let digits = places.into_iter().rfold(constant(4), |rest, (least, n)| span.reaches(least).choose(n, rest));
        let text = p.value.number(p.digits.or(digits));
        let limits = Zone::new(p.value, [p.warn_above, p.bad_above, p.warn_below, p.bad_below]);
        let zone = limits.is_bad().choose(", alarm", limits.is_warning().choose(", warning", ""));
        let spoken = text.then(" ").then(p.unit).then(zone);
        let length = text.length();
        let bad_from = p.bad_above.is_known().choose(at(p.bad_above), 1.0);
        let warn_from = p.warn_above.is_known().choose(at(p.warn_above), 1.0);
        // The first tick is at the first multiple of the distance between ticks.
        let step = span.tick_step(10);
        let first = (p.min / step - 1e-9).ceil() * step - p.min;
        let gap = step / span * WHOLE - TICK;
        let has_ticks = span.is_above(0).choose(gap, 0.0).is_above(0);
        // Texts of HTML over the drawing: the browser needs twice the time to lay out a changed text in a drawing. Before it,
        // because the label stands behind the drawing of an alarm. The meter says all of it to a screen reader.
        let words = look.tag("div").attr("class", "dd-gauge-words").attr("aria-hidden", "true");
        let words = words.attr("data-zone", limits.name()).flag("data-alarm", limits.is_alarm());
        // Gauges side by side have numbers of one size. Only a text that would cross the dial is smaller.
        let words =
            words.attr("data-size", length.reaches(8).choose(length.reaches(11).choose("small", "medium"), "large"));
        words.inner(|look| {
            let word = |look: &mut Look, class: &'static str, text: Bound<String>| {
                look.tag("span").attr("class", class).text(text);
            };
            word(look, "dd-gauge-value", text);
            word(look, "dd-gauge-unit", p.unit);
            word(look, "dd-gauge-end dd-gauge-min", p.min.short());
            word(look, "dd-gauge-end dd-gauge-max", p.max.short());
        });
        let drawing = look.tag("svg").attr("class", "dd-gauge").attr("viewBox", "0 0 200 160");
        told(drawing, p.label, p.value, (p.min, p.max), p.value.is_known().choose(spoken, "no value"))
            .attr("data-zone", limits.name())
            .flag("data-alarm", limits.is_alarm())
            .inner(|look| {
                let arc = |look: &mut Look, class: &'static str, path: &'static str, dashes: Bound<String>| {
                    let arc = look.tag("path").attr("class", class).attr("d", path).attr("pathLength", WHOLE);
                    arc.attr("stroke-dasharray", dashes).empty();
                };
                look.tag("path").attr("class", "dd-gauge-dial").attr("d", HAND).empty();
                arc(look, "dd-gauge-warn", RIM, dashes(warn_from, bad_from));
                arc(look, "dd-gauge-bad", RIM, dashes(bad_from, constant(1.0)));
                // A missing limit is at the start of the scale, so its zone has no length.
                look.when(p.warn_below.is_known(), |look| {
                    arc(look, "dd-gauge-warn", RIM, dashes(at(p.bad_below), at(p.warn_below)));
                });
                look.when(p.bad_below.is_known(), |look| {
                    arc(look, "dd-gauge-bad", RIM, dashes(constant(0.0), at(p.bad_below)));
                });
                look.tag("path")
                    .attr("class", "dd-gauge-ticks")
                    .attr("d", TICKS)
                    .attr("pathLength", f64::from(WHOLE) + TICK)
                    .attr("stroke-dasharray", has_ticks.choose(constant("0.37 ").then(gap.number(4)), "0 999"))
                    .attr("stroke-dashoffset", (first / span * -WHOLE).or(0).number(4))
                    .empty();
                // From zero, or from the end of the scale that is nearer to it.
                let zero = constant(0.0).share(p.min, p.max);
                let hand = p.value.is_known().choose(at(p.value), zero);
                arc(look, "dd-gauge-hand", HAND, dashes(hand.at_most(zero), hand.at_least(zero)));
                // A dash without a length and with round ends is a disc. Two of them are a ring.
                let place = (at(p.wanted) * -WHOLE).number(2);
                look.when(p.wanted.is_known(), |look| {
                    for class in ["dd-gauge-wanted", "dd-gauge-wanted-inside"] {
                        let disc = look.tag("path").attr("class", class).attr("d", HAND).attr("pathLength", WHOLE);
                        disc.attr("stroke-dasharray", "0.01 999").attr("stroke-dashoffset", place).empty();
                    }
                });
            });
        look.tag("div").attr("class", "dd-label dd-gauge-label").attr("aria-hidden", "true").text(p.label);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::core::testing::{assert_has, component, drawn};

    #[test]
    fn the_arcs_end_where_the_value_and_the_zones_do() {
        let gauge = component::<Gauge>().range(0.0..=50.0).value(10.0).warn_above(30).bad_above(40);
        let arc = |class: &str, dashes: &str| [format!("dd-gauge-{class}\""), format!("dasharray=\"{dashes}\"")];
        let parts =
            [arc("warn", "0 60.00 20.00 999"), arc("bad", "0 80.00 20.00 999"), arc("hand", "0 0.00 20.00 999")];
        let parts: Vec<&str> = parts.iter().flatten().map(String::as_str).collect();
        assert_has(&gauge, &parts);
        // The hand ends where the scale does, and the number does not.
        assert_has(&component::<Gauge>().value(250.0), &[">250<", "dd-gauge-hand", "\"0 0.00 100.00 999\""]);
        assert_has(&component::<Gauge>().value(-5.0), &[">-5<", "dd-gauge-hand", "\"0 0.00 0.00 999\""]);
        // A warning above the alarm is not drawn over it.
        let crossed = component::<Gauge>().warn_above(90).bad_above(80);
        assert_has(&crossed, &["dd-gauge-warn", "\"0 90.00 0.00 999\""]);
    }

    #[test]
    fn the_ticks_are_at_round_values() {
        for (range, dashes, offset) in [
            (0.0..=100.0, "0.37 9.6300", "0.0000"),
            (-15.0..=100.0, "0.37 17.0213", "-13.0435"),
            (5.0..=5.0, "0 999", ""),
            (9.0..=1.0, "0 999", ""),
        ] {
            let gauge = component::<Gauge>().range(range);
            let ticks = ["dd-gauge-ticks", &format!("stroke-dasharray=\"{dashes}\""), &format!("offset=\"{offset}")];
            assert_has(&gauge, &ticks);
        }
    }

    #[test]
    fn it_is_a_meter_with_its_zone_in_words() {
        let gauge = component::<Gauge>().unit("°C").label("CPU <0>").digits(1).warn_above(70).bad_above(90);
        let told = |value| format!("aria-valuetext=\"{value}\"");
        // A meter must have a value.
        assert_has(&gauge, &["role=\"img\" aria-label=\"CPU &lt;0&gt;: no value\" data-zone"]);
        assert!(!drawn(&gauge).contains("aria-valuenow"));
        let gauge = gauge.value(70.0);
        assert_has(
            &gauge,
            &[
                "role=\"meter\" aria-label=\"CPU &lt;0&gt;\" aria-valuemin=\"0\"",
                "aria-valuenow=\"70\"",
                &told("70.0 °C"),
                "data-zone=\"ok\"",
            ],
        );
        assert_has(&gauge.value(70.1), &[&told("70.1 °C, warning"), "data-zone=\"warn\""]);
    }

    #[test]
    fn gauges_of_one_row_had_numbers_of_different_size() {
        for value in [0.0, 7.5, -41.25, 123.456, 9999.0, 99999.0] {
            let gauge = component::<Gauge>().range(-50.0..=100_000.0).digits(1).value(value);
            assert_has(&gauge, &["data-size=\"large\""]);
        }
        let long = component::<Gauge>().range(0.0..=1e9);
        assert_has(&long.value(12_345_678.0), &["data-size=\"medium\"", ">12345678<"]);
        assert_has(&component::<Gauge>().range(0.0..=1e12).value(1e11), &["data-size=\"small\""]);
    }

    #[test]
    fn with_a_negative_minimum_the_arc_started_at_the_left_end() {
        let gauge = component::<Gauge>().range(-100.0..=100.0);
        let hand =
            |dashes: &str| format!("dd-gauge-hand\" d=\"{HAND}\" pathLength=\"100\" stroke-dasharray=\"{dashes}\"");
        for (value, dashes) in [(0.0, "0 50.00 0.00 999"), (50.0, "0 50.00 25.00 999"), (-50.0, "0 25.00 25.00 999")] {
            assert_has(&component::<Gauge>().range(-100.0..=100.0).value(value), &[&hand(dashes)]);
        }
        assert_has(&gauge, &[&hand("0 50.00 0.00 999")]);
        // Below zero only: the arc starts at the end that is nearer to zero.
        assert_has(&component::<Gauge>().range(-80.0..=-20.0).value(-35.0), &[&hand("0 75.00 25.00 999")]);
    }

    #[test]
    fn zones_are_on_both_sides() {
        let gauge = component::<Gauge>().warn_below(30).bad_below(10).warn_above(80);
        let low = [
            "dd-gauge-warn",
            "\"0 80.00 20.00 999\"",
            "dd-gauge-warn",
            "\"0 10.00 20.00 999\"",
            "\"0 0.00 10.00 999\"",
        ];
        assert_has(&gauge, &low);
        assert_has(&gauge.value(20.0), &["20 , warning\"", "data-zone=\"warn\" data-alarm"]);
        assert_has(&component::<Gauge>().warn_below(30).bad_below(10).value(9.0), &[", alarm\"", "data-zone=\"bad\""]);
        assert_has(&component::<Gauge>().warn_below(30).value(30.0), &["data-zone=\"ok\""]);
    }

    #[test]
    fn what_was_asked_for_is_a_ring() {
        assert_has(&component::<Gauge>().wanted(25.0), &["dd-gauge-wanted\"", "stroke-dashoffset=\"-25.00\""]);
        assert!(!drawn(&component::<Gauge>()).contains("dd-gauge-wanted"));
    }

    #[test]
    fn nan_is_shown_as_no_value() {
        let gauge = component::<Gauge>().value(f64::NAN);
        assert_has(&gauge, &[">–</span>", ": no value\""]);
        assert!(!drawn(&gauge).contains("aria-valuenow") && !drawn(&gauge).contains("NaN"));
    }
}
