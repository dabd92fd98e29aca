//! What a newer release owes, or a build with another feature: this one leaves it alone, and is not stopped by it. Each store runs these in its own suite, over its own `host`.
use chrono::{DateTime, TimeDelta, Utc};
use portal_core::{
    EffectKind, Id, Page, Store, Topic,
    effect::Recipient,
    store::{Claim, MessageLog, QueuedEffect},
};

use crate::host::{Place, now, yes};

const UNKNOWN: EffectKind = EffectKind::Unknown { topic: Topic::Mail };

/// Messages 1 and on, of which so many are of a kind that there is not in this build.
async fn owed(messages: u128, of_another: u16) -> Place {
    let place = Place::new().await;
    for n in 1..=messages {
        place.store.commit(yes(n)).await.unwrap();
    }
    let theirs = format!(
        "update portal_outbox set kind = replace(kind, 'registration-transferred', 'registration-sung') where row <= {of_another}"
    );
    place.edit(&theirs).await;
    place
}

/// What is claimed, so many at most: to whom, and in which try.
async fn claimed(place: &Place, at: DateTime<Utc>, limit: u16) -> Vec<(String, u32)> {
    let claim = Claim::new(at, TimeDelta::minutes(2), limit, vec![Topic::Mail]);
    let claimed = place.store.claim_effects(&claim).await.unwrap();
    let to = claimed.into_iter().map(|claimed| {
        let to = claimed.effect.recipient().unwrap().to_string();
        (to, claimed.tries)
    });
    to.collect()
}

async fn listed(place: &Place) -> Vec<QueuedEffect> {
    let (mut page, mut listed) = (Page::first(1), vec![]);
    loop {
        let found = place.store.outbox(&page).await.unwrap();
        listed.extend(found.items);
        let Some(next) = found.next else {
            return listed;
        };
        page = Page::first(1).following(next);
    }
}

#[tokio::test]
async fn what_this_build_does_not_understand_is_passed_over_until_one_that_does_claims_it() {
    let place = owed(12, 9).await;
    let at = now() + TimeDelta::minutes(1);
    let first = claimed(&place, at, 4).await;
    assert_eq!(first.len(), 3, "{first:?}");
    assert!(first.iter().all(|(_, tries)| *tries == 1), "{first:?}");
    assert_eq!(claimed(&place, at, 4).await, []);
    let ours = "update portal_outbox set kind = replace(kind, 'registration-sung', 'registration-transferred')";
    place.edit(ours).await;
    let within = at + TimeDelta::seconds(119);
    assert_eq!(claimed(&place, within, 100).await, []);
    let over = claimed(&place, at + TimeDelta::minutes(2), 100).await;
    let tries: Vec<_> = over.iter().map(|(_, tries)| *tries).collect();
    assert_eq!(tries, [1, 1, 1, 1, 1, 1, 1, 1, 1, 2, 2, 2]);
}

#[tokio::test]
async fn what_this_build_does_not_understand_is_listed_for_what_it_is() {
    let place = owed(3, 2).await;
    claimed(&place, now() + TimeDelta::minutes(1), 4).await;
    let all = listed(&place).await;
    let unknown: Vec<_> = all.iter().map(|of| of.effect.kind == UNKNOWN).collect();
    assert_eq!(unknown, [true, true, false]);
    assert_eq!(all[0].effect.topic(), Topic::Mail);
    let why = all[0].why.as_deref().unwrap();
    assert!(why.contains("does not understand"), "{why}");
    let reader = Recipient::Contact(Id::new("reader 1"));
    let page = Page::default();
    let log = place.store.messages(&reader, &page).await.unwrap();
    assert_eq!(log.items, all[..1]);
    let next = place.store.next_message(&reader).await.unwrap();
    assert_eq!(next.as_ref(), Some(&all[0]));

    let given_up = "update portal_outbox set dead = true, why = 'no such mailbox' where row = 1";
    place.edit(given_up).await;
    let given_up = place.store.given_up(&Page::default()).await.unwrap().items;
    assert_eq!(given_up.len(), 1);
    assert_eq!(given_up[0].effect, all[0].effect);
    let one = place.store.given_up_effect(all[0].effect.id).await;
    assert_eq!(one.unwrap().as_ref(), given_up.first());
}

#[tokio::test]
async fn what_is_owed_to_somebody_this_build_does_not_know_is_left_out_and_the_list_goes_on() {
    let place = owed(3, 2).await;
    let theirs = "update portal_outbox set topic = 'pigeons' where row = 2";
    place.edit(theirs).await;
    let all = listed(&place).await;
    let unknown: Vec<_> = all.iter().map(|of| of.effect.kind == UNKNOWN).collect();
    assert_eq!(unknown, [true, false]);
}
