use dash_macros::{Component, value};
use dash_runtime::component::prelude::*;

/// A push button: each press is one event, and none is ever merged with another.
///
/// ```
/// # use dash_components::{Button, ButtonTone};
/// # fn of(stop: Button) -> Button {
/// stop.label("Stop").tone(ButtonTone::Danger)
/// # }
/// ```
#[derive(Component)]
#[component(tag = "dd-button", script = "button.js", style = "button.css", bundled)]
pub struct Button {
    id: ComponentId,
    /// It was pressed: by mouse, finger, Enter or space.
    #[prop(event)]
    click: Event<()>,
    /// What is written on it. Empty: the words of its id.
    label: String,
    /// How much it stands out.
    tone: ButtonTone,
    /// Whether it is out of action. A press that was under way when it changed still arrives.
    disabled: bool,
}

/// How much a button stands out.
#[value]
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum ButtonTone {
    /// One of several.
    #[default]
    Normal,
    /// The one that is meant to be pressed.
    Primary,
    /// It stops, deletes or moves something.
    Danger,
}

impl ButtonTone {
    fn name(self) -> &'static str {
        match self {
            Self::Normal => "normal",
            Self::Primary => "primary",
            Self::Danger => "danger",
        }
    }
}

impl Render for Button {
    fn render(&self, html: &mut Html) {
        html.tag("button")
            .attr("type", "button")
            .attr("class", "dd-button")
            .attr("data-tone", self.tone.name())
            .flag("disabled", self.disabled)
            .text(if self.label.is_empty() { super::words(self.id) } else { self.label.clone() });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::core::testing::{assert_has, component, drawn};

    #[test]
    fn it_is_a_native_button_with_its_label() {
        let button = component::<Button>().label("Stop <all>").tone(ButtonTone::Danger);
        assert_has(&button, &["<button type=\"button\"", "data-tone=\"danger\"", ">Stop &lt;all&gt;</button>"]);
        assert!(!drawn(&button).contains("disabled"));
        assert_has(&button.disabled(true), &[" disabled>"]);
    }

    #[test]
    fn without_a_label_it_bears_its_id() {
        assert_has(&component::<Button>(), &[">left motor</button>"]);
    }
}
