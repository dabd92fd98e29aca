/// One test per promise of the payment port, each on a new [`Candidate`](crate::payments::Candidate).
///
/// Takes the path of an `async fn` (or any closure) that makes one. Put it in a module of its own, in `tests/`. What the adapter does not offer, and what nobody can play at
/// the candidate's provider, passes and says so in its output; [`report`](crate::payments::report) lists it.
#[macro_export]
macro_rules! payment_conformance {
    ($candidate:expr) => {
        $crate::__payment_promises! { __payment_tests { $candidate } }
    };
}

/// Every promise, in the order of the report.
#[doc(hidden)]
#[macro_export]
macro_rules! __payment_promises {
    ($then:ident { $($with:tt)* }) => {
        $crate::$then! { $($with)*;
            shape {
                its_name_is_short_and_stays
                its_merchant_stays
                its_traits_agree_with_what_it_offers
                it_takes_webhooks_exactly_where_it_says_so
                nothing_it_is_made_of_shows_a_secret
                no_error_shows_a_secret
            }
            begin {
                the_next_step_fits_the_style
                exactly_what_was_asked_for_is_taken
                one_attempt_is_paid_once_however_often_it_is_begun
                one_attempt_is_paid_once_across_a_restart
                another_attempt_is_another_payment
                what_is_outside_the_limits_is_refused_unsent
                amounts_without_decimals_are_exact
                amounts_with_two_decimals_are_exact
                amounts_with_three_decimals_are_exact
                an_amount_the_provider_cannot_count_is_refused_never_rounded
            }
            look_up {
                a_payment_is_found_by_session_and_by_name
                a_payment_is_found_by_its_attempt
                an_open_page_has_taken_nothing
                what_is_not_there_is_nothing
                an_odd_name_finds_nothing
                asking_moves_nothing
                no_answer_is_not_an_empty_answer
            }
            faults {
                a_fault_while_beginning_is_told_truly
                a_fault_while_charging_is_told_truly
                a_fault_while_paying_back_is_told_truly
                a_slow_answer_changes_nothing
            }
            contradictions {
                a_page_for_another_amount_is_not_believed
                a_page_in_another_currency_is_not_believed
                a_page_of_another_attempt_is_not_believed
                a_page_of_another_account_is_not_believed
                a_page_at_another_host_is_not_believed
                another_payment_than_was_asked_for_is_not_believed
                a_refund_of_another_amount_is_not_believed
            }
            returned {
                what_comes_back_finds_the_payment
                coming_back_is_not_paying
                a_parameter_that_came_twice_finds_nobody_elses
                invented_parameters_find_nothing
            }
            webhooks {
                an_event_leads_to_its_payment
                an_event_keeps_its_name
                posts_in_any_order_end_alike
                an_unknown_kind_is_passed_over
                a_secret_can_be_changed_without_a_gap
                signed_nonsense_is_refused
            }
            forgeries {
                unsigned_is_refused
                no_header_can_be_left_out
                a_garbled_header_is_refused
                a_strangers_signature_is_refused
                a_body_written_otherwise_is_refused
                a_body_cut_short_is_refused
                a_signature_of_another_event_is_refused
                an_old_post_is_refused
                a_post_from_the_future_is_refused
                an_old_post_with_a_new_time_is_refused
                a_header_that_came_twice_is_refused
                an_oversized_post_is_refused
                another_accounts_event_is_refused
                the_other_modes_event_is_refused
                no_bit_can_be_turned
            }
            vault {
                one_contact_is_one_payer
                what_is_stored_is_listed_to_its_owner
                somebody_unknown_has_nothing
                nobody_removes_anothers
                nobody_makes_anothers_the_default
                what_is_removed_is_gone
                one_is_the_default
                what_is_stored_on_a_page_is_listed
            }
            charges {
                nobody_charges_anothers
                exactly_what_was_asked_for_is_charged
                one_attempt_is_charged_once
                a_decline_is_an_answer
                a_bank_that_wants_the_payer_ends_the_charge
                no_charge_is_outside_the_limits
            }
            refunds {
                exactly_what_was_asked_for_is_paid_back
                one_refund_is_paid_back_once
                all_of_it_can_be_paid_back
                parts_are_paid_back_as_it_says
                no_more_is_paid_back_than_there_is
            }
            life {
                what_is_said_only_goes_forward
                a_payer_who_is_declined_has_not_paid
                a_payer_may_pay_after_a_decline
                a_refund_that_came_back_has_failed
                a_page_that_ran_out_is_not_open
                a_closed_page_takes_nothing
                closing_a_paid_page_says_that_it_is_paid
            }
        }
    };
}

#[doc(hidden)]
#[macro_export]
macro_rules! __payment_tests {
    ($candidate:expr; $($group:ident { $($case:ident)* })*) => {
        $($(
            #[test]
            fn $case() {
                $crate::promises::told($crate::payments::run($candidate, $crate::payments::$group::$case));
            }
        )*)*
    };
}

#[doc(hidden)]
#[macro_export]
macro_rules! __payment_outcomes {
    ($candidate:expr; $($group:ident { $($case:ident)* })*) => {
        vec![$($(
            $crate::promises::Promise::new(
                stringify!($group),
                stringify!($case),
                $crate::promises::outcome(|| $crate::payments::run($candidate, $crate::payments::$group::$case)),
            ),
        )*)*]
    };
}
