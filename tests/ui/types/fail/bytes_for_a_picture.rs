use dash_devices::prelude::*;

#[components]
struct Ui {
    slider: Slider,
    readout: Text,
    go: Button,
    gauge: Gauge,
    expert: Switch,
    image: Image,
}

#[callback_shared(output = Ui::image.source)]
fn f(#[input(Ui::slider.value)] x: f64) -> Vec<u8> {
    todo!()
}
impl Dashboard for Ui {
    type Device = ();
    type Session = ();
    const CALLBACKS: Callbacks<Self> = callbacks![f];

    fn layout(self) -> Element {
        page("Test", (self.slider, self.readout, self.go, self.gauge, self.expert, self.image))
    }
}
fn main() {}
