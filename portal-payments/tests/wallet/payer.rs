use portal_core::{
    Ask, Decision, Error, Id, RecordRef, Store as _, Upkeep,
    payment::{MethodKind, MoneyChange, PaymentStanding, SaveMethod},
};
use portal_testkit::facts::{command, today};

use super::scene::{Scene, stripes};

fn customers(scene: &Scene) -> usize {
    scene.fake.objects("customer").len()
}

#[tokio::test]
async fn a_customer_is_told_of_once_and_remembered() {
    let scene = Scene::new();
    for number in 1..=3 {
        let begun = scene.begins("ana", "stripe", MethodKind::Card, number);
        begun.await.unwrap();
    }
    assert_eq!(customers(&scene), 1);
    let told = scene.fake.heard();
    let told = told.iter().filter(|heard| heard.path == "/v1/customers");
    assert_eq!(told.count(), 1);
    assert!(scene.remembered("ana", &stripes()).await.is_some());
    assert_eq!(scene.remembered("ana", &scene.sims()).await, None);
    assert_eq!(scene.remembered("eve", &stripes()).await, None);
}

#[tokio::test]
async fn who_pays_and_keeps_nothing_is_nobody_new_to_the_provider() {
    let scene = Scene::new();
    let form = scene.pay_form("stripe", 1).await;
    scene.desk("ana").pay(&form).await.unwrap();
    assert_eq!(customers(&scene), 0);
}

#[tokio::test]
async fn who_pays_and_keeps_the_card_is_made_known_and_finds_it_again() {
    let scene = Scene::new();
    let form = scene.pay_form("stripe", 1).await;
    let form = form.saving(SaveMethod::ForLater);
    let step = scene.desk("ana").pay(&form).await.unwrap();
    assert!(matches!(step.payment.standing, PaymentStanding::Open(_)));
    let page = scene.fake.objects("checkout.session").remove(0);
    let ana = scene.remembered("ana", &stripes()).await.unwrap();
    assert_eq!(page["customer"], ana.as_str());
}

#[tokio::test]
async fn who_is_known_pays_under_that_name() {
    let scene = Scene::new();
    let begun = scene.begins("ana", "stripe", MethodKind::Card, 1).await;
    begun.unwrap();
    let ana = scene.remembered("ana", &stripes()).await.unwrap();
    let form = scene.pay_form("stripe", 2).await;
    scene.desk("ana").pay(&form).await.unwrap();
    let heard = scene.fake.heard().pop().unwrap();
    let customer = ("customer".to_owned(), ana.to_string());
    assert!(heard.form.contains(&customer));
}

#[tokio::test]
async fn a_payment_ends_cleanly_where_the_provider_cannot_be_told_who_pays() {
    let scene = Scene::new();
    let form = scene.pay_form("sim", 1).await;
    let form = form.saving(SaveMethod::AskPayer);
    scene.sim.refuse_the_connection();
    scene.desk("ana").pay(&form).await.unwrap_err();
    let form = scene.pay_form("sim", 2).await;
    let step = scene.desk("ana").pay(&form).await.unwrap();
    assert!(matches!(step.payment.standing, PaymentStanding::Open(_)));
}

/// Somebody deleted them there: nothing is kept, and they pay all the same.
#[tokio::test]
async fn who_was_deleted_at_the_provider_has_nothing_kept_and_pays_all_the_same() {
    let scene = Scene::new();
    let card = scene.card("ana", 1, "4242").await;
    let ana = scene.remembered("ana", &scene.sims()).await.unwrap();
    scene.sim.delete_payer(&ana);
    assert!(scene.kept("ana", "sim").await.is_empty());
    let gone = scene.removes("ana", "sim", &card, 2).await;
    assert!(matches!(gone, Err(Error::NotFound)));
    for (number, save) in [(3, SaveMethod::No), (4, SaveMethod::AskPayer)] {
        let form = scene.pay_form("sim", number).await.saving(save);
        let step = scene.desk("ana").pay(&form).await.unwrap();
        assert!(matches!(step.payment.standing, PaymentStanding::Open(_)));
    }
}

/// Two tabs tell the provider of one customer, and hear two names.
#[tokio::test]
async fn of_two_names_that_are_heard_at_once_the_first_one_counts() {
    let scene = Scene::new();
    let begun = scene.begins("eve", "stripe", MethodKind::Card, 1).await;
    begun.unwrap();
    let first = scene.remembered("eve", &stripes()).await.unwrap();
    let ask = Ask::new(&Upkeep, today(), command(2));
    let ana = Id::new("ana");
    let known = MoneyChange::Payer {
        contact: ana.clone(),
        merchant: stripes(),
        payer: first.clone(),
    };
    let other_tab = Decision::new(&ask, "test.known", RecordRef::Contact(ana)).changed(known);
    let (memory, store) = (scene.memory.clone(), scene.store.clone());
    let handle = tokio::runtime::Handle::current();
    // The form is written down first, and who they are there second.
    scene.store.before_the_next_commit(move || {
        store.before_the_next_commit(move || {
            let written = async move { memory.commit(other_tab).await };
            let written = std::thread::spawn(move || handle.block_on(written));
            written.join().unwrap().unwrap();
        });
    });
    let begun = scene.begins("ana", "stripe", MethodKind::Card, 3).await;
    begun.unwrap();
    assert_eq!(
        scene.remembered("ana", &stripes()).await,
        Some(first.clone())
    );
    let page = scene.fake.objects("checkout.session").pop().unwrap();
    assert_eq!(page["customer"], first.as_str());
}
