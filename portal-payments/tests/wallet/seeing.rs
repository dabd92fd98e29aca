use portal_core::payment::{MethodAction, MethodKind};

use super::scene::{Scene, stripes};

/// 002-01, 003-02
#[tokio::test]
async fn customers_see_what_each_provider_keeps_and_what_they_can_do_with_it() {
    let scene = Scene::new();
    let wallets = scene.desk("ana").payment_methods().await.unwrap();
    let names: Vec<_> = wallets.iter().map(|w| w.provider.as_str()).collect();
    assert_eq!(names, ["sim", "stripe"]);
    assert!(wallets.iter().all(|w| w.kept == Some(vec![])));
    assert!(scene.fake.heard().is_empty(), "nobody is known there yet");

    scene.card("ana", 1, "4242").await;
    let wallet = scene.wallet("ana", "sim").await;
    assert_eq!(wallet.keeps, [MethodKind::Card]);
    assert_eq!(wallet.removes, [MethodKind::Card]);
    assert_eq!(wallet.adds[0].action, MethodKind::Card);
    assert!(wallet.adds[0].verdict.is_open());
    let kept = &wallet.kept.unwrap()[0];
    assert_eq!(
        (kept.method.brand.as_str(), kept.method.last4.as_str()),
        ("Visa", "4242")
    );
    for action in [MethodAction::MakeDefault, MethodAction::Remove] {
        assert!(kept.offers.verdict(&action).unwrap().is_open());
    }
}

#[tokio::test]
async fn nobody_sees_what_is_kept_for_somebody_else() {
    let scene = Scene::new();
    scene.card("ana", 1, "4242").await;
    scene.card("eve", 2, "1881").await;
    let kept = scene.kept("eve", "sim").await;
    assert_eq!(kept.len(), 1);
    assert_eq!(kept[0].method.last4, "1881");
}

#[tokio::test]
async fn a_provider_that_cannot_be_asked_hides_no_other() {
    let scene = Scene::new();
    scene.card("ana", 1, "4242").await;
    scene
        .begins("ana", "stripe", MethodKind::Card, 2)
        .await
        .unwrap();
    let ana = scene.remembered("ana", &stripes()).await.unwrap();
    drop(scene.fake.stored(ana.as_str(), "card"));
    scene.sim.refuse_the_connection();
    assert_eq!(scene.wallet("ana", "sim").await.kept, None);
    scene.sim.refuse_the_connection();
    assert_eq!(scene.kept("ana", "stripe").await.len(), 1);
    assert_eq!(scene.kept("ana", "sim").await.len(), 1);
}

/// 002-16: no button is drawn for what would be refused.
#[tokio::test]
async fn a_bank_account_has_no_button_to_remove_it() {
    let scene = Scene::new();
    scene
        .begins("ana", "stripe", MethodKind::UsBank, 1)
        .await
        .unwrap();
    let ana = scene.remembered("ana", &stripes()).await.unwrap();
    drop(scene.fake.stored(ana.as_str(), "us_bank_account"));
    let kept = scene.kept("ana", "stripe").await;
    let verdict = kept[0].offers.verdict(&MethodAction::Remove).unwrap();
    assert_eq!(
        verdict.refusals().unwrap().codes(),
        ["payment.bank-account-removal-not-allowed"]
    );
}
