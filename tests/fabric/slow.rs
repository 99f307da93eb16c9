//! A relay that takes frames slower than they come.

use std::sync::atomic::{AtomicBool, Ordering};

use super::*;
use crate::support::Heard;

/// So little passes that each frame comes later than the one before it.
const BYTES_PER_SECOND: u32 = 2_500;

/// Fault: the relay answered the pings of its pages itself, and had always just heard something from the owner, although that
/// was older and older. So its pages showed values of half a minute ago as live, for as long as the link was slow.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn fault_the_pages_of_a_relay_behind_a_slow_link_showed_old_values_as_live() {
    let (nats, lamp) = (nats::Nats::start().await, Lamp::default());
    let owner = Served::app(shared::range(&lamp).fabric(nats.url(), NAME)).await;
    let wire = wire::Wire::to(nats.address).await;
    let slow = Served::relay(&format!("nats://{}", wire.address)).await;
    let fast = Served::relay(&nats.url()).await;
    let (mut bob, mut ann) = (slow.join().await, fast.join().await);
    let mut near = Browser::join(owner.address, Page::of(owner.get("/").await.text())).await;
    wire.slow(BYTES_PER_SECOND);
    let over = Arc::new(AtomicBool::new(false));
    let changing = {
        let over = Arc::clone(&over);
        // The owner is not held up: each change has its outcome.
        tokio::spawn(async move {
            let mut changes = 0_u32;
            while !over.load(Ordering::Relaxed) {
                near.apply("level.value", f64::from(changes % 90)).await;
                changes += 1;
            }
            near.apply("level.value", 99.0).await;
            changes
        })
    };
    let told = tokio::spawn(async move {
        // Its values are drawn as old from then on.
        bob.end().await;
        bob
    });
    // Another relay goes on meanwhile, at the speed of the owner.
    let mut seen = 0_u32;
    within("the page to be told that its values are old", async {
        while !told.is_finished() {
            assert!(matches!(ann.hear().await, support::Heard::Frame(_)), "the other relay");
            seen += 1;
        }
    })
    .await;
    let mut bob = told.await.unwrap();
    let behind = bob.updates.len() as u32;
    over.store(true, Ordering::Relaxed);
    let changes = changing.await.unwrap();
    assert!(
        behind < seen / 2,
        "{behind} frames came over the slow link, {seen} over the other one, of {changes} changes"
    );
    ann.sees("shown.text", "99 %").await;
    // What nobody needs any more is not sent later.
    wire.mend();
    resume(&mut bob, slow.address).await;
    bob.sees("shown.text", "99 %").await;
    let late = bob.updates.len();
    assert!(late < changes as usize / 10, "{late} frames for {changes} changes");
}

/// Fault: a relay gave up a stream only when an answer of the owner was 4 s late, also of an owner whose values are old after a
/// shorter lease.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn fault_values_that_came_later_than_a_short_lease_were_live_for_four_seconds() {
    let (nats, lamp) = (nats::Nats::start().await, Lamp::default());
    let _owner = Served::app(shared::range_with_time(&lamp).fabric(nats.url(), NAME)).await;
    let wire = wire::Wire::to(nats.address).await;
    let relay = Served::relay(&format!("nats://{}", wire.address)).await;
    let mut page = relay.join().await;
    page.until("the time", |page| page.value("time.text").is_string()).await;
    wire.slow(BYTES_PER_SECOND / 5);
    // It looks at the age of what the page shows.
    within("the page to be told that its values are old", async {
        while matches!(fresh::hear(&mut page).await, Heard::Frame(_)) {}
    })
    .await;
}
