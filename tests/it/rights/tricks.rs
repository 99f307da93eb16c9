//! Requests that are written in unusual ways: other spellings of paths and names, headers that other servers obey, cookies
//! in odd shapes, and forms of foreign pages. Each list is tried as a whole; what is expected is the same for all of it.

use super::*;

/// Other ways to write a path, and paths that some servers take for one of the login.
const PATHS: [&str; 38] = [
    "//",
    "//health",
    "/health/",
    "/./health",
    "/../health",
    "/%2e%2e/health",
    "/%2E/health",
    "/x/../health",
    "/HEALTH",
    "/%68ealth",
    "/health%00",
    "/health;/_dash/login",
    "/health?/_dash/login",
    "/health?x=/_dash/login.css",
    "/_dash/../health",
    "/_dash/login/../../health",
    "/_dash/login/",
    "/_dash/login/..",
    "/_dash/login/health",
    "/_dash//login/../socket",
    "//_dash/socket",
    "/_DASH/socket",
    "/_dash/socket/",
    "/_dash/login%2f..%2f..%2fhealth",
    "/_dash/login.css/../../schema.json",
    "/_dash/%2e%2e/api/props",
    "/_dash/login;/api/props",
    "/schema.json/",
    "/schema.json?x=.css",
    "/schema%2ejson",
    "/api/props/",
    "/api//props",
    "/api/./props",
    "/API/props",
    "/api/props/..;/",
    "/api%2fprops",
    "/api/props/_dash/login",
    "/login",
];

const METHODS: [&str; 9] = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "PROPFIND"];

/// What is only in answers for somebody who has logged in.
fn has_content(answer: &Response) -> bool {
    let text = String::from_utf8_lossy(&answer.body);
    ["speed", "epoch", "Lab"].iter().chain(&SECRETS[..3]).any(|part| text.contains(part))
}

#[tokio::test]
async fn no_way_to_write_a_path_leads_past_the_login() {
    let folder = Folder::new("paths");
    let app = lab(&folder).await;
    for path in PATHS {
        for method in METHODS {
            let request = Request::new(method, path).header("Accept", "text/html");
            let answer = http::send(app.address, &request).await;
            assert!(!has_content(&answer), "{method} {path}: {}", String::from_utf8_lossy(&answer.body));
            // Also what is not there is told only to who has logged in, so that nobody can look for routes.
            assert!(matches!(answer.status, 303 | 400 | 401 | 405), "{method} {path}: {}", answer.status);
            if let Some(to) = answer.header("location") {
                assert!(to.starts_with("./") || to.starts_with("../"), "{method} {path} leads to {to}");
                assert!(!to.contains("//"), "{method} {path} leads to {to}");
            }
        }
    }
}

#[tokio::test]
async fn no_header_that_other_servers_obey_lets_anybody_in() {
    let folder = Folder::new("headers");
    let app = lab(&folder).await;
    let session = join(&app, &log_in(&app, "eve").await).await.session.clone();
    let headers: &[&[(&str, &str)]] = &[
        &[("X-Original-URL", "/_dash/login")],
        &[("X-Rewrite-URL", "/_dash/login.css")],
        &[("X-HTTP-Method-Override", "GET")],
        &[("X-Forwarded-For", "127.0.0.1"), ("X-Forwarded-Proto", "https")],
        &[("X-Real-IP", "127.0.0.1")],
        &[("Forwarded", "for=127.0.0.1;proto=https")],
        &[("Remote-User", "eve")],
        &[("Remote_User", "eve")],
        &[("X-Forwarded-User", "eve"), ("X-Forwarded-Groups", "admin")],
        &[("X-Remote-User", "eve")],
        &[("Tailscale-User-Login", "eve")],
        &[("Authorization", "Basic ZXZlOmNvcnJlY3QgaG9yc2U=")],
        &[("Authorization", "Bearer")],
        &[("Authorization", "Bearer eve")],
        &[("Proxy-Authorization", "Basic ZXZlOmNvcnJlY3QgaG9yc2U=")],
        &[("Dash-Session", &session)],
        &[("Dash-Session", &session), ("Dash-Stream", "1")],
        &[("Dash-User", "eve"), ("User", "eve"), ("X-User", "eve"), ("X-Role", "admin")],
        &[("Cookie", "dash-login=eve; user=eve; role=admin")],
    ];
    for all in headers {
        let with = |request: Request| all.iter().fold(request, |request, (name, value)| request.header(name, value));
        for request in [
            Request::get("/health"),
            Request::get("/api/props"),
            Request::new("PUT", "/api/props/speed/value").json(9),
            Request::new("PUT", "/_dash/command").json(r#"{"n":1,"p":0,"v":1}"#),
            Request::upgrade("/_dash/socket"),
        ] {
            let answer = http::send(app.address, &with(request)).await;
            assert_eq!((answer.status, has_content(&answer)), (401, false), "{all:?}: {}", answer.text());
        }
    }
    // A session is of its user alone: who has another login cannot act for the page.
    let ada = log_in(&app, "ada").await;
    let command = Request::new("PUT", "/_dash/command").json(r#"{"n":1,"p":0,"v":1}"#).header("Dash-Session", &session);
    let answer = http::send(app.address, &command.header("Cookie", &ada)).await;
    assert_eq!(answer.status, 409, "{}", answer.text());
}

#[tokio::test]
async fn no_spelling_of_a_name_shows_a_guest_what_it_may_not_see() {
    let folder = Folder::new("names");
    write_users(&folder, &[("eve", "admin")]);
    let app = Served::app(app().users(folder.users()).guest(Lab::Guest)).await;
    let eve = log_in(&app, "eve").await;
    assert!(get(&app, "/api/props/key/value", &eve).await.text().contains("secret-key"));
    for path in [
        "/api/props/key/value",
        "/api/props/%6bey/value",
        "/api/props/k%65y/valu%65",
        "/api/props/KEY/value",
        "/api/props/key%00/value",
        "/api/props/key%20/value",
        "/api/props/%20key/value",
        "/api/props/./key/value",
        "/api/props/speed/../key/value",
        "/api/props/speed%2f..%2fkey/value",
        "/api/props/key.value/value",
        "/api/props/key/value/",
        "/api/props/key/label",
        "/api/props/units.1.serial/text",
        "/api/props/units%2e1%2eserial/text",
        "/api/props/units[1].serial/text",
        "/api/props/picture/source",
        "/api/props?role=admin&user=eve",
        "/api/subscribe?prop=key.value",
        "/api/subscribe?prop=%6bey.value",
        "/api/history/key/value",
        "/schema.json?role=admin",
        "/health?role=admin",
    ] {
        for method in ["GET", "PUT", "POST"] {
            let request = Request::new(method, path);
            let request = if method == "GET" { request } else { request.json("\"x\"") };
            let answer = http::send(app.address, &request).await;
            let text = String::from_utf8_lossy(&answer.body).into_owned();
            let found = SECRETS[..3].iter().find(|secret| text.contains(*secret));
            assert!(found.is_none(), "{method} {path} has {found:?}: {text}");
            assert!(method == "GET" || answer.status >= 400, "{method} {path}: {}", answer.status);
        }
    }
    assert!(get(&app, "/api/props/key/value", &eve).await.text().contains("secret-key"), "and it is as it was");
}

#[tokio::test]
async fn a_cookie_is_a_login_only_in_exactly_the_shape_that_it_was_given_in() {
    let folder = Folder::new("cookies");
    let app = lab(&folder).await;
    let cookie = log_in(&app, "ada").await;
    let (name, secret) = cookie.split_once('=').unwrap();
    assert_eq!(get(&app, "/health", &cookie).await.status, 200);
    for other in [
        format!("{}={secret}", name.to_uppercase()),
        format!("__Host-{cookie}"),
        format!("__Secure-{cookie}"),
        format!("dash-login={secret}"),
        format!("dash-login-={secret}"),
        format!("{}={secret}", name.replace("login", "device")),
        format!("{name}={}", secret.to_uppercase()),
        format!("{name}=\"{secret}\""),
        format!("{name}={secret}0"),
        format!("{name}={}", &secret[1..]),
        format!("{name}=%{secret}"),
        format!("{name}={secret},{secret}"),
        name.to_owned(),
        format!("{name}="),
        format!("={secret}"),
        format!("x={cookie}"),
        format!("{name}[]={secret}"),
        format!("$Version=1; {name}=; $Path=/"),
    ] {
        // A secret is hexadecimal, and may have no letter at all.
        if other == cookie {
            continue;
        }
        assert_eq!(get(&app, "/health", &other).await.status, 401, "{other}");
    }
}

/// A page of another origin makes the browser of a user send something. The browser adds her cookie, for example because
/// both pages are of one host, with different ports.
#[tokio::test]
async fn no_form_and_no_script_of_a_foreign_page_changes_anything() {
    let folder = Folder::new("forms");
    let app = lab(&folder).await;
    let (cookie, own) = (log_in(&app, "ada").await, format!("http://{}", app.address));
    let other_port = format!("http://{}:1", app.address.ip());
    let origins = [
        Some("null"),
        Some("http://evil.com"),
        Some(other_port.as_str()),
        Some("http://localhost"),
        Some(""),
        Some("file://"),
        Some("chrome-extension://abcdef"),
    ];
    // What a form can send, and what a script can send without asking first.
    let types = ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", ""];
    let json = ["application/json", "application/json; charset=utf-8"];
    let requests = [
        ("PUT", "/api/props/speed/value", "7"),
        ("POST", "/api/batch", r#"[{"prop":"speed.value","value":7}]"#),
        ("POST", "/api/batch", "[{\"prop\":\"speed.value\",\"value\":7}]\r\n="),
        ("PUT", "/_dash/command", r#"{"n":1,"p":0,"v":7}"#),
    ];
    let ask = async |(method, path, body): (&str, &str, &str), kind: &str, origin: Option<&str>| {
        let request = Request::new(method, path).header("Cookie", &cookie).body(body);
        let request = if kind.is_empty() { request } else { request.header("Content-Type", kind) };
        let request = origin.iter().fold(request, |request, origin| request.header("Origin", origin));
        http::send(app.address, &request).await.status
    };
    for request in requests {
        for kind in types.iter().chain(&json) {
            for origin in origins {
                assert_eq!(ask(request, kind, origin).await, 403, "{request:?} as {kind:?} of {origin:?}");
            }
        }
        // Also without an origin, as some old browsers send a form.
        for kind in types {
            assert_eq!(ask(request, kind, None).await, 415, "{request:?} as {kind:?}");
            assert_eq!(ask(request, kind, Some(&own)).await, 415, "{request:?} as {kind:?}");
        }
    }
    // Two origins are none.
    let two = Request::new("PUT", "/api/props/speed/value").json(7).header("Cookie", &cookie);
    let two = two.header("Origin", &own).header("Origin", "http://evil.com");
    assert_eq!(http::send(app.address, &two).await.status, 400);
    for origin in origins.into_iter().flatten() {
        for path in ["/_dash/logout", "/_dash/login"] {
            let form = "name=eve&password=correct+horse";
            let answer = post(&app, path, form, &[("Cookie", cookie.as_str()), ("Origin", origin)]).await;
            assert_eq!((answer.status, answer.cookie("dash-login")), (403, None), "{path} of {origin:?}");
        }
        let socket = Request::upgrade("/_dash/socket").header("Cookie", &cookie).header("Origin", origin);
        assert_eq!(http::send(app.address, &socket).await.status, 403, "{origin:?}");
    }
    assert!(get(&app, "/api/props/speed/value", &cookie).await.text().contains("\"value\":0.0"), "it is as it was");
}

/// A page of a host that leads to the address of the proxy (DNS rebinding) may set most headers of its requests to that
/// host, and some proxies pass them on.
#[tokio::test]
async fn fault_a_page_with_a_host_of_its_own_named_a_host_of_ours_in_a_header() {
    let app = Served::app(app().trust_proxy("127.0.0.1").allow_host("lab.example.org")).await;
    let status = async |host: &str, name: &str, value: &str| {
        let request = Request::get("/api/props").host(host).header(name, value);
        http::send(app.address, &request).await.status
    };
    for (name, value) in [
        ("X-Forwarded-Host", "lab.example.org"),
        ("X-Forwarded-Host", "evil.com, lab.example.org"),
        ("Forwarded", "host=lab.example.org"),
    ] {
        assert_eq!(status("evil.com", name, value).await, 403, "{name}: {value}");
        // What a proxy asks the server as is an address, or one of its names.
        for host in ["127.0.0.1:8050", "localhost", "lab.example.org"] {
            assert_eq!(status(host, name, value).await, 200, "{name}: {value} for {host}");
        }
    }
    for host in ["127.0.0.1", "lab.example.org"] {
        assert_eq!(status(host, "X-Forwarded-Host", "evil.com").await, 403);
    }
}
