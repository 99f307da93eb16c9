//! Sessions of logins, over real servers: two pages, restarts, users who are removed, and what is missing at the start.

use dash_devices::store::MemoryStore;

use super::*;

#[value]
#[derive(Default)]
struct Settings {
    note: String,
}

#[components(role = Lab, needs = Lab::Guest)]
struct Desk {
    #[private]
    note: Input,
    shown: Text,
}

#[callback(initial = false)]
fn write(#[session] mine: &mut Settings, #[input(Desk::note.value)] note: &str) {
    note.clone_into(&mut mine.note);
}

#[callback(on = (connect, session), output = Desk::shown.text)]
fn show(#[session] mine: &mut Settings) -> String {
    format!("note: {}", mine.note)
}

impl Dashboard for Desk {
    type Device = ();
    type Session = Settings;
    const SESSION_OF: SessionOf<Self> = SessionOf::login();
    const CALLBACKS: Callbacks<Self> = callbacks![write, show];

    fn layout(self) -> Element {
        page("Desk", (self.note, self.shown))
    }
}

fn desk() -> App {
    App::new::<Desk>(()).unwrap().limits(limits(|_| {}))
}

#[tokio::test]
async fn the_session_of_a_login_is_on_each_of_its_pages_and_there_after_a_restart() {
    let folder = Folder::new("sessions");
    write_users(&folder, &[("ada", "operator"), ("eve", "operator")]);
    let store = MemoryStore::new();
    let served = async || Served::app(desk().users(folder.users()).store_in(store.clone())).await;
    let app = served().await;
    let (ada, eve) = (log_in(&app, "ada").await, log_in(&app, "eve").await);
    let (mut one, mut two, mut other) = (join(&app, &ada).await, join(&app, &ada).await, join(&app, &eve).await);
    one.apply("note.value", "dark").await;
    two.sees("shown.text", "note: dark").await;
    other.apply("note.value", "light").await;
    app.stop().await;

    // Another role closes the pages. The session is that of the login, whatever its role.
    write_users(&folder, &[("ada", "guest"), ("eve", "operator")]);
    let app = served().await;
    let ada = log_in(&app, "ada").await;
    join(&app, &ada).await.sees("shown.text", "note: dark").await;
    join(&app, &eve).await.sees("shown.text", "note: light").await;

    // A new user with the name of a removed one gets nothing of hers.
    let eve = join(&app, &eve).await;
    write_users(&folder, &[("ada", "guest")]);
    is_put_out(eve).await;
    app.stop().await;
    write_users(&folder, &[("ada", "guest"), ("eve", "operator")]);
    let app = served().await;
    let eve = log_in(&app, "eve").await;
    join(&app, &eve).await.sees("shown.text", "note: ").await;
}

#[tokio::test]
async fn there_is_no_start_without_a_store_or_without_users() {
    log::keep();
    let folder = Folder::new("sessions-start");
    write_users(&folder, &[("ada", "operator")]);
    for (app, why) in [
        (desk().users(folder.users()), "there is no store: call `App::store(\"data\")`"),
        (desk().store_in(MemoryStore::new()), "nobody can log in: call `App::users(\"users.toml\")`"),
        (desk().guest(Lab::Guest).store_in(MemoryStore::new()), "nobody can log in"),
    ] {
        let error = app.bind("127.0.0.1:0").serve().await.unwrap_err();
        assert!(error.to_string().contains(why), "{error}");
        assert!(error.is_layout());
    }
}
