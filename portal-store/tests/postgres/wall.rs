//! T27: two portals in one database never see each other, and not only because every statement names its tenant.
use std::sync::Arc;

use chrono::TimeDelta;
use portal_core::{
    Commit, Directory, Id, Page, Store, Topic, TryKey, courses::CourseRecords, store::Claim,
    store::EffectOutcome,
};
use portal_store::{
    AuditCheck, Import,
    postgres::{
        MirrorTables, Postgres, PostgresStore,
        sqlx::{self, Connection, PgConnection},
    },
};
use portal_testkit::facts::{RegistrationFacts, contact, registration, session};

use crate::{
    host::{command, now, yes},
    server::SERVER,
};

struct Tenant {
    store: PostgresStore,
    tables: MirrorTables,
}

/// Two tenants with records of the same names, and a command of the same id each.
async fn twins() -> (Postgres, Tenant, Tenant) {
    let db = SERVER.migrated().await;
    let tenant = async |name: &str| {
        let tables = MirrorTables::new(&db, name);
        let store = db.tenant(name, Arc::new(tables.clone()));
        let r = registration("r1").of(&contact(&format!("of-{name}")));
        let r = r.on(session("s1").with_places(3));
        tables.import(Import::new().registration(r)).await.unwrap();
        let first = yes(1);
        #[cfg(feature = "payments")]
        let first = crate::payments::with_payments(first);
        #[cfg(feature = "accounting")]
        let first = crate::books::with_books(first);
        let ended = store.commit(first).await.unwrap();
        assert_eq!(ended, Commit::Applied, "the other's command is not ours");
        #[cfg(feature = "accounts")]
        crate::accounts::fill(&store).await;
        Tenant { store, tables }
    };
    let (one, other) = (tenant("one").await, tenant("other").await);
    (db, one, other)
}

#[tokio::test]
async fn two_tenants_in_one_database_never_see_each_other() {
    let (_, one, other) = twins().await;
    one.store.commit(yes(2)).await.unwrap();
    assert_eq!(other.store.receipt(command(2)).await.unwrap(), None);
    let page = Page::default();
    let rows = other.store.audit(&page).await.unwrap();
    let commits = if cfg!(feature = "accounts") { 2 } else { 1 };
    assert_eq!(rows.items.len(), commits);
    assert_eq!(other.store.outbox(&page).await.unwrap().items.len(), 1);
    let r = other.tables.registration(&Id::new("r1")).await.unwrap();
    assert_eq!(r.unwrap().value.registrant, contact("of-other"));
    let hers = one.tables.contact(&Id::new("of-other")).await.unwrap();
    assert_eq!(hers, None);

    let of = TryKey::new("surname", &Id::new("a1"));
    let earlier = now() - TimeDelta::days(1);
    one.store.note_try(&of, now(), earlier).await.unwrap();
    let noted = other.store.note_try(&of, now(), earlier).await.unwrap();
    assert_eq!(noted, 1);

    let late = now() + TimeDelta::days(1);
    let claim = Claim::new(late, TimeDelta::minutes(1), 10, vec![Topic::Mail]);
    let taken = one.store.claim_effects(&claim).await.unwrap();
    assert_eq!(taken.len(), 2);
    for effect in &taken {
        let (id, tries) = (effect.effect.id, effect.tries);
        let settled = other.store.settle_effect(id, tries, EffectOutcome::Done);
        assert!(!settled.await.unwrap(), "that is for the other to say");
    }
    one.store.seal_audit(10).await.unwrap();
    let check = other.store.check_audit(None).await.unwrap();
    let AuditCheck::Sound { unsealed, .. } = check else {
        panic!("{check:?}")
    };
    assert_eq!(unsealed, u64::try_from(commits).unwrap());
}

const EVERY_TABLE: &str = "select count(*), count(distinct tenant) from (
    select tenant from portal_command union all select tenant from portal_unsealed
    union all select tenant from portal_seal union all select tenant from portal_outbox union all select tenant from portal_try
    union all select tenant from portal_mirror_contact union all select tenant from portal_mirror_order
    union all select tenant from portal_mirror_party union all select tenant from portal_mirror_session
    union all select tenant from portal_mirror_place union all select tenant from portal_mirror_registration
    union all select tenant from portal_mirror_waiting union all select tenant from portal_mirror_module
    union all select tenant from portal_account union all select tenant from portal_device union all select tenant from portal_pass
    union all select tenant from portal_session union all select tenant from portal_account_request
    union all select tenant from portal_allowance union all select tenant from portal_attempt union all select tenant from portal_access
    union all select tenant from portal_payment union all select tenant from portal_received union all select tenant from portal_payer
    union all select tenant from portal_export union all select tenant from portal_ledger union all select tenant from portal_token
    union all select tenant from portal_mirror_import union all select tenant from portal_mirror_session_now
    union all select tenant from portal_mirror_registration_now union all select tenant from portal_mirror_waiting_now
) every_row";

async fn seen(db: &mut PgConnection) -> (i64, i64) {
    sqlx::query_as(EVERY_TABLE).fetch_one(db).await.unwrap()
}

/// The owner of the tables, and a role that only uses them: neither is a superuser.
#[tokio::test]
async fn a_forged_query_without_a_condition_sees_its_own_tenant_and_none_without_one() {
    let (db, one, _) = twins().await;
    one.store.seal_audit(10).await.unwrap();
    let name: String = sqlx::query_scalar("select current_database()::text")
        .fetch_one(db.pool())
        .await
        .unwrap();
    let mut admin = PgConnection::connect_with(&SERVER.options(&name, "postgres"))
        .await
        .unwrap();
    let grants =
        "do $$ begin create role clerk login; exception when duplicate_object then null; end $$;
        grant usage on schema public to clerk;
        grant select, insert, update, delete on all tables in schema public to clerk;";
    sqlx::raw_sql(grants).execute(&mut admin).await.unwrap();
    let (all, tenants) = seen(&mut admin).await;
    assert_eq!(tenants, 2);

    for role in ["host", "clerk"] {
        let mut db = PgConnection::connect_with(&SERVER.options(&name, role))
            .await
            .unwrap();
        assert_eq!(seen(&mut db).await, (0, 0), "{role} has named no tenant");
        let mut both = 0;
        for tenant in ["one", "other"] {
            let mut tx = db.begin().await.unwrap();
            sqlx::query("select set_config('portal.tenant', $1, true)")
                .bind(tenant)
                .execute(&mut *tx)
                .await
                .unwrap();
            let (rows, tenants) = seen(&mut tx).await;
            assert_eq!(tenants, 1, "{role} sees only {tenant}");
            both += rows;
            let stray = "update portal_outbox set tenant = 'another'";
            assert!(sqlx::query(stray).execute(&mut *tx).await.is_err());
        }
        assert_eq!(both, all);
        assert_eq!(
            seen(&mut db).await,
            (0, 0),
            "the name ends with the transaction"
        );
        let deleted = sqlx::query("delete from portal_outbox")
            .execute(&mut db)
            .await
            .unwrap();
        assert_eq!(deleted.rows_affected(), 0);
    }
}

/// Whatever the schema grows by, no table of ours is without the wall.
#[tokio::test]
async fn every_table_has_the_wall_and_the_tenant_first_in_every_key() {
    let db = SERVER.migrated().await;
    let without: Vec<String> = sqlx::query_scalar(
        "select relname::text from pg_class
         where relname like 'portal\\_%' and relkind = 'r' and relname <> 'portal_migration'
             and not (relrowsecurity and relforcerowsecurity
                 and exists (select from pg_policy where polrelid = pg_class.oid))
         union all
         select i.relname::text from pg_index x join pg_class i on i.oid = x.indexrelid
         join pg_class t on t.oid = x.indrelid
         join pg_attribute a on a.attrelid = t.oid and a.attnum = x.indkey[0]
         where t.relname like 'portal\\_%' and t.relname <> 'portal_migration' and a.attname <> 'tenant'",
    )
    .fetch_all(db.pool())
    .await
    .unwrap();
    assert_eq!(without, Vec::<String>::new());
}
