//! Options that are all visible, for the components that choose one or several of them.

use dash_runtime::look::{Bound, Look, words_of_id};

use super::dropdown::{Choice, Choices};

/// The properties that these components share.
#[derive(Clone, Copy)]
pub(super) struct Shared {
    pub(super) label: Bound<String>,
    pub(super) options: Bound<Choices>,
    pub(super) disabled: Bound<bool>,
    /// The type of the native control: `radio` or `checkbox`.
    pub(super) input: &'static str,
    /// `segments`, `list` or `inline`, for the stylesheet.
    pub(super) look: Bound<String>,
}

/// Records a group of native controls. `is_chosen` is asked for each value.
pub(super) fn draw(look: &mut Look, shared: Shared, is_chosen: impl FnOnce(Bound<String>) -> Bound<bool>) {
    let Shared { label, options, disabled, input, look: arranged } = shared;
    // Radio buttons of one name belong together within one form. With a form for each component, those in rows do not
    // exclude each other. A form with this method sends nothing when Enter is pressed before the script runs.
    look.tag("form").attr("class", "dd-options").attr("method", "dialog").inner(|look| {
        look.tag("fieldset").attr("aria-label", label.is_missing().gives(words_of_id())).inner(|look| {
            look.tag("legend").attr("class", "dd-label dd-field-label").text(label);
            let list = look.tag("div").attr("class", "dd-options-list").attr("data-look", arranged);
            list.attr("data-type", input).inner(|look| {
                // Options that are still there keep their elements, and so the focus.
                let value = |item: dash_runtime::look::Item<Choice>| item.value.field("value", |choice| &choice.value);
                look.each_by(options.listed(), value, |item, look| {
                    look.tag("label").attr("class", "dd-option").inner(|look| {
                        look.tag("input")
                            .attr("type", input)
                            .attr("name", "option")
                            .attr("value", value(item))
                            .attr("autocomplete", "off")
                            .flag("checked", is_chosen(value(item)))
                            .flag("disabled", disabled)
                            .void();
                        look.tag("span").text(item.value.field("label", |choice| &choice.label));
                    });
                });
            });
        });
    });
}
