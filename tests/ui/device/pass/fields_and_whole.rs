use dash_devices::prelude::*;

#[components]
struct Ui {
    slider: Slider,
    readout: Text,
    button: Button,
}

struct Motor(f64);
struct Camera(f64);

#[derive(Device)]
struct Robot {
    motor: Motor,
    camera: Camera,
}

#[callback_shared(output = Ui::slider.reported)]
fn turn(motor: &mut Motor, #[input(Ui::slider.value)] percent: f64) -> f64 {
    motor.0 = percent;
    percent
}

#[callback(on = Ui::button.click)]
async fn shoot(camera: &mut Camera) {
    camera.0 += 1.0;
}

#[callback_shared(every = "1s", output = Ui::readout.text)]
fn report(robot: &mut Robot) -> String {
    format!("{} {}", robot.motor.0, robot.camera.0)
}

impl Dashboard for Ui {
    type Device = Robot;
    type Session = ();
    const CALLBACKS: Callbacks<Self> = callbacks![turn, shoot, report];

    fn layout(self) -> Element {
        page("Test", (self.slider, self.readout, self.button))
    }
}
