use dash_macros::Component;
use dash_runtime::{
    component::prelude::*,
    look::{Bound, constant},
};

/// The largest number of digits of a display.
const MOST: u8 = 10;

/// A number in seven-segment digits, as on an instrument.
///
/// ```
/// # use dash_components::LedDisplay;
/// # fn of(voltage: LedDisplay) -> LedDisplay {
/// voltage.label("Voltage").unit("V").places(5).digits(3)
/// # }
/// ```
#[derive(Component)]
#[component(tag = "dd-led-display", style = "led_display.css")]
pub struct LedDisplay {
    id: ComponentId,
    /// The number, in `unit`. `None` (the default): no value, shown as a bar in each digit. A number with more digits than
    /// there are places is shown in the same way.
    value: Option<f64>,
    /// The number of places for digits, from 1 to 10. Default: 4. The sign of a negative number needs no place.
    #[prop(default = 4)]
    places: u8,
    /// How many of the places are behind the decimal point, from 0 to 6. Default: 0.
    digits: u8,
    /// The visible name. Empty (the default): no visible name.
    label: String,
    /// The unit behind the number. Empty (the default): no unit.
    unit: String,
}

/// The seven segments of a digit, named a to g as on every data sheet.
const SEGMENTS: [(&str, &str); 7] = [
    ("a", "M6 2h12l-2 4H8Z"),
    ("b", "M19 3v15l-2 2-2-2V7Z"),
    ("c", "M19 37V22l-2-2-2 2v11Z"),
    ("d", "M6 38h12l-2-4H8Z"),
    ("e", "M5 37V22l2-2 2 2v11Z"),
    ("f", "M5 3v15l2 2 2-2V7Z"),
    ("g", "M7 20l2-2h6l2 2-2 2H9Z"),
];

impl View for LedDisplay {
    fn view(p: LedDisplayBound, look: &mut Look) {
        let power = |exponent: Bound<f64>, most: u8| {
            (1..=most).rev().fold(constant(1.0), |rest, n| {
                let is = exponent.is(i32::from(n));
                is.choose(10f64.powi(i32::from(n)), rest)
            })
        };
        let points = constant(0.0).at_least(p.digits).at_most(6);
        let places = constant(1.0).at_least(p.places).at_most(i32::from(MOST));
        let is_negative = constant(0.0).is_above(p.value);
        let size = is_negative.choose(p.value * -1, p.value * 1);
        // All digits as one whole number, rounded half up.
        let floor = |number: Bound<f64>| (number * -1).ceil() * -1;
        let whole = floor(size * power(points, 6) + 0.5);
        let fits = power(places, MOST).is_above(whole);
        let text = p.value.number(p.digits);
        let sign = is_negative.choose(whole.is_above(0), false);
        let spoken = p.value.is_known().choose(fits.choose(text.then(p.unit.suffix()), "too large"), "no value");
        look.tag("div").attr("class", "dd-label dd-field-label").attr("aria-hidden", "true").text(p.label);
        look.tag("div").attr("class", "dd-led").inner(|look| {
            let name = p.label.or(words_of_id()).then(": ").then(spoken);
            look.tag("div").attr("class", "dd-led-face").attr("role", "img").attr("aria-label", name).inner(|look| {
                look.tag("svg").attr("class", "dd-led-sign").attr("viewBox", "0 0 14 40").inner(|look| {
                    look.tag("path").attr("d", "M2 20l2-2h6l2 2-2 2H4Z").flag("data-on", sign).empty();
                });
                for place in (0..MOST).rev() {
                    look.when(places.is_above(i32::from(place)), |look| {
                        let (weight, next) = (10f64.powi(i32::from(place)), 10f64.powi(i32::from(place) + 1));
                        let digit = floor(whole / weight) - floor(whole / next) * 10;
                        // Zeros before the number are dark, but not the one before the point.
                        let is_dark = points.reaches(i32::from(place)).choose(false, constant(weight).is_above(whole));
                        let shown = fits.choose(is_dark.choose("", digit.number(0)), "-");
                        let has_point = if place == 0 { constant(false) } else { points.is(i32::from(place)) };
                        let glyph = look.tag("svg").attr("class", "dd-led-digit").attr("viewBox", "0 0 24 40");
                        glyph.attr("data-digit", shown).flag("data-point", has_point).inner(|look| {
                            for (name, path) in SEGMENTS {
                                look.tag("path").attr("data-segment", name).attr("d", path).empty();
                            }
                            look.tag("circle")
                                .attr("class", "dd-led-point")
                                .attr("cx", 22)
                                .attr("cy", 37)
                                .attr("r", 2)
                                .empty();
                        });
                    });
                }
            });
            look.tag("span").attr("class", "dd-unit").attr("aria-hidden", "true").text(p.unit);
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::core::testing::{assert_has, component, drawn};

    /// The digits from left to right, with the point.
    fn digits(display: &LedDisplay) -> String {
        let html = drawn(display);
        let sign = if html.contains("data-on") { "-" } else { "" };
        let digits = html.split("data-digit=\"").skip(1).map(|rest| {
            let (digit, rest) = rest.split_once('"').unwrap_or_default();
            let point = if rest.starts_with(" data-point") { "." } else { "" };
            format!("{}{point}", if digit.is_empty() { "_" } else { digit })
        });
        format!("{sign}{}", digits.collect::<String>())
    }

    #[test]
    fn a_number_is_its_digits() {
        let shown =
            |value: f64, places, points| digits(&component::<LedDisplay>().value(value).places(places).digits(points));
        assert_eq!(shown(0.0, 4, 0), "___0");
        assert_eq!(shown(12.345, 5, 3), "12.345");
        assert_eq!(shown(0.05, 4, 2), "_0.05");
        assert_eq!(shown(-7.25, 4, 1), "-__7.3");
        assert_eq!(shown(9999.0, 4, 0), "9999");
        assert_eq!(shown(9999.6, 4, 0), "----");
        assert_eq!(shown(1_234_567_890.0, 10, 0), "1234567890");
        assert_eq!(shown(-0.001, 3, 1), "_0.0");
        assert_eq!(digits(&component::<LedDisplay>()), "----");
        assert_eq!(shown(3.0, 0, 0), "3");
    }

    #[test]
    fn a_screen_reader_reads_the_number() {
        let display = component::<LedDisplay>().value(12.5).digits(1).unit("V").label("Output");
        assert_has(&display, &["role=\"img\" aria-label=\"Output: 12.5\u{a0}V\""]);
        assert_has(&component::<LedDisplay>().value(1e9), &["aria-label=\"left motor: too large\""]);
        assert_has(&component::<LedDisplay>(), &["aria-label=\"left motor: no value\""]);
    }
}
