use portal_core::{
    Listing, Page, Store, StoreError, Topic,
    store::{Claim, EffectOutcome},
};

use crate::host::{Place, now, yes};

async fn all<T>(size: u16, list: impl AsyncFn(Page) -> Result<Listing<T>, StoreError>) -> Vec<T> {
    let mut page = Page::first(size);
    let mut found = vec![];
    loop {
        let Listing { items, next, .. } = list(page.clone()).await.unwrap();
        assert!(items.len() <= usize::from(size));
        found.extend(items);
        match next {
            Some(cursor) => page = page.following(cursor),
            None => return found,
        }
    }
}

#[tokio::test]
async fn pages_of_every_size_add_up_to_the_whole_list() {
    let place = Place::new().await;
    for n in 0..103 {
        place.store.commit(yes(n)).await.unwrap();
    }
    let store = &place.store;
    let audit = all(100, async |page| store.audit(&page).await).await;
    let outbox = all(100, async |page| store.outbox(&page).await).await;
    assert_eq!((audit.len(), outbox.len()), (103, 103));
    assert!(audit.is_sorted_by(|one, next| one.at > next.at));
    assert!(outbox.is_sorted_by(|one, next| one.since < next.since));
    for size in 1..=100 {
        assert_eq!(
            all(size, async |page| store.audit(&page).await).await,
            audit
        );
        assert_eq!(
            all(size, async |page| store.outbox(&page).await).await,
            outbox
        );
    }
}

#[tokio::test]
async fn a_list_that_grows_and_shrinks_while_it_is_read_shows_each_row_once() {
    let place = Place::new().await;
    let store = &place.store;
    for n in 0..20 {
        store.commit(yes(n)).await.unwrap();
    }
    let mut n = 20;
    let mut page = Page::first(3);
    let mut trail = vec![];
    while let Listing {
        items,
        next: Some(next),
        ..
    } = store.audit(&page).await.unwrap()
    {
        trail.extend(items);
        store.commit(yes(n)).await.unwrap();
        n += 1;
        page = page.following(next);
    }
    trail.extend(store.audit(&page).await.unwrap().items);
    assert_eq!(trail.len(), 20, "what came later is on no later page");
    assert!(trail.is_sorted_by(|one, next| one.at > next.at));

    let before = store.outbox(&Page::first(100)).await.unwrap().items;
    let first = store.outbox(&Page::first(5)).await.unwrap();
    let lease = chrono::TimeDelta::minutes(1);
    let claim = Claim::new(now() + lease * 60, lease, 5, vec![Topic::Mail]);
    for claimed in store.claim_effects(&claim).await.unwrap() {
        let id = claimed.effect.id;
        store
            .settle_effect(id, 1, EffectOutcome::Done)
            .await
            .unwrap();
    }
    let page = Page::first(100).following(first.next.unwrap());
    let rest = store.outbox(&page).await.unwrap().items;
    assert_eq!(
        rest,
        before[5..],
        "what was on the first page is gone, and nothing is skipped"
    );
}
