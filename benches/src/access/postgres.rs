//! On `PostgreSQL`.
use std::{
    hint::black_box,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering::Relaxed},
    },
};

use portal_core::accounts::Digest;
use portal_store::postgres::{
    MirrorTables,
    sqlx::{self, PgPool, Row},
};
use portal_testkit::facts::today;
use tokio::runtime::Runtime;
use uuid::Uuid;

use super::{AGENT, Door, PEOPLE, TENANT, address, name, records, tries};
use crate::{
    callers::{at_once, runtime},
    postgres::migrated,
};

impl Door {
    /// Over a fresh database.
    #[must_use]
    pub fn on_postgres() -> Self {
        Self::on_postgres_beside().0
    }

    fn on_postgres_beside() -> (Self, PgPool) {
        let runtime = runtime();
        let (tables, pool) = runtime.block_on(async {
            let db = migrated().await;
            let tables = MirrorTables::new(&db, TENANT);
            tables.import(records()).await.unwrap();
            (tables, db.pool().clone())
        });
        let door = Self::open(runtime, tables.store(), Arc::new(tables), None);
        (door, pool)
    }
}

/// The same statements through the same kind of pool, to a database of their own that is filled alike.
#[derive(Debug)]
pub struct Floor {
    bare: Bare,
    door: Door,
}

#[derive(Debug, Clone)]
struct Bare {
    pool: PgPool,
    turns: Arc<AtomicU64>,
    tokens: Arc<[Digest]>,
}

/// What the portal's own statements are, word for word.
const PERSON_BY_EMAIL: &str = "select facts, standing
             from set_config('portal.tenant', $1, true) as me (tenant)
             cross join lateral (
                 (
                     select id, facts, standing from portal_mirror_contact c
                     where c.tenant = me.tenant and email = $2 and standing is not null limit $3
                 )
                 union
                 (
                     select id, facts, standing from portal_mirror_contact c
                     where c.tenant = me.tenant and record_email = $2 and standing is not null limit $3
                 )
             ) found
             order by id";
const PERSON: &str = "select found.*
             from set_config('portal.tenant', $1, true) as me (tenant)
             cross join lateral (
                 select facts, standing from portal_mirror_contact c
                 where c.tenant = me.tenant and id = $2 and standing is not null limit 1
             ) found";
const ACCOUNT: &str = "
    select found.*
    from set_config('portal.tenant', $1, true) as me (tenant)
    cross join lateral (select * from portal_access a where a.tenant = me.tenant and contact = $2 limit 1) found";
const SESSION: &str = "select found.*
         from set_config('portal.tenant', $1, true) as me (tenant)
         cross join lateral (
             select a.*, s.id as session, s.token, s.account, s.opened_at, s.seen_at, s.proved_at, s.ip, s.agent
             from portal_session s
             join portal_access a on a.tenant = s.tenant and a.id = s.account
             where s.tenant = me.tenant and s.token = $2 limit 1
         ) found";
const DRAW: &str = "select granted, again_at::text from portal_draw($1, $2, $3::text[]::numeric[], $4::text[]::numeric[], $5, $6::text::numeric)";
const ENTER: &str = "select portal_enter($1, $2, $3, $4, $5::text::json, $6, $7, $8::text[]::numeric[], $9, $10, $11, $12, $13::text::json)";

const AT: &str = "2027-03-01T09:00:00.000000000Z";

impl Floor {
    /// A fresh database.
    #[must_use]
    pub fn open() -> Self {
        let (door, pool) = Door::on_postgres_beside();
        let bare = Bare {
            pool,
            turns: Arc::default(),
            tokens: door.tokens().into(),
        };
        Self { bare, door }
    }

    /// So many sign-ins, from this many callers at once.
    pub fn sign_in(&self, n: usize, callers: usize) {
        let bare = self.bare.clone();
        at_once(self.runtime(), n, callers, PEOPLE, move |who| {
            let bare = bare.clone();
            async move { bare.sign_in(who).await }
        });
    }

    /// So many requests of people who are signed in, from this many callers at once.
    pub fn resume(&self, n: usize, callers: usize) {
        let bare = self.bare.clone();
        at_once(self.runtime(), n, callers, PEOPLE, move |who| {
            let bare = bare.clone();
            async move { bare.resume(who).await }
        });
    }

    fn runtime(&self) -> &Runtime {
        &self.door.runtime
    }
}

impl Bare {
    async fn sign_in(&self, who: usize) {
        let person: (String, String) = sqlx::query_as(PERSON_BY_EMAIL)
            .bind(TENANT)
            .bind(address(who))
            .bind(100_i64)
            .fetch_one(&self.pool)
            .await
            .unwrap();
        black_box(person);
        let account = sqlx::query(ACCOUNT)
            .bind(TENANT)
            .bind(name(who))
            .fetch_one(&self.pool)
            .await
            .unwrap();
        let (id, version): (String, i64) = (account.get("id"), account.get("version"));
        black_box(account.get::<Option<String>, _>("password"));
        black_box(account.get::<Vec<Vec<u8>>, _>("devices"));
        self.draw(who).await;
        self.enter(who, &id, version).await;
    }

    async fn draw(&self, who: usize) {
        let [address, place, _] = tries(who);
        let granted: (bool, Option<String>) = sqlx::query_as(DRAW)
            .bind(TENANT)
            .bind(sorted([address, place]))
            .bind(["5760000000000", "60000000000"])
            .bind(["57600000000000", "3600000000000"])
            .bind([Some(45_i64), None])
            .bind(format!("{}000000000", today().timestamp()))
            .fetch_one(&self.pool)
            .await
            .unwrap();
        assert!(granted.0);
    }

    async fn enter(&self, who: usize, account: &str, version: i64) {
        let turn = self.turns.fetch_add(1, Relaxed);
        let id = Uuid::from_u128(turn.into());
        let token = Digest::of(&id.to_string());
        let session = format!(
            r#"{{"id":"{id}","token":"{token}","account":"{account}","opened_at":"{AT}","seen_at":"{AT}","proved_at":"{AT}","ip":"10.0.0.1","agent":"{AGENT}"}}"#
        );
        let attempt = format!(
            r#"{{"at":"{AT}","flow":"sign_in","outcome":"done","account":"{account}","customer":"acme","typed":null,"ip":"10.0.0.1","agent":"{AGENT}"}}"#
        );
        let lost: i32 = sqlx::query_scalar(ENTER)
            .bind(TENANT)
            .bind(["account"])
            .bind([account])
            .bind([version.to_string()])
            .bind(session)
            .bind(None::<&[u8]>)
            .bind(sorted(tries(who)))
            .bind(["5760000000000", "60000000000", "0"])
            .bind([true, true, true])
            .bind(None::<&str>)
            .bind(&Digest::of(&format!("browser {id}")).as_bytes()[..])
            .bind(10_i64)
            .bind(attempt)
            .fetch_one(&self.pool)
            .await
            .unwrap();
        assert_eq!(lost, 0);
    }

    async fn resume(&self, who: usize) {
        let token = self.tokens.get(who).unwrap();
        let found = sqlx::query(SESSION)
            .bind(TENANT)
            .bind(&token.as_bytes()[..])
            .fetch_one(&self.pool)
            .await
            .unwrap();
        for of in ["opened_at", "seen_at", "proved_at", "agent"] {
            black_box(found.get::<String, _>(of));
        }
        black_box(found.get::<Vec<Vec<u8>>, _>("devices"));
        let contact: String = found.get("contact");
        let person: (String, String) = sqlx::query_as(PERSON)
            .bind(TENANT)
            .bind(contact)
            .fetch_one(&self.pool)
            .await
            .unwrap();
        black_box(person);
    }
}

/// Everybody locks in this order.
fn sorted<const N: usize>(mut keys: [Digest; N]) -> Vec<Vec<u8>> {
    keys.sort();
    keys.iter().map(|key| key.as_bytes().to_vec()).collect()
}
