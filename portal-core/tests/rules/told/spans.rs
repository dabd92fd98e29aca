//! What is said while an effect is worked off is said within its span.
use std::{
    collections::BTreeMap,
    sync::{
        Arc, Mutex,
        atomic::{AtomicU64, Ordering},
    },
};

use async_trait::async_trait;
use portal_core::{
    Ask, Decision, Id, Portal, RecordRef, Store as _,
    adapter::{AdapterError, AdapterErrorKind as Kind, Disposition},
    effect::{MailKind, Recipient},
    mail::{Mail, Mailer},
    memory::Memory,
};
use portal_testkit::{PlainWriter, StoppedClock, facts::*};
use tracing::{
    Event, Metadata, Subscriber,
    span::{self, Attributes, Record},
};

use super::{super::support::*, Line};

/// The spans there were, which of them are entered, and in which each event was.
#[derive(Clone, Default)]
struct Spans(Arc<Kept>);

#[derive(Default)]
struct Kept {
    next: AtomicU64,
    spans: Mutex<BTreeMap<u64, String>>,
    entered: Mutex<Vec<u64>>,
    said: Mutex<Vec<(String, Option<u64>)>>,
}

impl Spans {
    /// The span's name and fields.
    fn span(&self, id: u64) -> String {
        self.0.spans.lock().unwrap().get(&id).unwrap().clone()
    }

    /// What adapters said, and in which span.
    fn said(&self) -> Vec<(String, String)> {
        let said = self.0.said.lock().unwrap().clone();
        let theirs = said.into_iter().filter(|(what, _)| what.contains("talks"));
        theirs
            .map(|(what, within)| (what, within.map_or(String::new(), |id| self.span(id))))
            .collect()
    }
}

impl Subscriber for Spans {
    fn enabled(&self, of: &Metadata<'_>) -> bool {
        of.target().starts_with("portal") || of.target().contains("told")
    }

    fn new_span(&self, attributes: &Attributes<'_>) -> span::Id {
        let id = self.0.next.fetch_add(1, Ordering::Relaxed) + 1;
        let mut line = Line(attributes.metadata().name().to_owned());
        attributes.record(&mut line);
        self.0.spans.lock().unwrap().insert(id, line.0);
        span::Id::from_u64(id)
    }

    fn record(&self, id: &span::Id, values: &Record<'_>) {
        let mut line = Line(self.span(id.into_u64()));
        values.record(&mut line);
        self.0.spans.lock().unwrap().insert(id.into_u64(), line.0);
    }

    fn record_follows_from(&self, _: &span::Id, _: &span::Id) {}

    fn event(&self, event: &Event<'_>) {
        let mut line = Line(String::new());
        event.record(&mut line);
        let within = self.0.entered.lock().unwrap().last().copied();
        self.0.said.lock().unwrap().push((line.0, within));
    }

    fn enter(&self, id: &span::Id) {
        self.0.entered.lock().unwrap().push(id.into_u64());
    }

    fn exit(&self, id: &span::Id) {
        let left = self.0.entered.lock().unwrap().pop();
        assert_eq!(
            left,
            Some(id.into_u64()),
            "left in another order than entered"
        );
    }
}

/// Says what it does, before and after others have had their turn.
#[derive(Debug)]
struct Talks;

#[async_trait]
impl Mailer for Talks {
    async fn send(&self, mail: &Mail) -> Result<(), AdapterError> {
        for _ in 0..3 {
            tracing::info!(of = %mail.id, "talks");
            tokio::task::yield_now().await;
        }
        match mail.to.address().as_str() {
            "refused@acme.example" => Err(AdapterError::new(
                Kind::Rejected,
                Disposition::Rejected,
                "talks",
                "send",
                "no",
            )),
            _ => Ok(()),
        }
    }
}

/// Somebody is owed a message about an order of theirs.
async fn owe(memory: &Memory, n: u128, reader: &str) {
    memory.put_contact(contact(reader));
    memory.put_order(order(reader).ordered_by(&contact(reader)).details());
    let by = viewer(&contact(reader));
    let ask = Ask::new(&by, today(), command(n));
    let about = RecordRef::Order(Id::new(reader));
    let to = Recipient::Contact(Id::new(reader));
    let decision = Decision::new(&ask, "test.owed", about).mail(MailKind::InvoiceCopy, to);
    memory.commit(decision).await.unwrap();
}

/// Two dispatchers take turns on one thread: a span that stayed entered while its work waits would have the other's words in it.
#[tokio::test]
async fn what_adapters_say_is_within_the_span_of_the_very_effect_whoever_else_is_at_work() {
    let spans = Spans::default();
    let _listening = tracing::subscriber::set_default(spans.clone());
    let (memory, clock) = (Memory::default(), StoppedClock::at(today()));
    let portal = || -> Portal {
        builder(&memory)
            .clock(Arc::new(clock.clone()))
            .mail_writer(Arc::new(PlainWriter::default()))
            .mailer(Arc::new(Talks))
            .build()
            .unwrap()
    };
    for (n, reader) in (1..).zip(["ana", "refused", "ben", "cy"]) {
        owe(&memory, n, reader).await;
    }
    let (one, other) = (portal().dispatcher().batch(2), portal().dispatcher());
    let (one, other) = tokio::join!(one.run_once(), other.run_once());
    assert_eq!((one.unwrap().done, other.unwrap().done), (1, 2));
    let said = spans.said();
    assert_eq!(said.len(), 12, "{said:?}");
    for (what, within) in said {
        let id = what.split("of=").nth(1).unwrap().split(' ').next().unwrap();
        assert!(within.starts_with("portal.effect "), "{what}: {within}");
        assert!(within.contains(&format!(" id={id} ")), "{what}: {within}");
    }
    assert!(spans.0.entered.lock().unwrap().is_empty());
    let all: Vec<_> = spans.0.spans.lock().unwrap().values().cloned().collect();
    for part in [
        "topic=\"mail\" kind=\"invoice-copy\" tries=1",
        "outcome=\"sent\"",
        "outcome=\"given-up\"",
    ] {
        assert!(
            all.iter().any(|span| span.contains(part)),
            "{part}: {all:?}"
        );
    }
}
