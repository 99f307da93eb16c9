//! The first command of a page that has only watched takes one way to the device and back.

use async_nats::{Client, Message, Subscriber};
use futures_util::{FutureExt as _, StreamExt as _};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

use super::{kills::shots, *};

/// All messages that the broker has passed on so far.
async fn passed(client: &Client, messages: &mut Subscriber) -> Vec<Message> {
    // The answer comes behind all of them.
    client.flush().await.unwrap();
    within("the broker", client.request("dash.echo", "".into())).await.unwrap();
    std::iter::from_fn(|| messages.next().now_or_never().flatten()).collect()
}

/// A client of the broker that can say when it has got everything.
async fn listener(nats: &nats::Nats) -> Client {
    let client = async_nats::connect(nats.url()).await.unwrap();
    let (echo, mut asked) = (client.clone(), client.subscribe("dash.echo").await.unwrap());
    tokio::spawn(async move {
        while let Some(Message { reply: Some(reply), .. }) = asked.next().await {
            echo.publish(reply, "".into()).await.unwrap();
        }
    });
    client
}

/// Fault: the relay asked for a stream, then for a socket in it, and then sent the command: three times the way to the device
/// and back.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn fault_the_first_command_of_a_page_took_three_times_the_way_to_the_device_and_back() {
    let (nats, lamp) = (nats::Nats::start().await, Lamp::default());
    let _owner = Served::app(shared::range(&lamp).fabric(nats.url(), NAME)).await;
    let relay = Served::relay(&nats.url()).await;
    let client = listener(&nats).await;
    let (mut up, mut opened) =
        (client.subscribe("dash.up.>").await.unwrap(), client.subscribe("dash.open.>").await.unwrap());
    let mut ada = relay.join().await;
    let known: Vec<_> = passed(&client, &mut up).await.into_iter().map(|packet| packet.subject).collect();
    passed(&client, &mut opened).await;
    ada.apply("shoot.click", Value::Null).await;
    let opened = passed(&client, &mut opened).await;
    assert_eq!(opened.len(), 1, "{opened:?}");
    let late: Vec<_> =
        passed(&client, &mut up).await.into_iter().filter(|packet| !known.contains(&packet.subject)).collect();
    assert!(late.is_empty(), "sent after the answer to the request for the stream: {late:?}");
    // From now on it has the stream.
    ada.apply("shoot.click", Value::Null).await;
    assert_eq!(lamp.did(), ["set 0", "shot 1", "shot 2"]);
}

/// An owner that does not read what comes together with a request for a stream.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_page_acts_at_an_owner_that_waits_for_what_is_said_on_a_stream() {
    let (nats, lamp) = (nats::Nats::start().await, Lamp::default());
    let _owner = Served::app(shared::range(&lamp).fabric(nats.url(), NAME)).await;
    let client = async_nats::connect(nats.url()).await.unwrap();
    let (mut asked, mut beats) =
        (client.subscribe("dash.open.lab.old").await.unwrap(), client.subscribe("dash.there.lab.lamp").await.unwrap());
    let broker = client.clone();
    tokio::spawn(async move {
        while let Some(beat) = beats.next().await {
            broker.publish("dash.there.lab.old", beat.payload).await.unwrap();
        }
    });
    tokio::spawn(async move {
        while let Some(Message { reply: Some(reply), payload, .. }) = asked.next().await {
            let mut open: Value = serde_json::from_slice(&payload).unwrap();
            open.as_object_mut().unwrap().remove("first");
            // Before the owner is there, nobody answers.
            let Ok(answer) = client.request("dash.open.lab.lamp", open.to_string().into()).await else { continue };
            let mut answer: Value = serde_json::from_slice(&answer.payload).unwrap();
            answer["up"].as_object_mut().unwrap().remove("first");
            client.publish(reply, answer.to_string().into()).await.unwrap();
        }
    });
    let relay = Served::relay(&nats.url()).await;
    let page = eventually("the page", async || {
        let response = relay.get("/d/lab.old/").await;
        (response.status == 200).then(|| Page::at("/d/lab.old/", response.text()))
    })
    .await;
    let mut ada = Browser::join(relay.address, page).await;
    assert_eq!(relay.health().await["watching"], 1);
    ada.apply("shoot.click", Value::Null).await;
    ada.until("the shot", |ada| shots(ada) == [1]).await;
    ada.come_back_to(relay.address).await;
    ada.apply("shoot.click", Value::Null).await;
    ada.until("both shots", |ada| shots(ada) == [1, 2]).await;
}

/// A page whose request has a body is no usual one. The body must not get in front of what the relay says for the page.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn s09_a_body_of_the_request_for_a_socket_does_not_take_the_place_of_the_hello() {
    let (nats, lamp) = (nats::Nats::start().await, Lamp::default());
    let _owner = Served::app(shared::range(&lamp).fabric(nats.url(), NAME)).await;
    let relay = Served::relay(&nats.url()).await;
    let page = relay.page().await;
    let request = Request::upgrade(page.socket()).body("GET / HTTP/1.1");
    let mut socket = TcpStream::connect(relay.address).await.unwrap();
    socket.write_all(request.bytes(relay.address).as_bytes()).await.unwrap();
    let mut answer = [0; 12];
    within("an answer", socket.read_exact(&mut answer)).await.unwrap();
    assert_eq!(relay.health().await["watching"], 0, "{}", String::from_utf8_lossy(&answer));
}
