//! How often one person may have messages of one kind sent by pressing buttons again and again, whatever they are about.
use std::sync::atomic::{AtomicBool, Ordering};

use chrono::Duration;

use crate::{
    Ask, CustomerDesk, Decision, EffectKind, Error, Refusal, TryKey, Viewer,
    effect::{MailKind, Recipient},
    refusal::PortalRefusal,
};

/// No more than these within so long, of one kind to one reader: as many as of the messages about getting in.
const MOST: [(&str, u32, Duration); 2] = [
    ("hour", 3, Duration::hours(1)),
    ("day", 20, Duration::days(1)),
];

/// Whether one form's messages were counted: it may be decided more than once.
#[derive(Debug, Default)]
pub(crate) struct Pressed(AtomicBool);

impl Pressed {
    /// Counts what this form has sent. A form that was taken before sends nothing, and counts for nothing.
    ///
    /// # Errors
    /// `portal.too-many-messages`. The press that is refused counts too: of any hour no more than the first three are sent, however many press at once.
    pub(crate) async fn count(
        &self,
        decision: &Decision,
        desk: &CustomerDesk,
        ask: &Ask<'_, Viewer>,
    ) -> Result<(), Error> {
        let sent = decision.effects.iter().find_map(|owed| match &owed.kind {
            EffectKind::Mail { kind, to, .. } if again_and_again(*kind) => Some((*kind, to)),
            _ => None,
        });
        let Some((kind, to)) = sent else {
            return Ok(());
        };
        let store = &desk.wiring().store;
        if self.0.swap(true, Ordering::Relaxed) || store.receipt(ask.command).await?.is_some() {
            return Ok(());
        }
        for (span, most, window) in MOST {
            let of = key(span, kind, to, ask.by);
            let times = store.note_try(&of, ask.now, ask.now - window).await?;
            if times > most {
                let again_at = ask.now + window;
                return Err(Refusal::from(PortalRefusal::TooManyMessages { again_at }).into());
            }
        }
        Ok(())
    }
}

/// What can be asked for at any time, and is sent each time. Everything else changes something first, and that only so often.
fn again_and_again(kind: MailKind) -> bool {
    matches!(kind, MailKind::InvoiceCopy)
}

/// What one person has sent to staff does not keep others from writing to them.
fn key(span: &str, kind: MailKind, to: &Recipient, by: &Viewer) -> TryKey {
    TryKey::new(
        &format!("letter:{span}:{}:{to}", kind.as_str()),
        &by.account,
    )
}
