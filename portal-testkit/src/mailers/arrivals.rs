//! To whom messages go, and as which. ([`Mailer::send`](portal_core::mail::Mailer::send))
use std::collections::BTreeMap;

use portal_core::{
    Id,
    mail::{Mail, Mailbox, Thread, Unsubscribe},
};

use super::{
    Ended, Skip, Trial,
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

/// The part before the at sign belongs to the reader's server: nothing of it is left out, trimmed or guessed.
pub async fn an_address_is_not_altered(trial: &Trial) -> Ended {
    let odd = [
        "ana.cruz+portal@acme.example",
        "o'brien@acme.example",
        "a-very-long-name.of.somebody.with-many.parts-to-it@mail.sub.acme.example",
        "postmaster@xn--exmple-cua.example",
    ];
    for (n, reader) in (1..).zip(odd) {
        let taken = trial.arrives(&Trial::mail(n, reader)).await;
        assert_eq!(taken.to, [reader]);
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

/// Mail programs show together what is about one order, from whichever process it came, and nothing else with it.
pub async fn messages_about_one_order_are_one_thread(trial: &Trial) -> Ended {
    let about = |n, order: &str| Trial::mail(n, ANA).in_thread(Thread::order(&Id::new(order)));
    let mails = [about(1, "SO-4711"), about(2, "SO-4711")];
    let mails = [&mails[..], &[about(3, "Nº 4712/ñ"), Trial::mail(4, ANA)]].concat();
    let mut threads = vec![];
    for mail in &mails {
        let restarted = trial.candidate().mailer();
        let thread = trial.arrives_by(&*restarted, mail).await.thread;
        threads.push(thread.ok_or(Skip::NotPlayed("reading which thread it is"))?);
    }
    let [one, same, other, none] = &threads[..] else {
        unreachable!("four were sent")
    };
    assert!(
        !one.is_empty() && !other.is_empty(),
        "they are in no thread"
    );
    assert_eq!(one, same, "one order");
    let shared = one.iter().any(|id| other.contains(id));
    assert!(!shared, "two orders: {one:?}, {other:?}");
    assert!(none.is_empty(), "it is about no order: {none:?}");
    Ok(())
}

/// A message that nobody needs has a button that ends such messages: what it posts to arrives whole. All others have none.
pub async fn how_to_unsubscribe_arrives(trial: &Trial) -> Ended {
    let there = format!("https://acme.example/portal/stop/{}?l=es", "k3".repeat(150));
    let how = Unsubscribe::at(&there).unwrap();
    let mail = Trial::mail(1, ANA).with_unsubscribe(how);
    let Some(found) = trial.arrives(&mail).await.unsubscribe else {
        return Err(Skip::NotPlayed("reading how to unsubscribe"));
    };
    assert_eq!(found, [there]);
    let invoice = trial.arrives(&Trial::mail(2, ANA)).await;
    assert_eq!(invoice.unsubscribe, Some(vec![]), "it has no button");
    Ok(())
}

/// Holiday notes and other machines do not answer it.
pub async fn it_says_that_no_person_wrote_it(trial: &Trial) -> Ended {
    let taken = trial.arrives(&Trial::mail(1, ANA)).await;
    let headers = taken.headers.ok_or(Skip::NotOffered("headers"))?;
    for wanted in ["Auto-Submitted", "X-Auto-Response-Suppress"] {
        let found = headers.iter().any(|name| name.eq_ignore_ascii_case(wanted));
        assert!(found, "{wanted} is not among {headers:?}");
    }
    Ok(())
}
