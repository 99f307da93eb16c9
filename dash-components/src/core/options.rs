//! Options that are all visible, for the components that choose one or several of them.

use dash_runtime::{html::Html, prop::ComponentId};

use super::{dropdown::Choices, words};

/// How the options are drawn.
#[derive(Clone, Copy)]
pub(super) struct Kind {
    /// The type of the native control: `radio` or `checkbox`.
    pub(super) input: &'static str,
    /// `segments`, `list` or `inline`, for the stylesheet.
    pub(super) look: &'static str,
}

/// Draws a group of native controls. `is_chosen` is asked for each value.
pub(super) fn draw(
    html: &mut Html,
    id: ComponentId,
    label: &str,
    options: &Choices,
    disabled: bool,
    kind: Kind,
    is_chosen: impl Fn(&str) -> bool,
) {
    // Radio buttons of one name belong together within one form. With a form for each component, those in rows do not
    // exclude each other. A form with this method sends nothing when Enter is pressed before the script runs.
    html.tag("form").attr("class", "dd-options").attr("method", "dialog").inner(|html| {
        html.tag("fieldset").opt("aria-label", label.is_empty().then(|| words(id))).inner(|html| {
            html.tag("legend").attr("class", "dd-label dd-field-label").text(label);
            let list = html.tag("div").attr("class", "dd-options-list").attr("data-look", kind.look);
            list.attr("data-type", kind.input).inner(|html| {
                for choice in &options.0 {
                    html.tag("label").attr("class", "dd-option").inner(|html| {
                        html.tag("input")
                            .attr("type", kind.input)
                            .attr("name", "option")
                            .attr("value", &choice.value)
                            .attr("autocomplete", "off")
                            .flag("checked", is_chosen(&choice.value))
                            .flag("disabled", disabled)
                            .void();
                        html.tag("span").text(&choice.label);
                    });
                }
            });
        });
    });
}
