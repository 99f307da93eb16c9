//! Pictures: frames contain their ids, and HTTP serves their bytes.

use dash_devices::{PictureFormat, prelude::*};
use serde_json::Value;

use crate::support::{
    Served,
    http::{self, Request},
};

#[components]
struct Ui {
    shoot: Button,
    photo: Image,
    number: Text,
    look: Button,
    mine: Image,
}

/// Returns pictures whose bytes are its count.
#[callback_shared(on = Ui::shoot.click, output = (Ui::photo.source, Ui::number.text))]
fn shoot(count: &mut u8) -> (Jpeg, String) {
    *count += 1;
    (Jpeg(vec![*count; 1000]), count.to_string())
}

#[callback(on = Ui::look.click, output = Ui::mine.source)]
fn look(#[state(Ui::number.text)] number: &str) -> Option<Picture> {
    (number != "2").then(|| Picture::new(PictureFormat::Svg, "<svg xmlns='http://www.w3.org/2000/svg'/>"))
}

impl Dashboard for Ui {
    type Device = u8;
    type Session = ();
    const CALLBACKS: Callbacks<Self> = callbacks![shoot, look];

    fn layout(self) -> Element {
        page("Pictures", (self.shoot, self.photo, self.number, self.look, self.mine))
    }
}

fn path(reference: &Value) -> String {
    format!("/_dash/picture/{}", reference["id"].as_str().expect("a reference"))
}

#[tokio::test]
async fn a_frame_names_the_picture_and_its_bytes_are_fetched() {
    let served = Served::new::<Ui>(0).await;
    let (mut ada, mut bob) = (served.join().await, served.join().await);
    ada.apply("shoot.click", Value::Null).await;
    bob.sees("number.text", "1").await;
    let first = bob.value("photo.source").clone();
    assert_eq!((&first, &first["type"]), (ada.value("photo.source"), &"image/jpeg".into()));
    let response = served.get(&path(&first)).await;
    assert_eq!((response.status, &*response.body), (200, &[1; 1000][..]));
    assert_eq!(response.header("content-type"), Some("image/jpeg"));
    assert_eq!(response.header("x-content-type-options"), Some("nosniff"));
    // A camera would fill the disk of each viewer with pictures that nobody can request again.
    assert_eq!(response.header("cache-control"), Some("no-store"));
    // A page that is opened now shows it before any script runs. Where there is no picture, no image is rendered.
    let html = served.get("/").await.text().to_owned();
    let shown = format!("<img class=\"dd-image-picture\" alt=\"photo\" src=\".{}\">", path(&first));
    assert!(html.contains(&shown), "{html}");
    assert!(html.contains("<img class=\"dd-image-picture\" alt=\"mine\" hidden>"), "{html}");
    // A new client gets the newest picture. A client that knows the previous one can still fetch it.
    ada.apply("shoot.click", Value::Null).await;
    let newest = served.join().await.value("photo.source").clone();
    assert_eq!(served.get(&path(&newest)).await.body, [2; 1000]);
    assert_eq!(served.get(&path(&first)).await.body, [1; 1000]);
}

#[tokio::test]
async fn a_private_picture_is_known_to_its_client_only_and_none_is_none() {
    let served = Served::new::<Ui>(0).await;
    let (mut ada, bob) = (served.join().await, served.join().await);
    ada.apply("look.click", Value::Null).await;
    let mine = ada.value("mine.source").clone();
    let response = served.get(&path(&mine)).await;
    assert_eq!((response.status, response.header("content-type")), (200, Some("image/svg+xml")));
    // Opened directly it is a document, which may not load or run anything.
    assert!(response.header("content-security-policy").is_some_and(|policy| policy.contains("default-src 'none'")));
    assert_eq!(bob.value("mine.source"), &Value::Null);
    ada.apply("shoot.click", Value::Null).await;
    ada.apply("shoot.click", Value::Null).await;
    ada.apply("look.click", Value::Null).await;
    assert_eq!(ada.value("mine.source"), &Value::Null);
}

#[tokio::test]
async fn s_what_is_no_picture_is_not_found() {
    let served = Served::new::<Ui>(0).await;
    for name in ["", "0", &"0".repeat(32), "../socket", "%2e%2e"] {
        assert_eq!(served.get(&format!("/_dash/picture/{name}")).await.status, 404, "{name}");
    }
    let foreign = Request::get(&format!("/_dash/picture/{}", "0".repeat(32))).host("evil.com");
    assert_eq!(http::send(served.address, &foreign).await.status, 403);
}

/// A browser cannot write a picture, because the property is not writable.
#[tokio::test]
async fn a_client_cannot_set_a_picture() {
    let served = Served::new::<Ui>(0).await;
    let mut eve = served.join().await;
    let outcome =
        eve.outcome_of("photo.source", serde_json::json!({ "id": "0".repeat(32), "type": "image/png" })).await;
    assert_eq!(outcome.kind(), "not_writable");
}
