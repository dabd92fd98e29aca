//! Lists read to their end, page by page, each page held to what a page promises.
use portal_core::{
    AuditEntry, Listing, Page, StoreError,
    store::{Cursor, QueuedEffect},
};

use crate::World;

/// The sizes every list is read in: the smallest, two that fit nothing evenly, and the largest.
pub(crate) const SIZES: [u16; 5] = [1, 2, 3, 7, 100];

/// More pages than any case fills: a list that goes on after that goes in circles.
const MOST_PAGES: usize = 2_000;

/// Everything on a list, read in pages of `size`.
pub(crate) async fn all<T>(
    size: u16,
    page_of: impl AsyncFn(Page) -> Result<Listing<T>, StoreError>,
) -> Vec<T> {
    rest(Page::first(size), page_of).await
}

/// Everything on a list from this page on.
pub(crate) async fn rest<T>(
    page: Page,
    page_of: impl AsyncFn(Page) -> Result<Listing<T>, StoreError>,
) -> Vec<T> {
    let mut found = vec![];
    let mut next = Some(page);
    for _ in 0..MOST_PAGES {
        let Some(page) = next else { return found };
        let followed = page.after.is_some();
        let listing = page_of(page.clone()).await.unwrap();
        let on_it = listing.items.len();
        assert!(on_it <= page.len(), "{on_it} on a page of {}", page.len());
        assert!(
            on_it > 0 || !followed,
            "a page said there is more, and there was not"
        );
        assert!(
            on_it > 0 || listing.next.is_none(),
            "an empty page says there is more"
        );
        found.extend(listing.items);
        next = listing.next.map(|cursor| page.following(cursor));
    }
    panic!("the list goes in circles");
}

/// Everything that is owed, oldest first.
pub(crate) async fn outbox(world: &dyn World) -> Vec<QueuedEffect> {
    let store = world.store();
    all(100, async |page| store.outbox(&page).await).await
}

/// The whole audit trail, newest first.
pub(crate) async fn audit(world: &dyn World) -> Vec<AuditEntry> {
    let store = world.store();
    all(100, async |page| store.audit(&page).await).await
}

/// The first page, and where it ended.
pub(crate) fn begun<T>(listing: Listing<T>) -> (Vec<T>, Cursor) {
    let Listing { items, next, .. } = listing;
    (items, next.unwrap())
}

/// Holds a list to `expected`, read in pages of every size.
pub(crate) async fn reads<T: PartialEq + std::fmt::Debug>(
    expected: &[T],
    page_of: impl AsyncFn(Page) -> Result<Listing<T>, StoreError>,
) {
    for size in SIZES {
        let found = all(size, &page_of).await;
        assert_eq!(found, expected, "in pages of {size}");
    }
}

/// Reads a page of `size`, lets `meanwhile` happen, and reads the rest: what was there before must be there once, in order.
pub(crate) async fn reads_on_while<T: PartialEq + std::fmt::Debug>(
    expected: &[T],
    size: u16,
    page_of: impl AsyncFn(Page) -> Result<Listing<T>, StoreError>,
    meanwhile: impl AsyncFnOnce(),
) {
    let first = Page::first(size);
    let (mut found, ended) = begun(page_of(first.clone()).await.unwrap());
    meanwhile().await;
    found.extend(rest(first.following(ended), page_of).await);
    assert_eq!(found, expected);
}
