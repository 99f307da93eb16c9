//! Alarms on a page: by severity, with filters, by keys and on a phone, and a sound and notifications that somebody has
//! switched on.

use dash_devices::{App, Handle, prelude::*};
use serde_json::json;

use crate::support::{Browser, Cable, Server, Tab, browser_test};

#[components]
struct Plant {
    alarms: Alarms,
    pressure: Gauge,
    filter: Gauge,
    door: Indicator,
    state: Badge,
}

impl Dashboard for Plant {
    type Device = ();
    type Session = ();
    const CALLBACKS: Callbacks<Self> = callbacks![];
    const BINDINGS: Bindings<Self> = bindings![
        alarm(Plant::filter.value, Plant::alarms, "The filter is <b>full</b>", above = 90.0, severity = Severity::Low),
        alarm(Plant::door.on, Plant::alarms, "The door is open", equals = true, severity = Severity::Medium),
        alarm(Plant::pressure.value, Plant::alarms, "Over-pressure: {:.1} bar", above = 8.0, hysteresis = 0.5, latched),
    ];

    fn layout(self) -> Element {
        page(
            "Plant",
            (
                self.alarms,
                card("Now", (self.pressure, self.filter, self.door, self.state.text("over-pressure").tone(Tone::Bad))),
            ),
        )
    }
}

async fn plant() -> (Server, Handle<Plant>) {
    let mut handle = None;
    let app = App::with::<Plant>(|given| handle = Some(given)).unwrap();
    (Server::start_app(app).await, handle.unwrap())
}

fn set(handle: &Handle<Plant>, pressure: f64, filter: f64, door: bool) {
    let changes =
        changes![Plant::pressure.value = Some(pressure), Plant::filter.value = Some(filter), Plant::door.on = door,];
    handle.push(changes).unwrap();
}

async fn phone(tab: &Tab<'_>) {
    let metrics = json!({ "width": 390, "height": 700, "deviceScaleFactor": 1, "mobile": true });
    tab.cdp("Emulation.setDeviceMetricsOverride", metrics).await;
}

/// The texts of the alarms that are visible, each with its state.
const SHOWN: &str = "[...document.querySelectorAll('.dd-alarm')].filter((one) => one.checkVisibility())\
                     .map((one) => `${one.dataset.state} ${one.querySelector('strong').textContent}`).join('|')";

async fn shown(tab: &Tab<'_>, expected: &str) {
    tab.until(&format!("{SHOWN} === {expected:?}")).await;
}

#[test]
fn alarms_are_ordered_filtered_and_acknowledged_by_keys_and_on_a_phone() {
    browser_test(async |browser| {
        let (server, handle) = plant().await;
        let tab = browser.open(&server.url()).await;
        phone(&tab).await;
        // Nothing is the matter. The bell opens the list all the same.
        assert!(tab.js::<bool>("!document.querySelector('.dd-alarm-bar').checkVisibility()").await);
        tab.click(".dd-bell").await;
        tab.until("document.querySelector('.dd-alarms-none').checkVisibility()").await;
        assert_eq!(tab.attribute(".dd-bell", "aria-expanded").await.as_deref(), Some("true"));
        set(&handle, 9.0, 95.0, true);
        let (high, medium, low) = ("Over-pressure: 9.0 bar", "The door is open", "The filter is <b>full</b>");
        shown(&tab, &format!("active {high}|active {medium}|active {low}")).await;
        assert!(tab.js::<bool>("!document.querySelector('.dd-alarms-none').checkVisibility()").await);
        assert!(tab.js::<i32>("document.documentElement.scrollWidth - innerWidth").await <= 0);
        let sizes = "Math.min(...[...document.querySelectorAll('dd-alarms button')].filter((one) => one.checkVisibility()).map((one) => one.getBoundingClientRect().height))";
        assert!(tab.js::<f64>(sizes).await >= 44.0);
        // By keys.
        tab.focus("[data-tone=bad] .dd-alarm-acknowledge").await;
        tab.press("Enter").await;
        shown(&tab, &format!("active {medium}|active {low}|acknowledged {high}")).await;
        set(&handle, 9.0, 10.0, true);
        shown(&tab, &format!("active {medium}|acknowledged {high}|cleared {low}")).await;
        tab.click("[data-filter=active]").await;
        shown(&tab, &format!("active {medium}|acknowledged {high}")).await;
        tab.click("[data-filter=unacknowledged]").await;
        shown(&tab, &format!("active {medium}|cleared {low}")).await;
        assert_eq!(tab.attribute("[data-filter=unacknowledged]", "aria-pressed").await.as_deref(), Some("true"));
        // The filter of a closed list hides nothing. On a phone the list is folded.
        tab.click(".dd-bell").await;
        shown(&tab, &format!("active {medium}")).await;
        tab.click(".dd-alarms-more > summary").await;
        shown(&tab, &format!("active {medium}|acknowledged {high}|cleared {low}")).await;
        // A latched alarm whose cause is gone waits for a reset.
        set(&handle, 7.0, 10.0, true);
        shown(&tab, &format!("active {medium}|cleared {low}|latched {high}")).await;
        tab.click("[data-state=latched] button").await;
        // The page is shorter now, so a click that was aimed before would miss its button.
        shown(&tab, &format!("active {medium}|cleared {low}")).await;
        tab.click("[data-state=cleared] button").await;
        shown(&tab, &format!("active {medium}")).await;
    });
}

#[test]
fn fault_the_alarms_of_a_long_list_were_squeezed_and_covered_their_buttons() {
    browser_test(async |browser| {
        let (server, handle) = plant().await;
        let tab = browser.open(&server.url()).await;
        let metrics = json!({ "width": 390, "height": 420, "deviceScaleFactor": 1, "mobile": true });
        tab.cdp("Emulation.setDeviceMetricsOverride", metrics).await;
        tab.click(".dd-bell").await;
        set(&handle, 9.0, 95.0, true);
        tab.until("document.querySelectorAll('.dd-alarm').length === 3").await;
        let list = "document.querySelector('.dd-alarms')";
        assert!(tab.js::<bool>(&format!("{list}.scrollHeight > {list}.clientHeight")).await, "it scrolls");
        // By how much the buttons stand out of their alarm, in pixels.
        let out: Vec<f64> = tab
            .js("[...document.querySelectorAll('.dd-alarm')].flatMap((alarm) => [...alarm.children].map((part) => \
                 part.getBoundingClientRect().bottom - alarm.getBoundingClientRect().bottom))")
            .await;
        assert!(out.len() > 6 && out.iter().all(|out| *out <= 0.0), "{out:?}");
    });
}

#[test]
fn fault_three_alarms_filled_the_screen_of_a_phone() {
    browser_test(async |browser| {
        let (server, handle) = plant().await;
        let tab = browser.open(&server.url()).await;
        set(&handle, 9.0, 95.0, true);
        shown(&tab, "active Over-pressure: 9.0 bar|active The door is open|active The filter is <b>full</b>").await;
        let more = "document.querySelector('.dd-alarms-more').checkVisibility()";
        assert!(!tab.js::<bool>(more).await, "with room all three are there");
        phone(&tab).await;
        shown(&tab, "active Over-pressure: 9.0 bar").await;
        let height: f64 = tab.js("document.querySelector('.dd-alarm-bar').getBoundingClientRect().height").await;
        assert!(height < 140.0, "{height} px");
        let small = "[...document.querySelectorAll('.dd-alarm-bar :is(button, summary)')].filter((one) => \
            one.checkVisibility() && one.getBoundingClientRect().height < 44).length";
        assert_eq!(tab.js::<u32>(small).await, 0);
        assert_eq!(
            tab.js::<String>("document.querySelector('.dd-alarms-more > summary').innerText").await,
            "and 2 more"
        );
        tab.click(".dd-alarms-more > summary").await;
        shown(&tab, "active Over-pressure: 9.0 bar|active The door is open|active The filter is <b>full</b>").await;
    });
}

#[test]
fn fault_without_a_link_the_age_of_an_alarm_lay_on_other_words() {
    browser_test(async |browser| {
        for text in ["ERR_CONNECTION", "WebSocket connection to", "request failed"] {
            browser.allow(text);
        }
        let (server, handle) = plant().await;
        let mut cable = Cable::to(server.address).await;
        let tab = browser.open(&cable.url()).await;
        set(&handle, 9.0, 0.0, false);
        shown(&tab, "active Over-pressure: 9.0 bar").await;
        tab.until("document.querySelector('.dd-badge[data-tone=bad]')").await;
        let colours = "(({ color, backgroundColor }) => `${color} on ${backgroundColor}`)\
            (getComputedStyle(document.querySelector('.dd-badge')))";
        let before: String = tab.js(colours).await;
        cable.cut().await;
        tab.until("document.documentElement.dataset.link !== 'live'").await;
        tab.until("getComputedStyle(document.querySelector('.dd-alarm'), '::after').content.includes('as of')").await;
        let age = |of: &str| format!("getComputedStyle(document.querySelector('{of}'), '::after').content");
        assert_eq!(tab.js::<String>(&age(".dd-alarms")).await, "none", "each alarm says it, and not the list too");
        // A badge is read as before, and its age is beside it.
        assert_eq!(tab.js::<String>(colours).await, before);
        assert_eq!(tab.js::<String>(&age(".dd-badge")).await, "none");
        assert!(tab.js::<String>(&age(".dd-badge-line")).await.contains("as of"));
        let grey = "getComputedStyle(document.querySelector('.dd-badge-line')).filter";
        assert_eq!(tab.js::<String>(grey).await, "none");
    });
}

/// Counts the tones, and records the notifications that a page makes.
const RECORDER: &str = "
    window.tones = 0;
    const oscillator = AudioContext.prototype.createOscillator;
    AudioContext.prototype.createOscillator = function () {
        window.tones += 1;
        return oscillator.call(this);
    };
    window.notices = [];
    window.asked = 0;
    window.Notification = class extends EventTarget {
        static permission = localStorage.getItem('may') ?? 'default';
        static async requestPermission() {
            window.asked += 1;
            return (Notification.permission = localStorage.getItem('answer') ?? 'denied');
        }
        constructor(title, { body }) {
            super();
            window.notices.push(`${title}: ${body}`);
        }
        close() { window.notices.push('closed'); }
    };
    document.hasFocus = () => window.front ?? false;
";

async fn recorded<'a>(browser: &'a Browser, server: &Server) -> Tab<'a> {
    let tab = browser.tab().await;
    tab.before_the_page(RECORDER).await;
    tab.go(&server.url()).await;
    tab.until_live().await;
    tab
}

const SOUND: &str = "document.querySelector('[data-signal=sound]').getAttribute('aria-checked')";
const NOTICE: &str = "document.querySelector('[data-signal=notification]').getAttribute('aria-checked')";

#[test]
fn a_sound_and_notifications_come_only_if_somebody_switches_them_on_and_the_browser_remembers_it() {
    browser_test(async |browser| {
        let (server, handle) = plant().await;
        let tab = recorded(browser, &server).await;
        set(&handle, 9.0, 10.0, true);
        tab.until("document.querySelectorAll('.dd-alarm').length === 2").await;
        assert_eq!(tab.js::<(u32, u32, u32)>("[tones, notices.length, asked]").await, (0, 0, 0));
        // The browser does not allow notifications: they are not shown as switched on.
        tab.click(".dd-bell").await;
        tab.click("[data-signal=notification]").await;
        tab.wait_for_text(".dd-alarms-why", "This browser's settings do not allow notifications.").await;
        assert_eq!(tab.js::<String>(NOTICE).await, "false");
        tab.run("localStorage.setItem('answer', 'granted'); localStorage.setItem('may', 'granted'); Notification.permission = 'default'").await;
        tab.click("[data-signal=notification]").await;
        tab.until(&format!("{NOTICE} === 'true'")).await;
        tab.click("[data-signal=sound]").await;
        tab.until(&format!("{SOUND} === 'true' && tones > 0")).await;
        assert_eq!(tab.js::<u32>("notices.length").await, 0, "what was there before is not news");
        // A new alarm, while the page is not in front.
        let before: u32 = tab.js("tones").await;
        set(&handle, 9.0, 95.0, true);
        tab.until("notices.length === 1").await;
        assert_eq!(tab.js::<String>("notices[0]").await, "The filter is <b>full</b>: above 90");
        assert!(tab.js::<u32>("tones").await > before);
        tab.click("[data-tone=note] .dd-alarm-acknowledge").await;
        tab.until("notices.at(-1) === 'closed'").await;
        // In front, the list is enough.
        tab.run("window.front = true").await;
        set(&handle, 9.0, 10.0, true);
        set(&handle, 9.0, 95.0, true);
        tab.until("document.querySelector('[data-tone=note][data-state=active]')").await;
        assert_eq!(tab.js::<u32>("notices.length").await, 2);
        // The browser remembers it, and another one has nothing switched on.
        tab.reload().await;
        tab.until(&format!("{SOUND} === 'true' && {NOTICE} === 'true'")).await;
        tab.click(".dd-bell").await;
        tab.click("[data-signal=sound]").await;
        tab.until(&format!("{SOUND} === 'false'")).await;
        tab.reload().await;
        tab.until(&format!("{SOUND} === 'false' && {NOTICE} === 'true'")).await;
    });
}

#[test]
fn a_page_that_nobody_has_touched_says_that_its_sound_waits() {
    browser_test(async |browser| {
        let (server, handle) = plant().await;
        let tab = browser.open(&server.url()).await;
        tab.run("localStorage.setItem('dash-alarm-sound', 'on')").await;
        tab.reload().await;
        tab.until(
            "document.querySelector('.dd-alarms-why').textContent === 'The sound begins when you touch the page.'",
        )
        .await;
        set(&handle, 9.0, 10.0, false);
        tab.click(".dd-bell").await;
        tab.until("document.querySelector('.dd-alarms-why').textContent === ''").await;
    });
}
