//! The kit's own test: stores and hosts with one fault each, and the case that must find it.
//!
//! Every fault is one that somebody could write: an offset instead of a key, a check before the claim, a lease that is never looked at.
#![expect(
    clippy::unwrap_used,
    reason = "clippy knows tests by their attribute; the helpers of these have none"
)]
mod account_changes;
mod account_store;
mod books_changes;
mod books_store;
mod host;
mod listed;
mod money_changes;
mod papers;
mod payment_store;
mod store;

use std::{panic, sync::Arc};

use async_trait::async_trait;
use portal_core::{
    Directory, Refusals, Store,
    accounting::AccountingStore,
    accounts::{AccountStore, People},
    courses::CourseRecords,
    memory::Memory,
    payment::PaymentStore,
    profile::ProfileRecords,
};
use portal_testkit::{
    Between, Facts, World,
    conformance::{self, *},
};

use account_changes::{ChangeFault, FaultyChanges};
use account_store::{AccountFault, FaultyAccounts, Notes};
use books_changes::{ExportFault, FaultyExports};
use books_store::{BooksFault, FaultyBooks};
use host::{FaultyHost, HostFault};
use money_changes::{FaultyMoney, MoneyFault};
use payment_store::{FaultyPayments, PaymentFault};
use store::{FaultyStore, StoreFault};

/// Which fault is planted.
#[derive(Debug, Clone, Copy)]
enum Fault {
    Store(StoreFault),
    Host(HostFault),
    Accounts(AccountFault),
    Changes(ChangeFault),
    Payments(PaymentFault),
    Money(MoneyFault),
    Books(BooksFault),
    Exports(ExportFault),
    None,
}

/// A memory with a fault in front of it.
#[derive(Debug)]
struct Faulty {
    memory: Memory,
    notes: Arc<Notes>,
    fault: Fault,
}

impl Faulty {
    fn faulty_accounts(&self, fault: AccountFault) -> Arc<FaultyAccounts> {
        let notes = Arc::clone(&self.notes);
        Arc::new(FaultyAccounts::new(self.memory.clone(), notes, fault))
    }
}

#[async_trait]
impl World for Faulty {
    fn store(&self) -> Arc<dyn Store> {
        match self.fault {
            Fault::Store(fault) => Arc::new(FaultyStore::new(self.memory.clone(), fault)),
            Fault::Changes(fault) => {
                let meddler = FaultyChanges::new(self.memory.clone(), fault);
                Arc::new(Between::new(self.memory.store(), meddler))
            }
            Fault::Money(fault) => {
                let meddler = FaultyMoney::new(self.memory.clone(), fault);
                Arc::new(Between::new(self.memory.store(), meddler))
            }
            Fault::Exports(fault) => {
                let meddler = FaultyExports::new(self.memory.clone(), fault);
                Arc::new(Between::new(self.memory.store(), meddler))
            }
            _ => self.memory.store(),
        }
    }

    fn directory(&self) -> Arc<dyn Directory> {
        match self.fault {
            Fault::Host(fault) => Arc::new(FaultyHost::new(self.memory.clone(), fault)),
            _ => self.memory.directory(),
        }
    }

    fn courses(&self) -> Arc<dyn CourseRecords> {
        match self.fault {
            Fault::Host(fault) => Arc::new(FaultyHost::new(self.memory.clone(), fault)),
            _ => self.memory.courses(),
        }
    }

    fn accounts(&self) -> Arc<dyn AccountStore> {
        match self.fault {
            Fault::Accounts(fault) => self.faulty_accounts(fault),
            _ => self.memory.accounts(),
        }
    }

    fn people(&self) -> Arc<dyn People> {
        match self.fault {
            Fault::Accounts(fault) => self.faulty_accounts(fault),
            _ => self.memory.people(),
        }
    }

    fn profiles(&self) -> Arc<dyn ProfileRecords> {
        self.memory.profiles()
    }

    fn payments(&self) -> Arc<dyn PaymentStore> {
        match self.fault {
            Fault::Payments(fault) => Arc::new(FaultyPayments::new(self.memory.clone(), fault)),
            _ => self.memory.payments(),
        }
    }

    fn books(&self) -> Arc<dyn AccountingStore> {
        match self.fault {
            Fault::Books(fault) => Arc::new(FaultyBooks::new(self.memory.clone(), fault)),
            _ => self.memory.books(),
        }
    }

    fn messages(&self) -> Arc<dyn portal_core::store::MessageLog> {
        self.memory.messages()
    }

    async fn put(&self, facts: Facts) {
        self.memory.put(facts).await;
    }

    async fn reject_contact_changes(&self, because: Option<Refusals>) {
        self.memory.reject_contact_changes(because);
    }

    async fn reopen(&self) -> Option<Box<dyn World>> {
        None
    }
}

/// Whether a case stops on a world with this fault.
fn stops(fault: Fault, case: impl for<'a> AsyncFnOnce(&'a dyn World)) -> bool {
    let world = async || Faulty {
        memory: Memory::default(),
        notes: Arc::default(),
        fault,
    };
    panic::catch_unwind(panic::AssertUnwindSafe(|| run(world, case))).is_err()
}

/// One test per fault: the case finds it, and finds nothing where there is none.
macro_rules! found {
    ($kind:ident, $faults:ident: $($fault:ident => $group:ident::$case:ident;)*) => {
        $(
            #[test]
            #[expect(non_snake_case, reason = "called after the fault it is about")]
            fn $fault() {
                let fault = Fault::$kind($faults::$fault);
                assert!(stops(fault, $group::$case), "was not found");
                assert!(!stops(Fault::None, $group::$case), "was found where it is not");
            }
        )*
    };
}

mod in_stores {
    use super::*;

    found! { Store, StoreFault:
        AppliesTwice => commits::a_command_is_applied_once_and_then_replayed;
        AnswersTodaysReceipt => commits::a_replay_answers_the_first_receipt_whatever_is_decided_now;
        ExpectsBeforeReplaying => commits::a_replay_does_not_ask_what_would_be_expected_now;
        LooksThenCommits => commits::a_command_sent_eight_times_at_once_is_applied_once;
        ReportsTheLastExpectation => commits::the_first_expectation_that_does_not_hold_is_reported;
        OwesDespiteConflict => commits::a_conflict_writes_nothing;
        ClaimsDespiteConflict => commits::a_conflict_writes_nothing;
        ChangesOneByOne => commits::a_change_that_cannot_be_made_undoes_the_whole_decision;
        MakesTheFirstChangeOnly => commits::all_changes_of_a_decision_happen;
        ForgetsTheForm => commits::a_receipt_says_what_was_committed_and_nothing_else_has_one;
        CallsEveryoneUpkeep => commits::every_kind_of_actor_record_and_effect_comes_back_as_it_was;
        IgnoresVersions => versions::a_changed_registration_has_another_version;
        CountsPlacesOneTooMany => versions::places_left_are_counted_to_the_last;
        TakesAPlaceForHeldOnes => changes::accepting_a_held_place_takes_no_free_one;
        TakesNoPlaceForOpenOnes => changes::accepting_an_open_place_takes_one;
        FreesAPlaceForEveryLeaver => changes::leaving_frees_a_place_only_where_one_was_held;
        KeepsThePlaceOfExpiredOffers => changes::an_expired_offer_frees_a_place_only_where_one_was_held;
        ClaimsNewestFirst => effects::effects_are_claimed_oldest_first_and_no_more_than_asked;
        ClaimsAnyTopic => effects::only_the_topics_asked_for_are_claimed;
        LeasesForNoTime => effects::a_claimed_effect_is_hidden_until_its_lease_is_over;
        LeasesForEver => effects::a_claimed_effect_is_hidden_until_its_lease_is_over;
        CountsNoTries => effects::a_claim_counts_as_a_try;
        SettlesAnyTry => effects::a_late_answer_cannot_speak_for_a_later_try;
        RetriesAtOnce => effects::what_is_put_off_comes_again_at_its_time;
        BuriesTheDead => effects::what_is_given_up_stays_in_sight_with_its_reason;
        NeverForgetsTheDone => effects::what_is_done_is_gone_for_good;
        PagesByOffset => lists::the_outbox_reads_on_while_work_is_done_and_added;
        ListsOldestFirst => lists::the_audit_trail_lists_the_newest_first;
        TakesAnyMarker => lists::no_list_takes_a_marker_it_never_gave_out;
        CountsTriesOfAllTogether => tries::wrong_tries_of_one_are_not_those_of_another;
        CountsTriesForEver => tries::wrong_tries_are_counted_within_their_window;
        AllowsOneTryMore => tries::tries_left_holds_until_the_last_try;
    }
}

mod in_hosts {
    use super::*;

    found! { Host, HostFault:
        NeverChangesAVersion => versions::a_changed_waiting_place_has_another_version;
        ForgetsTheOrderBehind => versions::facts_name_every_record_they_rest_on;
        LeavesOutWhatOnePays => directory::orders_are_those_one_ordered_pays_or_takes_part_in;
        ListsAnOrderTwice => directory::orders_are_those_one_ordered_pays_or_takes_part_in;
        ListsOrdersOldestFirst => directory::orders_come_newest_first;
        LosesTheLines => directory::an_order_is_there_with_its_lines;
        SplitsTabsByStatusAlone => registrations::tabs_split_registrations_exactly_as_the_rule_does;
        ListsEveryTabTheSameWay => registrations::each_tab_has_its_order;
        ForgetsTheNextPage => registrations::each_tab_has_its_order;
        OffersTheOwnDate => dates::other_dates_are_those_of_the_course_still_to_come;
        HidesFullDates => dates::other_dates_are_those_of_the_course_still_to_come;
        MovesToOtherCourses => dates::there_is_no_moving_to_another_course;
        ShowsWhoWaitsNoMore => waiting::a_waiting_list_shows_only_who_still_waits;
        KnowsOnlyAFewOffers => waiting::standing_offers_are_those_of_everyone;
        ListsModulesByKey => modules::modules_are_listed_by_title_under_their_tab;
        TrimsTexts => values::every_text_comes_back_as_it_was;
        RoundsToWholes => values::every_amount_comes_back_exactly;
        KeepsMilliseconds => values::every_instant_comes_back_to_the_microsecond;
    }
}

mod in_accounts {
    use super::{AccountFault, Fault, conformance::accounts::*, stops};

    found! { Accounts, AccountFault:
        TakesAnyKeyForAnId => logins::an_account_is_found_by_each_of_its_keys_and_by_no_other;
        HidesUsedLinks => passes::another_link_takes_back_the_open_ones_of_its_kind_and_holder;
        ForgetsOldSessions => sessions::a_session_is_found_however_old;
        LetsSeenGoBack => sessions::when_a_session_was_seen_never_goes_back;
        ListsSessionsByName => sessions::sessions_are_listed_the_last_seen_first;
        ListsRequestsNewestFirst => requests::requests_for_approval_are_listed_oldest_first_by_state;
        FindsTheNewestRequest => requests::of_two_pending_requests_of_one_address_the_older_is_found;
        FindsAnsweredRequests => requests::a_pending_request_is_found_by_its_address;
        PagesTheLogByOffset => log::the_log_reads_on_while_it_grows;
        ShowsEverybodysLog => log::one_account_has_its_own_rows;
        CutsTheAgent => values::every_text_about_an_account_comes_back_as_it_was;
        DrawsOneByOne => allowances::all_tries_are_taken_or_none;
        LooksThenDraws => allowances::of_sixteen_at_once_as_many_as_there_are_get_one;
        TellsTheFirstInstant => allowances::of_several_instants_the_last_is_told;
        ForgetsTheRow => allowances::a_row_of_failures_stops_until_a_success;
        WritesTheRowFirst => log::a_decision_that_is_replayed_or_in_conflict_leaves_no_row;
        LogsReplays => log::a_decision_that_is_replayed_or_in_conflict_leaves_no_row;
        LetsInAnyhow => entries::an_entry_to_a_changed_account_writes_nothing;
        KeepsTheOldSession => entries::a_session_takes_the_place_of_another;
        ForgetsRefunds => entries::an_entry_gives_tries_back;
        ForgetsRehashed => entries::an_entry_keeps_a_password_hashed_anew;
        ForgetsBrowsers => entries::browsers_are_remembered_the_newest_first_and_at_most_ten;
        CountsAnEntryAsAChange => entries::an_entry_is_not_another_version_of_the_account;
        SweepsTheLogWithTheRequests => sweeping::a_sweep_forgets_exactly_what_is_past;
        SweepsTheVeryInstant => sweeping::a_sweep_keeps_what_is_of_that_very_instant;
        SweepsNothing => sweeping::a_forgotten_request_has_the_version_zero;
        FindsOnePersonByNumber => people::people_are_found_by_their_number;
        FindsPeopleByTheFirstLetter => people::people_are_found_by_their_address;
    }
}

mod in_changes {
    use super::{ChangeFault, Fault, conformance::accounts::*, stops};

    found! { Changes, ChangeFault:
        OpensTwiceForOneContact => logins::a_contact_has_one_account;
        LeavesOutTakenLogins => logins::a_taken_address_or_number_is_a_conflict_and_writes_nothing;
        OpensClosedAccounts => logins::a_password_does_not_open_a_closed_account;
        KeepsTheTemporaryPassword => logins::a_password_activates_an_invited_account_and_ends_the_temporary_one;
        ConfirmsSecondFactorsAtOnce => logins::a_second_factor_is_confirmed_by_a_code;
        ForgetsTheBrowserOfAPassword => entries::browsers_are_remembered_the_newest_first_and_at_most_ten;
        RevokesLinksOfEveryKind => passes::another_link_takes_back_the_open_ones_of_its_kind_and_holder;
        UsesLinksAgain => passes::a_link_that_is_used_or_revoked_is_not_used_again;
        IgnoresAccountVersions => passes::a_link_issued_or_used_is_another_version_of_its_holder;
        TakesZeroForAnyVersion => logins::an_account_that_is_not_there_has_the_version_zero;
        EndsTheSessionThatGoesOn => sessions::all_sessions_end_but_the_one_that_goes_on;
        EndsTheSessionsOfOthers => sessions::one_session_ends_alone;
        CountsAnEndedSessionAsAChange => logins::every_change_of_an_account_is_another_version;
        LosesWhatTheHostShouldDo => people::another_address_reaches_the_record;
        KeepsAccountsTheHostRejected => people::a_change_the_host_rejects_leaves_nothing;
        UpdatesTheFirstFieldOnly => people::a_profile_has_the_values_it_was_given;
    }
}

mod in_payments {
    use super::*;
    use portal_testkit::conformance::payments::{attempts, money, payers, values};

    found! { Payments, PaymentFault:
        ForgetsWhoseAccount => attempts::an_attempt_is_found_by_each_of_its_keys_and_by_no_other;
        TakesTestMoneyForReal => attempts::an_attempt_is_found_by_each_of_its_keys_and_by_no_other;
        TakesAPageForAPayment => attempts::an_attempt_is_found_by_each_of_its_keys_and_by_no_other;
        FindsNothingGivenLater => attempts::an_attempt_is_found_by_what_it_was_given_later;
        FindsWhatHasEnded => attempts::an_attempt_that_has_ended_frees_its_order;
        HidesWhatIsUnderWay => attempts::an_attempt_that_is_not_over_keeps_its_order;
        ListsAttemptsByName => attempts::attempts_of_an_order_are_listed_the_last_begun_first;
        ListsTheFirstAttempts => attempts::no_more_attempts_are_listed_than_fit_a_page;
        ListsAttemptsWithoutEnd => attempts::no_more_attempts_are_listed_than_fit_a_page;
        ListsMoneyOldestFirst => money::money_that_pays_for_nothing_is_listed_the_last_first;
        ListsMoneyByTheInstantAlone => money::money_of_one_instant_is_all_there;
        PagesMoneyByOffset => money::the_list_reads_on_while_money_comes_and_goes;
        TakesAnyMarkerForMoney => money::no_list_of_money_takes_a_marker_it_never_gave_out;
        KnowsEverybodyAtOneAccount => payers::a_payer_is_found_by_person_and_account;
        ListsTheSamePayersAgain => payers::everybody_at_an_account_is_listed_once;
        ForgetsThePage => values::everything_about_an_attempt_comes_back_as_it_was;
        ForgetsRefunds => values::everything_about_what_came_comes_back_as_it_was;
        TrimsNames => values::every_text_about_a_payment_comes_back_as_it_was;
    }
}

mod in_what_happens_to_money {
    use super::*;
    use portal_testkit::conformance::payments::{attempts, money, orders, payers};

    found! { Money, MoneyFault:
        KeepsTwoLiveAttempts => attempts::another_live_attempt_of_an_order_is_a_conflict_and_writes_nothing;
        BeginsTwiceAtOnce => attempts::of_eight_attempts_begun_at_once_for_an_order_one_is;
        KeepsTheOrderForEver => attempts::an_attempt_that_has_ended_frees_its_order;
        LooksBeforeTheWholeDecision => attempts::one_decision_ends_an_attempt_and_begins_another;
        IgnoresVersionsOfPayments => attempts::every_change_of_an_attempt_is_another_version;
        TakesNoneForAnyVersion => attempts::an_attempt_that_is_not_there_has_the_version_zero;
        IgnoresVersionsOfMoney => money::what_has_not_come_has_the_version_zero;
        IgnoresVersionsOfMoneyInARace => money::of_eight_who_write_the_same_money_one_does;
        WritesMoneyOnceAndForAll => money::what_came_is_there_once_for_each_account_and_payment;
        LeavesThePaymentStanding => orders::a_payment_stands_on_its_order_until_it_ends;
        SetsWhatWasPaid => orders::what_a_payment_comes_to_is_added_to_what_was_paid;
        CountsNoRefund => orders::what_goes_back_is_taken_off_what_was_paid;
        IgnoresNobodysOrder => orders::a_payment_of_nobodys_order_undoes_the_whole_decision;
        WritesMoneyFirst => orders::a_change_that_cannot_be_made_leaves_no_money_behind;
        CountsAgainWhenToldAgain => orders::a_decision_that_is_replayed_counts_no_money_again;
        TakesNoNoticeOfAnotherName => payers::the_first_name_of_a_payer_counts;
    }
}

mod in_books {
    use super::*;
    use portal_testkit::conformance::accounting::{attention, connections, exports, money, values};

    found! { Books, BooksFault:
        ForgetsWhoseBooks => exports::an_export_is_found_by_each_of_its_keys_and_by_no_other;
        FindsNoDocumentGivenLater => exports::an_export_is_found_by_the_document_it_was_given_later;
        ListsStuckExportsOnly => attention::exactly_what_needs_attention_is_listed;
        ListsExportsNewestFirst => attention::what_has_stood_longest_is_listed_first;
        ListsExportsByTheInstantAlone => attention::exports_of_one_instant_are_all_there;
        PagesExportsByOffset => attention::the_list_reads_on_while_exports_come_and_go;
        TakesAnyMarkerForExports => attention::no_list_of_exports_takes_a_marker_it_never_gave_out;
        KnowsOneConnection => connections::a_connection_is_found_by_its_books;
        ListsMoneyLastFirst => money::what_pays_for_an_order_is_listed_the_first_first;
        CountsMoneyThatPaysForNothing => money::money_of_an_order_is_what_pays_for_it_now;
        ListsMoneyWithoutEnd => money::no_more_money_of_an_order_is_listed_than_fits_a_page;
        ForgetsTheBaseline => values::everything_about_an_export_comes_back_as_it_was;
        ForgetsThePause => values::everything_about_a_connection_comes_back_as_it_was;
        TrimsDocuments => values::every_text_about_the_books_comes_back_as_it_was;
    }
}

mod in_what_happens_to_the_books {
    use super::*;
    use portal_testkit::conformance::accounting::{connections, exports, orders};

    found! { Exports, ExportFault:
        LeavesOutTakenDocuments => exports::a_document_of_another_order_is_a_conflict_and_writes_nothing;
        LeavesOutTakenDocumentsInARace => exports::of_eight_orders_that_take_one_document_at_once_one_has_it;
        NeverForgetsADocument => exports::a_document_that_is_given_up_is_anybodys;
        LooksBeforeTheWholeDecision => exports::one_decision_hands_a_document_on;
        IgnoresVersionsOfExports => exports::every_change_of_an_export_is_another_version;
        IgnoresVersionsOfExportsInARace => exports::of_eight_who_export_an_order_at_once_one_does;
        TakesNoneForAnyExport => exports::an_export_that_is_not_there_has_the_version_zero;
        IgnoresVersionsOfConnections => connections::every_change_of_a_connection_is_another_version;
        TakesNoneForAnyConnection => connections::a_connection_that_is_not_there_has_the_version_zero;
        KeepsForgottenOrdersLocked => orders::an_order_stands_in_the_books_as_it_was_told;
        LocksNoOrder => orders::an_order_that_stands_otherwise_is_another_version;
        LosesTheReference => orders::everyone_is_told_the_same_of_an_order_in_the_books;
        IgnoresNobodysOrder => orders::an_export_of_nobodys_order_undoes_the_whole_decision;
        WritesTheExportFirst => orders::a_change_that_cannot_be_made_leaves_nothing_in_the_books;
        LetsBothBegin => orders::of_exports_and_payments_begun_at_once_for_an_order_one_is;
    }
}
