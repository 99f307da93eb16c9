//! What the charts of the gallery show.

use std::{
    f64::consts::TAU,
    time::{Duration, SystemTime},
};

use dash_devices::prelude::*;

use crate::{Mode, Plant, Ui};

/// Temperatures and a humidity, and what happens twice a minute.
#[callback_shared(every = "500ms", output = (Ui::trend.points, Ui::trend.markers))]
pub(crate) fn record(plant: &mut Plant) -> (Vec<Sample>, Vec<EventMarker>) {
    let now = SystemTime::now();
    let sample = |plant: &Plant, time| {
        let inside = plant.value(16.0, 26.0, 29.0, 33.0, 30.0);
        let outside = plant.value(12.0, 18.0, 15.0, 15.0, 47.0);
        Sample::at(time, [inside, outside, plant.value(40.0, 70.0, 85.0, 85.0, 71.0)])
    };
    if plant.seconds <= 0.5 {
        // The chart is full from the beginning.
        let at = |before: u32| (now - Duration::from_millis(500) * before, -0.5 * f64::from(before));
        let past = (0..240).rev().map(at).map(|(time, seconds)| sample(&plant.at(seconds), time)).collect();
        let pump = EventMarker::at(at(150).0, "Pump on").tone(Tone::Ok);
        return (past, vec![pump, EventMarker::at(at(60).0, "Filter changed").tone(Tone::Accent)]);
    }
    let marker = match plant.seconds % 60.0 {
        0.0 => Some(EventMarker::now("Pump on").tone(Tone::Ok)),
        30.0 => Some(EventMarker::now("Pump off")),
        _ => None,
    };
    (vec![sample(plant, now)], marker.into_iter().collect())
}

/// The load of four processors.
#[callback_shared(every = "500ms", output = Ui::cores.bars)]
pub(crate) fn load(plant: &mut Plant) -> Result<Vec<Bar>, &'static str> {
    if plant.mode == Mode::Error {
        return Err("the sensor does not answer");
    }
    let core = |number: u32| {
        let period = 20.0 + 7.0 * f64::from(number);
        Bar::new(format!("Core {number}"), plant.value(5.0, 85.0, 90.0, 100.0, period))
    };
    Ok((0..4).map(core).collect())
}

/// A Lissajous figure whose phase changes, and where the beam is now.
#[callback_shared(every = "500ms", output = Ui::figure.curves)]
pub(crate) fn trace(plant: &mut Plant) -> Result<Vec<Curve>, &'static str> {
    if plant.mode == Mode::Error {
        return Err("the oscilloscope does not answer");
    }
    if plant.mode == Mode::Missing {
        return Ok(vec![]);
    }
    let beam = |share: f64| {
        let (x, y) = ((TAU * 3.0 * share + plant.seconds / 5.0).sin(), (TAU * 2.0 * share).sin());
        ((4.0 * x * 1e3).round() / 1e3, (3.0 * y * 1e3).round() / 1e3)
    };
    Ok(vec![
        Curve::new("Trace").points((0..=240).map(|step| beam(f64::from(step) / 240.0))),
        Curve::new("Beam").points([beam(plant.seconds / 20.0)]).dots(),
    ])
}

/// A number from 0 to 1 that looks random and is the same each time.
fn noise(at: u32) -> f64 {
    let mixed = at.wrapping_mul(0x9e37_79b9) ^ (at >> 7).wrapping_mul(0x85eb_ca6b);
    f64::from((mixed ^ (mixed >> 15)).wrapping_mul(0x2c1b_3c6d) >> 8) / f64::from(1 << 24)
}

/// How late the last thousand ticks of a clock were.
#[callback_shared(every = "500ms", output = Ui::jitter.bins)]
pub(crate) fn count(plant: &mut Plant) -> Result<Bins, &'static str> {
    match plant.mode {
        Mode::Error => Err("the clock does not answer"),
        Mode::Missing => Ok(Bins::new(40, 0.0..=10.0)),
        Mode::Live | Mode::Warning | Mode::Alarm => {
            let begin = (4.0 * plant.seconds) as u32;
            // The sum of some random numbers has the form of a bell.
            let late = |tick: u32| (0..4).map(|part| noise(8 * (begin + tick) + part)).sum::<f64>() * 3.0 - 1.0;
            Ok(Bins::of((0..1_000).map(late), 40, 0.0..=10.0))
        }
    }
}

/// A plate with a hot spot that goes round, and with a corner that the sensor does not see.
#[callback_shared(every = "500ms", when = watched, output = Ui::plate.cells)]
pub(crate) fn scan(plant: &mut Plant) -> Result<Option<Picture>, &'static str> {
    match plant.mode {
        Mode::Error => Err("the scanner does not answer"),
        Mode::Missing => Ok(None),
        Mode::Live | Mode::Warning | Mode::Alarm => {
            let turn = TAU * plant.seconds / 40.0;
            let (hot_x, hot_y) = (80.0 + 40.0 * turn.cos(), 60.0 + 30.0 * turn.sin());
            let matrix = Matrix::new(160, 120, |column, row| {
                let (x, y) = (f64::from(column), f64::from(row));
                if x + y < 24.0 {
                    return f32::NAN;
                }
                let away = ((x - hot_x).powi(2) + (y - hot_y).powi(2)) / 500.0;
                (22.0 + x / 20.0 + 50.0 * (-away).exp() + noise(160 * row + column)) as f32
            });
            Ok(Some(matrix.into()))
        }
    }
}

/// How many samples a spectrum is made of. It has half as many levels.
const SAMPLES: usize = 1_024;

/// The spectrum of two tones, of which one goes up and down, in some noise.
#[callback_shared(every = "250ms", when = watched, output = (Ui::spectrum.sweep, Ui::waterfall.rows))]
pub(crate) fn listen(plant: &mut Plant) -> Result<(Sweep, Vec<Sweep>), &'static str> {
    match plant.mode {
        Mode::Error => return Err("the microphone does not answer"),
        Mode::Missing => return Ok((Sweep::default(), vec![])),
        Mode::Live | Mode::Warning | Mode::Alarm => {}
    }
    let begin = ((4.0 * plant.seconds) as u32).wrapping_mul(SAMPLES as u32);
    let glide = 6_000.0 + 4_000.0 * (TAU * plant.seconds / 25.0).sin();
    let mut signal: Vec<(f64, f64)> = (0..SAMPLES as u32)
        .map(|at| {
            let seconds = f64::from(at) / 48_000.0;
            // A window, so that a tone is narrow.
            let window = 0.5 - 0.5 * (TAU * f64::from(at) / SAMPLES as f64).cos();
            let tones = 0.3 * (TAU * 1_000.0 * seconds).sin() + 0.05 * (TAU * glide * seconds).sin();
            (window * (tones + 0.002 * (noise(begin.wrapping_add(at)) - 0.5)), 0.0)
        })
        .collect();
    transform(&mut signal);
    let level = |(re, im): &(f64, f64)| 20.0 * (4.0 * re.hypot(*im) / SAMPLES as f64).log10();
    let sweep = Sweep::now(signal[..SAMPLES / 2].iter().map(level));
    Ok((sweep.clone(), vec![sweep]))
}

/// The Fourier transform of a power of two of complex numbers. A program with more to compute takes a crate for it.
fn transform(signal: &mut [(f64, f64)]) {
    if signal.len() < 2 {
        return;
    }
    let (mut even, mut odd): (Vec<_>, Vec<_>) = signal.chunks(2).map(|pair| (pair[0], pair[1])).unzip();
    transform(&mut even);
    transform(&mut odd);
    let half = even.len();
    for (at, ((re, im), (odd_re, odd_im))) in even.into_iter().zip(odd).enumerate() {
        let (sin, cos) = (-TAU * at as f64 / (2 * half) as f64).sin_cos();
        let turned = (odd_re * cos - odd_im * sin, odd_re * sin + odd_im * cos);
        signal[at] = (re + turned.0, im + turned.1);
        signal[at + half] = (re - turned.0, im - turned.1);
    }
}

/// What the map of the yard shows at first.
pub(crate) fn tracks(goal: MapPoint) -> [Track; 2] {
    let way = Track::new("Way").points([(-8.0, -4.0), (-4.0, -3.0), (-3.0, 1.0), (-1.0, 0.0)]);
    [way, Track::new("Plan").points([(-1.0, 0.0), (goal.x, goal.y)]).planned()]
}

/// A press on the map plans a way to its place.
#[callback_shared(output = Ui::yard.tracks)]
pub(crate) fn plan(#[input(Ui::yard.click)] goal: Option<MapPoint>) -> Option<Vec<Track>> {
    goal.map(|goal| tracks(goal).into())
}
