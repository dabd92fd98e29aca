//! What each form of staff does to an export.
use std::sync::Arc;

use chrono::{DateTime, Utc};

use super::{
    AccountingWork, Attention, DisconnectOrder, Export, ExportKey, ExportOrder, ExportRefusal,
    ExportState, FindDocument, ForgetExport, PushState, PushedPayment, RelinkOrder, RetryExport,
    begin::{anew, giving_up},
    case::{Case, link_of, now_is, owing},
    held_up_by,
    staff::told,
};
use crate::{
    Decision, Error, Refusal,
    order::{CutOff, OrderRefusal},
    payment::Received,
    portal::Wiring,
    staff::StaffDesk,
};

impl RelinkOrder {
    pub(super) async fn decided(
        &self,
        desk: &StaffDesk,
        case: &Case,
        decision: Decision,
    ) -> Result<Decision, Error> {
        let wiring = desk.portal().wiring();
        let (Some(export), Some(details)) = (case.export(), case.details()) else {
            return Err(Error::NotFound);
        };
        if !can_be_relinked(export) {
            return Err(Refusal::from(ExportRefusal::NotSo).into());
        }
        let (live, now) = (case.live.as_ref(), wiring.clock.now());
        let policy = wiring.settings.accounting.on_open_payment;
        let held_up = held_up_by(&details.order, live.map(|live| &live.value), policy, now);
        if let Some(since) = held_up {
            // An order that was cut off may be paid here, and one that is connected must not be.
            return Err(Refusal::from(OrderRefusal::PaymentInProgress { since }).into());
        }
        let books = wiring.ledger()?.system.organisation().clone();
        // Its own name for it in other books says nothing here.
        let own = export.document.clone().filter(|_| export.books == books);
        let document = self.document.clone().or_else(|| own.clone());
        let document = document.ok_or_else(|| Refusal::from(ExportRefusal::NoDocument))?;
        let another = ExportKey::Document(books.clone(), document.clone());
        let another = wiring.accounting_store()?.export(&another).await?;
        let another = another.filter(|another| another.value.order != self.order);
        let decision = match another {
            Some(another) if another.value.state == ExportState::Forgotten => {
                // Staff have given it up there.
                let released = Export {
                    document: None,
                    mirror: None,
                    ..another.value.clone()
                };
                now_is(decision.given(&another), &released)
            }
            Some(_) => return Err(Refusal::from(ExportRefusal::DocumentOfAnother).into()),
            None => decision,
        };
        let what = FindDocument::Document(document);
        let found = match wiring.ledger()?.system.find(&what).await {
            Ok(found) => found.filter(|document| document.state.stands()),
            Err(error) => return Err(told(desk, error).await?),
        };
        let there = found.ok_or_else(|| Refusal::from(ExportRefusal::NoDocument))?;
        if there.total.currency() != details.order.balance.total().currency() {
            let total = there.total;
            return Err(Refusal::from(ExportRefusal::OtherCurrency { total }).into());
        }
        // Staff have looked at it: what it comes to there is what it comes to.
        let state = ExportState::Connected;
        let mut payments = tried_again(export, case, wiring).await?;
        if own.as_ref() != Some(&there.document) {
            // What is in another document is not in this one; what is gets found by its reference.
            let known = payments.iter_mut().filter(|push| !is_by_hand(push));
            known.for_each(|push| push.state = PushState::Waiting);
        }
        let export = Export {
            books,
            payments,
            ..export.clone()
        };
        let decision = giving_up(case, decision, now);
        wiring
            .connecting(case, &export, &there, state, decision)
            .await
    }
}

fn can_be_relinked(export: &Export) -> bool {
    matches!(
        export.state,
        ExportState::NeedsAttention(_) | ExportState::Disconnected(_)
    )
}

impl ExportOrder {
    #[expect(clippy::unused_async, reason = "as the other forms")]
    pub(super) async fn decided(
        &self,
        wiring: &Wiring,
        case: &Case,
        decision: Decision,
        now: DateTime<Utc>,
    ) -> Result<Decision, Error> {
        wiring.begin_export(case, decision, now)
    }
}

impl RetryExport {
    pub(super) async fn decided(
        &self,
        wiring: &Wiring,
        case: &Case,
        decision: Decision,
        now: DateTime<Utc>,
    ) -> Result<Decision, Error> {
        let export = case.export().ok_or(Error::NotFound)?;
        let needs_it = export.needs_attention();
        match &export.state {
            ExportState::NeedsAttention(_) if export.document.is_some() => {
                Err(Refusal::from(ExportRefusal::NotSo).into())
            }
            ExportState::NeedsAttention(_) if export.sent.is_some() => {
                let again = Export {
                    begun_at: now,
                    ..export.clone()
                };
                let again = again.standing(ExportState::Recovering, now);
                let link = link_of(&again, &wiring.ledger()?.shown, None);
                let decision = case.telling(now_is(decision, &again), link);
                let order = self.order.clone();
                Ok(owing(decision, "export", AccountingWork::Export { order }))
            }
            ExportState::NeedsAttention(_) => {
                let again = anew(case, wiring, now)?;
                wiring.take_order(case, again, decision, now)
            }
            ExportState::Connected if needs_it => {
                let again = Export {
                    payments: tried_again(export, case, wiring).await?,
                    ..export.clone()
                };
                let waiting = again.payments.iter().map(|push| push.received.clone());
                let waiting: Vec<_> = waiting.collect();
                let decision = now_is(decision, &again);
                Ok(waiting.into_iter().fold(decision, |decision, received| {
                    let what = format!("push:{received}");
                    let order = self.order.clone();
                    let work = AccountingWork::PushPayment { order, received };
                    owing(decision, &what, work)
                }))
            }
            ExportState::Wanted
            | ExportState::Exporting
            | ExportState::Recovering
            | ExportState::Connected
            | ExportState::Disconnected(_)
            | ExportState::Forgotten => Err(Refusal::from(ExportRefusal::NotSo).into()),
        }
    }
}

/// The payments of an export, where staff have mended what was wrong with them: those that are there count as they are by now, the others are put there.
async fn tried_again(
    export: &Export,
    case: &Case,
    wiring: &Wiring,
) -> Result<Vec<PushedPayment>, Error> {
    let now = wiring.clock.now();
    let received = wiring.accounting_store()?.received_for(&case.id).await?;
    let kept = |push: &PushedPayment| {
        let known = received.iter().find(|known| known.id() == push.received);
        known.map_or(push.amount, Received::kept)
    };
    let again = export.payments.iter().map(|push| match &push.state {
        // It is there by somebody's hand, under no reference of ours: it must not be put there as well.
        PushState::NeedsAttention(Attention::PaidBack { .. }, None) => PushedPayment {
            state: PushState::ByHand {
                at: now,
                kept: Some(kept(push)),
            },
            ..push.clone()
        },
        PushState::NeedsAttention(_, None) => PushedPayment {
            state: PushState::Waiting,
            ..push.clone()
        },
        PushState::NeedsAttention(_, Some(posted)) => PushedPayment {
            amount: kept(push),
            state: PushState::Recorded(posted.clone()),
            ..push.clone()
        },
        PushState::Waiting
        | PushState::Sent(_)
        | PushState::Recorded(_)
        | PushState::ByHand { .. } => push.clone(),
    });
    Ok(again
        .filter(|push| kept(push).is_positive() || is_there(push))
        .collect())
}

fn is_there(push: &PushedPayment) -> bool {
    is_by_hand(push) || matches!(push.state, PushState::Recorded(_) | PushState::Sent(_))
}

fn is_by_hand(push: &PushedPayment) -> bool {
    matches!(push.state, PushState::ByHand { .. })
}

impl DisconnectOrder {
    #[expect(clippy::unused_async, reason = "as the other forms")]
    pub(super) async fn decided(
        &self,
        wiring: &Wiring,
        case: &Case,
        decision: Decision,
        now: DateTime<Utc>,
    ) -> Result<Decision, Error> {
        let export = case.export().ok_or(Error::NotFound)?;
        let there = export.document.is_some();
        let can_be = match &export.state {
            ExportState::Connected => true,
            ExportState::NeedsAttention(_) => there,
            // Staff take on themselves what the books did.
            ExportState::Disconnected(reason) => *reason != CutOff::Manual,
            ExportState::Wanted
            | ExportState::Exporting
            | ExportState::Recovering
            | ExportState::Forgotten => false,
        };
        if !can_be {
            return Err(Refusal::from(ExportRefusal::NotSo).into());
        }
        let off = export
            .clone()
            .standing(ExportState::Disconnected(CutOff::Manual), now);
        let link = link_of(&off, &wiring.ledger()?.shown, None);
        Ok(case.telling(now_is(decision, &off), link))
    }
}

impl ForgetExport {
    #[expect(clippy::unused_async, reason = "as the other forms")]
    pub(super) async fn decided(
        &self,
        wiring: &Wiring,
        case: &Case,
        decision: Decision,
        now: DateTime<Utc>,
    ) -> Result<Decision, Error> {
        let export = case.export().ok_or(Error::NotFound)?;
        if !can_be_relinked(export) {
            return Err(Refusal::from(ExportRefusal::NotSo).into());
        }
        let gone = matches!(
            export.state,
            ExportState::Disconnected(CutOff::RemoteVoided | CutOff::RemoteDeleted)
        );
        // What still stands there may be paid there: staff are told if it is, until the order is exported anew.
        let forgotten = Export {
            round: export.round.saturating_add(1),
            sent: None,
            document: export.document.clone().filter(|_| !gone),
            baseline: None,
            mirror: export.mirror.clone().filter(|_| !gone),
            payments: vec![],
            number: Arc::clone(&export.number),
            ..export.clone()
        };
        let forgotten = forgotten.standing(ExportState::Forgotten, now);
        let link = link_of(&forgotten, &wiring.ledger()?.shown, None);
        Ok(case.telling(now_is(decision, &forgotten), link))
    }
}
