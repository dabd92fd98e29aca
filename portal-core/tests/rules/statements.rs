//! Statements and contracts: for which day, whose, where they come from, and what is never one.
use std::sync::Arc;

use chrono::{DateTime, NaiveDate, Utc};
use portal_core::{
    Contact, Customer, DocumentBody, Error, Id, Portal, Settings, StoreError,
    documents::{
        BrokenPaper, Contract, ContractLine, Movement, PaperRecords, Statement, StatementFor,
        may_get_statement,
    },
    memory::Memory,
};
use portal_testkit::{PaperShelf, StoppedClock, facts::*};

use super::support::*;

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn instant(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

/// 001-24
#[test]
fn a_statement_is_of_a_day_that_has_begun() {
    for (asked, no) in [
        ("1999-12-31", vec![]),
        ("2027-02-27", vec![]),
        ("2027-02-28", vec![]),
        ("2027-03-01", vec!["paper.day-to-come"]),
        ("9999-12-31", vec!["paper.day-to-come"]),
    ] {
        let answer = may_get_statement(day(asked), day("2027-02-28"));
        assert_eq!(codes(answer), no, "{asked}");
    }
}

/// 001-24: the end of a day is where its clocks say, also where they skip midnight or show it twice.
#[test]
fn a_day_ends_with_its_last_instant_on_the_portals_clocks() {
    for (zone, asked, ends_at) in [
        ("UTC", "2027-02-28", "2027-03-01T00:00:00Z"),
        ("Europe/Madrid", "2027-02-28", "2027-02-28T23:00:00Z"),
        ("Europe/Madrid", "2027-03-28", "2027-03-28T22:00:00Z"),
        ("America/New_York", "2027-11-07", "2027-11-08T05:00:00Z"),
        ("America/Santiago", "2022-09-10", "2022-09-11T04:00:00Z"),
        ("America/Havana", "2022-11-05", "2022-11-06T04:00:00Z"),
        ("America/St_Johns", "2010-11-06", "2010-11-07T03:30:00Z"),
        ("Pacific/Apia", "2011-12-29", "2011-12-30T10:00:00Z"),
    ] {
        let asked = StatementFor::new(&contact("ana"), day(asked), zone.parse().unwrap());
        assert_eq!(asked.ends_at, instant(ends_at), "{zone} {}", asked.day);
    }
    for far in [NaiveDate::MIN, NaiveDate::MAX] {
        let asked = StatementFor::new(&contact("ana"), far, "Asia/Tokyo".parse().unwrap());
        assert_eq!(asked.day, far);
    }
}

fn movements() -> Vec<Movement> {
    vec![
        Movement::new(day("2027-01-15"), "Invoice", eur(100_00)),
        Movement::new(day("2027-02-03"), "Rent", eur(40_00)).referred_to_as("SO-7"),
        Movement::new(day("2027-02-28"), "Payment", eur(-120_00)),
        Movement::new(day("2027-03-02"), "Rent of March", eur(80_00)),
    ]
}

struct Store {
    shelf: PaperShelf,
    clock: StoppedClock,
    portal: Portal,
}

impl Store {
    /// `ana` acts for `acme`, which has an account and a contract; `gus` for `globex`, which has none.
    fn new() -> Self {
        let memory = Memory::default();
        let acme = Customer::new(Id::new("acme"), "Acme Ltd");
        memory.put_account(acme, eur(10_00), movements());
        memory.put_contract(rented());
        let records = memory.clone();
        Self::asking(&memory, Arc::new(records))
    }

    fn asking(memory: &Memory, records: Arc<dyn PaperRecords>) -> Self {
        let (shelf, clock) = (PaperShelf::default(), StoppedClock::default());
        clock.set(instant("2027-02-28T22:30:00Z"));
        let mut settings = Settings::default();
        settings.zone = "Europe/Madrid".parse().unwrap();
        let wired = builder(memory)
            .settings(settings)
            .clock(Arc::new(clock.clone()))
            .documents(Arc::new(shelf.clone()))
            .paper_records(records);
        #[cfg(feature = "mail")]
        let wired = wired.papers(Arc::new(portal_testkit::PlainPapers::default()));
        Self {
            shelf,
            clock,
            portal: wired.build().unwrap(),
        }
    }

    async fn statement(&self, who: &Contact, of: &str) -> Result<DocumentBody, Error> {
        let desk = self.portal.customer(viewer(who));
        desk.statement(day(of)).await
    }

    async fn contract(&self, who: &Contact, id: &str) -> Result<DocumentBody, Error> {
        self.portal
            .customer(viewer(who))
            .contract(&Id::new(id))
            .await
    }
}

fn rented() -> Contract {
    let line = ContractLine::new("Mini digger", 2)
        .with_out(1)
        .at(eur(95_00), "day")
        .coming_to(eur(190_00));
    Contract::new(Id::new("c1"), Id::new("acme"), "C-1", "open")
        .with("Acme Ltd")
        .running(day("2027-02-01"), None)
        .of_lines(vec![line])
        .coming_to("Rent so far", eur(190_00))
        .on_terms("Bring it back clean.")
}

fn outsider() -> Contact {
    Contact::new(Id::new("gus"), Id::new("globex"), "Gus", SURNAME)
}

#[cfg(feature = "mail")]
fn text(body: Result<DocumentBody, Error>) -> String {
    let DocumentBody::File(file) = body.unwrap() else {
        panic!("it was to be a file")
    };
    String::from_utf8(file.bytes().to_vec()).unwrap()
}

fn own_file() -> DocumentBody {
    DocumentBody::file("extracto", "application/pdf", *b"%PDF-1.7\n")
}

fn not_found(answer: &Result<DocumentBody, Error>) -> bool {
    matches!(answer, Err(Error::NotFound))
}

/// 001-24: as of the end of the chosen date; what was before is the opening balance, and what comes later is not in it.
#[cfg(feature = "mail")]
#[tokio::test]
async fn a_statement_says_how_the_account_stood_at_the_end_of_the_day() {
    let store = Store::new();
    for (of, said) in [
        ("2027-02-28", "110.00 EUR, Rent, Payment, 30.00 EUR"),
        ("2027-02-27", "110.00 EUR, Rent, 150.00 EUR"),
        ("2027-01-31", "10.00 EUR, Invoice, 110.00 EUR"),
        ("2026-12-31", "10.00 EUR, , 10.00 EUR"),
    ] {
        let page = text(store.statement(&contact("ana"), of).await);
        assert_eq!(page, format!("Acme Ltd at {of}: {said}"));
    }
}

/// 001-24: the day turns when the store's clocks say, and not before.
#[cfg(feature = "mail")]
#[tokio::test]
async fn tomorrow_begins_at_midnight_where_the_store_is() {
    let store = Store::new();
    let ana = contact("ana");
    let no = store.statement(&ana, "2027-03-01").await.unwrap_err();
    assert_eq!(refused(&no), ["paper.day-to-come"]);
    store.clock.set(instant("2027-02-28T23:00:00Z"));
    assert!(store.statement(&ana, "2027-03-01").await.is_ok());
}

/// 001-02: somebody else's account is nobody's.
#[tokio::test]
async fn only_their_own_customers_account_and_contracts_are_shown() {
    let store = Store::new();
    store
        .shelf
        .put_statement("acme", day("2027-02-28"), own_file());
    store.shelf.put_contract("c1", own_file());
    let gus = outsider();
    assert!(not_found(&store.statement(&gus, "2027-02-28").await));
    assert!(not_found(&store.contract(&gus, "c1").await));
    assert!(not_found(&store.contract(&gus, "none").await));
    let ana = contact("ana");
    assert!(store.statement(&ana, "2027-02-28").await.is_ok());
    assert!(store.contract(&ana, "c1").await.is_ok());
    assert!(not_found(&store.contract(&ana, "none").await));
}

/// 001-22, 001-27: the host's own file comes before a page of ours.
#[tokio::test]
async fn the_hosts_own_file_of_a_statement_or_contract_is_downloaded() {
    let store = Store::new();
    store
        .shelf
        .put_statement("acme", day("2027-02-28"), own_file());
    store.shelf.put_contract("c1", own_file());
    let ana = contact("ana");
    let statement = store.statement(&ana, "2027-02-28").await.unwrap();
    assert_eq!(statement, own_file());
    assert_eq!(store.contract(&ana, "c1").await.unwrap(), own_file());
    store.shelf.fail_next(2);
    for late in [
        store.statement(&ana, "2027-02-28").await,
        store.contract(&ana, "c1").await,
    ] {
        let Err(Error::Adapter(error)) = late else {
            panic!("a page of ours took its place: {late:?}")
        };
        assert!(error.is_temporary(), "{error}");
    }
}

/// 001-27
#[cfg(feature = "mail")]
#[tokio::test]
async fn a_contract_without_a_file_is_written() {
    let store = Store::new();
    let page = text(store.contract(&contact("ana"), "c1").await);
    assert_eq!(page, "C-1, open: Mini digger");
}

/// 001-22: a portal without the host's records and files offers neither.
#[tokio::test]
async fn where_the_host_wired_nothing_there_is_nothing() {
    let memory = Memory::default();
    memory.put_contract(rented());
    let desk = desk(&memory, &contact("ana"));
    assert!(not_found(&desk.statement(today().date_naive()).await));
    assert!(not_found(&desk.contract(&Id::new("c1")).await));
    let mut off = Settings::default();
    off.enabled = false;
    let portal = builder(&memory).settings(off).build().unwrap();
    let desk = portal.customer(viewer(&contact("ana")));
    let no = desk.statement(today().date_naive()).await.unwrap_err();
    assert_eq!(refused(&no), ["portal.disabled"]);
    let no = desk.contract(&Id::new("c1")).await.unwrap_err();
    assert_eq!(refused(&no), ["portal.disabled"]);
}

fn asked() -> StatementFor {
    let zone = "Europe/Madrid".parse().unwrap();
    StatementFor::new(&contact("ana"), day("2027-02-28"), zone)
}

/// A statement that adds up: 10 and 40 and -20 is 30.
fn sound() -> Statement {
    let moved = vec![
        Movement::new(day("2027-02-01"), "Rent", eur(40_00)),
        Movement::new(day("2027-02-28"), "Payment", eur(-20_00)),
    ];
    let since = day("2027-02-01");
    Statement::new(&asked(), "Acme Ltd", since, eur(10_00)).moved(moved, eur(30_00))
}

fn usd(cents: i64) -> portal_core::Money {
    portal_core::Money::from_minor(cents, "USD".parse().unwrap())
}

/// 001-24
#[test]
fn a_statement_that_does_not_add_up_is_told_from_one_that_does() {
    assert_eq!(sound().check(), Ok(()));
    let broken = |edit: fn(&mut Statement)| {
        let mut statement = sound();
        edit(&mut statement);
        statement.check().unwrap_err().to_string()
    };
    for (edit, why) in [
        (
            (|s| s.closing = eur(30_01)) as fn(&mut Statement),
            "the statement closes with 30.01 EUR, and comes to 30.00 EUR",
        ),
        (
            |s| s.closing = usd(30_00),
            "its amounts do not go together: EUR and USD do not add up",
        ),
        (
            |s| s.movements[1].amount = usd(-20_00),
            "its amounts do not go together: EUR and USD do not add up",
        ),
        (
            |s| s.movements[0].amount = eur(i64::MAX),
            "its amounts do not go together: the amount is out of range",
        ),
        (
            |s| s.movements[1].date = day("2027-03-01"),
            "it tells of 2027-03-01, which it is not about",
        ),
        (
            |s| s.movements[0].date = day("2027-01-31"),
            "it tells of 2027-01-31, which it is not about",
        ),
        (|s| s.since = day("2027-03-01"), "it ends before it begins"),
    ] {
        assert_eq!(broken(edit), why);
    }
}

/// 001-27
#[test]
fn a_contract_that_cannot_be_so_is_told_from_one_that_can() {
    assert_eq!(rented().check(), Ok(()));
    for (edit, why) in [
        (
            (|c| c.until = Some(day("2027-01-31"))) as fn(&mut Contract),
            "it ends before it begins",
        ),
        (|c| c.lines[0].out = 3.into(), "3 are out, of 2"),
        (|c| c.lines[0].out = (-1).into(), "-1 are out, of 2"),
        (
            |c| c.totals[0].amount = usd(1),
            "its amounts do not go together: EUR and USD do not add up",
        ),
    ] {
        let mut contract = rented();
        edit(&mut contract);
        assert_eq!(contract.check().unwrap_err().to_string(), why);
    }
}

/// 003-20: to the letter, but for what leaves no mark.
#[test]
fn terms_are_shown_as_they_were_written() {
    let shown = |terms: &str| rented().on_terms(terms).terms_to_show();
    let terms = "1.  Return it\u{a0}clean.\n\n\t§ 2 =?x?= “as is”  ñ\n";
    assert_eq!(shown(terms).as_deref(), Some(terms));
    let odd = "a\r\nb\rc\u{2028}d\0e\u{202e}f\u{200b}";
    assert_eq!(shown(odd).as_deref(), Some("a\nb\nc\ndef"));
    assert_eq!(shown(" \r\n \u{202e}"), None);
}

/// Records that answer whatever they are told to.
#[derive(Debug)]
struct Says(Option<Statement>, Option<Contract>);

#[async_trait::async_trait]
impl PaperRecords for Says {
    async fn statement(&self, _: &StatementFor) -> Result<Option<Statement>, StoreError> {
        Ok(self.0.clone())
    }

    async fn contract(
        &self,
        _: &Id<Contract>,
        _: &Id<Contact>,
    ) -> Result<Option<Contract>, StoreError> {
        Ok(self.1.clone())
    }
}

fn why(answer: Result<DocumentBody, Error>) -> BrokenPaper {
    let Err(Error::Store(StoreError::Corrupt(source))) = answer else {
        panic!("{answer:?}")
    };
    *source.downcast::<BrokenPaper>().unwrap()
}

/// 001-24, 001-27: never a wrong paper; the host's own file does not hang on it.
#[cfg(feature = "mail")]
#[tokio::test]
async fn a_broken_record_is_an_error_that_says_so() {
    let (mut statement, mut contract) = (sound(), rented());
    statement.closing = eur(1);
    contract.totals[0].amount = usd(1);
    let records = Says(Some(statement), Some(contract));
    let store = Store::asking(&Memory::default(), Arc::new(records));
    let ana = contact("ana");
    let broken = why(store.statement(&ana, "2027-02-28").await);
    assert!(matches!(broken, BrokenPaper::DoesNotAddUp { .. }));
    let broken = why(store.contract(&ana, "c1").await);
    assert!(matches!(broken, BrokenPaper::Money(_)), "{broken}");
    store.shelf.put_contract("c1", own_file());
    assert_eq!(store.contract(&ana, "c1").await.unwrap(), own_file());
}

/// 001-02: whatever a host answers by mistake.
#[cfg(feature = "mail")]
#[tokio::test]
async fn what_was_not_asked_for_is_not_shown() {
    let records = Says(Some(sound()), Some(rented()));
    let store = Store::asking(&Memory::default(), Arc::new(records));
    let ana = contact("ana");
    assert!(store.statement(&ana, "2027-02-28").await.is_ok());
    let another = why(store.statement(&ana, "2027-02-27").await);
    assert!(matches!(another, BrokenPaper::AnotherDay { .. }));
    assert!(not_found(&store.contract(&ana, "c2").await));
    let gus = outsider();
    assert!(not_found(&store.statement(&gus, "2027-02-28").await));
    assert!(not_found(&store.contract(&gus, "c1").await));
}

/// T37
#[tokio::test]
async fn no_file_of_a_statement_or_contract_is_handed_over_that_is_none() {
    let store = Store::new();
    let ana = contact("ana");
    for body in [
        DocumentBody::file("a.pdf", "application/pdf", []),
        DocumentBody::Redirect("//evil.example/x".into()),
    ] {
        store
            .shelf
            .put_statement("acme", day("2027-02-28"), body.clone());
        store.shelf.put_contract("c1", body);
        for no in [
            store.statement(&ana, "2027-02-28").await,
            store.contract(&ana, "c1").await,
        ] {
            assert!(matches!(no, Err(Error::Adapter(_))), "{no:?}");
        }
    }
}

/// T37: names and what was bought stay out of logs.
#[test]
fn printing_papers_tells_nobody_anything() {
    let said = format!("{:?} {:?}", sound(), sound().movements);
    let agreed = format!("{:?} {:?}", rented(), rented().lines);
    for secret in ["Acme", "Rent", "digger", "clean", "40.00"] {
        assert!(
            !said.contains(secret) && !agreed.contains(secret),
            "{secret}"
        );
    }
}
