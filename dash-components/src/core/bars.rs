use dash_macros::{Component, value};
use dash_runtime::{
    component::prelude::*,
    look::{Bound, Item, constant},
};

use super::limits::scale;

/// Values side by side, each as a bar with its name and its number.
///
/// All bars have one scale, so that their lengths can be compared. Each begins at zero, or at the end of the scale that is
/// nearest to zero. A callback may also set the ends of the scale. For one value with limits use a
/// [`Meter`](crate::Meter), for values over time a [`Trend`](crate::Trend).
///
/// ```
/// # use dash_components::{Bar, Bars};
/// # fn of(load: Bars) -> Bars {
/// load.label("Load of the cores").unit("%").range(0.0..=100.0)
/// # }
/// // What a callback returns for `bars`:
/// let bars = vec![Bar::new("core 0", 61.5), Bar::new("core 1", None)];
/// # let _ = bars;
/// ```
#[derive(Component)]
#[component(tag = "dd-bars", style = "bars.css")]
pub struct Bars {
    id: ComponentId,
    /// The bars, from top to bottom. Default: none, shown as "No values".
    #[prop(no_setter)]
    bars: Vec<Bar>,
    /// The visible name. Empty (the default): no visible name.
    label: String,
    /// The unit behind each number. Empty (the default): no unit.
    unit: String,
    /// The number of decimals, at most 20. `None` (the default): as many as six significant digits need.
    #[prop(no_setter)]
    digits: Option<u8>,
    /// The value at the left end of the scale, in `unit`. Default: 0. A smaller value is shown as this.
    min: f64,
    /// The value at the right end of the scale, in `unit`. Default: 100. A larger value is shown as this.
    #[prop(default = 100.0)]
    max: f64,
}

/// One bar of [`Bars`].
#[value]
#[derive(Debug, Clone, PartialEq)]
pub struct Bar {
    /// The name before it.
    pub name: String,
    /// The value, in the unit of the bars. `None`: no value.
    pub value: Option<f64>,
}

impl Bar {
    /// Creates a bar with this name and value.
    pub fn new(name: impl IntoValue<String>, value: impl IntoValue<Option<f64>>) -> Self {
        Self { name: name.into_value(), value: value.into_value() }
    }
}

impl Bars {
    /// Sets the bars, from top to bottom.
    #[must_use]
    pub fn bars(mut self, bars: impl IntoIterator<Item = Bar>) -> Self {
        self.bars = bars.into_iter().collect();
        self
    }

    /// Sets the number of decimals, at most 20.
    #[must_use]
    pub fn digits(mut self, digits: u8) -> Self {
        self.digits = Some(digits);
        self
    }
}

scale!(Bars);

impl View for Bars {
    fn view(p: BarsBound, look: &mut Look) {
        let origin = constant(0.0).share(p.min, p.max);
        look.tag("div").attr("class", "dd-label dd-bars-label").attr("aria-hidden", "true").text(p.label);
        look.tag("p").attr("class", "dd-bars-none").flag("hidden", p.bars.count().is_above(0)).text("No values");
        let list = look.tag("ul").attr("class", "dd-bars").attr("aria-label", p.label.or(words_of_id()));
        list.flag("hidden", p.bars.count().is(0)).inner(|look| {
            let name = |bar: Item<Bar>| bar.value.field("name", |bar| &bar.name);
            look.each_by(p.bars, name, |bar, look| {
                let value = bar.value.field("value", |bar| &bar.value);
                let end = value.is_known().choose(value.share(p.min, p.max), origin);
                let (from, to) = (end.at_most(origin), end.at_least(origin));
                look.tag("li").attr("class", "dd-bar").inner(|look| {
                    look.tag("span").attr("class", "dd-bar-name").text(name(bar));
                    // The number says it to a screen reader.
                    let track = look.tag("svg").attr("class", "dd-bar-track").attr("aria-hidden", "true");
                    track.inner(|look| {
                        rect(look, "dd-bar-rail", constant("0%"), constant("100%"));
                        rect(look, "dd-bar-fill", from.percent(), (to - from).percent());
                    });
                    look.tag("span").attr("class", "dd-bar-value").inner(|look| {
                        look.tag("span").attr("class", "dd-bar-number").text(value.number(p.digits));
                        look.tag("span").attr("class", "dd-unit").text(p.unit.suffix());
                    });
                });
            });
        });
    }
}

fn rect(look: &mut Look, class: &'static str, x: Bound<String>, width: Bound<String>) {
    let rect = look.tag("rect").attr("class", class).attr("x", x).attr("width", width);
    rect.attr("height", "100%").empty();
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::core::testing::{assert_has, component, drawn};

    fn fill(x: &str, width: &str) -> String {
        format!("dd-bar-fill\" x=\"{x}\" width=\"{width}\"")
    }

    #[test]
    fn all_bars_have_one_scale_and_begin_at_zero() {
        let bars = component::<Bars>().unit("W").range(0.0..=200.0).bars([
            Bar::new("<a>", 50.0),
            Bar::new("b", 200.0),
            Bar::new("c", 0.0),
        ]);
        let parts =
            ["&lt;a&gt;", &fill("0.00%", "25.00%"), ">50<", "W<", &fill("0.00%", "100.00%"), &fill("0.00%", "0.00%")];
        assert_has(&bars, &parts);
    }

    #[test]
    fn bars_below_zero_begin_at_zero_too() {
        let bars = component::<Bars>().range(-25.0..=75.0).bars([Bar::new("a", -25.0), Bar::new("b", 75.0)]);
        assert_has(&bars, &[&fill("0.00%", "25.00%"), ">-25<", &fill("25.00%", "75.00%")]);
    }

    #[test]
    fn what_is_beyond_the_scale_fills_it_and_keeps_its_number() {
        let bars = component::<Bars>().digits(1).bars([Bar::new("a", 25.0), Bar::new("b", 1e6)]);
        assert_has(&bars, &[&fill("0.00%", "25.00%"), ">25.0<", &fill("0.00%", "100.00%"), ">1000000.0<"]);
    }

    #[test]
    fn without_values_it_says_so() {
        assert_has(&component::<Bars>(), &["<p class=\"dd-bars-none\">No values</p>", "hidden"]);
        let bars = component::<Bars>().bars([Bar::new("a", None), Bar::new("b", f64::NAN)]);
        assert_has(&bars, &["dd-bars-none\" hidden", &fill("0.00%", "0.00%"), ">–<", ">–<"]);
        assert!(!drawn(&bars).contains("NaN"));
    }
}
