use dash_macros::Component;
use dash_runtime::{
    component::prelude::*,
    gates::{ArmedState, Condition},
};

/// An interlock: what is under it (`#[under(armed)]`) can be changed only while it is armed.
///
/// It can be armed while all its conditions are met. Callbacks write these, as their output. If one is not met any more,
/// it trips: what is under it is refused, and what somebody holds is released. Somebody must acknowledge that before it
/// can be armed again. It is disarmed at the start.
///
/// ```
/// # use dash_components::{Armed, Condition};
/// # fn of(armed: Armed) -> Armed {
/// armed.label("Motors")
/// # }
/// // What a callback returns for `conditions`:
/// # let battery = 50.0;
/// let conditions = vec![Condition::new("Battery above 20 %", battery > 20.0)];
/// # let _ = conditions;
/// ```
#[derive(Component)]
#[component(tag = "dd-armed", script = "armed.js", style = "armed.css", bundled, gate = Armed)]
pub struct Armed {
    id: ComponentId,
    /// Whether it is armed. The server sets it.
    #[prop(by_server)]
    state: ArmedState,
    /// What must be so while it is armed. Callbacks write it. Empty (the default): no conditions.
    conditions: Vec<Condition>,
    /// Why it has tripped, such as `not met: Door closed`. Empty if it has not. The server sets it.
    #[prop(by_server)]
    reason: String,
    /// The name of the user who has armed or disarmed it. It stays when it trips. The server sets it.
    #[prop(by_server)]
    by: String,
    /// Somebody arms it. The browser sends it.
    #[prop(event)]
    arm: Event<()>,
    /// Somebody disarms it. The browser sends it.
    #[prop(event)]
    disarm: Event<()>,
    /// Somebody has seen that it has tripped. The browser sends it.
    #[prop(event)]
    acknowledge: Event<()>,
    /// The visible name. Empty (the default): the words of its id.
    label: String,
    /// Whether it is disabled. Default: `false`. Its button is disabled then, but the server still takes `disarm`.
    disabled: bool,
}

impl View for Armed {
    fn view(p: ArmedBound, look: &mut Look) {
        let (armed, tripped) = (p.state.is("armed"), p.state.is("tripped"));
        let block = look.tag("div").attr("class", "dd-armed").attr("data-state", p.state).flag("data-alarm", tripped);
        block.inner(|look| {
            look.tag("div").attr("class", "dd-armed-head").inner(|look| {
                look.tag("span").attr("class", "dd-label").text(p.label.or(words_of_id()));
                look.tag("span")
                    .attr("class", "dd-armed-word")
                    .attr("role", "status")
                    .text(armed.choose("Armed", tripped.choose("Tripped", "Disarmed")));
            });
            look.tag("p").attr("class", "dd-armed-reason").text(p.reason);
            look.tag("ul").attr("class", "dd-armed-conditions").inner(|look| {
                look.each(p.conditions, |condition, look| {
                    let met = condition.value.field("met", |condition| &condition.met);
                    look.tag("li").attr("data-met", met.choose("yes", "no")).inner(|look| {
                        look.tag("span").text(condition.value.field("name", |condition| &condition.name));
                        look.tag("span").attr("class", "dd-armed-met").text(met.choose("met", "not met"));
                    });
                });
            });
            look.tag("button")
                .attr("type", "button")
                .attr("class", "dd-button")
                .attr("data-tone", armed.choose("normal", "primary"))
                .attr("data-act", armed.choose("disarm", tripped.choose("acknowledge", "arm")))
                .flag("disabled", p.disabled)
                .text(armed.choose("Disarm", tripped.choose("Acknowledge", "Arm")));
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::core::testing::{assert_has, component, drawn};

    #[test]
    fn it_shows_its_conditions_and_what_can_be_done() {
        let conditions = vec![Condition::new("Battery <20 %", false), Condition::new("Lid closed", true)];
        let mut armed = component::<Armed>().conditions(conditions);
        assert_has(
            &armed,
            &[
                "data-state=\"disarmed\"",
                ">left motor<",
                ">Disarmed<",
                "data-met=\"no\"",
                "Battery &lt;20 %",
                ">not met<",
                "data-met=\"yes\"",
                "data-act=\"arm\">Arm<",
            ],
        );
        assert!(!drawn(&armed).contains("data-alarm"));
        armed.state = ArmedState::Tripped;
        let armed = armed.reason("Battery");
        assert_has(&armed, &["data-state=\"tripped\" data-alarm", ">Tripped<", ">Battery<", ">Acknowledge<"]);
    }
}
