use dash_macros::{Component, value};
use dash_runtime::{component::prelude::*, look::Listed};

/// A joystick with two axes. It returns to its centre when it is let go, and acts only while somebody holds it, with a
/// mouse, a finger, the arrow keys, W, A, S, D or a gamepad: a dead man's control. A gamepad holds it while its
/// [`enable`](JoystickProps::enable) button is held down, and moves it with its left stick.
///
/// The server knows that it is held, because the page answers its beats. If it is let go, the page is hidden or closed, or
/// the link is cut or stuck for longer than the [`deadline`](JoystickProps::deadline), `value` becomes (0, 0), and the
/// callbacks see it. After that it must be let go before it can be held again. One client holds it at a time.
///
/// This is best effort. It does not replace a stop circuit in hardware.
///
/// ```
/// # use dash_components::Joystick;
/// # fn of(drive: Joystick) -> Joystick {
/// drive.label("Drive").dead_zone(0.1).curve(2).rate(30)
/// # }
/// ```
#[derive(Component)]
#[component(tag = "dd-joystick", script = "joystick.js", style = "joystick.css", bundled)]
pub struct Joystick {
    id: ComponentId,
    /// The position. The browser writes it, at most [`rate`](JoystickProps::rate) times a second. (0, 0) is the centre and
    /// the safe value.
    #[prop(writable, held(deadline))]
    value: Axes,
    /// The time in seconds after which the server sets the centre if it does not hear that the joystick is held. From 0.05
    /// to 10. Default: 0.3.
    #[prop(default = 0.3)]
    deadline: f64,
    /// The part of the way around the centre that counts as the centre, from 0 to 0.9. Default: 0.05.
    #[prop(default = 0.05)]
    dead_zone: f64,
    /// How the position follows the way outside of the dead zone: that way, from 0 to 1, to this power. With 2 or 3 small
    /// movements near the centre are finer. The whole way is 1 in any case. From 1 (linear) to 4. Default: 1.
    #[prop(default = 1.0)]
    curve: f64,
    /// The largest number of positions that the browser sends in a second while the joystick moves. From 1 to 60. The
    /// newest one is sent in any case. Default: 20.
    #[prop(default = 20.0)]
    rate: f64,
    /// The button of a gamepad that must be held down for its left stick to move the joystick. Default: the right bumper.
    enable: PadButton,
    /// The visible name. Empty (the default): no visible name.
    label: String,
    /// Whether the joystick is disabled. Default: `false`.
    disabled: bool,
}

/// The button of a gamepad, in the standard mapping of browsers, that must be held down while the pad moves a
/// [`Joystick`].
#[value]
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum PadButton {
    /// The upper button at the front on the left: button 4.
    LeftBumper,
    /// The upper button at the front on the right: button 5.
    #[default]
    RightBumper,
    /// The lower button at the front on the left: button 6.
    LeftTrigger,
    /// The lower button at the front on the right: button 7.
    RightTrigger,
    /// No gamepad moves the joystick.
    Off,
}

/// The position of a [`Joystick`]. Its JSON is `[x, y]`.
#[value]
#[derive(Debug, Clone, Copy, Default, PartialEq)]
#[serde(try_from = "[f64; 2]", into = "[f64; 2]")]
pub struct Axes {
    /// From -1 (left) to 1 (right).
    pub x: f64,
    /// From -1 (down, backwards) to 1 (up, forwards).
    pub y: f64,
}

impl TryFrom<[f64; 2]> for Axes {
    type Error = String;

    /// Fails if a coordinate is not from -1 to 1.
    fn try_from([x, y]: [f64; 2]) -> Result<Self, String> {
        let range = -1.0..=1.0;
        if range.contains(&x) && range.contains(&y) {
            Ok(Self { x, y })
        } else {
            Err(format!("[{x}, {y}] is outside of [-1, -1] to [1, 1]"))
        }
    }
}

impl From<Axes> for [f64; 2] {
    fn from(Axes { x, y }: Axes) -> Self {
        [x, y]
    }
}

impl Listed for Axes {
    type Item = f64;
}

/// How far the knob goes, in the units of the drawing, as in the script.
const REACH: i32 = 64;

/// The arrows at the rim: where the knob can be pulled.
const WAYS: &str = "M-7-80 0-87 7-80M-7 80 0 87 7 80M-80-7-87 0-80 7M80-7 87 0 80 7";

impl View for Joystick {
    fn view(p: JoystickBound, look: &mut Look) {
        let axis = |at: i32| p.value.listed().at(at).or(0);
        look.tag("span").attr("class", "dd-label").text(p.label);
        look.tag("div")
            .attr("class", "dd-joystick-pad")
            .attr("role", "application")
            .attr("tabindex", p.disabled.choose(-1, 0))
            .attr("aria-roledescription", "joystick")
            .attr("aria-label", p.label.or(words_of_id()))
            .attr("aria-disabled", p.disabled.gives("true"))
            .inner(|look| {
                look.tag("svg").attr("viewBox", "-100 -100 200 200").attr("aria-hidden", "true").inner(|look| {
                    look.tag("circle").attr("class", "dd-joystick-rim").attr("r", 96).empty();
                    look.tag("path").attr("class", "dd-joystick-cross").attr("d", "M-96 0H96M0-96V96").empty();
                    look.tag("circle").attr("class", "dd-joystick-half").attr("r", 48).empty();
                    look.tag("path").attr("class", "dd-joystick-ways").attr("d", WAYS).empty();
                    // Up is forwards.
                    let knob = look.tag("circle").attr("class", "dd-joystick-knob").attr("r", 30);
                    knob.attr("cx", axis(0) * REACH).attr("cy", axis(1) * -REACH).empty();
                });
            });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::core::testing::{assert_has, component};

    #[test]
    fn it_shows_its_position_and_its_name() {
        let joystick = component::<Joystick>().label("Drive").value(Axes { x: 0.5, y: 1.0 });
        assert_has(&joystick, &["tabindex=\"0\"", "aria-label=\"Drive\"", "cx=\"32\" cy=\"-64\""]);
        assert_has(&component::<Joystick>().disabled(true), &["aria-label=\"left motor\" aria-disabled=\"true\""]);
    }

    #[test]
    fn a_position_is_in_the_square() {
        let read = |json: &str| serde_json::from_str::<Axes>(json);
        assert_eq!(read("[0.5,-1]").unwrap(), Axes { x: 0.5, y: -1.0 });
        for bad in ["[1.1,0]", "[0,-2]", "[0]", "[null,0]", "{\"x\":0,\"y\":0}"] {
            assert!(read(bad).is_err(), "{bad}");
        }
        assert_eq!(serde_json::to_string(&Axes::default()).unwrap(), "[0.0,0.0]");
    }
}
