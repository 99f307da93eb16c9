//! Numbers as text. The first paint (from Rust) and the page's script produce the same text.
//!
//! - A decimal point and no grouping, in every language of the browser: a device's `0.5` must not be `0,5` on one
//!   screen.
//! - With a number of decimals: exactly that many. Halves are rounded away from zero: `0.5` is `1`, `2.5` is `3`.
//! - Without a number of decimals: at most six significant digits, without zeros at the end. `0.1 + 0.2` is `0.3`.
//! - Zero has no sign. A missing value, an infinity and NaN are a dash.
//!
//! `client/format.js` is the implementation in JavaScript. Both pass `tests/client/components/format-cases.json`.

/// The text for a missing value.
pub const NO_VALUE: &str = "–";

/// From this value on, JavaScript writes a number with an exponent.
const HUGE: f64 = 1e21;

/// Below this value, JavaScript writes a number with an exponent.
const TINY: f64 = 1e-6;

/// Writes a number with `digits` decimals (at most 20), or with at most six significant digits if `digits` is `None`.
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

/// JavaScript's `toFixed` with at most 20 decimals, without the sign of a zero.
pub fn fixed(value: f64, digits: u8) -> String {
    if !value.is_finite() {
        return NO_VALUE.to_owned();
    }
    if value.abs() >= HUGE {
        return exponential(format!("{value:e}"));
    }
    let digits = digits.min(20);
    unsigned_zero(format!("{:.*}", usize::from(digits), half_away(value, digits)))
}

/// Rust rounds an exact half to the even digit, JavaScript away from zero. This returns an exact half rounded away from
/// zero, and any other value unchanged.
fn half_away(value: f64, digits: u8) -> f64 {
    let twice = 2.0 * 10f64.powi(i32::from(digits));
    let product = value * twice;
    // `mul_add` rounds once, so the result is zero only if the product is exact.
    let exact = value.mul_add(twice, -product) == 0.0;
    if exact && product % 2.0 == 1.0_f64.copysign(product) {
        (product + 1.0_f64.copysign(product)) / twice
    } else {
        value
    }
}

/// JavaScript's `String(Number(value.toPrecision(6)))`.
fn shortest(value: f64) -> String {
    if value == 0.0 {
        return "0".to_owned();
    }
    let size = value.abs();
    if !(TINY..HUGE).contains(&size) {
        // For example 9.9999999e-7: rounded to six digits it is 0.000001, without an exponent.
        let text = format!("{value:.5e}");
        let rounded: f64 = text.parse().unwrap_or(value);
        return if rounded.abs() == TINY { rounded.to_string() } else { exponential(text) };
    }
    if size >= 1e6 {
        // The number fits an integer, so halves are exact.
        let whole = size as u128;
        let unit = 10u128.pow(whole.ilog10() - 5);
        let rounded = (whole + unit / 2) / unit * unit;
        let sign = if value < 0.0 { "-" } else { "" };
        return if rounded == 10u128.pow(21) { format!("{sign}1e+21") } else { format!("{sign}{rounded}") };
    }
    let exponent = format!("{size:e}").rsplit_once('e').and_then(|(_, exponent)| exponent.parse().ok()).unwrap_or(0);
    let digits = u8::try_from(5 - exponent).unwrap_or(0);
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
