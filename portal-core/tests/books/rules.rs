//! The rules, one by one.
use portal_core::{
    accounting::{
        Attention, CustomerRef, DocumentRef, DocumentState, Export, ExportState, Fingerprint,
        FoundThere, LedgerDocument, LedgerLine, Mirror, OnOpenPayment, OrganisationRef,
        document_number, fits, found_there, heard, held_up_by, may_export,
    },
    order::{CutOff, LedgerLink, OpenPayment},
    payment::{NextStep, PayPage, SessionRef},
};
use portal_testkit::facts::*;

/// What somebody does to a document there.
type Edit = fn(&mut LedgerDocument);

fn document() -> LedgerDocument {
    let (name, customer) = (DocumentRef::new("doc-1"), CustomerRef::new("customer-ana"));
    let date = today().date_naive();
    LedgerDocument::new(name, "SO-o1".into(), customer, date, eur(120_00)).with_lines(vec![
        LedgerLine::new(None, eur(100_00)),
        LedgerLine::new(None, eur(20_00)),
    ])
}

fn export() -> Export {
    let (books, date) = (OrganisationRef::new("any", "org-1"), today().date_naive());
    let mut export = Export::new("o1".into(), books, "SO-o1".into(), date, today());
    export.state = ExportState::Connected;
    export.document = Some(document().document);
    export.baseline = Some(Fingerprint::of(&document()));
    export.mirror = Some(Mirror::of(&document(), today()));
    export
}

/// A5: what each state says to another export.
#[test]
fn an_order_is_exported_once() {
    let details = order("o1").details();
    let system = "The Books".into();
    let needs = ExportState::NeedsAttention(Attention::NumberTaken);
    for (state, expected) in [
        (None, vec![]),
        (Some(ExportState::Forgotten), vec![]),
        (Some(ExportState::Wanted), vec!["export.under-way"]),
        (Some(ExportState::Exporting), vec!["export.under-way"]),
        (Some(ExportState::Recovering), vec!["export.under-way"]),
        (Some(needs), vec!["export.needs-attention"]),
        (Some(ExportState::Connected), vec!["export.already-there"]),
        (
            Some(ExportState::Disconnected(CutOff::Manual)),
            vec!["export.cut-off"],
        ),
    ] {
        let known = state.map(|state| export().standing(state, today()));
        let verdict = may_export(&details, known.as_ref(), &system);
        assert_eq!(
            verdict.map_or_else(|no| no.codes(), |()| vec![]),
            expected,
            "{known:?}"
        );
    }
    let hosts_own = order("o1")
        .with_ledger(LedgerLink::connected("Xero", "1"))
        .details();
    let no = may_export(&hosts_own, None, &system).unwrap_err();
    assert_eq!(no.codes(), ["export.already-there"]);
}

/// A13: of a payment under way the policy decides; words that tell how to pay hold nothing up.
#[test]
fn a_payment_under_way_holds_an_export_up() {
    use OnOpenPayment as P;
    let idle = order("o1");
    let mut busy = order("o1");
    busy.payment = Some(OpenPayment::at_payer(today()));
    let attempt = payment_attempt(1, "o1").on_page("s1");
    let mut told = payment_attempt(2, "o1");
    let words = NextStep::Instructions {
        text: "by bank".to_owned(),
        reference: "RF1".into(),
    };
    told.page = Some(PayPage::new(SessionRef::new("s2"), words, None));
    for policy in [P::CancelFirst, P::Defer] {
        assert_eq!(held_up_by(&idle, None, policy, today()), None);
        assert_eq!(held_up_by(&busy, None, policy, today()), Some(today()));
        assert_eq!(
            held_up_by(&busy, Some(&attempt), policy, today()),
            Some(today())
        );
        assert_eq!(held_up_by(&idle, Some(&told), policy, today()), None);
    }
    assert_eq!(
        held_up_by(&busy, Some(&attempt), P::ExportAnyway, today()),
        None
    );
}

/// A document is ours only if it was made of what was sent; what the books make of its total is theirs to say.
#[test]
fn a_document_is_ours_if_it_looks_like_what_was_sent() {
    let (order, sent) = (order("o1"), Fingerprint::of(&document()));
    assert_eq!(found_there(&sent, &order, &document()), FoundThere::Ours);
    let mut shuffled = document();
    shuffled.lines.reverse();
    assert_eq!(found_there(&sent, &order, &shuffled), FoundThere::Ours);
    let mut paid = document().standing(DocumentState::Settled);
    paid.due = eur(0);
    assert_eq!(found_there(&sent, &order, &paid), FoundThere::Ours);
    let mut rounded = document();
    rounded.total = eur(120_01);
    let (ours, theirs) = (eur(120_00), eur(120_01));
    let differs = FoundThere::TotalDiffers { ours, theirs };
    assert_eq!(found_there(&sent, &order, &rounded), differs);
    let changes: [Edit; 4] = [
        |d| d.customer = CustomerRef::new("customer-bob"),
        |d| d.date = d.date.succ_opt().unwrap(),
        |d| d.lines[0].amount = eur(99_00),
        |d| d.state = DocumentState::Draft,
    ];
    for change in changes {
        let mut other = document();
        change(&mut other);
        assert_eq!(
            found_there(&sent, &order, &other),
            FoundThere::SomebodyElses
        );
    }
    let dearer = portal_core::order::Balance::unpaid(eur(150_00));
    let (ours, theirs) = (eur(150_00), eur(120_00));
    let differs = FoundThere::TotalDiffers { ours, theirs };
    assert_eq!(
        found_there(&sent, &order.with_balance(dearer), &document()),
        differs
    );
}

/// A5: void, delete and edit cut off; payments and credits do not.
#[test]
fn what_a_look_makes_of_a_connected_order() {
    use ExportState as S;
    let later = today() + hours(1);
    assert_eq!(heard(&export(), &document(), true, later), None);
    let changes: [(Edit, S); 6] = [
        (
            |d| d.state = DocumentState::Voided,
            S::Disconnected(CutOff::RemoteVoided),
        ),
        (
            |d| d.state = DocumentState::Deleted,
            S::Disconnected(CutOff::RemoteDeleted),
        ),
        (
            |d| d.state = DocumentState::Draft,
            S::Disconnected(CutOff::RemoteChanged),
        ),
        (
            |d| d.total = eur(1_00),
            S::Disconnected(CutOff::RemoteChanged),
        ),
        (
            |d| d.lines.truncate(1),
            S::Disconnected(CutOff::RemoteChanged),
        ),
        (
            |d| (d.due, d.credited) = (eur(110_00), eur(10_00)),
            S::Connected,
        ),
    ];
    for (change, expected) in changes {
        let mut there = document();
        change(&mut there);
        let heard = heard(&export(), &there, true, later).unwrap();
        assert_eq!(heard.state, expected, "{there:?}");
    }
    let mut listed = document();
    listed.lines.clear();
    assert_eq!(heard(&export(), &listed, false, later), None);
    let off = export().standing(S::Disconnected(CutOff::Manual), today());
    assert_eq!(
        heard(
            &off,
            &document().standing(DocumentState::Voided),
            true,
            later
        ),
        None
    );
}

/// Whether so much can be put against a document as it is.
#[test]
fn a_payment_fits_an_open_document_that_owes_as_much() {
    let open = document();
    assert_eq!(fits(&open, eur(120_00)), Ok(()));
    let (due, came) = (eur(120_00), eur(120_01));
    assert_eq!(fits(&open, came), Err(Attention::Overpaid { due, came }));
    for state in [
        DocumentState::Draft,
        DocumentState::Voided,
        DocumentState::Deleted,
        DocumentState::Strange,
    ] {
        let other = document().standing(state);
        assert_eq!(fits(&other, eur(1_00)), Err(Attention::NotOpen { state }));
    }
}

/// The same order gives the same number, and two orders never the same.
#[test]
fn a_number_is_the_orders_own() {
    assert_eq!(&*document_number(&order("o1"), 0, 40), "SO-o1");
    assert_eq!(&*document_number(&order("o1"), 1, 40), "SO-o1-2");
    let long = |n: u32| order(&format!("{}{n}", "x".repeat(60)));
    for round in 0..3 {
        let (one, other) = (
            document_number(&long(1), round, 20),
            document_number(&long(2), round, 20),
        );
        assert_ne!(one, other);
        assert!(one.chars().count() <= 20, "{one}");
        assert_eq!(one, document_number(&long(1), round, 20));
    }
}
