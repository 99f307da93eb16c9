//! What happens when somebody uses the newer controls of the gallery.

use std::{f64::consts::TAU, time::Duration};

use dash_devices::{ChannelLevel, KeptFault, prelude::*};

use crate::{Mode, Plant, Ui};

/// The device follows a moment after it was asked.
#[callback_shared(output = Ui::power.reported)]
pub(crate) async fn follow(#[input(Ui::power.on)] on: bool) -> Option<bool> {
    tokio::time::sleep(Duration::from_millis(800)).await;
    Some(on)
}

/// The head of the camera turns to where it was asked to.
#[callback_shared(output = Ui::head.reported)]
pub(crate) async fn turn(#[input(Ui::head.value)] to: PadPoint) -> Option<PadPoint> {
    tokio::time::sleep(Duration::from_millis(400)).await;
    Some(to)
}

#[callback_shared(output = (
    Ui::power.disabled, Ui::exact.disabled, Ui::keys.disabled, Ui::head.disabled, Ui::days.disabled,
    Ui::here.disabled,
))]
pub(crate) fn disable_newer(#[input(Ui::disabled.on)] on: bool) -> (bool, bool, bool, bool, bool, bool) {
    (on, on, on, on, on, on)
}

/// Two channels of something like music.
#[callback_shared(every = "100ms", when = watched, output = Ui::loudness.levels)]
pub(crate) fn listen(plant: &mut Plant) -> Result<AudioFrame, &'static str> {
    plant.beats += 1;
    let beat = f64::from(plant.beats % 5) / 5.0;
    let channel = |period: f64| {
        let level = plant.value(-30.0, -14.0, -6.0, -2.0, period)?;
        let peak = level + 9.0 - 6.0 * beat + (TAU * plant.seconds / period).cos();
        Some(ChannelLevel { level, peak: peak.min(0.0) })
    };
    match plant.mode {
        Mode::Error => Err("the sound card does not answer"),
        _ => Ok(AudioFrame([7.0, 11.0].into_iter().filter_map(channel).collect())),
    }
}

#[callback(output = Ui::place.text)]
pub(crate) fn locate(
    #[input(Ui::here.located)] at: Option<Position>,
    #[input(Ui::here.failed)] fault: Option<LocationFault>,
) -> String {
    match (at, fault) {
        (Some(at), _) => format!("{:.4}°, {:.4}° within {:.0} m", at.latitude, at.longitude, at.accuracy),
        (None, Some(fault)) => fault.to_string(),
        (None, None) => String::new(),
    }
}

/// How often somebody has pressed in this browser.
#[callback(on = Ui::again.click, output = Ui::kept.value)]
pub(crate) fn count(#[state(Ui::kept.value)] kept: &Kept) -> Result<Kept, KeptFault> {
    Kept::new(&(kept.read::<u32>()?.unwrap_or(0) + 1))
}

#[callback(output = Ui::counted.text)]
pub(crate) fn tell(#[input(Ui::kept.value)] kept: &Kept) -> String {
    kept.read::<u32>().ok().flatten().unwrap_or(0).to_string()
}
