//! Several processes at one outbox.
use std::{
    collections::{BTreeMap, BTreeSet},
    time::Duration,
};

use portal_core::{Clock as _, SystemClock};

use super::{
    Way, Worker, hour, owe, owed,
    place::{Place, postgres},
    reader, what_arrived,
};
use crate::{scripted::Nobody, sink::Sink};

const MESSAGES: u64 = 120;
const PROCESSES: usize = 4;

async fn each_once(place: Place, sink: &Sink) {
    let store = place.store().await;
    for n in 0..MESSAGES {
        owe(&*store, &reader(n), n, hour(0)).await;
    }
    let children: Vec<_> = (0..PROCESSES)
        .map(|_| Worker::start(&place, sink.port("plain"), Way::Portal, 0))
        .collect();
    for mut child in children {
        assert!(child.ended().success(), "{}", child.said());
    }
    assert!(owed(&*store).await.is_empty());
    let taken = sink.rest();
    let arrived: Vec<_> = taken.iter().map(what_arrived).collect();
    let to: BTreeSet<_> = arrived.iter().map(|(_, to)| to).collect();
    let all = usize::try_from(MESSAGES).unwrap();
    assert_eq!((arrived.len(), to.len()), (all, all), "each once");
    let workers: BTreeSet<_> = taken.iter().map(|t| t["hello"].as_str()).collect();
    assert!(workers.len() > 1, "the work was shared");
}

#[tokio::test]
async fn four_processes_on_one_file_send_each_message_once() {
    let Some(sink) = Sink::start() else { return };
    let folder = tempfile::tempdir().unwrap();
    each_once(Place::file(&folder).await, &sink).await;
}

#[tokio::test]
async fn four_processes_on_postgres_send_each_message_once() {
    let Some(sink) = Sink::start() else { return };
    let Some(server) = postgres() else { return };
    each_once(Place::database(server).await, &sink).await;
}

/// The negative control: it is the lease that keeps them from sending the same.
#[tokio::test]
async fn with_a_lease_that_is_over_too_soon_some_are_sent_by_two_of_them() {
    let Some(sink) = Sink::start() else { return };
    let folder = tempfile::tempdir().unwrap();
    let place = Place::file(&folder).await;
    let store = place.store().await;
    for n in 0..3 {
        owe(&*store, &reader(n * 8 + 7), n, SystemClock.now()).await;
    }
    let port = sink.port("plain");
    let children: Vec<_> = (0..PROCESSES)
        .map(|_| Worker::start(&place, port, Way::ShortLease, 0))
        .collect();
    let mut copies = BTreeMap::<_, u32>::new();
    while copies.values().all(|n| *n < 2) {
        let taken = sink.hears(Duration::from_mins(1));
        let taken = taken.expect("three messages, and none was sent twice");
        *copies.entry(what_arrived(&taken)).or_default() += 1;
    }
    drop(children);
}

/// Nobody waits for it, and whoever reads that it failed reads why.
#[tokio::test]
async fn a_worker_that_can_send_nothing_ends_and_says_what_came_of_it() {
    let folder = tempfile::tempdir().unwrap();
    let place = Place::file(&folder).await;
    owe(&*place.store().await, &reader(0), 0, hour(0)).await;
    let nobody = Nobody::there();
    let mut worker = Worker::start(&place, nobody.port(), Way::Portal, 0);
    assert!(!worker.ended().success());
    let said = worker.said();
    assert!(said.contains("put_off: 1"), "{said}");
}
