//! Values are written by the thread that has handled their command.

use super::*;

/// A store whose appends are quick, unless it refuses.
#[derive(Debug, Clone, Default)]
struct Quick {
    inner: Counting,
    refuses: Arc<AtomicBool>,
}

impl Store for Quick {
    fn append(&self, entries: &[Entry], level: Level) -> Result<(), StoreError> {
        self.inner.append(entries, level)
    }

    fn append_now(&self, entries: &[Entry]) -> Option<Result<(), StoreError>> {
        (!self.refuses.load(Ordering::SeqCst)).then(|| self.append(entries, Level::Crash))
    }

    fn range(&self, table: Table, keys: Range<&[u8]>, order: Order, visit: &mut Visit<'_>) -> Result<(), StoreError> {
        self.inner.range(table, keys, order, visit)
    }

    fn trim(&self, table: Table, keys: Range<&[u8]>) -> Result<(), StoreError> {
        self.inner.trim(table, keys)
    }
}

/// Puts a value of which somebody is told.
fn tell(run: &Run, rev: u64) {
    let value = Some(Value::new(rev as f64).unwrap());
    let change = KeptChange { key: b"speed.value".to_vec(), value, rev };
    run.keeper.put(vec![change], Vec::new(), Vec::new(), true);
}

/// The value in the store.
fn kept(store: &impl Store) -> Option<String> {
    load(store, "").unwrap().0.pop().map(|value| value.json)
}

/// Whether all that was put is written.
fn is_written(run: &Run) -> bool {
    let shared = &run.keeper.writer.shared;
    *shared.written.borrow() == shared.queued.load(Ordering::SeqCst)
}

fn entries(store: &Quick) -> u32 {
    store.inner.entries.load(Ordering::SeqCst)
}

#[test]
fn a_value_is_written_at_once_and_the_thread_is_only_woken_up_for_the_flush() {
    let store = Quick::default();
    let mut run = Run::new(Arc::new(store.clone()));
    let shared = Arc::clone(&run.keeper.writer.shared);
    let here = run.keeper.writer.here();
    tell(&run, 1);
    assert!(here.has_values() && !is_written(&run));
    here.write();
    assert_eq!((kept(&store).as_deref(), is_written(&run)), (Some("1.0"), true));
    let news = lock(&shared.queue).news.take();
    assert!(news.is_flushed_earlier && !news.is_awaited && !news.is_changed);
    // Nothing is written again, and the value is on the disk 200 ms later at most.
    run.pass(Duration::ZERO, Duration::from_millis(200));
    assert_eq!((entries(&store), store.inner.flushes.load(Ordering::SeqCst)), (1, 1));
    // Until the next flush, further values do not wake it up.
    for rev in 2..10 {
        let here = run.keeper.writer.here();
        tell(&run, rev);
        here.write();
        assert_eq!(kept(&store).unwrap(), format!("{rev}.0"));
        let news = lock(&shared.queue).news.take();
        assert_eq!(news.is_flushed_earlier, rev == 2);
        assert!(!news.is_awaited && !news.is_changed);
    }
}

#[test]
fn what_the_store_does_not_take_at_once_is_left_to_the_thread() {
    let store = Quick::default();
    let mut run = Run::new(Arc::new(store.clone()));
    store.refuses.store(true, Ordering::SeqCst);
    let here = run.keeper.writer.here();
    tell(&run, 1);
    here.write();
    assert_eq!((kept(&store), is_written(&run), run.keeper.writer.status()), (None, false, "ok"));
    assert!(lock(&run.keeper.writer.shared.queue).news.is_awaited, "the thread knows");
    run.pass(Duration::ZERO, Duration::ZERO);
    assert_eq!((kept(&store).as_deref(), is_written(&run)), (Some("1.0"), true));
}

/// The callbacks may have been too slow, so that somebody else goes on.
#[test]
fn what_nobody_writes_in_the_end_is_left_to_the_thread() {
    let store = Quick::default();
    let mut run = Run::new(Arc::new(store.clone()));
    let here = run.keeper.writer.here();
    tell(&run, 1);
    drop(here);
    assert!(lock(&run.keeper.writer.shared.queue).news.is_awaited, "the thread knows");
    run.pass(Duration::ZERO, Duration::ZERO);
    assert_eq!(kept(&store).as_deref(), Some("1.0"));
}

/// For example while it flushes.
#[test]
fn while_the_thread_is_at_work_nobody_waits_for_it() {
    let store = Quick::default();
    let mut run = Run::new(Arc::new(store.clone()));
    let here = run.keeper.writer.here();
    tell(&run, 1);
    let writer = Arc::clone(&run.keeper.writer);
    let work = lock(&writer.work);
    here.write();
    drop(work);
    assert_eq!(kept(&store), None);
    run.pass(Duration::ZERO, Duration::ZERO);
    assert_eq!(kept(&store).as_deref(), Some("1.0"));
}

#[test]
fn a_write_that_fails_is_told_and_tried_again_by_the_thread() {
    let store = Quick::default();
    let mut run = Run::new(Arc::new(store.clone()));
    store.inner.full.store(true, Ordering::SeqCst);
    let told = log::heard(|| {
        let here = run.keeper.writer.here();
        tell(&run, 1);
        here.write();
    });
    assert!(told.contains("the store cannot be written: the disk is full; it is tried again every second"), "{told}");
    assert_eq!((run.keeper.writer.status(), run.keeper.writer.waiting()), ("failing", 1));
    assert!(lock(&run.keeper.writer.shared.queue).news.is_awaited, "the thread knows");
    // As long as it has not succeeded, only it tries.
    let here = run.keeper.writer.here();
    tell(&run, 2);
    store.inner.full.store(false, Ordering::SeqCst);
    here.write();
    assert_eq!(kept(&store), None);
    run.pass(Duration::from_secs(1), Duration::from_secs(1));
    assert_eq!((kept(&store).as_deref(), run.keeper.writer.status()), (Some("2.0"), "ok"));
}

/// What it was is not known to who tries again.
#[test]
fn a_store_that_breaks_is_told_once() {
    #[derive(Debug)]
    struct Breaks(AtomicBool);
    impl Store for Breaks {
        fn append(&self, _: &[Entry], _: Level) -> Result<(), StoreError> {
            let first = !self.0.swap(true, Ordering::SeqCst);
            Err(StoreError::new(StoreFault::Broken, if first { "the first reason" } else { "it was broken before" }))
        }

        fn append_now(&self, entries: &[Entry]) -> Option<Result<(), StoreError>> {
            Some(self.append(entries, Level::Crash))
        }

        fn range(&self, _: Table, _: Range<&[u8]>, _: Order, _: &mut Visit<'_>) -> Result<(), StoreError> {
            Ok(())
        }

        fn trim(&self, _: Table, _: Range<&[u8]>) -> Result<(), StoreError> {
            Ok(())
        }
    }
    let run = Run::new(Arc::new(Breaks(AtomicBool::new(false))));
    let shared = Arc::clone(&run.keeper.writer.shared);
    let told = log::heard(|| {
        let here = run.keeper.writer.here();
        tell(&run, 1);
        here.write();
        let news = lock(&shared.queue).news.take();
        let now = Moment { since: Duration::ZERO, date: BEGIN };
        assert_eq!(run.thread().turn(&shared, news, now), Next::End);
    });
    assert!(told.contains("the first reason") && !told.contains("it was broken before"), "{told}");
    assert_eq!(run.keeper.writer.status(), "broken");
}

/// Threads put and write at once, beside the thread of the store. Each value is there when its own thread is told.
#[test]
fn many_threads_write_beside_the_thread_of_the_store() {
    const THREADS: usize = 4;
    let store = MemoryStore::new();
    let keeper = Keeper::new(Writer::start(Box::new(store.clone()), Flush::new()).unwrap(), "", EPOCH);
    thread::scope(|scope| {
        for number in 0..THREADS {
            let (keeper, store) = (&keeper, &store);
            scope.spawn(move || {
                let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
                for rev in 1..500 {
                    let here = keeper.writer.here();
                    let value = Some(Value::new(rev as f64).unwrap());
                    let change = KeptChange { key: format!("p{number}").into_bytes(), value, rev };
                    keeper.put(vec![change], Vec::new(), Vec::new(), true);
                    if rev % 3 == 0 {
                        drop(here);
                    } else {
                        here.write();
                    }
                    runtime.block_on(keeper.writer.written());
                    let kept = load(store, "").unwrap().0;
                    let own = kept.iter().find(|value| value.key == format!("p{number}").into_bytes()).unwrap();
                    assert_eq!(own.json, format!("{rev}.0"));
                }
            });
        }
    });
    assert_eq!(keeper.writer.status(), "ok");
    keeper.writer.finish();
}

#[tokio::test]
async fn after_the_end_another_program_can_use_the_store() {
    let store = Quick::default();
    let keeper = Keeper::new(Writer::start(Box::new(store.clone()), Flush::new()).unwrap(), "", EPOCH);
    let here = keeper.writer.here();
    assert_eq!(Arc::strong_count(&store.refuses), 2);
    keeper.writer.end().await;
    assert_eq!(Arc::strong_count(&store.refuses), 1, "it is closed");
    // Somebody may still come.
    state(&keeper, 1);
    here.write();
    assert_eq!(kept(&store), None);
}
