use dash_macros::Component;
use dash_runtime::component::prelude::*;

use super::{
    dropdown::Choices,
    options::{Shared, draw},
};
use crate::given::IntoChoice;

/// Options of which any number is chosen.
///
/// ```
/// # use dash_components::Checklist;
/// # fn of(channels: Checklist) -> Checklist {
/// channels.label("Record").options(["Voltage", "Current", "Power"]).value(["Voltage"])
/// # }
/// ```
#[derive(Component)]
#[component(tag = "dd-checklist", script = "checklist.js", style = "options.css", bundled)]
pub struct Checklist {
    id: ComponentId,
    /// The values of the chosen options. Default: none. The browser writes it, in the order of `options`. The server
    /// refuses a value that is not in `options`, and one that is there twice.
    #[prop(writable, one_of(options), no_setter)]
    value: Vec<String>,
    /// The options, in the order in which they are shown. Required: `layout` must set them. A callback can change them.
    #[prop(required, no_setter)]
    options: Choices,
    /// The visible name above the options. Empty (the default): no visible name.
    label: String,
    /// Whether the options stand side by side. Default: `false`, below each other.
    inline: bool,
    /// Whether the options are disabled, for pages and for programs. Default: `false`. A callback can still set `value`.
    disabled: bool,
}

impl Checklist {
    /// Sets the options: strings, pairs of value and label, or [`Choice`](crate::Choice)s.
    #[must_use]
    pub fn options(mut self, options: impl IntoIterator<Item = impl IntoChoice>) -> Self {
        self.options = options.into_iter().map(IntoChoice::into_choice).collect();
        self
    }

    /// Sets the values of the options that are chosen at the start.
    #[must_use]
    pub fn value(mut self, chosen: impl IntoIterator<Item = impl IntoValue<String>>) -> Self {
        self.value = chosen.into_iter().map(IntoValue::into_value).collect();
        self
    }
}

impl View for Checklist {
    fn view(p: ChecklistBound, look: &mut Look) {
        let ChecklistBound { label, options, disabled, .. } = p;
        let shared = Shared { label, options, disabled, input: "checkbox", look: p.inline.choose("inline", "list") };
        draw(look, shared, |value| p.value.has(value));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::core::testing::{assert_has, component, drawn};

    #[test]
    fn the_chosen_options_are_checked() {
        let list = component::<Checklist>().options(["a", "b", "c"]).value(["c", "a"]).inline(true).label("Record");
        assert_has(
            &list,
            &[
                "data-look=\"inline\"",
                "type=\"checkbox\" name=\"option\" value=\"a\" autocomplete=\"off\" checked>",
                "value=\"b\" autocomplete=\"off\"><span>b",
                "value=\"c\" autocomplete=\"off\" checked>",
            ],
        );
        assert_eq!(drawn(&component::<Checklist>().options(["a"])).matches("checked").count(), 0);
    }

    #[test]
    fn only_options_can_be_chosen_and_each_once() {
        let options: Choices = ["a", "b"].into_iter().collect();
        let has = |chosen: &[&str]| options.has(&chosen.iter().map(|&value| value.to_owned()).collect::<Vec<_>>());
        assert!(has(&[]) && has(&["b", "a"]));
        assert!(!has(&["c"]) && !has(&["a", "a"]));
    }
}
