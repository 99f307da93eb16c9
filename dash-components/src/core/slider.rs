use std::ops::RangeInclusive;

use dash_macros::Component;
use dash_runtime::component::prelude::*;

use super::{control_id, known, percent, share, words};
use crate::format::{fixed, number, suffix};

/// A slider that sets a number, for example a set-point.
///
/// With [`reported`](SliderProps::reported) the slider shows two numbers. The thumb and the large number show the
/// set-point. A mark on the track and a smaller number show the measured value. So the user sees a device that has not
/// reached its set-point.
///
/// ```
/// # use dash_components::Slider;
/// # fn of(speed: Slider) -> Slider {
/// speed.range(-100.0..=100.0).label("Speed").unit("%").step(5.0)
/// # }
/// ```
#[derive(Component)]
#[component(tag = "dd-slider", script = "slider.js", style = "slider.css", bundled)]
pub struct Slider {
    id: ComponentId,
    /// The set-point, in `unit`, from `min` to `max`. Default: 0. The browser writes it and sends every movement of the
    /// thumb.
    #[prop(writable, within(min, max))]
    value: f64,
    /// The smallest set-point, in `unit`. Default: 0. If `min` is below zero and `max` above it, the track is filled
    /// from zero.
    min: f64,
    /// The largest set-point, in `unit`. Default: 100.
    #[prop(default = 100.0)]
    max: f64,
    /// The distance between two set-points, in `unit`, counted from `min`. It must be above zero. `None` (the default):
    /// a power of ten between a hundredth and a thousandth of the range. For the range 0 to 100 it is 1.
    #[prop(no_setter)]
    step: Option<f64>,
    /// The visible name. Empty (the default): no visible name.
    label: String,
    /// The unit of `value` and `reported`, for example `%`, `°C` or `mm/s`. Empty (the default): no unit.
    unit: String,
    /// The value that the device reports, in `unit`. `None` (the default): the value is unknown, and no mark is shown.
    reported: Option<f64>,
    /// Whether the slider stands upright, with `max` at the top. Default: `false`. It is set in `layout` only.
    vertical: bool,
    /// Whether equal distances on the track are equal factors, for example for a frequency. Default: `false`. The slider
    /// then has 1000 steps, `value` has three significant digits, and `step` does not count. `min` must be above zero,
    /// otherwise the scale stays linear.
    logarithmic: bool,
    /// Whether the slider is disabled: the server refuses values from pages and programs. Default: `false`. A callback can
    /// still set `value`.
    disabled: bool,
}

impl Slider {
    /// Sets the smallest and the largest set-point. A starting value outside the range is moved to the nearer end.
    #[must_use]
    pub fn range(mut self, range: RangeInclusive<f64>) -> Self {
        (self.min, self.max) = range.into_inner();
        if self.min <= self.max {
            self.value = self.value.clamp(self.min, self.max);
        }
        self
    }

    /// Sets the distance between two set-points, counted from the smallest.
    #[must_use]
    pub fn step(mut self, step: impl Into<f64>) -> Self {
        self.step = Some(step.into());
        self
    }

    fn the_step(&self) -> f64 {
        match self.step {
            Some(step) if step > 0.0 && step.is_finite() => step,
            _ => {
                let exponent = (self.max - self.min).log10().floor();
                if exponent.is_finite() { 10f64.powi(exponent as i32 - 2) } else { 1.0 }
            }
        }
    }
}

/// The number of steps of a logarithmic scale, as in the script.
const LOG_STEPS: f64 = 1000.0;

/// The number of decimals of a set-point: as many as `min` and the step have, at most 6.
fn digits(min: f64, step: f64) -> u8 {
    let is_whole = |digits: &u8| {
        let scale = 10f64.powi(i32::from(*digits));
        [min, step].into_iter().all(|x| ((x * scale).round() - x * scale).abs() <= 1e-6)
    };
    (0..6).find(is_whole).unwrap_or(6)
}

impl Render for Slider {
    fn render(&self, html: &mut Html) {
        let is_log = self.logarithmic && self.min > 0.0 && self.max > self.min;
        let step = self.the_step();
        let digits = (!is_log).then(|| digits(self.min, step));
        let part = |value: f64| match is_log {
            true => share(value.ln(), self.min.ln(), self.max.ln()),
            false => share(value, self.min, self.max),
        };
        let at = |value| percent(part(value));
        // The rail starts half a thumb (7 px) before the position of the smallest value.
        let fill_from = if self.min < 0.0 { at(0.0) } else { "-7".to_owned() };
        let unit = suffix(&self.unit);
        let reported = known(self.reported);
        html.tag("div").attr("class", "dd-slider-head").inner(|html| {
            html.tag("label").attr("class", "dd-label").attr("for", control_id(self.id)).text(&self.label);
            html.tag("span")
                .attr("class", "dd-slider-reported")
                .attr("title", "measured")
                .flag("hidden", reported.is_none())
                .inner(|html| {
                    html.tag("span").attr("class", "dd-spoken").text("measured ");
                    html.tag("span").attr("class", "dd-slider-measured").text(number(reported, digits));
                    html.tag("span").attr("class", "dd-unit").text(&unit);
                });
            html.tag("span").attr("class", "dd-slider-wanted").inner(|html| {
                html.tag("span").attr("class", "dd-slider-value").text(number(Some(self.value), digits));
                html.tag("span").attr("class", "dd-unit").text(&unit);
            });
        });
        html.tag("div").attr("class", "dd-slider-body").flag("data-vertical", self.vertical).inner(|html| {
            html.tag("svg").attr("class", "dd-slider-track").attr("aria-hidden", "true").inner(|html| {
                html.tag("line")
                    .attr("class", "dd-slider-fill")
                    .attr("x1", fill_from)
                    .attr("x2", at(self.value))
                    .attr("y1", 14)
                    .attr("y2", 14)
                    .empty();
                html.tag("svg")
                    .attr("class", "dd-slider-mark")
                    .attr("x", at(reported.unwrap_or(self.min)))
                    .flag("hidden", reported.is_none())
                    .inner(|html| {
                        html.tag("path").attr("d", "M0 6v17M0 23l-4.5 6h9z").empty();
                    });
            });
            html.tag("input")
                .attr("type", "range")
                .attr("id", control_id(self.id))
                .attr("class", "dd-slider-control")
                .attr("min", if is_log { 0.0 } else { self.min })
                .attr("max", if is_log { LOG_STEPS } else { self.max })
                .attr("step", if is_log { "1".to_owned() } else { fixed(step, 12) })
                .attr(
                    "value",
                    if is_log {
                        (LOG_STEPS * part(self.value)).round()
                    } else {
                        known(Some(self.value)).unwrap_or(self.min)
                    },
                )
                .attr("autocomplete", "off")
                .attr("aria-valuetext", format!("{}{unit}", number(Some(self.value), digits)))
                .opt("aria-label", self.label.is_empty().then(|| words(self.id)))
                .flag("disabled", self.disabled)
                .void();
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::core::testing::{assert_has, component, drawn};

    fn slider() -> Slider {
        component::<Slider>()
    }

    #[test]
    fn on_a_logarithmic_scale_equal_distances_are_equal_factors() {
        let frequency = slider().range(10.0..=1000.0).logarithmic(true).value(100.0).reported(31.6227766).unit("Hz");
        assert_has(&frequency, &[">31.6228<", ">100</span>", "x2=\"50.00%\"", "x=\"25.00%\""]);
        assert_has(&frequency, &["min=\"0\" max=\"1000\" step=\"1\" value=\"500\"", "aria-valuetext=\"100\u{a0}Hz\""]);
        // Zero has no logarithm.
        assert_has(&slider().logarithmic(true).value(50.0), &["min=\"0\" max=\"100\"", "value=\"50\""]);
    }

    #[test]
    fn it_can_stand_upright() {
        assert_has(&slider().vertical(true), &["class=\"dd-slider-body\" data-vertical"]);
    }

    #[test]
    fn it_is_a_native_range() {
        let slider = slider().range(10.0..=20.0).step(0.5).value(12.5).unit("V <dc>").label("Voltage");
        assert_has(
            &slider,
            &[
                "for=\"left_motor-control\">Voltage</label>",
                ">12.5</span><span class=\"dd-unit\">\u{a0}V &lt;dc&gt;</span>",
                "x1=\"-7\" x2=\"25.00%\"",
                "type=\"range\" id=\"left_motor-control\"",
                "min=\"10\" max=\"20\"",
                "value=\"12.5\"",
                "aria-valuetext=\"12.5\u{a0}V &lt;dc&gt;\"",
            ],
        );
        assert!(!drawn(&slider).contains("aria-label"));
    }

    #[test]
    fn without_a_label_a_screen_reader_says_its_id() {
        assert_has(&slider().disabled(true), &["aria-label=\"left motor\" disabled>"]);
    }

    #[test]
    fn a_range_around_zero_is_filled_from_zero() {
        assert_has(&slider().range(-1.0..=3.0).value(1.0), &["x1=\"25.00%\" x2=\"50.00%\""]);
    }

    #[test]
    fn what_was_measured_is_shown_only_if_it_was() {
        assert_has(
            &slider().reported(f64::NAN),
            &["title=\"measured\" hidden", "<svg class=\"dd-slider-mark\" x=\"0.00%\" hidden>"],
        );
        let measured = slider().reported(38.4);
        assert_has(&measured, &[">38</span>", "<svg class=\"dd-slider-mark\" x=\"38.40%\">"]);
        assert_has(&slider().reported(500.0), &[">500</span>", "x=\"100.00%\""]);
    }

    #[test]
    fn the_starting_value_is_in_the_range() {
        assert_eq!(slider().range(10.0..=20.0).value, 10.0);
        assert_eq!(slider().value(70.0).range(0.0..=50.0).value, 50.0);
        // The start-up check reports a range with exchanged ends. It is not a panic here.
        assert_eq!(slider().range(5.0..=1.0).value, 0.0);
    }

    // tests/client/components/slider.test.js has the same cases.
    #[test]
    fn without_a_step_it_gets_a_fine_one() {
        let steps = [
            (0.0, 100.0, 1.0),
            (0.0, 1.0, 0.01),
            (0.0, 255.0, 1.0),
            (-1.0, 1.0, 0.01),
            (0.0, 5000.0, 10.0),
            (0.0, 0.0, 1.0),
            (5.0, 1.0, 1.0),
        ];
        for (min, max, step) in steps {
            assert_eq!(slider().range(min..=max).the_step(), step, "{min} to {max}");
        }
        assert_eq!(slider().step(2.5).the_step(), 2.5);
        assert_eq!(slider().step(f64::NAN).the_step(), 1.0);
    }

    #[test]
    fn a_set_point_has_the_decimals_of_its_step_and_its_start() {
        let cases = [(0.0, 1.0, 0), (0.0, 0.25, 2), (0.5, 1.0, 1), (-0.1, 0.3, 1), (0.0, 1.0 / 3.0, 6)];
        for (min, step, count) in cases {
            assert_eq!(digits(min, step), count, "{step} from {min}");
        }
    }

    #[test]
    fn nonsense_is_drawn_as_no_value() {
        assert_has(
            &slider().value(f64::NAN),
            &["<span class=\"dd-slider-value\">–</span>", "x2=\"0.00%\"", "value=\"0\""],
        );
    }
}
