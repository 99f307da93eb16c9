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

/// A request whose head has arrived: the server knows who sends it, and waits for the body.
async fn begun(app: &Served, request: &Request, body: &str) -> TcpStream {
    let request = request.clone().header("Content-Type", "application/json").header("Expect", "100-continue");
    let request = request.header("Content-Length", &body.len().to_string());
    let mut stream = TcpStream::connect(app.address).await.unwrap();
    stream.write_all(request.bytes(app.address).as_bytes()).await.unwrap();
    let mut told = [0; 25];
    within("the server to ask for the body", stream.read_exact(&mut told)).await.unwrap();
    assert_eq!(&told, b"HTTP/1.1 100 Continue\r\n\r\n");
    stream
}

/// Sends the body, and returns the answer.
async fn completed(mut stream: TcpStream, body: &str) -> Response {
    stream.write_all(body.as_bytes()).await.unwrap();
    let mut answer = Vec::new();
    within("the answer", stream.read_to_end(&mut answer)).await.unwrap();
    Response::parse(&answer)
}

/// The body of a request may take 10 s. So a request was on its way when somebody was told that the login has ended.
#[tokio::test]
async fn fault_a_request_whose_body_came_after_the_end_of_its_login_was_carried_out() {
    const BATCH: &str = r#"[{"prop":"go.click"}]"#;
    let (token, entry) = program("robot", "operator");
    for end in ["logout", "role", "removal", "token"] {
        let folder = Folder::new(&format!("late-body-{end}"));
        write_users(&folder, &[("ada", "operator"), ("eve", "admin")]);
        let people = fs::read_to_string(folder.users()).unwrap();
        fs::write(folder.users(), people.clone() + &entry).unwrap();
        let bench = Bench::new();
        let app = Served::app(slow(&bench).users(folder.users())).await;
        let cookie = log_in(&app, "ada").await;
        let own =
            if end == "token" { ("Authorization", format!("Bearer {token}")) } else { ("Cookie", cookie.clone()) };
        let request = |method: &str, path: &str| Request::new(method, path).header(own.0, &own.1);
        let click = begun(&app, &request("POST", "/api/props/go/click"), "null").await;
        let batch = begun(&app, &request("POST", "/api/batch"), BATCH).await;
        match end {
            "logout" => _ = post(&app, "/_dash/logout", "", &[("Cookie", cookie.as_str())]).await,
            "role" => write_users(&folder, &[("ada", "guest"), ("eve", "admin")]),
            "removal" => write_users(&folder, &[("eve", "admin")]),
            _ => fs::write(folder.users(), people).unwrap(),
        }
        eventually("the end of the rights", async || {
            let all = http::send(app.address, &request("GET", "/api/props")).await;
            (all.status == 401 || !all.text().contains("\"writable\":true")).then_some(())
        })
        .await;
        for answer in [completed(click, "null").await, completed(batch, BATCH).await] {
            assert_eq!(answer.status, 401, "{end}: {}", answer.text());
            assert!(answer.text().contains("\"kind\":\"login\""), "{end}: {}", answer.text());
        }
        assert_eq!(bench.begun.load(Ordering::SeqCst), 0, "{end}: it was carried out");
    }
}

/// The function of the program says something else while a request is on its way.
#[tokio::test]
async fn fault_a_request_whose_body_came_after_its_role_was_taken_away_at_run_time_was_carried_out() {
    static MAY: AtomicUsize = AtomicUsize::new(1);
    let bench = Bench::new();
    let role = |_: &User, _: &Client| if MAY.load(Ordering::SeqCst) > 0 { Lab::Operator } else { Lab::Guest };
    let app = Served::app(slow(&bench).rights(role)).await;
    let click = begun(&app, &Request::new("POST", "/api/props/go/click"), "null").await;
    MAY.store(0, Ordering::SeqCst);
    // A body that takes this long is asked about again.
    tokio::time::sleep(Duration::from_millis(700)).await;
    let answer = completed(click, "null").await;
    assert_eq!((answer.status, bench.begun.load(Ordering::SeqCst)), (401, 0), "{}", answer.text());
}

/// The frames of a page that is put out, up to the one that makes it load again.
async fn last_frames(mut page: Browser) -> Vec<serde_json::Value> {
    let mut frames = Vec::new();
    loop {
        match page.socket.hear().await {
            Heard::Frame(frame) if frame["t"] == "reload" => return frames,
            Heard::Frame(frame) => frames.push(frame),
            other => panic!("{other:?} instead of a reload"),
        }
    }
}

#[tokio::test]
async fn fault_a_page_that_was_put_out_was_not_told_what_became_of_its_command() {
    for end in ["logout", "role"] {
        let folder = Folder::new(&format!("told-{end}"));
        write_users(&folder, &[("ada", "operator")]);
        let bench = Bench::new();
        let app = Served::app(slow(&bench).users(folder.users())).await;
        let cookie = log_in(&app, "ada").await;
        let (mut page, other) = (join(&app, &cookie).await, join(&app, &cookie).await);
        let number = page.set("go.click", serde_json::Value::Null).await;
        bench.has_begun().await;
        match end {
            "logout" => _ = post(&app, "/_dash/logout", "", &[("Cookie", cookie.as_str())]).await,
            _ => write_users(&folder, &[("ada", "guest")]),
        }
        let told: Vec<_> = last_frames(page).await.into_iter().filter(|frame| !frame["a"].is_null()).collect();
        let last = told.last().unwrap_or_else(|| panic!("{end}: no outcome before the page loads again"));
        assert_eq!((&last["a"][0][0], &last["a"][0][1]), (&json!(number), &json!(6)), "{end}: {last}");
        assert!(last["a"][0][2].as_str().unwrap().contains("login"), "{last}");
        assert!(last["p"].is_null(), "nothing else comes with it: {last}");
        assert!(last_frames(other).await.iter().all(|frame| frame["a"].is_null()), "who sent nothing is told nothing");
        bench.end();
    }
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
