//! The greenhouse itself, simulated: a minute of it takes a second.

/// The number of beds.
pub(crate) const BEDS: usize = 12;

/// The minutes in a day.
const DAY: u32 = 24 * 60;

/// The moisture that a bed loses in a minute of full sun, and gains in a minute of water, in percent.
const DRIES: f64 = 0.08;
const GAINS: f64 = 2.0;

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
}

impl Greenhouse {
    pub(crate) fn new() -> Self {
        let bed =
            |at: usize| Bed { moisture: 35.0 + 3.0 * at as f64, is_open: false, wanted: 0.0, minute: None, left: 0 };
        Self { beds: std::array::from_fn(bed), minute: 6 * 60 }
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
        self.minute
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
