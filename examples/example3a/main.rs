//! Shows the table of clients and actions on one client. It is `example3` with an administrator, who sees all clients
//! live and can send a message to one of them, log it out or disconnect it.
//!
//! ```text
//! cargo run --example example3a
//! ```
//!
//! Open the printed address in three windows. Log in as `admin`, password `root`, in the first, and as `ada`, password
//! `engine`, in the second. The first window shows when a client connects, logs in, hides its page (minimize a window),
//! logs out and closes its window.
//!
//! **This is not a real login.** It only shows data of each client and actions on one client. Over plain HTTP everyone
//! on the network path can read the password. If access must be restricted, use a proxy with authentication.

#![allow(clippy::needless_pass_by_value, reason = "the library passes parameters of callbacks by value")]

use std::{
    error::Error,
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use dash_devices::{ClientEntry, ClientHandle, Handle, prelude::*};

/// Names and passwords. A real program must not have them in its source code.
const USERS: [(&str, &str); 3] = [("admin", "root"), ("ada", "engine"), ("grace", "compiler")];

/// The session of a client: its user. It survives a lost connection. The table of clients has copies of it.
#[derive(Default, Clone)]
struct Login {
    user: Option<&'static str>,
}

impl Login {
    fn is_admin(&self) -> bool {
        self.user == Some("admin")
    }
}

#[components]
struct Ui {
    user: Input,
    password: Input,
    log_in: Button,
    log_out: Button,
    message: Text,
    content: Container,

    // Only on the administrator's page. The server refuses values for it from all other pages.
    #[dynamic]
    visitors: Table,
    #[dynamic]
    whom: Dropdown,
    #[dynamic]
    words: Input,
    #[dynamic]
    send: Button,
    #[dynamic]
    show_out: Button,
    #[dynamic]
    disconnect: Button,
}

/// The content of the page for this user.
fn content(user: Option<&str>) -> Element {
    match user {
        None => text("Enter to see more."),
        Some("admin") => Element::of((heading("Welcome, administrator"), administration())),
        Some(user) => {
            Element::of((heading(format!("Welcome, {user}")), text("The administrator sees that you are here.")))
        }
    }
}

fn administration() -> Element {
    let columns = ["Name", "Client", "Since (UTC)", "Address", "Host", "Page"].map(Column::text);
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
    on = (Ui::log_in.click, Ui::password.submit, Ui::log_out.click),
    output = (
        Ui::content.children,
        Ui::password.value,
        Ui::message.text,
        Ui::log_in.disabled,
        Ui::log_out.disabled
    ),
    alternate = Ui::message.text
)]
fn door(
    #[session] login: &mut Login,
    trigger: Trigger,
    #[state(Ui::user.value)] user: &str,
    #[state(Ui::password.value)] password: &str,
) -> Result<(Element, &'static str, &'static str, bool, bool), &'static str> {
    let enters = trigger.is(Ui::log_in.click) || trigger.is(Ui::password.submit);
    let known = USERS.into_iter().find(|known| *known == (user, password)).map(|(name, _)| name);
    if enters && known.is_none() {
        return Err("Name or password is wrong.");
    }
    login.user = known.filter(|_| enters);
    let inside = login.user.is_some();
    Ok((content(login.user), "", "", inside, !inside))
}

/// Runs for every client when a client connects, leaves, is cut off or hides its page, and when a callback has changed
/// a session. Only administrators see the table.
#[callback(on = clients, output = (Ui::visitors.rows, Ui::whom.options))]
fn watch(clients: Clients<Ui>, #[session] login: &mut Login) -> (Vec<Vec<Cell>>, Choices) {
    if !login.is_admin() {
        return Default::default();
    }
    let choice = |client: &ClientEntry<Ui>| (client.id().to_string(), format!("{}: {}", client.id(), name(client)));
    (clients.iter().map(table_row).collect(), clients.iter().map(choice).collect())
}

fn name(client: &ClientEntry<Ui>) -> &'static str {
    client.session().user.unwrap_or("nobody yet")
}

fn table_row(client: &ClientEntry<Ui>) -> Vec<Cell> {
    let page = match (client.is_connected(), client.is_visible()) {
        (false, _) => "no connection",
        (true, false) => "hidden",
        (true, true) => "visible",
    };
    vec![
        name(client).into(),
        client.id().to_string().into(),
        clock(client.connected_at()).into(),
        client.address().map(|address| address.to_string()).into(),
        client.host().map(str::to_owned).into(),
        page.into(),
    ]
}

/// The time of day in UTC, as text.
fn clock(time: SystemTime) -> String {
    let seconds = time.duration_since(UNIX_EPOCH).unwrap_or(Duration::ZERO).as_secs();
    format!("{:02}:{:02}:{:02}", seconds / 3_600 % 24, seconds / 60 % 60, seconds % 60)
}

/// The result of an administrator's action, or the reason why it is not allowed.
type Done<T> = Result<T, Box<dyn Error + Send + Sync>>;

/// The client with this number, if the user may act on it.
fn chosen(login: &Login, dashboard: &Handle<Ui>, whom: &str) -> Done<ClientHandle<Ui>> {
    // Only administrators have the buttons, and the server refuses buttons that are not on a page. This is a second
    // check.
    if !login.is_admin() {
        return Err("only the administrator may do this".into());
    }
    let clients = dashboard.clients();
    let client = clients.iter().find(|client| client.id().to_string() == whom);
    Ok(dashboard.client(client.ok_or("choose a client that is there")?.id())?)
}

/// Shows a note on one page only.
#[callback(on = (Ui::send.click, Ui::words.submit), output = Ui::words.value)]
fn send(
    #[session] login: &mut Login,
    dashboard: Handle<Ui>,
    #[state(Ui::whom.value)] whom: &str,
    #[state(Ui::words.value)] words: &str,
) -> Done<&'static str> {
    chosen(login, &dashboard, whom)?.message(words)?;
    Ok("")
}

/// Logs the client out, as if it had pressed the button.
#[callback(on = Ui::show_out.click)]
fn show_out(#[session] login: &mut Login, dashboard: Handle<Ui>, #[state(Ui::whom.value)] whom: &str) -> Done<()> {
    Ok(chosen(login, &dashboard, whom)?.fire(Ui::log_out.click, ())?)
}

/// Disconnects the client. Its page shows that, with a button to reconnect.
#[callback(on = Ui::disconnect.click)]
fn disconnect(#[session] login: &mut Login, dashboard: Handle<Ui>, #[state(Ui::whom.value)] whom: &str) -> Done<()> {
    Ok(chosen(login, &dashboard, whom)?.disconnect("the administrator has closed the connection")?)
}

impl Dashboard for Ui {
    type Device = ();
    type Session = Login;
    const CALLBACKS: Callbacks<Self> = callbacks![door, watch, send, show_out, disconnect];

    fn layout(self) -> Element {
        page(
            "Who is there",
            (
                card(
                    "Who are you?",
                    (
                        self.user.label("Name").placeholder("ada"),
                        self.password.label("Password").secret(true),
                        row((
                            self.log_in.label("Enter").tone(ButtonTone::Primary),
                            self.log_out.label("Leave").disabled(true),
                            self.message,
                        )),
                    ),
                ),
                card(
                    "Try it",
                    (
                        text("Enter as admin, password root; in another window as ada, password engine."),
                        text("This is no real login: without encryption everybody on the way reads the password."),
                    ),
                ),
                card("Inside", self.content.children(content(None))).width(Width::Full),
            ),
        )
    }
}

#[tokio::main]
async fn main() -> dash_devices::Result<()> {
    Ui::serve(()).await
}
