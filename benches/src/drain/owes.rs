//! What commands owe.
use portal_core::{
    Ask, Decision, Id, RecordRef, Topic, Viewer,
    effect::{EffectKind, MailKind, Recipient},
};

/// What commands owe.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Owes {
    /// The host hears of places.
    PlacesFreed,
    /// Messages, each to another reader.
    Messages,
}

impl Owes {
    pub(super) fn decision(self, ask: &Ask<'_, Viewer>, numbers: &[usize]) -> Decision {
        match self {
            Self::PlacesFreed => {
                let session = Id::new("s1");
                let about = RecordRef::Session(session.clone());
                let mut decision = Decision::new(ask, "registration.cancel", about);
                for n in numbers {
                    let session = session.clone();
                    let freed = EffectKind::PlaceFreed { session };
                    decision = decision.effect(&format!("place-freed {n}"), freed);
                }
                decision
            }
            Self::Messages => {
                let about = RecordRef::Order(Id::new("o1"));
                let decision = Decision::new(ask, "order.invoice", about);
                numbers.iter().fold(decision, |decision, n| {
                    let to = Recipient::Contact(Id::new(format!("reader-{n}")));
                    decision.mail(MailKind::InvoiceCopy, to)
                })
            }
        }
    }

    pub(super) fn topic(self) -> Topic {
        match self {
            Self::PlacesFreed => Topic::Host,
            Self::Messages => Topic::Mail,
        }
    }
}
