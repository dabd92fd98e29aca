/// One test per promise of [`AccountingStore`](portal_core::accounting::AccountingStore), of what [`Store::commit`](portal_core::Store::commit) does with the books,
/// and of what becomes of an order that goes there, each on a fresh world.
///
/// Takes the path of an `async fn` (or any closure) that makes an empty [`World`](crate::World). Put it in a module of its own, in `tests/`, beside
/// [`payment_store_conformance!`](crate::payment_store_conformance). A host whose portal exports nothing leaves it out.
#[macro_export]
macro_rules! accounting_store_conformance {
    ($world:expr) => {
        $crate::__accounting_store_tests! { $world;
            exports {
                an_export_is_found_by_each_of_its_keys_and_by_no_other
                an_export_is_found_by_the_document_it_was_given_later
                a_document_of_another_order_is_a_conflict_and_writes_nothing
                a_document_that_is_given_up_is_anybodys
                one_decision_hands_a_document_on
                every_change_of_an_export_is_another_version
                an_export_that_is_not_there_has_the_version_zero
                of_eight_who_export_an_order_at_once_one_does
                of_eight_orders_that_take_one_document_at_once_one_has_it
            }
            attention {
                exactly_what_needs_attention_is_listed
                what_has_stood_longest_is_listed_first
                exports_of_one_instant_are_all_there
                the_list_reads_on_while_exports_come_and_go
                no_list_of_exports_takes_a_marker_it_never_gave_out
            }
            connections {
                a_connection_is_found_by_its_books
                every_change_of_a_connection_is_another_version
                a_connection_that_is_not_there_has_the_version_zero
            }
            money {
                what_pays_for_an_order_is_listed_the_first_first
                money_of_an_order_is_what_pays_for_it_now
                no_more_money_of_an_order_is_listed_than_fits_a_page
            }
            orders {
                an_order_stands_in_the_books_as_it_was_told
                an_order_that_stands_otherwise_is_another_version
                everyone_is_told_the_same_of_an_order_in_the_books
                an_export_of_nobodys_order_undoes_the_whole_decision
                a_change_that_cannot_be_made_leaves_nothing_in_the_books
                of_exports_and_payments_begun_at_once_for_an_order_one_is
            }
            values {
                everything_about_an_export_comes_back_as_it_was
                everything_about_a_connection_comes_back_as_it_was
                every_text_about_the_books_comes_back_as_it_was
            }
            restart {
                everything_about_the_books_outlives_a_restart
            }
        }
    };
}

#[doc(hidden)]
#[macro_export]
macro_rules! __accounting_store_tests {
    ($world:expr; $($group:ident { $($case:ident)* })*) => {
        $($(
            #[test]
            fn $case() {
                $crate::conformance::run($world, $crate::conformance::accounting::$group::$case);
            }
        )*)*
    };
}
