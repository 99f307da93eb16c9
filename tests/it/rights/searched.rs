//! What a guest gets is searched for what it may not see. Each secret is a text with `veil`, planted where a text can stand.
//! The same search finds each of them in what an admin gets, or the planting itself would be wrong.

use std::collections::BTreeMap;

use dash_devices::{Cell, Handle, PictureFormat, store::MemoryStore};

use super::*;
use crate::support::events::Events;

#[components(role = Lab)]
struct Room {
    note: Text,
    dial: Slider,
}

#[components(role = Lab)]
struct Den {
    /// Everybody sees these.
    speed: Slider,
    say: Input,
    heard: Text,
    drive: Control,
    watch: Alarms,
    record: AuditLog,
    #[keep(for = "1d")]
    air: Trend,
    rooms: Many<u32, Room>,
    frame: Container,
    /// Only an admin sees the rest.
    #[sees(Lab::Admin)]
    veil_key: Input,
    #[sees(Lab::Admin)]
    veil_choice: Dropdown,
    #[sees(Lab::Admin)]
    veil_failed: Text,
    #[sees(Lab::Admin)]
    veil_fell: Text,
    #[sees(Lab::Admin)]
    veil_shown: Text,
    #[sees(Lab::Admin)]
    #[keep(for = "1d")]
    veil_trend: Trend,
    #[sees(Lab::Admin)]
    #[keep(for = "1d")]
    veil_log: Log,
    #[sees(Lab::Admin)]
    #[keep(for = "1d")]
    veil_alarms: Alarms,
    #[sees(Lab::Admin)]
    veil_picture: Image,
    #[sees(Lab::Admin)]
    veil_report: Download,
    #[sees(Lab::Admin)]
    veil_upload: Upload,
    #[sees(Lab::Admin)]
    veil_control: Control,
    #[sees(Lab::Admin)]
    veil_armed: Armed,
    #[sees(Lab::Admin)]
    veil_table: Table,
    #[sees(Lab::Admin)]
    veil_mark: Markdown,
    #[sees(Lab::Admin)]
    veil_group: Room,
    #[sees(Lab::Admin)]
    veil_vault: Many<String, Room>,
    #[dynamic]
    #[sees(Lab::Admin)]
    veil_piece: Text,
}

#[callback_shared(output = Den::heard.text)]
fn hear(#[input(Den::say.value)] text: &str) -> String {
    text.to_owned()
}

#[callback_shared(output = Den::veil_failed.text)]
fn fail(#[input(Den::veil_key.value)] _: &str) -> Result<String, String> {
    Err("veil-failure".to_owned())
}

#[callback_shared(output = Den::veil_fell.text)]
fn fall(#[input(Den::veil_key.value)] _: &str) -> String {
    panic!("veil-panic")
}

#[callback_shared(output = Den::veil_picture.source)]
fn shoot(#[input(Den::veil_key.value)] _: &str) -> Picture {
    Picture::new(PictureFormat::Svg, "<svg xmlns='http://www.w3.org/2000/svg'><text>veil-pixels</text></svg>")
}

#[callback_shared(on = Den::veil_report.click, output = Den::veil_report.file)]
fn report() -> Attachment {
    Attachment::new("veil-file.csv", "text/csv", "veil-line\n")
}

#[callback_shared(output = Den::veil_shown.text)]
fn received(#[input(Den::veil_upload.received)] file: Option<Received>) -> String {
    file.map(|file| file.name().to_owned()).unwrap_or_default()
}

#[callback_shared(output = Den::veil_armed.conditions)]
fn conditions(#[input(Den::veil_key.value)] _: &str) -> Vec<Condition> {
    vec![Condition::new("veil-condition", false)]
}

#[callback_shared(output = Den::frame.children)]
fn fill(#[input(Den::speed.value)] speed: f64) -> Element {
    column((text(format!("at {speed}")), Den::veil_piece.place().text("veil-piece")))
}

impl Dashboard for Den {
    type Device = ();
    type Session = ();
    const CALLBACKS: Callbacks<Self> = callbacks![hear, fail, fall, shoot, report, received, conditions, fill];
    const BINDINGS: Bindings<Self> = bindings![
        alarm(Den::speed.value, Den::watch, "it is fast", above = 50.0),
        alarm(Den::speed.value, Den::veil_alarms, "veil-alarm", above = 50.0),
    ];

    fn layout(self) -> Element {
        let rooms = self.rooms.rows([1]).each(|_, it| row((it.note.text("a room"), it.dial)));
        let vault = self.veil_vault.rows(["veil-row".to_owned()]);
        let vault = vault.each(|_, it| row((it.note.text("veil-in-a-row"), it.dial.unit("veil-unit"))));
        let group = row((self.veil_group.note.text("veil-in-a-group"), self.veil_group.dial));
        page(
            "Den",
            (
                column((self.speed, self.say, self.heard, self.drive, self.watch, self.record)),
                column((self.air.series(["in"]), rooms, self.frame)),
                self.veil_key.value("veil-value").label("veil-label").placeholder("veil-placeholder"),
                self.veil_choice.options(["veil-option", "plain"]).value("plain"),
                column((self.veil_failed, self.veil_fell, self.veil_shown)),
                self.veil_trend.series(["veil-series"]),
                column((self.veil_log, self.veil_alarms, self.veil_picture.label("veil-title"))),
                column((self.veil_report, self.veil_upload, self.veil_control, self.veil_armed)),
                self.veil_table.columns([Column::text("veil-column")]).rows(vec![vec![Cell::from("veil-in-a-table")]]),
                self.veil_mark.text("# veil-heading"),
                column((group, vault)),
            ),
        )
    }
}

/// All that somebody gets: a name of the place, and the text.
type Got = BTreeMap<String, String>;

/// Asks for all that there is, as who sends this cookie, or as the guest. `places` are the addresses that an admin has found.
async fn all_of(app: &Served, cookie: Option<&str>, places: &[String]) -> Got {
    let request = |path: &str| {
        let request = Request::get(path);
        cookie.iter().fold(request, |request, cookie| request.header("Cookie", cookie))
    };
    let mut got = Got::new();
    for path in ["/", "/schema.json", "/api/props", "/health"].into_iter().chain(places.iter().map(String::as_str)) {
        let response = http::send(app.address, &request(path)).await;
        let text = String::from_utf8_lossy(&response.body).into_owned();
        if path == "/" {
            // The script and the stylesheet are made of the components of the dashboard.
            for part in text.split("./_dash/").skip(1) {
                let name = part.split(['"', '&']).next().unwrap();
                if name.ends_with(".js") || name.ends_with(".css") {
                    let asset = http::send(app.address, &request(&format!("/_dash/{name}"))).await;
                    assert_eq!(asset.status, 200, "{name}");
                    got.insert(name.to_owned(), asset.text());
                }
            }
        }
        got.insert(path.to_owned(), text);
    }
    // Each property that it is told of, alone and together as events.
    let listed: serde_json::Value = serde_json::from_str(&got["/api/props"]).unwrap();
    let names: Vec<&str> =
        listed["props"].as_array().unwrap().iter().map(|prop| prop["name"].as_str().unwrap()).collect();
    assert!(names.len() > 50);
    let shared =
        listed["props"].as_array().unwrap().iter().filter(|prop| prop["private"] == false && prop["kind"] != "event");
    let asked: Vec<String> = shared.map(|prop| format!("prop={}", prop["name"].as_str().unwrap())).collect();
    let subscribe = request(&format!("/api/subscribe?{}", asked.join("&")));
    let mut events = Events::open(app.address, &subscribe).await.unwrap();
    got.insert("events".to_owned(), events.event().await.unwrap());
    got
}

/// The words of a text that begin with `veil`.
fn found_in(got: &Got) -> BTreeMap<String, Vec<String>> {
    let mut found = BTreeMap::<String, Vec<String>>::new();
    for (place, text) in got {
        for (at, _) in text.match_indices("veil") {
            let end = text[at..].find(|c: char| !c.is_ascii_alphanumeric() && c != '-' && c != '_');
            let word = &text[at..end.map_or(text.len(), |end| at + end)];
            found.entry(word.to_owned()).or_default().push(place.clone());
        }
    }
    found
}

const PLANTED: [&str; 24] = [
    "veil-value",
    "veil-label",
    "veil-placeholder",
    "veil-option",
    "veil-failure",
    "veil-panic",
    "veil-series",
    "veil-logged",
    "veil-alarm",
    "veil-pixels",
    "veil-title",
    "veil-file",
    "veil-line",
    "veil-firmware",
    "veil-condition",
    "veil-column",
    "veil-in-a-table",
    "veil-heading",
    "veil-in-a-group",
    "veil-in-a-row",
    "veil-row",
    "veil-unit",
    "veil-piece",
    "veil-changed",
];

#[tokio::test(flavor = "multi_thread")]
async fn what_a_guest_gets_is_searched_for_all_that_it_may_not_see() {
    let folder = Folder::new("searched");
    write_users(&folder, &[("eve", "admin")]);
    let mut handle: Option<Handle<Den>> = None;
    let app = App::with::<Den>(|given| handle = Some(given)).unwrap().limits(limits(|_| {}));
    let app = Served::app(app.users(folder.users()).guest(Lab::Guest).store_in(MemoryStore::new())).await;
    let handle = handle.unwrap();
    let eve = log_in(&app, "eve").await;
    // A guest who is there all the time, by a socket and without one, and one who follows what happens.
    let (mut guest, mut other) = (app.join().await, app.join_by_request().await);
    let mut events = Events::open(app.address, &Request::get("/api/subscribe?prop=record.records")).await.unwrap();
    let mut admin = join(&app, &eve).await;

    handle
        .push(changes![Den::veil_log.lines = LogLine::warn("veil-logged"), Den::veil_trend.points = Sample::now([4.0])])
        .unwrap();
    handle.push(changes![Den::speed.value = 90.0, Den::air.points = Sample::now([1.0])]).unwrap();
    admin.apply("veil_report.click", serde_json::Value::Null).await;
    admin.apply("veil_choice.value", "veil-option").await;
    admin.apply("veil_control.ask", serde_json::Value::Null).await;
    for (prop, value) in [("veil_key.value", json!("veil-changed")), ("veil_armed.arm", json!(null))] {
        let _ = admin.outcome_of(prop, value).await;
    }
    let upload = Request::new("POST", "/_dash/upload/veil_upload/received?name=veil-firmware.bin").body("bytes");
    let answer = http::send(app.address, &upload.header("Cookie", &eve)).await;
    assert_eq!(answer.status, 200, "{}", answer.text());
    let id: serde_json::Value = serde_json::from_str(&answer.text()).unwrap();
    admin.apply("veil_upload.received", id).await;
    admin
        .until("the picture, the file and the alarm", |admin| {
            let is_there = |prop: &str| !admin.value(prop).is_null();
            is_there("veil_picture.source")
                && is_there("veil_report.file")
                && admin.value("veil_shown.text") == "veil-firmware.bin"
        })
        .await;

    let address = |kind: &str, prop: &str| format!("/_dash/{kind}/{}", admin.value(prop)["id"].as_str().unwrap());
    let secrets = [address("picture", "veil_picture.source"), address("file", "veil_report.file")];
    let histories = ["veil_trend/points", "veil_log/lines", "veil_alarms/events"];
    let histories = histories.map(|history| format!("/api/history/{history}"));
    let tables = histories.clone().map(|history| format!("{history}?format=csv"));
    eventually("the histories", async || {
        (get(&app, &histories[1], &eve).await.text().contains("veil-logged")).then_some(())
    })
    .await;
    let places = [&secrets[..], &histories[..], &tables[..]].concat();
    let mut of_admin = all_of(&app, Some(&eve), &places).await;
    of_admin.insert("frames".to_owned(), json!(admin.updates).to_string());
    // With what has been changed since then. Whether a frame has that too depends on when the page came.
    of_admin.insert("its first document".to_owned(), admin.page.html.clone());
    let found = found_in(&of_admin);
    for planted in PLANTED {
        assert!(found.contains_key(planted), "{planted} was not planted: {:?}", found.keys());
    }

    // Somebody who knows no random name.
    let mut of_guest = all_of(&app, None, &histories.iter().chain(&tables).cloned().collect::<Vec<_>>()).await;
    let refused = guest.outcome_of("speed.value", "no number").await;
    guest.apply("say.value", "here").await;
    for (name, page) in [("socket", &mut guest), ("stream", &mut other), ("later", &mut app.join().await)] {
        page.sees("heard.text", "here").await;
        page.settle().await;
        of_guest.insert(format!("frames of a page by {name}"), json!([page.updates, page.page.state]).to_string());
    }
    guest.come_back().await;
    guest.settle().await;
    of_guest.insert("frames of a page that comes back".to_owned(), json!(guest.updates).to_string());
    of_guest.insert("a refusal".to_owned(), format!("{refused:?}"));
    while let Some(event) = events.event().await {
        of_guest.entry("the record".to_owned()).or_default().push_str(&event);
        if event.contains("say.value") {
            break;
        }
    }
    for (path, body) in [
        ("/api/batch", json!([{ "prop": "say.value", "value": "x" }, { "prop": "nothing.here", "value": 1 }])),
        ("/_dash/upload/speed/value?name=a.bin", json!(null)),
    ] {
        let answer = http::send(app.address, &Request::new("POST", path).json(body)).await;
        assert!(answer.status >= 400, "{path}");
        of_guest.insert(path.to_owned(), answer.text());
    }
    // What the guest itself has asked for by name is in the answer.
    let mut found = found_in(&of_guest);
    for (name, places) in &mut found {
        places.retain(|place| {
            !(histories.iter().chain(&tables).any(|history| history == place) && place.contains(name.as_str()))
        });
    }
    found.retain(|_, places| !places.is_empty());
    assert!(found.is_empty(), "{found:#?}");
    let ids = secrets.each_ref().map(|secret| secret.rsplit('/').next().unwrap());
    for (place, text) in &of_guest {
        assert!(ids.iter().all(|id| !text.contains(id)), "{place} has the random name of a picture or a file");
    }
}
