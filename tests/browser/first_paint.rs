//! A page that is opened shows the current values at once, before any script runs.

use crate::{
    panel::{Bench, Panel, Seen},
    support::{Server, browser_test, get},
};

/// Records what the page shows when it is parsed, before its script runs.
const LOOK: &str = "document.addEventListener('readystatechange', () => {
    if (document.readyState !== 'interactive') return;
    globalThis.firstPaint = {
        live: document.documentElement.dataset.link,
        level: document.querySelector('#level input').value,
        light: document.querySelector('#light input').checked,
        mode: document.querySelector('#mode select').value,
        note: document.querySelector('#note input').value,
        texts: ['readout', 'tenfold', 'chosen', 'echo', 'count'].map((id) => document.getElementById(id).textContent),
    };
});";

#[test]
fn a_shared_chain_runs_at_server_start_before_any_client_comes() {
    browser_test(async |browser| {
        let seen = Seen::default();
        let server = Server::start::<Panel>(Bench::new(&seen)).await;
        while seen.all().len() < 2 {
            tokio::time::sleep(std::time::Duration::from_millis(5)).await;
        }
        assert_eq!(seen.all(), ["level 25", "tenfold 250"]);
        let health = get(server.address, "/health").await;
        assert!(health.contains(r#""clients":0"#), "{health}");
        let tab = browser.tab().await;
        tab.before_the_page(LOOK).await;
        tab.go(&server.url()).await;
        let first: Vec<String> = tab.js("firstPaint.texts").await;
        assert_eq!(first, ["25 %", "250", "Off", "", ""]);
        tab.until_live().await;
        assert_eq!(seen.all(), ["level 25", "tenfold 250"], "a client that comes starts nothing");
    });
}

#[test]
fn a_late_joiner_and_a_reloaded_tab_see_current_values_in_the_first_paint() {
    browser_test(async |browser| {
        let server = Server::start::<Panel>(Bench::new(&Seen::default())).await;
        let early = browser.open(&server.url()).await;
        early.grab("#level input", 0.25).await.release(0.25).await;
        let grip = early.grab("#level input", 0.25).await;
        grip.slide(0.25, 0.8, 10).await;
        grip.release(0.8).await;
        early.click("#light input").await;
        early.focus("#mode select").await;
        early.press("ArrowDown").await;
        early.focus("#note input").await;
        early.keys("tick").await;
        early.click("#add button").await;
        early.wait_for_text("#chosen", "Heat").await;
        early.wait_for_text("#echo", "tick").await;
        early.wait_for_text("#count", "1").await;
        let level = early.value("#level input").await;
        let number: f64 = level.parse().unwrap();
        assert!((75.0..=85.0).contains(&number), "{level}");
        early.wait_for_text("#readout", &format!("{level} %")).await;

        let texts = [format!("{level} %"), format!("{:.0}", 10.0 * number), "Heat".into(), "tick".into(), "1".into()];
        let late = browser.tab().await;
        late.before_the_page(LOOK).await;
        late.go(&server.url()).await;
        for visit in ["a late joiner", "a reloaded tab"] {
            let first: serde_json::Value = late.js("firstPaint").await;
            assert_eq!(first["live"], "connecting", "{visit} is looked at before its script runs");
            assert_eq!(first["level"], level, "{visit}");
            assert_eq!(first["light"], true, "{visit}");
            assert_eq!(first["mode"], "Heat", "{visit}");
            assert_eq!(first["note"], "tick", "{visit}");
            assert_eq!(first["texts"], serde_json::json!(texts), "{visit}");
            late.until_live().await;
            // A reload lets the browser restore old form values.
            early.click("#light input").await;
            early.click("#light input").await;
            late.reload().await;
        }
        late.until_live().await;
    });
}

#[test]
fn a_page_without_script_reads_the_same() {
    browser_test(async |browser| {
        let server = Server::start::<Panel>(Bench::counted(0)).await;
        let live = browser.open(&server.url()).await;
        live.click("#add button").await;
        live.wait_for_text("#count", "1").await;
        let still = browser.tab().await;
        still.cdp("Emulation.setScriptExecutionDisabled", serde_json::json!({ "value": true })).await;
        still.go(&server.url()).await;
        let text = "document.querySelector('main').innerText";
        assert_eq!(still.js::<String>("document.documentElement.dataset.link").await, "connecting");
        assert_eq!(still.js::<String>(text).await, live.js::<String>(text).await);
    });
}

#[test]
fn a_dashboard_that_is_mounted_in_an_application_works_below_its_path() {
    browser_test(async |browser| {
        let router = dash_devices::App::new::<Panel>(Bench::counted(0)).unwrap().into_router().unwrap();
        let application = axum::Router::new().nest("/lab/bench", router);
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        tokio::spawn(async { axum::serve(listener, application).await });
        let tab = browser.open(&format!("http://{address}/lab/bench")).await;
        tab.click("#add button").await;
        tab.wait_for_text("#count", "1").await;
    });
}
