use portal_core::StoreError;

use super::{Seed, dates::Dates, people};

/// People who wait for the popular dates: some are offered a place, for some the offer has run out and nobody has noticed yet.
pub(super) fn fill(seed: &mut Seed<'_>, dates: &Dates) -> Result<(), StoreError> {
    for date in &dates.popular {
        for n in 0..3 + seed.chance.below(6) {
            let waiting_since = 40 - i64::try_from(n).unwrap_or_default();
            let (state, offered) = match (n, seed.chance.below(4)) {
                (0, 0) => ("offered", Some(50)),
                (0, _) => ("offered", Some(7)),
                (1, 0) => ("expired", Some(120)),
                (1, 1) => ("left", None),
                _ => ("waiting", None),
            };
            for person in people::group(seed, 0) {
                seed.waits(person, date, waiting_since, state, offered)?;
            }
        }
    }
    Ok(())
}
