/// One test per promise of the accounting port, each on a new [`Candidate`](crate::accounting::Candidate).
///
/// Takes the path of an `async fn` (or any closure) that makes one. Put it in a module of its own, in `tests/`. What the adapter does not offer, and what nobody can play at
/// the candidate's system, passes and says so in its output; [`report`](crate::accounting::report) lists it.
#[macro_export]
macro_rules! accounting_conformance {
    ($candidate:expr) => {
        $crate::__accounting_promises! { __accounting_tests { $candidate } }
    };
}

/// Every promise, in the order of the report.
#[doc(hidden)]
#[macro_export]
macro_rules! __accounting_promises {
    ($then:ident { $($with:tt)* }) => {
        $crate::$then! { $($with)*;
            shape {
                its_name_is_short_and_stays
                its_organisation_stays
                its_traits_are_sound_and_stay
                checking_tells_whose_books_they_are
                nothing_it_is_made_of_shows_a_secret
                no_error_shows_a_secret
            }
            customers {
                a_customer_is_made_once
                a_customer_is_found_by_what_they_were_called_there
                another_key_is_another_customer
                two_of_one_name_are_two_customers
                a_name_that_is_taken_is_no_reason_to_take_the_other
                an_odd_name_is_fitted_or_refused
                an_archived_customer_is_refused
                a_merged_customer_is_refused
            }
            documents {
                an_invoice_is_made_as_it_was_drafted
                it_is_found_by_number_and_by_name
                what_is_not_there_is_nothing
                an_odd_number_finds_nothing
                a_number_is_taken_once
                a_number_somebody_else_took_is_refused
                a_repeated_key_makes_no_second_invoice
                a_number_as_long_as_it_says_is_kept
                a_voided_one_is_found_voided
                a_deleted_one_is_found_deleted_or_not_at_all
                of_several_the_one_that_stands_is_found
                a_closed_period_is_refused
                an_unknown_account_is_refused
                an_unknown_tax_rate_is_refused
                a_currency_it_lacks_is_refused
            }
            amounts {
                amounts_without_decimals_are_exact
                amounts_with_two_decimals_are_exact
                amounts_with_three_decimals_are_exact_or_refused
                many_lines_add_up
                a_total_that_does_not_add_up_is_refused_or_told
            }
            payments {
                a_payment_is_recorded_as_it_was_posted
                it_is_found_again_by_our_reference
                all_of_it_paid_is_settled
                parts_add_up
                more_than_is_due_is_refused
                a_document_that_was_taken_back_takes_none
                an_unknown_bank_account_is_refused
                a_payment_into_a_closed_period_is_refused
                a_payment_taken_back_there_is_gone
                a_payment_made_there_is_seen
            }
            faults {
                a_fault_while_making_a_customer_is_told_truly
                a_fault_while_making_an_invoice_is_told_truly
                a_fault_while_recording_a_payment_is_told_truly
                no_answer_is_not_an_empty_answer
                no_answer_is_not_a_page_without_changes
                a_limit_of_many_hours_is_told_to_the_second
            }
            connection {
                consent_taken_back_stops_everything
                consent_taken_back_halfway_makes_nothing
                a_disconnected_organisation_stops_everything
                a_consent_too_narrow_says_so
            }
            changes {
                what_was_made_is_told
                what_was_done_there_is_told
                nothing_is_lost_between_two_pages
                a_cursor_handed_back_gives_the_same_again
                a_reading_goes_on_where_the_last_one_ended
            }
            webhooks {
                a_post_leads_to_its_document
                posts_in_any_order_and_again_are_harmless
                unsigned_is_refused
                a_garbled_header_is_refused
                a_header_that_came_twice_is_refused
                a_strangers_signature_is_refused
                an_oversized_post_is_refused
                no_bit_can_be_turned
                the_handshake_is_answered_as_it_wants
            }
            offers {
                a_copy_is_a_file
                what_can_be_paid_has_a_link
                notes_of_any_length_are_taken
                a_document_is_voided
                a_document_with_payments_is_not_voided
                a_payment_is_taken_back
            }
        }
    };
}

#[doc(hidden)]
#[macro_export]
macro_rules! __accounting_tests {
    ($candidate:expr; $($group:ident { $($case:ident)* })*) => {
        $($(
            #[test]
            fn $case() {
                $crate::promises::told($crate::accounting::run($candidate, $crate::accounting::$group::$case));
            }
        )*)*
    };
}

#[doc(hidden)]
#[macro_export]
macro_rules! __accounting_outcomes {
    ($candidate:expr; $($group:ident { $($case:ident)* })*) => {
        vec![$($(
            $crate::promises::Promise::new(
                stringify!($group),
                stringify!($case),
                $crate::promises::outcome(|| $crate::accounting::run($candidate, $crate::accounting::$group::$case)),
            ),
        )*)*]
    };
}
