//! The user's own macro writes the attributes and what is in them.

use dash_devices::prelude::*;

#[components]
pub(crate) struct Ui {
    slider: Slider,
    first: Text,
    second: Text,
}

macro_rules! show {
    ($name:ident, $output:ident, $input:ident: $ty:ty) => {
        #[callback_shared(output = Ui::$output.text)]
        fn $name(#[input(Ui::slider.$input)] value: $ty) -> String {
            value.to_string()
        }
    };
}

show!(first, first, value: f64);
show!(second, second, max: f64);

impl Dashboard for Ui {
    type Device = ();
    type Session = ();
    const CALLBACKS: Callbacks<Self> = callbacks![first, second];

    fn layout(self) -> Element {
        page("Test", (self.slider, self.first, self.second))
    }
}
