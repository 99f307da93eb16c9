use dash_macros::Component;
use dash_runtime::{component::prelude::*, gates::StopState};

/// A button that stops the machine, past all queues, and then refuses what is under it (`#[under(stop)]`) until it is
/// reset.
///
/// Its function, in `Dashboard::stops`, runs at once on a thread of its own, also while a callback hangs that has the
/// device. Who sees it may press it: no role and no control is needed. `#[needs(Role::Driver)]` is about the reset. A press
/// drops what waits in the queues for what is under it, cancels the callbacks that these have started, releases what
/// somebody holds, and trips the `Armed` under it.
///
/// This is best effort. It does not replace a stop circuit in hardware, and is not an emergency stop as in ISO 13850.
///
/// ```
/// # use dash_components::Stop;
/// # fn of(stop: Stop) -> Stop {
/// stop.hint("No link: use the switch on the rover")
/// # }
/// ```
#[derive(Component)]
#[component(tag = "dd-stop", script = "stop.js", style = "stop.css", bundled, gate = Stop)]
pub struct Stop {
    id: ComponentId,
    /// Whether it was pressed, and whether its function has ended. The server sets it.
    #[prop(by_server)]
    state: StopState,
    /// The name of the user who has pressed it. Empty while it is ready. The server sets it.
    #[prop(by_server)]
    by: String,
    /// When it was pressed, in seconds since 1970 by the clock of the server. 0 while it is ready. The server sets it.
    #[prop(by_server)]
    since: f64,
    /// Why its function has failed. Empty if it has not. The server sets it.
    #[prop(by_server)]
    error: String,
    /// Whether this client may reset it. The server sets it, from its role.
    #[prop(default = true, by_server)]
    may_reset: bool,
    /// Somebody presses it. The browser sends it.
    #[prop(event)]
    press: Event<()>,
    /// Somebody resets it. The browser sends it.
    #[prop(event)]
    reset: Event<()>,
    /// The word on it. Default: `STOP`.
    #[prop(default = "STOP".to_owned())]
    label: String,
    /// What a person shall do when the page has no link. Default: `No link: use the switch on the machine`.
    #[prop(default = "No link: use the switch on the machine".to_owned())]
    hint: String,
}

impl View for Stop {
    fn view(p: StopBound, look: &mut Look) {
        let is = |state: &'static str| p.state.is(state);
        let (ready, failed) = (is("ready"), is("failed"));
        look.tag("div").attr("class", "dd-stop").attr("data-state", p.state).inner(|look| {
            let word = is("stopping").choose("STOPPING", failed.choose("STOP FAILED", "STOPPED"));
            let by = p.by.is_known().choose(constant("by ").then(p.by), "");
            // A stop reacts at once, also if the layout has just moved it under the finger.
            let button =
                look.tag("button").attr("type", "button").attr("class", "dd-stop-press").flag("data-at-once", true);
            button.inner(|look| {
                look.tag("svg").attr("viewBox", "0 0 24 24").attr("aria-hidden", "true").inner(|look| {
                    look.tag("path").attr("d", "M8 2h8l6 6v8l-6 6H8l-6-6V8z").empty();
                });
                look.tag("span").attr("class", "dd-stop-words").inner(|look| {
                    look.tag("span").attr("class", "dd-stop-word").text(ready.choose(p.label, word));
                    look.tag("span").attr("class", "dd-stop-by").text(failed.choose(p.error, by));
                    look.tag("span").attr("class", "dd-stop-hint").text(p.hint);
                });
            });
            // What is in a button is only its name. A screen reader tells a change of the state by this.
            let spoken = word.then(constant(" ")).then(by);
            look.tag("span").attr("class", "dd-spoken").attr("role", "status").text(ready.choose("", spoken));
            look.tag("button")
                .attr("type", "button")
                .attr("class", "dd-stop-reset")
                .flag("disabled", p.may_reset.choose(is("stopped").choose(false, failed.not()), true))
                .text("Hold to reset");
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::core::testing::{assert_has, component};

    #[test]
    fn each_state_has_words() {
        let stop = |state| {
            let mut stop = component::<Stop>().by("ada").error("no answer <1>");
            stop.state = state;
            stop
        };
        let mut ready = component::<Stop>();
        assert_has(&ready, &["data-state=\"ready\"", ">STOP<", "use the switch", "disabled>Hold to reset"]);
        ready.label = "HALT".to_owned();
        assert_has(&ready, &[">HALT<"]);
        assert_has(&stop(StopState::Stopping), &["data-state=\"stopping\"", ">STOPPING<", ">by ada<", "disabled>"]);
        assert_has(&stop(StopState::Stopped), &[">STOPPED<", ">by ada<", "class=\"dd-stop-reset\">"]);
        assert_has(&stop(StopState::Failed), &[">STOP FAILED<", ">no answer &lt;1&gt;<", "class=\"dd-stop-reset\">"]);
    }

    #[test]
    fn who_may_not_reset_it_may_press_it() {
        let mut stop = component::<Stop>();
        (stop.state, stop.may_reset) = (StopState::Stopped, false);
        assert_has(&stop, &["class=\"dd-stop-press\" data-at-once>", "disabled>Hold to reset"]);
    }
}
