//! Owner, relays and broker are all killed at any moment. A checker compares what the device did, which is in a file that
//! outlives its process, with what the pages have learned and seen.

use std::{collections::BTreeMap, fs, path::PathBuf, process::Command, time::Instant};

use super::{
    kills::{Random, rounds, seed, shoot, shots, start_relay},
    rights::Folder,
    *,
};
use crate::support::{Heard, Program};

/// How many kills there are in each run of the tests. Each kill of an owner costs the time of its lease.
const FEW: u64 = 6;

/// An owner that is killed again and again before it has waited for its lease is away for longer than anything else is.
const PATIENCE: Duration = Duration::from_secs(60);

/// What is killed.
struct Victims {
    nats: nats::Nats,
    relays: [Program; 2],
    owner: Program,
    /// The addresses of the relays and of the owner.
    binds: [SocketAddr; 3],
    /// What the device did.
    did: PathBuf,
    killed: BTreeMap<&'static str, u32>,
}

impl Victims {
    async fn start(did: PathBuf) -> Self {
        let nats = nats::Nats::start().await;
        let binds = [nats::free().await, nats::free().await, nats::free().await];
        let relays = [binds[0], binds[1]].map(|bind| start_relay(bind, &nats.url()));
        let owner = start_owner(binds[2], &nats.url(), &did);
        Self { nats, relays, owner, binds, did, killed: BTreeMap::new() }
    }

    /// Kills one of them, and starts it again.
    async fn round(&mut self, random: &mut Random) {
        tokio::time::sleep(Duration::from_millis(random.below(400))).await;
        let what = match random.below(6) {
            0 => {
                self.owner.signal("KILL");
                self.owner.end();
                // Sometimes it is away for longer than its lease.
                tokio::time::sleep(Duration::from_millis(random.below(1_500))).await;
                self.owner = start_owner(self.binds[2], &self.nats.url(), &self.did);
                "owner"
            }
            1 | 2 => {
                self.nats.kill();
                tokio::time::sleep(Duration::from_millis(random.below(300))).await;
                self.nats.again().await;
                "broker"
            }
            relay => {
                let at = relay as usize % 2;
                self.relays[at].signal("KILL");
                self.relays[at] = start_relay(self.binds[at], &self.nats.url());
                "relay"
            }
        };
        *self.killed.entry(what).or_default() += 1;
    }
}

fn start_owner(bind: SocketAddr, broker: &str, did: &PathBuf) -> Program {
    Program::start_with("kills::owner_as_a_program", &bind.to_string(), |command: &mut Command| {
        command.env("DASH_FABRIC", format!("{broker}/{NAME}")).env("LAMP_FILE", did);
    })
}

/// What one page has learned.
#[derive(Default)]
struct Learned {
    /// Commands that were applied, and commands of which nobody knows it.
    sure: u64,
    unknown: u64,
    /// The last line that the page has seen of each run of the owner.
    last: BTreeMap<String, u64>,
}

impl Learned {
    /// Order, no gap, and never back: the lines of one run of the owner.
    fn check(&mut self, page: &Browser, seed: u64) {
        let seen = shots(page);
        assert!(seen.is_sorted_by(|one, next| one + 1 == *next), "seed {seed}: {seen:?}");
        let last = self.last.entry(page.epoch.clone()).or_default();
        let now = seen.last().copied().unwrap_or(0);
        assert!(now >= *last, "seed {seed}: {now} after {last}");
        *last = now;
    }
}

/// G1, G2, G4, G8, G24, P3: whatever is killed, each command acts once or not at all, its page knows which or that nobody
/// knows, no page sees a line twice, a gap or an older state, and all pages agree with the owner in the end.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn g24_kills_of_owner_relays_and_broker_double_nothing_and_every_page_agrees_in_the_end() {
    let (seed, begun) = (seed(), Instant::now());
    let folder = Folder::new("rounds");
    let mut victims = Victims::start(folder.0.join("did")).await;
    let binds = victims.binds;
    let mut pages = Vec::new();
    for relay in &binds[..2] {
        pages.push(Browser::join(*relay, page_at(*relay).await).await);
    }
    let over = Arc::new(std::sync::atomic::AtomicBool::new(false));
    let shooting = pages.into_iter().enumerate().map(|(at, mut page)| {
        let over = Arc::clone(&over);
        tokio::spawn(async move {
            let (mut random, mut learned) = (Random(seed + 100 + at as u64), Learned::default());
            while !over.load(std::sync::atomic::Ordering::Relaxed) {
                match shoot(&mut page, &binds[..2], &mut random, PATIENCE).await {
                    Some(true) => {
                        learned.sure += 1;
                        learned.check(&page, seed);
                    }
                    Some(false) => panic!("refused; seed {seed}"),
                    // The values of the new run have not come yet.
                    None => learned.unknown += 1,
                }
                tokio::time::sleep(Duration::from_millis(10)).await;
            }
            (page, learned)
        })
    });
    let shooting: Vec<_> = shooting.collect();
    let mut random = Random(seed);
    for _ in 0..rounds(FEW) {
        victims.round(&mut random).await;
    }
    over.store(true, std::sync::atomic::Ordering::Relaxed);
    let (mut pages, mut sure, mut unknown) = (Vec::new(), 0, 0);
    for page in shooting {
        let (page, learned) = page.await.unwrap();
        sure += learned.sure;
        unknown += learned.unknown;
        pages.push((page, learned));
    }
    // What the device did is known now: nobody shoots any more.
    let did = fs::read_to_string(&victims.did).unwrap();
    let shot = did.lines().filter(|line| line.contains(" shot ")).count() as u64;
    assert!((sure..=sure + unknown).contains(&shot), "seed {seed}: {shot} shots, {sure} applied, {unknown} unknown");
    // All pages agree with the owner that there is now.
    let own = eventually("the owner", async || {
        TcpStream::connect(binds[2]).await.ok()?;
        Some(Browser::join(binds[2], Page::of(http::send(binds[2], &Request::get("/")).await.text())).await)
    })
    .await;
    let (epoch, lines) = (own.epoch.clone(), shots(&own));
    for (page, learned) in &mut pages {
        while page.epoch != epoch || shots(page) != lines {
            if !matches!(page.hear().await, Heard::Frame(_)) {
                resume(page, binds[0]).await;
            }
        }
        learned.check(page, seed);
    }
    println!("{shot} shots, {sure} applied, {unknown} unknown, kills {:?} in {:?}", victims.killed, begun.elapsed());
}
