//! The agreed interface of every component: `schema/<component>.json`.
//!
//! If this test finds a difference, other programs and the component's own script must follow the change. For an
//! intended change, run this test alone with `BLESS=1` and commit the new file.

use std::{fs, path::PathBuf};

use dash_components::{
    Alarms, Armed, AttitudeIndicator, AudioLevel, AuditLog, Badge, Banner, Bars, Battery, BrowserStore, Button, Camera,
    Checklist, Clipboard, Code, ColorPicker, Combobox, Compass, Container, Control, DatePicker, DateRangePicker,
    Dialog, Download, Drawer, Dropdown, Gauge, Geolocation, Heatmap, Histogram, HoldButton, Image, Indicator, Input,
    Joystick, Json, KeyboardShortcut, Keypad, Knob, LedDisplay, Log, Map, Markdown, Meter, MultiSelect, NumberInput,
    Pad, PowerButton, PrecisionInput, Progress, QrCode, RadioItems, RangeSlider, Router, SegmentedControl, Slider,
    Sparkline, Spectrum, Split, Stat, StateMachine, StatusList, Stop, Switch, Table, Tabs, Tank, Terminal, Text,
    Textarea, ThemeSwitch, Thermometer, TimePicker, Tooltip, Tree, Trend, Upload, Video, Waterfall, XY,
};
use dash_runtime::component::{Component, ComponentInfo};

const ALL: &[&ComponentInfo] = &[
    Alarms::INFO,
    Clipboard::INFO,
    Code::INFO,
    KeyboardShortcut::INFO,
    Sparkline::INFO,
    Download::INFO,
    Upload::INFO,
    Markdown::INFO,
    Log::INFO,
    Tree::INFO,
    Json::INFO,
    Terminal::INFO,
    Dialog::INFO,
    Drawer::INFO,
    Tooltip::INFO,
    Armed::INFO,
    AuditLog::INFO,
    Button::INFO,
    Container::INFO,
    Control::INFO,
    Dropdown::INFO,
    Gauge::INFO,
    HoldButton::INFO,
    Image::INFO,
    Camera::INFO,
    Video::INFO,
    Indicator::INFO,
    Input::INFO,
    Joystick::INFO,
    NumberInput::INFO,
    Progress::INFO,
    Router::INFO,
    Slider::INFO,
    Stop::INFO,
    Switch::INFO,
    Table::INFO,
    Text::INFO,
    Trend::INFO,
    XY::INFO,
    Map::INFO,
    Histogram::INFO,
    Spectrum::INFO,
    Waterfall::INFO,
    Heatmap::INFO,
    Bars::INFO,
    Badge::INFO,
    Banner::INFO,
    Battery::INFO,
    Compass::INFO,
    AttitudeIndicator::INFO,
    LedDisplay::INFO,
    Meter::INFO,
    Stat::INFO,
    StatusList::INFO,
    StateMachine::INFO,
    QrCode::INFO,
    Tank::INFO,
    Thermometer::INFO,
    Checklist::INFO,
    Combobox::INFO,
    MultiSelect::INFO,
    RadioItems::INFO,
    SegmentedControl::INFO,
    ColorPicker::INFO,
    DatePicker::INFO,
    DateRangePicker::INFO,
    AudioLevel::INFO,
    BrowserStore::INFO,
    Geolocation::INFO,
    Keypad::INFO,
    Pad::INFO,
    PowerButton::INFO,
    PrecisionInput::INFO,
    Split::INFO,
    Tabs::INFO,
    Textarea::INFO,
    Knob::INFO,
    RangeSlider::INFO,
    TimePicker::INFO,
    ThemeSwitch::INFO,
];

fn golden(info: &ComponentInfo) -> PathBuf {
    let name = info.tag.trim_start_matches("dd-");
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("schema").join(name).with_extension("json")
}

#[test]
fn the_interface_of_each_component_is_the_agreed_one() {
    let mut differing = Vec::new();
    for info in ALL {
        let now = dash_runtime::schema::of_component(info);
        if std::env::var_os("BLESS").is_some() {
            let text = serde_json::to_string_pretty(&now).expect("JSON") + "\n";
            fs::write(golden(info), text).expect("the golden can be written");
        }
        // The comparison is by value: the order of keys in a JSON map depends on the features that other crates enable
        // in serde_json.
        let agreed = fs::read_to_string(golden(info)).unwrap_or_default();
        if serde_json::from_str(&agreed).ok() != Some(now) {
            differing.push(info.name);
        }
    }
    assert!(
        differing.is_empty(),
        "the interface of {differing:?} has changed; if that is meant: BLESS=1 cargo test -p dash-devices-components --test schema"
    );
}

#[test]
fn every_golden_belongs_to_a_component() {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("schema");
    let files = fs::read_dir(folder).expect("the folder").map(|entry| entry.expect("an entry").path());
    let known: Vec<PathBuf> = ALL.iter().map(|info| golden(info)).collect();
    let strays: Vec<PathBuf> = files.filter(|file| !known.contains(file)).collect();
    assert!(strays.is_empty(), "{strays:?}");
}

/// The names in quotes that follow `before` in the script.
fn named<'a>(script: &'a str, before: &'a str) -> impl Iterator<Item = &'a str> {
    script.split(before).skip(1).filter_map(|rest| rest.split('"').next())
}

/// The text of the client's modules with the behaviour that several components share, if the script imports them. Every
/// script imports `element.js`, which has none.
fn shared_behaviour(script: &str) -> String {
    let client = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../dash-runtime/client");
    let shared =
        named(script, "../../../dash-runtime/client/").filter(|name| !matches!(*name, "element.js" | "format.js"));
    shared.map(|name| fs::read_to_string(client.join(name)).unwrap_or_else(|error| panic!("{name}: {error}"))).collect()
}

/// The items of a stream come by the script's `append`. Without it, the DOM's method of this name wrote `eventstrue` below the
/// alarms.
#[test]
fn fault_the_items_of_a_stream_were_written_on_the_page_as_text() {
    for info in ALL.iter().filter(|info| info.props.iter().any(|prop| prop.ring > 0)) {
        let script = info.script.map_or("", |script| script.source);
        let has = script.contains("\n  append(") || shared_behaviour(script).contains("\n  append(");
        assert!(has, "{} has a stream, and its script has no `append`", info.name);
    }
}

#[test]
fn script_and_struct_agree_on_the_names_of_properties() {
    for info in ALL {
        let is_prop = |name: &str| info.props.iter().any(|prop| prop.name == name);
        let script = info.script.map_or("", |script| script.source);
        for before in ["case \"", ".send(\"", "name === \"", "name !== \""] {
            for name in named(script, before) {
                assert!(is_prop(name), "the script of {} knows a property {name:?}, the struct does not", info.name);
            }
        }
        for (at, prop) in info.props.iter().enumerate() {
            // Only the server needs the deadline of a held control, the times after which control ends, and the causes and
            // the events of alarms.
            let is_for_server = ["idle", "away", "grant_after", "causes", "events"].contains(&prop.name);
            if info.gate.is_some() && is_for_server || info.props.iter().any(|other| other.held == Some(at)) {
                continue;
            }
            let behaviour = format!("{script}{}", shared_behaviour(script));
            let words = behaviour.split(|c: char| !(c.is_ascii_alphanumeric() || c == '_'));
            let look = info.look().map(|look| look.call()).unwrap_or_default();
            let known = words.into_iter().any(|word| word == prop.name) || look.contains(&format!("[{:?}]", prop.name));
            assert!(known, "neither the look nor the script of {} says anything of `{}`", info.name, prop.name);
        }
    }
}
