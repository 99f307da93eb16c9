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
struct Camera;
#[derive(Default, Device)]
struct Robot(Camera);
#[callback_shared(on = Ui::go.click)]
fn f(c: &mut Camera) {
    let _ = c;
}
impl Dashboard for Ui {
    type Device = Robot;
    type Session = ();
    const CALLBACKS: Callbacks<Self> = callbacks![f];

    fn layout(self) -> Element {
        page("Test", (self.slider, self.readout, self.go, self.gauge, self.expert))
    }
}
fn main() {}
