use portal_core::{
    Money,
    accounting::{DocumentState, LedgerRefusal},
};

use super::*;

fn list(name: &str, elements: &str) -> List {
    let body = format!(
        r#"{{"Id":"x","Status":"OK","DateTimeUTC":"\/Date(1588633397422)\/","{name}":[{elements}]}}"#
    );
    List::read("find", name, &Bytes::from(body)).unwrap()
}

/// An invoice with these fields beside the needed ones.
fn invoice(more: &str) -> String {
    format!(
        r#"{{"Type":"ACCREC","InvoiceID":"BB94C814-a33a-4dcd-a790-eb448efabf4d","InvoiceNumber":"INV-1","Status":"AUTHORISED",
        "Contact":{{"ContactID":"fef6755f-549b-4617-b1e9-60bdffb517d8","Name":"Somebody"}},"DateString":"2026-03-01T00:00:00",
        "CurrencyCode":"EUR","Total":120.50,"AmountDue":100.50,"AmountPaid":20.00,"AmountCredited":0.00{more}}}"#
    )
}

fn eur(text: &str) -> Money {
    Money::new(text.parse().unwrap(), "EUR".parse().unwrap()).unwrap()
}

#[test]
fn an_invoice_is_read_to_the_cent_with_its_lines_and_payments() {
    let more = r#","LineItems":[{"LineItemID":"fb33789f-7c57-4e06-8537-ee79fdeff78b","LineAmount":120.500},{"Description":"text alone"}],
        "Payments":[{"PaymentID":"7534ac52-dae6-4cf1-90e4-ee924341781e","Amount":20.0000,"Reference":"pay:1"}],
        "UpdatedDateUTC":"\/Date(1772355600000+0000)\/""#;
    let document = list("Invoices", &invoice(more))
        .document()
        .unwrap()
        .unwrap();
    assert_eq!(
        document.document.as_str(),
        "bb94c814-a33a-4dcd-a790-eb448efabf4d"
    );
    assert_eq!(
        (&*document.number, document.state),
        ("INV-1", DocumentState::Open)
    );
    assert_eq!(document.date, "2026-03-01".parse().unwrap());
    assert_eq!(
        (document.total, document.due),
        (eur("120.50"), eur("100.50"))
    );
    assert_eq!((document.paid, document.credited), (eur("20"), eur("0")));
    let amounts: Vec<_> = document.lines.iter().map(|line| line.amount).collect();
    assert_eq!(amounts, [eur("120.50"), eur("0")]);
    assert_eq!(document.payment("pay:1").unwrap().amount, eur("20"));
    assert_eq!(
        document.updated_at,
        DateTime::from_timestamp(1_772_355_600, 0)
    );
}

#[test]
fn what_is_left_out_is_what_the_others_come_to_and_what_cannot_be_known_is_said() {
    let without = |field: &str, value: &str| {
        let text = invoice("").replace(&format!(r#","{field}":{value}"#), "");
        assert!(!text.contains(field), "{field}");
        list("Invoices", &text).document().map(Option::unwrap)
    };
    let paid = without("AmountPaid", "20.00").unwrap();
    assert_eq!((paid.due, paid.paid), (eur("100.50"), eur("20")));
    let due = without("AmountDue", "100.50").unwrap();
    assert_eq!((due.due, due.paid), (eur("100.50"), eur("20")));
    assert!(without("AmountCredited", "0.00").is_ok());
    without("Total", "120.50").unwrap_err();
    let date = r#""2026-03-01T00:00:00""#;
    without("DateString", date).unwrap_err();
    let ticks = list(
        "Invoices",
        &invoice("").replace(
            r#""DateString":"2026-03-01T00:00:00""#,
            r#""Date":"\/Date(1772323200000+0000)\/""#,
        ),
    );
    assert_eq!(
        ticks.document().unwrap().unwrap().date,
        "2026-03-01".parse().unwrap()
    );
}

#[test]
fn a_word_nobody_knows_is_a_state_nobody_knows() {
    for (word, wanted) in [
        ("DRAFT", DocumentState::Draft),
        ("SUBMITTED", DocumentState::Draft),
        ("PAID", DocumentState::Settled),
        ("VOIDED", DocumentState::Voided),
        ("DELETED", DocumentState::Deleted),
        ("FORGIVEN", DocumentState::Strange),
    ] {
        let text = invoice("").replace("AUTHORISED", word);
        assert_eq!(
            list("Invoices", &text).document().unwrap().unwrap().state,
            wanted
        );
    }
}

/// One odd document must not hold up all others.
#[test]
fn a_document_that_cannot_be_read_is_named_and_the_others_are_read() {
    let odd = invoice("")
        .replace("bb94", "aa94")
        .replace("BB94", "aa94")
        .replace("120.50", r#""a lot""#);
    let bill = invoice("").replace("ACCREC", "ACCPAY");
    let nameless = r#"{"Type":"ACCREC"}"#;
    let all = [invoice(""), odd, bill, nameless.to_owned()].join(",");
    let (read, odd) = list("Invoices", &all).changed();
    assert_eq!(read.len(), 1);
    assert_eq!(
        odd,
        [DocumentRef::new("aa94c814-a33a-4dcd-a790-eb448efabf4d")]
    );
}

#[test]
fn of_a_number_only_sales_invoices_with_exactly_it_are_ours() {
    let all = [
        invoice(""),
        invoice("").replace("ACCREC", "ACCPAY"),
        invoice("").replace("INV-1", "inv-1"),
        invoice("").replace("INV-1", "INV-10"),
    ];
    let found = list("Invoices", &all.join(","))
        .documents_of("INV-1")
        .unwrap();
    assert_eq!(found.len(), 1);
}

/// With and without the answer being a 400.
#[test]
fn a_200_that_says_no_is_a_no() {
    let written = |element: &str| match list("Payments", element).written::<PaymentBody>().unwrap()
    {
        Element::Taken(_) => None,
        Element::Refused(said) => Some(said),
    };
    let no = r#"{"PaymentID":"00000000-0000-0000-0000-000000000000","StatusAttributeString":"ERROR",
        "ValidationErrors":[{"Message":"One."},{"Description":"Two."}]}"#;
    assert_eq!(written(no).unwrap(), ["One.", "Two."]);
    assert!(written(r#"{"HasErrors":true,"InvoiceID":"x"}"#).is_some());
    assert!(written(r#"{"HasValidationErrors":true}"#).is_some());
    let yes = r#"{"PaymentID":"7534ac52-dae6-4cf1-90e4-ee924341781e","HasValidationErrors":false,"StatusAttributeString":"WARNING","Warnings":[{"Message":"x"}]}"#;
    assert!(written(yes).is_none());
    assert!(list("Payments", "").written::<PaymentBody>().is_err());
}

#[test]
fn a_contact_that_is_archived_or_merged_is_refused() {
    let usable = |more: &str| {
        let text = format!(
            r#"{{"ContactID":"fef6755f-549b-4617-b1e9-60bdffb517d8","ContactNumber":"c-1"{more}}}"#
        );
        list("Contacts", &text)
            .contact(Some("c-1"))
            .unwrap()
            .unwrap()
            .usable("customer")
    };
    let refused = |more: &str| match usable(more).unwrap_err() {
        LedgerError::Refused(refusal) => refusal,
        other => panic!("{other}"),
    };
    assert_eq!(
        refused(r#","ContactStatus":"ARCHIVED""#),
        LedgerRefusal::CustomerArchived
    );
    assert_eq!(
        refused(r#","ContactStatus":"GDPRREQUEST""#),
        LedgerRefusal::CustomerArchived
    );
    let merged =
        r#","ContactStatus":"ARCHIVED","MergedToContactID":"3ff6d40c-af9a-40a3-89ce-3c1556a25591""#;
    assert_eq!(refused(merged), LedgerRefusal::CustomerMerged);
    let nobody = r#","MergedToContactID":"00000000-0000-0000-0000-000000000000""#;
    assert!(usable(nobody).is_ok() && usable(r#","ContactStatus":"SOMETHING""#).is_ok());
    let other = r#"{"ContactID":"fef6755f-549b-4617-b1e9-60bdffb517d8","ContactNumber":"C-1"}"#;
    assert!(
        list("Contacts", other)
            .contact(Some("c-1"))
            .unwrap()
            .is_none()
    );
}

#[test]
fn the_later_of_two_locks_counts() {
    let of = r#"{"Name":"Demo","BaseCurrency":"NZD","PeriodLockDate":"\/Date(1254268800000+0000)\/","EndOfYearLockDate":"\/Date(1285804800000+0000)\/"}"#;
    let organisation = list("Organisations", of).organisation().unwrap();
    assert_eq!(
        organisation.locked_until,
        Some("2010-09-30".parse().unwrap())
    );
    let codes = list("Currencies", r#"{"Code":"EUR"},{"Code":"???"},{}"#)
        .currencies()
        .unwrap();
    assert_eq!(codes, ["EUR".parse().unwrap()]);
}

#[test]
fn there_is_another_page_where_xero_says_so_or_the_page_is_full() {
    let read = |body: String| {
        List::read("changes", "Invoices", &Bytes::from(body))
            .unwrap()
            .more
    };
    let one = |pagination: &str| format!(r#"{{{pagination}"Invoices":[{}]}}"#, invoice(""));
    assert!(read(one(
        r#""pagination":{"page":1,"pageSize":1,"pageCount":2,"itemCount":2},"#
    )));
    assert!(!read(one(
        r#""pagination":{"page":2,"pageSize":1,"pageCount":2,"itemCount":2},"#
    )));
    assert!(!read(one("")));
    let full = vec![invoice(""); PAGE].join(",");
    assert!(read(format!(r#"{{"Invoices":[{full}]}}"#)));
    assert!(!read(
        r#"{"Invoices":[],"pagination":{"page":1,"pageCount":9}}"#.to_owned()
    ));
}

#[test]
fn what_is_no_list_is_said_to_be_unread_without_repeating_it() {
    for body in [
        "<html>ana@example.com</html>",
        "[]",
        "{}",
        r#"{"Invoices":"ana@example.com"}"#,
        r#"{"Invoices":[{"#,
    ] {
        let Err(error) = List::read("find", "Invoices", &Bytes::from(body)) else {
            panic!("{body} is no list")
        };
        let said = format!("{error} {error:?}");
        assert!(!said.contains("ana@"), "{said}");
    }
    let error = list("Invoices", r#"{"InvoiceID":["ana@example.com"]}"#)
        .document()
        .unwrap_err();
    assert!(!format!("{error} {error:?}").contains("ana@"));
}

/// What is paid on a bill goes out: it is never the document of an order.
#[test]
fn a_bill_is_no_document_of_ours() {
    let bill = invoice("").replace("ACCREC", "ACCPAY");
    assert_eq!(list("Invoices", &bill).document().unwrap(), None);
}
