use dash_macros::Component;
use dash_runtime::component::prelude::*;

use super::{
    dropdown::Choices,
    options::{Shared, draw},
};
use crate::given::IntoChoice;

/// A choice of one of two to five short words, which are all visible side by side.
///
/// The arrow keys move the focus, and the space bar and Enter choose.
///
/// ```
/// # use dash_components::SegmentedControl;
/// # fn of(mode: SegmentedControl) -> SegmentedControl {
/// mode.label("Mode").options(["Off", "Heat", "Cool"]).value("Off")
/// # }
/// ```
#[derive(Component)]
#[component(tag = "dd-segmented-control", script = "segmented_control.js", style = "options.css", bundled)]
pub struct SegmentedControl {
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
    /// Whether the options are disabled, for pages and for programs. Default: `false`. A callback can still set `value`.
    disabled: bool,
}

impl SegmentedControl {
    /// Sets the options: strings, pairs of value and label, or [`Choice`](crate::Choice)s.
    #[must_use]
    pub fn options(mut self, options: impl IntoIterator<Item = impl IntoChoice>) -> Self {
        self.options = options.into_iter().map(IntoChoice::into_choice).collect();
        self
    }
}

impl View for SegmentedControl {
    fn view(p: SegmentedControlBound, look: &mut Look) {
        let SegmentedControlBound { label, options, disabled, .. } = p;
        let shared = Shared { label, options, disabled, input: "radio", look: constant("segments") };
        draw(look, shared, |value| value.is(p.value));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::core::testing::{assert_has, component, drawn};

    #[test]
    fn the_chosen_option_is_checked() {
        let control =
            component::<SegmentedControl>().options([("a", "Apple"), ("b", "B & C")]).value("b").label("Fruit");
        assert_has(
            &control,
            &[
                "method=\"dialog\"",
                "<legend class=\"dd-label dd-field-label\">Fruit</legend>",
                "data-look=\"segments\"",
                "type=\"radio\" name=\"option\" value=\"a\" autocomplete=\"off\"><span>Apple</span>",
                "value=\"b\" autocomplete=\"off\" checked><span>B &amp; C</span>",
            ],
        );
        assert_eq!(drawn(&control).matches("checked").count(), 1);
        assert_has(&control.disabled(true), &["checked disabled>"]);
    }

    #[test]
    fn without_a_label_a_screen_reader_says_its_id() {
        assert_has(&component::<SegmentedControl>().options(["a"]), &["aria-label=\"left motor\""]);
        assert_eq!(component::<SegmentedControl>().missing(), ["options"]);
    }
}
