use dash_macros::Component;
use dash_runtime::{component::prelude::*, look::constant};

use super::limits::told;

/// The charge of a battery, in percent.
///
/// ```
/// # use dash_components::Battery;
/// # fn of(battery: Battery) -> Battery {
/// battery.label("Robot").warn_below(30.0).bad_below(15.0)
/// # }
/// ```
#[derive(Component)]
#[component(tag = "dd-battery", style = "readout.css")]
pub struct Battery {
    id: ComponentId,
    /// The charge, from 0 to 100 percent. `None` (the default): no value.
    value: Option<f64>,
    /// Whether the battery is being charged. Default: `false`.
    charging: bool,
    /// The visible name. Empty (the default): no visible name.
    label: String,
    /// The line under the number, for example `3 h left`. Empty (the default): nothing. While the charge is below a
    /// limit, the limit is there instead.
    note: String,
    /// A charge below this limit, in percent, is a warning. Default: 20.
    #[prop(default = 20.0)]
    warn_below: f64,
    /// A charge below this limit, in percent, is an alarm. Default: 10.
    #[prop(default = 10.0)]
    bad_below: f64,
}

impl View for Battery {
    fn view(p: BatteryBound, look: &mut Look) {
        let bad = p.bad_below.is_above(p.value);
        let low = bad.choose(true, p.warn_below.is_above(p.value));
        let zone = bad.choose("bad", low.choose("warn", "ok"));
        let limit = bad.choose(p.bad_below, p.warn_below);
        let below = constant("below ").then(limit.short()).then("\u{a0}%");
        let percent = p.value.number(0).then("\u{a0}%");
        let reason = bad.choose(", alarm: ", ", warning: ").then(below);
        let charging = p.charging.choose(", charging", "");
        let spoken = p.value.is_known().choose(percent.then(low.choose(reason, "")), "no value").then(charging);
        let note = p.charging.choose(p.note.is_known().choose(p.note, "charging"), low.choose(below, p.note));
        look.tag("div").attr("class", "dd-figure").attr("data-zone", zone).inner(|look| {
            let drawing = look.tag("svg").attr("class", "dd-battery").attr("viewBox", "0 0 64 32");
            told(drawing, p.label, p.value, (0, 100), spoken).flag("data-alarm", low).inner(|look| {
                let case = look.tag("rect").attr("class", "dd-battery-case").attr("x", 1).attr("y", 1);
                case.attr("width", 56).attr("height", 30).attr("rx", 6).empty();
                look.tag("path")
                    .attr("class", "dd-battery-cap")
                    .attr("d", "M60 11h1a2 2 0 0 1 2 2v6a2 2 0 0 1-2 2h-1Z")
                    .empty();
                let fill = look.tag("rect").attr("class", "dd-battery-fill").attr("x", 5).attr("y", 5);
                fill.attr("width", (p.value.share(0, 100) * 48).number(2)).attr("height", 22).attr("rx", 3).empty();
                look.when(p.charging, |look| {
                    look.tag("path").attr("class", "dd-battery-bolt").attr("d", "M31 6 20 18h8l-2 8 11-12h-8Z").empty();
                });
            });
            look.tag("div").attr("class", "dd-figure-words").attr("aria-hidden", "true").inner(|look| {
                look.tag("span").attr("class", "dd-label").text(p.label);
                look.tag("span").attr("class", "dd-reading").inner(|look| {
                    look.tag("span").attr("class", "dd-reading-number").text(p.value.number(0));
                    look.tag("span").attr("class", "dd-unit").text("\u{a0}%");
                });
                look.tag("span").attr("class", "dd-note").text(note);
            });
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::core::testing::{assert_has, component, drawn};

    #[test]
    fn a_low_charge_is_an_alarm_in_words() {
        let at = |charge: f64| component::<Battery>().label("Robot").value(charge);
        assert_has(&at(50.0), &["data-zone=\"ok\"", "valuetext=\"50\u{a0}%\"", "width=\"24.00\"", ">50<"]);
        assert_has(&at(20.0), &["data-zone=\"ok\""]);
        assert_has(&at(19.0), &["data-zone=\"warn\"", "19\u{a0}%, warning: below 20\u{a0}%", "data-alarm"]);
        assert_has(&at(5.0), &["data-zone=\"bad\"", "5\u{a0}%, alarm: below 10\u{a0}%", ">below 10\u{a0}%<"]);
        assert_has(
            &component::<Battery>(),
            &["role=\"img\" aria-label=\"left motor: no value\"", "width=\"0.00\"", ">–<"],
        );
    }

    #[test]
    fn charging_has_a_mark_and_a_word() {
        let battery = component::<Battery>().value(80.0).charging(true);
        assert_has(&battery, &["valuetext=\"80\u{a0}%, charging\"", "dd-battery-bolt", ">charging<"]);
        assert_has(&battery.note("full in 20 min"), &[">full in 20 min<"]);
        assert!(!drawn(&component::<Battery>()).contains("dd-battery-bolt"));
    }
}
