//! The macros on a small page, written as users write it, and what comes out of them.

use dash_devices::{Element, __private as p};
use dash_macros::{Component, callback, callback_shared, callbacks, components};

mod parts {
    use dash_devices::{Html, __private::{ComponentId, Event, Render, Stream}};
    use dash_macros::Component;
    /// A slider.
    #[derive(Component)]
    #[component(tag = "x-slider", script = "expansion.rs")]
    pub struct Slider {
        id: ComponentId,
        /// The set-point.
        #[prop(writable, within(min, max))]
        value: f64,
        min: f64,
        #[prop(default = 100.0)]
        max: f64,
        #[prop(required)]
        label: String,
    }
    impl Render for Slider { fn render(&self, html: &mut Html) { html.text(&self.label); } }
    #[derive(Component)]
    #[component(tag = "x-button", script = "expansion.rs")]
    pub struct Button {
        id: ComponentId,
        #[prop(event)]
        click: Event<()>,
        #[prop(stream, ring = 10)]
        log: Stream<String>,
    }
    impl Render for Button { fn render(&self, _html: &mut Html) { } }
}
use parts::*;

#[components]
struct Ui { brightness: Slider, readout: Slider, shoot: Button }
struct Camera(f64);

#[callback_shared(output = Ui::readout.label)]
fn set_brightness(camera: &mut Camera, #[input(Ui::brightness.value)] percent: f64) -> String {
    camera.0 = percent;
    format!("{percent:.0} %")
}
#[derive(Default)]
struct Login(u32);

#[callback(on = Ui::shoot.click)]
async fn shoot(camera: &mut Camera, #[session] login: &mut Login, #[state(Ui::readout.label)] label: &str) -> Result<(), std::num::ParseIntError> {
    camera.0 += 1.0;
    login.0 += 1;
    std::future::ready(()).await;
    let _: u32 = label.parse()?;
    Ok(())
}

#[callback_shared(every = "100ms", output = (Ui::readout.min, Ui::shoot.log))]
fn poll() -> (f64, Vec<String>) { (1.0, vec![]) }

impl p::Dashboard for Ui {
    type Device = Camera;
    type Session = Login;
    const CALLBACKS: p::Callbacks<Self> = callbacks![set_brightness, shoot, poll];
    fn layout(self) -> Element { Element::new("main").children((self.brightness.label("B"), self.readout, self.shoot)) }
}

#[test]
fn it_compiles() {
    assert_eq!(format!("{:?}", <Ui as p::Dashboard>::CALLBACKS), r#"["set_brightness", "shoot", "poll"]"#);
    let _ = <Ui as p::Dashboard>::layout(<Ui as p::Components>::build());
    assert_eq!(<set_brightness as p::Wired>::SPEC.line, 42);
    assert_eq!(set_brightness(&mut Camera(0.0), 4.0), "4 %");
}
