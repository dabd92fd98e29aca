//! What staff have seen to in the books themselves.
use async_trait::async_trait;

use super::{
    Export, ExportRefusal, PushState,
    case::{Case, now_is},
};
use crate::{
    Ask, CommandId, Decision, Error, Id, Loaded, Order, Refusal,
    command::{sealed::Sealed, written},
    payment::Received,
    staff::{Staff, StaffAction, StaffCommand, StaffDesk},
};

/// Say that a payment which waits for staff has been seen to in the books by hand, as far as it is kept by now. The portal does nothing more about it, and nobody
/// waits for it any more, unless some of it is paid back later.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct EnteredByHand {
    /// The form's own id.
    pub command: CommandId,
    /// Of which order.
    pub order: Id<Order>,
    /// Which payment.
    pub received: Id<Received>,
}

impl EnteredByHand {
    /// For this payment of this order.
    #[must_use]
    pub fn new(command: CommandId, order: Id<Order>, received: Id<Received>) -> Self {
        Self {
            command,
            order,
            received,
        }
    }

    fn decided(
        &self,
        case: &Case,
        found: Option<&Loaded<Received>>,
        ask: &Ask<'_, Staff>,
    ) -> Result<Decision, Error> {
        let mut export = case.export().ok_or(Error::NotFound)?.clone();
        let mut payments = export.payments.iter_mut();
        let push = payments.find(|push| push.received == self.received);
        let push = push.ok_or(Error::NotFound)?;
        if !push.needs_attention() {
            return Err(Refusal::from(ExportRefusal::NotSo).into());
        }
        let kept = found.map(|found| found.value.kept());
        push.state = PushState::ByHand { at: ask.now, kept };
        let about = Export::record_of(&self.order);
        let decision = case.resting(Decision::new(ask, "export.by-hand", about));
        let decision = now_is(decision, &export);
        Ok(match found {
            Some(found) => decision.given(found),
            None => decision,
        })
    }
}

impl Sealed for EnteredByHand {}

#[async_trait]
impl StaffCommand for EnteredByHand {
    fn id(&self) -> CommandId {
        self.command
    }

    fn action(&self) -> StaffAction {
        StaffAction::MendExports
    }

    fn form(&self) -> String {
        let (order, received) = (self.order.as_str(), self.received.as_str());
        written(&["export.by-hand", order, received])
    }

    async fn decide(&self, desk: &StaffDesk, ask: &Ask<'_, Staff>) -> Result<Decision, Error> {
        let wiring = desk.portal().wiring();
        let case = wiring.case(&self.order).await?;
        let found = wiring.payment_store()?.received(&self.received).await?;
        self.decided(&case, found.as_ref(), ask)
    }
}
