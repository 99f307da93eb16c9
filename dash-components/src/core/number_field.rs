//! A field for a number, with its range above it and two buttons that change it by a step.

use dash_runtime::{
    component::prelude::*,
    look::{Bound, Term},
};

use super::CONTROL;

/// What the components with such a field share.
#[derive(Clone, Copy)]
pub(super) struct NumberField {
    pub(super) label: Bound<String>,
    pub(super) unit: Bound<String>,
    /// The smallest and the largest number in words.
    pub(super) range: Bound<String>,
    /// The smallest and the largest number.
    pub(super) ends: (Bound<f64>, Bound<f64>),
    pub(super) value: Bound<f64>,
    /// Which keys a phone shows, as in `inputmode`.
    pub(super) keyboard: Bound<String>,
    pub(super) disabled: Bound<bool>,
}

impl NumberField {
    /// Records it. `shown` is what is in the field.
    pub(super) fn draw(self, look: &mut Look, shown: impl Term) {
        let Self { label, unit, range, ends: (min, max), value, keyboard, disabled } = self;
        look.tag("div").attr("class", "dd-number-head").inner(|look| {
            look.tag("label").attr("class", "dd-label").attr("for", own_id(CONTROL)).text(label);
            look.tag("span").attr("class", "dd-number-range").attr("aria-hidden", "true").text(range);
        });
        look.tag("div").attr("class", "dd-number-body").inner(|look| {
            look.tag("input")
                .attr("type", "text")
                .own_id(CONTROL)
                .attr("class", "dd-number-control")
                .attr("role", "spinbutton")
                .attr("value", shown)
                .attr("inputmode", keyboard)
                .attr("autocomplete", "off")
                .attr("spellcheck", "false")
                .attr("aria-valuemin", min)
                .attr("aria-valuemax", max)
                .attr("aria-valuenow", value.or(min))
                .attr("aria-valuetext", value.plain().then(unit.suffix()))
                .attr("aria-label", label.is_missing().gives(words_of_id()))
                .flag("disabled", disabled)
                .void();
            look.tag("span").attr("class", "dd-number-unit").attr("aria-hidden", "true").text(unit);
            for (class, sign) in [("dd-number-less", "−"), ("dd-number-more", "+")] {
                // For touch and mouse only. The arrow keys do the same, and a screen reader uses the spin button.
                look.tag("button")
                    .attr("type", "button")
                    .attr("class", class)
                    .attr("tabindex", -1)
                    .attr("aria-hidden", "true")
                    .flag("disabled", disabled)
                    .text(sign);
            }
        });
    }
}
