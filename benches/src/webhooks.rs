//! What a webhook costs: the adapter beside one HMAC over the same bytes and a reader that skips what it reads; keeping it beside the statements that keep it.
use std::{hint::black_box, sync::Arc};

use hmac::{Hmac, KeyInit, Mac};
use portal_core::{
    Portal,
    payment::{Merchant, PaymentProvider, RawWebhook},
};
use portal_payments::{
    helcim::{Country, Helcim, HelcimConfig},
    stripe::{Stripe, StripeConfig},
};
use portal_store::sqlite::{MirrorTables, Sqlite};
use portal_testkit::{
    RecordingHost, StoppedClock,
    facts::today,
    helcim::{FakeHelcim, VERIFIER},
    stripe::FakeStripe,
};
use rusqlite::{Connection, params};
use serde::de::IgnoredAny;
use sha2::Sha256;
use tempfile::TempDir;
use tokio::runtime::Runtime;

use crate::{callers::runtime, ratio::Filled};

const TENANT: &str = "bench";

/// A webhook, and the adapter it is for.
#[derive(Debug)]
pub struct Post {
    adapter: Arc<dyn PaymentProvider>,
    raw: RawWebhook,
    runtime: Runtime,
}

impl Post {
    /// One for each adapter that has webhooks.
    #[must_use]
    pub fn all() -> Vec<Self> {
        let clock = StoppedClock::at(today());
        let helcim = FakeHelcim::new(&clock);
        let config = HelcimConfig::new(
            Merchant::test("acct_bench"),
            Country::Canada,
            "token".into(),
            [203, 0, 113, 7].into(),
        );
        let config = config.verified_by(&VERIFIER.into()).unwrap();
        let over = Arc::new(helcim.clone());
        let adapter = Helcim::new(config, over, Arc::new(clock.clone()));
        let body = r#"{"id":"25764674","type":"cardTransaction"}"#;
        vec![
            Self::to(Arc::new(stripe(&clock)), stripes(&clock, 1)),
            Self::to(Arc::new(adapter.unwrap()), helcim.signed("msg_1", body)),
        ]
    }

    fn to(adapter: Arc<dyn PaymentProvider>, raw: RawWebhook) -> Self {
        let runtime = runtime();
        Self {
            adapter,
            raw,
            runtime,
        }
    }

    /// What it is called.
    #[must_use]
    pub fn provider(&self) -> &str {
        self.adapter.name()
    }

    /// The adapter checks and reads it, so many times.
    pub fn read(&self, n: usize) {
        self.runtime.block_on(async {
            for _ in 0..n {
                black_box(self.adapter.receive(&self.raw).await.unwrap());
            }
        });
    }

    /// One HMAC over as many bytes, and a reader that keeps nothing.
    pub fn floor(&self, n: usize) {
        for _ in 0..n {
            let mut mac =
                Hmac::<Sha256>::new_from_slice(b"a secret of thirty-two bytes, no").unwrap();
            mac.update(black_box(&self.raw.body));
            black_box(mac.finalize());
            black_box(serde_json::from_slice::<IgnoredAny>(&self.raw.body).unwrap());
        }
    }
}

/// A portal that keeps webhooks, and those it has yet to keep.
#[derive(Debug)]
pub struct Kept {
    runtime: Runtime,
    portal: Portal,
    clock: StoppedClock,
    posts: Vec<RawWebhook>,
    made: usize,
    dir: TempDir,
}

impl Kept {
    /// Over a fresh database.
    #[must_use]
    pub fn on_sqlite() -> Self {
        let (dir, runtime) = (tempfile::tempdir().unwrap(), runtime());
        let clock = StoppedClock::at(today());
        let tables = runtime.block_on(async {
            let db = Sqlite::open(dir.path().join("portal.db")).unwrap();
            db.migrate().await.unwrap();
            MirrorTables::new(&db, TENANT)
        });
        let store = Arc::new(tables.store());
        let portal = Portal::builder(Arc::clone(&store) as _, Arc::new(tables))
            .clock(Arc::new(clock.clone()))
            .payments(Arc::new(stripe(&clock)))
            .payment_store(store)
            .host(Arc::new(RecordingHost::default()))
            .build();
        Self {
            runtime,
            portal: portal.unwrap(),
            clock,
            posts: vec![],
            made: 0,
            dir,
        }
    }
}

impl Filled for Kept {
    fn fill(&mut self, n: usize) {
        let made = self.made;
        self.posts = (made..made + n).map(|k| stripes(&self.clock, k)).collect();
        self.made += n;
    }

    fn run(&mut self, _: usize) {
        self.runtime.block_on(async {
            for raw in self.posts.drain(..) {
                let answer = self.portal.webhook("stripe", &raw).await;
                assert_eq!(answer.status, 200);
            }
        });
    }
}

/// The statements that keep a webhook, on one bare connection.
#[derive(Debug)]
pub struct Bare {
    db: Connection,
    next: u64,
    _ours: Kept,
}

/// Word for word what the portal runs.
const COMMAND: &str = "insert into portal_command (tenant, row, command, form, by, at, action, about, changes)
         values (?1, (select coalesce(max(row), 0) + 1 from portal_command where tenant = ?1), ?2, ?3, ?4, ?5, ?6, ?7, ?8)
         on conflict (tenant, command) do nothing
         returning row";
const OWED: &str = "insert into portal_outbox (tenant, row, n, id, topic, kind, ready_at)
         select ?1, ?2, id, substr(key, 1, 36), substr(key, 37), value, ?3 from json_each(?4)";

impl Bare {
    /// A fresh database, as durable as ours.
    #[must_use]
    pub fn on_sqlite() -> Self {
        let ours = Kept::on_sqlite();
        let db = Connection::open(ours.dir.path().join("portal.db")).unwrap();
        let how = "pragma journal_mode = wal; pragma synchronous = full; pragma foreign_keys = on;";
        db.execute_batch(how).unwrap();
        Self {
            db,
            next: 0,
            _ours: ours,
        }
    }
}

impl Filled for Bare {
    fn fill(&mut self, _: usize) {}

    fn run(&mut self, n: usize) {
        let at = "2027-03-01T09:00:00.000000000Z";
        for _ in 0..n {
            self.next += 1;
            let id = uuid::Uuid::from_u128(self.next.into()).to_string();
            let owed = format!(
                r#"{{"{id}payments":{{"payment":{{"heard":{{"provider":"stripe","what":{{"payment":"pi_{}"}},"said":null}}}}}}}}"#,
                self.next
            );
            self.db.execute_batch("begin immediate").unwrap();
            let mut command = self.db.prepare_cached(COMMAND).unwrap();
            let values = params![
                TENANT,
                id,
                id,
                "\"upkeep\"",
                at,
                "payment.hear",
                r#"{"received":"x"}"#,
                "[]"
            ];
            let row: i64 = command.query_row(values, |row| row.get(0)).unwrap();
            let mut outbox = self.db.prepare_cached(OWED).unwrap();
            outbox.execute(params![TENANT, row, at, owed]).unwrap();
            self.db.execute_batch("commit").unwrap();
        }
    }
}

fn stripe(clock: &StoppedClock) -> Stripe {
    let config = StripeConfig::new("sk_test_bench".into(), Merchant::test("acct_bench"))
        .checking_webhooks_with(FakeStripe::WEBHOOK_SECRET.into());
    let fake = Arc::new(FakeStripe::new(clock));
    Stripe::new(config, fake, Arc::new(clock.clone())).unwrap()
}

/// An event as Stripe posts it, with a payment of the size Stripe sends.
fn stripes(clock: &StoppedClock, n: usize) -> RawWebhook {
    let body = serde_json::json!({
        "id": format!("evt_bench_{n}"), "object": "event", "api_version": "2026-06-24.dahlia",
        "created": 1, "livemode": false, "pending_webhooks": 1, "type": "payment_intent.succeeded",
        "data": {"object": {
            "id": format!("pi_{n}"), "object": "payment_intent", "amount": 12_000, "amount_received": 12_000,
            "currency": "eur", "livemode": false, "status": "succeeded", "latest_charge": format!("ch_{n}"),
            "metadata": {"attempt": "8f6a4f0e-3f0a-4b5e-9d53-2f1f6a1c7b1e"},
            "payment_method_options": {"card": {"request_three_d_secure": "automatic", "installments": null}},
            "description": "Order 1001", "statement_descriptor": null, "shipping": null, "review": null,
        }},
        "request": {"id": null, "idempotency_key": null},
    });
    let fake = FakeStripe::new(clock);
    fake.signed_by(
        body.to_string().as_bytes(),
        today(),
        FakeStripe::WEBHOOK_SECRET,
    )
}
