//! Cards that run out: whoever owns one hears of it in time, and once.
use portal_core::{
    Effect, EffectKind, Error, Id, Page, Settings, Store as _,
    chrono::{Days, NaiveDate},
    effect::{MailKind, Recipient},
    mail::{Draft, Says, Unwritten},
    payment::{
        Expiry, MakeMethodDefault, MethodKind, MethodRef, MethodState, StoredMethod, expiry,
    },
};
use portal_testkit::facts::*;

use super::scene::Scene;

pub(crate) fn scene(edit: impl FnOnce(&mut Settings)) -> Scene {
    let mut settings = Settings::default();
    settings.url = Some("https://portal.example".to_owned());
    edit(&mut settings);
    Scene::set(settings)
}

pub(crate) fn in_days(days: u64) -> NaiveDate {
    today().date_naive() + Days::new(days)
}

async fn owed(scene: &Scene) -> Vec<Effect> {
    let queued = scene.memory.outbox(&Page::first(Page::LARGEST)).await;
    let queued = queued.unwrap().items.into_iter().map(|q| q.effect);
    let told = |e: &Effect| matches!(&e.kind, EffectKind::Mail { kind, .. } if matches!(kind, MailKind::CardExpiring | MailKind::CardExpired));
    queued.filter(told).collect()
}

pub(crate) async fn tell(scene: &Scene) -> (u32, u32) {
    let (mut all, mut left) = ((0, 0), None);
    loop {
        let done = scene.portal.tell_of_expiring_cards(left).await.unwrap();
        all = (all.0 + done.told, all.1 + done.told_before);
        left = done.left;
        if left.is_none() {
            return all;
        }
    }
}

fn kind(effect: &Effect) -> MailKind {
    match &effect.kind {
        EffectKind::Mail { kind, .. } => *kind,
        other => panic!("{other:?}"),
    }
}

/// 002-13
#[test]
fn there_is_something_to_tell_from_thirty_days_before_the_end_to_thirty_days_after() {
    let card = StoredMethod::new(MethodRef::new("card_1"), MethodKind::Card, "Visa", "4242");
    let until = |last_day| card.clone().expiring(Some(last_day));
    let now = in_days(0);
    for (days, expected) in [
        (31, None),
        (30, Some(Expiry::Soon)),
        (0, Some(Expiry::Soon)),
    ] {
        assert_eq!(expiry(&until(in_days(days)), now), expected, "{days}");
    }
    for (ago, expected) in [
        (1, Some(Expiry::Over)),
        (30, Some(Expiry::Over)),
        (31, None),
    ] {
        assert_eq!(expiry(&until(now), in_days(ago)), expected, "{ago} ago");
    }
    assert_eq!(expiry(&card, now), None, "nobody knows when it ends");
    let bank = StoredMethod::new(
        MethodRef::new("bank_1"),
        MethodKind::SepaDebit,
        "N26",
        "3000",
    );
    assert_eq!(expiry(&bank.expiring(Some(now)), now), None);
    let revoked = until(now).in_state(MethodState::Revoked);
    assert_eq!(expiry(&revoked, now), None);
}

/// 002-13
#[tokio::test]
async fn a_card_that_is_going_to_run_out_is_told_of_once_and_once_more_when_it_has() {
    let scene = scene(|_| ());
    let card = scene.card("ana", 1, "4242").await;
    scene.card("eve", 2, "1111").await;
    assert!(scene.sim.card_good_until(&card, in_days(20)));
    assert_eq!(tell(&scene).await, (1, 0));
    assert_eq!(tell(&scene).await, (0, 1), "as on any other process");
    let effects = owed(&scene).await;
    let [effect] = &*effects else {
        panic!("{effects:?}")
    };
    assert_eq!(
        effect.recipient(),
        Some(&Recipient::Contact(Id::new("ana")))
    );
    let Draft::Letter(letter) = scene.portal.draft(effect).await.unwrap() else {
        panic!("it is so")
    };
    let Says::CardRunsOut(said) = letter.says else {
        panic!()
    };
    assert_eq!((&*said.card, said.last_day), ("Visa 4242", in_days(20)));
    assert!(letter.portal.is_some(), "where to add the new one");
    scene.clock.advance(days(21));
    assert_eq!(tell(&scene).await, (1, 0));
    let both: Vec<_> = owed(&scene).await.iter().map(kind).collect();
    assert_eq!(both, [MailKind::CardExpiring, MailKind::CardExpired]);
    let late = scene.portal.draft(effect).await.unwrap();
    assert!(
        matches!(late, Draft::Nothing(Unwritten::Overtaken)),
        "the other tells"
    );
}

/// 002-13
#[tokio::test]
async fn one_card_is_told_of_again_when_its_bank_gave_it_another_date() {
    let scene = scene(|_| ());
    let card = scene.card("ana", 1, "4242").await;
    assert!(scene.sim.card_good_until(&card, in_days(5)));
    assert_eq!(tell(&scene).await, (1, 0));
    assert!(scene.sim.card_good_until(&card, in_days(25)));
    assert_eq!(tell(&scene).await, (1, 0));
}

/// 002-13
#[tokio::test]
async fn eight_who_look_at_once_owe_one_message() {
    let scene = scene(|_| ());
    let card = scene.card("ana", 1, "4242").await;
    assert!(scene.sim.card_good_until(&card, in_days(5)));
    let runs = (0..8).map(|_| {
        let portal = scene.portal.clone();
        tokio::spawn(async move { portal.tell_of_expiring_cards(None).await.unwrap().told })
    });
    let mut told = 0;
    for run in runs.collect::<Vec<_>>() {
        told += run.await.unwrap();
    }
    assert_eq!((told, owed(&scene).await.len()), (1, 1));
}

/// 002-13
#[tokio::test]
async fn a_few_customers_are_asked_about_at_a_time_and_all_in_the_end() {
    let scene = scene(|_| ());
    for n in 0..45 {
        let who = format!("payer-{n:02}");
        scene.memory.put_contact(contact(&who));
        let card = scene.card(&who, 100 + n, "4242").await;
        assert!(scene.sim.card_good_until(&card, in_days(5)));
    }
    let (mut told, mut left) = (vec![], None);
    loop {
        let done = scene.portal.tell_of_expiring_cards(left).await.unwrap();
        told.push(done.told);
        left = done.left;
        if left.is_none() {
            break;
        }
    }
    // The last one is of the other provider, where nobody is known.
    assert_eq!(told, [20, 20, 5, 0]);
    assert_eq!(owed(&scene).await.len(), 45);
}

/// 002-13
#[tokio::test]
async fn where_the_provider_is_asked_too_much_the_round_goes_on_later_from_the_same_place() {
    let scene = scene(|_| ());
    let step = scene.begins("ana", "stripe", MethodKind::Card, 1).await;
    assert!(step.is_ok(), "Stripe knows her: {step:?}");
    let first = scene.portal.tell_of_expiring_cards(None).await.unwrap();
    assert!(first.left.is_some());
    scene.fake.limit_next(60);
    let stopped = scene
        .portal
        .tell_of_expiring_cards(first.left.clone())
        .await;
    assert!(matches!(stopped, Err(Error::Adapter(_))), "{stopped:?}");
    let last = scene.portal.tell_of_expiring_cards(first.left).await;
    assert_eq!(last.unwrap().left, None);
}

/// 002-13
#[tokio::test]
async fn one_customer_whom_the_provider_cannot_list_keeps_nobody_else_from_hearing() {
    let scene = scene(|_| ());
    for (n, who) in (1..).zip(["ana", "eve"]) {
        let card = scene.card(who, n, "4242").await;
        assert!(scene.sim.card_good_until(&card, in_days(5)));
    }
    scene.sim.lose_the_reply();
    let done = scene.portal.tell_of_expiring_cards(None).await.unwrap();
    assert_eq!((done.told, done.passed_over), (1, 1));
    assert_eq!(tell(&scene).await, (1, 1));
}

/// 002-13
#[tokio::test]
async fn nobody_is_told_where_the_host_does_not_want_it_or_the_portal_is_off() {
    for off in [
        |s: &mut Settings| s.payment_methods.expiry_mail = false,
        |s: &mut Settings| s.enabled = false,
    ] {
        let on = scene(|_| ());
        let card = on.card("ana", 1, "4242").await;
        assert!(on.sim.card_good_until(&card, in_days(5)));
        let off = on.after(off);
        assert_eq!(tell(&off).await, (0, 0));
        assert_eq!(tell(&on).await, (1, 0));
        let effect = owed(&on).await.remove(0);
        let late = off.portal.draft(&effect).await.unwrap();
        assert!(
            matches!(late, Draft::Nothing(_)),
            "switched off before it was written"
        );
    }
}

/// 002-22
#[tokio::test]
async fn who_puts_another_card_in_place_of_one_about_to_expire_hears_no_more_of_it() {
    let scene = scene(|_| ());
    let old = scene.card("ana", 1, "4242").await;
    assert!(scene.sim.card_good_until(&old, in_days(5)));
    assert_eq!(tell(&scene).await, (1, 0));
    let new = scene.card("ana", 2, "1881").await;
    let form = MakeMethodDefault::new(command(3), "sim", new.clone());
    let desk = scene.desk("ana");
    desk.make_default_method(&form).await.unwrap();
    scene.removes("ana", "sim", &old, 4).await.unwrap();
    let kept = scene.kept("ana", "sim").await;
    assert_eq!(kept.len(), 1);
    assert!(kept[0].method.method == new && kept[0].method.is_default);
    let effect = owed(&scene).await.remove(0);
    let late = scene.portal.draft(&effect).await.unwrap();
    assert!(matches!(late, Draft::Nothing(Unwritten::RecordGone)));
    scene.clock.advance(days(6));
    assert_eq!(tell(&scene).await, (0, 0));
}
