//! How each statement finds its rows, asked of `SQLite` itself.
use std::cell::RefCell;

use chrono::{DateTime, Duration, Utc};
use portal_core::{
    Id, Page,
    accounts::{
        AccountChange, AccountKey, Attempt, Digest, Draw, Entry, Flow, LoginSession, Outcome, Pass,
        PassHolder, PassKind, RequestState, Sweep, Then,
    },
    details::{EmailAddress, Phone},
};
use rusqlite::{
    Connection,
    trace::{TraceEvent, TraceEventCodes},
};

use super::{
    access, allowance, apply, attempt, device, enter::Concluded, pass, request, session, sweep,
};
use crate::sqlite::HostTables;

thread_local! {
    static SEEN: RefCell<Vec<String>> = const { RefCell::new(vec![]) };
}

fn see(event: TraceEvent<'_>) {
    if let TraceEvent::Stmt(statement, _) = event {
        SEEN.with_borrow_mut(|seen| seen.push(statement.sql().to_string()));
    }
}

/// Every statement that is run in between. A trigger is reported too, as a comment.
fn statements_of(db: &Connection, run: impl FnOnce()) -> Vec<String> {
    db.trace_v2(TraceEventCodes::SQLITE_TRACE_STMT, Some(see));
    run();
    db.trace_v2(TraceEventCodes::empty(), None);
    let mut seen = SEEN.take();
    seen.retain(|sql| !sql.starts_with("--"));
    // A statement with a trigger is reported once more when the trigger is done.
    seen.dedup();
    seen
}

#[derive(Debug)]
struct Nothing;

impl HostTables for Nothing {
    fn holds(
        &self,
        _: &Connection,
        _: &portal_core::Expectation,
    ) -> Result<bool, portal_core::StoreError> {
        Ok(true)
    }

    fn apply(
        &self,
        _: &Connection,
        _: &portal_core::Change,
        _: &portal_core::Decision,
    ) -> Result<(), portal_core::StoreError> {
        Ok(())
    }
}

fn opened() -> Connection {
    let db = Connection::open_in_memory().unwrap();
    db.execute_batch("create table portal_migration (version integer not null primary key, at text not null) strict")
        .unwrap();
    for step in [
        include_str!("../schema/1.sql"),
        include_str!("../schema/2.sql"),
        include_str!("../schema/3.sql"),
        include_str!("../schema/4.sql"),
    ] {
        db.execute_batch(step).unwrap();
    }
    db
}

/// Everything there is to ask and to do, once.
fn everything(db: &Connection) {
    let now = DateTime::<Utc>::UNIX_EPOCH;
    let (tenant, page) = ("acme", Page::first(10));
    let account = Id::new("a1");
    let email = EmailAddress::parse("ana@acme.example").unwrap();
    let phone = Phone::parse("+18135551234", None).unwrap();
    let (token, secret) = (Digest::of("token"), Digest::of("secret"));
    let did = |change| apply(db, tenant, &change).unwrap();
    did(AccountChange::Opened {
        account: account.clone(),
        contact: Id::new("ana"),
        customer: Id::new("c1"),
        email: Some(email.clone()),
        phone: Some(phone.clone()),
    });
    let of = PassHolder::Account(account.clone());
    let pass = Pass::new(
        Id::new("p1"),
        PassKind::Reset,
        of.clone(),
        secret,
        secret,
        now,
    );
    did(AccountChange::PassIssued { pass: pass.clone() });
    did(AccountChange::PassUsed { pass: pass.id, of });
    did(AccountChange::PassesRevoked {
        account: account.clone(),
    });
    for key in [
        AccountKey::Contact(Id::new("ana")),
        AccountKey::Email(email.clone()),
        AccountKey::Phone(phone),
    ] {
        access::account(db, tenant, &key).unwrap();
    }
    let key = AccountKey::Id(account.clone());
    let loaded = access::account(db, tenant, &key).unwrap().unwrap();
    let draws = [
        Draw::new(token, 3, Duration::minutes(1)),
        Draw::new(secret, 3, Duration::minutes(1)),
    ];
    allowance::draw(db, tenant, &draws, now).unwrap();
    let session = LoginSession::new(Id::new("s1"), token, account.clone(), now);
    let mut entry = Entry::new(session.clone(), loaded);
    entry.refunds = draws.iter().map(Draw::refund).collect();
    entry.device = Some(secret);
    entry.instead_of = Some(secret);
    let row = Attempt::new(now, Flow::SignIn, Outcome::Done);
    let concluded = Concluded::of(row, Then::Enter(Box::new(entry))).unwrap();
    concluded.write(db, tenant, &Nothing).unwrap();
    session::session(db, tenant, &token).unwrap().unwrap();
    session::sessions(db, tenant, &account).unwrap();
    session::seen(db, tenant, &token, now).unwrap();
    pass::pass(db, tenant, &secret).unwrap().unwrap();
    request::pending(db, tenant, &email).unwrap();
    request::list(db, tenant, RequestState::Pending, &page).unwrap();
    attempt::list(db, tenant, None, &page).unwrap();
    attempt::list(db, tenant, Some(&account), &page).unwrap();
    did(AccountChange::SessionsEnded {
        account: account.clone(),
        but: Some(session.id.clone()),
    });
    did(AccountChange::SessionEnded {
        account: account.clone(),
        session: session.id,
    });
    did(AccountChange::DevicesForgotten { account });
    sweep::sweep(db, tenant, &Sweep::new(now, now, now)).unwrap();
}

/// One more customer makes nobody's sign-in slower.
#[test]
fn no_statement_reads_more_rows_as_there_come_to_be_more() {
    let db = opened();
    let seen = statements_of(&db, || everything(&db));
    assert!(seen.len() > 30);
    for sql in seen {
        let mut plan = db.prepare(&format!("explain query plan {sql}")).unwrap();
        let mut steps = plan.raw_query();
        while let Some(step) = steps.next().unwrap() {
            let step: String = step.get("detail").unwrap();
            let narrow = !step.ends_with("(tenant=?)") || sql.contains("max(row)");
            let listed = step.contains("json_each") || step.contains("CONSTANT");
            assert!(
                narrow && (!step.starts_with("SCAN") || listed),
                "{sql}\n{step}"
            );
        }
    }
}

/// Signing in as most do, from a browser that is known: the account, two for the allowances, then the session, two for what is given back, the row of the log. A
/// browser that is new costs two more, a session that is replaced one.
#[test]
fn signing_in_is_seven_statements() {
    let db = opened();
    everything(&db);
    let now = DateTime::<Utc>::UNIX_EPOCH;
    let browser = Digest::of("browser");
    device::remember(&db, "acme", &Id::new("a1"), &browser).unwrap();
    let seen = statements_of(&db, || {
        let email = EmailAddress::parse("ana@acme.example").unwrap();
        let found = access::account(&db, "acme", &AccountKey::Email(email)).unwrap();
        let loaded = found.unwrap();
        let draws = ["name", "place"].map(|of| Draw::new(Digest::of(of), 3, Duration::minutes(1)));
        allowance::draw(&db, "acme", &draws, now).unwrap();
        let account = loaded.value.account.clone();
        let session = LoginSession::new(Id::new("s2"), Digest::of("s2"), account, now);
        let mut entry = Entry::new(session, loaded);
        entry.refunds = draws.iter().map(Draw::refund).collect();
        entry.device = Some(browser);
        let row = Attempt::new(now, Flow::SignIn, Outcome::Done);
        let concluded = Concluded::of(row, Then::Enter(Box::new(entry))).unwrap();
        concluded.write(&db, "acme", &Nothing).unwrap();
    });
    assert_eq!(seen.len(), 7, "{seen:#?}");
}
