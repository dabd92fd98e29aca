use chrono::{DateTime, Duration, Utc};

/// One look at a password that somebody has: when, and whether it was right.
pub(super) type Look = (DateTime<Utc>, bool);

/// What came of a siege.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Tally {
    /// How many guesses were made.
    pub tries: u32,
    /// How many of them were looked at: the hasher ran.
    pub guesses: u64,
    /// The most without the owner's success in between.
    pub most_in_a_row: u32,
    /// The most in any 24 hours.
    pub most_in_a_day: u32,
}

impl Tally {
    /// What is promised: at most 100 in a row, and 60 in any 24 hours.
    #[must_use]
    pub fn holds(&self) -> bool {
        self.most_in_a_row <= 100 && self.most_in_a_day <= 60
    }

    /// Of every look the hasher took.
    pub(super) fn of(tries: u32, looks: &[Look]) -> Self {
        let wrong: Vec<_> = looks.iter().filter(|(_, right)| !right).collect();
        let rows = looks.split(|(_, right)| *right);
        let mut most_in_a_day = 0;
        let mut first = 0;
        for (last, (at, _)) in wrong.iter().enumerate() {
            while wrong[first].0 <= *at - Duration::days(1) {
                first += 1;
            }
            most_in_a_day = most_in_a_day.max(last + 1 - first);
        }
        Self {
            tries,
            guesses: u64::try_from(wrong.len()).unwrap(),
            most_in_a_row: count(rows.map(<[_]>::len).max().unwrap_or_default()),
            most_in_a_day: count(most_in_a_day),
        }
    }
}

fn count(n: usize) -> u32 {
    u32::try_from(n).unwrap()
}
