//! Several tabs that pay one order at the same moment.
use std::sync::Arc;

use portal_core::{
    Error, Id, Order, Portal,
    payment::{NextStep, PayOrder, PaymentStanding, PaymentStore as _, SessionRef},
};
use tokio::{sync::Barrier, task::JoinSet};

use super::{
    Ground, Rule,
    chance::Chance,
    loose::Loose,
    till::{Habits, Till},
};
use crate::{
    Between, Facts, RecordingHost, StoppedClock,
    facts::{OrderFacts as _, command, contact, order, viewer},
};

/// How it ended that several tabs paid one order at the same moment.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Rush {
    /// Tabs that came to a page, all of them to the same.
    pub same_page: u32,
    /// Tabs that were told that a payment is under way.
    pub told_to_wait: u32,
}

impl Ground {
    /// Eight tabs load the page of one order and press at the same moment, on as many threads as the runtime has; whoever comes to a page pays there.
    ///
    /// # Errors
    /// What must not happen: an order charged twice, two pages, or a tab that is told anything else than where to pay or to wait.
    pub fn rush(&self, round: u64, without: Option<Rule>) -> Result<Rush, String> {
        self.runtime.block_on(self.rushed(round, without))
    }

    async fn rushed(&self, round: u64, without: Option<Rule>) -> Result<Rush, String> {
        let clock = StoppedClock::default();
        let habits = Habits {
            closes: true,
            echoes: true,
            without,
        };
        let name = format!("rush-{round}");
        let till = Till::new(&name, habits, &clock, &Chance::of(round));
        till.calm_down();
        let payments = self.world.payments();
        let loose = Arc::new(Loose::new(payments, without));
        let store = Between::shared(self.world.store(), Arc::clone(&loose));
        let kept = Arc::clone(&loose);
        let portal = Portal::builder(Arc::new(store), self.world.directory())
            .clock(Arc::new(clock))
            .payments(Arc::new(till.clone()))
            .payment_store(kept)
            .host(Arc::new(RecordingHost::default()))
            .build()
            .unwrap();
        let id: Id<Order> = Id::new(name);
        let order = order(id.as_str());
        till.priced(&id, order.balance.total());
        let facts = Facts::new().contact(contact("ana"));
        self.world.put(facts.order(order.details())).await;

        let together = Arc::new(Barrier::new(8));
        let mut tabs = JoinSet::new();
        for tab in 0..8_u128 {
            let desk = portal.customer(viewer(&contact("ana")));
            let (id, together) = (id.clone(), Arc::clone(&together));
            let command = command(u128::from(round) << 32 | tab);
            tabs.spawn(async move {
                let shown = desk.pay_page(&id).await?.shown;
                let form = PayOrder::new(command, id, "till", shown, "", "");
                together.wait().await;
                desk.pay(&form).await
            });
        }
        let (mut rush, mut pages) = (Rush::default(), vec![]);
        while let Some(tab) = tabs.join_next().await {
            match tab.unwrap() {
                Ok(step) => match step.payment.standing {
                    PaymentStanding::Open(NextStep::Redirect { url }) => {
                        rush.same_page += 1;
                        pages.push(SessionRef::new(url));
                    }
                    other => return Err(format!("a tab was told {other:?}")),
                },
                Err(Error::Refused(why)) => {
                    let codes: Vec<_> = why.iter().map(portal_core::Refusal::code).collect();
                    if codes != ["order.payment-in-progress"] {
                        return Err(format!("a tab was told {codes:?}"));
                    }
                    rush.told_to_wait += 1;
                }
                Err(other) => return Err(format!("a tab was told {other}")),
            }
        }
        for page in &pages {
            till.pay(page);
        }
        pages.sort();
        pages.dedup();
        let live = loose.attempts(&id).await.unwrap();
        let live = live.iter().filter(|attempt| attempt.is_live()).count();
        match (till.broken(), pages.len(), live) {
            (None, 1, 1) => Ok(rush),
            (Some(broken), ..) => Err(broken),
            (None, pages, live) => Err(format!("{pages} pages and {live} live attempts")),
        }
    }
}
