/// One test per promise of [`Mailer`](portal_core::mail::Mailer), each on a new [`Candidate`](crate::mailers::Candidate).
///
/// Takes the path of an `async fn` (or any closure) that makes one. Put it in a module of its own, in `tests/`. What nobody can play at the other end passes and says so in its
/// output; [`report`](crate::mailers::report) lists it.
#[macro_export]
macro_rules! mailer_conformance {
    ($candidate:expr) => {
        $crate::__mailer_promises! { __mailer_tests { $candidate } }
    };
}

/// Every promise, in the order of the report.
#[doc(hidden)]
#[macro_export]
macro_rules! __mailer_promises {
    ($then:ident { $($with:tt)* }) => {
        $crate::$then! { $($with)*;
            arrivals {
                a_message_arrives_once_at_whom_it_is_for_and_nobody_else
                a_repeat_is_the_same_message
                two_messages_are_two
                an_address_is_not_altered
                twenty_at_once_do_not_mix
                where_an_answer_goes_is_kept
                messages_about_one_order_are_one_thread
                how_to_unsubscribe_arrives
                it_says_that_no_person_wrote_it
            }
            contents {
                what_it_says_arrives
                letters_of_every_script_arrive
                text_that_looks_like_commands_arrives
                long_lines_arrive
                papers_arrive_byte_by_byte
                the_largest_message_arrives_whole
                whatever_things_are_called_no_header_is_added
            }
            faults {
                a_refused_reader_is_this_messages_end
                content_that_is_refused_is_this_messages_end
                what_is_put_off_comes_again
                a_server_that_is_closing_is_waited_for
                taken_and_unheard_is_in_doubt_and_comes_again_as_the_same
                a_server_that_never_answers_is_given_up_in_time
                a_server_nobody_reaches_is_waited_for
                a_server_that_never_says_a_word_is_waited_for
                a_wrong_secret_is_no_messages_fault
                a_wrong_configuration_is_no_messages_fault
                what_failed_did_not_arrive
                after_trouble_the_next_one_arrives
            }
            secrets {
                nothing_it_is_made_of_shows_a_secret
                no_error_shows_a_secret
                no_error_says_whom_it_was_for_or_what_it_said
            }
        }
    };
}

#[doc(hidden)]
#[macro_export]
macro_rules! __mailer_tests {
    ($candidate:expr; $($group:ident { $($case:ident)* })*) => {
        $($(
            #[test]
            fn $case() {
                $crate::promises::told($crate::mailers::run($candidate, $crate::mailers::$group::$case));
            }
        )*)*
    };
}

#[doc(hidden)]
#[macro_export]
macro_rules! __mailer_outcomes {
    ($candidate:expr; $($group:ident { $($case:ident)* })*) => {
        vec![$($(
            $crate::promises::Promise::new(
                stringify!($group),
                stringify!($case),
                $crate::promises::outcome(|| $crate::mailers::run($candidate, $crate::mailers::$group::$case)),
            ),
        )*)*]
    };
}
