//! Faults that gates had: something moved although a gate was closed, or a stop did not act.

use dash_macros::callback;

use super::*;
use crate::{callback::task::ProgressSink, client::Client, rows::Many};

/// Sends a command whose person made it so many milliseconds ago.
fn made_before<T, K>(sim: &mut Sim, page: At, prop: crate::prop::Prop<T, K>, value: f64, age: u64) -> u64 {
    let number = sim.pages[page].sent.keys().next_back().map_or(1, |last| last + 1);
    let text = json!({ "n": number, "p": sim.no(prop), "v": value, "a": age }).to_string();
    sim.pages[page].sent.insert(number, text.clone());
    sim.deliver(page, &text);
    number
}

#[test]
fn fault_what_was_sent_before_the_press_moves_the_device_after_the_reset() {
    let (mut sim, ada, bob) = driving();
    sim.pass(1000);
    sim.click(bob, Rover::stop.press);
    sim.finish_stops();
    sim.pass(1000);
    sim.click(bob, Rover::stop.reset);
    sim.pass(500);
    // It was stuck on its way for two seconds.
    let late = made_before(&mut sim, ada, Rover::speed.value, 50.0, 2000);
    assert!(refusal(&mut sim, ada, late).unwrap().contains("before stop was reset"));
    assert!(moves(&sim).is_empty());
    let new = made_before(&mut sim, ada, Rover::speed.value, 50.0, 100);
    assert!(takes(&mut sim, ada, new));
}

#[test]
fn fault_what_was_sent_before_it_was_armed_moves_the_device() {
    let (mut sim, ada, _) = driving();
    sim.pass(1000);
    sim.click(ada, Rover::armed.disarm);
    sim.pass(100);
    sim.click(ada, Rover::armed.arm);
    sim.pass(50);
    let late = made_before(&mut sim, ada, Rover::stick.value, 50.0, 200);
    assert!(refusal(&mut sim, ada, late).unwrap().contains("before armed was armed"));
    assert_eq!(stick(&sim), 0.0);
}

#[test]
fn fault_who_asked_and_lost_the_link_gets_control() {
    let (mut sim, ada, bob) = two();
    sim.push(changes![Rover::drive.away = 1.0]).unwrap();
    sim.click(ada, Rover::drive.ask);
    sim.click(bob, Rover::drive.ask);
    sim.cut(bob);
    sim.click(ada, Rover::drive.give);
    sim.pass(1000);
    assert_eq!(holder(&sim), "");
}

#[test]
fn fault_a_new_holder_has_less_time_to_answer() {
    let (mut sim, ada, bob) = two();
    let cy = sim.join_as(driver("cy"));
    sim.push(changes![Rover::drive.grant_after = 10.0]).unwrap();
    sim.click(ada, Rover::drive.ask);
    sim.click(bob, Rover::drive.ask);
    sim.click(cy, Rover::drive.ask);
    sim.pass(9000);
    sim.click(ada, Rover::drive.give);
    assert_eq!(holder(&sim), "bob");
    sim.pass(9999);
    assert_eq!(holder(&sim), "bob");
    sim.pass(1);
    assert_eq!(holder(&sim), "cy");
}

#[test]
fn fault_a_program_that_is_gone_gets_control() {
    let limits = Limits { callers: 1, ..Limits::default() };
    let mut sim = Sim::with_limits::<Rover>(Motors::default(), limits);
    let ada = sim.join_as(driver("ada"));
    sim.click(ada, Rover::drive.ask);
    sim.ask((1, None, None), Rover::drive.ask, json!(null)).unwrap();
    // Another program takes its place among the callers that are remembered.
    sim.ask((2, None, None), Rover::light.value, 1.0).unwrap();
    sim.click(ada, Rover::drive.give);
    assert_eq!(holder(&sim), "");
}

#[test]
fn fault_a_stop_is_reset_while_its_function_runs() {
    let mut sim = Sim::new::<Rover>(Motors { jammed: true, ..Motors::default() });
    let ada = sim.join_as(driver("ada"));
    sim.click(ada, Rover::stop.press);
    sim.click(ada, Rover::stop.press);
    let second = sim.stops.pop().unwrap();
    sim.finish_stops();
    assert_eq!(stop_state(&sim), StopState::Failed);
    let number = sim.click(ada, Rover::stop.reset);
    assert!(refusal(&mut sim, ada, number).unwrap().contains("still stopping"));
    sim.stops.push(second);
    sim.finish_stops();
    sim.click(ada, Rover::stop.reset);
    assert_eq!(stop_state(&sim), StopState::Ready);
}

/// Motors in rows, one callback that starts another, and an interlock under an interlock.
#[components]
pub struct Plant {
    pub stop: Halt,
    pub main: Interlock,
    #[under(main)]
    pub pump: Interlock,
    #[under(pump)]
    pub flow: Dial,
    #[under(stop)]
    pub drives: Many<u32, Drive>,
    #[under(stop)]
    pub preset: Dial,
    pub target: Label,
    pub note: Label,
    #[under(stop)]
    pub shared: Dial,
    pub moved: Label,
    pub stopped: Label,
}

#[components]
pub struct Drive {
    pub speed: Dial,
}

#[derive(Debug, Default)]
pub struct Line(Vec<String>);

#[callback_shared]
fn spin(line: &mut Line, #[key] key: u32, #[input(Plant::drives[key].speed.value)] speed: f64) {
    line.0.push(format!("spin {key} {speed}"));
}

/// What a person wants, without the device.
#[callback_shared(output = Plant::target.text)]
fn plan(#[input(Plant::preset.value)] preset: f64) -> String {
    preset.to_string()
}

/// The device gets it in the same turn.
#[callback_shared]
fn apply(line: &mut Line, #[input(Plant::target.text)] target: &str) {
    line.0.push(format!("apply {target}"));
}

/// Only shows something.
#[callback_shared(output = Plant::note.text)]
fn note(#[input(Plant::target.text)] target: &str, #[state(Plant::shared.value)] shared: f64) -> String {
    format!("target {target} {shared}")
}

/// Moves the device for each client.
#[callback(output = Plant::moved.text)]
fn follow(line: &mut Line, client: Option<Client>, #[input(Plant::shared.value)] value: f64) -> String {
    let id = client.map_or_else(String::new, |client| client.id().to_string());
    line.0.push(format!("follow {value} for {id}"));
    value.to_string()
}

#[callback_shared(output = Plant::stopped.text)]
fn tell(line: &mut Line, #[input(Plant::stop.state)] state: StopState) -> String {
    line.0.push(format!("{state:?}"));
    format!("{state:?}")
}

impl Dashboard for Plant {
    type Device = Line;
    type Session = ();
    const CALLBACKS: Callbacks<Self> = callbacks![spin, plan, apply, note, follow, tell];

    fn stops(_: &Line) -> Stops<Self> {
        Stops::new().on(Self::stop, || ())
    }

    fn layout(self) -> Element {
        place((
            place((self.stop, self.main, self.pump, self.flow, self.preset, self.target, self.note, self.shared)),
            place((self.moved, self.stopped, self.drives.rows([1, 2, 3]).each(|_, drive| drive.speed))),
        ))
    }
}

/// A plant with a page, and what its device has done at the start taken away.
fn plant() -> (Sim, At, usize) {
    let mut sim = Sim::new::<Plant>(Line::default());
    let page = sim.join();
    sim.rest();
    let done = sim.device::<Line>().0.len();
    (sim, page, done)
}

fn did(sim: &Sim, from: usize) -> Vec<String> {
    sim.device::<Line>().0[from..].to_vec()
}

#[test]
fn fault_the_runs_for_other_rows_start_after_the_stop() {
    let (mut sim, page, from) = plant();
    let speeds: Vec<(String, f64)> = (1..=3).map(|key| (format!("drives[{key}].speed.value"), 5.0)).collect();
    let wanted: Vec<(&str, serde_json::Value)> = speeds.iter().map(|(name, to)| (name.as_str(), json!(to))).collect();
    sim.ask_all(at(1), &wanted).unwrap();
    assert_eq!(sim.running(), ["spin"]);
    sim.click(page, Plant::stop.press);
    sim.finish_stops();
    sim.finish_all();
    let spins: Vec<String> = did(&sim, from).into_iter().filter(|done| done.starts_with("spin")).collect();
    assert_eq!(spins, ["spin 1 5"]);
}

#[test]
fn fault_a_run_that_goes_on_starts_another_one_with_the_device_after_the_stop() {
    let (mut sim, page, from) = plant();
    let number = sim.send(page, Plant::preset.value, 50.0);
    assert_eq!(sim.running(), ["plan"]);
    sim.click(page, Plant::stop.press);
    sim.finish_stops();
    sim.finish_all();
    assert_eq!(did(&sim, from), ["Stopped"]);
    sim.rest();
    // What only shows something is right.
    assert_eq!(sim.shown(page, Plant::note.text), "target 50 0");
    let told = sim.pages[page].told[&number].last().unwrap();
    assert_eq!((&told[0], &told[1]), (&json!(3), &json!("`apply` was cancelled")));
    sim.click(page, Plant::stop.reset);
    sim.send(page, Plant::preset.value, 60.0);
    sim.finish_all();
    assert_eq!(did(&sim, from)[1..], ["Ready", "apply 60"]);
}

#[test]
fn fault_private_callbacks_of_others_move_the_device_after_the_stop() {
    let (mut sim, page, from) = plant();
    let other = sim.join();
    sim.rest();
    let from = from.max(did(&sim, 0).len());
    // The queue is busy with this.
    sim.send(page, Plant::preset.value, 1.0);
    sim.send(page, Plant::shared.value, 7.0);
    sim.click(other, Plant::stop.press);
    sim.finish_stops();
    sim.finish_all();
    let follows: Vec<String> = did(&sim, from).into_iter().filter(|done| done.starts_with("follow")).collect();
    assert!(follows.is_empty(), "{follows:?}");
    sim.click(page, Plant::stop.reset);
    sim.send(page, Plant::shared.value, 8.0);
    sim.finish_all();
    let follows: Vec<String> = did(&sim, from).into_iter().filter(|done| done.starts_with("follow")).collect();
    assert_eq!(follows, ["follow 8 for 1", "follow 8 for 2"]);
}

#[test]
fn fault_an_interlock_stays_armed_when_the_one_above_it_is_disarmed() {
    let (mut sim, page, _) = plant();
    sim.click(page, Plant::main.arm);
    sim.click(page, Plant::pump.arm);
    let number = sim.send(page, Plant::flow.value, 5.0);
    assert!(takes(&mut sim, page, number));
    sim.click(page, Plant::main.disarm);
    let number = sim.send(page, Plant::flow.value, 9.0);
    assert!(refusal(&mut sim, page, number).unwrap().contains("pump has tripped"));
}

#[test]
fn fault_callbacks_on_the_state_of_a_stop_get_an_older_one_last() {
    for resets in 0..3 {
        let (mut sim, page, from) = plant();
        // The device is busy.
        sim.send(page, Plant::preset.value, 1.0);
        for _ in 0..resets {
            sim.click(page, Plant::stop.press);
            sim.finish_stops();
            sim.click(page, Plant::stop.reset);
        }
        sim.finish_all();
        let mut states = did(&sim, from).into_iter().filter(|done| !done.starts_with("apply"));
        let last = states.next_back();
        assert!(last.as_deref().is_none_or(|last| last == "Ready"), "{last:?} after {resets}");
        sim.send(page, Plant::preset.value, 2.0);
        sim.click(page, Plant::stop.press);
        sim.finish_stops();
        sim.click(page, Plant::stop.reset);
        sim.click(page, Plant::stop.press);
        sim.finish_stops();
        sim.finish_all();
        assert_eq!(did(&sim, from).last().map(String::as_str), Some("Stopped"));
    }
}

/// An interlock whose conditions come while a callback runs.
#[components]
pub struct Warming {
    pub heat: Button,
    pub armed: Interlock,
    #[under(armed)]
    pub speed: Dial,
}

#[callback_shared(on = Warming::heat.click)]
async fn heat(#[progress(Warming::armed.conditions)] conditions: ProgressSink<Vec<Condition>>) {
    conditions.set(vec![Condition::new("lid closed", false)]);
}

impl Dashboard for Warming {
    type Device = ();
    type Session = ();
    const CALLBACKS: Callbacks<Self> = callbacks![heat];

    fn layout(self) -> Element {
        place((self.heat, self.armed, self.speed))
    }
}

#[test]
fn fault_conditions_that_a_run_shows_while_it_goes_on_do_not_trip() {
    let mut sim = Sim::new::<Warming>(());
    let page = sim.join();
    sim.click(page, Warming::heat.click);
    sim.progress("heat", Warming::armed.conditions, vec![Condition::new("lid closed", true)]);
    sim.click(page, Warming::armed.arm);
    let state =
        |sim: &Sim| *sim.engine.slot(sim.prop_no(Warming::armed.state)).value().unwrap().get::<ArmedState>().unwrap();
    assert_eq!(state(&sim), ArmedState::Armed);
    sim.progress("heat", Warming::armed.conditions, vec![Condition::new("lid closed", false)]);
    assert_eq!(state(&sim), ArmedState::Tripped);
}

#[test]
fn fault_many_addresses_pushed_a_program_out_of_control() {
    let limits = Limits { callers: 4, ..Limits::default() };
    let mut sim = Sim::with_limits::<Rover>(Motors::default(), limits);
    sim.ask((1, None, None), Rover::drive.ask, json!(null)).unwrap();
    for round in 0..3_u8 {
        for address in 2..100 {
            sim.pass(1);
            sim.ask((address, None, None), Rover::light.value, f64::from(round)).unwrap();
        }
        assert_eq!(holder(&sim), "local");
    }
    // The keys of a network with one sender outlive a flood from another network.
    let network = |first: u16, last: u16| Some(std::net::IpAddr::from([0x2001, 0xdb8, 0, first, 0, 0, 0, last]));
    let quiet = Asking { address: network(1, 1), key: Some(("once", 1)), ..Asking::default() };
    let honk = [("light.value", json!(5.0))];
    sim.pass(1);
    let first = sim.ask_all(quiet, &honk).unwrap();
    for last in 0..50 {
        sim.pass(1);
        sim.ask_all(Asking { address: network(2, last), ..Asking::default() }, &honk).unwrap();
    }
    assert_eq!(sim.ask_all(quiet, &honk).unwrap(), first, "the key is still known");
}

#[test]
fn fault_a_program_whose_token_was_removed_stayed_in_control() {
    let mut sim = rover();
    let pilot = driver("pilot");
    let asking = Asking { user: Some(&pilot), ..at(1) };
    sim.ask_all(asking, &[("drive.ask", json!(null)), ("armed.arm", json!(null))]).unwrap();
    sim.ask_all(asking, &[("stick.value", json!(50.0))]).unwrap();
    sim.finish_all();
    assert_eq!((holder(&sim).as_str(), stick(&sim)), ("pilot", 50.0));
    sim.with(|engine, now, fx| engine.log_out_callers(now, |user| user.name() != "bob", fx));
    assert_eq!(holder(&sim), "pilot", "another one has left");
    sim.with(|engine, now, fx| engine.log_out_callers(now, |user| user.name() != "pilot", fx));
    sim.finish_all();
    assert_eq!((holder(&sim).as_str(), stick(&sim)), ("", 0.0));
}

#[test]
fn fault_a_silent_page_got_control_and_kept_it() {
    let (mut sim, ada, bob) = two();
    sim.click(ada, Rover::drive.ask);
    sim.click(bob, Rover::drive.ask);
    let (id, socket) = (sim.pages[bob].id, sim.pages[bob].socket.unwrap());
    sim.with(|engine, now, fx| engine.fell_silent(now, id, socket, fx));
    sim.click(ada, Rover::drive.give);
    assert_eq!(holder(&sim), "bob");
    sim.pass(4_999);
    assert_eq!(holder(&sim), "bob", "it has as long as a page whose link is lost");
    sim.pass(1);
    assert_eq!(holder(&sim), "");
    // Who is heard in time keeps it.
    sim.with(|engine, now, fx| engine.heard_again(now, id, socket, fx));
    sim.click(bob, Rover::drive.ask);
    sim.with(|engine, now, fx| engine.fell_silent(now, id, socket, fx));
    sim.pass(3_000);
    sim.with(|engine, now, fx| engine.heard_again(now, id, socket, fx));
    sim.pass(10_000);
    assert_eq!(holder(&sim), "bob");
}

#[test]
fn fault_who_was_in_control_could_not_give_it_back_while_the_control_was_disabled() {
    let (mut sim, ada, bob) = two();
    sim.click(ada, Rover::drive.ask);
    sim.click(bob, Rover::drive.ask);
    sim.push(changes![Rover::drive.disabled = true]).unwrap();
    for prop in [Rover::drive.ask, Rover::drive.keep] {
        let number = sim.click(ada, prop);
        assert!(refusal(&mut sim, ada, number).unwrap().contains("is disabled"));
    }
    let number = sim.click(ada, Rover::drive.give);
    assert!(takes(&mut sim, ada, number));
    assert_eq!(holder(&sim), "bob");
    // Also one who only asks, and a program.
    let asks = sim.prop_no(Rover::drive.asking);
    sim.push(changes![Rover::drive.disabled = false]).unwrap();
    sim.click(ada, Rover::drive.ask);
    sim.push(changes![Rover::drive.disabled = true]).unwrap();
    let number = sim.click(ada, Rover::drive.give);
    assert!(takes(&mut sim, ada, number));
    assert_eq!(sim.engine.slot(asks).value().unwrap().json(), "[]");
}

#[test]
fn fault_an_interlock_could_not_be_disarmed_while_it_was_disabled() {
    let (mut sim, ada, _) = driving();
    sim.push(changes![Rover::armed.disabled = true]).unwrap();
    let number = sim.click(ada, Rover::armed.disarm);
    assert!(takes(&mut sim, ada, number));
    assert_eq!(armed_state(&sim), ArmedState::Disarmed);
    let number = sim.click(ada, Rover::armed.arm);
    assert!(refusal(&mut sim, ada, number).unwrap().contains("is disabled"));
}

/// A control that is itself under a stop.
#[components]
struct Crane {
    stop: Halt,
    #[under(stop)]
    drive: Lease,
    #[under(drive)]
    lift: Dial,
}

impl Dashboard for Crane {
    type Device = ();
    type Session = ();
    const CALLBACKS: Callbacks<Self> = callbacks![];

    fn stops((): &()) -> Stops<Self> {
        Stops::new().on(Self::stop, || ())
    }

    fn layout(self) -> Element {
        place((self.stop, self.drive, self.lift))
    }
}

#[test]
fn fault_a_control_under_a_stop_could_not_be_given_back_while_it_was_stopped() {
    let mut sim = Sim::new::<Crane>(());
    let ada = sim.join();
    sim.click(ada, Crane::drive.ask);
    sim.rest();
    sim.click(ada, Crane::stop.press);
    sim.finish_stops();
    sim.rest();
    assert_eq!(sim.shown(ada, Crane::drive.mine), "holds");
    let number = sim.click(ada, Crane::drive.give);
    assert!(takes(&mut sim, ada, number));
    sim.rest();
    assert_eq!(sim.shown(ada, Crane::drive.mine), "none");
    let number = sim.click(ada, Crane::drive.ask);
    assert!(refusal(&mut sim, ada, number).unwrap().contains("stop"));
}
