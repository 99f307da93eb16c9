//! Encryption and logins on both sides of a relay: browsers with TLS at the relay itself, and brokers that ask who one is.

use std::fs;

use super::{rights::Folder, *};
use crate::support::{
    free_address,
    tls::{self, Pair},
};

/// The key of a user, and its seed. It is nobody's.
const KEY: &str = "UD2FLLGFERQVQQ3SBKONNG2QMIMTZQKKLTU3AVG5I3EQEFHBPGPE2XQS";
const SEED: &str = "SUAIO3FHUX5PNV2LQIIP7TZ3N4L7TX3W53MQGEIVYFIGA635OZCKEYHFLM";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn s09_a_relay_encrypts_itself_and_then_takes_passwords() {
    let (nats, folder, pair) = (nats::Nats::start().await, Folder::new("tls"), Pair::good());
    pair.write(&folder.0);
    let _owner = Served::app(folder.app("lab.one").fabric(nats.url(), "lab.one")).await;
    let relay = Relay::new(nats.url()).tls(folder.0.join("cert.pem"), folder.0.join("key.pem"));
    let relay = Served::relay_with(relay).await;
    let client = tls::client(&pair.certificate, &[]);
    let send = async |request: Request| tls::send(&client, relay.address, &request).await;
    eventually("the rover", async || (send(Request::get("/d/lab.one/_dash/login")).await.status == 200).then_some(()))
        .await;
    let log_in = Request::new("POST", "/d/lab.one/_dash/login");
    let log_in = log_in.header("Content-Type", "application/x-www-form-urlencoded");
    let response = send(log_in.body("name=ada&password=correct+horse")).await;
    assert_eq!((response.status, response.header("location")), (303, Some("../")), "{}", response.text());
    let cookie = response.cookie("dash-login").unwrap().to_owned();
    assert!(cookie.starts_with("__Host-d.lab.one!") && cookie.contains("Secure"), "{cookie}");
    let page = send(Request::get("/d/lab.one/").header("Cookie", cookie.split(';').next().unwrap())).await;
    assert!(page.text().contains("secret-place"), "{}", page.text());
    assert!(send(Request::get("/")).await.text().contains("lab.one"), "the list is there too");
    // Who speaks plain HTTP at the same port is led to HTTPS.
    let plain = relay.get("/d/lab.one/").await;
    let to = format!("https://{}/d/lab.one/", relay.address);
    assert_eq!((plain.status, plain.header("location")), (308, Some(&*to)));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_relay_without_a_usable_certificate_does_not_start() {
    let folder = Folder::new("no-tls");
    let relay = Relay::new("nats://127.0.0.1:4222").tls(folder.0.join("none.pem"), folder.0.join("none.pem"));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let error = relay.serve_on(listener, std::future::pending()).await.unwrap_err();
    assert!(error.is_tls() && error.to_string().contains("none.pem"), "{error}");
}

/// An owner and a relay that reach a broker with TLS and logins, each with a file of its own.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn owner_and_relay_prove_who_they_are_to_a_broker_with_tls_and_an_own_authority() {
    let (folder, pair) = (Folder::new("creds"), Pair::good());
    pair.write(&folder.0);
    let file = |name: &str| folder.0.join(name);
    let config = format!(
        "tls {{ cert_file: \"{}\", key_file: \"{}\" }}\n\
         authorization {{ users: [ {{ user: owner, password: \"a:b c\" }}, {{ nkey: {KEY} }} ] }}",
        file("cert.pem").display(),
        file("key.pem").display(),
    );
    fs::write(file("owner"), "owner:a:b c\n").unwrap();
    fs::write(file("relay"), format!("-----BEGIN USER NKEY SEED-----\n{SEED}\n------END USER NKEY SEED------\n"))
        .unwrap();
    let nats = nats::Nats::with(&config).await;
    let url = format!("tls://{}", nats.address);
    let lamp = Lamp::default();
    let owner = app(&lamp).fabric(&url, NAME);
    let owner = Served::app(owner.fabric_credentials(file("owner")).fabric_authority(file("cert.pem"))).await;
    owner.becomes("ok").await;
    let relay = Relay::new(&url).credentials(file("relay")).authority(file("cert.pem"));
    let relay = Served::relay_with(relay).await;
    relay.join().await.apply("level.value", 30.0).await;
    assert!(lamp.did().contains(&"set 30".to_owned()));

    // Another password, and another authority.
    let why = async |served: &Served, said: &str| {
        eventually(said, async || {
            let health = served.health().await;
            health["server"]["fabric"]["why"].as_str().filter(|why| why.contains(said)).map(str::to_owned)
        })
        .await
    };
    fs::write(file("wrong"), "owner:geheim").unwrap();
    let wrong = app(&lamp).fabric(&url, "lab.two").fabric_credentials(file("wrong"));
    let wrong = Served::app(wrong.fabric_authority(file("cert.pem"))).await;
    let said = why(&wrong, "it refuses the user and the password").await;
    assert!(!said.contains("geheim"), "{said}");
    Pair::good().write(&folder.0);
    let foreign = app(&lamp).fabric(&url, "lab.three").fabric_credentials(file("owner"));
    let foreign = Served::app(foreign.fabric_authority(file("cert.pem"))).await;
    why(&foreign, "its certificate must be valid now").await;
    // The one whose file was right goes on.
    owner.becomes("ok").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn files_that_cannot_be_used_are_an_error_at_the_start() {
    let folder = Folder::new("bad-creds");
    let file = folder.0.join("empty");
    fs::write(&file, "").unwrap();
    let fails = async |app: App, said: &str| {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let error = app.serve_on(listener, std::future::pending()).await.unwrap_err();
        assert!(error.is_fabric() && error.to_string().contains(said), "{error}");
    };
    let lamp = Lamp::default();
    let at = |url: &str| app(&lamp).fabric(url, NAME);
    fails(at("nats://127.0.0.1").fabric_credentials(&file), "user:password").await;
    fails(at("nats://me:x@127.0.0.1").fabric_credentials(&file), "twice").await;
    fails(at("tls://127.0.0.1").fabric_authority(&file), "BEGIN CERTIFICATE").await;
    fails(at("nats://127.0.0.1").fabric_authority(folder.0.join("none")), "cannot be read").await;
}

/// Fault: with the hub of the guide, everybody who reached its port for leaves could use every device, although owners and relays
/// had logins.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn fault_a_leaf_without_a_login_got_into_the_hub_of_the_guide() {
    let (folder, pair, leaves) = (Folder::new("leaves"), Pair::good(), free_address());
    pair.write(&folder.0);
    let file = |name: &str| folder.0.join(name).display().to_string();
    let guide = include_str!("../../docs/guide/fabric.md");
    // Without its first line, which this test writes itself.
    let block = |beginning: &str| {
        let block = guide.split("```text\n").find(|block| block.starts_with(beginning)).unwrap();
        block.split("```").next().unwrap().split_once('\n').unwrap().1.to_owned()
    };
    let hub = block("jetstream { domain: hub").replace("0.0.0.0:7422", &leaves.to_string());
    let hub = hub.replace("fullchain.pem", &file("cert.pem")).replace("privkey.pem", &file("key.pem"));
    let users = block("authorization {");
    let hub = nats::Nats::with(&format!("{hub}authorization {{ users: [\n{users}")).await;
    let leaf = block("listen: \"127.0.0.1:4222\"").replace("fleet.example.org:7422", &leaves.to_string());
    let leaf = leaf.replace("\" }] }", &format!("\", tls {{ ca_file: \"{}\" }} }}] }}", file("cert.pem")));
    let stranger = nats::Nats::with(&leaf.replace("leaf:change-me-3@", "")).await;
    eventually("the refusal", async || stranger.log().contains("Authorization Violation").then_some(())).await;
    let leaf = nats::Nats::with(&leaf).await;
    let owner = app(&Lamp::default()).fabric(leaf.url(), NAME).fabric_domain(nats::DOMAIN);
    Served::app(owner).await.becomes("ok").await;
    drop(hub);
}
