//! Who is the owner of a name, and an owner without its broker.

use super::*;

/// G25: two rovers were given the same name.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn g25_a_second_owner_of_a_name_is_refused_and_says_why_and_takes_over_when_the_first_is_gone() {
    let nats = nats::Nats::start().await;
    let (first, second) = (Lamp::default(), Lamp::default());
    let one = Served::owner(&first, &nats.url()).await;
    one.becomes("ok").await;
    let two = Served::owner(&second, &nats.url()).await;
    two.becomes("refused").await;
    let why = two.health().await["server"]["fabric"]["why"].as_str().unwrap().to_owned();
    assert!(why.contains("another program is the owner of lab.lamp: give each device its own name"), "{why}");
    let relay = Served::relay(&nats.url()).await;
    relay.join().await.apply("level.value", 30.0).await;
    assert_eq!((one.tenure().await, two.tenure().await), ("ok".into(), "refused".into()));
    assert!(!second.did().contains(&"set 30".to_owned()) && first.did().contains(&"set 30".to_owned()));
    // Its own page goes on.
    assert_eq!(two.get("/").await.status, 200);
    one.stop().await;
    two.becomes("ok").await;
    relay.join().await.apply("level.value", 40.0).await;
    assert!(second.did().contains(&"set 40".to_owned()));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_owner_without_a_broker_serves_its_own_pages_and_says_that_relays_are_cut_off() {
    let (mut nats, lamp) = (nats::Nats::stopped("").await, Lamp::default());
    let owner = Served::owner(&lamp, &nats.url()).await;
    let mut eve = Browser::join(owner.address, Page::of(owner.get("/").await.text())).await;
    eve.apply("level.value", 30.0).await;
    assert_eq!(owner.tenure().await, "relays cut off");
    // The people at its pages are told once.
    let told = |page: &Browser| {
        let notes = page.updates.iter().filter_map(|frame| frame["m"].as_array()).flatten();
        notes.filter(|note| note.as_str().unwrap().starts_with("Relays are cut off")).count()
    };
    eve.until("a note", |eve| told(eve) == 1).await;
    nats.again().await;
    owner.becomes("ok").await;
    let relay = Served::relay(&nats.url()).await;
    let mut ada = relay.join().await;
    ada.apply("level.value", 40.0).await;
    eve.sees("shown.text", "40 %").await;
    assert_eq!(told(&eve), 1);
}

/// G26: everything that a broker knows is said again with the next beat.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn g26_a_broker_that_has_lost_its_data_is_told_everything_again() {
    let (mut nats, lamp) = (nats::Nats::start().await, Lamp::default());
    let owner = Served::owner(&lamp, &nats.url()).await;
    let relay = Served::relay(&nats.url()).await;
    let mut ada = relay.join().await;
    ada.apply("shoot.click", Value::Null).await;
    nats.kill();
    owner.becomes("relays cut off").await;
    nats.forget();
    nats.again().await;
    owner.becomes("ok").await;
    let session = ada.session.clone();
    assert_eq!(resume(&mut ada, relay.address).await["session"], session);
    ada.apply("shoot.click", Value::Null).await;
    assert_eq!(lamp.did().iter().filter(|what| what.starts_with("shot")).count(), 2);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_cannot_be_the_address_of_a_broker_or_a_name_is_an_error_at_the_start() {
    let lamp = Lamp::default();
    let failed = async |app: App| Served::app(app).await.task.await.unwrap().unwrap_err();
    for (broker, name, why) in [
        ("http://hub", "lamp", "nats://host:4222"),
        ("nats://hub", "lab lamp", "`lab lamp` is not the name of a device"),
        ("nats://hub", "lab.*", "such as `lab.rover-7`"),
    ] {
        let error = failed(app(&lamp).fabric(broker, name)).await;
        assert!(error.is_fabric() && error.to_string().contains(why), "{error}");
    }
    let error = failed(app(&lamp).fabric("nats://hub", "lamp").fabric_domain("a.b")).await;
    assert!(error.is_fabric() && error.to_string().contains("`a.b` is not a JetStream domain"), "{error}");
    assert!(app(&lamp).fabric("nats://hub", "lamp").into_router().unwrap_err().is_fabric());
    assert!(Served::relay("http://hub").await.task.await.unwrap().unwrap_err().is_fabric());
}

/// A timer of no length would panic, and so would a time that is too far away.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_lease_of_any_length_is_a_lease() {
    let nats = nats::Nats::start().await;
    for (name, lease) in [("shortest", Duration::ZERO), ("longest", Duration::MAX)] {
        let app = App::new::<Ui>(Lamp::default()).unwrap().limits(limits(|limits| limits.lease = lease));
        let owner = Served::app(app.fabric(nats.url(), name)).await;
        owner.becomes("ok").await;
        owner.stop().await;
    }
}

/// Two versions that do not understand each other.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_relay_of_another_version_is_refused_with_what_to_do() {
    let (nats, lamp) = (nats::Nats::start().await, Lamp::default());
    let owner = Served::owner(&lamp, &nats.url()).await;
    owner.becomes("ok").await;
    let client = async_nats::connect(nats.url()).await.unwrap();
    let ask = async |open: Value| {
        let answer = client.request("dash.open.lab.lamp", open.to_string().into()).await.unwrap();
        serde_json::from_slice::<Value>(&answer.payload).unwrap()
    };
    let open = json!({ "protocol": 99, "down": "dash.down.x.1", "host": "h", "encrypted": null, "client": null, "from_proxy": false });
    let refused = ask(open.clone()).await["refused"].as_str().unwrap().to_owned();
    assert!(refused.contains("version 99") && refused.contains("update the older"), "{refused}");
    assert!(ask(json!("nonsense")).await["refused"].is_string());
    // What a later version says more is no reason.
    let mut open = open;
    (open["protocol"], open["battery"]) = (json!(2), json!(80));
    assert_eq!(ask(open.clone()).await["up"]["beat"]["title"], "Lamp");
    // Nobody lets an owner publish elsewhere.
    open["down"] = json!("dash.owner.lab.lamp");
    let refused = ask(open).await["refused"].as_str().unwrap().to_owned();
    assert!(refused.contains("`dash.owner.lab.lamp` is not the subject"), "{refused}");
}
