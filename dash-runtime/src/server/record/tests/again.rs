//! What people did is done again as it was: by the same people, with the rights of then. And what a record must not have.

use dash_macros::Role;

use super::*;
use crate::{
    engine::tests::parts::{Grip, Knob, Records},
    rights::User,
    testing::ClientHandle,
};

#[derive(Debug, Clone, Copy, PartialEq, Role)]
pub enum Crew {
    Guest,
    Chief,
}

#[components(role = Crew)]
pub struct Shop {
    #[needs(Crew::Chief)]
    pub speed: Knob,
    #[sees(Crew::Chief)]
    #[needs(Crew::Chief)]
    pub plan: Knob,
    #[private]
    pub search: Field,
    #[secret]
    pub code: Label,
    pub dial: Dial,
    pub check: Button,
    pub stick: Grip,
    pub log: Records,
}

#[callback_shared(on = Shop::check.click, output = Shop::code.text)]
fn check() -> Result<String, String> {
    Err("wrong code 1234".to_owned())
}

impl Dashboard for Shop {
    type Device = ();
    type Session = ();
    const CALLBACKS: Callbacks<Self> = callbacks![check];

    fn layout(self) -> Element {
        place((
            place((self.speed, self.plan, self.search, self.code)),
            place((self.dial, self.check, self.stick, self.log)),
        ))
    }
}

/// The same dashboard, with a role more, and with more that only the chief sees.
mod later {
    use super::*;

    #[derive(Debug, Clone, Copy, PartialEq, Role)]
    pub enum Crew {
        Guest,
        Operator,
        Chief,
    }

    #[components(role = Crew)]
    pub struct Shop {
        pub speed: Knob,
        #[sees(Crew::Chief)]
        pub plan: Knob,
        #[sees(Crew::Chief)]
        pub dial: Dial,
        pub log: Records,
    }

    impl Dashboard for Shop {
        type Device = ();
        type Session = ();
        const CALLBACKS: Callbacks<Self> = callbacks![];

        fn layout(self) -> Element {
            place((self.speed, self.plan, self.dial, self.log))
        }
    }
}

/// The same dashboard with other roles.
mod renamed {
    use super::*;

    #[derive(Debug, Clone, Copy, PartialEq, Role)]
    pub enum Staff {
        Visitor,
        Boss,
    }

    #[components(role = Staff)]
    pub struct Shop {
        #[needs(Staff::Boss)]
        pub speed: Knob,
    }

    impl Dashboard for Shop {
        type Device = ();
        type Session = ();
        const CALLBACKS: Callbacks<Self> = callbacks![];

        fn layout(self) -> Element {
            place(self.speed)
        }
    }
}

/// A run whose pages send commands.
struct Work {
    app: InMemory,
    sent: u64,
}

impl Work {
    fn new() -> Self {
        Self { app: InMemory::new::<Shop>(()).unwrap(), sent: 0 }
    }

    fn send(&mut self, page: &ClientHandle, component: &str, property: &str, value: &str) {
        let prop = self.app.number(component, property).unwrap();
        self.sent += 1;
        self.app.send(page, &format!(r#"{{"n":{},"p":{prop},"v":{value}}}"#, self.sent));
        self.app.frames(page);
    }
}

/// What was done again: the property, and the outcome then and now.
fn again<D: Dashboard<Device = ()>>(path: &Path) -> Vec<(String, String, Option<String>)> {
    let (mut app, mut done) = (InMemory::new::<D>(()).unwrap(), Vec::new());
    let each = |_: &mut InMemory, command: &crate::testing::Replayed| {
        done.push((command.property.clone(), command.before.clone(), command.now.clone()));
    };
    app.replay(path, each).unwrap();
    done
}

fn done(property: &str, before: &str, now: &str) -> (String, String, Option<String>) {
    (property.to_owned(), before.to_owned(), Some(now.to_owned()))
}

#[test]
fn fault_who_came_before_this_part_of_the_record_does_everything_with_the_highest_role() {
    let folder = Folder::new();
    let mut work = Work::new();
    let (guest, chief) =
        (work.app.join_as(User::new("gus", Crew::Guest)), work.app.join_as(User::new("eve", Crew::Chief)));
    work.app.record(folder.file()).unwrap();
    work.send(&guest, "speed", "value", "1.0");
    work.sent = 0;
    work.send(&chief, "speed", "value", "2.0");
    drop(work);
    assert_eq!(
        again::<Shop>(&folder.file()),
        [done("speed.value", "refused", "refused"), done("speed.value", "applied", "applied")]
    );
}

#[test]
fn fault_a_role_that_is_gone_is_the_highest_one() {
    let folder = Folder::new();
    let mut work = Work::new();
    work.app.record(folder.file()).unwrap();
    let chief = work.app.join_as(User::new("eve", Crew::Chief));
    work.send(&chief, "speed", "value", "2.0");
    drop(work);
    assert_eq!(again::<renamed::Shop>(&folder.file()), [done("speed.value", "applied", "refused")]);
}

#[test]
fn fault_a_released_control_and_counted_refusals_are_sent_as_commands() {
    let folder = Folder::new();
    let mut work = Work::new();
    work.app.record(folder.file()).unwrap();
    let page = work.app.join_as(User::new("eve", Crew::Chief));
    work.send(&page, "stick", "value", "40.0");
    // Nobody holds it, so the server lets go.
    work.app.advance(Duration::from_secs(2));
    for _ in 0..5 {
        work.send(&page, "dial", "value", "1000.0");
    }
    work.app.advance(Duration::from_secs(20));
    work.send(&page, "dial", "value", "7.0");
    // At the same time as its last command.
    work.app.leave(&page);
    drop(work);
    assert_eq!(
        again::<Shop>(&folder.file()),
        [
            done("stick.value", "applied", "applied"),
            done("dial.value", "refused", "refused"),
            done("dial.value", "applied", "applied"),
        ]
    );
}

#[test]
fn fault_private_values_and_reasons_that_quote_a_secret_are_in_the_record() {
    let folder = Folder::new();
    let mut work = Work::new();
    work.app.record(folder.file()).unwrap();
    let page = work.app.join();
    work.send(&page, "search", "value", "\"mine\"");
    work.send(&page, "search", "value", "\"mine, and much too long\"");
    work.app.handle::<Shop>().fire(Shop::check.click, ()).unwrap();
    work.app.advance(Duration::from_millis(1));
    drop(work);
    let bytes = fs::read(folder.file()).unwrap();
    for private in ["mine", "1234"] {
        assert!(!bytes.windows(private.len()).any(|part| part == private.as_bytes()), "{private:?} is in the file");
    }
    // They are recorded as wanted, and cannot be done again.
    let refused = ("search.value".to_owned(), "refused".to_owned(), None);
    let applied = ("search.value".to_owned(), "applied".to_owned(), None);
    assert_eq!(again::<Shop>(&folder.file()), [applied, refused]);
}

#[test]
fn fault_levels_of_roles_are_numbers_so_another_role_sees_what_was_only_for_the_chief() {
    let folder = Folder::new();
    let mut work = Work::new();
    work.app.record(folder.file()).unwrap();
    let chief = work.app.join_as(User::new("eve", Crew::Chief));
    work.send(&chief, "plan", "value", "4711.0");
    work.send(&chief, "dial", "value", "17.0");
    work.send(&chief, "speed", "value", "5.0");
    work.app.advance(Duration::from_secs(1));
    drop(work);
    let shown = |replay: &mut Replay, level: Option<u8>| {
        let (_, to) = replay.run.span();
        replay.moved(|run, touched| run.seek(to, touched).unwrap());
        let log = replay.engine.find_named("log.records").unwrap();
        let text = replay.engine.slot(log).json(level);
        let items: Vec<serde_json::Value> = serde_json::from_str(&text).unwrap();
        items.iter().map(|item| item["property"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    let mut same = Replay::open::<Shop>(&folder.file());
    assert_eq!(shown(&mut same, Some(0)), ["dial.value", "speed.value"]);
    assert_eq!(shown(&mut same, Some(1)), ["plan.value", "dial.value", "speed.value"]);
    let mut replay = Replay::open::<later::Shop>(&folder.file());
    // The operator has now the level that the chief had. What it may not see now it does not see in the past.
    assert_eq!(shown(&mut replay, Some(1)), ["speed.value"]);
    assert_eq!(shown(&mut replay, Some(2)), ["plan.value", "dial.value", "speed.value"]);
}
