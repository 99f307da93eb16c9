//! What the rover's camera sees (PNG).

use crate::{png::png, rover::State};

/// Posts on the ground, in metres.
pub(crate) const POSTS: [(f64, f64, &str); 6] = [
    (4.0, 0.0, "#e8590c"),
    (6.0, 3.0, "#1971c2"),
    (3.0, -4.0, "#2f9e44"),
    (-5.0, 2.0, "#e8590c"),
    (-3.0, -5.0, "#1971c2"),
    (0.0, 6.0, "#2f9e44"),
];

/// The height of a post in metres.
const TALL: f64 = 1.2;

/// The focal length of the camera in pixels of the picture: a view of 67°.
const FOCUS: f64 = 240.0;

/// The size of the camera's picture in pixels.
pub(crate) const WIDTH: usize = 320;
pub(crate) const HEIGHT: usize = 180;

/// The row of the horizon.
const HORIZON: f64 = 90.0;

/// How many tones the sky and the ground have.
const TONES: usize = 64;

/// The colours of a picture: the sky from the zenith to the horizon, the ground from the horizon to the wheels, and then
/// the posts.
fn palette() -> Vec<[u8; 3]> {
    let tones = |from: [u8; 3], to: [u8; 3]| {
        (0..TONES).map(move |tone| {
            let mix = |channel: usize| {
                let share = tone as f64 / (TONES - 1) as f64;
                (f64::from(from[channel]) * (1.0 - share) + f64::from(to[channel]) * share) as u8
            };
            [mix(0), mix(1), mix(2)]
        })
    };
    let sky = tones([108, 150, 186], [203, 219, 228]);
    sky.chain(tones([150, 143, 128], [96, 86, 70])).chain(POSTS.map(|(_, _, colour)| rgb(colour))).collect()
}

/// The channels of `#e8590c`.
fn rgb(colour: &str) -> [u8; 3] {
    let channel = |at: usize| colour.get(at..at + 2).and_then(|hex| u8::from_str_radix(hex, 16).ok()).unwrap_or(0);
    [channel(1), channel(3), channel(5)]
}

/// The picture of the camera, as a PNG file.
pub(crate) fn camera(state: &State) -> Vec<u8> {
    png(WIDTH, &pixels(state), &palette())
}

/// The pixels of the picture, row by row, as places in the palette.
fn pixels(state: &State) -> Vec<u8> {
    let mut pixels = Vec::with_capacity(WIDTH * HEIGHT);
    for row in 0..HEIGHT {
        let share = (row as f64 - HORIZON).abs() / HORIZON;
        let sky = ((1.0 - share) * (TONES - 1) as f64) as usize;
        let ground = TONES + (share * (TONES - 1) as f64) as usize;
        let tone = if (row as f64) < HORIZON { sky } else { ground };
        pixels.extend(std::iter::repeat_n(tone as u8, WIDTH));
    }
    let (sin, cos) = state.heading.sin_cos();
    let mut seen: Vec<(f64, f64, usize)> = POSTS
        .iter()
        .enumerate()
        .filter_map(|(post, (x, y, _))| {
            let (dx, dy) = (x - state.x, y - state.y);
            let (ahead, left) = (dx * cos + dy * sin, dy * cos - dx * sin);
            (ahead > 0.3).then_some((ahead, left, post))
        })
        .collect();
    // What is far is drawn first.
    seen.sort_by(|one, other| other.0.total_cmp(&one.0));
    for (ahead, left, post) in seen {
        let (x, height, width) =
            (WIDTH as f64 / 2.0 - left / ahead * FOCUS, TALL / ahead * FOCUS, 0.25 / ahead * FOCUS);
        // The camera is half a metre above the ground.
        let foot = HORIZON + 0.5 / ahead * FOCUS;
        let within = |from: f64, to: f64, end: usize| {
            (from.round().clamp(0.0, end as f64) as usize)..(to.round().clamp(0.0, end as f64) as usize)
        };
        for row in within(foot - height, foot, HEIGHT) {
            let columns = within(x - width / 2.0, x + width / 2.0, WIDTH);
            pixels[row * WIDTH..][columns].fill((2 * TONES + post) as u8);
        }
    }
    pixels
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_camera_sees_what_is_ahead_and_not_what_is_behind() {
        let posts = |state: &State| pixels(state).iter().filter(|pixel| usize::from(**pixel) >= 2 * TONES).count();
        assert!(posts(&State::default()) > 100);
        // At the end of the field, facing out, there is nothing.
        assert_eq!(posts(&State { x: 20.0, ..State::default() }), 0);
        assert_eq!(pixels(&State::default()).len(), WIDTH * HEIGHT);
        assert!(palette().len() <= 256);
    }
}
