//! Compares looks in both languages: Rust draws components with random values, and the page's script builds the same
//! components, finds the nodes that Rust has written, and brings them up to date property by property. All texts must
//! be equal.

use std::{
    fmt::Write as _,
    io::Write as _,
    path::Path,
    process::{Command, Stdio},
};

use super::{ComponentId, ComponentInfo, Html, Render, Value};

/// The components of one comparison.
#[derive(Default)]
pub(crate) struct Comparison {
    calls: Vec<String>,
    cases: Vec<String>,
}

impl Comparison {
    /// Adds a component with its current values.
    pub(crate) fn add(&mut self, info: &ComponentInfo, component: &impl Render, values: &[Option<Value>]) {
        let look = info.look().unwrap_or_else(|| panic!("{} has no look", info.name));
        assert_eq!(look.faults(), [""; 0]);
        let call = look.call();
        if !self.calls.contains(&call) {
            self.calls.push(call);
        }
        let mut html = Html::new();
        component.render(&mut html);
        let mut props = String::new();
        for (prop, value) in info.props.iter().zip(values) {
            if let Some(value) = value {
                let comma = if props.is_empty() { "" } else { "," };
                let _ = write!(props, "{comma}{:?}:{}", prop.name, value.json());
            }
        }
        let html = serde_json::to_string(&html.into_string()).unwrap();
        self.cases.push(format!(r#"{{"tag":{:?},"id":{:?},"props":{{{props}}},"html":{html}}}"#, info.tag, ID));
    }

    /// Draws all of them in JavaScript. The message has the first differences.
    #[track_caller]
    pub(crate) fn run(self) {
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/client/support/looks.js");
        let mut node = Command::new("node");
        let node = node.arg(script).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut node = node.spawn().expect("Node.js");
        let count = self.cases.len();
        let calls = serde_json::to_string(&self.calls).unwrap();
        let input = format!(r#"{{"calls":{calls},"cases":[{}]}}"#, self.cases.join(","));
        node.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
        let output = node.wait_with_output().unwrap();
        let said = String::from_utf8_lossy(&output.stdout);
        assert!(output.status.success(), "{said}{}", String::from_utf8_lossy(&output.stderr));
        assert_eq!(said.trim(), format!("{count} equal"));
    }
}

/// The id of all components.
const ID: &str = "left_motor";

/// That id.
pub(crate) fn id() -> ComponentId {
    ComponentId::new(1, ID, 0)
}

/// Random values, the same in every run.
pub(crate) struct Random(u64);

impl Random {
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(2).wrapping_add(1))
    }

    /// The xorshift generator of Marsaglia.
    pub(crate) fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    /// From 0 to `count - 1`.
    pub(crate) fn below(&mut self, count: u64) -> u64 {
        (self.next() >> 11) % count
    }

    pub(crate) fn pick<T: Copy>(&mut self, from: &[T]) -> T {
        from[self.below(from.len() as u64) as usize]
    }

    pub(crate) fn flag(&mut self) -> bool {
        self.below(2) == 1
    }

    /// A number of any size: whole, with few digits, with all digits, or special.
    pub(crate) fn number(&mut self) -> f64 {
        let part = self.below(1 << 53) as f64 / (1_u64 << 53) as f64;
        let sign = if self.flag() { 1.0 } else { -1.0 };
        match self.below(8) {
            0 => self.pick(&[
                0.0,
                -0.0,
                0.5,
                1.5,
                2.5,
                1e21,
                1e22,
                999_999.5,
                1e-6,
                1e-7,
                5e-324,
                f64::MAX,
                f64::NAN,
                f64::INFINITY,
            ]),
            1 => sign * self.below(1000) as f64,
            2 => sign * self.below(100_000) as f64 / 100.0,
            3 => sign * (self.below(2000) as f64 + 0.5),
            4 => sign * part * 100.0,
            _ => sign * part * 10_f64.powi(self.below(32) as i32 - 9),
        }
    }

    pub(crate) fn maybe_number(&mut self) -> Option<f64> {
        (self.below(5) > 0).then(|| self.number())
    }

    pub(crate) fn text(&mut self) -> &'static str {
        self.pick(&[
            "",
            "",
            "a",
            "CPU <0> & \"1\"",
            "°",
            "°C",
            "%",
            "two words",
            "\u{1f600} \u{1f1e9}\u{1f1ea}",
            "'",
            "on\noff",
            "\u{a0}",
            "-0",
            "1e21",
            "ß",
            "</span>",
            "null",
        ])
    }
}
