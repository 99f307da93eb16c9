//! A bad value is told in words: to the eye, a finger, the keyboard and a screen reader, which must not hear the old value
//! as if it were good.

use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering::Relaxed},
};

use dash_devices::prelude::*;
use serde_json::json;

use crate::support::{Server, Tab, browser_test, get};

#[components]
struct Reactor {
    ph: Gauge,
    power: Stat,
    level: LedDisplay,
    note: Text,
    valve: Slider,
}

const WHY: &str = "the probe does not answer";

type Measured = (f64, f64, f64, &'static str, f64);

#[callback_shared(
    every = "20ms",
    output = (Reactor::ph.value, Reactor::power.value, Reactor::level.value, Reactor::note.text, Reactor::valve.value)
)]
fn measure(unplugged: &mut Arc<AtomicBool>) -> Result<Measured, &'static str> {
    if unplugged.load(Relaxed) { Err(WHY) } else { Ok((6.99, 6.99, 6.99, "6.99", 7.0)) }
}

impl Dashboard for Reactor {
    type Device = Arc<AtomicBool>;
    type Session = ();
    const CALLBACKS: Callbacks<Self> = callbacks![measure];

    fn layout(self) -> Element {
        let ph = self.ph.label("pH").unit("pH").range(0.0..=14.0);
        let power = self.power.label("Power").unit("W");
        let valve = self.valve.label("Valve").unit("%");
        page("Reactor", column((ph, power, self.level.label("Level"), self.note, valve)))
    }
}

/// What a screen reader is told of everything on the page: role, name, value in words, description.
async fn heard(tab: &Tab<'_>) -> Vec<String> {
    let tree = tab.cdp("Accessibility.getFullAXTree", json!({})).await;
    let nodes = tree["nodes"].as_array().unwrap().iter().filter(|node| node["ignored"] != true);
    let text = |value: &serde_json::Value| match value {
        serde_json::Value::String(text) => text.clone(),
        _ => String::new(),
    };
    nodes
        .map(|node| {
            let properties = node["properties"].as_array().into_iter().flatten();
            let words = properties.filter(|one| one["name"] == "valuetext").map(|one| text(&one["value"]["value"]));
            let [role, name, value, told] =
                ["role", "name", "value", "description"].map(|part| text(&node[part]["value"]));
            [vec![role, name, value, told], words.collect()].concat().join("|")
        })
        .collect()
}

#[test]
fn fault_a_screen_reader_heard_the_old_value_of_a_probe_that_does_not_answer() {
    browser_test(async |browser| {
        let unplugged = Arc::new(AtomicBool::new(false));
        let server = Server::start::<Reactor>(Arc::clone(&unplugged)).await;
        let tab = browser.open(&server.url()).await;
        let good = "document.querySelector('#power').textContent.includes('6.99')";
        tab.until(good).await;
        unplugged.store(true, Relaxed);
        tab.until("document.querySelector('#valve').dataset.bad !== undefined").await;
        // The server's rendering, and what the script makes of it, say the same.
        let html = get(server.address, "/").await;
        let late = browser.open(&server.url()).await;
        late.until_live().await;
        for (id, name) in [("ph", "pH"), ("power", "Power"), ("level", "Level"), ("note", "note"), ("valve", "Valve")] {
            let role = if id == "valve" { "role=\"group\"" } else { "role=\"img\" tabindex=\"0\"" };
            let rendered = format!("id=\"{id}\" {role} aria-label=\"{name}, no value: {WHY}\" data-bad=\"{WHY}\"");
            assert!(html.contains(&rendered), "{rendered} in {html}");
        }
        let said = format!("aria-valuetext=\"no value: {WHY}\"");
        assert!(html.contains(&said), "{said} in {html}");
        for tab in [&tab, &late] {
            let heard = heard(tab).await;
            for name in ["pH", "Power", "Level", "note"] {
                let told = format!("img|{name}, no value: {WHY}");
                let role = format!("image|{name}, no value: {WHY}");
                assert!(heard.iter().any(|one| one.starts_with(&told) || one.starts_with(&role)), "{name}: {heard:#?}");
            }
            assert!(heard.iter().any(|one| one.starts_with(&format!("slider|Valve||no value: {WHY}"))), "{heard:#?}");
            let words = tab.attribute("#valve input", "aria-valuetext").await.unwrap();
            assert_eq!(words, format!("no value: {WHY}"));
            let old = heard.iter().filter(|one| ["6.99", "7.0", "meter"].iter().any(|old| one.contains(old)));
            assert_eq!(old.count(), 0, "{heard:#?}");
        }
        // The reason can be seen: with the keyboard, and with a finger.
        let badge = |id: &str| format!("getComputedStyle(document.querySelector('#{id}'), '::before').content");
        assert!(!tab.js::<String>(&badge("ph")).await.contains(WHY));
        tab.focus("#ph").await;
        assert!(tab.js::<String>(&badge("ph")).await.contains(WHY));
        tab.focus("#valve input").await;
        assert!(tab.js::<String>(&badge("valve")).await.contains(WHY));
        tab.click("#note").await;
        assert!(tab.js::<String>("document.activeElement.id").await == "note");
        assert!(tab.js::<String>(&badge("note")).await.contains(WHY));
        // A good value is heard again.
        unplugged.store(false, Relaxed);
        tab.until("!document.querySelector('[data-bad]')").await;
        let heard = self::heard(&tab).await;
        assert!(heard.iter().any(|one| one.starts_with("meter|pH")), "{heard:#?}");
        assert!(!heard.iter().any(|one| one.contains("no value")), "{heard:#?}");
    });
}

#[test]
fn what_says_it_in_words_comes_with_the_first_bad_value_and_is_asked_for_again_if_it_did_not() {
    browser_test(async |browser| {
        browser.allow("blockedReason");
        let unplugged = Arc::new(AtomicBool::new(false));
        let server = Server::start::<Reactor>(Arc::clone(&unplugged)).await;
        let tab = browser.tab().await;
        tab.cdp("Network.enable", json!({})).await;
        tab.cdp("Network.setBlockedURLs", json!({ "urls": ["*dd-quality*"] })).await;
        tab.go(&server.url()).await;
        tab.until_live().await;
        let asked = "performance.getEntriesByType('resource').filter(({ name }) => name.includes('dd-quality')).length";
        assert_eq!(tab.js::<u32>(asked).await, 0, "no value is bad");
        let bad = |ids: &'static str| format!("document.querySelectorAll('{ids}').length");
        let told = "document.querySelector('#ph').getAttribute('aria-label')";
        unplugged.store(true, Relaxed);
        tab.until(&format!("{} === 5", bad("[data-bad]"))).await;
        tab.until(&format!("{asked} > 0")).await;
        assert_eq!(tab.js::<Option<String>>(told).await, None);
        // The badge does not need it.
        let badge: String = tab.js("getComputedStyle(document.querySelector('#ph'), '::before').content").await;
        assert!(badge.contains('?'), "{badge}");
        tab.cdp("Network.setBlockedURLs", json!({ "urls": [] })).await;
        unplugged.store(false, Relaxed);
        tab.until(&format!("{} === 0", bad("[data-bad]"))).await;
        unplugged.store(true, Relaxed);
        tab.until(&format!("{told} === 'pH, no value: {WHY}'")).await;
    });
}
