/// One test per promise of [`PaymentStore`](portal_core::payment::PaymentStore), of what [`Store::commit`](portal_core::Store::commit) does with money, and of
/// what becomes of an order that is being paid, each on a fresh world.
///
/// Takes the path of an `async fn` (or any closure) that makes an empty [`World`](crate::World). Put it in a module of its own, in `tests/`, beside
/// [`store_conformance!`](crate::store_conformance). A host whose customers do not pay in the portal leaves it out.
#[macro_export]
macro_rules! payment_store_conformance {
    ($world:expr) => {
        $crate::__payment_store_tests! { $world;
            attempts {
                an_attempt_is_found_by_each_of_its_keys_and_by_no_other
                an_attempt_is_found_by_what_it_was_given_later
                another_live_attempt_of_an_order_is_a_conflict_and_writes_nothing
                an_attempt_that_has_ended_frees_its_order
                an_attempt_that_is_not_over_keeps_its_order
                one_decision_ends_an_attempt_and_begins_another
                every_change_of_an_attempt_is_another_version
                an_attempt_that_is_not_there_has_the_version_zero
                attempts_of_an_order_are_listed_the_last_begun_first
                no_more_attempts_are_listed_than_fit_a_page
                of_eight_attempts_begun_at_once_for_an_order_one_is
            }
            money {
                what_came_is_found_by_its_key
                what_came_is_there_once_for_each_account_and_payment
                every_change_of_what_came_is_another_version
                what_has_not_come_has_the_version_zero
                money_that_pays_for_nothing_is_listed_the_last_first
                money_of_one_instant_is_all_there
                the_list_reads_on_while_money_comes_and_goes
                no_list_of_money_takes_a_marker_it_never_gave_out
                of_eight_who_write_the_same_money_one_does
            }
            payers {
                a_payer_is_found_by_person_and_account
                everybody_at_an_account_is_listed_once
                the_first_name_of_a_payer_counts
                of_eight_names_told_at_once_one_counts
            }
            orders {
                a_payment_stands_on_its_order_until_it_ends
                what_a_payment_comes_to_is_added_to_what_was_paid
                what_goes_back_is_taken_off_what_was_paid
                an_order_that_is_paid_is_another_version
                everyone_is_told_the_same_of_an_order_that_is_paid
                a_payment_of_nobodys_order_undoes_the_whole_decision
                a_change_that_cannot_be_made_leaves_no_money_behind
                a_decision_that_is_replayed_counts_no_money_again
            }
            values {
                everything_about_an_attempt_comes_back_as_it_was
                everything_about_what_came_comes_back_as_it_was
                every_text_about_a_payment_comes_back_as_it_was
            }
            restart {
                everything_about_payments_outlives_a_restart
            }
        }
    };
}

#[doc(hidden)]
#[macro_export]
macro_rules! __payment_store_tests {
    ($world:expr; $($group:ident { $($case:ident)* })*) => {
        $($(
            #[test]
            fn $case() {
                $crate::conformance::run($world, $crate::conformance::payments::$group::$case);
            }
        )*)*
    };
}
