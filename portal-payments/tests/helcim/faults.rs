use portal_core::{
    adapter::{AdapterErrorKind, Disposition},
    payment::{Charged, DeclineReason, Found, PaymentProvider, PaymentState, Repeats},
};
use portal_testkit::{facts::*, helcim::Fault};

use super::support::*;

#[tokio::test]
async fn each_fault_says_whether_money_may_have_moved() {
    use AdapterErrorKind as K;
    for (fault, disposition, kind) in [
        (
            Fault::RefuseConnection,
            Disposition::NeverSent,
            K::Unavailable,
        ),
        (Fault::LoseTheRequest, Disposition::Unknown, K::Unavailable),
        (Fault::LoseTheReply, Disposition::Unknown, K::Unavailable),
        (Fault::CutTheReply, Disposition::Unknown, K::Unintelligible),
        (
            Fault::Answer(200, "<html>"),
            Disposition::Unknown,
            K::Unintelligible,
        ),
        (
            Fault::Answer(400, r#"{"errors":{"amount":"odd"}}"#),
            Disposition::Rejected,
            K::Rejected,
        ),
        (
            Fault::Answer(403, "{}"),
            Disposition::Rejected,
            K::Unauthorized,
        ),
        (Fault::Answer(409, "{}"), Disposition::Unknown, K::KeyReused),
        (
            Fault::Answer(500, "{}"),
            Disposition::Unknown,
            K::Unavailable,
        ),
        (
            Fault::Answer(503, "<html>"),
            Disposition::Unknown,
            K::Unavailable,
        ),
    ] {
        let world = world();
        let card = world.with_card();
        world.fake.fail_next(fault.clone());
        let no = world.charges().charge(&charge(1, cad(50_00), &card)).await;
        let no = no.unwrap_err();
        assert_eq!(
            (no.disposition(), no.kind()),
            (disposition, kind),
            "{fault:?}"
        );

        // Whatever happened: the same call again, with the same key, has charged once.
        let again = world
            .charges()
            .charge(&charge(1, cad(50_00), &card))
            .await
            .unwrap();
        assert!(matches!(again, Charged::Taken(_)), "{fault:?}");
        assert_eq!(world.fake.payments(), 1, "{fault:?}");
        assert_eq!(world.fake.balance(), 50_00, "{fault:?}");
    }
}

#[tokio::test]
async fn a_lost_answer_is_looked_up_by_the_attempt() {
    let world = world();
    let card = world.with_card();
    world.fake.fail_next(Fault::LoseTheReply);
    let no = world.charges().charge(&charge(1, cad(50_00), &card)).await;
    assert_eq!(no.unwrap_err().disposition(), Disposition::Unknown);
    let found = world.observed(&since(nr(1))).await;
    assert_eq!(found.state, PaymentState::Succeeded);
    assert_eq!(found.captured, cad(50_00));
}

#[tokio::test]
async fn after_five_minutes_a_repeat_would_charge_again_and_the_traits_say_so() {
    let world = world();
    let card = world.with_card();
    let Repeats::For(window) = world.helcim.traits().repeats else {
        panic!("{:?}", world.helcim.traits().repeats)
    };
    world
        .charges()
        .charge(&charge(1, cad(50_00), &card))
        .await
        .unwrap();
    world
        .clock
        .advance(chrono::Duration::from_std(window).unwrap() - minutes(1));
    world
        .charges()
        .charge(&charge(1, cad(50_00), &card))
        .await
        .unwrap();
    assert_eq!(world.fake.payments(), 1);
    world.clock.advance(minutes(1));
    world
        .charges()
        .charge(&charge(1, cad(50_00), &card))
        .await
        .unwrap();
    assert_eq!(
        world.fake.payments(),
        2,
        "the trap that the traits are there for"
    );
}

#[tokio::test]
async fn a_suspected_duplicate_is_looked_up_never_declined() {
    for polite in [false, true] {
        let world = world();
        let card = world.with_card();
        if polite {
            world.fake.decline_politely();
        }
        world
            .charges()
            .charge(&charge(1, cad(50_00), &card))
            .await
            .unwrap();
        world.clock.advance(minutes(2));
        let no = world.charges().charge(&charge(2, cad(50_00), &card)).await;
        let no = no.unwrap_err();
        assert_eq!(no.disposition(), Disposition::Unknown);
        assert!(!no.is_temporary());
        // It was for another order: looked up by its own attempt, nothing was taken, and it is not given up for an hour.
        let found = world.observed(&since(nr(2))).await;
        assert_eq!((found.state, found.captured), (PaymentState::Open, cad(0)));
        world.clock.advance(hours(2));
        let found = world.observed(&since(nr(2))).await;
        assert_eq!(found.state, PaymentState::Failed);
        assert_eq!(world.fake.payments(), 1);
    }
}

#[tokio::test]
async fn a_decline_is_an_answer_in_either_of_helcims_forms() {
    for polite in [false, true] {
        let world = world();
        let card = world.with_card();
        if polite {
            world.fake.decline_politely();
        }
        world.fake.decline_next("DO NOT HONOR");
        let ended = world.charges().charge(&charge(1, cad(50_00), &card)).await;
        let Ok(Charged::Declined { decline, payment }) = ended else {
            panic!("{ended:?}")
        };
        assert_eq!(decline.reason, DeclineReason::DoNotHonour);
        assert_eq!(
            payment.is_some(),
            polite,
            "the sentence names no transaction"
        );
    }
}

#[tokio::test]
async fn who_is_told_to_wait_is_told_how_long() {
    let world = world();
    world.fake.fail_next_question(Fault::Answer(429, "{}"));
    let no = world.helcim.look_up(&since(nr(1))).await.unwrap_err();
    let wait = std::time::Duration::from_mins(1);
    let limited = AdapterErrorKind::RateLimited {
        retry_after: Some(wait),
    };
    assert_eq!(
        (no.kind(), no.disposition()),
        (limited, Disposition::Rejected)
    );
    assert!(no.is_temporary());
}

#[tokio::test]
async fn an_answer_of_something_else_is_no_answer() {
    let world = world();
    let card = world.with_card();
    for other in [
        // Another amount, another currency, another kind, another invoice.
        r#"{"transactionId":1,"status":"APPROVED","type":"purchase","amount":5,"currency":"CAD"}"#,
        r#"{"transactionId":1,"status":"APPROVED","type":"purchase","amount":50,"currency":"USD"}"#,
        r#"{"transactionId":1,"status":"APPROVED","type":"preauth","amount":50,"currency":"CAD"}"#,
        r#"{"transactionId":1,"status":"APPROVED","type":"purchase","amount":50,"currency":"CAD","invoiceNumber":"INV-1"}"#,
        r#"{"transactionId":1,"status":"APPROVED","type":"purchase","amount":50.001,"currency":"CAD"}"#,
        r#"{"transactionId":1,"status":"PENDING","type":"purchase","amount":50,"currency":"CAD"}"#,
        "null",
    ] {
        world.fake.fail_next(Fault::Answer(200, other));
        let no = world.charges().charge(&charge(1, cad(50_00), &card)).await;
        let no = no.unwrap_err();
        assert_eq!(no.kind(), AdapterErrorKind::Unintelligible, "{other}");
        assert_eq!(no.disposition(), Disposition::Unknown, "{other}");
    }
}

#[tokio::test]
async fn a_filter_that_is_not_heeded_hands_us_nobody_elses_payment() {
    let world = world();
    let others = r#"[{"transactionId":1,"status":"APPROVED","type":"purchase","amount":50,"currency":"CAD","invoiceNumber":"INV-1"},
        {"transactionId":2,"status":"APPROVED","type":"purchase","amount":50,"currency":"CAD","invoiceNumber":null}]"#;
    world.fake.fail_next_question(Fault::Answer(200, others));
    assert_eq!(world.look(1).await, Found::Nothing);
}
