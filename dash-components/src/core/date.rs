//! Days and times, as the fields of browsers write them.

use std::{fmt, str::FromStr};

use dash_macros::value;

/// Why a text is not a [`Date`], a [`TimeOfDay`] or a [`Color`](crate::Color).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NotWritten(pub(super) String);

impl fmt::Display for NotWritten {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for NotWritten {}

/// A day of the Gregorian calendar. As text and as JSON it is `2026-11-26`.
///
/// ```
/// use dash_components::Date;
///
/// let day = Date::new(2024, 2, 29).expect("a leap year");
/// assert_eq!(day.to_string(), "2024-02-29");
/// assert_eq!("2024-02-29".parse(), Ok(day));
/// assert_eq!(Date::new(2026, 2, 29), None);
/// ```
#[value]
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[serde(try_from = "String", into = "String")]
#[schemars(with = "String")]
pub struct Date {
    year: u16,
    month: u8,
    day: u8,
}

impl Date {
    /// The day, if the calendar has it. The year is from 1 to 9999.
    pub fn new(year: u16, month: u8, day: u8) -> Option<Self> {
        let is_leap = year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
        let days = match month {
            1 | 3 | 5 | 7 | 8 | 10 | 12 => 31,
            4 | 6 | 9 | 11 => 30,
            2 if is_leap => 29,
            2 => 28,
            _ => return None,
        };
        ((1..=9999).contains(&year) && (1..=days).contains(&day)).then_some(Self { year, month, day })
    }

    /// The year, from 1 to 9999.
    pub fn year(self) -> u16 {
        self.year
    }

    /// The month, from 1 to 12.
    pub fn month(self) -> u8 {
        self.month
    }

    /// The day of the month, from 1 to 31.
    pub fn day(self) -> u8 {
        self.day
    }
}

impl fmt::Display for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}-{:02}", self.year, self.month, self.day)
    }
}

/// A number of exactly so many digits.
fn digits<T: FromStr>(text: &str, count: usize) -> Option<T> {
    (text.len() == count && text.bytes().all(|byte| byte.is_ascii_digit())).then(|| text.parse().ok()).flatten()
}

impl FromStr for Date {
    type Err = NotWritten;

    fn from_str(text: &str) -> Result<Self, NotWritten> {
        let parse = || {
            let (year, rest) = text.split_once('-')?;
            let (month, day) = rest.split_once('-')?;
            Self::new(digits(year, 4)?, digits(month, 2)?, digits(day, 2)?)
        };
        parse().ok_or_else(|| NotWritten(format!("`{text}` is not a day: write it as `2026-11-26`")))
    }
}

/// The days from one to another, both included. Its JSON is `{"from":"2026-11-02","to":"2026-11-08"}`.
///
/// ```
/// use dash_components::{Date, DateRange};
///
/// let week = DateRange::new(Date::new(2026, 11, 2).unwrap(), Date::new(2026, 11, 8).unwrap());
/// assert_eq!(week.map(|week| week.to().day()), Some(8));
/// assert_eq!(DateRange::new(Date::new(2026, 11, 8).unwrap(), Date::new(2026, 11, 2).unwrap()), None);
/// ```
#[value]
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[serde(try_from = "Days", into = "Days")]
pub struct DateRange {
    from: Date,
    to: Date,
}

/// What a browser sends for a [`DateRange`].
#[value]
#[derive(Clone, Copy)]
struct Days {
    from: Date,
    to: Date,
}

impl DateRange {
    /// The days from `from` to `to`, if `to` is not before `from`.
    pub fn new(from: Date, to: Date) -> Option<Self> {
        (from <= to).then_some(Self { from, to })
    }

    /// The first day.
    pub fn from(self) -> Date {
        self.from
    }

    /// The last day.
    pub fn to(self) -> Date {
        self.to
    }

    /// Whether the range has this day.
    pub fn contains(self, day: Date) -> bool {
        self.from <= day && day <= self.to
    }
}

impl TryFrom<Days> for DateRange {
    type Error = NotWritten;

    fn try_from(Days { from, to }: Days) -> Result<Self, NotWritten> {
        Self::new(from, to).ok_or_else(|| NotWritten(format!("the last day, {to}, is before the first one, {from}")))
    }
}

impl From<DateRange> for Days {
    fn from(DateRange { from, to }: DateRange) -> Self {
        Self { from, to }
    }
}

/// A time of a day. As text and as JSON it is `14:30`, or `14:30:05` if it has seconds.
///
/// ```
/// use dash_components::TimeOfDay;
///
/// let time = TimeOfDay::new(14, 30, 0).expect("a time");
/// assert_eq!(time.to_string(), "14:30");
/// assert_eq!("14:30:00".parse(), Ok(time));
/// assert_eq!(TimeOfDay::new(24, 0, 0), None);
/// ```
#[value]
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[serde(try_from = "String", into = "String")]
#[schemars(with = "String")]
pub struct TimeOfDay {
    hour: u8,
    minute: u8,
    second: u8,
}

impl TimeOfDay {
    /// The time, if a day has it: from 0:00:00 to 23:59:59.
    pub fn new(hour: u8, minute: u8, second: u8) -> Option<Self> {
        (hour < 24 && minute < 60 && second < 60).then_some(Self { hour, minute, second })
    }

    /// The hour, from 0 to 23.
    pub fn hour(self) -> u8 {
        self.hour
    }

    /// The minute, from 0 to 59.
    pub fn minute(self) -> u8 {
        self.minute
    }

    /// The second, from 0 to 59.
    pub fn second(self) -> u8 {
        self.second
    }
}

impl fmt::Display for TimeOfDay {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:02}:{:02}", self.hour, self.minute)?;
        if self.second > 0 { write!(f, ":{:02}", self.second) } else { Ok(()) }
    }
}

impl FromStr for TimeOfDay {
    type Err = NotWritten;

    fn from_str(text: &str) -> Result<Self, NotWritten> {
        let parse = || {
            let (hour, rest) = text.split_once(':')?;
            let (minute, second) = rest.split_once(':').unwrap_or((rest, "00"));
            Self::new(digits(hour, 2)?, digits(minute, 2)?, digits(second, 2)?)
        };
        parse().ok_or_else(|| NotWritten(format!("`{text}` is not a time: write it as `14:30` or `14:30:05`")))
    }
}

macro_rules! as_text {
    ($($type:ty),*) => {$(
        impl dash_runtime::look::Shown for $type {
            type Of = String;
        }
        impl dash_runtime::look::Text for $type {}
        impl dash_runtime::look::TextValue for $type {}

        impl TryFrom<String> for $type {
            type Error = super::date::NotWritten;

            fn try_from(text: String) -> Result<Self, Self::Error> {
                text.parse()
            }
        }

        impl From<$type> for String {
            fn from(value: $type) -> Self {
                value.to_string()
            }
        }
    )*};
}

as_text!(Date, TimeOfDay);
pub(super) use as_text;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_that_is_no_day_is_refused() {
        for text in
            ["", "2026-13-01", "2026-02-29", "2026-2-9", "26-11-26", "2026-11-26T10:00", "+026-11-26", "0000-01-01"]
        {
            assert!(text.parse::<Date>().is_err(), "{text}");
            assert!(serde_json::from_value::<Date>(text.into()).is_err(), "{text}");
        }
        let leap = ["2000-02-29", "2024-02-29", "9999-12-31", "0001-01-01"];
        assert!(leap.iter().all(|text| text.parse::<Date>().is_ok_and(|day| day.to_string() == *text)));
        assert!("1900-02-29".parse::<Date>().is_err());
    }

    #[test]
    fn a_range_that_ends_before_it_begins_is_refused() {
        let read =
            |from: &str, to: &str| serde_json::from_value::<DateRange>(serde_json::json!({ "from": from, "to": to }));
        let week = read("2026-11-02", "2026-11-08").unwrap();
        let day = |day| Date::new(2026, 11, day).unwrap();
        assert_eq!((week.from(), week.to()), (day(2), day(8)));
        assert!(week.contains(day(2)) && week.contains(day(8)) && !week.contains(day(9)) && !week.contains(day(1)));
        assert_eq!(read("2026-11-02", "2026-11-02").unwrap().to(), day(2));
        assert!(read("2026-11-08", "2026-11-02").unwrap_err().to_string().contains("is before the first one"));
        assert!(read("2026-11-31", "2026-12-02").is_err());
    }

    #[test]
    fn a_text_that_is_no_time_is_refused() {
        for text in ["", "24:00", "12:60", "12:00:60", "1:00", "12", "12:00:00:00", "12:00:5"] {
            assert!(text.parse::<TimeOfDay>().is_err(), "{text}");
        }
        assert_eq!(serde_json::to_string(&"09:05:07".parse::<TimeOfDay>().ok()).ok().as_deref(), Some("\"09:05:07\""));
    }
}
