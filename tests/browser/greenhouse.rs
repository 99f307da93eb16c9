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

/// What is wrong with the page for a finger: a row of texts. What is operated: links, buttons, fields, and charts. A field may
/// have its target in its label.
const FAULTS: &str = "(() => {
    const faults = [];
    const wide = document.documentElement.scrollWidth - innerWidth;
    if (wide > 0) faults.push(`the page is ${wide} px too wide`);
    const all = document.querySelectorAll('a[href], button, input, select, textarea, summary, [tabindex=\"0\"]');
    for (const one of all) {
        if (!one.checkVisibility({ visibilityProperty: true }) || one.disabled) continue;
        // A name in a legend takes the presses of its whole entry.
        const target = one.closest('label, .dd-trend-legend > li') ?? one;
        target.scrollIntoView({ block: 'center' });
        const box = target.getBoundingClientRect();
        const name = one.id || one.closest('[id]')?.id || '';
        const what = `${one.localName} ${one.className} ${name} '${(one.innerText ?? '').trim().slice(0, 30)}'`;
        // What is only for those who use keys or listen has no size.
        if (box.width < 2 || box.height < 2) continue;
        if (box.width < 43.5 || box.height < 43.5) faults.push(`${what} has ${box.width} x ${box.height} px`);
        if (box.left < 0 || box.right > innerWidth) faults.push(`${what} goes from ${box.left} to ${box.right} px`);
        const hit = document.elementFromPoint((box.left + box.right) / 2, (box.top + box.bottom) / 2);
        if (!hit || !(target.contains(hit) || hit.contains(target))) {
            faults.push(`${what} is covered by ${hit?.localName} ${hit?.className}`);
        }
    }
    return faults;
})()";

#[test]
fn a_gardener_with_a_phone_reaches_everything_with_a_finger() {
    browser_test(async |browser| {
        let house = Guarded::start(browser, "greenhouse", "phone", &[("ada", "gardener")]);
        // There is no such bed.
        browser.allow("404");
        let tab = house.open(browser, "ada").await;
        tab.becomes_a_phone(844).await;
        let mut faults = Vec::new();
        let mut seen = 0;
        for (path, is_there) in [
            ("", "document.querySelectorAll('dd-meter').length === 12"),
            ("climate", "document.querySelector('#climate canvas')?.width > 0"),
            ("bed/3", "document.querySelector('#beds-2-history canvas')?.width > 0"),
            ("bed/99", "document.querySelector('.dd-view-title')?.textContent.includes('no such bed')"),
        ] {
            tab.go(&format!("http://{}/{path}", house.host("ada"))).await;
            tab.until_live().await;
            tab.until(is_there).await;
            let here: Vec<String> = tab.js(FAULTS).await;
            faults.extend(here.into_iter().map(|fault| format!("/{path}: {fault}")));
            seen += tab.js::<u32>("document.querySelectorAll('a[href], button, input').length").await;
        }
        assert!(faults.is_empty(), "{faults:#?}");
        assert!(seen > 30, "there is something to be reached: {seen}");
        // By touch from the overview to a bed, and there a valve is opened.
        tab.go(&format!("http://{}/", house.host("ada"))).await;
        tab.until_live().await;
        tab.tap("a[href$='bed/3']").await;
        tab.until("document.querySelector('#beds-2-water button')").await;
        tab.tap("#beds-2-water button").await;
        tab.until("document.querySelector('#beds-2-valve').innerText.includes('open')").await;
        // Something that is too small is found.
        tab.run("document.querySelector('#beds-2-water button').style = 'min-height: 0; height: 20px; padding: 0'")
            .await;
        let found: Vec<String> = tab.js(FAULTS).await;
        assert!(found.iter().any(|fault| fault.contains("beds-2-water")), "{found:#?}");
    });
}
