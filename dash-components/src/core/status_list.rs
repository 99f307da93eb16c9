use dash_macros::{Component, value};
use dash_runtime::component::prelude::*;

use super::{
    badge::{mark, spoken},
    indicator::Tone,
};

/// Several states below each other, each with a name, a mark and a word.
///
/// ```
/// # use dash_components::{Status, StatusList, Tone};
/// # fn of(health: StatusList) -> StatusList {
/// health.label("Health").items([
///     Status::new("Pump", Tone::Ok, "running"),
///     Status::new("Filter", Tone::Warn, "change soon"),
/// ])
/// # }
/// ```
#[derive(Component)]
#[component(tag = "dd-status-list", style = ["mark.css", "readout.css"])]
pub struct StatusList {
    id: ComponentId,
    /// The states, from top to bottom. Default: none, shown as "No entries".
    #[prop(no_setter)]
    items: Vec<Status>,
    /// The name of the list for a screen reader. Empty (the default): the words of the id.
    label: String,
}

/// One line of a [`StatusList`].
#[value]
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Status {
    /// The name of the part.
    pub label: String,
    /// The meaning of its state, which gives the colour and the mark.
    pub tone: Tone,
    /// Its state in words. Empty: nothing.
    pub text: String,
}

impl Status {
    /// A line with a name, a meaning and the state in words.
    pub fn new(label: impl IntoValue<String>, tone: Tone, text: impl IntoValue<String>) -> Self {
        Self { label: label.into_value(), tone, text: text.into_value() }
    }
}

impl StatusList {
    /// Sets the states, from top to bottom.
    #[must_use]
    pub fn items(mut self, items: impl IntoIterator<Item = Status>) -> Self {
        self.items = items.into_iter().collect();
        self
    }
}

impl View for StatusList {
    fn view(p: StatusListBound, look: &mut Look) {
        // What is in an alarm is not made grey when it is old. Each line says for itself whether it is one.
        let list = look.tag("ul").attr("class", "dd-status-list").flag("data-alarm", true);
        list.attr("aria-label", p.label.or(words_of_id())).inner(|look| {
            let label = |item: dash_runtime::look::Item<Status>| item.value.field("label", |status| &status.label);
            look.each_by(p.items, label, |item, look| {
                let tone = item.value.field("tone", |status| &status.tone);
                let text = item.value.field("text", |status| &status.text);
                let needs_somebody = tone.is("bad").choose(true, tone.is("warn"));
                let line = look.tag("li").attr("class", "dd-status").attr("data-tone", tone);
                line.flag("data-alarm", needs_somebody).inner(|look| {
                    mark(tone, look);
                    look.tag("span").attr("class", "dd-label").text(label(item));
                    look.tag("span").attr("class", "dd-status-word").text(text);
                    look.tag("span").attr("class", "dd-spoken").text(spoken(tone));
                });
            });
        });
        look.tag("div").attr("class", "dd-note").text(p.items.count().reaches(1).choose("", "No entries"));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::core::testing::{assert_has, component};

    #[test]
    fn each_state_is_a_line_with_a_mark_and_words() {
        let list = component::<StatusList>()
            .items([Status::new("Pump <1>", Tone::Ok, "running"), Status::new("Filter", Tone::Bad, "clogged")]);
        assert_has(
            &list,
            &[
                "<ul class=\"dd-status-list\" data-alarm aria-label=\"left motor\">",
                "data-tone=\"ok\"><svg",
                ">Pump &lt;1&gt;<",
                ">running<",
                "data-tone=\"bad\" data-alarm><svg",
                ">clogged<",
                ">, alarm<",
                "dd-note\"></div>",
            ],
        );
        assert_has(&component::<StatusList>(), &[">No entries<"]);
    }
}
