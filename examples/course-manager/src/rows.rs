//! A row of a view in `schema.sql`, as the facts the portal asks for.
use std::{error::Error, str::FromStr, sync::Arc};

use chrono::{DateTime, Utc};
use portal_core::{
    Contact, Id, Language, Loaded, Money, Order, OrderDetails, RecordRef, Version,
    accounts::{Person, Standing},
    courses::{
        Course, Module, PlaceOffer, Registration, RegistrationStatus, Session, WaitingPlace,
        WaitingState,
    },
    details::{EmailAddress, Phone, PostalAddress, PostalCode, Region},
    order::{Balance, CutOff, LedgerLink, OrderLine},
    profile::{FieldValue, Value},
};
use rusqlite::{Error::FromSqlConversionFailure, Result, Row, types::Type};

pub(crate) fn contact(row: &Row<'_>) -> Result<Contact> {
    let mut contact = Contact::new(
        id(row, "person")?,
        id(row, "organisation")?,
        row.get::<_, String>("given_name")?,
        row.get::<_, String>("surname")?,
    );
    contact.email = row.get("email")?;
    contact.language = Language::from_tag(&text(row, "language")?).unwrap_or_default();
    Ok(contact)
}

/// A person, and what their record says. What cannot be read as a number, an address or a code is none.
pub(crate) fn person(row: &Row<'_>) -> Result<Person> {
    let contact = contact(row)?;
    let mut standing = Standing::new();
    standing.portal_option = row.get("portal")?;
    standing.email = contact
        .email
        .as_ref()
        .and_then(|email| EmailAddress::parse(email).ok());
    let phone: Option<Arc<str>> = row.get("phone")?;
    standing.phone = phone.and_then(|phone| Phone::parse(&phone, None).ok());
    standing.phone_shared = row.get("phone_shared")?;
    let code: Option<Arc<str>> = row.get("postal_code")?;
    let country = country(row)?;
    standing.postal_code = code.and_then(|code| PostalCode::parse(&code, country).ok());
    standing.contracts = row.get("has_ordered")?;
    standing.on_account = row.get("on_account")?;
    Ok(Person::new(contact, standing))
}

/// What is in the fields of `profile.json`.
pub(crate) fn profile(row: &Row<'_>) -> Result<Vec<FieldValue>> {
    let address = address(row)?.map_or(Value::Empty, Value::Address);
    Ok(vec![
        FieldValue::new("company", Value::Text(row.get("company")?)),
        FieldValue::new("job", Value::Text(row.get("job")?)),
        FieldValue::new("address", address),
        FieldValue::new("news", Value::Flag(row.get("news")?)),
    ])
}

pub(crate) fn loaded_profile(row: &Row<'_>) -> Result<Loaded<Vec<FieldValue>>> {
    let record = RecordRef::Contact(id(row, "id")?);
    Ok(Loaded::one(profile(row)?, record, version(row, "rev")?))
}

fn address(row: &Row<'_>) -> Result<Option<PostalAddress>> {
    let Some(country) = country(row)? else {
        return Ok(None);
    };
    let (lines, town) = (text(row, "lines")?, row.get::<_, String>("town")?);
    let wrong = |e| malformed(row, "lines", e);
    let mut address = PostalAddress::new(lines.lines(), town, country).map_err(wrong)?;
    if let Some(district) = row.get::<_, Option<Arc<str>>>("district")? {
        address = address.with_district(&district).map_err(wrong)?;
    }
    let code: Option<Arc<str>> = row.get("postal_code")?;
    let code = code.and_then(|code| PostalCode::parse(&code, Some(country)).ok());
    Ok(Some(match code {
        Some(code) => address.with_postal_code(code),
        None => address,
    }))
}

fn country(row: &Row<'_>) -> Result<Option<Region>> {
    let letters: Option<Arc<str>> = row.get("country")?;
    Ok(letters.and_then(|letters| Region::parse(&letters).ok()))
}

pub(crate) fn session(row: &Row<'_>) -> Result<Session> {
    let mut session = Session::new(
        id(row, "session")?,
        id(row, "course")?,
        instant(row, "starts_at")?,
        instant(row, "ends_at")?,
        parsed(row, "zone")?,
    );
    session.venue = text(row, "venue")?;
    session.places_left = row.get("places_left")?;
    session.open = row.get("open")?;
    session.price = price(row, "session_price", "session_currency")?;
    Ok(session)
}

pub(crate) fn registration(row: &Row<'_>) -> Result<Registration> {
    let (contact, course, session) = (contact(row)?, course(row)?, session(row)?);
    let mut registration = Registration::new(id(row, "id")?, contact, course, session);
    registration.status = match &*text(row, "status")? {
        "active" => RegistrationStatus::Active,
        "completed" => RegistrationStatus::Completed,
        "cancelled" => RegistrationStatus::Cancelled,
        "transferred_away" => RegistrationStatus::TransferredAway,
        other => return Err(malformed(row, "status", format!("no status `{other}`"))),
    };
    registration.price = price(row, "price", "currency")?;
    if row.get::<_, Option<Arc<str>>>("order_id")?.is_some() {
        registration.order = Some(order(row)?);
    }
    if let Some(policy) = row.get::<_, Option<String>>("policy")? {
        let policy = serde_json::from_str(&policy).map_err(|e| malformed(row, "policy", e))?;
        registration.policy = Some(policy);
    }
    if let Some(certificate) = row.get::<_, Option<Arc<str>>>("certificate")? {
        return Ok(registration.certified(Id::new(certificate), instant(row, "certified_at")?));
    }
    Ok(registration)
}

/// A registration, resting on its own row and on its order's.
pub(crate) fn loaded_registration(row: &Row<'_>) -> Result<Loaded<Registration>> {
    let value = registration(row)?;
    let order = value.order.as_ref().map(|order| order.id.clone());
    let record = RecordRef::Registration(value.id.clone());
    let facts = Loaded::one(value, record, version(row, "rev")?);
    Ok(match order {
        Some(order) => facts.and(RecordRef::Order(order), version(row, "order_rev")?),
        None => facts,
    })
}

pub(crate) fn loaded_contact(row: &Row<'_>) -> Result<Loaded<Contact>> {
    let value = contact(row)?;
    let record = RecordRef::Contact(value.id.clone());
    Ok(Loaded::one(value, record, version(row, "person_rev")?))
}

pub(crate) fn order(row: &Row<'_>) -> Result<Order> {
    let currency = parsed(row, "order_currency")?;
    let total = Money::from_minor(row.get("total")?, currency);
    let paid = Money::from_minor(row.get("paid")?, currency);
    let mut order = Order::new(
        id(row, "order_id")?,
        text(row, "number")?,
        instant(row, "placed_at")?,
        id(row, "order_contact")?,
        total,
    );
    order.balance = Balance::new(total, paid).map_err(|e| malformed(row, "paid", e))?;
    order.billing_contact = row
        .get::<_, Option<Arc<str>>>("billing_contact")?
        .map(Id::new);
    let registrants: Option<String> = row.get("registrants")?;
    order.registrants = registrants
        .iter()
        .flat_map(|ids| ids.split(','))
        .map(Id::new)
        .collect();
    order.ledger = ledger(row)?;
    if row.get::<_, Option<i64>>("paying_since")?.is_some() {
        order = order.paying_since(instant(row, "paying_since")?);
        let at_payer = row.get("at_payer")?;
        order.payment.iter_mut().for_each(|p| p.at_payer = at_payer);
    }
    if row.get::<_, Option<i64>>("invoiced_at")?.is_some() {
        order = order.invoiced(instant(row, "invoiced_at")?);
    }
    Ok(order)
}

pub(crate) fn loaded_order(row: &Row<'_>, lines: Vec<OrderLine>) -> Result<Loaded<OrderDetails>> {
    let details = OrderDetails::new(order(row)?, lines);
    let record = RecordRef::Order(details.order.id.clone());
    Ok(Loaded::one(details, record, version(row, "order_rev")?))
}

pub(crate) fn order_line(row: &Row<'_>) -> Result<OrderLine> {
    let amount = Money::from_minor(row.get("amount")?, parsed(row, "currency")?);
    let line = OrderLine::new(row.get::<_, String>("description")?, amount);
    if row.get::<_, Option<Arc<str>>>("person")?.is_none() {
        return Ok(line);
    }
    let registrant = contact(row)?;
    let name = registrant.full_name();
    Ok(line.for_registrant(registrant.id, name))
}

pub(crate) fn loaded_waiting_place(row: &Row<'_>) -> Result<Loaded<WaitingPlace>> {
    let value = waiting_place(row)?;
    let record = RecordRef::WaitingPlace(value.id.clone());
    Ok(Loaded::one(value, record, version(row, "rev")?))
}

pub(crate) fn waiting_place(row: &Row<'_>) -> Result<WaitingPlace> {
    let (contact, course, session) = (contact(row)?, course(row)?, session(row)?);
    let since = instant(row, "since")?;
    let place = WaitingPlace::new(id(row, "id")?, contact, course, session, since);
    Ok(place.now(match &*text(row, "state")? {
        "waiting" => WaitingState::Waiting,
        "offered" => WaitingState::Offered(offer(row)?),
        "accepted" => WaitingState::Accepted,
        "left" => WaitingState::Left,
        "expired" => WaitingState::Expired {
            at: instant(row, "expires_at")?,
        },
        other => return Err(malformed(row, "state", format!("no state `{other}`"))),
    }))
}

pub(crate) fn module(row: &Row<'_>) -> Result<Module> {
    let (title, launch) = (text(row, "title")?, row.get::<_, String>("launch")?);
    let module = Module::new(id(row, "id")?, id(row, "person")?, title, launch)
        .about(row.get::<_, String>("about")?)
        .done(row.get("percent")?);
    if row.get::<_, Option<i64>>("completed_at")?.is_none() {
        return Ok(module);
    }
    Ok(module.completed(instant(row, "completed_at")?))
}

fn course(row: &Row<'_>) -> Result<Course> {
    let course = Course::new(id(row, "course")?, text(row, "title")?);
    Ok(match &*text(row, "delivery")? {
        "elearning" => course.as_elearning(),
        _ => course,
    })
}

fn offer(row: &Row<'_>) -> Result<PlaceOffer> {
    let made_at = instant(row, "offered_at")?;
    let offer = if row.get("held")? {
        PlaceOffer::held(made_at)
    } else {
        PlaceOffer::open_to_others(made_at)
    };
    Ok(offer.until(instant(row, "expires_at")?))
}

/// The books are kept in Xero.
fn ledger(row: &Row<'_>) -> Result<LedgerLink> {
    let system = Arc::from("Xero");
    Ok(match &*text(row, "ledger")? {
        "not_exported" => LedgerLink::NotExported,
        "exporting" => LedgerLink::Exporting { system },
        "connected" => LedgerLink::Connected {
            system,
            reference: text(row, "ledger_reference")?,
            pay_link: row.get("ledger_pay_link")?,
        },
        "disconnected" => LedgerLink::cut_off(system, CutOff::named(&text(row, "ledger_reason")?)),
        other => return Err(malformed(row, "ledger", format!("no ledger `{other}`"))),
    })
}

pub(crate) fn id<T>(row: &Row<'_>, column: &str) -> Result<Id<T>> {
    Ok(Id::new(text(row, column)?))
}

fn text(row: &Row<'_>, column: &str) -> Result<Arc<str>> {
    row.get(column)
}

fn instant(row: &Row<'_>, column: &str) -> Result<DateTime<Utc>> {
    let seconds = row.get(column)?;
    DateTime::from_timestamp(seconds, 0).ok_or_else(|| malformed(row, column, "out of range"))
}

fn price(row: &Row<'_>, amount: &str, currency: &str) -> Result<Option<Money>> {
    let Some(minor) = row.get(amount)? else {
        return Ok(None);
    };
    Ok(Some(Money::from_minor(minor, parsed(row, currency)?)))
}

fn version(row: &Row<'_>, column: &str) -> Result<Version> {
    row.get(column).map(Version::number)
}

fn parsed<T>(row: &Row<'_>, column: &str) -> Result<T>
where
    T: FromStr<Err: Error + Send + Sync + 'static>,
{
    let text = text(row, column)?;
    text.parse().map_err(|e: T::Err| malformed(row, column, e))
}

fn malformed(
    row: &Row<'_>,
    column: &str,
    why: impl Into<Box<dyn Error + Send + Sync>>,
) -> rusqlite::Error {
    let index = row.as_ref().column_index(column).unwrap_or_default();
    FromSqlConversionFailure(index, Type::Text, why.into())
}
