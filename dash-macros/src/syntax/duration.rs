//! `"100ms"`: the period of a callback.

use std::time::Duration;

use crate::suggest;

/// The units, with the number of nanoseconds in each.
const UNITS: [(&str, u128); 7] = [
    ("ns", 1),
    ("us", 1_000),
    ("ms", 1_000_000),
    ("s", 1_000_000_000),
    ("min", 60_000_000_000),
    ("h", 3_600_000_000_000),
    ("d", 86_400_000_000_000),
];

/// Parses a whole or decimal number with a unit. The error says what to write instead.
pub(crate) fn parse(text: &str) -> Result<Duration, String> {
    let text = text.trim();
    let split = text.find(|c: char| !(c.is_ascii_digit() || c == '.')).unwrap_or(text.len());
    let (number, unit) = (&text[..split], text[split..].trim());
    if number.is_empty() {
        return Err("a time is a number and a unit: `\"100ms\"`, `\"0.5s\"`, `\"2min\"`".to_owned());
    }
    let known = UNITS.map(|(name, _)| name);
    if unit.is_empty() {
        return Err(format!(
            "`{number}` has no unit: write `\"{number}ms\"`, or another one of `ns`, `us`, `ms`, `s`, `min`, `h`, `d`"
        ));
    }
    let Some((_, factor)) = UNITS.iter().find(|(name, _)| *name == unit) else {
        let meant = match unit.to_lowercase().as_str() {
            "µs" | "μs" => "us",
            "sec" | "secs" | "second" | "seconds" => "s",
            "m" | "minute" | "minutes" | "mins" => "min",
            "hour" | "hours" | "hr" => "h",
            "day" | "days" => "d",
            "msec" | "millis" | "millisecond" | "milliseconds" => "ms",
            _ => return Err(format!("`{unit}` is not a unit of time; {}", suggest::did_you_mean(unit, &known))),
        };
        return Err(format!("`{unit}` is not a unit of time; did you mean `{meant}`?"));
    };
    let nanos = nanos(number, *factor)
        .ok_or_else(|| format!("`{text}` is not a time: a number such as `100` or `0.5`, then `{unit}`"))?;
    match u64::try_from(nanos) {
        Ok(0) => Err("the time must be longer than zero".to_owned()),
        Ok(nanos) => Ok(Duration::from_nanos(nanos)),
        Err(_) => Err("the time must be shorter than 500 years".to_owned()),
    }
}

/// `number` times `factor`, exact. Fractions of a nanosecond are dropped.
fn nanos(number: &str, factor: u128) -> Option<u128> {
    let (whole, fraction) = number.split_once('.').unwrap_or((number, "0"));
    let mut total = whole.parse::<u128>().ok()?.checked_mul(factor)?;
    let mut unit = factor;
    for digit in fraction.chars() {
        unit /= 10;
        total = total.checked_add(u128::from(digit.to_digit(10)?).checked_mul(unit)?)?;
    }
    Some(total)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_with_units() {
        for (text, nanos) in [
            ("1ns", 1),
            ("20us", 20_000),
            ("100ms", 100_000_000),
            ("1s", 1_000_000_000),
            ("2min", 120_000_000_000),
            ("0.5s", 500_000_000),
            ("1.5h", 5_400_000_000_000),
            ("30d", 2_592_000_000_000_000),
            (" 1.25 ms ", 1_250_000),
        ] {
            assert_eq!(parse(text), Ok(Duration::from_nanos(nanos)), "{text}");
        }
    }

    #[test]
    fn faults_say_what_to_write() {
        for (text, part) in [
            ("", "number and a unit"),
            ("ms", "number and a unit"),
            ("-1s", "number and a unit"),
            ("100", "`\"100ms\"`"),
            ("100 msec", "`ms`"),
            ("1 µs", "`us`"),
            ("1 m", "`min`"),
            ("3 fortnights", "one of `ns`"),
            ("0ms", "longer than zero"),
            ("0.1ns", "longer than zero"),
            ("1.2.3s", "not a time"),
            (".5s", "not a time"),
            ("99999999999min", "shorter than"),
            ("9999999999999999999999999999999999999999999s", "not a time"),
        ] {
            let fault = parse(text).expect_err(text);
            assert!(fault.contains(part), "{text}: {fault}");
        }
    }
}
