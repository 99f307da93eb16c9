//! What a relay shows of this dashboard in its list of devices: the values with `#[fleet]`.
//!
//! Everybody who reaches a relay sees its list. So a dashboard in which such a value is not for everybody does not start,
//! whatever the reason: rights, a private callback, or a binding to a withheld value. The number and the sizes are bounded,
//! because each owner sends them again and again, and each relay keeps them.

use serde::{Deserialize, Serialize};
use serde_json::Value as Json;

use super::{Engine, plan::Plan, rights::Gets};
use crate::{binding::Rule, fleet::Fleet, format, numbers::PropNo, place::path, prop::words_of};

/// The most values of one dashboard.
pub(crate) const MOST: usize = 8;
/// The most characters of a label, of a unit, and of a text or a reason.
const LABEL: usize = 40;
const UNIT: usize = 12;
const TEXT: usize = 80;
/// The level of somebody who has not logged in.
const ANYBODY: u8 = 0;

/// A value in the list, and where what is beside it comes from.
#[derive(Debug)]
pub(crate) struct FleetPlan {
    prop: PropNo,
    label: Beside,
    unit: Beside,
    digits: Option<PropNo>,
    step: Option<PropNo>,
    /// The words for yes and no.
    words: [Option<PropNo>; 2],
    /// The ends of a scale.
    ends: Option<[PropNo; 2]>,
}

/// A text of a value.
#[derive(Debug)]
enum Beside {
    Said(&'static str),
    /// The component's own.
    Own(PropNo),
    /// The words of the id.
    Words(String),
    Nothing,
}

/// A value as the list shows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Announced {
    pub(crate) label: String,
    /// A number, a text, `true` or `false`, or `null` for no value.
    pub(crate) value: Json,
    /// The value as text.
    pub(crate) text: String,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub(crate) unit: String,
    /// Why the value cannot be trusted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) bad: Option<String>,
}

impl Announced {
    /// The same within the bounds. Another program may have sent it.
    pub(crate) fn bounded(self) -> Self {
        let Self { label, value, text, unit, bad } = self;
        let value = match value {
            Json::String(text) => Json::String(clipped(&text, TEXT)),
            Json::Array(_) | Json::Object(_) => Json::Null,
            scalar => scalar,
        };
        let [label, text, unit] = [(label, LABEL), (text, TEXT), (unit, UNIT)].map(|(text, most)| clipped(&text, most));
        Self { label, value, text, unit, bad: bad.map(|why| clipped(&why, TEXT)) }
    }
}

/// At most so many characters in one line.
fn clipped(text: &str, most: usize) -> String {
    let line = text.trim().replace(char::is_control, " ");
    match line.char_indices().nth(most) {
        Some((end, _)) => format!("{}…", &line[..end]),
        None => line,
    }
}

impl Plan {
    /// Finds the values for the list of a relay.
    ///
    /// # Errors
    /// Those that are not for everybody, and too many.
    pub(super) fn plan_fleet(&mut self, fleet: &[(usize, Fleet)]) -> Result<(), Vec<String>> {
        let (mut faults, mut plans) = (Vec::new(), Vec::new());
        for (at, Fleet { names, label, unit }) in fleet {
            let (id, info) = self.components[*at];
            let named =
                |name: &str| info.props.iter().position(|prop| prop.name == name).map(|n| self.first_of(*at) + n);
            for prop in names.iter().filter_map(|name| named(name)) {
                if let Some(why) = self.why_not_in_fleet(prop) {
                    faults.push(format!("`{}` cannot be in the list of a relay: {why}", self.prop(prop).name()));
                    continue;
                }
                let text = |name: &str, said: Option<&'static str>| match (said, named(name)) {
                    (Some(said), _) => Beside::Said(said),
                    // The label of a component is that of the value that it shows, and of no other.
                    (None, Some(own)) if own != prop => Beside::Own(own),
                    (None, _) => Beside::Nothing,
                };
                let label = match (text("label", *label), names.len()) {
                    (said @ Beside::Said(_), _) => said,
                    (own @ Beside::Own(_), 1) => own,
                    _ => Beside::Words(words_of_prop(id, self.prop(prop).info.name, names.len())),
                };
                plans.push(FleetPlan {
                    prop,
                    label,
                    unit: text("unit", *unit),
                    digits: named("digits"),
                    step: named("step"),
                    words: ["on_word", "off_word"].map(named),
                    ends: named("min").zip(named("max")).map(<[PropNo; 2]>::from),
                });
            }
        }
        if plans.len() > MOST {
            faults.push(format!(
                "{} values have `#[fleet]`, and the list of a relay has at most {MOST} of one dashboard",
                plans.len()
            ));
        }
        self.fleet = plans;
        if faults.is_empty() { Ok(()) } else { Err(faults) }
    }

    fn why_not_in_fleet(&self, prop: PropNo) -> Option<&'static str> {
        let canonical = self.canonical(prop);
        let is_script = |computed: &super::computed::ComputedPlan| {
            computed.target.prop() == Some(prop) && matches!(computed.rule, Rule::Script(_))
        };
        let said = self.prop(canonical);
        if self.is_own(prop) || self.is_own(canonical) {
            Some("each client has a value of its own, and the list has one for everybody")
        } else if said.levels.sees > ANYBODY || self.prop(prop).levels.sees > ANYBODY {
            Some("everybody who reaches the relay sees the list, and `#[sees(..)]` withholds the value from some")
        } else if said.secret || self.prop(prop).secret {
            Some("everybody who reaches the relay sees the list, and the value is `#[secret]`")
        } else if self.computed.iter().any(is_script) {
            Some("a script in the browser computes it, so the program has no value of it")
        } else {
            None
        }
    }
}

/// A label from the id, and from the name of the property if several are named.
fn words_of_prop(id: &str, prop: &str, count: usize) -> String {
    let id = path(id);
    let words = words_of(&id.replace('.', " "));
    if count > 1 { format!("{words} {}", words_of(prop)) } else { words }
}

impl Engine {
    /// Whether something of this dashboard is in the list of a relay.
    pub(crate) fn has_fleet(&self) -> bool {
        !self.plan.fleet.is_empty()
    }

    /// The values for the list of a relay, as somebody sees them who has not logged in.
    pub(crate) fn fleet(&self) -> Vec<Announced> {
        self.plan.fleet.iter().filter_map(|plan| self.announced(plan)).map(Announced::bounded).collect()
    }

    fn announced(&self, plan: &FleetPlan) -> Option<Announced> {
        let FleetPlan { prop, label, unit, digits, step, words, ends } = plan;
        let slot = self.for_anybody(*prop)?;
        let value = slot.json;
        let text = match &value {
            Json::Null => format::NO_VALUE.to_owned(),
            Json::Bool(on) => {
                let [yes, no] = words.map(|word| self.text_of(word?));
                let word = if *on { yes } else { no };
                word.filter(|word| !word.is_empty()).unwrap_or_else(|| if *on { "on" } else { "off" }.to_owned())
            }
            Json::Number(number) => {
                let of = |prop: &Option<PropNo>| self.number_of_any((*prop)?);
                let digits = of(digits).map(|digits| digits.clamp(0.0, 20.0) as u8);
                let span = || Some(self.number_of_any(ends.as_ref()?[1])? - self.number_of_any(ends.as_ref()?[0])?);
                let digits = digits.or_else(|| of(step).and_then(places)).or_else(|| span().map(digits_of_span));
                format::number(number.as_f64(), digits)
            }
            Json::String(text) => text.clone(),
            Json::Array(_) | Json::Object(_) => return None,
        };
        let beside = |text: &Beside| match text {
            Beside::Said(said) => (*said).to_owned(),
            Beside::Own(prop) => self.text_of(*prop).unwrap_or_default(),
            Beside::Words(words) => words.clone(),
            Beside::Nothing => String::new(),
        };
        let label = match beside(label) {
            empty if empty.is_empty() => words_of_prop(self.plan.prop(*prop).component, "", 1),
            label => label,
        };
        Some(Announced { label, value, text, unit: beside(unit), bad: slot.bad })
    }

    /// A value as somebody gets it who has not logged in. `None` if that is nothing, or if only browsers know it.
    fn for_anybody(&self, prop: PropNo) -> Option<Seen> {
        let canonical = self.plan.canonical(prop);
        let view = self.plan.rights.view(ANYBODY);
        if [prop, canonical].iter().any(|prop| self.plan.gets(view, *prop) == Gets::Nothing) {
            return None;
        }
        let slot = self.shown(None, if self.plan.is_computed(prop) { prop } else { canonical })?;
        let json = slot.value().map_or(Json::Null, |value| serde_json::from_str(value.json()).unwrap_or_default());
        Some(Seen { json, bad: slot.bad().map(str::to_owned) })
    }

    fn text_of(&self, prop: PropNo) -> Option<String> {
        self.for_anybody(prop)?.json.as_str().map(str::to_owned)
    }

    fn number_of_any(&self, prop: PropNo) -> Option<f64> {
        self.for_anybody(prop)?.json.as_f64()
    }
}

struct Seen {
    json: Json,
    bad: Option<String>,
}

/// The decimals of a step.
fn places(step: f64) -> Option<u8> {
    let text = format::plain(step);
    let (_, decimals) = text.split_once('.').unwrap_or((&text, ""));
    (step > 0.0 && !text.contains('e')).then(|| u8::try_from(decimals.len()).unwrap_or(20).min(20))
}

/// Three significant digits for the range of a scale, as gauges have them.
fn digits_of_span(span: f64) -> u8 {
    match span {
        100.0.. => 0,
        10.0..100.0 => 1,
        1.0..10.0 => 2,
        0.1..1.0 => 3,
        _ => 4,
    }
}
