//! What a relay shows of a device that cannot be reached: its last document, marked as old, and only what everybody may see.

use super::*;
use crate::shared::range;

/// The answer to a browser that opens the page.
async fn opens(relay: &Served, cookie: &str) -> Response {
    let request = Request::get(PATH).header("Accept", "text/html").header("Accept-Encoding", "gzip");
    http::send(relay.address, &request.header("Cookie", cookie)).await
}

/// Waits until the relay answers without the device, and returns what it says.
async fn without_device(relay: &Served, cookie: &str) -> Response {
    eventually("the relay knows that the device is cut off", async || {
        let response = opens(relay, cookie).await;
        (response.status == 503).then_some(response)
    })
    .await
}

fn text(response: &Response) -> String {
    if response.header("content-encoding") == Some("gzip") { response.gunzipped() } else { response.text() }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_page_of_a_device_that_is_cut_off_shows_its_last_values_as_old_and_goes_on_when_it_is_back() {
    let (nats, lamp) = (nats::Nats::start().await, Lamp::default());
    let owner = Served::app(range(&lamp).fabric(nats.url(), NAME)).await;
    let relay = Served::relay(&nats.url()).await;
    let mut near = Browser::join(owner.address, Page::of(owner.get("/").await.text())).await;
    near.apply("level.value", 30.0).await;
    let live = Page::at(PATH, {
        relay.page().await;
        text(&opens(&relay, "").await)
    });
    assert_eq!((live.shown("shown"), &live.state["age"]), ("30 %".to_owned(), &Value::Null));
    let of_live = opens(&relay, "").await;
    owner.stop().await;

    without_device(&relay, "").await;
    let old = eventually("the goodbye of the owner", async || {
        let old = opens(&relay, "").await;
        text(&old).contains("lab.lamp has been cut off from this relay for").then_some(old)
    })
    .await;
    assert_eq!(old.header("content-security-policy"), of_live.header("content-security-policy"));
    assert_eq!((old.header("cache-control"), old.header("refresh")), (Some("no-store"), None));
    let html = text(&old);
    assert!(html.contains("data-link=\"lost\""), "{html}");
    let page = Page::at(PATH, html);
    assert_eq!((page.shown("shown"), page.state["age"].is_u64()), ("30 %".to_owned(), true));
    assert_eq!(page.state["rev"], live.state["rev"], "it goes on from there");

    // The device comes back as another run. The page has opened before, and takes over what it shows.
    let owner = Served::app(range(&lamp).fabric(nats.url(), NAME)).await;
    let mut near = Browser::join(owner.address, Page::of(owner.get("/").await.text())).await;
    near.apply("level.value", 40.0).await;
    eventually("the device over the relay", async || (opens(&relay, "").await.status == 200).then_some(())).await;
    let mut far = Browser::join(relay.address, page).await;
    far.sees("shown.text", "40 %").await;
    far.apply("level.value", 50.0).await;
    near.sees("shown.text", "50 %").await;
}

/// Fault: a browser that has the stylesheet and the script from before does not load them, so the relay had the document
/// without them, and showed it to others without a style.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn fault_the_last_document_had_no_style_and_no_script_if_nobody_had_loaded_them_here() {
    let (nats, lamp) = (nats::Nats::start().await, Lamp::default());
    let owner = Served::app(range(&lamp).fabric(nats.url(), NAME)).await;
    let relay = Relay::new(nats.url()).limits(limits(|limits| limits.lease = Duration::from_millis(50)));
    let relay = Served::relay_with(relay).await;
    let page = relay.page().await;
    let files = [page.link("href", &format!("{PATH}_dash/")), page.link("src", &format!("{PATH}_dash/"))];
    tokio::time::sleep(Duration::from_secs(1)).await;
    owner.stop().await;
    without_device(&relay, "").await;
    for file in files {
        let request = Request::get(&file).header("Accept-Encoding", "gzip");
        assert_eq!(http::send(relay.address, &request).await.status, 200, "{file}");
    }
}

/// A display that has shown the page for a day does not leave values of a day ago behind.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn while_somebody_watches_the_last_document_is_loaded_again() {
    let (nats, lamp) = (nats::Nats::start().await, Lamp::default());
    let owner = Served::app(range(&lamp).fabric(nats.url(), NAME)).await;
    let relay = Relay::new(nats.url()).limits(limits(|limits| limits.lease = Duration::from_millis(50)));
    let relay = Served::relay_with(relay).await;
    relay.page().await;
    opens(&relay, "dash-theme=dark").await;
    let display = relay.join().await;
    let mut near = Browser::join(owner.address, Page::of(owner.get("/").await.text())).await;
    near.apply("level.value", 30.0).await;
    // Two turns, because the change may have come during the first one.
    tokio::time::sleep(Duration::from_millis(1_200)).await;
    assert_eq!(owner.health().await["clients"], 2, "loading it is no visit");
    owner.stop().await;
    for cookie in ["", "dash-theme=dark"] {
        let page = Page::at(PATH, text(&without_device(&relay, cookie).await));
        assert_eq!(page.shown("shown"), "30 %", "{cookie}");
    }
    drop(display);
}

/// Each theme has its own document. A person with a theme that nobody has loaded gets the reason.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_last_document_is_one_of_the_persons_theme() {
    let (nats, lamp) = (nats::Nats::start().await, Lamp::default());
    let owner = Served::app(range(&lamp).fabric(nats.url(), NAME)).await;
    let relay = Served::relay(&nats.url()).await;
    relay.page().await;
    assert!(text(&opens(&relay, "dash-theme=dark").await).contains("data-theme=\"dark\""));
    owner.stop().await;
    assert!(text(&without_device(&relay, "dash-theme=dark").await).contains("data-theme=\"dark\""));
    let plain = without_device(&relay, "").await;
    assert!(text(&plain).contains("data-link=\"lost\"") && !text(&plain).contains("data-theme"));
    assert!(!text(&without_device(&relay, "dash-theme=light").await).contains("dd-state"));
}

#[components]
struct Mine {
    wish: Input,
    answer: Text,
}

/// Private: a client is somebody before he acts.
#[callback(output = Mine::answer.text)]
fn answer(#[input(Mine::wish.value)] wish: &str) -> String {
    format!("{} letters", wish.len())
}

impl Dashboard for Mine {
    type Device = Lamp;
    type Session = ();
    const CALLBACKS: Callbacks<Self> = callbacks![answer];

    fn layout(self) -> Element {
        page("Mine", (self.wish, self.answer))
    }
}

/// A document of a dashboard in which clients differ, a document for somebody with a cookie of the device, and one that its
/// program has changed since then are shown to nobody.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_document_that_is_not_for_everybody_is_not_kept() {
    let (nats, lamp) = (nats::Nats::start().await, Lamp::default());
    let relay = Served::relay(&nats.url()).await;
    let mine = App::new::<Mine>(lamp.clone()).unwrap().limits(quick());
    let owner = Served::app(mine.fabric(nats.url(), NAME)).await;
    relay.page().await;
    owner.stop().await;
    let reason = without_device(&relay, "").await;
    assert!(!text(&reason).contains("dd-state") && reason.header("refresh").is_some(), "{}", text(&reason));

    let owner = Served::app(range(&lamp).fabric(nats.url(), NAME)).await;
    eventually("the device", async || (opens(&relay, "d.lab.lamp!sid=a").await.status == 200).then_some(())).await;
    owner.stop().await;
    assert!(!text(&without_device(&relay, "").await).contains("dd-state"), "nobody has loaded the one of everybody");

    let owner = Served::app(range(&lamp).fabric(nats.url(), NAME)).await;
    eventually("the device", async || (opens(&relay, "").await.status == 200).then_some(())).await;
    owner.stop().await;
    assert!(text(&without_device(&relay, "").await).contains("dd-state"));
    // A later version of the program shares as well, and shows something else to everybody.
    let owner = Served::app(App::new::<Later>(lamp.clone()).unwrap().limits(quick()).fabric(nats.url(), NAME)).await;
    eventually("the later version", async || {
        relay.health().await["devices"][NAME]["title"].as_str().is_some_and(|title| title == "Later").then_some(())
    })
    .await;
    owner.stop().await;
    assert!(!text(&without_device(&relay, "").await).contains("dd-state"));
}

#[components]
struct Later {
    answer: Text,
}

impl Dashboard for Later {
    type Device = Lamp;
    type Session = ();
    const CALLBACKS: Callbacks<Self> = callbacks![];

    fn layout(self) -> Element {
        page("Later", self.answer)
    }
}
