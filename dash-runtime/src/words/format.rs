//! Numbers as text. The first paint (from Rust) and the page's script produce the same text.
//!
//! - A decimal point and no grouping, in every language of the browser: a device's `0.5` must not be `0,5` on one
//!   screen.
//! - With a number of decimals: exactly that many. Halves are rounded away from zero: `0.5` is `1`, `2.5` is `3`.
//! - Without a number of decimals: as many as six significant digits need, without zeros at the end. `0.1 + 0.2` is
//!   `0.3`. The digits before the decimal point are never rounded: a serial number must be shown as it is. From 1e21 on,
//!   a number has an exponent and six digits.
//! - Zero has no sign. A missing value, an infinity and NaN are a dash.
//!
//! `client/format.js` is the implementation in JavaScript. Both pass `tests/client/components/format-cases.json`.

/// The text for a missing value.
pub const NO_VALUE: &str = "–";

/// From this value on, JavaScript writes a number with an exponent.
const HUGE: f64 = 1e21;

/// Below this value, JavaScript writes a number with an exponent.
const TINY: f64 = 1e-6;

/// Writes a number with `digits` decimals (at most 20). `None`: as many decimals as six significant digits need.
pub fn number(value: Option<f64>, digits: Option<u8>) -> String {
    match (value.filter(|value| value.is_finite()), digits) {
        (None, _) => NO_VALUE.to_owned(),
        (Some(value), Some(digits)) => fixed(value, digits),
        (Some(value), None) => unsigned_zero(shortest(value)),
    }
}

/// Writes a number and its unit with a non-breaking space between them. `°` and an empty unit get no space.
pub fn quantity(value: Option<f64>, digits: Option<u8>, unit: &str) -> String {
    format!("{}{}", number(value, digits), suffix(unit))
}

/// The text after a number with this unit.
pub fn suffix(unit: &str) -> String {
    match unit {
        "" => String::new(),
        "°" => "°".to_owned(),
        _ => format!("\u{a0}{unit}"),
    }
}

/// JavaScript's `String(value)`: the shortest text that is read as the same number. Zero has no sign. A missing value is
/// written by the caller: a number that is not finite is a dash.
pub fn plain(value: f64) -> String {
    let Some(number) = serde_json::Number::from_f64(value) else { return NO_VALUE.to_owned() };
    // Of two shortest texts that are equally close, serde_json and JavaScript choose the even one. Rust does not.
    let text = number.to_string();
    if !text.contains('e') && (TINY..HUGE).contains(&value.abs()) {
        return text.strip_suffix(".0").unwrap_or(&text).to_owned();
    }
    let (sign, text) = text.strip_prefix('-').map_or(("", &*text), |size| ("-", size));
    let (mantissa, exponent) = text.split_once('e').unwrap_or((text, "0"));
    let (whole, decimals) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let written = format!("{whole}{decimals}");
    let digits = written.trim_start_matches('0');
    // The value is 0.digits * 10^point.
    let leading = i32::try_from(written.len() - digits.len()).unwrap_or(0);
    let point = i32::try_from(whole.len()).unwrap_or(0) - leading + exponent.parse::<i32>().unwrap_or(0);
    let digits = digits.trim_end_matches('0');
    let count = i32::try_from(digits.len()).unwrap_or(0);
    let zeros = |count: i32| "0".repeat(usize::try_from(count).unwrap_or(0));
    match usize::try_from(point) {
        _ if digits.is_empty() => "0".to_owned(),
        _ if point > 21 || point <= -6 => {
            let (first, rest) = digits.split_at(1);
            exponential(format!("{sign}{first}.{rest}e{}", point - 1))
        }
        Ok(0) | Err(_) => format!("{sign}0.{}{digits}", zeros(-point)),
        Ok(_) if count <= point => format!("{sign}{digits}{}", zeros(point - count)),
        Ok(at) => format!("{sign}{}.{}", &digits[..at], &digits[at..]),
    }
}

/// The number of [`plain`] without an exponent, for attributes: assistive technology does not read `2.8e-14` as a number.
pub fn decimal(value: f64) -> String {
    let text = plain(value);
    let Some((mantissa, power)) = text.split_once('e') else { return text };
    let (sign, mantissa) = mantissa.strip_prefix('-').map_or(("", mantissa), |size| ("-", size));
    // There is one digit before the point.
    let digits = mantissa.replace('.', "");
    let point = 1 + power.parse::<i32>().unwrap_or(0);
    match usize::try_from(point) {
        Ok(point @ 1..) => format!("{sign}{digits:0<point$}"),
        _ => format!("{sign}0.{}{digits}", "0".repeat(usize::try_from(-point).unwrap_or(0))),
    }
}

/// The position of `value` between `min` and `max`, from 0 to 1. A position that is not a finite number is 0.
pub fn share(value: f64, min: f64, max: f64) -> f64 {
    let share = (value - min) / (max - min);
    // Adding zero removes the sign of a zero.
    if share.is_finite() { share.clamp(0.0, 1.0) + 0.0 } else { 0.0 }
}

/// A round distance (1, 2 or 5 times a power of ten) that divides `span` into at most `count` parts. 1 if there is no
/// span.
pub fn tick_step(span: f64, count: f64) -> f64 {
    if span.is_nan() || span <= 0.0 || count.is_nan() || count <= 0.0 {
        return 1.0;
    }
    let least = span / count;
    if !least.is_finite() {
        return 1.0;
    }
    // From the text, because logarithms and powers differ between Rust and browsers in the last bit.
    let power = exponent(least);
    let step = |factor| format!("{factor}e{power}").parse().unwrap_or(1.0);
    [1, 2, 5].map(step).into_iter().find(|step| *step >= least * (1.0 - 1e-9)).unwrap_or_else(|| step(10))
}

/// The largest power of ten that is not above `value`. NaN if `value` is not above zero.
pub fn decade(value: f64) -> f64 {
    if value.is_nan() || value <= 0.0 || value.is_infinite() {
        return f64::NAN;
    }
    // From the text, as in `tick_step`.
    format!("1e{}", exponent(value)).parse().unwrap_or(f64::NAN)
}

/// The number of decimals of `value`, at most 6.
pub fn decimals(value: f64) -> u8 {
    let is_whole = |digits: &u8| {
        let scaled = value * 10_f64.powi(i32::from(*digits));
        (scaled.round() - scaled).abs() <= 1e-6
    };
    (0..6).find(is_whole).unwrap_or(6)
}

/// The position of `value` on a logarithmic scale between `min` and `max`, from 0 to 1. A position that is not a finite
/// number is 0. It has nine decimals, because the last digits of logarithms differ between browsers.
pub fn log_share(value: f64, min: f64, max: f64) -> f64 {
    let exact = share(value.ln(), min.ln(), max.ln());
    format!("{exact:.9}").parse().unwrap_or(0.0)
}

/// The power of ten of the first digit.
fn exponent(value: f64) -> i32 {
    format!("{value:e}").rsplit_once('e').and_then(|(_, power)| power.parse().ok()).unwrap_or(0)
}

/// JavaScript's `toFixed` with at most 20 decimals, without the sign of a zero.
pub fn fixed(value: f64, digits: u8) -> String {
    if !value.is_finite() {
        return NO_VALUE.to_owned();
    }
    if value.abs() >= HUGE {
        return exponential(format!("{value:e}"));
    }
    let digits = digits.min(20);
    unsigned_zero(half_away(value, digits).unwrap_or_else(|| format!("{value:.*}", usize::from(digits))))
}

/// Rust rounds an exact half to the even digit, JavaScript away from zero. This returns the text of an exact half, and
/// `None` for any other value.
fn half_away(value: f64, digits: u8) -> Option<String> {
    // A half has one more decimal, and so at most as many binary places. The product is exact.
    let places = digits + 1;
    if (value * f64::from(1_u32 << places)).fract() != 0.0 {
        return None;
    }
    let exact = format!("{value:.*}", usize::from(places));
    let down = exact.strip_suffix('5')?;
    Some(away_from_zero(down.strip_suffix('.').unwrap_or(down)))
}

/// The decimal number whose magnitude is larger by one in the last place.
fn away_from_zero(number: &str) -> String {
    let mut letters: Vec<char> = number.chars().collect();
    for letter in letters.iter_mut().rev() {
        match *letter {
            '9' => *letter = '0',
            '0'..='8' => {
                *letter = char::from_digit(letter.to_digit(10).map_or(0, |digit| digit + 1), 10).unwrap_or('0');
                return letters.into_iter().collect();
            }
            _ => {}
        }
    }
    let (sign, rest) = match number.starts_with('-') {
        true => ("-", &letters[1..]),
        false => ("", &letters[..]),
    };
    format!("{sign}1{}", rest.iter().collect::<String>())
}

/// JavaScript's `String(Number(value.toPrecision(6)))`, or `value.toFixed(0)` for a number of more than six digits before
/// the decimal point.
fn shortest(value: f64) -> String {
    if value == 0.0 {
        return "0".to_owned();
    }
    let size = value.abs();
    if !(TINY..HUGE).contains(&size) {
        // For example 9.9999999e-7: rounded to six digits it is 0.000001, without an exponent. And the smallest numbers
        // have fewer digits than six.
        return plain(format!("{value:.5e}").parse().unwrap_or(value));
    }
    if size >= 1e6 {
        // Six digits leave no decimals, and a whole number has all its digits.
        return fixed(value, 0);
    }
    let digits = u8::try_from(5 - exponent(size)).unwrap_or(0);
    let text = fixed(value, digits);
    if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.').to_owned() } else { text }
}

/// Converts Rust's `1.50000e-7` to JavaScript's `1.5e-7`, and `1e21` to `1e+21`.
fn exponential(text: String) -> String {
    let Some((mantissa, exponent)) = text.split_once('e') else { return text };
    let mantissa = if mantissa.contains('.') { mantissa.trim_end_matches('0').trim_end_matches('.') } else { mantissa };
    let sign = if exponent.starts_with('-') { "" } else { "+" };
    format!("{mantissa}e{sign}{exponent}")
}

fn unsigned_zero(text: String) -> String {
    match text.strip_prefix('-') {
        Some(rest) if rest.bytes().all(|byte| matches!(byte, b'0' | b'.')) => rest.to_owned(),
        _ => text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(serde::Deserialize)]
    struct Case {
        value: Option<f64>,
        digits: Option<u8>,
        text: String,
    }

    #[test]
    fn a_decade_and_the_decimals_of_a_number() {
        for (value, power) in [(2.5, 1.0), (1.0, 1.0), (0.007, 0.001), (99.9, 10.0), (1e-300, 1e-300)] {
            assert_eq!(decade(value), power, "{value}");
        }
        assert!([0.0, -1.0, f64::NAN, f64::INFINITY].into_iter().all(|value| decade(value).is_nan()));
        for (value, count) in [(0.0, 0), (1.0, 0), (0.25, 2), (-0.5, 1), (0.3, 1), (1.0 / 3.0, 6), (f64::NAN, 6)] {
            assert_eq!(decimals(value), count, "{value}");
        }
        assert_eq!(log_share(100.0, 10.0, 1000.0), 0.5);
        assert_eq!([log_share(0.0, 1.0, 10.0), log_share(5.0, -1.0, 10.0), log_share(5.0, 5.0, 5.0)], [0.0; 3]);
    }

    #[test]
    fn numbers_are_written_as_the_script_writes_them() -> serde_json::Result<()> {
        let cases: Vec<Case> =
            serde_json::from_str(include_str!("../../../tests/client/components/format-cases.json"))?;
        assert!(cases.len() > 40);
        for Case { value, digits, text } in cases {
            assert_eq!(number(value, digits), text, "{value:?} with {digits:?} decimals");
        }
        Ok(())
    }

    #[test]
    fn a_plain_number_is_written_as_javascript_writes_it() {
        for (value, text) in [
            (0.1 + 0.2, "0.30000000000000004"),
            (-0.0, "0"),
            (1e21, "1e+21"),
            (123_456_789_012_345_680_000.0, "123456789012345680000"),
            (0.000_001, "0.000001"),
            (-1.5e-7, "-1.5e-7"),
            (1e-6, "0.000001"),
            (5e-324, "5e-324"),
            (-120.5, "-120.5"),
            (100.0, "100"),
            (f64::MAX, "1.7976931348623157e+308"),
            (f64::NAN, NO_VALUE),
        ] {
            assert_eq!(plain(value), text);
        }
    }

    #[test]
    fn a_very_small_number_had_an_exponent_in_an_attribute() -> serde_json::Result<()> {
        let cases: Vec<(f64, String)> =
            serde_json::from_str(include_str!("../../../tests/client/components/decimal-cases.json"))?;
        for (value, text) in cases {
            assert_eq!(decimal(value), text);
            assert_eq!(text.parse(), Ok(value), "it is the same number");
        }
        for value in [5e-324, f64::MAX, -f64::MIN_POSITIVE, 1e21, 1.5e-7] {
            let text = decimal(value);
            assert!(!text.contains('e') && text.parse() == Ok(value), "{text}");
        }
        assert_eq!(decimal(f64::NAN), NO_VALUE);
        Ok(())
    }

    #[test]
    fn of_two_equally_short_texts_the_odd_one_was_written() {
        assert_eq!(plain(-120_918_740_671_062.13), "-120918740671062.12");
    }

    #[test]
    fn the_smallest_numbers_were_written_with_too_many_digits() {
        assert_eq!(number(Some(5e-324), None), "5e-324");
        assert_eq!(number(Some(9.999_999_9e-7), None), "0.000001");
    }

    #[test]
    fn a_half_with_many_digits_was_rounded_to_the_even_digit() {
        assert_eq!(fixed(89_079_221_588_841.81, 3), "89079221588841.813");
        assert_eq!(fixed(-9.5, 0), "-10");
        assert_eq!(fixed(99.995, 2), "100.00", "not a half: the number is a little larger");
        assert_eq!(fixed(0.125, 2), "0.13");
        assert_eq!(fixed(1.0 / 1_048_576.0, 19), "0.0000009536743164063");
    }

    #[test]
    fn whole_numbers_were_rounded_to_six_digits() {
        for whole in [1_234_567.0, -98_765_432.0, 1_795_650_123.0, 4_294_967_295.0, 9_007_199_254_740_991.0] {
            assert_eq!(number(Some(whole), None), format!("{whole:.0}"));
        }
        assert_eq!(number(Some(2_500_000.5), None), "2500001");
        assert_eq!(number(Some(999_999.7), None), "1000000");
    }

    #[test]
    fn a_value_is_somewhere_on_its_scale() {
        let cases = [
            (25.0, 0.0, 100.0, 0.25),
            (-1.0, 0.0, 100.0, 0.0),
            (1e9, 0.0, 100.0, 1.0),
            (f64::NAN, 0.0, 100.0, 0.0),
            (f64::INFINITY, 0.0, 100.0, 0.0),
            (5.0, 5.0, 5.0, 0.0),
            (0.0, -1.0, 1.0, 0.5),
        ];
        for (value, min, max, at) in cases {
            assert_eq!(share(value, min, max), at, "{value} in {min} to {max}");
        }
    }

    #[test]
    fn ticks_are_at_round_values() {
        for (span, step) in [(100.0, 10.0), (1000.0, 100.0), (110.0, 20.0), (0.7, 0.1), (3e-5, 5e-6), (0.0, 1.0)] {
            assert_eq!(tick_step(span, 10.0), step, "{span}");
        }
    }

    #[test]
    fn no_number_is_a_dash() {
        assert_eq!(number(Some(f64::NAN), Some(1)), NO_VALUE);
        assert_eq!(number(Some(f64::INFINITY), None), NO_VALUE);
        assert_eq!(quantity(None, Some(1), "°C"), "–\u{a0}°C");
    }

    #[test]
    fn a_unit_follows_a_non_breaking_space() {
        assert_eq!(quantity(Some(21.5), Some(1), "°C"), "21.5\u{a0}°C");
        assert_eq!(quantity(Some(90.0), None, "°"), "90°");
        assert_eq!(quantity(Some(3.0), None, ""), "3");
    }
}
