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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_short_time_has_a_decimal() {
        let text = |millis| Seconds(Duration::from_millis(millis)).to_string();
        assert_eq!([0, 120, 1_500, 5_001, 9_999, 62_400].map(text), ["0 s", "0.1 s", "1.5 s", "5 s", "10 s", "62 s"]);
    }
}
