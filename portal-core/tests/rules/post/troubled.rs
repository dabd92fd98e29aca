//! Posts that are not simply there or gone.
use std::{
    collections::BTreeMap,
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, Ordering},
    },
};

use async_trait::async_trait;
use portal_core::{
    Clock as _, Contact, Directory, Id, Listing, Loaded, Order, OrderDetails, Page, Portal,
    Store as _, StoreError,
    adapter::{AdapterError, AdapterErrorKind as Kind, Disposition},
    mail::{Mail, Mailer},
    memory::Memory,
    store::{MessageLog as _, QueueState},
};
use portal_testkit::{PostAnswer, RecordingPost, StoppedClock};

use super::{Office, minutes, seconds};

/// A post that takes so many seconds for each message, and answers so to one reader.
#[derive(Debug)]
struct Troubled {
    post: RecordingPost,
    clock: StoppedClock,
    takes: i64,
    to_eve: Option<(Kind, Disposition)>,
}

#[async_trait]
impl Mailer for Troubled {
    async fn send(&self, mail: &Mail) -> Result<(), AdapterError> {
        self.clock.advance(seconds(self.takes));
        match self.to_eve {
            Some((kind, said)) if mail.to.address().as_str() == "eve@acme.example" => Err(
                AdapterError::new(kind, said, "troubled", "send", "not to her"),
            ),
            _ => self.post.send(mail).await,
        }
    }
}

fn office(takes: i64, to_eve: Option<(Kind, Disposition)>) -> Office {
    Office::sending_by(|post, clock| {
        Arc::new(Troubled {
            post,
            clock,
            takes,
            to_eve,
        })
    })
}

/// A server that takes each message and is too slow to say so: nobody gets it more than ten times.
#[tokio::test]
async fn messages_that_are_all_taken_unheard_are_given_up_after_ten_copies_each() {
    let mut office = Office::new();
    office.owe_readers(8).await;
    office.post.answer_all(Some(PostAnswer::TakenUnheard));
    office.rounds_for(chrono::Duration::days(3)).await;
    for n in 0..8 {
        let (state, tries, _) = office.state(&format!("reader-{n}")).await;
        assert!(matches!(state, QueueState::Dead(_)), "{n}: {state:?}");
        assert_eq!(tries, 10, "{n}");
    }
    assert_eq!(office.taken().len(), 80);
}

/// A company's own server is down, and our relay says so of each of its sixty readers.
#[tokio::test]
async fn many_that_are_put_off_for_their_own_sake_stop_nobody_for_long_and_are_given_up_in_the_end()
{
    let mut office = Office::new();
    for n in 0..60 {
        let reader = format!("reader-{n}");
        office.owe_someone(&reader).await;
        office
            .post
            .put_off_all_to(&format!("{reader}@acme.example"));
    }
    office.rounds_for(minutes(1)).await;
    let reset = office.owe_someone("ana").await;
    office.rounds_for(minutes(6)).await;
    assert_eq!(office.taken(), [reset]);
    office.rounds_for(chrono::Duration::days(4)).await;
    for n in 0..60 {
        let (state, tries, _) = office.state(&format!("reader-{n}")).await;
        assert!(matches!(state, QueueState::Dead(_)), "{n}: {state:?}");
        assert_eq!(tries, 10, "{n}");
    }
}

/// Whatever is said of one recipient, the next message to be tried is another's.
#[tokio::test]
async fn one_reader_for_whom_nothing_seems_to_work_does_not_stop_the_others() {
    for kind in [
        Kind::Misconfigured,
        Kind::Unauthorized,
        Kind::RateLimited { retry_after: None },
    ] {
        let mut office = office(0, Some((kind, Disposition::NeverSent)));
        office.owe_someone("eve").await;
        office.owe_readers(3).await;
        office.rounds_for(minutes(3)).await;
        assert_eq!(office.taken().len(), 3, "{kind:?}");
        let owed = office.memory.outbox(&Page::first(9)).await.unwrap().items;
        assert_eq!(owed.len(), 1, "{kind:?}");
    }
}

/// It is about her message, whatever the other end calls it: an office that writes to few others is not held up for ever, and staff see it in the end.
#[tokio::test]
async fn a_message_that_holds_up_the_post_time_and_again_is_given_up_and_the_others_wait_no_more() {
    for kind in [Kind::Misconfigured, Kind::Unavailable] {
        let mut office = office(0, Some((kind, Disposition::NeverSent)));
        office.owe_someone("eve").await;
        office.rounds_for(minutes(60)).await;
        assert_eq!(office.state("eve").await.1, 0, "nobody else got through");
        for n in 0..60 {
            office.owe_someone(&format!("reader-{n}")).await;
            office.rounds_for(minutes(30)).await;
        }
        assert_eq!(office.taken().len(), 60, "{kind:?}");
        let (state, tries, _) = office.state("eve").await;
        assert!(matches!(state, QueueState::Dead(_)), "{kind:?}: {state:?}");
        assert_eq!(tries, 10, "{kind:?}");
        assert_eq!(office.held(), None, "{kind:?}");
    }
}

/// Ten an hour, and for the next it is to be asked again in twenty minutes.
#[derive(Debug)]
struct Quota {
    post: RecordingPost,
    clock: StoppedClock,
    hours: Arc<Mutex<BTreeMap<i64, u32>>>,
}

#[async_trait]
impl Mailer for Quota {
    async fn send(&self, mail: &Mail) -> Result<(), AdapterError> {
        let hour = self.clock.now().timestamp() / 3_600;
        let asked = {
            let mut hours = self.hours.lock().unwrap();
            let asked = hours.entry(hour).or_default();
            *asked += 1;
            *asked
        };
        if asked > 10 {
            let retry_after = Some(std::time::Duration::from_mins(20));
            let (kind, said) = (Kind::RateLimited { retry_after }, Disposition::NeverSent);
            return Err(AdapterError::new(kind, said, "quota", "send", "too many"));
        }
        self.post.send(mail).await
    }
}

#[tokio::test]
async fn a_quota_costs_time_and_no_message_and_is_not_asked_more_often_than_it_said() {
    let hours = Arc::default();
    let asked = Arc::clone(&hours);
    let mut office = Office::sending_by(|post, clock| Arc::new(Quota { post, clock, hours }));
    office.owe_readers(200).await;
    office.rounds_for(minutes(60 * 22)).await;
    assert_eq!(office.taken().len(), 200);
    let most = asked.lock().unwrap().values().max().copied();
    assert!(
        most <= Some(13),
        "ten, and three who were told to wait: {most:?}"
    );
}

/// A relay that takes mail for its own domain alone until somebody has mended it.
#[derive(Debug)]
struct OwnDomain(RecordingPost, Arc<AtomicBool>);

#[async_trait]
impl Mailer for OwnDomain {
    async fn send(&self, mail: &Mail) -> Result<(), AdapterError> {
        let to = mail.to.address().as_str();
        if !to.starts_with("colleague") && !self.1.load(Ordering::Relaxed) {
            let (kind, said) = (Kind::Misconfigured, Disposition::NeverSent);
            return Err(AdapterError::new(
                kind,
                said,
                "relay",
                "send",
                "no relaying",
            ));
        }
        self.0.send(mail).await
    }
}

#[tokio::test]
async fn a_relay_that_passes_some_of_the_mail_costs_the_others_no_invoice_in_a_night() {
    let mended = Arc::new(AtomicBool::new(false));
    let said = Arc::clone(&mended);
    let mut office = Office::sending_by(|post, _| Arc::new(OwnDomain(post, said)));
    for n in 0..40 {
        office.owe_someone(&format!("customer-{n}")).await;
    }
    for n in 0..16 {
        office.owe_someone(&format!("colleague-{n}")).await;
        office.rounds_for(minutes(30)).await;
    }
    let given_up = office.memory.given_up(&Page::first(50)).await.unwrap();
    assert_eq!(given_up.items.len(), 0);
    mended.store(true, Ordering::Relaxed);
    office.rounds_for(minutes(20)).await;
    assert_eq!(office.taken().len(), 56);
}

/// Each process counts its own hours.
#[tokio::test]
async fn a_night_in_which_everybody_is_put_off_gives_up_nothing_in_eight_processes() {
    let mut office = Office::new();
    office.owe_readers(30).await;
    office.post.answer_all(Some(PostAnswer::NotNow));
    let processes: Vec<_> = (0..8)
        .map(|_| {
            let store = Arc::new(office.memory.clone());
            office.over(store).build().unwrap().dispatcher()
        })
        .collect();
    let morning = office.clock.now() + minutes(60 * 8);
    while office.clock.now() < morning {
        for process in &processes {
            process.run_once().await.unwrap();
        }
        office.clock.advance(seconds(5));
    }
    let given_up = office.memory.given_up(&Page::first(50)).await.unwrap();
    assert_eq!(given_up.items.len(), 0);
}

/// What it would be tried with is due a moment after the wait is over.
#[tokio::test]
async fn the_post_is_held_until_it_was_tried_again() {
    let mut office = Office::new();
    office.owe_someone("ana").await;
    office.post.answer_all(Some(PostAnswer::Unauthorized));
    office.round().await;
    office.clock.advance(seconds(60));
    assert_eq!(office.round().await.put_off, 0, "nothing is due yet");
    assert!(office.held().is_some());
}

/// Another process may begin what is not settled when the lease is over.
#[tokio::test]
async fn a_message_is_begun_while_there_is_half_the_lease_left_and_the_others_keep_their_tries() {
    let mut office = office(50, None);
    office.owe_readers(5).await;
    let round = office.round().await;
    assert_eq!((round.done, round.put_off), (2, 3), "{round:?}");
    let owed = office.memory.outbox(&Page::first(9)).await.unwrap().items;
    assert!(owed.iter().all(|owed| owed.tries == 0), "{owed:?}");
    assert_eq!(office.round().await.done, 2, "at once");
}

/// A guard refuses without asking anybody.
#[tokio::test]
async fn what_was_refused_before_it_left_says_nothing_of_the_other_end() {
    for (said, held) in [
        (Disposition::NeverSent, true),
        (Disposition::Rejected, false),
    ] {
        let mut office = office(0, Some((Kind::Rejected, said)));
        office.owe_someone("ana").await;
        office.post.answer_all(Some(PostAnswer::Unreached));
        assert_eq!(office.round().await.put_off, 1);
        office.owe_someone("eve").await;
        office.clock.advance(seconds(10));
        assert_eq!(office.round().await.given_up, 1, "she is tried next");
        assert_eq!(office.held().is_some(), held, "{said:?}");
    }
}

/// A transport without a limit of its own, and a server that says nothing to one reader's messages.
#[derive(Debug)]
pub(super) struct Silent(pub(super) RecordingPost);

#[async_trait]
impl Mailer for Silent {
    async fn send(&self, mail: &Mail) -> Result<(), AdapterError> {
        if mail.to.address().as_str() == "eve@acme.example" {
            std::future::pending::<()>().await;
        }
        self.0.send(mail).await
    }
}

#[tokio::test(start_paused = true)]
async fn a_transport_that_never_answers_stops_neither_the_others_nor_the_shutdown() {
    let mut office = Office::sending_by(|post, _| Arc::new(Silent(post)));
    office.owe_someone("eve").await;
    office.owe_someone("ana").await;
    let stop = tokio::time::sleep(std::time::Duration::from_mins(5));
    let dispatcher = office.portal.dispatcher();
    dispatcher
        .run(std::time::Duration::from_secs(1), stop, |_| {})
        .await;
    assert_eq!(office.taken().len(), 1);
    let (_, tries, why) = office.state("eve").await;
    assert_eq!(tries, 1, "it may have been sent, so it counts");
    assert!(why.unwrap().contains("no answer"));
}

/// Records of contacts, and what it is like to look one up.
#[derive(Debug, Clone)]
pub(super) enum Records {
    /// So many seconds each time.
    Slow(Memory, StoppedClock, i64),
    /// Never an answer about `eve`.
    Silent(Memory),
    /// They cannot be read, until they are back.
    Away(Memory, Arc<AtomicBool>),
}

impl Records {
    fn memory(&self) -> &Memory {
        match self {
            Self::Slow(memory, ..) | Self::Silent(memory) | Self::Away(memory, _) => memory,
        }
    }

    pub(super) fn away(office: &Office) -> Self {
        Self::Away(office.memory.clone(), Arc::default())
    }

    pub(super) fn are_back(&self) {
        if let Self::Away(_, back) = self {
            back.store(true, Ordering::Relaxed);
        }
    }
}

#[async_trait]
impl Directory for Records {
    async fn contact(&self, id: &Id<Contact>) -> Result<Option<Loaded<Contact>>, StoreError> {
        match self {
            Self::Slow(_, clock, takes) => clock.advance(seconds(*takes)),
            Self::Silent(_) if id.as_str() == "eve" => std::future::pending::<()>().await,
            Self::Away(_, back) if !back.load(Ordering::Relaxed) => {
                return Err(StoreError::Unavailable("away".into()));
            }
            Self::Silent(_) | Self::Away(..) => {}
        }
        self.memory().contact(id).await
    }

    async fn order(&self, id: &Id<Order>) -> Result<Option<Loaded<OrderDetails>>, StoreError> {
        self.memory().order(id).await
    }

    async fn orders(&self, of: &Id<Contact>, page: &Page) -> Result<Listing<Order>, StoreError> {
        self.memory().orders(of, page).await
    }
}

impl Office {
    /// The same office; whoever is looked up is so in these records.
    pub(super) fn reads(&mut self, records: Records) {
        let store = Arc::new(self.memory.clone());
        self.portal = Portal::builder(store, Arc::new(records))
            .clock(Arc::new(self.clock.clone()))
            .mail_writer(Arc::new(self.writer.clone()))
            .mailer(Arc::new(self.post.clone()))
            .build()
            .unwrap();
    }
}

/// Together with the sending it could take longer than the lease: another process would send the message too.
#[tokio::test]
async fn a_message_that_took_half_the_lease_to_write_is_not_sent_but_tried_again_and_given_up_in_the_end()
 {
    let mut office = Office::new();
    office.owe_someone("ana").await;
    let (memory, clock) = (office.memory.clone(), office.clock.clone());
    office.reads(Records::Slow(memory, clock, 70));
    assert_eq!(office.round().await.put_off, 1);
    let (_, tries, why) = office.state("ana").await;
    assert_eq!((tries, office.post.asked()), (1, 0));
    assert!(why.unwrap().contains("took too long"));
    office.rounds_for(chrono::Duration::days(2)).await;
    let (state, tries, _) = office.state("ana").await;
    assert!(matches!(state, QueueState::Dead(_)), "{state:?}");
    assert_eq!((tries, office.post.asked()), (10, 0));
}

#[tokio::test(start_paused = true)]
async fn records_that_never_answer_are_no_fault_of_the_post() {
    let mut office = Office::new();
    for reader in ["eve", "ana"] {
        office.owe_someone(reader).await;
    }
    office.reads(Records::Silent(office.memory.clone()));
    let stop = tokio::time::sleep(std::time::Duration::from_mins(5));
    let dispatcher = office.portal.dispatcher();
    dispatcher
        .run(std::time::Duration::from_secs(1), stop, |_| {})
        .await;
    assert_eq!(office.taken().len(), 1);
    let (state, tries, why) = office.state("eve").await;
    assert!(matches!(state, QueueState::Due(_)), "{state:?}");
    assert!(tries == 0 && why.unwrap().starts_with("not written"));
    assert_eq!(office.held(), None);
}
