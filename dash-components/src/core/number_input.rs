use std::ops::RangeInclusive;

use dash_macros::Component;
use dash_runtime::component::prelude::*;

use super::{input::SendOn, number_field::NumberField};

/// A field in which the user types a number, for example a set-point.
///
/// The arrow keys and the two buttons change the number by one step, the page keys by ten steps. A comma counts as the
/// decimal point. Input that is not a number in the range is marked and not sent.
///
/// ```
/// # use dash_components::NumberInput;
/// # fn of(voltage: NumberInput) -> NumberInput {
/// voltage.range(0.0..=30.0).label("Voltage").unit("V").step(0.5)
/// # }
/// ```
#[derive(Component)]
#[component(tag = "dd-number-input", script = "number_input.js", style = "number_input.css", bundled)]
pub struct NumberInput {
    id: ComponentId,
    /// The number, in `unit`, from `min` to `max`. Default: 0. The browser writes it.
    #[prop(writable, within(min, max))]
    value: f64,
    /// The smallest number, in `unit`. Default: 0.
    min: f64,
    /// The largest number, in `unit`. Default: 100.
    #[prop(default = 100.0)]
    max: f64,
    /// The change by one press of an arrow key or a button, in `unit`. It must be above zero. Default: 1. A typed
    /// number may lie between two steps.
    #[prop(default = 1.0)]
    step: f64,
    /// The visible name. Empty (the default): no visible name.
    label: String,
    /// The unit of `value`, for example `V`, `°C` or `mm/s`. Empty (the default): no unit.
    unit: String,
    /// When the browser sends a typed number. Default: `Change`, with Enter or when the field loses the focus. A step
    /// is sent at once.
    #[prop(default = SendOn::Change)]
    send_on: SendOn,
    /// Whether the field is disabled, for pages and for programs. Default: `false`. A callback can still set `value`.
    disabled: bool,
}

impl NumberInput {
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

impl View for NumberInput {
    fn view(p: NumberInputBound, look: &mut Look) {
        // A typed number between two steps has all its digits.
        let (whole, padded) = (p.value.plain(), p.value.number(p.step.decimals()));
        let shown = padded.length().is_above(whole.length()).choose(padded, whole);
        NumberField {
            label: p.label,
            unit: p.unit,
            range: p.min.short().then(" – ").then(p.max.short()),
            ends: (p.min, p.max),
            value: p.value,
            // The decimal keyboard of some phones has no minus key.
            keyboard: constant(0).is_above(p.min).choose("text", "decimal"),
            disabled: p.disabled,
        }
        .draw(look, p.value.is_known().gives(shown));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::core::testing::{assert_has, component, drawn};

    fn field() -> NumberInput {
        component::<NumberInput>()
    }

    #[test]
    fn it_is_a_spin_button_with_its_range_and_unit() {
        let voltage = field().range(0.0..=30.0).step(0.5).value(12.5).unit("V <dc>").label("Voltage");
        assert_has(
            &voltage,
            &[
                "for=\"left_motor-control\">Voltage</label>",
                ">0 – 30</span>",
                "id=\"left_motor-control\"",
                "role=\"spinbutton\" value=\"12.5\" inputmode=\"decimal\"",
                "aria-valuemin=\"0\" aria-valuemax=\"30\" aria-valuenow=\"12.5\" aria-valuetext=\"12.5\u{a0}V &lt;dc&gt;\"",
                ">V &lt;dc&gt;</span>",
                "tabindex=\"-1\" aria-hidden=\"true\">−</button>",
            ],
        );
        assert!(!drawn(&voltage).contains("aria-label"));
    }

    #[test]
    fn fault_a_set_point_lost_its_decimals_at_a_whole_number() {
        for (step, value, text) in [(0.1, 5.0, "5.0"), (0.05, 1.5, "1.50"), (0.1, 5.125, "5.125"), (10.0, 20.0, "20")] {
            assert_has(&field().step(step).value(value), &[&format!("spinbutton\" value=\"{text}\"")]);
        }
        assert_has(&field().step(0.1).value(0.000_000_25), &["spinbutton\" value=\"0.00000025\""]);
    }

    #[test]
    fn the_range_of_an_address_was_rounded_to_six_digits() {
        assert_has(&field().range(0.0..=4_294_967_295.0), &[">0 – 4294967295</span>"]);
    }

    #[test]
    fn a_phone_shows_keys_with_a_minus_where_one_is_needed() {
        assert_has(&field().range(-5.0..=5.0), &["inputmode=\"text\""]);
    }

    #[test]
    fn without_a_label_a_screen_reader_says_its_id() {
        assert_has(&field().disabled(true), &["aria-label=\"left motor\" disabled>", "disabled>−", "disabled>+"]);
    }

    #[test]
    fn the_starting_value_is_in_the_range() {
        assert_eq!(field().range(10.0..=20.0).value, 10.0);
        assert_eq!(field().value(70.0).range(0.0..=50.0).value, 50.0);
        // The start-up check reports a range with exchanged ends. It is not a panic here.
        assert_eq!(field().range(5.0..=1.0).value, 0.0);
    }

    #[test]
    fn a_number_has_all_its_digits_and_a_non_finite_one_is_empty() {
        for (value, text) in [(0.1, "0.1"), (1_234_567.25, "1234567.25"), (-0.0, "0")] {
            assert_has(&field().value(value), &[&format!("value=\"{text}\""), &format!("valuetext=\"{text}\"")]);
        }
        for value in [f64::NAN, f64::INFINITY] {
            assert_has(&field().value(value), &["role=\"spinbutton\" inputmode", "valuenow=\"0\" aria-valuetext=\"\""]);
        }
    }
}
