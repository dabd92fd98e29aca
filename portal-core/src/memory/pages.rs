//! Keyset pages over rows in memory: each row has a key that sorts as the list does, and a page goes on after the last key it showed.
use chrono::{DateTime, Utc};

use crate::store::{Cursor, Listing, Page, StoreError};

/// Sorts by instant, then by id.
pub(super) fn earliest_first(at: DateTime<Utc>, id: &str) -> String {
    let since_min = i128::from(at.timestamp_micros()) - i128::from(i64::MIN);
    format!("{since_min:020}|{id}")
}

/// Sorts by instant, the latest first, then by id.
pub(super) fn latest_first(at: DateTime<Utc>, id: &str) -> String {
    let to_max = i128::from(i64::MAX) - i128::from(at.timestamp_micros());
    format!("{to_max:020}|{id}")
}

/// Sorts by place in a growing list, the last first.
pub(super) fn nth_last(n: usize) -> String {
    format!("{:020}|", usize::MAX - n)
}

/// Sorts by text, then by id.
#[cfg(any(feature = "courses", feature = "payments"))]
pub(super) fn by_text(text: &str, id: &str) -> String {
    format!("{text}\u{0}|{id}")
}

pub(super) fn page<T: Clone>(
    list: &str,
    mut rows: Vec<(String, &T)>,
    page: &Page,
) -> Result<Listing<T>, StoreError> {
    rows.sort_by(|(one, _), (other, _)| one.cmp(other));
    let after = match &page.after {
        None => None,
        Some(cursor) => Some(
            cursor
                .as_str()
                .strip_prefix(list)
                .and_then(|rest| rest.strip_prefix('/'))
                .filter(|key| key.contains('|'))
                .ok_or(StoreError::BadCursor)?,
        ),
    };
    let rest = rows
        .into_iter()
        .filter(|(key, _)| after.is_none_or(|after| key.as_str() > after));
    let found = rest.take(page.len() + 1).collect();
    let cut = Listing::cut(found, page, |(key, _)| Cursor::new(format!("{list}/{key}")));
    Ok(cut.map(|(_, row)| row.clone()))
}
