//! Shows shared and private callbacks side by side: shared values for all clients, and values of one page.
//!
//! ```text
//! cargo run --example example1
//! ```
//!
//! Open the printed address in two windows. The shared controls move in both, and a page that is opened later shows
//! their current values. The private controls belong to one page: the other page does not change, and a reloaded page
//! starts with the initial values.

use dash_devices::prelude::*;

#[components]
struct Ui {
    shared_slider: Slider,
    shared_slider_output: Text,
    shared_text: Input,
    shared_text_output: Text,

    slider: Slider,
    slider_output: Text,
    text: Input,
    text_output: Text,
}

/// Shared: it runs once per change by any client, and every page shows the result.
#[callback_shared(output = Ui::shared_slider_output.text)]
fn show_shared_slider(#[input(Ui::shared_slider.value)] value: f64) -> String {
    value.to_string()
}

#[callback_shared(output = Ui::shared_text_output.text)]
fn show_shared_text(#[input(Ui::shared_text.value)] text: String) -> String {
    text
}

/// Private: the same function, but only the page that caused the run shows the result. Its slider is private too,
/// because no shared callback reads it.
#[callback(output = Ui::slider_output.text)]
fn show_slider(#[input(Ui::slider.value)] value: f64) -> String {
    value.to_string()
}

#[callback(output = Ui::text_output.text)]
fn show_text(#[input(Ui::text.value)] text: String) -> String {
    text
}

impl Dashboard for Ui {
    type Device = ();
    type Session = ();
    const CALLBACKS: Callbacks<Self> = callbacks![show_shared_slider, show_shared_text, show_slider, show_text];

    fn layout(self) -> Element {
        page(
            "Shared and private",
            (
                card(
                    "Shared: the same on every page",
                    (
                        self.shared_slider.label("Slider").range(0.0..=20.0).step(1.0).value(10.0),
                        self.shared_slider_output.label("The server says"),
                        self.shared_text.label("Text").value("for everybody"),
                        self.shared_text_output.label("The server says"),
                    ),
                ),
                card(
                    "Private: only on this page",
                    (
                        self.slider.label("Slider").range(0.0..=20.0).step(1.0).value(10.0),
                        self.slider_output.label("The server says"),
                        self.text.label("Text").value("for me"),
                        self.text_output.label("The server says"),
                    ),
                ),
            ),
        )
    }
}

#[tokio::main]
async fn main() -> dash_devices::Result<()> {
    Ui::serve(()).await
}
