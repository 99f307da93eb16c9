//! All browsers show the same values: two at the same time, one that connects later, one that was cut off, and one that
//! outlived the server.

use dash_devices::prelude::*;
use serde_json::{Value, json};
use tokio_tungstenite::tungstenite::Message;

use crate::support::{Browser, Heard, Outcome, Page, Served, Socket};

#[components]
struct Ui {
    level: Slider,
    doubled: Text,
    note: Input,
    lamp: Switch,
    add: Button,
    history: Trend,
    wish: Input,
    granted: Text,
}

#[derive(Default)]
struct Recorder {
    count: u32,
}

#[callback_shared(output = Ui::doubled.text)]
fn double(#[input(Ui::level.value)] level: f64) -> String {
    format!("{}", level * 2.0)
}

#[callback_shared(on = Ui::add.click, output = Ui::history.points)]
fn add(recorder: &mut Recorder) -> Sample {
    recorder.count += 1;
    Sample { t: f64::from(recorder.count), values: vec![Some(0.5)] }
}

#[callback(initial = false, output = Ui::granted.text)]
fn grant(#[input(Ui::wish.value)] wish: String) -> String {
    wish
}

impl Dashboard for Ui {
    type Device = Recorder;
    type Session = ();
    const CALLBACKS: Callbacks<Self> = callbacks![double, add, grant];

    fn layout(self) -> Element {
        page(
            "Sharing",
            (
                self.level,
                self.doubled,
                self.note,
                self.lamp,
                self.add,
                self.history.series(["x"]),
                self.wish,
                self.granted,
            ),
        )
    }
}

async fn served() -> Served {
    let app = Served::new::<Ui>(Recorder::default()).await;
    // The shared callback runs at the start, and its value is in the page afterwards.
    app.counted("runs", 1).await;
    app
}

fn points(values: &Value) -> Vec<f64> {
    values.as_array().unwrap().iter().map(|sample| sample["t"].as_f64().unwrap()).collect()
}

/// The properties in an update.
fn named(update: &Value, key: &str) -> Vec<u64> {
    update[key].as_array().into_iter().flatten().map(|entry| entry[0].as_u64().unwrap()).collect()
}

#[tokio::test]
async fn two_clients_are_in_step_while_both_change_things() {
    let app = served().await;
    let (mut one, mut two) = (app.join().await, app.join().await);
    for step in 1..=30 {
        one.apply("level.value", step).await;
        two.apply("note.value", format!("step {step}")).await;
        two.sees("doubled.text", (step * 2).to_string()).await;
        one.sees("note.value", format!("step {step}")).await;
    }
    for browser in [&mut one, &mut two] {
        browser.settle().await;
    }
    assert_eq!(one.values(), two.values());
    assert_eq!(one.values(), app.page().await.state["values"].as_array().unwrap().as_slice());
}

#[tokio::test]
async fn two_on_one_slider_end_up_with_the_same_value() {
    let app = served().await;
    let (mut one, mut two) = (app.join().await, app.join().await);
    for step in 0..50 {
        one.set("level.value", step).await;
        two.set("level.value", 100 - step).await;
    }
    for browser in [&mut one, &mut two] {
        let last = browser.outcome(50).await;
        assert!(matches!(last, Outcome::Applied | Outcome::Merged), "{last:?}");
    }
    for browser in [&mut one, &mut two] {
        browser.settle().await;
    }
    assert_eq!(one.values(), two.values());
    let level = one.value("level.value").as_f64().unwrap();
    assert_eq!(one.value("doubled.text"), &json!((level * 2.0).to_string()), "the text belongs to the value");
}

/// Confirmed with the server's value, in one frame with the outputs of its callbacks.
#[tokio::test]
async fn the_sender_gets_its_own_value_with_its_outcome() {
    let app = served().await;
    let mut browser = app.join().await;
    browser.apply("level.value", 21).await;
    let [update] = &*browser.updates else { panic!("{:?}", browser.updates) };
    let (level, doubled) = (browser.page.number("level.value"), browser.page.number("doubled.text"));
    assert_eq!(update, &json!({"r": browser.rev, "p": [[level, 21.0], [doubled, "42"]], "a": [[1, 0, browser.rev]]}));
}

#[tokio::test]
async fn a_late_joiner_sees_current_values_in_the_document_and_needs_no_frame() {
    let app = served().await;
    let mut early = app.join().await;
    early.apply("level.value", 33).await;
    early.apply("note.value", "</script><b title=\"&\">").await;
    early.apply("lamp.on", true).await;
    for _ in 0..3 {
        early.apply("add.click", Value::Null).await;
    }

    let page = app.page().await;
    assert_eq!(page.shown("doubled"), "66");
    assert!(page.html.contains("value=\"33\""), "{}", page.html);
    assert!(page.html.contains("value=\"&lt;/script&gt;&lt;b title=&quot;&amp;&quot;&gt;\""), "{}", page.html);
    assert!(page.html.contains(" checked"));
    assert_eq!(page.value("note.value"), "</script><b title=\"&\">");
    assert_eq!(points(page.value("history.points")), [1.0, 2.0, 3.0], "history for who was not there");
    assert_eq!(page.state["rev"], early.rev);

    let mut late = Browser::join(app.address, page).await;
    late.settle().await;
    assert_eq!(late.updates, [] as [Value; 0]);
    // From now on it gets all changes.
    early.apply("add.click", Value::Null).await;
    late.until("the next point", |late| points(late.value("history.points")).len() == 4).await;
    let history = late.page.number("history.points") as u64;
    assert_eq!(named(&late.updates[0], "s"), [history]);
    assert_eq!(late.updates[0]["s"][0][1].as_array().map(Vec::len), Some(1), "only what is new");
}

/// A page that was loaded some time ago and opens its socket now.
#[tokio::test]
async fn what_happens_between_page_and_socket_is_not_lost() {
    let app = served().await;
    let mut early = app.join().await;
    let page = app.page().await;
    early.apply("level.value", 12).await;
    early.apply("add.click", Value::Null).await;
    let mut late = Browser::join(app.address, page).await;
    late.until("to be in step", |late| late.values() == early.values()).await;
    let [update] = &*late.updates else { panic!("{:?}", late.updates) };
    let mut names = named(update, "p");
    names.sort_unstable();
    assert_eq!(names, [late.page.number("level.value") as u64, late.page.number("doubled.text") as u64]);
}

#[tokio::test]
async fn who_comes_back_gets_exactly_what_is_newer() {
    let app = served().await;
    let (mut cut, mut other) = (app.join().await, app.join().await);
    cut.apply("level.value", 10).await;
    cut.apply("wish.value", "mine").await;
    cut.apply("add.click", Value::Null).await;
    other.settle().await;

    // The connection is lost, and values change.
    cut.socket = Socket::open(app.address, cut.page.socket()).await;
    app.has_clients(1).await;
    other.apply("note.value", "a").await;
    other.apply("note.value", "b").await;
    other.apply("add.click", Value::Null).await;
    other.apply("add.click", Value::Null).await;

    let welcome = cut.come_back().await;
    assert_eq!(welcome["last"], 3);
    cut.until("to be in step", |cut| cut.rev == other.rev).await;
    let [update] = &*cut.updates else { panic!("{:?}", cut.updates) };
    let history = cut.page.number("history.points") as u64;
    assert_eq!(named(update, "p"), [cut.page.number("note.value") as u64], "the newest, once, and nothing that it has");
    assert_eq!(named(update, "s"), [history]);
    assert_eq!(points(&update["s"][0][1]), [2.0, 3.0]);
    assert_eq!(cut.value("note.value"), "b");
    assert_eq!(points(cut.value("history.points")), [1.0, 2.0, 3.0]);
    assert_eq!(cut.value("granted.text"), "mine");

    // Nothing has changed. Only the outcomes are sent, because they may have been lost with the connection.
    cut.come_back().await;
    cut.settle().await;
    assert!(cut.updates.iter().all(|update| named(update, "p").is_empty() && named(update, "s").is_empty()));
}

/// The answer was lost with the connection: the command is not executed again, and its outcome is sent.
#[tokio::test]
async fn a_command_whose_answer_was_lost_acts_once() {
    let app = served().await;
    let mut cut = app.join().await;
    cut.set("add.click", Value::Null).await;
    app.counted("commands", 1).await;
    let welcome = cut.come_back().await;
    assert_eq!(welcome["last"], 1);
    assert_eq!(cut.outcome(1).await, Outcome::Applied);
    // A page that has not read the welcome yet sends the command again.
    cut.socket.say(json!({"n": 1, "p": cut.page.number("add.click"), "v": null}).to_string()).await;
    cut.until("the outcome again", |cut| cut.outcomes(1).len() >= 2).await;
    cut.settle().await;
    assert_eq!(points(cut.value("history.points")), [1.0]);
}

#[tokio::test]
async fn after_a_restart_a_page_gets_everything() {
    let old = served().await;
    let mut browser = old.join().await;
    browser.apply("level.value", 50).await;
    browser.apply("note.value", "before").await;
    browser.apply("wish.value", "mine").await;
    for _ in 0..4 {
        browser.apply("add.click", Value::Null).await;
    }
    old.stop().await;
    assert_eq!(browser.end().await, Heard::Closed(1001));

    let new = served().await;
    let epoch = browser.epoch.clone();
    let session = browser.session.clone();
    let welcome = browser.come_back_to(new.address).await;
    assert_ne!(welcome["epoch"], json!(epoch));
    assert_ne!(browser.session, session, "a new run knows nobody");
    assert_eq!(welcome["last"], 0);
    browser.last = 0;
    let page = new.page().await;
    browser.until("a snapshot", |browser| !browser.updates.is_empty()).await;
    assert_eq!(browser.values(), page.state["values"].as_array().unwrap().as_slice());
    let states = page.state["props"].as_array().unwrap().iter().filter(|prop| prop.get(2).is_none()).count();
    assert_eq!(named(&browser.updates[0], "p").len(), states, "every state, in one frame");
    browser.apply("level.value", 7).await;
}

#[tokio::test]
async fn a_second_socket_of_the_same_session_takes_over() {
    let app = served().await;
    let (mut page, mut other) = (app.join().await, app.join().await);
    page.apply("wish.value", "mine").await;
    // The page closes its connection, which the server has not noticed, and opens another one.
    let mut old = std::mem::replace(&mut page.socket, Socket::open(app.address, page.page.socket()).await);
    let welcome = page.come_back().await;
    assert_eq!((welcome["session"].as_str(), &welcome["last"]), (Some(&*page.session), &json!(1)));
    // Late frames on the old connection are ignored.
    old.try_send(Message::text(json!({"n": 2, "p": page.page.number("wish.value"), "v": "late"}).to_string())).await;
    loop {
        match old.hear().await {
            Heard::Frame(_) => {}
            end => {
                assert_eq!(end, Heard::Closed(4001));
                break;
            }
        }
    }
    app.has_clients(2).await;
    page.apply("wish.value", "still mine").await;
    page.sees("granted.text", "still mine").await;
    other.apply("level.value", 3).await;
    page.sees("doubled.text", "6").await;
}

/// Many pages with one session at once, like after a wake-up of a laptop: exactly one stays connected and works.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_many_sockets_of_one_session_exactly_one_stays_and_works() {
    let app = served().await;
    let mut first = app.join().await;
    first.apply("level.value", 1).await;
    let mut hello = first.page.hello();
    hello["session"] = json!(first.session);
    let mut sockets = Vec::new();
    for _ in 0..20 {
        sockets.push(Socket::open(app.address, first.page.socket()).await);
    }
    let tasks: Vec<_> = sockets
        .into_iter()
        .map(|mut socket| {
            let hello = hello.to_string();
            tokio::spawn(async move {
                socket.say(hello).await;
                socket.say(r#"{"t":"ping"}"#).await;
                // Independent of the answer, the server has handled the hello.
                let answer = socket.hear().await;
                (socket, answer)
            })
        })
        .collect();
    let mut others = app.join().await;
    let mut last = Vec::new();
    for task in tasks {
        last.push(task.await.unwrap());
    }
    assert_eq!(first.end().await, Heard::Closed(4001));
    // All but one are closed, and that one gets private updates.
    let ends: Vec<_> = last
        .into_iter()
        .map(|(mut socket, answer)| {
            tokio::spawn(async move {
                let mut heard = answer;
                loop {
                    match heard {
                        Heard::Frame(frame)
                            if frame["p"].as_array().is_some_and(|p| p.iter().any(|p| p[1] == "the end")) =>
                        {
                            return Heard::Frame(json!("the end"));
                        }
                        Heard::Frame(_) => heard = socket.hear().await,
                        end => return end,
                    }
                }
            })
        })
        .collect();
    others.apply("note.value", "the end").await;
    let mut stayed = 0;
    for end in ends {
        match end.await.unwrap() {
            Heard::Closed(4001) => {}
            Heard::Frame(_) => stayed += 1,
            other => panic!("{other:?}"),
        }
    }
    assert_eq!(stayed, 1);
}

/// The page has private values of a forgotten session, while the server has the starting values.
#[tokio::test]
async fn a_page_whose_session_was_forgotten_gets_everything() {
    let app = served().await;
    let mut browser = app.join().await;
    browser.apply("wish.value", "mine").await;
    browser.sees("granted.text", "mine").await;
    browser.session = "0123456789abcdef0123456789abcdef".to_owned();
    let welcome = browser.come_back().await;
    assert_eq!(welcome["last"], 0);
    browser.last = 0;
    browser.settle().await;
    assert_eq!((browser.value("wish.value"), browser.value("granted.text")), (&json!(""), &json!("")));
}

#[tokio::test]
async fn private_values_are_nobody_elses() {
    let app = served().await;
    let (mut one, mut two) = (app.join().await, app.join().await);
    one.apply("wish.value", "for my eyes only").await;
    one.sees("granted.text", "for my eyes only").await;
    two.settle().await;
    assert_eq!(two.updates, [] as [Value; 0]);
    assert!(!app.get("/").await.text().contains("for my eyes only"));
    assert!(!Page::of(app.get("/").await.text()).html.contains("for my eyes only"));
}
