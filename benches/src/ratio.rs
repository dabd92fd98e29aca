//! Ours and the floor in turn, slot by slot: noise that lasts longer than a slot falls on both.
use std::{
    fmt,
    hint::black_box,
    time::{Duration, Instant},
};

/// How much to measure.
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub struct Effort {
    /// How often each side has its turn.
    pub rounds: usize,
    /// How long a turn is, about.
    pub slot: Duration,
}

/// How long a turn is where nobody is in a hurry.
const FULL: Duration = Duration::from_millis(300);

/// One line of the table.
#[derive(Debug)]
#[non_exhaustive]
pub struct Row {
    what: String,
    ours: f64,
    floor: f64,
    target: String,
}

impl Effort {
    /// So many; for a look, a tenth of them.
    #[must_use]
    pub fn scaled(self, n: usize) -> usize {
        if self.slot < FULL { n.div_ceil(10) } else { n }
    }

    /// As asked for on the command line: `--quick` for a look.
    #[must_use]
    pub fn asked_for() -> Self {
        if std::env::args().any(|arg| arg == "--quick") {
            Self {
                rounds: 5,
                slot: Duration::from_millis(60),
            }
        } else {
            Self {
                rounds: 15,
                slot: FULL,
            }
        }
    }
}

/// Work that must be there before it can be done.
pub trait Filled {
    /// Makes so much of it. Takes what time it takes.
    fn fill(&mut self, n: usize);
    /// Does all of it.
    fn run(&mut self, n: usize);
}

/// Rates of both, in operations a second: medians over the rounds, of which each does as much.
pub fn compare_filled(
    effort: Effort,
    n: usize,
    ours: &mut impl Filled,
    floor: &mut impl Filled,
) -> (f64, f64) {
    let (mut a, mut b) = (vec![], vec![]);
    for _ in 0..effort.rounds.min(9) {
        ours.fill(n);
        a.push(rate(n, &mut |n| ours.run(n)));
        floor.fill(n);
        b.push(rate(n, &mut |n| floor.run(n)));
    }
    (median(a), median(b))
}

/// Rates of both, in operations a second: medians over the rounds. Each closure runs so many operations.
pub fn compare(
    effort: Effort,
    mut ours: impl FnMut(usize),
    mut floor: impl FnMut(usize),
) -> (f64, f64) {
    let (n_ours, n_floor) = (per_slot(effort, &mut ours), per_slot(effort, &mut floor));
    let (mut a, mut b) = (vec![], vec![]);
    for _ in 0..effort.rounds {
        a.push(rate(n_ours, &mut ours));
        b.push(rate(n_floor, &mut floor));
    }
    (median(a), median(b))
}

/// The same thing so many times, whose answers somebody seems to use.
pub fn times<T>(n: usize, mut run: impl FnMut() -> T) {
    for _ in 0..n {
        black_box(run());
    }
}

fn per_slot(effort: Effort, run: &mut impl FnMut(usize)) -> usize {
    let mut n = 1;
    loop {
        let start = Instant::now();
        run(n);
        let took = start.elapsed();
        if took * 4 >= effort.slot {
            let fit = effort.slot.as_secs_f64() / took.as_secs_f64();
            #[expect(
                clippy::cast_possible_truncation,
                clippy::cast_sign_loss,
                clippy::cast_precision_loss,
                reason = "a count of repetitions"
            )]
            return ((n as f64 * fit) as usize).max(1);
        }
        n *= 2;
    }
}

#[expect(clippy::cast_precision_loss, reason = "a count of repetitions")]
fn rate(n: usize, run: &mut impl FnMut(usize)) -> f64 {
    let start = Instant::now();
    run(n);
    n as f64 / start.elapsed().as_secs_f64()
}

fn median(mut rates: Vec<f64>) -> f64 {
    rates.sort_by(f64::total_cmp);
    rates.get(rates.len() / 2).copied().unwrap_or(f64::NAN)
}

impl Row {
    /// One line of the table: both in operations a second.
    #[must_use]
    pub fn new(what: impl Into<String>, (ours, floor): (f64, f64), target: &str) -> Self {
        Self {
            what: what.into(),
            ours,
            floor,
            target: target.to_owned(),
        }
    }
}

impl fmt::Display for Row {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let ratio = self.ours / self.floor;
        write!(
            f,
            "| {} | {} | {} | {ratio:.2} | {} |",
            self.what,
            each(self.ours),
            each(self.floor),
            self.target
        )
    }
}

/// Short work by how long one takes, longer work by how many go in a second.
fn each(rate: f64) -> String {
    if rate > 200_000.0 {
        format!("{:.0} ns", 1e9 / rate)
    } else {
        format!("{rate:.0}/s")
    }
}
