use dash_macros::{Component, value};
use dash_runtime::{component::prelude::*, look::Bound};

use super::limits::scale;

/// How loud the channels of a signal are: a bar for the level, a line for the highest peak of the last seconds, and a lamp
/// that stays on after a signal was clipped. A press on the lamp puts it out, for this page.
///
/// The levels come from the program. The page does not listen to a microphone. A callback with `output = Ui::level.levels`
/// appends a frame for each block of samples. 10 to 30 frames a second look alive. No peak is lost if a page gets several
/// of them at once.
///
/// ```
/// # use dash_components::{AudioFrame, AudioLevel};
/// // One block of samples of two channels, from -1 to 1, one after the other:
/// fn measure(samples: &[f32]) -> AudioFrame {
///     AudioFrame::interleaved(samples, 2)
/// }
/// # assert_eq!(measure(&[0.5, 0.0, -0.5, 0.0]).0[0].peak, -6.0);
/// # fn of(level: AudioLevel) -> AudioLevel {
/// level.label("Microphone").channels(["Left", "Right"])
/// # }
/// ```
#[derive(Component)]
#[component(tag = "dd-audio-level", script = "audio_level.js", style = "audio_level.css", bundled)]
pub struct AudioLevel {
    id: ComponentId,
    /// The levels, oldest first. Callbacks append to them.
    #[prop(stream, ring = 1)]
    levels: Stream<AudioFrame>,
    /// The names of the channels, in the order of the frames. Default: one channel without a name.
    #[prop(default = vec![String::new()], no_setter)]
    channels: Vec<String>,
    /// The level at the lower end of the bars, in dBFS (decibels below full scale). Default: -60.
    #[prop(default = -60.0)]
    min: f64,
    /// The level at the upper end of the bars, in dBFS. Default: 0, full scale.
    max: f64,
    /// From here on, the bars are marked as loud, in dBFS. Default: -12.
    #[prop(default = -12.0)]
    warn_above: f64,
    /// From here on, the bars are marked as too loud, in dBFS. Default: -3.
    #[prop(default = -3.0)]
    bad_above: f64,
    /// How long the line stays at the highest peak, in seconds, from 0 to 60. Default: 2.
    #[prop(default = 2.0)]
    hold: f64,
    /// The visible name. Empty (the default): no visible name.
    label: String,
}

/// The levels of one block of samples, one for each channel of an [`AudioLevel`]. A channel that the frame does not have is
/// shown without a signal.
#[value]
#[derive(Debug, Clone, Default, PartialEq)]
#[serde(transparent)]
pub struct AudioFrame(pub Vec<ChannelLevel>);

/// How loud one channel of an [`AudioFrame`] is.
#[value]
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ChannelLevel {
    /// The root mean square of the samples, in dBFS: a sine of full scale has -3.
    pub level: f64,
    /// The largest sample, in dBFS. 0 is full scale, and a signal that reaches it counts as clipped.
    pub peak: f64,
}

/// The level of silence, in dBFS. JSON has no infinite numbers.
const SILENCE: f64 = -200.0;

/// A part of full scale in dBFS, in tenths. More digits would only make the frames longer.
fn decibels(part: f64) -> f64 {
    let exact = if part > 0.0 { 20.0 * part.log10() } else { SILENCE };
    // What is not a number is silence. `+ 0.0` takes the sign from zero.
    (exact.max(SILENCE) * 10.0).round() / 10.0 + 0.0
}

impl ChannelLevel {
    /// The level of these samples, from -1 to 1.
    pub fn of(samples: impl IntoIterator<Item = f32>) -> Self {
        let (mut sum, mut peak, mut count) = (0.0, 0.0_f64, 0.0);
        for sample in samples {
            let sample = f64::from(sample).abs();
            sum += sample * sample;
            peak = peak.max(sample);
            count += 1.0;
        }
        let mean = if count > 0.0 { sum / count } else { 0.0 };
        Self { level: decibels(mean.sqrt()), peak: decibels(peak) }
    }
}

impl AudioFrame {
    /// The levels of a block in which the samples of all channels follow each other: left, right, left, right. Each is from
    /// -1 to 1. Without channels, the frame is empty.
    pub fn interleaved(samples: &[f32], channels: usize) -> Self {
        let of = |channel| ChannelLevel::of(samples.iter().copied().skip(channel).step_by(channels.max(1)));
        Self((0..channels).map(of).collect())
    }

    /// The levels of a block with one list of samples for each channel, each from -1 to 1.
    pub fn planar(channels: &[&[f32]]) -> Self {
        Self(channels.iter().map(|samples| ChannelLevel::of(samples.iter().copied())).collect())
    }
}

scale!(AudioLevel);

impl AudioLevel {
    /// Sets the names of the channels, and so their number.
    #[must_use]
    pub fn channels(mut self, names: impl IntoIterator<Item = impl IntoValue<String>>) -> Self {
        self.channels = names.into_iter().map(IntoValue::into_value).collect();
        self
    }
}

impl View for AudioLevel {
    fn view(p: AudioLevelBound, look: &mut Look) {
        let at = |level: Bound<f64>| level.share(p.min, p.max).percent();
        look.tag("div").attr("class", "dd-label dd-field-label").attr("aria-hidden", "true").text(p.label);
        let group = look.tag("div").attr("class", "dd-audio").attr("role", "group");
        group.attr("aria-label", p.label.or(words_of_id())).inner(|look| {
            look.each(p.channels, |channel, look| {
                let number = (channel.place + 1).number(0);
                let name = channel.value.or(constant("Channel ").then(number));
                look.tag("div").attr("class", "dd-audio-channel").inner(|look| {
                    look.tag("span").attr("class", "dd-audio-name").attr("aria-hidden", "true").text(channel.value);
                    // The script moves the bar and the line.
                    let meter = look.tag("svg").attr("class", "dd-audio-bar").attr("role", "meter");
                    let meter =
                        meter.attr("aria-label", name).attr("aria-valuemin", p.min).attr("aria-valuemax", p.max);
                    meter.attr("aria-valuenow", p.min).attr("aria-valuetext", "no signal").inner(|look| {
                        for (class, from) in [("dd-audio-loud", p.warn_above), ("dd-audio-too-loud", p.bad_above)] {
                            let zone = look.tag("line").attr("class", class).attr("x1", at(from)).attr("x2", "100%");
                            zone.attr("y1", 1.5).attr("y2", 1.5).empty();
                        }
                        let rail = look.tag("rect").attr("class", "dd-audio-rail").attr("y", 5).attr("width", "100%");
                        rail.attr("height", 10).attr("rx", 2).empty();
                        let bar = look.tag("rect").attr("class", "dd-audio-level").attr("y", 5).attr("height", 10);
                        bar.attr("rx", 2).empty();
                        let peak = look.tag("line").attr("class", "dd-audio-peak").attr("y1", 4).attr("y2", 16);
                        peak.flag("hidden", true).empty();
                    });
                    look.tag("span").attr("class", "dd-audio-number").attr("aria-hidden", "true").text("–");
                    let clip = look.tag("button").attr("type", "button").attr("class", "dd-audio-clip");
                    let words = constant("Clip, ").then(name).then(". Press when seen");
                    clip.attr("aria-label", words).flag("disabled", true).text("Clip");
                });
            });
        });
        look.tag("div").attr("class", "dd-audio-ends").attr("aria-hidden", "true").inner(|look| {
            look.tag("span").text(p.min.short());
            look.tag("span").text(p.max.short().then("\u{a0}dBFS"));
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::core::testing::{assert_has, component};

    #[test]
    fn each_channel_has_a_bar_with_its_name() {
        let level = component::<AudioLevel>().label("Mic <1>").channels(["L", ""]);
        assert_has(
            &level,
            &[
                ">Mic &lt;1&gt;</div>",
                "role=\"group\" aria-label=\"Mic &lt;1&gt;\"",
                "role=\"meter\" aria-label=\"L\" aria-valuemin=\"-60\" aria-valuemax=\"0\"",
                "dd-audio-loud\" x1=\"80.00%\"",
                "dd-audio-too-loud\" x1=\"95.00%\"",
                "aria-label=\"Clip, L. Press when seen\" disabled>",
                "aria-label=\"Channel 2\"",
                ">-60<",
                ">0\u{a0}dBFS<",
            ],
        );
    }

    #[test]
    fn samples_become_levels() {
        let sine: Vec<f32> = (0..480).map(|n| (n as f32 * std::f32::consts::TAU / 48.0).sin()).collect();
        assert_eq!(ChannelLevel::of(sine), ChannelLevel { level: -3.0, peak: 0.0 });
        let silent = ChannelLevel { level: SILENCE, peak: SILENCE };
        assert_eq!(ChannelLevel::of([]), silent);
        assert_eq!(ChannelLevel::of([0.0, -0.0]), silent);
        assert_eq!(ChannelLevel::of([f32::NAN]).peak, SILENCE, "a driver's fault is no level");
        let frame = AudioFrame::interleaved(&[0.1, 1.0, -0.1, 1.0, 0.1], 2);
        assert_eq!(frame.0, [ChannelLevel { level: -20.0, peak: -20.0 }, ChannelLevel { level: 0.0, peak: 0.0 }]);
        assert_eq!(frame, AudioFrame::planar(&[&[0.1, -0.1, 0.1], &[1.0, 1.0]]));
        assert_eq!(AudioFrame::interleaved(&[1.0], 0).0, []);
        let json = serde_json::to_string(&AudioFrame::interleaved(&[0.333], 1)).unwrap();
        assert_eq!(json, r#"[{"level":-9.6,"peak":-9.6}]"#);
    }
}
