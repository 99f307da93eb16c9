//! A greenhouse with twelve beds: what people have set and what was measured is there again after a restart.
//!
//! ```text
//! cargo run --features "store users" --example greenhouse
//! ```
//!
//! First add users: the same command with `-- user add ada --role gardener` at its end asks for a password and makes
//! `users.toml`. Without a login the page only shows. The overview has all beds. Each bed has a page of its own, with the
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
    /// The number of the bed, from 1.
    #[route("/bed/{number}")]
    Bed { number: usize },
    #[route(not_found)]
    Nowhere,
}

#[components]
struct Bed {
    moisture: Meter,
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
    /// They are known after a restart too, with who has acknowledged them, and so is what happened before.
    #[keep(for = "365d", size = "50MB")]
    alarms: Alarms,
    #[dynamic]
    beds: [Bed; 12],
    time: Text,
    #[keep(for = "30d")]
    climate: Trend,
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

#[callback_shared(every = "1s", output = (Bed::moisture.value, Bed::valve.on, Bed::history.points))]
fn measure(house: &mut Greenhouse, place: Place) -> (f64, bool, Sample) {
    let bed = house.bed(place.index().unwrap_or(0));
    (bed.moisture, bed.is_open, Sample::now([bed.moisture]))
}

#[callback_shared(every = "1s", output = (Ui::time.text, Ui::climate.points))]
fn climate(house: &mut Greenhouse) -> (String, Sample) {
    let minute = house.go_on();
    (format!("{:02}:{:02}", minute / 60, minute % 60), Sample::now([house.air(), house.sun()]))
}

/// A bed that stays dry, although it is watered when it is drier than somebody wants it to be.
#[callback_shared(output = Ui::alarms.causes)]
fn watch(#[input(Ui::beds[0..12].moisture.value)] moisture: [Option<f64>; 12]) -> Option<Vec<Cause>> {
    let dry = |(number, percent): (usize, f64)| {
        let cause = || Cause::new(format!("dry-{number}"), format!("Bed {number} is dry")).severity(Severity::Medium);
        (percent < DRY).then(|| cause().detail(format!("below {DRY} %")).after(Duration::from_secs(10)))
    };
    // Until all beds are measured nothing is said, so that an alarm from before a restart stays as it was.
    let measured: Option<Vec<f64>> = moisture.into_iter().collect();
    Some((1..).zip(measured?).filter_map(dry).collect())
}

#[callback(output = Ui::router.children)]
fn pages(#[input(Ui::router.path)] path: &Path) -> Element {
    match path.route() {
        Page::Overview => {
            let cards = Ui::beds.iter().zip(1..).map(|(bed, number)| {
                card(
                    format!("Bed {number}"),
                    (
                        bed.moisture.place().label("Moisture").unit("%").digits(0).warn_below(DRY),
                        bed.valve.place().label("Valve"),
                        link(Page::Bed { number }, "Settings and history"),
                    ),
                )
            });
            view("Greenhouse", cards.collect::<Vec<_>>())
        }
        Page::Bed { number } if (1..=BEDS).contains(&number) => {
            let bed = Ui::beds[number - 1];
            view(
                format!("Bed {number}"),
                (
                    card(
                        "Settings",
                        (
                            bed.wanted.place().label("Water below").unit("%").value(40.0),
                            bed.hour.place().label("Water every day at"),
                            row((bed.water.place().label("Water now"), bed.valve.place().label("Valve"))),
                        ),
                    ),
                    card("Now", bed.moisture.place().label("Moisture").unit("%").digits(0).warn_below(DRY)),
                    card(
                        "History",
                        bed.history.place().series([Series::new("Moisture").unit("%")]).window(600).min(0).max(100),
                    )
                    .width(Width::Full),
                    link(Page::Overview, "All beds"),
                ),
            )
        }
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
        watch,
        pages,
    ];

    fn layout(self) -> Element {
        let series = [Series::new("Air").unit("°C"), Series::new("Sun").unit("%")];
        page(
            "Greenhouse",
            (
                self.alarms,
                self.router,
                card("Climate", (self.time.label("Time in the greenhouse"), self.climate.series(series).window(600))),
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
    // `DASH_DATA` names another directory.
    App::new::<Ui>(Greenhouse::new())?.users(USERS).guest(Role::Visitor).store("greenhouse-data").serve().await
}
