use portal_store::{MigrateError, postgres::Postgres, postgres::sqlx};

use crate::server::SERVER;

#[tokio::test(flavor = "multi_thread")]
async fn a_database_is_brought_up_once_however_many_try_at_once() {
    let database = SERVER.database().await;
    let tasks: Vec<_> = (0..4)
        .map(|_| {
            let database = database.clone();
            tokio::spawn(async move {
                let db = Postgres::connect(database).await.unwrap();
                db.migrate().await.unwrap()
            })
        })
        .collect();
    let mut from_nothing = 0;
    for task in tasks {
        let migrated = task.await.unwrap();
        assert_eq!(migrated.to, 10);
        from_nothing += u32::from(migrated.from == 0);
    }
    assert_eq!(from_nothing, 1);
}

#[tokio::test]
async fn what_is_missing_can_be_pasted() {
    let db = Postgres::connect(SERVER.database().await).await.unwrap();
    let behind = db.verify_migrated().await.unwrap_err();
    let said = behind.to_string();
    assert!(said.contains("call `db.migrate().await?`"), "{said}");
    let MigrateError::Behind { found, known, sql } = behind else {
        panic!("{behind:?}")
    };
    assert_eq!((found, known), (0, 10));
    sqlx::raw_sql(sqlx::AssertSqlSafe(sql))
        .execute(db.pool())
        .await
        .unwrap();
    db.verify_migrated().await.unwrap();
    let again = db.migrate().await.unwrap();
    assert_eq!((again.from, again.to), (10, 10));
}

#[tokio::test]
async fn a_newer_release_is_left_alone() {
    let db = SERVER.migrated().await;
    sqlx::query("insert into portal_migration (version, at) values (99, now())")
        .execute(db.pool())
        .await
        .unwrap();
    for refused in [
        db.migrate().await.unwrap_err(),
        db.verify_migrated().await.unwrap_err(),
    ] {
        assert!(matches!(
            refused,
            MigrateError::Newer {
                found: 99,
                known: 10
            }
        ));
    }
}
