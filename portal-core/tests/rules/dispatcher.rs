//! What decisions owe is worked off.
use std::{sync::Arc, time::Duration};

use portal_core::{
    Clock, Effect, EffectKind, Id, Page, Portal, Store, adapter::AdapterError,
    courses::CancelRegistration, effect::StaffTask, memory::Memory, outbox::HostLink,
    store::QueueState,
};
use portal_testkit::{RecordingHost, StoppedClock, facts::*};

use super::support::*;

/// One cancellation of a paid order: two mails, a refund to review, a place that came free.
async fn cancelled() -> (Memory, Portal, RecordingHost, StoppedClock) {
    let memory = Memory::default();
    put(&memory, &registration("r1").on_order(order("o1").paid()));
    let (host, clock) = (RecordingHost::default(), StoppedClock::at(today()));
    let portal = builder(&memory)
        .clock(Arc::new(clock.clone()))
        .host(Arc::new(host.clone()))
        .build()
        .unwrap();
    let form = CancelRegistration::new(command(1), Id::new("r1"), Id::new("s1"), SURNAME);
    let desk = portal.customer(viewer(&contact("ana")));
    desk.submit(&form).await.unwrap();
    (memory, portal, host, clock)
}

async fn waiting(memory: &Memory) -> usize {
    memory.outbox(&Page::default()).await.unwrap().items.len()
}

#[tokio::test]
async fn the_host_hears_of_its_effects_and_the_mails_wait_for_a_mailer() {
    let (memory, portal, host, _) = cancelled().await;
    assert_eq!(waiting(&memory).await, 4);
    let round = portal.dispatcher().run_once().await.unwrap();
    assert_eq!((round.done, round.put_off, round.given_up), (2, 0, 0));
    assert_eq!(waiting(&memory).await, 2);
    let heard = host.delivered();
    let refund = |kind: &EffectKind| {
        matches!(
            kind,
            EffectKind::StaffTask {
                kind: StaffTask::RefundReview,
                ..
            }
        )
    };
    assert_eq!(heard.iter().filter(|e| refund(&e.kind)).count(), 1);
    let idle = portal.dispatcher().run_once().await.unwrap();
    assert_eq!(idle, portal_core::outbox::Round::default());
    assert_eq!(host.delivered().len(), 2);
}

#[tokio::test]
async fn what_fails_comes_again_later_and_later() {
    let (_, portal, host, clock) = cancelled().await;
    host.fail_next(2);
    let dispatcher = portal.dispatcher();
    let round = dispatcher.run_once().await.unwrap();
    assert_eq!((round.done, round.put_off), (0, 2));
    assert_eq!(dispatcher.run_once().await.unwrap().done, 0, "not yet");
    clock.advance(chrono::Duration::seconds(5));
    assert_eq!(dispatcher.run_once().await.unwrap().done, 2);
}

#[tokio::test]
async fn what_the_host_refuses_is_given_up_and_staff_can_see_why() {
    let (memory, portal, host, _) = cancelled().await;
    host.reject_next();
    let round = portal.dispatcher().run_once().await.unwrap();
    assert_eq!((round.done, round.given_up), (1, 1));
    let queue = memory.outbox(&Page::default()).await.unwrap().items;
    let dead = queue
        .iter()
        .filter(|q| matches!(&q.state, QueueState::Dead(why) if !why.is_empty()));
    assert_eq!(dead.count(), 1);
}

/// An outage of a night gives up nothing; one of a week does, visibly.
#[tokio::test]
async fn what_cannot_be_reached_is_tried_for_days_and_then_given_up() {
    let (memory, portal, host, clock) = cancelled().await;
    host.fail_next(u32::MAX);
    let dispatcher = portal.dispatcher();
    let mut tries = 0;
    let mut given_up = 0;
    while given_up == 0 {
        let round = dispatcher.run_once().await.unwrap();
        tries += round.put_off;
        given_up = round.given_up;
        clock.advance(minutes(10));
    }
    let waited = clock.now() - today();
    assert!(waited > days(2) && waited < days(4), "{waited} {tries}");
    assert_eq!(waiting(&memory).await, 4, "still there for staff");
}

/// A host that takes long gets no effect whose lease is over: another process may have it. Those it was not given go back, and no try of theirs is used up.
#[tokio::test]
async fn a_round_stops_when_its_lease_is_over() {
    let (memory, _, host, clock) = cancelled().await;
    let portal = builder(&memory)
        .clock(Arc::new(clock.clone()))
        .host(Arc::new(Slow(host.clone(), clock)))
        .outbox_lease(minutes(2))
        .build()
        .unwrap();
    let round = portal.dispatcher().run_once().await;
    assert_eq!(round.unwrap().done, 1);
    assert_eq!(host.delivered().len(), 1);
    let owed = memory.outbox(&Page::default()).await.unwrap().items;
    assert!(owed.iter().all(|owed| owed.tries == 0), "{owed:?}");
}

#[derive(Debug, Clone)]
struct Slow(RecordingHost, StoppedClock);

#[async_trait::async_trait]
impl HostLink for Slow {
    async fn deliver(&self, effect: &Effect) -> Result<(), AdapterError> {
        self.1.advance(minutes(3));
        self.0.deliver(effect).await
    }
}

#[tokio::test]
async fn a_batch_takes_no_more_than_it_says() {
    let (_, portal, host, _) = cancelled().await;
    let dispatcher = portal.dispatcher().batch(1);
    assert_eq!(dispatcher.run_once().await.unwrap().done, 1);
    assert_eq!(host.delivered().len(), 1);
    assert_eq!(dispatcher.run_once().await.unwrap().done, 1);
}

#[tokio::test]
async fn without_a_host_to_hear_of_it_nothing_is_claimed() {
    let (memory, _, _, _) = cancelled().await;
    let deaf = builder(&memory).build().unwrap();
    deaf.dispatcher().run_once().await.unwrap();
    let queue = memory.outbox(&Page::default()).await.unwrap().items;
    assert!(queue.iter().all(|q| q.tries == 0));
}

#[tokio::test(start_paused = true)]
async fn running_works_everything_off_and_stops_when_told() {
    let (memory, portal, _, _) = cancelled().await;
    let stop = tokio::time::sleep(Duration::from_secs(30));
    let mut failures = 0;
    let dispatcher = portal.dispatcher().batch(1);
    dispatcher
        .run(Duration::from_secs(1), stop, |_| failures += 1)
        .await;
    assert_eq!(waiting(&memory).await, 2);
    assert_eq!(failures, 0);
}
