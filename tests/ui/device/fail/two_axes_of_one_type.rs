use dash_devices::prelude::*;

#[components]
struct Ui {
    slider: Slider,
    readout: Text,
    go: Button,
    gauge: Gauge,
    expert: Switch,
}
#[derive(Default)]
struct Axis(f64);
#[derive(Default, Device)]
struct Robot {
    x: Axis,
    y: Axis,
}

#[callback_shared(on = Ui::go.click)]
fn f(x: &mut Axis) {
    x.0 = 1.0
}
#[callback_shared(on = Ui::slider.value)]
fn g(y: &mut Axis) {
    y.0 = 1.0
}

impl Dashboard for Ui {
    type Device = Robot;
    type Session = ();
    const CALLBACKS: Callbacks<Self> = callbacks![f, g];

    fn layout(self) -> Element {
        page("Test", (self.slider, self.readout, self.go, self.gauge, self.expert))
    }
}
fn main() {}
