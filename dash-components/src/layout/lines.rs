//! How cards are divided into lines. All lines are full, and the order of the cards never changes.
//!
//! The server computes this once, for six widths of the section. A card gets one class for each width at which its part
//! of the line changes, and the container queries in `lines.css` turn the class of the current width into a width. So
//! the page needs neither a script nor an inline style, and a card keeps its place when values change.

use std::fmt;

/// The parts of a full line. 24 can be divided by 1, 2, 3, 4, 6, 8 and 12.
const LINE: u8 = 24;
/// The smallest widths of a section, in pixels, at which the lines are divided anew, with their letter in a class.
const WIDTHS: [(char, u16); 6] = [('a', 0), ('b', 540), ('c', 840), ('d', 1080), ('e', 1560), ('f', 2200)];
/// A pile may be higher than the highest card by this factor, because heights are estimates. What is free below that card
/// is then less than what would be free below each card of the pile in a place of its own.
const TOLERANCE: f64 = 1.1;
/// At a width at which a pile is higher than all beside it by this factor, its cards stand in the lines by themselves.
const TOWER: f64 = 1.3;
/// Between the cards of a pile, in lines.
const GAP: f64 = 0.5;
/// So many cards before and behind a pile are near it.
const NEAR: usize = 2;
/// A card that can use space gets up to this factor of its width before others get more than theirs. With a larger one, a
/// card beside a wide chart is so narrow that its gauges stand below each other.
const FLEXIBLE: f64 = 1.25;

/// The size of a card. It decides how many of its kind stand side by side.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Size {
    Small,
    Medium,
    Large,
    Full,
}

impl Size {
    /// The parts of a line that it needs, for each width of the section.
    const fn least(self) -> [u8; WIDTHS.len()] {
        match self {
            Self::Small => [12, 8, 6, 4, 3, 2],
            Self::Medium => [24, 12, 8, 6, 4, 3],
            Self::Large => [24, 24, 16, 12, 8, 6],
            Self::Full => [LINE; WIDTHS.len()],
        }
    }
}

/// What the rule knows of a card.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Card {
    pub(super) size: Size,
    /// The estimated height, in lines of text.
    pub(super) height: f64,
    /// Whether it can use more space than it needs: a chart, a picture, a table.
    pub(super) flexible: bool,
    /// Whether it never stands in a pile.
    pub(super) alone: bool,
}

/// One place in a line: a card, or a pile of low cards.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Slot {
    card: Card,
    /// How many cards stand in it.
    pub(super) count: usize,
    /// The place of the first one among all cards.
    first: usize,
}

/// The classes of a slot. Those of a card that is not in a pile are those of its slot.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Classes {
    pub(super) slot: String,
    /// Of the cards of a pile.
    pub(super) cards: Vec<String>,
}

/// The part of a line that a slot has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Part {
    /// So many of [`LINE`].
    Of(u8),
    /// One of so many equal ones. Only if 24 cannot be divided by the number.
    Equal(u8),
}

impl fmt::Display for Part {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Of(parts) => write!(f, "{parts}"),
            Self::Equal(count) => write!(f, "u{count}"),
        }
    }
}

/// Puts low cards that follow each other into piles. A pile is no higher than the highest card near it, which may stand
/// in the same line.
pub(super) fn slots(cards: &[Card]) -> Vec<Slot> {
    let may_pile = |card: &Card| card.size == Size::Medium && !card.alone;
    let mut slots: Vec<Slot> = Vec::new();
    let mut start = 0_usize;
    for (at, card) in cards.iter().enumerate() {
        let near = cards[start.saturating_sub(NEAR)..start].iter().chain(cards[at + 1..].iter().take(NEAR));
        let highest = near.filter(|card| card.size != Size::Full).map(|card| card.height).fold(0.0, f64::max);
        match slots.last_mut() {
            Some(last)
                if may_pile(card)
                    && may_pile(&last.card)
                    && last.card.height + GAP + card.height <= highest * TOLERANCE =>
            {
                last.card.height += GAP + card.height;
                last.card.flexible |= card.flexible;
                last.count += 1;
            }
            _ => {
                slots.push(Slot { card: *card, count: 1, first: at });
                start = at;
            }
        }
    }
    slots
}

/// Classes for the widths at which something changes.
#[derive(Debug, Clone)]
struct Changes<T> {
    classes: String,
    before: Option<T>,
}

impl<T: fmt::Display + PartialEq> Changes<T> {
    const fn from(before: Option<T>) -> Self {
        Self { classes: String::new(), before }
    }

    fn set(&mut self, letter: char, now: T) {
        if self.before.as_ref() != Some(&now) {
            let space = if self.classes.is_empty() { "" } else { " " };
            self.classes += &format!("{space}dd-{letter}{now}");
            self.before = Some(now);
        }
    }
}

/// The classes of each slot.
pub(super) fn classes(slots: &[Slot], cards: &[Card]) -> Vec<Classes> {
    let mut of_slots = vec![Changes::from(None); slots.len()];
    let mut of_cards = vec![Changes::from(None); cards.len()];
    let mut piles = vec![Changes::from(Some(PILE)); slots.len()];
    for (at, (letter, _)) in WIDTHS.iter().enumerate() {
        let (places, lines) = placed(slots, cards, at);
        let parts: Vec<Part> = lines.into_iter().flat_map(|line| divide(&places[line], at)).collect();
        let mut next = places.iter().zip(parts).peekable();
        for (slot, (changes, pile)) in slots.iter().zip(of_slots.iter_mut().zip(&mut piles)) {
            let cards = &mut of_cards[slot.first..slot.first + slot.count];
            let is_pile = next.peek().is_some_and(|(place, _)| place.count == slot.count);
            if is_pile && let Some((_, part)) = next.next() {
                changes.set(*letter, part);
                // Each has a line of the pile.
                cards.iter_mut().for_each(|card| card.set(*letter, Part::Of(LINE)));
            } else {
                cards.iter_mut().zip(next.by_ref()).for_each(|(card, (_, part))| card.set(*letter, part));
            }
            pile.set(*letter, if is_pile { PILE } else { NO_PILE });
        }
    }
    let words = |slot: &Slot, part: Changes<Part>, pile: Changes<&str>| {
        let cards = of_cards[slot.first..slot.first + slot.count].iter().map(|card| card.classes.clone()).collect();
        let space = if pile.classes.is_empty() { "" } else { " " };
        Classes { slot: format!("{}{space}{}", part.classes, pile.classes), cards }
    };
    slots.iter().zip(of_slots.into_iter().zip(piles)).map(|(slot, (part, pile))| words(slot, part, pile)).collect()
}

/// The names of the rules that make a pile one place of a line, and those of its cards that have places of their own.
const PILE: &str = "p";
const NO_PILE: &str = "n";

/// What stands in the lines at one width: the slots, and instead of a pile that would be a tower its cards.
fn placed(slots: &[Slot], cards: &[Card], at: usize) -> (Vec<Slot>, Vec<std::ops::Range<usize>>) {
    let mut places = slots.to_vec();
    loop {
        let lines = lines(&places, at);
        // On a phone each card has a line, in a pile or not.
        let tower = lines.iter().filter(|_| at > 0).find_map(|line| {
            let others = |tower: usize| line.clone().filter(move |other| *other != tower);
            line.clone().filter(|pile| places[*pile].count > 1).find(|pile| {
                let highest = others(*pile).map(|other| places[other].card.height).fold(0.0, f64::max);
                places[*pile].card.height > highest * TOWER
            })
        });
        let Some(tower) = tower else { return (places, lines) };
        let first = places[tower].first;
        let own = cards[first..first + places[tower].count].iter().enumerate();
        let own: Vec<Slot> = own.map(|(at, card)| Slot { card: *card, count: 1, first: first + at }).collect();
        places.splice(tower..=tower, own);
    }
}

/// The lines with the least free space, as in a justified paragraph: the sum of the squares is the smallest. Small cards
/// do not share a line with others.
fn lines(slots: &[Slot], at: usize) -> Vec<std::ops::Range<usize>> {
    let needs = |slot: &Slot| slot.card.size.least()[at];
    let is_small = |slot: &Slot| slot.card.size == Size::Small;
    // For each number of slots: the least cost of lines with these, and where the last of these lines starts.
    let mut best = vec![(0_u32, 0)];
    for end in 1..=slots.len() {
        let (mut width, mut found) = (0_u8, None);
        for start in (0..end).rev() {
            width += needs(&slots[start]);
            if start + 1 < end && (width > LINE || is_small(&slots[start]) != is_small(&slots[end - 1])) {
                break;
            }
            let cost = best[start].0 + u32::from(LINE - width).pow(2) + 1;
            if found.is_none_or(|(least, _)| cost < least) {
                found = Some((cost, start));
            }
        }
        best.extend(found);
    }
    let (mut lines, mut end) = (Vec::new(), slots.len());
    while end > 0 {
        lines.push(best[end].1..end);
        end = best[end].1;
    }
    lines.reverse();
    lines
}

/// Slots of one size and kind in a line, which have equal parts.
struct Kind {
    size: Size,
    flexible: bool,
    count: u8,
    least: u8,
    part: u8,
}

impl Kind {
    /// The kind with the smallest figure gets the next part.
    fn fullness(&self) -> f64 {
        let (part, least) = (f64::from(self.part), f64::from(self.least));
        let wants = self.flexible && part < FLEXIBLE * least;
        (part + 1.0) / least / if wants { FLEXIBLE } else { 1.0 }
    }
}

/// Divides a line among its slots, without a rest. Slots of one kind get equal parts.
fn divide(line: &[Slot], at: usize) -> Vec<Part> {
    let mut kinds: Vec<Kind> = Vec::new();
    let is = |kind: &Kind, slot: &Slot| (kind.size, kind.flexible) == (slot.card.size, slot.card.flexible);
    for slot in line {
        match kinds.iter_mut().find(|kind| is(kind, slot)) {
            Some(kind) => kind.count += 1,
            None => {
                let Card { size, flexible, .. } = slot.card;
                let least = size.least()[at];
                kinds.push(Kind { size, flexible, count: 1, least, part: least });
            }
        }
    }
    if let [kind] = &*kinds {
        let part = if LINE.is_multiple_of(kind.count) { Part::Of(LINE / kind.count) } else { Part::Equal(kind.count) };
        return vec![part; line.len()];
    }
    let mut rest = LINE - kinds.iter().map(|kind| kind.part * kind.count).sum::<u8>();
    while let Some(kind) = kinds
        .iter_mut()
        .filter(|kind| kind.count <= rest)
        .min_by(|one, other| one.fullness().total_cmp(&other.fullness()))
    {
        kind.part += 1;
        rest -= kind.count;
    }
    let part = |slot: &Slot| kinds.iter().find(|kind| is(kind, slot)).map_or(LINE, |kind| kind.part);
    let mut parts: Vec<u8> = line.iter().map(part).collect();
    // A rest that the slots of no kind can share goes to the first of the widest.
    let widest = parts.iter().copied().max().unwrap_or_default();
    if let Some(part) = parts.iter_mut().find(|part| **part == widest) {
        *part += rest;
    }
    parts.into_iter().map(Part::Of).collect()
}

#[cfg(test)]
mod tests {
    use std::fmt::Write as _;

    use super::*;

    fn card(size: Size, height: f64) -> Card {
        Card { size, height, flexible: false, alone: false }
    }

    /// The share of a line.
    fn share(part: Part) -> f64 {
        match part {
            Part::Of(parts) => f64::from(parts) / f64::from(LINE),
            Part::Equal(count) => 1.0 / f64::from(count),
        }
    }

    /// The parts at one width, as text.
    fn at(width: usize, cards: &[Card]) -> String {
        let (places, lines) = placed(&slots(cards), cards, width);
        let line = |line: std::ops::Range<usize>| {
            divide(&places[line], width).iter().map(ToString::to_string).collect::<Vec<_>>().join(" ")
        };
        lines.into_iter().map(line).collect::<Vec<_>>().join(" | ")
    }

    /// A sequence of numbers without a pattern.
    struct Random(u64);

    impl Random {
        fn below(&mut self, end: usize) -> usize {
            self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            ((self.0 >> 33) as usize) % end
        }

        fn card(&mut self) -> Card {
            let size = [Size::Small, Size::Medium, Size::Medium, Size::Large, Size::Full][self.below(5)];
            let height = self.below(12) as f64;
            Card { size, height, flexible: self.below(3) == 0, alone: self.below(4) == 0 }
        }
    }

    #[test]
    fn any_cards_fill_their_lines_in_their_order() {
        let (mut random, css) = (Random(1), stylesheet());
        for _ in 0..3000 {
            let cards: Vec<Card> = (0..random.below(40)).map(|_| random.card()).collect();
            let slots = slots(&cards);
            assert_eq!(slots.iter().map(|slot| slot.count).sum::<usize>(), cards.len());
            let classes = classes(&slots, &cards);
            assert_eq!(classes.len(), slots.len());
            for (slot, classes) in slots.iter().zip(&classes) {
                assert_eq!(classes.cards.len(), slot.count);
                let cards = classes.cards.iter().filter(|_| slot.count > 1);
                for class in [&classes.slot].into_iter().chain(cards).flat_map(|classes| classes.split(' ')) {
                    assert!(css.contains(&format!(".{class}{{")), "no rule for {class}");
                }
            }
            for width in 0..WIDTHS.len() {
                let (places, lines) = placed(&slots, &cards, width);
                // Each card is in one place, each place in one line, and they follow each other.
                let mut next = 0;
                for place in &places {
                    assert_eq!(place.first, next);
                    next += place.count;
                }
                assert_eq!(next, cards.len());
                let order: Vec<usize> = lines.iter().cloned().flatten().collect();
                assert_eq!(order, (0..places.len()).collect::<Vec<_>>());
                for line in lines {
                    let line = &places[line];
                    let highest = |but: usize| {
                        let others = line.iter().enumerate().filter(|(at, _)| *at != but);
                        others.map(|(_, slot)| slot.card.height).fold(0.0, f64::max)
                    };
                    for (at, slot) in line.iter().enumerate().filter(|_| width > 0) {
                        assert!(slot.count == 1 || slot.card.height <= highest(at) * TOWER, "a tower in {line:?}");
                    }
                    let parts = divide(line, width);
                    let sum: f64 = parts.iter().copied().map(share).sum();
                    assert!((sum - 1.0).abs() < 1e-9, "{parts:?} at {width} of {line:?}");
                    for (part, slot) in parts.iter().zip(line) {
                        let least = Part::Of(slot.card.size.least()[width]);
                        assert!(share(*part) >= share(least) - 1e-9, "{slot:?} has {part:?}");
                    }
                    let small = line.iter().filter(|slot| slot.card.size == Size::Small).count();
                    assert!(small == 0 || small == line.len(), "a small card beside a larger one: {line:?}");
                }
            }
        }
    }

    #[test]
    fn a_pile_is_no_higher_than_a_card_near_it() {
        let mut random = Random(2);
        for _ in 0..1000 {
            let cards: Vec<Card> = (0..1 + random.below(30)).map(|_| random.card()).collect();
            let mut start = 0;
            for slot in slots(&cards) {
                let end = start + slot.count;
                let pile = &cards[start..end];
                let near = cards[start.saturating_sub(NEAR)..start].iter().chain(cards[end..].iter().take(NEAR));
                let highest = near.filter(|card| card.size != Size::Full).map(|card| card.height).fold(0.0, f64::max);
                let is_pile = pile.len() > 1;
                let sum = pile.iter().map(|card| card.height + GAP).sum::<f64>() - GAP;
                assert!(!is_pile || sum <= highest * TOLERANCE + 1e-9);
                assert!(!is_pile || pile.iter().all(|card| card.size == Size::Medium && !card.alone));
                start = end;
            }
        }
    }

    #[test]
    fn four_cards_are_not_three_and_one() {
        let medium = card(Size::Medium, 4.0);
        assert_eq!(at(2, &[medium; 4]), "12 12 | 12 12");
        assert_eq!(at(2, &[medium; 3]), "8 8 8");
        assert_eq!(at(3, &[medium; 5]), "8 8 8 | 12 12");
        assert_eq!(at(4, &[medium; 5]), "u5 u5 u5 u5 u5");
        assert_eq!(at(0, &[card(Size::Small, 2.0); 5]), "12 12 | 12 12 | 24");
    }

    #[test]
    fn a_flexible_card_takes_the_space_that_is_left() {
        let chart = Card { flexible: true, ..card(Size::Medium, 4.0) };
        let medium = card(Size::Medium, 4.0);
        assert_eq!(at(4, &[medium, medium, medium, medium, chart]), "4 4 4 4 8");
        assert_eq!(at(3, &[card(Size::Large, 4.0), card(Size::Medium, 4.0)]), "16 8");
    }

    #[test]
    fn low_cards_stand_in_a_pile_beside_a_high_one() {
        let cards = [card(Size::Large, 8.0), card(Size::Medium, 4.0), card(Size::Medium, 4.0), card(Size::Medium, 4.0)];
        assert_eq!(slots(&cards).iter().map(|slot| slot.count).collect::<Vec<_>>(), [1, 2, 1]);
    }

    #[test]
    fn fault_a_card_stood_half_empty_beside_a_pile() {
        // The pile stands beside the chart on a wide screen. On others there is only the low card beside it.
        let chart = Card { flexible: true, ..card(Size::Large, 9.5) };
        let low = card(Size::Medium, 4.0);
        let cards = [low, low, low, chart];
        let slots = slots(&cards);
        assert_eq!(slots.iter().map(|slot| slot.count).collect::<Vec<_>>(), [2, 1, 1]);
        assert_eq!(at(1, &cards), "12 12 | 24 | 24");
        assert_eq!(at(2, &cards), "8 8 8 | 24");
        assert_eq!(at(3, &cards), "6 6 12");
        let classes = classes(&slots, &cards);
        assert_eq!(classes[0].slot, "dd-a24 dd-d6 dd-bn dd-dp");
        assert_eq!(classes[0].cards, ["dd-a24 dd-b12 dd-c8 dd-d24"; 2]);
    }

    /// `lines.css`, as this module needs it.
    fn stylesheet() -> String {
        let whole = (1..=LINE).map(|parts| (parts.to_string(), f64::from(parts)));
        let equal = (1..LINE).filter(|count| !LINE.is_multiple_of(*count));
        let equal =
            equal.filter(|count| *count < 12).map(|count| (format!("u{count}"), f64::from(LINE) / f64::from(count)));
        let parts: Vec<(String, f64)> = whole.chain(equal).collect();
        let mut css =
            "/* The part of a line that a card has. Made by lines.rs: run its tests with BLESS=1. */\n".to_owned();
        for (at, (letter, least)) in WIDTHS.iter().enumerate() {
            let mut rules = String::new();
            // Cards that callbacks place have no class.
            for (cards, size) in [
                (".dd-card", Size::Medium),
                ("[data-width=\"narrow\"]", Size::Small),
                ("[data-width=\"wide\"]", Size::Large),
                ("[data-width=\"full\"]", Size::Full),
            ] {
                let parts = size.least()[at];
                let _ = writeln!(rules, ":where({cards}){{--dd-part:{parts}}}");
            }
            // A card has at least the least part, and what is beside it, too.
            let least_part = f64::from(Size::Small.least()[at]);
            let whole = f64::from(LINE);
            let can_be = |parts: f64| parts == whole || (parts >= least_part && whole - parts >= least_part);
            for (class, parts) in parts.iter().filter(|(_, parts)| can_be(*parts)) {
                let parts = (parts * 1e4).floor() / 1e4;
                let _ = write!(rules, ".dd-{letter}{class}{{--dd-part:{parts}}}");
            }
            // On a phone each card has a line, in a pile or not.
            if at > 0 {
                let _ = write!(rules, ".dd-{letter}{NO_PILE}{{display:contents}}");
            }
            if at > 1 {
                let _ = write!(rules, ".dd-{letter}{PILE}{{display:flex}}");
            }
            css += &if *least == 0 {
                format!("{rules}\n")
            } else {
                format!("@container dd-flow (min-width:{least}px){{\n{rules}\n}}\n")
            };
        }
        css
    }

    #[test]
    fn the_stylesheet_has_a_rule_for_each_part() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/src/layout/lines.css");
        if std::env::var_os("BLESS").is_some() {
            std::fs::write(path, stylesheet()).unwrap();
        }
        assert!(std::fs::read_to_string(path).unwrap_or_default() == stylesheet(), "BLESS=1 writes lines.css");
    }
}
