use std::sync::Arc;

use chrono::TimeDelta;
use portal_core::{
    Commit, Decision, Expectation, Id, Loaded, Store, StoreError,
    courses::{
        CourseChange, CourseRecords, PlaceOffer, Registration, RegistrationStatus, Session,
        WaitingState,
    },
};
use portal_store::{
    Import, Imported,
    postgres::{MirrorTables, PostgresStore},
};
use portal_testkit::facts::{
    RegistrationFacts, WaitingPlaceFacts, contact, registration, session, today, waiting_place,
};

use crate::host::{Place, yes};

struct Mirror {
    place: Place,
    tables: MirrorTables,
    store: PostgresStore,
}

async fn mirror() -> Mirror {
    let place = Place::new().await;
    let tables = MirrorTables::new(&place.db, "nightly");
    let store = place.db.tenant("nightly", Arc::new(tables.clone()));
    Mirror {
        place,
        tables,
        store,
    }
}

/// Last night's: ana is on s1, which has two places left, as has s2.
fn last_night() -> Import {
    let [s1, s2] = ["s1", "s2"].map(|id| session(id).with_places(2));
    Import::new()
        .session(s2)
        .registration(registration("r1").of(&contact("ana")).on(s1))
}

/// Tonight's: the host has moved ana, and counted its places again.
fn tonight() -> Import {
    let (s1, s2) = (session("s1").with_places(3), session("s2").with_places(1));
    Import::new()
        .session(s1)
        .registration(registration("r1").of(&contact("ana")).on(s2))
}

impl Mirror {
    async fn import(&self, batch: Import) -> Imported {
        self.tables.import(batch).await.unwrap()
    }

    async fn count(&self, sql: &'static str) -> i64 {
        self.place.count_of("nightly", sql).await
    }

    async fn r1(&self) -> Loaded<Registration> {
        let found = self.tables.registration(&Id::new("r1")).await;
        found.unwrap().unwrap()
    }

    async fn left(&self, session: &str) -> u32 {
        let found = self
            .tables
            .transfer(&Id::new("r1"), &Id::new(session))
            .await;
        let to: Session = found.unwrap().unwrap().to.unwrap();
        to.places_left
    }

    async fn apply(&self, decision: Decision) {
        let ended = self.store.commit(decision).await.unwrap();
        assert_eq!(ended, Commit::Applied);
    }

    async fn move_r1(&self, n: u128) {
        let moved = CourseChange::Transferred {
            registration: Id::new("r1"),
            from: Id::new("s1"),
            to: Id::new("s2"),
        };
        self.apply(yes(n).given(&self.r1().await).changed(moved))
            .await;
    }
}

#[tokio::test]
async fn the_same_import_again_changes_nothing_and_leaves_every_version() {
    let mirror = mirror().await;
    let first = mirror.import(last_night()).await;
    assert_eq!((first.added, first.changed, first.unchanged), (4, 0, 0));
    let before = mirror.r1().await;
    let again = mirror.import(last_night()).await;
    assert_eq!((again.added, again.changed, again.unchanged), (0, 0, 4));
    assert_eq!(mirror.r1().await, before);
    mirror.apply(yes(1).given(&before)).await;

    let renamed = registration("r1")
        .of(&contact("ana"))
        .on(session("s1").with_places(2));
    let over = renamed.now(RegistrationStatus::Completed);
    let edited = mirror.import(Import::new().registration(over)).await;
    assert_eq!(edited.changed, 1);
    let ended = mirror.store.commit(yes(2).given(&before)).await;
    assert!(matches!(ended, Err(StoreError::Conflict(_))));
}

/// T21: the import was made before the transfer, and comes after it.
#[tokio::test]
async fn a_place_taken_here_is_not_given_away_again_by_an_older_import() {
    let mirror = mirror().await;
    mirror.import(last_night()).await;
    mirror.move_r1(1).await;
    assert_eq!((mirror.left("s1").await, mirror.left("s2").await), (3, 1));
    for _ in 0..2 {
        let older = mirror.import(last_night()).await;
        assert_eq!(older.outdated, 1);
        assert_eq!(mirror.r1().await.value.session.id, Id::new("s2"));
        assert_eq!(mirror.left("s2").await, 1, "still taken");
    }
    let places = |at_least| Expectation::PlacesLeft {
        session: Id::new("s2"),
        at_least,
    };
    let too_many = mirror.store.commit(yes(2).expecting(places(2))).await;
    assert!(matches!(too_many, Err(StoreError::Conflict(_))));

    mirror.import(tonight()).await;
    assert_eq!((mirror.left("s1").await, mirror.left("s2").await), (3, 1));
    assert_eq!(
        mirror
            .count("select count(*) from portal_mirror_place")
            .await,
        0
    );
}

#[tokio::test]
async fn places_that_the_host_gave_away_meanwhile_are_never_sold_twice() {
    let mirror = mirror().await;
    mirror.import(last_night()).await;
    mirror.move_r1(1).await;
    let s2 = session("s2").with_places(0);
    mirror.import(Import::new().session(s2)).await;
    assert_eq!(mirror.left("s2").await, 0);
    mirror
        .import(Import::new().session(session("s2").with_places(1)))
        .await;
    assert_eq!(mirror.left("s2").await, 0, "the one is taken here");
}

#[tokio::test]
async fn what_was_cancelled_here_is_not_brought_back_by_an_older_import() {
    let mirror = mirror().await;
    mirror.import(last_night()).await;
    mirror.move_r1(1).await;
    let cancelled = CourseChange::Cancelled {
        registration: Id::new("r1"),
        session: Id::new("s2"),
    };
    mirror.apply(yes(2).changed(cancelled)).await;
    for older in [last_night(), tonight()] {
        assert_eq!(mirror.import(older).await.outdated, 1);
        assert_eq!(
            mirror.r1().await.value.status,
            RegistrationStatus::Cancelled
        );
    }
    let ruled = mirror.import(last_night().overruling(Id::new("r1"))).await;
    assert_eq!(ruled.outdated, 0);
    assert_eq!(mirror.r1().await.value.status, RegistrationStatus::Active);
}

#[tokio::test]
async fn an_import_read_before_one_that_is_in_changes_nothing() {
    let mirror = mirror().await;
    mirror.import(last_night().read_at(today())).await;
    let newer = tonight().read_at(today() + TimeDelta::hours(20));
    mirror.import(newer).await;
    let late = mirror.import(last_night().read_at(today())).await;
    assert_eq!((late.outdated, late.changed), (2, 0));
    assert_eq!(mirror.r1().await.value.session.id, Id::new("s2"));
}

#[tokio::test]
async fn somebody_who_took_a_place_is_on_the_date_until_the_host_registers_them() {
    let mirror = mirror().await;
    let s2 = session("s2").with_places(1);
    let offer = PlaceOffer::open_to_others(today());
    let waits = waiting_place("w1").of(&contact("eli")).on(s2.clone());
    let offered = Import::new().waiting_place(waits.clone().offered(offer));
    mirror.import(last_night()).await;
    mirror.import(offered.clone()).await;
    let taken = CourseChange::PlaceAccepted {
        place: Id::new("w1"),
        session: Id::new("s2"),
        contact: Id::new("eli"),
        held: false,
    };
    mirror.apply(yes(1).changed(taken)).await;
    assert_eq!(mirror.left("s2").await, 0);
    assert_eq!(mirror.import(offered).await.outdated, 1);
    assert_eq!(mirror.left("s2").await, 0, "not given away again");
    let found = mirror.tables.waiting_place(&Id::new("w1")).await.unwrap();
    assert_eq!(found.unwrap().value.state, WaitingState::Accepted);

    let of_the_host = registration("r77")
        .of(&contact("eli"))
        .on(session("s2").with_places(0));
    mirror.import(Import::new().registration(of_the_host)).await;
    assert_eq!(mirror.left("s2").await, 0);
    let count = "select count(*) from portal_mirror_registration where contact = 'eli'";
    assert_eq!(mirror.count(count).await, 1);

    let anew = PlaceOffer::held(today() + TimeDelta::hours(1));
    let again = Import::new().waiting_place(waits.offered(anew.clone()));
    assert_eq!(
        mirror.import(again).await.outdated,
        0,
        "a later offer is news"
    );
    let found = mirror.tables.waiting_place(&Id::new("w1")).await.unwrap();
    assert_eq!(found.unwrap().value.state, WaitingState::Offered(anew));
}

#[tokio::test]
async fn an_import_is_taken_over_whole_or_not_at_all() {
    let mirror = mirror().await;
    let no = "create function no() returns trigger language plpgsql as $$ begin raise exception 'no'; end $$;
        create trigger no before insert on portal_mirror_registration for each row execute function no();";
    mirror.place.run(no).await.unwrap();
    mirror.tables.import(last_night()).await.unwrap_err();
    assert_eq!(
        mirror
            .count("select count(*) from portal_mirror_contact")
            .await,
        0
    );
    assert_eq!(
        mirror
            .count("select count(*) from portal_mirror_session")
            .await,
        0
    );
}

/// eli took a place on s2 from the waiting list here, and then changed it here; the host registers eli on s2 only afterwards.
async fn accepted_and_then(change: CourseChange) -> Mirror {
    let mirror = mirror().await;
    mirror.import(last_night()).await;
    let s3 = session("s3").with_places(4);
    let s2 = session("s2").with_places(1);
    let offer = PlaceOffer::open_to_others(today());
    let waits = waiting_place("w1").of(&contact("eli")).on(s2);
    let offered = Import::new()
        .session(s3)
        .waiting_place(waits.offered(offer));
    mirror.import(offered).await;
    let taken = CourseChange::PlaceAccepted {
        place: Id::new("w1"),
        session: Id::new("s2"),
        contact: Id::new("eli"),
        held: false,
    };
    mirror.apply(yes(1).changed(taken)).await;
    mirror.apply(yes(2).changed(change)).await;
    let of_the_host = registration("r77")
        .of(&contact("eli"))
        .on(session("s2").with_places(0));
    let told = mirror.import(Import::new().registration(of_the_host)).await;
    assert_eq!(told.outdated, 1, "what was done here stands");
    let count = "select count(*) from portal_mirror_registration where contact = 'eli'";
    assert_eq!(mirror.count(count).await, 1, "and goes by the host's id");
    mirror
}

#[tokio::test]
async fn a_place_taken_and_cancelled_here_stays_cancelled_when_the_host_registers_it_late() {
    let mirror = accepted_and_then(CourseChange::Cancelled {
        registration: Id::new("accepted-w1"),
        session: Id::new("s2"),
    })
    .await;
    let r77 = mirror.tables.registration(&Id::new("r77")).await.unwrap();
    assert_eq!(r77.unwrap().value.status, RegistrationStatus::Cancelled);
    assert_eq!(
        mirror.left("s2").await,
        0,
        "the host has not counted it yet"
    );
}

#[tokio::test]
async fn a_place_taken_and_moved_here_stays_moved_when_the_host_registers_it_late() {
    let mirror = accepted_and_then(CourseChange::Transferred {
        registration: Id::new("accepted-w1"),
        from: Id::new("s2"),
        to: Id::new("s3"),
    })
    .await;
    let r77 = mirror.tables.registration(&Id::new("r77")).await.unwrap();
    assert_eq!(r77.unwrap().value.session.id, Id::new("s3"));
    assert_eq!((mirror.left("s2").await, mirror.left("s3").await), (0, 3));
    let known = registration("r77")
        .of(&contact("eli"))
        .on(session("s3").with_places(3));
    mirror.import(Import::new().registration(known)).await;
    assert_eq!(mirror.left("s3").await, 3, "told once, counted once");
}
