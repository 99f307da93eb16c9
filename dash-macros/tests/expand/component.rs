/// A slider.
#[derive(Component)]
#[component(tag = "my-slider", script = "slider.js", style = ["scale.css", "slider.css"])]
pub struct Slider {
    id: ComponentId,
    /// The set-point.
    #[prop(writable, within(min, max))]
    value: f64,
    min: f64,
    #[prop(default = 100.0)]
    max: f64,
    #[prop(required, no_setter)]
    label: String,
    #[prop(event)]
    grabbed: Event<()>,
    #[prop(stream, ring = 100)]
    history: Stream<f64>,
}
