//! Times in messages.

use std::{fmt, time::Duration};

/// A time for a person, in seconds. It has a decimal only if it is short: `1.5 s`, `90 s`.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Seconds(pub(crate) Duration);

impl fmt::Display for Seconds {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let seconds = self.0.as_secs_f64();
        if seconds < 10.0 { write!(f, "{} s", (10.0 * seconds).round() / 10.0) } else { write!(f, "{seconds:.0} s") }
    }
}

/// An age for a person, in its largest unit: `40 s`, `12 min`, `5 h`, `3 days`.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Age(pub(crate) Duration);

impl fmt::Display for Age {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let minutes = self.0.as_secs() / 60;
        match (minutes / 60 / 24, minutes / 60, minutes) {
            (0, 0, 0) => Seconds(self.0).fmt(f),
            (0, 0, minutes) => write!(f, "{minutes} min"),
            (0, hours, _) => write!(f, "{hours} h"),
            (1, ..) => f.write_str("1 day"),
            (days, ..) => write!(f, "{days} days"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_age_has_its_largest_unit() {
        let text = |seconds| Age(Duration::from_secs(seconds)).to_string();
        assert_eq!(
            [7, 59, 60, 3_599, 3_600, 86_399, 86_400, 200_000].map(text),
            ["7 s", "59 s", "1 min", "59 min", "1 h", "23 h", "1 day", "2 days"]
        );
    }

    #[test]
    fn a_short_time_has_a_decimal() {
        let text = |millis| Seconds(Duration::from_millis(millis)).to_string();
        assert_eq!([0, 120, 1_500, 5_001, 9_999, 62_400].map(text), ["0 s", "0.1 s", "1.5 s", "5 s", "10 s", "62 s"]);
    }
}
