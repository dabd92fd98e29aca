//! What the audit trail keeps of the changes a decision made. It keeps it for ever, so what opens doors, and what people said about themselves, stays out.
use portal_core::{Change, StoreError};
use serde_json::Value;

use crate::wire::{json, parse};

/// The changes as the audit trail has them: those of accounts and people with their keys only, those of money and of the books with keys, states and amounts.
///
/// Told by their names and not by their types, so that it holds whichever features the host switched on.
pub(crate) fn changes(all: &[Change]) -> Result<String, StoreError> {
    let text = json(&all)?;
    let is_about = |of: &str| text.contains(&format!("{{\"{of}\":"));
    let tells_how = ["\"paid_with\":", "\"pay_link\":"]
        .iter()
        .any(|how| text.contains(how));
    if !CUT.iter().any(|(of, _)| is_about(of)) && !tells_how {
        return Ok(text);
    }
    let mut told: Vec<Value> = parse(&text)?;
    for (of, kept) in CUT.iter().chain(&[("order", OF_ORDER)]) {
        let what = told.iter_mut().filter_map(|change| change.get_mut(of));
        let happened = what.filter_map(Value::as_object_mut);
        happened
            .flat_map(|happened| happened.values_mut())
            .for_each(|value| keep_only(value, kept));
    }
    json(&told)
}

/// Changes that are told in part: only what is named here, everything else is left out, also what later releases add.
const CUT: [(&str, &[&str]); 4] = [
    ("account", PERSONAL),
    ("contact", PERSONAL),
    ("money", OF_MONEY),
    ("books", OF_BOOKS),
];

/// What tells which record, and in which state it is now.
const PERSONAL: &[&str] = &[
    "account",
    "asked_at",
    "but",
    "contact",
    "customer",
    "field",
    "fields",
    "id",
    "kind",
    "language",
    "new_email",
    "of",
    "pass",
    "request",
    "session",
    "state",
    "until",
];

/// Whose money, how much, and how far it is: not where it is paid, nor with what.
const OF_MONEY: &[&str] = &[
    "account",
    "amount",
    "applied",
    "asked",
    "asked_at",
    "attempt",
    "begun_at",
    "by",
    "captured",
    "code",
    "contact",
    "currency",
    "disputed",
    "disputed_as_of",
    "first_seen",
    "live",
    "merchant",
    "not",
    "order",
    "ours",
    "payer",
    "payment",
    "provider",
    "reason",
    "refund",
    "refunds",
    "refused",
    "sent_at",
    "state",
    "to",
];

/// Which order is in whose books, how far it is, and with what amounts: not what the books said in their own words, nor what of them is only looked up again.
const OF_BOOKS: &[&str] = &[
    "amount",
    "at",
    "attempt",
    "begun_at",
    "books",
    "by_hand",
    "came",
    "code",
    "currency",
    "date",
    "disconnected",
    "document",
    "due",
    "health",
    "id",
    "incomplete",
    "invalid",
    "kept",
    "needs_attention",
    "not_open",
    "number",
    "order",
    "ours",
    "overpaid",
    "paid_back",
    "paused_until",
    "payment_under_way",
    "payments",
    "period_locked",
    "posted",
    "received",
    "recorded",
    "refused",
    "round",
    "sent",
    "since",
    "stands_since",
    "state",
    "system",
    "theirs",
    "total_differs",
    "unknown_code",
    "unmapped",
    "unreached",
    "until",
];

/// How it stands and what was counted: not with what it was paid, nor where it can be.
const OF_ORDER: &[&str] = &[
    "amount",
    "at_payer",
    "by",
    "connected",
    "currency",
    "disconnected",
    "exporting",
    "is",
    "ledger",
    "order",
    "payment",
    "reason",
    "received",
    "reference",
    "since",
    "system",
    "was",
];

fn keep_only(value: &mut Value, kept: &[&str]) {
    match value {
        Value::Object(object) => {
            object.retain(|key, _| kept.contains(&key.as_str()));
            object.values_mut().for_each(|value| keep_only(value, kept));
        }
        Value::Array(all) => all.iter_mut().for_each(|value| keep_only(value, kept)),
        _ => {}
    }
}

#[cfg(all(test, feature = "payments"))]
mod tests_of_money {
    use chrono::{DateTime, Utc};
    use portal_core::{
        Currency, Id, Money,
        order::{OpenPayment, OrderChange},
        payment::{
            Applied, Attempt, Decline, DeclineReason, Merchant, MoneyChange, NextStep, PayPage,
            PayerRef, PaymentAttempt, PaymentRef, Received, RetryAdvice, SessionRef,
        },
    };
    use uuid::Uuid;

    use super::*;

    #[test]
    fn the_trail_tells_whose_money_it_is_and_how_much_and_neither_a_page_nor_a_card() {
        let at = DateTime::<Utc>::UNIX_EPOCH;
        let eur: Currency = "EUR".parse().unwrap();
        let amount = Money::from_minor(120_00, eur);
        let merchant = Merchant::test("acct_1");
        let (attempt, order) = (Attempt(Uuid::nil()), Id::new("o1"));
        let mut paid = PaymentAttempt::new(
            attempt,
            order.clone(),
            "cards",
            merchant.clone(),
            amount,
            at,
        );
        let url = "https://pay.example/secret".to_owned();
        let next = NextStep::Redirect { url };
        paid.page = Some(PayPage::new(SessionRef::new("cs_secret"), next, Some(at)));
        paid.paid_with = Some("Visa 4242".to_owned());
        let (reason, advice) = (DeclineReason::Other, RetryAdvice::Never);
        paid.decline = Some(Decline::new(reason, advice, "secret"));
        let payment = PaymentRef::new("pi_1");
        let came = Received::new(merchant, payment, amount, Applied::To(order.clone()), at);
        let all = [
            Change::from(OrderChange::PaymentStands {
                order: order.clone(),
                payment: Some(OpenPayment::at_payer(at)),
            }),
            Change::from(OrderChange::PaymentCounted {
                order,
                received: Id::new("r1"),
                was: Money::zero(eur),
                is: amount,
                paid_with: Some("Visa 4242".to_owned()),
            }),
            Change::from(MoneyChange::Attempt(Box::new(paid))),
            Change::from(MoneyChange::Received(Box::new(came))),
            Change::from(MoneyChange::Payer {
                contact: Id::new("k1"),
                merchant: Merchant::test("acct_1"),
                payer: PayerRef::new("cus_1"),
            }),
        ];
        let lines = all.map(|change| changes(&[change]).unwrap());
        insta::assert_snapshot!(lines.join("\n"), @r#"
        [{"order":{"payment_stands":{"order":"o1","payment":{"since":"1970-01-01T00:00:00Z","at_payer":true}}}}]
        [{"order":{"payment_counted":{"is":{"amount":"120.00","currency":"EUR"},"order":"o1","received":"r1","was":{"amount":"0.00","currency":"EUR"}}}}]
        [{"money":{"attempt":{"amount":{"amount":"120.00","currency":"EUR"},"attempt":"00000000-0000-0000-0000-000000000000","begun_at":"1970-01-01T00:00:00Z","by":null,"merchant":{"account":"acct_1","live":false},"order":"o1","payment":null,"provider":"cards","state":"open"}}}]
        [{"money":{"received":{"applied":{"to":"o1"},"asked":[],"attempt":null,"captured":{"amount":"120.00","currency":"EUR"},"disputed":{"amount":"0.00","currency":"EUR"},"disputed_as_of":"1970-01-01T00:00:00Z","first_seen":"1970-01-01T00:00:00Z","merchant":{"account":"acct_1","live":false},"payment":"pi_1","refunds":[]}}}]
        [{"money":{"payer":{"contact":"k1","merchant":{"account":"acct_1","live":false},"payer":"cus_1"}}}]
        "#);
    }
}

#[cfg(all(test, feature = "accounting"))]
mod tests_of_books {
    use chrono::{DateTime, Utc};
    use portal_core::{
        Currency, Id, Money,
        accounting::{
            Attention, BooksChange, CustomerRef, DocumentRef, Export, ExportState, Fingerprint,
            LedgerConnection, LedgerDocument, LedgerRefusal, OrganisationRef, PostedRef, PushState,
            PushedPayment, Sent,
        },
        order::{LedgerLink, OrderChange},
    };

    use super::*;

    #[test]
    fn the_trail_tells_which_order_is_in_whose_books_and_neither_their_words_nor_where_to_pay() {
        let at = DateTime::<Utc>::UNIX_EPOCH;
        let eur: Currency = "EUR".parse().unwrap();
        let amount = Money::from_minor(120_00, eur);
        let (order, books) = (Id::new("o1"), OrganisationRef::new("ledger", "org_1"));
        let (day, number) = (at.date_naive(), "INV-1");
        let mut export = Export::new(order.clone(), books.clone(), number.into(), day, at);
        let secret = || "Ana owes too much".to_owned();
        let messages = vec![secret()];
        let refused = Attention::Refused(LedgerRefusal::Invalid { messages });
        export.state = ExportState::NeedsAttention(refused);
        let (document, customer) = (DocumentRef::new("doc_1"), CustomerRef::new("cus_1"));
        let theirs = LedgerDocument::new(document.clone(), number.into(), customer, day, amount);
        export.sent = Some(Sent::new(at, Fingerprint::of(&theirs)));
        export.document = Some(document);
        let mut payment = PushedPayment::new(Id::new("r1"), amount);
        let unreached = Attention::Unreached { why: secret() };
        payment.state = PushState::NeedsAttention(unreached, Some(PostedRef::new("pay_1")));
        export.payments.push(payment);
        let all = [
            Change::from(OrderChange::LedgerStands {
                order: order.clone(),
                ledger: LedgerLink::Connected {
                    system: "Ledger".into(),
                    reference: number.into(),
                    pay_link: Some("https://pay.example/secret".into()),
                },
            }),
            Change::from(OrderChange::LedgerStands {
                order,
                ledger: LedgerLink::NotExported,
            }),
            Change::from(BooksChange::Export(Box::new(export))),
            Change::from(BooksChange::Connection(Box::new(LedgerConnection::new(
                books, at,
            )))),
        ];
        let lines = all.map(|change| changes(&[change]).unwrap());
        insta::assert_snapshot!(lines.join("\n"), @r#"
        [{"order":{"ledger_stands":{"ledger":{"connected":{"reference":"INV-1","system":"Ledger"}},"order":"o1"}}}]
        [{"order":{"ledger_stands":{"order":"o1","ledger":"not_exported"}}}]
        [{"books":{"export":{"attempt":1,"begun_at":"1970-01-01T00:00:00Z","books":{"id":"org_1","system":"ledger"},"date":"1970-01-01","document":"doc_1","number":"INV-1","order":"o1","payments":[{"amount":{"amount":"120.00","currency":"EUR"},"received":"r1","state":{"needs_attention":[{"unreached":{}},"pay_1"]}}],"round":0,"sent":{"at":"1970-01-01T00:00:00Z"},"stands_since":"1970-01-01T00:00:00Z","state":{"needs_attention":{"refused":{"invalid":{}}}}}}}]
        [{"books":{"connection":{"books":{"id":"org_1","system":"ledger"},"health":"active","paused_until":null,"since":"1970-01-01T00:00:00Z"}}}]
        "#);
    }
}

#[cfg(all(test, feature = "accounts"))]
mod tests {
    use chrono::{DateTime, Utc};
    use portal_core::{
        Id,
        accounts::{
            AccountChange, AccountRequest, Applicant, ContactChange, Digest, FieldValue, Pass,
            PassHolder, PassKind, PasswordHash, RequestKind, SealedSecret,
        },
        details::EmailAddress,
        profile,
    };

    use super::*;

    #[test]
    fn the_trail_tells_which_records_and_nothing_that_opens_a_door_or_names_a_person() {
        let at = DateTime::<Utc>::UNIX_EPOCH;
        let email = EmailAddress::parse("ana@example.com").unwrap();
        let account = Id::new("a1");
        let applicant = Applicant::new(email.clone(), "Ana", "Cruz");
        let request =
            AccountRequest::new(Id::new("q1"), RequestKind::SignUp, at, applicant.clone())
                .with_password(PasswordHash::new("$argon2id$hash"));
        let (sent_to, secret) = (Digest::of("ana@example.com"), Digest::of("secret"));
        let kind = PassKind::NewEmail {
            email: email.clone(),
        };
        let of = PassHolder::Account(account.clone());
        let all = [
            Change::from(AccountChange::Opened {
                account: account.clone(),
                contact: Id::new("k1"),
                customer: Id::new("c1"),
                email: Some(email.clone()),
                phone: None,
            }),
            Change::from(AccountChange::PasswordSet {
                account: account.clone(),
                password: PasswordHash::new("$argon2id$hash"),
                device: Some(Digest::of("a browser")),
            }),
            Change::from(AccountChange::SecondFactorSet {
                account,
                sealed: SealedSecret::new("sealed"),
            }),
            Change::from(AccountChange::PassIssued {
                pass: Pass::new(Id::new("p1"), kind, of, sent_to, secret, at),
            }),
            Change::from(AccountChange::Requested {
                request: Box::new(request),
            }),
            Change::from(ContactChange::Added {
                contact: Id::new("k1"),
                applicant: Box::new(applicant),
            }),
            Change::from(ContactChange::ProfileUpdated {
                contact: Id::new("k1"),
                fields: vec![FieldValue::new(
                    "motto",
                    profile::Value::Text("private".into()),
                )],
            }),
        ];
        let lines = all.map(|change| changes(&[change]).unwrap());
        insta::assert_snapshot!(lines.join("\n"), @r#"
        [{"account":{"opened":{"account":"a1","contact":"k1","customer":"c1"}}}]
        [{"account":{"password_set":{"account":"a1"}}}]
        [{"account":{"second_factor_set":{"account":"a1"}}}]
        [{"account":{"pass_issued":{"pass":{"id":"p1","kind":{"new_email":{}},"of":{"account":"a1"},"state":"open","until":"1970-01-01T00:00:00Z"}}}}]
        [{"account":{"requested":{"request":{"asked_at":"1970-01-01T00:00:00Z","id":"q1","kind":"sign_up","state":"pending"}}}}]
        [{"contact":{"added":{"contact":"k1"}}}]
        [{"contact":{"profile_updated":{"contact":"k1","fields":[{"field":"motto"}]}}}]
        "#);
    }
}
