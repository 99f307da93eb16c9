//! A greenhouse with twelve beds: what people have set and what was measured is there again after a restart.
//!
//! ```text
//! cargo run --features "store users" --example greenhouse
//! ```
//!
//! First add users: the same command with `-- user add ada --role gardener` at its end asks for a password and makes
//! `users.toml`. Without a login the page only shows. The overview has the climate and all beds. Each bed has a page of its own, with the
//! moisture that is wanted, the hour at which it is watered, and the curve of its moisture. End the program, also with
//! `kill -9`, and start it again: the settings are there before the first page is shown, the valves get them before
//! anything is measured, and the curves go on. Drag a curve to look into the past.

mod beds;

use std::time::Duration;

use beds::{BEDS, Greenhouse};
use dash_devices::{App, Path, TimeOfDay, prelude::*, users_command};

/// Below so many percent a bed is dry.
const DRY: f64 = 25.0;

/// The lowest role first.
#[derive(Role)]
enum Role {
    Visitor,
    Gardener,
}

#[derive(Route)]
enum Page {
    #[route("/")]
    Overview,
    #[route("/climate")]
    Climate,
    /// The number of the bed, from 1.
    #[route("/bed/{number}")]
    Bed { number: usize },
    #[route(not_found)]
    Nowhere,
}

/// What grows in the beds.
const NAMES: [&str; BEDS] = [
    "Tomatoes",
    "Peppers",
    "Cucumbers",
    "Aubergines",
    "Courgettes",
    "Basil",
    "Parsley",
    "Mint",
    "Coriander",
    "Lettuce",
    "Spinach",
    "Strawberries",
];
/// So many of them stand in the north row, the others in the south row.
const NORTH: usize = 5;

#[components]
struct Bed {
    moisture: Meter,
    soil: Stat,
    /// The moisture below which the bed is watered, in percent.
    #[keep]
    wanted: Slider,
    /// When it is watered in any case.
    #[keep]
    hour: TimePicker,
    valve: Indicator,
    water: Button,
    #[keep(for = "30d", size = "50MB")]
    history: Trend,
}

#[components(role = Role, needs = Role::Gardener)]
struct Ui {
    #[needs(Role::Visitor)]
    router: Router,
    theme: ThemeSwitch,
    /// They are known after a restart too, with who has acknowledged them, and so is what happened before.
    #[keep(for = "365d", size = "50MB")]
    alarms: Alarms,
    #[dynamic]
    beds: [Bed; 12],
    #[dynamic]
    air: Reading,
    #[dynamic]
    sun: Reading,
    #[dynamic]
    tank: Reading,
    #[dynamic]
    #[keep(for = "30d")]
    climate: Trend,
}

/// A number of the whole house, and how it has gone lately.
#[components]
struct Reading {
    now: Stat,
    lately: Sparkline,
}

/// Runs at the start too, with what was kept.
#[callback_shared]
fn set(
    house: &mut Greenhouse,
    place: Place,
    #[input(Bed::wanted.value)] percent: f64,
    #[input(Bed::hour.value)] hour: Option<TimeOfDay>,
) {
    let minute = hour.map(|hour| u32::from(hour.hour()) * 60 + u32::from(hour.minute()));
    house.set(place.index().unwrap_or(0), percent, minute);
}

#[callback_shared(on = Bed::water.click)]
fn water(house: &mut Greenhouse, place: Place) {
    house.water(place.index().unwrap_or(0));
}

#[callback_shared(
    every = "1s",
    output = (Bed::moisture.value, Bed::soil.value, Bed::valve.on, Bed::history.points)
)]
fn measure(house: &mut Greenhouse, place: Place) -> (f64, f64, bool, Sample) {
    let bed = house.bed(place.index().unwrap_or(0));
    (bed.moisture, bed.moisture, bed.is_open, Sample::now([bed.moisture]))
}

#[callback_shared(every = "1s", output = (
    Ui::air.now.value, Ui::air.lately.values, Ui::sun.now.value, Ui::sun.now.note, Ui::sun.lately.values,
    Ui::climate.points,
))]
fn climate(house: &mut Greenhouse) -> (f64, f64, f64, String, f64, Sample) {
    let minute = house.go_on();
    let time = format!("{:02}:{:02} in the greenhouse", minute / 60, minute % 60);
    let (air, sun) = (house.air(), house.sun());
    (air, air, sun, time, sun, Sample::now([air, sun]))
}

#[callback_shared(every = "1s", output = (Ui::tank.now.value, Ui::tank.now.note, Ui::tank.lately.values))]
fn tank(house: &mut Greenhouse) -> (f64, &'static str, f64) {
    let (litres, fills) = house.tank();
    (litres, if fills { "the pump fills it" } else { "the pump is off" }, litres)
}

/// A bed that stays dry, although it is watered when it is drier than somebody wants it to be.
#[callback_shared(output = Ui::alarms.causes)]
fn watch(#[input(Ui::beds[0..12].moisture.value)] moisture: [Option<f64>; 12]) -> Option<Vec<Cause>> {
    let dry = |(number, percent): (usize, f64)| {
        let name = NAMES[number - 1];
        let cause = || Cause::new(format!("dry-{number}"), format!("{name}: dry")).severity(Severity::Medium);
        (percent < DRY).then(|| cause().detail(format!("below {DRY} %")).after(Duration::from_secs(10)))
    };
    // Until all beds are measured nothing is said, so that an alarm from before a restart stays as it was.
    let measured: Option<Vec<f64>> = moisture.into_iter().collect();
    Some((1..).zip(measured?).filter_map(dry).collect())
}

/// A row of beds as tiles.
fn row_of(title: &'static str, beds: std::ops::Range<usize>) -> Element {
    let tile = |at: usize| {
        let bed = Ui::beds[at];
        card(
            (Icon::Plant, NAMES[at]),
            (
                bed.moisture.place().label("Moisture").unit("%").digits(0).warn_below(DRY),
                bed.valve.place().label("Valve").words("open", "closed"),
                link(Page::Bed { number: at + 1 }, "Details"),
            ),
        )
        .width(Width::Narrow)
    };
    section(title, beds.map(tile).collect::<Vec<_>>())
}

/// The page of a bed.
fn bed(number: usize) -> Element {
    let bed = Ui::beds[number - 1];
    let moisture = Series::new("Moisture").unit("%");
    view(
        format!("{number} {}", NAMES[number - 1]),
        (
            card(
                (Icon::Water, "Soil"),
                (
                    bed.soil.place().label("Moisture").unit("%").digits(0).warn_below(DRY).note("in the soil"),
                    bed.moisture.place().unit("%").digits(0).warn_below(DRY),
                ),
            ),
            card(
                (Icon::Valve, "Watering"),
                (
                    row((
                        bed.water.place().label("Water now"),
                        bed.valve.place().label("Valve").words("open", "closed"),
                    )),
                    bed.wanted.place().label("Water below").unit("%").value(40.0),
                    bed.hour.place().label("Every day at").help("Empty: only when the soil is too dry."),
                ),
            ),
            card(
                (Icon::History, "Moisture"),
                bed.history.place().series([moisture]).window(600).min(0).max(100).warn_below(DRY),
            )
            .width(Width::Full),
        ),
    )
}

#[callback(output = Ui::router.children)]
fn pages(#[input(Ui::router.path)] path: &Path) -> Element {
    match path.route() {
        Page::Overview => {
            let reading = |now: Stat, lately: Sparkline, label: &'static str| {
                let lately = lately.label(format!("{label} in the last minutes")).count(240);
                card("", (now.label(label).digits(0), lately)).width(Width::Narrow)
            };
            let climate = (
                reading(Ui::air.now.place().unit("°C").note("in the shade"), Ui::air.lately.place(), "Air"),
                reading(Ui::sun.now.place().unit("%"), Ui::sun.lately.place().range(0.0..=100.0), "Sun"),
                reading(Ui::tank.now.place().unit("l"), Ui::tank.lately.place().range(0.0..=beds::TANK), "Water tank"),
            );
            view(
                "Overview",
                (section("Climate", climate), row_of("North row", 0..NORTH), row_of("South row", NORTH..BEDS)),
            )
        }
        Page::Climate => {
            let series = [Series::new("Air").unit("°C"), Series::new("Sun").unit("%").right()];
            let chart = Ui::climate.place().series(series).window(600).right_range(0.0..=100.0);
            view("Climate", card((Icon::Chart, "Air and sun"), chart).width(Width::Full))
        }
        Page::Bed { number } if (1..=BEDS).contains(&number) => bed(number),
        Page::Bed { .. } | Page::Nowhere => not_found_view("There is no such bed", link(Page::Overview, "All beds")),
    }
}

impl Dashboard for Ui {
    type Device = Greenhouse;
    type Session = ();
    const CALLBACKS: Callbacks<Self> = callbacks![
        set for Ui::beds[0..12],
        water for Ui::beds[0..12],
        measure for Ui::beds[0..12],
        climate,
        tank,
        watch,
        pages,
    ];

    fn layout(self) -> Element {
        let pages = (link(Page::Overview, (Icon::Home, "Overview")), link(Page::Climate, (Icon::Chart, "Climate")));
        page("Greenhouse", (header(self.theme), brand(GREEN), navigation(pages), self.alarms, self.router))
    }

    /// The set-points that nobody has moved yet count from the start, and not when somebody opens the page of a bed.
    fn dynamic() -> Element {
        Element::of((1..=BEDS).map(bed).collect::<Vec<_>>())
    }
}

/// The colour of what can be operated.
const GREEN: Color = Color::new(11, 122, 75);

/// The users, unless `DASH_USERS` names another file.
const USERS: &str = "users.toml";

#[tokio::main]
async fn main() -> dash_devices::Result<()> {
    if users_command::<Ui>(USERS)? {
        return Ok(());
    }
    // `DASH_DATA` names another directory.
    App::new::<Ui>(Greenhouse::new())?.users(USERS).guest(Role::Visitor).store("greenhouse-data").serve().await
}
