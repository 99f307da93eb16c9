//! Others who say who somebody is: tokens of programs, layers of the program, and proxies.

use super::*;

#[tokio::test]
async fn a_program_has_a_token_of_its_own() {
    let folder = Folder::new("token");
    write_users(&folder, &[("ada", "operator")]);
    let people = fs::read_to_string(folder.users()).unwrap();
    let (token, entry) = program("logger", "operator");
    fs::write(folder.users(), people.clone() + &entry).unwrap();
    let app = Served::app(app().users(folder.users())).await;
    let put = |token: &str| {
        Request::new("PUT", "/api/props/speed/value").json(4.0).header("Authorization", &format!("Bearer {token}"))
    };
    assert_eq!(http::send(app.address, &put(&token)).await.status, 200);
    assert_eq!(http::send(app.address, &put(&"0".repeat(64))).await.status, 401);
    assert_eq!(http::send(app.address, &put("")).await.status, 401);
    // Two of them might be read differently here and by what is before this server.
    let two = put(&token).header("Authorization", &format!("Bearer {token}"));
    assert_eq!(http::send(app.address, &two).await.status, 400);
    fs::write(folder.users(), people).unwrap();
    eventually("the end of the token", async || {
        (http::send(app.address, &put(&token)).await.status == 401).then_some(())
    })
    .await;
}

#[tokio::test]
async fn a_layer_of_the_program_tells_the_user() {
    let app = app().wrap(|router| {
        router.layer(middleware::from_fn(|mut request: extract::Request, next: middleware::Next| {
            let name = request.headers().get("x-name").and_then(|name| name.to_str().ok()).map(str::to_owned);
            if let Some(name) = name {
                request.extensions_mut().insert(User::new(name, Lab::Guest));
            }
            next.run(request)
        }))
    });
    let app = Served::app(app).await;
    let put = Request::new("PUT", "/api/props/speed/value").json(4.0);
    assert_eq!(http::send(app.address, &put.clone().header("x-name", "gus")).await.status, 403);
    assert_eq!(http::send(app.address, &put).await.status, 200);
}

/// A dashboard whose users a proxy names.
fn proxied() -> App {
    app()
        .trust_proxy("127.0.0.1")
        .proxy_users("Remote-User", Lab::Guest)
        .proxy_groups("Remote-Groups", [("lab", Lab::Operator), ("admins", Lab::Admin)])
}

/// The status of a request to set this property to a text or number, with these headers, from this address.
async fn set_from(app: &Served, from: &str, path: &str, value: serde_json::Value, headers: &[(&str, &str)]) -> u16 {
    let request = Request::new("PUT", &format!("/api/props/{path}")).host(&app.address.to_string()).json(value);
    let request = headers.iter().fold(request, |request, (name, value)| request.header(name, value));
    http::send_over(http::connect_from(from, app.address).await, &request).await.status
}

#[tokio::test]
async fn a_trusted_proxy_names_the_user_and_groups_give_roles() {
    let app = Served::app(proxied()).await;
    for (groups, speed, key) in [
        (None, 403, 404),
        (Some("users"), 403, 404),
        (Some("users, lab"), 200, 404),
        (Some("lab|admins"), 200, 200),
        (Some("no-admins,adminsx"), 403, 404),
    ] {
        let mut headers = vec![("Remote-User", "zoë")];
        headers.extend(groups.map(|groups| ("Remote-Groups", groups)));
        assert_eq!(set_from(&app, "127.0.0.1", "speed/value", json!(3.0), &headers).await, speed, "{groups:?}");
        assert_eq!(set_from(&app, "127.0.0.1", "key/value", json!("k"), &headers).await, key, "{groups:?}");
    }
}

#[tokio::test]
async fn s27_who_is_no_trusted_proxy_names_no_user() {
    let app = Served::app(proxied()).await;
    let (ada, eve) = (("Remote-User", "ada"), ("Remote-User", "eve"));
    let admins = ("Remote-Groups", "admins");
    for (from, headers, why) in [
        ("127.0.0.9", &[ada, admins][..], "it is no proxy"),
        ("127.0.0.9", &[ada, ("X-Forwarded-For", "127.0.0.1"), admins], "it says that it comes from the proxy"),
        ("127.0.0.1", &[admins], "there is no name"),
        ("127.0.0.1", &[("Remote-User", " "), admins], "the name is empty"),
        ("127.0.0.1", &[eve, ada, admins], "the proxy has kept the client's own header"),
    ] {
        assert_eq!(set_from(&app, from, "remark/value", json!("x"), headers).await, 401, "{why}");
    }
    // Two lists of groups give none of them.
    let headers = [ada, admins, ("Remote-Groups", "users")];
    assert_eq!(set_from(&app, "127.0.0.1", "speed/value", json!(1.0), &headers).await, 403);
}

#[tokio::test]
async fn users_of_a_proxy_need_a_trusted_proxy_and_roles_of_the_dashboard() {
    // Otherwise `serve` writes the log of all tests to the standard error.
    log::keep();
    #[derive(Debug, Clone, Copy, PartialEq, Role)]
    enum Other {
        Root,
    }
    for (app, why) in [
        (app().proxy_users("Remote-User", Lab::Guest), "App::trust_proxy or DASH_PROXIES"),
        (app().trust_proxy("127.0.0.1").proxy_users("Remote User", Lab::Guest), "not the name of a header"),
        (app().trust_proxy("127.0.0.1").proxy_groups("Groups", [("a", Lab::Guest)]), "proxy_users before it"),
        (app().trust_proxy("127.0.0.1").proxy_users("Remote-User", Other::Root), "is not one of"),
    ] {
        let error = app.bind("127.0.0.1:0").serve().await.unwrap_err().to_string();
        assert!(error.contains(why), "{error}");
    }
}

#[tokio::test]
async fn fault_the_socket_of_a_user_whom_a_proxy_named_outlived_the_session_there() {
    let app = Served::app(proxied().recheck_users(Duration::from_secs(2))).await;
    let headers = [("remote-user", "ada"), ("remote-groups", "lab")];
    let request = Request::get("/").header("Remote-User", "ada").header("Remote-Groups", "lab");
    let page = Page::of(http::send(app.address, &request).await.text());
    let socket = TcpStream::connect(app.address).await.unwrap();
    let mut page = Browser::join_over_with(socket, page, &headers).await;
    page.apply("speed.value", 5.0).await;
    let Heard::Closed(code) = page.end().await else { panic!("no close frame") };
    assert_eq!(code, 1013, "the page connects again");
    // The proxy lets her in again: she is the same client, and each command counts once.
    let socket = TcpStream::connect(app.address).await.unwrap();
    let socket = Socket::over_with(socket, page.page.socket(), &headers).await.unwrap();
    let welcome = page.resume_over(socket).await.unwrap();
    assert_eq!((&welcome["session"], &welcome["last"]), (&json!(page.session), &json!(1)));
    page.apply("speed.value", 6.0).await;
    // Her session there has ended, so the proxy does not name her.
    assert!(matches!(page.end().await, Heard::Closed(1013)));
    let socket = TcpStream::connect(app.address).await.unwrap();
    assert!(Socket::over_with(socket, page.page.socket(), &[]).await.is_err());
}

#[tokio::test]
async fn fault_a_subscription_of_a_user_whom_a_proxy_named_outlived_the_session_there() {
    let app = Served::app(proxied().recheck_users(Duration::from_secs(1))).await;
    let mut stream = TcpStream::connect(app.address).await.unwrap();
    let request = Request::get("/api/subscribe?prop=status.text").header("Remote-User", "ada");
    stream.write_all(request.bytes(app.address).as_bytes()).await.unwrap();
    let mut all = Vec::new();
    within("the end of the subscription", stream.read_to_end(&mut all)).await.unwrap();
    assert!(String::from_utf8_lossy(&all).contains("200 OK"));
}

#[tokio::test]
async fn nginx_has_people_log_in_as_the_guide_has_it() {
    let folder = Folder::new("nginx");
    let passwords = folder.0.join("passwords");
    fs::write(&passwords, "ada:{PLAIN}correct horse\n").unwrap();
    let guide = include_str!("../../../docs/guide/rights.md").split("```nginx\n").nth(1).unwrap();
    let server = guide.split("```").next().unwrap().replace("/etc/nginx/passwords", passwords.to_str().unwrap());
    let record = folder.0.join("audit.jsonl");
    let app = app().trust_proxy("127.0.0.1").proxy_users("Remote-User", Lab::Operator).audit(&record);
    let app = Served::app(app).await;
    let nginx = Proxy::nginx(&server, app.address).await;
    // "ada:" and the password in base64.
    let set = async |login: &str| {
        let request = Request::new("PUT", "/api/props/speed/value").json(5.0).host(&nginx.address.to_string());
        // The name that the client sends is replaced.
        let request = request.header("Authorization", &format!("Basic {login}")).header("Remote-User", "eve");
        http::send(nginx.address, &request).await.status
    };
    assert_eq!(set("YWRhOndyb25n").await, 401);
    assert_eq!(set("YWRhOmNvcnJlY3QgaG9yc2U=").await, 200);
    let text =
        eventually("the record", async || fs::read_to_string(&record).ok().filter(|text| text.ends_with('\n'))).await;
    assert!(text.contains("\"user\":\"ada\"") && !text.contains("eve"), "{text}");
}
