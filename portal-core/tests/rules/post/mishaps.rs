//! Whoever panics, dies or cannot be reached for a moment: nobody else's messages suffer from it, and nothing goes twice that need not.
use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU32, Ordering},
    },
    task::Poll,
};

use async_trait::async_trait;
use portal_core::{
    Clock as _, Commit, Decision, Effect, Page, Portal, Store, StoreError, Topic,
    adapter::AdapterError,
    mail::{Mail, Mailer},
    outbox::HostLink,
    store::{Claim, QueueState},
};
use portal_testkit::{
    Asked, Between, Meddler, PostAnswer, RecordingHost, RecordingPost, facts::days,
};

use super::{
    Office, minutes, seconds,
    troubled::{Records, Silent},
};

/// Panics at what is for `eve`.
#[derive(Debug)]
struct Buggy(RecordingPost);

#[async_trait]
impl Mailer for Buggy {
    async fn send(&self, mail: &Mail) -> Result<(), AdapterError> {
        assert_ne!(mail.to.address().as_str(), "eve@acme.example");
        self.0.send(mail).await
    }
}

/// "Poison isolated after 10 tries."
#[tokio::test]
async fn a_mailer_that_panics_at_one_message_sends_the_others_and_gives_up_that_one_after_ten_tries()
 {
    let mut office = Office::sending_by(|post, _| Arc::new(Buggy(post)));
    office.owe_someone("eve").await;
    office.owe_someone("ana").await;
    office.rounds_for(days(3)).await;
    assert_eq!(office.taken().len(), 1);
    let (state, tries, why) = office.state("eve").await;
    assert!(matches!(state, QueueState::Dead(_)), "{state:?}");
    assert!(tries == 10 && why.unwrap().contains("panicked"));
}

#[tokio::test]
async fn a_host_that_panics_is_told_again_and_stops_no_message() {
    #[derive(Debug)]
    struct Panics;

    #[async_trait]
    impl HostLink for Panics {
        async fn deliver(&self, _: &Effect) -> Result<(), AdapterError> {
            panic!("a bug of the host's")
        }
    }

    let mut office = Office::new();
    office.owe_someone("ana").await;
    office.owe_the_host().await;
    let store = Arc::new(office.memory.clone());
    office.portal = office.over(store).host(Arc::new(Panics)).build().unwrap();
    let round = office.round().await;
    assert_eq!((round.done, round.put_off), (1, 1), "{round:?}");
    assert_eq!(office.taken().len(), 1);
}

/// A worker that dies of it hears no error that could be counted.
#[tokio::test]
async fn what_no_worker_came_to_an_end_with_is_not_begun_for_ever() {
    let mut office = Office::new();
    office.owe_someone("ana").await;
    for _ in 0..100 {
        let claim = Claim::new(office.clock.now(), minutes(2), 32, vec![Topic::Mail]);
        let claimed = office.memory.claim_effects(&claim).await.unwrap();
        assert_eq!(claimed.len(), 1);
        office.clock.advance(minutes(2));
    }
    assert_eq!(office.round().await.given_up, 1);
    assert_eq!(office.post.asked(), 0);
}

/// So many times in a row the store cannot be asked what is asked of it then.
#[derive(Debug)]
struct Away {
    at: Asked,
    times: AtomicU32,
}

#[async_trait]
impl Meddler for Away {
    async fn commit(&self, below: &dyn Store, decision: Decision) -> Result<Commit, StoreError> {
        below.commit(decision).await
    }

    fn asked(&self, asked: Asked) -> Result<(), StoreError> {
        let all = |times: u32| times.checked_sub(1);
        let (taken, read) = (Ordering::Relaxed, Ordering::Relaxed);
        if asked == self.at && self.times.fetch_update(taken, read, all).is_ok() {
            return Err(StoreError::Unavailable("away for a moment".into()));
        }
        Ok(())
    }
}

impl Office {
    fn whose_store_is_away(&self, at: Asked, times: u32) -> Portal {
        let times = AtomicU32::new(times);
        let store = Between::new(Arc::new(self.memory.clone()), Away { at, times });
        self.over(Arc::new(store)).build().unwrap()
    }
}

#[tokio::test]
async fn a_message_that_was_sent_is_written_down_though_the_store_is_away_for_a_moment() {
    let mut office = Office::new();
    for reader in ["ana", "ben"] {
        office.owe_someone(reader).await;
    }
    office.portal = office.whose_store_is_away(Asked::SettleEffect, 3);
    assert_eq!(office.round().await.done, 2);
    office.clock.advance(minutes(3));
    office.round().await;
    assert_eq!(office.taken().len(), 2, "each once");
}

/// A row that cannot be read among the host's tasks, say.
#[tokio::test]
async fn messages_are_sent_though_what_the_host_is_owed_cannot_be_claimed() {
    let mut office = Office::new();
    office.owe_someone("ana").await;
    let away = Away {
        at: Asked::ClaimEffects,
        times: AtomicU32::new(1),
    };
    let store = Between::new(Arc::new(office.memory.clone()), away);
    let host = Arc::new(RecordingHost::default());
    office.portal = office.over(Arc::new(store)).host(host).build().unwrap();
    let failed = office.portal.dispatcher().run_once().await;
    assert!(matches!(failed, Err(StoreError::Unavailable(_))));
    assert_eq!(office.taken().len(), 1);
}

/// A provider that hangs keeps nobody from signing in.
#[tokio::test(start_paused = true)]
async fn messages_do_not_wait_for_a_host_that_never_answers() {
    #[derive(Debug)]
    struct Hangs;

    #[async_trait]
    impl HostLink for Hangs {
        async fn deliver(&self, _: &Effect) -> Result<(), AdapterError> {
            std::future::pending().await
        }
    }

    let mut office = Office::new();
    office.owe_the_host().await;
    office.owe_someone("ana").await;
    let store = Arc::new(office.memory.clone());
    let portal = office.over(store).host(Arc::new(Hangs)).build().unwrap();
    let idle = std::time::Duration::from_secs(1);
    let dispatcher = portal.dispatcher();
    let stop = tokio::time::sleep(std::time::Duration::from_secs(5));
    let mut running = std::pin::pin!(dispatcher.run(idle, stop, |_| {}));
    let soon = tokio::time::sleep(std::time::Duration::from_secs(2));
    tokio::select! {
        () = &mut running => panic!("it is not told to stop"),
        () = soon => assert_eq!(office.taken().len(), 1),
    }
    running.await;
    let (_, tries, _) = office.state("ana").await;
    assert_eq!(tries, 1);
}

/// A wrong clock, and no network yet: then the clock is set right.
#[tokio::test]
async fn a_clock_that_is_set_back_does_not_hold_up_the_post() {
    let mut office = Office::new();
    for reader in ["ana", "ben"] {
        office.owe_someone(reader).await;
    }
    office.clock.advance(days(365));
    office.post.answer_next(PostAnswer::Unreached);
    office.round().await;
    office.clock.advance(days(-365));
    let after = office.owe_someone("cem").await;
    office.rounds_for(minutes(1)).await;
    let taken = office.taken();
    assert!(taken.len() == 2 && taken.contains(&after), "{taken:?}");
}

/// Mended at the relay: another process sends all there was.
#[tokio::test]
async fn a_process_with_nothing_to_send_does_not_say_that_the_post_is_held() {
    let mut office = Office::new();
    office.owe_someone("ana").await;
    let store = Arc::new(office.memory.clone());
    let other = office.over(store).build().unwrap();
    office.post.answer_next(PostAnswer::Unauthorized);
    office.round().await;
    office.clock.advance(seconds(90));
    other.dispatcher().run_once().await.unwrap();
    assert_eq!(office.taken().len(), 1);
    office.round().await;
    assert_eq!(office.held(), None);
}

/// Two hours without the host's records, and then a server that wants to see everybody twice.
#[tokio::test]
async fn what_could_not_be_written_for_hours_has_all_its_tries_left() {
    let mut office = Office::new();
    office.owe_someone("ana").await;
    let records = Records::away(&office);
    office.reads(records.clone());
    office.rounds_for(minutes(120)).await;
    let (_, tries, why) = office.state("ana").await;
    assert!(tries == 0 && why.unwrap().starts_with("not written"));
    records.are_back();
    office.post.answer_next(PostAnswer::NotNow);
    office.rounds_for(minutes(10)).await;
    assert_eq!(office.taken().len(), 1);
}

/// Whoever sends what is for `eve` never comes to an end with it; the others were claimed with it each time.
#[tokio::test(start_paused = true)]
async fn a_message_that_kills_its_worker_takes_no_others_with_it() {
    let mut office = Office::sending_by(|post, _| Arc::new(Silent(post)));
    for reader in ["eve", "ana", "ben"] {
        office.owe_someone(reader).await;
    }
    for _ in 0..110 {
        let dispatcher = office.portal.dispatcher();
        let dies = std::time::Duration::from_secs(1);
        drop(tokio::time::timeout(dies, dispatcher.run_once()).await);
        office.clock.advance(minutes(2));
    }
    assert_eq!(office.taken().len(), 2);
    for reader in ["ana", "ben"] {
        let (state, tries, _) = office.state(reader).await;
        assert!(matches!(state, QueueState::Sent(_)), "{reader}: {state:?}");
        assert!(tries < 10, "{reader}: she had tries left: {tries}");
    }
    let (state, ..) = office.state("eve").await;
    assert!(matches!(state, QueueState::Dead(_)), "{state:?}");
}

/// By the time it is said again, another process may have claimed it, as the same try.
#[tokio::test]
async fn what_is_given_back_is_so_once_whatever_the_store_answers() {
    let mut office = Office::new();
    office.owe_someone("ana").await;
    let away = Arc::new(Away {
        at: Asked::SettleEffect,
        times: AtomicU32::new(9),
    });
    let store = Between::shared(Arc::new(office.memory.clone()), Arc::clone(&away));
    let portal = office.over(Arc::new(store)).build().unwrap();
    office.post.answer_next(PostAnswer::Unreached);
    let failed = portal.dispatcher().run_once().await;
    assert!(matches!(failed, Err(StoreError::Unavailable(_))));
    assert_eq!(away.times.load(Ordering::Relaxed), 8);
}

/// Has the process told to stop while it sends.
#[derive(Debug)]
struct Leaving(RecordingPost, Arc<AtomicBool>);

#[async_trait]
impl Mailer for Leaving {
    async fn send(&self, mail: &Mail) -> Result<(), AdapterError> {
        self.1.store(true, Ordering::Relaxed);
        tokio::task::yield_now().await;
        self.0.send(mail).await
    }
}

/// What is claimed goes back, and costs no try; what is being sent is sent.
#[tokio::test]
async fn told_to_stop_it_gives_back_what_it_has_not_begun() {
    let leaves = Arc::new(AtomicBool::new(false));
    let told = Arc::clone(&leaves);
    let mut office = Office::sending_by(|post, _| Arc::new(Leaving(post, told)));
    office.owe_readers(3).await;
    let stop = std::future::poll_fn(|_| {
        if leaves.load(Ordering::Relaxed) {
            Poll::Ready(())
        } else {
            Poll::Pending
        }
    });
    let idle = std::time::Duration::from_secs(1);
    office.portal.dispatcher().run(idle, stop, |_| {}).await;
    assert_eq!(office.taken().len(), 1);
    let owed = office.memory.outbox(&Page::first(9)).await.unwrap().items;
    assert!(
        owed.len() == 2 && owed.iter().all(|q| q.tries == 0 && q.why.is_some()),
        "{owed:?}"
    );
}
