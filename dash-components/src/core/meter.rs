use dash_macros::Component;
use dash_runtime::{
    component::prelude::*,
    look::{Bound, constant},
};

use super::limits::{Zone, readout, scale, told};

/// A bar for a measured value on a scale.
///
/// The bar starts at zero if zero is on the scale. Lines mark the limits. For the progress of work there is
/// [`Progress`](crate::Progress).
///
/// ```
/// # use dash_components::Meter;
/// # fn of(pressure: Meter) -> Meter {
/// pressure.range(0.0..=10.0).unit("bar").digits(1).label("Pressure").warn_above(6).bad_above(8)
/// # }
/// ```
#[derive(Component)]
#[component(tag = "dd-meter", style = "readout.css")]
pub struct Meter {
    id: ComponentId,
    /// The measured value, in `unit`. `None` (the default): no value. Outside `min` to `max` the number is still
    /// correct, and the bar ends at the end of the scale.
    value: Option<f64>,
    /// The value that was asked for, in `unit`: a ring on the bar. `None` (the default): no ring.
    wanted: Option<f64>,
    /// The value at the left end of the scale, in `unit`. Default: 0.
    min: f64,
    /// The value at the right end of the scale, in `unit`. Default: 100.
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

readout!(Meter);
scale!(Meter);

impl View for Meter {
    fn view(p: MeterBound, look: &mut Look) {
        let zone = Zone::new(p.value, [p.warn_above, p.bad_above, p.warn_below, p.bad_below]);
        let number = p.value.number(p.digits);
        let at = |value: Bound<Option<f64>>| value.share(p.min, p.max);
        let zero = constant(0.0).share(p.min, p.max);
        let end = p.value.is_known().choose(at(p.value), zero);
        let (from, to) = (end.at_most(zero), end.at_least(zero));
        look.tag("div").attr("class", "dd-meter-head").attr("data-zone", zone.name()).inner(|look| {
            look.tag("span").attr("class", "dd-label").text(p.label);
            look.tag("span").attr("class", "dd-meter-reading").inner(|look| {
                look.tag("span").attr("class", "dd-reading-number").text(number);
                look.tag("span").attr("class", "dd-unit").text(p.unit.suffix());
            });
        });
        let drawing = look.tag("svg").attr("class", "dd-meter-bar");
        told(drawing, p.label, p.value, (p.min, p.max), zone.spoken(number, p.unit))
            .attr("data-zone", zone.name())
            .flag("data-alarm", zone.is_alarm())
            .inner(|look| {
                let rect = |look: &mut Look, class: &'static str, x: Bound<String>, width: Bound<String>| {
                    look.tag("rect")
                        .attr("class", class)
                        .attr("x", x)
                        .attr("width", width)
                        .attr("height", "100%")
                        .empty();
                };
                rect(look, "dd-meter-rail", constant("0%"), constant("100%"));
                rect(look, "dd-meter-fill", from.percent(), (to - from).percent());
                let limit = |look: &mut Look, class: &'static str, limit: Bound<Option<f64>>| {
                    let x = at(limit).percent();
                    look.when(limit.is_known(), |look| {
                        let line = look.tag("line").attr("class", class).attr("x1", x).attr("x2", x);
                        line.attr("y1", "-20%").attr("y2", "120%").empty();
                    });
                };
                limit(look, "dd-meter-warn", p.warn_below);
                limit(look, "dd-meter-warn", p.warn_above);
                limit(look, "dd-meter-bad", p.bad_below);
                limit(look, "dd-meter-bad", p.bad_above);
                look.when(p.wanted.is_known(), |look| {
                    let ring = look.tag("circle").attr("class", "dd-meter-wanted").attr("cx", at(p.wanted).percent());
                    ring.attr("cy", "50%").attr("r", 6).empty();
                });
            });
        look.tag("div").attr("class", "dd-meter-foot").attr("data-zone", zone.name()).inner(|look| {
            look.tag("span").text(p.min.short());
            look.tag("span").attr("class", "dd-note").text(zone.note(p.unit, p.note));
            look.tag("span").text(p.max.short());
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::core::testing::{assert_has, component, drawn};

    #[test]
    fn the_bar_starts_at_zero() {
        let fill = |x: &str, width: &str| format!("dd-meter-fill\" x=\"{x}\" width=\"{width}\"");
        for (value, x, width) in [(0.0, "50.00%", "0.00%"), (25.0, "50.00%", "25.00%"), (-90.0, "0.00%", "50.00%")] {
            assert_has(&component::<Meter>().range(-50.0..=50.0).value(value), &[&fill(x, width)]);
        }
        assert_has(&component::<Meter>().range(10.0..=30.0).value(15.0), &[&fill("0.00%", "25.00%")]);
        assert_has(
            &component::<Meter>(),
            &["role=\"img\" aria-label=\"left motor: no value\"", &fill("0.00%", "0.00%")],
        );
    }

    #[test]
    fn limits_and_what_was_asked_for_are_marked() {
        let meter = component::<Meter>().unit("bar").value(9.0).warn_above(6).bad_above(8).wanted(5.0);
        assert_has(
            &meter,
            &[
                "role=\"meter\"",
                "aria-valuetext=\"9\u{a0}bar, alarm: above 8\u{a0}bar\"",
                "data-zone=\"bad\" data-alarm",
                "dd-meter-warn\" x1=\"6.00%\"",
                "dd-meter-bad\" x1=\"8.00%\"",
                "dd-meter-wanted\" cx=\"5.00%\"",
                "dd-note\">above 8\u{a0}bar<",
            ],
        );
        assert!(!drawn(&component::<Meter>()).contains("dd-meter-wanted"));
    }
}
