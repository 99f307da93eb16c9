use dash_macros::Component;
use dash_runtime::component::prelude::*;

use super::{CONTROL, date::TimeOfDay};

/// A field for a time of a day, with the picker of the browser.
///
/// The value is sent with Enter, or when the field loses the focus. So nothing is sent while it is half typed, and while
/// the picker is open.
///
/// ```
/// # use dash_components::{TimeOfDay, TimePicker};
/// # fn of(wake: TimePicker) -> TimePicker {
/// wake.label("Wake up").value(TimeOfDay::new(7, 30, 0))
/// # }
/// ```
#[derive(Component)]
#[component(tag = "dd-time-picker", script = "time_picker.js", style = "picker.css", bundled)]
pub struct TimePicker {
    id: ComponentId,
    /// The time in the field. `None` (the default): the field is empty. The browser writes it.
    #[prop(writable)]
    value: Option<TimeOfDay>,
    /// The visible name above the field. Empty (the default): no visible name.
    label: String,
    /// Whether the field has seconds. Default: `false`.
    seconds: bool,
    /// Whether the field is disabled, for pages and for programs. Default: `false`. A callback can still set `value`.
    disabled: bool,
}

impl View for TimePicker {
    fn view(p: TimePickerBound, look: &mut Look) {
        look.tag("label").attr("class", "dd-label dd-field-label").attr("for", own_id(CONTROL)).text(p.label);
        look.tag("input")
            .attr("type", "time")
            .own_id(CONTROL)
            .attr("class", "dd-picker")
            .attr("value", p.value)
            .attr("step", p.seconds.choose(1, 60))
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
        let wake = component::<TimePicker>().label("Wake up").value(TimeOfDay::new(7, 5, 0));
        assert_has(&wake, &[">Wake up</label>", "type=\"time\"", "value=\"07:05\" step=\"60\""]);
        assert_has(
            &component::<TimePicker>().seconds(true),
            &["class=\"dd-picker\" step=\"1\"", "aria-label=\"left motor\""],
        );
    }
}
