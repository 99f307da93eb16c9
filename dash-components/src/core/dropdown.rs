use dash_macros::{Component, value};
use dash_runtime::component::{Required, prelude::*};

use super::{control_id, words};

/// A choice of one out of several.
///
/// Before anything is chosen the value is an empty text, and the field says so.
///
/// ```
/// # use dash_components::{Choice, Dropdown};
/// # fn of(mode: Dropdown, gain: Dropdown) -> (Dropdown, Dropdown) {
/// (
///     mode.label("Mode").options(["Off", "Heat", "Cool"]).value("Off"),
///     gain.label("Gain").options([("0", "automatic"), ("1", "1 ×"), ("2", "2 ×")]),
/// )
/// # }
/// ```
#[derive(Component)]
#[component(tag = "dd-dropdown", script = "dropdown.js", style = "dropdown.css", bundled)]
pub struct Dropdown {
    id: ComponentId,
    /// The value of the option that is chosen. Written by the browser.
    #[prop(writable, one_of(options))]
    value: String,
    /// What there is to choose from, in this order. Has to be given in `layout`; a callback can change it.
    #[prop(required, no_setter)]
    options: Choices,
    /// What is chosen, above the field. Empty: no visible name.
    label: String,
    /// What the field shows while nothing is chosen.
    #[prop(default = "Choose…".to_owned())]
    placeholder: String,
    /// Whether it is out of action in the browser. A callback can still set it.
    disabled: bool,
}

/// One option of a [`Dropdown`]. A text becomes one that is its own value; a pair is value and label.
#[value]
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Choice {
    /// What the callback gets.
    pub value: String,
    /// What is shown.
    pub label: String,
}

impl Choice {
    /// With a value for callbacks and a label for people.
    pub fn new(value: impl Into<String>, label: impl Into<String>) -> Self {
        Self { value: value.into(), label: label.into() }
    }
}

impl From<String> for Choice {
    fn from(value: String) -> Self {
        Self { label: value.clone(), value }
    }
}

impl From<&str> for Choice {
    fn from(value: &str) -> Self {
        Self::from(value.to_owned())
    }
}

impl<V: Into<String>, L: Into<String>> From<(V, L)> for Choice {
    fn from((value, label): (V, L)) -> Self {
        Self::new(value, label)
    }
}

/// The options of a [`Dropdown`], in the order in which they are shown.
///
/// ```
/// # use dash_components::Choices;
/// let ports: Choices = ["/dev/ttyUSB0", "/dev/ttyUSB1"].into_iter().collect();
/// # assert_eq!(ports.0[1].label, "/dev/ttyUSB1");
/// ```
#[value]
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[serde(transparent)]
pub struct Choices(pub Vec<Choice>);

impl<C: Into<Choice>> FromIterator<C> for Choices {
    fn from_iter<I: IntoIterator<Item = C>>(options: I) -> Self {
        Self(options.into_iter().map(Into::into).collect())
    }
}

impl Options<String> for Choices {
    fn has(&self, value: &String) -> bool {
        self.0.iter().any(|choice| choice.value == *value)
    }
}

impl Required for Choices {
    fn is_given(&self) -> bool {
        !self.0.is_empty()
    }
}

impl Dropdown {
    /// What there is to choose from: texts, pairs of value and label, or [`Choice`]s.
    #[must_use]
    pub fn options<C: Into<Choice>>(mut self, options: impl IntoIterator<Item = C>) -> Self {
        self.options = options.into_iter().collect();
        self
    }
}

impl Render for Dropdown {
    fn render(&self, html: &mut Html) {
        let chosen = self.options.has(&self.value);
        html.tag("label").attr("class", "dd-label dd-field-label").attr("for", control_id(self.id)).text(&self.label);
        html.tag("div").attr("class", "dd-dropdown").inner(|html| {
            html.tag("select")
                .attr("id", control_id(self.id))
                .attr("class", "dd-dropdown-control")
                .attr("autocomplete", "off")
                .opt("aria-label", self.label.is_empty().then(|| words(self.id)))
                .flag("disabled", self.disabled)
                .inner(|html| {
                    // What is not one of the options is shown as it is, and cannot be chosen.
                    html.tag("option")
                        .attr("value", if chosen { "" } else { &self.value })
                        .flag("selected", !chosen)
                        .flag("disabled", true)
                        .flag("hidden", true)
                        .text(if chosen || self.value.is_empty() { &self.placeholder } else { &self.value });
                    for choice in &self.options.0 {
                        html.tag("option")
                            .attr("value", &choice.value)
                            .flag("selected", choice.value == self.value)
                            .text(&choice.label);
                    }
                });
            html.tag("svg")
                .attr("class", "dd-dropdown-arrow")
                .attr("viewBox", "0 0 16 16")
                .attr("aria-hidden", "true")
                .inner(|html| html.tag("path").attr("d", "M4 6l4 4 4-4").empty());
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::core::testing::{assert_has, component, drawn};

    fn dropdown() -> Dropdown {
        component::<Dropdown>().options([("a", "Apple"), ("b", "B & C")])
    }

    #[test]
    fn the_chosen_option_is_selected() {
        let chosen = dropdown().value("b");
        assert_has(&chosen, &["<option value=\"a\">Apple", "<option value=\"b\" selected>B &amp; C</option>"]);
        assert_eq!(drawn(&chosen).matches("selected").count(), 1);
    }

    #[test]
    fn nothing_chosen_and_something_unknown_are_shown_as_what_they_are() {
        assert_has(&dropdown(), &["<option value=\"\" selected disabled hidden>Choose…</option>", "Apple"]);
        assert_has(&dropdown().placeholder("None"), &[">None</option>"]);
        assert_has(
            &dropdown().value("<z>"),
            &["<option value=\"&lt;z&gt;\" selected disabled hidden>&lt;z&gt;</option>"],
        );
    }

    #[test]
    fn only_what_is_listed_may_be_chosen() {
        let options: Choices = ["x", "y"].into_iter().collect();
        assert!(options.has(&"y".to_owned()));
        assert!(!options.has(&"Y".to_owned()) && !options.has(&String::new()));
        assert!(options.is_given() && !Choices::default().is_given());
    }

    #[test]
    fn it_has_to_have_options() {
        assert_eq!(component::<Dropdown>().missing(), ["options"]);
        assert!(dropdown().missing().is_empty());
    }
}
