use std::time::Duration;

use dash_macros::Component;
use dash_runtime::{
    alarms::{Alarm, AlarmEvent, Cause, Occurrence, Shelve, Shelved},
    component::prelude::*,
    look::{Bound, Item},
};

use crate::{Icon, icon};

/// The alarms of a machine: what is the matter, since when, and who has acknowledged it.
///
/// Conditions raise alarms. They are declared in `bindings!`, or a callback writes [`Cause`]s. The server keeps the states of
/// ISA-18.2 (IEC 62682), and `#[keep]` on the field keeps them over a restart:
///
/// ```text
/// #[components]
/// struct Ui {
///     pressure: Gauge,
///     #[keep]
///     #[needs(Role::Operator)]
///     alarms: Alarms,
/// }
///
/// const BINDINGS: Bindings<Self> = bindings![
///     alarm(Ui::pressure.value, Ui::alarms, "Over-pressure: {:.2} bar", above = 0.8, hysteresis = 0.05, after = "2s"),
/// ];
/// ```
///
/// Among the children of a [`page`](crate::page) it stands below the bar, and only while there are alarms. The bell in the
/// bar opens it. Anywhere else it is a list that is always visible.
///
/// Four forms tell the states apart, also without colour: an active alarm that nobody has acknowledged is filled, an
/// acknowledged one is tinted, one that is over but was not acknowledged has a dashed frame, and one that waits for its
/// reset a dotted one. Those that nobody has acknowledged come first, and the most severe of them. A screen reader announces
/// a new alarm at once.
///
/// Who may acknowledge an alarm may also shelve it, for at most 8 hours unless
/// [`shelve_at_most`](Self::shelve_at_most) says otherwise. Until then it is listed apart, makes no sound and does not count.
///
/// With `#[keep(for = "30d")]` on the field, what happens to the alarms becomes a history, and they are kept too.
///
/// A person may switch on a sound and notifications. The browser remembers that. The sound of an alarm of high severity is
/// repeated until it is acknowledged. Notifications come while the page is not in front. Browsers allow them only over HTTPS
/// and on the machine of the server.
#[derive(Component)]
#[component(tag = "dd-alarms", script = "alarms.js", style = "alarms.css", bundled, gate = Alarms)]
pub struct Alarms {
    id: ComponentId,
    /// The alarms, the most important first. The server sets it.
    #[prop(by_server)]
    items: Vec<Alarm>,
    /// The causes that are there now, besides the declared conditions. Callbacks write it. Default: none.
    causes: Vec<Cause>,
    /// Somebody acknowledges an alarm. The browser sends it.
    #[prop(event)]
    acknowledge: Event<Occurrence>,
    /// Somebody resets a latched alarm whose cause is gone. The browser sends it.
    #[prop(event)]
    reset: Event<Occurrence>,
    /// The alarms that somebody has shelved, the next one to come back first. The server sets it.
    shelved: Vec<Shelved>,
    /// Somebody shelves an alarm. The browser sends it.
    #[prop(event)]
    shelve: Event<Shelve>,
    /// Somebody ends that before its time. The value is the [`id`](Alarm::id) of the alarm. The browser sends it.
    #[prop(event)]
    unshelve: Event<String>,
    /// The longest time for which an alarm may be shelved, in seconds. 0: not at all. Default: 28 800, which are 8 hours.
    #[prop(default = 28_800.0, no_setter)]
    shelf_limit: f64,
    /// What has happened to the alarms, if their history is kept with `#[keep(for = "30d")]`. The server appends to it.
    #[prop(stream, ring = 20, history)]
    events: Stream<AlarmEvent>,
    /// The name of the list for a screen reader. Default: `Alarms`.
    #[prop(default = "Alarms".to_owned())]
    label: String,
    /// Whether nobody can acknowledge, reset and shelve alarms. Default: `false`.
    disabled: bool,
}

impl Alarms {
    /// Sets the longest time for which an alarm may be shelved. Zero: not at all. On a page, an alarm can be shelved for 15
    /// minutes, 1 hour, 4 hours and 8 hours, as far as this allows.
    #[must_use]
    pub fn shelve_at_most(mut self, time: Duration) -> Self {
        self.shelf_limit = time.as_secs_f64();
        self
    }
}

/// How many alarms are always visible below the bar.
const SHOWN: i32 = 3;

/// The times for which a page shelves an alarm, in seconds, with their words.
const SHELVES: [(f64, &str, &str); 4] =
    [(900.0, "900", "15 min"), (3_600.0, "3600", "1 h"), (14_400.0, "14400", "4 h"), (28_800.0, "28800", "8 h")];

impl View for Alarms {
    fn view(p: AlarmsBound, look: &mut Look) {
        tools(look);
        let list = look.tag("ul").attr("class", "dd-alarms").flag("data-alarm", true).attr("aria-label", p.label);
        // A screen reader says what is added, and not what becomes of it.
        list.attr("aria-live", "assertive").attr("aria-relevant", "additions").inner(|look| {
            look.each_by(
                p.items,
                // One that comes again is another one: a press for the one before does not reach it.
                |item| item.value.field("number", |alarm| &alarm.number),
                |item, look| line(item, p.disabled, p.shelf_limit, look),
            );
        });
        // The stylesheet shows it if no alarm is shown.
        look.tag("p").attr("class", "dd-alarms-none").inner(|look| {
            icon::draw(look, Icon::Check.path());
            look.text("No alarms");
        });
        // The stylesheet shows the others while it is open. On a phone, all but the first are others.
        let (is_long, some) = (p.items.count().is_above(SHOWN), p.items.count().is_above(1));
        let more = look.tag("details").attr("class", "dd-alarms-more").flag("data-alarm", true);
        more.flag("data-long", is_long).flag("hidden", some.not()).inner(|look| {
            look.tag("summary").inner(|look| {
                for (class, shown) in [("dd-alarms-beyond", SHOWN), ("dd-alarms-folded", 1)] {
                    let others = (p.items.count() - shown).at_least(0).number(0);
                    look.tag("span").attr("class", class).text(constant("and ").then(others).then(" more"));
                }
            });
        });
        let apart = look.tag("details").attr("class", "dd-alarms-shelved");
        apart.flag("hidden", p.shelved.count().is_above(0).not()).inner(|look| {
            look.tag("summary").text(p.shelved.count().number(0).then(" shelved"));
            look.tag("ul").attr("aria-label", "Shelved alarms").inner(|look| {
                look.each_by(
                    p.shelved,
                    |item| item.value.field("id", |shelved| &shelved.id),
                    |item, look| shelved(item, p.disabled, look),
                );
            });
        });
    }
}

/// One that is not in the list until its time is over.
fn shelved(item: Item<Shelved>, disabled: Bound<bool>, look: &mut Look) {
    let line = look.tag("li").attr("data-key", item.value.field("id", |shelved| &shelved.id));
    line.inner(|look| {
        look.tag("span").attr("class", "dd-alarm-words").inner(|look| {
            look.tag("span").text(item.value.field("text", |shelved| &shelved.text));
            look.tag("time").attr("data-until", item.value.field("until", |shelved| &shelved.until)).empty();
            let by = constant("by ").then(item.value.field("by", |shelved| &shelved.by));
            look.tag("span").attr("class", "dd-alarm-seen").text(by);
        });
        let button = look.tag("button").attr("type", "button").attr("data-act", "unshelve");
        button.flag("disabled", disabled).text("Unshelve");
    });
}

/// What each person sets for their own browser.
fn tools(look: &mut Look) {
    look.tag("div").attr("class", "dd-alarms-tools").inner(|look| {
        let filter = look.tag("div").attr("class", "dd-alarms-filter").attr("role", "group");
        filter.attr("aria-label", "Which alarms are shown").inner(|look| {
            for (value, word, pressed) in
                [("all", "All", "true"), ("active", "Active", "false"), ("unacknowledged", "Unacknowledged", "false")]
            {
                let choice = look.tag("button").attr("type", "button").attr("data-filter", value);
                choice.attr("aria-pressed", pressed).text(word);
            }
        });
        look.tag("div").attr("class", "dd-alarms-signals").inner(|look| {
            for (value, word) in [("sound", "Sound"), ("notification", "Notification")] {
                let switch = look.tag("button").attr("type", "button").attr("role", "switch");
                switch.attr("data-signal", value).attr("aria-checked", "false").text(word);
            }
            look.tag("span").attr("class", "dd-alarms-why").attr("role", "status").empty();
        });
    });
}

fn line(item: Item<Alarm>, disabled: Bound<bool>, longest: Bound<f64>, look: &mut Look) {
    let state = item.value.field("state", |alarm| &alarm.state);
    let severity = item.value.field("severity", |alarm| &alarm.severity);
    let (is_high, is_low) = (severity.is("high"), severity.is("low"));
    let (is_over, is_latched) = (state.is("cleared"), state.is("latched"));
    let line = look.tag("li").attr("class", "dd-alarm").attr("data-state", state).flag("data-alarm", true);
    let line = line.attr("data-tone", is_high.choose("bad", is_low.choose("note", "warn")));
    let line = line.attr("data-key", item.value.field("id", |alarm| &alarm.id));
    line.attr("data-number", item.value.field("number", |alarm| &alarm.number)).inner(|look| {
        let path = is_high.choose(Icon::Alarm.path(), is_low.choose(Icon::Bell.path(), Icon::Warning.path()));
        icon::draw(look, is_over.choose(Icon::History.path(), is_latched.choose(Icon::Lock.path(), path)));
        look.tag("span").attr("class", "dd-alarm-words").inner(|look| {
            let kind = is_high.choose("Alarm: ", is_low.choose("Notice: ", "Warning: "));
            let kind = is_over.choose("Over: ", is_latched.choose("Over, waits for a reset: ", kind));
            look.tag("span").attr("class", "dd-spoken").text(kind);
            look.tag("strong").text(item.value.field("text", |alarm| &alarm.text));
            look.tag("span").attr("class", "dd-alarm-detail").text(item.value.field("detail", |alarm| &alarm.detail));
            // The script writes the times, in the time zone of the viewer.
            look.tag("time").attr("data-since", item.value.field("since", |alarm| &alarm.since)).empty();
            look.tag("time").attr("data-until", item.value.field("cleared", |alarm| &alarm.cleared)).empty();
            let seen = constant("seen by ").then(item.value.field("by", |alarm| &alarm.by));
            look.tag("span")
                .attr("class", "dd-alarm-seen")
                .text(state.is("acknowledged").choose(seen, is_latched.choose(seen, "")));
            look.tag("time").attr("data-at", item.value.field("acknowledged", |alarm| &alarm.acknowledged)).empty();
        });
        let button = look.tag("button").attr("type", "button").attr("class", "dd-alarm-acknowledge");
        let button = button.attr("data-act", is_latched.choose("reset", "acknowledge"));
        button.flag("hidden", state.is("acknowledged")).flag("disabled", disabled).inner(|look| {
            icon::draw(look, Icon::Check.path());
            look.tag("span").text(is_latched.choose("Reset", "Acknowledge"));
        });
        let shelve = look.tag("select").attr("class", "dd-alarm-shelve").attr("autocomplete", "off");
        let shelve = shelve.attr("aria-label", "Shelve").flag("disabled", disabled);
        shelve.flag("hidden", longest.reaches(SHELVES[0].0).not()).inner(|look| {
            look.tag("option").attr("value", "").text("Shelve");
            for (seconds, value, words) in SHELVES {
                let option = look.tag("option").attr("value", value);
                option.flag("hidden", longest.reaches(seconds).not()).text(words);
            }
        });
    });
}

#[cfg(test)]
mod tests {
    use dash_runtime::alarms::{AlarmState, Severity};

    use super::*;
    use crate::core::testing::{assert_has, component, drawn};

    fn alarm(id: &str, state: AlarmState, severity: Severity) -> Alarm {
        let mut alarm = Alarm::default();
        (alarm.id, alarm.number, alarm.state, alarm.severity) = (id.to_owned(), 7, state, severity);
        (alarm.text, alarm.detail) = (format!("{id} <1>"), "limit 1.500 A".to_owned());
        alarm.by = if state.is_unacknowledged() { String::new() } else { "ada".to_owned() };
        alarm
    }

    #[test]
    fn each_state_and_each_severity_has_words_and_a_form() {
        let mut alarms = component::<Alarms>();
        assert_has(
            &alarms,
            &["aria-label=\"Alarms\"", ">No alarms<", "<details class=\"dd-alarms-more\" data-alarm hidden"],
        );
        alarms.items = vec![
            alarm("current", AlarmState::Active, Severity::High),
            alarm("fan", AlarmState::Acknowledged, Severity::Medium),
            alarm("filter", AlarmState::Active, Severity::Low),
        ];
        let parts = [
            "data-filter=\"all\" aria-pressed=\"true\">All<",
            "data-signal=\"sound\" aria-checked=\"false\">Sound<",
            "data-state=\"active\" data-alarm data-tone=\"bad\" data-key=\"current\" data-number=\"7\"",
            ">Alarm: <",
            "current &lt;1&gt;<",
            ">limit 1.500 A<",
            "data-act=\"acknowledge\">",
            "data-tone=\"warn\"",
            ">Warning: <",
            ">seen by ada<",
            "data-act=\"acknowledge\" hidden",
            "data-tone=\"note\"",
            ">Notice: <",
        ];
        assert_has(&alarms, &parts);
        alarms.items = vec![
            alarm("current", AlarmState::Cleared, Severity::High),
            alarm("fan", AlarmState::Latched, Severity::Medium),
        ];
        assert_has(&alarms, &["\"cleared\"", ">Over: <", "\"latched\"", "data-act=\"reset\">", ">Reset<"]);
        alarms.items = (0..7).map(|n| alarm(&n.to_string(), AlarmState::Active, Severity::Low)).collect();
        assert_has(
            &alarms.disabled(true),
            &[
                "\"acknowledge\" disabled>",
                "dd-alarms-more\" data-alarm data-long>",
                "\"dd-alarms-beyond\">and 4 more<",
                "\"dd-alarms-folded\">and 6 more<",
            ],
        );
        let mut many = component::<Alarms>();
        many.items = (0..7).map(|n| alarm(&n.to_string(), AlarmState::Active, Severity::Low)).collect();
        assert_eq!(drawn(&many).matches("<li ").count(), 7);
    }

    #[test]
    fn shelved_alarms_are_counted_and_listed_apart() {
        let mut alarms = component::<Alarms>().shelve_at_most(Duration::from_secs(3600));
        alarms.items = vec![alarm("fan", AlarmState::Active, Severity::High)];
        assert_has(
            &alarms,
            &[
                "<select class=\"dd-alarm-shelve\" autocomplete=\"off\" aria-label=\"Shelve\"><option",
                "<option value=\"3600\">1 h<",
                "<option value=\"14400\" hidden>4 h<",
                "<details class=\"dd-alarms-shelved\" hidden>",
            ],
        );
        let mut door = Shelved::default();
        (door.id, door.text, door.by, door.until) =
            ("door".to_owned(), "Door <open>".to_owned(), "ada".to_owned(), 90.0);
        (alarms.items, alarms.shelved) = (Vec::new(), vec![door]);
        let parts = [
            "<details class=\"dd-alarms-shelved\"><summary>1 shelved<",
            "<li data-key=\"door\">",
            ">Door &lt;open&gt;<",
            "data-until=\"90\"",
            ">by ada<",
            "data-act=\"unshelve\">Unshelve<",
        ];
        assert_has(&alarms, &parts);
        assert!(!drawn(&alarms).contains("class=\"dd-alarm\""), "the bell and the sound know nothing of it");
        let none = component::<Alarms>().shelve_at_most(Duration::ZERO);
        assert_eq!(none.shelf_limit.to_bits(), 0.0_f64.to_bits());
    }
}
