use dash_macros::{Component, value};
use dash_runtime::{component::prelude::*, look::Bound};

use super::date::{Date, DateRange};

/// Two fields for the first and the last day of a range, with the pickers of the browser.
///
/// The value is sent as a whole, with Enter or when the focus leaves both fields. So callbacks never see a new first day
/// with the old last day. A range that ends before it begins is marked and not sent.
///
/// ```
/// # use dash_components::{Date, DateRange, DateRangePicker};
/// # fn of(shown: DateRangePicker) -> Option<DateRangePicker> {
/// let week = DateRange::new(Date::new(2026, 11, 2)?, Date::new(2026, 11, 8)?)?;
/// # Some(
/// shown.label("Shown days").value(week).latest(Date::new(2026, 12, 31)?)
/// # )
/// # }
/// ```
#[derive(Component)]
#[component(
    tag = "dd-date-range-picker",
    script = "date_range_picker.js",
    style = ["picker.css", "date_range_picker.css"],
    bundled
)]
pub struct DateRangePicker {
    id: ComponentId,
    /// The days in the fields. `None` (the default): the fields are empty. The browser writes it.
    #[prop(writable, one_of(days))]
    value: Option<DateRange>,
    /// The days that can be chosen. Default: all.
    #[prop(no_setter)]
    days: DateBounds,
    /// The visible name above the fields. Empty (the default): no visible name.
    label: String,
    /// The name of the first field. Default: `From`.
    #[prop(default = "From".to_owned())]
    from_label: String,
    /// The name of the last field. Default: `To`.
    #[prop(default = "To".to_owned())]
    to_label: String,
    /// Whether the fields are disabled, for pages and for programs. Default: `false`. A callback can still set `value`.
    disabled: bool,
}

/// The days that can be chosen in a [`DateRangePicker`].
#[value]
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct DateBounds {
    /// The first one. `None`: each day before the last one.
    pub earliest: Option<Date>,
    /// The last one. `None`: each day after the first one.
    pub latest: Option<Date>,
}

impl Options<Option<DateRange>> for DateBounds {
    fn has(&self, days: &Option<DateRange>) -> bool {
        days.is_none_or(|days| {
            self.earliest.is_none_or(|first| days.from() >= first) && self.latest.is_none_or(|last| days.to() <= last)
        })
    }

    fn refusal(&self, _: &str) -> String {
        match (self.earliest, self.latest) {
            (Some(first), Some(last)) => format!("only days from {first} to {last} can be chosen"),
            (Some(first), None) => format!("only days from {first} on can be chosen"),
            (None, Some(last)) => format!("only days up to {last} can be chosen"),
            (None, None) => "these are no days".to_owned(),
        }
    }
}

impl DateRangePicker {
    /// Sets the first day that can be chosen.
    #[must_use]
    pub fn earliest(mut self, day: impl IntoValue<Option<Date>>) -> Self {
        self.days.earliest = day.into_value();
        self
    }

    /// Sets the last day that can be chosen.
    #[must_use]
    pub fn latest(mut self, day: impl IntoValue<Option<Date>>) -> Self {
        self.days.latest = day.into_value();
        self
    }
}

impl View for DateRangePicker {
    fn view(p: DateRangePickerBound, look: &mut Look) {
        // A look reads the JSON of a value. These functions only say which types are in it.
        let from: Bound<Option<Date>> = p.value.field("from", |_| &None);
        let to: Bound<Option<Date>> = p.value.field("to", |_| &None);
        let earliest = p.days.field("earliest", |days| &days.earliest);
        let latest = p.days.field("latest", |days| &days.latest);
        look.tag("div").attr("class", "dd-label dd-field-label").attr("aria-hidden", "true").text(p.label);
        let fields = look.tag("div").attr("class", "dd-days").attr("role", "group");
        fields.attr("aria-label", p.label.or(words_of_id())).inner(|look| {
            for (name, value) in [(p.from_label, from), (p.to_label, to)] {
                look.tag("label").attr("class", "dd-day").inner(|look| {
                    look.tag("span").attr("class", "dd-day-name").text(name);
                    look.tag("input")
                        .attr("type", "date")
                        .attr("class", "dd-picker")
                        .attr("value", value)
                        .attr("min", earliest)
                        .attr("max", latest)
                        .attr("autocomplete", "off")
                        .flag("disabled", p.disabled)
                        .void();
                });
            }
        });
        look.tag("div").attr("class", "dd-note dd-days-note").attr("role", "status").empty();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::core::testing::{assert_has, component};

    fn day(day: u8) -> Date {
        Date::new(2026, 11, day).expect("a day")
    }

    fn days(from: u8, to: u8) -> Option<DateRange> {
        DateRange::new(day(from), day(to))
    }

    #[test]
    fn it_is_two_native_fields_with_a_name() {
        let shown = component::<DateRangePicker>().label("Days <1>").value(days(2, 8)).earliest(day(1));
        assert_has(
            &shown,
            &[
                ">Days &lt;1&gt;</div>",
                "role=\"group\" aria-label=\"Days &lt;1&gt;\"",
                ">From</span><input type=\"date\" class=\"dd-picker\" value=\"2026-11-02\" min=\"2026-11-01\" autocomplete",
                ">To</span><input type=\"date\" class=\"dd-picker\" value=\"2026-11-08\"",
                "role=\"status\"></div>",
            ],
        );
        let empty = component::<DateRangePicker>().disabled(true);
        assert_has(&empty, &["aria-label=\"left motor\"", "class=\"dd-picker\" autocomplete=\"off\" disabled>"]);
    }

    #[test]
    fn only_days_within_the_bounds_may_be_chosen() {
        let bounds = DateBounds { earliest: Some(day(2)), latest: Some(day(20)) };
        assert!(bounds.has(&None) && bounds.has(&days(2, 20)) && DateBounds::default().has(&days(1, 30)));
        assert!(!bounds.has(&days(1, 5)) && !bounds.has(&days(5, 21)));
        assert_eq!(bounds.refusal(""), "only days from 2026-11-02 to 2026-11-20 can be chosen");
    }
}
