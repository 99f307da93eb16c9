//! The record on a page after a restart: the newest lines of its files are read back, and shown to who may see them now.

use dash_devices::AuditRecord;

use super::*;

#[components(role = Lab)]
struct Desk {
    #[needs(Lab::Operator)]
    speed: Slider,
    #[sees(Lab::Admin)]
    #[needs(Lab::Admin)]
    code: Input,
    #[secret]
    pin: Input,
    log: AuditLog,
}

impl Dashboard for Desk {
    type Device = ();
    type Session = ();
    const CALLBACKS: Callbacks<Self> = callbacks![];

    fn layout(self) -> Element {
        page("Desk", (self.speed, self.code, self.pin, self.log))
    }
}

fn desk(folder: &Folder) -> App {
    let record = folder.0.join("audit.jsonl");
    App::new::<Desk>(()).unwrap().limits(limits(|_| {})).users(folder.users()).audit(record)
}

/// The records that somebody sees on a page.
async fn shown(app: &Served, cookie: &str) -> Vec<AuditRecord> {
    let answer = get(app, "/api/props/log/records", cookie).await.text();
    let answer: serde_json::Value = serde_json::from_str(&answer).unwrap();
    serde_json::from_value(answer["value"].clone()).unwrap()
}

fn facts(records: &[AuditRecord]) -> Vec<(u64, &str, &str, Option<&str>, &str)> {
    records
        .iter()
        .map(|AuditRecord { n, user, property, new, outcome, .. }| {
            (*n, &**user, &**property, new.as_deref(), &**outcome)
        })
        .collect()
}

#[tokio::test]
async fn pages_show_the_newest_records_again_after_a_restart() {
    let folder = Folder::new("record");
    write_users(&folder, &[("gus", "guest"), ("ada", "operator"), ("eve", "admin")]);
    let app = Served::app(desk(&folder)).await;
    let set = async |app: &Served, name: &str, path: &str, value: serde_json::Value| {
        let cookie = log_in(app, name).await;
        let request = Request::new("PUT", &format!("/api/props/{path}")).json(value).header("Cookie", &cookie);
        http::send(app.address, &request).await.status
    };
    assert_eq!(set(&app, "ada", "speed/value", json!(3.0)).await, 200);
    assert_eq!(set(&app, "gus", "speed/value", json!(4.0)).await, 403);
    assert_eq!(set(&app, "eve", "code/value", json!("x1")).await, 200);
    assert_eq!(set(&app, "ada", "pin/value", json!("hunter2")).await, 200);
    let before = eventually("four records", async || {
        let records = shown(&app, &log_in(&app, "eve").await).await;
        (records.len() == 4).then_some(records)
    })
    .await;
    app.stop().await;
    // What is no record is left out: a line that was cut, and one about a property that there was in another version.
    let record = folder.0.join("audit.jsonl");
    let gone = fs::read_to_string(&record).unwrap().lines().next().unwrap().replace("speed.value", "gone.value");
    let text = fs::read_to_string(&record).unwrap() + &gone + "\n{\"n\":9,\"ti";
    fs::write(&record, text).unwrap();

    let app = Served::app(desk(&folder)).await;
    let (ada, eve) = (log_in(&app, "ada").await, log_in(&app, "eve").await);
    let all = shown(&app, &eve).await;
    let of_before: Vec<AuditRecord> = all.iter().filter(|record| record.property != "gone.value").cloned().collect();
    let without_times = |records: &[AuditRecord]| {
        let mut records = records.to_vec();
        records.iter_mut().for_each(|record| record.time = 0.0);
        records
    };
    assert_eq!(without_times(&of_before), without_times(&before));
    // The file has milliseconds.
    assert!(of_before.iter().zip(&before).all(|(now, then)| (now.time - then.time).abs() < 0.1), "{all:?}");
    let gone = all.iter().find(|record| record.property == "gone.value").unwrap();
    assert!(gone.hidden && gone.new.is_none(), "nobody knows whether it was secret: {gone:?}");
    // Who may not see a property does not see its records of before either.
    let seen = shown(&app, &ada).await;
    assert_eq!(
        facts(&seen),
        [
            (1, "ada", "speed.value", Some("3.0"), "applied"),
            (2, "gus", "speed.value", Some("4.0"), "refused"),
            (4, "ada", "pin.value", None, "applied"),
        ]
    );
    // New ones come after them, and have numbers of their own.
    assert_eq!(set(&app, "ada", "speed/value", json!(5.0)).await, 200);
    let last = eventually("the new record", async || {
        shown(&app, &ada).await.pop().filter(|record| record.new.as_deref() == Some("5.0"))
    })
    .await;
    assert_eq!((last.n, &*last.user), (5, "ada"));
}

/// A dashboard whose record only an admin reads.
#[components(role = Lab)]
struct Vault {
    #[needs(Lab::Operator)]
    speed: Slider,
    #[needs(Lab::Operator)]
    ramp: Button,
    #[sees(Lab::Admin)]
    log: AuditLog,
}

#[callback_shared(on = Vault::ramp.click)]
fn ramp(handle: Handle<Vault>) {
    let _ = handle.push(dash_devices::changes![Vault::speed.value = 40.0]);
}

impl Dashboard for Vault {
    type Device = ();
    type Session = ();
    const CALLBACKS: Callbacks<Self> = callbacks![ramp];

    fn layout(self) -> Element {
        page("Vault", (self.speed, self.ramp, self.log))
    }
}

#[tokio::test]
async fn fault_the_record_could_not_be_read_over_http() {
    let folder = Folder::new("record-http");
    write_users(&folder, &[("gus", "guest"), ("ada", "operator"), ("eve", "admin")]);
    let record = folder.0.join("audit.jsonl");
    let app = Served::app(App::new::<Vault>(()).unwrap().users(folder.users()).audit(&record)).await;
    let (gus, ada, eve) = (log_in(&app, "gus").await, log_in(&app, "ada").await, log_in(&app, "eve").await);
    let set = async |cookie: &str, value: f64| {
        let request = Request::new("PUT", "/api/props/speed/value").json(json!(value)).header("Cookie", cookie);
        http::send(app.address, &request).await.status
    };
    assert_eq!((set(&ada, 3.0).await, set(&gus, 4.0).await), (200, 403));
    let ramp = Request::new("POST", "/api/props/ramp/click").json(json!(null)).header("Cookie", &ada);
    assert_eq!(http::send(app.address, &ramp).await.status, 200);
    let read = async |query: &str| -> serde_json::Value {
        serde_json::from_str(&get(&app, &format!("/api/audit{query}"), &eve).await.text()).unwrap()
    };
    let all = read("").await;
    let short = |records: &serde_json::Value| -> Vec<String> {
        let records = records["records"].as_array().unwrap().iter();
        let text = |one: &serde_json::Value| {
            let text = |name: &str| one[name].as_str().unwrap().to_owned();
            format!("{} {} {} {}", text("user"), text("property"), one["new"], text("outcome"))
        };
        records.map(text).collect()
    };
    let mut facts = short(&all);
    // A callback's push and the click that has started the callback have the order in which they came in.
    facts.sort_unstable();
    let wanted = [
        "ada ramp.click null applied",
        "ada speed.value 3.0 applied",
        "gus speed.value 4.0 refused",
        "program: ramp speed.value 40.0 applied",
    ];
    assert_eq!((facts, &all["next"]), (wanted.map(str::to_owned).to_vec(), &serde_json::Value::Null));
    // Page by page, the newest first, each page with the oldest first.
    let newest = read("?points=3").await;
    assert_eq!(newest["records"].as_array().unwrap()[..], all["records"].as_array().unwrap()[1..]);
    let older = read(&format!("?points=3&before={}", newest["next"].as_str().unwrap())).await;
    assert_eq!(older["records"].as_array().unwrap()[..], all["records"].as_array().unwrap()[..1]);
    assert_eq!(short(&read("?to=5").await), Vec::<String>::new());
    let table = get(&app, "/api/audit?format=csv", &eve).await.text();
    let mut lines = table.lines();
    assert_eq!(lines.next(), Some("time,time_utc,n,user,property,old,new,outcome,why,times,since"));
    assert_eq!(lines.count(), 4);
    // Who does not see the record on a page does not read it here either.
    for cookie in [&gus, &ada] {
        assert_eq!(get(&app, "/api/audit", cookie).await.status, 403);
    }
    assert_eq!(get(&app, "/api/audit?points=none", &eve).await.status, 400);
}

#[tokio::test]
async fn the_record_without_a_file_has_what_pages_show_and_no_property_that_the_user_does_not_see() {
    let folder = Folder::new("record-pages");
    write_users(&folder, &[("ada", "operator"), ("eve", "admin")]);
    let app = Served::app(App::new::<Desk>(()).unwrap().users(folder.users())).await;
    let (ada, eve) = (log_in(&app, "ada").await, log_in(&app, "eve").await);
    for (cookie, path, value) in [(&ada, "speed/value", json!(3.0)), (&eve, "code/value", json!("x1"))] {
        let request = Request::new("PUT", &format!("/api/props/{path}")).json(value).header("Cookie", cookie);
        assert_eq!(http::send(app.address, &request).await.status, 200);
    }
    let props = async |cookie: &str| -> Vec<String> {
        let read: serde_json::Value = serde_json::from_str(&get(&app, "/api/audit", cookie).await.text()).unwrap();
        let records = read["records"].as_array().unwrap().iter();
        records.map(|one| one["property"].as_str().unwrap().to_owned()).collect()
    };
    eventually("both records", async || (props(&eve).await == ["speed.value", "code.value"]).then_some(())).await;
    assert_eq!(props(&ada).await, ["speed.value"]);
}

#[tokio::test]
async fn fault_holes_in_the_files_were_not_in_the_pages_of_the_record() {
    let folder = Folder::new("record-holes");
    write_users(&folder, &[("eve", "admin")]);
    let record = folder.0.join("audit.jsonl");
    let line = |n: u64| {
        format!(
            "{}\n",
            json!({ "n": n, "time": 1_000 * n, "user": "ada", "property": "speed.value", "outcome": "applied" })
        )
    };
    let lost = format!("{}\n", json!({ "time": 2_500, "outcome": "lost", "times": 57, "why": "57 records lost" }));
    std::fs::write(&record, [line(1), line(2), lost, line(3), line(4)[..20].to_owned() + "\n", line(5)].concat())
        .unwrap();
    let app = Served::app(App::new::<Vault>(()).unwrap().users(folder.users()).audit(&record)).await;
    let eve = log_in(&app, "eve").await;
    for points in [1, 2, 3, 100] {
        let (mut seen, mut before) = (Vec::new(), String::new());
        loop {
            let text = get(&app, &format!("/api/audit?points={points}{before}"), &eve).await.text();
            let read: serde_json::Value = serde_json::from_str(&text).unwrap();
            let records = read["records"].as_array().unwrap().iter();
            let short = |one: &serde_json::Value| (one["n"].as_u64(), one["times"].as_u64(), one["since"].as_f64());
            seen.splice(0..0, records.map(short));
            let Some(next) = read["next"].as_str() else { break };
            before = format!("&before={next}");
        }
        let one = |n: u64| (Some(n), Some(1), None);
        let holes = [(Some(0), Some(57), Some(2.0)), (Some(0), Some(1), Some(3.0))];
        assert_eq!(seen, [one(1), one(2), holes[0], one(3), holes[1], one(5)], "each once, in pages of {points}");
    }
}

#[tokio::test]
async fn fault_times_of_the_record_were_finer_than_its_pages() {
    let folder = Folder::new("record-lags");
    write_users(&folder, &[("ada", "operator"), ("gus", "guest")]);
    let app = Served::app(App::new::<Desk>(()).unwrap().users(folder.users())).await;
    let (ada, gus) = (log_in(&app, "ada").await, log_in(&app, "gus").await);
    for number in 1..=13 {
        let request = Request::new("PUT", "/api/props/speed/value").json(json!(f64::from(number)));
        assert_eq!(http::send(app.address, &request.header("Cookie", &ada)).await.status, 200);
    }
    let denied = Request::new("PUT", "/api/props/code/value").json(json!("x")).header("Cookie", &ada);
    assert_ne!(http::send(app.address, &denied).await.status, 200);
    // Neither one is skipped nor repeated, though several have the same millisecond.
    let (mut seen, mut before) = (Vec::new(), String::new());
    loop {
        let text = get(&app, &format!("/api/audit?points=2{before}"), &ada).await.text();
        let read: serde_json::Value = serde_json::from_str(&text).unwrap();
        let records = read["records"].as_array().unwrap();
        let millis = |one: &serde_json::Value| one["time"].as_f64().unwrap() * 1e3;
        let is_whole = |one: &serde_json::Value| (millis(one) - millis(one).round()).abs() < 1e-3;
        assert!(records.iter().all(is_whole), "whole milliseconds, as in `next`: {text}");
        seen.splice(0..0, records.iter().map(|one| one["n"].as_u64().unwrap()));
        let Some(next) = read["next"].as_str() else { break };
        before = format!("&before={next}");
    }
    assert_eq!(seen, (1..=13).collect::<Vec<_>>(), "and nothing of a property that she does not see");
    let of_gus: serde_json::Value = serde_json::from_str(&get(&app, "/api/audit", &gus).await.text()).unwrap();
    assert_eq!(of_gus["records"].as_array().unwrap().len(), 13);
}
