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
