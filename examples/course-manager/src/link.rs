use std::sync::Arc;

use async_trait::async_trait;
use chrono::{DateTime, Duration, Utc};
use portal_core::{
    Clock, Effect, EffectKind, Id, StoreError, adapter::AdapterError, courses::Session,
    outbox::HostLink,
};
use portal_store::sqlite::Sqlite;
use rusqlite::{Connection, params};

use crate::query::edit;

/// The office: gets tasks to look at, and offers each place that came free to whoever has waited longest.
#[derive(Debug)]
pub(crate) struct Office {
    pub(crate) db: Sqlite,
    pub(crate) clock: Arc<dyn Clock>,
}

#[async_trait]
impl HostLink for Office {
    async fn deliver(&self, effect: &Effect) -> Result<(), AdapterError> {
        let (effect, now) = (effect.clone(), self.clock.now());
        let noted = self.db.write(move |tx| take_note(tx, &effect, now));
        noted
            .await
            .map_err(|e| AdapterError::of_store("office", "deliver", e))
    }
}

fn take_note(tx: &Connection, effect: &Effect, now: DateTime<Utc>) -> Result<(), StoreError> {
    let first = "insert into delivered (effect) values (?1) on conflict do nothing";
    let id = effect.id.to_string();
    if edit(tx, first, [&id])? == 0 {
        return Ok(());
    }
    match &effect.kind {
        EffectKind::StaffTask { kind, about } => {
            let sql =
                "insert into staff_task (id, kind, about, created_at) values (?1, ?2, ?3, ?4)";
            let params = params![id, kind.as_str(), about.key(), now.timestamp()];
            edit(tx, sql, params)?;
            Ok(())
        }
        EffectKind::PlaceFreed { session } => offer_to_next(tx, session, now),
        _ => Err(StoreError::Unsupported("this effect")),
    }
}

/// The place is kept free for two days, as long as there is one.
fn offer_to_next(
    tx: &Connection,
    session: &Id<Session>,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    let offer = "update waiting_place
         set state = 'offered', offered_at = ?2, expires_at = ?3, held = 1, rev = rev + 1
         where id = (
             select w.id
             from waiting_place w join session s on s.id = w.session
             where w.session = ?1 and w.state = 'waiting' and s.used < s.capacity and s.open = 1 and s.starts_at > ?2
             order by w.since, w.id
             limit 1
         )";
    let until = now + Duration::days(2);
    let params = params![session.as_str(), now.timestamp(), until.timestamp()];
    if edit(tx, offer, params)? == 1 {
        let hold = "update session set used = used + 1 where id = ?1";
        edit(tx, hold, [session.as_str()])?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use portal_core::{RecordRef, effect::StaffTask};
    use rusqlite::Connection;

    use super::*;
    use crate::{query::one, schema};

    #[test]
    fn a_repeat_gives_no_second_task() {
        let db = Connection::open_in_memory().unwrap();
        schema::create(&db).unwrap();
        let kind = EffectKind::StaffTask {
            kind: StaffTask::RefundReview,
            about: RecordRef::Registration(Id::new("R-0001")),
        };
        let effect = Effect::new(uuid::Uuid::nil(), kind);
        for _ in 0..2 {
            take_note(&db, &effect, DateTime::UNIX_EPOCH).unwrap();
        }
        let tasks = one(&db, "select count(*) from staff_task", [], |row| row.get(0)).unwrap();
        assert_eq!(tasks, Some(1));
    }
}
