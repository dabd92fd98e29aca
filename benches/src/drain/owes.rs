//! What commands owe.
use chrono::{DateTime, TimeDelta, Utc};
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
    /// Messages, five to each reader, due in another order than they were owed in: as what was put off is in the morning after an outage.
    MessagesInLine,
}

/// How many messages wait for one reader.
const IN_LINE: usize = 5;

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
            Self::Messages | Self::MessagesInLine => {
                let about = RecordRef::Order(Id::new("o1"));
                let decision = Decision::new(ask, "order.invoice", about);
                numbers.iter().fold(decision, |decision, n| {
                    // A command writes to nobody twice about one thing.
                    let in_line = n / (2 * IN_LINE) * 2 + n % 2;
                    let reader = if self == Self::Messages { *n } else { in_line };
                    let to = Recipient::Contact(Id::new(format!("reader-{reader}")));
                    decision.mail(MailKind::InvoiceCopy, to)
                })
            }
        }
    }

    pub(super) fn topic(self) -> Topic {
        match self {
            Self::PlacesFreed => Topic::Host,
            Self::Messages | Self::MessagesInLine => Topic::Mail,
        }
    }

    /// When a command is given: what it owes is due from then on.
    pub(super) fn given_at(self, command: u128, last: DateTime<Utc>) -> DateTime<Utc> {
        match self {
            Self::PlacesFreed | Self::Messages => last,
            Self::MessagesInLine => {
                let before = command.wrapping_mul(7_919) % 10_007;
                last - TimeDelta::seconds(i64::try_from(before).unwrap())
            }
        }
    }
}
