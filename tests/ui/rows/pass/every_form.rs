use dash_devices::{Handle, PushError, changes, prelude::*};

mod lamps {
    use dash_devices::prelude::*;

    #[components]
    pub struct Lamp {
        pub on: Switch,
        pub level: Slider,
        pub dimmers: [Slider; 2],
        pub readout: Text,
        pub history: Trend,
        pub remove: Button,
    }

    impl Lamp {
        pub fn view(self, name: &str) -> Element {
            let history = self.history.series([Series::new("Level")]);
            page(name.to_owned(), (self.on, self.level, row(self.dimmers), self.readout, history, self.remove))
        }
    }
}

#[components]
struct Room {
    notes: Many<String, Text>,
    clear: Button,
}

#[components]
struct Ui {
    off: Button,
    add: Button,
    lamps: Many<u32, lamps::Lamp>,
    cells: Many<(u8, u8), Text>,
    hall: Room,
    rooms: [Room; 2],
    total: Text,
}

// One row: with its key, without, by reference.
#[callback_shared(
    output = (Ui::lamps[key].level.value, Ui::lamps[key].dimmers[0..2].value),
    running(Ui::lamps[key].remove.disabled = true),
    initial = false
)]
fn switch(
    #[key] key: u32,
    #[input(Ui::lamps[key].on.on)] on: bool,
    #[state(Ui::lamps[key].level.value)] level: f64,
    #[state(Ui::lamps[key].dimmers[0..2].value)] dimmers: [f64; 2],
    #[progress(Ui::lamps[key].readout.text)] readout: ProgressSink<String>,
) -> (f64, [f64; 2]) {
    readout.set(format!("{key}"));
    if on { (level, dimmers) } else { (0.0, [0.0; 2]) }
}

#[callback_shared(output = Ui::lamps[lamp].history.points, queue = all)]
fn record(
    #[input(crate::rows_every_form::Ui::lamps[lamp].level.value, throttle = "50ms")] level: f64,
) -> Option<Sample> {
    Some(Sample::now([level]))
}

#[callback_shared(output = Ui::lamps.rows)]
fn remove(
    #[key] key: &u32,
    #[input(Ui::lamps[key].remove.click)] _: Option<()>,
    #[state(Ui::lamps.rows)] mut rows: Vec<u32>,
) -> Vec<u32> {
    rows.retain(|row| row != key);
    rows
}

// A row that a button of the page, or another row, starts.
#[callback_shared(on = (Ui::off.click, Ui::lamps[..].on.on), output = Ui::cells[cell].text, alternate = Ui::cells[cell].label)]
async fn cell(
    #[key] (line, column): (u8, u8),
    #[state(Ui::lamps[..].on.on)] on: &Rows<u32, bool>,
) -> Result<String, String> {
    Ok(format!("{line} {column} {}", on.len()))
}

// All rows.
#[callback_shared(output = Ui::total.text)]
fn total(
    #[input(Ui::lamps[..].on.on)] on: Rows<u32, bool>,
    #[input(Ui::lamps[..].remove.click)] gone: Rows<u32, ()>,
) -> String {
    format!("{} {}", on.values().filter(|on| **on).count(), gone.len())
}

#[callback_shared(on = Ui::off.click, output = Ui::lamps[..].on.on)]
fn all_off(#[state(Ui::lamps[..].on.on)] on: Rows<u32, bool>) -> Option<Rows<u32, bool>> {
    Some(on.map(|_, _| false))
}

// Lists in groups, with a component as the row.
#[callback_shared(on = Room::clear.click, output = Room::notes.rows)]
fn clear() -> Vec<String> {
    Vec::new()
}

#[callback_shared(output = Room::notes[note].label)]
fn name(#[key] note: &str, #[input(Room::notes[note].text)] text: &str) -> String {
    format!("{note}: {text}")
}

#[callback(on = Ui::add.click, output = Ui::lamps[..].level.label)]
fn mark() -> Rows<u32, String> {
    Rows::new()
}

fn change(handle: &Handle<Ui>) -> Result<(), PushError> {
    handle.push(changes![
        Ui::lamps.rows = vec![1, 2],
        Ui::lamps.row(2).on.on = true,
        Ui::rooms[1].notes.row("door".to_owned()).text = "open",
    ])
}

impl Dashboard for Ui {
    type Device = ();
    type Session = ();
    const CALLBACKS: Callbacks<Self> = callbacks![
        switch, record, remove, cell, total, all_off, mark,
        clear for Ui::hall, clear for Ui::rooms[0..2], name for Ui::hall, name for Ui::rooms[0..2],
    ];

    fn layout(self) -> Element {
        let room = |room: Room| row((room.notes.each(|_, note| note), room.clear));
        let [first, second] = self.rooms;
        let lamps = self.lamps.rows([1]).each(|key: &u32, lamp| lamp.view(&format!("Lamp {key}")));
        let cells = self.cells.rows([(0, 0), (0, 1)]).each(|_, cell| cell);
        let rooms = row((room(self.hall), room(first), room(second)));
        page("Test", (self.off, self.add, self.total, lamps, cells, rooms))
    }
}

#[test]
fn it_starts() {
    let _ = change;
}
