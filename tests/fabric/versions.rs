//! Owners and relays of the first released form of the protocol still work with those of this version. What they say is
//! written here as they say it, so a change of this version that they would misread fails.

use async_nats::{Client, Subscriber};
use futures_util::StreamExt as _;

use super::*;

/// A packet with bytes of a stream, `before` of which have been sent already.
fn data(before: u64, bytes: &[u8]) -> Vec<u8> {
    [b"D", &before.to_be_bytes()[..], bytes].concat()
}

/// A packet that says how many bytes have been read, or that the stream has so many.
fn number(kind: u8, number: u64) -> Vec<u8> {
    [&[kind][..], &number.to_be_bytes()].concat()
}

/// Reads the stream up to its end, or as long as `is_whole` says no.
async fn read(client: &Client, packets: &mut Subscriber, answers: &str, is_whole: impl Fn(&[u8]) -> bool) -> Vec<u8> {
    let mut read = Vec::new();
    while !is_whole(&read) {
        let packet = within("a packet", packets.next()).await.unwrap().payload;
        let (head, rest) = packet.split_at(9);
        let number_in = u64::from_be_bytes(head[1..].try_into().unwrap());
        match head[0] {
            b'D' => {
                assert_eq!(number_in, read.len() as u64, "in order, and nothing is missing");
                read.extend_from_slice(rest);
                client.publish(answers.to_owned(), number(b'A', read.len() as u64).into()).await.unwrap();
            }
            b'A' => {}
            b'F' => break,
            other => panic!("{} {}", char::from(other), String::from_utf8_lossy(rest)),
        }
    }
    read
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_relay_of_the_first_form_still_serves_the_pages_of_this_version() {
    let (nats, lamp) = (nats::Nats::start().await, Lamp::default());
    let owner = Served::owner(&lamp, &nats.url()).await;
    owner.becomes("ok").await;
    let client = async_nats::connect(nats.url()).await.unwrap();
    let mut packets = client.subscribe("dash.down.old-1.*").await.unwrap();
    client.flush().await.unwrap();
    let open =
        r#"{"protocol":2,"down":"dash.down.old-1.7","host":"hub.example","encrypted":null,"client":"192.0.2.7"}"#;
    let answer = client.request("dash.open.lab.lamp", open.into()).await.unwrap();
    let answer: Value = serde_json::from_slice(&answer.payload).unwrap();
    let up = answer["up"]["subject"].as_str().unwrap().to_owned();
    let beat = &answer["up"]["beat"];
    assert_eq!((&beat["title"], beat["link"].is_string(), beat["run"].is_string()), (&json!("Lamp"), true, true));
    assert_eq!((&beat["protocol"], beat["lease_ms"].is_u64()), (&json!(2), true));
    let request = b"GET / HTTP/1.1\r\nhost: hub.example\r\nconnection: close\r\n\r\n";
    client.publish(up.clone(), data(0, request).into()).await.unwrap();
    let document = read(&client, &mut packets, &up, |_| false).await;
    let document = String::from_utf8_lossy(&document).into_owned();
    assert!(document.starts_with("HTTP/1.1 200 OK\r\n") && document.contains("id=\"dd-state\""), "{document}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_owner_of_the_first_form_is_still_served_by_a_relay_of_this_version() {
    const BEAT: &str = r#"{"run":"r1","link":"old-1","title":"Old lamp","protocol":2,"lease_ms":6000,"gone":false}"#;
    let nats = nats::Nats::start().await;
    let relay = Served::relay(&nats.url()).await;
    let client = async_nats::connect(nats.url()).await.unwrap();
    let mut asked = client.subscribe("dash.open.lab.old").await.unwrap();
    let mut packets = client.subscribe("dash.up.old-1.*").await.unwrap();
    eventually("the list has the device", async || {
        client.publish("dash.there.lab.old", BEAT.into()).await.unwrap();
        client.flush().await.unwrap();
        (relay.health().await["devices"]["lab.old"]["there"] == true).then_some(())
    })
    .await;
    let address = relay.address;
    let page = tokio::spawn(async move { http::send(address, &Request::get("/d/lab.old/")).await });
    let open = within("a request for a stream", asked.next()).await.unwrap();
    let said: Value = serde_json::from_slice(&open.payload).unwrap();
    assert_eq!((&said["protocol"], &said["client"]), (&json!(2), &json!("127.0.0.1")));
    let down = said["down"].as_str().unwrap().to_owned();
    let up = format!(r#"{{"up":{{"subject":"dash.up.old-1.1","beat":{BEAT}}}}}"#);
    client.publish(open.reply.unwrap(), up.into()).await.unwrap();
    let request = read(&client, &mut packets, &down, |read| read.ends_with(b"\r\n\r\n")).await;
    assert!(request.starts_with(b"GET / HTTP/1.1\r\n"), "{}", String::from_utf8_lossy(&request));
    let response = b"HTTP/1.1 200 OK\r\ncontent-type: text/html\r\ncontent-length: 8\r\n\r\nold page";
    client.publish(down.clone(), data(0, response).into()).await.unwrap();
    client.publish(down, number(b'F', response.len() as u64).into()).await.unwrap();
    let page = within("the page", page).await.unwrap();
    assert_eq!((page.status, page.text().as_str()), (200, "old page"));
}
