//! Items with the names of the standard library, of the library, and of helpers that an expansion might use.

#![allow(dead_code, non_upper_case_globals, non_camel_case_types, unused_macros)]

use dash_devices::{callback, callback_shared, callbacks, components};

pub(crate) struct String;
pub(crate) struct Option;
pub(crate) struct Result;
pub(crate) struct Vec;
pub(crate) struct Box;
pub(crate) struct Some;
pub(crate) struct None;
pub(crate) struct Ok;
pub(crate) struct Err;
pub(crate) struct Default;
pub(crate) struct Into;
pub(crate) struct Self_;
pub(crate) struct Send;
pub(crate) struct Sized;
pub(crate) struct Drop;
pub(crate) struct Fn;
pub(crate) struct Prop;
pub(crate) struct Spec;
pub(crate) struct Call;
pub(crate) struct Component;
pub(crate) struct Device;
pub(crate) struct Dashboard;
pub(crate) struct Callbacks;
/// A name that a careless macro would give to its type parameter.
pub(crate) struct D;
pub(crate) struct T;
pub(crate) struct str;
pub(crate) struct usize;
pub(crate) struct u64;
mod std {}
mod core {}

// A pattern in an expansion would match against these instead of binding.
const call: u8 = 0;
const device: u8 = 0;
const session: u8 = 0;
const returned: u8 = 0;
const id: u8 = 0;
const values: u8 = 0;
const value: u8 = 0;

macro_rules! vec {
    ($($any:tt)*) => {
        compile_error!("the user's `vec!`")
    };
}
macro_rules! module_path {
    () => {
        compile_error!("the user's `module_path!`")
    };
}
macro_rules! line {
    () => {
        compile_error!("the user's `line!`")
    };
}

#[components]
pub(crate) struct Ui {
    slider: dash_devices::Slider,
    readout: dash_devices::Text,
    // Names of the traits' functions and of the constants' own types.
    build: dash_devices::Button,
    layout: dash_devices::Button,
    r#type: knob::Knob,
    props: Panel,
    list: [Panel; 2],
}

/// A group with fields that have the names of items in a group's expansion.
#[components]
pub(crate) struct Panel {
    base: dash_devices::Slider,
    at: dash_devices::Text,
    place: dash_devices::Button,
}

#[callback_shared(on = Panel::place.click, output = Panel::at.text)]
fn grouped(#[input(Panel::base.value)] _: f64) -> &'static ::std::primitive::str {
    "x"
}

mod knob {
    use ::dash_devices::component::prelude::{ComponentId, Event, Html, Render};

    #[derive(::dash_devices::Component)]
    #[component(tag = "my-other-knob", script = "../ui/components/knob.js", style = "../ui/components/knob.css")]
    pub(crate) struct Knob {
        id: ComponentId,
        // Properties with names that the derive generates.
        new: f64,
        load: ::std::string::String,
        values: u8,
        at: bool,
        first: ::std::option::Option<f64>,
        #[prop(event)]
        missing: Event<()>,
    }

    impl Render for Knob {
        fn render(&self, _: &mut Html) {}
    }
}

#[callback_shared(output = Ui::readout.text)]
fn show(_: &mut D, #[input(Ui::slider.value)] percent: f64) -> ::std::string::String {
    ::std::format!("{percent}")
}

#[callback_shared(on = Ui::build.click, output = (Ui::readout.label, Ui::slider.unit))]
async fn later(
    #[state(Ui::r#type.load)] text: &::core::primitive::str,
) -> (::std::string::String, &'static ::core::primitive::str) {
    (::std::borrow::ToOwned::to_owned(text), "")
}

#[callback(on = (Ui::layout.click, Ui::r#type.missing), output = Ui::slider.min)]
fn private(
    _: ::dash_devices::Client,
    #[session] kept: &mut Kept,
    #[state(Ui::r#type.first)] first: ::std::option::Option<f64>,
) -> ::std::option::Option<f64> {
    kept.0 += 1;
    first
}

#[derive(::std::default::Default)]
pub(crate) struct Kept(u8);

impl ::dash_devices::Dashboard for Ui {
    type Device = D;
    type Session = Kept;
    const CALLBACKS: ::dash_devices::Callbacks<Self> =
        callbacks![show, later, private, grouped for Ui::props, grouped for Ui::list[0..2]];

    fn layout(self) -> ::dash_devices::Element {
        let panel = |panel: Panel| ::dash_devices::row((panel.base, panel.at, panel.place));
        let panels = (panel(self.props), ::dash_devices::row(self.list.map(panel)));
        let panels = ::dash_devices::row(panels);
        ::dash_devices::page(
            "Test",
            (self.slider, self.readout, self.build, self.layout, self.r#type.new(1.0).load("x"), panels),
        )
    }
}
