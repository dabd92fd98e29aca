//! What must be true of the books once everybody has gone home, and what must be true of the lock at any moment.
use portal_core::{
    Id, Order, Page as Leaf,
    accounting::{
        AccountingSystem as _, Attention, Export, ExportKey, ExportState, Fingerprint,
        LedgerDocument, PushState, PushedPayment, document_number,
    },
    order::LedgerLink,
    payment::Received,
};

use super::{Rule, play::Play, wire::Asked};
use crate::accounting::Books;

impl Play {
    /// At any moment: nobody has a payment under way for an order that is on its way into the books, or there.
    pub(super) fn nobody_pays_what_is_there(&self) -> Result<(), String> {
        if self.ledger.is_none() {
            return Ok(());
        }
        for order in &self.orders {
            let Some(export) = self.export_of(order) else {
                continue;
            };
            let there = match &export.state {
                ExportState::Exporting | ExportState::Recovering | ExportState::Connected => true,
                ExportState::NeedsAttention(_) => export.may_be_there(),
                ExportState::Wanted | ExportState::Disconnected(_) | ExportState::Forgotten => {
                    false
                }
            };
            let all = self
                .wait(self.ground.world.payments().attempts(order))
                .unwrap();
            if let Some(live) = all.iter().find(|attempt| there && attempt.is_live()) {
                return Err(format!(
                    "{order} is {:?} since {}, and a payment of it is {} since {}",
                    export.state,
                    export.stands_since,
                    live.state.as_str(),
                    live.begun_at
                ));
            }
        }
        Ok(())
    }

    fn export_of(&self, order: &Id<Order>) -> Option<Export> {
        let books = self.ground.world.books();
        let found = self.wait(books.export(&ExportKey::Order(order.clone())));
        found.unwrap().map(|found| found.value)
    }

    /// What the portal says of the books against what is there.
    pub(super) fn audit_books(&mut self) -> Result<(), String> {
        let Some(ledger) = &self.ledger else {
            return Ok(());
        };
        let (asked, books) = (ledger.wire.asked(), self.wait(ledger.there.books()));
        nothing_is_unknown(&books, &asked)?;
        let mut connected = 0;
        for order in &self.orders {
            connected += u64::from(
                self.one_export(order, &asked, &books)
                    .map_err(|e| format!("{order}: {e}"))?,
            );
        }
        let ours = |(reference, _): &&(String, _)| reference.starts_with("pay:");
        self.tally.posted += books.payments.iter().filter(ours).count() as u64;
        self.tally.invoices += books.documents.len() as u64;
        self.tally.connected += connected;
        Ok(())
    }

    /// Whether it is connected, with everything as it must be.
    fn one_export(&self, id: &Id<Order>, asked: &[Asked], books: &Books) -> Result<bool, String> {
        let asked = asked.iter().filter(|asked| asked.order == *id);
        let directory = self.ground.world.directory();
        let order = self.wait(directory.order(id)).unwrap().unwrap().value.order;
        let Some(export) = self.export_of(id) else {
            return match asked.count() {
                0 => Ok(false),
                some => Err(format!("it was never exported, and {some} were sent")),
            };
        };
        self.staff_see(&export)?;
        let longest = self.ledger.as_ref().unwrap().wire.traits().number_len;
        let number = document_number(&order, export.round, longest);
        let of_round = asked.filter(|asked| asked.number == number);
        let all = of_round.filter_map(|asked| self.there(&asked.sent));
        let standing: Vec<_> = all.filter(|document| document.state.stands()).collect();
        if standing.len() > 1 {
            return Err(format!("{} documents of it stand", standing.len()));
        }
        if books.standing(&number).len() != standing.len() && self.without != Some(Rule::Numbers) {
            return Err(format!("{number} is not found as it is there"));
        }
        let document = standing.first();
        let known = document.is_none_or(|d| export.document.as_ref() == Some(&d.document));
        let ledger = &order.ledger;
        match &export.state {
            ExportState::Connected => {
                let Some(document) = document.filter(|_| known) else {
                    return Err(format!("it is connected, and {document:?} stands"));
                };
                if !matches!(ledger, LedgerLink::Connected { .. }) {
                    return Err(format!("it is connected, and {ledger:?}"));
                }
                Self::is_as_known(&export, document)?;
                self.payments_of(id, &export, document)?;
                if export.round == 0 {
                    each_is_there_once(&export, books)?;
                }
                return Ok(true);
            }
            ExportState::Disconnected(_) if known => {
                if !matches!(ledger, LedgerLink::Disconnected { .. }) {
                    return Err(format!("it is cut off, and {ledger:?}"));
                }
            }
            ExportState::NeedsAttention(_) if known || export.sent.is_some() => {
                let locked = matches!(ledger, LedgerLink::Exporting { .. });
                if locked != export.may_be_there() {
                    return Err(format!("{:?}, and {ledger:?}", export.state));
                }
            }
            ExportState::Forgotten if document.is_none() => {}
            other => {
                return Err(format!(
                    "it is {other:?} in the end, and {document:?} stands"
                ));
            }
        }
        Ok(false)
    }

    fn is_as_known(export: &Export, document: &LedgerDocument) -> Result<(), String> {
        let baseline = export.baseline.as_ref();
        if baseline.is_some_and(|baseline| baseline.is_of(document)) {
            return Ok(());
        }
        let there = Fingerprint::of(document);
        Err(format!("it is {there:?} there, and {baseline:?} here"))
    }

    /// Each payment of it is there once, or staff have been told why not.
    fn payments_of(
        &self,
        order: &Id<Order>,
        export: &Export,
        document: &LedgerDocument,
    ) -> Result<(), String> {
        let books = self.ground.world.books();
        let received = self.wait(books.received_for(order)).unwrap();
        for came in received.iter().filter(|came| came.kept().is_positive()) {
            let mut pushes = export.payments.iter();
            if !pushes.any(|push| push.received == came.id()) {
                return Err(format!("{} is not to go there", came.id()));
            }
        }
        for push in &export.payments {
            let came = received.iter().find(|came| came.id() == push.received);
            Self::one_push(came, push, document).map_err(|e| format!("{}: {e}", push.received))?;
        }
        for payment in document.payments.iter().filter(|p| !p.deleted) {
            let Some(reference) = payment.reference.as_deref() else {
                continue;
            };
            let known = |push: &PushedPayment| *push.reference() == *reference;
            if reference.starts_with("pay:") && !export.payments.iter().any(known) {
                return Err(format!("{reference} is there, and nobody knows"));
            }
        }
        Ok(())
    }

    fn one_push(
        came: Option<&Received>,
        push: &PushedPayment,
        document: &LedgerDocument,
    ) -> Result<(), String> {
        let reference = push.reference();
        let same = document.payments.iter().filter(|p| !p.deleted);
        let same: Vec<_> = same
            .filter(|p| p.reference.as_deref() == Some(&*reference))
            .collect();
        match (&push.state, same.as_slice()) {
            (PushState::Recorded(posted), [there])
                if there.payment == *posted
                    && there.amount == push.amount
                    && came.is_none_or(|came| came.kept() == push.amount) =>
            {
                Ok(())
            }
            // Whoever did it by hand did what they would.
            (
                PushState::ByHand { .. }
                | PushState::NeedsAttention(Attention::PaidBack { .. }, None),
                _,
            )
            | (PushState::NeedsAttention(_, None), []) => Ok(()),
            (PushState::NeedsAttention(why, Some(_)), []) if *why == Attention::TakenOut => Ok(()),
            (PushState::NeedsAttention(_, Some(posted)), [there]) if there.payment == *posted => {
                Ok(())
            }
            (state, there) => Err(format!(
                "{:?} came, it is {state:?}, and {there:?}",
                came.map(Received::kept)
            )),
        }
    }

    /// Whoever waits for staff is on their list.
    fn staff_see(&self, export: &Export) -> Result<(), String> {
        let books = self.ground.world.books();
        let mut page = Leaf::first(Leaf::LARGEST);
        loop {
            let listed = self.wait(books.exports_needing_attention(&page)).unwrap();
            let seen = listed.items.iter().any(|one| one.order == export.order);
            match listed.next {
                _ if seen && export.needs_attention() => return Ok(()),
                _ if seen => return Err("it is on the list of staff, and well".to_owned()),
                Some(next) => page = Leaf::first(Leaf::LARGEST).following(next),
                None if export.needs_attention() => {
                    return Err("it needs attention, and staff do not see it".to_owned());
                }
                None => return Ok(()),
            }
        }
    }
}

/// By the other side's own count there is nothing that was not sent, and no two of one number stand.
fn nothing_is_unknown(books: &Books, asked: &[Asked]) -> Result<(), String> {
    for document in &books.documents {
        if !asked.iter().any(|asked| *asked.sent == *document.number) {
            return Err(format!("{} is there, and nobody sent it", document.number));
        }
        let standing = books.standing(&document.number).len();
        if standing > 1 {
            return Err(format!("{standing} documents {} stand", document.number));
        }
    }
    Ok(())
}

/// By the other side's own count each payment that is said to be there is there, once: an order that was never forgotten has no other document to have it in.
fn each_is_there_once(export: &Export, books: &Books) -> Result<(), String> {
    for push in &export.payments {
        if let PushState::Recorded(_) = push.state {
            let there = books.paid(&push.reference());
            if there != [push.amount] {
                return Err(format!("{} is there as {there:?}", push.received));
            }
        }
    }
    Ok(())
}
