use dash_devices::prelude::*;

#[components]
struct Ui {
    slider: Slider,
    name: Input,
}

impl Dashboard for Ui {
    type Device = ();
    type Session = ();
    const CALLBACKS: Callbacks<Self> = callbacks![];
    const BINDINGS: Bindings<Self> = bindings![format(Ui::slider.value, Ui::name.value, "{}")];

    fn layout(self) -> Element {
        page("Test", (self.slider, self.name))
    }
}
fn main() {}
