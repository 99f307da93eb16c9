//! The list of a relay: all devices with the values that they announce, live, searched, and old when they are cut off.

use std::time::Instant;

use super::*;
use crate::support::events::Events;

/// What everybody may see of a rover, and what not.
#[components]
struct Panel {
    #[fleet]
    battery: Gauge,
    #[fleet]
    state: Text,
    way: Text,
}

impl Dashboard for Panel {
    type Device = ();
    type Session = ();
    const CALLBACKS: Callbacks<Self> = callbacks![];

    fn layout(self) -> Element {
        page("Rover", (self.battery.label("Battery").unit("%"), self.state.label("State"), self.way))
    }
}

/// A rover whose values the test pushes.
async fn rover(broker: &str, name: &str) -> (Served, Handle<Panel>) {
    let mut handle = None;
    let app = App::with::<Panel>(|own| handle = Some(own)).unwrap().limits(quick()).fabric(broker, name);
    (Served::app(app).await, handle.unwrap())
}

/// The row of a device in the list.
async fn row(relay: &Served, name: &str) -> String {
    let html = relay.get("/").await.text();
    let row = html.split("<li ").find(|row| row.starts_with(&format!("data-name=\"{name}\"")));
    row.map(|row| row.split("</li>").next().unwrap().to_owned()).unwrap_or_default()
}

/// Whether the row has all of these.
async fn row_has(relay: &Served, name: &str, parts: &[&str]) {
    eventually(&format!("{name} with {parts:?}"), async || {
        let row = row(relay, name).await;
        parts.iter().all(|part| row.contains(part)).then_some(())
    })
    .await;
}

/// The messages of an open list.
struct Live(Events);

impl Live {
    async fn open(relay: &Served, query: &str) -> Self {
        Self(Events::open(relay.address, &Request::get(&format!("/_dash/devices{query}"))).await.unwrap())
    }

    async fn next(&mut self) -> (String, Value) {
        let news = within("a message of the list", self.0.next()).await.unwrap();
        (self.0.id.clone(), news)
    }

    /// Reads until a message has this for a device under this key.
    async fn until(&mut self, key: &str, name: &str, text: &str) -> String {
        loop {
            let (id, news) = self.next().await;
            let of = news[key].as_array().into_iter().flatten().find(|one| one[0] == name);
            if of.is_some_and(|one| one[1].to_string().contains(text)) {
                return id;
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_list_has_the_values_of_devices_live_and_those_of_a_device_that_is_cut_off_as_old() {
    let nats = nats::Nats::start().await;
    let (owner, handle) = rover(&nats.url(), "lab.rover-7").await;
    let (other, _) = rover(&nats.url(), "lab.rover-10").await;
    let relay = Served::relay(&nats.url()).await;
    let push = |battery: f64, state: &str| {
        handle.push(changes![
            Panel::battery.value = Some(battery),
            Panel::state.text = state.to_owned(),
            Panel::way.text = "not-for-the-list".to_owned(),
        ])
    };
    push(97.0, "idle").unwrap();
    row_has(&relay, "lab.rover-7", &["Battery", ">97<", "\u{a0}%", "idle", ">live<"]).await;
    let html = relay.get("/").await.text();
    assert!(!html.contains("not-for-the-list"), "{html}");
    let (two, ten) = (html.find("lab.rover-7").unwrap(), html.find("lab.rover-10").unwrap());
    assert!(two < ten, "rover 7 comes before rover 10");
    // An open list has what is new, and nothing that it has already.
    let since = html.split("data-since=\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
    let mut live = Live::open(&relay, &format!("?since={since}")).await;
    push(12.0, "<drives>").unwrap();
    let id = live.until("values", "lab.rover-7", "12").await;
    // Only what is announced on change: the owner sends no more than two a second.
    let begun = Instant::now();
    for step in 0..40 {
        push(f64::from(step), "counts").unwrap();
        tokio::time::sleep(Duration::from_millis(25)).await;
    }
    let mut messages = 0;
    loop {
        let (_, news) = live.next().await;
        messages += usize::from(news["values"].is_array());
        if news.to_string().contains("\"39\"") {
            break;
        }
    }
    let most = begun.elapsed().as_millis() / 400 + 1;
    assert!(messages as u128 <= most, "{messages} messages in {:?}", begun.elapsed());
    let health = relay.health().await["devices"]["lab.rover-7"]["values"].clone();
    assert_eq!(health[0], json!({ "label": "Battery", "value": 39.0, "unit": "%", "bad": null }));
    // A list that was open at another relay, or before a cut, gets all of it.
    let mut again = Live::open(&relay, "?since=other-7").await;
    let (_, all) = again.next().await;
    assert_eq!(all["rows"].as_array().unwrap().len(), 2, "{all}");
    // Fault: the page kept devices that this relay does not know, as live.
    assert_eq!(all["whole"], true, "the page removes all others");
    assert_eq!((&all["rows"][0][0], &all["rows"][0][2]), (&json!("lab.rover-7"), &json!("lab.rover-10")));
    let mut resumed = Live::open(&relay, &format!("?since={id}")).await;
    let (_, missed) = resumed.next().await;
    assert!(
        missed["whole"].is_null() && missed["rows"].is_null() && missed["values"].as_array().unwrap().len() == 1,
        "{missed}"
    );

    owner.stop().await;
    live.until("rows", "lab.rover-7", "data-old").await;
    row_has(&relay, "lab.rover-7", &["data-old", ">39<", "cut off for", "values from then"]).await;
    assert!(relay.get("/").await.text().contains("2 devices, 1 cut off"));
    // A relay that starts later has them from the broker.
    let later = Served::relay(&nats.url()).await;
    row_has(&later, "lab.rover-7", &["data-old", ">39<", "cut off for"]).await;
    row_has(&later, "lab.rover-10", &[">live<"]).await;
    drop(other);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_list_is_searched_without_a_script() {
    let nats = nats::Nats::start().await;
    let (one, _) = rover(&nats.url(), "lab.rover-1").await;
    let (two, _) = rover(&nats.url(), "hall.crane").await;
    let relay = Served::relay(&nats.url()).await;
    row_has(&relay, "lab.rover-1", &[">live<"]).await;
    row_has(&relay, "hall.crane", &[">live<"]).await;
    let hidden = async |query: &str| {
        let html = relay.get(query).await.text();
        assert!(html.contains("<noscript><meta http-equiv=\"refresh\"") && html.contains("role=\"search\""), "{html}");
        let rows: Vec<&str> = html.split("<li ").skip(1).collect();
        rows.iter().map(|row| row.split('>').next().unwrap().contains("hidden")).collect::<Vec<_>>()
    };
    for (query, expected) in [
        ("/", [false, false]),
        ("/?q=ROVER+lab", [true, false]),
        ("/?q=crane", [false, true]),
        ("/?q=rover", [false, false]),
        ("/?q=%3Cscript%3E", [true, true]),
    ] {
        // The title of both is "Rover".
        let expected = if query == "/?q=ROVER+lab" { [true, false] } else { expected };
        assert_eq!(hidden(query).await, expected, "{query}");
    }
    let none = relay.get("/?q=%3Cscript%3E").await.text();
    assert!(none.contains("No device has these words") && !none.contains("value=\"<script>"), "{none}");
    drop((one, two));
}

/// A relay is not slowed down by devices: the first byte of the list of 500 comes at once, and what changes is small.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_list_of_500_devices_is_there_at_once_and_live() {
    const DEVICES: u32 = 500;
    let nats = nats::Nats::start().await;
    let relay = Served::relay(&nats.url()).await;
    let client = async_nats::connect(nats.url()).await.unwrap();
    eventually("the relay's connection", async || {
        client.flush().await.unwrap();
        relay.health().await["no_broker_for_s"].is_null().then_some(())
    })
    .await;
    let announce = async |round: u32| {
        for device in 0..DEVICES {
            let value = |label: &str, value: u32| json!({ "label": label, "value": value, "text": value.to_string(), "unit": "V" });
            let beat = json!({
                "run": format!("{device}"), "link": format!("{device}-1"), "title": "Power supply", "protocol": 2,
                "lease_ms": 60_000, "values": [value("Output", device + round), value("Load", 7), value("Limit", 9)],
            });
            client.publish(format!("dash.there.lab.supply-{device}"), beat.to_string().into()).await.unwrap();
        }
        client.flush().await.unwrap();
    };
    eventually("500 devices", async || {
        announce(0).await;
        let all = relay.health().await["devices"].as_object().unwrap().len();
        (all == DEVICES as usize).then_some(())
    })
    .await;
    let mut times = Vec::new();
    let mut size = 0;
    for _ in 0..5 {
        let begun = Instant::now();
        let list = relay.get("/").await;
        times.push(begun.elapsed());
        size = list.body.len();
        assert_eq!(list.text().matches("<li ").count(), DEVICES as usize);
    }
    let packed = http::send(relay.address, &Request::get("/").header("Accept-Encoding", "gzip")).await.body.len();
    let mut live = Live::open(&relay, "?since=none").await;
    let (_, all) = live.next().await;
    assert_eq!(all["rows"].as_array().unwrap().len(), DEVICES as usize);
    announce(1).await;
    let begun = Instant::now();
    let (mut changed, mut bytes) = (0, 0);
    while changed < DEVICES as usize {
        let (_, news) = live.next().await;
        assert!(news["rows"].is_null(), "only values have changed");
        changed += news["values"].as_array().map_or(0, Vec::len);
        bytes += news.to_string().len();
    }
    times.sort();
    println!(
        "{DEVICES} devices: {:?} for the whole list, {size} bytes, {packed} packed; 500 changes: {bytes} bytes in {:?}",
        times[2],
        begun.elapsed()
    );
    assert!(packed < 60_000 && bytes < 60_000, "{packed} and {bytes} bytes");
}
