//! Page markers: which list, and the keys of the last row shown. Written in hex, so that they are opaque and safe in a URL.
use std::fmt::Write;

use portal_core::store::{Cursor, Page, StoreError};

/// Marks where a page of `list` ended.
pub(crate) fn after(list: &str, keys: &[&str]) -> Cursor {
    let parts: Vec<&str> = std::iter::once(list).chain(keys.iter().copied()).collect();
    let text = serde_json::to_string(&parts).unwrap_or_default();
    let mut hex = String::with_capacity(text.len() * 2);
    for byte in text.bytes() {
        // Writing to a string cannot fail.
        let _ = write!(hex, "{byte:02x}");
    }
    Cursor::new(hex)
}

/// The keys a page of `list` goes on after; `None` on the first page.
pub(crate) fn keys<const N: usize>(
    list: &str,
    page: &Page,
) -> Result<Option<[String; N]>, StoreError> {
    let Some(cursor) = &page.after else {
        return Ok(None);
    };
    let parts = unhex(cursor.as_str())
        .and_then(|text| serde_json::from_slice::<Vec<String>>(&text).ok())
        .ok_or(StoreError::BadCursor)?;
    let mut parts = parts.into_iter();
    if parts.next().as_deref() != Some(list) {
        return Err(StoreError::BadCursor);
    }
    let keys: Vec<String> = parts.collect();
    keys.try_into().map(Some).map_err(|_| StoreError::BadCursor)
}

/// One more row than fits: that is how a page knows whether it is the last.
pub(crate) fn one_more(page: &Page) -> i64 {
    i64::from(page.size.get().min(Page::LARGEST)) + 1
}

fn unhex(hex: &str) -> Option<Vec<u8>> {
    let digits: Vec<u8> = hex
        .chars()
        .map(|c| c.to_digit(16).and_then(|d| u8::try_from(d).ok()))
        .collect::<Option<_>>()?;
    let (pairs, rest) = digits.as_chunks::<2>();
    rest.is_empty()
        .then(|| pairs.iter().map(|[high, low]| high << 4 | low).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_marker_goes_on_where_its_own_list_ended_and_nowhere_else() {
        let page = Page::first(3).following(after("audit", &["7", "ü\"x"]));
        let keys_of = |list| keys::<2>(list, &page);
        assert_eq!(
            keys_of("audit").unwrap(),
            Some(["7".to_owned(), "ü\"x".to_owned()])
        );
        assert!(matches!(keys_of("outbox"), Err(StoreError::BadCursor)));
        assert!(keys::<1>("audit", &page).is_err());
        assert_eq!(keys::<1>("audit", &Page::first(3)).unwrap(), None);
        for text in ["", "zz", "5", "5b5d", "ff", "é"] {
            let page = Page::first(3).following(Cursor::new(text));
            assert!(matches!(
                keys::<1>("audit", &page),
                Err(StoreError::BadCursor)
            ));
        }
    }
}
