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

/// The processor time of the threads of another process so far, in seconds, to the nanosecond: 20 changes per second cost so
/// little that the ticks of `stat` are too coarse.
fn processor_time_of(process: u32) -> f64 {
    let threads = fs::read_dir(format!("/proc/{process}/task")).unwrap();
    let times = threads.filter_map(|thread| {
        let times = fs::read_to_string(thread.ok()?.path().join("schedstat")).ok()?;
        times.split(' ').next()?.parse::<f64>().ok()
    });
    times.sum::<f64>() / 1e9
}

/// Changes a value 20 times per second for this time, and returns which share of a processor each of the programs has used.
async fn shares_at_20_hz(driver: &mut Browser, changes: u32, programs: &[u32]) -> Vec<f64> {
    let times = || programs.iter().map(|program| processor_time_of(*program)).collect::<Vec<_>>();
    let (begun, before) = (Instant::now(), times());
    for at in 0..changes {
        driver.apply("level.value", f64::from(at % 90)).await;
        tokio::time::sleep_until((begun + Duration::from_millis(50) * (at + 1)).into()).await;
    }
    let time = begun.elapsed().as_secs_f64();
    times().into_iter().zip(before).map(|(now, before)| (now - before) / time).collect()
}

async fn page_of_owner(owner: SocketAddr) -> Page {
    eventually("the owner", async || TcpStream::connect(owner).await.ok()).await;
    Page::of(http::send(owner, &Request::get("/")).await.text())
}

/// So many more viewers, who count what they get.
async fn more_viewers(
    address: SocketAddr,
    page: &Page,
    count: usize,
    frames: &Arc<AtomicUsize>,
) -> Vec<JoinHandle<()>> {
    let mut viewers = Vec::new();
    for _ in 0..count {
        let (mut viewer, frames) = (Browser::join(address, page.clone()).await, Arc::clone(frames));
        viewers.push(tokio::spawn(async move {
            while matches!(viewer.socket.hear().await, support::Heard::Frame(_)) {
                frames.fetch_add(1, Ordering::Relaxed);
            }
        }));
    }
    viewers
}

fn start_owner(bind: SocketAddr, broker: &str, is_range: bool) -> Program {
    Program::start_with("kills::owner_as_a_program", &bind.to_string(), |command: &mut Command| {
        command.env("DASH_FABRIC", format!("{broker}/{NAME}"));
        if is_range {
            command.env("RANGE", "1");
        }
    })
}

/// What viewers behind these relays cost the owner, with each process apart. `is_range`: whether their pages share.
async fn processor_time_of_the_owner(is_range: bool, relays: usize, numbers: &[usize]) {
    let nats = nats::Nats::start().await;
    let at_owner = free_address();
    let owner = start_owner(at_owner, &nats.url(), is_range);
    let binds: Vec<SocketAddr> = (0..relays).map(|_| free_address()).collect();
    let relays: Vec<Program> = binds.iter().map(|bind| kills::start_relay(*bind, &nats.url())).collect();
    let mut pages = Vec::new();
    for bind in &binds {
        pages.push(page_at(*bind).await);
    }
    let frames = Arc::new(AtomicUsize::new(0));
    let (mut viewers, mut shares_before): (Vec<_>, Vec<f64>) = (Vec::new(), Vec::new());
    let mut driver = Browser::join(at_owner, page_of_owner(at_owner).await).await;
    let programs: Vec<u32> = [&owner].into_iter().chain(&relays).map(Program::id).collect();
    for more in numbers.iter().copied() {
        while viewers.len() < more {
            // A viewer that hears nothing for long gives up.
            driver.apply("level.value", (viewers.len() / 20) as f64).await;
            // The first ones are at different relays, so that each relay has one.
            let count = (more - viewers.len()).min(if viewers.len() < relays.len() { 1 } else { 10 });
            let at = if count == 1 { viewers.len() } else { viewers.len() / 10 } % relays.len();
            viewers.extend(more_viewers(binds[at], &pages[at], count, &frames).await);
        }
        frames.store(0, Ordering::Relaxed);
        let shares = shares_at_20_hz(&mut driver, 400, &programs).await;
        shares_before.push(shares[0]);
        let ratios: Vec<String> = shares_before.iter().map(|before| format!("{:.2}", shares[0] / before)).collect();
        println!(
            "{} viewers: owner {:.2} % of a processor, times that before {}; all relays {:.1} %; {:.0} frames per second",
            viewers.len(),
            shares[0] * 100.0,
            ratios.join(" "),
            shares[1..].iter().sum::<f64>() * 100.0,
            frames.load(Ordering::Relaxed) as f64 / 20.0
        );
    }
    viewers.iter().for_each(JoinHandle::abort);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "a measurement"]
async fn the_processor_time_of_the_owner_with_viewers_behind_two_relays() {
    for _ in 0..3 {
        processor_time_of_the_owner(true, 2, &[0, 2, 100, 1_000]).await;
    }
}

/// What more relays cost, with as many viewers.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "a measurement"]
async fn the_processor_time_of_the_owner_with_viewers_behind_one_to_four_relays() {
    for relays in [1, 2, 4, 1, 2, 4] {
        println!("{relays} relays");
        processor_time_of_the_owner(true, relays, &[0, 40]).await;
    }
}

/// A dashboard in which each page has something of its own.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "a measurement"]
async fn the_processor_time_of_the_owner_with_viewers_that_do_not_share() {
    processor_time_of_the_owner(false, 2, &[0, 100, 300]).await;
}

/// What one more viewer costs who sends him the frames.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "a measurement"]
async fn the_processor_time_of_a_viewer_at_the_owner_and_at_a_relay() {
    const VIEWERS: usize = 300;
    let nats = nats::Nats::start().await;
    let [at_owner, at_relay] = [free_address(), free_address()];
    let (owner, relay) = (start_owner(at_owner, &nats.url(), true), kills::start_relay(at_relay, &nats.url()));
    let (of_owner, of_relay) = (page_of_owner(at_owner).await, page_at(at_relay).await);
    let (frames, mut driver) = (Arc::new(AtomicUsize::new(0)), Browser::join(at_owner, of_owner.clone()).await);
    for round in 0..3 {
        let mut costs = Vec::new();
        for (address, page, program) in [(at_owner, &of_owner, owner.id()), (at_relay, &of_relay, relay.id())] {
            let one = more_viewers(address, page, 1, &frames).await;
            let few = shares_at_20_hz(&mut driver, 200, &[program]).await[0];
            let more = more_viewers(address, page, VIEWERS, &frames).await;
            let many = shares_at_20_hz(&mut driver, 200, &[program]).await[0];
            one.iter().chain(&more).for_each(JoinHandle::abort);
            costs.push((many - few) / VIEWERS as f64);
        }
        println!(
            "round {round}: a viewer costs the owner {:.4} % of a processor, and a relay {:.4} %: {:.2} times",
            costs[0] * 100.0,
            costs[1] * 100.0,
            costs[1] / costs[0]
        );
    }
}

/// How long a page at a relay needs for what it has missed.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "a measurement"]
async fn the_time_to_catch_up_with_ten_thousand_frames_after_a_cut() {
    for (what, shares) in [("a page of its own", false), ("a page that only watches", true)] {
        let (nats, lamp) = (nats::Nats::start().await, Lamp::default());
        let app = if shares { shared::range(&lamp) } else { app(&lamp) };
        let wire = wire::Wire::to(nats.address).await;
        let owner = Served::app(app.fabric(format!("nats://{}", wire.address), NAME)).await;
        let relay = Served::relay(&nats.url()).await;
        let mut far = relay.join().await;
        let mut near = Browser::join(owner.address, page_of_owner(owner.address).await).await;
        wire.cut();
        far.end().await;
        for at in 0..10_000 {
            near.apply("level.value", f64::from(at % 90)).await;
        }
        near.apply("level.value", 99.0).await;
        wire.mend();
        owner.becomes("ok").await;
        let begun = Instant::now();
        resume(&mut far, relay.address).await;
        far.sees("shown.text", "99 %").await;
        println!("{what} has everything {:?} after the link was back", begun.elapsed());
    }
}
