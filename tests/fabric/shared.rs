//! Pages that only watch share one stream of their relay, and each becomes a client of its own when it acts.

use super::*;
use crate::support::Heard;

/// Like the lamp, but nobody has anything of his own.
#[components]
pub(crate) struct Range {
    level: Slider,
    shown: Text,
    shoot: Button,
    log: Log,
    time: Text,
}

#[callback_shared(output = Range::shown.text)]
fn set(lamp: &mut Lamp, #[input(Range::level.value)] level: f64) -> String {
    lamp.does(format!("set {level}"));
    format!("{level:.0} %")
}

#[callback_shared(on = Range::shoot.click, output = Range::log.lines)]
fn shoot(lamp: &mut Lamp) -> LogLine {
    let number = lamp.did().iter().filter(|what| what.starts_with("shot")).count() + 1;
    lamp.does(format!("shot {number}"));
    LogLine::info(format!("shot {number}"))
}

impl Dashboard for Range {
    type Device = Lamp;
    type Session = ();
    const CALLBACKS: Callbacks<Self> = callbacks![set, shoot];

    fn layout(self) -> Element {
        page("Range", (self.level, self.shown, self.shoot, self.log, self.time))
    }
}

#[components]
struct Lookout {
    battery: Text,
}

/// Runs only while somebody looks.
#[callback_shared(every = "20ms", when = watched, output = Lookout::battery.text)]
fn look(lamp: &mut Lamp) -> String {
    lamp.does("look".to_owned());
    "80 %".to_owned()
}

impl Dashboard for Lookout {
    type Device = Lamp;
    type Session = ();
    const CALLBACKS: Callbacks<Self> = callbacks![look];

    fn layout(self) -> Element {
        page("Lookout", self.battery)
    }
}

pub(crate) fn range(lamp: &Lamp) -> App {
    App::new::<Range>(lamp.clone()).unwrap().limits(quick())
}

/// The same, and the lamp says the time.
pub(crate) fn range_with_time(lamp: &Lamp) -> App {
    let start = |handle| {
        fresh::tell_the_time::<Range>(handle, |time| changes![Range::time.text = time]);
        lamp.clone()
    };
    App::with::<Range>(start).unwrap().limits(quick())
}

async fn owner(lamp: &Lamp, broker: &str) -> Served {
    Served::app(range(lamp).fabric(broker, NAME)).await
}

async fn clients(owner: &Served) -> u64 {
    owner.health().await["clients"].as_u64().unwrap()
}

async fn watching(relay: &Served) -> u64 {
    relay.health().await["watching"].as_u64().unwrap()
}

async fn near(owner: &Served) -> Browser {
    Browser::join(owner.address, Page::of(owner.get("/").await.text())).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn pages_that_watch_are_one_client_of_the_owner_and_one_that_acts_is_itself() {
    let (nats, lamp) = (nats::Nats::start().await, Lamp::default());
    let owner = owner(&lamp, &nats.url()).await;
    let (relay, other) = (Served::relay(&nats.url()).await, Served::relay(&nats.url()).await);
    let document = relay.page().await;
    other.page().await;
    let mut pages = Vec::new();
    for _ in 0..20 {
        pages.push(Browser::join(relay.address, document.clone()).await);
    }
    assert_eq!((clients(&owner).await, watching(&relay).await), (1, 20));
    let mut near = near(&owner).await;
    near.apply("level.value", 40.0).await;
    near.apply("shoot.click", Value::Null).await;
    for page in &mut pages {
        page.sees("shown.text", "40 %").await;
        page.until("the shot", |page| kills::shots(page) == [1]).await;
    }
    // One of them acts. It misses nothing, and gets nothing twice.
    let (mut eve, session) = (pages.pop().unwrap(), pages[0].session.clone());
    eve.apply("shoot.click", Value::Null).await;
    eve.until("both shots", |page| kills::shots(page) == [1, 2]).await;
    eve.apply("level.value", 50.0).await;
    assert_eq!((clients(&owner).await, watching(&relay).await), (3, 19));
    for page in &mut pages {
        page.sees("shown.text", "50 %").await;
        page.until("both shots", |page| kills::shots(page) == [1, 2]).await;
    }
    // It comes back as itself, at any relay, and so does one that has not acted.
    let (before, mut ada) = (eve.session.clone(), pages.swap_remove(0));
    for relay in [&other, &relay] {
        let welcome = eve.come_back_to(relay.address).await;
        assert_eq!((&eve.session, &welcome["last"]), (&before, &json!(2)));
        let welcome = ada.come_back_to(relay.address).await;
        assert_eq!((&ada.session, &welcome["last"]), (&session, &json!(0)));
    }
    eve.apply("shoot.click", Value::Null).await;
    ada.apply("shoot.click", Value::Null).await;
    for page in [&mut eve, &mut ada] {
        page.until("all shots", |page| kills::shots(page) == [1, 2, 3, 4]).await;
    }
    assert_eq!(lamp.did().iter().filter(|what| what.starts_with("shot")).count(), 4);
}

/// G24: a command that was on its way when the relay was lost is carried out once, also if it is the first of its page.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn g24_the_first_command_of_a_page_is_not_doubled_whether_the_owner_has_got_it_or_not() {
    let (nats, lamp) = (nats::Nats::start().await, Lamp::default());
    let _owner = owner(&lamp, &nats.url()).await;
    let (relay, other) = (Served::relay(&nats.url()).await, Served::relay(&nats.url()).await);
    other.page().await;
    let (mut got, mut lost) = (relay.join().await, relay.join().await);
    // The owner gets this one, and the page never hears of it. The relay never gets that one.
    let number = got.set("shoot.click", Value::Null).await;
    eventually("the shot", async || lamp.did().iter().any(|what| what == "shot 1").then_some(())).await;
    for (page, last) in [(&mut got, 1), (&mut lost, 0)] {
        let session = page.session.clone();
        let welcome = page.come_back_to(other.address).await;
        assert_eq!((&page.session, &welcome["last"]), (&session, &json!(last)));
        page.last = number;
        again(page, number, "shoot.click", Value::Null).await;
        assert_eq!(page.outcome(number).await, support::Outcome::Applied);
    }
    for page in [&mut got, &mut lost] {
        page.until("both shots", |page| kills::shots(page) == [1, 2]).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_source_that_runs_for_viewers_runs_for_those_of_a_relay() {
    let (nats, lamp) = (nats::Nats::start().await, Lamp::default());
    let app = App::new::<Lookout>(lamp.clone()).unwrap().limits(quick());
    let _owner = Served::app(app.fabric(nats.url(), NAME)).await;
    let relay = Served::relay(&nats.url()).await;
    let (mut ada, mut eve) = (relay.join().await, relay.join().await);
    assert_eq!(watching(&relay).await, 2);
    let looks = || lamp.did().iter().filter(|what| *what == "look").count();
    let runs = async |runs: bool| {
        eventually(if runs { "the source to run" } else { "the source to stop" }, async || {
            let before = looks();
            tokio::time::sleep(Duration::from_millis(200)).await;
            ((looks() > before) == runs).then_some(())
        })
        .await;
    };
    runs(true).await;
    for page in [&mut ada, &mut eve] {
        page.socket.say(r#"{"t":"view","hidden":true}"#).await;
    }
    runs(false).await;
    eve.socket.say(r#"{"t":"view","hidden":false}"#).await;
    runs(true).await;
    drop((ada, eve));
    runs(false).await;
}

/// G6: no page shows old values as live, and each gets only what it has missed.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn g06_a_cut_ends_the_sockets_of_all_that_watch_and_they_get_what_they_have_missed() {
    let (mut nats, lamp) = (nats::Nats::start().await, Lamp::default());
    let owner = owner(&lamp, &nats.url()).await;
    let relay = Served::relay(&nats.url()).await;
    let (mut near, mut ada, mut eve) = (near(&owner).await, relay.join().await, relay.join().await);
    near.apply("shoot.click", Value::Null).await;
    for page in [&mut ada, &mut eve] {
        page.until("the shot", |page| kills::shots(page) == [1]).await;
    }
    nats.kill();
    for page in [&mut ada, &mut eve] {
        page.end().await;
    }
    let refused = http::send(relay.address, &Request::upgrade(&format!("{PATH}_dash/socket"))).await;
    assert_eq!(refused.status, 503, "{}", refused.text());
    near.apply("shoot.click", Value::Null).await;
    nats.again().await;
    for page in [&mut ada, &mut eve] {
        resume(page, relay.address).await;
        page.until("both shots", |page| kills::shots(page) == [1, 2]).await;
        let lines = page.page.number("log.lines");
        let whole =
            |frame: &&Value| frame["s"].as_array().into_iter().flatten().any(|one| one[0] == lines && one[2] == 1);
        assert_eq!(page.updates.iter().find(whole), None, "only what is new");
    }
}

/// A restarted owner is another run, and pages that watch know it.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn g04_a_page_that_watches_gets_all_values_of_another_run() {
    let (nats, lamp) = (nats::Nats::start().await, Lamp::default());
    let first = owner(&lamp, &nats.url()).await;
    let relay = Served::relay(&nats.url()).await;
    let mut ada = relay.join().await;
    ada.apply("shoot.click", Value::Null).await;
    let mut eve = relay.join().await;
    eve.until("the shot", |page| kills::shots(page) == [1]).await;
    let epoch = eve.epoch.clone();
    first.stop().await;
    let _second = owner(&Lamp::default(), &nats.url()).await;
    for page in [&mut ada, &mut eve] {
        while page.epoch == epoch {
            page.end().await;
            resume(page, relay.address).await;
        }
        page.until("the values of the new run", |page| kills::shots(page).is_empty()).await;
        page.last = 0;
    }
    ada.apply("shoot.click", Value::Null).await;
    eve.until("the shot", |page| kills::shots(page) == [1]).await;
}

/// Who has said who he is has a stream of his own, and so has every page of a dashboard in which a page has something of its
/// own.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn s09_only_pages_of_people_who_have_not_said_who_they_are_share() {
    let (nats, lamp) = (nats::Nats::start().await, Lamp::default());
    let private = Served::owner(&lamp, &nats.url()).await;
    let relay = Served::relay(&nats.url()).await;
    let own = relay.join().await;
    assert_eq!((watching(&relay).await, clients(&private).await), (0, 1));
    drop(own);
    private.stop().await;
    let owner = owner(&lamp, &nats.url()).await;
    let page = eventually("the other dashboard", async || {
        let page = relay.page().await;
        page.html.contains("Range").then_some(page)
    })
    .await;
    let join = async |header: (&'static str, &str)| {
        let stream = TcpStream::connect(relay.address).await.unwrap();
        Browser::join_over_with(stream, page.clone(), &[header]).await
    };
    let shares = join(("cookie", "other=1; d.lab.other!sid=a; dash-theme=dark")).await;
    let origin = format!("http://{}", relay.address);
    let at_home = join(("origin", &origin)).await;
    assert_eq!((watching(&relay).await, clients(&owner).await), (2, 1));
    let forged = join(("dash-watchers", "watch")).await;
    let own = [join(("cookie", "d.lab.lamp!sid=a")).await, join(("authorization", "Bearer a")).await];
    assert_eq!((watching(&relay).await, clients(&owner).await), (3, 3));
    drop((shares, at_home, forged, own));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_a_relay_does_not_know_is_answered_by_the_owner() {
    let (nats, lamp) = (nats::Nats::start().await, Lamp::default());
    let _owner = owner(&lamp, &nats.url()).await;
    let relay = Served::relay(&nats.url()).await;
    let page = relay.page().await;
    let mut other = Socket::open(relay.address, page.socket()).await;
    let mut hello = page.hello();
    hello["protocol"] = json!(99);
    other.say(hello.to_string()).await;
    assert_eq!(other.frame().await["t"], "reload");
    let mut garbage = Socket::open(relay.address, page.socket()).await;
    garbage.say("{").await;
    assert_eq!(garbage.hear().await.refusal(), "malformed");
    let mut second = Browser::join(relay.address, page.clone()).await;
    second.socket.say(page.hello().to_string()).await;
    let refused = within("the refusal", async {
        loop {
            match second.hear().await {
                Heard::Frame(frame) if frame["t"] == "refused" => return frame,
                Heard::Frame(_) => {}
                other => panic!("{other:?}"),
            }
        }
    })
    .await;
    assert_eq!(refused["kind"], "greeted");
}

/// Fault: a page that acted when the device had just fallen silent stayed connected with its old values until the request for
/// its stream was given up, which is longer than a lease.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn fault_a_page_that_acted_while_the_device_fell_silent_showed_its_values_as_live_for_too_long() {
    let (nats, lamp) = (nats::Nats::start().await, Lamp::default());
    let wire = wire::Wire::to(nats.address).await;
    let _owner = owner(&lamp, &wire.url()).await;
    let relay = Served::relay(&nats.url()).await;
    let mut ada = relay.join().await;
    assert_eq!(watching(&relay).await, 1);
    wire.silence();
    let silent = std::time::Instant::now();
    tokio::time::sleep(LEASE / 2).await;
    ada.set("level.value", 40.0).await;
    ada.end().await;
    // The request would be given up two seconds after the command.
    let told = silent.elapsed();
    assert!(told < LEASE + Duration::from_secs(1), "{told:?}");
}
