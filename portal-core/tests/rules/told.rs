//! What the dispatcher tells `tracing`.
mod spans;

use std::{
    fmt::{self, Write as _},
    sync::{Arc, Mutex},
};

use portal_core::{
    Ask, Clock as _, Decision, Id, Portal, RecordRef, Store as _,
    effect::{MailKind, Recipient},
    memory::Memory,
};
use portal_testkit::{PlainWriter, RecordingHost, StoppedClock, facts::*};
use tracing::{
    Event, Level, Metadata, Subscriber,
    field::{Field, Visit},
    span,
};

use super::{
    chatty::{Chatty, names_nobody},
    support::*,
};

/// Every field of every event and span, written down.
#[derive(Clone, Default)]
struct Listener(Arc<Mutex<Vec<String>>>);

struct Line(String);

impl Visit for Line {
    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        write!(self.0, " {field}={value:?}").unwrap();
    }
}

impl Listener {
    fn note(&self, of: &Metadata<'_>, record: impl FnOnce(&mut Line)) {
        let mut line = Line(format!("{} {}", of.level(), of.target()));
        record(&mut line);
        self.0.lock().unwrap().push(line.0);
    }
}

impl Subscriber for Listener {
    fn enabled(&self, of: &Metadata<'_>) -> bool {
        *of.level() <= Level::TRACE
    }

    fn new_span(&self, attributes: &span::Attributes<'_>) -> span::Id {
        self.note(attributes.metadata(), |line| attributes.record(line));
        span::Id::from_u64(1)
    }

    fn record(&self, _: &span::Id, values: &span::Record<'_>) {
        let mut line = Line(String::new());
        values.record(&mut line);
        self.0.lock().unwrap().push(line.0);
    }

    fn record_follows_from(&self, _: &span::Id, _: &span::Id) {}

    fn event(&self, event: &Event<'_>) {
        self.note(event.metadata(), |line| event.record(line));
    }

    fn enter(&self, _: &span::Id) {}

    fn exit(&self, _: &span::Id) {}
}

async fn owe(memory: &Memory, clock: &StoppedClock, n: u128, reader: &str) {
    memory.put_contact(contact(reader));
    // Whose money it is may change: each is owed their own.
    let mut details = order("SO-4711").details();
    details.order.billing_contact = Some(Id::new(reader));
    memory.put_order(details);
    let by = viewer(&contact("ana"));
    let ask = Ask::new(&by, clock.now(), command(n));
    let about = RecordRef::Order(Id::new("SO-4711"));
    let to = Recipient::Contact(Id::new(reader));
    let decision = Decision::new(&ask, "test.owed", about).mail(MailKind::InvoiceCopy, to);
    memory.commit(decision).await.unwrap();
}

/// T16
#[tokio::test]
async fn what_is_told_says_how_each_message_ended_and_never_for_whom_it_was() {
    let listener = Listener::default();
    let _listening = tracing::subscriber::set_default(listener.clone());
    let (memory, clock) = (Memory::default(), StoppedClock::at(today()));
    let portal: Portal = builder(&memory)
        .clock(Arc::new(clock.clone()))
        .host(Arc::new(RecordingHost::default()))
        .mail_writer(Arc::new(PlainWriter::default()))
        .mailer(Arc::new(Chatty::default()))
        .build()
        .unwrap();
    let dispatcher = portal.dispatcher();
    for (n, reader) in (1..).zip(["olga", "refused", "full", "nobody", "locked"]) {
        owe(&memory, &clock, n, reader).await;
        if reader == "nobody" {
            let mut gone = contact(reader);
            gone.email = None;
            memory.put_contact(gone);
        }
        dispatcher.run_once().await.unwrap();
    }
    clock.advance(hours(1));
    for _ in 0..3 {
        dispatcher.run_once().await.unwrap();
    }
    let told = listener.0.lock().unwrap().join("\n");
    for how in [
        "claimed",
        "sent",
        "put off",
        "given up",
        "given back",
        "post held",
        "post goes on",
    ] {
        assert!(told.contains(&format!("message={how}")), "{how}: {told}");
    }
    assert!(told.contains("kind=\"invoice-copy\""), "{told}");
    names_nobody(&told);
}
