//! The page for measurements of round trips. It does the same work as the benchmark page of dash_devices.
//!
//! ```text
//! cargo run --release --example roundtrip
//! ```
//!
//! It has a slider whose value comes back as text, a text field whose text comes back, and a chain of five shared
//! callbacks from the slider. Open it twice and drag the slider.

use dash_devices::prelude::*;

#[components]
struct Ui {
    slider: Slider,
    slider_output: Text,
    text: Input,
    text_output: Text,
    c1: Text,
    c2: Text,
    c3: Text,
    c4: Text,
    c5: Text,
}

#[callback_shared(output = Ui::slider_output.text)]
fn show_slider(#[input(Ui::slider.value)] value: f64) -> String {
    value.to_string()
}

#[callback_shared(output = Ui::text_output.text)]
fn show_text(#[input(Ui::text.value)] text: String) -> String {
    text
}

#[callback_shared(output = Ui::c1.text)]
fn first(#[input(Ui::slider.value)] value: f64) -> String {
    value.to_string()
}

#[callback_shared(output = Ui::c2.text)]
fn second(#[input(Ui::c1.text)] before: String) -> String {
    before
}

#[callback_shared(output = Ui::c3.text)]
fn third(#[input(Ui::c2.text)] before: String) -> String {
    before
}

#[callback_shared(output = Ui::c4.text)]
fn fourth(#[input(Ui::c3.text)] before: String) -> String {
    before
}

#[callback_shared(output = Ui::c5.text)]
fn fifth(#[input(Ui::c4.text)] before: String) -> String {
    before
}

impl Dashboard for Ui {
    type Device = ();
    type Session = ();
    const CALLBACKS: Callbacks<Self> = callbacks![show_slider, show_text, first, second, third, fourth, fifth];

    fn layout(self) -> Element {
        page(
            "Round trip",
            (
                card("Slider", (self.slider.range(0.0..=100.0), self.slider_output)),
                card("Text", (self.text, self.text_output)),
                card("Chain", row((self.c1, self.c2, self.c3, self.c4, self.c5))),
            ),
        )
    }
}

#[tokio::main]
async fn main() -> dash_devices::Result<()> {
    Ui::serve(()).await
}
