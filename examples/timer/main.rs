//! Measures round trips: one slider sends through the page's WebSocket, the other by one HTTP request per value.
//!
//! ```text
//! cargo run --release --example timer
//! ```
//!
//! Move a slider, or press a button for 50 round trips, each after the answer to the previous one. The page measures
//! the time from the control to the answer itself, and shows the median of the last 50. Both sliders are private to
//! their page.
//!
//! `Trips` shows what a custom component needs: a struct, a script and a stylesheet beside it.

use dash_devices::{Component, component::prelude::*, prelude::*};

/// The times of the round trips of a control.
#[derive(Component)]
#[component(tag = "timer-trips", script = "trips.js", style = "trips.css")]
struct Trips {
    id: ComponentId,
    /// The id of the slider whose trips are measured.
    control: String,
    /// The server's answer: the value that the slider sent.
    answer: Option<f64>,
    /// Whether the slider sends by HTTP request. Then the browser's own measurement counts, from the request to the
    /// response.
    by_request: bool,
}

impl Render for Trips {
    fn render(&self, html: &mut Html) {
        html.tag("output").attr("class", "timer-median").text("–");
        html.tag("span").attr("class", "timer-range").text("no trip yet");
        html.tag("button").attr("type", "button").text("Measure 50");
    }
}

#[components]
struct Ui {
    socket: Slider,
    socket_trips: Trips,
    http: Slider,
    http_trips: Trips,
}

#[callback(output = Ui::socket_trips.answer)]
fn through_the_socket(#[input(Ui::socket.value)] value: f64) -> f64 {
    value
}

#[callback(output = Ui::http_trips.answer, transport = http)]
fn by_request(#[input(Ui::http.value)] value: f64) -> f64 {
    value
}

impl Dashboard for Ui {
    type Device = ();
    type Session = ();
    const CALLBACKS: Callbacks<Self> = callbacks![through_the_socket, by_request];

    fn layout(self) -> Element {
        // Every value is sent at once, because a delay between values would be measured too.
        let slider = |slider: Slider| slider.range(0.0..=100.0).step(1.0);
        page(
            "Timer",
            (
                card("WebSocket", (slider(self.socket).label("Value"), self.socket_trips.control("socket"))),
                card("HTTP", (slider(self.http).label("Value"), self.http_trips.control("http").by_request(true))),
            ),
        )
    }
}

#[tokio::main]
async fn main() -> dash_devices::Result<()> {
    Ui::serve(()).await
}
