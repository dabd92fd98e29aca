//! Each broken system is caught by the promise it breaks, and a sound one by none.
use std::panic;

use portal_testkit::accounting::{self as kit, Ended, Promise, Trial, certify, run};

use super::broken::{Broken, suspect};

/// Runs one promise against one broken system, and says whether it was caught.
fn is_caught(broken: Broken, case: impl for<'a> AsyncFnOnce(&'a Trial) -> Ended) -> bool {
    let quiet = panic::take_hook();
    panic::set_hook(Box::new(|_| {}));
    let caught = panic::catch_unwind(panic::AssertUnwindSafe(|| {
        run(async || suspect(broken).await, case)
    }));
    panic::set_hook(quiet);
    caught.is_err()
}

macro_rules! caught {
    ($($name:ident: $broken:ident by $group:ident::$case:ident;)*) => {
        #[test]
        fn every_broken_system_is_caught_by_the_name_of_what_it_breaks() {
            // One after the other: the hook that prints panics belongs to the process.
            let missed: Vec<&str> = [$((stringify!($name), is_caught(Broken::$broken, kit::$group::$case)),)*]
                .into_iter()
                .filter_map(|(name, caught)| (!caught).then_some(name))
                .collect();
            assert_eq!(missed, [""; 0], "not caught");
        }

        #[test]
        fn the_same_system_unbroken_keeps_each_of_those() {
            $(assert_eq!(run(async || suspect(Broken::Nothing).await, kit::$group::$case), Ok(()), stringify!($case));)*
        }
    };
}

caught! {
    a_name_nobody_can_store: ShoutsItsName by shape::its_name_is_short_and_stays;
    a_secret_in_debug: PrintsItsSecret by shape::nothing_it_is_made_of_shows_a_secret;
    a_secret_in_errors: QuotesItsSecret by shape::no_error_shows_a_secret;
    a_customer_each_time: MakesACustomerEachTime by customers::a_customer_is_made_once;
    anothers_customer: TakesOneOfTheSameName by customers::two_of_one_name_are_two_customers;
    memory_of_its_own: FindsNothingAfterARestart by documents::it_is_found_by_number_and_by_name;
    writing_over: WritesOverNumbers by documents::a_number_is_taken_once;
    half_a_number: CutsNumbers by documents::a_number_as_long_as_it_says_is_kept;
    voided_and_open: SaysVoidedIsOpen by documents::a_voided_one_is_found_voided;
    one_reason_for_all: SaysNumberTakenForAll by documents::an_unknown_account_is_refused;
    a_lock_that_is_passed_by: IgnoresTheLock by documents::a_closed_period_is_refused;
    a_code_that_nobody_names: CallsUnknownCodesInvalid by documents::an_unknown_tax_rate_is_refused;
    rounding: RoundsToTens by amounts::amounts_with_two_decimals_are_exact;
    another_total: SaysThePromisedTotal by amounts::a_total_that_does_not_add_up_is_refused_or_told;
    no_references: ForgetsReferences by payments::it_is_found_again_by_our_reference;
    too_much: TakesMoreThanIsDue by payments::more_than_is_due_is_refused;
    payments_from_the_dead: FindsDeletedPayments by payments::a_payment_taken_back_there_is_gone;
    sure_after_a_timeout: RejectsWhatTimedOut by faults::a_fault_while_making_an_invoice_is_told_truly;
    sure_after_an_outage: RejectsWhatBroke by faults::a_fault_while_recording_a_payment_is_told_truly;
    doubt_without_a_reason: CallsARefusedConnectionUnknown by faults::a_fault_while_making_a_customer_is_told_truly;
    nothing_for_no_answer: CallsNoAnswerNothing by faults::no_answer_is_not_an_empty_answer;
    no_changes_for_no_answer: CallsNoAnswerNoChanges by faults::no_answer_is_not_a_page_without_changes;
    no_time_to_come_back: ForgetsToWait by faults::a_fault_while_making_an_invoice_is_told_truly;
    one_of_each_page: SkipsTheFirstOfEachPage by changes::what_was_made_is_told;
    an_end_without_a_beginning: AdvancesWithoutReading by changes::nothing_is_lost_between_two_pages;
    voided_though_paid: VoidsWhatIsPaid by offers::a_document_with_payments_is_not_voided;
    taken_back_by_nobody: TakesBackNothing by offers::a_payment_is_taken_back;
    an_outage_for_ever: CallsConsentAnOutage by connection::consent_taken_back_stops_everything;
}

#[test]
fn a_sound_system_with_a_wire_breaks_nothing() {
    let certificate = certify(async || suspect(Broken::Nothing).await);
    let broken: Vec<&Promise> = certificate
        .promises
        .iter()
        .filter(|p| p.ended.is_none())
        .collect();
    assert!(certificate.is_sound(), "{broken:?}");
}
