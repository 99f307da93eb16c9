use dash_devices::prelude::*;

mod panels {
    use dash_devices::prelude::*;

    #[components]
    pub struct Motor {
        pub speed: Slider,
        pub readout: Text,
    }

    impl Motor {
        pub fn view(self) -> Element {
            page("Motor", (self.speed, self.readout))
        }
    }

    #[callback_shared(output = Motor::readout.text)]
    pub fn show(place: Place, #[input(Motor::speed.value)] percent: f64) -> String {
        format!("{place}: {percent}")
    }
}

#[components]
struct Arm {
    joints: [panels::Motor; 2],
    stop: Button,
}

#[components]
struct Ui {
    left: Arm,
    right: Arm,
    lamps: [[Switch; 2]; 3],
    count: Text,
}

#[callback_shared(on = Arm::stop.click, output = (Arm::joints[0].speed.value, Arm::joints[1].speed.value))]
fn stop() -> (f64, f64) {
    (0.0, 0.0)
}

#[callback_shared(output = Ui::count.text)]
fn count(
    #[input(Ui::lamps[0][1].on)] a: bool,
    #[state(crate::groups_every_way::Ui::lamps[2][0].on)] b: bool,
) -> String {
    format!("{}", u8::from(a) + u8::from(b))
}

#[callback_shared(output = (Ui::lamps[2][0..2].label, Ui::left.joints[0..=1].speed.label))]
fn label(
    #[input(Ui::right.joints[0..2].speed.value)] speeds: [f64; 2],
    #[state(Ui::lamps[0..3][1].on)] on: &[bool],
) -> Result<([String; 2], Option<[&'static str; 2]>), String> {
    Ok((speeds.map(|speed| format!("{speed} {on:?}")), None))
}

impl Dashboard for Ui {
    type Device = ();
    type Session = ();
    const CALLBACKS: Callbacks<Self> = callbacks![
        panels::show for Ui::left.joints[0..2],
        panels::show for Ui::right.joints[1],
        stop for Ui::left,
        stop for crate::groups_every_way::Ui::right,
        count,
        label,
    ];

    fn layout(self) -> Element {
        let arm = |arm: Arm| page("Arm", (Element::new("p").children(arm.joints.map(panels::Motor::view)), arm.stop));
        let lamps = self.lamps.map(|row| Element::new("p").children(row));
        page("Test", (arm(self.left), arm(self.right), Element::new("p").children(lamps), self.count))
    }
}
