/// One test per race, and one per negative control, each on a fresh world.
///
/// Takes the path of an `async fn` (or any closure) that makes an empty [`World`](crate::World), and how often each race is run. Put it in a module of
/// its own, in `tests/`.
#[macro_export]
macro_rules! race_conformance {
    ($world:expr, rounds = $rounds:expr) => {
        $crate::__race_tests! { $world, $rounds;
            one_of_thirty_two_gets_the_last_place;
            without_counting_places_the_last_place_is_given_twice: Places;

            of_two_decisions_on_the_same_facts_one_is_applied;
            without_versions_two_decisions_on_the_same_facts_are_applied: Versions;

            of_a_cancellation_and_a_transfer_at_once_one_happens;
            without_versions_a_cancellation_and_a_transfer_both_happen: Versions;

            an_offer_accepted_twice_with_two_forms_is_taken_once;
            without_versions_an_offer_is_taken_twice: Versions;

            an_offer_accepted_while_it_expires_has_one_ending;
            without_versions_an_offer_is_taken_and_expires: Versions;

            an_offer_accepted_while_they_leave_has_one_ending;
            without_versions_an_offer_is_taken_and_left: Versions;

            the_same_form_sent_eight_times_at_once_counts_once;
            without_command_ids_the_same_form_counts_often: Commands;
        }

        #[test]
        fn any_order_around_a_held_place_keeps_places_and_people_in_step() {
            $crate::races::holds(
                $world,
                1,
                $crate::races::any_order_around_a_held_place_keeps_places_and_people_in_step,
            );
        }

        #[test]
        fn any_order_around_an_open_place_keeps_places_and_people_in_step() {
            $crate::races::holds(
                $world,
                1,
                $crate::races::any_order_around_an_open_place_keeps_places_and_people_in_step,
            );
        }
    };
}

/// One test per race around accounts, and one per negative control, each on a fresh world: for portals that sign customers in themselves.
///
/// Takes what [`race_conformance!`](crate::race_conformance) takes. Put it in a module of its own, in `tests/`.
#[macro_export]
macro_rules! account_races {
    ($world:expr, rounds = $rounds:expr) => {
        $crate::__race_tests! { $world, $rounds;
            a_link_used_eight_times_at_once_sets_one_password;
            without_versions_a_link_sets_many_passwords: Versions;

            eight_accounts_opened_for_one_contact_at_once_are_one;
            without_versions_many_accounts_are_opened_for_one_contact: Versions;

            a_request_approved_eight_times_at_once_is_approved_once;
            without_versions_a_request_is_approved_many_times: Versions;

            a_request_approved_and_declined_at_once_has_one_answer;
            without_versions_a_request_is_approved_and_declined: Versions;

            sixteen_tries_at_once_are_no_more_than_there_are;
            without_one_transaction_more_tries_are_granted_than_there_are: Draws;

            an_entry_while_the_password_changes_leaves_no_session;
            without_looking_at_the_account_an_entry_outlives_a_password: Entries;
        }
    };
}

/// One test per race around payments, and one per negative control, each on a fresh world: for portals where customers pay.
///
/// Takes what [`race_conformance!`](crate::race_conformance) takes. Put it in a module of its own, in `tests/`.
#[macro_export]
macro_rules! payment_races {
    ($world:expr, rounds = $rounds:expr) => {
        $crate::__race_tests! { $world, $rounds;
            eight_payments_begun_for_one_order_at_once_are_one;
            without_the_guard_many_payments_are_begun_for_one_order: Versions;

            the_same_money_written_eight_times_at_once_counts_once;
            without_versions_the_same_money_counts_often: Versions;
        }
    };
}

/// One test per race between paying and exporting, and the negative control, each on a fresh world: for portals that export orders to an accounting system.
///
/// Takes what [`race_conformance!`](crate::race_conformance) takes. Put it in a module of its own, in `tests/`.
#[macro_export]
macro_rules! accounting_races {
    ($world:expr, rounds = $rounds:expr) => {
        $crate::__race_tests! { $world, $rounds;
            an_order_paid_while_it_is_exported_is_one_of_both;
            without_versions_an_order_is_paid_while_it_is_exported: Versions;
        }

        #[test]
        fn money_that_arrives_while_its_order_is_connected_is_never_lost() {
            $crate::races::holds(
                $world,
                $rounds,
                $crate::races::money_that_arrives_while_its_order_is_connected_is_never_lost,
            );
        }
    };
}

#[doc(hidden)]
#[macro_export]
macro_rules! __race_tests {
    ($world:expr, $rounds:expr; $($race:ident; $control:ident: $guard:ident;)*) => {
        $(
            #[test]
            fn $race() {
                $crate::races::holds($world, $rounds, $crate::races::$race);
            }

            #[test]
            fn $control() {
                let guard = $crate::races::Guard::$guard;
                $crate::races::is_lost_without(guard, $world, $crate::races::$race);
            }
        )*
    };
}
