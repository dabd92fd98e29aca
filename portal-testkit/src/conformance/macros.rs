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
