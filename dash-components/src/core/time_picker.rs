use dash_macros::Component;
use dash_runtime::component::prelude::*;

use super::{control_id, date::TimeOfDay, words};

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

impl Render for TimePicker {
    fn render(&self, html: &mut Html) {
        html.tag("label").attr("class", "dd-label dd-field-label").attr("for", control_id(self.id)).text(&self.label);
        html.tag("input")
            .attr("type", "time")
            .attr("id", control_id(self.id))
            .attr("class", "dd-picker")
            .attr("value", self.value.map(|value| value.to_string()).unwrap_or_default())
            .attr("step", if self.seconds { 1 } else { 60 })
            .attr("autocomplete", "off")
            .opt("aria-label", self.label.is_empty().then(|| words(self.id)))
            .flag("disabled", self.disabled)
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
        assert_has(&component::<TimePicker>().seconds(true), &["value=\"\" step=\"1\"", "aria-label=\"left motor\""]);
    }
}
