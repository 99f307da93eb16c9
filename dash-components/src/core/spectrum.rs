use std::{ops::RangeInclusive, time::SystemTime};

use dash_macros::{Component, value};
use dash_runtime::component::prelude::*;

use super::chart;

/// The levels of frequencies: the newest spectrum of a signal.
///
/// A callback returns a [`Sweep`]: levels at equal distances of frequency, which the program computes, for example with a
/// Fourier transform of its choice. If there are more levels than pixels, a pixel shows the lowest and the highest one, so
/// no peak is lost. With `peak_hold` a second line has the highest level of each frequency since the page was opened. The
/// pointer and the arrow keys read levels. For spectra over time use a [`Waterfall`](crate::Waterfall).
///
/// ```
/// # use dash_components::{Spectrum, Sweep};
/// # fn of(microphone: Spectrum) -> Spectrum {
/// microphone.label("Microphone").frequencies(0.0..=24_000.0).range(-100.0..=0.0).peak_hold(true)
/// # }
/// // What a callback returns for `sweep`:
/// let sweep = Sweep::now([-80.0, -62.5, -20.1, f64::NEG_INFINITY]);
/// # let _ = sweep;
/// ```
#[derive(Component)]
#[component(tag = "dd-spectrum", script = "spectrum.js", style = ["chart.css", "spectrum.css"], bundled)]
pub struct Spectrum {
    id: ComponentId,
    /// The newest levels. Default: none, shown as "no values yet".
    sweep: Sweep,
    /// The visible name. Empty (the default): no visible name.
    label: String,
    /// The unit of the levels. Default: `dB`.
    #[prop(default = "dB".to_owned())]
    unit: String,
    /// The frequency of the first level, in `frequency_unit`. Default: 0.
    from: f64,
    /// The frequency of the last level, in `frequency_unit`. Default: 1.
    #[prop(default = 1.0)]
    to: f64,
    /// The unit of the frequencies. Default: `Hz`.
    #[prop(default = "Hz".to_owned())]
    frequency_unit: String,
    /// Whether equal distances on the frequency axis are equal factors. Levels at zero and below have no place on such an
    /// axis. Default: false.
    log: bool,
    /// The level at the lower end of the axis, in `unit`. `None` (the default): follows from the levels.
    #[prop(no_setter)]
    min: Option<f64>,
    /// The level at the upper end of the axis, in `unit`. `None` (the default): follows from the levels.
    #[prop(no_setter)]
    max: Option<f64>,
    /// Whether a second line has the highest level of each frequency since the page was opened, or since a person has
    /// cleared it. Default: false.
    peak_hold: bool,
}

/// Levels at equal distances of frequency, at one time.
#[value]
#[derive(Debug, Clone, Default, PartialEq)]
#[non_exhaustive]
pub struct Sweep {
    /// The time, in seconds since the Unix epoch.
    pub t: f64,
    /// The levels, from the lowest frequency to the highest. `None`: no level.
    pub levels: Vec<Option<f64>>,
}

impl Sweep {
    /// Levels with the current time of the server's clock. They are rounded to a tenth. A level that is not finite, as the
    /// logarithm of zero, is absent.
    pub fn now(levels: impl IntoIterator<Item = f64>) -> Self {
        Self::at(SystemTime::now(), levels)
    }

    /// Levels with the time `time`; see [`Sweep::now`].
    pub fn at(time: SystemTime, levels: impl IntoIterator<Item = f64>) -> Self {
        // A page draws no more than that, and each digit would be sent for each level.
        let rounded = |level: f64| level.is_finite().then(|| (level * 10.0).round() / 10.0);
        Self { t: chart::seconds(time), levels: levels.into_iter().map(rounded).collect() }
    }
}

impl Spectrum {
    /// Sets the frequencies of the first and of the last level.
    #[must_use]
    pub fn frequencies(mut self, frequencies: RangeInclusive<f64>) -> Self {
        (self.from, self.to) = frequencies.into_inner();
        self
    }

    /// Sets the levels at both ends of the axis.
    #[must_use]
    pub fn range(mut self, range: RangeInclusive<f64>) -> Self {
        (self.min, self.max) = chart::ends(range);
        self
    }
}

impl View for Spectrum {
    fn view(p: SpectrumBound, look: &mut Look) {
        chart::caption(look, p.label);
        let spoken = chart::spoken(p.label, ": spectrum. Arrow keys read levels.");
        chart::plot(look, "dd-chart-plot", spoken);
        look.tag("div").attr("class", "dd-spectrum-below").inner(|look| {
            // The script writes the highest level, or the one that is read.
            chart::reading(look);
            look.tag("ul").attr("class", "dd-chart-legend dd-spectrum-legend").inner(|look| {
                entry(look, 1, "Now");
                look.when(p.peak_hold, |look| entry(look, 2, "Highest"));
            });
            look.when(p.peak_hold, |look| {
                look.tag("button").attr("type", "button").attr("class", "dd-spectrum-clear").text("Clear highest");
            });
        });
        chart::status(look);
    }
}

fn entry(look: &mut Look, colour: i32, name: &'static str) {
    look.tag("li").attr("data-colour", colour).inner(|look| {
        look.tag("span").attr("class", "dd-chart-name").text(name);
    });
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, UNIX_EPOCH};

    use super::*;
    use crate::core::testing::{assert_has, component, drawn};

    #[test]
    fn levels_are_rounded_and_those_that_are_not_finite_are_absent() -> serde_json::Result<()> {
        let at = UNIX_EPOCH + Duration::from_millis(1_500);
        let sweep = Sweep::at(at, [-20.04, -0.05, f64::NEG_INFINITY, f64::NAN]);
        assert_eq!(serde_json::to_string(&sweep)?, r#"{"t":1.5,"levels":[-20.0,-0.1,null,null]}"#);
        Ok(())
    }

    #[test]
    fn what_holds_peaks_is_there_if_asked_for() {
        let spectrum = || component::<Spectrum>().label("Noise <1>");
        let name = "aria-label=\"Noise &lt;1&gt;: spectrum. Arrow keys read levels.\"><canvas";
        assert_has(&spectrum(), &[name, "dd-spectrum-legend\">", ">Now<"]);
        assert!(!drawn(&spectrum()).contains("<button") && !drawn(&spectrum()).contains("Highest"));
        assert_has(&spectrum().peak_hold(true), &["dd-spectrum-legend\">", ">Highest<", ">Clear highest</button>"]);
    }
}
