//! Shows the table of clients and actions on one client. It is `example3` with an administrator, who sees all clients
//! live and can send a message to one of them, show it out or disconnect it.
//!
//! ```text
//! cargo run --features users --example example3a
//! ```
//!
//! First add users: the same command with `-- user add eve --role admin` at its end asks for a password and makes
//! `users.toml`; `-- user add ada --role member` adds another one. Then open the printed address in three windows that
//! share no cookies, and log in as eve in the first and as ada in the second. The first window shows when a client
//! connects, enters, hides its page (minimize a window), leaves and closes its window.

#![allow(clippy::needless_pass_by_value, reason = "the library passes parameters of callbacks by value")]

use std::{
    error::Error,
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use dash_devices::{App, ClientEntry, ClientHandle, Handle, User, prelude::*, users_command};

/// The lowest role first.
#[derive(Role)]
enum Role {
    /// Who has not logged in.
    Guest,
    Member,
    Admin,
}

/// The session of a client: what its user does here. It survives a lost connection. The table of clients has copies of
/// it.
#[derive(Default, Clone)]
struct Visit {
    doing: Option<String>,
}

#[components(role = Role, needs = Role::Member)]
struct Ui {
    doing: Input,
    enter: Button,
    leave: Button,
    message: Text,
    content: Container,

    // Only on the administrator's page. Other roles get nothing of these, and the server refuses values for them.
    #[dynamic]
    #[sees(Role::Admin)]
    visitors: Table,
    #[dynamic]
    #[sees(Role::Admin)]
    #[needs(Role::Admin)]
    whom: Dropdown,
    #[dynamic]
    #[sees(Role::Admin)]
    #[needs(Role::Admin)]
    words: Input,
    #[dynamic]
    #[sees(Role::Admin)]
    #[needs(Role::Admin)]
    send: Button,
    #[dynamic]
    #[sees(Role::Admin)]
    #[needs(Role::Admin)]
    show_out: Button,
    #[dynamic]
    #[sees(Role::Admin)]
    #[needs(Role::Admin)]
    disconnect: Button,
}

/// The content of the page for this user.
fn content(user: &User, visit: &Visit) -> Element {
    let welcome = |text: &str| heading(format!("Welcome, {text}"));
    match &visit.doing {
        _ if user.may(Role::Admin) => Element::of((welcome("administrator"), administration())),
        Some(doing) => Element::of((welcome(user.name()), text(format!("The administrator sees: {doing}")))),
        None => text("Enter to see more."),
    }
}

fn administration() -> Element {
    let columns = ["Name", "Client", "Since (UTC)", "Address", "Host", "Page", "Doing"].map(Column::text);
    Element::of((
        Ui::visitors.place().label("Clients").columns(columns).key(1),
        row((Ui::whom.place().label("To").options([("", "nobody")]), Ui::words.place().label("Message"))),
        row((
            Ui::send.place().label("Send"),
            Ui::show_out.place().label("Show out"),
            Ui::disconnect.place().label("Disconnect").tone(ButtonTone::Danger),
        )),
    ))
}

/// Private: it sets the content for this client. `Ok` goes to the outputs and `Err` to the alternate.
#[callback(
    on = (connect, Ui::enter.click, Ui::doing.submit, Ui::leave.click),
    output = (Ui::content.children, Ui::message.text, Ui::enter.disabled, Ui::leave.disabled),
    alternate = Ui::message.text
)]
fn door(
    client: Client,
    #[session] visit: &mut Visit,
    trigger: Trigger,
    #[state(Ui::doing.value)] doing: &str,
) -> Result<(Element, &'static str, bool, bool), &'static str> {
    if trigger.is(Ui::enter.click) || trigger.is(Ui::doing.submit) {
        if doing.trim().is_empty() {
            return Err("Say what you do here.");
        }
        visit.doing = Some(doing.trim().to_owned());
    } else if trigger.is(Ui::leave.click) {
        visit.doing = None;
    }
    let inside = visit.doing.is_some();
    Ok((content(client.user(), visit), "", inside, !inside))
}

/// Runs for every client when a client connects, leaves, is cut off or hides its page, and when a callback has changed
/// a session. Only administrators see the table.
#[callback(on = clients, output = (Ui::visitors.rows, Ui::whom.options))]
fn watch(client: Client, clients: Clients<Ui>) -> (Vec<Vec<Cell>>, Choices) {
    if !client.user().may(Role::Admin) {
        return Default::default();
    }
    let choice = |one: &ClientEntry<Ui>| (one.id().to_string(), format!("{}: {}", one.id(), one.user()));
    (clients.iter().map(table_row).collect(), clients.iter().map(choice).collect())
}

fn table_row(client: &ClientEntry<Ui>) -> Vec<Cell> {
    let page = match (client.is_connected(), client.is_visible()) {
        (false, _) => "no connection",
        (true, false) => "hidden",
        (true, true) => "visible",
    };
    vec![
        client.user().to_string().into(),
        client.id().to_string().into(),
        clock(client.connected_at()).into(),
        client.address().map(|address| address.to_string()).into(),
        client.host().map(str::to_owned).into(),
        page.into(),
        client.session().doing.unwrap_or_default().into(),
    ]
}

/// The time of day in UTC, as text.
fn clock(time: SystemTime) -> String {
    let seconds = time.duration_since(UNIX_EPOCH).unwrap_or(Duration::ZERO).as_secs();
    format!("{:02}:{:02}:{:02}", seconds / 3_600 % 24, seconds / 60 % 60, seconds % 60)
}

/// The result of an administrator's action, or the reason why it is not possible.
type Done<T> = Result<T, Box<dyn Error + Send + Sync>>;

/// The client with this number.
fn chosen(dashboard: &Handle<Ui>, whom: &str) -> Done<ClientHandle<Ui>> {
    let clients = dashboard.clients();
    let client = clients.iter().find(|client| client.id().to_string() == whom);
    Ok(dashboard.client(client.ok_or("choose a client that is there")?.id())?)
}

/// Shows a note on one page only. Only administrators have what starts it, so it need not ask who has.
#[callback(on = (Ui::send.click, Ui::words.submit), output = Ui::words.value)]
fn send(
    dashboard: Handle<Ui>,
    #[state(Ui::whom.value)] whom: &str,
    #[state(Ui::words.value)] words: &str,
) -> Done<&'static str> {
    chosen(&dashboard, whom)?.message(words)?;
    Ok("")
}

/// The client leaves, as if its user had pressed the button. The user stays logged in.
#[callback(on = Ui::show_out.click)]
fn show_out(dashboard: Handle<Ui>, #[state(Ui::whom.value)] whom: &str) -> Done<()> {
    Ok(chosen(&dashboard, whom)?.fire(Ui::leave.click, ())?)
}

/// Disconnects the client. Its page shows that, with a button to reconnect.
#[callback(on = Ui::disconnect.click)]
fn disconnect(dashboard: Handle<Ui>, #[state(Ui::whom.value)] whom: &str) -> Done<()> {
    Ok(chosen(&dashboard, whom)?.disconnect("the administrator has closed the connection")?)
}

impl Dashboard for Ui {
    type Device = ();
    type Session = Visit;
    const CALLBACKS: Callbacks<Self> = callbacks![door, watch, send, show_out, disconnect];

    fn layout(self) -> Element {
        page(
            "Who is there",
            (
                card(
                    "What do you do here?",
                    (
                        self.doing.label("Doing").placeholder("measure"),
                        row((
                            self.enter.label("Enter").tone(ButtonTone::Primary),
                            self.leave.label("Leave").disabled(true),
                            self.message,
                        )),
                    ),
                ),
                card("Inside", self.content.children(text("Enter to see more."))).width(Width::Full),
            ),
        )
    }
}

/// The users, unless `DASH_USERS` names another file.
const USERS: &str = "users.toml";

#[tokio::main]
async fn main() -> dash_devices::Result<()> {
    if users_command::<Ui>(USERS)? {
        return Ok(());
    }
    App::new::<Ui>(())?.users(USERS).guest(Role::Guest).serve().await
}
