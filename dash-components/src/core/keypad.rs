use std::ops::RangeInclusive;

use dash_macros::Component;
use dash_runtime::component::prelude::*;

use crate::icon::{self, Icon};

/// Keys to type a number on a touch panel, where no keyboard is.
///
/// Nothing is sent while somebody types. The number leaves the page with Enter, if it is in the range. What is typed is
/// dropped when nobody has touched a key for 30 seconds. A keyboard works, too, while the focus is on the number or a key.
///
/// ```
/// # use dash_components::Keypad;
/// # fn of(voltage: Keypad) -> Keypad {
/// voltage.range(0.0..=30.0).label("Voltage").unit("V").decimals(2)
/// # }
/// ```
#[derive(Component)]
#[component(tag = "dd-keypad", script = "keypad.js", style = "keypad.css", bundled)]
pub struct Keypad {
    id: ComponentId,
    /// The number, in `unit`, from `min` to `max`. Default: 0. The browser writes it, with Enter.
    #[prop(writable, within(min, max))]
    value: f64,
    /// The smallest number, in `unit`. Default: 0. The key for the sign is there if it is below zero.
    min: f64,
    /// The largest number, in `unit`. Default: 100.
    #[prop(default = 100.0)]
    max: f64,
    /// The largest number of digits behind the decimal point, from 0 to 15. 0: there is no key for the point. Default: 3.
    #[prop(default = 3)]
    decimals: u8,
    /// The visible name. Empty (the default): no visible name.
    label: String,
    /// The unit of `value`, for example `V`, `°C` or `mm/s`. Empty (the default): no unit.
    unit: String,
    /// Whether the keys are disabled, for pages and for programs. Default: `false`. A callback can still set `value`.
    disabled: bool,
}

impl Keypad {
    /// Sets the smallest and the largest number. A starting value outside the range is moved to the nearer end.
    #[must_use]
    pub fn range(mut self, range: RangeInclusive<f64>) -> Self {
        (self.min, self.max) = range.into_inner();
        if self.min <= self.max {
            self.value = self.value.clamp(self.min, self.max);
        }
        self
    }
}

/// What the id of the line under the number has behind the component's.
const NOTE: &str = "-note";

/// A back space key.
const BACK: &str = "M9 6h11v12H9L3.5 12ZM12 9.5l5 5M17 9.5l-5 5";

impl View for Keypad {
    fn view(p: KeypadBound, look: &mut Look) {
        let range = p.min.short().then(" – ").then(p.max.short()).then(p.unit.suffix());
        let signed = constant(0).is_above(p.min);
        look.tag("div").attr("class", "dd-keypad-head").attr("aria-hidden", "true").inner(|look| {
            look.tag("span").attr("class", "dd-label").text(p.label);
            look.tag("span").attr("class", "dd-keypad-range").text(range);
        });
        let pad = look.tag("div").attr("class", "dd-keypad").attr("role", "group");
        pad.attr("aria-label", p.label.or(words_of_id())).inner(|look| {
            look.tag("div")
                .attr("class", "dd-keypad-number")
                .attr("role", "spinbutton")
                .attr("tabindex", p.disabled.choose(-1, 0))
                .attr("aria-label", p.label.or(words_of_id()))
                .attr("aria-valuemin", p.min)
                .attr("aria-valuemax", p.max)
                .attr("aria-valuenow", p.value)
                .attr("aria-valuetext", p.value.plain().then(p.unit.suffix()))
                .attr("aria-describedby", own_id(NOTE))
                .attr("aria-disabled", p.disabled.gives("true"))
                .inner(|look| {
                    // The script writes what is typed. The look writes the value.
                    look.tag("span").attr("class", "dd-keypad-text").text(p.value.plain());
                    look.tag("span").attr("class", "dd-unit").text(p.unit);
                });
            look.tag("div").own_id(NOTE).attr("class", "dd-note dd-keypad-note").attr("role", "status").empty();
            look.tag("div").attr("class", "dd-keypad-keys").inner(|look| {
                let key = |look: &mut Look, key: &'static str| {
                    let button =
                        look.tag("button").attr("type", "button").attr("class", "dd-key").attr("data-key", key);
                    button.flag("disabled", p.disabled).text(key);
                };
                for digit in ["7", "8", "9"] {
                    key(look, digit);
                }
                let back = look.tag("button").attr("type", "button").attr("class", "dd-key").attr("data-key", "back");
                let back = back.attr("aria-label", "Delete the last digit").flag("disabled", p.disabled);
                back.inner(|look| icon::draw(look, BACK));
                for digit in ["4", "5", "6"] {
                    key(look, digit);
                }
                let clear = look.tag("button").attr("type", "button").attr("class", "dd-key").attr("data-key", "clear");
                clear.attr("aria-label", "Delete all").flag("disabled", p.disabled).text("C");
                for digit in ["1", "2", "3"] {
                    key(look, digit);
                }
                let enter = look.tag("button").attr("type", "button").attr("class", "dd-key dd-keypad-enter");
                let enter = enter.attr("data-key", "enter").attr("aria-label", "Enter").flag("disabled", p.disabled);
                enter.inner(|look| icon::draw(look, Icon::Check.path()));
                let sign = look.tag("button").attr("type", "button").attr("class", "dd-key").attr("data-key", "sign");
                let sign = sign.attr("aria-label", "Change the sign").flag("hidden", signed.not());
                sign.flag("disabled", p.disabled).text("±");
                key(look, "0");
                let point = look.tag("button").attr("type", "button").attr("class", "dd-key").attr("data-key", ".");
                let point = point.attr("aria-label", "Decimal point").flag("hidden", p.decimals.is(0));
                point.flag("disabled", p.disabled).text(".");
            });
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::core::testing::{assert_has, component};

    #[test]
    fn it_has_keys_for_what_the_range_needs() {
        let voltage = component::<Keypad>().range(0.0..=30.0).value(11.5).unit("V <dc>").label("Voltage");
        assert_has(
            &voltage,
            &[
                ">0 – 30\u{a0}V &lt;dc&gt;</span>",
                "role=\"group\" aria-label=\"Voltage\"",
                "role=\"spinbutton\" tabindex=\"0\" aria-label=\"Voltage\" aria-valuemin=\"0\" aria-valuemax=\"30\"",
                "aria-valuetext=\"11.5\u{a0}V &lt;dc&gt;\" aria-describedby=\"left_motor-note\">",
                ">11.5</span>",
                "role=\"status\"></div>",
                "data-key=\"7\">7</button>",
                "data-key=\"enter\" aria-label=\"Enter\">",
                "aria-label=\"Change the sign\" hidden>±",
                "data-key=\".\" aria-label=\"Decimal point\">.",
            ],
        );
        let whole = component::<Keypad>().range(-5.0..=5.0).decimals(0).disabled(true);
        assert_has(
            &whole,
            &[
                "tabindex=\"-1\" aria-label=\"left motor\"",
                "aria-disabled=\"true\"",
                "data-key=\"7\" disabled>",
                "\"Change the sign\" disabled>",
                "\"Decimal point\" hidden disabled>",
            ],
        );
    }
}
