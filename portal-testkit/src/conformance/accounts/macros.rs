/// One test per promise of [`AccountStore`](portal_core::accounts::AccountStore), of what [`Store::commit`](portal_core::Store::commit) does with
/// accounts, and of [`People`](portal_core::accounts::People) and [`ProfileRecords`](portal_core::profile::ProfileRecords), each on a fresh world.
///
/// Takes the path of an `async fn` (or any closure) that makes an empty [`World`](crate::World). Put it in a module of its own, in `tests/`, beside
/// [`store_conformance!`](crate::store_conformance). A host that signs its users in itself leaves it out.
#[macro_export]
macro_rules! account_conformance {
    ($world:expr) => {
        $crate::__account_tests! { $world;
            logins {
                an_account_is_found_by_each_of_its_keys_and_by_no_other
                a_new_account_is_invited_and_empty
                a_contact_has_one_account
                a_taken_address_or_number_is_a_conflict_and_writes_nothing
                logins_given_up_can_be_taken
                a_password_activates_an_invited_account_and_ends_the_temporary_one
                a_password_does_not_open_a_closed_account
                a_temporary_password_is_good_once
                a_second_factor_is_confirmed_by_a_code
                a_language_is_remembered
                every_change_of_an_account_is_another_version
                an_account_that_is_not_there_has_the_version_zero
                a_change_of_nobodys_account_undoes_the_whole_decision
                of_eight_who_open_an_account_for_one_contact_one_does
            }
            passes {
                a_link_is_found_by_its_secret_only
                another_link_takes_back_the_open_ones_of_its_kind_and_holder
                all_open_links_of_an_account_are_taken_back
                a_link_issued_or_used_is_another_version_of_its_holder
                of_two_who_use_a_link_one_does
                of_eight_who_use_a_link_at_once_one_does
                a_link_that_is_used_or_revoked_is_not_used_again
                a_link_of_nobody_is_neither_issued_nor_used
            }
            sessions {
                a_session_is_found_by_its_token_with_its_account
                a_session_is_found_however_old
                when_a_session_was_seen_never_goes_back
                a_session_that_is_gone_stays_gone
                sessions_are_listed_the_last_seen_first
                all_sessions_end_but_the_one_that_goes_on
                one_session_ends_alone
            }
            entries {
                an_entry_is_a_session_and_a_row_of_the_log
                an_entry_to_a_changed_account_writes_nothing
                an_entry_is_not_another_version_of_the_account
                a_session_takes_the_place_of_another
                an_entry_gives_tries_back
                an_entry_ends_a_row_of_failures
                an_entry_keeps_a_password_hashed_anew
                browsers_are_remembered_the_newest_first_and_at_most_ten
            }
            allowances {
                all_tries_are_taken_or_none
                of_sixteen_at_once_as_many_as_there_are_get_one
                a_refused_try_is_told_when_to_come_again
                of_several_instants_the_last_is_told
                a_row_of_failures_stops_until_a_success
                every_answer_is_the_rules
                tries_of_one_are_not_those_of_another
            }
            log {
                each_attempt_is_one_row_newest_first
                one_account_has_its_own_rows
                the_log_reads_on_while_it_grows
                attempts_of_one_instant_are_all_there
                every_row_comes_back_as_it_was
                a_decision_and_its_row_are_written_together
                a_decision_that_is_replayed_or_in_conflict_leaves_no_row
                no_list_of_accounts_takes_a_marker_it_never_gave_out
                the_log_says_what_was_so_then
            }
            requests {
                a_request_is_there_as_it_was_asked
                requests_for_approval_are_listed_oldest_first_by_state
                requests_read_on_while_others_are_made_and_answered
                a_pending_request_is_found_by_its_address
                of_two_pending_requests_of_one_address_the_older_is_found
                an_answered_request_forgets_its_password
                a_request_answered_meanwhile_is_a_conflict
                nobodys_request_is_not_answered
            }
            sweeping {
                a_sweep_forgets_exactly_what_is_past
                a_sweep_keeps_what_is_of_that_very_instant
                a_sweep_of_long_ago_forgets_nothing
                a_forgotten_request_has_the_version_zero
            }
            people {
                a_person_is_there_with_their_record
                people_are_found_by_their_number
                people_are_found_by_their_address
                somebody_new_is_a_person_from_then_on
                another_address_reaches_the_record
                a_profile_has_the_values_it_was_given
                a_change_the_host_rejects_leaves_nothing
                a_change_of_nobody_undoes_the_whole_decision
            }
            values {
                every_text_about_an_account_comes_back_as_it_was
                every_key_of_an_account_names_one_record
                everything_an_applicant_says_comes_back_as_it_was
                every_text_of_a_profile_comes_back_as_it_was
                every_instant_about_an_account_comes_back_to_the_microsecond
            }
            restart {
                everything_about_accounts_outlives_a_restart
                allowances_still_count_after_a_restart
                versions_of_accounts_outlive_a_restart
            }
        }
    };
}

#[doc(hidden)]
#[macro_export]
macro_rules! __account_tests {
    ($world:expr; $($group:ident { $($case:ident)* })*) => {
        $($(
            #[test]
            fn $case() {
                $crate::conformance::run($world, $crate::conformance::accounts::$group::$case);
            }
        )*)*
    };
}
