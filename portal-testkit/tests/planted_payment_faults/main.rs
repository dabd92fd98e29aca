//! The payment kit's own test: an adapter with one fault at a time, and the promise that must find it.
//!
//! The adapter is for a provider that is not there, and knows nothing but the core and the kit. Every fault is one that somebody has shipped, or could.
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "clippy knows tests by their attribute; the helpers of these have none"
)]
mod adapter;
mod cards;
mod fault;
mod provider;
mod webhook;

use std::{panic, sync::Arc};

use async_trait::async_trait;
use portal_core::{
    chrono::{DateTime, Utc},
    http::HttpClient,
    payment::{Attempt, Begun, PaymentProvider, RawWebhook, ReturnParams},
};
use portal_testkit::{
    StoppedClock,
    payments::{self, *},
};

use adapter::Acme;
use provider::{API_KEY, AcmePay, NEXT_SECRET, SECRET};

/// Acme Pay, and an adapter for it that may have a fault.
#[derive(Debug)]
struct AtAcme {
    provider: AcmePay,
    clock: StoppedClock,
    fault: Option<fault::Fault>,
    told: bool,
}

fn at_acme(fault: Option<fault::Fault>) -> AtAcme {
    let clock = StoppedClock::default();
    let provider = AcmePay::new(&clock);
    AtAcme {
        provider,
        clock,
        fault,
        told: false,
    }
}

async fn sound() -> AtAcme {
    at_acme(None)
}

async fn told_by_posts_alone() -> AtAcme {
    let told = true;
    AtAcme {
        told,
        ..at_acme(None)
    }
}

#[async_trait]
impl Candidate for AtAcme {
    fn adapter(&self, http: Arc<dyn HttpClient>) -> Arc<dyn PaymentProvider> {
        let acme = Acme::new(http, self.clock.clone(), self.fault);
        Arc::new(if self.told {
            acme.told_by_posts_alone()
        } else {
            acme
        })
    }

    fn clock(&self) -> StoppedClock {
        self.clock.clone()
    }

    fn http(&self) -> Option<Arc<dyn HttpClient>> {
        Some(Arc::new(self.provider.clone()))
    }

    async fn play(&self, act: Act<'_>) -> bool {
        let mut state = self.provider.state();
        let page = |begun: &Begun| begun.session.to_string();
        match act {
            Act::Pay(begun) => state.moves(&page(begun), &["open", "declined"], "paid"),
            Act::PaySlowly(begun) => state.moves(&page(begun), &["open"], "slow"),
            Act::Arrive(begun) => state.moves(&page(begun), &["slow"], "paid"),
            Act::Decline(begun) => state.moves(&page(begun), &["open"], "declined"),
            Act::RunOut(begun) => state.moves(&page(begun), &["open"], "expired"),
            Act::HasCard(payer) => {
                drop(state);
                self.provider.store_card(payer.as_str());
                true
            }
            Act::DeclineNextCharge => {
                state.decline_next = true;
                true
            }
            Act::ChallengeNextCharge => {
                state.challenge_next = true;
                true
            }
            Act::FailRefund(payment, refund) => {
                let known = state.payment(payment.as_str()).unwrap();
                let refunds = known.refunds.iter_mut();
                for one in refunds.filter(|one| one.0 == refund.as_str()) {
                    one.3 = "failed";
                }
                state.tell(payment.as_str());
                true
            }
            Act::CallBack(payment, amount) => {
                let known = state.payment(payment.as_str()).unwrap();
                known.disputed = amount.minor();
                state.tell(payment.as_str());
                true
            }
            _ => false,
        }
    }

    async fn books(&self, attempt: Attempt) -> Books {
        let (taken, paid_back) = self.provider.state().books(&attempt.to_string());
        Books::new(taken, paid_back)
    }

    fn brought_back(&self, begun: &Begun) -> Option<ReturnParams> {
        let page = ("page".to_owned(), begun.session.to_string());
        Some(ReturnParams::query(vec![page]))
    }

    async fn posts(&self) -> Vec<RawWebhook> {
        let events = std::mem::take(&mut self.provider.state().events);
        let now = portal_core::Clock::now(&self.clock);
        let post = |body: &String| self.provider.signed(body.as_bytes(), now, SECRET);
        events.iter().map(post).collect()
    }

    fn letter(&self, about: Letter) -> Option<Vec<u8>> {
        let (kind, live, account) = match about {
            Letter::UnknownKind => ("weather", "no", "acme"),
            Letter::OtherAccount => ("payment", "no", "umbrella"),
            Letter::OtherMode => ("payment", "yes", "acme"),
            _ => return None,
        };
        let body = format!("event=evt_909&kind={kind}&live={live}&account={account}&payment=pay_0");
        Some(body.into_bytes())
    }

    fn signed(&self, body: &[u8], at: DateTime<Utc>, by: Signer) -> Option<RawWebhook> {
        let secret = match by {
            Signer::Provider => SECRET,
            Signer::Next => NEXT_SECRET,
            Signer::Stranger => "a guess",
            _ => return None,
        };
        Some(self.provider.signed(body, at, secret))
    }

    fn secrets(&self) -> Vec<String> {
        [API_KEY, SECRET, NEXT_SECRET].map(str::to_owned).to_vec()
    }
}

/// An adapter from outside, without a fault, keeps every promise.
mod without_a_fault {
    portal_testkit::payment_conformance!(super::sound);
}

/// So does one that can be asked for nothing, and is told what happened by signed posts.
mod told_by_posts {
    portal_testkit::payment_conformance!(super::told_by_posts_alone);
}

/// How a case ends on an adapter with this fault: `None` where it stops.
fn ends(
    fault: Option<fault::Fault>,
    case: impl for<'a> AsyncFnOnce(&'a Trial) -> Ended,
) -> Option<Ended> {
    let candidate = async || at_acme(fault);
    panic::catch_unwind(panic::AssertUnwindSafe(|| payments::run(candidate, case))).ok()
}

/// One test per fault: the case finds it, and where there is none, it is tried and finds nothing.
macro_rules! found {
    ($($fault:ident => $group:ident::$case:ident;)*) => {
        $(
            #[test]
            #[expect(non_snake_case, reason = "called after the fault it is about")]
            fn $fault() {
                let fault = Some(fault::Fault::$fault);
                assert_eq!(ends(fault, $group::$case), None, "was not found");
                assert_eq!(ends(None, $group::$case), Some(Ok(())), "was not tried, or was found where it is not");
            }
        )*
    };
}

mod with_a_fault {
    use super::*;

    found! {
        ShoutsItsName => shape::its_name_is_short_and_stays;
        PrintsItsSecret => shape::nothing_it_is_made_of_shows_a_secret;
        QuotesItsSecret => shape::no_error_shows_a_secret;
        HasWebhooksAndSaysNot => shape::it_takes_webhooks_exactly_where_it_says_so;
        SendsPayersInTheClear => begin::the_next_step_fits_the_style;
        DrawsAKeyEachTime => begin::one_attempt_is_paid_once_however_often_it_is_begun;
        RemembersItsKeys => begin::one_attempt_is_paid_once_across_a_restart;
        SharesOnePage => begin::another_attempt_is_another_payment;
        SendsWhatIsOutside => begin::what_is_outside_the_limits_is_refused_unsent;
        RoundsCents => begin::exactly_what_was_asked_for_is_taken;
        IgnoresTheCurrency => begin::amounts_without_decimals_are_exact;
        CountsEverythingInCents => begin::amounts_without_decimals_are_exact;
        PutsTheTimeIntoTheRequest => faults::a_slow_answer_changes_nothing;
        CallsNothingCancelled => look_up::what_is_not_there_is_nothing;
        CallsNoAnswerNothing => look_up::no_answer_is_not_an_empty_answer;
        PutsNamesIntoAddresses => look_up::an_odd_name_finds_nothing;
        ForgetsTheAttempt => look_up::a_payment_is_found_by_session_and_by_name;
        SaysPaidTooEarly => look_up::an_open_page_has_taken_nothing;
        BelievesAnyAmount => contradictions::a_page_for_another_amount_is_not_believed;
        BelievesAnyCurrency => contradictions::a_page_in_another_currency_is_not_believed;
        BelievesAnyAttempt => contradictions::a_page_of_another_attempt_is_not_believed;
        BelievesAnyPayment => contradictions::another_payment_than_was_asked_for_is_not_believed;
        BelievesAnyRefund => contradictions::a_refund_of_another_amount_is_not_believed;
        RejectsWhatTimedOut => faults::a_fault_while_beginning_is_told_truly;
        RejectsWhatBroke => faults::a_fault_while_charging_is_told_truly;
        RejectsWhatIsUnderWay => faults::a_fault_while_paying_back_is_told_truly;
        BelievesHtml => faults::a_fault_while_beginning_is_told_truly;
        ForgetsToWait => faults::a_fault_while_beginning_is_told_truly;
        BelievesTheBrowser => returned::coming_back_is_not_paying;
        TakesTheLastParameter => returned::a_parameter_that_came_twice_finds_nobody_elses;
        SignsWhatItMeans => forgeries::a_body_written_otherwise_is_refused;
        IgnoresTheTime => forgeries::an_old_post_is_refused;
        TakesTheFirstHeader => forgeries::a_header_that_came_twice_is_refused;
        ReadsEverything => forgeries::an_oversized_post_is_refused;
        TakesAnyAccount => forgeries::another_accounts_event_is_refused;
        TakesAnyMode => forgeries::the_other_modes_event_is_refused;
        ComparesHalfASignature => forgeries::no_bit_can_be_turned;
        RefusesWhatItDoesNotKnow => webhooks::an_unknown_kind_is_passed_over;
        KnowsOneSecret => webhooks::a_secret_can_be_changed_without_a_gap;
        NamesEventsByTheirTime => webhooks::an_event_keeps_its_name;
        RemovesAnybodys => vault::nobody_removes_anothers;
        ListsForEverybody => vault::what_is_stored_is_listed_to_its_owner;
        ChargesTwice => charges::one_attempt_is_charged_once;
        AnswersARepeatAsDeclined => charges::one_attempt_is_charged_once;
        CallsADeclineAnError => charges::a_decline_is_an_answer;
        CallsAChallengeADecline => charges::a_bank_that_wants_the_payer_ends_the_charge;
        LeavesAChallengeOpen => charges::a_bank_that_wants_the_payer_ends_the_charge;
        CountsRefundsByTheirAmount => refunds::parts_are_paid_back_as_it_says;
        ForgetsFailedRefunds => life::a_refund_that_came_back_has_failed;
        ClosesWithoutLooking => life::closing_a_paid_page_says_that_it_is_paid;
    }
}
