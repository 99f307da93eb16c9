//! A rover that somebody drives: rights, users, and controls that act only while they are held.
//!
//! ```text
//! cargo run --features users --example rover
//! ```
//!
//! First add a user: the same command with `-- user add ada --role driver` at its end asks for a password and makes
//! `users.toml`. Then everybody sees the rover, and who has logged in as a driver can drive it with a mouse, a finger, or
//! W, A, S, D. It stops when the joystick is let go, the page is hidden or closed, or the network breaks. It also stops
//! when this program stands still, because the motor controller wants to be told again what to do. A chief sees who
//! wanted what.

mod rover;

use dash_devices::{App, prelude::*, users_command};
use rover::{Rover, State};

/// The lowest role first.
#[derive(Role)]
enum Role {
    /// Sees everything, and operates nothing.
    Viewer,
    Driver,
    /// Sets how fast drivers may drive.
    Chief,
}

#[components(role = Role, needs = Role::Driver)]
struct Ui {
    drive: Joystick,
    horn: HoldButton,
    sounding: Indicator,
    #[needs(Role::Chief)]
    limit: Slider,
    speed: Gauge,
    position: Text,
    battery: Progress,
    history: Trend,
    driver: Text,
    /// Who wanted what, and what became of it. Nobody needs a file for that.
    #[sees(Role::Chief)]
    log: AuditLog,
}

/// A newer position replaces one that waits, so the motors always get the newest. The page's user is who drives.
#[callback_shared(output = Ui::driver.text)]
fn drive(rover: &mut Rover, client: Option<Client>, #[input(Ui::drive.value)] stick: Axes) -> String {
    rover.drive(stick.y, -stick.x);
    match client {
        Some(client) if stick != Axes::default() => format!("{} drives", client.user()),
        _ => "Nobody drives".to_owned(),
    }
}

#[callback_shared]
fn limit(rover: &mut Rover, #[input(Ui::limit.value)] percent: f64) {
    rover.limit(percent);
}

#[callback_shared(output = Ui::sounding.on)]
fn horn(#[input(Ui::horn.held)] held: bool) -> bool {
    held
}

/// Tells the motor controller again what to do, and reads what the rover measures.
#[callback_shared(
    every = "100ms",
    output = (Ui::speed.value, Ui::position.text, Ui::battery.value, Ui::history.points)
)]
fn watch(rover: &mut Rover) -> (f64, String, f64, Vec<Sample>) {
    rover.command();
    let State { x, y, heading, speed, charge } = rover.state();
    let degrees = heading.to_degrees().rem_euclid(360.0);
    (speed, format!("{x:.1} m, {y:.1} m, {degrees:.0}°"), charge, vec![Sample::now([speed])])
}

impl Dashboard for Ui {
    type Device = Rover;
    type Session = ();
    const CALLBACKS: Callbacks<Self> = callbacks![drive, limit, horn, watch];

    fn layout(self) -> Element {
        page(
            "Rover",
            (
                card("Drive", (self.drive.dead_zone(0.1), self.driver.text("Nobody drives"))),
                card(
                    "Motors",
                    (
                        self.speed.label("Speed").unit("m/s").range(-2.0..=2.0),
                        self.limit.label("Speed limit").unit("%").value(50.0),
                        row((self.horn.label("Hold for the horn"), self.sounding.label("Horn"))),
                    ),
                ),
                card(
                    "Position",
                    (self.position.label("From the start"), self.battery.label("Battery").unit("%").value(100.0)),
                ),
                card("Speed", self.history.series([Series::new("Speed").unit("m/s")])),
                self.log.label("Commands"),
            ),
        )
    }
}

/// The users, unless `DASH_USERS` names another file.
const USERS: &str = "users.toml";

#[tokio::main]
async fn main() -> dash_devices::Result<()> {
    // Before the rover is opened, so that users can be added while another process drives it.
    if users_command::<Ui>(USERS)? {
        return Ok(());
    }
    App::new::<Ui>(Rover::start())?.users(USERS).guest(Role::Viewer).serve().await
}
