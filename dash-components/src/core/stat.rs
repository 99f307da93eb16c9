use dash_macros::Component;
use dash_runtime::{component::prelude::*, look::constant};

use super::limits::{Zone, readout};

/// One number that is read from a distance, with its name, its change and a line about it.
///
/// ```
/// # use dash_components::Stat;
/// # fn of(power: Stat) -> Stat {
/// power.label("Power").unit("W").digits(1).note("in the last hour").warn_above(1500)
/// # }
/// ```
#[derive(Component)]
#[component(tag = "dd-stat", style = "readout.css")]
pub struct Stat {
    id: ComponentId,
    /// The measured value, in `unit`. `None` (the default): no value, shown as a dash.
    value: Option<f64>,
    /// How much the value has changed, in `unit`, shown with its sign before the note. `None` (the default): not shown.
    change: Option<f64>,
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

readout!(Stat);

impl View for Stat {
    fn view(p: StatBound, look: &mut Look) {
        let zone = Zone::new(p.value, [p.warn_above, p.bad_above, p.warn_below, p.bad_below]);
        let number = p.value.number(p.digits);
        let sign = p.change.is_above(0).choose("+", "");
        let change = p.change.is_known().choose(sign.then(p.change.number(p.digits)).then(p.unit.suffix()), "");
        let both = p.change.is_known().choose(p.note.is_known().choose(constant(" "), ""), "");
        let line = zone.is_alarm().choose(zone.words(p.unit), change.then(both).then(p.note));
        let stat = look.tag("div").attr("class", "dd-stat").attr("role", "group");
        let stat = stat.attr("aria-label", p.label.or(words_of_id())).attr("data-zone", zone.name());
        stat.flag("data-alarm", zone.is_alarm()).inner(|look| {
            look.tag("span").attr("class", "dd-label").attr("aria-hidden", "true").text(p.label);
            look.tag("span").attr("class", "dd-reading").inner(|look| {
                look.tag("span").attr("class", "dd-reading-number").text(number);
                look.tag("span").attr("class", "dd-unit").text(p.unit.suffix());
            });
            look.tag("span").attr("class", "dd-note").text(line);
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::core::testing::{assert_has, component};

    #[test]
    fn it_is_a_number_with_its_unit_and_a_line() {
        let stat = component::<Stat>().label("Power <1>").unit("W").digits(1).value(12.25).note("in 1 h");
        assert_has(&stat, &["aria-label=\"Power &lt;1&gt;\"", ">12.3<", "\u{a0}W<", "dd-note\">in 1 h<"]);
        assert_has(&stat.change(0.5), &["dd-note\">+0.5\u{a0}W in 1 h<"]);
        assert_has(&component::<Stat>().value(1.0).change(-2.0), &["dd-note\">-2<"]);
        assert_has(&component::<Stat>(), &["aria-label=\"left motor\"", ">–<", "dd-note\"></span>"]);
    }

    #[test]
    fn a_broken_limit_is_said_in_words() {
        let stat = component::<Stat>().unit("V").warn_below(11).bad_below(10.5).warn_above(14).bad_above(15);
        for (value, zone, line) in [
            (12.0, "ok\"", ""),
            (11.0, "ok\"", ""),
            (10.9, "warn\" data-alarm", "below 11\u{a0}V"),
            (10.0, "bad\" data-alarm", "below 10.5\u{a0}V"),
            (14.5, "warn\" data-alarm", "above 14\u{a0}V"),
            (20.0, "bad\" data-alarm", "above 15\u{a0}V"),
        ] {
            let stat =
                component::<Stat>().unit("V").warn_below(11).bad_below(10.5).warn_above(14).bad_above(15).value(value);
            assert_has(&stat, &[&format!("data-zone=\"{zone}"), &format!("dd-note\">{line}<")]);
        }
        assert_has(&stat, &["data-zone=\"ok\""]);
    }
}
