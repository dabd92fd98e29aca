//! Fourteen ways to post what the provider did not say, or not now, or not to us. None is believed. ([`WebhookError`])
use portal_core::{
    Clock as _,
    payment::{RawWebhook, WebhookError},
};

use super::{
    Ended, Letter, Signer, Skip, Trial,
    webhooks::{genuine, letter, received, signs, subjects},
};
use crate::facts::minutes;

/// Without any header, nothing says whose it is.
pub async fn unsigned_is_refused(trial: &Trial) -> Ended {
    let mut raw = genuine(trial).await?;
    raw.headers.clear();
    refused(trial, &raw, "no headers").await;
    Ok(())
}

/// Each header that signs is needed: with any one of them gone, nothing is believed.
pub async fn no_header_can_be_left_out(trial: &Trial) -> Ended {
    let raw = genuine(trial).await?;
    for n in 0..raw.headers.len() {
        let mut less = raw.clone();
        let (name, _) = less.headers.remove(n);
        refused(trial, &less, &format!("without {name}")).await;
    }
    Ok(())
}

/// An empty header, one that is no text, one that is another scheme's: not a signature.
pub async fn a_garbled_header_is_refused(trial: &Trial) -> Ended {
    let raw = genuine(trial).await?;
    for n in 0..raw.headers.len() {
        for garbage in [
            b"".as_slice(),
            b" ",
            b"\xff\xfe",
            b"v1",
            b"v1,",
            b"v1=",
            b"t=,v1=",
            b"none",
            b"-1",
            b"9999999999999999999999",
        ] {
            let mut garbled = raw.clone();
            garbled.headers[n].1 = garbage.to_vec();
            refused(trial, &garbled, &format!("{garbage:?}")).await;
        }
    }
    Ok(())
}

/// Signed by somebody who knows everything but the secret.
pub async fn a_strangers_signature_is_refused(trial: &Trial) -> Ended {
    let raw = genuine(trial).await?;
    let stranger = signed(trial, &raw.body, minutes(0), Signer::Stranger)?;
    refused(trial, &stranger, "a stranger").await;
    Ok(())
}

/// A signature is of every byte: what means the same and is written otherwise was not signed.
pub async fn a_body_written_otherwise_is_refused(trial: &Trial) -> Ended {
    let raw = genuine(trial).await?;
    let spaced = raw.body.iter().flat_map(|byte| match byte {
        b':' => vec![b':', b' '],
        other => vec![*other],
    });
    let spaced: Vec<u8> = spaced.collect();
    let after = |tail: &[u8]| [raw.body.as_slice(), tail].concat();
    let before = [b" ".as_slice(), &raw.body].concat();
    for body in [spaced, after(b" "), after(b"\n"), after(b"\0"), before] {
        if body == raw.body {
            continue;
        }
        let mut otherwise = raw.clone();
        otherwise.body = body;
        refused(trial, &otherwise, "written otherwise").await;
    }
    Ok(())
}

/// A body that was cut, or is not there, was not signed.
pub async fn a_body_cut_short_is_refused(trial: &Trial) -> Ended {
    let raw = genuine(trial).await?;
    for keep in [0, raw.body.len() / 2, raw.body.len() - 1] {
        let mut cut = raw.clone();
        cut.body.truncate(keep);
        refused(trial, &cut, "cut short").await;
    }
    Ok(())
}

/// One event's signature says nothing of another event.
pub async fn a_signature_of_another_event_is_refused(trial: &Trial) -> Ended {
    let (one, other) = (genuine(trial).await?, genuine(trial).await?);
    assert_ne!(one.body, other.body, "two payments, two bodies");
    let mut swapped = one.clone();
    swapped.body.clone_from(&other.body);
    refused(trial, &swapped, "another's headers").await;
    for n in 0..one.headers.len() {
        let mut mixed = one.clone();
        if mixed.headers[n] == other.headers[n] {
            continue;
        }
        mixed.headers[n].1.clone_from(&other.headers[n].1);
        refused(trial, &mixed, "one header of another event").await;
    }
    Ok(())
}

/// What was signed long ago is a replay: five minutes, and no more.
pub async fn an_old_post_is_refused(trial: &Trial) -> Ended {
    let raw = genuine(trial).await?;
    for age in [6, 60, 60 * 24 * 365] {
        let old = signed(trial, &raw.body, minutes(-age), Signer::Provider)?;
        let no = refused(trial, &old, "old").await;
        assert!(matches!(no, WebhookError::Stale), "{age} minutes old: {no}");
    }
    let late = signed(trial, &raw.body, minutes(-4), Signer::Provider)?;
    received(trial, &late).await;
    Ok(())
}

/// What was signed in the future was not signed by a clock that is right.
pub async fn a_post_from_the_future_is_refused(trial: &Trial) -> Ended {
    let raw = genuine(trial).await?;
    for ahead in [6, 60, 60 * 24 * 365] {
        let early = signed(trial, &raw.body, minutes(ahead), Signer::Provider)?;
        let no = refused(trial, &early, "from the future").await;
        assert!(matches!(no, WebhookError::Stale), "{ahead} minutes: {no}");
    }
    Ok(())
}

/// An old signature with a new time beside it is an old signature: the time is signed, too.
pub async fn an_old_post_with_a_new_time_is_refused(trial: &Trial) -> Ended {
    let raw = genuine(trial).await?;
    let old = signed(trial, &raw.body, minutes(-600), Signer::Provider)?;
    let fresh = signed(trial, &raw.body, minutes(0), Signer::Stranger)?;
    let seconds = |raw: &RawWebhook| (raw.received_at).timestamp().to_string();
    let now = trial.clock().now();
    let then = (now - minutes(600)).timestamp().to_string();
    let mut touched = false;
    for n in 0..old.headers.len() {
        let text = String::from_utf8_lossy(&old.headers[n].1).into_owned();
        let renewed = text.replace(&then, &seconds(&fresh));
        if renewed == text {
            continue;
        }
        touched = true;
        let mut redated = old.clone();
        redated.headers[n].1 = renewed.into_bytes();
        redated.received_at = now;
        refused(trial, &redated, "redated").await;
    }
    touched
        .then_some(())
        .ok_or(Skip::NotOffered("a time in seconds"))
}

/// A header that came twice with two values is refused, whichever is first: which to believe is nobody's guess.
pub async fn a_header_that_came_twice_is_refused(trial: &Trial) -> Ended {
    let raw = genuine(trial).await?;
    let stranger = signed(trial, &raw.body, minutes(0), Signer::Stranger)?;
    let old = signed(trial, &raw.body, minutes(-4), Signer::Provider)?;
    for other in [&stranger, &old] {
        for header in &other.headers {
            if raw.headers.contains(header) {
                continue;
            }
            let mut after = raw.clone();
            after.headers.push(header.clone());
            refused(trial, &after, "twice, the right one first").await;
            let mut before = raw.clone();
            before.headers.insert(0, header.clone());
            refused(trial, &before, "twice, the right one last").await;
        }
    }
    Ok(())
}

/// More than a megabyte is not looked at, whoever signed it. ([`RawWebhook::LARGEST`])
pub async fn an_oversized_post_is_refused(trial: &Trial) -> Ended {
    let mut body = genuine(trial).await?.body;
    body.resize(RawWebhook::LARGEST + 1, b' ');
    let large = signed(trial, &body, minutes(0), Signer::Provider)?;
    let no = refused(trial, &large, "too large").await;
    assert!(matches!(no, WebhookError::TooLarge), "{no}");
    Ok(())
}

/// Signed, and of another account: not ours.
pub async fn another_accounts_event_is_refused(trial: &Trial) -> Ended {
    let raw = letter(trial, Letter::OtherAccount)?;
    let no = refused(trial, &raw, "another account").await;
    assert!(matches!(no, WebhookError::WrongMerchant), "{no}");
    Ok(())
}

/// Signed, and of the other mode: play money is no money.
pub async fn the_other_modes_event_is_refused(trial: &Trial) -> Ended {
    let raw = letter(trial, Letter::OtherMode)?;
    let no = refused(trial, &raw, "the other mode").await;
    assert!(matches!(no, WebhookError::WrongMerchant), "{no}");
    Ok(())
}

/// Of body and headers, no bit can be turned. (A letter of a header in the other case is the same letter to some, and then says the same.)
pub async fn no_bit_can_be_turned(trial: &Trial) -> Ended {
    let raw = genuine(trial).await?;
    let said = received(trial, &raw).await;
    assert!(!subjects(&said).is_empty() || !said.events.is_empty());
    for at in 0..raw.body.len() * 8 {
        let mut turned = raw.clone();
        turned.body[at / 8] ^= 1 << (at % 8);
        refused(trial, &turned, &format!("bit {at} of the body")).await;
    }
    for n in 0..raw.headers.len() {
        for at in 0..raw.headers[n].1.len() * 8 {
            let mut turned = raw.clone();
            let byte = &mut turned.headers[n].1[at / 8];
            let before = *byte;
            *byte ^= 1 << (at % 8);
            let same_letter = byte.eq_ignore_ascii_case(&before);
            match trial.adapter().receive(&turned).await {
                Err(_) => {}
                Ok(batch) if same_letter => assert_eq!(batch, said, "bit {at} of header {n}"),
                Ok(_) => panic!("bit {at} of header {n} was turned, and it was believed"),
            }
        }
    }
    Ok(())
}

async fn refused(trial: &Trial, raw: &RawWebhook, what: &str) -> WebhookError {
    match trial.adapter().receive(raw).await {
        Err(no) => no,
        Ok(batch) => panic!("{what}: it was believed, {batch:?}"),
    }
}

/// A body signed that long from now, and posted now.
fn signed(
    trial: &Trial,
    body: &[u8],
    from_now: chrono::Duration,
    by: Signer,
) -> Result<RawWebhook, Skip> {
    signs(trial)?;
    let now = trial.clock().now();
    let raw = trial.candidate().signed(body, now + from_now, by);
    let mut raw = raw.ok_or(Skip::NotPlayed("signing"))?;
    raw.received_at = now;
    Ok(raw)
}
