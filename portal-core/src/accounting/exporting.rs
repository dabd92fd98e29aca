//! Seeing an order into the books: look first, make second, write down every step before the next.
use std::sync::Arc;

use chrono::{DateTime, Duration, Utc};

use super::{
    ANSWERED_WITHIN, AccountingWork, Attention, Export, ExportState, FindDocument, Fingerprint,
    FoundThere, LedgerDocument, LedgerError, LedgerRefusal, Mirror, Sent, as_made,
    begin::anew,
    case::{ATTEMPTS, Case, Written, link_of, now_is, owing, staff_task},
    found_there, held_up_by, may_export,
    rules::later,
    trouble::Trouble,
};
use crate::{
    Decision, Error, Id, Order, OrderDetails, StoreError, effect::StaffTask, payment::Worked,
    portal::Wiring,
};

/// What one step came to.
enum Step {
    /// Enough for now.
    Ended(Worked),
    /// Read everything again and go on.
    Further,
}

impl Wiring {
    /// Goes as far with the export of an order as it can today.
    pub(super) async fn see_in(&self, order: &Id<Order>) -> Result<Worked, Error> {
        for _ in 0..ATTEMPTS {
            let case = self.case(order).await?;
            match self.step(&case).await? {
                Step::Ended(worked) => return Ok(worked),
                Step::Further => {}
            }
        }
        Ok(self.come_back("the order, or its export, kept changing"))
    }

    async fn step(&self, case: &Case) -> Result<Step, Error> {
        let now = self.clock.now();
        match case.export() {
            None => self.wanted(case, None, now).await,
            Some(export) => match &export.state {
                ExportState::Wanted => self.wanted(case, Some(export), now).await,
                ExportState::Exporting | ExportState::Recovering => {
                    if !self.is_elsewhere(export)? {
                        return self.on_its_way(case, export, now).await;
                    }
                    if export.may_be_there() {
                        self.cut_off_elsewhere(case, export).await?;
                        return Ok(Step::Further);
                    }
                    self.begin_anew(case, export, now).await
                }
                ExportState::NeedsAttention(_)
                | ExportState::Connected
                | ExportState::Disconnected(_)
                // Whoever forgot it says when it goes anew.
                | ExportState::Forgotten => Ok(Step::Ended(Worked::Done)),
            },
        }
    }

    /// It has not begun: it does, once no payment holds it up.
    async fn wanted(
        &self,
        case: &Case,
        export: Option<&Export>,
        now: DateTime<Utc>,
    ) -> Result<Step, Error> {
        let waiting = export.filter(|export| export.state == ExportState::Wanted);
        let Some(details) = case.details() else {
            let Some(export) = waiting else {
                return Ok(Step::Ended(Worked::Done));
            };
            let why = "the order is gone".to_owned();
            return self
                .to_staff(case, export, Attention::Incomplete { why })
                .await;
        };
        let Some(waiting) = waiting else {
            // Asked for by a message that was sent, and refused by now: nobody is waiting for an answer.
            let ledger = self.ledger()?;
            if may_export(details, case.export(), &ledger.shown).is_err() {
                return Ok(Step::Ended(Worked::Done));
            }
            let decision = case.moved("order.export", now);
            let decision = self.begin_export(case, decision, now)?;
            return self.lock(case, None, decision).await;
        };
        let policy = self.settings.accounting.on_open_payment;
        let live = case.live.as_ref().map(|live| &live.value);
        if let Some(since) = held_up_by(&details.order, live, policy, now) {
            return self.held_up(case, waiting, since, now).await;
        }
        self.begin_anew(case, waiting, now).await
    }

    /// Nothing of it is anywhere: it goes into the books that are wired in.
    async fn begin_anew(
        &self,
        case: &Case,
        known: &Export,
        now: DateTime<Utc>,
    ) -> Result<Step, Error> {
        if case.details().is_none() {
            let why = "the order is gone".to_owned();
            return self
                .to_staff(case, known, Attention::Incomplete { why })
                .await;
        }
        let export = anew(case, self, now)?;
        let decision = case.moved("order.export", now);
        let decision = self.take_order(case, export, decision, now)?;
        self.lock(case, Some(known), decision).await
    }

    /// Locks the order for what follows. Where the host will not have it locked nothing is sent: it could be paid while its invoice stands there.
    async fn lock(
        &self,
        case: &Case,
        waiting: Option<&Export>,
        decision: Decision,
    ) -> Result<Step, Error> {
        let why = match self.store.commit(decision).await {
            Ok(_) | Err(StoreError::Conflict(_)) => return Ok(Step::Further),
            Err(StoreError::Rejected(why)) => format!("the host will not have it: {why}"),
            Err(e) => return Err(e.into()),
        };
        match waiting {
            Some(export) => {
                let why = Attention::Incomplete { why };
                self.to_staff(case, export, why).await
            }
            None => Ok(Step::Ended(Worked::GivenUp(why))),
        }
    }

    /// A payment is under way: its page is closed, or it is waited for.
    async fn held_up(
        &self,
        case: &Case,
        export: &Export,
        since: DateTime<Utc>,
        now: DateTime<Utc>,
    ) -> Result<Step, Error> {
        if now - export.begun_at >= self.longest_wait() {
            let why = Attention::PaymentUnderWay { since };
            return self.to_staff(case, export, why).await;
        }
        let cancels = match self.settings.accounting.on_open_payment {
            super::OnOpenPayment::CancelFirst => true,
            super::OnOpenPayment::Defer | super::OnOpenPayment::ExportAnyway => false,
        };
        if let Some(live) = case.live.as_ref().filter(|_| cancels) {
            // Whatever comes of it, the attempt says how it stands: paid, cancelled, or still nobody knows.
            let _ = self.close(&live.value).await;
            let after = self.case(&case.id).await?;
            let still = after
                .live
                .is_some_and(|after| after.value.attempt == live.value.attempt);
            if !still {
                return Ok(Step::Further);
            }
        }
        let why = "a payment of the order is under way".to_owned();
        Ok(Step::Ended(Worked::Again(later(export.begun_at, now), why)))
    }

    async fn on_its_way(
        &self,
        case: &Case,
        export: &Export,
        now: DateTime<Utc>,
    ) -> Result<Step, Error> {
        if let Some(later) = self.books_free().await? {
            return Ok(Step::Ended(later));
        }
        let Some(details) = case.details() else {
            let why = "the order is gone".to_owned();
            return self
                .to_staff(case, export, Attention::Incomplete { why })
                .await;
        };
        let system = &self.ledger()?.system;
        let number = FindDocument::Number(Arc::clone(&export.number));
        let found = match system.find(&number).await {
            Ok(found) => found.filter(|document| document.state.stands()),
            Err(e) => return self.put_off(case, export, e).await,
        };
        if let Some(sent) = &export.sent {
            if let Some(document) = found {
                let meant = found_there(&sent.fingerprint, &details.order, &document);
                return self.is_there(case, export, &document, meant).await;
            }
            let believed = sent.at + self.knows_after();
            if now < believed {
                return self.not_found_yet(case, export, believed).await;
            }
            if now - export.begun_at >= self.longest_wait() {
                return self.to_staff(case, export, Attention::OutcomeUnknown).await;
            }
        }
        let draft = match self.draft(export, details).await? {
            Ok(draft) => draft,
            Err(Trouble::Staff(why)) => return self.to_staff(case, export, why).await,
            Err(Trouble::Wait(at, why)) => return Ok(Step::Ended(Worked::Again(at, why))),
            Err(Trouble::Unknown(why)) => return Ok(Step::Ended(self.come_back(&why))),
        };
        let fingerprint = Fingerprint::expected(&draft);
        if let Some(document) = found {
            let meant = found_there(&fingerprint, &details.order, &document);
            return self.is_there(case, export, &document, meant).await;
        }
        let sending = Export {
            sent: Some(Sent::new(now, fingerprint)),
            customer: Some(draft.customer.clone()),
            payer: Some(details.order.payer().clone()),
            ..export.clone()
        };
        let sending = sending.standing(ExportState::Exporting, now);
        let decision = now_is(case.moved("export.send", now), &sending);
        if self.keep(decision).await? == Written::Again {
            return Ok(Step::Further);
        }
        let case = self.case(&case.id).await?;
        if self.too_late_to_send(now) {
            return Ok(Step::Further);
        }
        let created = system.create(&draft, sending.key("create")).await;
        self.answered(&case, created).await
    }

    /// What the books answered to what was sent. Whoever has taken the export over since says what it means, not we.
    async fn answered(
        &self,
        case: &Case,
        created: Result<LedgerDocument, LedgerError>,
    ) -> Result<Step, Error> {
        let now = self.clock.now();
        let (Some(export), Some(details)) = (case.export(), case.details()) else {
            return Ok(Step::Further);
        };
        if export.sent.is_none() {
            return Ok(Step::Further);
        }
        let error = match created {
            Ok(document) => {
                let meant = as_made(&details.order, &document);
                return self.is_there(case, export, &document, meant).await;
            }
            Err(error) => error,
        };
        if matches!(error, LedgerError::Refused(LedgerRefusal::NumberTaken)) {
            return self.number_taken(case, export, details).await;
        }
        let nothing_there = Export {
            sent: None,
            ..export.clone()
        };
        match self.trouble(error, export.begun_at).await? {
            Trouble::Unknown(why) => {
                let lost = export.clone().standing(ExportState::Recovering, now);
                let decision = now_is(case.moved("export.recover", now), &lost);
                self.keep(decision).await?;
                let at = now + self.knows_after();
                Ok(Step::Ended(Worked::Again(at, why)))
            }
            Trouble::Staff(why) => self.to_staff(case, &nothing_there, why).await,
            Trouble::Wait(at, why) => {
                let decision = case.moved("export.put-off", now);
                self.keep(now_is(decision, &nothing_there)).await?;
                Ok(Step::Ended(Worked::Again(at, why)))
            }
        }
    }

    /// Another document has the number: made by us, where an answer was lost that nobody waited for long enough, or by somebody else. The books must find it.
    async fn number_taken(
        &self,
        case: &Case,
        export: &Export,
        details: &OrderDetails,
    ) -> Result<Step, Error> {
        let (now, ledger) = (self.clock.now(), self.ledger()?);
        let number = FindDocument::Number(Arc::clone(&export.number));
        let found = match ledger.system.find(&number).await {
            Ok(found) => found,
            Err(error) => return self.put_off(case, export, error).await,
        };
        let whose = match &found {
            Some(document) => self.order_of(&document.document).await?,
            None => None,
        };
        let anothers = whose.is_some_and(|order| order != case.id);
        match (found, &export.sent) {
            (Some(document), Some(sent)) if document.state.stands() && !anothers => {
                let meant = found_there(&sent.fingerprint, &details.order, &document);
                self.is_there(case, export, &document, meant).await
            }
            (None, _) if now - export.begun_at < self.longest_wait() => {
                let why = "the document that has this number is not found yet".to_owned();
                Ok(Step::Ended(Worked::Again(now + self.knows_after(), why)))
            }
            (Some(_) | None, _) => {
                let nothing_there = Export {
                    sent: None,
                    ..export.clone()
                };
                self.to_staff(case, &nothing_there, Attention::NumberTaken)
                    .await
            }
        }
    }

    /// A document has the number of this export.
    async fn is_there(
        &self,
        case: &Case,
        export: &Export,
        document: &LedgerDocument,
        meant: FoundThere,
    ) -> Result<Step, Error> {
        let another = self.order_of(&document.document).await?;
        if another.is_some_and(|another| another != case.id) {
            // Another order has the same number, and was first.
            return self.to_staff(case, export, Attention::NumberTaken).await;
        }
        let state = match meant {
            // Where something was sent under this number it may be ours all the same, edited since: the order stays locked until staff have looked.
            FoundThere::SomebodyElses => {
                return self.to_staff(case, export, Attention::NumberTaken).await;
            }
            FoundThere::Ours => ExportState::Connected,
            FoundThere::TotalDiffers { ours, theirs } => {
                ExportState::NeedsAttention(Attention::TotalDiffers { ours, theirs })
            }
        };
        self.connected(case, export, document, state).await?;
        Ok(Step::Further)
    }

    /// Writes down which document is ours, at once, and what is owed to it.
    pub(super) async fn connected(
        &self,
        case: &Case,
        export: &Export,
        document: &LedgerDocument,
        state: ExportState,
    ) -> Result<Written, Error> {
        let now = self.clock.now();
        let decision = case.moved("export.connect", now);
        let decision = self
            .connecting(case, export, document, state, decision)
            .await?;
        self.keep(decision).await
    }

    /// What connects an order with a document, on top of a decision that rests on the case.
    pub(super) async fn connecting(
        &self,
        case: &Case,
        export: &Export,
        document: &LedgerDocument,
        state: ExportState,
        decision: Decision,
    ) -> Result<Decision, Error> {
        let now = self.clock.now();
        let received = self.accounting_store()?.received_for(&case.id).await?;
        let mut payments = export.payments.clone();
        for came in received {
            let known = payments.iter().any(|push| push.received == came.id());
            if !known && came.kept().is_positive() {
                payments.push(self.pushed(&came)?);
            }
        }
        let there = Export {
            number: Arc::clone(&document.number),
            customer: Some(document.customer.clone()),
            document: Some(document.document.clone()),
            baseline: Some(Fingerprint::of(document)),
            mirror: Some(Mirror::of(document, now)),
            payments,
            ..export.clone()
        };
        let there = there.standing(state, now);
        let link = link_of(&there, &self.ledger()?.shown, None);
        let mut decision = case.telling(now_is(decision, &there), link);
        if there.state != ExportState::Connected {
            return Ok(staff_task(decision, StaffTask::LedgerReview));
        }
        for push in &there.payments {
            let work = AccountingWork::PushPayment {
                order: case.id.clone(),
                received: push.received.clone(),
            };
            decision = owing(decision, &format!("push:{}", push.received), work);
        }
        let work = AccountingWork::LookAt {
            document: document.document.clone(),
        };
        Ok(owing(decision, "look", work))
    }

    /// Nothing is there, and nothing has to be: the books may be slow to know what they made.
    async fn not_found_yet(
        &self,
        case: &Case,
        export: &Export,
        believed: DateTime<Utc>,
    ) -> Result<Step, Error> {
        let now = self.clock.now();
        if export.state != ExportState::Recovering {
            let lost = export.clone().standing(ExportState::Recovering, now);
            self.keep(now_is(case.moved("export.recover", now), &lost))
                .await?;
        }
        let why = "what was sent is not found yet".to_owned();
        Ok(Step::Ended(Worked::Again(believed, why)))
    }

    /// The books could not be asked: come back, or have staff look.
    async fn put_off(
        &self,
        case: &Case,
        export: &Export,
        error: LedgerError,
    ) -> Result<Step, Error> {
        match self.reading(error, export.begun_at).await? {
            Trouble::Staff(why) => self.to_staff(case, export, why).await,
            Trouble::Wait(at, why) => Ok(Step::Ended(Worked::Again(at, why))),
            Trouble::Unknown(why) => Ok(Step::Ended(self.come_back(&why))),
        }
    }

    /// Staff must do something. The order can be paid again, unless something of ours may be there.
    async fn to_staff(&self, case: &Case, export: &Export, why: Attention) -> Result<Step, Error> {
        let now = self.clock.now();
        let why = match why {
            Attention::Unreached { .. } if export.sent.is_some() => Attention::OutcomeUnknown,
            known => known,
        };
        let waits = export
            .clone()
            .standing(ExportState::NeedsAttention(why), now);
        let decision = now_is(case.moved("export.needs-attention", now), &waits);
        let link = link_of(&waits, &self.ledger()?.shown, None);
        let decision = case.telling(decision, link);
        let decision = staff_task(decision, StaffTask::LedgerReview);
        self.go_on(decision).await
    }

    /// After how long an empty answer is believed.
    pub(super) fn knows_after(&self) -> Duration {
        let lag = self.ledger.as_ref().map(|l| l.system.traits().finds_after);
        let lag = lag.and_then(|lag| Duration::from_std(lag).ok());
        // It may be made at the last moment, and is unfound for that long from then on.
        lag.unwrap_or_default() + ANSWERED_WITHIN
    }

    /// Whether what was written down as sent then must not be sent any more: somebody may look for it soon, and believe that it never was.
    pub(super) fn too_late_to_send(&self, noted: DateTime<Utc>) -> bool {
        self.clock.now() - noted >= ANSWERED_WITHIN / 2
    }

    /// Written down or not, the next step reads everything anew.
    async fn go_on(&self, decision: Decision) -> Result<Step, Error> {
        self.keep(decision).await?;
        Ok(Step::Further)
    }

    /// After how long staff are asked about what does not end by itself.
    pub(super) fn longest_wait(&self) -> Duration {
        Duration::hours(self.settings.accounting.wait_hours.get().into())
    }

    pub(super) fn come_back(&self, why: &str) -> Worked {
        Worked::Again(self.clock.now() + Duration::minutes(1), why.to_owned())
    }
}
