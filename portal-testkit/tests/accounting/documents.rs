//! Contacts, invoices and payments.
use portal_testkit::facts::{hours, minutes};

use super::desk::{Desk, draft, payment};

const INVOICES: &str = "/api.xro/2.0/Invoices";
const PAYMENTS: &str = "/api.xro/2.0/Payments";

#[tokio::test]
async fn put_refuses_a_number_that_is_taken_and_post_writes_over_it() {
    let desk = Desk::new();
    desk.invoice("SO-1").await;
    let contact = desk.contact().await;
    let again = desk.put(INVOICES, &draft("SO-1", &contact, "99.00")).await;
    assert_eq!(again.status, 400);
    assert!(again.complaints().contains("Invoice # must be unique"));
    assert_eq!(
        desk.xero.numbered("SO-1")[0].total(),
        "120".parse().unwrap()
    );
    let over = desk.post(INVOICES, &draft("SO-1", &contact, "99.00")).await;
    assert_eq!(over.status, 200);
    assert_eq!(desk.xero.numbered("SO-1")[0].total(), "99".parse().unwrap());
}

#[tokio::test]
async fn a_key_answers_alike_for_six_minutes_and_then_never_heard_of_it() {
    let desk = Desk::new();
    let contact = desk.contact().await;
    let one = desk
        .keyed("k", INVOICES, &draft("SO-1", &contact, "120.00"))
        .await;
    let again = desk
        .keyed("k", INVOICES, &draft("SO-1", &contact, "120.00"))
        .await;
    assert_eq!((again.status, &again.text), (200, &one.text));
    let other = desk
        .keyed("k", INVOICES, &draft("SO-1", &contact, "121.00"))
        .await;
    assert_eq!(other.status, 400);
    assert!(other.text.contains("used with a different request"));
    desk.clock.advance(minutes(6));
    let late = desk
        .keyed("k", INVOICES, &draft("SO-1", &contact, "120.00"))
        .await;
    assert_eq!(late.status, 400);
    assert!(late.complaints().contains("must be unique"));
    assert_eq!(desk.xero.invoices().len(), 1);
}

#[tokio::test]
async fn an_error_is_kept_under_its_key_too() {
    let desk = Desk::new();
    let contact = desk.contact().await;
    desk.xero.break_next(500);
    for _ in 0..2 {
        let broken = desk
            .keyed("k", INVOICES, &draft("SO-1", &contact, "120.00"))
            .await;
        assert_eq!(broken.status, 500);
    }
    let fresh = desk
        .keyed("l", INVOICES, &draft("SO-1", &contact, "120.00"))
        .await;
    assert_eq!(fresh.status, 200);
}

#[tokio::test]
async fn a_contact_with_more_than_its_name_changes_the_contact() {
    let desk = Desk::new();
    let id = desk.contact().await;
    let uuid = id.parse().unwrap();
    desk.xero.edit_contact(uuid, |contact| {
        contact.persons = vec!["office@example.com".to_owned()];
    });
    desk.put(INVOICES, &draft("SO-1", &id, "1.00")).await;
    assert_eq!(desk.xero.contacts()[0].persons.len(), 1);
    let more = draft("SO-2", &format!(r#"{id}","Name":"Ana D."#), "1.00");
    desk.put(INVOICES, &more).await;
    let contact = &desk.xero.contacts()[0];
    assert_eq!(
        (contact.name.as_str(), contact.persons.len()),
        ("Ana D.", 0)
    );
}

#[tokio::test]
async fn payments_are_refused_where_xero_refuses_them() {
    let desk = Desk::new();
    let invoice = desk.invoice("SO-1").await;
    let refused = |said: super::desk::Said, why: &str| {
        assert_eq!(said.status, 400);
        assert!(said.complaints().contains(why), "{}", said.text);
    };
    refused(
        desk.put(PAYMENTS, &payment(&invoice, "120.01", "090"))
            .await,
        "exceeds the amount outstanding",
    );
    refused(
        desk.put(PAYMENTS, &payment(&invoice, "1.00", "200")).await,
        "not a valid code",
    );
    let draft_one = draft("SO-2", &desk.contact().await, "5.00").replace("AUTHORISED", "DRAFT");
    let made = desk.put(INVOICES, &draft_one).await.json();
    let drafted = made["Invoices"][0]["InvoiceID"]
        .as_str()
        .unwrap()
        .to_owned();
    refused(
        desk.put(PAYMENTS, &payment(&drafted, "1.00", "090")).await,
        "Authorised documents",
    );
    desk.xero.void(invoice.parse().unwrap());
    refused(
        desk.put(PAYMENTS, &payment(&invoice, "1.00", "090")).await,
        "Authorised documents",
    );
    assert!(desk.xero.payments().is_empty());
}

#[tokio::test]
async fn what_is_paid_is_settled_and_not_voided_until_the_payment_is_deleted() {
    let desk = Desk::new();
    let invoice = desk.invoice("SO-1").await;
    let paid = desk
        .put(PAYMENTS, &payment(&invoice, "120.00", "090"))
        .await;
    assert_eq!(paid.json()["Payments"][0]["Invoice"]["Status"], "PAID");
    let void = r#"{"Invoices":[{"Status":"VOIDED"}]}"#;
    let path = format!("{INVOICES}/{invoice}");
    assert_eq!(desk.post(&path, void).await.status, 400);
    let id = desk.xero.payments()[0].id;
    let back = desk
        .post(&format!("{PAYMENTS}/{id}"), r#"{"Status":"DELETED"}"#)
        .await;
    assert_eq!(back.status, 200, "{}", back.text);
    assert_eq!(
        desk.get(&path).await.json()["Invoices"][0]["Payments"]
            .as_array()
            .unwrap()
            .len(),
        0
    );
    assert_eq!(desk.post(&path, void).await.status, 200);
    assert_eq!(desk.xero.invoices()[0].status, "VOIDED");
}

#[tokio::test]
async fn part_of_it_paid_says_so_and_is_not_voided() {
    let desk = Desk::new();
    let invoice = desk.invoice("SO-1").await;
    desk.put(PAYMENTS, &payment(&invoice, "20.10", "090")).await;
    let void = desk
        .post(
            &format!("{INVOICES}/{invoice}"),
            r#"{"Invoices":[{"Status":"VOIDED"}]}"#,
        )
        .await;
    assert!(void.complaints().contains("has a payment"));
    let said = desk.get(&format!("{INVOICES}/{invoice}")).await;
    assert!(
        said.text.contains(r#""AmountDue": 99.90"#),
        "numbers keep their zeros: {}",
        said.text
    );
}

#[tokio::test]
async fn a_closed_period_takes_no_document_and_no_payment() {
    let desk = Desk::new();
    let invoice = desk.invoice("SO-1").await;
    desk.xero.close_period(Some("2026-03-31".parse().unwrap()));
    let contact = desk.contact().await;
    let made = desk.put(INVOICES, &draft("SO-2", &contact, "1.00")).await;
    assert!(made.complaints().contains("lock date"));
    let paid = desk.put(PAYMENTS, &payment(&invoice, "1.00", "090")).await;
    assert!(paid.complaints().contains("lock date"));
    let said = desk.get("/api.xro/2.0/Organisation").await;
    assert!(
        said.text
            .contains(r#""PeriodLockDate": "\/Date(1774915200000+0000)\/""#),
        "{}",
        said.text
    );
}

#[tokio::test]
async fn errors_that_are_not_summed_up_come_with_200() {
    let desk = Desk::new();
    let contact = desk.contact().await;
    let odd = draft("SO-1", &contact, "1.00").replace(r#""200""#, r#""999""#);
    let said = desk
        .put(&format!("{INVOICES}?summarizeErrors=false"), &odd)
        .await;
    assert_eq!(said.status, 200);
    let first = &said.json()["Invoices"][0];
    assert_eq!(first["StatusAttributeString"], "ERROR");
    assert_eq!(
        first["ValidationErrors"][0]["Message"],
        "Account code '999' is not a valid code for this document."
    );
    assert!(desk.xero.invoices().is_empty());
}

#[tokio::test]
async fn names_are_taken_once_among_the_active_and_oddities_are_refused() {
    let desk = Desk::new();
    let ana = desk.xero.put_contact("Ana Diaz");
    let named = |name: &str| format!(r#"{{"Contacts":[{{"Name":"{name}"}}]}}"#);
    let again = desk.put("/api.xro/2.0/Contacts", &named("ana diaz")).await;
    assert!(
        again
            .complaints()
            .contains("already assigned to another contact")
    );
    for odd in ["<b>", " Ana", "Ana  Diaz", ""] {
        assert_eq!(
            desk.put("/api.xro/2.0/Contacts", &named(odd)).await.status,
            400,
            "{odd:?}"
        );
    }
    desk.xero.archive_contact(ana);
    assert_eq!(
        desk.put("/api.xro/2.0/Contacts", &named("Ana Diaz"))
            .await
            .status,
        200
    );
    let invoice = desk
        .put(INVOICES, &draft("SO-1", &ana.to_string(), "1.00"))
        .await;
    assert!(invoice.complaints().contains("archived"));
}

#[tokio::test]
async fn a_misspelt_field_and_a_number_in_quotes_are_refused() {
    let desk = Desk::new();
    let contact = desk.contact().await;
    for (from, to) in [("InvoiceNumber", "InvoiceNo"), ("120.00", r#""120.00""#)] {
        let odd = draft("SO-1", &contact, "120.00").replace(from, to);
        assert_eq!(desk.put(INVOICES, &odd).await.status, 400, "{to}");
    }
}

#[tokio::test]
async fn tax_is_reckoned_for_each_line_and_then_summed() {
    let desk = Desk::new();
    let contact = desk.contact().await;
    let two = r#"{"Description":"A","UnitAmount":10.05,"AccountCode":"260"},{"Description":"B","UnitAmount":10.05,"AccountCode":"260"}"#;
    let body = format!(
        r#"{{"Invoices":[{{"Type":"ACCREC","Contact":{{"ContactID":"{contact}"}},"InvoiceNumber":"SO-1","DueDate":"2026-03-16","Status":"AUTHORISED","LineItems":[{two}]}}]}}"#
    );
    assert_eq!(desk.put(INVOICES, &body).await.status, 200);
    let made = &desk.xero.invoices()[0];
    // 15 % of 10.05 is 1.5075, twice 1.51.
    assert_eq!(
        (made.tax(), made.total()),
        ("3.02".parse().unwrap(), "23.12".parse().unwrap())
    );
}

#[tokio::test]
async fn the_answer_is_lost_and_the_invoice_is_there() {
    let desk = Desk::new();
    let contact = desk.contact().await;
    desk.xero.lose_the_reply();
    let lost = desk
        .send("PUT", INVOICES, &[], &draft("SO-1", &contact, "1.00"))
        .await;
    assert!(lost.is_err());
    assert_eq!(desk.xero.numbered("SO-1").len(), 1);
}

#[tokio::test]
async fn copies_links_notes_and_mails() {
    let desk = Desk::new();
    let id = desk.invoice("SO-1").await;
    let path = format!("{INVOICES}/{id}");
    let copy = desk
        .send("GET", &path, &[("accept", "application/pdf")], "")
        .await
        .unwrap();
    assert!(copy.text.starts_with("%PDF"));
    let link = desk.get(&format!("{path}/OnlineInvoice")).await.json();
    assert!(
        link["OnlineInvoices"][0]["OnlineInvoiceUrl"]
            .as_str()
            .unwrap()
            .starts_with("https://in.xero.com/")
    );
    let note = r#"{"HistoryRecords":[{"Details":"Exported"}]}"#;
    assert_eq!(desk.put(&format!("{path}/History"), note).await.status, 200);
    assert_eq!(desk.xero.notes(id.parse().unwrap()), ["Exported"]);
    assert_eq!(desk.post(&format!("{path}/Email"), "{}").await.status, 204);
    assert_eq!(desk.xero.mails(), 1);
    desk.clock.advance(hours(1));
    assert!(desk.xero.invoices()[0].sent);
}
