//! Taking what an accounting system posts: check first, keep it, answer once it is kept. The outbox looks into it.
use uuid::Uuid;

use super::{AccountingWork, DocumentRef, case::owing};
use crate::{
    Ask, CommandId, Decision, Error, Portal, Upkeep,
    accounting::Export,
    command::written,
    payment::{RawWebhook, WebhookAnswer, WebhookError, WebhookRefused},
    portal::Wiring,
};

/// What the ids of what was heard derive from.
const HEARD: Uuid = Uuid::from_u128(0x5e82_cb07_39d1_4fa4_b86e_90d7_124c_e35a);

impl Portal {
    /// Takes what somebody posted to the accounting system's webhook address. Hand on the bytes as they came, and answer as this says.
    ///
    /// It is a reason to look, and nothing more: the [`Dispatcher`](crate::outbox::Dispatcher) asks the books what is true. The answer is given once that is noted. What is not
    /// signed by the books is answered with 401, and bodies beyond [`RawWebhook::LARGEST`] are refused unread.
    pub async fn ledger_webhook(&self, raw: &RawWebhook) -> WebhookAnswer {
        let ledger = self.wiring().ledger.as_ref();
        let Some(webhooks) = ledger.and_then(|ledger| ledger.system.webhooks()) else {
            return WebhookAnswer::refused(404, WebhookRefused::NoSuchProvider);
        };
        if raw.body.len() > RawWebhook::LARGEST {
            return WebhookAnswer::refused(413, WebhookError::TooLarge.into());
        }
        let heard = match webhooks.receive(raw).await {
            Ok(heard) => heard,
            Err(no) => return WebhookAnswer::of_books(no),
        };
        for document in &heard.touched {
            if let Err(e) = self.wiring().keep_touched(document).await {
                return WebhookAnswer::refused(503, e.into());
            }
        }
        WebhookAnswer {
            status: heard.ack.status,
            body: heard.ack.body,
            refused: None,
        }
    }
}

impl Wiring {
    /// Of documents that are nobody's here nothing is kept. A post that comes twice at one instant is one look; one that comes later is another, since the first may be over.
    pub(super) async fn keep_touched(&self, document: &DocumentRef) -> Result<(), Error> {
        let Some(order) = self.order_of(document).await? else {
            return Ok(());
        };
        let now = self.clock.now();
        let name = written(&[document.as_str(), &now.timestamp_micros().to_string()]);
        let command = CommandId(Uuid::new_v5(&HEARD, name.as_bytes()));
        let ask = Ask::new(&Upkeep, now, command);
        let decision = Decision::new(&ask, "export.hear", Export::record_of(&order));
        let document = document.clone();
        let decision = owing(decision, "look", AccountingWork::LookAt { document });
        self.store.commit(decision).await?;
        Ok(())
    }
}
