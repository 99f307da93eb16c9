use std::time::{SystemTime, UNIX_EPOCH};

use dash_macros::{Component, value};
use dash_runtime::component::prelude::*;

/// The lines that a device writes, with levels, a filter and follow.
///
/// It follows the newest line until the person scrolls up, and again after `Follow`. A page keeps up to `limit` lines and
/// draws only those that are visible. A page that comes later gets the newest 1000.
///
/// ```
/// # use dash_components::{Log, LogLine};
/// // A callback with `output = Ui::log.lines` appends what it returns.
/// fn read(answer: Result<f64, &str>) -> LogLine {
///     match answer {
///         Ok(volts) => LogLine::info(format!("{volts:.3} V")),
///         Err(why) => LogLine::error(why),
///     }
/// }
/// # assert_eq!(read(Err("no answer")).text, "no answer");
/// # fn of(log: Log) -> Log {
/// log.label("Instrument").limit(20_000)
/// # }
/// ```
#[derive(Component)]
#[component(tag = "dd-log", script = "log.js", style = "log.css", bundled)]
pub struct Log {
    id: ComponentId,
    /// The lines, oldest first. Callbacks append to them.
    #[prop(stream, ring = 1000, history)]
    lines: Stream<LogLine>,
    /// The largest number of lines that a page keeps, from 1 to 100 000. Default: 10 000.
    #[prop(default = 10_000, no_setter)]
    limit: u32,
    /// The visible name. Empty (the default): no visible name.
    label: String,
}

/// One line of a [`Log`].
#[value]
#[derive(Debug, Clone, PartialEq)]
pub struct LogLine {
    /// When it was written, in seconds since 1970.
    pub time: f64,
    /// How important it is.
    pub level: LogLevel,
    /// What it says. It is one line: line ends in it are shown as spaces.
    pub text: String,
}

impl HistoryItem for LogLine {
    fn time(&self) -> f64 {
        self.time
    }
}

/// How important a [`LogLine`] is, the least first.
#[value]
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
#[serde(rename_all = "snake_case")]
pub enum LogLevel {
    /// Every step, to find a fault.
    Debug,
    /// What happens.
    #[default]
    Info,
    /// Something is not as it should be.
    Warn,
    /// Something failed.
    Error,
}

impl LogLine {
    /// A line of this moment.
    pub fn new(level: LogLevel, text: impl IntoValue<String>) -> Self {
        let time = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0.0, |time| time.as_secs_f64());
        Self { time, level, text: text.into_value() }
    }

    /// A line of this moment with the level `Debug`.
    pub fn debug(text: impl IntoValue<String>) -> Self {
        Self::new(LogLevel::Debug, text)
    }

    /// A line of this moment with the level `Info`.
    pub fn info(text: impl IntoValue<String>) -> Self {
        Self::new(LogLevel::Info, text)
    }

    /// A line of this moment with the level `Warn`.
    pub fn warn(text: impl IntoValue<String>) -> Self {
        Self::new(LogLevel::Warn, text)
    }

    /// A line of this moment with the level `Error`.
    pub fn error(text: impl IntoValue<String>) -> Self {
        Self::new(LogLevel::Error, text)
    }
}

impl Log {
    /// Sets the largest number of lines that a page keeps, from 1 to 100 000.
    #[must_use]
    pub fn limit(mut self, lines: u32) -> Self {
        self.limit = lines.clamp(1, 100_000);
        self
    }
}

/// The levels from which a log can be shown, with their words.
const LEVELS: [(&str, &str); 4] = [("debug", "All"), ("info", "Info"), ("warn", "Warnings"), ("error", "Errors")];

impl View for Log {
    fn view(p: LogBound, look: &mut Look) {
        // The script writes the lines.
        let name = p.label.or(words_of_id());
        look.tag("div").attr("class", "dd-log-head").inner(|look| {
            look.tag("span").attr("class", "dd-label").text(p.label);
            let level = look.tag("select").attr("class", "dd-log-level").attr("autocomplete", "off");
            level.attr("aria-label", constant("Levels of ").then(name)).inner(|look| {
                for (level, words) in LEVELS {
                    look.tag("option").attr("value", level).text(words);
                }
            });
            look.tag("input")
                .attr("class", "dd-log-filter")
                .attr("type", "search")
                .attr("placeholder", "Filter")
                .attr("autocomplete", "off")
                .attr("aria-label", constant("Filter ").then(name))
                .void();
            let follow = look.tag("button").attr("type", "button").attr("class", "dd-log-follow");
            follow.attr("aria-pressed", true).text("Follow");
        });
        let scroll = look.tag("div").attr("class", "dd-log-scroll").attr("tabindex", 0).attr("role", "region");
        scroll.attr("aria-label", name).inner(|look| look.tag("ol").attr("class", "dd-log-lines").empty());
        look.tag("div").attr("class", "dd-log-note").attr("role", "status").text("No lines yet");
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::core::testing::{assert_has, component};

    #[test]
    fn it_has_its_controls_and_says_that_it_is_empty_before_its_script_runs() {
        let parts = [
            ">Pump &lt;1&gt;</span>",
            "aria-label=\"Levels of Pump &lt;1&gt;\"",
            "<option value=\"warn\">Warnings</option>",
            "aria-label=\"Filter Pump &lt;1&gt;\"",
            "aria-pressed=\"true\">Follow<",
            "tabindex=\"0\" role=\"region\" aria-label=\"Pump &lt;1&gt;\"",
            ">No lines yet<",
        ];
        assert_has(&component::<Log>().label("Pump <1>"), &parts);
    }

    #[test]
    fn the_limit_is_in_its_range() {
        assert_eq!([0, 5, 1_000_000].map(|lines| component::<Log>().limit(lines).limit), [1, 5, 100_000]);
    }
}
