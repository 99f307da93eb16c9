//! Shows callbacks without an output, which only act on the device. Otherwise like `example1`.
//!
//! ```text
//! cargo run --example example1a
//! ```
//!
//! Open the printed address in two windows, and watch the terminal. The device prints each shared value there,
//! whichever page sets it, and counts the values. A periodic callback shows the count on every page.

#![allow(clippy::print_stdout, reason = "this device prints to the terminal")]

use dash_devices::prelude::*;

/// The device: it receives commands, returns nothing, and prints them to the terminal.
#[derive(Default)]
struct Printer {
    lines: u32,
}

impl Printer {
    fn print(&mut self, line: &str) {
        self.lines += 1;
        println!("{:4} {line}", self.lines);
    }
}

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

    printed: Text,
}

#[callback_shared(output = Ui::shared_slider_output.text)]
fn show_shared_slider(#[input(Ui::shared_slider.value)] value: f64) -> String {
    value.to_string()
}

#[callback_shared(output = Ui::shared_text_output.text)]
fn show_shared_text(#[input(Ui::shared_text.value)] text: String) -> String {
    text
}

/// It has no `output` and only acts on the device. `initial = false`, because no user has set a value when the server
/// starts.
#[callback_shared(initial = false)]
fn print_slider(printer: &mut Printer, #[input(Ui::shared_slider.value)] value: f64) {
    printer.print(&format!("slider: {value}"));
}

#[callback_shared(initial = false)]
fn print_text(printer: &mut Printer, #[input(Ui::shared_text.value)] text: &str) {
    printer.print(&format!("text: {text:?}"));
}

#[callback(output = Ui::slider_output.text)]
fn show_slider(#[input(Ui::slider.value)] value: f64) -> String {
    value.to_string()
}

#[callback(output = Ui::text_output.text)]
fn show_text(#[input(Ui::text.value)] text: String) -> String {
    text
}

/// Reads the count from the device. It waits in the same queue as the callbacks that print.
#[callback_shared(every = "250ms", output = Ui::printed.text)]
fn count(printer: &mut Printer) -> String {
    printer.lines.to_string()
}

impl Dashboard for Ui {
    type Device = Printer;
    type Session = ();
    const CALLBACKS: Callbacks<Self> =
        callbacks![show_shared_slider, show_shared_text, print_slider, print_text, show_slider, show_text, count];

    fn layout(self) -> Element {
        page(
            "Callbacks without an output",
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
                card(
                    "The device",
                    (
                        self.printed.label("Lines printed"),
                        text("It prints each shared value in the terminal of the server. Private ones never reach it."),
                    ),
                ),
            ),
        )
    }
}

#[tokio::main]
async fn main() -> dash_devices::Result<()> {
    Ui::serve(Printer::default()).await
}
