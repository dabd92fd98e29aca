//! What nobody has to have is asked about and can be stopped. Everything else is neither.
use std::sync::Arc;

use portal_core::{
    Effect, EffectKind, Id, Language, RecordRef,
    chrono_tz::Tz,
    effect::{MailKind, Recipient},
    mail::{
        Addressee, Choice, Draft, EmailAddress, InvoiceCopy, Letter, OrderHead, Says, Unsubscribe,
        Written,
    },
    memory::Memory,
};
use portal_testkit::{RecordingChoices, facts::*};
use uuid::Uuid;

use super::support::*;

fn owed(kind: MailKind) -> Effect {
    let mail = EffectKind::Mail {
        kind,
        to: Recipient::Contact(Id::new("ana")),
        about: RecordRef::Order(Id::new("o1")),
        because: command(1),
        with: vec![],
    };
    Effect::new(Uuid::nil(), mail)
}

fn letter(kind: MailKind) -> Letter {
    let address = EmailAddress::parse("ana@acme.example").unwrap();
    let to = Addressee::new(address, Language::En);
    let clock = today().with_timezone(&Tz::UTC);
    let head = OrderHead::new("SO-1", clock, order("o1").balance);
    let says = Says::Invoice(InvoiceCopy::new(head, vec![]));
    let there = Unsubscribe::at("https://portal.example/no-more/7f3a").unwrap();
    Letter::new(Uuid::nil(), kind, to, says).with_unsubscribe(Some(there))
}

/// Whoever adds to these takes away that it always arrives.
#[cfg(feature = "payments")]
#[test]
fn reminders_are_all_that_one_can_do_without() {
    let optional = MailKind::ALL.iter().copied().filter(|k| k.optional());
    let optional: Vec<_> = optional.collect();
    assert_eq!(optional, [MailKind::CardExpiring, MailKind::CardExpired]);
    assert_eq!(optional, MailKind::OPTIONAL);
}

/// 000-46: she wants nothing at all, and has her invoice all the same.
#[tokio::test]
async fn nobody_is_asked_about_what_one_has_to_have() {
    let memory = Memory::default();
    memory.put_contact(contact("ana"));
    memory.put_order(order("o1").ordered_by(&contact("ana")).details());
    let choices = RecordingChoices::default();
    for &kind in MailKind::ALL {
        choices.says(&Id::new("ana"), kind, Choice::Unwanted);
    }
    let portal = builder(&memory)
        .mail_choices(Arc::new(choices.clone()))
        .build()
        .unwrap();
    for &kind in MailKind::ALL {
        let drafted = portal.draft(&owed(kind)).await.unwrap();
        let unwanted = matches!(&drafted, Draft::Nothing(why) if why.as_str() == "not-wanted");
        assert_eq!(unwanted, kind.optional(), "{kind:?}");
        if kind == MailKind::InvoiceCopy {
            assert!(matches!(drafted, Draft::Letter(_)), "{drafted:?}");
        }
    }
    let asked: Vec<_> = choices.asked().into_iter().map(|(_, kind)| kind).collect();
    assert_eq!(asked, MailKind::OPTIONAL);
}

#[test]
fn no_message_that_one_has_to_have_says_how_to_stop_it_whatever_its_letter_was_given() {
    for &kind in MailKind::ALL {
        let mail = letter(kind).finished(&Written::new("About you", "Hello."));
        assert_eq!(mail.unsubscribe.is_some(), kind.optional(), "{kind:?}");
    }
}
