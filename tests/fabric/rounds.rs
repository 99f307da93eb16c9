//! Owner, relays and broker are all killed at any moment. A checker compares what the device did, which is in a file that
//! outlives its process, with what the pages have learned and seen.

use std::{
    collections::BTreeMap,
    fs,
    path::PathBuf,
    process::Command,
    sync::atomic::{AtomicBool, Ordering},
    time::Instant,
};

use tokio::time::timeout;

use super::{
    fresh::Relays,
    kills::{Random, kill, rounds, seed, shoot, shots, start_relay},
    rights::Folder,
    *,
};
use crate::support::{Heard, PATIENCE, Program, free_address};

/// How many kills there are in each run of the tests. Each kill of an owner costs the time of its lease.
const FEW: u64 = 4;

/// The kind of round in which the owner falls silent.
const SILENCE: u64 = 7;

/// What is killed, and the wires between each of them and the broker, which fall silent.
pub(crate) struct Victims {
    nats: nats::Nats,
    /// Those of the relays and of the owner.
    wires: [wire::Wire; 3],
    relays: [Program; 2],
    owner: Program,
    /// The addresses of the relays and of the owner.
    binds: [SocketAddr; 3],
    /// What the device did.
    did: PathBuf,
    /// Whether pages of the dashboard share.
    is_range: bool,
    done: BTreeMap<&'static str, u32>,
}

impl Victims {
    async fn start(did: PathBuf, is_range: bool) -> Self {
        let nats = nats::Nats::start().await;
        let binds = [free_address(), free_address(), free_address()];
        let [one, two, three] = [nats.address; 3].map(wire::Wire::to);
        let wires = [one.await, two.await, three.await];
        let relays = [0, 1].map(|at| start_relay(binds[at], &wires[at].url()));
        let owner = start_owner(binds[2], &wires[2].url(), &did, is_range);
        Self { nats, wires, relays, owner, binds, did, is_range, done: BTreeMap::new() }
    }

    /// Kills one of them, and starts it again, or lets a wire fall silent for some time.
    async fn round(&mut self, round: u64, game: &Game, random: &mut Random) {
        tokio::time::sleep(Duration::from_millis(random.below(400))).await;
        // Each test has one at least.
        let what = match if round == 0 { SILENCE } else { random.below(9) } {
            0 => {
                self.owner.signal("KILL");
                self.owner.end();
                // Sometimes it is away for longer than its lease.
                tokio::time::sleep(Duration::from_millis(random.below(1_500))).await;
                self.owner = start_owner(self.binds[2], &self.wires[2].url(), &self.did, self.is_range);
                "owner"
            }
            1 | 2 => {
                self.nats.kill();
                tokio::time::sleep(Duration::from_millis(random.below(300))).await;
                self.nats.again().await;
                "broker"
            }
            relay @ (3 | 4) => {
                let at = relay as usize % 2;
                self.relays[at].signal("KILL");
                // A killed process has its port for a moment more. The next one would find it in use, and end.
                self.relays[at].end();
                self.relays[at] = start_relay(self.binds[at], &self.wires[at].url());
                "relay"
            }
            // Mostly shorter than a lease, so that it may pass unnoticed.
            5 | 6 => {
                let wire = &self.wires[random.below(3) as usize];
                wire.silence();
                tokio::time::sleep(Duration::from_millis(random.below(1_200))).await;
                wire.mend();
                "short silence"
            }
            SILENCE => {
                self.fall_silent(2, game, random).await;
                "silence of the owner"
            }
            _ => {
                self.fall_silent(random.below(2) as usize, game, random).await;
                "silence of a relay"
            }
        };
        *self.done.entry(what).or_default() += 1;
    }

    /// Nothing comes over this wire any more, and nobody is told. Nothing that is old may be shown as live.
    async fn fall_silent(&self, which: usize, game: &Game, random: &mut Random) {
        // A process that has just been started does not know the device yet.
        for relay in game.relays.all {
            page_at(relay).await;
        }
        self.wires[which].silence();
        let since = Instant::now();
        let told = if which == 2 { &game.relays.all[..] } else { &game.relays.all[which..=which] };
        game.relays.must_say_it(told, since, Duration::from_millis(random.below(1_500))).await;
        self.wires[which].mend();
    }
}

fn start_owner(bind: SocketAddr, broker: &str, did: &PathBuf, is_range: bool) -> Program {
    Program::start_with("kills::owner_as_a_program", &bind.to_string(), |command: &mut Command| {
        command.env("DASH_FABRIC", format!("{broker}/{NAME}")).env("LAMP_FILE", did).env("TIME", "1");
        if is_range {
            command.env("RANGE", "1");
        }
    })
}

/// What one page has learned.
#[derive(Default)]
pub(crate) struct Learned {
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

/// What a page does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Habit {
    Shoots,
    Watches,
    /// It watches for a moment, shoots, and then begins again as another page, sometimes.
    Changes,
}

/// What all pages share in a test.
#[derive(Clone)]
pub(crate) struct Game {
    pub(crate) relays: Relays,
    pub(crate) seed: u64,
    /// Whether the owner may be killed. Otherwise the outcome of each command is known.
    owner_dies: bool,
    over: Arc<AtomicBool>,
}

impl Game {
    pub(crate) fn new(relays: [SocketAddr; 2], owner_dies: bool) -> Self {
        Self { relays: Relays::new(relays), seed: seed(), owner_dies, over: Arc::default() }
    }

    fn is_over(&self) -> bool {
        self.over.load(Ordering::Relaxed)
    }

    /// Plays one page until the game is over.
    pub(crate) fn play(&self, at: u64, mut page: Browser, habit: Habit) -> JoinHandle<(Browser, Learned)> {
        let game = self.clone();
        tokio::spawn(async move {
            let (mut random, mut learned) = (Random(game.seed + 100 + at), Learned::default());
            while !game.is_over() {
                if habit != Habit::Shoots {
                    game.watch(&mut page, &mut learned, &mut random).await;
                }
                if habit != Habit::Watches {
                    game.shoot(&mut page, &mut learned, &mut random).await;
                }
                if habit == Habit::Changes && random.below(2) == 0 {
                    // It has the values of its document.
                    learned.last.clear();
                    game.begin(&mut page, &mut random).await;
                }
            }
            (page, learned)
        })
    }

    /// Hears frames for a moment, and connects again when the socket ends.
    async fn watch(&self, page: &mut Browser, learned: &mut Learned, random: &mut Random) {
        let until = Instant::now() + Duration::from_millis(random.below(80));
        while let Some(left) = until.checked_duration_since(Instant::now()) {
            match timeout(left, fresh::hear(page)).await {
                Ok(Heard::Frame(_)) => learned.check(page, self.seed),
                Ok(_) => _ = self.relays.resume(page, self.relays.one(random)).await,
                Err(_) => return,
            }
        }
    }

    async fn shoot(&self, page: &mut Browser, learned: &mut Learned, random: &mut Random) {
        match shoot(page, &self.relays, random, PATIENCE).await {
            Some(true) => {
                learned.sure += 1;
                learned.check(page, self.seed);
            }
            Some(false) => panic!("refused; seed {}", self.seed),
            // The values of the new run have not come yet.
            None if self.owner_dies => learned.unknown += 1,
            None => panic!("another run; seed {}", self.seed),
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }

    /// Begins again as another page.
    async fn begin(&self, page: &mut Browser, random: &mut Random) {
        while !self.is_over() {
            if let Some(socket) = open(self.relays.one(random), page.page.socket()).await
                && page.begin_over(socket).await.is_some()
            {
                return;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    /// Ends the game, and returns the pages with the number of commands that were applied, and of those that nobody knows.
    pub(crate) async fn end(&self, pages: Vec<JoinHandle<(Browser, Learned)>>) -> (Vec<(Browser, Learned)>, u64, u64) {
        self.over.store(true, Ordering::Relaxed);
        let mut ended = Vec::new();
        for page in pages {
            ended.push(page.await.unwrap());
        }
        let sum = |of: fn(&Learned) -> u64| ended.iter().map(|(_, learned)| of(learned)).sum();
        let (sure, unknown) = (sum(|learned| learned.sure), sum(|learned| learned.unknown));
        (ended, sure, unknown)
    }

    /// All pages agree with the owner in the end.
    pub(crate) async fn agree(&self, pages: &mut [(Browser, Learned)], epoch: &str, lines: &[u64]) {
        for (page, learned) in pages {
            // Who comes later gets only the newest lines of a long log.
            let agrees = |page: &Browser| {
                let seen = shots(page);
                page.epoch == epoch
                    && seen.last() == lines.last()
                    && (seen.ends_with(lines) || (!seen.is_empty() && lines.ends_with(&seen)))
            };
            within("the page to agree", async {
                while !agrees(page) {
                    if !matches!(page.hear().await, Heard::Frame(_)) {
                        resume(page, self.relays.all[0]).await;
                    }
                }
            })
            .await;
            learned.check(page, self.seed);
        }
    }
}

/// G1, G2, G4, G8, G24, P3: whatever is killed, each command acts once or not at all, its page knows which or that nobody
/// knows, no page sees a line twice, a gap or an older state, and all pages agree with the owner in the end.
async fn everything_is_killed(name: &str, is_range: bool, habits: &[Habit]) {
    let begun = Instant::now();
    let folder = Folder::new(name);
    let mut victims = Victims::start(folder.0.join("did"), is_range).await;
    let binds = victims.binds;
    let game = Game::new([binds[0], binds[1]], true);
    let mut pages = Vec::new();
    for (at, habit) in habits.iter().enumerate() {
        let relay = binds[at % 2];
        pages.push(game.play(at as u64, Browser::join(relay, page_at(relay).await).await, *habit));
    }
    let mut random = Random(game.seed);
    for round in 0..rounds(FEW) {
        victims.round(round, &game, &mut random).await;
    }
    let (mut pages, sure, unknown) = game.end(pages).await;
    // What the device did is known now: nobody shoots any more.
    let did = fs::read_to_string(&victims.did).unwrap();
    let shot = did.lines().filter(|line| line.contains(" shot ")).count() as u64;
    let seed = game.seed;
    assert!((sure..=sure + unknown).contains(&shot), "seed {seed}: {shot} shots, {sure} applied, {unknown} unknown");
    // All pages agree with the owner that there is now.
    let own = eventually("the owner", async || {
        TcpStream::connect(binds[2]).await.ok()?;
        Some(Browser::join(binds[2], Page::of(http::send(binds[2], &Request::get("/")).await.text())).await)
    })
    .await;
    let lines = shots(&own);
    println!(
        "{shot} shots, {} lines of the last run, {sure} applied, {unknown} unknown, rounds {:?} in {:?}",
        lines.last().copied().unwrap_or(0),
        victims.done,
        begun.elapsed()
    );
    game.agree(&mut pages, &own.epoch, &lines).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn g24_kills_of_owner_relays_and_broker_double_nothing_and_every_page_agrees_in_the_end() {
    everything_is_killed("rounds", false, &[Habit::Shoots; 2]).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn g24_the_same_with_pages_that_share_and_change_from_watching_to_acting() {
    let habits = [Habit::Changes, Habit::Changes, Habit::Watches, Habit::Watches];
    everything_is_killed("shared-rounds", true, &habits).await;
}

/// G1, G2, G8, G24: with the same owner, each command is known to have acted once.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn g24_kills_of_relays_and_the_broker_lose_and_double_nothing_for_pages_that_share() {
    let (nats, lamp) = (nats::Nats::start().await, Lamp::default());
    let owner = Served::app(shared::range(&lamp).fabric(nats.url(), NAME)).await;
    let binds = [free_address(), free_address()];
    let relays = binds.map(|bind| start_relay(bind, &nats.url()));
    let game = Game::new(binds, false);
    let (mut pages, mut watchers) = (Vec::new(), Vec::new());
    for at in 0..4 {
        let relay = binds[at % 2];
        let page = Browser::join(relay, page_at(relay).await).await;
        if at < 2 {
            pages.push(game.play(at as u64, page, Habit::Changes));
        } else {
            watchers.push(page.session.clone());
            pages.push(game.play(at as u64, page, Habit::Watches));
        }
    }
    let killed = kill(nats, binds, relays, Random(game.seed)).await;
    let (mut pages, sure, _) = game.end(pages).await;
    let shot = lamp.did().iter().filter(|what| what.starts_with("shot")).count() as u64;
    assert_eq!(shot, sure, "each command acts once, and its page knows it; seed {}", game.seed);
    let own = Browser::join(owner.address, Page::of(owner.get("/").await.text())).await;
    game.agree(&mut pages, &own.epoch, &shots(&own)).await;
    let sessions: Vec<String> = pages[2..].iter().map(|(page, _)| page.session.clone()).collect();
    assert_eq!(sessions, watchers, "who only watches keeps its session too; seed {}", game.seed);
    println!("{shot} shots");
    drop(killed);
}
