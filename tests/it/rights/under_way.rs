//! What is under way when a login ends, or when somebody must be named again: it is carried out once, and answered.

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

use tokio::sync::Semaphore;

use super::*;

#[components(role = Lab, needs = Lab::Operator)]
struct Slow {
    go: Button,
    done: Text,
}

/// A device that works until the test lets it go on.
#[derive(Clone)]
struct Bench {
    begun: Arc<AtomicUsize>,
    go_on: Arc<Semaphore>,
}

impl Bench {
    fn new() -> Self {
        Self { begun: Arc::default(), go_on: Arc::new(Semaphore::new(0)) }
    }

    async fn has_begun(&self) {
        eventually("the run", async || (self.begun.load(Ordering::SeqCst) > 0).then_some(())).await;
    }

    /// Lets the run end, and asserts that there was one.
    fn end(&self) {
        self.go_on.add_permits(1);
        assert_eq!(self.begun.load(Ordering::SeqCst), 1);
    }
}

#[callback_shared(on = Slow::go.click, output = Slow::done.text)]
async fn go(bench: &mut Bench) -> String {
    bench.begun.fetch_add(1, Ordering::SeqCst);
    bench.go_on.acquire().await.unwrap().forget();
    "done".to_owned()
}

impl Dashboard for Slow {
    type Device = Bench;
    type Session = ();
    const CALLBACKS: Callbacks<Self> = callbacks![go];

    fn layout(self) -> Element {
        page("Slow", (self.go, self.done))
    }
}

fn slow(bench: &Bench) -> App {
    App::new::<Slow>(bench.clone()).unwrap().limits(limits(|_| {}))
}

#[tokio::test]
async fn the_caller_of_a_request_gets_its_outcome_although_the_login_ends_meanwhile() {
    let (token, entry) = program("robot", "operator");
    for (at, end) in ["logout", "role", "removal", "token"].into_iter().enumerate() {
        let folder = Folder::new(&format!("under-way-{end}"));
        write_users(&folder, &[("ada", "operator"), ("eve", "admin")]);
        let people = fs::read_to_string(folder.users()).unwrap();
        fs::write(folder.users(), people.clone() + &entry).unwrap();
        let bench = Bench::new();
        let app = Served::app(slow(&bench).users(folder.users())).await;
        let cookie = log_in(&app, "ada").await;
        let own = if at == 3 { ("Authorization", format!("Bearer {token}")) } else { ("Cookie", cookie.clone()) };
        let request = |method: &str, path: &str| Request::new(method, path).header(own.0, &own.1);
        let (address, click) = (app.address, request("POST", "/api/props/go/click").json("null"));
        let answer = tokio::spawn(async move { http::send(address, &click).await });
        bench.has_begun().await;
        match end {
            "logout" => _ = post(&app, "/_dash/logout", "", &[("Cookie", cookie.as_str())]).await,
            "role" => write_users(&folder, &[("ada", "guest"), ("eve", "admin")]),
            "removal" => write_users(&folder, &[("eve", "admin")]),
            _ => fs::write(folder.users(), people).unwrap(),
        }
        eventually("the end of the rights", async || {
            let status = http::send(app.address, &request("POST", "/api/props/go/click").json("null")).await.status;
            matches!(status, 401 | 403).then_some(())
        })
        .await;
        bench.end();
        let answer = within("the answer", answer).await.unwrap();
        assert_eq!((answer.status, answer.text().contains("\"applied\"")), (200, true), "{end}: {}", answer.text());
    }
}

#[tokio::test]
async fn what_a_page_had_under_way_is_carried_out_once_and_who_logs_in_again_sees_it() {
    let folder = Folder::new("under-way-page");
    write_users(&folder, &[("ada", "operator")]);
    let (bench, record) = (Bench::new(), folder.0.join("audit.jsonl"));
    let app = Served::app(slow(&bench).users(folder.users()).audit(&record)).await;
    let cookie = log_in(&app, "ada").await;
    let mut page = join(&app, &cookie).await;
    page.set("go.click", serde_json::Value::Null).await;
    bench.has_begun().await;
    post(&app, "/_dash/logout", "", &[("Cookie", cookie.as_str())]).await;
    is_put_out(page).await;
    bench.end();
    let cookie = log_in(&app, "ada").await;
    join(&app, &cookie).await.sees("done.text", "done").await;
    // Nobody could be told any more what became of it.
    let text =
        eventually("the record", async || fs::read_to_string(&record).ok().filter(|text| text.ends_with('\n'))).await;
    let lines: Vec<serde_json::Value> = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let facts: Vec<_> = lines.iter().map(|line| (&line["user"], &line["property"], &line["outcome"])).collect();
    assert_eq!(facts, [(&json!("ada"), &json!("go.click"), &json!("unknown"))], "{text}");
}

/// A layer of the program names everybody, so everybody must be named again after a second.
fn named(bench: &Bench) -> App {
    let named = |router: axum::Router| router.layer(axum::Extension(User::new("ada", Lab::Operator)));
    slow(bench).wrap(named).recheck_users(Duration::from_secs(1))
}

#[tokio::test]
async fn a_command_under_way_has_one_outcome_when_its_user_must_be_named_again() {
    for by_request in [false, true] {
        let bench = Bench::new();
        let app = Served::app(named(&bench)).await;
        let mut page = if by_request { app.join_by_request().await } else { app.join().await };
        let number = page.set("go.click", serde_json::Value::Null).await;
        bench.has_begun().await;
        assert_eq!(page.end().await, Heard::Closed(1013), "by request: {by_request}");
        // Its outcome is decided while the page is away.
        bench.end();
        let welcome = if by_request { page.come_back_by_request().await } else { page.come_back().await };
        assert_eq!((&welcome["session"], &welcome["last"]), (&json!(page.session), &json!(number)));
        assert_eq!(page.outcome(number).await, Outcome::Applied);
        page.sees("done.text", "done").await;
        assert_eq!(bench.begun.load(Ordering::SeqCst), 1);
    }
}

#[tokio::test]
async fn a_stream_of_a_page_without_a_socket_ends_with_the_login_too() {
    let folder = Folder::new("under-way-stream");
    write_users(&folder, &[("ada", "operator")]);
    let app = Served::app(slow(&Bench::new()).users(folder.users())).await;
    let cookie = log_in(&app, "ada").await;
    let page = Page::of(get(&app, "/", &cookie).await.text());
    let open = Request::new("POST", page.stream()).json(page.hello()).header("Cookie", &cookie);
    let mut events = crate::support::events::Events::open(app.address, &open).await.unwrap();
    assert!(events.event().await.unwrap().contains("welcome"));
    let begun = Instant::now();
    post(&app, "/_dash/logout", "", &[("Cookie", cookie.as_str())]).await;
    let mut last = String::new();
    while let Some(event) = events.event().await {
        last += &event;
    }
    assert!(last.contains("\"reload\""), "{last}");
    assert!(begun.elapsed() < Duration::from_secs(1), "{:?}", begun.elapsed());
}
