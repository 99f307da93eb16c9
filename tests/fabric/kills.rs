//! Broker, relays and owner are killed at any moment, as processes. A checker reads what the pages have seen.

use std::process::Command;

use super::*;
use tokio_tungstenite::tungstenite::Message;

use crate::support::{Heard, Outcome, Program, free_address};

/// The owner as a program. It is started by the test.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "a program of a test"]
async fn owner_as_a_program() {
    let lamp = Lamp::default();
    let app = match ["RANGE", "TIME"].map(|set| std::env::var_os(set).is_some()) {
        [false, false] => app(&lamp),
        [false, true] => app_with_time(&lamp),
        [true, false] => shared::range(&lamp),
        [true, true] => shared::range_with_time(&lamp),
    };
    app.serve().await.unwrap();
}

/// A relay as a program.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "a program of a test"]
async fn relay_as_a_program() {
    let relay = Relay::new(std::env::var("BROKER").unwrap());
    let relay = match std::env::var("DOMAIN") {
        Ok(domain) => relay.domain(&domain),
        Err(_) => relay,
    };
    relay.serve().await.unwrap();
}

/// How many kills there are in each run of the tests.
const FEW: u64 = 10;

/// A random number generator, whose seed is in the message of a failure.
pub(crate) struct Random(pub(crate) u64);

impl Random {
    pub(crate) fn below(&mut self, bound: u64) -> u64 {
        // xorshift64*
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        (self.0.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 33) % bound
    }
}

/// What one page has seen of the log, in which each line is one shot of the device.
pub(crate) fn shots(page: &Browser) -> Vec<u64> {
    let number = |line: &Value| line["text"].as_str().unwrap().strip_prefix("shot ").unwrap().parse().unwrap();
    page.value("log.lines").as_array().unwrap().iter().map(number).collect()
}

/// Shoots once, whatever is killed meanwhile, as the page's script does: it connects again, sends an unanswered command
/// again with its number, and believes only an outcome. Returns whether the shot happened, if that is known.
pub(crate) async fn shoot(
    page: &mut Browser,
    relays: &fresh::Relays,
    random: &mut Random,
    patience: Duration,
) -> Option<bool> {
    let (epoch, number) = (page.epoch.clone(), page.last + 1);
    page.last = number;
    let deadline = std::time::Instant::now() + patience;
    loop {
        assert!(std::time::Instant::now() < deadline, "no outcome");
        if try_shoot(page, number).await {
            return Some(page.outcomes(number).last() == Some(&Outcome::Applied));
        }
        let at = relays.one(random);
        if relays.resume(page, at).await && page.epoch != epoch {
            // The owner was restarted: the outcome is unknown, and numbers begin again.
            page.last = 0;
            return None;
        }
    }
}

/// Sends the command, and waits for its outcome or the end of the socket.
async fn try_shoot(page: &mut Browser, number: u64) -> bool {
    let prop = page.page.number("shoot.click");
    let command = json!({ "n": number, "p": prop, "v": null });
    page.socket.try_send(Message::text(command.to_string())).await;
    while !page.outcomes(number).iter().any(|outcome| *outcome != Outcome::Accepted) {
        if !matches!(fresh::hear(page).await, Heard::Frame(_)) {
            return false;
        }
    }
    true
}

pub(crate) async fn try_resume(page: &mut Browser, at: SocketAddr) -> bool {
    let Some(socket) = open(at, page.page.socket()).await else {
        // The next attempt of a page is later too.
        tokio::time::sleep(Duration::from_millis(20)).await;
        return false;
    };
    page.resume_over(socket).await.is_some()
}

/// How many kills there are. `DASH_ROUNDS` sets another number.
pub(crate) fn rounds(few: u64) -> u64 {
    std::env::var("DASH_ROUNDS").ok().and_then(|rounds| rounds.parse().ok()).unwrap_or(few)
}

/// The first number of all random ones. `DASH_SEED` sets another one.
pub(crate) fn seed() -> u64 {
    std::env::var("DASH_SEED").ok().and_then(|seed| seed.parse().ok()).unwrap_or(7)
}

/// Kills relays and the broker at random moments, and starts each again.
pub(crate) async fn kill(
    mut nats: nats::Nats,
    binds: [SocketAddr; 2],
    mut relays: [Program; 2],
    mut random: Random,
) -> Killed {
    for _ in 0..rounds(FEW) {
        tokio::time::sleep(Duration::from_millis(random.below(150))).await;
        match random.below(3) {
            2 => {
                nats.kill();
                nats.again().await;
            }
            relay => {
                let at = relay as usize;
                relays[at].signal("KILL");
                // A killed process has its port for a moment more. The next one would find it in use, and end.
                relays[at].end();
                relays[at] = start_relay(binds[at], &nats.url());
            }
        }
    }
    Killed { _nats: nats, _relays: relays }
}

/// What runs again after the last kill.
pub(crate) struct Killed {
    _nats: nats::Nats,
    _relays: [Program; 2],
}

pub(crate) fn start_relay(bind: SocketAddr, broker: &str) -> Program {
    start_relay_in(bind, broker, None)
}

/// A relay at a broker that has what is kept in this domain: a leaf.
pub(crate) fn start_relay_in(bind: SocketAddr, broker: &str, domain: Option<&str>) -> Program {
    Program::start_with("kills::relay_as_a_program", &bind.to_string(), |command: &mut Command| {
        command.env("BROKER", broker);
        if let Some(domain) = domain {
            command.env("DOMAIN", domain);
        }
    })
}

/// G1, G2, G8, G24: order, no gap, once, and the same session, over kills of everything but the owner.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn g24_kills_of_relays_and_the_broker_lose_and_double_nothing() {
    let seed = seed();
    let (nats, lamp) = (nats::Nats::start().await, Lamp::default());
    let _owner = Served::owner(&lamp, &nats.url()).await;
    let binds = [free_address(), free_address()];
    let relays = binds.map(|bind| start_relay(bind, &nats.url()));
    let mut pages = Vec::new();
    for bind in binds {
        pages.push(Browser::join(bind, page_at(bind).await).await);
    }
    let sessions: Vec<String> = pages.iter().map(|page| page.session.clone()).collect();
    let killing = tokio::spawn(kill(nats, binds, relays, Random(seed)));
    let over = Arc::new(std::sync::atomic::AtomicBool::new(false));
    let shooting = pages.into_iter().enumerate().map(|(at, mut page)| {
        let (over, relays) = (Arc::clone(&over), fresh::Relays::new(binds));
        tokio::spawn(async move {
            let (mut random, mut sure) = (Random(seed + 100 + at as u64), 0);
            while !over.load(std::sync::atomic::Ordering::Relaxed) {
                assert_eq!(shoot(&mut page, &relays, &mut random, support::PATIENCE).await, Some(true), "seed {seed}");
                sure += 1;
                tokio::time::sleep(Duration::from_millis(10)).await;
            }
            (page, sure)
        })
    });
    let shooting: Vec<_> = shooting.collect();
    let _killed = killing.await.unwrap();
    over.store(true, std::sync::atomic::Ordering::Relaxed);
    let (mut pages, mut sure) = (Vec::new(), 0);
    for page in shooting {
        let (page, shots) = page.await.unwrap();
        pages.push(page);
        sure += shots;
    }
    let shot = lamp.did().iter().filter(|what| what.starts_with("shot")).count() as u64;
    assert_eq!(shot, sure, "each command acts once, and its page knows it; seed {seed}");
    for page in &mut pages {
        // A page whose connection was killed after its last shot connects again.
        while shots(page).last() != Some(&shot) {
            if !matches!(page.hear().await, Heard::Frame(_)) {
                resume(page, binds[0]).await;
            }
        }
        let seen = shots(page);
        let all: Vec<u64> = (1..=shot).collect();
        assert!(seen.len() as u64 >= shot.min(1_000) && all.ends_with(&seen), "seed {seed}: {seen:?}");
    }
    assert_eq!(pages.into_iter().map(|page| page.session).collect::<Vec<_>>(), sessions, "seed {seed}");
    println!("{shot} shots, {} kills", rounds(FEW));
}

/// G4 and P3: an owner that was killed is another run. Pages know it, and no command acts twice.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn g04_an_owner_that_was_killed_comes_back_as_another_run_after_its_lease() {
    let nats = nats::Nats::start().await;
    let bind = free_address();
    let start = || {
        Program::start_with("kills::owner_as_a_program", &bind.to_string(), |command: &mut Command| {
            command.env("DASH_FABRIC", format!("{}/{NAME}", nats.url()));
        })
    };
    let mut owner = start();
    let relay = Served::relay(&nats.url()).await;
    let mut ada = relay.join().await;
    ada.apply("shoot.click", Value::Null).await;
    let epoch = ada.epoch.clone();
    owner.signal("KILL");
    owner.end();
    // The relay cannot know it before the lease ends: nobody has told it. The page's socket ends at the latest then.
    ada.end().await;
    let refused = http::send(relay.address, &Request::get(PATH)).await;
    assert_eq!(refused.status, 503, "{}", refused.text());
    let _owner = start();
    resume(&mut ada, relay.address).await;
    assert_ne!(ada.epoch, epoch);
    ada.until("the values of the new run", |ada| ada.value("log.lines").as_array().unwrap().is_empty()).await;
    // Its commands are numbered from the beginning.
    ada.last = 0;
    ada.set("shoot.click", Value::Null).await;
    ada.until("the first shot of the new run", |ada| shots(ada) == [1]).await;
}
