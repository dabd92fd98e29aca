//! What is written down about the books comes out as it was.
use chrono::{DateTime, Utc};
use portal_core::{
    Id,
    accounting::{
        Attention, ChangeCursor, CustomerRef, DocumentClass, DocumentRef, DocumentState, Export,
        ExportKey, ExportState, Fingerprint, Health, LedgerConnection, LedgerDocument, LedgerLine,
        LedgerRefusal, Mirror, OrganisationRef, PostedRef, PushState, PushedPayment, Sent,
    },
    order::CutOff,
};

use super::{
    super::{
        payments::take,
        scene::{apply, yes},
    },
    scene::{connected, connection, exported, found, received_for, waiting, write},
};
use crate::{
    World,
    conformance::values::TEXTS,
    facts::{ExportFacts, eur, export, hours, income, money, test_books, today},
};

/// Instants are kept to the microsecond.
fn odd_instant() -> DateTime<Utc> {
    today() + chrono::Duration::microseconds(7)
}

/// An export in every state, for every reason, with and without everything else; written over one another.
pub async fn everything_about_an_export_comes_back_as_it_was(world: &dyn World) {
    let mut number = 0;
    for state in every_state() {
        let bare = export("o1").now(state);
        for one in [&bare, &full(bare.clone()), &bare] {
            number += 1;
            write(world, number, one).await;
            assert_eq!(exported(world, "o1").await.value, *one);
            let listed: Vec<_> = one
                .needs_attention()
                .then(|| one.clone())
                .into_iter()
                .collect();
            assert_eq!(waiting(world).await, listed);
        }
    }
}

fn full(mut one: Export) -> Export {
    let total = money(1_234_567, "KWD");
    let (document, customer) = (DocumentRef::new("doc_1"), CustomerRef::new("cus_1"));
    let line = LedgerLine::new(Some("1".into()), total);
    let theirs = LedgerDocument::new(
        document.clone(),
        "INV-1".into(),
        customer.clone(),
        one.date,
        total,
    );
    let theirs = theirs.with_lines(vec![line]);
    let baseline = Fingerprint::of(&theirs);
    let mut sent = baseline.clone();
    sent.class = DocumentClass::Strange;
    sent.lines.clear();
    one.round = u32::MAX;
    one.attempt = 7;
    one.begun_at = odd_instant();
    one.stands_since = odd_instant() + hours(1);
    one.sent = Some(Sent::new(odd_instant(), sent));
    one.customer = Some(customer);
    one.document = Some(document);
    one.baseline = Some(baseline);
    one.mirror = Some(Mirror::of(&theirs, odd_instant()));
    one.payments = every_push()
        .into_iter()
        .zip(1..)
        .map(|(state, n)| {
            let mut payment = PushedPayment::new(Id::new(format!("r{n}")), eur(n));
            payment.state = state;
            payment
        })
        .collect();
    one
}

/// A connection in every state of health, wherever it has got to.
pub async fn everything_about_a_connection_comes_back_as_it_was(world: &dyn World) {
    let cursors = [
        ChangeCursor::Since(odd_instant()),
        ChangeCursor::Page("{\"page\":2}".into()),
    ];
    let mut number = 0;
    for health in [Health::Active, Health::ReauthRequired, Health::Revoked] {
        for cursor in &cursors {
            for at in [None, Some(odd_instant())] {
                number += 1;
                let mut one = LedgerConnection::new(test_books(), odd_instant());
                one.health = health;
                one.cursor = cursor.clone();
                one.paused_until = at;
                one.read_at = at;
                apply(world, yes(number).changed(connected(&one))).await;
                let found = connection(world, &test_books()).await;
                assert_eq!(found.unwrap().value, one);
            }
        }
    }
}

/// Whatever a host calls orders and an accounting system its documents: as keys too.
pub async fn every_text_about_the_books_comes_back_as_it_was(world: &dyn World) {
    for (n, odd) in (1..).zip(TEXTS) {
        let order = format!("o{n}{odd}");
        let why = odd.to_owned();
        let stuck = ExportState::NeedsAttention(Attention::Unreached { why });
        let mut one = export(&order).now(stuck).known_as(odd);
        one.books = OrganisationRef::new(format!("s{n}{odd}"), odd);
        one.number = odd.into();
        one.customer = Some(CustomerRef::new(odd));
        write(world, 3 * n, &one).await;
        let mut health = LedgerConnection::new(one.books.clone(), today());
        health.cursor = ChangeCursor::Page(odd.into());
        apply(world, yes(3 * n + 1).changed(connected(&health))).await;
        let came = income(&format!("pi_{n}{odd}"), &order);
        take(world, 3 * n + 2, &came).await;

        for by in [
            ExportKey::Order(Id::new(order.as_str())),
            ExportKey::Document(one.books.clone(), DocumentRef::new(odd)),
        ] {
            assert_eq!(found(world, by).await.as_ref(), Some(&one));
        }
        let known = connection(world, &one.books).await.unwrap();
        assert_eq!(known.value, health);
        assert_eq!(received_for(world, &order).await, [came]);
        assert!(waiting(world).await.contains(&one));
    }
}

fn every_state() -> Vec<ExportState> {
    let mut all = vec![
        ExportState::Wanted,
        ExportState::Exporting,
        ExportState::Recovering,
        ExportState::Connected,
        ExportState::Forgotten,
    ];
    let cut_off = CutOff::ALL.iter().copied();
    all.extend(cut_off.map(ExportState::Disconnected));
    all.extend(
        every_attention()
            .into_iter()
            .map(ExportState::NeedsAttention),
    );
    all
}

fn every_push() -> Vec<PushState> {
    let mut all = vec![
        PushState::Waiting,
        PushState::Sent(odd_instant()),
        PushState::Recorded(PostedRef::new("pay_1")),
        PushState::ByHand {
            at: odd_instant(),
            kept: Some(eur(1)),
        },
    ];
    let posted = [None, Some(PostedRef::new("pay_2"))].into_iter().cycle();
    let reasons = every_attention().into_iter().zip(posted);
    all.extend(reasons.map(|(why, posted)| PushState::NeedsAttention(why, posted)));
    all
}

fn every_attention() -> Vec<Attention> {
    let why = || "it's \"odd\"".to_owned();
    let (state, eur, usd) = (DocumentState::Voided, eur(120_00), money(99, "USD"));
    let refusals = [
        LedgerRefusal::NumberTaken,
        LedgerRefusal::PeriodLocked { until: None },
        LedgerRefusal::PeriodLocked {
            until: Some(today().date_naive()),
        },
        LedgerRefusal::CustomerArchived,
        LedgerRefusal::UnknownCode { code: why() },
        LedgerRefusal::Unmapped { what: why() },
        LedgerRefusal::Currency {
            currency: usd.currency(),
        },
        LedgerRefusal::NotOpen { state },
        LedgerRefusal::Invalid {
            messages: vec![why(), String::new()],
        },
    ];
    let mut all = vec![
        Attention::NumberTaken,
        Attention::TotalDiffers {
            ours: eur,
            theirs: usd,
        },
        Attention::OutcomeUnknown,
        Attention::PaymentUnderWay {
            since: odd_instant(),
        },
        Attention::Unreached { why: why() },
        Attention::Incomplete { why: why() },
        Attention::Overpaid {
            due: eur,
            came: usd,
        },
        Attention::NotOpen { state },
        Attention::PaidBack {
            posted: eur,
            kept: usd,
        },
        Attention::TakenOut,
        Attention::NotConnected,
    ];
    all.extend(refusals.map(Attention::Refused));
    all
}
