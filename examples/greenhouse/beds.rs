//! The greenhouse itself, simulated: a minute of it takes a second.

/// The number of beds.
pub(crate) const BEDS: usize = 12;

/// The minutes in a day.
const DAY: u32 = 24 * 60;

/// The moisture that a bed loses in a minute of full sun, and gains in a minute of water, in percent.
const DRIES: f64 = 0.08;
const GAINS: f64 = 2.0;

/// What the tank holds, what it is filled up from, what an open valve takes and what the pump brings in a minute, in litres.
pub(crate) const TANK: f64 = 600.0;
const LOW: f64 = 150.0;
const TAKES: f64 = 1.0;
const BRINGS: f64 = 4.0;

/// How long the valve stays open when somebody opens it, or when it is time, in minutes.
const POUR: u32 = 10;

/// One bed.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Bed {
    /// In percent.
    pub(crate) moisture: f64,
    pub(crate) is_open: bool,
    /// The moisture below which the valve opens, in percent.
    wanted: f64,
    /// The minute of the day at which it opens in any case.
    minute: Option<u32>,
    /// For how many minutes it stays open.
    left: u32,
}

/// Twelve beds under one roof.
#[derive(Debug)]
pub(crate) struct Greenhouse {
    beds: [Bed; BEDS],
    /// The minute of the day.
    minute: u32,
    /// In litres.
    tank: f64,
    /// Whether the pump fills the tank.
    fills: bool,
}

impl Greenhouse {
    pub(crate) fn new() -> Self {
        let bed =
            |at: usize| Bed { moisture: 35.0 + 3.0 * at as f64, is_open: false, wanted: 0.0, minute: None, left: 0 };
        Self { beds: std::array::from_fn(bed), minute: 6 * 60, tank: 0.7 * TANK, fills: false }
    }

    pub(crate) fn set(&mut self, bed: usize, wanted: f64, minute: Option<u32>) {
        (self.beds[bed].wanted, self.beds[bed].minute) = (wanted, minute);
    }

    /// Opens the valve of a bed for some minutes.
    pub(crate) fn water(&mut self, bed: usize) {
        self.beds[bed].left = POUR;
    }

    pub(crate) fn bed(&self, bed: usize) -> Bed {
        self.beds[bed]
    }

    /// A minute passes. Returns the minute of the day.
    pub(crate) fn go_on(&mut self) -> u32 {
        self.minute = (self.minute + 1) % DAY;
        let (minute, sun) = (self.minute, self.sun() / 100.0);
        for (bed, at) in self.beds.iter_mut().zip(0_u8..) {
            if bed.moisture < bed.wanted || bed.minute == Some(minute) {
                bed.left = bed.left.max(POUR);
            }
            bed.is_open = bed.left > 0;
            bed.left = bed.left.saturating_sub(1);
            // Not all beds have the same soil.
            let dries = DRIES * (0.3 + sun) * (1.0 + f64::from(at) / 12.0);
            bed.moisture = (bed.moisture - dries + if bed.is_open { GAINS } else { 0.0 }).clamp(0.0, 100.0);
        }
        let open = self.beds.iter().filter(|bed| bed.is_open).count();
        self.fills = self.tank < LOW || (self.fills && self.tank < TANK);
        self.tank += if self.fills { BRINGS } else { 0.0 } - TAKES * open as f64;
        self.tank = self.tank.clamp(0.0, TANK);
        self.minute
    }

    /// The water in the tank, in litres, and whether the pump fills it.
    pub(crate) const fn tank(&self) -> (f64, bool) {
        (self.tank, self.fills)
    }

    /// How strong the sun is, in percent.
    pub(crate) fn sun(&self) -> f64 {
        // From six to eighteen.
        (std::f64::consts::TAU * (f64::from(self.minute) / f64::from(DAY) - 0.25)).sin().max(0.0) * 100.0
    }

    /// The temperature of the air, in degrees Celsius.
    pub(crate) fn air(&self) -> f64 {
        12.0 + self.sun() / 8.0
    }
}
