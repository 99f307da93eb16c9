//! Who owns the name of a device: a rule without input and output. Times come in as arguments.
//!
//! The broker keeps the last beat of each name, with its sequence number. An owner publishes each beat on the condition
//! that the one before it is the last (`Nats-Expected-Last-Subject-Sequence`). So of two owners one is refused, whatever
//! each of them believes. A program that finds the beat of another one waits until it has seen no new beat for the time of
//! the lease, by its own clock. An owner whose beats do not get through stops at the same time after the last one that
//! did. So there are never two, if their clocks run equally fast. The times of the broker are not used.

use std::time::Duration;

use super::words::Beat;

/// The last beat of a name, as the broker has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Last {
    pub(super) beat: Beat,
    pub(super) sequence: u64,
}

/// Instead of the sequence number of a beat that the broker had and has no more. No beat has it.
const GONE: u64 = 0;

/// What to do next.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Step {
    /// Publish a beat on the condition that this is the sequence number of the last one. 0: there is none.
    Publish(u64),
    /// Another program has the name.
    Wait,
}

/// The lease of one program on one name.
#[derive(Debug)]
pub(super) struct Lease {
    run: String,
    time: Duration,
    held: Option<Held>,
    /// The beat of another program, and since when there is no newer one.
    other: Option<(u64, Duration)>,
}

#[derive(Debug, Clone, Copy)]
struct Held {
    sequence: u64,
    until: Duration,
}

impl Lease {
    /// `run` is different for each run of a program.
    pub(super) fn new(run: String, time: Duration) -> Self {
        Self { run, time, held: None, other: None }
    }

    /// Until when this program owns the name, if it does.
    pub(super) fn held_until(&self, now: Duration) -> Option<Duration> {
        self.held.map(|held| held.until).filter(|until| now < *until)
    }

    /// The sequence number of the own last beat. With it the next one can be published without a look.
    pub(super) const fn own(&self) -> Option<u64> {
        match self.held {
            Some(held) => Some(held.sequence),
            None => None,
        }
    }

    /// The broker was asked for the last beat.
    pub(super) fn look(&mut self, now: Duration, last: Option<&Last>) -> Step {
        let Some(Last { beat, sequence }) = last else {
            // Nobody, or a broker that has lost its data. Another owner may not know that yet: it holds its lease.
            return match self.other {
                Some((GONE, since)) if now.saturating_sub(since) >= self.time => Step::Publish(0),
                Some((GONE, _)) => Step::Wait,
                Some(_) => {
                    self.other = Some((GONE, now));
                    Step::Wait
                }
                None => Step::Publish(0),
            };
        };
        if beat.run == self.run || beat.gone {
            self.other = None;
            return Step::Publish(*sequence);
        }
        self.held = None;
        match self.other {
            Some((seen, since)) if seen == *sequence => {
                if now.saturating_sub(since) >= beat.lease() {
                    Step::Publish(*sequence)
                } else {
                    Step::Wait
                }
            }
            _ => {
                self.other = Some((*sequence, now));
                Step::Wait
            }
        }
    }

    /// A beat that was sent at `sent` has been taken, with this sequence number.
    pub(super) fn published(&mut self, sent: Duration, sequence: u64) {
        self.other = None;
        self.held = Some(Held { sequence, until: sent + self.time });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TIME: Duration = Duration::from_secs(6);

    fn at(seconds: u64) -> Duration {
        Duration::from_secs(seconds)
    }

    /// The broker: the last beat, and the rule about the next one.
    #[derive(Default)]
    struct Broker {
        last: Option<Last>,
        sequence: u64,
    }

    impl Broker {
        fn publish(&mut self, run: &str, expected: u64, gone: bool) -> Option<u64> {
            if expected != self.last.as_ref().map_or(0, |last| last.sequence) {
                return None;
            }
            self.sequence += 1;
            let beat = Beat {
                run: run.to_owned(),
                link: String::new(),
                title: String::new(),
                protocol: 1,
                lease_ms: 6000,
                watch: None,
                documents: Vec::new(),
                values: Vec::new(),
                gone,
            };
            self.last = Some(Last { beat, sequence: self.sequence });
            Some(self.sequence)
        }
    }

    /// One beat of a program, as the task does it. Returns whether it owns the name.
    fn beat(lease: &mut Lease, broker: &mut Broker, now: Duration) -> bool {
        let run = lease.run.clone();
        if let Some(sequence) = lease.own().and_then(|own| broker.publish(&run, own, false)) {
            lease.published(now, sequence);
        } else if let Step::Publish(expected) = lease.look(now, broker.last.as_ref())
            && let Some(sequence) = broker.publish(&run, expected, false)
        {
            lease.published(now, sequence);
        }
        lease.held_until(now).is_some()
    }

    fn two() -> (Lease, Lease, Broker) {
        (Lease::new("one".into(), TIME), Lease::new("two".into(), TIME), Broker::default())
    }

    #[test]
    fn g25_a_second_owner_is_refused_as_long_as_the_first_is_there() {
        let (mut one, mut two, mut broker) = two();
        for now in (0..60).step_by(2) {
            assert!(beat(&mut one, &mut broker, at(now)), "{now}");
            assert!(!beat(&mut two, &mut broker, at(now)), "{now}");
        }
    }

    #[test]
    fn g25_an_owner_that_is_silent_has_stopped_before_another_program_has_its_name() {
        let (mut one, mut two, mut broker) = two();
        assert!(beat(&mut one, &mut broker, at(0)));
        let owns = |lease: &Lease, now| lease.held_until(at(now)).is_some();
        let mut took = None;
        for now in 1..20 {
            if beat(&mut two, &mut broker, at(now)) {
                assert!(!owns(&one, now), "two owners at {now} s");
                took.get_or_insert(now);
            }
        }
        assert_eq!(took, Some(7), "six seconds after the first look");
        // The first one comes back, and is refused.
        assert!(!beat(&mut one, &mut broker, at(20)));
        assert!(beat(&mut two, &mut broker, at(20)));
    }

    #[test]
    fn a_program_that_has_ended_leaves_its_name_at_once() {
        let (mut one, mut two, mut broker) = two();
        assert!(beat(&mut one, &mut broker, at(0)));
        broker.publish("one", one.own().unwrap(), true);
        assert!(beat(&mut two, &mut broker, at(1)));
    }

    #[test]
    fn g26_an_owner_goes_on_with_a_broker_that_has_lost_its_data() {
        let (mut one, _, mut broker) = two();
        assert!(beat(&mut one, &mut broker, at(0)));
        broker = Broker { sequence: 40, ..Broker::default() };
        assert!(beat(&mut one, &mut broker, at(2)));
        assert!(beat(&mut one, &mut broker, at(4)));
    }

    /// Fault: the program that waited took the name at once, and for the rest of a lease there were two owners.
    #[test]
    fn g26_who_waits_for_a_name_waits_for_a_lease_also_after_the_broker_has_lost_its_data() {
        let (mut one, mut two, mut broker) = two();
        assert!(beat(&mut one, &mut broker, at(0)));
        assert!(!beat(&mut two, &mut broker, at(1)));
        broker = Broker { sequence: 40, ..Broker::default() };
        // The owner does not reach the broker any more.
        for now in 2..8 {
            assert!(!beat(&mut two, &mut broker, at(now)), "{now}");
        }
        assert!(one.held_until(at(8)).is_none() && beat(&mut two, &mut broker, at(8)));
        // The owner does, and says so first.
        let (mut one, mut two, mut broker) = self::two();
        assert!(beat(&mut one, &mut broker, at(0)) && !beat(&mut two, &mut broker, at(1)));
        broker = Broker { sequence: 40, ..Broker::default() };
        assert!(!beat(&mut two, &mut broker, at(2)));
        for now in (3..30).step_by(2) {
            assert!(beat(&mut one, &mut broker, at(now)) && !beat(&mut two, &mut broker, at(now)), "{now}");
        }
    }

    #[test]
    fn an_owner_whose_answer_was_lost_finds_its_own_beat() {
        let (mut one, mut two, mut broker) = two();
        assert!(beat(&mut one, &mut broker, at(0)));
        // It was published, and nobody told the owner.
        broker.publish("one", one.own().unwrap(), false).unwrap();
        assert!(!beat(&mut two, &mut broker, at(1)));
        assert!(beat(&mut one, &mut broker, at(2)));
    }
}
