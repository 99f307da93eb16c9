use dash_macros::Component;
use dash_runtime::{component::prelude::*, gates::ControlPart};

/// Who may operate what is under it: one client at a time (a lease). A field is put under it with `#[under(drive)]`, a
/// callback with `under = Ui::drive`.
///
/// A client asks for control, and gets it at once if nobody has it. Otherwise it waits until the holder hands over. Who
/// has the role in `#[takes(Role::Chief)]` takes control over; without that, it is the highest role. Control ends when the
/// page is closed, when its link is lost for longer than [`away`](ControlProps::away), and when nothing under it was
/// changed for longer than [`idle`](ControlProps::idle). What the former holder has held is released then, and what it has
/// sent and still waits is dropped.
///
/// ```
/// # use dash_components::Control;
/// # fn of(drive: Control) -> Control {
/// drive.label("Rover").idle(60.0)
/// # }
/// ```
#[derive(Component)]
#[component(tag = "dd-control", script = "control.js", style = "control.css", bundled, gate = Control)]
pub struct Control {
    id: ComponentId,
    /// Whether somebody is in control. The server sets it.
    #[prop(by_server)]
    held: bool,
    /// The name of the user in control. Empty if nobody is. The server sets it.
    #[prop(by_server)]
    holder: String,
    /// The names of the users who ask for control, the first one first. The server sets it.
    #[prop(by_server)]
    asking: Vec<String>,
    /// What this client has to do with it. The server sets it, for each client.
    #[prop(own)]
    mine: ControlPart,
    /// Whether this client may take control over. The server sets it, from its role.
    #[prop(default = true, by_server)]
    may_take: bool,
    /// Asks for control. The browser sends it.
    #[prop(event)]
    ask: Event<()>,
    /// Gives control to the first who asks, or to nobody. Who asks does not ask any more. The browser sends it.
    #[prop(event)]
    give: Event<()>,
    /// Refuses all who ask. The browser sends it.
    #[prop(event)]
    keep: Event<()>,
    /// Takes control over from whoever has it. The browser sends it.
    #[prop(event)]
    take: Event<()>,
    /// The time in seconds after which control ends if nothing under it was changed. 0: never. Default: 120.
    #[prop(default = 120.0)]
    idle: f64,
    /// The time in seconds for which the holder's page may have no link. Default: 5.
    #[prop(default = 5.0)]
    away: f64,
    /// The time in seconds after which the first who asks gets control if the holder does not answer. 0 (the default):
    /// never.
    grant_after: f64,
    /// The visible name. Empty (the default): the words of its id.
    label: String,
    /// Whether it is disabled. Default: `false`. Who is in control stays so, and can still give it back.
    disabled: bool,
}

impl View for Control {
    fn view(p: ControlBound, look: &mut Look) {
        let (holds, asks) = (p.mine.is("holds"), p.mine.is("asks"));
        let is_asked = p.asking.count().is_above(0);
        let state = holds.choose("mine", p.held.choose("held", "free"));
        look.tag("div").attr("class", "dd-control").attr("data-state", state).inner(|look| {
            look.tag("span").attr("class", "dd-label").text(p.label.or(words_of_id()));
            let others = p.held.choose(p.holder.then(" is in control"), "Nobody is in control");
            look.tag("p")
                .attr("class", "dd-control-who")
                .attr("role", "status")
                .text(holds.choose("You are in control", others));
            look.tag("p").attr("class", "dd-control-asks").inner(|look| {
                look.when(asks, |look| look.tag("span").text("You have asked for control"));
                look.when(asks.choose(false, is_asked), |look| {
                    look.tag("span").text(p.asking.at(0).then(" asks for control"));
                });
            });
            look.tag("div").attr("class", "dd-control-acts").inner(|look| {
                let give = is_asked.choose("Hand over", "Give back");
                let ask = p.held.choose("Ask for control", "Take control");
                look.tag("button")
                    .attr("type", "button")
                    .attr("class", "dd-button")
                    .attr("data-tone", holds.choose("normal", "primary"))
                    .attr("data-act", holds.choose("give", asks.choose("give", "ask")))
                    .flag("disabled", holds.choose(false, asks.choose(false, p.disabled)))
                    .text(holds.choose(give, asks.choose("Do not ask", ask)));
                let may_take = p.may_take.choose(p.held, false);
                look.tag("button")
                    .attr("type", "button")
                    .attr("class", "dd-button")
                    .attr("data-act", holds.choose("keep", "take"))
                    .flag("disabled", p.disabled.choose(true, holds.choose(is_asked.not(), may_take.not())))
                    // Nobody is there to take it from.
                    .flag("hidden", p.held.not())
                    .text(holds.choose("Keep control", "Take over"));
            });
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::core::testing::{assert_has, component};

    #[test]
    fn it_says_who_is_in_control() {
        assert_has(
            &component::<Control>(),
            &[
                "data-state=\"free\"",
                ">left motor<",
                "Nobody is in control",
                "data-act=\"ask\">Take control<",
                "data-act=\"take\" disabled hidden>",
            ],
        );
        let held = component::<Control>().held(true).holder("ada");
        assert_has(
            &held,
            &["data-state=\"held\"", "ada is in control", ">Ask for control<", "data-act=\"take\">Take over<"],
        );
    }

    #[test]
    fn who_is_in_control_sees_who_asks() {
        let mut mine =
            component::<Control>().held(true).holder("ada").asking(vec!["<bob>".to_owned(), "cy".to_owned()]);
        mine.mine = ControlPart::Holds;
        assert_has(
            &mine,
            &[
                "data-state=\"mine\"",
                "You are in control",
                "&lt;bob&gt; asks for control",
                "data-act=\"give\">Hand over<",
                "data-act=\"keep\">Keep control<",
            ],
        );
        let mut asked = component::<Control>().held(true).holder("ada").asking(vec!["bob".to_owned()]);
        asked.mine = ControlPart::Asks;
        assert_has(&asked, &["You have asked for control", "data-act=\"give\">Do not ask<"]);
    }
}
