use dash_macros::Component;
use dash_runtime::component::prelude::*;

use super::{
    combobox::{Shared, draw, label_of},
    dropdown::Choices,
};
use crate::given::IntoChoice;

/// The largest number of chosen options that stand in the field. A note says how many others there are.
const MOST: u32 = 50;

/// A choice of several of many options: the user types a part of their words and chooses in the list.
///
/// The first 50 chosen options stand in the field, and a press on one removes it. Ten thousand options are as quick as ten,
/// because only the visible ones are drawn. For a few options, a [`Checklist`](crate::Checklist) shows all of them.
///
/// ```
/// # use dash_components::MultiSelect;
/// # fn of(record: MultiSelect) -> MultiSelect {
/// record.label("Record").options(["Voltage", "Current", "Power"]).value(["Voltage"])
/// # }
/// ```
#[derive(Component)]
#[component(tag = "dd-multi-select", script = "multi_select.js", style = "combobox.css", bundled)]
pub struct MultiSelect {
    id: ComponentId,
    /// The values of the chosen options. Default: none. The browser writes it, in the order of `options`. The server
    /// refuses a value that is not in `options`, and one that is there twice.
    #[prop(writable, one_of(options), no_setter)]
    value: Vec<String>,
    /// The options, in the order in which they are shown. Required: `layout` must set them. A callback can change them.
    #[prop(required, no_setter)]
    options: Choices,
    /// The visible name above the field. Empty (the default): no visible name.
    label: String,
    /// The text that the field shows while the user does not type. Default: `Add…`.
    #[prop(default = "Add…".to_owned())]
    placeholder: String,
    /// Whether the field is disabled, for pages and for programs. Default: `false`. A callback can still set `value`.
    disabled: bool,
}

impl MultiSelect {
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

impl View for MultiSelect {
    fn view(p: MultiSelectBound, look: &mut Look) {
        let MultiSelectBound { label, placeholder, disabled, .. } = p;
        let chips = |look: &mut Look| {
            let name = constant("Chosen: ").then(label.or(words_of_id()));
            look.tag("ul").attr("class", "dd-combo-chips").attr("aria-label", name).inner(|look| {
                // An option that is still chosen keeps its element, and so the focus.
                look.each_by(
                    p.value.first(f64::from(MOST)),
                    |item| item.value,
                    |item, look| {
                        let words = label_of(p.options, item.value);
                        look.tag("li").inner(|look| {
                            let chip = look.tag("button").attr("type", "button").attr("class", "dd-combo-chip");
                            let chip = chip.attr("value", item.value).flag("disabled", disabled);
                            chip.attr("aria-label", constant("Remove ").then(words)).inner(|look| {
                                look.tag("span").text(words);
                                let cross = look.tag("svg").attr("viewBox", "0 0 12 12").attr("aria-hidden", "true");
                                cross.inner(|look| look.tag("path").attr("d", "M2 2l8 8M10 2l-8 8").empty());
                            });
                        });
                    },
                );
                let more = p.value.count() - f64::from(MOST);
                look.when(more.is_above(0), |look| {
                    look.tag("li")
                        .attr("class", "dd-combo-more")
                        .text(constant("and ").then(more.number(0)).then(" more"));
                });
            });
        };
        draw(look, Shared { label, placeholder, disabled }, chips, None);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::core::testing::{assert_has, component, drawn};

    #[test]
    fn the_chosen_options_are_in_the_field_and_can_be_removed() {
        let field = component::<MultiSelect>().options([("u", "Voltage"), ("i", "<I>")]).value(["i", "gone"]);
        assert_has(
            &field,
            &[
                "value=\"i\" aria-label=\"Remove &lt;I&gt;\"><span>&lt;I&gt;</span>",
                "value=\"gone\" aria-label=\"Remove gone\"",
                "placeholder=\"Add…\"",
                "aria-multiselectable=\"true\"",
            ],
        );
        assert!(!drawn(&component::<MultiSelect>().options(["u"])).contains("<button"));
    }

    #[test]
    fn of_thousands_of_chosen_options_fifty_stand_in_the_field_with_a_word_about_the_others() {
        let all = (0..1234).map(|n| n.to_string());
        let html = drawn(&component::<MultiSelect>().options(all.clone()).value(all));
        assert_eq!(html.matches("<button").count(), 50);
        assert!(html.contains(">and 1184 more<"), "{html}");
    }
}
