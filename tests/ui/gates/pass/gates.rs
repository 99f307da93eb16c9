//! Gates of all kinds, in groups, under each other, and on callbacks.

use dash_devices::prelude::*;

#[derive(Role)]
enum Role {
    Guest,
    Driver,
    Chief,
}

#[components(role = Role, needs = Role::Driver)]
struct Motor {
    stop: Stop,
    #[under(stop)]
    speed: Slider,
}

#[components(role = Role)]
struct Ui {
    #[takes(Role::Chief)]
    drive: Control,
    stop: Stop,
    #[under(stop)]
    armed: Armed,
    #[under(drive, armed, stop)]
    stick: Joystick,
    #[under(drive)]
    motors: [Motor; 2],
    #[under(drive, stop)]
    lamps: Many<u32, Switch>,
    go: Button,
}

#[callback_shared(on = Ui::go.click, under = (Ui::drive, Ui::motors[0].stop))]
fn go() {}

#[callback_shared(output = Ui::armed.conditions)]
fn check(#[input(Ui::drive.held)] held: bool) -> Vec<Condition> {
    vec![Condition::new("Somebody is in control", held)]
}

impl Dashboard for Ui {
    type Device = ();
    type Session = ();
    const CALLBACKS: Callbacks<Self> = callbacks![go, check];

    fn stops(_: &()) -> Stops<Self> {
        Stops::new()
            .on(Self::stop, || ())
            .on(Self::motors[0].stop, || Err::<(), _>("no answer"))
            .on(Self::motors[1].stop, || Ok::<(), std::io::Error>(()))
    }

    fn layout(self) -> Element {
        let [left, right] = self.motors;
        page(
            "Rover",
            (
                row((self.drive, self.stop, self.armed, self.stick, self.go)),
                row((left.stop, left.speed, right.stop, right.speed)),
                self.lamps.each(|_, lamp| lamp),
            ),
        )
    }
}

#[test]
fn it_starts() {
    dash_devices::App::new::<Ui>(()).unwrap();
}
