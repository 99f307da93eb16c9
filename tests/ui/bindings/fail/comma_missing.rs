//! Two properties without a comma between them.

use dash_devices::prelude::*;

#[components]
struct Ui {
    slider: Slider,
    number: NumberInput,
}

impl Dashboard for Ui {
    type Device = ();
    type Session = ();
    const CALLBACKS: Callbacks<Self> = callbacks![];
    const BINDINGS: Bindings<Self> = bindings![bind(Ui::slider.value Ui::number.value)];

    fn layout(self) -> Element {
        page("Supply", (self.slider, self.number))
    }
}

fn main() {}
