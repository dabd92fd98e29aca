//! Whatever is done, in any order: debits are credits, what customers owe is what their invoices say, and a journal that is opened anew says the same.
#![expect(
    clippy::indexing_slicing,
    clippy::unwrap_used,
    reason = "clippy knows tests by their attribute; the helpers of these have none"
)]
use std::sync::Arc;

use portal_accounting::journal::{Chart, Journal};
use portal_core::{
    Id, Money,
    accounting::{
        AccountingSystem as _, ChangeCursor, DraftLine, InvoiceDraft, LedgerCustomer, LineCodes,
        PaymentPosting, TaxIn, Voiding,
    },
    chrono::NaiveDate,
    uuid::Uuid,
};
use portal_testkit::StoppedClock;
use proptest::prelude::*;
use tokio::runtime::Builder;

/// Something somebody does; numbers choose among what is there.
#[derive(Debug, Clone)]
enum Act {
    Invoice {
        amounts: Vec<i64>,
        tax: u8,
        wrong: i64,
        number: u8,
    },
    Pay {
        which: usize,
        part: i64,
        reference: u8,
    },
    Void {
        which: usize,
    },
    TakeBack {
        which: usize,
    },
    Close {
        day: u8,
    },
}

fn acts() -> impl Strategy<Value = Vec<Act>> {
    let amounts = prop::collection::vec(-5_000_i64..20_000, 1..4);
    let act = prop_oneof![
        4 => (amounts, 0_u8..4, prop_oneof![9 => Just(0_i64), 1 => -2_i64..3], 0_u8..30)
            .prop_map(|(amounts, tax, wrong, number)| Act::Invoice { amounts, tax, wrong, number }),
        4 => (any::<usize>(), 1_i64..25_000, 0_u8..20).prop_map(|(which, part, reference)| Act::Pay { which, part, reference }),
        2 => any::<usize>().prop_map(|which| Act::Void { which }),
        2 => any::<usize>().prop_map(|which| Act::TakeBack { which }),
        1 => (0_u8..40).prop_map(|day| Act::Close { day }),
    ];
    prop::collection::vec(act, 1..40)
}

fn chart() -> Chart {
    Chart::new("acme", "Acme Training", "EUR".parse().unwrap(), "1100")
        .revenue("4000")
        .revenue("4010")
        .bank("1200")
        .tax("VAT20", "20".parse().unwrap(), "2200")
        .tax("VAT7", "7.7".parse().unwrap(), "2210")
}

fn euro(minor: i64) -> Money {
    Money::from_minor(minor, "EUR".parse().unwrap())
}

fn day(n: u8) -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, 1, 1).unwrap() + portal_core::chrono::Days::new(n.into())
}

/// The draft with the total its lines come to, give or take what is wrong.
fn draft(
    customer: &portal_core::accounting::CustomerRef,
    amounts: &[i64],
    tax: u8,
    wrong: i64,
    number: u8,
) -> InvoiceDraft {
    let (tax_in, code) = match tax {
        0 => (TaxIn::None, None),
        1 => (TaxIn::Amounts, Some(("VAT20", 200))),
        2 => (TaxIn::OnTop, Some(("VAT20", 200))),
        _ => (TaxIn::OnTop, Some(("VAT7", 77))),
    };
    let mut total = 0;
    let mut lines = vec![];
    for (n, amount) in amounts.iter().enumerate() {
        let mut codes = LineCodes::account(if n % 2 == 0 { "4000" } else { "4010" });
        if let Some((code, _)) = code {
            codes = codes.taxed(code);
        }
        total += amount;
        if let (TaxIn::OnTop, Some((_, permille))) = (tax_in, code) {
            // Half a cent goes away from nothing.
            let exact = amount * permille;
            total += (exact.abs() + 500) / 1000 * exact.signum();
        }
        lines.push(DraftLine::new(format!("Line {n}"), euro(*amount), codes));
    }
    InvoiceDraft::new(
        format!("N-{number}").into(),
        Id::new("order-1"),
        customer.clone(),
        day(20),
        lines,
        euro(total + wrong),
    )
    .taxed(tax_in)
}

async fn play(journal: &Journal, acts: &[Act]) -> u32 {
    let customer = journal
        .customer(
            &LedgerCustomer::new("ana", "=cmd|' /C calc'!A0"),
            Uuid::from_u128(1),
        )
        .await
        .unwrap();
    let (mut documents, mut payments, mut done) = (vec![], vec![], 0);
    for (n, act) in acts.iter().enumerate() {
        let key = Uuid::from_u128(100 + n as u128);
        let which = |at: usize, of: usize| if of == 0 { None } else { Some(at % of) };
        let went = match act {
            Act::Invoice {
                amounts,
                tax,
                wrong,
                number,
            } => {
                let made = journal
                    .create(&draft(&customer, amounts, *tax, *wrong, *number), key)
                    .await;
                assert!(
                    *wrong == 0 || made.is_err(),
                    "what does not add up is refused"
                );
                made.map(|made| documents.push(made.document)).is_ok()
            }
            Act::Pay {
                which: at,
                part,
                reference,
            } => match which(*at, documents.len()) {
                None => false,
                Some(at) => {
                    let posting = PaymentPosting::new(
                        documents[at].clone(),
                        euro(*part),
                        day(20),
                        "1200".into(),
                        format!("+{reference}").into(),
                    );
                    let paid = journal.record_payment(&posting, key).await;
                    paid.map(|paid| payments.push(paid.payment)).is_ok()
                }
            },
            Act::Void { which: at } => match which(*at, documents.len()) {
                None => false,
                Some(at) => journal.void(&documents[at], key).await.is_ok(),
            },
            Act::TakeBack { which: at } => match which(*at, payments.len()) {
                None => false,
                Some(at) => journal.take_back(&payments[at], key).await.is_ok(),
            },
            Act::Close { day: until } => journal.close(day(*until)).is_ok(),
        };
        done += u32::from(went);
    }
    done
}

async fn is_sound(journal: &Journal) {
    let balances = journal.balances();
    assert_eq!(balances.values().sum::<i128>(), 0, "{balances:?}");
    let mut by_record = std::collections::BTreeMap::new();
    for line in journal.entries() {
        assert!(
            line.debit.is_some() != line.credit.is_some(),
            "one side of each"
        );
        let minor = |side: Option<Money>| side.map_or(0, |money| money.minor());
        assert!(
            minor(line.debit) + minor(line.credit) > 0,
            "an entry is of something"
        );
        *by_record.entry(line.record).or_insert(0) += minor(line.debit) - minor(line.credit);
    }
    assert!(
        by_record.values().all(|sum| *sum == 0),
        "each record for itself: {by_record:?}"
    );
    let documents = journal
        .changes(&ChangeCursor::Page("0".into()))
        .await
        .unwrap()
        .documents;
    let due: i128 = documents.iter().map(|d| i128::from(d.due.minor())).sum();
    let paid: i128 = documents.iter().map(|d| i128::from(d.paid.minor())).sum();
    let account = |code: &str| {
        balances
            .iter()
            .filter(|((known, _), _)| &**known == code)
            .map(|(_, sum)| *sum)
            .sum::<i128>()
    };
    assert_eq!(
        (account("1100"), account("1200")),
        (due, paid),
        "owed and arrived"
    );
    for document in &documents {
        let reckoned = document.total.minus(document.paid).unwrap();
        assert!(
            document.due.minor() >= 0 && (document.due == reckoned || !document.state.stands())
        );
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 128, ..ProptestConfig::default() })]

    #[test]
    fn debits_are_credits_and_what_is_owed_is_what_invoices_say(acts in acts()) {
        let journal = Journal::in_memory(chart(), Arc::new(StoppedClock::default()));
        let runtime = Builder::new_current_thread().build().unwrap();
        runtime.block_on(async {
            play(&journal, &acts).await;
            is_sound(&journal).await;
        });
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 12, ..ProptestConfig::default() })]

    #[test]
    fn opened_anew_it_says_the_same(acts in acts()) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("books.jsonl");
        let clock = Arc::new(StoppedClock::default());
        let runtime = Builder::new_current_thread().build().unwrap();
        runtime.block_on(async {
            let journal = Journal::open(&path, chart(), Arc::<StoppedClock>::clone(&clock)).unwrap();
            play(&journal, &acts).await;
            let before = (journal.entries(), journal.changes(&ChangeCursor::Page("0".into())).await.unwrap());
            drop(journal);
            let again = Journal::open(&path, chart(), clock).unwrap();
            is_sound(&again).await;
            assert_eq!((again.entries(), again.changes(&ChangeCursor::Page("0".into())).await.unwrap()), before);
        });
    }
}
