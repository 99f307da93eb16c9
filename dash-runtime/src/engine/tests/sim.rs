//! A dashboard in virtual time: the engine, the runs in progress, and the pages.

use std::{any::Any, collections::BTreeMap, net::IpAddr, sync::Arc, time::Duration};

use futures_util::FutureExt;
use serde_json::{Value as Json, json};

use super::page::{Cell, Page};
use crate::{
    callback::{call::Write, callbacks::Body, lend::Part, task},
    client::{ClientId, Peer},
    dashboard::{Dashboard, NewSession},
    engine::{
        Engine, Greeting,
        batch::{NotTaken, Wanted},
        effects::{Close, Effects, Job, Wake},
        finish::Finished,
        gates::StopJob,
        judging::{CheckJob, Judged, Verdict},
        lane::LaneId,
        needs::Changeset,
        page_requests::PageRequest,
        plan::{Plan, Planned},
        push::NotPushed,
        replaying::{ShownChange, ShownContent},
        requests::{Asking, RequestNo},
        rows::ShownList,
        session::SocketNo,
    },
    failure::Report,
    handle::{Changes, PushError, Whom},
    numbers::PropNo,
    prop::{InRow, Kind, Prop, PropValue},
    protocol::{
        client::{Command, Incoming, Refusal, parse},
        limits::Limits,
        server::Outcome,
    },
    rights::User,
    value::Value,
};

/// A page, by its index in [`Sim::pages`].
pub(super) type At = usize;

pub(super) struct Sim {
    pub(super) engine: Engine,
    pub(super) now: Duration,
    /// Runs in progress, the oldest first.
    pub(super) jobs: Vec<Job>,
    pub(super) pages: Vec<Page>,
    /// Frames sent as an answer to a frame.
    pub(super) answers: Vec<String>,
    pub(super) closed: Vec<At>,
    /// Pages that the program has disconnected, with the reason.
    pub(super) disconnected: Vec<(At, String)>,
    /// Requests that have an outcome.
    pub(super) answered: BTreeMap<RequestNo, Outcome>,
    /// The commands that were taken, in the order of arrival: the page, the property and the value.
    pub(super) taken: Vec<(At, usize, Json)>,
    /// Stops that were pressed, whose functions run.
    pub(super) stops: Vec<StopJob>,
    /// What the driver would log about callbacks that do not end.
    pub(super) notices: Vec<String>,
    /// The number of sessions that were made. Other runs of the program have others.
    pub(super) tokens: u32,
}

impl Sim {
    pub(super) fn new<D: Dashboard>(device: D::Device) -> Self {
        Self::with_limits::<D>(device, Limits::default())
    }

    /// A dashboard that has started and is at rest.
    pub(super) fn with_limits<D: Dashboard>(device: D::Device, limits: Limits) -> Self {
        let mut sim = Self::unstarted::<D>(device, limits);
        sim.begin();
        sim.rest();
        sim
    }

    pub(super) fn unstarted<D: Dashboard>(device: D::Device, limits: Limits) -> Self {
        let planned = Plan::of::<D>().unwrap();
        let stops = planned.plan.functions_of_stops(D::stops(&device).into_functions()).unwrap();
        let mut sim = Self::planned::<D>(planned);
        sim.engine.set_stops(stops);
        sim.engine.configure(Some(Box::new(device)), "e1".to_owned(), limits);
        sim
    }

    /// The replay of a record, which shows what [`show`](Self::show) brings.
    pub(super) fn replay<D: Dashboard>() -> Self {
        let mut sim = Self::planned::<D>(Plan::of_replay::<D>().unwrap());
        sim.engine.configure(None, "e1".to_owned(), Limits::default());
        sim.begin();
        sim
    }

    fn planned<D: Dashboard>(planned: Planned) -> Self {
        let new_data: fn() -> Part = || Box::new(<D::Session as NewSession>::new_session());
        let engine = Engine::new(Arc::new(planned.plan), planned.slots, new_data);
        Self {
            engine,
            now: Duration::ZERO,
            jobs: Vec::new(),
            pages: Vec::new(),
            answers: Vec::new(),
            closed: Vec::new(),
            disconnected: Vec::new(),
            answered: BTreeMap::new(),
            taken: Vec::new(),
            stops: Vec::new(),
            notices: Vec::new(),
            tokens: 0,
        }
    }

    /// A replay shows this value.
    pub(super) fn show<T: PropValue, K>(&mut self, prop: Prop<T, K>, value: T) {
        let content = ShownContent::Value(Value::new(value).unwrap());
        self.show_content(self.prop_no(prop), content);
    }

    pub(super) fn show_content(&mut self, prop: PropNo, content: ShownContent) {
        let change = ShownChange { prop, key: None, content, quality: None };
        self.with(|engine, _, fx| engine.show(Vec::new(), vec![change], fx));
    }

    pub(super) fn begin(&mut self) {
        self.with(|engine, now, fx| engine.start(now, fx));
    }

    pub(super) fn with<R>(&mut self, event: impl FnOnce(&mut Engine, Duration, &mut Effects) -> R) -> R {
        let mut fx = Effects::default();
        let result = event(&mut self.engine, self.now, &mut fx);
        self.stops.append(&mut fx.stops);
        fx.cancel.drain(..).for_each(|task| task.cancel());
        self.jobs.append(&mut fx.run);
        let wake = fx.take_wake();
        for page in &mut self.pages {
            page.woken |= match &wake {
                Wake::Nobody => false,
                Wake::Some(ids) => ids.contains(&page.id),
                Wake::All => true,
            };
        }
        for (id, _, close) in fx.close {
            let Some(at) = self.pages.iter().position(|page| page.id == id) else { continue };
            match close {
                Close::TakenOver | Close::OtherUser(_) => self.closed.push(at),
                Close::Disconnected(why) => {
                    self.pages[at].socket = None;
                    self.disconnected.push((at, why.to_string()));
                }
            }
        }
        self.notices.append(&mut fx.notices);
        self.answers.extend(fx.answer);
        self.answered.extend(self.engine.answered());
        fx.failed.into_iter().for_each(Report::tell);
        result
    }

    /// The number of a property, as it is on the wire.
    pub(super) fn no<T, K>(&self, prop: Prop<T, K>) -> usize {
        self.prop_no(prop).place()
    }

    pub(super) fn prop_no<T, K>(&self, prop: Prop<T, K>) -> PropNo {
        match prop.key().id.row() {
            InRow::Any => self.engine.plan().own_number(&prop.key()),
            _ => self.engine.find_number(&prop.key()).expect("there is no such row"),
        }
    }

    // ---- pages ----

    /// A page as the server renders it now, without a socket.
    pub(super) fn load(&mut self) -> Page {
        let kinds: Vec<Kind> = self.engine.plan().props.iter().map(|prop| prop.info.kind).collect();
        let slots: Vec<(Json, Option<String>)> = self
            .engine
            .slots()
            .map(|slot| (serde_json::from_str(&slot.json(None)).unwrap(), slot.bad().map(str::to_owned)))
            .collect();
        Page {
            id: crate::client::ClientId(0),
            user: User::local(),
            path: None,
            socket: None,
            session: String::new(),
            epoch: self.engine.epoch().to_owned(),
            rev: self.engine.rev(),
            items: slots
                .iter()
                .zip(&kinds)
                .map(|((json, _), kind)| match kind {
                    Kind::Stream => json.as_array().unwrap().clone(),
                    _ => Vec::new(),
                })
                .collect(),
            values: slots.iter().map(|(json, _)| json.clone()).collect(),
            bad: slots.into_iter().map(|(_, bad)| bad).collect(),
            rows: self.rows().into_iter().collect(),
            cells: self.cells(None).into_iter().collect(),
            kinds,
            notes: Vec::new(),
            told: Default::default(),
            sent: Default::default(),
            woken: false,
            clock: Duration::ZERO,
            frames: 0,
            texts: String::new(),
        }
    }

    /// The numbers of the rows, by list.
    fn rows(&self) -> Vec<(usize, Vec<usize>)> {
        let numbers = |list: &ShownList| list.rows.iter().map(|shown| shown.row.number.number()).collect();
        self.engine.shown_rows().lists.iter().map(|list| (list.keys.place(), numbers(list))).collect()
    }

    /// The cells of all rows as the page of a client, or a new page, must show them.
    fn cells(&self, client: Option<ClientId>) -> Vec<(usize, Cell)> {
        let plan = self.engine.plan();
        let lists = self.engine.shown_rows();
        let rows = lists.lists.iter().flat_map(|list| list.rows.iter().map(|shown| (list.first, shown)));
        let cells = rows
            .flat_map(|(first, shown)| (0..shown.slots.len()).map(move |at| plan.in_row(first + at, shown.row.number)));
        let cell = |prop: PropNo| {
            let slot = client.map_or_else(|| self.engine.slot(prop), |client| self.engine.seen_by(client, prop));
            let json: Json = serde_json::from_str(&slot.json(None)).unwrap();
            let (value, items) = match plan.prop(prop).info.kind {
                Kind::Stream => (Json::Null, json.as_array().unwrap().clone()),
                Kind::State | Kind::Event => (json, Vec::new()),
            };
            (prop.place(), Cell { value, items, bad: slot.bad().map(str::to_owned) })
        };
        cells.map(cell).collect()
    }

    /// Loads a new page for this user, which says hello.
    pub(super) fn join_as(&mut self, user: User) -> At {
        let page = Page { user, ..self.load() };
        self.pages.push(page);
        let at = self.pages.len() - 1;
        self.connect(at);
        at
    }

    /// Loads a page at this path, which says hello.
    pub(super) fn join_at(&mut self, path: &str) -> At {
        let page = Page { path: Some(path.to_owned()), ..self.load() };
        self.pages.push(page);
        let at = self.pages.len() - 1;
        self.connect(at);
        at
    }

    /// Loads a new page, which says hello.
    pub(super) fn join(&mut self) -> At {
        let page = self.load();
        self.pages.push(page);
        let at = self.pages.len() - 1;
        self.connect(at);
        at
    }

    /// Opens a socket and says hello, with the session if there is one. Then sends the commands again that the server
    /// has not seen.
    pub(super) fn connect(&mut self, at: At) {
        self.tokens += 1;
        let token = format!("t{0}t{0}", self.tokens);
        let page = &self.pages[at];
        let session = Some(&*page.session).filter(|session| !session.is_empty());
        let peer = Peer { user: page.user.clone(), ..Peer::default() };
        let view = self.engine.view_for(&page.user);
        let hello = page.hello(&self.engine.plan().schema_for(view), session);
        let greeting = self.with(|engine, now, fx| engine.hello(now, &hello, peer, || token, fx));
        let (client, socket, frame) = match greeting {
            Greeting::Welcome { client, socket, frame, .. } => (client, socket, frame),
            Greeting::Disconnected(why) => return self.disconnected.push((at, why.to_string())),
            _ => panic!("not welcome"),
        };
        let welcome: Json = serde_json::from_str(&frame).unwrap();
        let page = &mut self.pages[at];
        page.id = client;
        page.socket = Some(socket);
        page.woken = true;
        page.clock = Duration::from_millis(welcome["now"].as_u64().unwrap());
        if welcome["epoch"] != page.epoch {
            page.epoch = welcome["epoch"].as_str().unwrap().to_owned();
            page.rev = 0;
        }
        if welcome["session"] != page.session {
            page.session = welcome["session"].as_str().unwrap().to_owned();
            page.sent.clear();
            page.told.clear();
        }
        let last = welcome["last"].as_u64().unwrap();
        let again: Vec<String> = page.sent.range(last + 1..).map(|(_, text)| text.clone()).collect();
        again.iter().for_each(|text| self.deliver(at, text));
    }

    /// The socket breaks. Frames in transit are lost.
    pub(super) fn cut(&mut self, at: At) {
        let page = &mut self.pages[at];
        page.woken = false;
        if let Some(socket) = page.socket.take() {
            let id = page.id;
            self.gone(id, socket);
        }
    }

    pub(super) fn gone(&mut self, id: ClientId, socket: SocketNo) {
        self.with(|engine, now, fx| engine.gone(now, id, socket, fx));
    }

    /// The page is closed: it says goodbye, and its socket closes.
    pub(super) fn close(&mut self, at: At) {
        self.deliver(at, r#"{"t":"bye"}"#);
        self.cut(at);
    }

    /// A person acts. The command arrives, or, if the page has no socket, is sent when it reconnects.
    pub(super) fn send<T, K>(&mut self, at: At, prop: Prop<T, K>, value: impl Into<Json>) -> u64 {
        let prop = self.no(prop);
        let (number, text) = self.pages[at].command(prop, &value.into());
        if self.pages[at].socket.is_some() {
            self.deliver(at, &text);
        }
        number
    }

    /// A person acts. The command is lost in transit, and the socket too.
    pub(super) fn send_lost<T, K>(&mut self, at: At, prop: Prop<T, K>, value: impl Into<Json>) {
        let prop = self.no(prop);
        self.pages[at].command(prop, &value.into());
        self.cut(at);
    }

    /// A command arrives once more.
    pub(super) fn send_again(&mut self, at: At, number: u64) {
        if let (Some(_), Some(text)) = (self.pages[at].socket, self.pages[at].sent.get(&number).cloned()) {
            self.deliver(at, &text);
        }
    }

    // ---- the program ----

    /// The program pushes to everybody.
    pub(super) fn push<D>(&mut self, changes: Changes<D>) -> Result<(), PushError> {
        self.push_to(Whom::All, changes)
    }

    /// The program pushes to one page.
    pub(super) fn push_one<D>(&mut self, at: At, changes: Changes<D>) -> Result<(), PushError> {
        let id = self.pages[at].id;
        self.push_to(Whom::One(id), changes)
    }

    fn push_to<D>(&mut self, whom: Whom, changes: Changes<D>) -> Result<(), PushError> {
        let plan = Arc::clone(self.engine.plan());
        let mut changes = Changeset::new(changes.writes.unwrap().0);
        loop {
            match self.with(|engine, now, fx| engine.push(now, whom, changes, fx)) {
                Ok(()) => return Ok(()),
                Err(NotPushed::Refused(error)) => return Err(error),
                Err(NotPushed::TooEarly(untaken)) => changes = untaken.meet(&plan),
            }
        }
    }

    pub(super) fn fire<T>(&mut self, whom: Whom, prop: crate::prop::EventProp<T>) -> Result<(), PushError> {
        let (prop, nothing) = (self.prop_no(prop), Value::new(()).unwrap());
        self.with(|engine, now, fx| engine.fire(now, whom, prop, &nothing, fx))
    }

    pub(super) fn click<T>(&mut self, at: At, prop: crate::prop::EventProp<T>) -> u64 {
        self.send(at, prop, Json::Null)
    }

    /// A frame of a page arrives.
    pub(super) fn deliver(&mut self, at: At, text: &str) {
        let (id, taken) = (self.pages[at].id, self.engine.counts().commands);
        let jobs = match parse(text) {
            Ok(Incoming::Command(command)) => self.engine.checks_of_command(Some(id), &command),
            _ => Vec::new(),
        };
        let verdicts = jobs.into_iter().map(CheckJob::run).collect();
        self.deliver_judged(at, text, verdicts, taken);
    }

    /// A frame arrives, and its checks have said this before.
    pub(super) fn deliver_judged(&mut self, at: At, text: &str, verdicts: Vec<Verdict>, taken: u64) {
        let id = self.pages[at].id;
        let answer = self.with(|engine, now, fx| {
            engine.judged(Judged { verdicts, last: true, ..Judged::default() }, |engine| {
                engine.incoming(now, id, parse(text), fx)
            })
        });
        self.answers.extend(answer);
        self.note(at, text, taken);
    }

    /// Records the command of a page, if it was taken.
    fn note(&mut self, at: At, text: &str, taken: u64) {
        if self.engine.counts().commands > taken {
            let command = json_of(text);
            let prop = command["p"].as_u64().and_then(|prop| usize::try_from(prop).ok()).unwrap();
            self.taken.push((at, prop, command["v"].clone()));
        }
    }

    /// A person acts. The command arrives by request, with the page's next number.
    pub(super) fn ask_page<T, K>(&mut self, at: At, prop: Prop<T, K>, value: impl Into<Json>) -> PageRequest {
        let prop = self.no(prop);
        let (_, text) = self.pages[at].command(prop, &value.into());
        self.deliver_by_request(at, &text).unwrap()
    }

    /// A frame of a page arrives by request.
    pub(super) fn deliver_by_request(&mut self, at: At, text: &str) -> Result<PageRequest, Refusal> {
        let (session, taken) = (self.pages[at].session.clone(), self.engine.counts().commands);
        let asked = self.with(|engine, now, fx| engine.page_request(now, &session, None, &parse(text)?, fx));
        self.note(at, text, taken);
        asked
    }

    /// A request over HTTP arrives from this address (its last number), optionally for the page with this session.
    pub(super) fn ask<T, K>(
        &mut self,
        (address, session, key): (u8, Option<&str>, Option<(&str, u64)>),
        prop: Prop<T, K>,
        value: impl Into<Json>,
    ) -> Result<RequestNo, Refusal> {
        let (prop, value) = (self.no(prop) as u64, value.into().to_string());
        let asking = Asking { address: Some(IpAddr::from([127, 0, 0, address])), session, key, ..Asking::default() };
        let command = Command { number: 0, prop, value: &value, age: Duration::ZERO, at: None };
        self.with(|engine, now, fx| engine.request(now, &asking, &command, fx))
    }

    /// A request with several commands arrives, with the names of the properties.
    pub(super) fn ask_all(&mut self, asking: Asking<'_>, wanted: &[(&str, Json)]) -> Result<RequestNo, NotTaken> {
        let texts: Vec<String> = wanted.iter().map(|(_, value)| value.to_string()).collect();
        let named = wanted.iter().zip(&texts);
        let wanted: Vec<Wanted<'_>> = named.map(|((name, _), value)| Wanted { name, value }).collect();
        self.with(|engine, now, fx| engine.batch(now, &asking, &wanted, fx))
    }

    /// The page's socket can take a frame. Returns whether there was one.
    pub(super) fn poll(&mut self, at: At) -> bool {
        let Some(frame) = self.poll_lost(at) else { return false };
        self.pages[at].apply(&frame);
        self.check(at);
        true
    }

    /// The same, but the frame is lost in transit.
    pub(super) fn poll_lost(&mut self, at: At) -> Option<String> {
        let page = &mut self.pages[at];
        page.woken = false;
        let frame = self.engine.poll_frame(page.id, page.socket?)?;
        Some(String::from_utf8(frame.to_vec()).unwrap())
    }

    pub(super) fn poll_woken(&mut self) {
        for at in 0..self.pages.len() {
            if self.pages[at].woken {
                self.poll(at);
            }
        }
    }

    // ---- runs ----

    /// The `at`-th of the runs in progress ends.
    pub(super) fn finish(&mut self, at: usize) {
        let mut job = self.jobs.remove(at);
        match job.body {
            Body::Sync(body) => body(&mut job.call),
            Body::Async(body) => task::run(body, &mut job.call).now_or_never().unwrap().unwrap(),
        }
        self.hand_back(job, None);
    }

    /// It ends with a panic.
    pub(super) fn panic(&mut self, at: usize, text: &str) {
        let job = self.jobs.remove(at);
        self.hand_back(job, Some(text.to_owned()));
    }

    fn hand_back(&mut self, job: Job, panic: Option<String>) {
        let Job { lane, callback, call, .. } = job;
        let plan = Arc::clone(self.engine.plan());
        let done = Finished::new(lane, callback, call, panic);
        done.bring(&plan, |done| self.with(|engine, now, fx| engine.finished(now, done, fx)));
    }

    /// The oldest run of this callback writes a property, and goes on.
    pub(super) fn progress<T: PropValue>(&mut self, name: &str, prop: Prop<T>, value: T) {
        let job = &self.jobs[self.run_of(name)];
        let (lane, number) = (job.lane, job.number);
        self.progress_of(lane, number, prop, value);
    }

    /// The run with this number writes a property, if it is in progress.
    pub(super) fn progress_of<T: PropValue>(&mut self, lane: LaneId, number: u64, prop: Prop<T>, value: T) {
        let plan = Arc::clone(self.engine.plan());
        let mut changes = Changeset::new(vec![(prop.key(), Write::Set(Value::new(value).unwrap()))]);
        while let Err(untaken) = self.with(|engine, now, fx| engine.progress(now, lane, number, changes, fx)) {
            changes = untaken.meet(&plan);
        }
    }

    /// The names of the runs in progress.
    pub(super) fn running(&self) -> Vec<&'static str> {
        self.jobs.iter().map(|job| job.name).collect()
    }

    /// The index of the oldest run of this callback.
    pub(super) fn run_of(&self, name: &str) -> usize {
        let found = self.jobs.iter().position(|job| job.name == name);
        found.unwrap_or_else(|| panic!("`{name}` does not run, but {:?}", self.running()))
    }

    pub(super) fn finish_one(&mut self, name: &str) {
        let at = self.run_of(name);
        self.finish(at);
    }

    /// All runs end, without time passing.
    pub(super) fn finish_all(&mut self) {
        for _ in 0..100_000 {
            if self.jobs.is_empty() {
                return;
            }
            self.finish(0);
        }
        panic!("the runs do not end");
    }

    /// The functions of pressed stops run and end.
    pub(super) fn finish_stops(&mut self) {
        for job in std::mem::take(&mut self.stops) {
            let (gate, failed) = (job.gate, job.run());
            self.with(|engine, now, fx| engine.stop_has_run(now, gate, failed, fx));
        }
    }

    /// Time passes.
    pub(super) fn pass(&mut self, millis: u64) {
        let until = self.now + Duration::from_millis(millis);
        while let Some(due) = self.engine.next_timeout().filter(|due| *due <= until) {
            self.now = self.now.max(due);
            self.with(|engine, now, fx| engine.timeout(now, fx));
        }
        self.now = until;
    }

    /// All runs end, and every page that was woken gets its frame. Then every page must show the server's values.
    pub(super) fn rest(&mut self) {
        self.finish_all();
        assert!(self.engine.is_idle());
        self.poll_woken();
        for at in 0..self.pages.len() {
            if self.pages[at].socket.is_some() {
                self.check(at);
                let page = &self.pages[at];
                for number in page.sent.keys() {
                    assert!(page.outcome(*number).is_some(), "no outcome of {number}: {:?}", page.told);
                }
            }
        }
    }

    // ---- what pages show ----

    /// Checks that the page shows the server's values for it.
    pub(super) fn check(&self, at: At) {
        let page = &self.pages[at];
        if self.engine.view_of(page.id).is_some() {
            // The tests of rights compare what such a page gets.
            return;
        }
        for prop in 0..page.kinds.len() {
            let slot = self.engine.seen_by(page.id, PropNo::new(prop));
            let truth: Json = serde_json::from_str(&slot.json(None)).unwrap();
            let name = self.engine.plan().props[prop].name();
            assert_eq!(page.bad[prop].as_deref(), slot.bad(), "quality of {name}");
            match page.kinds[prop] {
                Kind::State => assert_eq!(page.values[prop], truth, "{name} of page {at}"),
                Kind::Event => {}
                Kind::Stream => {
                    assert!(page.items[prop].ends_with(truth.as_array().unwrap()), "{name}: {:?}", page.items[prop]);
                }
            }
        }
        for (keys, rows) in self.rows() {
            assert_eq!(page.rows[&keys], rows, "the rows of page {at}");
        }
        let cells = self.cells(Some(page.id));
        for (prop, truth) in &cells {
            let name = self.engine.plan().prop(PropNo::new(*prop)).name();
            let shown = page.cells.get(prop).cloned().unwrap_or_default();
            assert_eq!(shown.value, truth.value, "{name} ({prop}) of page {at}");
            assert_eq!(shown.bad, truth.bad, "quality of {name} ({prop}) of page {at}");
            assert!(shown.items.ends_with(&truth.items), "{name} ({prop}) of page {at}: {:?}", shown.items);
        }
        assert!(
            page.cells.keys().all(|cell| cells.iter().any(|(prop, _)| prop == cell)),
            "cells of rows that are gone"
        );
    }

    /// The value that a page shows.
    pub(super) fn shown<T>(&self, at: At, prop: Prop<T>) -> Json {
        let (page, prop) = (&self.pages[at], self.no(prop));
        page.values.get(prop).unwrap_or_else(|| &page.cells[&prop].value).clone()
    }

    pub(super) fn items<T>(&self, at: At, prop: crate::prop::StreamProp<T>) -> Vec<Json> {
        let (page, prop) = (&self.pages[at], self.no(prop));
        page.items.get(prop).unwrap_or_else(|| &page.cells[&prop].items).clone()
    }

    /// The reason why a page shows a property as bad.
    pub(super) fn bad<T, K>(&self, at: At, prop: Prop<T, K>) -> Option<&str> {
        let (page, prop) = (&self.pages[at], self.no(prop));
        page.bad.get(prop).unwrap_or_else(|| &page.cells[&prop].bad).as_deref()
    }

    /// The device, which must not be lent now.
    pub(super) fn device<T: Any>(&self) -> &T {
        self.engine.scheduler.parts().find_map(|part| part.downcast_ref()).unwrap()
    }

    /// The device, also while a run has it.
    pub(super) fn lent_or_device<T: Any>(&self) -> Option<&T> {
        let lent = self.jobs.iter().filter_map(|job| job.call.device.as_ref());
        self.engine.scheduler.parts().chain(lent).find_map(|part| part.downcast_ref())
    }

    pub(super) fn runs(&self) -> u64 {
        self.engine.counts().runs
    }

    /// The last answer to a frame that was not a command, or to a command out of order.
    pub(super) fn answer(&self) -> Json {
        self.answers.last().map_or(Json::Null, |text| json_of(text))
    }
}

pub(super) fn json_of(text: &str) -> Json {
    serde_json::from_str(text).unwrap_or_else(|_| json!(text))
}
