//! The mail kit's own test: a transport with one fault at a time, and the promise that must find it.
//!
//! The server is in memory, takes what is put on its wire line by line, and knows nothing of the portal. Every fault is one that somebody has shipped, or could.
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "clippy knows tests by their attribute; the helpers of these have none"
)]
use std::{
    fmt, panic,
    sync::{Arc, Mutex},
};

use async_trait::async_trait;
use portal_core::{
    adapter::{AdapterError, AdapterErrorKind as Kind, Disposition},
    mail::{Mail, Mailer},
};
use portal_testkit::mailers::{Candidate, Fate, Taken, Trouble, certify};

const KEY: &str = "key_of_acme_post_1234";

/// What a transport may do wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fault {
    LeavesOutTags,
    CopiesTheHost,
    SendsTwice,
    SaysSentAndForgets,
    NewIdEachTime,
    OneIdForAll,
    LosesTheHtml,
    AsciiOnly,
    EndsAtALoneDot,
    CutsLongLines,
    LosesTheSecondPaper,
    LeavesOutWhatIsLarge,
    AnswersToTheSender,
    WritesNamesAsTheyAre,
    MixesWhatIsSentAtOnce,
    RefusedIsTemporary,
    PutOffIsRefused,
    PutOffHoldsThePost,
    ClosingBlamesTheMessage,
    UnheardWasNeverSent,
    UnreachedIsInDoubt,
    WrongKeyBlamesTheMessage,
    StopsAfterTrouble,
    DebugShowsTheKey,
    ErrorsShowTheKey,
    ErrorsNameTheReader,
}

#[derive(Debug, Clone)]
struct AtAcme {
    fault: Option<Fault>,
    server: Arc<Mutex<Server>>,
}

#[derive(Debug, Default)]
struct Server {
    taken: Vec<Taken>,
    stuck: bool,
    ids: u32,
}

fn at_acme(fault: Option<Fault>) -> AtAcme {
    AtAcme {
        fault,
        server: Arc::default(),
    }
}

#[async_trait]
impl Candidate for AtAcme {
    fn mailer(&self) -> Arc<dyn Mailer> {
        Arc::new(AcmePost {
            at: self.clone(),
            trouble: None,
            last: Mutex::default(),
        })
    }

    async fn taken(&self) -> Vec<Taken> {
        std::mem::take(&mut self.server.lock().unwrap().taken)
    }

    fn reader(&self, fate: Fate) -> Option<String> {
        Some(format!("{fate:?}@acme.example").to_lowercase())
    }

    fn broken(&self, trouble: Trouble) -> Option<Arc<dyn Mailer>> {
        Some(Arc::new(AcmePost {
            at: self.clone(),
            trouble: Some(trouble),
            last: Mutex::default(),
        }))
    }

    fn secrets(&self) -> Vec<String> {
        vec![KEY.to_owned()]
    }

    fn name(&self) -> String {
        "acme".to_owned()
    }
}

struct AcmePost {
    at: AtAcme,
    trouble: Option<Trouble>,
    /// A place that all tasks share, and should not.
    last: Mutex<String>,
}

impl fmt::Debug for AcmePost {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let key = if self.has(Fault::DebugShowsTheKey) {
            KEY
        } else {
            ".."
        };
        f.debug_struct("AcmePost")
            .field("key", &key)
            .finish_non_exhaustive()
    }
}

impl AcmePost {
    fn has(&self, fault: Fault) -> bool {
        self.at.fault == Some(fault)
    }

    fn error(&self, mail: &Mail, kind: Kind, disposition: Disposition) -> AdapterError {
        let text = if self.has(Fault::ErrorsNameTheReader) {
            format!("550 <{}>", mail.to.address().as_str())
        } else {
            "no".to_owned()
        };
        let error = AdapterError::new(kind, disposition, "acme", "send", text);
        if self.has(Fault::ErrorsShowTheKey) {
            return error.with_source(format!("authorization: {KEY}"));
        }
        error
    }

    /// What the server has to say against it.
    fn against(&self, mail: &Mail) -> Option<(Kind, Disposition)> {
        use Disposition::{NeverSent, Rejected, Unknown};
        let (has, to) = (|fault| self.has(fault), mail.to.address().as_str());
        let is = |fate: Fate| self.at.reader(fate).as_deref() == Some(to);
        let unavailable = Kind::Unavailable;
        let rejected = (Kind::Rejected, Rejected);
        Some(match self.trouble {
            Some(Trouble::Unreachable) if has(Fault::UnreachedIsInDoubt) => (unavailable, Unknown),
            Some(Trouble::Unreachable) => (unavailable, NeverSent),
            Some(_) if has(Fault::WrongKeyBlamesTheMessage) => rejected,
            Some(_) => (Kind::Unauthorized, NeverSent),
            None if is(Fate::Refused) && has(Fault::RefusedIsTemporary) => (unavailable, Rejected),
            None if is(Fate::Refused) || is(Fate::RefusedContent) => rejected,
            None if is(Fate::PutOff) && has(Fault::PutOffIsRefused) => rejected,
            None if is(Fate::PutOff) && has(Fault::PutOffHoldsThePost) => (unavailable, NeverSent),
            None if is(Fate::PutOff) => (unavailable, Rejected),
            None if is(Fate::Closing) && has(Fault::ClosingBlamesTheMessage) => rejected,
            None if is(Fate::Closing) => (unavailable, NeverSent),
            None if is(Fate::Unheard) && has(Fault::UnheardWasNeverSent) => {
                (unavailable, NeverSent)
            }
            None if is(Fate::Unheard) => (unavailable, Unknown),
            None => return None,
        })
    }

    /// The message as the server has it at the end.
    fn written(&self, mail: &Mail, ids: u32) -> Taken {
        let has = |fault| self.has(fault);
        let mut taken = Taken::kept(mail);
        let mut headers = ["to", "subject", "message-id"].map(str::to_owned).to_vec();
        if has(Fault::LeavesOutTags) {
            taken.to[0] = taken.to[0].replace("+portal", "");
        }
        if has(Fault::CopiesTheHost) {
            taken.to.push("archive@school.example".to_owned());
        }
        if has(Fault::NewIdEachTime) {
            taken.message_id = ids.to_string();
        }
        if has(Fault::OneIdForAll) {
            "portal".clone_into(&mut taken.message_id);
        }
        if has(Fault::LosesTheHtml) {
            taken.html = None;
        }
        if has(Fault::AsciiOnly) {
            taken.text.retain(|c| c.is_ascii());
        }
        if has(Fault::EndsAtALoneDot) {
            let end = taken.text.find("\n.\n").unwrap_or(taken.text.len());
            taken.text.truncate(end);
        }
        if has(Fault::CutsLongLines) {
            let cut = |line: &str| line.chars().take(998).collect::<String>();
            taken.text = taken.text.lines().map(cut).collect::<Vec<_>>().join("\n");
        }
        if has(Fault::LosesTheSecondPaper) {
            taken.papers.truncate(1);
        }
        if has(Fault::LeavesOutWhatIsLarge) {
            taken.papers.retain(|paper| paper.bytes.len() < 5 << 20);
        }
        if has(Fault::AnswersToTheSender) {
            taken.reply_to = None;
        }
        // Whatever was typed is tame by now; a colon is not yet a header, except to somebody who splits by it.
        if has(Fault::WritesNamesAsTheyAre) && taken.subject.contains(": ") {
            headers.push("bcc".to_owned());
        }
        taken.headers = Some(headers);
        taken
    }
}

#[async_trait]
impl Mailer for AcmePost {
    async fn send(&self, mail: &Mail) -> Result<(), AdapterError> {
        if self.has(Fault::MixesWhatIsSentAtOnce) {
            let to = mail.to.address().as_str();
            to.clone_into(&mut self.last.lock().unwrap());
            tokio::time::sleep(std::time::Duration::from_millis(20)).await;
        }
        let against = self.against(mail);
        let server = &mut *self.at.server.lock().unwrap();
        let error = against.map(|(kind, disposition)| self.error(mail, kind, disposition));
        let unheard = self.at.reader(Fate::Unheard).as_deref() == Some(mail.to.address().as_str());
        if let Some(error) = error {
            server.stuck = self.has(Fault::StopsAfterTrouble);
            if !(unheard && self.trouble.is_none()) {
                return Err(error);
            }
            server.ids += 1;
            server.taken.push(self.written(mail, server.ids));
            return Err(error);
        }
        if server.stuck {
            return Err(self.error(mail, Kind::Unavailable, Disposition::NeverSent));
        }
        server.ids += 1;
        let mut taken = self.written(mail, server.ids);
        if self.has(Fault::MixesWhatIsSentAtOnce) {
            taken.to = vec![self.last.lock().unwrap().clone()];
        }
        if self.has(Fault::SendsTwice) {
            server.taken.push(taken.clone());
        }
        if !self.has(Fault::SaysSentAndForgets) {
            server.taken.push(taken);
        }
        Ok(())
    }
}

/// Which promises were broken.
fn broken(fault: Option<Fault>) -> Vec<&'static str> {
    let found = certify(async || at_acme(fault)).promises;
    let broken = found.into_iter().filter(|promise| promise.ended.is_none());
    broken.map(|promise| promise.name).collect()
}

#[test]
fn a_sound_transport_keeps_every_promise() {
    let found = certify(async || at_acme(None));
    let all_tried = |p: &portal_testkit::mailers::Promise| p.ended == Some(Ok(()));
    assert!(found.promises.iter().all(all_tried), "{found:?}");
}

#[test]
fn every_fault_is_found_by_the_promise_it_breaks() {
    let hook = panic::take_hook();
    panic::set_hook(Box::new(|_| {}));
    let expected = [
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
    ];
    let missed: Vec<_> = expected
        .into_iter()
        .map(|(fault, promise)| (fault, promise, broken(Some(fault))))
        .filter(|(_, promise, found)| !found.contains(promise))
        .collect();
    panic::set_hook(hook);
    assert!(missed.is_empty(), "{missed:?}");
}
