use dash_macros::Component;
use dash_runtime::{
    component::prelude::*,
    look::{Bound, constant},
};

/// A heading: 0° is north, 90° is east.
///
/// The filled arrow is the measured heading, and the hollow one is the wanted one.
///
/// ```
/// # use dash_components::Compass;
/// # fn of(heading: Compass) -> Compass {
/// heading.label("Heading").wanted(90.0)
/// # }
/// ```
#[derive(Component)]
#[component(tag = "dd-compass", style = "compass.css")]
pub struct Compass {
    id: ComponentId,
    /// The measured heading, in degrees clockwise from north. It may be outside of 0 to 360: -90 and 270 are both west.
    /// `None` (the default): no value.
    value: Option<f64>,
    /// The heading that was asked for, in degrees clockwise from north. `None` (the default): no hollow arrow.
    wanted: Option<f64>,
    /// The visible name. Empty (the default): no visible name.
    label: String,
}

/// An angle from 0 to 359, in whole degrees.
fn turned(angle: Bound<Option<f64>>) -> Bound<f64> {
    let whole = (angle - 0.5).ceil();
    // The number of whole turns, rounded down.
    whole + (whole / -360).ceil() * 360
}

/// The nearest of eight points of the compass.
fn point(angle: Bound<f64>) -> Bound<String> {
    let points = [
        (337.5, "N"),
        (292.5, "NW"),
        (247.5, "W"),
        (202.5, "SW"),
        (157.5, "S"),
        (112.5, "SE"),
        (67.5, "E"),
        (22.5, "NE"),
    ];
    points.into_iter().rfold(constant("N"), |rest, (from, name)| angle.reaches(from).choose(name, rest))
}

impl View for Compass {
    fn view(p: CompassBound, look: &mut Look) {
        let (value, wanted) = (turned(p.value), turned(p.wanted));
        let known = p.value.is_known();
        let text = value.number(0).then("°");
        let asked = constant(", wanted ").then(wanted.number(0)).then("°");
        let spoken =
            known.choose(text.then(" ").then(point(value)), "no value").then(p.wanted.is_known().choose(asked, ""));
        let turn = |angle: Bound<f64>| constant("rotate(").then(angle.number(0)).then(" 60 60)");
        look.tag("svg")
            .attr("class", "dd-compass")
            .attr("viewBox", "0 0 120 120")
            .attr("role", "img")
            .attr("aria-label", p.label.or(words_of_id()).then(": ").then(spoken))
            .inner(|look| {
                look.tag("circle").attr("class", "dd-compass-ring").attr("cx", 60).attr("cy", 60).attr("r", 52).empty();
                // A tick each 30°, of which every third is a letter.
                let ticks = look.tag("circle").attr("class", "dd-compass-ticks").attr("cx", 60).attr("cy", 60);
                ticks
                    .attr("r", 49)
                    .attr("pathLength", 360)
                    .attr("stroke-dasharray", "1 29")
                    .attr("stroke-dashoffset", 0.5)
                    .empty();
                for (letter, x, y) in [("N", 60, 26), ("E", 98, 64), ("S", 60, 103), ("W", 22, 64)] {
                    look.tag("text").attr("class", "dd-compass-letter").attr("x", x).attr("y", y).text(letter);
                }
                look.when(p.wanted.is_known(), |look| {
                    let arrow =
                        look.tag("path").attr("class", "dd-compass-wanted").attr("d", "M60 2 53 17 60 13 67 17Z");
                    arrow.attr("transform", turn(wanted)).empty();
                });
                look.when(known, |look| {
                    let arrow =
                        look.tag("path").attr("class", "dd-compass-arrow").attr("d", "M60 2 53 17 60 13 67 17Z");
                    arrow.attr("transform", turn(value)).empty();
                });
                look.tag("text")
                    .attr("class", "dd-compass-value")
                    .attr("x", 60)
                    .attr("y", 67)
                    .text(known.choose(text, "–"));
                look.tag("text")
                    .attr("class", "dd-compass-point")
                    .attr("x", 60)
                    .attr("y", 81)
                    .text(known.gives(point(value)));
            });
        look.tag("div").attr("class", "dd-label dd-compass-label").attr("aria-hidden", "true").text(p.label);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::core::testing::{assert_has, component, drawn};

    #[test]
    fn a_heading_is_an_angle_and_a_point() {
        for (angle, degrees, point) in [
            (0.0, 0, "N"),
            (359.6, 0, "N"),
            (-90.0, 270, "W"),
            (725.0, 5, "N"),
            (22.5, 22, "N"),
            (23.0, 23, "NE"),
            (44.6, 45, "NE"),
            (180.0, 180, "S"),
            (-720.0, 0, "N"),
        ] {
            let compass = component::<Compass>().value(angle);
            let parts = [
                format!("left motor: {degrees}° {point}\""),
                format!("rotate({degrees} 60 60)"),
                format!(">{degrees}°<"),
            ];
            assert_has(&compass, &parts.each_ref().map(String::as_str));
        }
    }

    #[test]
    fn without_a_value_there_is_no_arrow() {
        let compass = component::<Compass>().label("Heading");
        assert_has(&compass, &["aria-label=\"Heading: no value\"", ">–<"]);
        assert!(!drawn(&compass).contains("dd-compass-arrow"));
        let wanted = compass.wanted(90.0);
        assert_has(&wanted, &["Heading: no value, wanted 90°\"", "dd-compass-wanted", "rotate(90 60 60)"]);
    }
}
