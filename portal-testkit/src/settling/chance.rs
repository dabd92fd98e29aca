use std::sync::{Arc, Mutex};

use crate::fakes::locked;

/// Chance that comes out the same for the same seed. Clones draw from the same row of numbers.
#[derive(Debug, Clone)]
pub(super) struct Chance(Arc<Mutex<u64>>);

impl Chance {
    pub(super) fn of(seed: u64) -> Self {
        Self(Arc::new(Mutex::new(seed ^ 0x5e77_1e5e_771e)))
    }

    /// The next number of the row (splitmix64).
    pub(super) fn draw(&self) -> u64 {
        let mut state = locked(&self.0);
        *state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = *state;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// A number below this one.
    pub(super) fn below(&self, bound: usize) -> usize {
        let bound = u64::try_from(bound.max(1)).unwrap();
        usize::try_from(self.draw() % bound).unwrap()
    }

    /// True so many times in a hundred.
    pub(super) fn percent(&self, chance: usize) -> bool {
        self.below(100) < chance
    }

    /// One of these, taken out; none of none.
    pub(super) fn take<T>(&self, from: &mut Vec<T>) -> Option<T> {
        if from.is_empty() {
            return None;
        }
        Some(from.swap_remove(self.below(from.len())))
    }

    /// One of these; none of none.
    pub(super) fn one<T: Clone>(&self, of: &[T]) -> Option<T> {
        of.get(self.below(of.len())).cloned()
    }
}
