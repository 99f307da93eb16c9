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

/// Fault: a page that was opened after a cut showed what its document had, up to a minute older than what the relay had.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn fault_a_page_of_a_device_that_is_cut_off_began_with_older_values_than_the_relay_had() {
    let (nats, lamp) = (nats::Nats::start().await, Lamp::default());
    let owner = Served::app(range(&lamp).fabric(nats.url(), NAME)).await;
    let relay = Served::relay(&nats.url()).await;
    let mut display = relay.join().await;
    let mut near = Browser::join(owner.address, Page::of(owner.get("/").await.text())).await;
    near.apply("level.value", 30.0).await;
    near.apply("shoot.click", Value::Null).await;
    display.sees("shown.text", "30 %").await;
    display.until("the shot", |page| kills::shots(page) == [1]).await;
    owner.stop().await;
    let page = Page::at(PATH, text(&without_device(&relay, "").await));
    let text = |frame: &Value| serde_json::from_str::<Value>(frame.as_str().unwrap()).unwrap();
    let frames: Vec<Value> = page.state["after"].as_array().unwrap().iter().map(text).collect();
    assert_eq!((&frames.last().unwrap()["r"], page.shown("shown").as_str()), (&json!(display.rev), "0 %"));
    let sent = |part: &str, prop: &str| {
        let number = json!(page.number(prop));
        let parts = frames.iter().rev().filter_map(|frame| frame[part].as_array()).flatten();
        parts.filter(|part| part[0] == number).map(|part| part[1].clone()).next().unwrap_or_default()
    };
    assert_eq!(sent("p", "shown.text"), "30 %");
    assert_eq!(sent("s", "log.lines")[0]["text"], "shot 1");
    // They are as old as the connection to the device, and not as the document.
    tokio::time::sleep(Duration::from_millis(200)).await;
    let later = Page::at(PATH, super::last::text(&without_device(&relay, "").await));
    assert!(later.state["age"].as_u64() > page.state["age"].as_u64(), "{}", later.state["age"]);
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

/// A document of a program whose layers may tell people apart, a document for somebody with a cookie of the device, and one that
/// its program has changed since then are shown to nobody.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_document_that_is_not_for_everybody_is_not_kept() {
    let (nats, lamp) = (nats::Nats::start().await, Lamp::default());
    let relay = Served::relay(&nats.url()).await;
    let owner = Served::app(range(&lamp).wrap(|router| router).fabric(nats.url(), NAME)).await;
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

#[derive(Route, Debug, PartialEq, Clone)]
enum Place {
    #[route("/")]
    Home,
    #[route("/lamp/{id}")]
    Lamp { id: u32 },
    #[route(not_found)]
    NotFound,
}

#[components]
struct House {
    router: Router,
    level: Slider,
    readout: Text,
    mine: Input,
    letters: Text,
}

#[callback(output = House::router.children)]
fn places(#[input(House::router.path)] path: &dash_devices::Path) -> Element {
    match path.route() {
        Place::Home | Place::NotFound => view("Home", ()),
        Place::Lamp { id } => view(format!("Lamp {id}"), link(Place::Home, "Home")),
    }
}

#[callback_shared(output = House::readout.text)]
fn read(lamp: &mut Lamp, #[input(House::level.value)] level: f64) -> String {
    lamp.does(format!("set {level}"));
    format!("{level:.0} %")
}

/// Private: the document has nothing of anybody, and each page its own.
#[callback(output = House::letters.text)]
fn letters(#[input(House::mine.value)] mine: &str) -> String {
    format!("{} letters", mine.len())
}

impl Dashboard for House {
    type Device = Lamp;
    type Session = ();
    const CALLBACKS: Callbacks<Self> = callbacks![places, read, letters];

    fn layout(self) -> Element {
        page("House", (self.level, self.readout, self.mine, self.letters, self.router))
    }
}

/// What the relay answers to a browser that opens this page.
async fn opens_page(relay: &Served, path: &str) -> Response {
    let request = Request::get(&format!("{PATH}{path}")).header("Accept", "text/html");
    http::send(relay.address, &request.header("Accept-Encoding", "gzip")).await
}

/// Each page of a router and each of several devices has a last document, with its files, and nothing of one person in it.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn each_page_of_a_router_and_each_device_of_a_program_is_shown_as_it_last_was() {
    let (nats, lamp) = (nats::Nats::start().await, Lamp::default());
    let relay = Relay::new(nats.url()).limits(limits(|limits| limits.lease = Duration::from_millis(50)));
    let relay = Served::relay_with(relay).await;
    let rooms = [("hall", lamp.clone()), ("attic", lamp.clone())];
    let several = App::each::<House>(rooms).unwrap().limits(quick()).fabric(nats.url(), NAME);
    let one = App::new::<House>(lamp.clone()).unwrap().limits(quick()).fabric(nats.url(), NAME);
    for (app, loaded, not_loaded) in
        [(several, ["hall/", "attic/lamp/3"], "attic/lamp/4"), (one, ["", "lamp/3"], "lamp/4")]
    {
        let owner = Served::app(app).await;
        for path in loaded {
            let page = eventually("the page", async || {
                let response = opens_page(&relay, path).await;
                (response.status == 200).then(|| text(&response))
            })
            .await;
            let address = format!("{PATH}{path}");
            // Somebody's own value is not in what others get.
            let mut ada = Browser::join(relay.address, Page::at(&address, page)).await;
            ada.apply("mine.value", "of-ada").await;
            ada.sees("letters.text", "6 letters").await;
        }
        // The relay loads the files a moment later.
        tokio::time::sleep(Duration::from_secs(1)).await;
        owner.stop().await;
        for path in loaded {
            let old = eventually("the end of the owner", async || {
                let old = opens_page(&relay, path).await;
                (old.status == 503 && text(&old).contains("data-link=\"lost\"")).then_some(old)
            })
            .await;
            let page = Page::at(&format!("{PATH}{path}"), text(&old));
            assert!(!page.html.contains("of-ada"), "{path}: {}", page.html);
            assert_eq!(page.html.contains("Lamp 3"), path.contains("lamp"), "{path}: {}", page.html);
            let style = page.link("href", &format!("{PATH}{}_dash/", path.trim_end_matches("lamp/3")));
            let style = http::send(relay.address, &Request::get(&style).header("Accept-Encoding", "gzip")).await;
            assert_eq!(style.status, 200, "{path}");
        }
        let reason = opens_page(&relay, not_loaded).await;
        assert!(reason.status == 503 && !text(&reason).contains("dd-state"), "{}", text(&reason));
    }
}

/// The last pictures of a device that is cut off are still there, so the page that shows its last values shows them too.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_last_pictures_of_a_device_that_is_cut_off_are_shown_and_older_ones_are_not_kept() {
    let (nats, lamp) = (nats::Nats::start().await, Lamp::default());
    let owner = Served::owner(&lamp, &nats.url()).await;
    let relay = Served::relay(&nats.url()).await;
    let mut ada = relay.join().await;
    let (mut pictures, mut of_eve) = (Vec::new(), String::new());
    for number in 0..6 {
        ada.apply("shoot.click", Value::Null).await;
        let picture = format!("{PATH}_dash/picture/{}", ada.value("photo.source")["id"].as_str().unwrap());
        // Somebody with a login, or any other cookie of the device.
        let cookie = if number == 5 { "d.lab.lamp!sid=eve" } else { "" };
        let loaded = http::send(relay.address, &Request::get(&picture).header("Cookie", cookie)).await;
        assert_eq!((loaded.status, loaded.body.len()), (200, 300_000));
        if number == 5 { of_eve = picture } else { pictures.push(picture) }
    }
    owner.stop().await;
    without_device(&relay, "").await;
    for (at, picture) in pictures.iter().enumerate() {
        let answer = relay.get(picture).await;
        assert_eq!(answer.status, if at == 0 { 503 } else { 200 }, "{at}");
        if at > 0 {
            assert_eq!((answer.body.len(), answer.header("content-type")), (300_000, Some("image/jpeg")));
            assert_eq!(answer.header("cache-control"), Some("no-store"), "no cache behind the relay keeps it");
        }
    }
    assert_eq!(relay.get(&of_eve).await.status, 503, "nothing of people with a login is kept");
}
