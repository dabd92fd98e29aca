use super::{ask, folder, opened};

#[tokio::test]
async fn there_is_a_year_of_a_training_company() {
    let folder = folder();
    let manager = opened(&folder).await;
    assert!(manager.seeded);
    for (table, rows) in [
        ("select count(*) from course", 40),
        ("select count(*) from session", 200),
        ("select count(*) from organisation", 300),
        ("select count(*) from person", 2_000),
        ("select count(*) from registration", 5_000),
        ("select count(distinct zone) from session", 5),
    ] {
        assert_eq!(ask::<i64>(&manager, table).await, rows, "{table}");
    }
}

#[tokio::test]
async fn every_state_there_is_has_its_rows() {
    let folder = folder();
    let manager = opened(&folder).await;
    for (states, known) in [
        (
            "select group_concat(distinct ledger) from (select ledger from orders order by ledger)",
            "connected,disconnected,exporting,not_exported",
        ),
        (
            "select group_concat(distinct status) from (select status from registration order by status)",
            "active,cancelled,completed,transferred_away",
        ),
        (
            "select group_concat(distinct state) from (select state from waiting_place order by state)",
            "expired,left,offered,waiting",
        ),
        (
            "select group_concat(distinct t || c) from (select policy ->> '$.transfers.allowed' as t, policy ->> '$.cancellations.allowed' as c from course where policy is not null order by t, c)",
            "00,01,10,11",
        ),
    ] {
        assert_eq!(ask::<String>(&manager, states).await, known);
    }
    for some in [
        "select count(*) from orders where paid = 0",
        "select count(*) from orders where paid > 0 and paid < total",
        "select count(*) from orders where paid = total",
        "select count(*) from orders where invoiced_at is null",
        "select count(*) from orders where billing_contact <> order_contact",
        "select count(*) from registration where order_id is null",
        "select count(*) from registration where certificate is not null",
        "select count(*) from module where completed_at is null",
        "select count(*) from module where completed_at is not null",
        "select count(*) from session where used = capacity",
        "select count(*) from course where policy like '%days_before%'",
        "select count(*) from course where policy like '%hours_before%'",
        "select count(*) from course where policy like '%\"none\"%'",
        "select count(*) from course where policy like '%\"start\"%'",
    ] {
        assert!(ask::<i64>(&manager, some).await > 0, "{some}");
    }
}

#[tokio::test]
async fn it_is_the_same_every_time() {
    let contents = "select group_concat(r.id || r.person || r.session || r.status || coalesce(o.total, '') || s.starts_at)
         from registration r join session s on s.id = r.session left join orders o on o.id = r.order_id";
    let (one, other) = (folder(), folder());
    let one: String = ask(&opened(&one).await, contents).await;
    let other: String = ask(&opened(&other).await, contents).await;
    assert!(one == other);
}
