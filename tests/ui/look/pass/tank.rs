//! A component in one file, with everything that a view can say.

use dash_devices::{
    Component,
    component::prelude::*,
    look::{Bound, Item},
    value,
};

#[value]
#[derive(Debug, Clone, Copy, Default, PartialEq)]
enum Valve {
    #[default]
    Closed,
    Open,
}

#[value]
#[derive(Debug, Clone, PartialEq)]
struct Alarm {
    text: String,
    at: f64,
}

/// How full a tank is.
#[derive(Component)]
#[component(tag = "my-tank")]
struct Tank {
    id: ComponentId,
    /// The level in litres.
    level: Option<f64>,
    #[prop(default = 100.0)]
    capacity: f64,
    digits: Option<u8>,
    label: String,
    valve: Valve,
    r#loop: bool,
    alarms: Vec<Alarm>,
    #[prop(event)]
    click: Event<()>,
}

/// A part that several views could use.
fn litres(look: &mut Look, class: &'static str, amount: Bound<f64>) {
    look.tag("span").attr("class", class).text(amount.number(1).then(" l"));
}

impl View for Tank {
    fn view(p: TankBound, look: &mut Look) {
        look.tag("meter")
            .attr("aria-label", p.label.or(words_of_id()))
            .attr("max", p.capacity)
            .attr("value", p.level)
            .attr("data-valve", p.valve)
            .flag("hidden", p.r#loop)
            .empty();
        litres(look, "level", p.level.or(0));
        for share in [0.25, 0.5, 0.75] {
            litres(look, "mark", p.capacity * share);
        }
        look.when(p.valve.is("Open"), |look| look.tag("b").text("open"));
        look.tag("ul").inner(|look| {
            let text = |alarm: Item<Alarm>| alarm.value.field("text", |alarm| &alarm.text);
            look.each_by(p.alarms.first(3), text, |alarm, look| {
                let at = alarm.value.field("at", |alarm| &alarm.at);
                look.tag("li").attr("data-at", at).text(text(alarm));
            });
        });
    }
}

#[test]
fn it_starts() {
    let look = Tank::INFO.look().expect("a look");
    assert_eq!(look.faults(), [""; 0]);
    let tank = Tank::new(ComponentId::new(1, "tank", 0)).level(7.0);
    let mut html = Html::new();
    tank.render(&mut html);
    assert!(html.into_string().contains("<span class=\"level\">7.0 l</span>"));
}
