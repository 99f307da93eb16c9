use dash_macros::Component;
use dash_runtime::{component::prelude::*, look::Bound};

use super::{
    CONTROL,
    dropdown::{Choice, Choices},
};
use crate::given::IntoChoice;

/// A choice of one of many options: the user types a part of its words and chooses in the list.
///
/// Ten thousand options are as quick as ten, because only the visible ones are drawn. For up to about twenty options a
/// [`Dropdown`](crate::Dropdown) is simpler: it is the list of the system. For several chosen options there is
/// [`MultiSelect`](crate::MultiSelect).
///
/// Typed words are found anywhere in a label, without regard to case and accents. The arrow keys move through the list
/// and send nothing. Enter and a press choose.
///
/// ```
/// # use dash_components::Combobox;
/// # fn of(signal: Combobox) -> Combobox {
/// signal.label("Signal").options((0..10_000).map(|n| (format!("s{n}"), format!("Signal {n}")))).value("s7")
/// # }
/// ```
#[derive(Component)]
#[component(tag = "dd-combobox", script = "combobox.js", style = "combobox.css", bundled)]
pub struct Combobox {
    id: ComponentId,
    /// The value of the chosen option. Default: the empty string, no option. The browser writes it. The server refuses
    /// a value that is not in `options`. A value that a callback sets and that is no option is shown as it is.
    #[prop(writable, one_of(options))]
    value: String,
    /// The options, in the order in which they are shown. Required: `layout` must set them. A callback can change them.
    #[prop(required, no_setter)]
    options: Choices,
    /// The visible name above the field. Empty (the default): no visible name.
    label: String,
    /// The text that the field shows while no option is chosen. Default: `Choose…`.
    #[prop(default = "Choose…".to_owned())]
    placeholder: String,
    /// Whether the field is disabled, for pages and for programs. Default: `false`. A callback can still set `value`.
    disabled: bool,
}

impl Combobox {
    /// Sets the options: strings, pairs of value and label, or [`Choice`]s.
    #[must_use]
    pub fn options(mut self, options: impl IntoIterator<Item = impl IntoChoice>) -> Self {
        self.options = options.into_iter().map(IntoChoice::into_choice).collect();
        self
    }
}

/// The words of the option with this value. A value that is no option is shown as it is.
pub(super) fn label_of(options: Bound<Choices>, value: Bound<String>) -> Bound<String> {
    let chosen = options.listed().find("value", |choice: &Choice| &choice.value, value);
    chosen.field("label", |choice| &choice.label).or(value)
}

/// The properties that a field for one and a field for several options share.
#[derive(Clone, Copy)]
pub(super) struct Shared {
    pub(super) label: Bound<String>,
    pub(super) placeholder: Bound<String>,
    pub(super) disabled: Bound<bool>,
}

/// What the id of the list has behind the component's.
const LIST: &str = "-list";

/// Records the field and its list. `before` draws what stands in the frame before the field, and `value` is its text.
pub(super) fn draw(look: &mut Look, shared: Shared, before: impl FnOnce(&mut Look), value: Option<Bound<String>>) {
    let Shared { label, placeholder, disabled } = shared;
    look.tag("label").attr("class", "dd-label dd-field-label").attr("for", own_id(CONTROL)).text(label);
    look.tag("div").attr("class", "dd-combo").inner(|look| {
        before(look);
        let field = look
            .tag("input")
            .own_id(CONTROL)
            .attr("type", "text")
            .attr("class", "dd-combo-field")
            .attr("role", "combobox")
            .attr("aria-autocomplete", "list")
            .attr("aria-expanded", "false")
            .attr("aria-controls", own_id(LIST))
            .attr("aria-label", label.is_missing().gives(words_of_id()))
            .attr("autocomplete", "off")
            .attr("autocapitalize", "none")
            .attr("spellcheck", "false")
            .attr("placeholder", placeholder)
            .flag("disabled", disabled);
        match value {
            Some(value) => field.attr("value", value).void(),
            None => field.void(),
        }
        let arrow = look.tag("svg").attr("class", "dd-combo-arrow").attr("viewBox", "0 0 16 16");
        arrow.attr("aria-hidden", "true").inner(|look| look.tag("path").attr("d", "M4 6l4 4 4-4").empty());
    });
    // Over the page, because a card cuts off what is larger than itself. The script draws the visible options.
    look.tag("div").attr("class", "dd-combo-popup").attr("popover", "manual").inner(|look| {
        let list = look.tag("div").own_id(LIST).attr("class", "dd-combo-list").attr("role", "listbox");
        let list = if value.is_none() { list.attr("aria-multiselectable", "true") } else { list };
        list.inner(|look| look.tag("div").attr("class", "dd-combo-all").attr("role", "presentation").empty());
        look.tag("div").attr("class", "dd-combo-note").attr("role", "status").empty();
    });
}

impl View for Combobox {
    fn view(p: ComboboxBound, look: &mut Look) {
        let ComboboxBound { label, placeholder, disabled, .. } = p;
        draw(look, Shared { label, placeholder, disabled }, |_| {}, Some(label_of(p.options, p.value)));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::core::testing::{assert_has, component, drawn};

    fn field() -> Combobox {
        component::<Combobox>().options([("a", "Apple"), ("b", "B & C")])
    }

    #[test]
    fn the_field_has_the_words_of_the_chosen_option_before_the_script_runs() {
        let parts =
            ["role=\"combobox\"", "aria-expanded=\"false\" aria-controls=\"left_motor-list\"", "value=\"B &amp; C\""];
        assert_has(&field().value("b"), &parts);
        assert_has(&field(), &["placeholder=\"Choose…\" value=\"\">"]);
        assert_has(&field().value("<z>"), &["value=\"&lt;z&gt;\""]);
        assert_has(&field().label("Port"), &["for=\"left_motor-control\">Port</label>"]);
    }

    #[test]
    fn fault_each_of_ten_thousand_options_is_in_the_document() {
        let options = |count: u32| (0..count).map(|n| (n.to_string(), format!("Signal {n}")));
        let many = component::<Combobox>().options(options(10_000)).value("9999");
        let few = component::<Combobox>().options(options(10)).value("9");
        let size = |field: &Combobox| drawn(field).len();
        assert!(size(&many) <= size(&few) + 10, "{} bytes, {}", size(&many), size(&few));
    }

    #[test]
    fn it_has_to_have_options() {
        assert_eq!(component::<Combobox>().missing(), ["options"]);
        assert!(field().missing().is_empty());
    }
}
