use std::ops::RangeInclusive;

use dash_macros::Component;
use dash_runtime::{
    component::prelude::*,
    look::{Bound, constant},
};

use super::{CONTROL, limits::decimals};

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
    pub fn step(mut self, step: impl IntoValue<f64>) -> Self {
        self.step = Some(step.into_value());
        self
    }
}

/// The number of steps of a logarithmic scale, as in the script.
const LOG_STEPS: i32 = 1000;

impl View for Slider {
    fn view(p: SliderBound, look: &mut Look) {
        let is_log = p.logarithmic.and(p.min.is_above(0)).and(p.max.is_above(p.min));
        let fine = ((p.max - p.min) / 100).decade().or(1);
        let step = p.step.is_above(0).choose(p.step, fine);
        let digits = is_log.not().gives(decimals(p.min, step));
        let part = |value: Bound<f64>| is_log.choose(value.log_share(p.min, p.max), value.share(p.min, p.max));
        // The rail starts half a thumb (7 px) before the position of the smallest value.
        let zero = constant(0);
        let fill_from = zero.is_above(p.min).choose(zero.share(p.min, p.max).percent(), "-7");
        let unit = p.unit.suffix();
        let is_measured = p.reported.is_known();
        look.tag("div").attr("class", "dd-slider-head").inner(|look| {
            look.tag("label").attr("class", "dd-label").attr("for", own_id(CONTROL)).text(p.label);
            let measured = look.tag("span").attr("class", "dd-slider-reported").attr("title", "measured");
            measured.flag("hidden", is_measured.not()).inner(|look| {
                look.tag("span").attr("class", "dd-spoken").text("measured ");
                look.tag("span").attr("class", "dd-slider-measured").text(p.reported.number(digits));
                look.tag("span").attr("class", "dd-unit").text(unit);
            });
            // The control says it too.
            look.tag("span").attr("class", "dd-slider-wanted").attr("aria-hidden", "true").inner(|look| {
                look.tag("span").attr("class", "dd-slider-value").text(p.value.number(digits));
                look.tag("span").attr("class", "dd-unit").text(unit);
            });
        });
        look.tag("div").attr("class", "dd-slider-body").flag("data-vertical", p.vertical).inner(|look| {
            look.tag("svg").attr("class", "dd-slider-track").attr("aria-hidden", "true").inner(|look| {
                let fill = look.tag("line").attr("class", "dd-slider-fill").attr("y1", 14).attr("y2", 14);
                fill.attr("x1", fill_from).attr("x2", part(p.value).percent()).empty();
                let mark = look.tag("svg").attr("class", "dd-slider-mark").flag("hidden", is_measured.not());
                mark.attr("x", part(p.reported.or(p.min)).percent()).inner(|look| {
                    look.tag("path").attr("d", "M0 6v17M0 23l-4.5 6h9z").empty();
                });
            });
            look.tag("input")
                .attr("type", "range")
                .own_id(CONTROL)
                .attr("class", "dd-slider-control")
                .attr("min", is_log.choose(0, p.min))
                .attr("max", is_log.choose(LOG_STEPS, p.max))
                .attr("step", is_log.choose(1, step))
                .attr("value", is_log.choose(part(p.value) * LOG_STEPS, p.value.or(p.min)))
                .attr("autocomplete", "off")
                .attr("aria-valuetext", p.value.number(digits).then(unit))
                .attr("aria-label", p.label.is_missing().gives(words_of_id()))
                .flag("disabled", p.disabled)
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
            &["title=\"measured\" hidden", "<svg class=\"dd-slider-mark\" hidden x=\"0.00%\">"],
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

    #[test]
    fn without_a_step_it_gets_a_fine_one() {
        let steps = [
            (0.0, 100.0, "1"),
            (0.0, 1.0, "0.01"),
            (0.0, 255.0, "1"),
            (-1.0, 1.0, "0.01"),
            (0.0, 5000.0, "10"),
            (0.0, 0.0, "1"),
            (5.0, 1.0, "1"),
        ];
        for (min, max, step) in steps {
            assert_has(&slider().range(min..=max), &[&format!("step=\"{step}\"")]);
        }
        assert_has(&slider().step(2.5), &["step=\"2.5\""]);
        assert_has(&slider().step(f64::NAN), &["step=\"1\""]);
        assert_has(&slider().step(-1.0), &["step=\"1\""]);
    }

    #[test]
    fn a_set_point_has_the_decimals_of_its_step_and_its_start() {
        let cases = [
            (0.0, 1.0, ">1</span>"),
            (0.0, 0.25, ">1.00</span>"),
            (0.5, 1.0, ">1.0</span>"),
            (-0.1, 0.3, ">1.0</span>"),
            (0.0, 1.0 / 3.0, ">1.000000</span>"),
        ];
        for (min, step, text) in cases {
            assert_has(&slider().range(min..=9.0).step(step).value(1.0), &["dd-slider-value", text]);
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
