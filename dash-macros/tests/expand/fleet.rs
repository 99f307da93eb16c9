//! What the list of a relay has: the value that a component shows, named properties, an array, and a label and a unit.

#[components]
struct Ui {
    #[fleet]
    battery: Gauge,
    #[fleet(value, max)]
    speed: Slider,
    #[fleet(label = "Door")]
    doors: [Switch; 2],
    #[fleet(value, unit = "%")]
    #[sees(Role::Guest)]
    level: Meter,
}
