//! What the office gets, what waits in the outbox, and what the audit trail says.
use portal_core::{
    EffectKind, Error, Page, RecordRef, StoreError, effect::Recipient, outbox::Round,
};
use rusqlite::Connection;

use super::sheet::Sheet;
use crate::{CourseManager, query::many};

pub(super) async fn show(manager: &CourseManager, sheet: &mut Sheet) -> Result<(), Error> {
    sheet.chapter("The office gets", "La oficina recibe");
    let dispatcher = manager.portal.dispatcher();
    loop {
        let round = dispatcher.run_once().await?;
        if round == Round::default() {
            break;
        }
        let done = format!("{}", round.done);
        sheet.field(
            sheet.say("Delivered in one round", "Entregado en una ronda"),
            &done,
        );
    }
    manager.hear_of_everything().await?;
    for (kind, about) in manager.db.read(newest_tasks).await? {
        sheet.field(&kind, &about);
    }
    for (place, person) in manager.db.read(newest_offers).await? {
        sheet.field(
            sheet.say("Place offered", "Plaza ofrecida"),
            &format!("{person} ({place})"),
        );
    }

    sheet.chapter("Mail that waits to be sent", "Correo por enviar");
    let waiting = manager.store.outbox(&Page::first(12)).await?;
    for queued in waiting.items {
        if let EffectKind::Mail {
            kind, to, about, ..
        } = queued.effect.kind
        {
            let to = match to {
                Recipient::Contact(id) => id.to_string(),
                other => other.to_string(),
            };
            let what = format!("{} ({})", sheet.words.mail(kind), named(&about));
            sheet.field(&to, &what);
        }
    }
    if waiting.next.is_some() {
        sheet.note("... and more", "... y más");
    }
    if let Some(folder) = &manager.mail {
        let folder = folder.display().to_string();
        sheet.field(sheet.say("The rest is in", "El resto está en"), &folder);
    }

    sheet.chapter(
        "The audit trail, newest first",
        "El registro, lo más reciente primero",
    );
    for entry in manager.store.audit(&Page::first(6)).await?.items {
        let when = entry.at.format("%F %T");
        sheet.field(&entry.action, &format!("{when}  {}", named(&entry.about)));
    }
    Ok(())
}

/// Payments have names that nobody reads.
fn named(about: &RecordRef) -> &str {
    match about {
        RecordRef::Payment(_) | RecordRef::Received(_) => about.kind(),
        known => known.key(),
    }
}

fn newest_tasks(conn: &Connection) -> Result<Vec<(String, String)>, StoreError> {
    let sql = "select kind, about from staff_task order by created_at desc, kind, about limit 4";
    many(conn, sql, [], |row| Ok((row.get(0)?, row.get(1)?)))
}

fn newest_offers(conn: &Connection) -> Result<Vec<(String, String)>, StoreError> {
    let sql = "select id, person from waiting_place where state = 'offered' order by offered_at desc, id limit 2";
    many(conn, sql, [], |row| Ok((row.get(0)?, row.get(1)?)))
}
