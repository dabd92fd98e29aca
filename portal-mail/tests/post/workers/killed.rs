//! Killed while it sends, a worker loses nothing, and sends twice only what the server had taken and it could not write down any more.
use std::{
    collections::{BTreeMap, BTreeSet},
    env, thread,
    time::Duration,
};

use portal_core::{Store, uuid::Uuid};
use serde_json::Value;

use super::{
    Progress, Way, Worker, hour, owe, owed,
    place::{Place, postgres},
    reader, what_arrived,
};
use crate::sink::Sink;

/// How many messages more are owed in each life; one of them at least is slow.
const EACH: u64 = 12;

const PATIENCE: Duration = Duration::from_mins(1);

/// When a child dies.
#[derive(Debug, Clone, Copy)]
enum Moment {
    /// So long after the server has taken so many messages from it.
    Taken(u64, Duration),
    /// While the server has a message and has not answered yet.
    Unanswered,
    /// When nothing is owed any more.
    Idle,
}

/// What was owed, and what came of it.
#[derive(Debug, Default)]
struct Tally {
    /// The Message-ID of what each reader is owed.
    owed: BTreeMap<String, String>,
    /// How often it arrived.
    copies: BTreeMap<String, u64>,
    /// How often a worker died between the server's having it and writing that down.
    in_doubt: u64,
    lives: u64,
}

impl Tally {
    /// Owes more, lets a worker live until that moment, and looks at what it did.
    async fn life(&mut self, place: &Place, sink: &Sink, way: Way, moment: Moment) {
        let store = place.store().await;
        let now = i64::try_from(self.lives).unwrap();
        for n in self.lives * EACH..(self.lives + 1) * EACH {
            let id = owe(&*store, &reader(n), n, hour(now)).await;
            let to = format!("{}@acme.example", reader(n));
            self.owed.insert(to, message_id(id));
        }
        self.lives += 1;
        let before = unwritten(&*store).await;
        let child = Worker::start(place, sink.port("plain"), way, now);
        let taken = until(child, sink, moment, &*store).await;
        let after = unwritten(&*store).await;
        let mut now_taken = BTreeSet::new();
        for message in &taken {
            let (id, to) = what_arrived(message);
            assert_eq!(self.owed.get(&to), Some(&id), "each copy has the same id");
            assert!(now_taken.insert(id.clone()), "{id} twice in one life");
            *self.copies.entry(to).or_default() += 1;
            if way == Way::Portal {
                assert!(before.contains(&id), "{id} had been written down before");
            }
        }
        let in_doubt = now_taken.intersection(&after).count();
        assert!(in_doubt <= 1, "messages are sent one by one");
        self.in_doubt += u64::try_from(in_doubt).unwrap();
    }

    /// Those that are written down as sent, and nobody has.
    async fn lost(&self, place: &Place) -> usize {
        let left = unwritten(&*place.store().await).await;
        let gone = self.owed.iter().filter(|(_, id)| !left.contains(*id));
        gone.filter(|(to, _)| !self.copies.contains_key(*to))
            .count()
    }
}

fn message_id(id: Uuid) -> String {
    format!("<{id}@portal.example>")
}

async fn unwritten(store: &dyn Store) -> BTreeSet<String> {
    owed(store).await.into_iter().map(message_id).collect()
}

/// What the server took until the child was dead and nothing of it was on the way any more.
async fn until(mut child: Worker, sink: &Sink, moment: Moment, store: &dyn Store) -> Vec<Value> {
    let mut seen = Seen::default();
    match moment {
        Moment::Taken(many, more) => {
            while seen.taken.len() < usize::try_from(many).unwrap() {
                seen.note(next(sink, &mut child));
            }
            thread::sleep(more);
        }
        Moment::Unanswered => {
            while !seen.taken.last().is_some_and(is_slow) {
                seen.note(next(sink, &mut child));
            }
        }
        Moment::Idle => {
            let mut progress = Progress::begins();
            loop {
                let left = owed(store).await.len();
                if left == 0 {
                    break;
                }
                let more = progress.goes_on(left);
                assert!(more, "it does not send the last {left}: {}", child.said());
                sink.hears(Duration::from_millis(20))
                    .into_iter()
                    .for_each(|said| seen.note(said));
            }
        }
    }
    child.kill();
    while let Some(said) = sink.hears(if seen.open > 0 {
        PATIENCE
    } else {
        Duration::from_millis(50)
    }) {
        seen.note(said);
    }
    assert_eq!(seen.open, 0, "a connection of a dead process is closed");
    seen.taken
}

/// What the server hears next from a worker that has more to send.
fn next(sink: &Sink, child: &mut Worker) -> Value {
    let heard = sink.hears(PATIENCE);
    heard.unwrap_or_else(|| panic!("it sends nothing more: {}", child.said()))
}

#[derive(Default)]
struct Seen {
    taken: Vec<Value>,
    open: i32,
}

impl Seen {
    fn note(&mut self, said: Value) {
        match said["opened"].as_bool() {
            Some(true) => self.open += 1,
            Some(false) => self.open -= 1,
            None => self.taken.push(said),
        }
    }
}

fn is_slow(taken: &Value) -> bool {
    what_arrived(taken).1.starts_with("slow")
}

/// Numbers that look drawn, the same in every run.
struct Seeded(u64);

impl Seeded {
    fn below(&mut self, bound: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let n = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        ((n ^ (n >> 27)) >> 7) % bound
    }

    fn moment(&mut self) -> Moment {
        match self.below(4) {
            0 => Moment::Unanswered,
            _ => Moment::Taken(self.below(7), Duration::from_micros(self.below(6_000))),
        }
    }
}

async fn again_and_again(place: Place, sink: &Sink) {
    let kills = env::var("PORTAL_KILLS").map_or(10, |kills| kills.parse().unwrap());
    let (mut seeded, mut tally) = (Seeded(0x0bad_cafe), Tally::default());
    for _ in 0..kills {
        tally.life(&place, sink, Way::Portal, seeded.moment()).await;
    }
    tally
        .life(&place, sink, Way::Portal, Moment::Unanswered)
        .await;
    tally.life(&place, sink, Way::Portal, Moment::Idle).await;
    assert_eq!(tally.lost(&place).await, 0);
    let arrived: Vec<_> = tally.copies.keys().collect();
    assert_eq!(arrived, tally.owed.keys().collect::<Vec<_>>());
    let (all, copies) = (tally.owed.len(), tally.copies.values().sum::<u64>());
    let all = u64::try_from(all).unwrap();
    assert_eq!(copies, all + tally.in_doubt);
    assert!(tally.in_doubt > 0, "no kill came when it matters");
    println!(
        "{} kills, {all} messages: all arrived, {} of them twice as nobody had written down that they were taken",
        kills + 1,
        tally.in_doubt
    );
}

/// Faults, part 4 of the threats: "accepts then drops connection", from our side. `PORTAL_KILLS=200` is the long run.
#[tokio::test]
async fn killed_while_it_sends_nothing_is_lost_and_only_what_was_not_written_down_comes_twice() {
    let Some(sink) = Sink::watching() else { return };
    let folder = tempfile::tempdir().unwrap();
    again_and_again(Place::file(&folder).await, &sink).await;
}

/// The same on the other store.
#[tokio::test]
async fn killed_while_it_sends_from_postgres_nothing_is_lost_either() {
    let Some(sink) = Sink::watching() else { return };
    let Some(server) = postgres() else { return };
    again_and_again(Place::database(server).await, &sink).await;
}

/// The negative control: these kills come when it matters.
#[tokio::test]
async fn killed_so_whoever_writes_it_down_first_loses_messages() {
    let Some(sink) = Sink::watching() else { return };
    let folder = tempfile::tempdir().unwrap();
    let place = Place::file(&folder).await;
    let (mut seeded, mut tally) = (Seeded(7), Tally::default());
    while tally.lost(&place).await == 0 {
        let moment = Moment::Taken(seeded.below(4), Duration::from_millis(seeded.below(40)));
        tally.life(&place, &sink, Way::WritesFirst, moment).await;
        assert!(tally.lives < 50, "50 kills, and not one message lost");
    }
}
