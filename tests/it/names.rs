//! The names of properties in addresses, as docs/guide/serving.md lists them.

use dash_devices::prelude::*;
use serde_json::{Value, json};

use crate::support::{
    Served,
    http::{self, Request},
};

#[components]
struct Wheel {
    speed: Slider,
}

#[components]
struct Lamp {
    on: Switch,
}

#[components]
struct Bed {
    water: Slider,
}

#[components]
struct Ui {
    brightness: Slider,
    left: Wheel,
    lamps: [Lamp; 8],
    beds: Many<String, Bed>,
    levels: Many<u32, Gauge>,
}

impl Dashboard for Ui {
    type Device = ();
    type Session = ();
    const CALLBACKS: Callbacks<Self> = callbacks![];

    fn layout(self) -> Element {
        let lamps = row(self.lamps.map(|lamp| lamp.on).into_iter().collect::<Vec<_>>());
        let beds = self.beds.rows(["rose".to_owned()]).each(|_, bed| bed.water.value(3.0));
        let levels = self.levels.rows([7]).each(|_, level| level.value(0.5));
        page("Names", (self.brightness, self.left.speed, lamps, beds, levels))
    }
}

#[tokio::test]
async fn the_addresses_of_the_guide_lead_to_their_properties() {
    let app = Served::new::<Ui>(()).await;
    let guide = include_str!("../../docs/guide/serving.md");
    for (address, value) in [
        ("/api/props/brightness/value", json!(0.0)),
        ("/api/props/left.speed/value", json!(0.0)),
        ("/api/props/lamps[3].on/on", json!(false)),
        ("/api/props/beds[rose].water/value", json!(3.0)),
        ("/api/props/levels[7]/value", json!(0.5)),
        ("/api/props/beds/rows", json!(["rose"])),
    ] {
        assert!(guide.contains(&format!("`{address}`")), "the guide has no {address}");
        let answer = http::send(app.address, &Request::get(address)).await;
        assert_eq!(answer.status, 200, "{address}: {}", answer.text());
        let read: Value = serde_json::from_str(&answer.text()).unwrap();
        assert_eq!(read["value"], value, "{address}");
    }
    app.stop().await;
}
