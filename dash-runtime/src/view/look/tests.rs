use dash_macros::{Component, value};

use super::{words::Word, *};
use crate::{component::prelude::*, value::Value};

#[path = "../../../../tests/support/looks.rs"]
mod looks;

use looks::{Comparison, Random, id};

/// A state of a device.
#[value]
#[derive(Debug, Clone, Copy, Default, PartialEq)]
#[serde(rename_all = "snake_case")]
enum Phase {
    #[default]
    AtRest,
    Moving,
}

/// A number or a text.
#[value]
#[derive(Debug, Clone, PartialEq)]
#[serde(untagged)]
enum Mixed {
    Number(f64),
    Text(String),
    Nothing,
}

/// A line of a list.
#[value]
#[derive(Debug, Clone, PartialEq)]
struct Line {
    name: String,
    digits: Option<u8>,
    cells: Vec<Mixed>,
}

/// Every word of the vocabulary.
#[derive(Component)]
#[component(tag = "my-words")]
struct Words {
    id: ComponentId,
    a: Option<f64>,
    b: f64,
    c: Option<f64>,
    digits: Option<u8>,
    text: String,
    other: Option<String>,
    on: bool,
    phase: Phase,
    before: Option<Phase>,
    lines: Vec<Line>,
    chosen: Vec<String>,
    others: Vec<String>,
    most: Option<u32>,
}

impl View for Words {
    fn view(p: WordsBound, look: &mut Look) {
        look.tag("i")
            .attr("add", p.a + p.b)
            .attr("sub", p.a - p.b)
            .attr("mul", p.a * p.b)
            .attr("div", p.a / p.b)
            .attr("first", 140.0 - p.a)
            .attr("whole", 3 / p.b)
            .attr("min", p.a.at_most(p.b))
            .attr("max", p.a.at_least(p.b))
            .attr("ceil", p.a.ceil())
            .attr("decade", p.a.decade())
            .attr("decimals", p.a.decimals())
            .attr("log_share", p.a.log_share(p.b, p.c))
            .attr("step", p.a.tick_step(p.b))
            .attr("share", p.a.share(p.b, p.c))
            .attr("above", p.a.is_above(p.b))
            .attr("reaches", p.a.reaches(p.c))
            .attr("same", p.a.is(p.c))
            .attr("equal", p.text.is("a"))
            .attr("phase", p.phase)
            .attr("before", p.before.or("none"))
            .attr("moving", p.phase.is("moving").choose(p.a, p.b))
            .attr("known", p.a.is_known())
            .attr("full", p.text.is_missing())
            .attr("or", p.a.or(p.b))
            .attr("either", p.text.or(p.other).or(words_of_id()))
            .attr("gives", p.on.not().gives(p.text))
            .attr("join", p.text.then("-").then(p.other).then(p.text.length().number(0)))
            .attr("number", p.a.number(p.digits))
            .attr("short", p.a.short())
            .attr("percent", p.a.percent())
            .attr("suffix", p.text.suffix())
            .own_id("-inside")
            .attr("for", own_id("-inside"))
            .attr("count", p.lines.count())
            .attr("has", p.chosen.has(p.text))
            .attr("has_all", p.chosen.has_all(p.others))
            .attr("find", p.lines.find("name", |line| &line.name, p.text).field("digits", |line| &line.digits))
            .attr("at", p.lines.at(p.b).field("name", |line| &line.name))
            .flag("hidden", p.on)
            .text(p.other);
        look.text("constant <text>");
        look.when(p.on, |look| {
            look.tag("b").text(p.text);
            look.when(p.a.is_above(p.b), |look| look.tag("u").text(p.a.short()));
        });
        look.tag("ol").inner(|look| {
            let name = |line: Item<Line>| line.value.field("name", |line| &line.name);
            look.each_by(p.lines.first(p.most), name, |line, look| {
                look.tag("li").attr("data-place", line.place).flag("hidden", p.on).inner(|look| {
                    look.tag("b").text(name(line));
                    look.each(line.value.field("cells", |line| &line.cells), |cell, look| {
                        let digits = line.value.field("digits", |line| &line.digits);
                        look.tag("i").text(cell.value.cell(digits));
                        look.when(cell.place.is(line.place), |look| look.tag("u").text(p.text));
                    });
                });
            });
        });
    }
}

fn digits(random: &mut Random) -> Option<u8> {
    random.flag().then(|| random.pick(&[0, 1, 2, 3, 7, 20, 99]))
}

fn random(random: &mut Random) -> Words {
    let mut words = Words::new(id());
    (words.a, words.c) = (random.maybe_number(), random.maybe_number());
    words.b = if random.flag() { random.number() } else { random.below(4) as f64 };
    words.digits = digits(random);
    words.text = random.text().to_owned();
    words.other = random.flag().then(|| random.text().to_owned());
    words.on = random.flag();
    words.phase = random.pick(&[Phase::AtRest, Phase::Moving]);
    words.before = random.flag().then(|| random.pick(&[Phase::AtRest, Phase::Moving]));
    words.most = random.flag().then(|| random.below(5) as u32);
    words.chosen = (0..random.below(4)).map(|_| random.text().to_owned()).collect();
    if random.flag() {
        words.chosen.push(words.text.clone());
    }
    words.others = words.chosen.iter().filter(|_| random.flag()).cloned().collect();
    if random.below(4) == 0 {
        words.others.push(random.text().to_owned());
    }
    words.lines = (0..random.below(5))
        .map(|_| Line {
            // Few names, so that many lines are kept and some have the same key.
            name: random.pick(&["a", "b", "c", "d", ""]).to_owned(),
            digits: digits(random),
            cells: (0..random.below(4))
                .map(|_| match random.below(3) {
                    0 => Mixed::Number(random.number()),
                    1 => Mixed::Text(random.text().to_owned()),
                    _ => Mixed::Nothing,
                })
                .collect(),
        })
        .collect();
    if random.flag() {
        words.lines.push(Line { name: words.text.clone(), digits: digits(random), cells: Vec::new() });
    }
    words
}

#[test]
fn both_languages_draw_every_word_alike() {
    let call = Words::INFO.look().map(Shape::call).unwrap_or_default();
    for word in Word::ALL {
        assert!(call.contains(&format!("[\"{}\",", word.name())), "{} is not tested", word.name());
    }
    let (mut comparison, mut source) = (Comparison::default(), Random::new(1));
    for _ in 0..1000 {
        let words = random(&mut source);
        comparison.add(Words::INFO, &words, &words.values().unwrap());
    }
    comparison.run();
}

/// What is wrong with a view that does this.
fn faults(view: impl FnOnce(&mut Look)) -> Vec<String> {
    let mut look = Look::default();
    let _ = record::record(|| view(&mut look));
    look.into_nodes().1
}

/// A part of a view, and what is wrong with it.
type Wrong = (fn(&mut Look), &'static str);

#[test]
fn a_view_that_a_browser_would_change_is_refused() {
    let cases: [Wrong; 10] = [
        (|look| look.tag("p").inner(|look| look.tag("div").empty()), "`div` cannot be in a `p`"),
        (|look| look.tag("div").inner(|look| look.tag("tr").empty()), "`tr` must be directly in `thead`"),
        (|look| look.tag("img").text("a"), "`img` never has content: end it with `.void()`"),
        (|look| look.tag("div").void(), "`div` is not an element without content"),
        (|look| look.tag("i").attr("class", "a").attr("CLASS", "b").empty(), "has the attribute `CLASS` twice"),
        (|look| look.tag("i").attr("dataX", "a").empty(), "with small letters"),
        (|look| look.tag("i").attr("style", "a").empty(), "a view can set neither styles nor handlers"),
        (|look| look.tag("script").empty(), "`script` could run a script"),
        (|look| look.tag("tr").inner(|look| look.text("a")), "`tr` must be directly in"),
        (|look| look.when(true, |look| look.text("a")), "the text in `when` or `each` needs an element around it"),
    ];
    for (view, says) in cases {
        let found = faults(view);
        assert!(found.first().is_some_and(|fault| fault.contains(says)), "{says}: {found:?}");
    }
    assert_eq!(faults(|look| look.tag("ul").inner(|look| look.tag("li").text("a"))), [""; 0]);
}

#[test]
fn an_expression_that_was_made_outside_of_its_view_shows_nothing() {
    let outside = constant(1.0) + 2.0;
    let mut look = Look::default();
    let ((), steps) = record::record(|| look.tag("i").attr("title", outside).text(outside.short()));
    let shape = Shape::new(Words::INFO, look.into_nodes(), steps);
    let mut html = Html::new();
    shape.draw(id(), &[], &mut html);
    assert_eq!(html.into_string(), "<i>–</i>");
}

/// First users wrote `140.0 * p.level`, which was no expression of a view.
#[test]
fn fault_a_number_could_not_stand_before_a_property() {
    let drawn = |value: &dyn Fn(Bound<f64>) -> Bound<f64>| {
        let mut look = Look::default();
        let ((), steps) = record::record(|| look.tag("i").text(value(constant(4.0)).number(1)));
        let mut html = Html::new();
        Shape::new(Words::INFO, look.into_nodes(), steps).draw(id(), &[], &mut html);
        html.into_string()
    };
    assert_eq!(drawn(&|level| 140.0 * level), "<i>560.0</i>");
    assert_eq!(drawn(&|level| 140.0 - level), "<i>136.0</i>");
    assert_eq!(drawn(&|level| 140.0 / level), "<i>35.0</i>");
    assert_eq!(drawn(&|level| 1 + level), "<i>5.0</i>");
}

/// A text.
#[derive(Component)]
#[component(tag = "my-note")]
struct Note {
    id: ComponentId,
    text: String,
}

impl View for Note {
    fn view(p: NoteBound, look: &mut Look) {
        let (twice, never) = (p.text.then(p.text), p.text.length());
        let _ = never;
        look.tag("b").attr("title", twice).attr("lang", true.gives_nothing()).text(twice);
    }
}

/// What a user's helper could be.
trait GivesNothing {
    fn gives_nothing(self) -> Bound<String>;
}

impl GivesNothing for bool {
    fn gives_nothing(self) -> Bound<String> {
        constant(!self).gives("x")
    }
}

#[test]
fn the_table_has_no_constants_to_compute_and_nothing_that_nobody_shows() {
    let call = Note::INFO.look().map(Shape::call).unwrap_or_default();
    assert_eq!(call, r#"defineLook("my-note",[["join",["text"],["text"]]],[["b",{"":[0],"title":[0]}]],false);"#);
}

#[test]
fn a_piece_of_the_page_carries_no_inside_of_a_component_with_a_look() {
    let element = crate::element::Element::from(Note::new(id()).text("a long text"));
    assert_eq!(serde_json::to_string(&element).unwrap(), r#"[["my-note",{"id":"left_motor"},[]]]"#);
    let mut html = Html::new();
    html.element(&element);
    let inside = "<b title=\"a long texta long text\">a long texta long text</b>";
    assert_eq!(html.into_string(), format!("<my-note id=\"left_motor\">{inside}</my-note>"));
}
