//! What payers, staff, workers, the provider and the host do, each in their own time.
use portal_core::{
    CommandId, Contact, CustomerDesk, Id, Money,
    order::{Balance, LedgerLink, OrderLine},
    payment::{
        ApplyMoney, Attempt, NextStep, PayOrder, PaymentStanding, Received, RefundPayment,
        RefundReason, ReturnParams, SessionRef,
    },
    staff::{Staff, StaffRole},
};

use super::{
    play::{Ended, Play},
    till::Post,
};
use crate::{
    Facts,
    facts::{command, contact, eur, viewer},
};

impl Play {
    pub(super) fn somebody_begins(&mut self) {
        match self.chance.below(100) {
            0..=24 => self.a_tab_opens(),
            25..=32 => self.a_form_is_sent_again(),
            33..=44 => self.a_browser_comes_back(),
            45..=59 => self.a_webhook_arrives(),
            60..=69 if self.pays_back => self.staff_pay_back(),
            70..=72 => self.staff_look(),
            73 => self.staff_let_money_pay(),
            _ => self.a_worker_starts(),
        }
    }

    fn somebody(&self) -> Id<Contact> {
        Id::new(if self.chance.percent(70) {
            "eve"
        } else {
            "ana"
        })
    }

    fn desk(&self, who: &Id<Contact>) -> CustomerDesk {
        self.portal.customer(viewer(&contact(who.as_str())))
    }

    pub(super) fn command(&mut self) -> CommandId {
        self.commands += 1;
        command(self.commands)
    }

    fn a_tab_opens(&mut self) {
        let (who, command) = (self.somebody(), self.command());
        let order = self.chance.one(&self.orders).unwrap();
        let desk = self.desk(&who);
        let by_card = self.chance.percent(15);
        self.begins(async move {
            let page = match desk.pay_page(&order).await {
                Ok(page) => page,
                Err(e) => return Ended::of_error(&e),
            };
            let back = "https://portal.example/paid";
            let mut form = PayOrder::new(command, order, "till", page.shown, back, back);
            let kept = page.ways.into_iter().flat_map(|way| way.kept).next();
            if let Some(kept) = kept.filter(|_| by_card) {
                form = form.with(kept.method);
            }
            pressed(&desk, who, form).await
        });
    }

    fn a_form_is_sent_again(&mut self) {
        if let Some((who, form)) = self.chance.one(&self.forms) {
            let desk = self.desk(&who);
            self.begins(async move { pressed(&desk, who, form).await });
        }
    }

    fn a_browser_comes_back(&mut self) {
        let Some(session) = self.chance.one(&self.browsers) else {
            return;
        };
        let desk = self.desk(&self.somebody());
        self.begins(async move {
            let query = vec![("session".to_owned(), session.to_string())];
            let back = desk.pay_return("till", &ReturnParams::query(query)).await;
            back.map_or_else(|e| Ended::of_error(&e), |_| Ended::Done)
        });
    }

    fn a_webhook_arrives(&mut self) {
        let Some(post) = self.till.next_post() else {
            return;
        };
        if !post.insistent && self.chance.percent(25) {
            return;
        }
        if post.insistent || self.chance.percent(15) {
            self.till.post_again(post.clone());
        }
        self.post(post);
    }

    pub(super) fn post(&mut self, post: Post) {
        let (portal, raw) = (self.portal.clone(), self.till.raw(&post));
        self.begins(async move {
            let answer = portal.webhook("till", &raw).await;
            Ended::Posted(post, answer.status)
        });
    }

    fn staff_pay_back(&mut self) {
        let again = self.chance.percent(15);
        let known = self.chance.one(&self.refunds).filter(|_| again);
        let mut taken = self.till.pages();
        taken.retain(|page| page.captured.is_positive());
        let Some(form) = known.or_else(|| {
            let page = self.chance.one(&taken)?;
            let received = Received::key(&self.merchant(), &page.payment);
            let cents = [10_00, 50_00, 120_00][self.chance.below(3)];
            let amount = Money::from_minor(cents, page.amount.currency());
            let why = RefundReason::RequestedByCustomer;
            Some(RefundPayment::new(self.command(), received, amount, why))
        }) else {
            return;
        };
        self.refunds.push(form.clone());
        let desk = self.portal.staff(Staff::new("sam", StaffRole::Admin));
        self.begins(async move {
            let done = desk.submit(&form).await;
            done.map_or_else(|e| Ended::of_error(&e), |_| Ended::Done)
        });
    }

    fn staff_let_money_pay(&mut self) {
        let Some(page) = self.chance.one(&self.till.pages()) else {
            return;
        };
        let received = Received::key(&self.merchant(), &page.payment);
        let form = ApplyMoney::new(self.command(), received, page.order);
        let desk = self.portal.staff(Staff::new("sam", StaffRole::Admin));
        self.begins(async move {
            let done = desk.submit(&form).await;
            done.map_or_else(|e| Ended::of_error(&e), |_| Ended::Done)
        });
    }

    fn staff_look(&mut self) {
        let Some(page) = self.chance.one(&self.till.pages()) else {
            return;
        };
        let attempt: Attempt = page.attempt;
        let desk = self.portal.staff(Staff::new("sam", StaffRole::Support));
        self.begins(async move {
            let done = desk.check_payment(attempt).await;
            done.map_or_else(|e| Ended::of_error(&e), |_| Ended::Done)
        });
    }

    pub(super) fn a_worker_starts(&mut self) {
        let dispatcher = self.portal.dispatcher().batch(8);
        self.begins(async move {
            match dispatcher.run_once().await {
                Ok(_) => Ended::Done,
                Err(e) => Ended::Surprised(format!("the outbox: {e}")),
            }
        });
    }

    pub(super) fn a_payer_acts(&mut self) {
        let Some(session) = self.chance.one(&self.browsers) else {
            return;
        };
        match self.chance.below(10) {
            0 => self.till.walk_away(&session),
            1 => self.till.pay_by_bank(&session),
            _ => drop(self.till.pay(&session)),
        }
    }

    pub(super) fn time_passes(&mut self) {
        let seconds = match self.chance.below(40) {
            0..=1 => 60 * 3600,
            2..=6 => 40 * 60,
            _ => 100,
        };
        let seconds = i64::try_from(self.chance.below(seconds)).unwrap();
        // Nobody waits for an answer that long: whoever was in the middle of something is gone.
        while seconds > 3_600 && self.somebody_is_cut_off() {}
        self.pass(chrono::Duration::seconds(seconds));
    }

    pub(super) fn something_happens_elsewhere(&mut self) {
        match self.chance.below(10) {
            0..=1 | 6..=9 if !self.pays_back => {}
            0..=1 => self.till.dispute(),
            2 => self.till.dispute_is_won(),
            3..=5 => self.till.banks_answer(),
            _ => self.till.pay_back_elsewhere(20_00),
        }
    }

    /// An order is sent to the ledger, or costs more.
    pub(super) fn the_host_edits(&mut self) {
        let id = self.chance.one(&self.orders).unwrap();
        let directory = self.ground.world.directory();
        let mut details = self.wait(directory.order(&id)).unwrap().unwrap().value;
        let order = &mut details.order;
        if self.ledger.is_none() && self.chance.percent(40) {
            order.ledger = LedgerLink::connected("Xero", "INV-1");
        } else {
            // So much more at times that what was paid before fits into the invoice twice.
            let much = self.ledger.is_some() && self.chance.percent(50);
            let more = eur(if much { 300_00 } else { 30_00 });
            let total = order.balance.total().plus(more).unwrap();
            let balance = Balance::new(total, order.balance.paid());
            order.balance = balance.unwrap();
            details.lines.push(OrderLine::new("One more thing", more));
            self.till.priced(&id, total);
        }
        self.wait(self.ground.world.put(Facts::new().order(details)));
    }
}

/// Presses, and goes where the step leads.
async fn pressed(desk: &CustomerDesk, who: Id<Contact>, form: PayOrder) -> Ended {
    match desk.pay(&form).await {
        Ok(step) => {
            let page = match step.payment.standing {
                PaymentStanding::Open(NextStep::Redirect { url }) => Some(SessionRef::new(url)),
                _ => None,
            };
            Ended::Shown(who, form, page)
        }
        Err(e) => Ended::of_error(&e),
    }
}
