//! Every id of somebody else's looks like an id that does not exist: everything that can be asked of a desk, by whoever asks, with ids of four kinds.
mod rows;
mod sources;

use std::{collections::BTreeSet, fmt::Write};

use portal_core::{
    CustomerDesk, Error, Id, Refusals,
    accounting::{
        Attention, BooksChange, DocumentRef, Export, ExportState, OrganisationRef, PushState,
        PushedPayment,
    },
    accounts::{AccountChange, AccountRequest, AccountState, Applicant, RequestKind, SealedSecret},
    courses::PlaceOffer,
    documents::Contract,
    order::CutOff,
    payment::{
        AskedRefund, Attempt, Books, Merchant, MoneyChange, NextStep, Observation, PayPage,
        PayerRef, PaymentAttempt, PaymentRef, PaymentState, Received, RefundReason, SessionRef,
        settle,
    },
    staff::{Staff, StaffRole},
};
use portal_testkit::facts::*;

use super::site::Site;
use rows::{Asked, FOR_CUSTOMERS, FOR_STAFF, Kind, WITHOUT_AN_ID, ask, ask_staff};

/// Who asks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Who {
    Anonymous,
    Registrant,
    OrderContact,
    BillingContact,
    Unrelated,
    Disabled,
    OtherTenants,
    Support,
    Admin,
}

const EVERYBODY: [Who; 9] = [
    Who::Anonymous,
    Who::Registrant,
    Who::OrderContact,
    Who::BillingContact,
    Who::Unrelated,
    Who::Disabled,
    Who::OtherTenants,
    Who::Support,
    Who::Admin,
];

/// Whose the id is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Whose {
    /// Of the case at hand: the registrant takes part, two more ordered and pay for it.
    TheCase,
    /// Another customer's of the same tenant.
    Another,
    /// Another tenant's.
    OtherTenants,
    Nobodys,
}

const ANYBODYS: [Whose; 4] = [
    Whose::TheCase,
    Whose::Another,
    Whose::OtherTenants,
    Whose::Nobodys,
];

/// Two tenants.
struct Town {
    here: Site,
    there: Site,
    /// A browser of the registrant's, one of another customer's, one of the other tenant's.
    browsers: [String; 3],
}

impl Town {
    async fn new() -> Self {
        let (here, there) = (Site::new(), Site::new());
        for (n, name) in (1..).zip(["rita", "olga", "bill", "una", "dan", "theo"]) {
            here.account(10 * n, name).await;
        }
        for (n, name) in (1..).zip(["tina", "fay"]) {
            there.account(10 * n, name).await;
        }
        case(&here, "ours", "rita", ["olga", "bill"]).await;
        case(&here, "theirs", "theo", ["theo", "theo"]).await;
        case(&there, "far", "fay", ["fay", "fay"]).await;
        let browsers = [
            browser(&here, "rita").await,
            browser(&here, "theo").await,
            browser(&there, "fay").await,
        ];
        for (n, name) in (880..).zip(["rita", "olga", "bill", "una", "dan", "theo"]) {
            known(&here, n, name).await;
        }
        for (n, name) in (880..).zip(["tina", "fay"]) {
            known(&there, n, name).await;
        }
        for (n, site, name) in [
            (850, &here, "rita"),
            (851, &here, "theo"),
            (850, &there, "fay"),
        ] {
            app(site, n, name).await;
        }
        Self {
            here,
            there,
            browsers,
        }
    }

    fn id(&self, kind: Kind, whose: Whose) -> String {
        let (suffix, name, date, nth) = match whose {
            Whose::TheCase => ("ours", "rita", "s1", Some(0)),
            Whose::Another => ("theirs", "theo", "x1", Some(1)),
            Whose::OtherTenants => ("far", "fay", "far-date", Some(2)),
            Whose::Nobodys => ("missing", "missing", "missing", None),
        };
        match kind {
            Kind::Registration => format!("r-{suffix}"),
            Kind::Order => format!("o-{suffix}"),
            Kind::Contract => format!("c-{suffix}"),
            Kind::WaitingPlace => format!("w-{suffix}"),
            Kind::Module => format!("m-{suffix}"),
            Kind::Request => format!("q-{suffix}"),
            Kind::Payment => paying(suffix).to_string(),
            Kind::Received => Received::key(&merchant(), &PaymentRef::new(suffix)).to_string(),
            Kind::Date => date.to_owned(),
            Kind::Contact => name.to_owned(),
            Kind::Card => format!("card-{name}"),
            Kind::Account => access(name).account.to_string(),
            Kind::Browser => nth.map_or("missing".to_owned(), |n| self.browsers[n].clone()),
        }
    }

    /// What somebody has to ask at, by the cookie they have.
    async fn desk(&self, who: Who) -> Result<CustomerDesk, Error> {
        let (site, name) = match who {
            Who::Anonymous | Who::Support | Who::Admin => {
                return self.here.door().resume("no cookie").await;
            }
            Who::Registrant => (&self.here, "rita"),
            Who::OrderContact => (&self.here, "olga"),
            Who::BillingContact => (&self.here, "bill"),
            Who::Unrelated => (&self.here, "una"),
            Who::Disabled => (&self.here, "dan"),
            Who::OtherTenants => (&self.there, "tina"),
        };
        let cookie = site.sign_in(name).await.session;
        if who == Who::Disabled {
            let account = access("dan").account;
            let state = AccountState::Disabled;
            let closed = AccountChange::StateChanged { account, state };
            site.change(900, closed).await;
        }
        site.door().resume(cookie.expose()).await
    }
}

/// A registration on an order, a place offered on a waiting list, a module, a request for an account.
async fn case(site: &Site, suffix: &str, who: &str, [ordered, pays]: [&str; 2]) {
    let memory = &site.memory;
    let id = |letter: &str| format!("{letter}-{suffix}");
    let order = order(&id("o"))
        .ordered_by(&contact(ordered))
        .billed_to(Id::new(pays))
        .with(&contact(who));
    memory.put_order(order.clone().details());
    // Contracts are of the customer whom somebody acts for, whoever of them it is.
    let customer = match suffix {
        "ours" => contact(who).customer,
        _ => Id::new("elsewhere"),
    };
    memory.put_contract(Contract::new(Id::new(id("c")), customer, suffix, "open"));
    paid(site, suffix, pays).await;
    exported(site, suffix).await;
    let (date, other) = match suffix {
        "ours" => (session("s1"), session("s2")),
        "theirs" => (session("x1").of_course("go"), session("x2").of_course("go")),
        _ => (session("far-date"), session("far-other")),
    };
    memory.put_session(date.clone());
    memory.put_session(other.clone());
    let mut r = registration(&id("r")).of(&contact(who)).on(date);
    r.order = Some(order);
    memory.put_registration(r);
    let offer = PlaceOffer::held(today() - hours(1)).until(today() + hours(24));
    let place = waiting_place(&id("w")).of(&contact(who)).on(other);
    memory.put_waiting_place(place.offered(offer));
    let mut module = module(&id("m"));
    module.registrant = Id::new(who);
    memory.put_module(module);
    let applicant = Applicant::new(email(&format!("{suffix}@new.example")), "new", SURNAME);
    let kind = RequestKind::ForApproval;
    let request = AccountRequest::new(Id::new(id("q")), kind, today() - hours(24), applicant);
    let request = Box::new(request);
    site.change(
        800 + u128::try_from(suffix.len()).unwrap(),
        AccountChange::Requested { request },
    )
    .await;
}

/// This person is about to set up an app.
async fn app(site: &Site, number: u128, name: &str) {
    let account = access(name).account;
    let sealed = SealedSecret::new("00");
    let set = AccountChange::SecondFactorSet { account, sealed };
    site.change(number, set).await;
}

/// The provider knows this person, and keeps their card.
async fn known(site: &Site, number: u128, name: &str) {
    let known = MoneyChange::Payer {
        contact: Id::new(name),
        merchant: merchant(),
        payer: PayerRef::new(name),
    };
    site.change(number, known).await;
}

fn merchant() -> Merchant {
    Merchant::test("any")
}

/// The attempt to pay for a case.
fn paying(suffix: &str) -> Attempt {
    Attempt(command(0).derive(suffix))
}

/// Whoever pays for the case has tried to, and money came that nobody asked for.
async fn paid(site: &Site, suffix: &str, pays: &str) {
    let (attempt, order) = (paying(suffix), Id::new(format!("o-{suffix}")));
    let amount = eur(12_000);
    let url = "https://pay.example/page".to_owned();
    let session = SessionRef::new(attempt.to_string());
    let mut tried = PaymentAttempt::new(attempt, order, "any", merchant(), amount, today())
        .begun_by(Id::new(pays));
    tried.page = Some(PayPage::new(session, NextStep::Redirect { url }, None));
    tried.state = PaymentState::Failed;
    let payment = PaymentRef::new(suffix);
    let seen = Observation::new(
        merchant(),
        payment,
        PaymentState::Succeeded,
        amount,
        today(),
    );
    let mut came = settle(&seen, Books::default(), today()).received.unwrap();
    let (refund, why) = (command(0).derive("refund"), RefundReason::Other);
    came.asked
        .push(AskedRefund::new(refund, eur(1_00), why, today()));
    let number = 850 + 2 * u128::try_from(suffix.len()).unwrap();
    site.change(number, MoneyChange::Attempt(Box::new(tried)))
        .await;
    site.change(number + 1, MoneyChange::Received(Box::new(came)))
        .await;
}

/// Staff have disconnected the order from its document, and have to look after a payment that was put there.
async fn exported(site: &Site, suffix: &str) {
    let (order, books) = (
        Id::new(format!("o-{suffix}")),
        OrganisationRef::new("any", "org-1"),
    );
    let number = suffix.into();
    let mut export = Export::new(order, books, number, today().date_naive(), today());
    export.state = ExportState::Disconnected(CutOff::Manual);
    export.document = Some(DocumentRef::new(suffix));
    let received = Received::key(&merchant(), &PaymentRef::new(suffix));
    let mut push = PushedPayment::new(received, eur(1_00));
    push.state = PushState::NeedsAttention(Attention::OutcomeUnknown, None);
    export.payments.push(push);
    let number = 870 + u128::try_from(suffix.len()).unwrap();
    site.change(number, BooksChange::Export(Box::new(export)))
        .await;
}

/// The browser that this person signs in from now, as they see it in their list.
async fn browser(site: &Site, name: &str) -> String {
    let cookie = site.sign_in(name).await.session;
    let desk = site.door().resume(cookie.expose()).await.unwrap();
    desk.viewer().session.as_ref().unwrap().id.to_string()
}

/// One cell: the answer as it reads, and as it is.
async fn cell(row: &str, kind: Kind, who: Who, whose: Whose) -> (String, String) {
    let town = Town::new().await;
    let id = town.id(kind, whose);
    let answer = if FOR_STAFF.iter().any(|(name, _)| *name == row) {
        let role = match who {
            Who::Support => StaffRole::Support,
            Who::Admin => StaffRole::Admin,
            _ => return ("-".to_owned(), String::new()),
        };
        let desk = town.here.portal.staff(Staff::new("sam", role));
        ask_staff(row, &desk, &id).await
    } else if matches!(who, Who::Support | Who::Admin) {
        return ("-".to_owned(), String::new());
    } else {
        match town.desk(who).await {
            Ok(desk) => ask(row, &desk, &id).await,
            Err(no) => Err(no),
        }
    };
    (read(&answer), format!("{answer:?}"))
}

fn read(answer: &Asked) -> String {
    match answer {
        Ok(true) => "yes".to_owned(),
        Ok(false) => "nothing".to_owned(),
        Err(Error::Refused(no)) => Refusals::codes(no).join(" "),
        Err(Error::NotFound) => "NotFound".to_owned(),
        Err(Error::SignInFirst) => "SignInFirst".to_owned(),
        Err(other) => panic!("{other:?}"),
    }
}

/// What the sources offer is in the table, and nothing else is: a method or form added tomorrow fails here until it has its row.
#[test]
fn whatever_a_desk_can_be_asked_has_a_row() {
    let asked = FOR_CUSTOMERS.iter().chain(FOR_STAFF);
    let table: BTreeSet<String> = asked
        .map(|(row, _)| *row)
        .chain(WITHOUT_AN_ID.iter().copied())
        .map(str::to_owned)
        .collect();
    assert_eq!(sources::everything_to_ask(), table);
}

/// 000-10, 002-14: what is somebody else's does not exist, whoever asks, in one answer to the last byte.
#[tokio::test]
async fn an_id_of_somebody_elses_is_an_id_that_does_not_exist() {
    let mut table = String::new();
    for (row, kind) in FOR_CUSTOMERS.iter().chain(FOR_STAFF) {
        writeln!(table, "{row}").unwrap();
        let mut lines: Vec<(String, Vec<Who>)> = vec![];
        for who in EVERYBODY {
            let mut cells = vec![];
            for whose in ANYBODYS {
                cells.push(cell(row, *kind, who, whose).await);
            }
            let [case, another, far, missing] = cells.try_into().unwrap();
            let of_staff = matches!(who, Who::Support | Who::Admin);
            let place = format!("{row}, {who:?}");
            assert_eq!(far, missing, "{place}: another tenant's");
            // A row in which nothing is ever found proves nothing.
            let proves = who != Who::Admin || case.0 == "-" || case != missing;
            assert!(proves, "{place}: {}", case.0);
            // A date of a course is everybody's.
            if !of_staff && *kind != Kind::Date {
                assert_eq!(another, missing, "{place}: another's");
                let barred = ["NotFound", "SignInFirst", "-"].contains(&&*another.0);
                assert!(barred, "{place}: {}", another.0);
            }
            let shown = [case, another, far, missing].map(|(text, _)| text);
            let shown = shown.join(" | ");
            if shown.starts_with('-') {
                // It takes another desk, which nobody hands them.
                continue;
            }
            match lines.iter_mut().find(|(text, _)| *text == shown) {
                Some((_, alike)) => alike.push(who),
                None => lines.push((shown, vec![who])),
            }
        }
        for (shown, alike) in lines {
            writeln!(table, "    {shown}    {alike:?}").unwrap();
        }
    }
    insta::assert_snapshot!(table);
}

/// Lists show what is theirs to those it is theirs to, and nothing of anybody else's.
#[tokio::test]
async fn lists_show_nobody_anything_of_somebody_elses() {
    let town = Town::new().await;
    for (who, sees) in [
        (Who::Registrant, "ours"),
        (Who::OrderContact, "ours"),
        (Who::BillingContact, "ours"),
        (Who::Unrelated, "nothing"),
        (Who::OtherTenants, "nothing"),
    ] {
        let desk = town.desk(who).await.unwrap();
        let courses = desk.courses().unwrap();
        let page = portal_core::Page::default();
        let shelf = portal_core::courses::Shelf::Current;
        let lists = [
            format!("{:?}", desk.orders(&page).await.unwrap()),
            format!("{:?}", courses.registrations(shelf, &page).await.unwrap()),
            format!("{:?}", courses.waiting_list(&page).await.unwrap()),
            format!("{:?}", courses.modules(shelf, &page).await.unwrap()),
        ];
        for list in lists {
            for other in ["-theirs", "-far"] {
                assert!(!list.contains(other), "{who:?}: {list}");
            }
            assert!(sees == "ours" || !list.contains("-ours"), "{who:?}: {list}");
        }
    }
}
