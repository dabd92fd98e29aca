//! What the dispatcher counts for `metrics`.
#![expect(
    clippy::disallowed_types,
    reason = "recorders are told figures of this type"
)]

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex},
};

use async_trait::async_trait;
use metrics::{
    Counter, CounterFn, Gauge, GaugeFn, Histogram, HistogramFn, Key, KeyName, Metadata, Recorder,
    SharedString, Unit,
};
use portal_core::{
    Ask, Clock as _, Decision, Effect, EffectKind, Id, Portal, RecordRef, Store as _,
    adapter::AdapterError,
    effect::{MailKind, Recipient, StaffTask},
    memory::Memory,
    outbox::HostLink,
};
use portal_testkit::{PlainWriter, RecordingHost, StoppedClock, facts::*};

use super::{
    chatty::{Chatty, names_nobody},
    support::*,
};

/// Every figure under its name and labels; of a histogram, each value.
#[derive(Clone, Default)]
struct Figures(Arc<Mutex<BTreeMap<String, Vec<f64>>>>);

/// One of them.
struct One(Figures, String);

impl Figures {
    fn of(&self, key: &Key) -> Arc<One> {
        let labels: Vec<_> = key
            .labels()
            .map(|l| format!("{}={}", l.key(), l.value()))
            .collect();
        Arc::new(One(
            self.clone(),
            format!("{}{{{}}}", key.name(), labels.join(",")),
        ))
    }

    fn is(&self, name: &str) -> Vec<f64> {
        self.0
            .lock()
            .unwrap()
            .get(name)
            .cloned()
            .unwrap_or_default()
    }

    fn names(&self) -> String {
        let all = self.0.lock().unwrap();
        all.keys().cloned().collect::<Vec<_>>().join("\n")
    }
}

impl One {
    fn note(&self, change: impl FnOnce(&mut Vec<f64>)) {
        change(self.0.0.lock().unwrap().entry(self.1.clone()).or_default());
    }
}

impl CounterFn for One {
    fn increment(&self, value: u64) {
        let value = f64::from(u32::try_from(value).unwrap());
        self.note(|all| *all = vec![all.first().unwrap_or(&0.0) + value]);
    }

    fn absolute(&self, _: u64) {
        panic!("a counter is counted");
    }
}

impl GaugeFn for One {
    fn increment(&self, _: f64) {
        panic!("a gauge is set");
    }

    fn decrement(&self, _: f64) {
        panic!("a gauge is set");
    }

    fn set(&self, value: f64) {
        self.note(|all| *all = vec![value]);
    }
}

impl HistogramFn for One {
    fn record(&self, value: f64) {
        self.note(|all| all.push(value));
    }
}

impl Recorder for Figures {
    fn describe_counter(&self, _: KeyName, _: Option<Unit>, _: SharedString) {}

    fn describe_gauge(&self, _: KeyName, _: Option<Unit>, _: SharedString) {}

    fn describe_histogram(&self, _: KeyName, _: Option<Unit>, _: SharedString) {}

    fn register_counter(&self, key: &Key, _: &Metadata<'_>) -> Counter {
        Counter::from_arc(self.of(key))
    }

    fn register_gauge(&self, key: &Key, _: &Metadata<'_>) -> Gauge {
        Gauge::from_arc(self.of(key))
    }

    fn register_histogram(&self, key: &Key, _: &Metadata<'_>) -> Histogram {
        Histogram::from_arc(self.of(key))
    }
}

async fn owe(memory: &Memory, clock: &StoppedClock, n: u128, reader: &str) {
    memory.put_contact(contact(reader));
    let id = format!("SO-4711-{reader}");
    memory.put_order(order(&id).ordered_by(&contact(reader)).details());
    let by = viewer(&contact(reader));
    let ask = Ask::new(&by, clock.now(), command(n));
    let about = RecordRef::Order(Id::new(id));
    let to = Recipient::Contact(Id::new(reader));
    let task = EffectKind::StaffTask {
        kind: StaffTask::RefundReview,
        about: about.clone(),
    };
    let decision = Decision::new(&ask, "test.owed", about).mail(MailKind::InvoiceCopy, to);
    memory.commit(decision.effect("task", task)).await.unwrap();
}

fn built(memory: &Memory, clock: &StoppedClock, host: Arc<dyn HostLink>) -> Portal {
    builder(memory)
        .clock(Arc::new(clock.clone()))
        .host(host)
        .mail_writer(Arc::new(PlainWriter::default()))
        .mailer(Arc::new(Chatty::default()))
        .build()
        .unwrap()
}

/// T16
#[tokio::test]
async fn what_is_counted_says_how_each_try_ended_and_never_for_whom_it_was() {
    let figures = Figures::default();
    let _counting = metrics::set_default_local_recorder(&figures);
    let (memory, clock) = (Memory::default(), StoppedClock::at(today()));
    let portal = built(&memory, &clock, Arc::new(RecordingHost::default()));
    for (n, reader) in (1..).zip(["olga", "refused", "full", "locked"]) {
        owe(&memory, &clock, n, reader).await;
    }
    clock.advance(chrono::Duration::milliseconds(1_500));
    portal.dispatcher().run_once().await.unwrap();
    let tries = |kind: &str, topic: &str, outcome: &str| {
        figures.is(&format!(
            "portal_outbox_tries_total{{topic={topic},kind={kind},outcome={outcome}}}"
        ))
    };
    let mail = |outcome: &str| tries("invoice-copy", "mail", outcome);
    for outcome in ["sent", "given-up", "put-off", "given-back"] {
        assert_eq!(mail(outcome), [1.0], "{outcome}: {}", figures.names());
    }
    assert_eq!(tries("host", "host", "done"), [4.0]);
    let took = |outcome: &str| {
        figures.is(&format!(
            "portal_outbox_seconds{{topic=mail,kind=invoice-copy,outcome={outcome}}}"
        ))
    };
    assert_eq!((took("sent"), took("given-up")), (vec![1.5], vec![1.5]));
    assert_eq!(took("put-off"), Vec::<f64>::new(), "it is not over");
    let held = |why: &str| figures.is(&format!("portal_post_held{{why={why}}}"));
    assert_eq!(
        (held("misconfigured"), held("unreached")),
        (vec![1.0], vec![0.0])
    );

    portal.measure_outbox().await.unwrap();
    let gauge =
        |name: &str, topic: &str| figures.is(&format!("portal_outbox_{name}{{topic={topic}}}"));
    assert_eq!(
        (gauge("owed", "mail"), gauge("given_up", "mail")),
        (vec![2.0], vec![1.0])
    );
    assert_eq!(gauge("oldest_seconds", "mail"), [1.5]);
    for name in ["owed", "given_up", "oldest_seconds"] {
        assert_eq!(gauge(name, "host"), [0.0], "{name}");
    }

    // Mended meanwhile; the full mailbox stays full.
    clock.advance(minutes(2));
    for _ in 0..3 {
        portal.dispatcher().run_once().await.unwrap();
    }
    portal.measure_outbox().await.unwrap();
    assert_eq!(
        (held("misconfigured"), mail("sent")),
        (vec![0.0], vec![2.0])
    );
    assert_eq!(took("sent"), [1.5, 121.5]);
    assert_eq!(gauge("owed", "mail"), [1.0]);

    names_nobody(&figures.names());
}

/// A host that takes longer than the lease: by then somebody else has it.
#[derive(Debug)]
struct Slow(Memory, StoppedClock);

#[async_trait]
impl HostLink for Slow {
    async fn deliver(&self, _: &Effect) -> Result<(), AdapterError> {
        self.1.advance(minutes(3));
        let other = built(&self.0, &self.1, Arc::new(RecordingHost::default()));
        Box::pin(other.dispatcher().run_once()).await.unwrap();
        Ok(())
    }
}

#[tokio::test]
async fn what_is_answered_too_late_is_counted_as_that_and_as_nothing_else() {
    let figures = Figures::default();
    let _counting = metrics::set_default_local_recorder(&figures);
    let (memory, clock) = (Memory::default(), StoppedClock::at(today()));
    owe(&memory, &clock, 1, "olga").await;
    let portal = built(
        &memory,
        &clock,
        Arc::new(Slow(memory.clone(), clock.clone())),
    );
    portal.dispatcher().run_once().await.unwrap();
    let ended = |outcome: &str| {
        let labels = format!("topic=host,kind=host,outcome={outcome}");
        let tries = figures.is(&format!("portal_outbox_tries_total{{{labels}}}"));
        (
            tries,
            figures.is(&format!("portal_outbox_seconds{{{labels}}}")),
        )
    };
    assert_eq!(ended("too-late"), (vec![1.0], vec![]));
    assert_eq!(ended("done"), (vec![1.0], vec![180.0]));
}
