use std::ops::RangeInclusive;

use dash_macros::Component;
use dash_runtime::{
    component::prelude::*,
    look::{Bound, NumberTerm},
};

use super::{input::SendOn, number_field::NumberField};

/// A field for a number of any size with a fixed number of significant digits, for example a resistance, a time or a
/// frequency.
///
/// The number is shown with a prefix of the SI, as `4.700k` or `330.0n`, or with a power of ten, as `4.700e3`. People
/// type it in each of these forms: `4700`, `4.7k`, `4k7`, `4.7e3`. What is typed is rounded to the significant digits. The
/// arrow keys and the two buttons change the last of them, the page keys by ten.
///
/// ```
/// # use dash_components::PrecisionInput;
/// # fn of(time: PrecisionInput) -> PrecisionInput {
/// time.range(1e-9..=10.0).label("Integration time").unit("s").digits(4).value(330e-9)
/// # }
/// ```
#[derive(Component)]
#[component(tag = "dd-precision-input", script = "precision_input.js", style = "number_input.css", bundled)]
pub struct PrecisionInput {
    id: ComponentId,
    /// The number, in `unit`, from `min` to `max`. Default: 0. The browser writes it.
    #[prop(writable, within(min, max))]
    value: f64,
    /// The smallest number, in `unit`. Default: 0.
    min: f64,
    /// The largest number, in `unit`. Default: 1 000 000.
    #[prop(default = 1e6)]
    max: f64,
    /// The number of significant digits, from 1 to 15. Default: 4.
    #[prop(default = 4)]
    digits: u8,
    /// Whether the number is shown with a power of ten. Default: `false`, with a prefix of the SI from femto to peta.
    scientific: bool,
    /// The visible name. Empty (the default): no visible name.
    label: String,
    /// The unit of `value`, for example `Ω`, `s` or `Hz`. Empty (the default): no unit.
    unit: String,
    /// When the browser sends a typed number. Default: `Change`, with Enter or when the field loses the focus. A step
    /// is sent at once.
    #[prop(default = SendOn::Change)]
    send_on: SendOn,
    /// Whether the field is disabled, for pages and for programs. Default: `false`. A callback can still set `value`.
    disabled: bool,
}

impl PrecisionInput {
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

/// The prefixes of the SI, each with a third of its power of ten.
const PREFIXES: [(i32, f64, &str); 11] = [
    (-5, 1e-15, "f"),
    (-4, 1e-12, "p"),
    (-3, 1e-9, "n"),
    (-2, 1e-6, "µ"),
    (-1, 1e-3, "m"),
    (0, 1.0, ""),
    (1, 1e3, "k"),
    (2, 1e6, "M"),
    (3, 1e9, "G"),
    (4, 1e12, "T"),
    (5, 1e15, "P"),
];

/// A number with this many significant digits. The script's `format` does the same, and both pass
/// `tests/client/components/precision-cases.json`.
fn written(value: Bound<f64>, digits: Bound<f64>, scientific: Bound<bool>) -> Bound<String> {
    let digits = digits.at_least(1).at_most(15);
    let size = value.at_least(value * -1);
    let decade = size.decade();
    let first = (size / decade).number(digits - 1);
    // 9.9996 with four digits is 10.000, which is one character longer than all others.
    let carries = first.length().is_above(digits.is_above(1).choose(digits + 1, digits));
    // The position on this scale has nine decimals, so this differs from the exponent by less than a millionth.
    let exponent = decade.log_share(1e-30, 1e30) * 60 - 30 + carries.choose(1, 0);
    let mantissa = carries.choose((size / decade / 10).number(digits - 1), first);
    let power = mantissa.then("e").then(exponent.number(0));
    let third = floor(exponent / 3);
    let (mut factor, mut prefix) = (constant(f64::NAN), constant(""));
    for (at, ten, sign) in PREFIXES {
        factor = third.is(at).choose(ten, factor);
        prefix = third.is(at).choose(sign, prefix);
    }
    let places = (digits - 1 - (exponent - third * 3) - 0.01).ceil().at_least(0);
    let prefixed = (size / factor).number(places).then(prefix);
    let number = scientific.choose(power, factor.is_known().choose(prefixed, power));
    let zero = constant(0.0).number(digits - 1);
    let sign = constant(0).is_above(value).choose("-", "");
    decade.is_known().choose(sign.then(number), value.is_known().choose(zero, ""))
}

/// The next whole number downwards. A number that is just below a whole one counts as this one.
fn floor(number: impl NumberTerm) -> Bound<f64> {
    ((constant(number) + 0.01) * -1).ceil() * -1
}

impl View for PrecisionInput {
    fn view(p: PrecisionInputBound, look: &mut Look) {
        let digits = constant(p.digits);
        NumberField {
            label: p.label,
            unit: p.unit,
            range: p.min.short().then(" – ").then(p.max.short()),
            ends: (p.min, p.max),
            value: p.value,
            // A prefix is a letter.
            keyboard: constant("text"),
            disabled: p.disabled,
        }
        .draw(look, written(p.value, digits, p.scientific));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::core::testing::{assert_has, component};

    /// Numbers as the script writes them, too: value, digits, scientific, text.
    #[test]
    fn numbers_have_their_significant_digits() -> serde_json::Result<()> {
        let cases: Vec<(f64, u8, bool, String)> =
            serde_json::from_str(include_str!("../../../tests/client/components/precision-cases.json"))?;
        for (value, digits, scientific, text) in cases {
            let mut field = component::<PrecisionInput>().digits(digits).scientific(scientific);
            field.value = value;
            assert_has(&field, &[&format!("role=\"spinbutton\" value=\"{text}\"")]);
        }
        Ok(())
    }

    #[test]
    fn it_is_a_spin_button_with_its_range_and_unit() {
        let time = component::<PrecisionInput>().range(1e-9..=10.0).value(330e-9).label("Time").unit("s");
        assert_has(
            &time,
            &[
                "for=\"left_motor-control\">Time</label>",
                ">1e-9 – 10</span>",
                "value=\"330.0n\" inputmode=\"text\"",
                "aria-valuemax=\"10\" aria-valuenow=\"0.00000033\"",
                ">s</span>",
            ],
        );
        assert_eq!(component::<PrecisionInput>().range(5.0..=9.0).value, 5.0);
    }
}
