/// One test per promise of [`TokenStore`](portal_core::accounting::tokens::TokenStore), and of how tokens are renewed over it, each on a fresh world.
///
/// Takes the path of an `async fn` that makes an empty [`TokenWorld`](crate::tokens::TokenWorld). Put it in a module of its own, in `tests/`. `PORTAL_ROUNDS` says how often the race
/// is run.
#[macro_export]
macro_rules! token_store_conformance {
    ($world:expr) => {
        $crate::__token_store_tests! { $world;
            promises {
                what_was_never_kept_is_not_there
                tokens_come_back_as_they_were
                a_new_consent_is_the_next_version_and_ends_a_lease
                a_lease_answers_what_is_kept
                a_lease_of_another_version_is_refused
                a_lease_keeps_others_out_until_it_is_over
                of_eight_who_lease_at_once_one_does
                a_lease_replaces_once
                a_lease_that_another_took_over_replaces_nothing
                a_lease_that_is_over_and_that_nobody_took_still_replaces
                a_lease_that_is_released_is_free
                a_lease_by_a_clock_that_is_far_ahead_is_over
                a_doubt_stays_until_it_is_settled
                what_is_forgotten_leaves_a_mark_and_its_lease_ends
                first_tokens_are_kept_once_and_over_no_mark
                connections_and_tenants_do_not_mix
                tokens_and_leases_outlive_a_restart
            }
            rotation {
                of_sixteen_tasks_in_two_processes_one_renews_and_nobody_is_locked_out
                a_process_that_died_while_renewing_locks_nobody_out
                whoever_stops_waiting_does_not_lose_the_new_tokens
                tokens_are_written_before_anybody_uses_them
                a_token_that_is_not_taken_is_renewed_once
                consent_that_ran_out_is_said_and_a_new_one_helps
                a_lost_answer_is_settled_though_nobody_calls
                a_process_that_died_while_renewing_is_followed_up_by_another
                tokens_that_nobody_used_for_weeks_are_renewed
            }
        }
    };
}

#[doc(hidden)]
#[macro_export]
macro_rules! __token_store_tests {
    ($world:expr; $($group:ident { $($case:ident)* })*) => {
        $($(
            #[test]
            fn $case() {
                $crate::tokens::run($world, $crate::tokens::$group::$case);
            }
        )*)*
    };
}
