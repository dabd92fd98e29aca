//! Lists and how they are spelled.
use portal_testkit::{facts::minutes, xero::Dates};

use super::desk::Desk;

fn numbers(said: &super::desk::Said) -> Vec<String> {
    let said = said.json();
    let all = said["Invoices"].as_array().unwrap().iter();
    all.map(|i| i["InvoiceNumber"].as_str().unwrap().to_owned())
        .collect()
}

async fn five(desk: &Desk) -> Vec<String> {
    let mut ids = vec![];
    for n in 1..=5 {
        ids.push(desk.invoice(&format!("SO-{n}")).await);
        desk.clock.advance(minutes(1));
    }
    ids
}

#[tokio::test]
async fn a_row_that_changes_moves_behind_the_others_and_one_slips_between_two_pages() {
    let desk = Desk::new();
    let ids = five(&desk).await;
    let first = desk.get("/api.xro/2.0/Invoices?page=1&pageSize=2").await;
    assert_eq!(numbers(&first), ["SO-1", "SO-2"]);
    assert_eq!(first.json()["pagination"]["itemCount"], 5);
    desk.xero.edit(ids[0].parse().unwrap(), |invoice| {
        invoice.reference = "changed".to_owned();
    });
    let second = desk.get("/api.xro/2.0/Invoices?page=2&pageSize=2").await;
    assert_eq!(numbers(&second), ["SO-4", "SO-5"], "nobody has seen SO-3");
    let third = desk.get("/api.xro/2.0/Invoices?page=3&pageSize=2").await;
    assert_eq!(numbers(&third), ["SO-1"]);
}

#[tokio::test]
async fn what_changed_since_is_told_to_the_second() {
    let desk = Desk::new();
    five(&desk).await;
    let since = |at: &str| {
        let at = at.to_owned();
        let desk = &desk;
        async move {
            numbers(
                &desk
                    .send(
                        "GET",
                        "/api.xro/2.0/Invoices?page=1",
                        &[("if-modified-since", &at)],
                        "",
                    )
                    .await
                    .unwrap(),
            )
        }
    };
    let made = desk.xero.invoices()[2].updated;
    let zoned = made.format("%Y-%m-%dT%H:%M:%S%.3fZ").to_string();
    let bare = made.format("%Y-%m-%dT%H:%M:%S").to_string();
    assert_eq!(since(&zoned).await, ["SO-4", "SO-5"]);
    assert_eq!(since(&bare).await, ["SO-4", "SO-5"]);
}

#[tokio::test]
async fn filters_mean_what_they_say() {
    let desk = Desk::new();
    let ids = five(&desk).await;
    desk.xero.void(ids[1].parse().unwrap());
    let asked =
        async |query: &str| numbers(&desk.get(&format!("/api.xro/2.0/Invoices?{query}")).await);
    assert_eq!(asked("InvoiceNumbers=SO-1,SO-2").await, ["SO-1", "SO-2"]);
    assert_eq!(
        asked("InvoiceNumbers=SO-1,SO-2&Statuses=DRAFT,AUTHORISED").await,
        ["SO-1"]
    );
    assert_eq!(
        asked("where=InvoiceNumber%3D%3D%22SO-3%22%20AND%20Status%3D%3D%22AUTHORISED%22").await,
        ["SO-3"]
    );
    let odd = desk
        .get("/api.xro/2.0/Invoices?where=InvoiceNo%3D%3D%22SO-3%22")
        .await;
    assert_eq!(odd.status, 400);
    assert_eq!(
        desk.get("/api.xro/2.0/Invoices?Statusses=DRAFT")
            .await
            .status,
        400
    );
}

#[tokio::test]
async fn a_list_without_pages_has_no_lines() {
    let desk = Desk::new();
    desk.invoice("SO-1").await;
    let bare = desk.get("/api.xro/2.0/Invoices").await.json();
    assert_eq!(
        bare["Invoices"][0]["LineItems"].as_array().unwrap().len(),
        0
    );
    let paged = desk.get("/api.xro/2.0/Invoices?page=1").await.json();
    assert_eq!(
        paged["Invoices"][0]["LineItems"].as_array().unwrap().len(),
        1
    );
}

#[tokio::test]
async fn dates_have_three_spellings_and_fields_can_be_missing() {
    let desk = Desk::new();
    let id = desk.invoice("SO-1").await;
    let path = format!("/api.xro/2.0/Invoices/{id}");
    for (dates, written) in [
        (Dates::Usual, r#""Date": "\/Date(1772409600000+0000)\/""#),
        (Dates::WithoutZone, r#""Date": "\/Date(1772409600000)\/""#),
        (
            Dates::OtherZone,
            r#""Date": "\/Date(1772409600000-0500)\/""#,
        ),
    ] {
        desk.xero.spell_dates(dates);
        assert!(desk.get(&path).await.text.contains(written), "{dates:?}");
    }
    desk.xero.leave_out(&["AmountCredited", "Payments"]);
    assert!(!desk.get(&path).await.text.contains("AmountCredited"));
    desk.xero.edit(id.parse().unwrap(), |invoice| {
        invoice.status = "REPEATING".to_owned();
    });
    assert!(desk.get(&path).await.text.contains("REPEATING"));
}

#[tokio::test]
async fn what_is_not_there_is_said_in_plain_words() {
    let desk = Desk::new();
    let said = desk
        .get("/api.xro/2.0/Invoices/22b3fab4-ef56-4d70-a110-a7cc3c1a26cd")
        .await;
    assert_eq!(said.status, 404);
    assert_eq!(said.text, "The resource you're looking for cannot be found");
}
