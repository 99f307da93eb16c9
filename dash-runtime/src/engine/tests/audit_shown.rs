//! The record of commands on a page: live, bounded, and nothing in it that the user of the page may not see.

use std::time::Duration;

use dash_macros::{Role, callback, callback_shared, callbacks, components};

use super::{
    bench::Rig,
    parts::{Button, Field, Grip, Knob, Label, Records, place},
    sim::{At, Sim},
};
use crate::{
    callback::Callbacks, dashboard::Dashboard, element::Element, protocol::limits::Limits, record::AuditRecord,
    rights::User,
};

#[derive(Debug, Clone, Copy, PartialEq, Role)]
pub enum Rank {
    Guest,
    Operator,
    Admin,
}

#[components(role = Rank)]
pub struct Lathe {
    #[needs(Rank::Operator)]
    pub speed: Knob,
    #[sees(Rank::Admin)]
    #[needs(Rank::Admin)]
    pub key: Field,
    #[secret]
    pub pin: Field,
    #[private]
    pub search: Field,
    pub found: Label,
    pub reset: Button,
    pub shown: Label,
    pub log: Records,
    pub stick: Grip,
}

#[callback_shared(output = Lathe::shown.text)]
fn spin(#[input(Lathe::speed.value)] speed: f64) -> Result<String, String> {
    if speed > 50.0 { Err("the spindle is blocked".to_owned()) } else { Ok(speed.to_string()) }
}

#[callback_shared(on = Lathe::reset.click, needs = Rank::Admin)]
fn reset(_rig: &mut Rig) -> Result<(), String> {
    Err("the code is 4711".to_owned())
}

#[callback(output = Lathe::found.text)]
fn search(#[input(Lathe::search.value)] text: String) -> String {
    text
}

impl Dashboard for Lathe {
    type Device = Rig;
    type Session = ();
    const CALLBACKS: Callbacks<Self> = callbacks![spin, reset, search];

    fn layout(self) -> Element {
        place((
            place((self.speed, self.key, self.pin, self.search, self.found, self.reset, self.shown, self.log)),
            self.stick,
        ))
    }
}

pub(super) fn lathe() -> Sim {
    lathe_with(Limits::default())
}

fn lathe_with(limits: Limits) -> Sim {
    let mut sim = Sim::unstarted::<Lathe>(Rig::default(), limits);
    sim.begin();
    sim.finish_all();
    sim
}

pub(super) fn join(sim: &mut Sim, name: &str, rank: Rank) -> At {
    sim.join_as(User::new(name, rank))
}

/// The records that a page shows. The pages have had the time to get them.
pub(super) fn shown(sim: &mut Sim, at: At) -> Vec<AuditRecord> {
    sim.rest();
    sim.pass(100);
    sim.rest();
    sim.items(at, Lathe::log.records).into_iter().map(|item| serde_json::from_value(item).unwrap()).collect()
}

fn short(record: &AuditRecord) -> (&str, &str, Option<&str>, Option<&str>, &str) {
    (&record.user, &record.property, record.old.as_deref(), record.new.as_deref(), &record.outcome)
}

#[test]
fn fault_the_record_without_a_file_lagged_behind_the_answers() {
    let mut sim = lathe();
    let ada = join(&mut sim, "ada", Rank::Admin);
    let user = |name, rank| User::new(name, rank);
    for speed in 1..=13 {
        sim.send(ada, Lathe::speed.value, f64::from(speed));
        sim.rest();
    }
    sim.send(ada, Lathe::key.value, "x1");
    sim.rest();
    let read = |sim: &Sim, user: &User| -> Vec<(u64, String, String)> {
        let records = sim.engine.shown_records(user).unwrap().into_iter();
        records.map(|one| (one.n, one.property, one.outcome)).collect()
    };
    let all = read(&sim, &user("eve", Rank::Admin));
    let wanted = (1..=14).map(|n| {
        let prop = if n == 14 { "key.value" } else { "speed.value" };
        (n, prop.to_owned(), "applied".to_owned())
    });
    assert_eq!(all, wanted.collect::<Vec<_>>());
    let of_gus = read(&sim, &user("gus", Rank::Guest));
    assert_eq!(of_gus, all[..13], "and nothing that the user does not see");
    sim.pass(200);
    sim.rest();
    assert_eq!(read(&sim, &user("eve", Rank::Admin)), all, "and each is there once when pages have them");
}

#[test]
fn pages_show_live_who_wanted_what_and_what_became_of_it() {
    let mut sim = lathe();
    let (ada, gus) = (join(&mut sim, "ada", Rank::Admin), join(&mut sim, "gus", Rank::Guest));
    sim.pass(5_000);
    sim.send(ada, Lathe::speed.value, 30.0);
    sim.rest();
    sim.send(gus, Lathe::speed.value, 1.0);
    sim.send(ada, Lathe::speed.value, 60.0);
    for at in [ada, gus] {
        let all = shown(&mut sim, at);
        assert_eq!(
            all.iter().map(short).collect::<Vec<_>>(),
            [
                ("ada", "speed.value", Some("0.0"), Some("30.0"), "applied"),
                ("gus", "speed.value", None, Some("1.0"), "refused"),
                ("ada", "speed.value", Some("30.0"), Some("60.0"), "failed"),
            ]
        );
        assert_eq!(all[1].why.as_deref(), Some("speed.value needs the role operator"));
        assert_eq!(all[0].time, 5.0);
    }
    assert!(sim.engine.take_records().is_empty(), "nothing is kept for a file that nobody writes");
}

#[test]
fn the_time_of_a_record_is_that_of_the_systems_clock() {
    let mut sim = lathe();
    let ada = join(&mut sim, "ada", Rank::Admin);
    sim.engine.began_at(Duration::from_secs(1_700_000_000));
    sim.pass(2_000);
    sim.send(ada, Lathe::speed.value, 30.0);
    assert_eq!(shown(&mut sim, ada)[0].time, 1_700_000_002.0);
}

#[test]
fn what_a_user_may_not_see_is_in_no_record_of_its_page() {
    let mut sim = lathe();
    let (ada, gus) = (join(&mut sim, "ada", Rank::Admin), join(&mut sim, "gus", Rank::Guest));
    sim.send(ada, Lathe::key.value, "k-e-y");
    sim.send(gus, Lathe::key.value, "gues-s");
    sim.send(ada, Lathe::speed.value, 30.0);
    assert_eq!(shown(&mut sim, gus).iter().map(|record| &*record.property).collect::<Vec<_>>(), ["speed.value"]);
    // A property that is hidden from its sender, too.
    assert_eq!(shown(&mut sim, ada).len(), 3);
    // Neither in frames nor for who comes later.
    let late = join(&mut sim, "eve", Rank::Guest);
    sim.rest();
    for at in [gus, late] {
        assert!(!sim.pages[at].texts.contains("k-e-y"), "{}", sim.pages[at].texts);
        assert!(!sim.pages[at].texts.contains("key.value"), "{}", sim.pages[at].texts);
    }
    let view = sim.engine.view_for(&User::new("eve", Rank::Guest));
    let records = sim.prop_no(Lathe::log.records);
    let read = sim.engine.plan().value_json(view, records, sim.engine.slot(records)).unwrap();
    assert!(read.contains("speed.value") && !read.contains("key.value"), "{read}");
    let (news, _) = sim.engine.slot(records).items_since(0, view).unwrap();
    assert!(!news.contains("key.value"), "{news}");
}

#[test]
fn a_secret_and_what_each_client_has_of_its_own_are_recorded_as_changed() {
    let mut sim = lathe();
    let (ada, gus) = (join(&mut sim, "ada", Rank::Admin), join(&mut sim, "gus", Rank::Guest));
    sim.send(ada, Lathe::pin.value, "p-i-n");
    sim.send(gus, Lathe::search.value, "sear-ch");
    let all = shown(&mut sim, ada);
    assert_eq!(
        all.iter().map(short).collect::<Vec<_>>(),
        [("ada", "pin.value", None, None, "applied"), ("gus", "search.value", None, None, "applied")]
    );
    assert!(all.iter().all(|record| record.hidden));
    assert!(!sim.pages[ada].texts.contains("sear-ch"));
}

#[test]
fn why_a_callback_has_failed_is_for_those_who_can_start_it() {
    let mut sim = lathe();
    let (ada, gus) = (join(&mut sim, "ada", Rank::Admin), join(&mut sim, "gus", Rank::Guest));
    sim.click(ada, Lathe::reset.click);
    let of_gus = shown(&mut sim, gus);
    assert_eq!((of_gus[0].outcome.as_str(), of_gus[0].why.as_deref()), ("failed", None));
    assert!(!sim.pages[gus].texts.contains("4711"));
}

#[test]
fn the_record_of_pages_is_bounded() {
    let mut sim = lathe_with(Limits { audit_records: 3, ..Limits::default() });
    let ada = join(&mut sim, "ada", Rank::Admin);
    for round in 0..4 {
        for step in 0..5 {
            sim.send(ada, Lathe::speed.value, f64::from(round * 5 + step));
            sim.finish_all();
        }
        sim.pass(100);
    }
    let late = join(&mut sim, "eve", Rank::Guest);
    let numbers: Vec<_> = shown(&mut sim, late).iter().map(|record| record.n).collect();
    assert_eq!(numbers, [18, 19, 20]);
}

#[test]
fn many_commands_wake_pages_ten_times_a_second_at_most() {
    let mut sim = lathe();
    let (ada, gus) = (join(&mut sim, "ada", Rank::Admin), join(&mut sim, "gus", Rank::Guest));
    sim.pass(1_000);
    sim.rest();
    let before = sim.pages[gus].frames;
    for _ in 0..100 {
        // Nothing else that the guest's page shows.
        sim.send(ada, Lathe::search.value, "x");
        sim.pass(10);
        sim.finish_all();
        sim.poll_woken();
    }
    let frames = sim.pages[gus].frames - before;
    assert!((5..=11).contains(&frames), "{frames} frames");
    assert_eq!(shown(&mut sim, gus).len(), 100);
}

#[test]
fn fault_the_moves_of_a_stick_pushed_everything_else_out_of_the_record() {
    let mut sim = lathe();
    let ada = join(&mut sim, "ada", Rank::Admin);
    for value in [1.0, 2.0, 3.0, 2.0, 0.0] {
        sim.send(ada, Lathe::stick.value, value);
        sim.rest();
    }
    sim.send(ada, Lathe::stick.value, 4.0);
    sim.rest();
    // It is let go by nobody, and in vain once more.
    sim.pass(400);
    let late = sim.send(ada, Lathe::stick.value, 5.0);
    sim.rest();
    assert_eq!(sim.pages[ada].refusal(late), Some("released"));
    let all = shown(&mut sim, ada);
    assert_eq!(
        all.iter().map(short).collect::<Vec<_>>(),
        [
            ("ada", "stick.value", Some("0.0"), Some("1.0"), "applied"),
            ("ada", "stick.value", Some("2.0"), Some("0.0"), "applied"),
            ("ada", "stick.value", Some("0.0"), Some("4.0"), "applied"),
            ("ada", "stick.value", Some("4.0"), Some("0.0"), "released"),
            ("ada", "stick.value", None, Some("5.0"), "refused"),
        ]
    );
}

#[test]
fn fault_no_page_said_that_commands_are_not_recorded() {
    let mut sim = lathe();
    let ada = join(&mut sim, "ada", Rank::Admin);
    let says = |sim: &mut Sim, is_written| sim.with(|engine, now, fx| engine.record_says(now, is_written, fx));
    says(&mut sim, true);
    for _ in 0..2 {
        says(&mut sim, false);
    }
    let gus = join(&mut sim, "gus", Rank::Guest);
    // The file takes something now and then.
    for is_written in [true, false, true] {
        sim.pass(6_000);
        says(&mut sim, is_written);
    }
    sim.rest();
    for at in [ada, gus] {
        let [note] = &sim.pages[at].notes[..] else { panic!("told once: {:?}", sim.pages[at].notes) };
        assert!(note.contains("is not recorded at present"), "{note}");
    }
    sim.pass(6_000);
    says(&mut sim, true);
    sim.rest();
    assert_eq!(sim.pages[gus].notes[1..], ["Commands are recorded again."]);
    let late = join(&mut sim, "cy", Rank::Guest);
    sim.rest();
    assert!(sim.pages[late].notes.is_empty());
}
