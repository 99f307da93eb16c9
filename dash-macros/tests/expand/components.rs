/// The page.
#[components]
pub(crate) struct Ui {
    /// The set-point.
    brightness: Slider,
    r#type: parts::Text,
    left: Panel,
    lamps: [Lamp; 2],
}
