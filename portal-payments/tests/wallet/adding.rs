use portal_core::{
    Settings,
    payment::{AddMethod, MandateSchedule, MandateTerms, MethodKind, NextStep},
};
use portal_testkit::facts::command;

use super::scene::{BACK, Scene, codes, stripes};

/// 002-14, 002-22, 003-02
#[tokio::test]
async fn a_customer_stores_a_card_on_the_providers_page() {
    let scene = Scene::new();
    let step = scene.begins("ana", "stripe", MethodKind::Card, 1).await;
    assert!(matches!(step.unwrap(), NextStep::Redirect { .. }));
    let page = scene.fake.objects("checkout.session").remove(0);
    scene.fake.finish_setup(page["id"].as_str().unwrap());
    let kept = scene.kept("ana", "stripe").await;
    assert_eq!(kept.len(), 1);
    let trail = scene.trail().await;
    assert!(trail.contains(&"payment-method.add ana".to_owned()));
}

#[tokio::test]
async fn the_same_form_sent_again_leads_to_the_same_page() {
    let scene = Scene::new();
    let first = scene.begins("ana", "stripe", MethodKind::Card, 1).await;
    let again = scene.begins("ana", "stripe", MethodKind::Card, 1).await;
    assert_eq!(first.unwrap(), again.unwrap());
    assert_eq!(scene.fake.objects("checkout.session").len(), 1);
}

/// 002-15
#[tokio::test]
async fn a_bank_account_is_added_on_the_hosts_terms() {
    let scene = Scene::new();
    let terms = MandateTerms::new("Monthly, on the first", MandateSchedule::Interval);
    let (kind, pays) = (MethodKind::CaBank, "CAD".parse().unwrap());
    let form = AddMethod::new(command(1), "stripe", kind, pays, BACK, BACK).agreeing(terms);
    scene.desk("ana").begin_method_setup(&form).await.unwrap();
    let heard = scene.fake.heard().pop().unwrap();
    let told = |said: &(String, String)| said.1 == "Monthly, on the first";
    assert!(heard.form.iter().any(told));
}

/// 002-15
#[tokio::test]
async fn where_the_host_adds_bank_accounts_customers_do_not() {
    let mut settings = Settings::default();
    settings.payment_methods.bank_accounts = false;
    let scene = Scene::set(settings);
    let no = scene.begins("ana", "stripe", MethodKind::UsBank, 1).await;
    assert_eq!(codes(no), ["payment.bank-account-add-disabled"]);
    let wallet = scene.wallet("ana", "stripe").await;
    for offer in wallet.adds {
        let open = !offer.action.is_bank_account();
        assert_eq!(offer.verdict.is_open(), open, "{:?}", offer.action);
    }
    assert_eq!(scene.remembered("ana", &stripes()).await, None);
}

#[tokio::test]
async fn what_a_provider_has_no_page_for_is_refused_before_it_is_asked() {
    let scene = Scene::new();
    let no = scene.begins("ana", "sim", MethodKind::UsBank, 1).await;
    assert_eq!(codes(no), ["payment.method-not-stored-here"]);
    assert!(scene.trail().await.is_empty());
}
