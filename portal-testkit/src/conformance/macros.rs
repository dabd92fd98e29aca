/// One test per promise of [`Store`](portal_core::Store), [`Directory`](portal_core::Directory) and
/// [`CourseRecords`](portal_core::courses::CourseRecords), each on a fresh world.
///
/// Takes the path of an `async fn` (or any closure) that makes an empty [`World`](crate::World). Put it in a module of its own, in `tests/`.
#[macro_export]
macro_rules! store_conformance {
    ($world:expr) => {
        $crate::__conformance_tests! { $world;
            commits {
                a_command_is_applied_once_and_then_replayed
                a_replay_answers_the_first_receipt_whatever_is_decided_now
                a_replay_does_not_ask_what_would_be_expected_now
                a_command_sent_eight_times_at_once_is_applied_once
                the_first_expectation_that_does_not_hold_is_reported
                a_conflict_writes_nothing
                a_change_that_cannot_be_made_undoes_the_whole_decision
                all_changes_of_a_decision_happen
                a_receipt_says_what_was_committed_and_nothing_else_has_one
                every_kind_of_actor_record_and_effect_comes_back_as_it_was
            }
            versions {
                what_has_not_changed_lets_a_decision_through
                facts_name_every_record_they_rest_on
                a_changed_registration_has_another_version
                a_changed_waiting_place_has_another_version
                the_hosts_own_edit_is_noticed
                what_happens_to_others_does_not_disturb
                places_left_are_counted_to_the_last
            }
            changes {
                a_transfer_frees_one_place_and_takes_one
                a_cancellation_frees_one_place
                accepting_a_held_place_takes_no_free_one
                accepting_an_open_place_takes_one
                leaving_frees_a_place_only_where_one_was_held
                an_expired_offer_frees_a_place_only_where_one_was_held
                a_full_date_takes_nobody_even_if_nobody_asked
                every_answer_tells_the_same_number_of_places
                an_invoice_copy_can_be_asked_for
            }
            effects {
                effects_are_claimed_oldest_first_and_no_more_than_asked
                only_the_topics_asked_for_are_claimed
                a_claimed_effect_is_hidden_until_its_lease_is_over
                a_claim_counts_as_a_try
                what_is_done_is_gone_for_good
                a_replay_does_not_owe_again_what_is_done
                what_is_put_off_comes_again_at_its_time
                settling_ends_the_lease
                what_is_given_up_stays_in_sight_with_its_reason
                a_late_answer_cannot_speak_for_a_later_try
                an_answer_after_the_lease_counts_while_nobody_else_tried
                nobody_can_settle_what_is_not_owed
                of_two_answers_to_one_try_one_counts
                what_was_not_committed_owes_nothing
                dispatchers_share_out_the_work
            }
            messages {
                of_the_messages_to_one_reader_the_next_waits_for_the_one_before
                what_is_given_up_holds_nobody_up
                at_once_no_two_messages_to_one_reader_are_taken
                a_try_that_was_none_does_not_count
                messages_are_remembered_with_what_became_of_them
                messages_are_those_to_one_reader_whatever_they_are_called
                messages_read_on_while_they_are_sent
                the_message_a_reader_gets_next_is_the_oldest_that_is_owed
                what_was_given_up_is_listed_and_found
                what_was_given_up_is_tried_again_from_the_start
                messages_are_forgotten_in_time_and_nothing_that_is_still_owed
                a_message_that_ended_late_keeps_none_from_being_forgotten
            }
            lists {
                the_outbox_lists_what_is_owed_oldest_first
                the_outbox_reads_on_while_work_is_done_and_added
                the_audit_trail_lists_the_newest_first
                the_audit_trail_reads_on_while_it_grows
                what_happened_at_one_instant_is_all_there
                no_list_takes_a_marker_it_never_gave_out
            }
            tries {
                wrong_tries_are_counted_within_their_window
                a_try_at_the_edge_of_the_window_is_over
                wrong_tries_of_one_are_not_those_of_another
                wrong_tries_at_once_are_all_counted
                tries_left_holds_until_the_last_try
                tries_left_counts_only_its_own
                a_commit_is_not_a_try
            }
            directory {
                a_person_is_as_the_host_has_them
                an_order_is_there_with_its_lines
                the_ledger_link_of_an_order_is_as_it_was
                orders_are_those_one_ordered_pays_or_takes_part_in
                orders_come_newest_first
                orders_of_one_instant_are_all_there
                orders_read_on_while_orders_are_added
            }
            registrations {
                a_registration_is_there_with_all_it_names
                tabs_split_registrations_exactly_as_the_rule_does
                each_tab_has_its_order
                registrations_for_one_instant_are_all_there
                registrations_read_on_while_others_are_added
            }
            dates {
                other_dates_are_those_of_the_course_still_to_come
                no_more_than_a_hundred_dates_are_offered
                a_transfer_is_decided_on_the_registration_and_its_new_date
                there_is_no_moving_to_another_course
            }
            waiting {
                a_waiting_list_shows_only_who_still_waits
                a_waiting_list_reads_on_whatever_is_added
                a_waiting_place_is_there_in_whatever_state
                standing_offers_are_those_of_everyone
                standing_offers_read_on_while_offers_end
            }
            modules {
                modules_are_listed_by_title_under_their_tab
                modules_of_one_title_are_all_there
                a_module_is_as_the_host_has_it
            }
            values {
                every_text_comes_back_as_it_was
                every_key_names_one_record
                every_amount_comes_back_exactly
                every_instant_comes_back_to_the_microsecond
            }
            restart {
                a_form_is_still_replayed_after_a_restart
                what_is_owed_is_still_owed_after_a_restart
                wrong_tries_still_count_after_a_restart
            }
        }
    };
}

#[doc(hidden)]
#[macro_export]
macro_rules! __conformance_tests {
    ($world:expr; $($group:ident { $($case:ident)* })*) => {
        $($(
            #[test]
            fn $case() {
                $crate::conformance::run($world, $crate::conformance::$group::$case);
            }
        )*)*
    };
}
