//! The night itself.
use std::{
    fmt,
    sync::{Arc, Mutex},
    time::Duration,
};

use chrono::TimeDelta;
use portal_core::{
    Ask, Clock as _, Contact, Decision, Id, Portal, RecordRef, Settings, Store,
    effect::{MailKind, Recipient},
    outbox::{Dispatcher, Round},
    settings::MoneyActions,
    store::Page,
};

use super::{
    Broken, Rule,
    arrived::{self, Owed},
    careless::{Careless, Kept},
};
use crate::{
    Facts, PlainWriter, PostAnswer, RecordingPost, StoppedClock, World,
    facts::{OrderFacts as _, command, contact, order, today, viewer},
};

/// How the server is down, and for how many quarters of an hour: eight hours.
const WAYS: [(PostAnswer, usize); 9] = [
    (PostAnswer::Unreached, 4),
    (PostAnswer::NotNow, 4),
    (PostAnswer::Unreached, 4),
    (PostAnswer::TakenUnheard, 1),
    (PostAnswer::Unreached, 3),
    (PostAnswer::Unauthorized, 4),
    (PostAnswer::NotNow, 4),
    (PostAnswer::TooMany(Duration::from_mins(2)), 4),
    (PostAnswer::Unreached, 4),
];

const QUARTERS: usize = 32;

/// As many are owed to one reader.
const EACH: usize = 5;

/// How long it may take until nothing is owed, once the server is back.
const PATIENCE: TimeDelta = TimeDelta::minutes(10);

/// A night without a mail server, and how many messages are owed in it.
#[derive(Debug, Clone, Copy)]
#[must_use]
pub struct Night {
    messages: usize,
    without: Option<Rule>,
}

/// What happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Tally {
    /// How many messages were owed.
    pub messages: usize,
    /// How often one was taken and nobody heard of it.
    pub unheard: usize,
    /// How often the server was asked to take one.
    pub asked: u32,
    /// How long after the server was back nothing was owed any more, in seconds.
    pub drained_after: i64,
}

impl Night {
    /// So many messages, to a fifth as many readers.
    pub fn of(messages: usize) -> Self {
        let without = None;
        Self { messages, without }
    }

    /// The same without that rule, which has to be noticed.
    pub fn without(mut self, rule: Rule) -> Self {
        self.without = Some(rule);
        self
    }

    /// Plays it on this world, where nothing else may be owed. Two nights on one world use the same names.
    ///
    /// # Errors
    /// What did not hold.
    pub async fn play(self, world: &dyn World) -> Result<Tally, Broken> {
        let mut office = Office::over(world, self).await;
        let mut unheard = vec![];
        let ways = WAYS.into_iter().flat_map(|(way, n)| [way].repeat(n));
        for (quarter, way) in ways.enumerate() {
            office.post.answer_all(Some(way));
            let before = office.post.taken().len();
            let all = 0..self.messages;
            for message in all.filter(|message| message % QUARTERS == quarter) {
                office.owe(message).await;
            }
            office.rounds_for(TimeDelta::minutes(15)).await;
            unheard.extend(office.post.taken().split_off(before));
        }
        office.post.answer_all(None);
        for _ in 0..3 {
            office.post.answer_next(PostAnswer::NotNow);
        }
        let drained_after = office.drained().await?;
        arrived::all_of(&office.owed, &office.post.taken(), &unheard)?;
        Ok(Tally {
            messages: self.messages,
            unheard: unheard.len(),
            asked: office.post.asked(),
            drained_after: drained_after.num_seconds(),
        })
    }
}

/// Two processes at one outbox, and one mail server.
struct Office {
    store: Arc<dyn Store>,
    dispatchers: [Dispatcher; 2],
    post: RecordingPost,
    clock: StoppedClock,
    readers: usize,
    owed: Owed,
}

impl Office {
    async fn over(world: &dyn World, night: Night) -> Self {
        let readers = (night.messages / EACH).max(1);
        let all = (0..readers).map(reader).fold(Facts::new(), |facts, who| {
            facts
                .order(order(who.id.as_str()).ordered_by(&who).details())
                .contact(who)
        });
        world.put(all).await;
        let store = match night.without {
            None => world.store(),
            Some(without) => Arc::new(Careless {
                below: world.store(),
                log: world.messages(),
                without,
                kept: Mutex::new(Kept::default()),
            }),
        };
        let (post, clock) = (RecordingPost::default(), StoppedClock::at(today()));
        let dispatcher = || {
            let mut settings = Settings::default();
            settings.orders.money_actions = MoneyActions::AnyViewer;
            Portal::builder(Arc::clone(&store), world.directory())
                .settings(settings)
                .clock(Arc::new(clock.clone()))
                .mail_writer(Arc::new(PlainWriter::default()))
                .mailer(Arc::new(post.clone()))
                .build()
                .unwrap()
                .dispatcher()
        };
        Self {
            dispatchers: [dispatcher(), dispatcher()],
            store,
            post,
            clock,
            readers,
            owed: Owed::new(),
        }
    }

    async fn owe(&mut self, message: usize) {
        let who = reader(message % self.readers);
        let by = viewer(&who);
        let form = command(u128::try_from(message).unwrap() + 1);
        let ask = Ask::new(&by, self.clock.now(), form);
        let about = RecordRef::Order(Id::new(who.id.as_str()));
        let to = Recipient::Contact(who.id.clone());
        let decision = Decision::new(&ask, "test.owed", about).mail(MailKind::InvoiceCopy, to);
        let id = arrived::message_id_of(decision.effects[0].id);
        self.store.commit(decision).await.unwrap();
        self.owed.entry(who.email.unwrap()).or_default().push(id);
    }

    /// Both at once; answers whether there was anything to do.
    async fn round(&self) -> bool {
        let rounds = self.dispatchers.clone();
        let rounds = rounds.map(|one| tokio::spawn(async move { one.run_once().await.unwrap() }));
        let mut worked = false;
        for round in rounds {
            worked |= round.await.unwrap() != Round::default();
        }
        worked
    }

    /// Rounds as time passes: one after the other while there is work, else every five seconds.
    async fn rounds_for(&self, time: TimeDelta) {
        let end = self.clock.now() + time;
        while self.clock.now() < end {
            if !self.round().await {
                self.clock.advance(TimeDelta::seconds(5));
            }
        }
    }

    /// Rounds of a second each until nothing is owed; how long it took.
    async fn drained(&self) -> Result<TimeDelta, Broken> {
        let back = self.clock.now();
        loop {
            self.round().await;
            self.clock.advance(TimeDelta::seconds(1));
            let owed = self.store.outbox(&Page::first(Page::LARGEST)).await;
            let (owed, took) = (owed.unwrap().items.len(), self.clock.now() - back);
            if owed == 0 {
                return Ok(took);
            }
            if took >= PATIENCE {
                return Err(Broken::Late(owed));
            }
        }
    }
}

fn reader(n: usize) -> Contact {
    contact(&format!("reader-{n}"))
}

impl fmt::Display for Tally {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            messages,
            unheard,
            asked,
            drained_after,
        } = self;
        write!(
            f,
            "{messages} messages, 8 hours: drained {drained_after} s after, {unheard} taken unheard, {asked} tries"
        )
    }
}
