use chrono::NaiveDate;
use portal_core::{
    Id,
    adapter::{AdapterErrorKind, Disposition},
    payment::{
        BeginSetup, Charged, Initiator, MethodKind, MethodRef, MethodState, NextStep, PayerProfile,
        PayerRef,
    },
};
use portal_testkit::helcim::Fault;

use super::support::*;

fn ana() -> PayerRef {
    PayerRef::new(CUSTOMER)
}

fn setup(kind: MethodKind) -> BeginSetup {
    let cad = "CAD".parse().unwrap();
    BeginSetup::new(
        nr(9),
        ana(),
        kind,
        cad,
        "https://portal.example/back",
        "https://portal.example/",
    )
}

/// 002-14, 002-15: what is kept is listed, never with its number.
#[tokio::test]
async fn cards_and_bank_accounts_are_listed() {
    let world = world();
    let card = world.with_card();
    let _ = world.fake.put_card(CUSTOMER, "5454545454", "0127");
    let account = world.fake.put_bank_account(CUSTOMER, "6789", false);
    let all = world.vault().methods(&ana()).await.unwrap();
    let told: Vec<_> = all
        .iter()
        .map(|m| {
            (
                m.kind,
                m.brand.as_str(),
                m.last4.as_str(),
                m.state,
                m.is_default,
            )
        })
        .collect();
    assert_eq!(
        told,
        [
            (MethodKind::Card, "Visa", "4242", MethodState::Usable, true),
            (
                MethodKind::Card,
                "Mastercard",
                "5454",
                MethodState::Expired,
                false
            ),
            (
                MethodKind::CaBank,
                "003",
                "6789",
                MethodState::PendingVerification,
                true
            ),
        ]
    );
    assert_eq!(all[0].method, card);
    assert_eq!(all[0].expires, NaiveDate::from_ymd_opt(2030, 12, 31));
    assert_eq!(all[2].method.as_str(), format!("bank:{account}"));
}

/// 002-14
#[tokio::test]
async fn a_card_is_added_in_the_frame_and_removed() {
    let world = world();
    let card = world.with_card();
    let page = world.vault().setup().unwrap();
    let begun = page.begin(&setup(MethodKind::Card)).await.unwrap();
    let NextStep::Embedded { token, .. } = begun.next else {
        panic!("{:?}", begun.next)
    };
    assert!(begun.secret.is_some());
    world.fake.pay_in_frame(&token, "5454545454").unwrap();
    assert_eq!(world.vault().methods(&ana()).await.unwrap().len(), 2);
    assert_eq!(world.fake.payments(), 0, "storing takes no money");

    world.vault().remove(&ana(), &card).await.unwrap();
    assert_eq!(world.vault().methods(&ana()).await.unwrap().len(), 1);
    let gone = world.vault().remove(&ana(), &card).await.unwrap_err();
    assert_eq!(gone.kind(), AdapterErrorKind::NotFound);
}

/// 002-15: Helcim writes to them; the portal has no form for account numbers.
#[tokio::test]
async fn a_bank_account_is_added_by_an_e_mail_of_helcims() {
    let world = world();
    let _ = world.with_card();
    let page = world.vault().setup().unwrap();
    let begun = page.begin(&setup(MethodKind::CaBank)).await.unwrap();
    assert_eq!(begun.next, NextStep::PayerContacted);
    assert_eq!(world.fake.mails(), 1);
    let abroad = page.begin(&setup(MethodKind::UsBank)).await.unwrap_err();
    assert_eq!(abroad.disposition(), Disposition::NeverSent);
    assert_eq!(world.fake.mails(), 1);
}

/// 002-16
#[tokio::test]
async fn a_bank_account_is_never_removed() {
    let world = world();
    let _ = world.with_card();
    let account = world.fake.put_bank_account(CUSTOMER, "6789", true);
    let account = MethodRef::new(format!("bank:{account}"));
    assert_eq!(world.vault().removes(), [MethodKind::Card]);
    let no = world.vault().remove(&ana(), &account).await.unwrap_err();
    assert_eq!(no.kind(), AdapterErrorKind::Rejected);
    assert_eq!(no.disposition(), Disposition::NeverSent);
    assert_eq!(world.vault().methods(&ana()).await.unwrap().len(), 2);
    assert!(
        !world
            .fake
            .requests()
            .iter()
            .any(|line| line.starts_with("DELETE"))
    );
}

#[tokio::test]
async fn a_default_is_changed() {
    let world = world();
    let first = world.with_card();
    let second = world.fake.put_card(CUSTOMER, "5454545454", "1230");
    let second = MethodRef::new(format!("card:{second}"));
    world.vault().make_default(&ana(), &second).await.unwrap();
    let all = world.vault().methods(&ana()).await.unwrap();
    let is_default = |m: &MethodRef| all.iter().any(|one| one.method == *m && one.is_default);
    assert!(is_default(&second) && !is_default(&first));
}

#[tokio::test]
async fn another_customers_card_is_as_good_as_none() {
    let world = world();
    let card = world.with_card();
    world.fake.put_customer("CST1", "Somebody Else");
    let stranger = PayerRef::new("CST1");
    for method in [
        card,
        MethodRef::new("card:1"),
        MethodRef::new("card:../x"),
        MethodRef::new(""),
    ] {
        let mut theft = charge(1, cad(50_00), &method);
        theft.payer = stranger.clone();
        let mut no = vec![
            world.vault().remove(&stranger, &method).await.unwrap_err(),
            world
                .vault()
                .make_default(&stranger, &method)
                .await
                .unwrap_err(),
        ];
        no.push(world.charges().charge(&theft).await.unwrap_err());
        for no in no {
            assert_eq!(no.kind(), AdapterErrorKind::NotFound, "{method}");
            assert_eq!(no.disposition(), Disposition::NeverSent);
        }
    }
    assert_eq!(world.fake.payments(), 0);
}

#[tokio::test]
async fn a_customer_is_made_once() {
    let world = world();
    let ana = PayerProfile::new(Id::new("ana"), "Ana Díaz");
    world.fake.fail_next(Fault::LoseTheReply);
    let lost = world.vault().payer(&ana).await.unwrap_err();
    assert_eq!(lost.disposition(), Disposition::Unknown);
    let first = world.vault().payer(&ana).await.unwrap();
    assert_eq!(world.vault().payer(&ana).await.unwrap(), first);
    let made = world
        .fake
        .requests()
        .iter()
        .filter(|l| l.starts_with("POST"))
        .count();
    assert_eq!(made, 1);
    let bob = PayerProfile::new(Id::new("bob"), "Bob");
    assert_ne!(world.vault().payer(&bob).await.unwrap(), first);
}

#[tokio::test]
async fn a_stored_card_is_charged_under_its_attempt() {
    let world = world();
    let card = world.with_card();
    let ended = world.charges().charge(&charge(1, cad(33_33), &card)).await;
    let Ok(Charged::Taken(taken)) = ended else {
        panic!("{ended:?}")
    };
    assert_eq!(taken.captured, cad(33_33));
    assert_eq!(taken.attempt, Some(nr(1)));
    let found = world.observed(&since(nr(1))).await;
    assert_eq!(
        (found.payment, found.captured),
        (taken.payment, taken.captured)
    );
}

#[tokio::test]
async fn a_payer_who_is_there_is_charged_from_their_own_address_alone() {
    let world = world();
    let card = world.with_card();
    let nowhere = charge(1, cad(1_00), &card).from(None);
    let no = world.charges().charge(&nowhere).await.unwrap_err();
    assert_eq!(no.disposition(), Disposition::NeverSent);
    let mut later = nowhere;
    later.initiator = Initiator::MerchantRecurring;
    assert!(matches!(
        world.charges().charge(&later).await,
        Ok(Charged::Taken(_))
    ));
}

#[tokio::test]
async fn a_bank_account_is_not_charged_because_nobody_could_look_it_up() {
    let world = world();
    let _ = world.with_card();
    let account = world.fake.put_bank_account(CUSTOMER, "6789", true);
    let account = MethodRef::new(format!("bank:{account}"));
    let no = world
        .charges()
        .charge(&charge(1, cad(1_00), &account))
        .await;
    assert_eq!(no.unwrap_err().disposition(), Disposition::NeverSent);
}

#[tokio::test]
async fn what_fails_before_the_charge_never_sent_it() {
    for fault in [
        Fault::LoseTheReply,
        Fault::Answer(500, "{}"),
        Fault::Answer(200, "<html>"),
    ] {
        let world = world();
        let card = world.with_card();
        world.fake.fail_next_question(fault);
        let no = world.charges().charge(&charge(1, cad(1_00), &card)).await;
        assert_eq!(no.unwrap_err().disposition(), Disposition::NeverSent);
        assert_eq!(world.fake.payments(), 0);
    }
}
