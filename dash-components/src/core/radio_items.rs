use dash_macros::Component;
use dash_runtime::component::prelude::*;

use super::{
    dropdown::Choices,
    options::{Shared, draw},
};
use crate::given::IntoChoice;

/// A choice of one option, all of which are visible. For many options there is a [`Dropdown`](crate::Dropdown).
///
/// The arrow keys move the focus, and the space bar and Enter choose.
///
/// ```
/// # use dash_components::RadioItems;
/// # fn of(units: RadioItems) -> RadioItems {
/// units.label("Units").options([("si", "Metric"), ("us", "US customary")]).value("si")
/// # }
/// ```
#[derive(Component)]
#[component(tag = "dd-radio-items", script = "radio_items.js", style = "options.css", bundled)]
pub struct RadioItems {
    id: ComponentId,
    /// The value of the chosen option. Default: the empty string, no option. The browser writes it. The server refuses
    /// a value that is not in `options`.
    #[prop(writable, one_of(options))]
    value: String,
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

impl RadioItems {
    /// Sets the options: strings, pairs of value and label, or [`Choice`](crate::Choice)s.
    #[must_use]
    pub fn options(mut self, options: impl IntoIterator<Item = impl IntoChoice>) -> Self {
        self.options = options.into_iter().map(IntoChoice::into_choice).collect();
        self
    }
}

impl View for RadioItems {
    fn view(p: RadioItemsBound, look: &mut Look) {
        let RadioItemsBound { label, options, disabled, .. } = p;
        let shared = Shared { label, options, disabled, input: "radio", look: p.inline.choose("inline", "list") };
        draw(look, shared, |value| value.is(p.value));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::core::testing::{assert_has, component, drawn};

    #[test]
    fn the_chosen_option_is_checked() {
        let control = component::<RadioItems>().options([("a", "Apple"), ("b", "B & C")]).value("b").label("Fruit");
        assert_has(
            &control,
            &[
                "method=\"dialog\"",
                "<legend class=\"dd-label dd-field-label\">Fruit</legend>",
                "data-look=\"list\"",
                "type=\"radio\" name=\"option\" value=\"a\" autocomplete=\"off\"><span>Apple</span>",
                "value=\"b\" autocomplete=\"off\" checked><span>B &amp; C</span>",
            ],
        );
        assert_eq!(drawn(&control).matches("checked").count(), 1);
        assert_has(&control.disabled(true), &["checked disabled>"]);
    }

    #[test]
    fn without_a_label_a_screen_reader_says_its_id() {
        assert_has(&component::<RadioItems>().options(["a"]), &["aria-label=\"left motor\""]);
        assert_eq!(component::<RadioItems>().missing(), ["options"]);
    }
}
