use dash_macros::Component;
use dash_runtime::{component::prelude::*, look::Bound};

use super::limits::{Zone, readout, scale, told};

/// A thermometer: a column on a scale.
///
/// ```
/// # use dash_components::Thermometer;
/// # fn of(room: Thermometer) -> Thermometer {
/// room.range(-20.0..=50.0).unit("°C").digits(1).label("Room").warn_above(30)
/// # }
/// ```
#[derive(Component)]
#[component(tag = "dd-thermometer", style = "readout.css")]
pub struct Thermometer {
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

readout!(Thermometer);
scale!(Thermometer);

impl View for Thermometer {
    fn view(p: ThermometerBound, look: &mut Look) {
        let zone = Zone::new(p.value, [p.warn_above, p.bad_above, p.warn_below, p.bad_below]);
        let number = p.value.number(p.digits);
        let at = |value: Bound<Option<f64>>| value.share(p.min, p.max);
        look.tag("div").attr("class", "dd-figure").attr("data-zone", zone.name()).inner(|look| {
            let drawing = look.tag("svg").attr("class", "dd-thermometer").attr("viewBox", "0 0 40 108");
            told(drawing, p.label, p.value, (p.min, p.max), zone.spoken(number, p.unit))
                .flag("data-alarm", zone.is_alarm())
                .inner(|look| {
                    let tube = look.tag("path").attr("class", "dd-thermometer-tube");
                    tube.attr("d", "M11 74V11a9 9 0 0 1 18 0V74a16 16 0 1 1-18 0Z").empty();
                    look.tag("circle")
                        .attr("class", "dd-thermometer-column")
                        .attr("cx", 20)
                        .attr("cy", 88)
                        .attr("r", 11)
                        .empty();
                    // The column stands in the bulb.
                    let height = at(p.value) * 66;
                    let column = look.tag("rect").attr("class", "dd-thermometer-column").attr("x", 16).attr("width", 8);
                    column
                        .attr("y", (height * -1 + 74).number(2))
                        .attr("height", (height + 6).number(2))
                        .attr("rx", 4)
                        .empty();
                    look.tag("path")
                        .attr("class", "dd-thermometer-ticks")
                        .attr("d", "M33 8H40M33 24.5H37M33 41H40M33 57.5H37M33 74H40")
                        .empty();
                    let limit = |look: &mut Look, class: &'static str, limit: Bound<Option<f64>>| {
                        let y = (at(limit) * -66 + 74).number(2);
                        look.when(limit.is_known(), |look| {
                            let line = look.tag("line").attr("class", class).attr("x1", 8).attr("x2", 32);
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
    fn the_column_ends_at_the_value() {
        let room = component::<Thermometer>().range(-20.0..=40.0).value(10.0).unit("°C").bad_above(35);
        assert_has(
            &room,
            &[
                "role=\"meter\" aria-label=\"left motor\" aria-valuemin=\"-20\"",
                "aria-valuetext=\"10\u{a0}°C\"",
                "dd-thermometer-column\" x=\"16\" width=\"8\" y=\"41.00\" height=\"39.00\"",
                "dd-bad-line\"",
                ">10<",
            ],
        );
        let none = component::<Thermometer>();
        assert_has(&none, &["y=\"74.00\" height=\"6.00\"", ">–<"]);
        assert!(!drawn(&none).contains("dd-bad-line"));
    }
}
