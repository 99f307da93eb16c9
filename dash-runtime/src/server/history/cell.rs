//! Aggregates of samples.

/// The samples in one span of time.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Cell {
    /// The time of the first sample, and of the last one, in microseconds since the Unix epoch.
    pub(crate) first: i64,
    pub(crate) last: i64,
    /// The number of samples. At least 1.
    pub(crate) count: u64,
    /// One summary for each series, or `None` for a series without a value.
    pub(crate) series: Vec<Option<Summary>>,
}

/// The values of one series in a cell.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Summary {
    /// In the total order of floating-point numbers, so -0 is before 0.
    pub(crate) min: f64,
    pub(crate) max: f64,
    pub(crate) mean: f64,
    /// The number of values. At least 1.
    pub(crate) count: u64,
    /// The value with the earliest time, and with the latest time.
    pub(crate) first: f64,
    pub(crate) last: f64,
}

impl Summary {
    const fn of(value: f64) -> Self {
        Self { min: value, max: value, mean: value, count: 1, first: value, last: value }
    }

    /// Adds values that are later.
    fn join(&mut self, later: &Self) {
        self.count += later.count;
        let part = later.count as f64 / self.count as f64;
        let difference = later.mean - self.mean;
        // The difference of two very large values is not finite. The sum of their parts always is.
        self.mean = if difference.is_finite() {
            self.mean + difference * part
        } else {
            self.mean * (1.0 - part) + later.mean * part
        };
        self.min = if later.min.total_cmp(&self.min).is_lt() { later.min } else { self.min };
        self.max = if later.max.total_cmp(&self.max).is_gt() { later.max } else { self.max };
        // Rounding does not lead out of the values.
        self.mean = self.mean.max(self.min).min(self.max);
        self.last = later.last;
    }
}

impl Cell {
    pub(super) fn of(time: i64, values: &[Option<f64>]) -> Self {
        let series = values.iter().map(|value| value.map(Summary::of)).collect();
        Self { first: time, last: time, count: 1, series }
    }

    /// Adds a sample that is later.
    pub(super) fn add(&mut self, time: i64, values: &[Option<f64>]) {
        self.last = time;
        self.count += 1;
        self.widen(values.len());
        for (summary, value) in self.series.iter_mut().zip(values) {
            join(summary, value.map(Summary::of).as_ref());
        }
    }

    /// Adds samples that are later.
    pub(super) fn join(&mut self, later: &Self) {
        self.last = later.last;
        self.count += later.count;
        self.widen(later.series.len());
        for (summary, later) in self.series.iter_mut().zip(&later.series) {
            join(summary, later.as_ref());
        }
    }

    /// Adds a sample at any time, where the samples that were before are not known any more.
    pub(super) fn fold(&mut self, time: i64, values: &[Option<f64>]) {
        if time >= self.last {
            return self.add(time, values);
        }
        let first = self.first.min(time);
        let begins = time < self.first;
        let (last, before) = (self.last, self.series.clone());
        self.add(time, values);
        (self.first, self.last) = (first, last);
        for (summary, before) in self.series.iter_mut().zip(before) {
            if let (Some(summary), Some(before)) = (summary, before) {
                if begins {
                    summary.first = summary.last;
                }
                summary.last = before.last;
            }
        }
    }

    fn widen(&mut self, series: usize) {
        if self.series.len() < series {
            self.series.resize(series, None);
        }
    }
}

fn join(summary: &mut Option<Summary>, later: Option<&Summary>) {
    match (summary, later) {
        (Some(summary), Some(later)) => summary.join(later),
        (summary @ None, Some(later)) => *summary = Some(*later),
        (_, None) => {}
    }
}

/// Puts samples or cells into cells of one width, in the order of their times.
pub(super) struct Grouped {
    width: i64,
    pub(super) cells: Vec<Cell>,
}

impl Grouped {
    pub(super) const fn new(width: i64) -> Self {
        Self { width, cells: Vec::new() }
    }

    pub(super) fn add(&mut self, time: i64, values: &[Option<f64>]) {
        match self.cells.last_mut() {
            Some(cell) if same(cell.first, time, self.width) => cell.add(time, values),
            _ => self.cells.push(Cell::of(time, values)),
        }
    }

    pub(super) fn join(&mut self, cell: Cell) {
        match self.cells.last_mut() {
            Some(last) if same(last.first, cell.first, self.width) => last.join(&cell),
            _ => self.cells.push(cell),
        }
    }
}

fn same(one: i64, other: i64, width: i64) -> bool {
    one.div_euclid(width) == other.div_euclid(width)
}
