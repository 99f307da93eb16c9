//! What is there again after a restart: all that people set, named properties, and what a person sets again.

#[components]
struct Ui {
    #[keep]
    speed: Slider,
    #[keep(value, max)]
    doors: [Slider; 2],
    #[keep(ask)]
    pump: Slider,
}
