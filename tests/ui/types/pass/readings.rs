//! Values with their quality, beside a type of the user with the same name.

use dash_devices::prelude::*;

#[components]
struct Ui {
    slider: Slider,
    readout: Text,
    own: Many<u32, Slider>,
}

#[callback_shared(output = Ui::readout.text)]
async fn show(
    #[input(Ui::slider.value)] percent: Reading<f64>,
    #[state(Ui::readout.text)] before: &str,
) -> Option<String> {
    (percent.is_good() && before.is_empty()).then(|| percent.value.to_string())
}

#[callback_shared(output = Ui::own[key].disabled)]
fn in_row(#[key] key: u32, #[input(Ui::own[key].value)] percent: dash_devices::Reading<f64>) -> bool {
    key > 3 && percent.quality == Quality::Good
}

impl Dashboard for Ui {
    type Device = ();
    type Session = ();
    const CALLBACKS: Callbacks<Self> = callbacks![show, in_row];

    fn layout(self) -> Element {
        page("Test", (self.slider, self.readout, self.own.rows([1, 2]).each(|_, slider| slider)))
    }
}

mod mine {
    use dash_devices::{
        Component, Html,
        component::{Render, prelude::ComponentId},
        prelude::*,
    };

    /// A type of the user, which is no reading of the library.
    #[value]
    #[derive(Clone, Default, Debug)]
    pub struct Reading<T> {
        pub volts: T,
    }

    #[derive(Debug, Component)]
    #[component(tag = "own-meter", script = "../../components/knob.js")]
    pub struct Meter {
        id: ComponentId,
        reading: Reading<f64>,
    }

    impl Render for Meter {
        fn render(&self, html: &mut Html) {
            html.text(self.reading.volts);
        }
    }

    #[components]
    struct Other {
        meter: Meter,
        readout: Text,
    }

    #[callback_shared(output = Other::readout.text)]
    fn show(#[input(Other::meter.reading)] reading: Reading<f64>) -> String {
        reading.volts.to_string()
    }

    impl Dashboard for Other {
        type Device = ();
        type Session = ();
        const CALLBACKS: Callbacks<Self> = callbacks![show];

        fn layout(self) -> Element {
            page("Test", (self.meter, self.readout))
        }
    }
}
