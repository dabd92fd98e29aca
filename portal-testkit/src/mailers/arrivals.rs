//! To whom messages go, and as which. ([`Mailer::send`](portal_core::mail::Mailer::send))
use std::collections::BTreeMap;

use portal_core::mail::{Mail, Mailbox};

use super::{
    Ended, Trial,
    run::{ANA, address},
};

/// One message, one copy, one reader.
pub async fn a_message_arrives_once_at_whom_it_is_for_and_nobody_else(trial: &Trial) -> Ended {
    let taken = trial.arrives(&Trial::mail(1, ANA)).await;
    assert_eq!(taken.to, [ANA]);
    Ok(())
}

/// Whoever gets it twice can tell: from whichever process, it has the same Message-ID.
pub async fn a_repeat_is_the_same_message(trial: &Trial) -> Ended {
    let mail = Trial::mail(1, ANA);
    let first = trial.arrives(&mail).await;
    let restarted = trial.candidate().mailer();
    for mailer in [trial.mailer(), &*restarted] {
        mailer.send(&mail).await.unwrap();
        // A transport that knows what it sent before need not send it again.
        for again in trial.candidate().taken().await {
            assert_eq!(again.message_id, first.message_id, "another message");
            assert_eq!(again.to, [ANA]);
        }
    }
    Ok(())
}

/// However alike they are, no mail program takes one for the other.
pub async fn two_messages_are_two(trial: &Trial) -> Ended {
    let one = trial.arrives(&Trial::mail(1, ANA)).await;
    let two = trial.arrives(&Trial::mail(2, ANA)).await;
    assert_ne!(one.message_id, two.message_id, "the same message");
    Ok(())
}

/// The part before the at sign belongs to the reader's server: nothing of it is folded, trimmed or guessed.
pub async fn an_address_is_not_altered(trial: &Trial) -> Ended {
    let odd = [
        "Ana.Cruz+portal@acme.example",
        "o'brien@acme.example",
        "a-very-long-name.of.somebody.with-many.parts-to-it@mail.sub.acme.example",
        "postmaster@xn--exmple-cua.example",
    ];
    for (n, reader) in (1..).zip(odd) {
        let taken = trial.arrives(&Trial::mail(n, reader)).await;
        assert_eq!(taken.to, [address(reader).as_str()]);
    }
    Ok(())
}

/// What several tasks send at once arrives where each was sent.
pub async fn twenty_at_once_do_not_mix(trial: &Trial) -> Ended {
    let reader = |n: u128| format!("reader-{n}@acme.example");
    let sent = (1..=20).map(|n| {
        let mailer = trial.shared();
        let to = Mailbox::new(address(&reader(n)));
        let Mail { id, kind, .. } = Trial::mail(n, ANA);
        let mail = Mail::new(id, kind, to, &format!("No. {n}"), &format!("Text {n}."));
        tokio::spawn(async move { mailer.send(&mail).await })
    });
    for sent in sent.collect::<Vec<_>>() {
        sent.await.unwrap().unwrap();
    }
    let taken = trial.candidate().taken().await;
    let found = taken.iter().map(|taken| {
        let said = (taken.subject.clone(), taken.text.trim().to_owned());
        (taken.to.join(", "), said)
    });
    let wanted = (1..=20).map(|n| (reader(n), (format!("No. {n}"), format!("Text {n}."))));
    assert_eq!(taken.len(), 20, "each once");
    let (found, wanted): (BTreeMap<_, _>, BTreeMap<_, _>) = (found.collect(), wanted.collect());
    assert_eq!(found, wanted);
    Ok(())
}

/// Somebody who answers reaches whom the message says.
pub async fn where_an_answer_goes_is_kept(trial: &Trial) -> Ended {
    let office = Mailbox::new(address("office@school.example")).named("The office");
    let mail = Trial::mail(1, ANA).with_reply_to(office);
    let taken = trial.arrives(&mail).await;
    assert_eq!(taken.reply_to.as_deref(), Some("office@school.example"));
    assert_eq!(taken.to, [ANA], "it is nobody the message goes to");
    Ok(())
}
