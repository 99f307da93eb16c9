//! Dates as text.

use std::time::Duration;

use time::{OffsetDateTime, PrimitiveDateTime};

/// A time since the Unix epoch as ISO 8601 with UTC: `2026-11-28T21:40:00Z`, with as many digits of the second as it has, at
/// most six.
pub(crate) fn iso(time: Duration) -> String {
    iso_of_micros(i64::try_from(time.as_micros()).unwrap_or(i64::MAX))
}

/// The same for microseconds since the Unix epoch, also before it. A time beyond the year 9999 is shown as the last one of it.
pub(crate) fn iso_of_micros(micros: i64) -> String {
    let last = if micros < 0 { PrimitiveDateTime::MIN } else { PrimitiveDateTime::MAX };
    let date = OffsetDateTime::from_unix_timestamp_nanos(i128::from(micros) * 1_000).unwrap_or(last.assume_utc());
    let part = match date.microsecond() {
        0 => String::new(),
        micros => format!(".{micros:06}").trim_end_matches('0').to_owned(),
    };
    let (year, month, day) = (date.year(), u8::from(date.month()), date.day());
    let (hour, minute, second) = date.to_hms();
    format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}{part}Z")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_is_a_date_of_the_calendar_in_utc() {
        for (micros, text) in [
            (0, "1970-01-01T00:00:00Z"),
            (951_782_400_000_000, "2000-02-29T00:00:00Z"),
            (1_709_251_199_500_000, "2024-02-29T23:59:59.5Z"),
            (1_795_600_000_000_250, "2026-11-25T09:46:40.00025Z"),
            (4_107_542_400_000_000, "2100-03-01T00:00:00Z"),
            (-1_000_000, "1969-12-31T23:59:59Z"),
            (-11_644_473_600_000_000, "1601-01-01T00:00:00Z"),
        ] {
            assert_eq!(iso_of_micros(micros), text);
        }
    }
}
