// A stream is appended to by returning its items; an edit is for a state.

use dash_devices::prelude::*;

#[components]
struct Ui {
    add: Button,
    trend: Trend,
}

#[callback_shared(on = Ui::add.click, output = Ui::trend.points)]
fn add() -> Edit<Vec<Sample>> {
    Edit::list().push(Sample { t: 0.0, values: vec![Some(1.0)] })
}

impl Dashboard for Ui {
    type Device = ();
    type Session = ();
    const CALLBACKS: Callbacks<Self> = callbacks![add];

    fn layout(self) -> Element {
        page("Edits", (self.add, self.trend.series(["x"])))
    }
}

fn main() {}
