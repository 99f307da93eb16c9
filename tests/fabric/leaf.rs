//! A leaf beside the owner, and its link to the hub, which is cut, falls silent and becomes slower than the frames, at any
//! moment. The checkers are those of the other rounds.

use std::{collections::BTreeMap, time::Instant};

use super::{
    fresh::OLDEST,
    kills::{Random, rounds, shots, start_relay_in},
    rounds::{Game, Habit},
    *,
};
use crate::support::{Program, free_address};

/// How many rounds there are in each run of the tests: a cut, and a slow link. Each costs some seconds.
const FEW: u64 = 2;

/// The frames and beats of the device need more.
const BYTES_PER_SECOND: u32 = 2_000;

/// A hub, and a leaf whose link to it the test can cut.
pub(crate) struct Bridge {
    pub(crate) hub: nats::Nats,
    pub(crate) leaf: nats::Nats,
    pub(crate) link: wire::Wire,
}

impl Bridge {
    pub(crate) async fn start() -> Self {
        let leaves = free_address();
        let link = wire::Wire::to(leaves).await;
        // A leaf learns the address of its hub, and must not go past the wire.
        let address = link.address;
        let hub = nats::Nats::with(&format!("leafnodes {{ listen: \"{leaves}\", advertise: \"{address}\" }}")).await;
        let remote = format!("leafnodes {{ remotes = [{{ url: \"nats://{address}\" }}], reconnect: 1 }}");
        Self { hub, leaf: nats::Nats::with(&remote).await, link }
    }
}

/// The link, and a relay at each end of it.
struct World {
    bridge: Bridge,
    /// The relay beside the owner, and the one behind the hub.
    binds: [SocketAddr; 2],
    _relays: [Program; 2],
    done: BTreeMap<&'static str, u32>,
}

impl World {
    async fn start() -> Self {
        let bridge = Bridge::start().await;
        let binds = [free_address(), free_address()];
        let near = start_relay_in(binds[0], &bridge.leaf.url(), Some(nats::DOMAIN));
        let far = start_relay_in(binds[1], &bridge.hub.url(), None);
        Self { bridge, binds, _relays: [near, far], done: BTreeMap::new() }
    }

    /// Breaks the link or one end of it, and mends it again.
    async fn round(&mut self, round: u64, game: &Game, random: &mut Random) {
        tokio::time::sleep(Duration::from_millis(random.below(400))).await;
        let short = Duration::from_millis(random.below(1_200));
        let Bridge { hub, leaf, link } = &mut self.bridge;
        // A short run has one of each of these.
        let what = match if round < 3 { round } else { random.below(9) } {
            0 => {
                cut_off(link, wire::Wire::cut, game, random).await;
                "cut"
            }
            1 => {
                slower_than_the_frames(link, random).await;
                "slow link"
            }
            2 => {
                cut_off(link, wire::Wire::silence, game, random).await;
                "silence"
            }
            3 | 4 => {
                link.cut();
                tokio::time::sleep(short).await;
                "short cut"
            }
            5 | 6 => {
                link.silence();
                tokio::time::sleep(short).await;
                "short silence"
            }
            broker => {
                let (broker, what) = if broker == 7 { (leaf, "leaf") } else { (hub, "hub") };
                broker.kill();
                tokio::time::sleep(short / 4).await;
                broker.again().await;
                what
            }
        };
        self.bridge.link.mend();
        *self.done.entry(what).or_default() += 1;
    }
}

/// The link breaks for longer than a lease. The hub has the lease, so the relay beside the owner is cut off too.
async fn cut_off(link: &wire::Wire, breaks: fn(&wire::Wire), game: &Game, random: &mut Random) {
    // Both know the device before.
    for relay in game.relays.all {
        page_at(relay).await;
    }
    breaks(link);
    game.relays.must_say_it(&game.relays.all, Instant::now(), Duration::from_millis(random.below(1_500))).await;
}

/// Each word of the device comes later than the one before it. No page may show what comes so late as live, and the checker of
/// the pages looks at that all the time.
async fn slower_than_the_frames(link: &wire::Wire, random: &mut Random) {
    link.slow(BYTES_PER_SECOND);
    tokio::time::sleep(OLDEST + Duration::from_millis(random.below(3_000))).await;
    if random.below(2) == 0 {
        // Outcomes of commands that have acted are on their way, and are lost.
        link.cut();
    }
}

/// G1, G2, G4, G6, G8, P6: whatever happens to the link between leaf and hub, each command acts once and its page knows it,
/// no page sees a line twice, a gap, an older state, or an old value as live, and all pages agree with the owner in the end.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn p6_cuts_silence_and_a_slow_link_between_leaf_and_hub_lose_and_double_nothing_and_show_nothing_old_as_live() {
    let begun = Instant::now();
    let (mut world, lamp) = (World::start().await, Lamp::default());
    let app = shared::range_with_time(&lamp).fabric(world.bridge.leaf.url(), NAME).fabric_domain(nats::DOMAIN);
    let owner = Served::app(app).await;
    let game = Game::new(world.binds, false);
    let mut pages = Vec::new();
    for (at, habit) in [Habit::Changes, Habit::Changes, Habit::Watches, Habit::Watches].into_iter().enumerate() {
        let relay = world.binds[at % 2];
        pages.push(game.play(at as u64, Browser::join(relay, page_at(relay).await).await, habit));
    }
    let mut random = Random(game.seed);
    for round in 0..rounds(FEW) {
        world.round(round, &game, &mut random).await;
    }
    let (mut pages, sure, _) = game.end(pages).await;
    let shot = lamp.did().iter().filter(|what| what.starts_with("shot")).count() as u64;
    assert_eq!(shot, sure, "each command acts once, and its page knows it; seed {}", game.seed);
    let own = Browser::join(owner.address, Page::of(owner.get("/").await.text())).await;
    game.agree(&mut pages, &own.epoch, &shots(&own)).await;
    println!("{shot} shots, rounds {:?} in {:?}", world.done, begun.elapsed());
}
