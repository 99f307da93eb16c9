use std::time::{SystemTime, UNIX_EPOCH};

use dash_macros::{Component, value};
use dash_runtime::{component::prelude::*, look::Item};

use crate::{Icon, icon};

/// The alarms of a machine, below the bar of the page: each as a line that says what is the matter, since when, and what
/// the limit is.
///
/// Three forms tell the states apart, also without colour: an active alarm that nobody has seen is filled, an acknowledged
/// one is tinted, and one that is over but was not seen has a dashed frame. The three first of the list are shown, and a
/// line opens the others. A screen reader announces a new alarm at once.
///
/// Place it among the children of a [`page`](crate::page). An [`AlarmBook`] in the device keeps the list:
///
/// ```
/// # use dash_components::{Alarm, AlarmBook};
/// struct Supply {
///     alarms: AlarmBook,
/// }
///
/// // `#[callback_shared(every = "1s", output = Ui::alarms.items)]`,
/// // with `#[input(Ui::alarms.acknowledge)]` before `seen`.
/// fn watch(supply: &mut Supply, seen: Option<String>) -> Vec<Alarm> {
///     if let Some(id) = seen {
///         supply.alarms.acknowledge(&id, "ada");
///     }
///     let current = 1.921;
///     if current > 1.5 {
///         supply.alarms.alarm("over-current", format!("Over-current: {current:.3} A"), "limit 1.500 A");
///     } else {
///         supply.alarms.clear("over-current");
///     }
///     supply.alarms.list()
/// }
/// # let mut supply = Supply { alarms: AlarmBook::default() };
/// # assert_eq!(watch(&mut supply, None).len(), 1);
/// # assert_eq!(watch(&mut supply, Some("over-current".to_owned()))[0].by, "ada");
/// ```
#[derive(Component)]
#[component(tag = "dd-alarms", script = "alarms.js", style = "alarms.css", bundled)]
pub struct Alarms {
    id: ComponentId,
    /// The alarms, the most important first. Default: none. Callbacks write them.
    #[prop(no_setter)]
    items: Vec<Alarm>,
    /// Somebody acknowledges the alarm with this `id`. The browser sends it.
    #[prop(event)]
    acknowledge: Event<String>,
    /// The name of the list for a screen reader. Default: `Alarms`.
    #[prop(default = "Alarms".to_owned())]
    label: String,
}

/// One alarm of [`Alarms`].
#[value]
#[derive(Debug, Clone, PartialEq)]
pub struct Alarm {
    /// What distinguishes it from the other alarms, such as `over-current`.
    pub id: String,
    /// Whether it is an alarm. Otherwise it is a warning.
    pub is_bad: bool,
    /// What is the matter, with the value: `Over-current: 1.921 A`.
    pub text: String,
    /// The limit, or what to do. Empty: nothing.
    pub detail: String,
    /// Since when, in seconds since 1970. 0: unknown.
    pub since: f64,
    /// Whether it is there, and whether somebody has seen it.
    pub state: AlarmState,
    /// Who has acknowledged it. Empty: nobody, or nobody knows.
    pub by: String,
}

/// What has become of an [`Alarm`].
#[value]
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
#[serde(rename_all = "snake_case")]
pub enum AlarmState {
    /// Its cause is there, and nobody has acknowledged it.
    #[default]
    Active,
    /// Its cause is there, and somebody has acknowledged it.
    Acknowledged,
    /// Its cause is gone, but nobody has acknowledged it.
    Cleared,
}

/// The alarms of a device: it knows since when they are there, and who has seen them.
///
/// An alarm that is acknowledged while its cause is there goes when the cause goes. One whose cause goes first stays until
/// somebody acknowledges it, so that nobody misses it. If it comes again, it is a new one.
#[derive(Debug, Clone, Default)]
pub struct AlarmBook {
    alarms: Vec<Alarm>,
}

impl AlarmBook {
    /// The cause of an alarm is there. It may be called again and again with other words.
    pub fn alarm(&mut self, id: impl Into<String>, text: impl Into<String>, detail: impl Into<String>) {
        self.raise(id.into(), true, text.into(), detail.into());
    }

    /// The cause of a warning is there. If it was an alarm, it becomes a warning.
    pub fn warning(&mut self, id: impl Into<String>, text: impl Into<String>, detail: impl Into<String>) {
        self.raise(id.into(), false, text.into(), detail.into());
    }

    fn raise(&mut self, id: String, is_bad: bool, text: String, detail: String) {
        let new = Alarm { id, is_bad, text, detail, since: now(), state: AlarmState::Active, by: String::new() };
        let Some(known) = self.alarms.iter_mut().find(|alarm| alarm.id == new.id) else {
            self.alarms.push(new);
            return;
        };
        let is_worse = new.is_bad && !known.is_bad;
        if known.state == AlarmState::Cleared || is_worse {
            *known = new;
        } else {
            *known = Alarm { since: known.since, state: known.state, by: std::mem::take(&mut known.by), ..new };
        }
    }

    /// The cause is gone.
    pub fn clear(&mut self, id: &str) {
        self.alarms.retain(|alarm| alarm.id != id || alarm.state != AlarmState::Acknowledged);
        for alarm in self.alarms.iter_mut().filter(|alarm| alarm.id == id) {
            alarm.state = AlarmState::Cleared;
        }
    }

    /// Somebody has seen it. `by` may be empty.
    pub fn acknowledge(&mut self, id: &str, by: impl Into<String>) {
        self.alarms.retain(|alarm| alarm.id != id || alarm.state != AlarmState::Cleared);
        let by = by.into();
        for alarm in self.alarms.iter_mut().filter(|alarm| alarm.id == id && alarm.state == AlarmState::Active) {
            (alarm.state, alarm.by) = (AlarmState::Acknowledged, by.clone());
        }
    }

    /// The alarms, the most important first: those that nobody has seen, the worst and the newest of them first.
    pub fn list(&self) -> Vec<Alarm> {
        let mut list = self.alarms.clone();
        list.sort_by(|a, b| {
            let order = |alarm: &Alarm| (alarm.state, !alarm.is_bad);
            order(a).cmp(&order(b)).then(b.since.total_cmp(&a.since))
        });
        list
    }
}

/// Seconds since 1970.
fn now() -> f64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0.0, |time| time.as_secs_f64())
}

/// How many alarms are always visible.
const SHOWN: i32 = 3;

impl Alarms {
    /// Sets the alarms at the start, the most important first.
    #[must_use]
    pub fn items(mut self, items: impl IntoIterator<Item = Alarm>) -> Self {
        self.items = items.into_iter().collect();
        self
    }
}

impl View for Alarms {
    fn view(p: AlarmsBound, look: &mut Look) {
        let list = look.tag("ul").attr("class", "dd-alarms").flag("data-alarm", true).attr("aria-label", p.label);
        // A screen reader says what is added, and not what becomes of it.
        list.attr("aria-live", "assertive").attr("aria-relevant", "additions").inner(|look| {
            look.each_by(p.items, |item| item.value.field("id", |alarm| &alarm.id), line);
        });
        // The stylesheet shows the others while it is open.
        let is_long = p.items.count().is_above(SHOWN);
        let more = look.tag("details").attr("class", "dd-alarms-more").flag("data-alarm", true);
        more.flag("hidden", is_long.not()).inner(|look| {
            look.tag("summary").text(constant("and ").then((p.items.count() - SHOWN).number(0)).then(" more"));
        });
    }
}

fn line(item: Item<Alarm>, look: &mut Look) {
    let state = item.value.field("state", |alarm| &alarm.state);
    let is_bad = item.value.field("is_bad", |alarm| &alarm.is_bad);
    let by = item.value.field("by", |alarm| &alarm.by);
    let line = look.tag("li").attr("class", "dd-alarm").attr("data-state", state).flag("data-alarm", true);
    let line = line.attr("data-tone", is_bad.choose("bad", "warn"));
    line.attr("data-key", item.value.field("id", |alarm| &alarm.id)).inner(|look| {
        let path = is_bad.choose(Icon::Alarm.path(), Icon::Warning.path());
        icon::draw(look, state.is("cleared").choose(Icon::History.path(), path));
        look.tag("span").attr("class", "dd-alarm-words").inner(|look| {
            let kind = is_bad.choose("Alarm: ", "Warning: ");
            look.tag("span").attr("class", "dd-spoken").text(state.is("cleared").choose("Over: ", kind));
            look.tag("strong").text(item.value.field("text", |alarm| &alarm.text));
            look.tag("span").attr("class", "dd-alarm-detail").text(item.value.field("detail", |alarm| &alarm.detail));
            // The script writes the time, in the time zone of the viewer.
            look.tag("time").attr("data-since", item.value.field("since", |alarm| &alarm.since)).empty();
            let seen = by.is_known().choose(constant("seen by ").then(by), "seen");
            look.tag("span").attr("class", "dd-alarm-seen").text(state.is("acknowledged").choose(seen, ""));
        });
        let button = look.tag("button").attr("type", "button").attr("class", "dd-alarm-acknowledge");
        button.flag("hidden", state.is("acknowledged")).inner(|look| {
            icon::draw(look, Icon::Check.path());
            look.text("Acknowledge");
        });
    });
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::core::testing::{assert_has, component, drawn};

    fn book() -> AlarmBook {
        let mut book = AlarmBook::default();
        book.warning("fan", "Fan is slow", "below 1 500 rpm");
        book.alarm("over-current", "Over-current: 1.921 A <1>", "limit 1.500 A");
        book
    }

    fn states(book: &AlarmBook) -> Vec<(String, AlarmState)> {
        book.list().into_iter().map(|alarm| (alarm.id, alarm.state)).collect()
    }

    #[test]
    fn an_alarm_stays_until_its_cause_is_gone_and_somebody_has_seen_it() {
        use AlarmState::{Acknowledged, Active, Cleared};
        let mut book = book();
        assert_eq!(states(&book), [("over-current".to_owned(), Active), ("fan".to_owned(), Active)]);
        book.acknowledge("over-current", "ada");
        book.clear("fan");
        assert_eq!(states(&book), [("over-current".to_owned(), Acknowledged), ("fan".to_owned(), Cleared)]);
        // Other words do not make it a new one.
        book.alarm("over-current", "Over-current: 2.1 A", "");
        assert_eq!(
            (book.list()[0].state, &*book.list()[0].by, &*book.list()[0].text),
            (Acknowledged, "ada", "Over-current: 2.1 A")
        );
        book.clear("over-current");
        assert_eq!(states(&book), [("fan".to_owned(), Cleared)]);
        // It comes again: nobody has seen that.
        book.warning("fan", "Fan is slow", "");
        book.acknowledge("fan", "");
        book.alarm("fan", "Fan stands", "");
        assert_eq!(states(&book), [("fan".to_owned(), Active)], "an alarm is worse than the warning that was seen");
        book.clear("fan");
        book.acknowledge("fan", "bob");
        assert!(book.list().is_empty());
        book.clear("no such alarm");
        book.acknowledge("no such alarm", "");
    }

    #[test]
    fn each_state_has_words_and_a_form() {
        let mut book = book();
        let mut alarms = component::<Alarms>();
        alarms.items = book.list();
        let parts = [
            "aria-label=\"Alarms\"",
            "data-state=\"active\" data-alarm data-tone=\"bad\" data-key=\"over-current\"",
            ">Alarm: <",
            "Over-current: 1.921 A &lt;1&gt;<",
            ">limit 1.500 A<",
            "class=\"dd-alarm-acknowledge\">",
            "data-tone=\"warn\"",
            ">Warning: <",
            "<details class=\"dd-alarms-more\" data-alarm hidden",
        ];
        assert_has(&alarms, &parts);
        book.acknowledge("over-current", "ada");
        book.clear("fan");
        alarms.items = book.list();
        assert_has(&alarms, &["\"acknowledged\"", ">seen by ada<", "acknowledge\" hidden", "\"cleared\"", ">Over: <"]);
        for number in 0..5 {
            book.warning(format!("w{number}"), "w", "");
        }
        alarms.items = book.list();
        assert_has(&alarms, &["dd-alarms-more\" data-alarm>", ">and 4 more<"]);
        assert_eq!(drawn(&alarms).matches("<li ").count(), 7);
    }
}
