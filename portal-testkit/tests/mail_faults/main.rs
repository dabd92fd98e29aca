//! The mail kit's own test: a transport with one fault at a time, and the promise that must find it.
//!
//! The server is in memory, takes what is put on its wire line by line, and knows nothing of the portal. Every fault is one that somebody has shipped, or could.
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "clippy knows tests by their attribute; the helpers of these have none"
)]
mod acme;

use std::{panic, sync::Mutex};

use portal_testkit::mailers::{Certificate, Promise, Skip, certify};

use acme::{AtAcme, Fault, at_acme, at_blind_acme};

type Planted = (Fault, &'static str);

const PLANTED: &[Planted] = &[
    (Fault::LeavesOutTags, "an_address_is_not_altered"),
    (
        Fault::CopiesTheHost,
        "a_message_arrives_once_at_whom_it_is_for_and_nobody_else",
    ),
    (
        Fault::SendsTwice,
        "a_message_arrives_once_at_whom_it_is_for_and_nobody_else",
    ),
    (
        Fault::SaysSentAndForgets,
        "a_message_arrives_once_at_whom_it_is_for_and_nobody_else",
    ),
    (Fault::NewIdEachTime, "a_repeat_is_the_same_message"),
    (Fault::OneIdForAll, "two_messages_are_two"),
    (Fault::LosesTheHtml, "what_it_says_arrives"),
    (Fault::AsciiOnly, "letters_of_every_script_arrive"),
    (
        Fault::EndsAtALoneDot,
        "text_that_looks_like_commands_arrives",
    ),
    (Fault::CutsLongLines, "long_lines_arrive"),
    (Fault::LosesTheSecondPaper, "papers_arrive_byte_by_byte"),
    (
        Fault::LeavesOutWhatIsLarge,
        "the_largest_message_arrives_whole",
    ),
    (Fault::AnswersToTheSender, "where_an_answer_goes_is_kept"),
    (
        Fault::WritesNamesAsTheyAre,
        "whatever_things_are_called_no_header_is_added",
    ),
    (Fault::MixesWhatIsSentAtOnce, "twenty_at_once_do_not_mix"),
    (
        Fault::RefusedIsTemporary,
        "a_refused_reader_is_this_messages_end",
    ),
    (Fault::PutOffIsRefused, "what_is_put_off_comes_again"),
    (Fault::PutOffHoldsThePost, "what_is_put_off_comes_again"),
    (
        Fault::ClosingBlamesTheMessage,
        "a_server_that_is_closing_is_waited_for",
    ),
    (
        Fault::UnheardWasNeverSent,
        "taken_and_unheard_is_in_doubt_and_comes_again_as_the_same",
    ),
    (
        Fault::UnreachedIsInDoubt,
        "a_server_nobody_reaches_is_waited_for",
    ),
    (
        Fault::WrongKeyBlamesTheMessage,
        "a_wrong_secret_is_no_messages_fault",
    ),
    (
        Fault::StopsAfterTrouble,
        "after_trouble_the_next_one_arrives",
    ),
    (
        Fault::DebugShowsTheKey,
        "nothing_it_is_made_of_shows_a_secret",
    ),
    (Fault::ErrorsShowTheKey, "no_error_shows_a_secret"),
    (
        Fault::ErrorsNameTheReader,
        "no_error_says_whom_it_was_for_or_what_it_said",
    ),
    (
        Fault::LosesTheThread,
        "messages_about_one_order_are_one_thread",
    ),
    (
        Fault::EachItsOwnThread,
        "messages_about_one_order_are_one_thread",
    ),
    (
        Fault::OneThreadForAll,
        "messages_about_one_order_are_one_thread",
    ),
    (Fault::LosesTheButton, "how_to_unsubscribe_arrives"),
    (Fault::ButtonOnEverything, "how_to_unsubscribe_arrives"),
    (Fault::CutsLongHeaders, "how_to_unsubscribe_arrives"),
    (Fault::SpeaksAsAPerson, "it_says_that_no_person_wrote_it"),
    (Fault::AnsweredByExchange, "it_says_that_no_person_wrote_it"),
    (
        Fault::RefusedIsNotFound,
        "a_refused_reader_is_this_messages_end",
    ),
    (
        Fault::RefusedWasNeverSent,
        "a_refused_reader_is_this_messages_end",
    ),
    (
        Fault::ContentIsTemporary,
        "content_that_is_refused_is_this_messages_end",
    ),
    (Fault::SaysRefusedAndSends, "what_failed_did_not_arrive"),
    (Fault::UnheardWasNeverSent, "what_failed_did_not_arrive"),
    (
        Fault::NeverAnswers,
        "a_server_that_never_answers_is_given_up_in_time",
    ),
    (
        Fault::SilenceWasNeverSent,
        "a_server_that_never_answers_is_given_up_in_time",
    ),
    (
        Fault::SilentCallBlamesTheMessage,
        "a_server_that_never_says_a_word_is_waited_for",
    ),
    (
        Fault::MisconfiguredBlamesTheMessage,
        "a_wrong_configuration_is_no_messages_fault",
    ),
];

/// Those whose promise is not broken by them.
fn missed(planted: &[Planted], candidate: impl Fn(Option<Fault>) -> AtAcme) -> Vec<String> {
    // There is one hook for all tests.
    static QUIET: Mutex<()> = Mutex::new(());
    let _one_by_one = QUIET.lock().unwrap();
    let hook = panic::take_hook();
    panic::set_hook(Box::new(|_| {}));
    let missed = planted.iter().filter_map(|(fault, promise)| {
        let found = certify(async || candidate(Some(*fault))).promises;
        let broken = found.into_iter().filter(|found| found.ended.is_none());
        let broken: Vec<_> = broken.map(|found| found.name).collect();
        (!broken.contains(promise)).then(|| format!("{fault:?} breaks {broken:?}, not {promise}"))
    });
    let missed = missed.collect();
    panic::set_hook(hook);
    missed
}

#[test]
fn a_sound_transport_keeps_every_promise() {
    let found = certify(async || at_acme(None));
    let all_tried = |p: &Promise| p.ended == Some(Ok(()));
    assert!(found.promises.iter().all(all_tried), "{found:?}");
}

#[test]
fn what_cannot_be_read_is_told_apart_from_what_is_kept() {
    let Certificate { promises, .. } = certify(async || at_blind_acme(None));
    let untried = promises.into_iter().filter(|p| p.ended != Some(Ok(())));
    let untried: Vec<_> = untried.map(|p| (p.name, p.ended)).collect();
    let unread = |what| Some(Err(Skip::NotPlayed(what)));
    assert_eq!(
        untried,
        [
            (
                "messages_about_one_order_are_one_thread",
                unread("reading which thread it is")
            ),
            (
                "how_to_unsubscribe_arrives",
                unread("reading how to unsubscribe")
            ),
            (
                "it_says_that_no_person_wrote_it",
                Some(Err(Skip::NotOffered("headers")))
            ),
            (
                "whatever_things_are_called_no_header_is_added",
                Some(Err(Skip::NotOffered("headers")))
            ),
        ]
    );
}

/// Who gets it and what goes with it can be seen without any headers.
#[test]
fn a_reader_or_a_paper_too_many_is_found_where_no_headers_can_be_read() {
    let promise = "whatever_things_are_called_no_header_is_added";
    let planted = [
        (Fault::ReadsReadersInSubjects, promise),
        (Fault::ReadsPapersInNames, promise),
    ];
    assert_eq!(missed(&planted, at_blind_acme), [""; 0]);
}

#[test]
fn every_fault_is_found_by_the_promise_it_breaks() {
    assert_eq!(missed(PLANTED, at_acme), [""; 0]);
}

/// A promise that no fault has broken may be one that nothing can.
#[test]
fn every_promise_is_broken_by_some_fault() {
    let promises = certify(async || at_acme(None)).promises;
    let unbroken = promises.iter().map(|promise| promise.name);
    let unbroken = unbroken.filter(|name| PLANTED.iter().all(|(_, promise)| promise != name));
    assert_eq!(unbroken.collect::<Vec<_>>(), [""; 0]);
}
