//! Imports under other names, including the macros.

use dash_devices::{
    self as dd, Dashboard as Board, Slider as Regler, Text as Anzeige, callback_shared as rueckruf, callbacks as alle,
    components as teile,
};

type Breite = f64;

#[teile]
pub(crate) struct Page {
    regler: Regler,
    anzeige: Anzeige,
}

use self::Page as Seite;

#[rueckruf(output = Seite::anzeige.text)]
fn show(#[input(Seite::regler.value)] breite: Breite) -> String {
    breite.to_string()
}

impl Board for Page {
    type Device = ();
    type Session = ();
    const CALLBACKS: dd::Callbacks<Self> = alle![show];

    fn layout(self) -> dd::Element {
        dd::page("Test", (self.regler, self.anzeige))
    }
}
