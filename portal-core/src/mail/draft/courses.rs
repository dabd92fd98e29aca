use std::sync::Arc;

use chrono::{DateTime, Utc};

use super::{Owed, Stop, Unwritten, reader::Reader};
use crate::{
    Order, RecordRef,
    courses::{Registration, Session, TransferFacts},
    effect::MailKind,
    mail::{CancelledPlace, Event, MovedPlace, Says},
    portal::Wiring,
};

impl Wiring {
    pub(super) async fn moved(&self, owed: Owed<'_>, reader: &mut Reader) -> Result<Says, Stop> {
        let records = self.courses.as_ref().ok_or(Unwritten::NotWired)?;
        let RecordRef::Registration(id) = owed.about else {
            return Err(Unwritten::NotUnderstood.into());
        };
        let dates = owed.with.iter().filter_map(|record| match record {
            RecordRef::Session(date) => Some(date),
            _ => None,
        });
        let mut told = vec![];
        for date in dates {
            let found = records.transfer(id, date).await?;
            let TransferFacts { registration, to } = found.ok_or(Unwritten::RecordGone)?;
            told.push((registration.value, to));
        }
        // A host may keep the place that was left as a registration of its own: then only the dates that were written down say where it went.
        let (r, from, to) = if let [(_, from), (r, Some(to)), ..] = told.as_slice() {
            (r.clone(), from.clone(), to.clone())
        } else {
            let found = records.registration(id).await?;
            let r = found.ok_or(Unwritten::RecordGone)?.value;
            let to = r.session.clone();
            (r, None, to)
        };
        let mut moved = MovedPlace::new(r.registrant.full_name(), event(&r, &to));
        moved.from = from.map(|from| event(&r, &from));
        moved.order = r.order.map(|order| about(&order, reader));
        Ok(Says::Moved(moved))
    }

    pub(super) async fn cancelled(
        &self,
        owed: Owed<'_>,
        reader: &mut Reader,
    ) -> Result<Says, Stop> {
        let r = self.registration(owed.about).await?;
        let mut cancelled = CancelledPlace::new(r.registrant.full_name(), event(&r, &r.session));
        let paid = r.order.as_ref().map(|order| order.balance.paid());
        let theirs = owed.kind != MailKind::RegistrationCancelled;
        cancelled.paid = paid.filter(|paid| theirs && paid.is_positive());
        cancelled.order = r.order.map(|order| about(&order, reader));
        Ok(Says::Cancelled(cancelled))
    }

    pub(super) async fn registration(&self, about: &RecordRef) -> Result<Registration, Stop> {
        let records = self.courses.as_ref().ok_or(Unwritten::NotWired)?;
        let RecordRef::Registration(id) = about else {
            return Err(Unwritten::NotUnderstood.into());
        };
        let found = records.registration(id).await?;
        Ok(found.ok_or(Unwritten::RecordGone)?.value)
    }
}

fn about(order: &Order, reader: &mut Reader) -> Arc<str> {
    reader.about(&order.id);
    Arc::clone(&order.number)
}

pub(super) fn event(r: &Registration, on: &Session) -> Event {
    let there = |at: DateTime<Utc>| at.with_timezone(&on.zone);
    let (starts, ends) = (there(on.starts_at), there(on.ends_at));
    Event::new(&*r.course.title, starts, ends).at(&*on.venue)
}
