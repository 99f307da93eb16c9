//! Generates the source of a dashboard of the largest supported size.

use std::fmt::Write;

/// The size of the dashboard, and its fault.
pub(crate) struct Large {
    /// Sliders, each with eight properties.
    pub(crate) sliders: usize,
    /// Callbacks in chains of ten. Each writes a text, and reads the text of the previous one and two sliders.
    pub(crate) callbacks: usize,
    /// A quarter each of `bind`, `format`, `mirror` and `show_when`.
    pub(crate) bindings: usize,
    /// The fault in the list of callbacks.
    pub(crate) fault: Fault,
}

/// The fault of a dashboard.
#[allow(dead_code, reason = "each of the two programs that have this file needs some of them")]
pub(crate) enum Fault {
    /// Nothing. `user/` has this dashboard.
    None,
    /// The last callback writes what the callback with this number writes.
    SecondWriter(usize),
    /// One chain of all callbacks, the last of which starts the first.
    Circle,
}

/// The time limit in milliseconds for a debug build to plan and start a dashboard. It normally takes a small part of
/// that.
const AT_MOST: u32 = 2000;

impl Large {
    /// The whole program. If there is no fault, it has a test that starts the dashboard in memory, and fails if that takes
    /// longer than [`AT_MOST`].
    pub(crate) fn source(&self) -> String {
        let mut text = String::from("// Written by `tests/support/large.rs`.\n\n");
        self.write(&mut text).expect("a text takes everything");
        text
    }

    fn write(&self, out: &mut String) -> std::fmt::Result {
        let Self { sliders, callbacks, bindings, .. } = *self;
        let quarter = bindings / 4;
        writeln!(out, "use dash_devices::prelude::*;\n")?;
        writeln!(out, "#[components]\nstruct Ui {{")?;
        (0..sliders).try_for_each(|i| writeln!(out, "    s{i}: Slider,"))?;
        (0..callbacks).try_for_each(|i| writeln!(out, "    t{i}: Text,"))?;
        for i in 0..quarter {
            writeln!(
                out,
                "    formatted{i}: Text,\n    mirrored{i}: Progress,\n    shown{i}: Text,\n    when{i}: Switch,"
            )?;
        }
        writeln!(out, "}}\n\n#[derive(Default)]\nstruct Device(f64);\n")?;
        for i in 0..callbacks {
            self.callback(out, i, i)?;
        }
        if let Fault::SecondWriter(of) = self.fault {
            self.callback(out, callbacks, of)?;
        }
        writeln!(out, "impl Dashboard for Ui {{\n    type Device = Device;\n    type Session = ();")?;
        writeln!(out, "    const CALLBACKS: Callbacks<Self> = callbacks![")?;
        let listed = callbacks + usize::from(matches!(self.fault, Fault::SecondWriter(_)));
        (0..listed).try_for_each(|i| writeln!(out, "        c{i},"))?;
        writeln!(out, "    ];\n    const BINDINGS: Bindings<Self> = bindings![")?;
        for i in 0..quarter {
            writeln!(out, "        bind(Ui::s{}.value, Ui::s{}.value),", 2 * i, 2 * i + 1)?;
            writeln!(out, "        format(Ui::s{i}.value, Ui::formatted{i}.text, \"{{:.1}} V\"),")?;
            // Each value is computed from the one that is listed after it.
            match i + 1 < quarter {
                true => writeln!(out, "        mirror(Ui::mirrored{}.value, Ui::mirrored{i}.value),", i + 1)?,
                false => writeln!(out, "        mirror(Ui::s{i}.value, Ui::mirrored{i}.value),")?,
            }
            writeln!(out, "        show_when(Ui::when{i}.on, Ui::shown{i}),")?;
        }
        writeln!(out, "    ];\n\n    fn layout(self) -> Element {{\n        page(\"Large\", vec![")?;
        (0..sliders).try_for_each(|i| writeln!(out, "            self.s{i}.into_element(),"))?;
        (0..callbacks).try_for_each(|i| writeln!(out, "            self.t{i}.into_element(),"))?;
        for i in 0..quarter {
            for field in ["formatted", "mirrored", "shown", "when"] {
                writeln!(out, "            self.{field}{i}.into_element(),")?;
            }
        }
        writeln!(out, "        ])\n    }}\n}}\n")?;
        if !matches!(self.fault, Fault::None) {
            return writeln!(out, "fn main() {{}}");
        }
        writeln!(out, "#[test]\nfn it_starts() {{\n    let begin = std::time::Instant::now();")?;
        writeln!(
            out,
            "    let dashboard = dash_devices::testing::InMemory::new::<Ui>(Device::default()).expect(\"nothing is wrong with it\");"
        )?;
        writeln!(out, "    let took = begin.elapsed();\n    drop(dashboard);")?;
        writeln!(out, "    assert!(took < std::time::Duration::from_millis({AT_MOST}), \"{{took:?}}\");\n}}")
    }

    /// The callback `c{no}`, which writes the text `text`.
    fn callback(&self, out: &mut String, no: usize, text: usize) -> std::fmt::Result {
        let Self { sliders, callbacks, .. } = *self;
        let device = if no.is_multiple_of(4) { "device: &mut Device, " } else { "" };
        let before = match self.fault {
            Fault::Circle => Some((no + callbacks - 1) % callbacks),
            _ => (!no.is_multiple_of(10)).then(|| no - 1),
        };
        let before = before.map_or(String::new(), |it| format!("#[input(Ui::t{it}.text)] before: &str, "));
        let (a, b) = (no % sliders, (no * 7 + 3) % sliders);
        writeln!(out, "#[callback_shared(output = Ui::t{text}.text)]")?;
        writeln!(
            out,
            "fn c{no}({device}{before}#[input(Ui::s{a}.value)] a: f64, #[state(Ui::s{b}.max)] b: f64) -> String {{"
        )?;
        if !device.is_empty() {
            writeln!(out, "    device.0 = a;")?;
        }
        let before = if before.is_empty() { "" } else { "{before} " };
        writeln!(out, "    format!(\"{before}{{a}} {{b}}\")\n}}\n")
    }
}
