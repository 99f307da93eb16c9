//! A simulated camera: hills, a moving ball, light that depends on the exposure time, and sensor noise.

use std::{
    f64::consts::TAU,
    thread,
    time::{Duration, Instant},
};

use dash_devices::{Picture, PictureFormat};

use crate::png::png;

/// The width of a picture in pixels.
pub(crate) const WIDTH: u16 = 320;
/// The height of a picture in pixels.
pub(crate) const HEIGHT: u16 = 240;

/// The scene in front of the camera, with the colours of dark and light.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Scene {
    Day,
    Garden,
    Infrared,
    Dusk,
}

impl Scene {
    /// 256 RGB colours, from dark to light.
    fn palette(self) -> Vec<[u8; 3]> {
        let [dark, light] = self.colours();
        let between = |at: u16, channel: usize| {
            let (from, to) = (u16::from(dark[channel]), u16::from(light[channel]));
            ((from * (255 - at) + to * at) / 255) as u8
        };
        (0..=255).map(|at| [0, 1, 2].map(|channel| between(at, channel))).collect()
    }

    /// The RGB colours of the darkest and of the lightest pixels.
    const fn colours(self) -> [[u8; 3]; 2] {
        match self {
            Self::Day => [[16, 28, 48], [255, 248, 232]],
            Self::Garden => [[10, 30, 18], [238, 255, 214]],
            Self::Infrared => [[0, 0, 0], [255, 255, 255]],
            Self::Dusk => [[30, 12, 52], [255, 214, 170]],
        }
    }
}

pub(crate) struct Sensor {
    scene: Scene,
    /// The exposure time in milliseconds.
    exposure: f64,
    /// The shortest time for a picture.
    delay: Duration,
    number: u32,
    started: Instant,
    last: Instant,
    /// The time between two pictures in seconds, smoothed.
    between: f64,
    noise: u32,
}

/// One picture with its data.
pub(crate) struct Frame {
    pub(crate) picture: Picture,
    pub(crate) number: u32,
    /// The exposure time in milliseconds.
    pub(crate) exposure: f64,
    /// The mean brightness, in percent of the sensor's range.
    pub(crate) brightness: f64,
    /// Pictures per second.
    pub(crate) rate: f64,
}

impl Sensor {
    pub(crate) fn new(scene: Scene) -> Self {
        let now = Instant::now();
        Self {
            scene,
            exposure: 40.0,
            delay: Duration::ZERO,
            number: 0,
            started: now,
            last: now,
            between: f64::INFINITY,
            noise: 0x9e37_79b9,
        }
    }

    /// Makes each picture take 400 ms.
    pub(crate) fn slow(mut self) -> Self {
        self.delay = Duration::from_millis(400);
        self
    }

    pub(crate) fn set_exposure(&mut self, milliseconds: f64) {
        self.exposure = milliseconds;
    }

    /// Takes a picture. It blocks for at least the exposure time.
    pub(crate) fn expose(&mut self) -> Frame {
        thread::sleep(self.delay);
        self.number += 1;
        let now = Instant::now();
        let between = now.duration_since(self.last).as_secs_f64();
        self.last = now;
        if self.number > 1 && between > 0.0 {
            // The time between two pictures is averaged, because the mean of rates would be too high.
            self.between = if self.number == 2 { between } else { 0.9 * self.between + 0.1 * between };
        }
        let pixels = self.pixels(now.duration_since(self.started).as_secs_f64());
        let sum: u64 = pixels.iter().map(|pixel| u64::from(*pixel)).sum();
        Frame {
            picture: Picture::new(PictureFormat::Png, png(usize::from(WIDTH), &pixels, &self.scene.palette())),
            number: self.number,
            exposure: self.exposure,
            brightness: sum as f64 / pixels.len() as f64 / 2.55,
            rate: 1.0 / self.between,
        }
    }

    /// The pixels of the scene after a time in seconds, row by row, as the sensor sees them.
    fn pixels(&mut self, seconds: f64) -> Vec<u8> {
        let (width, height) = (f64::from(WIDTH), f64::from(HEIGHT));
        // The light, and the noise that hides details. The noise is stronger with less light.
        let gain = self.exposure / 40.0;
        let grain = 10.0 / gain.sqrt();
        let (sin, cos) = (seconds * TAU / 6.0).sin_cos();
        let ball = (width * (0.5 + 0.33 * cos), height * (0.4 + 0.22 * sin));
        let hills: Vec<f64> = (0..WIDTH)
            .map(|x| {
                let x = f64::from(x) / width * TAU;
                height * (0.72 - 0.08 * (x * 1.3 + 0.6).sin() - 0.04 * (x * 3.1).cos())
            })
            .collect();
        let mut pixels = Vec::with_capacity(usize::from(WIDTH) * usize::from(HEIGHT));
        for y in (0..HEIGHT).map(f64::from) {
            for (x, hill) in (0..WIDTH).map(f64::from).zip(&hills) {
                let away = (x - ball.0).hypot(y - ball.1);
                let light = if away < 22.0 {
                    250.0 - 1.5 * away
                } else if y > *hill {
                    70.0 - 45.0 * (y - hill) / height
                } else {
                    120.0 + 70.0 * (1.0 - y / height)
                };
                pixels.push((light * gain + grain * self.random()).clamp(0.0, 255.0) as u8);
            }
        }
        pixels
    }

    /// A random number from -1 to 1: xorshift, Marsaglia 2003.
    fn random(&mut self) -> f64 {
        self.noise ^= self.noise << 13;
        self.noise ^= self.noise >> 17;
        self.noise ^= self.noise << 5;
        f64::from(self.noise) / f64::from(u32::MAX) * 2.0 - 1.0
    }
}
