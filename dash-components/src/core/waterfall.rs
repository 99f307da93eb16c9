use std::ops::RangeInclusive;

use dash_macros::Component;
use dash_runtime::component::prelude::*;

use super::{chart, spectrum::Sweep};

/// Spectra over time: each one a row of colours, the newest at the top.
///
/// A callback returns one [`Sweep`] at a time, or several as a `Vec<Sweep>`. The server keeps the last 120, and a client
/// that connects later gets them at once: about six bytes for each level. The colours are those of a
/// [`Heatmap`](crate::Heatmap). If there are more levels than pixels, a pixel shows the highest one. The pointer and the
/// arrow keys read levels.
///
/// ```
/// # use dash_components::Waterfall;
/// # fn of(microphone: Waterfall) -> Waterfall {
/// microphone.label("Microphone").frequencies(0.0..=24_000.0).range(-100.0..=0.0)
/// # }
/// ```
#[derive(Component)]
#[component(tag = "dd-waterfall", script = "waterfall.js", style = ["chart.css", "heatmap.css"], bundled)]
pub struct Waterfall {
    id: ComponentId,
    /// The rows, oldest first. Rows with fewer levels than the newest one end with absent ones.
    #[prop(stream, ring = 120)]
    rows: Stream<Sweep>,
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
    /// The level with the darkest colour, in `unit`. `None` (the default): the lowest one.
    #[prop(no_setter)]
    min: Option<f64>,
    /// The level with the lightest colour, in `unit`. `None` (the default): the highest one.
    #[prop(no_setter)]
    max: Option<f64>,
}

impl Waterfall {
    /// Sets the frequencies of the first and of the last level.
    #[must_use]
    pub fn frequencies(mut self, frequencies: RangeInclusive<f64>) -> Self {
        (self.from, self.to) = frequencies.into_inner();
        self
    }

    /// Sets the levels with the darkest and with the lightest colour.
    #[must_use]
    pub fn range(mut self, range: RangeInclusive<f64>) -> Self {
        (self.min, self.max) = chart::ends(range);
        self
    }
}

impl View for Waterfall {
    fn view(p: WaterfallBound, look: &mut Look) {
        chart::caption(look, p.label);
        let spoken = chart::spoken(p.label, ": spectra over time. Arrow keys read levels.");
        chart::plot(look, "dd-chart-plot dd-heatmap-plot", spoken);
        chart::scale(look);
        chart::reading(look);
        chart::status(look);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::core::testing::{assert_has, component};

    #[test]
    fn all_parts_that_take_space_are_rendered_before_the_script() {
        let name = "aria-label=\"Noise: spectra over time. Arrow keys read levels.\"><canvas";
        assert_has(&component::<Waterfall>().label("Noise"), &[name, "dd-chart-scale", "dd-chart-reading"]);
    }

    #[test]
    fn the_script_keeps_as_many_rows_as_the_server() {
        let ring = Waterfall::INFO.props.iter().find(|prop| prop.name == "rows").map_or(0, |prop| prop.ring);
        let script = Waterfall::INFO.script.map_or("", |script| script.source);
        assert!(script.contains(&format!("const WATERFALL_ROWS = {ring};")));
    }
}
