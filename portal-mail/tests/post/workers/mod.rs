//! Processes that work off one outbox and send what is in it to a mail server. Each is this program, run again.
mod killed;
mod place;
mod shared;

use std::{
    env,
    io::{self, Read as _},
    process::{self, Child, Command, ExitStatus, Stdio},
    sync::Arc,
    thread,
    time::{Duration, Instant},
};

use async_trait::async_trait;
use portal_core::{
    Ask, Clock, Decision, EffectKind, Id, Portal, RecordRef, Settings, Store, SystemClock, Topic,
    adapter::AdapterError,
    chrono::{DateTime, TimeDelta, Utc},
    effect::{MailKind, Recipient},
    mail::{Mail, Mailer},
    memory::Memory,
    outbox::Dispatcher,
    settings::MoneyActions,
    store::{Claim, EffectOutcome, Page},
    uuid::Uuid,
};
use portal_mail::{Smtp, SmtpConfig};
use portal_testkit::{
    PlainWriter, StoppedClock,
    facts::{OrderFacts, command, contact, hours, order, today, viewer},
};
use serde_json::{Value, json};

use self::place::Place;
use super::{mail, sender};

const TASK: &str = "PORTAL_MAIL_WORKER";

/// What any worker of these tests has to do takes seconds; nothing hangs on how long.
const LONGEST: Duration = Duration::from_mins(2);

/// How a child works.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Way {
    /// As the portal does.
    Portal,
    /// As the portal does, with a lease that is over before a slow server has answered.
    ShortLease,
    /// Writes down that a message was sent, and then sends it.
    WritesFirst,
}

const WAYS: [Way; 3] = [Way::Portal, Way::ShortLease, Way::WritesFirst];

/// A process that works off an outbox until there is nothing left, or it is killed, or whoever started it ends.
#[derive(Debug)]
struct Worker(Child);

impl Worker {
    /// At this outbox, in this hour of the test.
    fn start(place: &Place, port: u16, way: Way, hour: i64) -> Self {
        let way = WAYS.iter().position(|known| *known == way);
        let task = json!([place.written(), port, way, hour]);
        let child = Command::new(env::current_exe().unwrap())
            .args(["--exact", "workers::a_worker_sends_what_it_finds"])
            // What it dies of goes to where it is read.
            .arg("--nocapture")
            .env(TASK, task.to_string())
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn();
        Self(child.unwrap())
    }

    /// SIGKILL: nothing of its own runs after it.
    fn kill(&mut self) {
        self.0.kill().unwrap();
        self.0.wait().unwrap();
    }

    /// Waits until it has ended by itself.
    fn ended(&mut self) -> ExitStatus {
        let since = Instant::now();
        loop {
            if let Some(ended) = self.0.try_wait().unwrap() {
                return ended;
            }
            // It gives up by itself before that, and says why.
            let in_time = since.elapsed() < LONGEST * 2;
            assert!(in_time, "it neither works nor ends: {}", self.said());
            thread::sleep(Duration::from_millis(10));
        }
    }

    /// What it said of its troubles until now, which is the last of it.
    fn said(&mut self) -> String {
        drop(self.0.kill());
        let mut said = String::new();
        if let Some(stderr) = &mut self.0.stderr {
            stderr.read_to_string(&mut said).unwrap();
        }
        said
    }
}

impl Drop for Worker {
    fn drop(&mut self) {
        drop(self.0.kill());
        drop(self.0.wait());
    }
}

fn end_with_input() {
    thread::spawn(|| {
        drop(io::copy(&mut io::stdin(), &mut io::sink()));
        process::exit(1);
    });
}

#[tokio::test]
async fn a_worker_sends_what_it_finds() {
    let Ok(task) = env::var(TASK) else { return };
    end_with_input();
    let task: Value = serde_json::from_str(&task).unwrap();
    let number = |n: usize| usize::try_from(task[n].as_u64().unwrap()).unwrap();
    let store = Place::read(&task[0]).store().await;
    let port = u16::try_from(number(1)).unwrap();
    let now = hour(task[3].as_i64().unwrap());
    let hello = format!("worker-{}", std::process::id());
    let config = SmtpConfig::unencrypted("127.0.0.1", sender()).port(port);
    let smtp = Smtp::new(config.hello(hello)).unwrap();
    match WAYS[number(2)] {
        Way::Portal => {
            let clock = Arc::new(StoppedClock::at(now));
            works_off(&dispatcher(&store, smtp, clock, LEASE), &store, false).await;
        }
        Way::ShortLease => {
            let (clock, over) = (Arc::new(SystemClock), TimeDelta::milliseconds(150));
            let portal = dispatcher(&store, Careless(smtp), clock, over);
            works_off(&portal.batch(1), &store, true).await;
        }
        Way::WritesFirst => writes_first(&*store, &smtp, now).await,
    }
}

const LEASE: TimeDelta = TimeDelta::minutes(2);

/// Does not say how long it may take: no portal would be built with it and a lease that short.
#[derive(Debug)]
struct Careless(Smtp);

#[async_trait]
impl Mailer for Careless {
    async fn send(&self, mail: &Mail) -> Result<(), AdapterError> {
        self.0.send(mail).await
    }
}

fn dispatcher(
    store: &Arc<dyn Store>,
    mailer: impl Mailer,
    clock: Arc<dyn Clock>,
    lease: TimeDelta,
) -> Dispatcher {
    let records = Memory::default();
    let all: Vec<_> = (0..MOST).map(|n| contact(&reader(n))).collect();
    let theirs = all.iter().fold(order("o1"), OrderFacts::with);
    records.put_order(theirs.details());
    for who in all {
        records.put_contact(who);
    }
    let mut settings = Settings::default();
    settings.orders.money_actions = MoneyActions::AnyViewer;
    let portal = Portal::builder(Arc::clone(store), Arc::new(records))
        .clock(clock)
        .settings(settings)
        .mail_writer(Arc::new(PlainWriter::default()))
        .mailer(Arc::new(mailer))
        .outbox_lease(lease)
        .build()
        .unwrap();
    portal.dispatcher()
}

/// Whether what is owed becomes less.
struct Progress {
    least: usize,
    since: Instant,
}

impl Progress {
    fn begins() -> Self {
        let (least, since) = (usize::MAX, Instant::now());
        Self { least, since }
    }

    fn goes_on(&mut self, owed: usize) -> bool {
        if owed < self.least {
            (self.least, self.since) = (owed, Instant::now());
        }
        self.since.elapsed() < LONGEST
    }
}

/// Until nothing is owed. Where the clock stands still, what is put off never comes again.
async fn works_off(dispatcher: &Dispatcher, store: &Arc<dyn Store>, clock_goes: bool) {
    let mut progress = Progress::begins();
    loop {
        let owed = owed(&**store).await.len();
        if owed == 0 {
            return;
        }
        assert!(progress.goes_on(owed), "{owed} messages are owed for ever");
        let round = dispatcher.run_once().await.unwrap();
        let lost = round.given_up > 0 || (round.put_off > 0 && !clock_goes);
        assert!(!lost, "what it could not send never comes again: {round:?}");
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
}

async fn writes_first(store: &dyn Store, smtp: &Smtp, now: DateTime<Utc>) {
    let claim = Claim::new(now, TimeDelta::minutes(2), 32, vec![Topic::Mail]);
    for claimed in store.claim_effects(&claim).await.unwrap() {
        let id = claimed.effect.id;
        let sent = EffectOutcome::Sent(now);
        assert!(store.settle_effect(id, claimed.tries, sent).await.unwrap());
        // As a network takes its time.
        tokio::time::sleep(Duration::from_millis(20)).await;
        let EffectKind::Mail { to, .. } = claimed.effect.kind else {
            unreachable!("mail was asked for")
        };
        let Recipient::Contact(to) = to else {
            unreachable!("all are contacts")
        };
        let mut mail = mail(0, &format!("{to}@acme.example"));
        mail.id = id;
        smtp.send(&mail).await.unwrap();
    }
}

/// More messages than any test owes.
const MOST: u64 = 5_000;

/// To whom the `n`-th message is. With one in eight the server takes its time after it has the message.
fn reader(n: u64) -> String {
    if n % 8 == 7 {
        format!("slow-{n}")
    } else {
        format!("reader-{n}")
    }
}

fn hour(n: i64) -> DateTime<Utc> {
    today() + hours(n)
}

/// Somebody is owed a message, and nobody else is in that hour; answers its id.
async fn owe(store: &dyn Store, reader: &str, n: u64, at: DateTime<Utc>) -> Uuid {
    let by = viewer(&contact("ana"));
    let ask = Ask::new(&by, at, command(n.into()));
    let about = RecordRef::Order(Id::new("o1"));
    let to = Recipient::Contact(Id::new(reader));
    let decision = Decision::new(&ask, "test.owed", about).mail(MailKind::InvoiceCopy, to);
    let id = decision.effects[0].id;
    store.commit(decision).await.unwrap();
    id
}

/// Everything that is not yet written down as sent.
async fn owed(store: &dyn Store) -> Vec<Uuid> {
    let mut page = Page::first(Page::LARGEST);
    let mut all = vec![];
    loop {
        let part = store.outbox(&page).await.unwrap();
        all.extend(part.items.iter().map(|owed| owed.effect.id));
        let Some(next) = part.next else { return all };
        page = Page::first(Page::LARGEST).following(next);
    }
}

/// The Message-ID and the only recipient.
fn what_arrived(taken: &Value) -> (String, String) {
    let recipients = taken["recipients"].as_array().unwrap();
    assert_eq!(recipients.len(), 1, "{taken}");
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    (text(&taken["headers"]["message-id"]), text(&recipients[0]))
}
