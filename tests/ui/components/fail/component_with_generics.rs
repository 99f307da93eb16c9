use dash_devices::prelude::*;
use dash_devices::{Component, component::prelude::*, look::View as _};
#[components]
struct Ui {
    slider: Slider,
    readout: Text,
    go: Button,
    gauge: Gauge,
    expert: Switch,
    dial: Dial,
}

#[derive(Component)]
#[component(tag = "my-dial")]
struct Dial<T> {
    id: ComponentId,
    #[prop(writable)]
    angle: f64,
    label: String,
    t: T,
}
impl dash_devices::look::View for Dial {
    fn view(p: DialBound, look: &mut dash_devices::look::Look) {
        look.tag("span").text(p.label);
        let _ = p.angle;
    }
}

#[callback_shared(output = Ui::readout.text)]
fn show(#[input(Ui::dial.angle)] angle: f64) -> String {
    angle.to_string()
}

impl Dashboard for Ui {
    type Device = ();
    type Session = ();
    const CALLBACKS: Callbacks<Self> = callbacks![show];

    fn layout(self) -> Element {
        page("Test", (self.slider, self.readout, self.go, self.gauge, self.expert, self.dial))
    }
}
fn main() {}
