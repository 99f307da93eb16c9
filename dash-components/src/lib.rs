//! The components of dash-devices: a Rust struct and a custom element each, side by side in `core/`.
//!
//! | to show | to act | to arrange |
//! | --- | --- | --- |
//! | [`Text`], [`Gauge`], [`Progress`], [`Indicator`], [`Trend`], [`Table`], [`Image`] | [`Button`], [`Slider`], [`Switch`], [`Input`], [`NumberInput`], [`Dropdown`] | [`page`], [`card`], [`row`], [`column()`], [`grid`], [`heading`], [`text()`]; [`Container`] for what comes and goes; [`Router`], [`view`], [`not_found_view`], [`link`] for several pages |
//!
//! What they have in common:
//!
//! - The element's DOM `id` is the component's id: the name of its field in the `#[components]` struct.
//! - A field of the struct is a property. The builder method of the same name sets its starting value in `layout`;
//!   a callback whose output it is sets it later.
//! - A number that may be missing is an `Option<f64>`, and missing is shown as a dash: never as zero, never as the last
//!   value. A callback may return a plain `f64` for it.
//! - Without a `label` a control has no visible name, and its id, as words, is what a screen reader says.
//! - Numbers are written as [`format`](mod@format) says, in Rust for the first paint and in the browser afterwards.

// The derive names the runtime as users see it, through the facade.
extern crate self as dash_devices;

#[doc(hidden)]
pub use dash_runtime::private as __private;

mod core;
mod layout;

#[doc(inline)]
pub use dash_runtime::format;

pub use crate::{
    core::{
        button::{Button, ButtonProps, ButtonTone},
        container::{Container, ContainerProps},
        dropdown::{Choice, Choices, Dropdown, DropdownProps},
        gauge::{Gauge, GaugeProps},
        image::{Image, ImageProps},
        indicator::{Indicator, IndicatorProps, Tone},
        input::{Input, InputProps, SendOn},
        number_input::{NumberInput, NumberInputProps},
        progress::{Progress, ProgressProps},
        router::{Router, RouterProps},
        slider::{Slider, SliderProps},
        switch::{Switch, SwitchProps},
        table::{Align, Cell, Column, Table, TableProps},
        text::{Text, TextProps},
        trend::{Sample, Series, Trend, TrendProps},
    },
    layout::{Width, WidthExt, card, column, grid, heading, link, not_found_view, page, row, text, view},
};
