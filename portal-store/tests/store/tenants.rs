use std::sync::Arc;

use portal_core::{
    Commit, Contact, Directory, Id, Page, Store, Surname, TryKey,
    store::{Claim, EffectOutcome},
};
use portal_store::{AuditCheck, Import, sqlite::MirrorTables};

use crate::host::{Place, Seats, command, now, yes};

/// T27: two tenants in one file, with the same ids for everything.
#[tokio::test]
async fn tenants_in_one_file_never_see_each_other() {
    let place = Place::new().await;
    let (acme, zenith) = (&place.store, place.db.tenant("zenith", Arc::new(Seats)));
    assert_eq!(acme.commit(yes(1)).await.unwrap(), Commit::Applied);
    acme.commit(yes(2)).await.unwrap();
    assert_eq!(zenith.receipt(command(1)).await.unwrap(), None);
    assert_eq!(zenith.commit(yes(1)).await.unwrap(), Commit::Applied);

    let page = Page::first(10);
    assert_eq!(acme.audit(&page).await.unwrap().items.len(), 2);
    assert_eq!(zenith.audit(&page).await.unwrap().items.len(), 1);
    assert_eq!(zenith.outbox(&page).await.unwrap().items.len(), 1);

    let of = TryKey::new("surname", &Id::new("a1"));
    let later = now() + chrono::TimeDelta::seconds(1);
    assert_eq!(acme.note_try(&of, later, now()).await.unwrap(), 1);
    assert_eq!(zenith.note_try(&of, later, now()).await.unwrap(), 1);

    let topics = vec![portal_core::Topic::Mail];
    let lease = chrono::TimeDelta::minutes(1);
    let claim = Claim::new(now() + lease, lease, 10, topics);
    let claimed = zenith.claim_effects(&claim).await.unwrap();
    assert_eq!(claimed.len(), 1);
    let id = claimed[0].effect.id;
    assert!(
        !acme
            .settle_effect(id, 1, EffectOutcome::Done)
            .await
            .unwrap()
    );
    assert!(
        zenith
            .settle_effect(id, 1, EffectOutcome::Done)
            .await
            .unwrap()
    );
    assert_eq!(acme.outbox(&page).await.unwrap().items.len(), 2);

    let head = acme.seal_audit(10).await.unwrap();
    let other = zenith.seal_audit(10).await.unwrap();
    assert_eq!((head.row, other.row), (2, 1));
    let unsealed = 0;
    let sound = |head| AuditCheck::Sound { head, unsealed };
    assert_eq!(
        zenith.check_audit(Some(&other)).await.unwrap(),
        sound(other)
    );
    assert_eq!(acme.check_audit(Some(&head)).await.unwrap(), sound(head));
}

/// T27
#[tokio::test]
async fn mirrored_records_of_one_tenant_are_not_anothers() {
    let place = Place::new().await;
    let [acme, zenith] = ["acme", "zenith"].map(|tenant| MirrorTables::new(&place.db, tenant));
    let person = |surname: &str| Contact::new(Id::new("k1"), Id::new("c1"), "Ana", surname);
    acme.import(Import::new().contact(person("Cruz")))
        .await
        .unwrap();
    assert_eq!(zenith.contact(&Id::new("k1")).await.unwrap(), None);
    zenith
        .import(Import::new().contact(person("Diaz")))
        .await
        .unwrap();
    let found = acme.contact(&Id::new("k1")).await.unwrap().unwrap();
    assert_eq!(found.value.surname, Surname::from("Cruz"));
}
