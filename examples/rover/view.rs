//! What the rover's camera sees, and a map of where it was, as drawings (SVG).

use std::fmt::Write as _;

use crate::rover::{FENCE, State};

/// Posts on the ground, in metres.
const POSTS: [(f64, f64, &str); 6] = [
    (4.0, 0.0, "#e8590c"),
    (6.0, 3.0, "#1971c2"),
    (3.0, -4.0, "#2f9e44"),
    (-5.0, 2.0, "#e8590c"),
    (-3.0, -5.0, "#1971c2"),
    (0.0, 6.0, "#2f9e44"),
];

/// The height of a post in metres.
const HEIGHT: f64 = 1.2;

/// The focal length of the camera in pixels of the picture: a view of 67°.
const FOCUS: f64 = 240.0;

/// The picture of the camera, 320 by 180.
pub(crate) fn camera(state: &State) -> String {
    let mut svg = String::from(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 320 180\"><rect width=\"320\" height=\"90\" fill=\"#a5c4d9\"/><rect y=\"90\" width=\"320\" height=\"90\" fill=\"#8d8270\"/>",
    );
    let (sin, cos) = state.heading.sin_cos();
    let mut seen: Vec<(f64, f64, &str)> = POSTS
        .iter()
        .filter_map(|(x, y, colour)| {
            let (dx, dy) = (x - state.x, y - state.y);
            let (ahead, left) = (dx * cos + dy * sin, dy * cos - dx * sin);
            (ahead > 0.3).then_some((ahead, left, *colour))
        })
        .collect();
    // What is far is drawn first.
    seen.sort_by(|one, other| other.0.total_cmp(&one.0));
    for (ahead, left, colour) in seen {
        let (x, height, width) = (160.0 - left / ahead * FOCUS, HEIGHT / ahead * FOCUS, 0.25 / ahead * FOCUS);
        // The camera is half a metre above the ground.
        let foot = 90.0 + 0.5 / ahead * FOCUS;
        let _ = write!(
            svg,
            "<rect x=\"{:.1}\" y=\"{:.1}\" width=\"{width:.1}\" height=\"{height:.1}\" fill=\"{colour}\"/>",
            x - width / 2.0,
            foot - height,
        );
    }
    svg.push_str("</svg>");
    svg
}

/// The map: the fence, the posts, the way that the rover has gone, and where it is. 1 metre is 10 pixels.
pub(crate) fn map(state: &State, track: &[(f64, f64)]) -> String {
    let edge = (FENCE + 2.0) * 10.0;
    let fence = FENCE * 10.0;
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"{:.0} {:.0} {:.0} {:.0}\"><rect x=\"{:.0}\" y=\"{:.0}\" width=\"{:.0}\" height=\"{:.0}\" fill=\"#20262d\"/><rect x=\"{:.0}\" y=\"{:.0}\" width=\"{:.0}\" height=\"{:.0}\" fill=\"none\" stroke=\"#e8590c\" stroke-dasharray=\"4 3\"/>",
        -edge,
        -edge,
        2.0 * edge,
        2.0 * edge,
        -edge,
        -edge,
        2.0 * edge,
        2.0 * edge,
        -fence,
        -fence,
        2.0 * fence,
        2.0 * fence,
    );
    for (x, y, colour) in POSTS {
        let _ = write!(svg, "<circle cx=\"{:.1}\" cy=\"{:.1}\" r=\"2.5\" fill=\"{colour}\"/>", x * 10.0, -y * 10.0);
    }
    svg.push_str("<polyline fill=\"none\" stroke=\"#74c0fc\" stroke-width=\"1.2\" points=\"");
    for (x, y) in track {
        let _ = write!(svg, "{:.1},{:.1} ", x * 10.0, -y * 10.0);
    }
    let _ = write!(
        svg,
        "\"/><path fill=\"#ffffff\" transform=\"translate({:.1} {:.1}) rotate({:.1})\" d=\"M6 0L-4 4L-2 0L-4 -4z\"/></svg>",
        state.x * 10.0,
        -state.y * 10.0,
        -state.heading.to_degrees(),
    );
    svg
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_camera_sees_what_is_ahead_and_not_what_is_behind() {
        let ahead = camera(&State::default());
        assert!(ahead.matches("<rect").count() > 2, "{ahead}");
        // At the end of the field, facing out, there is nothing.
        let out = State { x: 20.0, ..State::default() };
        assert_eq!(camera(&out).matches("<rect").count(), 2);
    }

    #[test]
    fn the_map_shows_the_way_and_where_the_rover_is() {
        let state = State { x: 1.0, y: 2.0, ..State::default() };
        let drawn = map(&state, &[(0.0, 0.0), (1.0, 2.0)]);
        assert!(
            drawn.contains("points=\"0.0,-0.0 10.0,-20.0 \"") && drawn.contains("translate(10.0 -20.0)"),
            "{drawn}"
        );
    }
}
