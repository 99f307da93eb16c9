//! What a relay costs. Not a test: `cargo test --release --all-features --test fabric speed -- --ignored --nocapture`.

use std::{
    fs,
    process::Command,
    sync::atomic::{AtomicUsize, Ordering},
    time::Instant,
};

use super::*;
use crate::support::{Program, free_address};

/// The middle and the 99th percentile, in microseconds.
fn percentiles(mut times: Vec<u128>) -> (u128, u128) {
    times.sort_unstable();
    (times[times.len() / 2], times[times.len() * 99 / 100])
}

async fn commands(page: &mut Browser) -> (u128, u128) {
    let mut times = Vec::new();
    for at in 0..2_000 {
        let begun = Instant::now();
        page.apply("level.value", f64::from(at % 90)).await;
        times.push(begun.elapsed().as_micros());
    }
    percentiles(times)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "a measurement"]
async fn the_time_of_a_command_at_the_owner_and_at_a_relay() {
    let (nats, lamp) = (nats::Nats::start().await, Lamp::default());
    let owner = Served::owner(&lamp, &nats.url()).await;
    let relay = Served::relay(&nats.url()).await;
    let mut far = relay.join().await;
    let mut near = Browser::join(owner.address, Page::of(owner.get("/").await.text())).await;
    for round in 0..3 {
        let (near, far) = (commands(&mut near).await, commands(&mut far).await);
        println!("round {round}: owner p50, p99 {near:?} µs; relay {far:?} µs");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "a measurement"]
async fn the_time_of_a_document_and_of_a_large_file_at_the_owner_and_at_a_relay() {
    let (nats, lamp) = (nats::Nats::start().await, Lamp::default());
    let owner = Served::owner(&lamp, &nats.url()).await;
    let relay = Served::relay(&nats.url()).await;
    let page = relay.page().await;
    let script = page.link("src", &format!("{PATH}_dash/dash-"));
    for (what, path) in [("document", PATH.to_owned()), ("script", script)] {
        for (who, address, path) in
            [("owner", owner.address, path.replace(PATH, "/")), ("relay", relay.address, path.clone())]
        {
            let (mut times, mut bytes) = (Vec::new(), 0);
            for _ in 0..300 {
                let begun = Instant::now();
                bytes = http::send(address, &Request::get(&path)).await.body.len();
                times.push(begun.elapsed().as_micros());
            }
            println!("{what} ({bytes} bytes) at the {who}: p50, p99 {:?} µs", percentiles(times));
        }
    }
}

/// The processor time of this process so far, in seconds. Only Linux tells it.
fn processor_time() -> f64 {
    processor_time_in("/proc/self/stat")
}

fn processor_time_in(file: &str) -> f64 {
    let stat = fs::read_to_string(file).unwrap();
    let fields: Vec<&str> = stat.rsplit_once(") ").unwrap().1.split(' ').collect();
    let ticks: f64 = fields[11].parse::<f64>().unwrap() + fields[12].parse::<f64>().unwrap();
    ticks / 100.0
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "a measurement"]
async fn the_processor_time_of_owner_and_relay_together_with_more_and_more_viewers() {
    let (nats, lamp) = (nats::Nats::start().await, Lamp::default());
    let owner = Served::owner(&lamp, &nats.url()).await;
    let relay = Served::relay(&nats.url()).await;
    for (who, address, path) in [("owner", owner.address, "/"), ("relay", relay.address, PATH)] {
        let document = http::send(address, &Request::get(path)).await;
        let page = Page::at(path, document.text());
        let mut viewers = Vec::new();
        for more in [0, 100, 400] {
            while viewers.len() < more {
                let mut viewer = Browser::join(address, page.clone()).await;
                viewers.push(tokio::spawn(
                    async move { while matches!(viewer.hear().await, support::Heard::Frame(_)) {} },
                ));
            }
            let mut driver = Browser::join(owner.address, Page::of(owner.get("/").await.text())).await;
            let (begun, used) = (Instant::now(), processor_time());
            for at in 0..100 {
                driver.apply("level.value", f64::from(at % 90)).await;
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
            let used = (processor_time() - used) / begun.elapsed().as_secs_f64();
            println!("{} viewers at the {who}: {:.1} % of a processor, viewers included", viewers.len(), used * 100.0);
        }
        viewers.iter().for_each(JoinHandle::abort);
    }
}

/// The processor time of another process so far, in seconds.
fn processor_time_of(process: u32) -> f64 {
    processor_time_in(&format!("/proc/{process}/stat"))
}

/// What viewers behind two relays cost the owner, with each process apart. `is_range`: whether their pages share.
async fn processor_time_of_the_owner(is_range: bool, numbers: &[usize]) {
    let nats = nats::Nats::start().await;
    let binds = [free_address(), free_address(), free_address()];
    let owner = Program::start_with("kills::owner_as_a_program", &binds[2].to_string(), |command: &mut Command| {
        command.env("DASH_FABRIC", format!("{}/{NAME}", nats.url()));
        if is_range {
            command.env("RANGE", "1");
        }
    });
    let relays = [binds[0], binds[1]].map(|bind| kills::start_relay(bind, &nats.url()));
    let pages = [page_at(binds[0]).await, page_at(binds[1]).await];
    let mut viewers = Vec::new();
    let frames = Arc::new(AtomicUsize::new(0));
    let mut first = None;
    for more in numbers.iter().copied() {
        let mut near = Browser::join(binds[2], Page::of(http::send(binds[2], &Request::get("/")).await.text())).await;
        while viewers.len() < more {
            let at = viewers.len() % 2;
            if viewers.len() % 20 == 0 {
                // A viewer that hears nothing for long gives up.
                near.apply("level.value", (viewers.len() / 20) as f64).await;
            }
            let mut viewer = Browser::join(binds[at], pages[at].clone()).await;
            let frames = Arc::clone(&frames);
            viewers.push(tokio::spawn(async move {
                while matches!(viewer.socket.hear().await, support::Heard::Frame(_)) {
                    frames.fetch_add(1, Ordering::Relaxed);
                }
            }));
        }
        let mut driver = Browser::join(binds[2], Page::of(http::send(binds[2], &Request::get("/")).await.text())).await;
        let of_relays = || relays.iter().map(|relay| processor_time_of(relay.id())).sum::<f64>();
        let (begun, used, used_by_relays) = (Instant::now(), processor_time_of(owner.id()), of_relays());
        frames.store(0, Ordering::Relaxed);
        for at in 0..400_u32 {
            driver.apply("level.value", f64::from(at % 90)).await;
            tokio::time::sleep_until((begun + Duration::from_millis(50) * (at + 1)).into()).await;
        }
        let time = begun.elapsed().as_secs_f64();
        let share = (processor_time_of(owner.id()) - used) / time;
        let (ratio, of_relays) = (share / *first.get_or_insert(share), (of_relays() - used_by_relays) / time);
        println!(
            "{} viewers: owner {:.2} % of a processor, {ratio:.2} times that without viewers; both relays {:.1} %; {:.0} frames \
             per second",
            viewers.len(),
            share * 100.0,
            of_relays * 100.0,
            frames.load(Ordering::Relaxed) as f64 / time
        );
    }
    viewers.iter().for_each(JoinHandle::abort);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "a measurement"]
async fn the_processor_time_of_the_owner_with_viewers_behind_two_relays() {
    processor_time_of_the_owner(true, &[0, 100, 1_000]).await;
}

/// A dashboard in which each page has something of its own.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "a measurement"]
async fn the_processor_time_of_the_owner_with_viewers_that_do_not_share() {
    processor_time_of_the_owner(false, &[0, 100, 300]).await;
}
