//! `"1GB"`: the size of what is kept.

use crate::suggest;

/// The units, with the number of bytes in each.
const UNITS: [(&str, u64); 4] = [("kB", 1_000), ("MB", 1_000_000), ("GB", 1_000_000_000), ("TB", 1_000_000_000_000)];

/// Parses a whole number with a unit, in bytes. The error says what to write instead.
pub(crate) fn parse(text: &str) -> Result<u64, String> {
    let text = text.trim();
    let split = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    let (number, unit) = (&text[..split], text[split..].trim());
    if number.is_empty() {
        return Err("a size is a whole number and a unit: `\"500MB\"`, `\"1GB\"`".to_owned());
    }
    let Some((_, factor)) = UNITS.iter().find(|(name, _)| name.eq_ignore_ascii_case(unit)) else {
        return Err(match unit {
            "" => format!("`{number}` has no unit: write `\"{number}MB\"`, or another one of `kB`, `MB`, `GB`, `TB`"),
            _ => {
                format!("`{unit}` is not a unit of size; {}", suggest::did_you_mean(unit, &UNITS.map(|(name, _)| name)))
            }
        });
    };
    match number.parse::<u64>().ok().and_then(|number| number.checked_mul(*factor)) {
        None | Some(0) => Err(format!("`{text}` is not a size that something could be kept in")),
        Some(bytes) => Ok(bytes),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_with_units() {
        for (text, bytes) in [("1GB", 1_000_000_000), ("500 MB", 500_000_000), ("20kb", 20_000)] {
            assert_eq!(parse(text), Ok(bytes), "{text}");
        }
    }

    #[test]
    fn faults_say_what_to_write() {
        for (text, part) in [
            ("", "whole number and a unit"),
            ("GB", "whole number and a unit"),
            ("1.5GB", "not a unit of size"),
            ("10", "`\"10MB\"`"),
            ("1 GiB", "`GB`"),
            ("0MB", "not a size"),
            ("99999999999999999999TB", "not a size"),
        ] {
            let error = parse(text).unwrap_err();
            assert!(error.contains(part), "{text}: {error}");
        }
    }
}
