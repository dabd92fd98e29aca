//! Every transport keeps the promises of the port, as read by Python's own parser. Where that is not installed, it is said aloud and messages stay in memory.
use std::{collections::BTreeSet, fs, path::PathBuf, sync::Arc, time::Duration};

use async_trait::async_trait;
use base64::{Engine as _, prelude::BASE64_STANDARD};
use portal_mail::{Capture, EmlFolder, Mailer, Sender, Smtp, SmtpConfig};
use portal_testkit::mailers::{Candidate, Fate, Taken, TakenPaper, Trouble, certify};
use serde_json::Value;
use tempfile::TempDir;

use super::{
    mail, mailbox,
    scripted::{Nobody, server},
    sender,
    sink::{Sink, understood},
};

const PASSWORD: &str = "open sesame";
const WRONG: &str = "a-password-that-is-wrong";

/// Enough for a message to arrive over an open line; nothing is wrong where it does not.
const SOON: Duration = Duration::from_secs(1);

mod over_smtp {
    portal_testkit::mailer_conformance!(super::over_smtp);
}
mod in_files {
    portal_testkit::mailer_conformance!(super::in_files);
}
mod in_memory {
    portal_testkit::mailer_conformance!(super::in_memory);
}

#[derive(Debug)]
struct OverSmtp {
    sink: Sink,
    marks: Smtp,
    nobody: Nobody,
}

async fn over_smtp() -> Box<dyn Candidate> {
    let Some(sink) = Sink::start() else {
        return Box::new(in_memory().await);
    };
    let marks = sink.smtp();
    let nobody = Nobody::there();
    Box::new(OverSmtp {
        sink,
        marks,
        nobody,
    })
}

#[async_trait]
impl Candidate for OverSmtp {
    fn mailer(&self) -> Arc<dyn Mailer> {
        let config = self.sink.starttls().sign_in("portal", PASSWORD.into());
        Arc::new(Smtp::new(config).unwrap())
    }

    async fn taken(&self) -> Vec<Taken> {
        // What was taken before this one was said before it.
        let mark = mail(0, "mark@acme.example");
        self.marks.send(&mark).await.unwrap();
        let all = std::iter::from_fn(|| Some(self.sink.taken()));
        all.take_while(|said| said["recipients"][0] != "mark@acme.example")
            .map(|said| {
                let to = texts(&said["recipients"]);
                read(&said, to)
            })
            .collect()
    }

    fn reader(&self, fate: Fate) -> Option<String> {
        let name = match fate {
            Fate::Refused => "nobody",
            Fate::RefusedContent => "virus",
            Fate::PutOff => "grey",
            Fate::Closing => "closing",
            Fate::Unheard => "hangup",
            Fate::Silent => "silent",
            _ => return None,
        };
        Some(format!("{name}@acme.example"))
    }

    fn broken(&self, trouble: Trouble) -> Option<Arc<dyn Mailer>> {
        let config = match trouble {
            Trouble::Unreachable => SmtpConfig::tls("localhost", sender())
                .port(self.nobody.port())
                .sign_in("portal", PASSWORD.into()),
            // Whoever calls waits for a greeting.
            Trouble::Silent => SmtpConfig::starttls("localhost", sender())
                .port(server(vec![("", vec![])]))
                .sign_in("portal", PASSWORD.into())
                .give_up_after(SOON),
            Trouble::WrongSecret => self.sink.tls().sign_in("portal", WRONG.into()),
            Trouble::Misconfigured => {
                let stranger = Sender::new(mailbox("stranger@portal.example"));
                SmtpConfig::unencrypted("127.0.0.1", stranger).port(self.sink.port("plain"))
            }
            _ => return None,
        };
        Some(Arc::new(Smtp::new(config).unwrap()))
    }

    fn hasty(&self) -> Arc<dyn Mailer> {
        let config = self.sink.plain().give_up_after(SOON);
        Arc::new(Smtp::new(config).unwrap())
    }

    fn secrets(&self) -> Vec<String> {
        let plain = [PASSWORD, WRONG].map(str::to_owned);
        let signed_in = plain.iter().map(|password| format!("\0portal\0{password}"));
        let encoded: Vec<_> = signed_in.map(|s| BASE64_STANDARD.encode(s)).collect();
        [plain.to_vec(), encoded].concat()
    }

    fn name(&self) -> String {
        "smtp".to_owned()
    }
}

#[derive(Debug)]
struct InFiles(TempDir);

async fn in_files() -> Box<dyn Candidate> {
    if understood(&[]).is_none() {
        return Box::new(in_memory().await);
    }
    Box::new(InFiles(tempfile::tempdir().unwrap()))
}

#[async_trait]
impl Candidate for InFiles {
    fn mailer(&self) -> Arc<dyn Mailer> {
        Arc::new(EmlFolder::new(self.0.path(), sender()))
    }

    async fn taken(&self) -> Vec<Taken> {
        let files = fs::read_dir(self.0.path()).unwrap();
        let mut files: Vec<PathBuf> = files.map(|file| file.unwrap().path()).collect();
        files.sort();
        let all = understood(&files).unwrap();
        for file in &files {
            fs::remove_file(file).unwrap();
        }
        let read_one = |said: &Value| {
            let to = said["to"].as_array().unwrap().iter();
            let mut to: Vec<_> = to.map(|to| to[1].as_str().unwrap().to_owned()).collect();
            to.extend(["cc", "bcc"].iter().filter_map(|more| {
                let more = said["headers"][*more].as_str();
                more.map(str::to_owned)
            }));
            read(said, to)
        };
        all.iter().map(read_one).collect()
    }

    fn broken(&self, trouble: Trouble) -> Option<Arc<dyn Mailer>> {
        let nowhere = self.0.path().join("nowhere");
        (trouble == Trouble::Misconfigured).then(|| {
            let folder: Arc<dyn Mailer> = Arc::new(EmlFolder::new(nowhere, sender()));
            folder
        })
    }

    fn name(&self) -> String {
        "eml".to_owned()
    }
}

#[derive(Debug, Default)]
struct InMemory(Capture);

async fn in_memory() -> InMemory {
    InMemory::default()
}

#[async_trait]
impl Candidate for InMemory {
    fn mailer(&self) -> Arc<dyn Mailer> {
        Arc::new(self.0.clone())
    }

    async fn taken(&self) -> Vec<Taken> {
        let taken = self.0.sent().iter().map(Taken::kept).collect();
        self.0.clear();
        taken
    }

    fn name(&self) -> String {
        "capture".to_owned()
    }
}

fn read(said: &Value, to: Vec<String>) -> Taken {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let parts = said["parts"].as_array().unwrap();
    let shown = |kind: &str| {
        let mut of = parts.iter().filter(|p| p["file"].is_null());
        of.find(|part| part["type"] == kind)
    };
    let mut taken = Taken::new(
        text(&said["headers"]["message-id"]),
        "",
        text(&said["headers"]["subject"]),
        shown("text/plain")
            .map(|part| text(&part["text"]))
            .unwrap_or_default(),
    );
    taken.to = to;
    taken.html = shown("text/html").map(|part| text(&part["text"]));
    taken.reply_to = said["answers"].get(0).map(text);
    taken.thread = Some(ids_in(&said["headers"]));
    taken.unsubscribe = Some(buttons_in(&said["headers"]));
    taken.papers = parts
        .iter()
        .filter(|part| !part["file"].is_null())
        .map(|part| {
            let bytes = BASE64_STANDARD.decode(part["body"].as_str().unwrap());
            TakenPaper::new(text(&part["file"]), text(&part["type"]), bytes.unwrap())
        })
        .collect();
    let mut names = texts(&said["names"]);
    for name in &mut names {
        name.make_ascii_lowercase();
    }
    taken.headers = Some(names);
    taken
}

/// As mail programs do, it goes by either header.
fn ids_in(headers: &Value) -> Vec<String> {
    let named = ["in-reply-to", "references"].map(|name| headers[name].as_str());
    let ids = named.into_iter().flatten().flat_map(str::split_whitespace);
    let ids = ids.map(|id| id.trim_matches(['<', '>']).to_owned());
    let ids: BTreeSet<_> = ids.collect();
    ids.into_iter().collect()
}

/// RFC 8058: without the other header nobody posts there.
fn buttons_in(headers: &Value) -> Vec<String> {
    if headers["list-unsubscribe-post"] != "List-Unsubscribe=One-Click" {
        return vec![];
    }
    let there = headers["list-unsubscribe"].as_str().unwrap_or_default();
    let there = there.split(',').map(str::trim);
    let there = there.map(|there| there.trim_matches(['<', '>']).to_owned());
    there.collect()
}

fn texts(list: &Value) -> Vec<String> {
    let list = list.as_array().unwrap().iter();
    list.map(|text| text.as_str().unwrap().to_owned()).collect()
}

/// What the files cannot do is in the report, and nothing is broken.
#[test]
fn what_nobody_can_play_is_told_apart_from_what_is_kept() {
    let found = certify(in_memory);
    assert!(found.is_sound());
    let kept = found.promises.iter().filter(|p| p.ended == Some(Ok(())));
    assert!((10..found.promises.len()).contains(&kept.count()));
}
