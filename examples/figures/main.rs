//! Figures of plotly, for what no other component draws: a measurement with its errors, a field with its contours, shares,
//! and a curve that grows. A click on a point shows what it is.
//!
//! ```text
//! cargo run --features plotly --example figures
//! ```

use std::f64::consts::TAU;

use dash_devices::prelude::*;
use plotly::{
    Bar, Contour, HeatMap, Layout, Pie, Plot, Scatter,
    common::{ErrorData, ErrorType, Mode, Title},
    layout::Axis,
};

#[components]
struct Ui {
    theme: ThemeSwitch,
    curve: Graph,
    clicked: Text,
    level: Graph,
    field: Graph,
    plate: Graph,
    shares: Graph,
    counts: Graph,
    gain: Slider,
}

/// An amplifier on a bench, whose output bends.
struct Amplifier {
    gain: f64,
    seconds: f64,
}

impl Amplifier {
    fn output(&self, input: f64) -> f64 {
        5.0 * (self.gain * input / 5.0).tanh()
    }
}

fn axes(x: &str, y: &str) -> Layout {
    let axis = |text: &str| Axis::new().title(Title::with_text(text));
    Layout::new().x_axis(axis(x)).y_axis(axis(y))
}

/// The characteristic: what was measured, with its error, and the ideal line. A zoomed view stays where it is.
#[callback_shared(output = Ui::curve.figure)]
fn measure(amplifier: &mut Amplifier, #[input(Ui::gain.value)] gain: f64) -> Figure {
    amplifier.gain = gain;
    let inputs: Vec<f64> = (-10..=10).map(|step| f64::from(step) / 5.0).collect();
    let outputs: Vec<f64> = inputs.iter().map(|input| amplifier.output(*input)).collect();
    let ideal = inputs.iter().map(|input| gain * input).collect();
    let mut plot = Plot::new();
    let error = ErrorData::new(ErrorType::Constant).value(0.2);
    plot.add_trace(Scatter::new(inputs.clone(), outputs).name("Measured").mode(Mode::LinesMarkers).error_y(error));
    plot.add_trace(Scatter::new(inputs, ideal).name("Ideal").mode(Mode::Lines));
    plot.set_layout(axes("Input [V]", "Output [V]"));
    plot.into()
}

/// What a person has clicked.
#[callback_shared(output = Ui::clicked.text)]
fn name(#[input(Ui::curve.click)] points: Option<Vec<GraphPoint>>) -> String {
    match points.into_iter().flatten().next() {
        Some(GraphPoint { name, x: Cell::Number(x), y: Cell::Number(y), .. }) => {
            format!("{name}: {x:.1} V → {y:.2} V")
        }
        _ => "Nothing".to_owned(),
    }
}

/// The traces of the growing curves. Their points come as a stream.
fn levels() -> Plot {
    let mut plot = Plot::new();
    for name in ["Input", "Output"] {
        plot.add_trace(Scatter::<f64, f64>::new(vec![], vec![]).name(name).mode(Mode::Lines));
    }
    plot.set_layout(axes("Time [s]", "Level [V]"));
    plot
}

#[callback_shared(every = "250ms", output = Ui::level.extend)]
fn follow(amplifier: &mut Amplifier) -> Vec<GraphPoints> {
    amplifier.seconds += 0.25;
    let input = (TAU * amplifier.seconds / 10.0).sin();
    let output = amplifier.output(input);
    vec![GraphPoints::new(0).point(amplifier.seconds, input), GraphPoints::new(1).point(amplifier.seconds, output)]
}

/// The field around two charges: its places, and the potential there.
fn potential() -> (Vec<f64>, Vec<Vec<f64>>) {
    let places: Vec<f64> = (-20..=20).map(|step| f64::from(step) / 5.0).collect();
    let at = |x: f64, y: f64| {
        let from = |charge: f64| 1.0 / (0.5 + (x - charge).hypot(y));
        ((from(-1.5) - from(1.5)) * 1e3).round() / 1e3
    };
    let rows = places.iter().map(|y| places.iter().map(|x| at(*x, *y)).collect()).collect();
    (places, rows)
}

fn contours() -> Plot {
    let (places, potential) = potential();
    let mut plot = Plot::new();
    plot.add_trace(Contour::new(places.clone(), places, potential).name("Potential"));
    plot
}

fn heat() -> Plot {
    let (places, potential) = potential();
    let mut plot = Plot::new();
    plot.add_trace(HeatMap::new(places.clone(), places, potential).name("Potential"));
    plot
}

fn power() -> Plot {
    let mut plot = Plot::new();
    plot.add_trace(Pie::new(vec![55, 30, 15]).labels(vec!["Heat", "Signal", "Fan"]).name("Power"));
    plot
}

fn tests() -> Plot {
    let days = || vec!["Mon", "Tue", "Wed", "Thu", "Fri"];
    let mut plot = Plot::new();
    plot.add_trace(Bar::new(days(), vec![12, 19, 7, 23, 16]).name("Passed"));
    plot.add_trace(Bar::new(days(), vec![1, 0, 3, 2, 1]).name("Failed"));
    plot
}

impl Dashboard for Ui {
    type Device = Amplifier;
    type Session = ();
    const CALLBACKS: Callbacks<Self> = callbacks![measure, name, follow];

    fn layout(self) -> Element {
        let Self { theme, curve, clicked, level, field, plate, shares, counts, gain } = self;
        let gain = gain.label("Gain").range(1.0..=10.0).step(0.5).value(4.0);
        page(
            "Figures",
            (
                header(theme.night(true)),
                card(
                    "Amplifier",
                    (
                        curve.label("Characteristic, with the errors of the measurement").height(380),
                        gain,
                        clicked.label("Clicked"),
                    ),
                )
                .width(Width::Wide),
                card("Live", level.label("Levels at 0.1 Hz").figure(levels()).keep(240).height(380)).width(Width::Wide),
                card("Contours", field.label("Potential of two charges").figure(contours())).width(Width::Wide),
                card("Heatmap", plate.label("Potential of two charges").figure(heat())).width(Width::Wide),
                card("Pie", shares.figure(power()).label("Where the power goes")),
                card("Bars", counts.figure(tests()).label("Tests of the week")),
            ),
        )
    }
}

#[tokio::main]
async fn main() -> dash_devices::Result<()> {
    Ui::serve(Amplifier { gain: 4.0, seconds: 0.0 }).await
}
