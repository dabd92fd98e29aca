//! What happens to the books: staff and the host send orders there, mend what went wrong, and somebody there edits, takes back and pays.
use std::sync::Arc;

use portal_core::{
    CommandId, Id, Order, OrderDetails,
    accounting::{
        AccountingSystem, CodeMap, DisconnectOrder, ExportOrder, FindDocument, ForgetExport,
        LedgerDocument, LineCodes, RelinkOrder, RetryExport, TaxIn, Unmapped,
    },
    order::OrderLine,
    payment::{Merchant, RawWebhook, Received},
    staff::{Staff, StaffCommand, StaffRole},
};

use super::{
    Ground, Rule,
    chance::Chance,
    ledger::Ledger,
    play::{Ended, Play},
    wire::Wire,
};
use crate::{
    accounting::{Act, Candidate, Codes, FaultProxy},
    facts::eur,
};

/// Whose books are played with, one for each seed.
pub(super) type Opener = Arc<dyn Fn(u64) -> Arc<dyn Candidate> + Send + Sync>;

/// The books of a play.
#[derive(Debug)]
pub(super) struct Shelf {
    /// The other side of them.
    pub(super) there: Arc<dyn Candidate>,
    /// An adapter of its own, for which nothing ever goes wrong.
    plain: Arc<dyn AccountingSystem>,
    pub(super) wire: Wire,
    /// What was posted, and has not arrived.
    posts: Vec<RawWebhook>,
}

/// Where things go, as the candidate says.
#[derive(Debug)]
struct Mapped(Codes);

impl Ground {
    /// There are books too, of this organisation: orders are exported, and people change what is there.
    #[must_use]
    pub fn with_books(
        mut self,
        open: impl Fn(u64) -> Arc<dyn Candidate> + Send + Sync + 'static,
    ) -> Self {
        self.books = Some(Arc::new(open));
        self
    }

    /// There are books with every bad habit there is, in memory.
    #[must_use]
    pub fn with_bad_books(self) -> Self {
        self.with_books(|seed| Arc::new(Ledger::of(seed)))
    }
}

impl Shelf {
    pub(super) fn new(
        ground: &Ground,
        there: Arc<dyn Candidate>,
        chance: &Chance,
        without: Option<Rule>,
    ) -> Self {
        let clock = there.clock();
        let network = FaultProxy::new(there.http(), &clock);
        let plain = FaultProxy::new(there.http(), &clock);
        let plain = there.system(Arc::new(plain));
        let wire = Wire {
            below: there.system(Arc::new(network.clone())),
            network,
            runtime: Arc::clone(&ground.runtime),
            clock,
            chance: chance.clone(),
            without,
            seen: Arc::default(),
        };
        Self {
            there,
            plain,
            wire,
            posts: vec![],
        }
    }

    pub(super) fn codes(&self) -> Arc<dyn CodeMap> {
        Arc::new(Mapped(self.there.codes()))
    }
}

impl Play {
    /// The document of this number as it is there, whoever else may be asking.
    pub(super) fn there(&self, number: &Arc<str>) -> Option<LedgerDocument> {
        let system = &self.ledger.as_ref()?.plain;
        let what = FindDocument::Number(Arc::clone(number));
        self.wait(system.find(&what)).unwrap()
    }

    pub(super) fn a_clerk_begins(&mut self) {
        match self.chance.below(100) {
            0..=5 => self.the_host_exports(),
            6..=11 => self.staff_do(ExportOrder::new),
            12..=39 => self.the_books_post(),
            40..=59 => self.staff_do(RetryExport::new),
            60..=64 => self.staff_do(DisconnectOrder::new),
            65..=81 => self.staff_do(ForgetExport::new),
            82..=93 => self.staff_do(RelinkOrder::new),
            _ => self.staff_look_into_books(),
        }
    }

    fn the_host_exports(&mut self) {
        let (portal, order) = (self.portal.clone(), self.chance.one(&self.orders).unwrap());
        self.begins(async move {
            let asked = portal.accounting().unwrap().export(&order).await;
            asked.map_or_else(|e| Ended::of_error(&e), |_| Ended::Done)
        });
    }

    fn staff_do<C: StaffCommand + Send + Sync + 'static>(
        &mut self,
        form: fn(CommandId, Id<Order>) -> C,
    ) {
        let order = self.chance.one(&self.orders).unwrap();
        let form = form(self.command(), order);
        let desk = self.portal.staff(Staff::new("sam", StaffRole::Admin));
        let again = self.chance.percent(20);
        self.begins(async move {
            let done = desk.submit(&form).await;
            let done = if again {
                desk.submit(&form).await
            } else {
                done
            };
            done.map_or_else(|e| Ended::of_error(&e), |_| Ended::Done)
        });
    }

    fn staff_look_into_books(&mut self) {
        let order = self.chance.one(&self.orders).unwrap();
        let desk = self.portal.staff(Staff::new("sam", StaffRole::Admin));
        self.begins(async move {
            let seen = desk.look_into_books(&order).await;
            seen.map_or_else(|e| Ended::of_error(&e), |_| Ended::Done)
        });
    }

    /// Some of what was posted arrives, late, twice, or never.
    fn the_books_post(&mut self) {
        let Some(ledger) = &self.ledger else {
            return;
        };
        let fresh = self.ground.runtime.block_on(ledger.there.posts());
        let ledger = self.ledger.as_mut().unwrap();
        ledger.posts.extend(fresh);
        let Some(post) = self.chance.take(&mut ledger.posts) else {
            return;
        };
        if self.chance.percent(40) {
            return;
        }
        if self.chance.percent(20) {
            ledger.posts.push(post.clone());
        }
        let portal = self.portal.clone();
        self.begins(async move {
            let answer = portal.ledger_webhook(&post).await;
            if answer.status == 200 {
                Ended::Done
            } else {
                Ended::Failed
            }
        });
    }

    /// Somebody there changes what is there.
    pub(super) fn somebody_acts_there(&mut self) {
        let Some(ledger) = &self.ledger else {
            return;
        };
        let Some(asked) = self.chance.one(&ledger.wire.asked()) else {
            return;
        };
        let Some(there) = self.there(&asked.sent).filter(|d| d.state.stands()) else {
            return;
        };
        let document = &there.document;
        let ours = there.payments.iter().find(|p| {
            let reference = p.reference.as_deref().unwrap_or("");
            !p.deleted && reference.starts_with("pay:")
        });
        let amount = eur([5_00, 30_00, 120_00][self.chance.below(3)]);
        let fits = there.due.amount() >= amount.amount();
        let act = match (self.chance.below(100), ours) {
            (0..=44, _) if fits => Act::Pay(document, amount),
            (45..=59, Some(payment)) => Act::Unpay(&payment.payment),
            (60..=79, _) if there.due.is_positive() => Act::Edit(document),
            (80..=92, _) => Act::Void(document),
            (93..=99, _) => Act::Delete(document),
            _ => return,
        };
        self.wait(ledger.there.play(act));
    }
}

impl CodeMap for Mapped {
    fn line(&self, _: &OrderDetails, _: &OrderLine) -> Result<LineCodes, Unmapped> {
        Ok(self.0.line.clone())
    }

    fn bank(&self, _: &Merchant, _: &Received) -> Result<Arc<str>, Unmapped> {
        Ok(Arc::clone(&self.0.bank))
    }

    fn tax(&self, _: &OrderDetails) -> TaxIn {
        TaxIn::Amounts
    }
}
