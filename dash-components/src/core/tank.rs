use dash_macros::Component;
use dash_runtime::{component::prelude::*, look::Bound};

use super::limits::{Zone, readout, scale, told};

/// A vessel that shows how full it is.
///
/// ```
/// # use dash_components::Tank;
/// # fn of(water: Tank) -> Tank {
/// water.range(0.0..=200.0).unit("l").label("Water").warn_below(40).bad_below(10)
/// # }
/// ```
#[derive(Component)]
#[component(tag = "dd-tank", style = "readout.css")]
pub struct Tank {
    id: ComponentId,
    /// The measured value, in `unit`. `None` (the default): no value. Outside `min` to `max` the number is still
    /// correct, and the filling ends at the end of the scale.
    value: Option<f64>,
    /// The value at the lower end of the scale, in `unit`. Default: 0.
    min: f64,
    /// The value at the upper end of the scale, in `unit`. Default: 100.
    #[prop(default = 100.0)]
    max: f64,
    /// The visible name. Empty (the default): no visible name.
    label: String,
    /// The unit of all values, for example `%`, `°C` or `bar`. Empty (the default): no unit.
    unit: String,
    /// The line under the number, for example `in the last hour`. While a limit is broken, the limit is there instead.
    /// Empty (the default): nothing.
    note: String,
    /// The number of decimals, at most 20. `None` (the default): as many as six significant digits need.
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

readout!(Tank);
scale!(Tank);

impl View for Tank {
    fn view(p: TankBound, look: &mut Look) {
        let zone = Zone::new(p.value, [p.warn_above, p.bad_above, p.warn_below, p.bad_below]);
        let number = p.value.number(p.digits);
        let at = |value: Bound<Option<f64>>| value.share(p.min, p.max);
        look.tag("div").attr("class", "dd-figure").attr("data-zone", zone.name()).inner(|look| {
            let drawing = look.tag("svg").attr("class", "dd-tank").attr("viewBox", "0 0 64 104");
            told(drawing, p.label, p.value, (p.min, p.max), zone.spoken(number, p.unit))
                .flag("data-alarm", zone.is_alarm())
                .inner(|look| {
                    let wall = look.tag("rect").attr("class", "dd-tank-wall").attr("x", 2).attr("y", 2);
                    wall.attr("width", 60).attr("height", 100).attr("rx", 8).empty();
                    // Inside of the wall.
                    let height = at(p.value) * 92;
                    let level = look.tag("rect").attr("class", "dd-tank-level").attr("x", 6).attr("width", 52);
                    level
                        .attr("y", (height * -1 + 98).number(2))
                        .attr("height", height.number(2))
                        .attr("rx", 4)
                        .empty();
                    look.tag("path").attr("class", "dd-tank-ticks").attr("d", "M48 29H62M48 52H62M48 75H62").empty();
                    let limit = |look: &mut Look, class: &'static str, limit: Bound<Option<f64>>| {
                        let y = (at(limit) * -92 + 98).number(2);
                        look.when(limit.is_known(), |look| {
                            let line = look.tag("line").attr("class", class).attr("x1", 2).attr("x2", 62);
                            line.attr("y1", y).attr("y2", y).empty();
                        });
                    };
                    limit(look, "dd-warn-line", p.warn_below);
                    limit(look, "dd-warn-line", p.warn_above);
                    limit(look, "dd-bad-line", p.bad_below);
                    limit(look, "dd-bad-line", p.bad_above);
                });
            look.tag("div").attr("class", "dd-figure-words").attr("aria-hidden", "true").inner(|look| {
                look.tag("span").attr("class", "dd-label").text(p.label);
                look.tag("span").attr("class", "dd-reading").inner(|look| {
                    look.tag("span").attr("class", "dd-reading-number").text(number);
                    look.tag("span").attr("class", "dd-unit").text(p.unit.suffix());
                });
                look.tag("span").attr("class", "dd-note").text(zone.note(p.unit, p.note));
            });
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::core::testing::{assert_has, component, drawn};

    #[test]
    fn it_is_filled_to_its_level() {
        let tank = component::<Tank>().max(50.0).value(10.0).unit("l").label("Water").warn_below(12);
        assert_has(
            &tank,
            &[
                "data-zone=\"warn\"",
                "role=\"meter\" aria-label=\"Water\"",
                "aria-valuetext=\"10\u{a0}l, warning: below 12\u{a0}l\"",
                "dd-tank-level\" x=\"6\" width=\"52\" y=\"79.60\" height=\"18.40\"",
                "dd-warn-line\" x1=\"2\" x2=\"62\" y1=\"75.92\"",
                ">10<",
                "dd-note\">below 12\u{a0}l<",
            ],
        );
        assert_has(&component::<Tank>().value(500.0), &["y=\"6.00\" height=\"92.00\"", ">500<"]);
        let empty = component::<Tank>();
        assert_has(&empty, &["role=\"img\" aria-label=\"left motor: no value\"", "height=\"0.00\"", ">–<"]);
        assert!(!drawn(&empty).contains("valuenow"));
    }
}
