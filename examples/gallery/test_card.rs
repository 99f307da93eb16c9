//! The picture of the camera in the gallery: colour bars, a scale of grey, and a hand that turns.

use std::f64::consts::TAU;

use crate::png::png;

const WIDTH: usize = 320;
const HEIGHT: usize = 180;

/// The colour bars of a test card, at three quarters of the full level.
const BARS: [[u8; 3]; 7] =
    [[191, 191, 191], [191, 191, 0], [0, 191, 191], [0, 191, 0], [191, 0, 191], [191, 0, 0], [0, 0, 191]];
/// How many steps the scale of grey has.
const GREYS: usize = 16;
const WHITE: u8 = (BARS.len() + GREYS - 1) as u8;

/// The picture with this number, as a PNG file. The hand turns once in a hundred pictures.
pub(crate) fn draw(number: u32) -> Vec<u8> {
    let (sin, cos) = (f64::from(number) * TAU / 100.0).sin_cos();
    let pixel = |at: usize| {
        let (column, row) = (at % WIDTH, at / WIDTH);
        let (x, y) = (column as f64 - WIDTH as f64 / 2.0, HEIGHT as f64 * 0.42 - row as f64);
        // Along the hand, and across it.
        let (along, across) = (x * sin + y * cos, x * cos - y * sin);
        let is_hand = (0.0..52.0).contains(&along) && across.abs() < 1.5;
        let is_rim = (x.hypot(y) - 58.0).abs() < 1.5;
        if is_hand || is_rim {
            WHITE
        } else if row < HEIGHT * 5 / 6 {
            (column * BARS.len() / WIDTH) as u8
        } else {
            (BARS.len() + column * GREYS / WIDTH) as u8
        }
    };
    let pixels: Vec<u8> = (0..WIDTH * HEIGHT).map(pixel).collect();
    let greys = (0..GREYS).map(|step| [(step * 255 / (GREYS - 1)) as u8; 3]);
    let palette: Vec<[u8; 3]> = BARS.into_iter().chain(greys).collect();
    png(WIDTH, &pixels, &palette)
}
