use dash_macros::{Component, value};
use dash_runtime::{component::prelude::*, look::Bound};

use super::limits::{decimals, scale};

/// A slider with two thumbs that set a range, for example the limits of an alarm.
///
/// ```
/// # use dash_components::{RangeSlider, Span};
/// # fn of(band: RangeSlider) -> RangeSlider {
/// band.range(0.0..=50.0).value(Span::new(18.0, 24.0)).label("Comfort").unit("°C").step(0.5)
/// # }
/// ```
#[derive(Component)]
#[component(tag = "dd-range-slider", script = "range_slider.js", style = "range_slider.css", bundled)]
pub struct RangeSlider {
    id: ComponentId,
    /// The range, in `unit`, within `min` to `max`. Default: 0 to 0. The browser writes it and sends every movement of a
    /// thumb. The server refuses a range whose lower end is above its upper end.
    #[prop(writable, within(min, max))]
    value: Span,
    /// The smallest value, in `unit`. Default: 0.
    min: f64,
    /// The largest value, in `unit`. Default: 100.
    #[prop(default = 100.0)]
    max: f64,
    /// The distance between two values, in `unit`, counted from `min`. It must be above zero. Default: 1.
    #[prop(default = 1.0)]
    step: f64,
    /// The visible name. Empty (the default): no visible name.
    label: String,
    /// The unit of all values, for example `%`, `°C` or `mm/s`. Empty (the default): no unit.
    unit: String,
    /// Whether the slider is disabled, for pages and for programs. Default: `false`. A callback can still set `value`.
    disabled: bool,
}

/// The lower and the upper end of a range.
#[value]
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Span {
    /// The lower end.
    pub low: f64,
    /// The upper end, not below the lower one.
    pub high: f64,
}

impl Span {
    /// A range from its lower to its upper end.
    pub const fn new(low: f64, high: f64) -> Self {
        Self { low, high }
    }
}

impl dash_runtime::private::Within for Span {
    fn is_within(&self, min: f64, max: f64) -> bool {
        self.low >= min && self.low <= self.high && self.high <= max && self.low.is_finite() && self.high.is_finite()
    }

    fn written(&self) -> String {
        format!("{} to {}", self.low, self.high)
    }
}

scale!(RangeSlider);

impl View for RangeSlider {
    fn view(p: RangeSliderBound, look: &mut Look) {
        let low = p.value.field("low", |span| &span.low);
        let high = p.value.field("high", |span| &span.high);
        let name = p.label.or(words_of_id());
        let at = |value: Bound<f64>| value.share(p.min, p.max);
        let digits = decimals(p.min, p.step);
        let shown = |value: Bound<f64>| value.number(digits);
        look.tag("div").attr("class", "dd-range-head").attr("aria-hidden", "true").inner(|look| {
            look.tag("span").attr("class", "dd-label").text(p.label);
            look.tag("span")
                .attr("class", "dd-range-value")
                .text(shown(low).then(" – ").then(shown(high)).then(p.unit.suffix()));
        });
        look.tag("div").attr("class", "dd-range-body").attr("role", "group").attr("aria-label", name).inner(|look| {
            look.tag("svg").attr("class", "dd-range-track").attr("aria-hidden", "true").inner(|look| {
                let line = look.tag("line").attr("class", "dd-range-fill").attr("x1", at(low).percent());
                line.attr("x2", at(high).percent()).attr("y1", 14).attr("y2", 14).empty();
            });
            for (end, value) in [(", from", low), (", to", high)] {
                look.tag("input")
                    .attr("type", "range")
                    .attr("class", "dd-range-control")
                    .attr("min", p.min)
                    .attr("max", p.max)
                    .attr("step", p.step)
                    .attr("value", value)
                    .attr("autocomplete", "off")
                    .attr("aria-label", name.then(end))
                    .attr("aria-valuetext", shown(value).then(p.unit.suffix()))
                    .flag("disabled", p.disabled)
                    .void();
            }
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::core::testing::{assert_has, component};

    #[test]
    fn it_is_two_native_ranges() {
        let band =
            component::<RangeSlider>().range(0.0..=50.0).value(Span::new(10.0, 25.0)).label("Comfort").unit("°C");
        assert_has(
            &band,
            &[
                ">10 – 25\u{a0}°C<",
                "role=\"group\" aria-label=\"Comfort\"",
                "x1=\"20.00%\" x2=\"50.00%\"",
                "value=\"10\" autocomplete=\"off\" aria-label=\"Comfort, from\" aria-valuetext=\"10\u{a0}°C\"",
                "value=\"25\" autocomplete=\"off\" aria-label=\"Comfort, to\"",
            ],
        );
    }

    #[test]
    fn fault_a_range_lost_its_decimals_at_a_whole_number() {
        let band = component::<RangeSlider>().value(Span::new(18.0, 24.5)).step(0.5);
        assert_has(&band, &[">18.0 – 24.5<", "aria-valuetext=\"18.0\"", "aria-valuetext=\"24.5\""]);
    }

    #[test]
    fn a_range_that_is_no_range_is_refused() {
        use dash_runtime::private::Within;
        assert!(Span::new(0.0, 100.0).is_within(0.0, 100.0) && Span::new(5.0, 5.0).is_within(0.0, 100.0));
        for (low, high) in [(-1.0, 5.0), (5.0, 101.0), (6.0, 5.0), (f64::NAN, 5.0), (0.0, f64::NAN)] {
            assert!(!Span::new(low, high).is_within(0.0, 100.0), "{low} {high}");
        }
    }
}
