//! Putting payments into the books that came here: each once, and found again by its reference.
use chrono::{DateTime, Duration, Utc};

use super::{
    AccountingWork, Attention, DocumentRef, Export, ExportState, FindDocument, LedgerDocument,
    LedgerError, PaymentPosting, PushState, PushedPayment,
    case::{ATTEMPTS, Case, Written, now_is, owing, staff_task},
    rules::{fits, later},
    trouble::Trouble,
    work::is_late,
};
use crate::{
    Decision, Error, Id, Loaded, Money, Order,
    effect::StaffTask,
    order::OrderChange,
    payment::{Applied, AttemptKey, MoneyChange, Received, Worked},
    portal::Wiring,
};

impl Wiring {
    /// Puts a payment into the books, as far as that can be done today.
    pub(super) async fn push(
        &self,
        order: &Id<Order>,
        received: &Id<Received>,
    ) -> Result<Worked, Error> {
        for _ in 0..ATTEMPTS {
            let case = self.case(order).await?;
            let found = self.payment_store()?.received(received).await?;
            let Some(found) = found else {
                return Ok(Worked::Done);
            };
            let Some(export) = case.export() else {
                return self.nowhere(&case, &found.value).await;
            };
            let ended = match &export.state {
                ExportState::Forgotten | ExportState::NeedsAttention(_) => {
                    return self.nowhere(&case, &found.value).await;
                }
                // Whatever has come by then goes along.
                ExportState::Wanted | ExportState::Exporting | ExportState::Recovering => {
                    Some(self.come_back("the order is on its way into the books"))
                }
                ExportState::Disconnected(_) => {
                    self.not_connected(&case, export, &found.value).await?
                }
                ExportState::Connected if self.is_elsewhere(export)? => {
                    self.cut_off_elsewhere(&case, export).await?;
                    None
                }
                ExportState::Connected => self.push_on(&case, export, &found).await?,
            };
            if let Some(ended) = ended {
                return Ok(ended);
            }
        }
        Ok(self.come_back("the export of the order kept changing"))
    }

    /// One step of it; nothing where everything is to be read anew.
    async fn push_on(
        &self,
        case: &Case,
        export: &Export,
        found: &Loaded<Received>,
    ) -> Result<Option<Worked>, Error> {
        let (now, received) = (self.clock.now(), &found.value);
        let id = received.id();
        let known = export.payments.iter().find(|push| push.received == id);
        let Some(push) = known else {
            return self.goes_there(case, export, found).await;
        };
        if let Some(state) = push.changed_since_by_hand(received.kept()) {
            return self.push_is(case, export, push, state).await.map(|()| None);
        }
        match &push.state {
            PushState::NeedsAttention(..) | PushState::ByHand { .. } => {
                return Ok(Some(Worked::Done));
            }
            PushState::Recorded(_) if received.kept() == push.amount => {
                return Ok(Some(Worked::Done));
            }
            PushState::Recorded(posted) => {
                let (posted, kept) = (Some(posted.clone()), received.kept());
                let why = Attention::PaidBack {
                    posted: push.amount,
                    kept,
                };
                let state = PushState::NeedsAttention(why, posted);
                return self.push_is(case, export, push, state).await.map(|()| None);
            }
            PushState::Waiting | PushState::Sent(_) => {}
        }
        if let Some(later) = self.books_free().await? {
            return Ok(Some(later));
        }
        let Some(document) = &export.document else {
            return Ok(Some(Worked::Done));
        };
        let there = match self.document_there(document, export.begun_at).await? {
            Ok(there) => there,
            Err(worked) => return Ok(Some(worked)),
        };
        if let Some(posted) = there.payment(&push.reference()) {
            let state = PushState::Recorded(posted.payment.clone());
            return self.push_is(case, export, push, state).await.map(|()| None);
        }
        if let PushState::Sent(at) = &push.state {
            let believed = *at + self.knows_after();
            if now < believed {
                let why = "the payment that was sent is not found yet".to_owned();
                return Ok(Some(Worked::Again(believed, why)));
            }
        }
        self.send_payment(case, export, push, received, &there)
            .await
    }

    async fn send_payment(
        &self,
        case: &Case,
        export: &Export,
        push: &PushedPayment,
        received: &Received,
        there: &LedgerDocument,
    ) -> Result<Option<Worked>, Error> {
        let now = self.clock.now();
        let amount = received.kept();
        if !amount.is_positive() {
            // All of it was paid back before it was there.
            let decision = case.moved("export.payment", now);
            self.keep(now_is(decision, &without_push(export, push)))
                .await?;
            return Ok(None);
        }
        let ledger = self.ledger()?;
        let bank = match ledger.codes.bank(&received.merchant, received) {
            Ok(bank) => bank,
            Err(none) => {
                let why = super::LedgerRefusal::Unmapped { what: none.what };
                let state = PushState::NeedsAttention(Attention::Refused(why), None);
                return self.push_is(case, export, push, state).await.map(|()| None);
            }
        };
        let sending = PushedPayment {
            amount,
            ..push.clone()
        };
        if let Err(why) = fits(there, amount) {
            let state = PushState::NeedsAttention(why, None);
            return self
                .push_is(case, export, &sending, state)
                .await
                .map(|()| None);
        }
        let state = PushState::Sent(now);
        if self.push_stands(case, export, &sending, state).await? == Written::Again {
            return Ok(None);
        }
        if self.too_late_to_send(now) {
            return Ok(None);
        }
        let posting = PaymentPosting::new(
            there.document.clone(),
            amount,
            self.day_of(received.first_seen),
            bank,
            push.reference(),
        );
        let key = export.key(&format!("pay:{}", push.received));
        let answer = ledger.system.record_payment(&posting, key).await;
        let case = self.case(&case.id).await?;
        let Some(export) = case.export() else {
            return Ok(None);
        };
        let state = match answer {
            Ok(payment) => PushState::Recorded(payment.payment),
            Err(error) => match self.push_failed(error, received.first_seen).await? {
                Ok(state) => state,
                Err((state, worked)) => {
                    if let Some(state) = state {
                        self.push_stands(&case, export, &sending, state).await?;
                    }
                    return Ok(Some(worked));
                }
            },
        };
        self.push_stands(&case, export, &sending, state).await?;
        Ok(None)
    }

    /// How a payment stands that was not taken, and when to come back where that is worth it.
    async fn push_failed(
        &self,
        error: LedgerError,
        since: DateTime<Utc>,
    ) -> Result<Result<PushState, (Option<PushState>, Worked)>, Error> {
        let now = self.clock.now();
        Ok(
            match self
                .trouble(error, since.max(now - Duration::hours(1)))
                .await?
            {
                Trouble::Staff(why) => Ok(PushState::NeedsAttention(why, None)),
                // It stays as sent: the next look is what tells.
                Trouble::Unknown(why) => Err((None, Worked::Again(now + self.knows_after(), why))),
                Trouble::Wait(at, why) => Err((Some(PushState::Waiting), Worked::Again(at, why))),
            },
        )
    }

    /// Money that pays for this order, or came too late to: whether it goes into the books.
    async fn goes_there(
        &self,
        case: &Case,
        export: &Export,
        found: &Loaded<Received>,
    ) -> Result<Option<Worked>, Error> {
        let (now, received) = (self.clock.now(), &found.value);
        let kept = received.kept();
        let pays = match &received.applied {
            Applied::To(order) => *order == case.id,
            Applied::Not(_) if is_late(received) => self.was_for(received, &case.id).await?,
            Applied::Not(_) => false,
        };
        if !pays || !kept.is_positive() {
            return Ok(Some(Worked::Done));
        }
        let waiting = with_push(export, self.pushed(received)?);
        let decision = now_is(case.moved("export.payment", now), &waiting);
        if matches!(received.applied, Applied::To(_)) {
            self.keep(owing_push(case, received, decision)).await?;
            return Ok(None);
        }
        if let Some(later) = self.books_free().await? {
            return Ok(Some(later));
        }
        let Some(document) = &export.document else {
            return Ok(Some(Worked::Done));
        };
        let there = match self.document_there(document, received.first_seen).await? {
            Ok(there) => there,
            Err(worked) => return Ok(Some(worked)),
        };
        if fits(&there, kept).is_err() {
            self.late_to_staff(case, received, now).await?;
            return Ok(Some(Worked::Done));
        }
        self.keep(pays_late(case, found, decision)).await?;
        Ok(None)
    }

    /// Whether this money was paid for that order, by what its attempt says.
    async fn was_for(&self, received: &Received, order: &Id<Order>) -> Result<bool, Error> {
        let Some(attempt) = received.attempt else {
            return Ok(false);
        };
        let key = AttemptKey::Attempt(attempt);
        let attempt = self.payment_store()?.attempt(&key).await?;
        Ok(attempt.is_some_and(|attempt| attempt.value.order == *order))
    }

    /// There is no document to put it against. What pays for the order goes along if it is exported; what came too late waits for staff.
    async fn nowhere(&self, case: &Case, received: &Received) -> Result<Worked, Error> {
        if is_late(received) {
            self.late_to_staff(case, received, self.clock.now()).await?;
        }
        Ok(Worked::Done)
    }

    /// Late money that the document has no room for: it waits for somebody to decide about it.
    async fn late_to_staff(
        &self,
        case: &Case,
        received: &Received,
        now: DateTime<Utc>,
    ) -> Result<(), Error> {
        let action = "export.late-money";
        let mut decision = case.moved(action, now);
        // Whatever else becomes of the export, staff hear of it.
        decision.expect.clear();
        decision.command = crate::CommandId(decision.command.derive(received.id().as_str()));
        decision.audit.about = crate::RecordRef::Received(received.id());
        self.keep(staff_task(decision, StaffTask::UnappliedMoney))
            .await?;
        Ok(())
    }

    /// The order was cut off before this payment was there.
    async fn not_connected(
        &self,
        case: &Case,
        export: &Export,
        received: &Received,
    ) -> Result<Option<Worked>, Error> {
        let id = received.id();
        let known = export.payments.iter().find(|push| push.received == id);
        let pays = matches!(&received.applied, Applied::To(order) if *order == case.id);
        let changed = known.and_then(|push| push.changed_since_by_hand(received.kept()));
        if let (Some(push), Some(state)) = (known, changed) {
            return self.push_is(case, export, push, state).await.map(|()| None);
        }
        let push = match known {
            None if pays && received.kept().is_positive() => self.pushed(received)?,
            Some(push) if matches!(push.state, PushState::Waiting | PushState::Sent(_)) => {
                push.clone()
            }
            _ => return self.nowhere(case, received).await.map(Some),
        };
        let state = PushState::NeedsAttention(Attention::NotConnected, None);
        self.push_is(case, export, &push, state).await?;
        Ok(None)
    }

    /// The document as it is there now, or when to come back.
    async fn document_there(
        &self,
        document: &DocumentRef,
        since: DateTime<Utc>,
    ) -> Result<Result<LedgerDocument, Worked>, Error> {
        let now = self.clock.now();
        let what = FindDocument::Document(document.clone());
        let error = match self.ledger()?.system.find(&what).await {
            Ok(Some(there)) => return Ok(Ok(there)),
            Ok(None) => {
                let why = "the document is not found there".to_owned();
                return Ok(Err(Worked::Again(later(since, now), why)));
            }
            Err(error) => error,
        };
        Ok(Err(
            match self
                .reading(error, since.max(now - Duration::hours(1)))
                .await?
            {
                Trouble::Wait(at, why) => Worked::Again(at, why),
                Trouble::Staff(why) => Worked::Again(now + Duration::hours(1), why.to_string()),
                Trouble::Unknown(why) => self.come_back(&why),
            },
        ))
    }

    /// What is to be put there of this money, under a reference that the books have room for.
    pub(super) fn pushed(&self, received: &Received) -> Result<PushedPayment, Error> {
        let longest = self.ledger()?.system.traits().reference_len;
        Ok(PushedPayment::new(received.id(), received.kept()).fitting(longest))
    }

    async fn push_is(
        &self,
        case: &Case,
        export: &Export,
        push: &PushedPayment,
        state: PushState,
    ) -> Result<(), Error> {
        self.push_stands(case, export, push, state).await.map(drop)
    }

    /// A payment of an export stands like this from now on.
    async fn push_stands(
        &self,
        case: &Case,
        export: &Export,
        push: &PushedPayment,
        state: PushState,
    ) -> Result<Written, Error> {
        let push = PushedPayment {
            state,
            ..push.clone()
        };
        let needs_staff = push.needs_attention();
        let now = self.clock.now();
        let decision = case.moved("export.payment", now);
        let decision = now_is(decision, &with_push(export, push));
        self.keep(if needs_staff {
            staff_task(decision, StaffTask::LedgerReview)
        } else {
            decision
        })
        .await
    }
}

fn with_push(export: &Export, push: PushedPayment) -> Export {
    let mut export = export.clone();
    match export
        .payments
        .iter_mut()
        .find(|known| known.received == push.received)
    {
        Some(known) => *known = push,
        None => export.payments.push(push),
    }
    export
}

fn without_push(export: &Export, push: &PushedPayment) -> Export {
    let mut export = export.clone();
    export
        .payments
        .retain(|known| known.received != push.received);
    export
}

fn owing_push(case: &Case, received: &Received, decision: Decision) -> Decision {
    let work = AccountingWork::PushPayment {
        order: case.id.clone(),
        received: received.id(),
    };
    owing(decision, "push", work)
}

/// Late money pays for its order after all: the books have room for it.
fn pays_late(case: &Case, found: &Loaded<Received>, decision: Decision) -> Decision {
    let received = &found.value;
    let applied = Received {
        applied: Applied::To(case.id.clone()),
        ..received.clone()
    };
    let counted = OrderChange::PaymentCounted {
        order: case.id.clone(),
        received: received.id(),
        was: Money::zero(received.captured.currency()),
        is: received.kept(),
        paid_with: None,
    };
    let decision = decision
        .given(found)
        .changed(counted)
        .changed(MoneyChange::Received(Box::new(applied)));
    owing_push(case, received, decision)
}
