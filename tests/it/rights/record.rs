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
