//! A long run that does not end before the program does.

use std::{
    env, fs,
    path::PathBuf,
    process,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    thread,
    time::{Duration, Instant},
};

use dash_devices::{App, prelude::*, store::MemoryStore};
use serde_json::Value;

use crate::support::{Served, eventually};

#[components]
struct Ui {
    recipe: Button,
    stop: Button,
    step: Text,
}

/// A device whose driver hangs, whatever it is told.
struct Heater {
    works: Arc<AtomicBool>,
}

#[callback_shared(on = Ui::recipe.click, cancel = Ui::stop.click, output = Ui::step.text)]
fn recipe(heater: &mut Heater, _task: Cancellation) -> &'static str {
    heater.works.store(true, Ordering::Release);
    let begin = Instant::now();
    while heater.works.load(Ordering::Acquire) && begin.elapsed() < Duration::from_secs(20) {
        thread::sleep(Duration::from_millis(5));
    }
    "done"
}

impl Dashboard for Ui {
    type Device = Heater;
    type Session = ();
    const CALLBACKS: Callbacks<Self> = callbacks![recipe];

    fn layout(self) -> Element {
        page("Reactor", (self.recipe, self.stop, self.step))
    }
}

/// Removed at the end of the test.
struct Folder(PathBuf);

impl Folder {
    fn new() -> Self {
        let folder = env::temp_dir().join(format!("dash-cut-off-{}", process::id()));
        fs::create_dir_all(&folder).unwrap();
        Self(folder)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn fault_after_a_restart_nothing_said_that_a_recipe_had_been_under_way() {
    let (folder, store) = (Folder::new(), MemoryStore::new());
    let record = folder.0.join("audit.jsonl");
    let works = Arc::new(AtomicBool::new(false));
    let start = async |works: &Arc<AtomicBool>| {
        let app = App::new::<Ui>(Heater { works: Arc::clone(works) }).unwrap();
        Served::app(app.store_in(store.clone()).audit(&record)).await
    };
    let app = start(&works).await;
    let mut page = app.join().await;
    page.set("recipe.click", Value::Null).await;
    eventually("the recipe runs", async || works.load(Ordering::Acquire).then_some(())).await;
    // What is kept is written within a second.
    tokio::time::sleep(Duration::from_millis(1_200)).await;
    app.stop().await;
    let next = start(&Arc::new(AtomicBool::new(false))).await;
    let line = eventually("the record of the recipe", async || {
        let text = fs::read_to_string(&record).unwrap_or_default();
        text.lines().find(|line| line.contains("was under way")).map(str::to_owned)
    })
    .await;
    works.store(false, Ordering::Release);
    let line: Value = serde_json::from_str(&line).unwrap();
    assert_eq!((&line["property"], &line["outcome"]), (&"recipe.click".into(), &"unknown".into()));
    assert!(line["why"].as_str().unwrap().starts_with("`recipe`, started by local at 2"), "{line}");
    next.stop().await;
}
