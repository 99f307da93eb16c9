//! Shared and private side by side: what everybody has in common, and what each page has to itself.
//!
//! ```text
//! cargo run --example example1
//! ```
//!
//! Open the address that it prints in two windows. The shared controls move in both, and whoever comes later finds them
//! as they are. The private ones belong to the page that moved them: the other one does not notice, and a page that is
//! loaded again begins anew.

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

/// Shared: it runs once for a change, whoever made it, and every page shows what it returns.
#[callback_shared(output = Ui::shared_slider_output.text)]
fn show_shared_slider(#[input(Ui::shared_slider.value)] value: f64) -> String {
    value.to_string()
}

#[callback_shared(output = Ui::shared_text_output.text)]
fn show_shared_text(#[input(Ui::shared_text.value)] text: String) -> String {
    text
}

/// Private: the same function, but only the page that asked shows what it returns. With that its slider is private, too:
/// nothing else reads it.
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
