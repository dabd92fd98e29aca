//! What is posted: a reason to look, once it is proved whose it is. ([`LedgerWebhooks`])
use std::sync::Arc;

use portal_core::{
    Clock as _,
    accounting::LedgerWebhooks,
    payment::{RawWebhook, WebhookError},
};

use super::{Act, Ended, Signer, Skip, Trial};

/// What happened to a document is posted, and leads to it.
pub async fn a_post_leads_to_its_document(trial: &Trial) -> Ended {
    let webhooks = webhooks(trial)?;
    let (_, made) = trial.invoice().await;
    trial.candidate().posts().await;
    trial.play(Act::Edit(&made.document), "an edit").await?;
    let posts = trial.candidate().posts().await;
    assert!(!posts.is_empty(), "the candidate has to post an edit");
    let mut touched = vec![];
    for post in &posts {
        let said = webhooks.receive(post).await.unwrap();
        assert!(
            (200..300).contains(&said.ack.status),
            "what was taken is acknowledged"
        );
        touched.extend(said.touched);
    }
    assert!(touched.contains(&made.document));
    Ok(())
}

/// The same post again, and an older one after a newer one: taken, and nothing is written there.
pub async fn posts_in_any_order_and_again_are_harmless(trial: &Trial) -> Ended {
    let webhooks = webhooks(trial)?;
    trial.invoice().await;
    trial.invoice().await;
    let mut posts = trial.candidate().posts().await;
    if posts.is_empty() {
        return Err(Skip::NotPlayed("posts"));
    }
    let before = trial.candidate().books().await;
    posts.extend(posts.clone());
    posts.reverse();
    for post in &posts {
        let one = webhooks.receive(post).await.unwrap();
        let again = webhooks.receive(post).await.unwrap();
        assert_eq!(one, again);
    }
    assert_eq!(trial.candidate().books().await, before);
    Ok(())
}

/// Without any header, nothing says whose it is.
pub async fn unsigned_is_refused(trial: &Trial) -> Ended {
    let mut post = genuine(trial).await?;
    post.headers.clear();
    refused(trial, &post, "no headers").await
}

/// An empty header, one that is no text, one that is somebody's guess: not a signature.
pub async fn a_garbled_header_is_refused(trial: &Trial) -> Ended {
    let post = genuine(trial).await?;
    for garbage in [
        b"".as_slice(),
        b" ",
        b"\xff\xfe",
        b"=",
        b"AAAA",
        b"none",
        b"v1,AAAA",
    ] {
        for n in 0..post.headers.len() {
            let mut garbled = post.clone();
            garbled.headers[n].1 = garbage.to_vec();
            refused(trial, &garbled, &format!("{garbage:?}")).await?;
        }
    }
    Ok(())
}

/// Which of two headers to believe is nobody's guess.
pub async fn a_header_that_came_twice_is_refused(trial: &Trial) -> Ended {
    let post = genuine(trial).await?;
    for header in post.headers.clone() {
        let mut twice = post.clone();
        twice.headers.push(header);
        refused(trial, &twice, "a header twice").await?;
    }
    Ok(())
}

/// Signed by somebody who knows everything but the secret.
pub async fn a_strangers_signature_is_refused(trial: &Trial) -> Ended {
    let post = genuine(trial).await?;
    let Some(stranger) = trial.candidate().signed(&post.body, Signer::Stranger) else {
        return Err(Skip::NotPlayed("a stranger"));
    };
    refused(trial, &stranger, "a stranger").await
}

/// More than is looked at is refused before it is looked at.
pub async fn an_oversized_post_is_refused(trial: &Trial) -> Ended {
    genuine(trial).await?;
    let large = vec![b' '; RawWebhook::LARGEST + 1];
    let Some(post) = trial.candidate().signed(&large, Signer::Provider) else {
        return Err(Skip::NotPlayed("signing"));
    };
    refused(trial, &post, "too large").await
}

/// Every bit of the body is signed.
pub async fn no_bit_can_be_turned(trial: &Trial) -> Ended {
    let post = genuine(trial).await?;
    for at in 0..post.body.len() {
        for bit in 0..8 {
            let mut turned = post.clone();
            turned.body[at] ^= 1 << bit;
            refused(trial, &turned, &format!("bit {bit} of byte {at}")).await?;
        }
    }
    Ok(())
}

/// What the system posts to find out whether signatures are checked is answered as it wants: those that are signed are taken, the others are not.
pub async fn the_handshake_is_answered_as_it_wants(trial: &Trial) -> Ended {
    let webhooks = webhooks(trial)?;
    let posts = trial.candidate().handshakes();
    if posts.is_empty() {
        return Err(Skip::NotPlayed("a handshake"));
    }
    for (post, is_good) in posts {
        match (webhooks.receive(&post).await, is_good) {
            (Ok(said), true) => {
                assert!(said.touched.is_empty(), "it is about nothing");
                assert!((200..300).contains(&said.ack.status));
            }
            (Err(_), false) => {}
            (answer, _) => panic!("to be taken: {is_good}, and it was {answer:?}"),
        }
    }
    Ok(())
}

fn webhooks(trial: &Trial) -> Result<Arc<dyn LedgerWebhooks>, Skip> {
    trial
        .system()
        .webhooks()
        .ok_or(Skip::NotOffered("webhooks"))
}

/// A post that is taken.
async fn genuine(trial: &Trial) -> Result<RawWebhook, Skip> {
    let webhooks = webhooks(trial)?;
    trial.invoice().await;
    let Some(mut post) = trial.candidate().posts().await.pop() else {
        return Err(Skip::NotPlayed("posts"));
    };
    post.received_at = trial.clock().now();
    webhooks.receive(&post).await.unwrap();
    Ok(post)
}

async fn refused(trial: &Trial, post: &RawWebhook, what: &str) -> Ended {
    match webhooks(trial)?.receive(post).await {
        Err(WebhookError::NotConfigured | WebhookError::Adapter(_)) => {
            panic!("{what}: refused for another reason")
        }
        Err(_) => Ok(()),
        Ok(said) => panic!("{what}: believed, {said:?}"),
    }
}
