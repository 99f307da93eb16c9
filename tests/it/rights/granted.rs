//! Rights that the program gives at run time: `App::rights`.

use std::sync::atomic::{AtomicBool, Ordering};

use super::*;

/// Whether the lab is locked. Only one test of each process sets it.
static LOCKED: AtomicBool = AtomicBool::new(false);

fn role(user: &User) -> Lab {
    user.role().unwrap_or(Lab::Guest)
}

/// The status of setting the speed from this address.
async fn set(app: &Served, from: &str, headers: &[(&str, &str)]) -> u16 {
    let request = Request::new("PUT", "/api/props/speed/value").host(&app.address.to_string()).json(4.0);
    let request = headers.iter().fold(request, |request, (name, value)| request.header(name, value));
    http::send_over(http::connect_from(from, app.address).await, &request).await.status
}

#[tokio::test]
async fn a_function_gives_the_role_by_where_the_client_is() {
    let here = |user: &User, client: &Client| {
        assert_eq!(user, client.user());
        if client.address() == Some([127, 0, 0, 2].into()) { Lab::Operator } else { Lab::Guest }
    };
    let app = Served::app(app().rights(here)).await;
    assert_eq!((set(&app, "127.0.0.2", &[]).await, set(&app, "127.0.0.3", &[]).await), (200, 403));
    // The page is drawn for the same role, and its socket has it.
    let mut page = app.join().await;
    assert_eq!(page.outcome_of("speed.value", 5.0).await.kind(), "role");
    assert!(app.get("/").await.text().contains("needs the role operator"));
    assert!(!app.get("/api/props").await.text().contains("secret-key"));
}

#[tokio::test]
async fn it_may_depend_on_a_header_that_the_program_keeps_and_on_who_has_logged_in() {
    let folder = Folder::new("granted");
    write_users(&folder, &[("ada", "operator"), ("eve", "admin")]);
    let away = |user: &User, client: &Client| {
        if client.header("x-desk").is_some() { role(user) } else { Lab::Guest }
    };
    let app = Served::app(app().users(folder.users()).keep_header("X-Desk").rights(away)).await;
    let ada = log_in(&app, "ada").await;
    assert_eq!(set(&app, "127.0.0.1", &[("Cookie", ada.as_str())]).await, 403);
    assert_eq!(set(&app, "127.0.0.1", &[("Cookie", ada.as_str()), ("X-Desk", "3")]).await, 200);
    // Who has logged in is still logged in: the role of the login and the role here are two things.
    let mut page = join(&app, &ada).await;
    tokio::time::sleep(Duration::from_millis(1500)).await;
    assert_eq!(page.outcome_of("speed.value", 5.0).await.kind(), "role");
    // The login ends as always.
    ends_within_a_second(&app, &ada, async || write_users(&folder, &[("eve", "admin")])).await;
}

#[tokio::test]
async fn what_it_says_later_reaches_open_pages_within_a_second() {
    let locked = |user: &User, _: &Client| if LOCKED.load(Ordering::SeqCst) { Lab::Guest } else { role(user) };
    let app = Served::app(app().rights(locked)).await;
    let mut before = app.join().await;
    before.apply("speed.value", 5.0).await;
    let mut stream = TcpStream::connect(app.address).await.unwrap();
    let request = Request::get("/api/subscribe?prop=status.text");
    stream.write_all(request.bytes(app.address).as_bytes()).await.unwrap();
    let mut first = [0; 512];
    within("the first event", stream.read(&mut first)).await.unwrap();
    let begun = Instant::now();
    LOCKED.store(true, Ordering::SeqCst);
    is_put_out(before).await;
    assert!(begun.elapsed() < Duration::from_millis(1500), "{:?}", begun.elapsed());
    let mut rest = Vec::new();
    within("the end of the subscription", stream.read_to_end(&mut rest)).await.unwrap();
    let mut after = app.join().await;
    assert_eq!(after.outcome_of("speed.value", 6.0).await.kind(), "role");
    LOCKED.store(false, Ordering::SeqCst);
    is_put_out(after).await;
    app.join().await.apply("speed.value", 7.0).await;
}

#[tokio::test]
async fn a_function_that_panics_gives_the_lowest_role_and_says_so() {
    log::keep();
    let app = Served::app(app().rights(|user: &User, _: &Client| -> Lab { panic!("who is {user}?") })).await;
    assert_eq!(set(&app, "127.0.0.1", &[]).await, 403);
    assert!(!app.get("/api/props").await.text().contains("secret-key"));
    assert!(log::has(&["App::rights", "who is local?", "lowest role"]));
}

#[tokio::test]
async fn a_function_that_is_slow_is_named_in_the_log() {
    log::keep();
    let slow = |user: &User, _: &Client| {
        std::thread::sleep(Duration::from_millis(60));
        role(user)
    };
    let app = Served::app(app().rights(slow)).await;
    assert_eq!(set(&app, "127.0.0.1", &[]).await, 200);
    assert!(log::has(&["App::rights took", "it must be quick"]));
}

/// Like the server of a small computer: two threads for everything.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn fault_a_function_that_hangs_held_up_everybody() {
    log::keep();
    let (hold, held) = std::sync::mpsc::channel::<()>();
    let held = std::sync::Arc::new(std::sync::Mutex::new(held));
    let hangs = move |user: &User, client: &Client| {
        if client.header("x-hang").is_some() {
            let _ = held.lock().unwrap().recv();
        }
        role(user)
    };
    let app = Served::app(app().keep_header("X-Hang").rights(hangs)).await;
    let mut page = app.join().await;
    let hanging: Vec<_> = (0..5)
        .map(|_| {
            let address = app.address;
            let request = Request::new("PUT", "/api/props/speed/value").json(4.0).header("X-Hang", "1");
            tokio::spawn(async move { http::send(address, &request).await })
        })
        .collect();
    // Time for them to arrive. Nothing fails if they have not.
    tokio::time::sleep(Duration::from_millis(200)).await;
    page.apply("speed.value", 5.0).await;
    assert_eq!(set(&app, "127.0.0.1", &[]).await, 200);
    for answer in hanging {
        let answer = within("the refusal", answer).await.unwrap();
        assert_eq!((answer.status, answer.header("retry-after")), (503, Some("1")));
        assert!(answer.text().contains("\"kind\":\"rights\""), "{}", answer.text());
    }
    assert!(log::has(&["App::rights", "has not answered"]));
    // Its page and its role are as before.
    page.apply("speed.value", 6.0).await;
    drop(hold);
    assert_eq!(set(&app, "127.0.0.1", &[("X-Hang", "1")]).await, 200);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn fault_one_open_page_for_which_the_function_hangs_took_all_threads() {
    use std::sync::{Arc, atomic::AtomicUsize, mpsc};
    let (calls, hangs) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicBool::new(false)));
    let (hold, held) = mpsc::channel::<()>();
    let held = std::sync::Mutex::new(held);
    let counted = Arc::clone(&calls);
    let hanging = Arc::clone(&hangs);
    let ask = move |user: &User, _: &Client| {
        if hanging.load(Ordering::SeqCst) {
            counted.fetch_add(1, Ordering::SeqCst);
            let _ = held.lock().unwrap().recv();
        }
        role(user)
    };
    let app = Served::app(app().rights(ask)).await;
    let mut page = app.join().await;
    hangs.store(true, Ordering::SeqCst);
    // Time for three rounds, of which each gives up after 2 s.
    tokio::time::sleep(Duration::from_secs(7)).await;
    assert_eq!(calls.load(Ordering::SeqCst), 1, "the first call has not returned");
    hangs.store(false, Ordering::SeqCst);
    page.apply("speed.value", 5.0).await;
    drop(hold);
    assert_eq!(set(&app, "127.0.0.1", &[]).await, 200);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn fault_a_user_for_whom_the_function_hangs_took_the_threads_of_all_others() {
    let folder = Folder::new("granted-shares");
    write_users(&folder, &[("ada", "operator"), ("eve", "operator")]);
    let (hold, held) = std::sync::mpsc::channel::<()>();
    let held = std::sync::Mutex::new(held);
    let hangs = move |user: &User, client: &Client| {
        if client.header("x-hang").is_some() {
            let _ = held.lock().unwrap().recv();
        }
        role(user)
    };
    let app = Served::app(app().users(folder.users()).keep_header("X-Hang").rights(hangs)).await;
    let (ada, eve) = (log_in(&app, "ada").await, log_in(&app, "eve").await);
    let address = app.address;
    let hanging: Vec<_> = (0..60)
        .map(|number: u8| {
            let request = Request::new("PUT", "/api/props/speed/value").host(&address.to_string()).json(4.0);
            let request = request.header("Cookie", &ada).header("X-Hang", "1");
            // One network for some of them, and many for others.
            let from = format!("127.0.1.{}", number.min(30));
            tokio::spawn(
                async move { http::send_over(http::connect_from(&from, address).await, &request).await.status },
            )
        })
        .collect();
    for answer in hanging {
        assert_eq!(within("the refusal", answer).await.unwrap(), 503);
    }
    // They still hang. Who asks now is somebody else.
    assert_eq!(set(&app, "127.0.0.1", &[("Cookie", eve.as_str())]).await, 200);
    drop(hold);
    assert_eq!(set(&app, "127.0.1.1", &[("Cookie", ada.as_str())]).await, 200);
}

#[tokio::test]
async fn roles_of_another_dashboard_are_an_error_at_the_start() {
    #[derive(Debug, Role)]
    enum Other {
        Anybody,
    }
    let app = app().rights(|_: &User, _: &Client| Other::Anybody).bind("127.0.0.1:0");
    let why = app.serve().await.unwrap_err().to_string();
    assert!(why.contains("App::rights") && why.contains("roles of another dashboard"), "{why}");
}
