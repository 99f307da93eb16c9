//! The greenhouse: settings and curves that are there again after `kill -9`: `examples/greenhouse`.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use crate::support::{Guarded, browser_test, log_in};

#[test]
fn what_a_gardener_has_set_and_what_was_measured_outlives_kill_9() {
    browser_test(async |browser| {
        let mut house = Guarded::start(browser, "greenhouse", "restart", &[("ada", "gardener")]);
        let ada = house.open(browser, "ada").await;
        ada.until("document.querySelectorAll('dd-meter').length === 12").await;
        ada.run("document.querySelector('a[href$=\"bed/3\"]').click()").await;
        ada.until("document.querySelector('#beds-2-wanted input')").await;
        ada.focus("#beds-2-wanted input").await;
        for _ in 0..5 {
            ada.press("ArrowRight").await;
        }
        let wanted = "document.querySelector('#beds-2-wanted').props.value";
        ada.until(&format!("{wanted} === 45")).await;
        // No command is under way any more, so the value is kept.
        ada.until("!document.querySelector('#beds-2-wanted').matches('[data-pending]')").await;
        // A history is written every two seconds.
        let measured = "document.querySelector('.dd-chart-value').textContent !== '–'";
        ada.until(measured).await;
        tokio::time::sleep(Duration::from_secs(4)).await;
        browser.allow("ERR_CONNECTION_REFUSED");
        browser.allow("WebSocket connection");
        let killed = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs_f64();
        house.restart(browser, "greenhouse", "KILL");

        let bed = format!("http://{}/bed/3", house.host("bob"));
        let bob = browser.open(&bed).await;
        bob.until(&format!("{wanted} === 45")).await;
        assert!(
            bob.js::<bool>("document.querySelector('#beds-2-wanted input').disabled").await,
            "a visitor only looks"
        );
        // More than what was measured since the start.
        let count = "JSON.parse(document.getElementById('dd-state').textContent).histories.length";
        assert!(bob.js::<u32>(count).await == 14, "twelve beds, the climate and the alarms");
        let from = "fetch('api/history/beds-2-history/points').then((answer) => answer.json())";
        bob.run(&format!("{from}.then(({{ samples }}) => {{ globalThis.kept = samples; }})")).await;
        bob.until("globalThis.kept && kept.length > 4").await;
        assert!(bob.js::<bool>(&format!("kept[0][0] < {killed}")).await, "there are samples from before the end");
        // The login leads to the overview.
        log_in(&bob, "ada").await;
        bob.go(&bed).await;
        bob.until("document.querySelector('#beds-2-wanted input')?.disabled === false").await;
    });
}
