use dash_macros::Component;
use dash_runtime::{
    component::prelude::*,
    look::{Bound, constant},
};

use super::limits::{decimals, scale};

/// A round control that sets a number. It takes little space.
///
/// The person drags up and down, or uses the arrow keys. The ring is the set-point, and the arc is the value that the
/// device reports.
///
/// ```
/// # use dash_components::Knob;
/// # fn of(gain: Knob) -> Knob {
/// gain.range(0.0..=60.0).label("Gain").unit("dB").step(1.0)
/// # }
/// ```
#[derive(Component)]
#[component(tag = "dd-knob", script = "knob.js", style = "knob.css", bundled)]
pub struct Knob {
    id: ComponentId,
    /// The set-point, in `unit`, from `min` to `max`. Default: 0. The browser writes it and sends every movement.
    #[prop(writable, within(min, max))]
    value: f64,
    /// The smallest set-point, in `unit`. Default: 0.
    min: f64,
    /// The largest set-point, in `unit`. Default: 100.
    #[prop(default = 100.0)]
    max: f64,
    /// The distance between two set-points, in `unit`, counted from `min`. It must be above zero. Default: 1.
    #[prop(default = 1.0)]
    step: f64,
    /// The visible name. Empty (the default): no visible name.
    label: String,
    /// The unit of `value` and `reported`. Empty (the default): no unit.
    unit: String,
    /// The value that the device reports, in `unit`. `None` (the default): the value is unknown, and the arc ends at the
    /// set-point.
    reported: Option<f64>,
    /// Whether the knob is disabled, for pages and for programs. Default: `false`. A callback can still set `value`.
    disabled: bool,
}

scale!(Knob);

/// 270 degrees from the lower left to the lower right, around (60, 60).
const ARC: &str = "M26.06 93.94A48 48 0 1 1 93.94 93.94";

impl View for Knob {
    fn view(p: KnobBound, look: &mut Look) {
        let share = p.value.share(p.min, p.max);
        let zero = constant(0.0).share(p.min, p.max);
        let end = p.reported.is_known().choose(p.reported.share(p.min, p.max), share);
        let (from, to) = (end.at_most(zero), end.at_least(zero));
        let dashes = |from: Bound<f64>, length: Bound<f64>| {
            constant("0 ").then((from * 100).number(2)).then(" ").then(length.number(2)).then(" 999")
        };
        let digits = decimals(p.min, p.step);
        let shown = p.value.number(digits);
        let measured = constant(", measured ").then(p.reported.number(digits)).then(p.unit.suffix());
        let spoken = shown.then(p.unit.suffix()).then(p.reported.is_known().choose(measured, ""));
        let arc_length = dashes(from, (to - from) * 100);
        look.tag("div").attr("class", "dd-knob").inner(|look| {
            // For the keys and the screen reader. The drawing takes the pointer.
            look.tag("input")
                .attr("type", "range")
                .attr("class", "dd-knob-control")
                .attr("min", p.min)
                .attr("max", p.max)
                .attr("step", p.step)
                .attr("value", p.value)
                .attr("autocomplete", "off")
                .attr("aria-label", p.label.or(words_of_id()))
                .attr("aria-valuetext", spoken)
                .flag("disabled", p.disabled)
                .void();
            look.tag("svg")
                .attr("class", "dd-knob-face")
                .attr("viewBox", "0 0 120 112")
                .attr("aria-hidden", "true")
                .inner(|look| {
                    look.tag("circle").attr("class", "dd-knob-cap").attr("cx", 60).attr("cy", 60).attr("r", 36).empty();
                    look.tag("path").attr("class", "dd-knob-rail").attr("d", ARC).empty();
                    let arc = look.tag("path").attr("class", "dd-knob-arc").attr("d", ARC).attr("pathLength", 100);
                    arc.attr("stroke-dasharray", arc_length).empty();
                    // A dash without a length and with round ends is a disc. Two of them are a ring.
                    for class in ["dd-knob-ring", "dd-knob-ring-inside"] {
                        let disc = look.tag("path").attr("class", class).attr("d", ARC).attr("pathLength", 100);
                        let place = (share * -100).number(2);
                        disc.attr("stroke-dasharray", "0.01 999").attr("stroke-dashoffset", place).empty();
                    }
                    look.tag("text").attr("class", "dd-knob-value").attr("x", 60).attr("y", 67).text(shown);
                    look.tag("text").attr("class", "dd-knob-unit").attr("x", 60).attr("y", 83).text(p.unit);
                });
        });
        look.tag("div").attr("class", "dd-label dd-knob-label").attr("aria-hidden", "true").text(p.label);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::core::testing::{assert_has, component};

    #[test]
    fn it_is_a_native_range_with_a_drawing() {
        let gain = component::<Knob>().range(0.0..=60.0).value(15.0).label("Gain").unit("dB");
        assert_has(
            &gain,
            &[
                "type=\"range\"",
                "min=\"0\" max=\"60\" step=\"1\" value=\"15\"",
                "aria-label=\"Gain\" aria-valuetext=\"15\u{a0}dB\"",
                "dd-knob-arc",
                "\"0 0.00 25.00 999\"",
                "dd-knob-ring\"",
                "stroke-dashoffset=\"-25.00\"",
            ],
        );
    }

    #[test]
    fn fault_a_knob_lost_its_decimals_at_a_whole_number() {
        let gain = component::<Knob>().step(0.1).value(5.0).reported(4.98).unit("dB");
        assert_has(&gain, &["valuetext=\"5.0\u{a0}dB, measured 5.0\u{a0}dB\"", "y=\"67\">5.0<"]);
    }

    #[test]
    fn the_arc_is_what_is_measured_and_the_ring_what_was_asked_for() {
        let gain = component::<Knob>().value(80.0).reported(20.0);
        assert_has(
            &gain,
            &["valuetext=\"80, measured 20\"", "dd-knob-arc", "\"0 0.00 20.00 999\"", "stroke-dashoffset=\"-80.00\""],
        );
        let both = component::<Knob>().range(-10.0..=10.0).value(-5.0);
        assert_has(&both, &["dd-knob-arc", "\"0 25.00 25.00 999\""]);
    }
}
