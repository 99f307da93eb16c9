//! The components of dash-devices. Each is a Rust struct and a custom element, side by side in `core/`.
//!
//! | display | control | layout |
//! | --- | --- | --- |
//! | [`Text`], [`Gauge`], [`Progress`], [`Indicator`], [`Trend`], [`Table`], [`Image`], [`Camera`], [`Video`], [`XY`], [`Map`], [`Bars`], [`Histogram`], [`Heatmap`], [`Spectrum`], [`Waterfall`], [`Stat`], [`Meter`], [`Tank`], [`Thermometer`], [`Battery`], [`Compass`], [`AttitudeIndicator`], [`LedDisplay`], [`Badge`], [`StatusList`], [`StateMachine`], [`QrCode`], [`AuditLog`], [`Alarms`], [`Tooltip`], [`Icon`], [`Sparkline`], [`AudioLevel`], [`Log`], [`Terminal`], [`Tree`], [`Json`], [`Markdown`], [`Code`] | [`Button`], [`Slider`], [`Switch`], [`Input`], [`NumberInput`], [`Dropdown`], [`SegmentedControl`], [`RadioItems`], [`Checklist`], [`Combobox`], [`MultiSelect`], [`Textarea`], [`DatePicker`], [`DateRangePicker`], [`TimePicker`], [`ColorPicker`], [`Knob`], [`RangeSlider`], [`Pad`], [`PrecisionInput`], [`Keypad`], [`PowerButton`]; [`Download`], [`Upload`], [`Clipboard`], [`Geolocation`], [`KeyboardShortcut`], [`BrowserStore`]; [`HoldButton`] and [`Joystick`], which act only while they are held; [`Control`], [`Stop`] and [`Armed`], which decide whether others may be operated | [`page`], [`header`], [`navigation`], [`dock`], [`brand`], [`density`], [`ThemeSwitch`], [`section`], [`Tabs`], [`Split`], [`accordion`], [`card`], [`row`], [`column()`], [`grid`], [`heading`], [`text()`]; [`Dialog`] and [`Drawer`] over the page; [`Container`] for content that changes; [`Router`], [`view`], [`not_found_view`], [`link`] for several pages |
//!
//! All components have this in common:
//!
//! - The element's DOM `id` is the component's id: the name of its field in the `#[components]` struct.
//! - A field of the struct is a property. The builder method of the same name sets its starting value in `layout`. A
//!   callback with that property as an output sets it later.
//! - A property is written by callbacks. Where its documentation says so, the browser also writes it when the user
//!   acts.
//! - A number that may be missing is an `Option<f64>`. `None` is shown as a dash, never as zero or as the last value. A
//!   callback may return a plain `f64` for it.
//! - A control without a `label` has no visible name. A screen reader then reads the words of its id, for example
//!   "motor left" for `motor_left`.
//! - The module [`format`](mod@format) defines how numbers are written: in Rust for the first paint, in the browser
//!   later.

// The derive names the runtime by the path that users have: the facade crate.
extern crate self as dash_devices;

#[doc(hidden)]
pub use dash_runtime::private as __private;

mod core;
mod given;
mod icon;
mod layout;

pub use dash_runtime::alarms::{
    Alarm, AlarmChange, AlarmEvent, AlarmState, Cause, Occurrence, Severity, Shelve, Shelved,
};
#[doc(inline)]
pub use dash_runtime::format;
pub use dash_runtime::gates::{ArmedState, Condition, ControlPart, StopState};

#[cfg(feature = "plotly")]
pub use crate::core::graph::{
    AxisRange, Figure, Graph, GraphPoint, GraphPoints, GraphProps, GraphSelection, NotAFigure,
};
pub use crate::{
    core::{
        alarms::{Alarms, AlarmsProps},
        armed::{Armed, ArmedProps},
        attitude_indicator::{AttitudeIndicator, AttitudeIndicatorProps},
        audio_level::{AudioFrame, AudioLevel, AudioLevelProps, ChannelLevel},
        audit_log::{AuditLog, AuditLogProps},
        badge::{Badge, BadgeProps},
        banner::{Banner, BannerProps},
        bars::{Bar, Bars, BarsProps},
        battery::{Battery, BatteryProps},
        browser_store::{BrowserStore, BrowserStoreProps, Kept, KeptFault, KeptIn},
        button::{Button, ButtonProps, ButtonTone},
        camera::{Camera, CameraProps},
        checklist::{Checklist, ChecklistProps},
        clipboard::{Clipboard, ClipboardProps},
        code::{Code, CodeProps},
        color_picker::{Color, ColorPicker, ColorPickerProps},
        combobox::{Combobox, ComboboxProps},
        compass::{Compass, CompassProps},
        container::{Container, ContainerProps},
        control::{Control, ControlProps},
        date::{Date, DateRange, NotWritten, TimeOfDay},
        date_picker::{DatePicker, DatePickerProps},
        date_range_picker::{DateBounds, DateRangePicker, DateRangePickerProps},
        dialog::{Dialog, DialogProps, Drawer, DrawerProps},
        download::{Download, DownloadProps},
        dropdown::{Choice, Choices, Dropdown, DropdownProps},
        gauge::{Gauge, GaugeProps},
        geolocation::{Geolocation, GeolocationProps, LocationFault, Position},
        heatmap::{Heatmap, HeatmapProps},
        histogram::{Bins, Histogram, HistogramProps},
        hold_button::{HoldButton, HoldButtonProps},
        image::{Image, ImageProps},
        indicator::{Indicator, IndicatorProps, Tone},
        input::{Input, InputProps, SendOn},
        joystick::{Axes, Joystick, JoystickProps, PadButton},
        json::{Json, JsonProps, JsonTree},
        keypad::{Keypad, KeypadProps},
        knob::{Knob, KnobProps},
        led_display::{LedDisplay, LedDisplayProps},
        log::{Log, LogLevel, LogLine, LogProps},
        map::{Fence, Map, MapPoint, MapProps, Pose, Track},
        markdown::{Markdown, MarkdownProps, Marked},
        meter::{Meter, MeterProps},
        multi_select::{MultiSelect, MultiSelectProps},
        number_input::{NumberInput, NumberInputProps},
        pad::{Pad, PadArea, PadPoint, PadProps},
        power_button::{PowerButton, PowerButtonProps},
        precision_input::{PrecisionInput, PrecisionInputProps},
        progress::{Progress, ProgressProps},
        qr_code::{QrCode, QrCodeProps, QrText},
        radio_items::{RadioItems, RadioItemsProps},
        range_slider::{RangeSlider, RangeSliderProps, Span},
        router::{Router, RouterProps},
        segmented_control::{SegmentedControl, SegmentedControlProps},
        shortcut::{KeyboardShortcut, KeyboardShortcutProps},
        slider::{Slider, SliderProps},
        sparkline::{Sparkline, SparklineProps},
        spectrum::{Spectrum, SpectrumProps, Sweep},
        split::{Split, SplitAt, SplitProps},
        stat::{Stat, StatProps},
        state_machine::{MachineState, StateGraph, StateMachine, StateMachineProps},
        status_list::{Status, StatusList, StatusListProps},
        stop::{Stop, StopProps},
        switch::{Switch, SwitchProps},
        table::{Align, Cell, Column, Table, TableProps},
        tabs::{Tabs, TabsProps},
        tank::{Tank, TankProps},
        terminal::{Terminal, TerminalProps},
        text::{Text, TextProps},
        textarea::{Textarea, TextareaProps},
        theme_switch::{ThemeSwitch, ThemeSwitchProps},
        thermometer::{Thermometer, ThermometerProps},
        time_picker::{TimePicker, TimePickerProps},
        tooltip::{Tooltip, TooltipProps},
        tree::{Tree, TreeNode, TreeNodes, TreeProps},
        trend::{EventMarker, Sample, Series, Trend, TrendProps},
        upload::{Upload, UploadProps},
        video::{Video, VideoProps},
        waterfall::{Waterfall, WaterfallProps},
        xy::{Curve, XY, XYProps},
    },
    given::{IntoChoice, IntoText, IntoTitle},
    icon::{Icon, Title},
    layout::{
        Width, WidthExt, accordion, card, column,
        frame::{Density, brand, density, dock, header, navigation, page},
        grid, heading,
        help::HelpExt,
        link, not_found_view,
        row::{AlignExt, RowAlign, row, spacer},
        section, text, view,
    },
};
