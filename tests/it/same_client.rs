//! What a dashboard knows about a client beyond its page: chosen headers and cookies, and that it is the same one after a
//! reload.

use dash_devices::{App, Path, prelude::*};
use tokio::net::TcpStream;

use crate::support::{Browser, Page as Document, Served, Socket, limits};

#[components]
struct Ui {
    router: Router,
    who: Text,
    mine: Input,
    visits: Text,
}

#[callback(output = Ui::router.children)]
fn show(#[input(Ui::router.path)] path: &Path) -> Element {
    view(path.as_str().to_owned(), ())
}

#[callback(on = connect, output = (Ui::who.text, Ui::visits.text))]
fn who(client: Client, #[session] visits: &mut u32) -> (String, String) {
    *visits += 1;
    let user = client.header("X-Forwarded-User").unwrap_or("nobody");
    let who = format!("{} is {user} with {:?}, {:?}", client.id(), client.cookie("sid"), client.cookie("other"));
    (who, visits.to_string())
}

/// Makes the text private.
#[callback(output = Ui::mine.label)]
fn label(#[input(Ui::mine.value)] mine: &str) -> String {
    format!("{} letters", mine.len())
}

impl Dashboard for Ui {
    type Device = ();
    type Session = u32;
    const CALLBACKS: Callbacks<Self> = callbacks![show, who, label];
    const SAME_CLIENT_AFTER_RELOAD: bool = true;

    fn layout(self) -> Element {
        page("Same", (self.router, self.who, self.mine, self.visits))
    }
}

fn app() -> App {
    App::new::<Ui>(()).unwrap().limits(limits(|_| {})).keep_header("X-Forwarded-User").keep_cookie("sid")
}

/// N4 of the first users.
#[tokio::test]
async fn fault_a_client_has_no_cookie_and_no_header() {
    let app = Served::app(app()).await;
    let headers = [("x-forwarded-user", "ann"), ("cookie", "other=1; sid=secret")];
    let stream = TcpStream::connect(app.address).await.unwrap();
    let mut ann = Browser::join_over_with(stream, app.page().await, &headers).await;
    ann.sees("who.text", "1 is ann with Some(\"secret\"), None").await;
    let mut bob = app.join().await;
    bob.sees("who.text", "2 is nobody with None, None").await;
    for bad in [app_with(|app| app.keep_header("a b")), app_with(|app| app.keep_cookie("a;b"))] {
        assert!(bad.into_router().unwrap_err().is_hosts());
    }
}

fn app_with(change: impl FnOnce(App) -> App) -> App {
    change(app())
}

/// What the script does after a reload: a new document, perhaps at another address, and a hello with the session and the
/// revision 0.
#[tokio::test]
async fn fault_a_reload_is_a_new_client() {
    let app = Served::app(app()).await;
    let mut ann = app.join().await;
    ann.apply("mine.value", "words").await;
    ann.sees("visits.text", "1").await;
    ann.sees("router.path", "/").await;
    let (session, last) = (ann.session.clone(), ann.last);
    ann.socket.say(r#"{"t":"bye"}"#).await;
    ann.settle().await;
    let page = Document::at("/lamp", app.get("/lamp").await.text());
    let mut hello = page.hello();
    (hello["session"], hello["rev"], hello["path"], hello["turn"]) =
        (session.as_str().into(), 0.into(), "/lamp".into(), 9.into());
    let mut socket = Socket::open(app.address, page.socket()).await;
    socket.say(hello.to_string()).await;
    let welcome = socket.frame().await;
    assert_eq!((&welcome["session"], &welcome["last"]), (&session.into(), &last.into()));
    ann.socket = socket;
    ann.page = page;
    ann.rev = 0;
    ann.sees("visits.text", "2").await;
    ann.sees("router.path", "/lamp").await;
    ann.sees("mine.value", "words").await;
    ann.until("the page at the new address", |ann| ann.value("router.children").to_string().contains("/lamp")).await;
    ann.apply("mine.value", "more words").await;
    ann.sees("mine.label", "10 letters").await;
    // Only on dashboards that want it, the page has the script for it.
    let script = app.get(&ann.page.link("src", "/_dash/dash-")).await.text();
    assert!(script.contains("sessionStorage"));
}
