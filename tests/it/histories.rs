//! `#[keep(for = ..)]`: the history of a chart over restarts, and what is read of it over HTTP.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use dash_devices::{App, Handle, User, prelude::*, store::MemoryStore};
use serde_json::{Value, json};

use crate::support::{
    Page, Served, eventually,
    http::{self, Request},
};

#[derive(Role, Clone, Copy)]
enum Role {
    Guest,
    Chief,
}

#[components]
struct Bed {
    #[keep(for = "1d")]
    water: Trend,
}

#[components(role = Role)]
struct Ui {
    #[keep(for = "30d", size = "100MB")]
    air: Trend,
    #[sees(Role::Chief)]
    #[keep(for = "30d")]
    secret: Trend,
    live: Trend,
    #[keep(for = "30d", size = "100MB")]
    log: Log,
    #[sees(Role::Chief)]
    #[keep(for = "30d")]
    notes: Log,
    short: Log,
    #[keep]
    beds: Many<String, Bed>,
    speed: Slider,
    #[keep(for = "30d", size = "10MB")]
    alarms: Alarms,
    #[sees(Role::Chief)]
    #[keep(for = "30d")]
    faults: Alarms,
}

impl Dashboard for Ui {
    type Device = ();
    type Session = ();
    const CALLBACKS: Callbacks<Self> = callbacks![];
    const BINDINGS: Bindings<Self> = bindings![
        alarm(Ui::speed.value, Ui::alarms, "=fast", above = 50.0),
        alarm(Ui::speed.value, Ui::faults, "much too fast", above = 90.0),
    ];

    fn layout(self) -> Element {
        let beds = self.beds.each(|_, bed| bed.water.series(["water"]));
        let logs = row((self.log, self.notes, self.short, self.alarms, self.faults));
        page(
            "Greenhouse",
            (
                self.air.series([Series::new("in").unit("°C"), Series::new("out")]),
                self.secret.series(["s"]),
                self.live.series(["l"]),
                beds,
                self.speed,
                logs,
            ),
        )
    }
}

/// Serves the dashboard with this store, as this role.
async fn served(store: &MemoryStore, role: Role) -> (Served, Handle<Ui>) {
    let mut handle = None;
    let app = App::with::<Ui>(|given| handle = Some(given)).unwrap().store_in(store.clone());
    let app = app.wrap(move |router| {
        let user = User::new("ada", role);
        router.layer(axum::Extension(user))
    });
    (Served::app(app).await, handle.unwrap())
}

fn now() -> f64 {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs_f64()
}

/// One sample in each second before now, the oldest first.
fn samples(count: u32) -> Vec<Sample> {
    let now = SystemTime::now();
    let at = |before: u32| now - Duration::from_secs(u64::from(before));
    (0..count).rev().map(|before| Sample::at(at(before), [Some(f64::from(before)), None])).collect()
}

async fn read(served: &Served, path: &str) -> Value {
    let response = http::send(served.address, &Request::get(path)).await;
    assert_eq!(response.status, 200, "{}", response.text());
    serde_json::from_str(&response.text()).unwrap()
}

fn values(page: &Page, prop: &str) -> Vec<Value> {
    page.value(prop).as_array().unwrap().clone()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_chart_goes_on_after_a_restart_where_it_was() {
    let store = MemoryStore::new();
    let (before, handle) = served(&store, Role::Chief).await;
    handle.push(changes![Ui::air.points = samples(50), Ui::live.points = samples(5)]).unwrap();
    handle.push(changes![Ui::air.points = Sample::now([Some(-1.0), Some(5.0)])]).unwrap();
    let page = before.page().await;
    let shown = values(&page, "air.points");
    assert_eq!(shown.len(), 51);
    before.stop().await;

    let (after, handle) = served(&store, Role::Chief).await;
    let page = after.page().await;
    let again = values(&page, "air.points");
    let micros = |sample: &Value| (sample["t"].as_f64().unwrap() * 1e6).round();
    assert_eq!(again.iter().map(micros).collect::<Vec<_>>(), shown.iter().map(micros).collect::<Vec<_>>());
    assert_eq!(again[50]["values"], json!([-1.0, 5.0]));
    assert_eq!(values(&page, "live.points"), Vec::<Value>::new(), "only what has the attribute");
    // A page that is open goes on too.
    let mut tab = after.join().await;
    handle.push(changes![Ui::air.points = Sample::now([Some(-2.0), None])]).unwrap();
    tab.until("the new sample", |tab| tab.value("air.points").as_array().unwrap().len() == 52).await;
    after.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_history_is_read_in_at_most_so_many_points_and_as_csv() {
    let store = MemoryStore::new();
    let (app, handle) = served(&store, Role::Chief).await;
    handle.push(changes![Ui::air.points = samples(1_900)]).unwrap();
    let all = read(&app, &format!("/api/history/air/points?from={}&points=5000", now() - 3_000.0)).await;
    assert_eq!((all["cell"].as_f64(), all["samples"].as_array().unwrap().len()), (Some(0.0), 1_900));
    let few = read(&app, &format!("/api/history/air/points?from={}&points=100", now() - 3_000.0)).await;
    let cells = few["cells"].as_array().unwrap();
    assert!(few["cell"].as_f64().unwrap() >= 10.0 && (20..=100).contains(&cells.len()), "{}", cells.len());
    let count: u64 = cells.iter().map(|cell| cell[2].as_u64().unwrap()).sum();
    assert_eq!(count, 1_900, "no sample is missing, and none is there twice");
    let extremes = cells.iter().map(|cell| (cell[3][0][0].as_f64().unwrap(), cell[3][0][1].as_f64().unwrap()));
    let (low, high) = extremes.fold((f64::MAX, f64::MIN), |(low, high), (min, max)| (low.min(min), high.max(max)));
    assert_eq!((low, high), (0.0, 1_899.0), "no extreme is lost");
    assert_eq!(cells[0][3][1], Value::Null, "a series without values");
    let table = async |query: &str| {
        http::send(app.address, &Request::get(&format!("/api/history/air/points?format=csv{query}"))).await
    };
    let text = table("").await.text();
    let header = "time,time_utc,\"in [°C]\",\"out\"\r\n";
    assert!(text.starts_with(header) && text.lines().count() == 1_901, "{}", &text[..60]);
    let cells = "time,time_utc,until,until_utc,count,\"in [°C] min\",";
    for (query, most) in [("&points=5000", 1_901), ("&points=100", 101), ("&aggregate=cells", 1_001)] {
        let text = table(query).await.text();
        assert!(text.starts_with(cells) && text.lines().count() <= most, "{query}: {}", &text[..60]);
    }
    let refused = table("&aggregate=none&points=100").await;
    assert_eq!((refused.status, refused.text().contains("more than 100 samples")), (422, true));
    app.stop().await;
}

/// The first line of a table.
async fn columns(app: &Served, path: &str) -> String {
    let answer = http::send(app.address, &Request::get(&format!("/api/history/{path}?format=csv"))).await;
    assert_eq!(answer.status, 200, "{}", answer.text());
    answer.text().lines().next().unwrap().to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn fault_the_table_of_a_chart_in_a_row_had_no_names() {
    let (app, handle) = served(&MemoryStore::new(), Role::Chief).await;
    handle.push(changes![Ui::beds.rows = vec!["a".to_owned()]]).unwrap();
    let named = "time,time_utc,\"water\"";
    assert_eq!(columns(&app, "beds[a].water/points").await, named, "without a sample");
    handle.push(changes![Ui::beds.row("a".to_owned()).water.points = samples(3)]).unwrap();
    assert_eq!(columns(&app, "beds[a].water/points").await, named);
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn fault_the_columns_of_a_table_were_those_of_the_samples_and_lines_in_it() {
    let (app, handle) = served(&MemoryStore::new(), Role::Chief).await;
    for (path, wanted) in [
        ("log/lines", "time,time_utc,\"level\",\"text\""),
        (
            "alarms/events",
            "time,time_utc,\"by\",\"change\",\"detail\",\"id\",\"number\",\"severity\",\"state\",\"text\",\"until\"",
        ),
        ("air/points", "time,time_utc,\"in [°C]\",\"out\""),
    ] {
        assert_eq!(columns(&app, path).await, wanted, "nothing is in it");
    }
    handle.push(changes![Ui::log.lines = lines(3), Ui::speed.value = 95.0]).unwrap();
    handle.push(changes![Ui::air.points = Sample::now([Some(1.0), None, Some(3.0), Some(4.0)])]).unwrap();
    for cells in ["", "&points=100"] {
        let path = format!("/api/history/air/points?format=csv{cells}");
        let table = http::send(app.address, &Request::get(&path)).await.text();
        let (columns, line) = table.split_once("\r\n").unwrap();
        assert!(!columns.contains("\"3"), "more values than the chart has series: {table}");
        let commas = |text: &str| text.matches(',').count();
        assert_eq!((commas(columns), line.lines().count()), (commas(line), 1), "{table}");
    }
    // The history has all of them.
    let all = read(&app, "/api/history/air/points").await;
    assert_eq!(all["samples"][0][1], json!([1, null, 3, 4]));
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_may_not_see_a_chart_gets_nothing_of_its_history() {
    let store = MemoryStore::new();
    let (app, handle) = served(&store, Role::Guest).await;
    handle.push(changes![Ui::secret.points = samples(5)]).unwrap();
    let answer = http::send(app.address, &Request::get("/api/history/secret/points")).await;
    assert_eq!(answer.status, 404, "{}", answer.text());
    let unknown = http::send(app.address, &Request::get("/api/history/nothing/points")).await;
    let same = |text: String| text.replace("nothing", "secret");
    assert_eq!(answer.text(), same(unknown.text()), "nobody learns that there is one");
    assert!(!app.page().await.html.contains("secret"), "and the page does not name it");
    app.stop().await;
    let (app, _) = served(&store, Role::Chief).await;
    let seen = read(&app, "/api/history/secret/points").await;
    assert_eq!(seen["samples"].as_array().unwrap().len(), 5);
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_has_no_history_says_so() {
    let (app, _) = served(&MemoryStore::new(), Role::Chief).await;
    for (path, status, part) in [
        ("/api/history/live/points", 404, "no history of `live.points` is kept"),
        ("/api/history/speed/value", 404, "no history of `speed.value` is kept"),
        ("/api/history/air/points?from=now", 400, "`from` is a time in seconds"),
    ] {
        let answer = http::send(app.address, &Request::get(path)).await;
        assert_eq!(answer.status, status, "{path}");
        assert!(answer.text().contains(part), "{path}: {}", answer.text());
    }
    app.stop().await;
    let without = Served::new::<Ui>(()).await;
    let answer = http::send(without.address, &Request::get("/api/history/air/points")).await;
    assert_eq!(answer.status, 404, "without a store");
}

#[tokio::test(flavor = "multi_thread")]
async fn rows_have_histories_of_their_own() {
    let store = MemoryStore::new();
    let (before, handle) = served(&store, Role::Chief).await;
    handle.push(changes![Ui::beds.rows = vec!["rose".to_owned(), "lily".to_owned()]]).unwrap();
    handle.push(changes![Ui::beds.row("rose".to_owned()).water.points = samples(3)]).unwrap();
    before.stop().await;
    let (after, _) = served(&store, Role::Chief).await;
    let rose = read(&after, "/api/history/beds[rose].water/points").await;
    assert_eq!(rose["samples"].as_array().unwrap().len(), 3);
    let lily = read(&after, "/api/history/beds[lily].water/points").await;
    assert_eq!(lily["samples"].as_array().unwrap().len(), 0);
    let props = read(&after, "/api/props/beds[rose].water/points").await;
    assert_eq!(props["value"].as_array().unwrap().len(), 3, "the row shows it again");
    after.stop().await;
}

/// Lines with these numbers as their texts, one in each second before now.
fn lines(count: u32) -> Vec<LogLine> {
    let now = now();
    let line = |number: u32| LogLine { time: now - f64::from(count - number), ..LogLine::info(format!("{number}")) };
    (0..count).map(line).collect()
}

fn texts(answer: &Value) -> Vec<String> {
    let records = answer["records"].as_array().unwrap();
    records.iter().map(|record| record[1]["text"].as_str().unwrap().to_owned()).collect()
}

/// All lines of the log in its history, read page by page from the newest on, with the sizes of the pages.
async fn all_lines(served: &Served) -> (Vec<String>, Vec<usize>) {
    let (mut all, mut query, mut sizes) = (Vec::new(), "points=500".to_owned(), Vec::new());
    loop {
        let answer = read(served, &format!("/api/history/log/lines?{query}")).await;
        let page = texts(&answer);
        sizes.push(page.len());
        all.splice(0..0, page);
        let Some(next) = answer["next"].as_str() else { return (all, sizes) };
        query = format!("points=500&before={next}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_lines_of_a_log_are_there_after_a_restart_and_are_read_page_by_page() {
    let store = MemoryStore::new();
    let (before, handle) = served(&store, Role::Chief).await;
    handle.push(changes![Ui::log.lines = lines(1_200), Ui::short.lines = lines(3)]).unwrap();
    let newest = read(&before, "/api/history/log/lines?points=2").await;
    assert_eq!(texts(&newest), ["1198", "1199"], "also those that are not on the disk yet");
    before.stop().await;

    let (after, handle) = served(&store, Role::Chief).await;
    let page = after.page().await;
    let shown = values(&page, "log.lines");
    assert_eq!((shown.len(), &shown[0]["text"]), (1_000, &json!("200")), "a page gets what it shows, and no more");
    assert_eq!(values(&page, "short.lines"), Vec::<Value>::new(), "only what has the attribute");
    handle.push(changes![Ui::log.lines = LogLine::warn("=after, \"the\" restart")]).unwrap();
    let (all, sizes) = all_lines(&after).await;
    let wanted: Vec<String> =
        (0..1_200).map(|number| number.to_string()).chain(["=after, \"the\" restart".to_owned()]).collect();
    assert_eq!((all, sizes), (wanted, vec![500, 500, 201]), "each line is there once");
    let some = read(&after, &format!("/api/history/log/lines?from={}&to={}", now() - 100.0, now() - 90.0)).await;
    assert!((9..=11).contains(&texts(&some).len()), "{some}");
    let csv = http::send(after.address, &Request::get("/api/history/log/lines?format=csv&points=1")).await;
    let text = csv.text();
    assert!(text.starts_with("time,time_utc,\"level\",\"text\"\r\n"), "{text}");
    assert!(text.ends_with(",\"warn\",\"'=after, \"\"the\"\" restart\"\r\n"), "{text}");
    let wrong = http::send(after.address, &Request::get("/api/history/log/lines?before=x")).await;
    assert_eq!(wrong.status, 400, "{}", wrong.text());
    after.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_may_not_see_a_log_gets_nothing_of_its_history() {
    let store = MemoryStore::new();
    let (app, handle) = served(&store, Role::Guest).await;
    handle.push(changes![Ui::notes.lines = lines(3)]).unwrap();
    let answer = http::send(app.address, &Request::get("/api/history/notes/lines")).await;
    let unknown = http::send(app.address, &Request::get("/api/history/nothing/lines")).await;
    assert_eq!((answer.status, answer.text()), (404, unknown.text().replace("nothing", "notes")));
    app.stop().await;
    let (app, _) = served(&store, Role::Chief).await;
    assert_eq!(texts(&read(&app, "/api/history/notes/lines").await).len(), 3);
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn samples_that_were_pushed_before_the_start_are_in_the_history() {
    let store = MemoryStore::new();
    let mut handle = None;
    let app = App::with::<Ui>(|given: Handle<Ui>| {
        given.push(changes![Ui::air.points = samples(4)]).unwrap();
        handle = Some(given);
    });
    let app = Served::app(app.unwrap().store_in(store.clone())).await;
    eventually("the samples", async || {
        let history = read(&app, "/api/history/air/points").await;
        (history["samples"].as_array().unwrap().len() == 4).then_some(())
    })
    .await;
    drop(handle);
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn fault_of_what_was_pushed_before_the_start_only_the_part_that_pages_show_was_kept() {
    let mut handle = None;
    let app = App::with::<Ui>(|given: Handle<Ui>| {
        given.push(changes![Ui::log.lines = lines(700)]).unwrap();
        given.push(changes![Ui::log.lines = lines(500)]).unwrap();
        handle = Some(given);
    });
    let app = Served::app(app.unwrap().store_in(MemoryStore::new())).await;
    eventually("the lines", async || (all_lines(&app).await.0.len() == 1_200).then_some(())).await;
    drop(handle);
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_happened_to_alarms_is_read_over_http_also_after_a_restart() {
    let store = MemoryStore::new();
    let (before, handle) = served(&store, Role::Chief).await;
    handle.push(changes![Ui::speed.value = 95.0]).unwrap();
    let mut tab = before.join().await;
    let alarm = tab.value("alarms.items")[0].clone();
    tab.set("alarms.acknowledge", json!({ "id": alarm["id"], "number": alarm["number"] })).await;
    let of = |answer: &Value| {
        let records = answer["records"].as_array().unwrap().iter();
        records.map(|record| format!("{} {}", record[1]["change"], record[1]["by"])).collect::<Vec<_>>()
    };
    let path = "/api/history/alarms/events";
    let raised = ["\"raised\" null", "\"acknowledged\" \"ada\""].map(str::to_owned);
    eventually("both events", async || (of(&read(&before, path).await) == raised).then_some(())).await;
    before.stop().await;

    // The speed is not kept, so the cause is gone at the start.
    let (after, _) = served(&store, Role::Guest).await;
    assert_eq!(values(&after.page().await, "alarms.items"), Vec::<Value>::new(), "acknowledged and over");
    let all = read(&after, path).await;
    assert_eq!(of(&all)[..2], raised);
    assert_eq!(of(&all)[2], "\"cleared\" null");
    let newest = read(&after, &format!("{path}?points=1")).await;
    assert_eq!((of(&newest), newest["next"].is_string()), (of(&all)[2..].to_vec(), true));
    let table = http::send(after.address, &Request::get(&format!("{path}?format=csv"))).await.text();
    let lines: Vec<&str> = table.lines().collect();
    assert_eq!(
        lines[0],
        "time,time_utc,\"by\",\"change\",\"detail\",\"id\",\"number\",\"severity\",\"state\",\"text\",\"until\""
    );
    assert!(lines[2].contains("\"ada\",\"acknowledged\"") && lines[2].ends_with("\"'=fast\","), "{}", lines[2]);
    let hidden = http::send(after.address, &Request::get("/api/history/faults/events")).await;
    assert_eq!(hidden.status, 404, "who may not see a list gets nothing of its past");
    after.stop().await;
}
