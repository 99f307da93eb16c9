use dash_macros::{Component, value};
use dash_runtime::component::prelude::*;

/// A push button. Each press is one event, and presses are never merged.
///
/// ```
/// # use dash_components::{Button, ButtonTone};
/// # fn of(stop: Button, delete: Button) -> (Button, Button) {
/// (
///     stop.label("Stop").tone(ButtonTone::Danger),
///     delete.label("Delete").confirm("Delete all recordings?"),
/// )
/// # }
/// ```
#[derive(Component)]
#[component(tag = "dd-button", script = "button.js", style = "button.css", bundled)]
pub struct Button {
    id: ComponentId,
    /// The user pressed the button, with a mouse, a finger, Enter or the space bar. The browser sends it.
    #[prop(event)]
    click: Event<()>,
    /// The text on the button. Empty (the default): the words of its id.
    label: String,
    /// The visual style. Default: `Normal`.
    tone: ButtonTone,
    /// What the button asks before it acts, for example `Delete all recordings?`. The person answers with a second press,
    /// and `click` is sent only then. Empty (the default): it acts at once.
    confirm: String,
    /// Whether the button is disabled in the browser. Default: `false`. A press that was already on its way to the
    /// server still arrives.
    disabled: bool,
}

/// The visual style of a button.
#[value]
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum ButtonTone {
    /// An ordinary button.
    #[default]
    Normal,
    /// The main action of its card or form.
    Primary,
    /// An action that stops, deletes or moves something.
    Danger,
    /// An action that is rarely used, without a frame.
    Quiet,
}

impl ButtonTone {
    fn name(self) -> &'static str {
        match self {
            Self::Normal => "normal",
            Self::Primary => "primary",
            Self::Danger => "danger",
            Self::Quiet => "quiet",
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
    fn without_a_label_it_shows_its_id() {
        assert_has(&component::<Button>(), &[">left motor</button>"]);
    }
}
