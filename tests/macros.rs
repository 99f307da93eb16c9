//! The expansions of the attributes on functions: constants that describe the wiring. `ui/` has their messages about
//! mistakes.

use dash_devices::{__private as p, prelude::*};

#[components]
struct Ui {
    slider: Slider,
    readout: Text,
    shoot: Button,
    trend: Trend,
}

struct Camera(f64);

#[derive(Default)]
struct Login {
    shots: u32,
}

#[callback_shared(output = Ui::readout.text)]
fn set_brightness(camera: &mut Camera, #[input(Ui::slider.value)] percent: f64) -> String {
    camera.0 = percent;
    format!("{percent:.0} %")
}

#[callback(on = Ui::shoot.click, output = Ui::shoot.label)]
async fn shoot(
    camera: &mut Camera,
    #[session] login: &mut Login,
    #[state(Ui::readout.text)] text: &str,
    #[input(Ui::slider.max)] max: f64,
) -> Result<String, std::fmt::Error> {
    camera.0 += 1.0;
    login.shots += 1;
    std::future::ready(()).await;
    Ok(format!("{text} {max} {}", login.shots))
}

#[callback_shared(every = "0.25s", output = (Ui::slider.reported, Ui::trend.points), queue = all, initial = false)]
fn poll(camera: &mut Camera) -> (f64, Option<Vec<Sample>>) {
    (camera.0, None)
}

#[callback_shared(every = Ui::trend.window, deadline = "1.5s")]
fn breathe(_client: Option<Client>) {}

/// The function may return a reference into the borrowed device.
#[callback_shared(on = Ui::shoot.click, output = Ui::slider.unit, lifespan = "20s")]
fn name(names: &mut Names) -> &str {
    &names.0
}

struct Names(String);

#[derive(Device)]
struct Lab {
    camera: Camera,
    names: Names,
}

impl Dashboard for Ui {
    type Device = Lab;
    type Session = Login;
    const CALLBACKS: Callbacks<Self> = callbacks![set_brightness, shoot, poll, breathe, name];

    fn layout(self) -> Element {
        page("Camera", (self.slider.label("Brightness"), self.readout, self.shoot, self.trend))
    }
}

fn ports(ports: &[impl ToString]) -> String {
    ports.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
}

fn spec<C: p::Wired>() -> p::Spec {
    C::SPEC
}

#[test]
fn the_functions_are_still_functions() {
    let mut camera = Camera(0.0);
    assert_eq!(set_brightness(&mut camera, 40.0), "40 %");
    assert_eq!(poll(&mut camera).0, 40.0);
    assert_eq!(name(&mut Names("m".to_owned())), "m");
}

#[test]
fn a_spec_has_the_place_of_the_functions_name() {
    let spec = spec::<shoot>();
    assert_eq!(spec.name, "shoot");
    let text = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/macros.rs")).expect("this file");
    let line = text.lines().position(|line| line.starts_with("async fn shoot(")).expect("the function");
    assert_eq!(spec.line as usize, line + 1);
    assert!(spec.file.ends_with("macros.rs"), "{}", spec.file);
}

#[test]
fn parameters_are_read_in_order_and_inputs_start_it_before_other_triggers() {
    let spec = spec::<shoot>();
    assert_eq!(ports(spec.reads), "readout.text, slider.max");
    assert_eq!(ports(spec.triggers), "slider.max, shoot.click");
    assert_eq!(ports(spec.outputs), "shoot.label");
    assert_eq!(spec.scope, p::Scope::Private);
    assert!(spec.session.is_some());
}

#[test]
fn keys_arrive() {
    let poll = spec::<poll>();
    assert!(matches!(poll.every, Some(p::Every::Fixed(time)) if time == std::time::Duration::from_millis(250)));
    assert_eq!((poll.queue, poll.initial), (p::Queue::All, false));
    assert_eq!(ports(poll.outputs), "slider.reported, trend.points");

    let breathe = spec::<breathe>();
    assert!(matches!(breathe.every, Some(p::Every::Prop(port)) if port.to_string() == "trend.window"));
    assert_eq!((breathe.queue, breathe.initial, breathe.session.is_some()), (p::Queue::Latest, true, false));
    assert_eq!((poll.deadline, breathe.deadline), (None, Some(std::time::Duration::from_millis(1_500))));
    let name = spec::<name>();
    assert_eq!((poll.lifespan, name.lifespan), (None, Some(std::time::Duration::from_secs(20))));
}

#[test]
fn the_list_is_in_the_order_of_the_list() {
    let callbacks = format!("{:?}", <Ui as Dashboard>::CALLBACKS);
    assert_eq!(callbacks, r#"["set_brightness", "shoot", "poll", "breathe", "name"]"#);
}

#[test]
fn ids_are_the_names_of_the_fields() {
    let ids: Vec<_> = <Ui as p::Components>::components().components.iter().map(|(id, info)| (*id, info.tag)).collect();
    assert_eq!(ids, [("slider", "dd-slider"), ("readout", "dd-text"), ("shoot", "dd-button"), ("trend", "dd-trend")]);
    assert_eq!(format!("{:?}", Ui::trend.points), "trend.points");
}

#[test]
fn a_device_comes_apart_into_its_fields_in_their_order() {
    let lab = Lab { camera: Camera(1.0), names: Names("n".to_owned()) };
    let parts = <Lab as p::Lend<Camera>>::split(lab);
    assert!(parts[0].is::<Camera>() && parts[1].is::<Names>() && parts.len() == 2);
    assert_eq!(<Lab as p::Lend<Names>>::FIELD, Some(1));
    assert_eq!(<Lab as p::Lend<Lab>>::FIELD, None);
}
