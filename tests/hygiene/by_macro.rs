//! A macro of the user writes the attributes and the items.

use dash_devices::prelude::*;

macro_rules! group {
    ($name:ident { $lamps:ident: $ty:ty; $len:expr, $($field:ident: $whole:ty),* }) => {
        #[components]
        pub(crate) struct $name {
            $lamps: [$ty; $len],
            $($field: $whole),*
        }
    };
}

group!(Panel { lamps: Switch; 2, lit: Text, more: [Switch; 1] });

#[components]
pub(crate) struct Ui {
    slider: Slider,
    first: Text,
    second: Text,
    panels: [Panel; 2],
}

macro_rules! count {
    ($name:ident, $lamps:ident, $first:literal, $end:literal) => {
        #[callback_shared(output = Panel::lit.text)]
        fn $name(#[input(Panel::$lamps[$first..$end].on)] on: [bool; 2]) -> String {
            format!("{on:?}")
        }
    };
}

count!(count, lamps, 0, 2);

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
    const CALLBACKS: Callbacks<Self> = callbacks![first, second, count for Ui::panels[0..2]];

    fn layout(self) -> Element {
        let panels = self.panels.map(|panel| page("Panel", (row(panel.lamps), row(panel.more), panel.lit)));
        page("Test", (self.slider, self.first, self.second, row(panels)))
    }
}
