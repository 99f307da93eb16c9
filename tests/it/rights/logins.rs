//! People with a password: the login page, how long a login lasts, and what ends it.

use std::process::Command;

use super::*;
use crate::support::Program;

#[tokio::test]
async fn who_has_not_logged_in_gets_the_login_page_and_nothing_else() {
    let folder = Folder::new("nobody");
    let app = lab(&folder).await;
    let page = http::send(app.address, &Request::get("/").header("Accept", "text/html")).await;
    assert_eq!((page.status, page.header("location")), (303, Some("./_dash/login?next=")));
    let login = app.get("/_dash/login?next=units").await;
    assert_eq!(login.status, 200);
    assert!(login.text().contains("autocomplete=\"current-password\"") && !login.text().contains("<script"));
    for path in
        ["/", "/health", "/schema.json", "/api/props", "/api/props/speed/value", "/api/subscribe?prop=status.text"]
    {
        assert_eq!(app.get(path).await.status, 401, "{path}");
    }
    for request in
        [Request::new("PUT", "/api/props/speed/value").json(1), Request::new("POST", "/api/batch").json("[]")]
    {
        assert_eq!(http::send(app.address, &request).await.status, 401);
    }
    let stream = TcpStream::connect(app.address).await.unwrap();
    assert_eq!(Socket::over(stream, "/_dash/socket", None).await.err(), Some(401));
}

#[tokio::test]
async fn a_login_gives_the_rights_of_the_role_and_callbacks_know_who_it_is() {
    let folder = Folder::new("login");
    let app = lab(&folder).await;
    let cookie = log_in(&app, "ada").await;
    let mut ada = join(&app, &cookie).await;
    ada.apply("speed.value", 30.0).await;
    ada.sees("status.text", "ada set 30").await;
    let html = get(&app, "/", &cookie).await.text();
    let account = "<span class=\"dd-account-user\">ada</span><span class=\"dd-account-role\">operator</span>";
    let (before, behind) = html.split_once(account).expect("the account");
    assert!(before.contains("<header class=\"dd-header\">") && behind.contains("</header>"), "it is in the bar");
}

#[tokio::test]
async fn a_wrong_password_and_an_unknown_name_are_told_alike() {
    let folder = Folder::new("wrong");
    let app = lab(&folder).await;
    let wrong = post(&app, "/_dash/login", "name=ada&password=wrong", &[]).await;
    let unknown = post(&app, "/_dash/login", "name=bob&password=wrong", &[]).await;
    assert_eq!((wrong.status, unknown.status), (403, 403));
    assert_eq!(wrong.text().replace("ada", "?"), unknown.text().replace("bob", "?"));
    assert!(wrong.header("set-cookie").is_none());
}

#[tokio::test]
async fn passwords_cannot_be_tried_more_often_than_five_times_a_minute() {
    let folder = Folder::new("tries");
    let app = lab(&folder).await;
    for _ in 0..5 {
        assert_eq!(post(&app, "/_dash/login", "name=ada&password=wrong", &[]).await.status, 403);
    }
    let response = post(&app, "/_dash/login", "name=ada&password=correct+horse", &[]).await;
    assert_eq!(response.status, 429);
    assert!(
        response.header("retry-after").is_some_and(|seconds| seconds.parse::<u64>().is_ok_and(|after| after <= 61))
    );
}

#[tokio::test]
async fn fault_who_tried_a_name_kept_its_user_from_logging_in_where_she_has_logged_in_before() {
    let folder = Folder::new("device");
    let app = lab(&folder).await;
    let form = "name=ada&password=correct+horse";
    let first = post(&app, "/_dash/login", form, &[]).await;
    let device = first.cookie("dash-device").expect("the browser is known from now on");
    assert!(device.contains("; HttpOnly; SameSite=Lax"), "{device}");
    let known = device.split(';').next().unwrap().to_owned();
    // Somebody else in the same network.
    for _ in 0..5 {
        assert_eq!(post(&app, "/_dash/login", "name=ada&password=wrong", &[]).await.status, 403);
    }
    assert_eq!(post(&app, "/_dash/login", form, &[]).await.status, 429);
    for (form, status) in [(form, 303), ("name=ada&password=wrong", 403), (form, 303)] {
        let again = post(&app, "/_dash/login", form, &[("Cookie", &known)]).await;
        assert_eq!(again.status, status, "{form}");
        assert!(again.cookie("dash-device").is_none_or(|cookie| cookie.starts_with(&known)), "it stays the same");
    }
    // It says nothing about another user, and after five tries nothing about this one.
    for _ in 0..5 {
        post(&app, "/_dash/login", "name=eve&password=wrong", &[("Cookie", &known)]).await;
    }
    let eve = post(&app, "/_dash/login", "name=eve&password=correct+horse", &[("Cookie", &known)]).await;
    assert_eq!(eve.status, 429);
    for _ in 0..4 {
        assert_eq!(post(&app, "/_dash/login", "name=ada&password=wrong", &[("Cookie", &known)]).await.status, 403);
    }
    assert_eq!(post(&app, "/_dash/login", form, &[("Cookie", &known)]).await.status, 429);
}

#[tokio::test]
async fn a_foreign_page_can_log_nobody_in_or_out() {
    let folder = Folder::new("csrf");
    let app = lab(&folder).await;
    let cookie = log_in(&app, "ada").await;
    let foreign = [("Origin", "http://evil.com"), ("Cookie", cookie.as_str())];
    assert_eq!(post(&app, "/_dash/logout", "", &foreign).await.status, 403);
    assert_eq!(post(&app, "/_dash/login", "name=eve&password=correct+horse", &foreign).await.status, 403);
    assert_eq!(get(&app, "/health", &cookie).await.status, 200, "ada is still logged in");
}

#[tokio::test]
async fn a_login_has_a_new_secret_each_time_and_the_old_one_ends() {
    let folder = Folder::new("fixation");
    let app = lab(&folder).await;
    let first = log_in(&app, "ada").await;
    let form = "name=ada&password=correct+horse";
    let again = post(&app, "/_dash/login", form, &[("Cookie", first.as_str())]).await;
    let second = again.cookie("dash-login").unwrap().split(';').next().unwrap().to_owned();
    assert_ne!(first, second);
    assert_eq!((get(&app, "/health", &first).await.status, get(&app, "/health", &second).await.status), (401, 200));
}

#[tokio::test]
async fn a_login_survives_a_restart_of_the_server() {
    let folder = Folder::new("restart");
    let app = lab(&folder).await;
    let cookie = log_in(&app, "ada").await;
    app.stop().await;
    let app = Served::app(self::app().users(folder.users())).await;
    assert_eq!(get(&app, "/health", &cookie).await.status, 200);
}

#[tokio::test]
async fn a_login_ends_at_its_time_and_the_page_loads_again() {
    let folder = Folder::new("expiry");
    write_users(&folder, &[("ada", "operator")]);
    let app = Served::app(app().users(folder.users()).login_time(Duration::from_secs(2))).await;
    let cookie = log_in(&app, "ada").await;
    is_put_out(join(&app, &cookie).await).await;
    assert_eq!(get(&app, "/health", &cookie).await.status, 401);
}

#[tokio::test]
async fn a_logout_closes_the_sockets_of_that_login_and_no_other() {
    let folder = Folder::new("logout");
    let app = lab(&folder).await;
    let (here, there) = (log_in(&app, "ada").await, log_in(&app, "ada").await);
    let mut other = join(&app, &there).await;
    ends_within_a_second(&app, &here, async || {
        let response = post(&app, "/_dash/logout", "", &[("Cookie", here.as_str())]).await;
        assert_eq!(response.status, 303);
        assert!(response.cookie("dash-login").unwrap().contains("Max-Age=0"));
    })
    .await;
    assert_eq!(get(&app, "/health", &here).await.status, 401);
    other.apply("speed.value", 5.0).await;
}

#[tokio::test]
async fn another_role_closes_the_sockets_and_gives_the_new_rights() {
    let folder = Folder::new("role");
    let app = lab(&folder).await;
    let cookie = log_in(&app, "ada").await;
    ends_within_a_second(&app, &cookie, async || write_users(&folder, &[("ada", "guest"), ("eve", "admin")])).await;
    let mut ada = join(&app, &cookie).await;
    assert_eq!(ada.outcome_of("speed.value", 5.0).await.kind(), "role");
}

#[tokio::test]
async fn a_user_who_is_removed_is_put_out() {
    let folder = Folder::new("removed");
    let app = lab(&folder).await;
    let cookie = log_in(&app, "ada").await;
    ends_within_a_second(&app, &cookie, async || write_users(&folder, &[("eve", "admin")])).await;
    assert_eq!(get(&app, "/health", &cookie).await.status, 401);
}

#[tokio::test]
async fn fault_who_was_put_out_found_a_login_page_that_did_not_say_why() {
    let folder = Folder::new("put-out");
    let app = lab(&folder).await;
    let cookie = log_in(&app, "ada").await;
    ends_within_a_second(&app, &cookie, async || write_users(&folder, &[("eve", "admin")])).await;
    let page = async |path: &str| {
        let request = Request::get(path).header("Accept", "text/html").header("Cookie", &cookie);
        http::send(app.address, &request).await
    };
    let sent = page("/").await;
    assert_eq!((sent.status, sent.header("location")), (303, Some("./_dash/login?next=&ended")));
    let told =
        "Your login has ended. If you have just set or pressed something, log in and look whether it was carried out.";
    assert!(page("/_dash/login?next=&ended").await.text().contains(told));
    // Who comes for the first time has had no login.
    assert!(!page("/_dash/login?next=").await.text().contains("has ended"));
    let first = http::send(app.address, &Request::get("/").header("Accept", "text/html")).await;
    assert_eq!(first.header("location"), Some("./_dash/login?next="));
}

#[tokio::test]
async fn fault_the_last_user_who_was_removed_kept_the_page() {
    let folder = Folder::new("last");
    write_users(&folder, &[("ada", "operator")]);
    let app = Served::app(app().users(folder.users())).await;
    let cookie = log_in(&app, "ada").await;
    ends_within_a_second(&app, &cookie, async || fs::write(folder.users(), "# Nobody.\n").unwrap()).await;
    assert_eq!(get(&app, "/health", &cookie).await.status, 401);
    // It was started with users, so it never lets everybody in.
    let page = http::send(app.address, &Request::get("/").header("Accept", "text/html")).await;
    assert_eq!((page.status, page.header("location")), (303, Some("./_dash/login?next=")));
}

#[tokio::test]
async fn fault_two_servers_used_one_users_file() {
    let folder = Folder::new("two-servers");
    let first = lab(&folder).await;
    log_in(&first, "ada").await;
    let Err(error) = app().users(folder.users()).into_router() else { panic!("two servers use it") };
    assert!(error.is_users() && error.to_string().contains("another server uses this users file"), "{error}");
    log_in(&first, "ada").await;
    first.stop().await;
    assert!(app().users(folder.users()).into_router().is_ok());
}

#[tokio::test]
async fn a_subscription_ends_with_the_login() {
    let folder = Folder::new("subscription");
    let app = lab(&folder).await;
    let cookie = log_in(&app, "ada").await;
    let mut stream = TcpStream::connect(app.address).await.unwrap();
    let request = Request::get("/api/subscribe?prop=status.text").header("Cookie", &cookie);
    stream.write_all(request.bytes(app.address).as_bytes()).await.unwrap();
    let mut first = [0; 512];
    within("the first event", stream.read(&mut first)).await.unwrap();
    post(&app, "/_dash/logout", "", &[("Cookie", cookie.as_str())]).await;
    let mut rest = Vec::new();
    within("the end of the subscription", stream.read_to_end(&mut rest)).await.unwrap();
}

#[tokio::test]
async fn a_file_that_becomes_malformed_keeps_the_last_good_users_and_says_so() {
    let folder = Folder::new("malformed");
    let app = lab(&folder).await;
    let cookie = log_in(&app, "ada").await;
    log::keep();
    fs::write(folder.users(), "[users.ada]\nrole = \"boss\"\n").unwrap();
    log::says(&["malformed", "users.toml:1", "the users stay as they were"]).await;
    assert_eq!(get(&app, "/health", &cookie).await.status, 200);
}

#[tokio::test]
async fn there_is_no_start_with_a_bad_users_file() {
    let folder = Folder::new("bad");
    let entry = |role: &str, password: &str| format!("[users.ada]\nrole = \"{role}\"\npassword = \"{password}\"\n");
    let hash = hash();
    for (text, why) in [
        (String::new(), "there is no user: add one with the command `user add"),
        (entry("boss", &hash), "users.toml:2: there is no role \"boss\": the roles are guest, operator, admin"),
        (entry("operator", "correct horse"), "users.toml:3: a password is stored as an argon2id hash"),
        ("[users.ada]\nrole = \"guest\"\n".to_owned(), "`ada` has no `password`"),
        ("[users.ada\n".to_owned(), "users.toml:1"),
        (format!("{}admin = true\n", entry("guest", &hash)), "users.toml:4: there is no `admin` here"),
        ("[people.ada]\n".to_owned(), "there is no part `people` here"),
        ("[users.\"a b\"]\n".to_owned(), "is not a name"),
        (entry("guest", &hash).replace("ada", "guest"), "users.toml:1: \"guest\" is not a name"),
        (entry("guest", &hash).replace("ada", "\"ad\u{202e}a\""), "users.toml:1: \"ad\\u{202e}a\" is not a name"),
        ("[tokens.x]\nrole = \"guest\"\ntoken = \"plain\"\n".to_owned(), "users.toml:3: a token is stored as a hash"),
    ] {
        fs::write(folder.users(), &text).unwrap();
        let error = app().users(folder.users()).into_router().unwrap_err();
        assert!(error.is_users() && error.to_string().contains(why), "{text}: {error}");
    }
}

/// Never a start without rights, whatever keeps the file from being read.
#[tokio::test]
async fn there_is_no_start_with_a_users_file_that_cannot_be_read() {
    let folder = Folder::new("unreadable");
    for (path, why) in
        [(folder.0.clone(), "cannot be read"), (folder.0.join("none").join("users.toml"), "there is no user")]
    {
        let error = app().users(&path).guest(Lab::Guest).into_router().unwrap_err();
        assert!(error.is_users() && error.to_string().contains(why), "{error}");
        assert!(error.to_string().contains(&*path.display().to_string()), "{error}");
    }
    fs::write(folder.users(), b"[users.ad\xff]\n").unwrap();
    let error = app().users(folder.users()).into_router().unwrap_err();
    assert!(error.to_string().contains("users.toml"), "{error}");
}

#[tokio::test]
async fn fault_the_address_is_told_although_there_is_no_start() {
    // Otherwise `serve` writes the log of all tests to the standard error.
    log::keep();
    let folder = Folder::new("told");
    let app = app().users(folder.users()).bind("127.0.0.1:0").on_listen(|address| panic!("nobody serves {address}"));
    assert!(app.serve().await.unwrap_err().to_string().contains("there is no user"));
}

#[tokio::test]
async fn a_login_over_tls_has_a_cookie_that_no_other_host_can_set() {
    let folder = Folder::new("prefix");
    write_users(&folder, &[("ada", "operator")]);
    let app = Served::app(app().users(folder.users()).trust_proxy("127.0.0.1")).await;
    let tls = ("X-Forwarded-Proto", "https");
    let response = post(&app, "/_dash/login", "name=ada&password=correct+horse", &[tls]).await;
    let cookie = response.cookie("dash-login").unwrap();
    assert!(cookie.starts_with("__Host-dash-login-") && cookie.contains("; Path=/; ") && cookie.ends_with("; Secure"));
    assert!(!cookie.contains("Domain"), "{cookie}");
    let pair = cookie.split(';').next().unwrap();
    let status = async |pair: &str| {
        let request = Request::get("/api/props/speed/value").header(tls.0, tls.1).header("Cookie", pair);
        http::send(app.address, &request).await.status
    };
    assert_eq!(status(pair).await, 200);
    // Another host of the domain can set a cookie without the prefix.
    assert_eq!(status(pair.trim_start_matches("__Host-")).await, 401);
}

#[tokio::test]
async fn fault_half_a_body_of_a_form_was_waited_for_without_an_end() {
    let folder = Folder::new("half");
    write_users(&folder, &[("ada", "operator")]);
    let limits = || limits(|limits| limits.header_time = Duration::from_millis(200));
    let app = Served::app(app().users(folder.users()).limits(limits())).await;
    // Whoever reports a fault must be logged in, if there are users.
    let open = Served::app(self::app().limits(limits())).await;
    for (app, path) in [(&app, "/_dash/login"), (&open, "/_dash/fault")] {
        let half = Request::new("POST", path)
            .header("Origin", &format!("http://{}", app.address))
            .header("Content-Type", "application/json")
            .header("Content-Length", "100");
        assert_eq!(http::send(app.address, &half).await.status, 408, "{path}");
    }
}

#[tokio::test]
async fn a_password_is_not_taken_over_plain_http_from_another_machine() {
    let folder = Folder::new("plain");
    write_users(&folder, &[("ada", "operator")]);
    // A trusted proxy says that the client is elsewhere.
    let app = Served::app(app().users(folder.users()).trust_proxy("127.0.0.1")).await;
    let form = "name=ada&password=correct+horse";
    let from = |proto: &'static str| [("X-Forwarded-For", "10.1.2.3"), ("X-Forwarded-Proto", proto)];
    let plain = post(&app, "/_dash/login", form, &from("http")).await;
    assert_eq!(plain.status, 403);
    assert!(plain.text().contains("plain HTTP") && plain.header("set-cookie").is_none());
    let encrypted = post(&app, "/_dash/login", form, &from("https")).await;
    assert_eq!(encrypted.status, 303);
    assert!(encrypted.cookie("dash-login").unwrap().ends_with("; Secure"));
    app.stop().await;
    let allowed = Served::app(self::app().users(folder.users()).trust_proxy("127.0.0.1").plain_login()).await;
    assert_eq!(post(&allowed, "/_dash/login", form, &from("http")).await.status, 303);
}

/// A program with the users file that the environment names, which the test below runs in a separate process.
#[test]
#[ignore = "run by other tests as a program of its own"]
fn as_a_program_with_users() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(app().users("users.toml").serve()).unwrap();
}

/// A file on a disk that does not answer, such as a network file system that is gone: here a pipe that nobody writes to.
#[tokio::test]
async fn fault_a_users_file_that_hangs_kept_the_program_from_its_end_and_users_from_their_logout() {
    let folder = Folder::new("hangs");
    write_users(&folder, &[("ada", "operator")]);
    let mut program = Program::start_with("rights::logins::as_a_program_with_users", "127.0.0.1:0", |command| {
        command.env("DASH_USERS", folder.users());
    });
    let address = program.address();
    let form = |path: &str, cookie: &str| {
        let request = Request::new("POST", path).header("Content-Type", "application/x-www-form-urlencoded");
        request.header("Cookie", cookie).body("name=ada&password=correct+horse")
    };
    let answer = http::send(address, &form("/_dash/login", "none=1")).await;
    let cookie = answer.cookie("dash-login").unwrap().split(';').next().unwrap().to_owned();
    fs::remove_file(folder.users()).unwrap();
    assert!(Command::new("mkfifo").arg(folder.users()).status().unwrap().success());
    // Longer than the time between two looks.
    tokio::time::sleep(Duration::from_millis(1200)).await;
    let page = Page::of(http::send(address, &Request::get("/").header("Cookie", &cookie)).await.text());
    let stream = TcpStream::connect(address).await.unwrap();
    let page = Browser::join_over_with(stream, page, &[("cookie", &cookie)]).await;
    let begun = Instant::now();
    assert_eq!(http::send(address, &form("/_dash/logout", &cookie)).await.status, 303);
    is_put_out(page).await;
    assert!(begun.elapsed() < Duration::from_secs(1), "{:?}", begun.elapsed());
    program.signal("TERM");
    let (status, took) = program.end();
    assert!(status.success() && took < Duration::from_secs(2), "{status} after {took:?}");
}
