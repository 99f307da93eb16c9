//! The relay as the program that people install, and what a device keeps, read over it.

use std::{
    io::{BufRead as _, BufReader},
    process::{Child, Command, Stdio},
    time::SystemTime,
};

use dash_devices::store::MemoryStore;

use super::*;

/// A program that ends with the test.
struct Installed(Child);

impl Drop for Installed {
    fn drop(&mut self) {
        let _ = (self.0.kill(), self.0.wait());
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_program_dash_relay_serves_the_devices_of_its_broker() {
    let (nats, lamp) = (nats::Nats::start().await, Lamp::default());
    let _owner = Served::owner(&lamp, &nats.url()).await;
    let mut command = Command::new(env!("CARGO_BIN_EXE_dash-relay"));
    command.env("DASH_FABRIC", nats.url()).env("DASH_BIND", "127.0.0.1:0").stdout(Stdio::piped()).stderr(Stdio::null());
    let mut relay = Installed(command.spawn().unwrap());
    let mut line = String::new();
    BufReader::new(relay.0.stdout.take().unwrap()).read_line(&mut line).unwrap();
    // Fault: it said that it was a dashboard.
    let address = line.strip_prefix("Relay on http://").and_then(|rest| rest.strip_suffix("/\n")).expect(&line);
    let address: SocketAddr = address.parse().unwrap();
    Browser::join(address, page_at(address).await).await.apply("level.value", 30.0).await;
    assert!(lamp.did().contains(&"set 30".to_owned()));
}

#[components]
struct Meadow {
    #[keep(for = "1d")]
    air: Trend,
}

impl Dashboard for Meadow {
    type Device = ();
    type Session = ();
    const CALLBACKS: Callbacks<Self> = callbacks![];

    fn layout(self) -> Element {
        page("Meadow", self.air.series(["air"]))
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_history_of_a_chart_is_the_same_over_a_relay() {
    let nats = nats::Nats::start().await;
    let mut handle = None;
    let app = App::with::<Meadow>(|own| handle = Some(own)).unwrap().limits(quick()).store_in(MemoryStore::new());
    let owner = Served::app(app.fabric(nats.url(), NAME)).await;
    let relay = Served::relay(&nats.url()).await;
    let handle = handle.unwrap();
    let now = SystemTime::now();
    let sample = |before: u32| Sample::at(now - Duration::from_secs(u64::from(before)), [Some(f64::from(before))]);
    handle.push(changes![Meadow::air.points = (0..20).rev().map(sample).collect::<Vec<_>>()]).unwrap();
    let path = "api/history/air/points?format=csv&points=500";
    let there = eventually("the history over the relay", async || {
        let answer = relay.get(&format!("{PATH}{path}")).await;
        (answer.status == 200 && answer.text().lines().count() == 21).then(|| answer.text())
    })
    .await;
    assert_eq!(there, owner.get(&format!("/{path}")).await.text());
}
