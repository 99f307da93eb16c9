//! All forms, on a component, an array, a group, a list and in the rows of a list.

use dash_devices::prelude::*;

#[components]
struct Pair {
    left: Slider,
    #[keep(on)]
    right: Switch,
}

#[components]
struct Bed {
    #[keep]
    water: Slider,
    #[keep(text)]
    state: Text,
}

#[components]
struct Ui {
    #[keep]
    heat: Slider,
    #[keep(value, max)]
    fan: Slider,
    #[keep(ask)]
    pump: Slider,
    #[keep(ask, value)]
    valve: Slider,
    #[keep]
    lamps: [Switch; 3],
    #[keep(on)]
    doors: [[Switch; 2]; 2],
    #[keep]
    pair: Pair,
    pairs: [Pair; 2],
    #[keep]
    beds: Many<String, Bed>,
    found: Many<u32, Bed>,
    #[dynamic]
    #[keep]
    extra: Slider,
    #[keep(for = "30d", size = "500 MB")]
    air: Trend,
    #[keep(points, for = "12h")]
    soil: [Trend; 2],
}

impl Dashboard for Ui {
    type Device = ();
    type Session = ();
    const CALLBACKS: Callbacks<Self> = callbacks![];

    fn layout(self) -> Element {
        let [[a, b], [c, d]] = self.doors;
        let [first, second] = self.pairs;
        let [first_soil, second_soil] = self.soil;
        let beds = self.beds.each(|_, bed| row((bed.water, bed.state)));
        let found = self.found.each(|_, bed| row((bed.water, bed.state)));
        page(
            "Garden",
            (
                row((self.heat, self.fan, self.pump, self.valve)),
                row(self.lamps),
                row((a, b, c, d)),
                row((self.pair.left, self.pair.right, first.left, first.right, second.left, second.right)),
                row((beds, found)),
                row((self.air.series(["a"]), first_soil.series(["a"]), second_soil.series(["b"]))),
            ),
        )
    }
}
