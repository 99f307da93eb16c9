//! The frame of the page: the bar, the theme, the brand colour, the navigation, the dock and the alarms.

use dash_devices::prelude::*;
use serde_json::json;

use crate::support::{Cable, Server, Tab, browser_test};

#[components]
struct Framed {
    theme: ThemeSwitch,
    go: Button,
}

impl Dashboard for Framed {
    type Device = ();
    type Session = ();
    const CALLBACKS: Callbacks<Self> = callbacks![];

    fn layout(self) -> Element {
        let filler = (0..60).map(|n| text(format!("line {n}"))).collect::<Vec<_>>();
        page("Frame", (header(self.theme), brand(Color::new(11, 122, 75)), card("", filler), card("", self.go)))
    }
}

const THEME: &str = "document.documentElement.dataset.theme ?? 'system'";
const GROUND: &str = "getComputedStyle(document.body).backgroundColor";

#[test]
fn a_theme_is_remembered_and_there_before_the_script_runs() {
    browser_test(async |browser| {
        let server = Server::start::<Framed>(()).await;
        let tab = browser.open(&server.url()).await;
        tab.until_live().await;
        assert_eq!(tab.js::<String>(THEME).await, "system");
        let light: String = tab.js(GROUND).await;
        tab.click("[data-choice='dark']").await;
        assert_ne!(tab.js::<String>(GROUND).await, light);
        // The document itself has the theme.
        tab.before_the_page(
            "addEventListener('DOMContentLoaded', () => { globalThis.first = document.documentElement.dataset.theme })",
        )
        .await;
        tab.reload().await;
        tab.until_live().await;
        assert_eq!(tab.js::<String>("globalThis.first").await, "dark");
        let pressed = "document.querySelector('[data-choice=dark]').ariaPressed";
        assert_eq!(tab.js::<String>(pressed).await, "true");
        // A new tab of the same browser has it, too.
        let other = browser.open(&server.url()).await;
        assert_eq!(other.js::<String>(THEME).await, "dark");
        other.click("[data-choice='system']").await;
        other.reload().await;
        other.until_live().await;
        assert_eq!(other.js::<String>(THEME).await, "system");
    });
}

#[test]
fn the_bar_stays_and_tells_the_state_of_the_link() {
    browser_test(async |browser| {
        let server = Server::start::<Framed>(()).await;
        browser.allow("ERR_CONNECTION_REFUSED");
        let mut cable = Cable::to(server.address).await;
        let tab = browser.open(&cable.url()).await;
        tab.until_live().await;
        let state = "getComputedStyle(document.querySelector('.dd-link-state'), '::after').content";
        assert_eq!(tab.js::<String>(state).await, "\"live\"");
        tab.run("scrollTo(0, 400)").await;
        assert_eq!(tab.js::<f64>("document.querySelector('.dd-header').getBoundingClientRect().top").await, 0.0);
        cable.cut().await;
        tab.until(&format!("{state} === '\"no link\"'")).await;
        let metrics = json!({ "width": 390, "height": 700, "deviceScaleFactor": 1, "mobile": false });
        tab.cdp("Emulation.setDeviceMetricsOverride", metrics).await;
        assert!(tab.js::<i32>("document.documentElement.scrollWidth - innerWidth").await <= 0);
    });
}

/// Where everything in the bar is: left and right edges. What the page tells about moves while it is being loaded.
const BAR: &str = "[...document.querySelectorAll('.dd-header > *, .dd-header button')].map((part) => \
    (({ left, right }) => `${part.className} ${Math.round(left)} ${Math.round(right)}`)(part.getBoundingClientRect()))";

#[test]
fn fault_the_bar_of_a_phone_moved_when_the_link_went_live() {
    browser_test(async |browser| {
        browser.allow("ERR_CONNECTION_REFUSED");
        let server = Server::start::<Framed>(()).await;
        let mut cable = Cable::to(server.address).await;
        let tab = browser.tab().await;
        tab.becomes_a_phone(700).await;
        // Before the script runs.
        tab.before_the_page(&format!("addEventListener('DOMContentLoaded', () => {{ globalThis.first = {BAR} }})"))
            .await;
        tab.go(&cable.url()).await;
        tab.until_live().await;
        let live: Vec<String> = tab.js(BAR).await;
        assert!(live.len() > 4, "{live:?}");
        assert_eq!(tab.js::<Vec<String>>("globalThis.first").await, live);
        // All that is not live has words, and they move nothing, too.
        let words = "getComputedStyle(document.querySelector('.dd-link-state'), '::after').content";
        assert_eq!(tab.js::<String>(words).await, "none");
        cable.cut().await;
        tab.until(&format!("{words} === '\"no link\"'")).await;
        assert_eq!(tab.js::<Vec<String>>(BAR).await, live);
    });
}

#[test]
fn fault_the_state_in_the_bar_of_a_screen_moved_when_the_link_went_live() {
    browser_test(async |browser| {
        browser.allow("ERR_CONNECTION_REFUSED");
        let server = Server::start::<Framed>(()).await;
        let mut cable = Cable::to(server.address).await;
        let tab = browser.tab().await;
        let metrics = json!({ "width": 1280, "height": 700, "deviceScaleFactor": 1, "mobile": false });
        tab.cdp("Emulation.setDeviceMetricsOverride", metrics).await;
        tab.before_the_page(&format!("addEventListener('DOMContentLoaded', () => {{ globalThis.first = {BAR} }})"))
            .await;
        tab.go(&cable.url()).await;
        tab.until_live().await;
        let live: Vec<String> = tab.js(BAR).await;
        assert_eq!(tab.js::<Vec<String>>("globalThis.first").await, live);
        cable.cut().await;
        tab.until("document.documentElement.dataset.link === 'lost'").await;
        assert_eq!(tab.js::<Vec<String>>(BAR).await, live);
    });
}

#[test]
fn the_brand_is_the_colour_of_what_can_be_operated() {
    browser_test(async |browser| {
        let server = Server::start::<Framed>(()).await;
        let tab = browser.open(&server.url()).await;
        tab.until_live().await;
        // The hue of the brand, at the lightness of the theme.
        let accent: String = tab.js("getComputedStyle(document.querySelector('.dd-mark-is')).fill").await;
        assert!(accent.starts_with("oklch(0.5 "), "{accent}");
        tab.click("[data-choice='dark']").await;
        let dark: String = tab.js("getComputedStyle(document.querySelector('.dd-mark-is')).fill").await;
        assert!(dark.starts_with("oklch(0.52 "), "{dark}");
        let hue = |colour: &str| {
            colour.trim_end_matches(')').rsplit(' ').next().map(|hue| hue.parse::<f64>().unwrap().round())
        };
        assert_eq!(hue(&accent), hue(&dark));
    });
}

#[derive(Route)]
enum Place {
    #[route("/")]
    Drive,
    #[route("/map/{hall}")]
    Map { hall: u8 },
    #[route(not_found)]
    Nowhere,
}

#[components]
struct Docked {
    theme: ThemeSwitch,
    router: Router,
    alarms: Alarms,
    fail: Button,
    stop: Stop,
    #[dynamic]
    last: Button,
}

#[callback(output = Docked::router.children)]
fn places(#[input(Docked::router.path)] path: &dash_devices::Path) -> Element {
    match path.route() {
        Place::Drive => {
            let lines = (0..60).map(|n| text(format!("line {n}"))).collect::<Vec<_>>();
            view("Drive", (card("", lines), card("", Docked::last.place())))
        }
        Place::Map { hall } => view(format!("Map of hall {hall}"), "a map"),
        Place::Nowhere => not_found_view("Nowhere", ""),
    }
}

#[callback_shared(on = Docked::fail.click, output = Docked::alarms.causes)]
fn watch(fails: &mut u32) -> Vec<Cause> {
    *fails += 1;
    let warning =
        Cause::new(format!("fan {fails}"), "Fan is slow").detail("below 1 500 rpm").severity(Severity::Medium);
    let alarm = Cause::new(format!("current {fails}"), "Over-current: 1.9 A").detail("limit 1.5 A");
    vec![warning, alarm]
}

impl Dashboard for Docked {
    type Device = u32;
    type Session = ();
    const CALLBACKS: Callbacks<Self> = callbacks![places, watch];

    fn stops(_: &u32) -> dash_devices::Stops<Self> {
        dash_devices::Stops::new().on(Self::stop, || ())
    }

    fn layout(self) -> Element {
        page(
            "Rover with a long name",
            (
                header(self.theme),
                navigation((
                    link(Place::Drive, (Icon::Joystick, "Drive")),
                    link(Place::Map { hall: 2 }, (Icon::Map, "Map")),
                )),
                self.alarms,
                card("", self.fail),
                self.router,
                dock(("Ready to move", self.stop)),
            ),
        )
    }
}

async fn resize(tab: &Tab<'_>, width: u32, height: u32) {
    let metrics = json!({ "width": width, "height": height, "deviceScaleFactor": 1, "mobile": width < 500 });
    tab.cdp("Emulation.setDeviceMetricsOverride", metrics).await;
}

/// The edges of an element: left, top, right, bottom.
async fn edges(tab: &Tab<'_>, selector: &str) -> [f64; 4] {
    tab.js(&format!(
        "(() => {{ const box = document.querySelector({selector:?}).getBoundingClientRect(); \
         return [box.left, box.top, box.right, box.bottom]; }})()"
    ))
    .await
}

/// Whether a press in the middle of the element reaches it.
async fn is_on_top(tab: &Tab<'_>, selector: &str) -> bool {
    tab.js(&format!(
        "(() => {{ const element = document.querySelector({selector:?}); const box = element.getBoundingClientRect(); \
         const hit = document.elementFromPoint(box.left + box.width / 2, box.top + box.height / 2); \
         return element.contains(hit); }})()"
    ))
    .await
}

#[test]
fn what_stands_at_an_edge_is_always_there_and_hides_no_content() {
    browser_test(async |browser| {
        let server = Server::start::<Docked>(0).await;
        let tab = browser.open(&server.url()).await;
        tab.until("document.querySelector('#last button')").await;
        for (width, height) in [(390, 700), (820, 900), (1280, 800), (1920, 1080)] {
            resize(&tab, width, height).await;
            tab.run("scrollTo(0, 0)").await;
            // Without the bar to scroll.
            let (width, height) = (tab.js::<f64>("document.documentElement.clientWidth").await, f64::from(height));
            assert!(tab.js::<i32>("document.documentElement.scrollWidth - innerWidth").await <= 0, "{width}");
            for at in ["0", "document.body.scrollHeight"] {
                tab.run(&format!("scrollTo(0, {at})")).await;
                assert!(is_on_top(&tab, ".dd-stop-press").await, "{width}");
                assert!(is_on_top(&tab, ".dd-navigation-list > a").await, "{width}");
                assert!(is_on_top(&tab, ".dd-title").await, "{width}");
            }
            // The end of the content is above the dock.
            let ([.., end], [left, dock, right, low]) = (edges(&tab, "#last").await, edges(&tab, ".dd-dock").await);
            assert!(end <= dock, "{width}: {end} {dock}");
            let [from, top, to, bottom] = edges(&tab, ".dd-navigation").await;
            if width < 768.0 {
                assert_eq!((left, right, low), (0.0, width, top), "{width}");
                assert_eq!((from, to, bottom), (0.0, width, height), "{width}");
                let stop = edges(&tab, ".dd-stop-press").await;
                assert!(stop[2] - stop[0] > width - 40.0 && stop[3] - stop[1] >= 72.0, "{stop:?}");
            } else {
                assert_eq!((left, right, low), (0.0, width, height), "{width}");
                assert_eq!((from, to), (0.0, 88.0), "{width}");
            }
            // What gets the focus is neither below the bar nor below the dock.
            tab.run("scrollTo(0, 0)").await;
            tab.focus("#last button").await;
            assert!(is_on_top(&tab, "#last button").await, "{width}");
            tab.focus("#fail button").await;
            assert!(is_on_top(&tab, "#fail button").await, "{width}");
        }
    });
}

#[test]
fn the_navigation_opens_pages_and_marks_the_one_that_is_open() {
    browser_test(async |browser| {
        let server = Server::start::<Docked>(0).await;
        let tab = browser.open(&server.url()).await;
        let current = "document.querySelector('.dd-navigation [aria-current=page]').innerText.trim()";
        assert_eq!(tab.js::<String>(current).await, "Drive");
        tab.click(".dd-navigation-list > a:nth-child(2)").await;
        tab.wait_for_text(".dd-view-title", "Map of hall 2").await;
        assert_eq!(tab.js::<String>(current).await, "Map");
        assert!(tab.js::<bool>("document.querySelector('.dd-navigation svg path').getBBox().width > 5").await);
        tab.focus(".dd-navigation-list > a").await;
        tab.press("Enter").await;
        tab.wait_for_text(".dd-view-title", "Drive").await;
        // It is there before any script runs.
        let html = crate::support::get(server.address, "/map/2").await;
        assert!(html.contains("aria-current=\"page\"") && html.contains("Map of hall 2"), "{html}");
    });
}

#[test]
fn alarms_are_below_the_bar_until_somebody_has_seen_them_and_nothing_covers_them() {
    browser_test(async |browser| {
        let server = Server::start::<Docked>(0).await;
        browser.allow("ERR_CONNECTION_REFUSED");
        let mut cable = Cable::to(server.address).await;
        let tab = browser.open(&cable.url()).await;
        let hidden = |selector: &str| format!("!document.querySelector({selector:?})?.checkVisibility()");
        assert!(tab.js::<bool>(&hidden(".dd-alarm-bar")).await);
        tab.click("#fail button").await;
        tab.until("document.querySelectorAll('.dd-alarm[data-state=active]').length === 2").await;
        assert!(tab.text(".dd-alarm").await.contains("Over-current: 1.9 A"), "the worst is the first");
        tab.until("document.querySelector('.dd-alarm time').textContent.startsWith('since ')").await;
        let bell = "getComputedStyle(document.querySelector('.dd-bell'), '::after').content";
        assert_eq!(tab.js::<String>(bell).await, "\"alarm\"");
        tab.run("scrollTo(0, 800)").await;
        assert!(is_on_top(&tab, ".dd-alarm:nth-child(2) .dd-alarm-acknowledge").await);
        // By mouse and by key. Each person sees who it was.
        let other = browser.open(&server.url()).await;
        tab.click(".dd-alarm .dd-alarm-acknowledge").await;
        other
            .until("document.querySelector('.dd-alarm[data-state=acknowledged]')?.innerText.includes('seen by local')")
            .await;
        tab.until(&format!("{bell} === '\"warning\"'")).await;
        tab.focus(".dd-alarm[data-state=active] .dd-alarm-acknowledge").await;
        tab.press("Enter").await;
        tab.until(&format!("{bell} === 'none'")).await;
        // Without a link an alarm keeps its colour, and the message about the link covers neither it nor STOP.
        tab.click("#fail button").await;
        tab.until("document.querySelectorAll('.dd-alarm[data-state=active]').length === 2").await;
        let ground = "getComputedStyle(document.querySelector('.dd-alarm')).backgroundColor";
        let before: String = tab.js(ground).await;
        cable.cut().await;
        tab.until("document.documentElement.dataset.link === 'lost'").await;
        assert_eq!(tab.js::<String>(ground).await, before);
        for (width, height) in [(390, 700), (1280, 800)] {
            resize(&tab, width, height).await;
            tab.run("scrollTo(0, 0)").await;
            for selector in [".dd-alarm strong", ".dd-stop-press", ".dd-title", ".dd-navigation-list > a"] {
                assert!(is_on_top(&tab, selector).await, "{width} {selector}");
            }
            let ([.., low], [_, dock, ..]) = (edges(&tab, "#dd-status").await, edges(&tab, ".dd-dock").await);
            assert!(low <= dock, "{width}: {low} {dock}");
        }
    });
}

#[test]
fn fault_messages_were_behind_the_dock_that_a_pressed_stop_had_made_higher() {
    browser_test(async |browser| {
        let server = Server::start::<Docked>(0).await;
        browser.allow("ERR_CONNECTION_REFUSED");
        let mut cable = Cable::to(server.address).await;
        let tab = browser.open(&cable.url()).await;
        tab.until_live().await;
        for (width, height) in [(1280, 800), (390, 700)] {
            resize(&tab, width, height).await;
            tab.click(".dd-stop-press").await;
            tab.until("document.querySelector('.dd-stop-reset').checkVisibility()").await;
            let above = "document.querySelector('.dd-toasts').getBoundingClientRect().bottom <= \
                         document.querySelector('.dd-dock').getBoundingClientRect().top";
            tab.until(above).await;
        }
        cable.cut().await;
        tab.until("document.documentElement.dataset.link === 'lost'").await;
        let ([.., low], [_, dock, ..]) = (edges(&tab, "#dd-status").await, edges(&tab, ".dd-dock").await);
        assert!(low <= dock, "{low} {dock}");
    });
}

#[test]
fn a_phone_has_one_button_for_the_next_theme() {
    browser_test(async |browser| {
        let server = Server::start::<Framed>(()).await;
        let tab = browser.open(&server.url()).await;
        resize(&tab, 390, 700).await;
        let visible = "[...document.querySelectorAll('.dd-theme')].filter((one) => one.checkVisibility()).map((one) => one.dataset.choice)";
        for next in ["dark", "light", "system", "dark"] {
            assert_eq!(tab.js::<Vec<String>>(visible).await, [next]);
            tab.click(&format!("[data-choice={next}]")).await;
            assert_eq!(tab.js::<String>(THEME).await, next);
        }
    });
}
