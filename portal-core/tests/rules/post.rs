//! Messages are sent as long as it takes: each once, in order for whoever reads them, and what keeps one from being sent is told.
#![expect(
    clippy::disallowed_methods,
    clippy::indexing_slicing,
    reason = "how long the long run is comes from outside, and a test stops at the first surprise"
)]

use std::{collections::BTreeSet, sync::Arc, time::Duration};

use portal_core::{
    Ask, Clock as _, Decision, EffectKind, Error, Id, Page, Portal, PortalBuilder, RecordRef,
    Settings, Store,
    effect::{MailKind, Recipient, StaffTask},
    mail::Mailer,
    memory::Memory,
    outbox::{Held, Round},
    settings::MoneyActions,
    staff::{Staff, StaffRole},
    store::{MessageLog as _, QueueState},
};
use portal_testkit::{PlainWriter, PostAnswer, RecordingPost, StoppedClock, facts::*};
use uuid::Uuid;

use super::support::*;

mod explained;
mod mishaps;
mod outage;
mod troubled;

struct Office {
    memory: Memory,
    portal: Portal,
    post: RecordingPost,
    writer: PlainWriter,
    clock: StoppedClock,
    commands: u128,
    readers: BTreeSet<String>,
}

impl Office {
    fn new() -> Self {
        Self::sending_by(|post, _| Arc::new(post))
    }

    /// With something before the post.
    fn sending_by(mailer: impl FnOnce(RecordingPost, StoppedClock) -> Arc<dyn Mailer>) -> Self {
        let memory = Memory::default();
        let (post, clock) = (RecordingPost::default(), StoppedClock::at(today()));
        let writer = PlainWriter::default();
        let mut settings = Settings::default();
        settings.orders.money_actions = MoneyActions::AnyViewer;
        let portal = builder(&memory)
            .settings(settings)
            .clock(Arc::new(clock.clone()))
            .mail_writer(Arc::new(writer.clone()))
            .mailer(mailer(post.clone(), clock.clone()))
            .message_log(Arc::new(memory.clone()))
            .build()
            .unwrap();
        Self {
            memory,
            portal,
            post,
            writer,
            clock,
            commands: 0,
            readers: BTreeSet::new(),
        }
    }

    /// Somebody is owed a message now; answers its id.
    async fn owe(&mut self, reader: &str) -> Uuid {
        self.commands += 1;
        if self.readers.insert(reader.to_owned()) {
            let all = self.readers.iter();
            let theirs = all.fold(order("o1"), |order, who| order.with(&contact(who)));
            self.memory.put_order(theirs.details());
        }
        let by = viewer(&contact("ana"));
        let ask = Ask::new(&by, self.clock.now(), command(self.commands));
        let about = RecordRef::Order(Id::new("o1"));
        let to = Recipient::Contact(Id::new(reader));
        let decision = Decision::new(&ask, "test.owed", about).mail(MailKind::InvoiceCopy, to);
        let id = decision.effects[0].id;
        self.memory.commit(decision).await.unwrap();
        id
    }

    /// `reader-0` and on are each owed a message.
    async fn owe_readers(&mut self, readers: usize) {
        for n in 0..readers {
            self.owe_someone(&format!("reader-{n}")).await;
        }
    }

    async fn owe_someone(&mut self, reader: &str) -> Uuid {
        self.memory.put_contact(contact(reader));
        self.owe(reader).await
    }

    /// The host is owed word of something.
    async fn owe_the_host(&mut self) {
        self.commands += 1;
        let by = viewer(&contact("ana"));
        let ask = Ask::new(&by, self.clock.now(), command(self.commands));
        let about = RecordRef::Order(Id::new("o1"));
        let task = EffectKind::StaffTask {
            kind: StaffTask::RefundReview,
            about: about.clone(),
        };
        let decision = Decision::new(&ask, "test.owed", about).effect("task", task);
        self.memory.commit(decision).await.unwrap();
    }

    /// The same office in another process, or over another store.
    fn over(&self, store: Arc<dyn Store>) -> PortalBuilder {
        let mut settings = Settings::default();
        settings.orders.money_actions = MoneyActions::AnyViewer;
        Portal::builder(store, Arc::new(self.memory.clone()))
            .settings(settings)
            .clock(Arc::new(self.clock.clone()))
            .mail_writer(Arc::new(self.writer.clone()))
            .mailer(Arc::new(self.post.clone()))
    }

    fn held(&self) -> Option<Held> {
        let desk = self.portal.staff(Staff::new("olga", StaffRole::Support));
        desk.post_held().unwrap()
    }

    async fn round(&self) -> Round {
        self.portal.dispatcher().run_once().await.unwrap()
    }

    /// Rounds as time passes.
    async fn rounds_for(&self, time: chrono::Duration) {
        let end = self.clock.now() + time;
        while self.clock.now() < end {
            if self.round().await == Round::default() {
                self.clock.advance(chrono::Duration::seconds(1));
            }
        }
    }

    fn taken(&self) -> Vec<Uuid> {
        self.post.taken().iter().map(|mail| mail.id).collect()
    }

    async fn state(&self, reader: &str) -> (QueueState, u32, Option<String>) {
        let to = Recipient::Contact(Id::new(reader));
        let found = self.memory.messages(&to, &Page::default()).await.unwrap();
        let newest = found.items.into_iter().next().unwrap();
        (newest.state, newest.tries, newest.why)
    }
}

fn seconds(seconds: i64) -> chrono::Duration {
    chrono::Duration::seconds(seconds)
}

#[tokio::test]
async fn a_message_is_written_sent_once_and_remembered() {
    let mut office = Office::new();
    let id = office.owe_someone("ana").await;
    assert_eq!(office.round().await.done, 1);
    assert_eq!(office.round().await, Round::default());
    let taken = office.post.taken();
    let [mail] = taken.as_slice() else {
        panic!("{taken:?}")
    };
    assert_eq!((mail.id, mail.kind), (id, MailKind::InvoiceCopy));
    assert_eq!(mail.to.address().as_str(), "ana@acme.example");
    assert_eq!(
        office.state("ana").await,
        (QueueState::Sent(today()), 1, None)
    );
    let owed = office.memory.outbox(&Page::default()).await.unwrap();
    assert!(owed.items.is_empty());
}

#[tokio::test]
async fn a_message_waits_while_an_earlier_one_to_the_same_reader_is_put_off() {
    let mut office = Office::new();
    let (one, two) = (office.owe_someone("ana").await, office.owe("ana").await);
    let other = office.owe_someone("ben").await;
    office.post.answer_next(PostAnswer::NotNow);
    office.rounds_for(seconds(60)).await;
    assert_eq!(office.taken(), [other, one, two]);
}

#[tokio::test]
async fn what_is_put_off_again_and_again_is_given_up_after_ten_tries_and_the_next_one_comes() {
    let mut office = Office::new();
    let poison = office.owe_someone("ana").await;
    office.post.put_off_all_to("ana@acme.example");
    let asked_for = chrono::Duration::days(3);
    for _ in 0..100 {
        office.owe_someone("ben").await;
        office.rounds_for(asked_for / 100).await;
    }
    let (state, tries, _) = office.state("ana").await;
    assert!(
        matches!(&state, QueueState::Dead(why) if why.contains("told to fail")),
        "{state:?}"
    );
    assert_eq!(tries, 10);
    let desk = office.portal.staff(Staff::new("olga", StaffRole::Support));
    let given_up = desk.given_up(&Page::default()).await.unwrap().items;
    assert_eq!(given_up[0].effect.id, poison);
    assert_eq!(office.post.taken().len(), 100, "nobody else waited");
}

/// The same again would fail the same way, and others wait behind it.
#[tokio::test]
async fn a_message_that_cannot_be_written_is_given_up_at_once_and_staff_have_it_sent_once_it_can_be()
 {
    let mut office = Office::new();
    let id = office.owe_someone("ana").await;
    office.writer.fails(true);
    office.rounds_for(chrono::Duration::days(2)).await;
    let (state, tries, _) = office.state("ana").await;
    let why = "not written: invoice-copy, line 3: told to fail".to_owned();
    assert_eq!((state, tries), (QueueState::Dead(why), 1));
    office.writer.fails(false);
    let desk = office.portal.staff(Staff::new("olga", StaffRole::Support));
    for _ in 0..2 {
        desk.retry(command(900), id).await.unwrap();
        office.rounds_for(seconds(5)).await;
    }
    assert_eq!(office.taken(), [id], "once, however often the form is sent");
    let audit = office.memory.audit(&Page::first(1)).await.unwrap().items;
    assert_eq!(audit[0].action, "outbox.retried");
    let again = desk.retry(command(901), id).await;
    assert!(matches!(again, Err(Error::NotFound)), "it was sent");
}

#[tokio::test]
async fn with_nobody_to_write_to_it_says_so_and_is_sent_once_there_is_an_address() {
    let mut office = Office::new();
    let mut ana = contact("ana");
    ana.email = None;
    office.memory.put_contact(ana);
    let id = office.owe("ana").await;
    assert_eq!(office.round().await.given_up, 1);
    let dead = |why: &str| QueueState::Dead(why.to_owned());
    assert_eq!(office.state("ana").await.0, dead("no-address"));
    office.memory.put_contact(contact("ana"));
    let desk = office.portal.staff(Staff::new("olga", StaffRole::Support));
    desk.retry(command(900), id).await.unwrap();
    assert_eq!(office.round().await.done, 1);
    office.owe("stranger").await;
    office.round().await;
    assert_eq!(office.state("stranger").await.0, dead("nobody-there"));
}

#[tokio::test]
async fn a_message_about_what_is_gone_is_dropped_and_not_given_up() {
    let mut office = Office::new();
    office.owe_someone("ana").await;
    office.memory.remove_order(&Id::new("o1"));
    assert_eq!(office.round().await.done, 1);
    let gone = QueueState::Dropped(today(), "record-gone".to_owned());
    assert_eq!(office.state("ana").await.0, gone);
    assert!(
        office
            .memory
            .given_up(&Page::default())
            .await
            .unwrap()
            .items
            .is_empty()
    );
}

/// A wrong password is nobody's message's fault.
#[tokio::test]
async fn while_nothing_can_be_sent_no_message_uses_up_a_try() {
    let mut office = Office::new();
    office.owe_readers(50).await;
    office.post.answer_all(Some(PostAnswer::Unauthorized));
    office.rounds_for(chrono::Duration::days(3)).await;
    let asked = office.post.asked();
    assert!(
        asked < 300,
        "one at a time, further and further apart: {asked}"
    );
    let owed = office.memory.outbox(&Page::first(100)).await.unwrap().items;
    assert!(owed.len() == 50 && owed.iter().all(|q| q.tries == 0));
    let desk = office.portal.staff(Staff::new("olga", StaffRole::Support));
    let held = desk.post_held().unwrap().unwrap();
    assert!(
        held.misconfigured && held.why.contains("told to fail"),
        "{held:?}"
    );
    let to = Recipient::Contact(Id::new("reader-7"));
    let message = &desk.messages(&to, &Page::default()).await.unwrap().items[0];
    assert_eq!(message.held.as_ref(), Some(&held));
    office.post.answer_all(None);
    office.rounds_for(minutes(16)).await;
    assert_eq!(office.taken().len(), 50);
    assert_eq!(desk.post_held().unwrap(), None);
}

#[tokio::test]
async fn a_post_that_says_when_to_come_back_is_left_alone_until_then() {
    let mut office = Office::new();
    office.owe_readers(3).await;
    let hour = Duration::from_hours(1);
    office.post.answer_next(PostAnswer::TooMany(hour));
    office.rounds_for(minutes(59)).await;
    assert_eq!((office.post.asked(), office.taken().len()), (1, 0));
    office.rounds_for(minutes(2)).await;
    assert_eq!(office.taken().len(), 3);
}

#[tokio::test]
async fn what_was_taken_unheard_comes_again_as_the_same_message() {
    let mut office = Office::new();
    let id = office.owe_someone("ana").await;
    office.post.answer_next(PostAnswer::TakenUnheard);
    office.rounds_for(minutes(1)).await;
    assert_eq!(office.taken(), [id, id]);
    assert_eq!(office.state("ana").await.1, 2);
}

#[tokio::test]
async fn what_is_refused_is_given_up_at_once() {
    let mut office = Office::new();
    office.owe_someone("ana").await;
    office.post.answer_next(PostAnswer::Refused);
    assert_eq!(office.round().await.given_up, 1);
    assert_eq!(office.state("ana").await.1, 1);
}

/// Staff see for a year what was sent, unless the host says otherwise; what was given up they see until it is sent.
#[tokio::test]
async fn what_was_sent_is_forgotten_after_a_year_and_what_was_given_up_is_not() {
    let mut office = Office::new();
    office.owe_someone("ana").await;
    office.round().await;
    office.owe_someone("ben").await;
    office.post.answer_next(PostAnswer::Refused);
    office.round().await;
    office.clock.advance(days(365));
    assert_eq!(office.portal.sweep_messages().await.unwrap(), 0);
    office.clock.advance(seconds(1));
    assert_eq!(office.portal.sweep_messages().await.unwrap(), 1);
    let ben = Recipient::Contact(Id::new("ben"));
    let left = office.memory.messages(&ben, &Page::default()).await;
    assert_eq!(left.unwrap().items.len(), 1);
}

#[test]
fn a_mailer_without_a_writer_has_nothing_to_send() {
    let memory = Memory::default();
    let built = builder(&memory)
        .mailer(Arc::new(RecordingPost::default()))
        .build();
    let problems = built.unwrap_err().problems;
    assert_eq!(problems[0].key, "mailer");
}
