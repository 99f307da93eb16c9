//! Sessions that belong to a login: one for all pages of a person, there again after a restart.

#![allow(clippy::needless_pass_by_value, reason = "callbacks take their parameters as they are given")]

use std::collections::BTreeMap;

use dash_macros::{callback, callbacks, components, value};
use proptest::prelude::*;

use super::{
    kept::{Disk, unstarted, unstarted_with, write},
    parts::{Button, Dial, Field, Label, place},
    sim::{At, Sim},
};
use crate::{
    callback::Callbacks,
    dashboard::Dashboard,
    element::Element,
    engine::plan::Plan,
    protocol::limits::Limits,
    rights::{Login, Roles, User},
    sessions::SessionOf,
};

#[value]
#[derive(Debug, Default, Clone)]
pub struct Mine {
    count: u32,
    theme: String,
}

#[components]
pub struct Desk {
    #[private]
    pub theme: Field,
    pub add: Button,
    pub fill: Button,
    pub hello: Label,
    pub shown: Label,
}

#[callback(on = connect, output = Desk::hello.text)]
fn greet(#[session] mine: &mut Mine) -> String {
    format!("{} {}", mine.count, mine.theme)
}

#[callback(on = Desk::add.click)]
fn add(#[session] mine: &mut Mine) {
    mine.count += 1;
}

#[callback(on = Desk::fill.click)]
fn fill(#[session] mine: &mut Mine) {
    mine.theme = "x".repeat(70_000);
}

#[callback(initial = false)]
fn choose(#[session] mine: &mut Mine, #[input(Desk::theme.value)] theme: &str) {
    mine.theme = theme.to_owned();
}

#[callback(on = (connect, session), output = Desk::shown.text)]
fn show(#[session] mine: &mut Mine) -> String {
    format!("{} {}", mine.count, mine.theme.len())
}

impl Dashboard for Desk {
    type Device = ();
    type Session = Mine;
    const SESSION_OF: SessionOf<Self> = SessionOf::login().days(10);
    const CALLBACKS: Callbacks<Self> = callbacks![greet, add, fill, choose, show];

    fn layout(self) -> Element {
        place((self.theme, self.add, self.fill, self.hello, self.shown))
    }
}

/// The same session, as a later version of the program has it.
#[value]
#[derive(Debug, Default, Clone)]
pub struct Later {
    count: String,
}

#[components]
pub struct Other {
    pub add: Button,
    pub speed: Dial,
    pub shown: Label,
}

/// It borrows the device too, so all pages have one queue.
#[callback(on = Other::add.click, output = Other::shown.text)]
fn drive(device: &mut u32, #[session] later: &mut Later) -> String {
    *device += 1;
    later.count.push('x');
    later.count.clone()
}

impl Dashboard for Other {
    type Device = u32;
    type Session = Later;
    const SESSION_OF: SessionOf<Self> = SessionOf::login();
    const CALLBACKS: Callbacks<Self> = callbacks![drive];

    fn layout(self) -> Element {
        place((self.add, self.speed, self.shown))
    }
}

/// Somebody whom a proxy or the program names.
fn user(name: &str) -> User {
    User::new(name, ())
}

/// Somebody who has logged in here.
fn logged_in(name: &str) -> User {
    logged_in_as(name, 1)
}

/// Somebody who has logged in here, whose entry in the users file has this id.
fn logged_in_as(name: &str, entry: u64) -> User {
    Roles::of::<()>().user(name, 0, Some(Login { number: 7, entry }))
}

fn started(disk: &Disk) -> Sim {
    let (mut sim, told) = unstarted::<Desk>((), disk);
    assert_eq!(told, Vec::<String>::new());
    sim.begin();
    sim.rest();
    sim
}

fn counts(sim: &Sim, at: At) -> String {
    sim.shown(at, Desk::shown.text).as_str().unwrap().to_owned()
}

#[test]
fn all_pages_of_a_login_have_one_session_and_are_told_when_it_changes() {
    let mut sim = started(&Disk::new());
    let (one, two, other) = (sim.join_as(user("ada")), sim.join_as(user("ada")), sim.join_as(user("bob")));
    sim.rest();
    sim.click(one, Desk::add.click);
    sim.rest();
    sim.click(two, Desk::add.click);
    sim.rest();
    assert_eq!([one, two, other].map(|at| counts(&sim, at)), ["2 0", "2 0", "0 0"]);
    let table = sim.engine.table().into_iter().filter_map(|row| row.session);
    let table: Vec<u32> = table.map(|session| session.downcast::<Mine>().unwrap().count).collect();
    assert_eq!(table, [2, 2, 0], "the table shows it for each page");
    let three = sim.join_as(user("ada"));
    sim.rest();
    assert_eq!(sim.shown(three, Desk::hello.text), "2 ", "a page that comes later finds it when it connects");
}

#[test]
fn who_has_not_logged_in_has_a_session_for_each_page() {
    let mut disk = Disk::new();
    let mut sim = started(&disk);
    for name in ["guest", "local"] {
        let (one, two) = (sim.join_as(user(name)), sim.join_as(user(name)));
        sim.rest();
        sim.click(one, Desk::add.click);
        sim.rest();
        assert_eq!([one, two].map(|at| counts(&sim, at)), ["1 0", "0 0"], "{name}");
    }
    write(&mut sim, &mut disk);
    assert_eq!(disk, Disk::new(), "and it is not kept");
}

#[test]
fn the_callbacks_of_all_pages_borrow_it_one_after_the_other() {
    let mut sim = started(&Disk::new());
    let (one, two, other) = (sim.join_as(user("ada")), sim.join_as(user("ada")), sim.join_as(user("bob")));
    sim.rest();
    sim.click(one, Desk::add.click);
    sim.click(two, Desk::add.click);
    sim.click(two, Desk::add.click);
    sim.click(other, Desk::add.click);
    assert_eq!(sim.running(), ["add", "add"], "the second page waits, and nobody else does");
    sim.finish_one("add");
    sim.rest();
    assert_eq!([one, two, other].map(|at| counts(&sim, at)), ["3 0", "3 0", "1 0"]);
}

#[test]
fn a_page_that_acts_without_a_pause_does_not_keep_the_others_waiting() {
    let mut sim = started(&Disk::new());
    let (one, two) = (sim.join_as(user("ada")), sim.join_as(user("ada")));
    sim.rest();
    for _ in 0..5 {
        sim.click(one, Desk::add.click);
    }
    sim.click(two, Desk::fill.click);
    sim.finish_one("add");
    // Its own callbacks on the session, and those of the other page, come in turns.
    assert_eq!(sim.running(), ["fill"]);
    sim.rest();
    assert_eq!(counts(&sim, two), "5 70000");
}

#[test]
fn it_is_there_again_after_a_restart_for_the_same_login() {
    let mut disk = Disk::new();
    let mut sim = started(&disk);
    let (ada, bob) = (sim.join_as(user("ada")), sim.join_as(logged_in("bob")));
    sim.send(ada, Desk::theme.value, "dark");
    sim.click(bob, Desk::add.click);
    sim.rest();
    write(&mut sim, &mut disk);
    let mut sim = started(&disk);
    // A proxy and the users file may each have somebody with that name.
    let users = [user("ada"), logged_in("bob"), logged_in("ada"), user("bob"), user("eve")];
    let pages = users.map(|user| sim.join_as(user));
    sim.rest();
    assert_eq!(pages.map(|at| sim.shown(at, Desk::hello.text)), ["0 dark", "1 ", "0 ", "0 ", "0 "]);
}

#[test]
fn what_a_callback_has_not_changed_is_not_written_and_starts_nothing() {
    let mut disk = Disk::new();
    let mut sim = started(&disk);
    let ada = sim.join_as(user("ada"));
    sim.rest();
    let runs = sim.runs();
    sim.send(ada, Desk::theme.value, "");
    sim.rest();
    assert_eq!(sim.runs() - runs, 1, "`choose` alone");
    write(&mut sim, &mut disk);
    assert_eq!(disk, Disk::new());
}

#[test]
fn a_session_of_another_type_is_dropped_with_a_line() {
    let mut disk = Disk::new();
    let mut sim = started(&disk);
    let ada = sim.join_as(user("ada"));
    sim.click(ada, Desk::add.click);
    sim.rest();
    write(&mut sim, &mut disk);
    let (mut sim, told) = unstarted::<Other>(0_u32, &disk);
    assert_eq!(told.len(), 1, "{told:?}");
    assert!(told[0].starts_with("the session of the login `ada` from before the restart is not used: "), "{told:?}");
    sim.begin();
    let (ada, two) = (sim.join_as(user("ada")), sim.join_as(user("ada")));
    sim.click(ada, Other::add.click);
    sim.click(two, Other::add.click);
    sim.rest();
    assert_eq!(sim.shown(two, Other::shown.text), "xx", "and it goes on with a new one");
    write(&mut sim, &mut disk);
    assert_eq!(disk.values().collect::<Vec<_>>(), [r#"{"count":"xx"}"#]);
}

#[test]
fn a_dashboard_whose_pages_have_their_own_leaves_the_sessions_of_logins_in_the_store() {
    let disk = Disk::from([(b"session of login ada".to_vec(), "{}".to_owned())]);
    let (mut sim, told) = unstarted::<super::private::Looks>(super::bench::Rig::default(), &disk);
    assert_eq!(told, ["the store has the sessions of 1 logins, and leaves them there: each page has its own now"]);
    let mut left = disk.clone();
    write(&mut sim, &mut left);
    assert_eq!(left, disk);
}

#[test]
fn a_removed_user_leaves_nothing_to_a_new_one_with_the_same_name() {
    let mut disk = Disk::new();
    let mut sim = started(&disk);
    let (ada, proxied) = (sim.join_as(logged_in("ada")), sim.join_as(user("ada")));
    for page in [ada, proxied] {
        sim.click(page, Desk::add.click);
    }
    sim.rest();
    // A callback has it while the user is removed.
    sim.click(ada, Desk::add.click);
    sim.with(|engine, now, fx| {
        engine.log_out(now, |client| client.user().login_name().is_none_or(|name| name.entry.is_none()), fx);
        engine.forget_logins(now, |name, _| name != "ada", fx);
    });
    let again = sim.join_as(logged_in("ada"));
    sim.finish_all();
    sim.poll_woken();
    assert_eq!(sim.shown(again, Desk::hello.text), "0 ");
    write(&mut sim, &mut disk);
    assert_eq!(disk.keys().collect::<Vec<_>>(), [b"session of user ada"], "whom a proxy names is somebody else");
}

#[test]
fn fault_a_user_who_was_removed_and_added_again_got_the_session_of_the_former_one() {
    let mut disk = Disk::new();
    let mut sim = started(&disk);
    let ada = sim.join_as(logged_in_as("ada", 1));
    sim.click(ada, Desk::add.click);
    sim.rest();
    write(&mut sim, &mut disk);
    assert_eq!(disk.keys().collect::<Vec<_>>(), [b"session of login 0000000000000001 ada"]);
    // The users file is changed while the server is off. It has the same name again.
    let mut sim = started(&disk);
    let again = sim.join_as(logged_in_as("ada", 2));
    sim.rest();
    assert_eq!(sim.shown(again, Desk::hello.text), "0 ");
    sim.with(|engine, now, fx| engine.forget_logins(now, |name, entry| (name, entry) == ("ada", 2), fx));
    write(&mut sim, &mut disk);
    assert!(!disk.contains_key(&b"session of login 0000000000000001 ada"[..]), "what the former one had is gone");
}

#[test]
fn the_session_of_a_version_without_ids_belongs_to_nobody_and_is_removed() {
    let mut disk = Disk::from([(b"session of login ada".to_vec(), r#"{"count":1,"theme":""}"#.to_owned())]);
    let mut sim = started(&disk);
    let ada = sim.join_as(logged_in_as("ada", 1));
    sim.rest();
    assert_eq!(sim.shown(ada, Desk::hello.text), "0 ");
    write(&mut sim, &mut disk);
    assert!(!disk.contains_key(&b"session of login ada"[..]));
}

#[test]
fn it_is_forgotten_when_no_page_was_open_for_the_days_that_the_dashboard_says() {
    const HOUR: u64 = 3_600_000;
    let mut disk = Disk::new();
    let mut sim = started(&disk);
    let (ada, bob) = (sim.join_as(user("ada")), sim.join_as(user("bob")));
    for page in [ada, bob] {
        sim.click(page, Desk::add.click);
    }
    sim.rest();
    sim.close(ada);
    sim.finish_all();
    write(&mut sim, &mut disk);
    assert_eq!(disk.len(), 2);
    sim.pass(10 * 24 * HOUR);
    write(&mut sim, &mut disk);
    assert_eq!(disk.len(), 2, "ten days are not over");
    sim.pass(3 * HOUR);
    write(&mut sim, &mut disk);
    assert_eq!(disk.keys().collect::<Vec<_>>(), [b"session of user bob"], "a page of bob is open");
    let ada = sim.join_as(user("ada"));
    sim.rest();
    assert_eq!(sim.shown(ada, Desk::hello.text), "0 ");
}

#[test]
fn it_is_written_again_each_hour_while_a_page_is_open_because_its_age_counts_from_then() {
    let mut sim = started(&Disk::new());
    let ada = sim.join_as(user("ada"));
    sim.click(ada, Desk::add.click);
    sim.rest();
    sim.engine.take_kept();
    sim.pass(3_600_000);
    assert_eq!(sim.engine.take_kept().len(), 1);
    sim.close(ada);
    sim.finish_all();
    sim.pass(2 * 3_600_000);
    assert!(sim.engine.take_kept().is_empty(), "nobody is there");
}

#[test]
fn what_was_unused_before_the_restart_counts_too() {
    let mut disk = Disk::new();
    let mut sim = started(&disk);
    let ada = sim.join_as(user("ada"));
    sim.click(ada, Desk::add.click);
    sim.rest();
    write(&mut sim, &mut disk);
    // Each value is two hours old at the start: see `unstarted`.
    let (mut sim, _) = unstarted::<Desk>((), &disk);
    sim.begin();
    sim.pass((10 * 24 - 2) * 3_600_000);
    write(&mut sim, &mut disk);
    assert_eq!(disk.len(), 1);
    sim.pass(3 * 3_600_000);
    write(&mut sim, &mut disk);
    assert_eq!(disk, Disk::new());
}

/// The page is forgotten, and its run ends later: what the run did to the session counts for the other pages.
#[test]
fn a_session_that_a_forgotten_page_has_borrowed_comes_back() {
    let (mut sim, _) = unstarted::<Desk>((), &Disk::new());
    sim.begin();
    let (one, two) = (sim.join_as(user("ada")), sim.join_as(user("ada")));
    sim.rest();
    sim.click(one, Desk::add.click);
    sim.click(two, Desk::add.click);
    assert_eq!(sim.running(), ["add"]);
    let forgotten = sim.pages[one].id;
    sim.cut(one);
    sim.with(|engine, now, fx| engine.log_out(now, |client| client.id() != forgotten, fx));
    sim.finish_all();
    sim.poll_woken();
    assert_eq!(counts(&sim, two), "2 0");
}

#[test]
fn one_that_is_too_large_is_not_kept_and_neither_is_the_one_before_it() {
    let mut disk = Disk::new();
    let mut sim = started(&disk);
    let ada = sim.join_as(user("ada"));
    sim.click(ada, Desk::add.click);
    sim.rest();
    write(&mut sim, &mut disk);
    assert_eq!(disk.len(), 1);
    sim.click(ada, Desk::fill.click);
    sim.rest();
    write(&mut sim, &mut disk);
    assert_eq!(disk, Disk::new());
    assert_eq!(counts(&sim, ada), "1 70000", "the pages have it all the same");
    sim.send(ada, Desk::theme.value, "dark");
    sim.rest();
    write(&mut sim, &mut disk);
    assert_eq!(disk.len(), 1, "and a smaller one is kept again");
}

#[test]
fn of_too_many_logins_the_one_that_was_unused_longest_is_forgotten() {
    let mut disk = Disk::new();
    let (mut sim, _) = unstarted_with::<Desk>((), &disk, Limits::default().logins(5));
    sim.begin();
    let stays = sim.join_as(user("stays"));
    sim.click(stays, Desk::add.click);
    sim.rest();
    for number in 0..5 {
        sim.pass(1);
        let page = sim.join_as(user(&format!("u{number}")));
        sim.click(page, Desk::add.click);
        sim.finish_all();
        sim.close(page);
        sim.finish_all();
    }
    write(&mut sim, &mut disk);
    assert_eq!(disk.len(), 5);
    let has = |name: &str| disk.contains_key(format!("session of user {name}").as_bytes());
    assert!(has("stays") && !has("u0") && has("u1") && has("u4"));
}

#[components]
pub struct Short {
    pub add: Button,
}

impl Dashboard for Short {
    type Device = ();
    type Session = Mine;
    const SESSION_OF: SessionOf<Self> = SessionOf::login().days(0);
    const CALLBACKS: Callbacks<Self> = callbacks![];

    fn layout(self) -> Element {
        place(self.add)
    }
}

#[test]
fn sessions_that_are_kept_for_no_time_are_an_error() {
    let faults = Plan::of::<Short>().err().unwrap();
    assert_eq!(
        faults,
        ["`SESSION_OF` keeps the sessions of logins for 0 days: write at least `SessionOf::login().days(1)`"]
    );
}

#[derive(Debug, Clone)]
enum Op {
    Add(usize),
    Cut(usize),
    Back(usize),
    Forget(usize),
    Finish(usize),
    Pass(u64),
}

fn op() -> impl Strategy<Value = Op> {
    prop_oneof![
        6 => (0..6_usize).prop_map(Op::Add),
        1 => (0..6_usize).prop_map(Op::Cut),
        2 => (0..6_usize).prop_map(Op::Back),
        1 => (0..6_usize).prop_map(Op::Forget),
        6 => (0..8_usize).prop_map(Op::Finish),
        1 => (0..8_000_u64).prop_map(Op::Pass),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    /// Two logins with three pages each, which come, go and are forgotten while their callbacks run: each run of `add`
    /// that has ended counts once, in the session of its login, and a restart finds exactly that.
    #[test]
    fn no_change_of_a_session_is_lost_or_done_twice(ops in prop::collection::vec(op(), 1..60)) {
        let names = ["ada", "ada", "ada", "bob", "bob", "bob"];
        let (mut sim, _) = unstarted::<Desk>((), &Disk::new());
        sim.begin();
        let mut disk = Disk::new();
        let mut pages: Vec<At> = names.iter().map(|name| sim.join_as(user(name))).collect();
        let mut added = BTreeMap::from([("ada", 0_u32), ("bob", 0)]);
        fn finish(sim: &mut Sim, at: usize, added: &mut BTreeMap<&'static str, u32>) {
            let job = &sim.jobs[at];
            let user = job.call.client.as_ref().map(|client| client.user().name().to_owned());
            if job.name == "add" {
                *added.get_mut(user.as_deref().unwrap()).unwrap() += 1;
            }
            let of_one = |name: &&str| sim.jobs.iter().filter(|job| {
                job.call.session.is_some() && job.call.client.as_ref().is_some_and(|client| client.user().name() == *name)
            }).count() <= 1;
            assert!(["ada", "bob"].iter().all(of_one), "two callbacks have one session: {:?}", sim.running());
            sim.finish(at);
        }
        for op in ops {
            match op {
                Op::Add(page) if sim.pages[pages[page]].socket.is_some() => _ = sim.click(pages[page], Desk::add.click),
                Op::Add(_) => {}
                Op::Cut(page) => sim.cut(pages[page]),
                Op::Back(page) if sim.pages[pages[page]].socket.is_none() => sim.connect(pages[page]),
                Op::Back(_) => {}
                Op::Forget(page) => {
                    let id = sim.pages[pages[page]].id;
                    sim.cut(pages[page]);
                    sim.with(|engine, now, fx| engine.log_out(now, |client| client.id() != id, fx));
                    pages[page] = sim.join_as(user(names[page]));
                }
                Op::Finish(at) if !sim.jobs.is_empty() => {
                    let at = at % sim.jobs.len();
                    finish(&mut sim, at, &mut added);
                }
                Op::Finish(_) => {}
                Op::Pass(millis) => sim.pass(millis),
            }
        }
        while !sim.jobs.is_empty() {
            finish(&mut sim, 0, &mut added);
        }
        prop_assert!(sim.engine.is_idle(), "something waits for ever");
        write(&mut sim, &mut disk);
        let mut sim = started(&disk);
        let found = ["ada", "bob"].map(|name| {
            let at = sim.join_as(user(name));
            sim.rest();
            sim.shown(at, Desk::hello.text).as_str().unwrap().to_owned()
        });
        prop_assert_eq!(found, ["ada", "bob"].map(|name| format!("{} ", added[name])));
    }
}
