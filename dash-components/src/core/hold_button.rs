use dash_macros::Component;
use dash_runtime::component::prelude::*;

/// A button that acts only while somebody holds it, with a mouse, a finger, Enter or the space bar: a dead man's button.
///
/// The server knows that it is held, because the page answers its beats. If the button is let go, the page is hidden or
/// closed, or the link is cut or stuck for longer than the [`deadline`](HoldButtonProps::deadline), `held` becomes false,
/// and the callbacks see it. After that the button must be let go before it can be held again. One client holds it at a
/// time.
///
/// This is best effort. It does not replace a stop circuit in hardware.
///
/// ```
/// # use dash_components::HoldButton;
/// # fn of(jog: HoldButton) -> HoldButton {
/// jog.label("Hold to jog").deadline(0.5)
/// # }
/// ```
#[derive(Component)]
#[component(tag = "dd-hold-button", script = "hold_button.js", style = "hold_button.css", bundled)]
pub struct HoldButton {
    id: ComponentId,
    /// Whether somebody holds the button. The browser writes it. `false` is the safe value.
    #[prop(writable, held(deadline))]
    held: bool,
    /// The time in seconds after which the server sets `held` to false if it does not hear that the button is held. From
    /// 0.05 to 10. Default: 0.3.
    #[prop(default = 0.3)]
    deadline: f64,
    /// The text on the button. Empty (the default): the words of its id.
    label: String,
    /// Whether the button is disabled. Default: `false`.
    disabled: bool,
}

impl View for HoldButton {
    fn view(p: HoldButtonBound, look: &mut Look) {
        look.tag("button")
            .attr("type", "button")
            .attr("class", "dd-hold")
            .attr("aria-pressed", p.held)
            .flag("disabled", p.disabled)
            .text(p.label.or(words_of_id()));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::core::testing::{assert_has, component};

    #[test]
    fn it_is_a_native_button_that_says_whether_it_is_held() {
        let button = component::<HoldButton>().label("Hold to <jog>");
        assert_has(&button, &["<button type=\"button\"", "aria-pressed=\"false\"", ">Hold to &lt;jog&gt;</button>"]);
        assert_has(&button.held(true).disabled(true), &["aria-pressed=\"true\" disabled>"]);
        assert_has(&component::<HoldButton>(), &[">left motor</button>"]);
    }
}
