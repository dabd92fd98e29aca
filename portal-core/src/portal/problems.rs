//! What keeps a portal from being built: what was wired in contradicts itself, or the settings.
use chrono::Duration;

use super::PortalBuilder;
use crate::settings::Problem;
#[cfg(feature = "accounts")]
use crate::{Settings, profile::ProfileForm};

impl PortalBuilder {
    /// Every one there is.
    pub(super) fn problems(&self) -> Vec<Problem> {
        [
            self.0.settings.problems(),
            self.lease_problems(),
            #[cfg(feature = "payments")]
            self.two_of_one_name(),
            #[cfg(feature = "payments")]
            self.two_of_one_account(),
            #[cfg(feature = "payments")]
            self.payments_kept_nowhere(),
            #[cfg(feature = "payments")]
            self.payments_nobody_hears_of(),
            #[cfg(feature = "accounting")]
            self.accounting_problems(),
            #[cfg(feature = "mail")]
            self.nothing_to_send(),
            #[cfg(feature = "accounts")]
            self.links_to_nowhere(),
            #[cfg(feature = "accounts")]
            self.form_problems(),
            #[cfg(feature = "accounts")]
            self.requests_unheard(),
            #[cfg(feature = "courses")]
            self.review_without_host(),
            #[cfg(feature = "requests")]
            self.requests_nobody_reads(),
        ]
        .concat()
    }

    fn lease_problems(&self) -> Vec<Problem> {
        let lease = self.0.lease;
        if lease / 2 < SHORTEST_HALF {
            let what = format!(
                "a lease of {} leaves no time to begin anything: make it {} at least",
                seconds(lease),
                seconds(SHORTEST_HALF * 2)
            );
            return vec![Problem::new("outbox_lease", what)];
        }
        #[cfg(feature = "mail")]
        if let Some(most) = self.0.mailer.as_ref().and_then(|m| m.takes_at_most()) {
            let most = Duration::from_std(most).unwrap_or(Duration::MAX);
            // It says whether anything had left; whoever lets go of it does not know.
            if most >= lease / 2 {
                let what = format!(
                    "the mailer may take {} for one message, and is begun up to {} after the outbox was claimed for {}: another process would send the message too. Have the \
                     mailer give up before {} are over, or make .outbox_lease(..) longer than {}",
                    seconds(most),
                    seconds(lease / 2),
                    seconds(lease),
                    seconds(lease / 2),
                    seconds(most.checked_mul(2).unwrap_or(Duration::MAX))
                );
                return vec![Problem::new("mailer", what)];
            }
        }
        vec![]
    }

    #[cfg(feature = "payments")]
    fn two_of_one_name(&self) -> Vec<Problem> {
        let mut names: Vec<_> = self.0.payments.iter().map(|p| p.name()).collect();
        names.sort_unstable();
        let twice = names.windows(2).filter_map(|pair| match pair {
            [one, other] if one == other => Some(one),
            _ => None,
        });
        let problem = |name| {
            let what = format!("two providers are called `{name}`: customers choose by name");
            Problem::new("payments", what)
        };
        twice.map(problem).collect()
    }

    #[cfg(feature = "payments")]
    fn two_of_one_account(&self) -> Vec<Problem> {
        let known = self.0.payments.iter().map(|p| (p.merchant(), p.name()));
        let mut known: Vec<_> = known.collect();
        known.sort_unstable();
        // Two of one name have their own problem.
        let twice = known.windows(2).filter_map(|pair| match pair {
            [(one, a), (other, b)] if one == other && a != b => Some(&one.account),
            _ => None,
        });
        let problem = |account| {
            let what = format!(
                "two providers have the account `{account}`: payments are told apart by it, so give each a name of its own"
            );
            Problem::new("payments", what)
        };
        twice.map(problem).collect()
    }

    #[cfg(feature = "payments")]
    fn payments_kept_nowhere(&self) -> Vec<Problem> {
        if self.0.payments.is_empty() || self.0.payment_store.is_some() {
            return vec![];
        }
        let what =
            "payments must be written down before a provider is asked: wire .payment_store(..) too";
        vec![Problem::new("payments", what)]
    }

    #[cfg(feature = "payments")]
    fn payments_nobody_hears_of(&self) -> Vec<Problem> {
        if self.0.payments.is_empty() || self.0.host.is_some() {
            return vec![];
        }
        let what = "money that pays for nothing, disputes and refunds that failed are tasks for staff, and nobody takes them: wire .host(..) too";
        vec![Problem::new("payments", what)]
    }

    #[cfg(feature = "accounting")]
    fn accounting_problems(&self) -> Vec<Problem> {
        /// Room for what an order is called, and for what tells it from others when that is cut.
        const SHORTEST_NUMBER: usize = 16;
        let Some(ledger) = &self.0.ledger else {
            return vec![];
        };
        let mut found = vec![];
        if self.0.accounting_store.is_none() {
            let what = "an export must be written down before the books are asked: wire .accounting_store(..) too";
            found.push(Problem::new("accounting", what));
        }
        if self.0.payment_store.is_none() {
            let what =
                "an order must not be exported while it is being paid: wire .payment_store(..) too";
            found.push(Problem::new("accounting", what));
        }
        if self.0.host.is_none() {
            let what = "exports that need attention are tasks for staff, and nobody takes them: wire .host(..) too";
            found.push(Problem::new("accounting", what));
        }
        let longest = ledger.system.traits().number_len;
        if longest < SHORTEST_NUMBER {
            let what = format!(
                "numbers of {longest} characters do not tell orders apart: the system must take {SHORTEST_NUMBER}"
            );
            found.push(Problem::new("accounting", what));
        }
        found
    }

    #[cfg(feature = "mail")]
    fn nothing_to_send(&self) -> Vec<Problem> {
        if self.0.mailer.is_none() || self.0.mail_writer.is_some() {
            return vec![];
        }
        let what = "nobody puts messages into words: wire .mail_writer(..) too";
        vec![Problem::new("mailer", what)]
    }

    #[cfg(feature = "accounts")]
    fn links_to_nowhere(&self) -> Vec<Problem> {
        if self.0.accounts.is_none() || self.0.settings.url.is_some() {
            return vec![];
        }
        let what = "mails about accounts carry links: say where the portal is";
        vec![Problem::new("url", what)]
    }

    #[cfg(feature = "accounts")]
    fn requests_unheard(&self) -> Vec<Problem> {
        let Settings { accounts, mail, .. } = &self.0.settings;
        let heard = mail.staff_address.is_some() || self.0.host.is_some();
        if self.0.accounts.is_none() || !accounts.requests || heard {
            return vec![];
        }
        let what = "whoever requests an account waits for somebody who never hears of it: set mail.staff_address, or wire .host(..)";
        vec![Problem::new("accounts.requests", what)]
    }

    #[cfg(feature = "accounts")]
    fn form_problems(&self) -> Vec<Problem> {
        let form = self.0.profiles.as_ref().map(|profiles| &profiles.form);
        form.map_or(vec![], ProfileForm::problems)
    }

    #[cfg(feature = "courses")]
    fn review_without_host(&self) -> Vec<Problem> {
        use crate::courses::PriceRule;
        let review = self.0.settings.courses.price_rule == PriceRule::RequireReview;
        if !review || self.0.courses.is_none() || self.0.host.is_some() {
            return vec![];
        }
        vec![Problem::new(
            "courses.price_rule",
            "require_review gives staff tasks, and nobody takes them: wire .host(..), or choose another rule",
        )]
    }

    #[cfg(feature = "requests")]
    fn requests_nobody_reads(&self) -> Vec<Problem> {
        if self.0.requests.is_none() || self.0.settings.mail.staff_address.is_some() {
            return vec![];
        }
        let what = "a request that names no desk of its own goes to the staff address: set it, or wire no .requests(..)";
        vec![Problem::new("mail.staff_address", what)]
    }
}

/// A lease is two of these: one to begin things in, one to end them.
const SHORTEST_HALF: Duration = Duration::milliseconds(1);

fn seconds(time: Duration) -> String {
    match time.subsec_nanos().unsigned_abs() / 1_000_000 {
        0 => format!("{} s", time.num_seconds()),
        thousandths => format!("{}.{thousandths:03} s", time.num_seconds()),
    }
}
