//! A transport with one fault, and the server in memory that it sends to.
use std::{
    fmt,
    sync::{Arc, Mutex},
    time::Duration,
};

use async_trait::async_trait;
use portal_core::{
    adapter::{AdapterError, AdapterErrorKind as Kind, Disposition},
    mail::{Mail, Mailer},
};
use portal_testkit::mailers::{Candidate, Fate, Taken, Trouble};

const HEADERS: [&str; 5] = [
    "to",
    "subject",
    "message-id",
    "auto-submitted",
    "x-auto-response-suppress",
];

const KEY: &str = "key_of_acme_post_1234";

/// What a transport may do wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fault {
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
    LosesTheThread,
    EachItsOwnThread,
    OneThreadForAll,
    LosesTheButton,
    ButtonOnEverything,
    CutsLongHeaders,
    SpeaksAsAPerson,
    AnsweredByExchange,
    WritesNamesAsTheyAre,
    ReadsReadersInSubjects,
    ReadsPapersInNames,
    MixesWhatIsSentAtOnce,
    RefusedIsTemporary,
    RefusedIsNotFound,
    RefusedWasNeverSent,
    ContentIsTemporary,
    SaysRefusedAndSends,
    PutOffIsRefused,
    PutOffHoldsThePost,
    ClosingBlamesTheMessage,
    UnheardWasNeverSent,
    NeverAnswers,
    SilenceWasNeverSent,
    UnreachedIsInDoubt,
    SilentCallBlamesTheMessage,
    WrongKeyBlamesTheMessage,
    MisconfiguredBlamesTheMessage,
    StopsAfterTrouble,
    DebugShowsTheKey,
    ErrorsShowTheKey,
    ErrorsNameTheReader,
}

#[derive(Debug, Clone)]
pub(crate) struct AtAcme {
    fault: Option<Fault>,
    /// Nobody can read headers there.
    blind: bool,
    server: Arc<Mutex<Server>>,
}

#[derive(Debug, Default)]
struct Server {
    taken: Vec<Taken>,
    stuck: bool,
    ids: u32,
}

pub(crate) fn at_acme(fault: Option<Fault>) -> AtAcme {
    AtAcme {
        fault,
        blind: false,
        server: Arc::default(),
    }
}

/// The same at a server that shows readers, text and papers, and nothing of headers.
pub(crate) fn at_blind_acme(fault: Option<Fault>) -> AtAcme {
    let blind = true;
    AtAcme {
        blind,
        ..at_acme(fault)
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
        let mut taken = std::mem::take(&mut self.server.lock().unwrap().taken);
        for taken in taken.iter_mut().filter(|_| self.blind) {
            (taken.headers, taken.thread, taken.unsubscribe) = (None, None, None);
        }
        taken
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

    fn patience(&self) -> Duration {
        match self.fault {
            Some(Fault::NeverAnswers) => Duration::from_millis(200),
            _ => Duration::from_mins(1),
        }
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

    fn is_for(&self, mail: &Mail, fate: Fate) -> bool {
        let reader = self.at.reader(fate);
        self.trouble.is_none() && reader.as_deref() == Some(mail.to.address().as_str())
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
        let (has, is) = (|fault| self.has(fault), |fate| self.is_for(mail, fate));
        let unavailable = Kind::Unavailable;
        let rejected = (Kind::Rejected, Rejected);
        Some(match self.trouble {
            Some(Trouble::Unreachable) if has(Fault::UnreachedIsInDoubt) => (unavailable, Unknown),
            Some(Trouble::Silent) if has(Fault::SilentCallBlamesTheMessage) => rejected,
            Some(Trouble::Unreachable | Trouble::Silent) => (unavailable, NeverSent),
            Some(Trouble::WrongSecret) if has(Fault::WrongKeyBlamesTheMessage) => rejected,
            Some(Trouble::WrongSecret) => (Kind::Unauthorized, NeverSent),
            Some(_) if has(Fault::MisconfiguredBlamesTheMessage) => rejected,
            Some(_) => (Kind::Misconfigured, NeverSent),
            None if is(Fate::Refused) && has(Fault::RefusedIsTemporary) => (unavailable, Rejected),
            None if is(Fate::Refused) && has(Fault::RefusedIsNotFound) => {
                (Kind::NotFound, Rejected)
            }
            None if is(Fate::Refused) && has(Fault::RefusedWasNeverSent) => {
                (Kind::Rejected, NeverSent)
            }
            None if is(Fate::RefusedContent) && has(Fault::ContentIsTemporary) => {
                (unavailable, Rejected)
            }
            None if is(Fate::Refused) || is(Fate::RefusedContent) => rejected,
            None if is(Fate::PutOff) && has(Fault::PutOffIsRefused) => rejected,
            None if is(Fate::PutOff) && has(Fault::PutOffHoldsThePost) => (unavailable, NeverSent),
            None if is(Fate::PutOff) => (unavailable, Rejected),
            None if is(Fate::Closing) && has(Fault::ClosingBlamesTheMessage) => rejected,
            None if is(Fate::Closing) => (unavailable, NeverSent),
            None if is(Fate::Unheard) && has(Fault::UnheardWasNeverSent) => {
                (unavailable, NeverSent)
            }
            None if is(Fate::Silent) && has(Fault::SilenceWasNeverSent) => (unavailable, NeverSent),
            None if is(Fate::Unheard) || is(Fate::Silent) => (unavailable, Unknown),
            None => return None,
        })
    }

    /// The message as the server has it at the end.
    fn written(&self, mail: &Mail, ids: u32) -> Taken {
        let has = |fault| self.has(fault);
        let mut taken = Taken::kept(mail);
        let mut headers = HEADERS.map(str::to_owned).to_vec();
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
        if has(Fault::LosesTheThread) {
            taken.thread = Some(vec![]);
        }
        if has(Fault::EachItsOwnThread) {
            taken.thread = Some(vec![taken.message_id.clone()]);
        }
        if has(Fault::OneThreadForAll) {
            taken.thread = Some(vec!["portal".to_owned()]);
        }
        if has(Fault::LosesTheButton) {
            taken.unsubscribe = Some(vec![]);
        }
        if has(Fault::ButtonOnEverything) && taken.unsubscribe.as_ref().unwrap().is_empty() {
            taken.unsubscribe = Some(vec!["https://school.example/stop".to_owned()]);
        }
        if has(Fault::CutsLongHeaders) {
            let buttons = taken.unsubscribe.iter_mut().flatten();
            buttons.for_each(|there| there.truncate(76));
        }
        if has(Fault::SpeaksAsAPerson) {
            headers.retain(|name| !name.contains("auto"));
        }
        if has(Fault::AnsweredByExchange) {
            headers.retain(|name| !name.starts_with("x-"));
        }
        // Whatever was typed is tame by now; a colon is not yet a header, except to somebody who splits by it.
        if has(Fault::WritesNamesAsTheyAre) && taken.subject.contains(": ") {
            headers.push("bcc".to_owned());
        }
        if has(Fault::ReadsReadersInSubjects) && taken.subject.contains("Bcc: ") {
            taken.to.push("eve@evil.example".to_owned());
        }
        if has(Fault::ReadsPapersInNames) && taken.subject.contains("filename=") {
            let again = taken.papers.clone();
            taken.papers.extend(again);
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
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        if self.has(Fault::NeverAnswers) && self.is_for(mail, Fate::Silent) {
            std::future::pending::<()>().await;
        }
        let against = self.against(mail);
        let server = &mut *self.at.server.lock().unwrap();
        let error = against.map(|(kind, disposition)| self.error(mail, kind, disposition));
        let unheard = [Fate::Unheard, Fate::Silent];
        let mut taken_all_the_same = unheard.iter().any(|fate| self.is_for(mail, *fate));
        taken_all_the_same |=
            self.has(Fault::SaysRefusedAndSends) && self.is_for(mail, Fate::Refused);
        if let Some(error) = error {
            server.stuck = self.has(Fault::StopsAfterTrouble);
            if !taken_all_the_same {
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
