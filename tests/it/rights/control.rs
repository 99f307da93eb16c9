//! Programs in control whose rights end.

use std::sync::atomic::{AtomicBool, Ordering};

use super::*;

#[components(role = Lab)]
struct Crane {
    #[needs(Lab::Operator)]
    drive: Control,
    #[needs(Lab::Operator)]
    #[under(drive)]
    lift: Slider,
}

impl Dashboard for Crane {
    type Device = ();
    type Session = ();
    const CALLBACKS: Callbacks<Self> = callbacks![];

    fn layout(self) -> Element {
        page("Crane", (self.drive, self.lift))
    }
}

fn crane() -> App {
    App::new::<Crane>(()).unwrap().limits(limits(|_| {}))
}

async fn ask(app: &Served, headers: &[(&str, &str)]) -> u16 {
    let request = Request::new("POST", "/api/props/drive/ask").json("null");
    let request = headers.iter().fold(request, |request, (name, value)| request.header(name, value));
    http::send(app.address, &request).await.status
}

async fn holder(app: &Served) -> String {
    let answer = app.get("/api/props/drive/holder").await.text();
    serde_json::from_str::<serde_json::Value>(&answer).unwrap()["value"].as_str().unwrap().to_owned()
}

/// Runs `change`, and asserts that nobody is in control soon.
async fn is_released(app: &Served, change: impl FnOnce()) {
    let begun = Instant::now();
    change();
    eventually("the end of control", async || holder(app).await.is_empty().then_some(())).await;
    // A second, and what a busy machine needs.
    assert!(begun.elapsed() < Duration::from_millis(1_600), "{:?}", begun.elapsed());
}

#[tokio::test]
async fn fault_a_program_whose_token_was_removed_stayed_in_control() {
    let folder = Folder::new("control-token");
    write_users(&folder, &[("ada", "operator")]);
    let people = fs::read_to_string(folder.users()).unwrap();
    let (token, entry) = program("pilot", "operator");
    fs::write(folder.users(), people.clone() + &entry).unwrap();
    let app = Served::app(crane().users(folder.users()).guest(Lab::Guest)).await;
    let bearer = format!("Bearer {token}");
    assert_eq!(ask(&app, &[("Authorization", &bearer)]).await, 200);
    assert_eq!(holder(&app).await, "pilot");
    is_released(&app, || fs::write(folder.users(), people).unwrap()).await;
    assert_eq!(ask(&app, &[("Authorization", &bearer)]).await, 401);
}

/// Whether the lab is locked. Only the test below sets it.
static LOCKED: AtomicBool = AtomicBool::new(false);

#[tokio::test]
async fn fault_a_program_whose_role_was_taken_away_at_run_time_stayed_in_control() {
    // It depends on a header, which the program has sent with its last request.
    let locked = |_: &User, client: &Client| match client.header("x-desk") {
        Some(_) if !LOCKED.load(Ordering::SeqCst) => Lab::Operator,
        _ => Lab::Guest,
    };
    let app = Served::app(crane().keep_header("X-Desk").rights(locked)).await;
    assert_eq!(ask(&app, &[("X-Desk", "3")]).await, 200);
    tokio::time::sleep(Duration::from_millis(1_200)).await;
    assert_eq!(holder(&app).await, "local", "it is asked again, and says the same");
    is_released(&app, || LOCKED.store(true, Ordering::SeqCst)).await;
    assert_eq!(ask(&app, &[("X-Desk", "3")]).await, 403);
}
