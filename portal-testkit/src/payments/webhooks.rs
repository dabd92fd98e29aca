//! What the provider posts: [`receive`](portal_core::payment::PaymentProvider::receive).
use portal_core::payment::{
    Found, Lookup, RawWebhook, WebhookBatch, WebhookError, WebhookSubject, Webhooks,
};

use super::{Act, Ended, Letter, Signer, Skip, Trial};
use portal_core::Clock as _;

/// A signed event about a payment says which to look up; looking finds it. Only a signed snapshot says amounts itself. ([`Webhooks`])
pub async fn an_event_leads_to_its_payment(trial: &Trial) -> Ended {
    offered(trial)?;
    let paid = trial.paid().await?;
    let mut led = false;
    for raw in posts(trial).await? {
        for event in received(trial, &raw).await.events {
            let snapshot = event.snapshot;
            if trial.traits().webhooks != Webhooks::SignedSnapshot {
                assert_eq!(snapshot, None, "a ping says no amounts");
            }
            if let Some(seen) = snapshot {
                led |= seen.payment == paid.seen.payment;
            } else if let WebhookSubject::Payment(what) = &event.about
                && let Found::Payment(seen) = trial.look_up(what).await
            {
                assert_eq!(seen.captured, paid.asked.amount);
                led |= seen.payment == paid.seen.payment;
            }
        }
    }
    assert!(led, "nothing that was posted leads to the payment");
    Ok(())
}

/// Delivered again, an event has the same name: that is how it counts once. ([`WebhookEvent::event`](portal_core::payment::WebhookEvent::event))
pub async fn an_event_keeps_its_name(trial: &Trial) -> Ended {
    let raw = genuine(trial).await?;
    let first = received(trial, &raw).await;
    for _ in 0..10 {
        assert_eq!(received(trial, &raw).await, first);
    }
    let later = trial.clock().now() + chrono::Duration::seconds(60);
    let mut again = raw.clone();
    again.received_at = later;
    assert_eq!(received(trial, &again).await, first, "a minute later");
    Ok(())
}

/// Posts come late, twice and in any order. Whoever looks up what each is about ends where everybody ends: at what is true now.
pub async fn posts_in_any_order_end_alike(trial: &Trial) -> Ended {
    offered(trial)?;
    if trial.traits().webhooks == Webhooks::SignedSnapshot {
        return Err(Skip::NotOffered("looking instead of believing"));
    }
    let (asked, begun) = trial.open().await;
    trial.candidate().play(Act::Decline(&begun)).await;
    trial.pay(&begun).await?;
    let truth = trial.seen(&asked, &begun).await?;
    let posts = posts(trial).await?;
    let backwards = posts.iter().rev().chain(&posts);
    for raw in backwards {
        for event in received(trial, raw).await.events {
            let WebhookSubject::Payment(what) = &event.about else {
                continue;
            };
            match trial.look_up(what).await {
                Found::Payment(seen) => assert_eq!(*seen, truth, "{what:?}"),
                other => panic!("{what:?} is {other:?}"),
            }
        }
    }
    trial.has_taken_once(&asked).await;
    Ok(())
}

/// A kind of event that nobody here knows is passed over, not refused: a refusal would come again for days.
pub async fn an_unknown_kind_is_passed_over(trial: &Trial) -> Ended {
    let raw = letter(trial, Letter::UnknownKind)?;
    let batch = received(trial, &raw).await;
    let ignored = |about: &WebhookSubject| matches!(about, WebhookSubject::Ignored { .. });
    assert!(batch.events.iter().all(|event| ignored(&event.about)));
    assert!((200..300).contains(&batch.ack.status), "{:?}", batch.ack);
    Ok(())
}

/// While a secret is being changed, both are taken.
pub async fn a_secret_can_be_changed_without_a_gap(trial: &Trial) -> Ended {
    let raw = genuine(trial).await?;
    let first = received(trial, &raw).await;
    let next = trial
        .candidate()
        .signed(&raw.body, trial.clock().now(), Signer::Next);
    let next = next.ok_or(Skip::NotOffered("two secrets at once"))?;
    let second = received(trial, &next).await;
    let about = |batch: &WebhookBatch| -> Vec<_> {
        batch
            .events
            .iter()
            .map(|event| event.about.clone())
            .collect()
    };
    assert_eq!(about(&first), about(&second));
    Ok(())
}

/// The bytes are signed, not what they mean: what is signed and is nonsense is refused as that, and nothing falls over.
pub async fn signed_nonsense_is_refused(trial: &Trial) -> Ended {
    signs(trial)?;
    for odd in ODD {
        let raw = trial
            .candidate()
            .signed(odd, trial.clock().now(), Signer::Provider);
        let raw = raw.ok_or(Skip::NotPlayed("signing"))?;
        match trial.adapter().receive(&raw).await {
            Err(WebhookError::Malformed(_)) => {}
            Ok(batch) => {
                let ignored =
                    |about: &WebhookSubject| matches!(about, WebhookSubject::Ignored { .. });
                let all = batch.events.iter().all(|event| ignored(&event.about));
                assert!(all, "{batch:?} of nonsense");
            }
            Err(other) => panic!("signed, and {other}"),
        }
    }
    Ok(())
}

const ODD: [&[u8]; 8] = [
    b"",
    b"null",
    b"[]",
    b"{}",
    b"{",
    b"\xff\xfe\x00",
    b"id=1&type=payment",
    br#"{"id":{},"type":[],"data":{"object":null}}"#,
];

/// A post that is the provider's, signed now.
pub(super) async fn genuine(trial: &Trial) -> Result<RawWebhook, Skip> {
    signs(trial)?;
    trial.paid().await?;
    let raw = posts(trial).await?.pop();
    Ok(raw.expect("`posts` answers what happened"))
}

/// A body that the provider could post, signed as it signs.
pub(super) fn letter(trial: &Trial, about: Letter) -> Result<RawWebhook, Skip> {
    signs(trial)?;
    let candidate = trial.candidate();
    let body = candidate.letter(about);
    let body = body.ok_or(Skip::NotOffered("such events"))?;
    let raw = candidate.signed(&body, trial.clock().now(), Signer::Provider);
    raw.ok_or(Skip::NotPlayed("signing"))
}

pub(super) async fn received(trial: &Trial, raw: &RawWebhook) -> WebhookBatch {
    let batch = trial.adapter().receive(raw).await;
    batch.unwrap_or_else(|no| panic!("a genuine post was refused: {no}"))
}

async fn posts(trial: &Trial) -> Result<Vec<RawWebhook>, Skip> {
    let posts = trial.posts().await;
    if posts.is_empty() {
        return Err(Skip::NotPlayed("posting"));
    }
    Ok(posts)
}

fn offered(trial: &Trial) -> Ended {
    match trial.traits().webhooks {
        Webhooks::None => Err(Skip::NotOffered("webhooks")),
        _ => Ok(()),
    }
}

pub(super) fn signs(trial: &Trial) -> Ended {
    match trial.traits().webhooks {
        Webhooks::None => Err(Skip::NotOffered("webhooks")),
        Webhooks::UnsignedPing => Err(Skip::NotOffered("signatures")),
        _ => Ok(()),
    }
}

/// What a lookup of an event is about, so that a forged one can be compared.
pub(super) fn subjects(batch: &WebhookBatch) -> Vec<Lookup> {
    let about = batch.events.iter().map(|event| event.about.clone());
    about
        .filter_map(|about| match about {
            WebhookSubject::Payment(what) => Some(what),
            _ => None,
        })
        .collect()
}
