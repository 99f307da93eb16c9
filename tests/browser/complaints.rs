//! The browser tests themselves: errors of a page must make its test fail.

use crate::{
    panel::{Bench, Panel},
    support::{Example, Guarded, Server, browser_test, is_firefox},
};

#[test]
fn what_a_page_does_wrong_is_noticed() {
    browser_test(async |browser| {
        let server = Server::start::<Panel>(Bench::counted(0)).await;
        let (first, second) = browser.two_tabs(&server.url()).await;
        assert_eq!(browser.complaints().await, [""; 0]);
        let markup = if is_firefox() { "require-trusted-types-for" } else { "TrustedHTML" };
        for (tab, wrong, complaint) in [
            (&first, "console.error('this is wrong')", "this is wrong"),
            (&second, "console.warn('this is strange')", "this is strange"),
            (&second, "setTimeout(() => { throw new Error('thrown') })", "thrown"),
            (&second, "document.body.setAttribute('style', 'color: red')", "Content Security Policy"),
            (&first, "try { document.body.innerHTML = '' } catch {}", markup),
            (&second, "document.body.append(Object.assign(new Image(), { src: 'http://127.0.0.1:9/' }))", "img-src"),
            (&first, "fetch('/nothing-here')", "answered with 404"),
        ] {
            tab.run(wrong).await;
            let mut complaints = Vec::new();
            for _ in 0..50 {
                complaints = browser.complaints().await;
                if complaints.iter().any(|one| one.contains(complaint)) {
                    break;
                }
                tokio::time::sleep(std::time::Duration::from_millis(20)).await;
            }
            assert!(complaints.iter().any(|one| one.contains(complaint)), "{wrong}: {complaints:?}");
        }
        // These errors were on purpose.
        browser.allow("");
    });
}

#[test]
fn no_example_gives_reason_to_complain() {
    browser_test(async |browser| {
        for name in [
            "brightness",
            "example1",
            "example1a",
            "example2",
            "example2a",
            "example3",
            "example3a",
            "host",
            "roundtrip",
            "timer",
        ] {
            // People log in there.
            let guarded = ["example3", "example3a"].contains(&name);
            let guarded = guarded.then(|| Guarded::start(browser, name, "complaints", &[("ada", "member")]));
            let started = guarded.is_none().then(|| Example::start(browser, name));
            let example = started.as_ref().or(guarded.as_ref().map(|guarded| &guarded.example)).unwrap();
            let tab = browser.open(&example.url()).await;
            // Each control is used once, by keyboard.
            let controls: u32 = tab.js("document.querySelectorAll('main :is(input, select, button)').length").await;
            for _ in 0..controls {
                tab.press("Tab").await;
                tab.press(" ").await;
                tab.press("ArrowRight").await;
            }
            tab.until_live().await;
            assert_eq!(tab.toasts().await, [""; 0], "{name}");
            let complaints = browser.complaints().await;
            assert!(complaints.is_empty(), "{name}: {complaints:#?}");
            tab.go("about:blank").await;
        }
    });
}
