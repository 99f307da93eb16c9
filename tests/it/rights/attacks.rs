//! Attacks on logins that have a name: theft from the log, fixation, and what a page says when the record is lost.

use std::collections::BTreeMap;

use super::*;
use crate::support::Program;

/// All that nobody may read in a log: each with what it is.
type Secrets = BTreeMap<String, &'static str>;

fn secret_of(cookie: &str) -> String {
    cookie.split(';').next().unwrap().split_once('=').unwrap().1.to_owned()
}

/// Logins that succeed and fail, logouts, cookies and tokens that are valid or not, over a server whose log has each line.
#[tokio::test]
async fn no_line_of_the_log_the_record_or_an_answer_has_a_cookie_a_token_or_a_password() {
    let folder = Folder::new("theft");
    write_users(&folder, &[("ada", "operator"), ("eve", "admin")]);
    let (token, entry) = program("logger", "operator");
    fs::write(folder.users(), fs::read_to_string(folder.users()).unwrap() + &entry).unwrap();
    let record = folder.0.join("audit.jsonl");
    let mut program = Program::start_with("rights::logins::as_a_program_with_users", "127.0.0.1:0", |command| {
        command.env("DASH_USERS", folder.users()).env("DASH_AUDIT", &record).env("RUST_LOG", "trace");
    });
    let address = program.address();
    let mut secrets = Secrets::new();
    let mut answers = String::new();
    let mut ask = async |request: Request| {
        let answer = http::send(address, &request).await;
        answers += &String::from_utf8_lossy(&answer.body);
        answer
    };
    let form = |path: &str, name: &str, password: &str| {
        let body = format!("name={name}&password={password}&next=a");
        Request::new("POST", path).header("Content-Type", "application/x-www-form-urlencoded").body(body)
    };
    secrets.insert("correct horse".to_owned(), "a password");
    secrets.insert("correct+horse".to_owned(), "a password");
    for (name, password) in
        [("hunter4-as-a-name", "x"), ("ada", "hunter2-wrong"), ("bob", "hunter3-unknown"), ("ada", "")]
    {
        let answer = ask(form("/_dash/login", name, password)).await;
        // The form shows the name again that the person has typed.
        assert_eq!(answer.status, 403, "{name}");
        for typed in [name, password].into_iter().filter(|typed| typed.starts_with("hunter")) {
            secrets.insert(typed.to_owned(), "what was typed into the form");
        }
    }
    let mut cookies = Vec::new();
    for _ in 0..2 {
        let answer = ask(form("/_dash/login", "ada", "correct+horse")).await;
        assert_eq!(answer.status, 303);
        for name in ["dash-login", "dash-device"] {
            let cookie = answer.cookie(name).unwrap();
            secrets.insert(secret_of(cookie), "a cookie");
            cookies.push(cookie.split(';').next().unwrap().to_owned());
        }
    }
    let (login, wrong) = (cookies[0].clone(), format!("{}={}", cookies[0].split('=').next().unwrap(), "ab".repeat(32)));
    secrets.insert("ab".repeat(32), "an invented cookie");
    secrets.insert(token.clone(), "a token");
    secrets.insert("cd".repeat(32), "an invented token");
    let bearer = |token: &str| ("Authorization", format!("Bearer {token}"));
    let headers = [
        ("Cookie", login.clone()),
        ("Cookie", wrong),
        ("Cookie", format!("{login}; {login}")),
        ("Cookie", format!("{login}\u{e4}")),
        bearer(&token),
        bearer(&"cd".repeat(32)),
        ("Authorization", format!("Basic {token}")),
    ];
    for (name, value) in &headers {
        for request in [
            Request::get("/"),
            Request::get("/api/props/none/value"),
            Request::new("PUT", "/api/props/speed/value").json(3),
            Request::new("PUT", "/api/props/key/value").json("x"),
            Request::new("PUT", "/api/props/speed/value").json("no number").header("Origin", "http://evil.com"),
            Request::new("POST", "/api/batch").json("{"),
        ] {
            ask(request.header(name, value)).await;
        }
    }
    // A page with a socket, which is put out.
    let page = Page::of(ask(Request::get("/").header("Cookie", &login)).await.text());
    let stream = TcpStream::connect(address).await.unwrap();
    let mut page = Browser::join_over_with(stream, page, &[("cookie", &login)]).await;
    page.apply("speed.value", 9.0).await;
    secrets.insert(page.session.clone(), "the session of a page");
    assert_eq!(ask(form("/_dash/logout", "", "").header("Cookie", &login)).await.status, 303);
    is_put_out(page).await;
    ask(Request::get("/health").header("Cookie", &login)).await;
    program.signal("TERM");
    assert!(program.end().0.success());

    let log = program.logged("");
    assert!(log.iter().any(|line| line.contains("a login as \"ada\"")), "{log:?}");
    assert!(log.iter().any(|line| line.contains("TRACE") || line.contains("DEBUG")), "the log has each line: {log:?}");
    let records: String =
        ["audit.jsonl", "audit.refused.jsonl"].map(|name| fs::read_to_string(folder.0.join(name)).unwrap()).concat();
    assert!(records.contains("speed.value"), "{records}");
    for (secret, what) in &secrets {
        for line in log.iter().map(String::as_str).chain(records.lines()) {
            assert!(!line.contains(secret), "{what} is in a log: {line}");
        }
        // The form shows again what was typed as the name, and to nobody else.
        assert!(secret == "hunter4-as-a-name" || !answers.contains(secret), "{what} is in an answer: {secret}");
    }
    // The files have hashes only.
    for name in ["users.toml", "users.logins.toml"] {
        let text = fs::read_to_string(folder.0.join(name)).unwrap_or_default();
        for (secret, what) in &secrets {
            assert!(!text.contains(secret), "{what} is in {name}");
        }
    }
}

/// Somebody plants a cookie in the browser of a user, and waits for her login.
#[tokio::test]
async fn a_cookie_that_was_there_before_the_login_is_never_one_of_it() {
    let folder = Folder::new("planted");
    let app = lab(&folder).await;
    let name = log_in(&app, "eve").await.split('=').next().unwrap().to_owned();
    let planted = format!("{name}={}", "5a".repeat(32));
    let form = "name=ada&password=correct+horse";
    let answer = post(&app, "/_dash/login", form, &[("Cookie", planted.as_str())]).await;
    assert_eq!(answer.status, 303);
    let cookie = answer.cookie("dash-login").unwrap().split(';').next().unwrap().to_owned();
    assert_ne!(cookie, planted);
    assert_eq!((get(&app, "/health", &planted).await.status, get(&app, "/health", &cookie).await.status), (401, 200));
    // Nor a session of a page that somebody else knows.
    let mut mine = join(&app, &log_in(&app, "eve").await).await;
    let page = Page::of(get(&app, "/", &cookie).await.text());
    let stream = TcpStream::connect(app.address).await.unwrap();
    let mut socket = Socket::over_with(stream, page.socket(), &[("cookie", cookie.as_str())]).await.unwrap();
    let mut hello = page.hello();
    hello["session"] = json!(mine.session);
    socket.say(hello.to_string()).await;
    let welcome = socket.frame().await;
    assert_ne!(welcome["session"], json!(mine.session));
    mine.apply("speed.value", 4.0).await;
}

#[tokio::test]
async fn fault_no_page_said_that_the_file_of_the_record_is_full() {
    let folder = Folder::new("full");
    write_users(&folder, &[("ada", "operator")]);
    let record = folder.0.join("audit.jsonl");
    std::os::unix::fs::symlink("/dev/full", &record).unwrap();
    let app = Served::app(app().users(folder.users()).audit(&record)).await;
    let cookie = log_in(&app, "ada").await;
    let mut page = join(&app, &cookie).await;
    page.apply("speed.value", 5.0).await;
    eventually("the state", async || {
        get(&app, "/health", &cookie).await.text().contains("\"not audited\"").then_some(())
    })
    .await;
    page.apply("speed.value", 6.0).await;
    let says = |page: &Browser| json!(page.updates).to_string().contains("is not recorded at present");
    page.until("the message", says).await;
}
