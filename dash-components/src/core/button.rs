use dash_macros::{Component, value};
use dash_runtime::component::prelude::*;

use crate::icon::{self, Icon};

/// A push button. Each press is one event, and presses are never merged.
///
/// ```
/// # use dash_components::{Button, ButtonTone, Icon};
/// # fn of(stop: Button, delete: Button) -> (Button, Button) {
/// (
///     stop.label("Stop").tone(ButtonTone::Danger).icon(Icon::Stop),
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
    /// The icon before the text. Default: none.
    icon: Icon,
    /// The visual style. Default: `Normal`.
    tone: ButtonTone,
    /// What the button asks before it acts, for example `Delete all recordings?`. The person answers with a second press,
    /// and `click` is sent only then. Empty (the default): it acts at once.
    confirm: String,
    /// Whether the button is disabled: the server refuses presses, also those that were on their way. Default: `false`.
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
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Normal => "normal",
            Self::Primary => "primary",
            Self::Danger => "danger",
            Self::Quiet => "quiet",
        }
    }
}

impl View for Button {
    fn view(p: ButtonBound, look: &mut Look) {
        let button = look.tag("button").attr("type", "button").attr("class", "dd-button").attr("data-tone", p.tone);
        button.flag("disabled", p.disabled).inner(|look| {
            icon::optional(look, p.icon);
            look.tag("span").text(p.label.or(words_of_id()));
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::core::testing::{assert_has, component, drawn};

    #[test]
    fn it_is_a_native_button_with_its_label() {
        let button = component::<Button>().label("Stop <all>").tone(ButtonTone::Danger);
        assert_has(
            &button,
            &[
                "<button type=\"button\"",
                "data-tone=\"danger\"",
                "hidden><path d=\"\"",
                ">Stop &lt;all&gt;</span></button>",
            ],
        );
        assert!(!drawn(&button).contains("disabled"));
        assert_has(&button.disabled(true).icon(Icon::Check), &[" disabled>", "aria-hidden=\"true\"><path d=\"M5 12.5"]);
    }

    #[test]
    fn without_a_label_it_shows_its_id() {
        assert_has(&component::<Button>(), &[">left motor</span></button>"]);
    }
}
