//! A rover that somebody drives: users and roles, who is in control, a stop, an interlock, and controls that act only
//! while they are held.
//!
//! ```text
//! cargo run --features users --example rover
//! ```
//!
//! First add users: the same command with `-- user add ada --role driver` at its end asks for a password and makes
//! `users.toml`. Then everybody sees the rover. Who has logged in as a driver asks for control, arms the motors, and
//! drives with a mouse, a finger, or W, A, S, D. A second driver asks the first one; a chief takes control over. The rover
//! stops when the joystick is let go, the page is hidden or closed, or the network breaks. It also stops when this program
//! stands still, because the motor controller wants to be told again what to do. STOP is for everybody.

#![allow(clippy::needless_pass_by_value, reason = "the library passes parameters of callbacks by value")]

#[path = "../cameras/png.rs"]
mod png;
mod rover;
mod view;

use dash_devices::{App, PictureFormat, StopState, prelude::*, users_command};
use rover::{FENCE, Rover, State};

/// The lowest role first.
#[derive(Role)]
enum Role {
    /// Sees everything, may press STOP, and operates nothing else.
    Viewer,
    Driver,
    /// Sets how fast drivers may drive, and takes control over.
    Chief,
}

#[components(role = Role, needs = Role::Driver)]
struct Ui {
    stop: Stop,
    #[takes(Role::Chief)]
    control: Control,
    #[under(stop)]
    motors: Armed,
    #[under(control, motors, stop)]
    drive: Joystick,
    #[under(control)]
    horn: HoldButton,
    sounding: Indicator,
    #[needs(Role::Chief)]
    limit: Slider,
    speed: Gauge,
    camera: Camera,
    map: Map,
    position: Text,
    battery: Progress,
    history: Trend,
    /// Who wanted what, and what became of it. Nobody needs a file for that.
    #[sees(Role::Chief)]
    log: AuditLog,
}

/// A newer position replaces one that waits, so the motors always get the newest.
#[callback_shared]
fn drive(rover: &mut Rover, #[input(Ui::drive.value)] stick: Axes) {
    rover.drive(stick.y, -stick.x);
}

#[callback_shared]
fn limit(rover: &mut Rover, #[input(Ui::limit.value)] percent: f64) {
    rover.limit(percent);
}

#[callback_shared(output = Ui::sounding.on)]
fn horn(#[input(Ui::horn.held)] held: bool) -> bool {
    held
}

/// The brake that STOP has set is released when STOP is reset.
#[callback_shared]
fn release(rover: &mut Rover, handle: Handle<Ui>, #[input(Ui::stop.state)] stop: StopState) {
    if stop == StopState::Ready {
        rover.release_brake();
        // Somebody may have pressed it again before this has run. The state changes before the brake is set.
        if handle.get(Ui::stop.state) != StopState::Ready {
            rover.brake().set();
        }
    }
}

/// Tells the motor controller again what to do, and reads what the rover measures.
#[callback_shared(
    every = "100ms",
    output = (Ui::speed.value, Ui::position.text, Ui::battery.value, Ui::history.points, Ui::motors.conditions)
)]
fn watch(rover: &mut Rover) -> (f64, String, f64, Vec<Sample>, Vec<Condition>) {
    rover.command();
    let State { x, y, heading, speed, charge } = rover.state();
    let degrees = heading.to_degrees().rem_euclid(360.0);
    let conditions = vec![
        Condition::new("Battery above 20 %", charge > 20.0),
        Condition::new("Inside of the fence", x.abs() < FENCE && y.abs() < FENCE),
    ];
    (speed, format!("{x:.1} m, {y:.1} m, {degrees:.0}°"), charge, vec![Sample::now([speed])], conditions)
}

/// The camera, while somebody looks.
#[callback_shared(every = "100ms", when = watched, output = Ui::camera.source)]
fn look(rover: &mut Rover) -> Picture {
    Picture::new(PictureFormat::Png, view::camera(&rover.state()))
}

/// The map, while somebody looks.
#[callback_shared(every = "250ms", when = watched, output = (Ui::map.poses, Ui::map.tracks))]
fn track(rover: &mut Rover) -> (Vec<Pose>, Edit<Vec<Track>>) {
    let State { x, y, heading, .. } = rover.state();
    let posts = view::POSTS.map(|(x, y, _)| Pose::new("", x, y).colour(10));
    let rover_itself = Pose::new("Rover", x, y).heading(90.0 - heading.to_degrees());
    let way = rover.track();
    // Pages get only what is new of the way.
    let tracks = Edit::with(move |tracks: &mut Vec<Track>| *tracks = vec![Track::new("Way").points(way.clone())]);
    ([rover_itself].into_iter().chain(posts).collect(), tracks)
}

impl Dashboard for Ui {
    type Device = Rover;
    type Session = ();
    const CALLBACKS: Callbacks<Self> = callbacks![drive, limit, horn, release, watch, look, track];

    /// The brake acts on the controller itself. It needs no part of the rover that a callback may have.
    fn stops(rover: &Rover) -> Stops<Self> {
        let brake = rover.brake();
        Stops::new().on(Self::stop, move || brake.set())
    }

    fn layout(self) -> Element {
        let corners = [(-FENCE, -FENCE), (FENCE, -FENCE), (FENCE, FENCE), (-FENCE, FENCE)];
        let fence = Fence::new("Fence").points(corners).tone(Tone::Warn);
        let edge = -FENCE - 2.0..=FENCE + 2.0;
        page(
            "Rover",
            (
                dock(self.stop.hint("No link: use the switch on the rover")),
                card(
                    (Icon::Camera, "Camera"),
                    (
                        self.camera.label("Front").size(view::WIDTH as f64, view::HEIGHT as f64),
                        grid((
                            self.position.label("From the start"),
                            self.battery.label("Battery").unit("%").value(100.0),
                        )),
                    ),
                )
                .width(Width::Wide),
                card((Icon::Lock, "Safety"), (self.control.label("Control"), self.motors.label("Motors"))),
                card(
                    (Icon::Joystick, "Drive"),
                    (
                        self.drive.dead_zone(0.1),
                        self.limit.label("Speed limit").unit("%").value(50.0),
                        row((self.horn.label("Hold for the horn"), self.sounding.label("Horn"))),
                    ),
                ),
                card((Icon::Map, "Map"), self.map.fences([fence]).x_range(edge.clone()).y_range(edge))
                    .width(Width::Wide),
                card((Icon::Gauge, "Speed"), self.speed.label("Now").unit("m/s").range(-2.0..=2.0)),
                card((Icon::Chart, "Last minute"), self.history.series([Series::new("Speed").unit("m/s")])),
                card((Icon::List, "Commands"), self.log).width(Width::Full),
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
