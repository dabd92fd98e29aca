use portal_core::{
    Error, Settings,
    adapter::Disposition,
    payment::{MakeMethodDefault, MethodKind, MethodRef},
};
use portal_testkit::facts::command;

use super::scene::{Scene, codes, stripes};

/// 002-14, 003-02
#[tokio::test]
async fn a_customer_removes_their_own_card_and_the_trail_says_so() {
    let scene = Scene::new();
    let card = scene.card("ana", 1, "4242").await;
    assert!(!scene.removes("ana", "sim", &card, 2).await.unwrap());
    assert!(scene.kept("ana", "sim").await.is_empty());
    assert_eq!(
        scene.trail().await[0],
        format!("payment-method.remove {card}")
    );
}

#[tokio::test]
async fn the_same_form_sent_again_removes_nothing_else() {
    let scene = Scene::new();
    let (card, other) = (
        scene.card("ana", 1, "4242").await,
        scene.card("ana", 2, "1881").await,
    );
    scene.removes("ana", "sim", &card, 3).await.unwrap();
    assert!(scene.removes("ana", "sim", &card, 3).await.unwrap());
    let used = scene.removes("ana", "sim", &other, 3).await;
    assert!(matches!(used, Err(Error::FormReused)));
    let kept = scene.kept("ana", "sim").await;
    assert_eq!(kept.len(), 1);
    assert_eq!(kept[0].method.method, other);
    let removed = scene.trail().await;
    let removed = removed
        .iter()
        .filter(|line| line.starts_with("payment-method.remove"));
    assert_eq!(removed.count(), 1);
}

/// 002-14: another customer's card, a card that never was, and a customer nobody knows there get one answer.
#[tokio::test]
async fn somebody_elses_card_is_as_good_as_none() {
    let scene = Scene::new();
    let theirs = scene.card("ana", 1, "4242").await;
    let never = MethodRef::new("card_never");
    let mut answers = vec![];
    for method in [&theirs, &never] {
        answers.push(scene.removes("eve", "sim", method, 2).await);
    }
    scene.card("eve", 3, "1881").await;
    for method in [&theirs, &never] {
        answers.push(scene.removes("eve", "sim", method, 4).await);
        let form = MakeMethodDefault::new(command(5), "sim", method.clone());
        let chosen = scene.desk("eve").make_default_method(&form).await;
        answers.push(chosen.map(|done| done.replayed));
    }
    answers.push(scene.removes("ana", "nowhere", &theirs, 6).await);
    for answer in answers {
        assert!(matches!(answer, Err(Error::NotFound)), "{answer:?}");
    }
    assert_eq!(scene.kept("ana", "sim").await.len(), 1);
}

/// 002-16: whatever the toggles.
#[tokio::test]
async fn customers_never_remove_bank_accounts() {
    for cards in [true, false] {
        let mut settings = Settings::default();
        settings.payment_methods.cards = cards;
        let scene = Scene::set(settings);
        let begun = scene.begins("ana", "stripe", MethodKind::UsBank, 1).await;
        begun.unwrap();
        let ana = scene.remembered("ana", &stripes()).await.unwrap();
        let account = MethodRef::new(scene.fake.stored(ana.as_str(), "us_bank_account"));
        let no = scene.removes("ana", "stripe", &account, 2).await;
        assert_eq!(codes(no), ["payment.bank-account-removal-not-allowed"]);
        assert_eq!(scene.kept("ana", "stripe").await.len(), 1);
    }
}

/// 002-14
#[tokio::test]
async fn where_the_host_looks_after_cards_customers_neither_add_nor_remove_any() {
    let mut settings = Settings::default();
    settings.payment_methods.cards = false;
    let scene = Scene::set(settings);
    let no = scene.begins("ana", "sim", MethodKind::Card, 1).await;
    assert_eq!(codes(no), ["payment.card-management-disabled"]);
    scene
        .begins("ana", "stripe", MethodKind::UsBank, 2)
        .await
        .unwrap();
    let ana = scene.remembered("ana", &stripes()).await.unwrap();
    let card = MethodRef::new(scene.fake.stored(ana.as_str(), "card"));
    let no = scene.removes("ana", "stripe", &card, 3).await;
    assert_eq!(codes(no), ["payment.card-management-disabled"]);
    assert_eq!(scene.kept("ana", "stripe").await.len(), 1);
}

#[tokio::test]
async fn a_lost_answer_is_said_so_and_the_same_form_finishes_it() {
    let scene = Scene::new();
    let card = scene.card("ana", 1, "4242").await;
    // Before it is written down the provider is asked whose it is: that answer is lost first.
    scene.sim.lose_the_reply();
    let lost = scene.removes("ana", "sim", &card, 2).await;
    let Err(Error::Adapter(lost)) = lost else {
        panic!("{lost:?}")
    };
    assert_eq!(lost.disposition(), Disposition::Unknown);
    assert!(!scene.trail().await[0].starts_with("payment-method.remove"));
    scene.removes("ana", "sim", &card, 2).await.unwrap();
    assert!(scene.kept("ana", "sim").await.is_empty());
}

/// It is gone, and nobody heard so: the same form says that it is done, and the trail says it once.
#[tokio::test]
async fn a_card_that_was_removed_without_an_answer_is_removed_once() {
    let scene = Scene::new();
    let card = scene.card("ana", 1, "4242").await;
    let sim = scene.sim.clone();
    scene
        .store
        .before_the_next_commit(move || sim.lose_the_reply());
    let lost = scene.removes("ana", "sim", &card, 2).await;
    let Err(Error::Adapter(lost)) = lost else {
        panic!("{lost:?}")
    };
    assert_eq!(lost.disposition(), Disposition::Unknown);
    assert!(scene.kept("ana", "sim").await.is_empty());
    assert!(scene.removes("ana", "sim", &card, 2).await.unwrap());
    let trail = scene.trail().await;
    let removed = trail
        .iter()
        .filter(|line| line.starts_with("payment-method.remove"));
    assert_eq!(removed.count(), 1);
}

/// 002-22: a card that runs out is replaced: another is added and made the default, and the old one removed.
#[tokio::test]
async fn a_new_card_takes_the_place_of_an_old_one() {
    let scene = Scene::new();
    let old = scene.card("ana", 1, "4242").await;
    let new = scene.card("ana", 2, "1881").await;
    let form = MakeMethodDefault::new(command(3), "sim", new.clone());
    for again in [false, true] {
        let done = scene.desk("ana").make_default_method(&form).await.unwrap();
        assert_eq!(done.replayed, again);
    }
    scene.removes("ana", "sim", &old, 4).await.unwrap();
    let kept = scene.kept("ana", "sim").await;
    assert_eq!(kept.len(), 1);
    assert!(kept[0].method.is_default);
    assert_eq!(kept[0].method.method, new);
}
