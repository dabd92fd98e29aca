use portal_core::payment::{MethodKind, PaymentStanding, SaveMethod};

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
