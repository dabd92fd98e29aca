//! Races: many customers, forms and clocks at one record at once, held to their outcome. Run by [`race_conformance!`](crate::race_conformance),
//! [`account_races!`](crate::account_races), [`payment_races!`](crate::payment_races) and [`accounting_races!`](crate::accounting_races).
//!
//! In every other round the contenders wait for each other between deciding and committing, so that all have decided on the same facts; in the
//! rest they run as they come. A race that holds proves something only beside its negative control: run [`without`](Race::without) the guard it is
//! about, it must not hold.
mod account_guards;
mod accounts;
mod books;
mod crowd;
mod door;
mod ended;
mod forms;
mod guards;
mod macros;
mod offers;
mod orders;
mod payments;
mod places;
mod round;
mod start;

pub use accounts::{
    a_link_used_eight_times_at_once_sets_one_password,
    a_request_approved_and_declined_at_once_has_one_answer,
    a_request_approved_eight_times_at_once_is_approved_once,
    eight_accounts_opened_for_one_contact_at_once_are_one,
};
pub use books::{
    an_order_paid_while_it_is_exported_is_one_of_both,
    money_that_arrives_while_its_order_is_connected_is_never_lost,
};
pub use crowd::one_of_thirty_two_gets_the_last_place;
pub use door::{
    an_entry_while_the_password_changes_leaves_no_session,
    sixteen_tries_at_once_are_no_more_than_there_are,
};
pub use ended::Broken;
pub use forms::the_same_form_sent_eight_times_at_once_counts_once;
pub use guards::{Guard, WithoutGuard};
pub use offers::{
    an_offer_accepted_twice_with_two_forms_is_taken_once,
    an_offer_accepted_while_it_expires_has_one_ending,
    an_offer_accepted_while_they_leave_has_one_ending,
};
pub use orders::{
    any_order_around_a_held_place_keeps_places_and_people_in_step,
    any_order_around_an_open_place_keeps_places_and_people_in_step,
};
pub use payments::{
    eight_payments_begun_for_one_order_at_once_are_one,
    the_same_money_written_eight_times_at_once_counts_once,
};
pub use places::{
    of_a_cancellation_and_a_transfer_at_once_one_happens,
    of_two_decisions_on_the_same_facts_one_is_applied,
};
pub use round::{Race, holds, is_lost_without};
