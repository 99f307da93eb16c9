//! Private callbacks: each client sees its own values, and shared values reach it.

use dash_macros::{callback, callback_shared, callbacks, changes, components};

use super::{
    bench::{Bench, Did, Rig},
    parts::{Button, Dial, Label, place},
    sim::Sim,
};
use crate::{callback::Callbacks, dashboard::Dashboard, element::Element};

/// Every client has a private callback that needs the device.
#[components]
pub struct Looks {
    pub x: Dial,
    pub pos: Label,
    pub seen: Label,
    pub note: Button,
    pub noted: Label,
    pub echo: Label,
}

#[callback_shared(output = Looks::pos.text)]
fn drive(rig: &mut Rig, #[input(Looks::x.value)] x: f64) -> String {
    rig.did.push(Did::Move(x));
    x.to_string()
}

#[callback(output = Looks::seen.text)]
fn see(rig: &mut Rig, #[input(Looks::pos.text)] pos: String) -> String {
    let _ = rig;
    pos
}

/// Reads a property that `drive` wrote, in the same queue.
#[callback_shared(on = Looks::note.click, output = Looks::noted.text)]
fn note(rig: &mut Rig, #[state(Looks::pos.text)] pos: String) -> String {
    let _ = rig;
    pos
}

/// Private, in the same turn as `note`.
#[callback(on = Looks::note.click, output = Looks::echo.text)]
fn echo(rig: &mut Rig, #[state(Looks::noted.text)] noted: String) -> String {
    let _ = rig;
    noted
}

impl Dashboard for Looks {
    type Device = Rig;
    type Session = ();
    const CALLBACKS: Callbacks<Self> = callbacks![drive, see, note, echo];

    fn layout(self) -> Element {
        place((self.x, self.pos, self.seen, self.note, self.noted, self.echo))
    }
}

#[test]
fn p7_private_values_are_in_no_other_clients_frames() {
    let mut sim = Sim::new::<Bench>(Rig::default());
    let (a, b) = (sim.join(), sim.join());
    sim.rest();
    let frames = sim.pages[b].frames;
    sim.send(a, Bench::name.value, "secret");
    sim.click(a, Bench::ask.click);
    sim.finish_all();
    assert_eq!(sim.poll_lost(b), None, "not even an empty frame");
    assert_eq!(sim.pages[b].frames, frames);
    sim.rest();
    assert_eq!(sim.shown(a, Bench::hello.text), "secret@0");
    assert_eq!(sim.shown(b, Bench::hello.text), "@0");
    sim.send(b, Bench::x.value, 3.0);
    sim.rest();
    assert_eq!(sim.shown(a, Bench::hello.text), "secret@3");
    assert_eq!(sim.shown(b, Bench::hello.text), "@3");
}

#[test]
fn p5_a_private_view_of_shared_state_is_right_after_being_away() {
    let mut sim = Sim::new::<Bench>(Rig::default());
    let (a, b) = (sim.join(), sim.join());
    sim.rest();
    sim.cut(a);
    sim.send(b, Bench::x.value, 5.0);
    sim.rest();
    sim.connect(a);
    sim.rest();
    assert_eq!(sim.shown(a, Bench::hello.text), "@5");
}

#[test]
fn p2_a_private_view_is_right_for_who_joins_later() {
    let mut sim = Sim::new::<Bench>(Rig::default());
    let a = sim.join();
    sim.send(a, Bench::x.value, 5.0);
    sim.rest();
    let b = sim.join();
    sim.rest();
    assert_eq!(sim.shown(b, Bench::hello.text), "@5");
}

/// The private callback runs in the device's queue, and no item of that queue had the other island's value.
#[test]
fn p2_a_private_view_of_a_device_sees_what_changed_while_nobody_was_here() {
    let mut sim = Sim::new::<Bench>(Rig::default());
    let a = sim.join();
    sim.rest();
    sim.cut(a);
    // As with a source or a push, no client is connected when the value changes.
    let b = sim.join();
    sim.send(b, Bench::z.value, 9.0);
    sim.cut(b);
    sim.finish_all();
    let c = sim.join();
    sim.click(c, Bench::look.click);
    sim.rest();
    assert_eq!(sim.shown(c, Bench::view.text), "9 0");
}

#[test]
fn p2_waiting_views_of_a_client_that_left_do_not_bring_old_state_back() {
    let mut sim = Sim::new::<Bench>(Rig::default());
    let (a, b) = (sim.join(), sim.join());
    sim.rest();
    sim.click(a, Bench::go.click);
    sim.send(a, Bench::z.value, 1.0);
    sim.cut(b);
    sim.send(a, Bench::z.value, 2.0);
    sim.finish_all();
    sim.click(a, Bench::look.click);
    sim.rest();
    assert_eq!(sim.shown(a, Bench::view.text), "2 0");
}

#[test]
fn a_click_on_a_busy_device_is_answered_with_what_the_turns_before_made() {
    let mut sim = Sim::new::<Bench>(Rig::default());
    let a = sim.join();
    sim.rest();
    sim.click(a, Bench::go.click);
    sim.send(a, Bench::x.value, 4.0);
    sim.click(a, Bench::look.click);
    sim.send(a, Bench::x.value, 5.0);
    sim.finish_one("go");
    sim.finish_one("drive");
    while sim.running() != ["look"] {
        sim.finish(0);
    }
    sim.finish_one("look");
    sim.poll(a);
    assert_eq!(sim.shown(a, Bench::view.text), "0 4");
    sim.rest();
}

#[test]
fn session_data_is_kept_across_a_cut_and_apart_between_clients() {
    let mut sim = Sim::new::<Bench>(Rig::default());
    let (a, b) = (sim.join(), sim.join());
    sim.rest();
    sim.click(a, Bench::ask.click);
    sim.rest();
    sim.cut(a);
    sim.connect(a);
    sim.click(a, Bench::ask.click);
    sim.click(b, Bench::ask.click);
    sim.rest();
    assert_eq!((sim.shown(a, Bench::answer.text), sim.shown(b, Bench::answer.text)), ("#2".into(), "#1".into()));
}

/// The device's queue has its own order of the values written in it. A view update of one client must not change it.
#[test]
fn p1_a_view_that_waits_for_a_client_that_left_changes_nothing_for_others() {
    let mut sim = Sim::new::<Looks>(Rig::default());
    let (a, b) = (sim.join(), sim.join());
    sim.rest();
    sim.send(a, Looks::x.value, 1.0);
    // It waits behind the first run, so it comes before the view updates that the first run causes.
    sim.click(b, Looks::note.click);
    sim.send(a, Looks::x.value, 2.0);
    sim.cut(b);
    sim.finish_one("drive");
    sim.connect(b);
    sim.finish_one("note");
    sim.finish_one("echo");
    sim.cut(b);
    sim.finish_one("drive");
    sim.click(a, Looks::note.click);
    sim.rest();
    assert_eq!(sim.shown(a, Looks::noted.text), "2");
}

#[test]
fn a_private_callback_reads_what_a_shared_one_wrote_in_the_same_turn() {
    let mut sim = Sim::new::<Looks>(Rig::default());
    let (a, b) = (sim.join(), sim.join());
    sim.send(a, Looks::x.value, 3.0);
    sim.click(a, Looks::note.click);
    sim.rest();
    assert_eq!((sim.shown(a, Looks::noted.text), sim.shown(a, Looks::echo.text)), ("3".into(), "3".into()));
    assert_eq!((sim.shown(b, Looks::noted.text), sim.shown(b, Looks::echo.text)), ("3".into(), "".into()));
}

/// A slider that starts a shared and a private callback of the same device.
#[components]
pub struct Both {
    pub x: Dial,
    pub pos: Label,
    pub seen: Label,
}

#[callback_shared(output = Both::pos.text)]
fn move_to(rig: &mut Rig, #[input(Both::x.value)] x: f64) -> String {
    rig.did.push(Did::Move(x));
    x.to_string()
}

#[callback(output = Both::seen.text)]
fn watch(rig: &mut Rig, #[input(Both::x.value)] x: f64) -> String {
    rig.did.push(Did::Look(x));
    x.to_string()
}

impl Dashboard for Both {
    type Device = Rig;
    type Session = ();
    const CALLBACKS: Callbacks<Self> = callbacks![move_to, watch];

    fn layout(self) -> Element {
        place((self.x, self.pos, self.seen))
    }
}

#[test]
fn p1_a_private_callback_is_shown_a_value_where_the_shared_one_has_it_in_their_queue() {
    let mut sim = Sim::new::<Both>(Rig::default());
    let (a, b) = (sim.join(), sim.join());
    sim.rest();
    sim.send(a, Both::x.value, 1.0);
    sim.rest();
    assert_eq!((sim.shown(a, Both::seen.text), sim.shown(b, Both::seen.text)), ("1".into(), "1".into()));
    // Also while the device is busy, with values of several clients that wait.
    sim.send(a, Both::x.value, 2.0);
    sim.send(b, Both::x.value, 3.0);
    sim.push(changes![Both::x.value = 4.0]).unwrap();
    sim.send(a, Both::x.value, 5.0);
    sim.send(b, Both::x.value, 6.0);
    sim.rest();
    assert_eq!((sim.shown(a, Both::seen.text), sim.shown(b, Both::seen.text)), ("6".into(), "6".into()));
}

/// Private callbacks run while one client drags faster than the device, and the number of waiting items is bounded.
#[test]
fn p7_a_private_callback_has_its_turn_while_values_come_faster_than_the_device_takes_them() {
    let mut sim = Sim::new::<Both>(Rig::default());
    let (a, b) = (sim.join(), sim.join());
    sim.rest();
    for step in 0..400_u32 {
        sim.send(if step % 2 == 0 { a } else { b }, Both::x.value, f64::from(step % 100));
        if step % 4 == 3 {
            sim.finish(0);
        }
    }
    let before = sim.runs();
    sim.rest();
    let looks = sim.device::<Rig>().did.iter().filter(|did| matches!(did, Did::Look(_))).count();
    assert!(looks > 20, "{looks}");
    assert!(sim.runs() - before <= 12, "{} runs waited", sim.runs() - before);
    assert_eq!((sim.shown(a, Both::seen.text), sim.shown(b, Both::seen.text)), ("99".into(), "99".into()));
}
