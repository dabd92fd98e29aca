//! What is kept about accounts, and what is kept from whom.
use std::sync::Arc;

use portal_core::{
    Commit, Decision, Id, Page, RecordRef, Store, StoreError,
    accounts::{
        AccountChange, AccountKey, AccountStore, Drawn, Entry, Outcome, PassHolder, PassKind,
        SealedSecret, Sweep, Then,
    },
};
use portal_store::sqlite::{Sqlite, SqliteStore};
use portal_testkit::facts::{
    AttemptFacts, PassFacts, access, attempt, customer_of, days, draw, email, hours, login, pass,
    password, request, secret, sign_up, today,
};

use crate::host::{Place, Seats, yes};

/// Ana has an account, with a password that nobody sees.
fn opened(n: u128) -> Decision {
    let ana = access("ana");
    let (account, contact) = (ana.account, ana.contact);
    yes(n)
        .changed(AccountChange::Opened {
            account: account.clone(),
            contact,
            customer: customer_of("ana"),
            email: ana.email,
            phone: None,
        })
        .changed(AccountChange::PasswordSet {
            account,
            password: password("opensesame"),
            device: Some(secret("a browser")),
        })
}

async fn applied(store: &SqliteStore, decision: Decision) {
    assert_eq!(store.commit(decision).await.unwrap(), Commit::Applied);
}

async fn let_in(store: &SqliteStore, id: &str) -> Result<Commit, StoreError> {
    let key = AccountKey::Id(access("ana").account);
    let known = store.account(&key).await.unwrap().unwrap();
    let row = attempt(today()).on(&known.value, Outcome::Done);
    let mut entry = Entry::new(login(id), known);
    entry.device = Some(secret(id));
    store.conclude(row, Then::Enter(Box::new(entry))).await
}

/// T27
#[tokio::test]
async fn two_tenants_with_the_same_people_never_see_each_other() {
    let place = Place::new().await;
    let (acme, zenith) = (&place.store, place.db.tenant("zenith", Arc::new(Seats)));
    let decision = opened(1)
        .changed(AccountChange::PassIssued { pass: pass("p1") })
        .changed(AccountChange::Requested {
            request: Box::new(request("q1")),
        });
    applied(acme, decision.clone()).await;
    let_in(acme, "s1").await.unwrap();
    acme.draw(&[draw("d", 1)], today()).await.unwrap();

    let by_email = AccountKey::Email(email("ana@acme.example"));
    let page = Page::first(10);
    assert_eq!(zenith.account(&by_email).await.unwrap(), None);
    assert_eq!(zenith.pass(&secret("p1")).await.unwrap(), None);
    assert_eq!(zenith.session(&secret("s1")).await.unwrap(), None);
    let of = access("ana").account;
    assert!(zenith.sessions(&of).await.unwrap().is_empty());
    assert_eq!(zenith.request(&Id::new("q1")).await.unwrap(), None);
    let log = zenith.attempts(None, &page).await.unwrap();
    assert!(log.items.is_empty());
    let drawn = zenith.draw(&[draw("d", 1)], today()).await.unwrap();
    assert_eq!(drawn, Drawn::Granted);

    applied(&zenith, decision).await;
    let gone = AccountChange::SessionsEnded {
        account: of.clone(),
        but: None,
    };
    applied(&zenith, yes(2).changed(gone)).await;
    let late = today() + days(4_000);
    zenith.sweep(&Sweep::new(late, late, late)).await.unwrap();
    assert!(acme.session(&secret("s1")).await.unwrap().is_some());
    assert!(acme.pass(&secret("p1")).await.unwrap().is_some());
    assert_eq!(acme.attempts(None, &page).await.unwrap().items.len(), 1);
}

/// T36: the audit trail is kept for ever and read by many.
#[tokio::test]
async fn the_audit_trail_holds_nothing_that_opens_a_door_and_nobodys_address() {
    let place = Place::new().await;
    let account = access("ana").account;
    let kind = PassKind::NewEmail {
        email: email("secretly@new.example"),
    };
    let decision = opened(1)
        .changed(AccountChange::SecondFactorSet {
            account: account.clone(),
            sealed: SealedSecret::new("sealedseed"),
        })
        .changed(AccountChange::PassIssued {
            pass: pass("p1").of(&account).good_for(kind),
        })
        .changed(AccountChange::Requested {
            request: Box::new(sign_up("q1")),
        });
    applied(&place.store, decision).await;
    let trail: String = place
        .raw()
        .query_row("select changes from portal_command", [], |row| row.get(0))
        .unwrap();
    for told in [
        "opened",
        "password_set",
        "pass_issued",
        "requested",
        "account-of-ana",
        "p1",
        "q1",
    ] {
        assert!(trail.contains(told), "{told} is not in {trail}");
    }
    let (hash, signed_up) = (password("opensesame"), password("q1's password"));
    let digests = [secret("p1"), secret("a browser")].map(|digest| digest.to_string());
    let untold = [
        hash.expose(),
        signed_up.expose(),
        "sealedseed",
        "@acme.example",
        "@new.example",
        &digests[0],
        &digests[1],
    ];
    for secret in untold {
        assert!(!trail.contains(secret), "{secret} is in {trail}");
    }
}

/// T36
#[tokio::test]
async fn the_sign_in_log_itself_refuses_to_change() {
    let place = Place::new().await;
    place
        .store
        .conclude(attempt(today()), Then::Nothing)
        .await
        .unwrap();
    let db = place.raw();
    for sql in [
        "update portal_attempt set outcome = 'done'",
        "insert or replace into portal_attempt select tenant, row, at, flow, 'done', account, customer, typed, ip, agent from portal_attempt",
    ] {
        let refused = db.execute(sql, []).unwrap_err().to_string();
        assert!(refused.contains("append-only"), "{refused}");
    }
}

#[tokio::test]
async fn sessions_links_allowances_and_the_log_are_there_when_the_file_is_opened_again() {
    let place = Place::new().await;
    let account = access("ana").account;
    let issued = AccountChange::PassIssued { pass: pass("p1") };
    applied(&place.store, opened(1).changed(issued)).await;
    let_in(&place.store, "s1").await.unwrap();
    let once = [draw("once", 1)];
    place.store.draw(&once, today()).await.unwrap();

    let db = Sqlite::open(place.file()).unwrap();
    let again = db.tenant("acme", Arc::new(Seats));
    let open = again.session(&secret("s1")).await.unwrap().unwrap();
    assert_eq!(open.session, login("s1"));
    assert_eq!(
        open.access.value.devices,
        [secret("s1"), secret("a browser")]
    );
    let kept = again.pass(&secret("p1")).await.unwrap().unwrap();
    assert_eq!(kept.of, PassHolder::Account(account));
    let drawn = again.draw(&once, today()).await.unwrap();
    let again_at = Some(today() + hours(1));
    assert_eq!(drawn, Drawn::Refused { again_at });
    let log = again.attempts(None, &Page::first(5)).await.unwrap();
    assert_eq!(log.items.len(), 1);
}

/// Eight who share a transaction are undone alone: the log has a row for each who got in, and none for who did not.
#[tokio::test]
async fn who_is_not_let_in_leaves_no_row_and_disturbs_nobody_in_the_same_transaction() {
    let place = Place::new().await;
    applied(&place.store, opened(1)).await;
    let key = AccountKey::Id(access("ana").account);
    let old = place.store.account(&key).await.unwrap().unwrap();
    let forgotten = AccountChange::DevicesForgotten {
        account: access("ana").account,
    };
    applied(&place.store, yes(2).changed(forgotten)).await;
    let new = place.store.account(&key).await.unwrap().unwrap();

    let tries = (0..8).map(|n| {
        let store = place.store.clone();
        let seen = if n % 2 == 0 { &old } else { &new };
        let row = attempt(today()).on(&seen.value, Outcome::Done);
        let entry = Entry::new(login(&format!("s{n}")), seen.clone());
        tokio::spawn(async move { store.conclude(row, Then::Enter(Box::new(entry))).await })
    });
    let mut let_in = 0;
    for one in tries.collect::<Vec<_>>() {
        match one.await.unwrap() {
            Ok(Commit::Applied) => let_in += 1,
            Err(StoreError::Conflict(_)) => {}
            other => panic!("{other:?}"),
        }
    }
    assert_eq!(let_in, 4);
    assert_eq!(place.count("select count(*) from portal_attempt"), 4);
    assert_eq!(place.count("select count(*) from portal_session"), 4);
}

/// What the host cannot record takes what the store has recorded with it.
#[tokio::test]
async fn a_change_the_host_does_not_know_undoes_what_happened_to_the_account() {
    let place = Place::new().await;
    let unknown = portal_core::accounts::ContactChange::EmailChanged {
        contact: Id::new("ana"),
        email: email("ana@new.example"),
    };
    let decision = opened(1).changed(unknown);
    let row = attempt(today());
    let ended = place
        .store
        .conclude(row, Then::Commit(Box::new(decision)))
        .await;
    assert!(
        matches!(ended, Err(StoreError::Unsupported(_))),
        "{ended:?}"
    );
    for table in [
        "select count(*) from portal_account",
        "select count(*) from portal_device",
        "select count(*) from portal_attempt",
        "select count(*) from portal_command",
    ] {
        assert_eq!(place.count(table), 0, "{table}");
    }
}

#[tokio::test]
async fn a_change_of_an_account_that_is_not_there_is_a_conflict_about_it() {
    let place = Place::new().await;
    let account = access("ana").account;
    let revoked = AccountChange::PassesRevoked {
        account: account.clone(),
    };
    let ended = place.store.commit(yes(1).changed(revoked)).await;
    let Err(StoreError::Conflict(expected)) = ended else {
        panic!("{ended:?}")
    };
    let about = RecordRef::Account(account);
    assert!(
        matches!(&*expected, portal_core::Expectation::Unchanged(record, _) if *record == about)
    );
}
