//! Accounts on `PostgreSQL`, beyond what every store promises about them.
use portal_core::{
    Commit, Decision, Expectation, Id, Page, RecordRef, Store, StoreError,
    accounts::{
        Access, AccountChange, AccountKey, AccountStore, ContactChange, Drawn, Entry, Outcome,
        People, Sweep, Then,
    },
};
use portal_store::{
    Import,
    postgres::{MirrorTables, Postgres, PostgresStore, sqlx},
};
use portal_testkit::facts::{
    AttemptFacts, access, attempt, draw, email, hours, login, pass, password, person, phone,
    request, secret, today,
};

use crate::{
    host::{Place, moving, yes},
    proxy::Proxy,
    server::SERVER,
    statements::through_a_proxy,
};

/// Somebody's account, with a password.
pub(crate) fn opening(n: u128, contact: &str) -> Decision {
    let new = access(contact);
    yes(n)
        .changed(AccountChange::Opened {
            account: new.account.clone(),
            contact: new.contact,
            customer: new.customer,
            email: new.email,
            phone: new.phone,
        })
        .changed(AccountChange::PasswordSet {
            account: new.account,
            password: new.password.unwrap(),
            device: None,
        })
}

fn mirrored(db: &Postgres, tenant: &str) -> (MirrorTables, PostgresStore) {
    let tables = MirrorTables::new(db, tenant);
    let store = tables.store();
    (tables, store)
}

fn done() -> portal_core::accounts::Attempt {
    attempt(today()).on(&access("ana"), Outcome::Done)
}

async fn ana(store: &PostgresStore) -> portal_core::Loaded<Access> {
    let by = AccountKey::Email(email("ana@acme.example"));
    store.account(&by).await.unwrap().unwrap()
}

async fn log(store: &PostgresStore) -> usize {
    let page = Page::first(100);
    store.attempts(None, &page).await.unwrap().items.len()
}

/// A row in every table there is for accounts.
pub(crate) async fn fill(store: &PostgresStore) {
    let asked = AccountChange::Requested {
        request: Box::new(request("q1")),
    };
    let mut decision = opening(77, "ana").changed(AccountChange::PassIssued { pass: pass("p1") });
    decision.effects.clear();
    store.commit(decision.changed(asked)).await.unwrap();
    store
        .draw(&[draw("of an account", 2)], today())
        .await
        .unwrap();
    let mut entry = Entry::new(login("s1"), ana(store).await);
    entry.device = Some(secret("her browser"));
    store
        .conclude(done(), Then::Enter(Box::new(entry)))
        .await
        .unwrap();
}

/// Who they are, what they act for, tries, entry.
#[tokio::test]
async fn a_sign_in_is_four_statements() {
    let (proxy, db): (Proxy, Postgres) = through_a_proxy().await;
    let (tables, store) = mirrored(&db, "acme");
    store.commit(opening(1, "ana")).await.unwrap();
    let batch = Import::new().person(person("ana"));
    tables.import(batch).await.unwrap();
    let mut counted = 0;
    for n in 0..2 {
        proxy.statements();
        let account = ana(&store).await;
        let who = tables.person(&account.value.contact).await.unwrap();
        assert_eq!(who, Some(person("ana")));
        let draws = ["of a network", "of an account", "of a browser"].map(|name| draw(name, 9));
        let answer = store.draw(&draws, today()).await.unwrap();
        assert_eq!(answer, Drawn::Granted);
        let mut entry = Entry::new(login(&format!("s{n}")), account);
        entry.refunds = draws
            .iter()
            .map(portal_core::accounts::Draw::refund)
            .collect();
        entry.rehashed = Some(password("hashed anew"));
        entry.device = Some(secret("her browser"));
        let then = Then::Enter(Box::new(entry));
        let ended = store.conclude(done(), then).await.unwrap();
        assert_eq!(ended, Commit::Applied);
        counted = proxy.statements();
    }
    assert_eq!(counted, 4);
    let after = ana(&store).await;
    assert_eq!(after.value.devices, [secret("her browser")]);
    assert_eq!(after.value.password, Some(password("hashed anew")));
}

/// A decision about an account is as cheap as any other.
#[tokio::test]
async fn a_commit_of_account_changes_to_the_mirror_is_one_statement_too() {
    let (proxy, db) = through_a_proxy().await;
    let (_, store) = mirrored(&db, "acme");
    store.commit(opening(1, "ana")).await.unwrap();
    let mut counted = 0;
    for n in 2..4 {
        let account = ana(&store).await;
        let issued = AccountChange::PassIssued {
            pass: pass(&format!("p{n}")),
        };
        let decision = yes(n).given(&account).changed(issued);
        proxy.statements();
        let then = Then::Commit(Box::new(decision));
        let ended = store.conclude(done(), then).await.unwrap();
        assert_eq!(ended, Commit::Applied);
        counted = proxy.statements();
    }
    assert_eq!(counted, 1);
}

/// Nobody knows whether it was committed, but the command does; and the log has one row for it.
#[tokio::test]
async fn an_answer_lost_at_the_door_is_replayed_and_logged_once() {
    let (proxy, db) = through_a_proxy().await;
    let (_, mirror) = mirrored(&db, "nightly");
    let host = Place::on(db.clone()).await;
    for (store, cut) in [
        (&host.store, "COMMIT".to_owned()),
        (&mirror, opening(1, "ana").command.to_string()),
    ] {
        proxy.cut_after(&cut);
        let conclude = || store.conclude(done(), Then::Commit(Box::new(opening(1, "ana"))));
        let lost = conclude().await;
        assert!(matches!(lost, Err(StoreError::Unavailable(_))), "{lost:?}");
        let again = conclude().await.unwrap();
        assert_eq!(again, Commit::Replayed(opening(1, "ana").receipt()));
        assert_eq!(log(store).await, 1);
        ana(store).await;
    }
}

#[tokio::test]
async fn an_account_that_is_no_longer_as_it_was_lets_nobody_in_and_logs_nothing() {
    let db = SERVER.migrated().await;
    let (_, store) = mirrored(&db, "acme");
    store.commit(opening(1, "ana")).await.unwrap();
    let before = ana(&store).await;
    let closed = AccountChange::StateChanged {
        account: before.value.account.clone(),
        state: portal_core::accounts::AccountState::Disabled,
    };
    store
        .commit(yes(2).given(&before).changed(closed))
        .await
        .unwrap();
    let mut entry = Entry::new(login("s1"), before.clone());
    entry.rehashed = Some(password("other"));
    let then = Then::Enter(Box::new(entry));
    let ended = store.conclude(done(), then).await;
    let Err(StoreError::Conflict(lost)) = ended else {
        panic!("{ended:?}")
    };
    let (record, version) = before.seen[0].clone();
    assert_eq!(*lost, Expectation::Unchanged(record, version));
    assert_eq!(log(&store).await, 0);
    assert_eq!(store.session(&secret("s1")).await.unwrap(), None);
    assert_ne!(ana(&store).await.value.password, Some(password("other")));
}

/// The same promise for a host's own tables and for ours: whoever comes second with an address, a number or a person is told to load anew.
#[tokio::test]
async fn a_key_that_is_taken_is_a_conflict_wherever_the_rest_is_kept() {
    let db = SERVER.migrated().await;
    let (_, mirror) = mirrored(&db, "nightly");
    let host = Place::on(db.clone()).await;
    for store in [&host.store, &mirror] {
        store.commit(opening(1, "ana")).await.unwrap();
        store.commit(opening(2, "ben")).await.unwrap();
        let clash = |n, contact: &str, address: &str| {
            yes(n).changed(AccountChange::Opened {
                account: Id::new("another"),
                contact: Id::new(contact),
                customer: Id::new("c1"),
                email: Some(email(address)),
                phone: None,
            })
        };
        let changed = AccountChange::LoginsChanged {
            account: access("ben").account,
            email: Some(email("ana@acme.example")),
            phone: Some(phone("+18135551234")),
        };
        for decision in [
            opening(3, "ana"),
            clash(4, "somebody", "ana@acme.example"),
            clash(5, "ana", "new@acme.example"),
            yes(6).changed(changed),
        ] {
            let ended = store
                .conclude(done(), Then::Commit(Box::new(decision)))
                .await;
            let Err(StoreError::Conflict(lost)) = ended else {
                panic!("{ended:?}")
            };
            let about = matches!(*lost, Expectation::Unchanged(RecordRef::Account(_), _));
            assert!(about, "{lost:?}");
        }
        assert_eq!(log(store).await, 0);
    }
}

/// A host's own routine that will not have it undoes the account too.
#[tokio::test]
async fn what_the_host_fails_at_leaves_no_account_and_no_row_of_the_log() {
    let place = Place::on(SERVER.migrated().await).await;
    let mut decision = moving(1, "fails", "to");
    decision.changes.extend(opening(1, "ana").changes);
    let then = Then::Commit(Box::new(decision));
    assert!(place.store.conclude(done(), then).await.is_err());
    let by = AccountKey::Id(access("ana").account);
    assert_eq!(place.store.account(&by).await.unwrap(), None);
    assert_eq!(log(&place.store).await, 0);
}

/// T36: rows of the sign-in log are forgotten by the sweep, and else by nobody.
#[tokio::test]
async fn the_sign_in_log_is_never_changed() {
    let place = Place::on(SERVER.migrated().await).await;
    let store = &place.store;
    store.conclude(done(), Then::Nothing).await.unwrap();
    for sql in [
        "update portal_attempt set outcome = 'unknown'",
        "delete from portal_attempt",
        "truncate portal_attempt",
    ] {
        let refused = place.run(sql).await.unwrap_err().to_string();
        assert!(refused.contains("append-only"), "{refused}");
    }
    let at = today() - hours(1);
    assert_eq!(store.sweep(&Sweep::new(at, at, at)).await.unwrap(), 0);
    let late = today() + hours(1);
    assert_eq!(store.sweep(&Sweep::new(late, late, late)).await.unwrap(), 1);
}

/// T27: the same address in two portals of one database.
#[tokio::test]
async fn one_address_signs_in_to_two_portals_as_two_people() {
    let db = SERVER.migrated().await;
    let (_, one) = mirrored(&db, "one");
    let (_, other) = mirrored(&db, "other");
    for store in [&one, &other] {
        store.commit(opening(1, "ana")).await.unwrap();
    }
    let entry = Entry::new(login("s1"), ana(&one).await);
    one.conclude(done(), Then::Enter(Box::new(entry)))
        .await
        .unwrap();
    assert_eq!(other.session(&secret("s1")).await.unwrap(), None);
    assert_eq!(log(&other).await, 0);
    assert_eq!(ana(&other).await.value.devices, []);
    other
        .draw(&[draw("of an account", 1)], today())
        .await
        .unwrap();
    let mine = one
        .draw(&[draw("of an account", 1)], today())
        .await
        .unwrap();
    assert_eq!(mine, Drawn::Granted);
}

/// What opens a door is in no row of the trail.
#[tokio::test]
async fn the_audit_trail_keeps_no_secret() {
    let db = SERVER.migrated().await;
    let place = Place::on(db).await;
    place.store.commit(opening(1, "ana")).await.unwrap();
    let leaks = "select count(*) from portal_command where changes like '%password of%' or changes like '%s password%'";
    assert_eq!(place.count(leaks).await, 0);
    let told = r#"select count(*) from portal_command where changes like '%"password_set":{"account":"account-of-ana"}%'"#;
    assert_eq!(place.count(told).await, 1);
}

/// An address that was changed here stands until the host tells of another than it had.
#[tokio::test]
async fn an_import_from_before_an_address_was_changed_does_not_bring_the_old_one_back() {
    let db = SERVER.migrated().await;
    let (tables, store) = mirrored(&db, "acme");
    let told = Import::new().person(person("ana"));
    tables.import(told.clone()).await.unwrap();
    let changed = ContactChange::EmailChanged {
        contact: Id::new("ana"),
        email: email("new@acme.example"),
    };
    store.commit(yes(1).changed(changed)).await.unwrap();
    let imported = tables.import(told.clone()).await.unwrap();
    assert_eq!((imported.outdated, imported.changed), (1, 0));
    let found = async |address: &str| tables.by_email(&email(address)).await.unwrap().len();
    assert_eq!(found("new@acme.example").await, 1);
    assert_eq!(found("ana@acme.example").await, 0);

    let overruled = told.overruling_contact(Id::new("ana"));
    let imported = tables.import(overruled).await.unwrap();
    assert_eq!((imported.outdated, imported.changed), (0, 1));
    assert_eq!(found("new@acme.example").await, 0);
    assert_eq!(found("ana@acme.example").await, 1);
}

/// What is looked for by a key is looked for in an index, however many rows there are.
#[tokio::test]
async fn no_look_at_the_door_reads_a_whole_table() {
    let db = SERVER.migrated().await;
    let mut tx = db.pool().begin().await.unwrap();
    let fill = "
        select set_config('portal.tenant', 'acme', true);
        insert into portal_account (tenant, id, version, contact, customer, state, email, phone)
        select 'acme', 'a' || n, 1, 'k' || n, 'c', 'active', n || '@example.com', '+' || n from generate_series(1, 5000) n;
        insert into portal_session (tenant, id, token, account, opened_at, seen_at, proved_at)
        select 'acme', 's' || n, sha256(n::text::bytea), 'a' || n, '2026', '2026', '2026' from generate_series(1, 5000) n;
        insert into portal_mirror_contact (tenant, id, version, facts, standing, email, record_email, phone)
        select 'acme', 'k' || n, 1, '{}', '{}', n || '@example.com', n || '@example.com', '+' || n from generate_series(1, 5000) n;
        analyze portal_account, portal_session, portal_mirror_contact;";
    sqlx::raw_sql(fill).execute(&mut *tx).await.unwrap();
    for sql in [
        "select * from portal_access where tenant = 'acme' and email = '7@example.com'",
        "select * from portal_access where tenant = 'acme' and phone = '+7'",
        "select * from portal_access where tenant = 'acme' and contact = 'k7'",
        "select * from portal_session s join portal_access a on a.tenant = s.tenant and a.id = s.account
         where s.tenant = 'acme' and s.token = sha256('7')",
        "select * from portal_session where tenant = 'acme' and account = 'a7'",
        "select * from portal_mirror_contact where tenant = 'acme' and email = '7@example.com'",
        "select * from portal_mirror_contact where tenant = 'acme' and record_email = '7@example.com'",
        "select * from portal_mirror_contact where tenant = 'acme' and phone = '+7'",
    ] {
        let explain = sqlx::AssertSqlSafe(format!("explain {sql}"));
        let plan: Vec<String> = sqlx::query_scalar(explain)
            .fetch_all(&mut *tx)
            .await
            .unwrap();
        let plan = plan.join("\n");
        assert!(!plan.replace("on portal_device", "").contains("Seq Scan on"), "{plan}");
    }
}
