//! What each role gets and may do, on every way in, and the record of it.

use super::*;

#[tokio::test]
async fn a_guest_may_do_what_the_role_allows() {
    let folder = Folder::new("guest");
    write_users(&folder, &[("eve", "admin")]);
    let app = Served::app(app().users(folder.users()).guest(Lab::Guest)).await;
    let mut guest = app.join().await;
    assert_eq!(guest.outcome_of("speed.value", 5.0).await.kind(), "role");
    guest.apply("remark.value", "hi").await;
    let html = app.get("/").await.text();
    assert!(html.contains("needs the role operator"), "{html}");
    assert!(html.contains("/login\">Log in</a>"), "{html}");
}

#[tokio::test]
async fn a_display_that_nobody_can_operate_is_one_line() {
    let app = Served::app(app().guest(Lab::Guest)).await;
    let mut guest = app.join().await;
    assert_eq!(guest.outcome_of("speed.value", 5.0).await.kind(), "role");
    assert!(!app.get("/").await.text().contains("Log in"), "there is nothing to log in to");
}

#[tokio::test]
async fn what_a_role_may_not_see_is_in_no_answer_of_the_server() {
    let folder = Folder::new("secrets");
    let app = lab(&folder).await;
    let (ada, eve) = (log_in(&app, "ada").await, log_in(&app, "eve").await);
    let mut operator = join(&app, &ada).await;
    let mut admin = join(&app, &eve).await;
    let paths = ["/", "/schema.json", "/api/props", "/health"];
    for path in paths {
        let (seen, withheld) = (get(&app, path, &eve).await.text(), get(&app, path, &ada).await.text());
        for secret in
            ["secret-key", "secret-label", "secret-serial", "\"key\"", "key.value", "id=\"picture\"", "\"picture\""]
        {
            assert!(!withheld.contains(secret), "{path} has {secret}: {withheld}");
        }
        if path == "/" {
            assert!(seen.contains("\"holds\":[[") && !withheld.contains("\"holds\""), "{withheld}");
            assert!(seen.contains("secret-key") && seen.contains("secret-serial"), "{seen}");
        }
    }
    for path in ["/api/props/key/value", "/api/subscribe?prop=key.value", "/api/props/units-1-serial/text"] {
        let response = get(&app, path, &ada).await;
        assert_eq!(response.status, 404, "{path}: {}", response.text());
    }
    admin.apply("key.value", "secret-key-2").await;
    operator.apply("speed.value", 7.0).await;
    operator.sees("status.text", "ada set 7").await;
    let frames = json!(operator.updates).to_string();
    for secret in SECRETS {
        assert!(!frames.contains(secret), "a frame has {secret}: {frames}");
    }
}

/// Each way to change a property, as each role.
#[tokio::test]
async fn fault_a_callback_did_not_know_who_had_sent_an_http_request() {
    let folder = Folder::new("sender");
    let app = lab(&folder).await;
    let (ada, eve) = (log_in(&app, "ada").await, log_in(&app, "eve").await);
    let mut page = join(&app, &eve).await;
    page.sees("sender.text", "nobody by a program").await;
    let put = Request::new("PUT", "/api/props/speed/value").json(3.0).header("Cookie", &ada);
    assert_eq!(http::send(app.address, &put).await.status, 200);
    page.sees("sender.text", "ada (operator) by a program").await;
    page.apply("speed.value", 4.0).await;
    page.sees("sender.text", "eve (admin) by a page").await;
    let batch = json!([{ "prop": "speed.value", "value": 5.0 }]);
    let batch = Request::new("POST", "/api/batch").json(batch).header("Cookie", &ada);
    assert_eq!(http::send(app.address, &batch).await.status, 200);
    page.sees("sender.text", "ada (operator) by a program").await;
    // Without users everybody is the local user.
    let open = Served::app(self::app()).await;
    let put = Request::new("PUT", "/api/props/speed/value").json(3.0);
    assert_eq!(http::send(open.address, &put).await.status, 200);
    open.join().await.sees("sender.text", "local (admin) by a program").await;
}

#[tokio::test]
async fn who_wanted_what_is_in_a_file_and_secrets_are_not() {
    let folder = Folder::new("audit");
    write_users(&folder, &[("gus", "guest"), ("ada", "operator"), ("eve", "admin")]);
    let path = folder.0.join("audit.jsonl");
    let app = Served::app(app().users(folder.users()).audit(&path)).await;
    for (name, prop, value) in
        [("ada", "speed/value", json!(3.0)), ("gus", "speed/value", json!(4.0)), ("eve", "key/value", json!("hunter2"))]
    {
        let cookie = log_in(&app, name).await;
        let request = Request::new("PUT", &format!("/api/props/{prop}")).json(value).header("Cookie", &cookie);
        http::send(app.address, &request).await;
    }
    let mut page = join(&app, &log_in(&app, "ada").await).await;
    page.set("speed.value", 5.0).await;
    let refusals = path.with_file_name("audit.refused.jsonl");
    let lines = eventually("four records", async || {
        // What was refused is in a file of its own.
        let texts = [&path, &refusals].map(|path| fs::read_to_string(path).unwrap());
        let lines = texts.iter().flat_map(|text| text.lines());
        let mut lines: Vec<serde_json::Value> = lines.map(|line| serde_json::from_str(line).unwrap()).collect();
        lines.sort_by_key(|line| line["n"].as_u64());
        (lines.len() == 4 && texts[1].lines().count() == 1).then_some(lines)
    })
    .await;
    let facts = |line: &serde_json::Value| {
        json!([line["n"], line["user"], line["property"], line["old"], line["new"], line["outcome"], line["why"]])
    };
    assert_eq!(
        lines.iter().map(facts).collect::<Vec<_>>(),
        [
            json!([1, "ada", "speed.value", 0.0, 3.0, "applied", null]),
            json!([2, "gus", "speed.value", null, 4.0, "refused", "speed.value needs the role operator"]),
            json!([3, "eve", "key.value", null, null, "applied", null]),
            json!([4, "ada", "speed.value", 3.0, 5.0, "applied", null]),
        ]
    );
    assert!(lines.iter().all(|line| line["address"] == "127.0.0.1"), "{lines:?}");
    assert!(lines[0]["client"].is_null() && lines[3]["client"].is_string(), "{lines:?}");
}

#[tokio::test]
async fn there_is_no_start_without_the_record_that_was_asked_for() {
    // Otherwise `serve` writes the log of all tests to the standard error.
    log::keep();
    let folder = Folder::new("no-audit");
    let app = app().audit(folder.0.join("missing").join("audit.jsonl")).bind("127.0.0.1:0");
    let error = app.serve().await.unwrap_err();
    assert!(error.to_string().contains("audit.jsonl: cannot be written"), "{error}");
}

/// A wall display: one group whose struct says nothing of roles, and one control for everybody.
mod wall {
    use super::*;

    #[components]
    struct Lamp {
        on: Switch,
    }

    #[components(role = Lab)]
    struct Wall {
        speed: Slider,
        press: Button,
        lamp: Lamp,
        #[needs(Lab::Guest)]
        bell: Button,
        status: Text,
    }

    impl Dashboard for Wall {
        type Device = ();
        type Session = ();
        const CALLBACKS: Callbacks<Self> = callbacks![];
        const DEFAULT_NEEDS: Option<Lab> = Some(Lab::Operator);

        fn layout(self) -> Element {
            page("Wall", (self.speed, self.press, self.lamp.on, self.bell, self.status))
        }
    }

    #[tokio::test]
    async fn a_wall_display_is_one_line_and_nobody_can_operate_it() {
        let app = Served::app(App::new::<Wall>(()).unwrap().guest(Lab::Guest)).await;
        let document = app.get("/").await.text();
        assert_eq!(document.matches("data-locked=\"needs the role operator\"").count(), 3, "{document}");
        // A person reads and hears it once.
        assert_eq!(document.matches("role=\"note\">Some changes need the role operator.</p>").count(), 1);
        assert_eq!(document.matches("aria-describedby=\"dd-looks-on\"").count(), 3, "{document}");
        for (method, path, value) in
            [("PUT", "speed/value", json!(3)), ("POST", "press/click", json!(null)), ("PUT", "lamp.on/on", json!(true))]
        {
            let request = Request::new(method, &format!("/api/props/{path}")).json(value);
            let response = http::send(app.address, &request).await;
            assert_eq!(response.status, 403, "{path}: {}", response.text());
        }
        let bell = http::send(app.address, &Request::new("POST", "/api/props/bell/click").json(json!(null))).await;
        assert_eq!(bell.status, 200, "{}", bell.text());
    }
}
