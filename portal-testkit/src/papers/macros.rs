/// One test per promise of [`DocumentStore`](portal_core::DocumentStore) and [`PaperRecords`](portal_core::documents::PaperRecords), each on a new
/// [`Candidate`](crate::papers::Candidate).
///
/// Takes the path of an `async fn` (or any closure) that makes one. Put it in a module of its own, in `tests/`. What the candidate does not offer passes and says so in its output.
#[macro_export]
macro_rules! paper_conformance {
    ($candidate:expr) => {
        $crate::__paper_promises! { __paper_tests { $candidate } }
    };
}

/// Every promise.
#[doc(hidden)]
#[macro_export]
macro_rules! __paper_promises {
    ($then:ident { $($with:tt)* }) => {
        $crate::$then! { $($with)*;
            files {
                what_is_kept_is_handed_over
                what_nobody_keeps_is_none_and_no_error
                asked_again_it_is_the_same
                twenty_at_once_do_not_mix
            }
            records {
                what_is_on_record_is_what_was_asked_for_and_adds_up
                what_is_not_on_record_is_none_and_no_error
                another_customers_account_is_another
                asked_again_the_records_say_the_same
            }
        }
    };
}

#[doc(hidden)]
#[macro_export]
macro_rules! __paper_tests {
    ($candidate:expr; $($group:ident { $($case:ident)* })*) => {
        $($(
            #[test]
            fn $case() {
                $crate::promises::told($crate::papers::run($candidate, $crate::papers::$group::$case));
            }
        )*)*
    };
}

#[doc(hidden)]
#[macro_export]
macro_rules! __paper_outcomes {
    ($candidate:expr; $($group:ident { $($case:ident)* })*) => {
        vec![$($(
            (
                stringify!($case),
                $crate::promises::outcome(|| $crate::papers::run($candidate, $crate::papers::$group::$case)),
            ),
        )*)*]
    };
}
