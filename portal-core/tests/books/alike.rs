//! What looks like something else in the books: numbers and references that are not one's own.
use portal_core::{
    Id, Order,
    accounting::{
        AccountingStore as _, Attention, Export, ExportKey, ExportState, ForgetExport,
        PushedPayment,
    },
    order::LedgerLink,
};
use portal_testkit::facts::*;

use super::scene::{NUMBER, Scene};

fn twin() -> Id<Order> {
    Id::new("o2")
}

async fn export_of_the_twin(at: &Scene) -> Export {
    let found = at.memory.export(&ExportKey::Order(twin())).await;
    found.unwrap().unwrap().value
}

/// Of two orders that the host has given one number, the second waits for staff and can be paid meanwhile. Forgotten, it gets a number of its own.
#[tokio::test]
async fn two_orders_of_one_number_have_a_document_each() {
    let at = Scene::new();
    let first = at.exported().await;
    let mut details = order("o2").invoiced(today()).details();
    details.order.number = NUMBER.into();
    at.memory.put_order(details);
    let books = at.portal.accounting().unwrap();

    books.export(&twin()).await.unwrap();
    at.after(hours(30)).await;
    let export = export_of_the_twin(&at).await;
    let waits = ExportState::NeedsAttention(Attention::NumberTaken);
    assert_eq!(export.state, waits);
    assert!(!export.may_be_there());
    assert_eq!(at.standing().await.document, first.document);
    assert_eq!(at.ledger.documents().len(), 1);

    let forget = ForgetExport::new(command(7), twin());
    at.admin().submit(&forget).await.unwrap();
    books.export(&twin()).await.unwrap();
    at.work().await;
    let export = export_of_the_twin(&at).await;
    assert_eq!(export.state, ExportState::Connected);
    assert_ne!(export.document, first.document);
    assert!(matches!(at.link().await, LedgerLink::Connected { .. }));
}

/// What has no room is shortened so that it is still nobody else's, and always the same.
#[test]
fn a_reference_fits_where_it_goes() {
    let usual = PushedPayment::new(Id::new("02de0bad-78cf-5fc6-9323-950bcb480b4a"), eur(1_00));
    assert_eq!(
        &*usual.reference(),
        "pay:02de0bad-78cf-5fc6-9323-950bcb480b4a"
    );
    assert_eq!(usual.clone().fitting(40), usual);
    for longest in [39, 21, 12, 8] {
        let short = usual.clone().fitting(longest);
        assert_eq!(short, usual.clone().fitting(longest));
        assert!(short.reference().len() <= longest, "{short:?}");
        let another = Id::new("02de0bad-78cf-5fc6-9323-950bcb480b4b");
        let another = PushedPayment::new(another, eur(1_00)).fitting(longest);
        assert_ne!(short.reference(), another.reference());
    }
}
