//! Facts put together from their columns.
use portal_core::{
    Contact, Id, Loaded, Money, RecordRef, StoreError, Version,
    courses::{
        AcceptedBy, Certificate, Course, Module, Registration, RegistrationPolicy, Session,
        WaitingPlace,
    },
};
use rusqlite::Row;
use serde::{Deserialize, Serialize};

pub(super) use crate::sqlite::statement::{all, one};
use crate::wire::parse;

/// What a registration says that no other record says.
#[derive(Serialize, Deserialize)]
pub(super) struct OwnFacts {
    course: Course,
    policy: Option<RegistrationPolicy>,
    price: Option<Money>,
    certificate: Certificate,
}

/// What a place on a waiting list says that no other record says.
#[derive(Serialize, Deserialize)]
pub(super) struct WaitingFacts {
    course: Course,
    accepted_by: AcceptedBy,
}

impl OwnFacts {
    pub(super) fn of(r: &Registration) -> Self {
        Self {
            course: r.course.clone(),
            policy: r.policy,
            price: r.price,
            certificate: r.certificate.clone(),
        }
    }
}

impl WaitingFacts {
    pub(super) fn of(place: &WaitingPlace) -> Self {
        Self {
            course: place.course.clone(),
            accepted_by: place.accepted_by.clone(),
        }
    }
}

/// A date, as in `portal_mirror_session_now`.
pub(super) struct SessionRow {
    facts: String,
    places_left: i64,
}

impl SessionRow {
    pub(super) fn read(row: &Row<'_>) -> rusqlite::Result<Self> {
        Ok(Self {
            facts: row.get("facts")?,
            places_left: row.get("places_left")?,
        })
    }

    pub(super) fn session(self) -> Result<Session, StoreError> {
        session(&self.facts, self.places_left)
    }
}

fn session(facts: &str, places_left: i64) -> Result<Session, StoreError> {
    let session: Session = parse(facts)?;
    // Below zero after an import that does not know of places handed out here: there is none left.
    let left = u32::try_from(places_left.max(0)).unwrap_or(u32::MAX);
    Ok(session.with_places(left))
}

/// A registration, as in `portal_mirror_registration_now`.
pub(super) struct RegistrationRow {
    id: String,
    version: String,
    status: String,
    facts: String,
    contact: String,
    session: SessionRow,
    order: Option<String>,
    order_version: Option<i64>,
    pub(super) starts_at: String,
}

impl RegistrationRow {
    pub(super) fn read(row: &Row<'_>) -> rusqlite::Result<Self> {
        Ok(Self {
            id: row.get("id")?,
            version: row.get("version")?,
            status: row.get("status")?,
            facts: row.get("facts")?,
            contact: row.get("contact_facts")?,
            session: SessionRow {
                facts: row.get("session_facts")?,
                places_left: row.get("places_left")?,
            },
            order: row.get("order_facts")?,
            order_version: row.get("order_version")?,
            starts_at: row.get("starts_at")?,
        })
    }

    pub(super) fn id(&self) -> &str {
        &self.id
    }

    pub(super) fn registration(self) -> Result<Registration, StoreError> {
        let own: OwnFacts = parse(&self.facts)?;
        let contact: Contact = parse(&self.contact)?;
        let session = self.session.session()?;
        let mut r = Registration::new(Id::new(self.id), contact, own.course, session)
            .now(parse(&self.status)?);
        r.order = self.order.as_deref().map(parse).transpose()?;
        r.policy = own.policy;
        r.price = own.price;
        r.certificate = own.certificate;
        Ok(r)
    }

    pub(super) fn loaded(self) -> Result<Loaded<Registration>, StoreError> {
        let record = RecordRef::Registration(Id::new(self.id.as_str()));
        let version = Version::new(self.version.as_str());
        let order_version = self.order_version;
        let r = self.registration()?;
        let order = r.order.as_ref().map(|o| RecordRef::Order(o.id.clone()));
        let facts = Loaded::one(r, record, version);
        Ok(match (order, order_version) {
            (Some(order), Some(version)) => facts.and(order, Version::number(version)),
            _ => facts,
        })
    }
}

/// A place on a waiting list, as in `portal_mirror_waiting_now`.
pub(super) struct WaitingRow {
    id: String,
    version: String,
    state: String,
    facts: String,
    contact: String,
    session: SessionRow,
    pub(super) since: String,
}

impl WaitingRow {
    pub(super) fn read(row: &Row<'_>) -> rusqlite::Result<Self> {
        Ok(Self {
            id: row.get("id")?,
            version: row.get("version")?,
            state: row.get("state")?,
            facts: row.get("facts")?,
            contact: row.get("contact_facts")?,
            session: SessionRow {
                facts: row.get("session_facts")?,
                places_left: row.get("places_left")?,
            },
            since: row.get("since")?,
        })
    }

    pub(super) fn id(&self) -> &str {
        &self.id
    }

    pub(super) fn place(self) -> Result<WaitingPlace, StoreError> {
        let own: WaitingFacts = parse(&self.facts)?;
        let contact: Contact = parse(&self.contact)?;
        let (session, since) = (
            self.session.session()?,
            crate::wire::parse_instant(&self.since)?,
        );
        let mut place = WaitingPlace::new(Id::new(self.id), contact, own.course, session, since)
            .now(parse(&self.state)?);
        place.accepted_by = own.accepted_by;
        Ok(place)
    }

    pub(super) fn loaded(self) -> Result<Loaded<WaitingPlace>, StoreError> {
        let record = RecordRef::WaitingPlace(Id::new(self.id.as_str()));
        let version = Version::new(self.version.as_str());
        Ok(Loaded::one(self.place()?, record, version))
    }
}

/// A module of e-learning.
pub(super) struct ModuleRow {
    pub(super) id: String,
    pub(super) title: String,
    facts: String,
}

impl ModuleRow {
    pub(super) fn read(row: &Row<'_>) -> rusqlite::Result<Self> {
        Ok(Self {
            id: row.get("id")?,
            title: row.get("title")?,
            facts: row.get("facts")?,
        })
    }

    pub(super) fn module(self) -> Result<Module, StoreError> {
        parse(&self.facts)
    }
}
