use portal_core::{
    Money,
    chrono::NaiveDate,
    payment::{
        Attempt, DeclineReason, MethodKind, MethodRef, PayerRef, PaymentRef, PaymentState,
        RawWebhook, RefundState, SessionRef, StoredMethod,
    },
};

use super::{Sim, state::Post, webhook};

/// The switches, and the payer.
impl Sim {
    /// The next payment is declined for this reason. A charge of what is kept then [needs the payer](portal_core::payment::Charged::NeedsPayer) where it is
    /// [`AuthenticationRequired`](DeclineReason::AuthenticationRequired).
    pub fn decline_next(&self, reason: DeclineReason) {
        self.state().declines.push_back(reason);
    }

    /// Payments take their time from now on: they stay under way until [`finish`](Self::finish).
    pub fn take_time(&self, slow: bool) {
        self.state().slow = slow;
    }

    /// The next call is done, and its reply is lost.
    pub fn lose_the_reply(&self) {
        self.state().lost_replies += 1;
    }

    /// The next call does not get through.
    pub fn refuse_the_connection(&self) {
        self.state().refused_connections += 1;
    }

    /// The bank says no to paying back.
    pub fn refuse_refunds(&self, refuse: bool) {
        self.state().refusing_refunds = refuse;
    }

    /// The payer pays on this page. `false` where it is closed, or no such page was opened.
    #[must_use]
    pub fn pay(&self, session: &SessionRef) -> bool {
        let now = self.clock.now();
        let mut state = self.state();
        let open = |p: &super::state::Payment| p.session == *session && p.waits() && now < p.until;
        let Some(at) = state.payments.iter().position(open) else {
            return false;
        };
        let mut payment = state.payments.remove(at);
        payment.decline = None;
        state.decide(&mut payment, "Visa 4242".to_owned());
        state.payments.push(payment);
        true
    }

    /// The payer changes their mind.
    pub fn walk_away(&self, session: &SessionRef) {
        self.state().walk_away(session);
    }

    /// What is under way ends: it succeeds, or fails.
    pub fn finish(&self, succeed: bool) {
        let mut state = self.state();
        let under_way = |p: &&mut super::state::Payment| p.state == PaymentState::Processing;
        let mut ended = vec![];
        for payment in state.payments.iter_mut().filter(under_way) {
            if succeed {
                payment.state = PaymentState::Succeeded;
                payment.captured = payment.requested;
            } else {
                payment.state = PaymentState::Failed;
            }
            ended.push(payment.name.clone());
        }
        for payment in &ended {
            state.tell(payment);
        }
    }

    /// What was paid back comes back: the account it went to was closed.
    pub fn fail_refunds_of(&self, payment: &PaymentRef) {
        let mut state = self.state();
        for one in state.payments.iter_mut().filter(|p| p.name == *payment) {
            for refund in &mut one.refunds {
                refund.state = RefundState::Failed;
            }
        }
        state.tell(payment);
    }

    /// The payer's bank calls this much back.
    pub fn dispute(&self, payment: &PaymentRef, amount: Money) {
        let mut state = self.state();
        for one in state.payments.iter_mut().filter(|p| p.name == *payment) {
            one.disputed = amount;
        }
        state.tell(payment);
    }

    /// The payer stores a card on the page that was opened for it. `false` where none was.
    #[must_use]
    pub fn store_card(&self, session: &SessionRef, brand: &str, last4: &str) -> bool {
        let mut state = self.state();
        let Some(at) = state.setups.iter().position(|(page, _)| page == session) else {
            return false;
        };
        let (_, owner) = state.setups.remove(at);
        let name = MethodRef::new(state.next("card"));
        let card = StoredMethod::new(name, MethodKind::Card, brand, last4);
        let Some(payer) = state.payers.iter_mut().find(|p| p.name == owner) else {
            return false;
        };
        let first = payer.methods.is_empty();
        payer.methods.push(card.defaulting(first));
        true
    }

    /// What a stored card says about the last day it is good. `false` where there is none.
    #[must_use]
    pub fn card_good_until(&self, card: &MethodRef, last_day: NaiveDate) -> bool {
        let mut state = self.state();
        let mut kept = state.payers.iter_mut().flat_map(|p| &mut p.methods);
        let Some(card) = kept.find(|kept| kept.method == *card) else {
            return false;
        };
        card.expires = Some(last_day);
        true
    }

    /// Somebody deletes this payer at the provider, with all that is kept for them.
    pub fn delete_payer(&self, payer: &PayerRef) {
        self.state().payers.retain(|known| known.name != *payer);
    }

    /// What was taken for this attempt, and each part of it that was paid back and stayed so.
    #[must_use]
    pub fn books(&self, attempt: Attempt) -> (Vec<Money>, Vec<Money>) {
        let state = self.state();
        let payments = state.payments.iter().filter(|p| p.attempt == attempt);
        let back = payments.clone().flat_map(|p| &p.refunds);
        let back = back.filter(|refund| refund.state != RefundState::Failed);
        let taken = payments.map(|p| p.captured).filter(Money::is_positive);
        (taken.collect(), back.map(|refund| refund.amount).collect())
    }

    /// The webhooks that are on their way, signed now. They are taken away by that: post them.
    #[must_use]
    pub fn deliver(&self) -> Vec<RawWebhook> {
        let posts: Vec<Post> = self.state().posts.drain(..).collect();
        posts.iter().map(|post| self.signed(post)).collect()
    }

    /// The same in the wrong order, each of them twice: webhooks may come like that.
    #[must_use]
    pub fn deliver_badly(&self) -> Vec<RawWebhook> {
        let posts: Vec<Post> = self.state().posts.drain(..).collect();
        let backwards = posts.iter().rev();
        backwards
            .flat_map(|post| [self.signed(post), self.signed(post)])
            .collect()
    }

    /// The webhooks that are on their way are lost.
    pub fn lose_the_webhooks(&self) {
        self.state().posts.clear();
    }

    fn signed(&self, post: &Post) -> RawWebhook {
        webhook::post(&post.name, &post.body, self.clock.now())
    }
}
