//! A whole dashboard inside a function, and one of two functions selected by `cfg`.

use dash_devices::prelude::*;

pub(crate) fn listed() -> String {
    #[components]
    struct Panel {
        speed: Slider,
    }

    #[components]
    struct Ui {
        slider: Slider,
        readout: Text,
        left: Panel,
        right: [Panel; 1],
    }

    #[callback_shared]
    fn drive(_: Place, #[input(Panel::speed.value)] _: f64) {}

    #[cfg(any())]
    #[callback_shared(output = Ui::readout.text)]
    fn show(camera: &mut NotEvenThere) -> String {
        String::new()
    }

    #[callback_shared(output = Ui::readout.text)]
    #[cfg(not(any()))]
    fn show(#[input(Ui::slider.value)] percent: f64) -> String {
        percent.to_string()
    }

    #[callback_shared(output = Ui::readout.text)]
    #[cfg(any())]
    fn show(#[input(Ui::slider.nothing)] percent: f64) -> String {
        percent.to_string()
    }

    impl Dashboard for Ui {
        type Device = ();
        type Session = ();
        const CALLBACKS: Callbacks<Self> = callbacks![show, drive for Ui::left, drive for Ui::right[0]];

        fn layout(self) -> Element {
            page("Test", (self.slider, self.readout, self.left.speed, row(self.right.map(|panel| panel.speed))))
        }
    }

    super::listed::<Ui>()
}
