use std::sync::atomic::{AtomicU32, Ordering};

use async_trait::async_trait;
use portal_core::{
    Commit, Decision, Error, Store, StoreError,
    request::{RequestRecords as _, Told, ToldOfRequests},
};
use portal_testkit::{Between, Meddler};
use tokio::sync::Barrier;

use super::*;

async fn tell(portal: &Portal, id: &str) -> Told {
    portal.tell_of_request(&Id::new(id)).await.unwrap()
}

async fn sweep(portal: &Portal) -> (u32, u32, u32) {
    let done = portal.tell_of_requests(today() - days(1)).await.unwrap();
    let ToldOfRequests {
        told,
        told_before,
        over,
        ..
    } = done;
    (told, told_before, over)
}

/// The same portal over a store with somebody before it.
fn meddled(memory: &Memory, meddler: impl Meddler) -> Portal {
    let mut settings = Settings::default();
    settings.mail.staff_address = Some("desk@store.example".to_owned());
    let store = Between::new(Arc::new(memory.clone()), meddler);
    Portal::builder(Arc::new(store), Arc::new(memory.clone()))
        .requests(Arc::new(memory.clone()))
        .settings(settings)
        .build()
        .unwrap()
}

/// 001-29
#[tokio::test]
async fn whoever_answers_is_owed_one_message_however_often_it_is_told_of() {
    for request in of_each_kind("r1") {
        let memory = Memory::default();
        let kind = request.asked.mail();
        memory.put_request(request);
        let portal = portal(&memory);
        assert_eq!(tell(&portal, "r1").await, Told::Now);
        assert_eq!(tell(&portal, "r1").await, Told::Before);
        assert_eq!(sweep(&portal).await, (0, 1, 0));
        let effects = owed(&memory).await;
        let [effect] = &*effects else {
            panic!("{effects:?}")
        };
        let EffectKind::Mail {
            kind: owed,
            to: Recipient::Staff,
            about,
            ..
        } = &effect.kind
        else {
            panic!("{effect:?}")
        };
        assert_eq!(*owed, kind);
        assert_eq!(*about, RecordRef::Request(Id::new("r1")));
        let trail = memory.audit(&Page::first(9)).await.unwrap().items;
        assert_eq!((trail.len(), &*trail[0].action), (1, "request.told"));
    }
}

/// Looks at what is committed.
#[derive(Debug)]
struct Reads;

#[async_trait]
impl Meddler for Reads {
    async fn commit(&self, below: &dyn Store, decision: Decision) -> Result<Commit, StoreError> {
        assert_eq!((&*decision.changes, &*decision.expect), (&[][..], &[][..]));
        assert_eq!(decision.effects.len(), 1);
        below.commit(decision).await
    }
}

/// 001-30
#[tokio::test]
async fn telling_of_a_call_off_changes_nothing_of_the_contract_and_nothing_else() {
    let memory = Memory::default();
    let request = asks("r1", call_off());
    memory.put_request(request.clone());
    let portal = meddled(&memory, Reads);
    assert_eq!(tell(&portal, "r1").await, Told::Now);
    let kept = memory.request(&Id::new("r1")).await.unwrap();
    assert_eq!(kept, Some(request), "it still waits for the store");
}

/// Lets nobody commit before two want to.
#[derive(Debug)]
struct AtOnce(Barrier);

#[async_trait]
impl Meddler for AtOnce {
    async fn commit(&self, below: &dyn Store, decision: Decision) -> Result<Commit, StoreError> {
        self.0.wait().await;
        below.commit(decision).await
    }
}

/// 001-29
#[tokio::test]
async fn two_processes_that_both_found_it_untold_owe_one_message() {
    let memory = Memory::default();
    memory.put_request(asks("r1", call_off()));
    let portal = meddled(&memory, AtOnce(Barrier::new(2)));
    let id = Id::new("r1");
    let (one, other) = tokio::join!(
        portal.tell_of_request(&id),
        portal.tell_of_requests(today() - days(1))
    );
    let swept = other.unwrap();
    match one.unwrap() {
        Told::Now => assert_eq!((swept.told, swept.told_before), (0, 1)),
        told => assert_eq!((told, swept.told), (Told::Before, 1)),
    }
    assert_eq!(owed(&memory).await.len(), 1);
}

/// 001-29
#[tokio::test]
async fn what_a_crash_left_untold_the_next_sweep_tells() {
    let memory = Memory::default();
    let portal = portal(&memory);
    for id in ["r1", "r2", "r3"] {
        memory.put_request(asks(id, call_off()));
    }
    assert_eq!(tell(&portal, "r2").await, Told::Now);
    assert_eq!(sweep(&portal).await, (2, 1, 0));
    assert_eq!(sweep(&portal).await, (0, 3, 0));
    assert_eq!(owed(&memory).await.len(), 3);
}

/// 001-29
#[tokio::test]
async fn a_sweep_reads_every_page_and_looks_back_as_far_as_it_is_told() {
    let memory = Memory::default();
    for n in 0..250 {
        memory.put_request(asks(&n.to_string(), help()));
    }
    let mut old = asks("old", help());
    old.asked_at = today() - days(2);
    memory.put_request(old);
    let portal = portal(&memory);
    assert_eq!(sweep(&portal).await, (250, 0, 0));
    assert_eq!(owed(&memory).await.len(), 250);
    let done = portal.tell_of_requests(today() - days(2)).await.unwrap();
    assert_eq!((done.told, done.told_before), (1, 250));
}

/// Does not write so many down; or does, and loses the answer.
#[derive(Debug)]
struct Fails {
    left: AtomicU32,
    written: bool,
}

#[async_trait]
impl Meddler for Fails {
    async fn commit(&self, below: &dyn Store, decision: Decision) -> Result<Commit, StoreError> {
        let down = || StoreError::Unavailable("down".into());
        let left = |left: u32| left.checked_sub(1);
        let (set, get) = (Ordering::Relaxed, Ordering::Relaxed);
        if self.left.fetch_update(set, get, left).is_err() {
            return below.commit(decision).await;
        }
        if self.written {
            below.commit(decision).await?;
        }
        Err(down())
    }
}

/// 001-29
#[tokio::test]
async fn one_that_cannot_be_written_does_not_keep_the_others_untold() {
    for (written, expected) in [(false, (1, 2)), (true, (0, 3))] {
        let memory = Memory::default();
        for id in ["r1", "r2", "r3"] {
            memory.put_request(asks(id, call_off()));
        }
        let left = AtomicU32::new(1);
        let portal = meddled(&memory, Fails { left, written });
        let failed = portal.tell_of_requests(today() - days(1)).await;
        assert!(matches!(
            failed,
            Err(Error::Store(StoreError::Unavailable(_)))
        ));
        let done = portal.tell_of_requests(today() - days(1)).await.unwrap();
        assert_eq!((done.told, done.told_before), expected);
        assert_eq!(owed(&memory).await.len(), 3);
    }
}

/// 001-30
#[tokio::test]
async fn a_request_that_is_over_is_not_told_of_until_it_is_open_again() {
    for state in OVER {
        let memory = Memory::default();
        memory.put_request(asks("r1", call_off()).now(state));
        let portal = portal(&memory);
        assert_eq!(tell(&portal, "r1").await, Told::Over);
        assert_eq!(sweep(&portal).await, (0, 0, 1));
        assert_eq!(owed(&memory).await, []);
        memory.put_request(asks("r1", call_off()));
        assert_eq!(sweep(&portal).await, (1, 0, 0), "{state:?}");
    }
}

/// 001-29
#[tokio::test]
async fn what_was_asked_is_told_of_while_the_portal_is_off() {
    let memory = Memory::default();
    memory.put_request(asks("r1", call_off()));
    let portal = wired(&memory, |s| s.enabled = false).build().unwrap();
    assert_eq!(tell(&portal, "r1").await, Told::Now);
}

#[tokio::test]
async fn a_request_that_nobody_wrote_down_is_not_found() {
    let told = portal(&Memory::default())
        .tell_of_request(&Id::new("r1"))
        .await;
    assert!(matches!(told, Err(Error::NotFound)), "{told:?}");
}

#[tokio::test]
async fn a_host_that_takes_no_requests_is_told_so() {
    let portal = builder(&Memory::default()).build().unwrap();
    let one = portal.tell_of_request(&Id::new("r1")).await;
    assert!(matches!(one, Err(Error::NotWired("requests"))), "{one:?}");
    let all = portal.tell_of_requests(today()).await;
    assert!(matches!(all, Err(Error::NotWired("requests"))), "{all:?}");
}

/// 001-29
#[test]
fn requests_that_nobody_would_read_are_refused_at_build() {
    let built = wired(&Memory::default(), |s| s.mail.staff_address = None).build();
    let problems = built.unwrap_err().problems;
    assert_eq!(problems.len(), 1);
    assert_eq!(problems[0].key, "mail.staff_address");
}
