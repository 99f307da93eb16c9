//! Random people, programs and links: the device gets what stood in a field when it was sent, and nothing else.

use std::{
    collections::HashSet,
    env,
    sync::{Arc, Mutex},
    time::{Duration, Instant},
};

use dash_devices::{SendOn, prelude::*};
use serde::Deserialize;
use serde_json::{Value as Json, json};

use crate::support::{Browser, Cable, Server, Tab, browser_test, eventually, post, put};

#[components]
struct Line {
    note: Input,
}

#[components]
struct Forms {
    volts: NumberInput,
    name: Input,
    filter: Input,
    remark: Textarea,
    day: DatePicker,
    time: TimePicker,
    mode: Combobox,
    speed: Slider,
    lines: Many<u32, Line>,
    turn: Button,
}

/// What pages have sent to the device: a field and its value. It knows nothing of the engine.
#[derive(Clone, Default)]
struct Journal(Arc<Mutex<Vec<(String, Json)>>>);

impl Journal {
    fn note(&self, client: Option<&Client>, field: &str, value: Json) {
        // Programs have no client.
        if client.is_some() {
            self.0.lock().unwrap().push((field.to_owned(), value));
        }
    }

    fn all(&self) -> Vec<(String, Json)> {
        self.0.lock().unwrap().clone()
    }
}

macro_rules! noted {
    ($($name:ident: $type:ty),*) => {$(
        #[callback_shared(initial = false)]
        fn $name(journal: &mut Journal, client: Option<Client>, #[input(Forms::$name.value)] value: $type) {
            journal.note(client.as_ref(), stringify!($name), json!(value));
        }
    )*};
}

noted!(volts: f64, name: &str, filter: &str, remark: &str, mode: &str, speed: f64, day: Option<Date>, time: Option<TimeOfDay>);

#[callback_shared(initial = false)]
fn note(
    journal: &mut Journal,
    client: Option<Client>,
    #[key] key: u32,
    #[input(Forms::lines[key].note.value)] value: &str,
) {
    journal.note(client.as_ref(), &format!("lines-{key}-note"), json!(value));
}

#[callback_shared(on = Forms::turn.click, output = Forms::lines.rows)]
fn turn(#[state(Forms::lines.rows)] mut rows: Vec<u32>) -> Vec<u32> {
    rows.rotate_left(1);
    rows
}

impl Dashboard for Forms {
    type Device = Journal;
    type Session = ();
    const CALLBACKS: Callbacks<Self> = callbacks![volts, name, filter, remark, mode, speed, day, time, note, turn];

    fn layout(self) -> Element {
        let lines = self.lines.rows([1, 2, 3]).each(|_, line| line.note.label("Note"));
        let mode = self.mode.options(["alpha", "beta", "gamma"]).value("alpha");
        page(
            "Forms",
            card(
                "All",
                (
                    self.volts.label("Volts").range(0.0..=5000.0).value(10.0),
                    self.name.label("Name").send_on(SendOn::Change),
                    self.filter.label("Filter"),
                    self.remark.label("Remark"),
                    self.day.label("Day"),
                    self.time.label("Time"),
                    mode.label("Mode"),
                    self.speed.label("Speed"),
                    self.turn.label("Turn"),
                    lines,
                ),
            ),
        )
    }
}

/// The fields for texts, each with its property for programs, and the others.
const TEXTS: [(&str, &str); 6] = [
    ("volts", "volts"),
    ("name", "name"),
    ("filter", "filter"),
    ("remark", "remark"),
    ("lines-1-note", "lines%5B1%5D.note"),
    ("lines-2-note", "lines%5B2%5D.note"),
];
const OTHERS: [&str; 4] = ["day", "time", "mode", "speed"];

/// Records what stands in a field at the moment at which its component sends a value.
const RECORD: &str = "
    globalThis.sent = [];
    let base = document.querySelector('#name');
    while (!Object.hasOwn(base, 'send') || base instanceof HTMLElement === false) base = Object.getPrototypeOf(base);
    const { send } = base;
    base.send = function (name, value) {
        const field = this.querySelector('input, textarea');
        const active = document.getElementById(field?.getAttribute('aria-activedescendant') ?? '');
        const id = this.id;
        if (field) globalThis.sent.push({ id, value, text: field.value, active: active?.textContent ?? '' });
        return send.call(this, name, value);
    };";

#[derive(Debug, Clone, Deserialize)]
struct Sent {
    id: String,
    value: Json,
    text: String,
    /// The option of a list that Enter chooses.
    active: String,
}

impl Sent {
    /// Whether the value is what a person saw in the field.
    fn was_seen(&self) -> bool {
        match self.id.as_str() {
            "volts" | "speed" => same(&self.value, &json!(self.text.parse::<f64>().ok())),
            "mode" => self.value == json!(self.active),
            "day" | "time" if self.text.is_empty() => self.value.is_null(),
            _ => self.value == json!(self.text),
        }
    }
}

/// JavaScript writes 9.0 as 9.
fn same(one: &Json, other: &Json) -> bool {
    match (one.as_f64(), other.as_f64()) {
        (Some(one), Some(other)) => one == other,
        _ => one == other,
    }
}

fn field(id: &str) -> String {
    format!("#{id} :is(input, textarea)")
}

/// A person at a page, and the network between.
struct Person<'b> {
    tab: Tab<'b>,
    cable: Cable,
    /// The fields in which they have pressed Enter and done nothing since. These follow the others.
    done: HashSet<&'static str>,
}

impl<'b> Person<'b> {
    async fn new(browser: &'b Browser, server: &Server) -> Self {
        let cable = Cable::to(server.address).await;
        let tab = browser.open(&cable.url()).await;
        tab.until_live().await;
        tab.run(RECORD).await;
        Self { tab, cable, done: HashSet::new() }
    }

    /// The person looks at a field, somebody sets another value, and the person presses a key. It must change what they
    /// saw.
    async fn key(&mut self, id: &'static str, key: &str, between: impl Future<Output = ()>) {
        self.tab.focus(&field(id)).await;
        let caret = "[document.activeElement.value, document.activeElement.selectionStart, \
                     document.activeElement.selectionEnd]";
        let (text, start, end): (String, usize, usize) = self.tab.js(caret).await;
        between.await;
        self.tab.keys(key).await;
        let wanted = format!("{}{key}{}", &text[..start], &text[end..]);
        let got = self.tab.js::<String>("document.activeElement.value").await;
        let replaced = self.done.remove(id) && got == key;
        assert!(got == wanted || replaced, "{id}: {got:?} of {text:?} and {key:?}");
    }

    /// Something happens to the link.
    async fn link(&mut self, random: &mut Random) {
        match random.below(4) {
            0 => {
                self.cable.cut().await;
                tokio::time::sleep(Duration::from_millis(random.below(150) as u64)).await;
                self.cable.mend().await;
            }
            1 => self.cable.hold(true),
            2 => self.cable.limit(4_000),
            _ => self.good_link(),
        }
    }

    fn good_link(&self) {
        self.cable.hold(false);
        self.cable.limit(0);
    }
}

/// One step of a random person, of a program, or of the network.
async fn step(person: &mut Person<'_>, server: &Server, random: &mut Random) {
    let (id, path) = TEXTS[random.below(TEXTS.len())];
    let foreign = async |path: &str, value: Json| {
        put(server.address, &format!("/api/props/{path}/value"), &value.to_string()).await;
    };
    match random.below(20) {
        0 => person.tab.focus(&field(id)).await,
        1 => {
            person.tab.focus(&field(id)).await;
            person.tab.run("document.activeElement.select()").await;
        }
        2 => person.tab.blur().await,
        3 if id != "remark" => {
            person.tab.focus(&field(id)).await;
            person.tab.press("Enter").await;
            person.done.insert(id);
        }
        4 => person.tab.undo().await,
        5 | 6 => person.link(random).await,
        7 => _ = post(server.address, "/api/props/turn/click", "null").await,
        8..=10 => {
            let other = OTHERS[random.below(OTHERS.len())];
            let number = random.below(9);
            let value = match other {
                "day" => json!(format!("2026-02-0{}", number + 1)),
                "time" => json!(format!("10:0{number}")),
                "mode" => json!(["alpha", "beta", "gamma"][number % 3]),
                _ => json!(number * 10),
            };
            person.tab.focus(&field(other)).await;
            match other {
                "day" | "time" => {
                    person.tab.keys(&random.below(10).to_string()).await;
                    foreign(other, value).await;
                    person.tab.keys(&random.below(10).to_string()).await;
                }
                "mode" => {
                    person.tab.keys(["a", "b", "g"][random.below(3)]).await;
                    foreign(other, value).await;
                    person.tab.press(["ArrowDown", "Enter", "Escape"][random.below(3)]).await;
                    person.tab.press("Enter").await;
                }
                _ => {
                    person.tab.press(["ArrowRight", "PageUp", "ArrowLeft"][random.below(3)]).await;
                    foreign(other, value).await;
                    person.tab.press("ArrowRight").await;
                }
            }
        }
        _ => {
            let number = random.below(90);
            let value = if id == "volts" { json!(number) } else { json!(number.to_string()) };
            let key = random.below(10).to_string();
            person.key(id, &key, foreign(path, value)).await;
        }
    }
}

async fn round(browser: &Browser, seed: u64, time: Duration) {
    println!("seed {seed}");
    let journal = Journal::default();
    let server = Server::start::<Forms>(journal.clone()).await;
    let mut people = [Person::new(browser, &server).await, Person::new(browser, &server).await];
    let mut random = Random(seed);
    let until = Instant::now() + time;
    let mut steps = 0;
    while Instant::now() < until {
        let who = random.below(2);
        step(&mut people[who], &server, &mut random).await;
        steps += 1;
    }
    assert!(steps > 20, "{steps} steps");
    let mut sent = Vec::new();
    for person in &people {
        person.good_link();
        person.tab.until_live().await;
        person.tab.blur().await;
    }
    // When nothing is on its way, both show the same.
    let shown = "[...document.querySelectorAll('.dd-page :is(input, textarea)')].map((field) => [field.id, field.value]).sort()";
    let [left, right] = &people;
    eventually("both pages show the same", async || {
        let looks: [Vec<(String, String)>; 2] = [left.tab.js(shown).await, right.tab.js(shown).await];
        (looks[0] == looks[1]).then_some(())
    })
    .await;
    for person in &people {
        sent.extend(person.tab.js::<Vec<Sent>>("globalThis.sent").await);
    }
    for one in &sent {
        assert!(one.was_seen(), "nobody saw it: {one:?}");
    }
    println!("{steps} steps, {} values sent, {} at the device", sent.len(), journal.all().len());
    for (id, value) in journal.all() {
        let found = sent.iter().position(|one| one.id == id && same(&one.value, &value));
        let found = found.unwrap_or_else(|| panic!("{id} {value} was not sent, or came twice: {sent:?}"));
        sent.remove(found);
    }
}

/// `DASH_ROUNDS=20` for a long run, `DASH_SEED` for another one. The output has the seed of each round.
#[test]
fn the_device_gets_what_stood_in_a_field_when_it_was_sent_whatever_people_programs_and_links_do() {
    let number = |name: &str, usual: u64| env::var(name).ok().and_then(|text| text.parse().ok()).unwrap_or(usual);
    browser_test(async |browser| {
        // Chromium reports each lost connection.
        for text in
            ["ERR_CONNECTION", "ERR_EMPTY_RESPONSE", "ERR_INCOMPLETE", "WebSocket connection to", "Connection closed"]
        {
            browser.allow(text);
        }
        for round_no in 0..number("DASH_ROUNDS", 1) {
            round(browser, number("DASH_SEED", 0x5eed) + round_no, Duration::from_secs(6)).await;
        }
    });
}

/// Xorshift, so that each failure can be repeated.
struct Random(u64);

impl Random {
    fn below(&mut self, end: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % end as u64) as usize
    }
}
