//! The first paint of a look: the server evaluates the steps and writes HTML.

use std::{borrow::Cow, cell::RefCell};

use serde_json::Value as Json;

use super::{
    Shape, Val,
    record::{Step, StepNo},
    shape::Piece,
    words::Word,
};
use crate::{html::Html, prop::ComponentId, value::Value};

impl Shape {
    /// Writes the inside of the component `id` with these values, in the order of the properties.
    ///
    /// A tree has no inside: the script builds it from its table.
    pub fn draw(&self, id: ComponentId, values: &[Option<Value>], html: &mut Html) {
        if html.is_tree() {
            return;
        }
        let id = id.name();
        let parsed: Vec<_> = self.from_json.iter().map(|index| (*index, parsed(*index, values))).collect();
        let drawing = Drawing { shape: self, id: &id, values, parsed: &parsed, known: Known::new(self.steps.len()) };
        drawing.write(&self.pieces, &mut Items::default(), html);
    }
}

/// The JSON of a property that the look does not read by its type.
fn parsed(index: u16, values: &[Option<Value>]) -> Json {
    let value = values.get(usize::from(index)).and_then(Option::as_ref);
    value.and_then(|value| serde_json::from_str(value.json()).ok()).unwrap_or(Json::Null)
}

/// The items that are being drawn, with their places, the outermost first.
#[derive(Default)]
struct Items<'a>(Vec<(&'a Json, usize)>);

/// The results of the shared steps.
struct Known<'a>(RefCell<Vec<Option<Val<'a>>>>);

impl<'a> Known<'a> {
    fn new(count: usize) -> Self {
        Self(RefCell::new(vec![None; count]))
    }
}

/// One component that is being drawn.
struct Drawing<'a> {
    shape: &'a Shape,
    id: &'a str,
    values: &'a [Option<Value>],
    parsed: &'a [(u16, Json)],
    known: Known<'a>,
}

impl<'a> Drawing<'a> {
    fn write(&self, pieces: &'a [Piece], items: &mut Items<'a>, html: &mut Html) {
        for piece in pieces {
            match piece {
                Piece::Markup(markup) => html.raw(markup),
                Piece::Text(step) => {
                    if let Some(text) = self.value(*step, items).shown() {
                        html.text(text);
                    }
                }
                Piece::Attr(name, step) => {
                    if let Some(value) = self.value(*step, items).shown() {
                        html.written_attr(name, value);
                    }
                }
                Piece::Flag(name, step) => {
                    if self.value(*step, items).is_true() {
                        html.raw(" ");
                        html.raw(name);
                    }
                }
                Piece::When(condition, pieces) => {
                    if self.value(*condition, items).is_true() {
                        self.write(pieces, items, html);
                    }
                }
                Piece::Each(list, level, pieces) => {
                    let outer = items.0.len();
                    debug_assert_eq!(outer, usize::from(*level), "lists are drawn from outside to inside");
                    for (place, item) in self.value(*list, items).items().iter().enumerate() {
                        items.0.push((item, place));
                        self.write(pieces, items, html);
                        items.0.truncate(outer);
                    }
                }
            }
        }
    }

    fn value(&self, no: StepNo, items: &Items<'a>) -> Val<'a> {
        let at = no as usize;
        // A step that was recorded outside of this view is not among its steps.
        let Some(step) = self.shape.steps.get(at) else { return Val::Missing };
        if !self.shape.shared[at] {
            return self.evaluate(step, items);
        }
        if let Some(known) = self.known.0.borrow().get(at).cloned().flatten() {
            return known;
        }
        let value = self.evaluate(step, items);
        if let Some(known) = self.known.0.borrow_mut().get_mut(at) {
            *known = Some(value.clone());
        }
        value
    }

    fn evaluate(&self, step: &'a Step, items: &Items<'a>) -> Val<'a> {
        match step {
            Step::Prop(index) => self.property(*index),
            Step::Id => Val::Text(Cow::Borrowed(self.id)),
            Step::Item(level) => items.0.get(usize::from(*level)).map_or(Val::Missing, |(item, _)| Val::of_json(item)),
            Step::Place(level) => {
                items.0.get(usize::from(*level)).map_or(Val::Missing, |(_, place)| Val::Number(*place as f64))
            }
            Step::Word(word, args) => self.word(*word, args, items),
            Step::Missing | Step::Truth(_) | Step::Number(_) | Step::Text(_) => step.constant().unwrap_or(Val::Missing),
        }
    }

    fn word(&self, word: Word, args: &[StepNo], items: &Items<'a>) -> Val<'a> {
        let value = |step: &StepNo| self.value(*step, items);
        match (word, args) {
            // A part that is not chosen is not computed. It would have no effect.
            (Word::Choose, [condition, yes, no]) => value(if value(condition).is_true() { yes } else { no }),
            (_, [a]) => word.apply(&[value(a)]),
            (_, [a, b]) => word.apply(&[value(a), value(b)]),
            (_, [a, b, c]) => word.apply(&[value(a), value(b), value(c)]),
            _ => word.apply(&args.iter().map(value).collect::<Vec<_>>()),
        }
    }

    fn property(&self, index: u16) -> Val<'a> {
        match self.shape.reads.get(&index) {
            Some(read) => self.values.get(usize::from(index)).and_then(Option::as_ref).map_or(Val::Missing, *read),
            None => {
                self.parsed.iter().find(|(at, _)| *at == index).map_or(Val::Missing, |(_, json)| Val::of_json(json))
            }
        }
    }
}
