//! On `SQLite`.
use std::{hint::black_box, sync::Arc};

use portal_core::accounts::Digest;
use portal_store::sqlite::{MirrorTables, Sqlite};
use portal_testkit::facts::access;
use rusqlite::{Connection, params};
use uuid::Uuid;

use super::{AGENT, Door, FILE, PEOPLE, TENANT, address, name, records, tries};
use crate::callers::runtime;

impl Door {
    /// Over a fresh database.
    #[must_use]
    pub fn on_sqlite() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let runtime = runtime();
        let tables = runtime.block_on(async {
            let db = Sqlite::open(dir.path().join(FILE)).unwrap();
            db.migrate().await.unwrap();
            let tables = MirrorTables::new(&db, TENANT);
            tables.import(records()).await.unwrap();
            tables
        });
        Self::open(runtime, tables.store(), Arc::new(tables), Some(dir))
    }
}

/// The same statements on one bare connection, to a database of their own that is filled alike.
#[derive(Debug)]
pub struct Floor {
    db: Connection,
    turns: usize,
    tokens: Vec<Digest>,
    _door: Door,
}

/// What the portal's own statements are, word for word.
const PERSON_BY_EMAIL: &str = "select c.facts, c.standing, exists (
                 select 1 from portal_mirror_contact o where o.tenant = c.tenant and o.phone = c.phone and o.customer <> c.customer
             ) as shared
             from portal_mirror_contact c where c.tenant = ?1 and c.id in (
                 select id from portal_mirror_contact indexed by portal_mirror_contact_by_email where tenant = ?1 and email = ?2
                 union
                 select id from portal_mirror_contact indexed by portal_mirror_contact_by_own_email where tenant = ?1 and own_email = ?2
             ) order by c.id";
const PERSON: &str = "select c.facts, c.standing, exists (
                 select 1 from portal_mirror_contact o where o.tenant = c.tenant and o.phone = c.phone and o.customer <> c.customer
             ) as shared
             from portal_mirror_contact c where c.tenant = ?1 and c.id = ?2";
const ACCOUNT: &str = "select * from portal_account_now where tenant = ?1 and contact = ?2";
const SESSION: &str = "select s.id as session, s.account, s.token, s.opened_at, s.seen_at, s.proved_at, s.ip, s.agent, a.*
         from portal_session s join portal_account_now a on a.tenant = s.tenant and a.id = s.account
         where s.tenant = ?1 and s.token = ?2";
const TRIES: &str = "select key, full_at, in_a_row from portal_allowance
         where tenant = ?1 and key in (select unhex(value) from json_each(?2))";
const COUNT: &str = "insert into portal_allowance (tenant, key, full_at, in_a_row)
         select ?1, unhex(value ->> 0), value ->> 1, value ->> 2 from json_each(?2) where true
         on conflict (tenant, key) do update set full_at = excluded.full_at, in_a_row = excluded.in_a_row";
const OPEN: &str = "insert into portal_session (tenant, token, id, account, opened_at, seen_at, proved_at, ip, agent)
         select tenant, ?3, ?4, id, ?5, ?6, ?7, ?8, ?9 from portal_account
         where tenant = ?1 and id = ?2 and cast(version as text) = ?10";
const REMEMBER: &str = "insert or replace into portal_device (tenant, account, n, device)
         select ?1, ?2, coalesce(max(n), 0) + 1, ?3 from portal_device where tenant = ?1 and account = ?2";
const FORGET: &str = "delete from portal_device where tenant = ?1 and account = ?2 and n <= (
             select n from portal_device where tenant = ?1 and account = ?2 order by n desc limit 1 offset ?3
         )";
const LOG: &str = "insert into portal_attempt (tenant, row, at, flow, outcome, account, customer, typed, ip, agent)
         values (?1, (select coalesce(max(row), 0) + 1 from portal_attempt where tenant = ?1), ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)";

const AT: &str = "2027-03-01T09:00:00.000000000Z";

/// Who signs in next.
struct Turn {
    who: usize,
    account: String,
    version: i64,
}

impl Floor {
    /// A fresh database, as durable as ours.
    #[must_use]
    pub fn open() -> Self {
        let door = Door::on_sqlite();
        let file = door.file().unwrap();
        let db = Connection::open(file).unwrap();
        db.set_prepared_statement_cache_capacity(64);
        db.execute_batch(
            "pragma journal_mode = wal; pragma synchronous = full; pragma foreign_keys = on;",
        )
        .unwrap();
        Self {
            db,
            turns: 0,
            tokens: door.tokens(),
            _door: door,
        }
    }

    /// So many sign-ins, `together` in one transaction where the portal writes.
    pub fn sign_in(&mut self, n: usize, together: usize) {
        let mut left = n;
        while left > 0 {
            let now = left.min(together);
            let turns: Vec<_> = (0..now).map(|_| self.look_up()).collect();
            self.db.execute_batch("begin immediate").unwrap();
            for turn in &turns {
                let [address, place, _] = tries(turn.who);
                self.count(&[address, place]);
            }
            self.db.execute_batch("commit; begin immediate").unwrap();
            for turn in &turns {
                self.enter(turn);
            }
            self.db.execute_batch("commit").unwrap();
            left -= now;
        }
    }

    fn look_up(&mut self) -> Turn {
        let who = self.turns % PEOPLE;
        self.turns += 1;
        black_box(self.person(PERSON_BY_EMAIL, &address(who)));
        let mut account = self.db.prepare_cached(ACCOUNT).unwrap();
        let read = |row: &rusqlite::Row<'_>| {
            black_box(row.get::<_, Option<String>>("email")?);
            black_box(row.get::<_, Option<String>>("password")?);
            black_box(row.get::<_, Option<String>>("devices")?);
            Ok(Turn {
                who,
                account: row.get("id")?,
                version: row.get("version")?,
            })
        };
        account.query_row([TENANT, &name(who)], read).unwrap()
    }

    fn person(&self, sql: &str, key: &str) -> (String, String, bool) {
        let mut person = self.db.prepare_cached(sql).unwrap();
        let read = |row: &rusqlite::Row<'_>| Ok((row.get(0)?, row.get(1)?, row.get(2)?));
        person.query_row([TENANT, key], read).unwrap()
    }

    /// Takes tries, or gives them back.
    fn count(&self, of: &[Digest]) {
        let keys: Vec<_> = of.iter().map(|key| format!("\"{key}\"")).collect();
        let rows: Vec<_> = keys
            .iter()
            .map(|key| format!("[{key},\"{AT}\",0]"))
            .collect();
        let mut left = self.db.prepare_cached(TRIES).unwrap();
        let keys = format!("[{}]", keys.join(","));
        let mut found = left.query([TENANT, &keys]).unwrap();
        while let Some(row) = found.next().unwrap() {
            black_box(row.get::<_, [u8; 32]>(0).unwrap());
            black_box(row.get::<_, String>(1).unwrap());
        }
        let mut count = self.db.prepare_cached(COUNT).unwrap();
        count
            .execute([TENANT, &format!("[{}]", rows.join(","))])
            .unwrap();
    }

    fn enter(&self, turn: &Turn) {
        let prepared = |sql: &str| self.db.prepare_cached(sql).unwrap();
        let (account, agent, ip) = (&turn.account, AGENT, "10.0.0.1");
        let id = Uuid::new_v5(&Uuid::NAMESPACE_OID, &self.turns.to_be_bytes());
        let id = format!("{id}{}", turn.who);
        let token = Digest::of(&id);
        let version = turn.version.to_string();
        let open = params![
            TENANT,
            account,
            token.as_bytes(),
            id,
            AT,
            AT,
            AT,
            ip,
            agent,
            version
        ];
        assert_eq!(prepared(OPEN).execute(open).unwrap(), 1);
        self.count(&tries(turn.who));
        let device = Digest::of(&format!("browser {id}"));
        let remember = params![TENANT, account, device.as_bytes()];
        prepared(REMEMBER).execute(remember).unwrap();
        prepared(FORGET)
            .execute(params![TENANT, account, 10])
            .unwrap();
        let customer = access(&name(turn.who)).customer;
        let log = params![
            TENANT,
            AT,
            "sign_in",
            "done",
            account,
            customer.as_str(),
            None::<&[u8]>,
            ip,
            agent
        ];
        prepared(LOG).execute(log).unwrap();
    }

    /// So many requests of people who are signed in.
    pub fn resume(&mut self, n: usize) {
        for _ in 0..n {
            let who = self.turns % PEOPLE;
            self.turns += 1;
            let token = self.tokens.get(who).unwrap();
            let mut session = self.db.prepare_cached(SESSION).unwrap();
            let contact: String = session
                .query_row(params![TENANT, token.as_bytes()], |row| {
                    black_box(row.get::<_, String>("opened_at")?);
                    black_box(row.get::<_, String>("seen_at")?);
                    black_box(row.get::<_, String>("proved_at")?);
                    black_box(row.get::<_, Option<String>>("agent")?);
                    black_box(row.get::<_, Option<String>>("devices")?);
                    row.get("contact")
                })
                .unwrap();
            black_box(self.person(PERSON, &contact));
        }
    }
}
