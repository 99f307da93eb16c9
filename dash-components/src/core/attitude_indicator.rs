use dash_macros::Component;
use dash_runtime::{
    component::prelude::*,
    look::{Bound, constant},
};

/// How far a vehicle is rolled and pitched, as in an aircraft: an artificial horizon.
///
/// The horizon and the ladder move, and the amber wings stay. To the right is a positive roll: the right wing is low.
/// Upwards is a positive pitch: the nose is above the horizon.
///
/// ```
/// # use dash_components::AttitudeIndicator;
/// # fn of(attitude: AttitudeIndicator) -> AttitudeIndicator {
/// attitude.label("Attitude").roll(12.0).pitch(-4.0)
/// # }
/// ```
#[derive(Component)]
#[component(tag = "dd-attitude-indicator", style = "attitude_indicator.css")]
pub struct AttitudeIndicator {
    id: ComponentId,
    /// The roll, in degrees. Positive: the right wing is low. It may be outside of -180 to 180, and is shown within.
    /// `None` (the default): no value.
    roll: Option<f64>,
    /// The pitch, in degrees. Positive: the nose is high. Beyond -90 and 90 the horizon stays at the end, and the number is
    /// shown as it is. `None` (the default): no value.
    pitch: Option<f64>,
    /// The visible name. Empty (the default): no visible name.
    label: String,
}

/// The distance on the ladder for one degree.
const PER_DEGREE: f64 = 1.2;

/// An angle from 0 to 359, in whole degrees.
fn turned(angle: Bound<f64>) -> Bound<f64> {
    let whole = (angle - 0.5).ceil();
    // The number of whole turns, rounded down.
    whole + (whole / -360).ceil() * 360
}

/// A line of the ladder and its number on both sides.
fn rung(look: &mut Look, degrees: i32) {
    let y = 60.0 - f64::from(degrees) * PER_DEGREE;
    let half = if degrees % 10 == 0 { 14.0 } else { 7.0 };
    let line = look.tag("line").attr("x1", 60.0 - half).attr("x2", 60.0 + half);
    line.attr("y1", y).attr("y2", y).empty();
    if degrees % 10 == 0 {
        for x in [60.0 - half - 7.0, 60.0 + half + 7.0] {
            look.tag("text").attr("x", x).attr("y", y + 2.5).text(constant(f64::from(degrees.abs())).number(0));
        }
    }
}

impl View for AttitudeIndicator {
    fn view(p: AttitudeIndicatorBound, look: &mut Look) {
        let (roll, pitch) = (turned(p.roll.or(0)), p.pitch.at_least(-90).at_most(90));
        let signed = roll.is_above(180).choose(roll - 360, roll);
        let known = p.roll.is_known().and(p.pitch.is_known());
        let reading = |known: Bound<bool>, text: Bound<String>| known.choose(text.then("°"), "–");
        let (rolled, pitched) =
            (reading(p.roll.is_known(), signed.number(0)), reading(p.pitch.is_known(), p.pitch.number(0)));
        let spoken = constant(": roll ").then(rolled).then(", pitch ").then(pitched);
        look.tag("svg")
            .attr("class", "dd-attitude")
            .attr("viewBox", "0 0 120 120")
            .attr("role", "img")
            .attr("aria-label", p.label.or(words_of_id()).then(known.choose(spoken, ": no value")))
            .inner(|look| {
                look.when(known, |look| {
                    let turn = constant("rotate(").then(turned(roll * -1).number(0)).then(" 60 60)");
                    look.tag("g").attr("transform", turn).inner(|look| {
                        let sky = look.tag("rect").attr("class", "dd-attitude-sky").attr("x", -60).attr("y", -60);
                        sky.attr("width", 240).attr("height", 240).empty();
                        // What is inside of such an element moves with one attribute.
                        let moved = |look: &mut Look, class: &'static str, draw: &dyn Fn(&mut Look)| {
                            let moved = look.tag("svg").attr("class", class).attr("y", pitch * PER_DEGREE);
                            moved.attr("width", 120).attr("height", 120).inner(draw);
                        };
                        moved(look, "dd-attitude-horizon", &|look| {
                            let ground =
                                look.tag("rect").attr("class", "dd-attitude-ground").attr("x", -60).attr("y", 60);
                            ground.attr("width", 240).attr("height", 400).empty();
                            let horizon = look.tag("line").attr("x1", -60).attr("x2", 180);
                            horizon.attr("y1", 60).attr("y2", 60).empty();
                        });
                        // The ladder is cut off before it reaches the scale of the roll.
                        let window = look.tag("svg").attr("x", 25).attr("y", 23).attr("width", 70).attr("height", 74);
                        window.attr("viewBox", "25 23 70 74").inner(|look| {
                            moved(look, "dd-attitude-ladder", &|look| {
                                for step in (-18..=18).filter(|step| *step != 0) {
                                    rung(look, step * 5);
                                }
                            });
                        });
                        look.tag("path").attr("class", "dd-attitude-pointer").attr("d", "M60 9l4.5 8h-9Z").empty();
                    });
                    // The scale of the roll: 0, 10, 20, 30, 45 and 60 degrees to each side.
                    for angle in [0, 10, 20, 30, 45, 60, 300, 315, 330, 340, 350] {
                        let length = if angle % 30 == 0 { "M60 1v8" } else { "M60 1v5" };
                        let tick = look.tag("path").attr("class", "dd-attitude-tick").attr("d", length);
                        tick.attr(
                            "transform",
                            constant("rotate(").then(constant(f64::from(angle)).number(0)).then(" 60 60)"),
                        )
                        .empty();
                    }
                    let wings = "M26 60h20l4 7M94 60H74l-4 7M60 60h.01";
                    for class in ["dd-attitude-wings-edge", "dd-attitude-wings"] {
                        look.tag("path").attr("class", class).attr("d", wings).empty();
                    }
                });
                look.when(known.not(), |look| {
                    look.tag("text").attr("class", "dd-attitude-none").attr("x", 60).attr("y", 67).text("–");
                });
                let rim = look.tag("circle").attr("class", "dd-attitude-rim").attr("cx", 60).attr("cy", 60);
                rim.attr("r", 59).empty();
            });
        look.tag("div").attr("class", "dd-attitude-readings").attr("aria-hidden", "true").inner(|look| {
            for (name, text) in [("Roll", rolled), ("Pitch", pitched)] {
                look.tag("span").inner(|look| {
                    look.tag("span").attr("class", "dd-attitude-name").text(name);
                    look.tag("span").attr("class", "dd-attitude-number").text(text);
                });
            }
        });
        look.tag("div").attr("class", "dd-label dd-attitude-label").attr("aria-hidden", "true").text(p.label);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::core::testing::{assert_has, component, drawn};

    #[test]
    fn the_horizon_turns_against_the_roll_and_sinks_when_the_nose_rises() {
        for (roll, pitch, angle, y, spoken) in [
            (0.0, 0.0, 0, "0", "roll 0°, pitch 0°"),
            (30.0, 10.0, 330, "12", "roll 30°, pitch 10°"),
            (-30.0, -10.0, 30, "-12", "roll -30°, pitch -10°"),
            (180.0, 0.0, 180, "0", "roll 180°, pitch 0°"),
            (-450.0, 0.0, 90, "0", "roll -90°, pitch 0°"),
            // The horizon stays at the end. The number does not.
            (359.7, 123.0, 0, "108", "roll 0°, pitch 123°"),
        ] {
            let attitude = component::<AttitudeIndicator>().roll(roll).pitch(pitch).label("Drone");
            let parts = [
                format!("aria-label=\"Drone: {spoken}\""),
                format!("rotate({angle} 60 60)"),
                format!("class=\"dd-attitude-horizon\" y=\"{y}\""),
            ];
            assert_has(&attitude, &parts.each_ref().map(String::as_str));
        }
    }

    #[test]
    fn without_both_values_there_is_no_horizon() {
        let half = component::<AttitudeIndicator>().roll(10.0);
        assert_has(&half, &["aria-label=\"left motor: no value\"", "dd-attitude-none", ">10°<", ">–<"]);
        assert!(!drawn(&half).contains("dd-attitude-sky"));
        assert!(!drawn(&component::<AttitudeIndicator>().roll(f64::NAN).pitch(0.0)).contains("dd-attitude-sky"));
    }
}
