//! How an order stands in the course manager's own rows when the portal has put it into the books.
use portal_core::{
    Ask, CommandId, Decision, Id, RecordRef, Upkeep,
    order::{CutOff, LedgerLink, OrderChange},
};
use uuid::Uuid;

use super::{folder, opened, then};

/// Every way to stand there comes back as it was, and is another version of the order.
#[tokio::test]
async fn an_order_stands_in_the_books_as_the_portal_says() {
    let folder = folder();
    let manager = opened(&folder).await;
    let id = Id::new("O-0001");
    let link = "https://in.xero.example/INV-1";
    let system = || "Xero".into();
    let all = [
        LedgerLink::Exporting { system: system() },
        LedgerLink::Connected {
            system: system(),
            reference: "INV-1".into(),
            pay_link: Some(link.into()),
        },
        LedgerLink::connected("Xero", "INV-1"),
        LedgerLink::cut_off("Xero", CutOff::RemoteVoided),
        LedgerLink::NotExported,
    ];
    for (n, ledger) in (1..).zip(all) {
        let seen = manager.directory.order(&id).await.unwrap().unwrap();
        let ask = Ask::new(&Upkeep, then().0, CommandId(Uuid::from_u128(n)));
        let decision = Decision::new(&ask, "test.book", RecordRef::Order(id.clone()));
        let order = id.clone();
        let stands = OrderChange::LedgerStands {
            order,
            ledger: ledger.clone(),
        };
        let decision = decision.given(&seen).changed(stands);
        manager.store.commit(decision).await.unwrap();
        let now = manager.directory.order(&id).await.unwrap().unwrap();
        assert_eq!(now.value.order.ledger, ledger);
        assert_ne!(now.seen, seen.seen);
    }
}
