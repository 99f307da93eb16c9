#[derive(
    ::dash_devices::__private::serde::Serialize,
    ::dash_devices::__private::serde::Deserialize,
    ::dash_devices::__private::schemars::JsonSchema
)]
#[serde(crate = "::dash_devices::__private::serde")]
#[schemars(crate = "::dash_devices::__private::schemars")]
/// What the meter says.
#[derive(Clone)]
struct Reading {
    volts: f64,
}
#[derive(
    ::dash_devices::__private::serde::Serialize,
    ::dash_devices::__private::serde::Deserialize,
    ::dash_devices::__private::schemars::JsonSchema
)]
#[serde(crate = "::dash_devices::__private::serde")]
#[schemars(crate = "::dash_devices::__private::schemars")]
#[derive(Clone, PartialEq)]
#[serde(rename_all = "snake_case")]
enum Phase {
    One,
    Two,
}
#[automatically_derived]
impl ::dash_devices::__private::Shown for Phase {
    type Of = ::std::string::String;
}
#[automatically_derived]
impl ::dash_devices::__private::Text for Phase {}
#[automatically_derived]
impl ::dash_devices::__private::TextValue for Phase {}
#[automatically_derived]
impl ::dash_devices::__private::Variants for Phase {
    const VARIANTS: &'static [(Self, &'static ::core::primitive::str)] = &[
        (Self::One, "One"),
        (Self::Two, "Two"),
    ];
}
