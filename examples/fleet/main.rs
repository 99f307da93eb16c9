//! Shows many devices that are elsewhere: twenty simulated rovers, each a program of its own for its viewers, and two relays.
//! The rovers have no address that a viewer could reach. They connect to a broker, and so do the relays. The list of a relay
//! has the values with `#[fleet]`, live.
//!
//! ```text
//! cargo run --features nats --example fleet
//! ```
//!
//! It starts the broker (`nats-server`, in Debian's package of that name) with its data in a temporary folder. With
//! `DASH_FABRIC=nats://host:4222` it uses that broker instead. Open both relays, and end one of them or the broker.

use std::{
    env,
    error::Error,
    fs,
    path::PathBuf,
    process::{Child, Command, Stdio},
};

use dash_devices::{App, Relay, prelude::*};
use tokio::{
    net::TcpListener,
    signal::{
        ctrl_c,
        unix::{SignalKind, signal},
    },
};

/// The number of rovers.
const ROVERS: u32 = 20;
/// The addresses of the relays.
const RELAYS: [&str; 2] = ["127.0.0.1:8050", "127.0.0.1:8051"];
/// Where the broker listens that this program starts.
const PORT: &str = "4333";

/// The components on the page of one rover.
#[components]
struct Ui {
    #[fleet(reported)]
    speed: Slider,
    stop: Button,
    #[fleet]
    battery: Gauge,
    way: Trend,
    #[fleet]
    place: Text,
}

/// A rover that drives along a line.
struct Rover {
    speed: f64,
    place: f64,
    battery: f64,
}

/// What the rover has done since the last time.
#[callback_shared(
    every = "200ms",
    output = (Ui::speed.reported, Ui::battery.value, Ui::way.points, Ui::place.text)
)]
fn drive(rover: &mut Rover) -> (f64, f64, Sample, String) {
    rover.place += rover.speed * 0.2;
    // Standing still charges it.
    rover.battery = (rover.battery - rover.speed.abs() * 0.02 + 0.01).clamp(0.0, 100.0);
    (rover.speed, rover.battery, Sample::now([Some(rover.place)]), format!("{:.1} m", rover.place))
}

#[callback_shared(initial = false)]
fn set_speed(rover: &mut Rover, #[input(Ui::speed.value)] speed: f64) {
    rover.speed = speed;
}

#[callback_shared(on = Ui::stop.click, output = Ui::speed.value)]
fn stop() -> f64 {
    0.0
}

impl Dashboard for Ui {
    type Device = Rover;
    type Session = ();
    const CALLBACKS: Callbacks<Self> = callbacks![drive, set_speed, stop];

    fn layout(self) -> Element {
        let speed = self.speed.label("Speed").unit("m/s").range(-2.0..=2.0).step(0.1);
        page(
            "Rover",
            (
                card("Drive", (speed, self.stop.label("Stand still"))),
                card("State", (self.battery.label("Battery").unit("%").range(0.0..=100.0), self.place.label("Place"))),
                card("Way", self.way.series([Series::new("Place").unit("m")])),
            ),
        )
    }
}

/// The broker that this program has started, and its data. Both end with the program.
struct Broker(Child, PathBuf);

impl Broker {
    fn start() -> Result<Self, String> {
        let data = env::temp_dir().join(format!("dash-fleet-{}", std::process::id()));
        let mut command = Command::new("nats-server");
        command.args(["-a", "127.0.0.1", "-p", PORT, "-js", "-sd"]).arg(&data);
        let child = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn();
        let child =
            child.map_err(|error| format!("nats-server cannot be started ({error}): apt-get install nats-server"))?;
        Ok(Self(child, data))
    }
}

impl Drop for Broker {
    fn drop(&mut self) {
        // An error means that it has ended.
        let _ = (self.0.kill(), self.0.wait(), fs::remove_dir_all(&self.1));
    }
}

#[tokio::main]
#[allow(clippy::print_stdout, reason = "the person who starts it needs the addresses")]
async fn main() -> Result<(), Box<dyn Error>> {
    let mut relays = Vec::new();
    for address in RELAYS {
        let listener = TcpListener::bind(address).await.map_err(|error| format!("no relay at {address}: {error}"))?;
        relays.push(listener);
    }
    let (url, _broker) = match env::var("DASH_FABRIC") {
        Ok(url) => (url, None),
        Err(_) => (format!("nats://127.0.0.1:{PORT}"), Some(Broker::start()?)),
    };
    for number in 1..=ROVERS {
        let mut handle = None;
        let app = App::with::<Ui>(|own| {
            handle = Some(own);
            Rover { speed: 0.0, place: 0.0, battery: 100.0 - f64::from(number) }
        })?;
        let app = app.fabric(url.as_str(), format!("fleet.rover-{number:02}"));
        tokio::spawn(app.serve_on(TcpListener::bind("127.0.0.1:0").await?, std::future::pending()));
        // It drives, until somebody wants something else.
        if let Some(handle) = handle {
            handle.push(changes![Ui::speed.value = f64::from(number % 5) / 5.0])?;
        }
    }
    for (listener, address) in relays.into_iter().zip(RELAYS) {
        tokio::spawn(Relay::new(url.as_str()).serve_on(listener, std::future::pending()));
        println!("Relay on http://{address}/");
    }
    // The broker must end in both cases.
    let mut terminate = signal(SignalKind::terminate())?;
    tokio::select! {
        pressed = ctrl_c() => pressed?,
        _ = terminate.recv() => {}
    }
    Ok(())
}
