use std::collections::BTreeSet;

use dash_macros::{Component, value};
use dash_runtime::{
    IntoValue,
    component::{Required, prelude::*},
    look::{Listed, Variants},
};
use serde::de::DeserializeOwned;

use super::CONTROL;
use crate::given::IntoChoice;

/// A list from which the user chooses one option.
///
/// Until an option is chosen, the value is the empty string and the field shows `placeholder`.
///
/// ```
/// # use dash_components::{Choice, Dropdown};
/// # fn of(mode: Dropdown, gain: Dropdown) -> (Dropdown, Dropdown) {
/// (
///     mode.label("Mode").options(["Off", "Heat", "Cool"]).value("Off"),
///     gain.label("Gain").options([("0", "automatic"), ("1", "1 ×"), ("2", "2 ×")]),
/// )
/// # }
/// ```
#[derive(Component)]
#[component(tag = "dd-dropdown", script = "dropdown.js", style = "dropdown.css", bundled)]
pub struct Dropdown {
    id: ComponentId,
    /// The value of the chosen option. Default: the empty string, no option. The browser writes it. The server refuses
    /// a value that is not in `options`.
    #[prop(writable, one_of(options))]
    value: String,
    /// The options, in the order in which they are shown. Required: `layout` must set them. A callback can change them.
    #[prop(required, no_setter)]
    options: Choices,
    /// The visible name above the field. Empty (the default): no visible name.
    label: String,
    /// The text that the field shows while no option is chosen. Default: `Choose…`.
    #[prop(default = "Choose…".to_owned())]
    placeholder: String,
    /// Whether the field is disabled, for pages and for programs. Default: `false`. A callback can still set `value`.
    disabled: bool,
}

/// One option of a [`Dropdown`] or of another choice. A string converts into an option whose value and label are equal. A pair converts into
/// value and label.
#[value]
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Choice {
    /// The value that callbacks receive.
    pub value: String,
    /// The text that is shown.
    pub label: String,
}

impl Choice {
    /// Creates an option with a value for callbacks and a label for the user.
    pub fn new(value: impl IntoValue<String>, label: impl IntoValue<String>) -> Self {
        Self { value: value.into_value(), label: label.into_value() }
    }
}

impl From<String> for Choice {
    fn from(value: String) -> Self {
        Self { label: value.clone(), value }
    }
}

impl From<&str> for Choice {
    fn from(value: &str) -> Self {
        Self::from(value.to_owned())
    }
}

impl<V: Into<String>, L: Into<String>> From<(V, L)> for Choice {
    fn from((value, label): (V, L)) -> Self {
        Self::new(value, label)
    }
}

/// The options of a [`Dropdown`] or of another choice, in the order in which they are shown.
///
/// ```
/// # use dash_components::Choices;
/// let ports: Choices = ["/dev/ttyUSB0", "/dev/ttyUSB1"].into_iter().collect();
/// # assert_eq!(ports.0[1].label, "/dev/ttyUSB1");
/// ```
#[value]
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[serde(transparent)]
pub struct Choices(pub Vec<Choice>);

/// For options that are the variants of an enumeration with `#[value]`.
///
/// ```
/// # extern crate dash_components as dash_devices;
/// use dash_components::{Choices, MultiSelect};
/// use dash_macros::value;
///
/// #[value]
/// #[derive(Debug, PartialEq)]
/// enum Channel {
///     Voltage,
///     Current,
///     FanSpeed,
/// }
///
/// // In `layout`:
/// # fn layout(recorded: MultiSelect) -> MultiSelect {
/// recorded.options(Choices::of::<Channel>()).value(Choices::written(&[Channel::Voltage]))
/// # }
/// // A callback with `#[input(Ui::recorded.value)]`:
/// fn record(chosen: &Vec<String>) -> usize {
///     let channels: Vec<Channel> = Choices::read(chosen);
///     channels.len()
/// }
/// # assert_eq!(record(&vec!["FanSpeed".to_owned()]), 1);
/// # assert_eq!(Choices::of::<Channel>().0[2].label, "Fan speed");
/// ```
impl Choices {
    /// An option for each variant: its value is the variant as serde writes it, and its label has the words of its name.
    /// A variant that serde does not write as a text is left out.
    pub fn of<E: Variants + Serialize>() -> Self {
        let option = |(variant, name): &(E, &str)| Some(Choice::new(written(variant)?, words_of_variant(name)));
        E::VARIANTS.iter().filter_map(option).collect()
    }

    /// The values of the options for these variants.
    pub fn written<E: Variants + Serialize>(variants: &[E]) -> Vec<String> {
        variants.iter().filter_map(written).collect()
    }

    /// The variants with these values. A value that is none of them is left out.
    pub fn read<E: Variants + DeserializeOwned>(values: &[String]) -> Vec<E> {
        values.iter().filter_map(|value| serde_json::from_value(value.as_str().into()).ok()).collect()
    }
}

fn written<E: Serialize>(variant: &E) -> Option<String> {
    serde_json::to_value(variant).ok()?.as_str().map(str::to_owned)
}

/// The words of a name in Rust: "Fan speed" for `FanSpeed`, "CO2 sensor" for `CO2Sensor`.
fn words_of_variant(name: &str) -> String {
    let letters: Vec<char> = name.chars().collect();
    let begins = |at: usize| {
        let is_lower = |at: usize| letters.get(at).is_some_and(|letter| letter.is_lowercase());
        letters[at].is_uppercase() && at > 0 && (is_lower(at - 1) || is_lower(at + 1))
    };
    let mut words = String::new();
    for (at, letter) in letters.iter().enumerate() {
        // A word of capitals stays so.
        let is_of_capitals = letters.get(at + 1).is_none_or(|next| !next.is_lowercase());
        if begins(at) {
            words.push(' ');
        }
        if begins(at) && !is_of_capitals {
            words.extend(letter.to_lowercase());
        } else {
            words.push(*letter);
        }
    }
    words
}

impl IntoIterator for Choices {
    type Item = Choice;
    type IntoIter = std::vec::IntoIter<Choice>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter()
    }
}

impl<C: IntoValue<Choice>> FromIterator<C> for Choices {
    fn from_iter<I: IntoIterator<Item = C>>(options: I) -> Self {
        Self(options.into_iter().map(IntoValue::into_value).collect())
    }
}

impl Listed for Choices {
    type Item = Choice;
}

impl Options<String> for Choices {
    fn has(&self, value: &String) -> bool {
        self.0.iter().any(|choice| choice.value == *value)
    }
}

/// For several chosen options: each is one of them, and none is there twice.
impl Options<Vec<String>> for Choices {
    fn has(&self, chosen: &Vec<String>) -> bool {
        // Somebody may have chosen all of ten thousand.
        let mut left: BTreeSet<&str> = self.0.iter().map(|choice| &*choice.value).collect();
        chosen.iter().all(|value| left.remove(&**value))
    }
}

impl Required for Choices {
    fn is_given(&self) -> bool {
        !self.0.is_empty()
    }
}

impl Dropdown {
    /// Sets the options: strings, pairs of value and label, or [`Choice`]s.
    #[must_use]
    pub fn options(mut self, options: impl IntoIterator<Item = impl IntoChoice>) -> Self {
        self.options = options.into_iter().map(IntoChoice::into_choice).collect();
        self
    }
}

impl View for Dropdown {
    fn view(p: DropdownBound, look: &mut Look) {
        look.tag("label").attr("class", "dd-label dd-field-label").attr("for", own_id(CONTROL)).text(p.label);
        look.tag("div").attr("class", "dd-dropdown").inner(|look| {
            look.tag("select")
                .own_id(CONTROL)
                .attr("class", "dd-dropdown-control")
                .attr("autocomplete", "off")
                .attr("aria-label", p.label.is_missing().gives(words_of_id()))
                .flag("disabled", p.disabled)
                .inner(|look| {
                    // A value that is not one of the options is shown as it is, and cannot be chosen. Of several selected
                    // options the last one counts, so this one counts only if none of the others is selected.
                    let other = look.tag("option").attr("value", "").flag("selected", true);
                    other.flag("disabled", true).flag("hidden", true).text(p.value.or(p.placeholder));
                    look.each(p.options.listed(), |choice, look| {
                        let value = choice.value.field("value", |choice| &choice.value);
                        let option = look.tag("option").attr("value", value).flag("selected", value.is(p.value));
                        option.text(choice.value.field("label", |choice| &choice.label));
                    });
                });
            let arrow = look.tag("svg").attr("class", "dd-dropdown-arrow").attr("viewBox", "0 0 16 16");
            arrow.attr("aria-hidden", "true").inner(|look| look.tag("path").attr("d", "M4 6l4 4 4-4").empty());
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::core::testing::{assert_has, component, drawn};

    fn dropdown() -> Dropdown {
        component::<Dropdown>().options([("a", "Apple"), ("b", "B & C")])
    }

    #[test]
    fn the_chosen_option_is_selected() {
        let chosen = dropdown().value("b");
        assert_has(&chosen, &["<option value=\"a\">Apple", "<option value=\"b\" selected>B &amp; C</option>"]);
        let drawn = drawn(&chosen);
        let last = drawn.rsplit_once(" selected").map(|(_, behind)| behind);
        assert!(last.is_some_and(|last| last.starts_with(">B &amp; C")), "of several the last one counts: {drawn}");
    }

    #[test]
    fn without_a_choice_the_placeholder_is_shown_and_an_unknown_value_as_it_is() {
        assert_has(&dropdown(), &["<option value=\"\" selected disabled hidden>Choose…</option>", "Apple"]);
        assert_has(&dropdown().placeholder("None"), &[">None</option>"]);
        assert_has(&dropdown().value("<z>"), &["<option value=\"\" selected disabled hidden>&lt;z&gt;</option>"]);
    }

    #[test]
    fn only_what_is_listed_may_be_chosen() {
        let options: Choices = ["x", "y"].into_iter().collect();
        assert!(options.has(&"y".to_owned()));
        assert!(!options.has(&"Y".to_owned()) && !options.has(&String::new()));
        assert!(options.is_given() && !Choices::default().is_given());
    }

    #[test]
    fn fault_all_of_ten_thousand_chosen_options_are_judged_one_by_one() {
        let options: Choices = (0..10_000).map(|n| n.to_string()).collect();
        let mut chosen: Vec<String> = (0..10_000).rev().map(|n| n.to_string()).collect();
        let takes = |chosen: &Vec<String>, expected: bool| {
            let start = std::time::Instant::now();
            assert_eq!(options.has(chosen), expected);
            start.elapsed()
        };
        let fastest = (0..5).map(|_| takes(&chosen, true)).min();
        // One by one, these are fifty million comparisons, which take seconds.
        assert!(fastest.is_some_and(|fastest| fastest.as_millis() < 500), "{fastest:?}");
        chosen.push("0".to_owned());
        takes(&chosen, false);
    }

    #[test]
    fn the_variants_of_an_enumeration_are_options() {
        #[value]
        #[derive(Debug, Clone, Copy, PartialEq)]
        #[serde(rename_all = "snake_case")]
        enum Channel {
            Voltage,
            FanSpeed,
            CO2Sensor,
            #[serde(rename = "supply")]
            DC24V,
            #[cfg(any())]
            Gone,
        }
        let options = Choices::of::<Channel>();
        let pairs: Vec<_> = options.0.iter().map(|choice| (&*choice.value, &*choice.label)).collect();
        let expected =
            [("voltage", "Voltage"), ("fan_speed", "Fan speed"), ("c_o2_sensor", "CO2 sensor"), ("supply", "DC24V")];
        assert_eq!(pairs, expected);
        let all = [Channel::Voltage, Channel::FanSpeed, Channel::CO2Sensor, Channel::DC24V];
        let written = Choices::written(&all);
        assert!(options.has(&written));
        assert_eq!(Choices::read::<Channel>(&written), all);
        let from_elsewhere = ["supply", "gone", ""].map(str::to_owned);
        assert_eq!(Choices::read::<Channel>(&from_elsewhere), [Channel::DC24V]);
    }

    #[test]
    fn it_has_to_have_options() {
        assert_eq!(component::<Dropdown>().missing(), ["options"]);
        assert!(dropdown().missing().is_empty());
    }
}
