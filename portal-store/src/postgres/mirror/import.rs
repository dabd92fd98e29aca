//! Taking over what the host says: one statement for each kind of record, however many there are.
use std::collections::BTreeMap;

use portal_core::{
    Contact, Id, Order, OrderDetails, StoreError,
    courses::{Session, WaitingState},
    order::OrderLine,
};
use sqlx::{PgConnection, PgPool};

#[cfg(feature = "accounts")]
use super::people;
use super::rows::{OwnFacts, WaitingFacts};
use crate::{
    import::{Import, Imported},
    postgres::store_error,
    wire::{instant, json},
};

/// Records in the order they build on one another.
pub(super) async fn import(
    pool: &PgPool,
    tenant: &str,
    batch: &Import,
    told: &Told,
) -> Result<Imported, StoreError> {
    let mut tx = pool
        .begin_with("begin isolation level read committed")
        .await
        .map_err(store_error)?;
    sqlx::query("select portal_mirror_enter($1, true)")
        .bind(tenant)
        .execute(&mut *tx)
        .await
        .map_err(store_error)?;
    let mut imported = Imported::default();
    if let Some(at) = batch.read_at {
        let latest: bool = sqlx::query_scalar("select portal_mirror_latest($1, $2)")
            .bind(tenant)
            .bind(instant(at))
            .fetch_one(&mut *tx)
            .await
            .map_err(store_error)?;
        if !latest {
            imported.outdated = u64::try_from(batch.len()).unwrap_or(u64::MAX);
            return Ok(imported);
        }
    }
    for kind in &told.kinds {
        kind.put(&mut tx, tenant, &mut imported).await?;
    }
    tx.commit().await.map_err(store_error)?;
    Ok(imported)
}

/// What the host says, column by column. Made before the transaction, so that nobody waits for the writing.
pub(super) struct Told {
    kinds: Vec<Kind>,
}

/// The records of one kind, as one JSON array of rows: the database takes it apart in the order it is in.
struct Kind {
    sql: &'static str,
    rows: String,
}

impl Kind {
    async fn put(
        &self,
        tx: &mut PgConnection,
        tenant: &str,
        imported: &mut Imported,
    ) -> Result<(), StoreError> {
        let became: Vec<(String, i64)> = sqlx::query_as(self.sql)
            .bind(tenant)
            .bind(&self.rows)
            .fetch_all(tx)
            .await
            .map_err(store_error)?;
        for (became, records) in became {
            let records = records.cast_unsigned();
            match &*became {
                "added" => imported.added += records,
                "changed" => imported.changed += records,
                "outdated" => imported.outdated += records,
                _ => imported.unchanged += records,
            }
        }
        Ok(())
    }
}

impl Told {
    pub(super) fn of(batch: &Import) -> Result<Self, StoreError> {
        let shared = Shared::of(batch);
        let all = [
            (CONTACTS, shared.contacts(batch)?),
            (ORDERS, shared.orders(batch)?),
            (SESSIONS, shared.sessions()?),
            (REGISTRATIONS, registrations(batch)?),
            (WAITING, waiting(batch)?),
            (MODULES, modules(batch)?),
            #[cfg(feature = "accounts")]
            (PROFILES, profiles(batch)?),
        ];
        let kinds = all.into_iter().filter(|(_, rows)| rows != "[]");
        Ok(Self {
            kinds: kinds.map(|(sql, rows)| Kind { sql, rows }).collect(),
        })
    }
}

/// Every shared record once: as it is listed by itself, or else as the last record that has it inside says.
#[derive(Default)]
struct Shared<'a> {
    contacts: BTreeMap<&'a Id<Contact>, &'a Contact>,
    #[cfg(feature = "accounts")]
    standings: BTreeMap<&'a Id<Contact>, &'a portal_core::accounts::Standing>,
    orders: BTreeMap<&'a Id<Order>, (&'a Order, Option<&'a Vec<OrderLine>>)>,
    sessions: BTreeMap<&'a Id<Session>, &'a Session>,
}

impl<'a> Shared<'a> {
    fn of(batch: &'a Import) -> Self {
        let mut told = Self::default();
        for r in &batch.registrations {
            told.contacts.insert(&r.registrant.id, &r.registrant);
            told.sessions.insert(&r.session.id, &r.session);
            if let Some(order) = &r.order {
                told.orders.insert(&order.id, (order, None));
            }
        }
        for place in &batch.waiting_places {
            told.contacts.insert(&place.contact.id, &place.contact);
            told.sessions.insert(&place.session.id, &place.session);
        }
        for contact in &batch.contacts {
            told.contacts.insert(&contact.id, contact);
        }
        #[cfg(feature = "accounts")]
        for person in &batch.persons {
            told.contacts.insert(&person.contact.id, &person.contact);
            told.standings.insert(&person.contact.id, &person.standing);
        }
        for OrderDetails { order, lines, .. } in &batch.orders {
            told.orders.insert(&order.id, (order, Some(lines)));
        }
        for session in &batch.sessions {
            told.sessions.insert(&session.id, session);
        }
        told
    }

    #[cfg(feature = "accounts")]
    fn contacts(&self, batch: &Import) -> Result<String, StoreError> {
        let rows = self.contacts.values().map(|contact| {
            let standing = self.standings.get(&contact.id);
            Ok((
                contact.id.as_str(),
                json(contact)?,
                standing.map(json).transpose()?,
                people::address(contact),
                batch.overruled_contacts.contains(&contact.id),
            ))
        });
        json(&rows.collect::<Result<Vec<_>, StoreError>>()?)
    }

    #[cfg(not(feature = "accounts"))]
    fn contacts(&self, _: &Import) -> Result<String, StoreError> {
        let rows = self.contacts.values();
        let rows = rows.map(|contact| Ok((contact.id.as_str(), json(contact)?)));
        json(&rows.collect::<Result<Vec<_>, StoreError>>()?)
    }

    fn orders(&self, batch: &Import) -> Result<String, StoreError> {
        let rows = self.orders.values().map(|(order, lines)| {
            let lines = lines.map(json).transpose()?;
            // Everyone who finds the order on their list.
            let who = [&order.order_contact, order.payer()];
            let parties: Vec<_> = who.into_iter().chain(&order.registrants).collect();
            let placed_at = instant(order.placed_at);
            let overruled = batch.overruled_orders.contains(&order.id);
            let facts = json(order)?;
            Ok((
                order.id.as_str(),
                facts,
                lines,
                placed_at,
                parties,
                overruled,
            ))
        });
        json(&rows.collect::<Result<Vec<_>, StoreError>>()?)
    }

    fn sessions(&self) -> Result<String, StoreError> {
        let rows = self.sessions.values().map(|session| {
            let facts = json(&Session::clone(session).with_places(0))?;
            Ok((
                session.id.as_str(),
                session.course.as_str(),
                instant(session.starts_at),
                instant(session.ends_at),
                session.places_left,
                facts,
            ))
        });
        json(&rows.collect::<Result<Vec<_>, StoreError>>()?)
    }
}

fn registrations(batch: &Import) -> Result<String, StoreError> {
    let rows = batch.registrations.iter().map(|r| {
        Ok((
            r.id.as_str(),
            r.registrant.id.as_str(),
            r.course.id.as_str(),
            r.session.id.as_str(),
            r.order.as_ref().map(|order| order.id.as_str()),
            json(&r.status)?,
            json(&OwnFacts::of(r))?,
            batch.overruled.contains(&r.id),
        ))
    });
    json(&rows.collect::<Result<Vec<_>, StoreError>>()?)
}

fn waiting(batch: &Import) -> Result<String, StoreError> {
    let rows = batch.waiting_places.iter().map(|place| {
        let offered_at = match &place.state {
            WaitingState::Offered(offer) => Some(instant(offer.made_at)),
            _ => None,
        };
        Ok((
            place.id.as_str(),
            place.contact.id.as_str(),
            place.session.id.as_str(),
            instant(place.since),
            place.is_active(),
            offered_at,
            json(&place.state)?,
            json(&WaitingFacts::of(place))?,
        ))
    });
    json(&rows.collect::<Result<Vec<_>, StoreError>>()?)
}

#[cfg(feature = "accounts")]
fn profiles(batch: &Import) -> Result<String, StoreError> {
    let rows = batch.profiles.iter().map(|(of, fields)| {
        let overruled = batch.overruled_contacts.contains(of);
        (of.as_str(), people::profile(fields), overruled)
    });
    json(&rows.collect::<Vec<_>>())
}

fn modules(batch: &Import) -> Result<String, StoreError> {
    let rows = batch.modules.iter().map(|module| {
        let done = module.completed_at.is_some();
        let (id, contact) = (module.id.as_str(), module.registrant.as_str());
        Ok((id, contact, done, &*module.title, json(module)?))
    });
    json(&rows.collect::<Result<Vec<_>, StoreError>>()?)
}

#[cfg(feature = "accounts")]
const CONTACTS: &str = "
    select became, count(*) from (
        select portal_mirror_put_person($1, r ->> 0, r ->> 1, r ->> 2, r ->> 3, (r ->> 4)::boolean) as became
        from json_array_elements($2::text::json) as told (r)
    ) put
    group by became";

#[cfg(feature = "accounts")]
const PROFILES: &str = "
    select became, count(*) from (
        select portal_mirror_put_profile($1, r ->> 0, (r -> 1)::text::jsonb, (r ->> 2)::boolean) as became
        from json_array_elements($2::text::json) as told (r)
    ) put
    group by became";

#[cfg(not(feature = "accounts"))]
const CONTACTS: &str = "
    select became, count(*) from (
        select portal_mirror_put_contact($1, r ->> 0, r ->> 1) as became
        from json_array_elements($2::text::json) as told (r)
    ) put
    group by became";

const ORDERS: &str = "
    select became, count(*) from (
        select portal_mirror_put_order($1, r ->> 0, r ->> 1, r ->> 2, r ->> 3, r -> 4, (r ->> 5)::boolean) as became
        from json_array_elements($2::text::json) as told (r)
    ) put
    group by became";

const SESSIONS: &str = "
    select became, count(*) from (
        select portal_mirror_put_session($1, r ->> 0, r ->> 1, r ->> 2, r ->> 3, (r ->> 4)::bigint, r ->> 5) as became
        from json_array_elements($2::text::json) as told (r)
    ) put
    group by became";

const REGISTRATIONS: &str = "
    select became, count(*) from (
        select portal_mirror_put_registration(
            $1, r ->> 0, r ->> 1, r ->> 2, r ->> 3, r ->> 4, r ->> 5, r ->> 6, (r ->> 7)::boolean
        ) as became
        from json_array_elements($2::text::json) as told (r)
    ) put
    group by became";

const WAITING: &str = "
    select became, count(*) from (
        select portal_mirror_put_waiting(
            $1, r ->> 0, r ->> 1, r ->> 2, r ->> 3, (r ->> 4)::boolean, r ->> 5, r ->> 6, r ->> 7
        ) as became
        from json_array_elements($2::text::json) as told (r)
    ) put
    group by became";

const MODULES: &str = "
    select became, count(*) from (
        select portal_mirror_put_module($1, r ->> 0, r ->> 1, (r ->> 2)::boolean, r ->> 3, r ->> 4) as became
        from json_array_elements($2::text::json) as told (r)
    ) put
    group by became";
