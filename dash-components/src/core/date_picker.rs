use dash_macros::Component;
use dash_runtime::component::prelude::*;

use super::{CONTROL, date::Date};

/// A field for a day, with the picker of the browser.
///
/// The value is sent with Enter, or when the field loses the focus. So nothing is sent while it is half typed, and while
/// the picker is open.
///
/// ```
/// # use dash_components::{Date, DatePicker};
/// # fn of(start: DatePicker) -> DatePicker {
/// start.label("Start").value(Date::new(2026, 11, 26))
/// # }
/// ```
#[derive(Component)]
#[component(tag = "dd-date-picker", script = "date_picker.js", style = "picker.css", bundled)]
pub struct DatePicker {
    id: ComponentId,
    /// The day in the field. `None` (the default): the field is empty. The browser writes it.
    #[prop(writable)]
    value: Option<Date>,
    /// The visible name above the field. Empty (the default): no visible name.
    label: String,
    /// Whether the field is disabled, for pages and for programs. Default: `false`. A callback can still set `value`.
    disabled: bool,
}

impl View for DatePicker {
    fn view(p: DatePickerBound, look: &mut Look) {
        look.tag("label").attr("class", "dd-label dd-field-label").attr("for", own_id(CONTROL)).text(p.label);
        look.tag("input")
            .attr("type", "date")
            .own_id(CONTROL)
            .attr("class", "dd-picker")
            .attr("value", p.value)
            .attr("autocomplete", "off")
            .attr("aria-label", p.label.is_missing().gives(words_of_id()))
            .flag("disabled", p.disabled)
            .void();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::core::testing::{assert_has, component};

    #[test]
    fn it_is_a_native_field() {
        let start = component::<DatePicker>().label("Start <1>").value(Date::new(2026, 1, 2));
        assert_has(&start, &[">Start &lt;1&gt;</label>", "type=\"date\"", "value=\"2026-01-02\""]);
        assert_has(
            &component::<DatePicker>().disabled(true),
            &["class=\"dd-picker\" autocomplete", "aria-label=\"left motor\" disabled>"],
        );
    }
}
