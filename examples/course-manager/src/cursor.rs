//! Where a page of a list by time ends: the instant and the id of its last row, as `1732226400.R-0042`.
use portal_core::{
    StoreError,
    store::{Cursor, Page},
};

/// The last row shown. The start of a list lies before its first row, on either side of time.
pub(crate) struct After {
    pub(crate) at: i64,
    pub(crate) id: String,
}

impl After {
    /// Where a list that begins with the earliest goes on.
    pub(crate) fn earlier(page: &Page) -> Result<Self, StoreError> {
        Self::read(page, i64::MIN)
    }

    /// Where a list that begins with the latest goes on.
    pub(crate) fn later(page: &Page) -> Result<Self, StoreError> {
        Self::read(page, i64::MAX)
    }

    pub(crate) fn cursor(at: i64, id: &str) -> Cursor {
        Cursor::new(format!("{at}.{id}"))
    }

    fn read(page: &Page, start: i64) -> Result<Self, StoreError> {
        let Some(cursor) = &page.after else {
            let id = String::new();
            return Ok(Self { at: start, id });
        };
        let parts = cursor.as_str().split_once('.');
        let (at, id) = parts.ok_or(StoreError::BadCursor)?;
        Ok(Self {
            at: at.parse().map_err(|_| StoreError::BadCursor)?,
            id: id.to_owned(),
        })
    }
}

/// One row more than the page holds says whether there is a next one.
pub(crate) fn one_more(page: &Page) -> i64 {
    i64::from(page.size.get()) + 1
}
