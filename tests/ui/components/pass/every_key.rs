//! Every key of `#[prop(..)]`, without a warning from the expansion.

#![deny(warnings, missing_docs, missing_debug_implementations, unreachable_pub)]

use dash_devices::Component;
use dash_devices::component::Required;
use dash_devices::component::prelude::*;

/// A knob.
///
/// It turns.
#[derive(Debug, Component)]
#[component(tag = "my-knob", script = "../knob.js", style = ["../knob.css"])]
pub struct Knob {
    id: ComponentId,
    /// The set-point.
    #[prop(writable, within(min, max))]
    value: f64,
    min: f64,
    #[prop(default = 2.0 * 50.0)]
    max: f64,
    #[prop(writable, one_of(modes), default = "slow".to_owned())]
    mode: String,
    #[prop(required)]
    modes: Modes,
    #[prop(writable, max_len = 10)]
    #[prop(required)]
    note: String,
    #[prop(writable, max_len(MOST))]
    r#type: String,
    #[prop(no_setter)]
    angle: Option<f64>,
    #[prop(event)]
    turned: Event<i8>,
    #[prop(stream, ring = MOST)]
    history: Stream<(f64, f64)>,
}

const MOST: usize = 20;

/// What the knob can be set to.
#[derive(Debug, Clone, Default, Serialize, Deserialize, JsonSchema)]
pub struct Modes(Vec<String>);

impl Options<String> for Modes {
    fn has(&self, value: &String) -> bool {
        self.0.contains(value)
    }
}

impl Required for Modes {
    fn is_given(&self) -> bool {
        !self.0.is_empty()
    }
}

impl From<&[&str]> for Modes {
    fn from(modes: &[&str]) -> Self {
        Self(modes.iter().map(|mode| (*mode).to_owned()).collect())
    }
}

impl Render for Knob {
    fn render(&self, html: &mut Html) {
        html.tag("output").text(self.value);
    }
}

impl Knob {
    /// By hand.
    #[must_use]
    pub fn angle(mut self, angle: f64) -> Self {
        self.angle = Some(angle);
        self
    }
}

/// Without properties.
#[derive(Debug, Component)]
#[component(tag = "my-line", script = "../knob.js")]
struct Line {
    id: ComponentId,
}

impl Render for Line {
    fn render(&self, _html: &mut Html) {}
}

mod page {
    use dash_devices::prelude::*;

    use super::{Knob, Line};

    #[components]
    pub(super) struct Ui {
        knob: Knob,
        line: Line,
    }

    #[callback_shared(output = Ui::knob.history)]
    fn note(#[input(Ui::knob.turned)] turned: Option<i8>, #[state(Ui::knob.r#type)] ty: &str) -> Option<(f64, f64)> {
        (ty == "x").then(|| (f64::from(turned.unwrap_or(0)), 0.0))
    }

    impl Dashboard for Ui {
        type Device = ();
        type Session = ();
        const CALLBACKS: Callbacks<Self> = callbacks![note];

        fn layout(self) -> Element {
            let modes: &[&str] = &["slow", "fast"];
            page("Knob", (self.knob.modes(modes).max(10).note("x").r#type("y").angle(1.0), self.line))
        }
    }
}

#[test]
fn it_starts() {
    let _ = <page::Ui as dash_devices::Dashboard>::CALLBACKS;
}
